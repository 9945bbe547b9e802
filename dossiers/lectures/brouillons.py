"""An agent's own unfinished forms: those of one page, or all of them."""

import uuid

from django.utils import timezone

from dossiers.models import Agent, Brouillon, Operation


def de_page(agent: Agent, chemin: str) -> list[Brouillon]:
    """Return the drafts of the form sent to this address, the latest first."""
    return list(Brouillon.objects.a_finir(agent, timezone.now()).filter(chemin=chemin)[:10])


def tous(agent: Agent) -> list[Brouillon]:
    """Return all the agent's drafts, the latest first."""
    return list(Brouillon.objects.a_finir(agent, timezone.now())[:50])


def issue(agent: Agent, cle: uuid.UUID) -> str | None:
    """Return where the form of this key landed (« dossiers.fiche:12 ») when it was saved, else None."""
    faite = Operation.objects.filter(cle=cle, agent=agent).first()
    return faite.resultat if faite else None
