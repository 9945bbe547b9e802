"""Promises and notes."""

import datetime as dt
import uuid

from django.utils import timezone

from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Refus
from dossiers.models import Agent, Appel, Dossier, Engagement, Note, Personne, creer
from dossiers.regles.texte import assainir, contient_nir


def promettre(
    *,
    agent: Agent,
    nature: str,
    pour_le: dt.datetime,
    quoi: str = "",
    dossier: Dossier | None = None,
    appel: Appel | None = None,
    personne: Personne | None = None,
    depuis: dt.datetime | None = None,
) -> Engagement:
    """Write a promise inside the running operation; raises `Refus` when its hour has already passed.

    `depuis` is when it was made: earlier than now for a call written down afterwards.
    """
    if pour_le <= (depuis or timezone.now()):
        raise Refus("Promettez pour un moment à venir.", "promesse_le")
    engagement = Engagement(
        territoire_id=agent.territoire_id,
        dossier=dossier,
        appel=appel,
        personne=personne,
        nature=nature,
        quoi=quoi,
        pour_le=pour_le,
        agent=agent,
        organisme_id=agent.organisme_id,
    )
    return creer([engagement])[0]


def promettre_sur_dossier(
    dossier: Dossier, *, agent: Agent, cle: uuid.UUID, nature: str, pour_le: dt.datetime, quoi: str
) -> Engagement:
    """A promise made from the dossier's page."""
    with operation(agent, cle=cle, geste="promettre", resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = verrouiller(dossier.pk, agent=agent, version=None)
        engagement = promettre(agent=agent, nature=nature, pour_le=pour_le, quoi=assainir(quoi), dossier=dossier)
        toucher(dossier)
    return engagement


def tenir(
    engagement: Engagement, *, agent: Agent, cle: uuid.UUID, resultat: str, le: dt.datetime | None = None
) -> Engagement:
    """Close a promise with its result; raises `Refus` when it was closed already.

    `le` is when it was done: earlier than now for what was written down on paper first.
    """
    ici = f"dossiers.fiche:{engagement.dossier_id}" if engagement.dossier_id else "journee"
    with operation(agent, cle=cle, geste="tenir_promesse", resultat=ici, motif=resultat):
        if engagement.dossier_id:
            dossier = verrouiller(engagement.dossier_id, agent=agent, version=None)
            toucher(dossier)
        engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
        if engagement.fait_le:
            raise Refus("Cette promesse a déjà reçu sa suite.")
        # a machine that answers or nobody at all is an attempt (`actions.rappels.tenter`), never a promise kept
        if resultat not in Engagement.SUITES:
            raise Refus("Choisissez un résultat dans la liste.", "resultat")
        engagement.fait_le, engagement.resultat = le or timezone.now(), resultat
        engagement.save(update_fields=["fait_le", "resultat"])
    return engagement


def noter(dossier: Dossier, *, agent: Agent, cle: uuid.UUID, texte: str, partagee: bool) -> Note:
    """Add a note; refuses an empty one and any text with a NIR in it (regles.md C18)."""
    texte = assainir(texte)
    if not texte:
        raise Refus("Écrivez la note avant de l’enregistrer.", "texte")
    if contient_nir(texte):
        raise Refus("Ce texte contient un numéro de sécurité sociale : retirez-le.", "texte")
    with operation(agent, cle=cle, geste="noter", resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = verrouiller(dossier.pk, agent=agent, version=None)
        note = Note.objects.create(
            dossier=dossier, agent=agent, organisme_id=agent.organisme_id, texte=texte, partagee=partagee
        )
        toucher(dossier)
    return note
