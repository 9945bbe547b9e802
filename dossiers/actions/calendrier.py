"""The calendar supervisors keep: days their organisation closes, and how long each state may last."""

import datetime as dt
import uuid

from django.utils import timezone

from dossiers.actions.echeances import recompter_organisme
from dossiers.actions.operation import operation
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, DelaiEtat, Fermeture, Territoire
from dossiers.regles.delais import NATIONAL
from dossiers.regles.droits import Section


def fermer_service(*, agent: Agent, cle: uuid.UUID, jour: dt.date, raison: str) -> int:
    """Declare that the agent's organisation closes on a working day to come; return how many deadlines moved."""
    with operation(agent, cle=cle, geste="fermer_service", resultat="reglages.fermetures"):
        _exiger(agent, Section.AFFECTATION)
        if jour <= timezone.localdate():
            raise Refus("Une fermeture se déclare pour un jour à venir : une échéance passée ne bouge plus.", "jour")
        if chomee := NATIONAL.raison_chomee(jour):
            raise Refus(f"Ce jour n’est déjà pas compté ({chomee}).", "jour")
        if Fermeture.objects.filter(organisme_id=agent.organisme_id, jour=jour).exists():
            raise Refus("Ce jour est déjà déclaré fermé.", "jour")
        Fermeture(organisme_id=agent.organisme_id, jour=jour, raison=raison).save()
        return recompter_organisme(agent.organisme_id, jour)


def rouvrir_service(fermeture: Fermeture, *, agent: Agent, cle: uuid.UUID) -> int:
    """Withdraw a closure still to come; return how many deadlines moved back."""
    with operation(agent, cle=cle, geste="rouvrir_service", resultat="reglages.fermetures"):
        _exiger(agent, Section.AFFECTATION)
        relue = Fermeture.objects.select_for_update().filter(pk=fermeture.pk, organisme_id=agent.organisme_id).first()
        if relue is None:
            raise Introuvable("Cette fermeture n’existe plus.")
        if relue.jour <= timezone.localdate():
            raise Refus("Ce jour est passé : les échéances comptées avec lui ne bougent plus.")
        relue.delete()
        return recompter_organisme(agent.organisme_id, relue.jour)


def regler_delai(*, agent: Agent, cle: uuid.UUID, besoin: str, etat: str, jours: int, effet_le: dt.date) -> DelaiEtat:
    """Give a state of the agent's territory another delay from a day to come on; deadlines already running keep theirs."""
    with operation(agent, cle=cle, geste="regler_delai", resultat="reglages.delais"):
        _exiger(agent, Section.HORLOGE)
        if effet_le <= timezone.localdate():
            raise Refus("Un délai prend effet un jour à venir : ce qui court garde le sien.", "effet_le")
        version = {"territoire_id": agent.territoire_id, "besoin": besoin, "etat": etat, "effet_le": effet_le}
        if DelaiEtat.objects.filter(**version).exists():
            raise Refus("Une version de ce délai prend déjà effet ce jour-là.", "effet_le")
        if not 1 <= jours <= 250:
            raise Refus("Un délai va de 1 à 250 jours ouvrés.", "jours")
        delai = DelaiEtat(jours=jours, **version)
        delai.save()
    return delai


def regler_rappels(*, agent: Agent, cle: uuid.UUID, par_agent: int) -> Territoire:
    """Say how many callbacks one agent of the territory makes in a half-day: what is promised already stays promised."""
    with operation(agent, cle=cle, geste="regler_rappels", resultat="reglages.rappels"):
        _exiger(agent, Section.HORLOGE)
        if not 1 <= par_agent <= 60:
            raise Refus("Un agent fait de 1 à 60 rappels par demi-journée.", "par_agent")
        territoire = Territoire.objects.select_for_update().get(pk=agent.territoire_id)
        territoire.rappels_par_demi_journee = par_agent
        territoire.save(update_fields=["rappels_par_demi_journee"])
    return territoire


def _exiger(agent: Agent, section: Section) -> None:
    if not agent.peut_ecrire(section):
        raise Introuvable("Ce réglage n’est pas ouvert à votre rôle.")
