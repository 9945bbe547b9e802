"""Accounts and preferences."""

from typing import Any

from django.db import transaction

from dossiers.models import Agent, auteur

PREFERENCES = ("theme", "raccourcis", "territoire")


@transaction.atomic
def preferer(agent: Agent, **preferences: Any) -> Agent:
    """Keep an agent's own preferences; anything else is not theirs to change here."""
    with auteur(agent, geste="preferer"):
        for nom, valeur in preferences.items():
            if nom in PREFERENCES:
                setattr(agent, nom, valeur)
        agent.save(update_fields=list(PREFERENCES))
    return agent
