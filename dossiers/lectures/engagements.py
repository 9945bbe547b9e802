"""Promises as a list: to keep, overdue, kept, broken."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Engagement

SORTES = {
    "a_tenir": "à tenir",
    "echues": "échues, pas encore tenues",
    "tenues": "tenues à temps",
    "rompues": "rompues",
}


def filtrer(agent: Agent, sorte: str, maintenant: dt.datetime) -> QuerySet[Engagement]:
    """Return the promises of one sort this agent may see; an unknown sort returns them all.

    Broken: its hour passed before it was done, or has passed and it is not done; one that lost its purpose is neither.
    """
    visibles = Engagement.objects.visibles_par(agent)
    utiles = ~Q(resultat=Engagement.Resultat.ANNULE)
    conditions = {
        "a_tenir": Q(fait_le=None),
        "echues": Q(fait_le=None, pour_le__lt=maintenant),
        "tenues": utiles & Q(fait_le__lte=F("pour_le")),
        "rompues": utiles & (Q(fait_le__gt=F("pour_le")) | Q(fait_le=None, pour_le__lt=maintenant)),
    }
    return visibles.filter(conditions.get(sorte, Q()))


def liste(agent: Agent, sorte: str, curseur: str, maintenant: dt.datetime) -> Page[Engagement]:
    """Return one page of promises, latest first."""
    return paginer(avec_lignes(agent, sorte, maintenant), "pour_le", curseur)


def avec_lignes(agent: Agent, sorte: str, maintenant: dt.datetime) -> QuerySet[Engagement]:
    """Return the promises of one sort with what a row shows."""
    return filtrer(agent, sorte, maintenant).select_related("dossier", "personne", "agent", "appel")
