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


@transaction.atomic
def changer_mot_de_passe(agent: Agent, nouveau: str) -> Agent:
    """Give an agent the password they chose; the form has checked it."""
    with auteur(agent, geste="changer_mot_de_passe"):
        agent.set_password(nouveau)
        agent.save()
    return agent
