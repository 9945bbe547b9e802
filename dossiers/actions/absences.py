"""Who is away and who covers; on return, what was received in one's name is taken back or left."""

import datetime as dt
import uuid

from django.utils import timezone

from dossiers.actions.affectations import attribuer
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Absence, Agent, Demarche, Suppleance
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import Section


def peut_gerer(agent: Agent, autre: Agent) -> bool:
    """Tell whether an agent may write another's absences: their own, or as their organisation's supervisor."""
    return agent.pk == autre.pk or (agent.organisme_id == autre.organisme_id and agent.peut_ecrire(Section.AFFECTATION))


def declarer(
    absent: Agent, *, agent: Agent, cle: uuid.UUID, debut: dt.date, fin: dt.date, remplacant: Agent | None
) -> Absence:
    """Note days away and who covers; why is nobody's business, and is not asked."""
    if not peut_gerer(agent, absent):
        raise Introuvable("Cette personne n’est pas de votre équipe.")
    with operation(agent, cle=cle, geste="declarer_absence", resultat="reglages.absences"):
        _verifier(absent, debut, fin, remplacant)
        absence: Absence = Absence.objects.create(agent=absent, debut=debut, fin=fin, remplacant=remplacant)
    return absence


def _verifier(absent: Agent, debut: dt.date, fin: dt.date, remplacant: Agent | None) -> None:
    if fin < debut:
        raise Refus("L’absence finit avant d’avoir commencé.", "fin")
    if fin < timezone.localdate():
        raise Refus("Cette absence est déjà passée.", "fin")
    ailleurs = Absence.objects.filter(debut__lte=fin, fin__gte=debut)
    if deja := ailleurs.filter(agent=absent).first():
        raise Refus(f"Une absence est déjà notée du {date_longue(deja.debut)} au {date_longue(deja.fin)}.", "debut")
    if remplacant is None:
        return
    if remplacant.pk == absent.pk:
        raise Refus("On ne se remplace pas soi-même.", "remplacant")
    if remplacant.organisme_id != absent.organisme_id or not remplacant.is_active:
        raise Refus(f"{remplacant} ne travaille pas à {absent.organisme}.", "remplacant")
    if deja := ailleurs.filter(agent=remplacant).first():
        jours = f"du {date_longue(deja.debut)} au {date_longue(deja.fin)}"
        raise Refus(f"{remplacant} est absent aussi, {jours}.", "remplacant")


def annuler(absence: Absence, *, agent: Agent, cle: uuid.UUID) -> None:
    """End an absence: taken back when nothing was received in its name, shortened to yesterday otherwise."""
    if not peut_gerer(agent, absence.agent):
        raise Introuvable("Cette personne n’est pas de votre équipe.")
    with operation(agent, cle=cle, geste="annuler_absence", resultat="reglages.absences"):
        hier = timezone.localdate() - dt.timedelta(days=1)
        if absence.fin <= hier:
            raise Refus("Cette absence est finie.")
        if absence.debut <= hier or absence.suppleances.exists():
            absence.fin = max(hier, absence.debut)
            absence.save(update_fields=["fin"])
        else:
            absence.delete()


def rendre(suppleance: Suppleance, *, agent: Agent, cle: uuid.UUID, version: int, reprendre: bool) -> Demarche:
    """« Je reprends » or « je laisse »: decide about one démarche received in one's name."""
    if suppleance.absence.agent_id != agent.pk:
        raise Introuvable("Cette démarche n’a pas été reçue en votre nom.")
    with operation(agent, cle=cle, geste="reprendre_main" if reprendre else "laisser", resultat="reglages.absences"):
        dossier = verrouiller(suppleance.demarche.dossier_id, agent=agent, version=version)
        suppleance = Suppleance.objects.select_related("demarche").get(pk=suppleance.pk)
        if suppleance.issue:
            raise Refus("Vous avez déjà décidé pour cette démarche.")
        socle = suppleance.demarche
        demarche: Demarche = socle.classe._default_manager.select_related("organisme").get(pk=socle.pk)
        if reprendre:
            if demarche.organisme_id != agent.organisme_id or not agent.peut_porter(demarche.section):
                raise Refus("Cette démarche est à la charge d’un autre organisme.")
            attribuer(demarche, demarche.organisme, agent, f"Reprise par {agent} à son retour.")
        suppleance.issue = Suppleance.Issue.REPRISE if reprendre else Suppleance.Issue.LAISSEE
        suppleance.save(update_fields=["issue"])
        toucher(dossier)
    return demarche
