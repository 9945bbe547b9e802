"""The hand-over note from one shift to the next."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.utils import timezone

from dossiers.actions.operation import operation
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Dossier, LecturePassation, Passation
from dossiers.regles.texte import assainir, contient_nir

LONGUEUR = 4000
DUREE = dt.timedelta(days=31)
"""How long a note may stand at the top of everybody's day."""


def ecrire(
    *, agent: Agent, cle: uuid.UUID, texte: str, jusqu_au: dt.date, dossiers: Iterable[Dossier] = ()
) -> Passation:
    """Leave a note to one's organisation; refuses an empty one, a NIR, a day passed or too far."""
    texte = assainir(texte)
    if not texte:
        raise Refus("Écrivez ce que vos collègues doivent savoir.", "texte")
    if contient_nir(texte):
        raise Refus("Ce texte contient un numéro de sécurité sociale : retirez-le.", "texte")
    jour = timezone.localdate()
    if not jour <= jusqu_au <= jour + DUREE:
        raise Refus("Choisissez un jour entre aujourd’hui et dans un mois.", "jusqu_au")
    with operation(agent, cle=cle, geste="ecrire_passation", resultat="passations.liste"):
        vus = Dossier.objects.visibles_par(agent).filter(pk__in=[d.pk for d in dossiers])
        passation: Passation = Passation.objects.create(
            agent=agent,
            organisme_id=agent.organisme_id,
            territoire_id=agent.territoire_id,
            texte=texte[:LONGUEUR],
            jusqu_au=jusqu_au,
        )
        passation.dossiers.set(vus)
    return passation


def lire(passation: Passation, *, agent: Agent, cle: uuid.UUID) -> None:
    """« Lu »: the note leaves the agent's day, its author sees who read it and when. A second reading changes nothing."""
    if not Passation.objects.visibles_par(agent).filter(pk=passation.pk).exists():
        raise Introuvable("Cette passation n’est pas de votre organisme.")
    with operation(agent, cle=cle, geste="lire_passation", resultat="journee"):
        LecturePassation.objects.get_or_create(passation=passation, agent=agent)
