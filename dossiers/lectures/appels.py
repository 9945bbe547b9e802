"""Calls: the list, one call, and who may be calling."""

import datetime as dt
import uuid

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from dossiers.lectures import doublons
from dossiers.lectures.doublons import Reconnu, Saisie
from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Appel, Dossier, Operation

RECENTS = 30
"""Days: the calls the board counts by channel."""


def filtrer(agent: Agent, issue: str = "", canal: str = "", recents: bool = False) -> QuerySet[Appel]:
    """Return the calls this agent may read, with what a row shows; an unknown outcome or channel narrows nothing."""
    requete = Appel.objects.visibles_par(agent).select_related("agent").prefetch_related("dossiers")
    if recents:
        requete = requete.filter(recu_le__gte=timezone.now() - dt.timedelta(days=RECENTS))
    if issue in Appel.Issue.values:
        requete = requete.filter(issue=issue)
    if canal in Appel.Canal.values:
        requete = requete.filter(canal=canal)
    return requete


def liste(agent: Agent, curseur: str, issue: str = "", canal: str = "", recents: bool = False) -> Page[Appel]:
    """Return one page of calls, latest first."""
    return paginer(filtrer(agent, issue, canal, recents), "recu_le", curseur)


def trouver(agent: Agent) -> QuerySet[Appel]:
    """Return the calls this agent may open, with what a call's page shows."""
    visibles = Appel.objects.visibles_par(agent).select_related("agent", "saisi_par", "territoire")
    dossiers = Dossier.objects.visibles_par(agent)
    return visibles.prefetch_related("communes", "personnes", "engagements", Prefetch("dossiers", dossiers))


def est_faite(cle: str) -> bool:
    """Tell whether a form of this key has been written already; a broken key never was."""
    try:
        return Operation.objects.filter(cle=uuid.UUID(cle)).exists()
    except ValueError:
        return False


def reconnaitre(
    agent: Agent, *, numero: str = "", nom: str = "", prenom: str = "", courriel: str = "", **autres: str
) -> list[Reconnu]:
    """Return the people who may be calling, most likely first: same number, same e-mail, near name (a couple is two lines).

    `autres` are further fields of `doublons.Saisie`. A person of a territory or section the agent may not see is not in
    the list.
    """
    saisie = Saisie(numero=numero, nom=nom, prenom=prenom, courriel=courriel, **autres)
    return doublons.reconnaitre(agent, doublons.identite(agent, saisie))
