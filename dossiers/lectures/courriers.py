"""Letters: the list, and one letter with its bytes."""

from django.db.models import QuerySet

from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Courrier


def filtrer(agent: Agent, etat: str) -> QuerySet[Courrier]:
    """Return the letters this agent may read, with what a row shows; an unknown state narrows nothing."""
    requete = Courrier.objects.visibles_par(agent).select_related("modele", "dossier", "demande_par").defer("donnees")
    if etat in Courrier.Etat.values:
        requete = requete.filter(etat=etat)
    return requete


def liste(agent: Agent, etat: str, curseur: str) -> Page[Courrier]:
    """Return one page of the letters this agent may read, latest first."""
    return paginer(filtrer(agent, etat), "demande_le", curseur)


def trouver(agent: Agent) -> QuerySet[Courrier]:
    """Return the letters this agent may open."""
    return Courrier.objects.visibles_par(agent).select_related(
        "modele", "dossier__territoire", "demande_par", "destinataire"
    )
