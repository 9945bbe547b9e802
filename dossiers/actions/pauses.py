"""Stop and start again the clock of a démarche, also after the event: its deadlines follow at once."""

import datetime as dt
import uuid

from django.db.models import Q
from django.utils import timezone

from dossiers.actions.demarches import relire
from dossiers.actions.echeances import recompter
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Demarche, Dossier, Pause
from dossiers.regles.dates import date_longue
from dossiers.regles.delais import jour_de


def mettre_en_pause(
    demarche: Demarche,
    *,
    agent: Agent,
    version: int,
    cle: uuid.UUID,
    debut: dt.date,
    motif: str,
    fin: dt.date | None = None,
    raison: str = "",
) -> Pause:
    """Stop the clock from a day on, today or before; with `fin` the pause is over already.

    Raises `Refus` for a finished démarche, a day to come, one before the file was opened, or one that another pause holds.
    """
    ici = f"dossiers.fiche:{demarche.dossier_id}"
    with operation(agent, cle=cle, geste="mettre_en_pause", resultat=ici, motif=motif, raison=raison):
        dossier = verrouiller(demarche.dossier_id, agent=agent, version=version)
        demarche = _relire(demarche, dossier, agent)
        _verifier_debut(demarche, debut, fin)
        if motif not in Pause.Motif.values:
            raise Refus("Choisissez un motif dans la liste.", "motif")
        meme_temps = Q(debut__lt=fin or dt.date.max) & (Q(fin=None) | Q(fin__gt=debut))
        if autre := Pause.objects.filter(meme_temps, demarche_id=demarche.pk).first():
            suite = f"au {date_longue(autre.fin)}" if autre.fin else "et dure encore"
            raise Refus(f"Une autre pause court du {date_longue(autre.debut)} {suite}.", "debut")
        pause = Pause(demarche_id=demarche.pk, debut=debut, fin=fin, motif=motif)
        pause.save()
        recompter(demarche, toujours=True)
        toucher(dossier)
    return pause


def reprendre_delai(
    demarche: Demarche, *, agent: Agent, version: int, cle: uuid.UUID, fin: dt.date, raison: str = ""
) -> Pause:
    """End the open pause on a day, today or before: that day may count again."""
    ici = f"dossiers.fiche:{demarche.dossier_id}"
    with operation(agent, cle=cle, geste="reprendre_delai", resultat=ici, raison=raison):
        dossier = verrouiller(demarche.dossier_id, agent=agent, version=version)
        demarche = _relire(demarche, dossier, agent)
        pause = Pause.objects.filter(demarche_id=demarche.pk, fin=None).first()
        if pause is None:
            raise Refus("Cette démarche n’est pas en pause.")
        if fin < pause.debut:
            raise Refus(f"La pause a commencé le {date_longue(pause.debut)} : la reprise vient après.", "fin")
        if fin > timezone.localdate():
            raise Refus("La reprise se note aujourd’hui, ou après coup.", "fin")
        pause.fin = fin
        pause.save(update_fields=["fin"])
        recompter(demarche, toujours=True)
        toucher(dossier)
    return pause


def _relire(demarche: Demarche, dossier: Dossier, agent: Agent) -> Demarche:
    relue = relire(demarche, dossier)
    if not agent.peut_ecrire(relue.section):
        raise Introuvable("Cette démarche n’est pas ouverte à votre organisme.")
    if relue.est_finie:
        raise Refus("Cette démarche est finie : plus rien n’y court.")
    return relue


def _verifier_debut(demarche: Demarche, debut: dt.date, fin: dt.date | None) -> None:
    aujourdhui = timezone.localdate()
    if debut > aujourdhui:
        raise Refus("Une pause commence aujourd’hui, ou se déclare après coup.", "debut")
    if debut < (ouvert_le := jour_de(demarche.dossier.cree_le)):
        raise Refus(f"Le dossier a été ouvert le {date_longue(ouvert_le)} : la pause vient après.", "debut")
    if fin and not debut <= fin <= aujourdhui:
        raise Refus("La reprise vient après le début, et au plus tard aujourd’hui.", "fin")
