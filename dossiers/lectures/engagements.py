"""Promises as a list: to keep, overdue, kept, broken."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from dossiers.lectures import rappels
from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Engagement

SORTES = {
    "a_tenir": "à tenir",
    "echues": "échues, pas encore tenues",
    "tenues": "tenues à temps",
    "rompues": "rompues",
}
"""What the board counts of the promises."""
DELAISSES = "delaisses"
AUTRES_SORTES = {
    DELAISSES: "rappels que personne ne prend",
    "tenues_tard": "tenues en retard",
    "non_tenues": "échéance passée, pas tenues",
    "sans_reponse": "restées sans réponse",
    "annulees": "annulées",
}
"""The other lists, each opened by a figure."""
R = Engagement.Resultat
SANS_TENUE = (R.ANNULE, R.SANS_REPONSE)
"""How a promise ends without being kept nor broken."""


def condition(sorte: str, maintenant: dt.datetime) -> Q:
    """Return the condition of one sort of promises, but the callbacks nobody takes; any promise for an unknown sort.

    Kept in time: done before its hour, or tried before it, each time it moved. Broken: an hour passed without it. One that
    lost its purpose, or that nobody answered in three half-days, is neither.
    """
    faite = Q(fait_le__isnull=False) & ~Q(resultat__in=SANS_TENUE)
    a_l_heure = Q(manquee_le=None, fait_le__lte=F("pour_le"))
    passee = Q(fait_le=None) & (Q(pour_le__lt=maintenant) | Q(manquee_le__isnull=False))
    return {
        "a_tenir": Q(fait_le=None),
        "echues": Q(fait_le=None, pour_le__lt=maintenant),
        "tenues": faite & a_l_heure,
        "tenues_tard": faite & (Q(manquee_le__isnull=False) | Q(fait_le__gt=F("pour_le"))),
        "non_tenues": passee,
        "rompues": (faite & (Q(manquee_le__isnull=False) | Q(fait_le__gt=F("pour_le")))) | passee,
        "sans_reponse": Q(resultat=R.SANS_REPONSE),
        "annulees": Q(resultat=R.ANNULE),
    }.get(sorte, Q())


def filtrer(agent: Agent, sorte: str, maintenant: dt.datetime, restreint: Q | None = None) -> QuerySet[Engagement]:
    """Return the promises of one sort this agent may see, narrowed further when asked; an unknown sort returns them all."""
    if sorte == DELAISSES:
        visibles = rappels.delaisses(agent, rappels.Seuils.au(maintenant))
    else:
        visibles = Engagement.objects.visibles_par(agent).filter(condition(sorte, maintenant))
    return visibles.filter(restreint) if restreint else visibles


def liste(
    agent: Agent, sorte: str, curseur: str, maintenant: dt.datetime, restreint: Q | None = None
) -> Page[Engagement]:
    """Return one page of promises, latest first."""
    return paginer(avec_lignes(agent, sorte, maintenant, restreint), "pour_le", curseur)


def avec_lignes(agent: Agent, sorte: str, maintenant: dt.datetime, restreint: Q | None = None) -> QuerySet[Engagement]:
    """Return the promises of one sort with what a row shows."""
    lus = filtrer(agent, sorte, maintenant, restreint)
    return lus.select_related("dossier", "personne", "agent", "appel")
