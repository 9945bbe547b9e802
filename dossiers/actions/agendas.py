"""The secret address of an agent's calendar: made, renewed, revoked. Only its fingerprint is kept."""

import secrets
import uuid

from django.utils import timezone

from dossiers.actions.operation import operation
from dossiers.models import Agenda, Agent
from dossiers.regles.agenda import empreinte


def creer(*, agent: Agent, cle: uuid.UUID) -> str:
    """Make an address, whatever stood before revoked; return its secret, which nothing can show a second time."""
    jeton = secrets.token_urlsafe(32)
    with operation(agent, cle=cle, geste="creer_agenda", resultat="reglages.agenda"):
        # the agent's row is the lock: two tabs end with one address
        Agent.objects.select_for_update(of=("self",)).get(pk=agent.pk)
        _revoquer(agent)
        Agenda.objects.create(agent=agent, empreinte=empreinte(jeton))
    return jeton


def revoquer(*, agent: Agent, cle: uuid.UUID) -> None:
    """Close the address: calendars that read it find nothing any more."""
    with operation(agent, cle=cle, geste="revoquer_agenda", resultat="reglages.agenda"):
        _revoquer(agent)


def _revoquer(agent: Agent) -> None:
    for agenda in Agenda.objects.filter(agent=agent, revoque_le=None):
        agenda.revoque_le = timezone.now()
        agenda.save(update_fields=["revoque_le"])
