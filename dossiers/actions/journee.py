"""Since when an agent has not looked: moved by a new day's first visit and by « J’ai vu », by nothing else (decision 0037)."""

import datetime as dt

from dossiers.models import Agent, Visite
from dossiers.models.journee import MEMOIRE, PREMIERE_FOIS


def visiter(agent: Agent, maintenant: dt.datetime) -> dt.datetime:
    """Note that the news are on screen; return since when they are news. Twice the same day changes nothing of it."""
    visite, neuve = Visite.objects.get_or_create(
        agent=agent, defaults={"depuis": maintenant - PREMIERE_FOIS, "vue_le": maintenant}
    )
    if not neuve:
        depuis = visite.depuis_au(maintenant)
        Visite.objects.filter(agent=agent).update(depuis=depuis, vue_le=maintenant)
        return depuis
    return visite.depuis


def marquer_vu(agent: Agent, jusqu_a: dt.datetime, maintenant: dt.datetime) -> None:
    """« J’ai vu »: what moved until `jusqu_a`, when the page was made, is no news any more.

    Never moves backwards, and never past now: what moves while one reads stays news.
    """
    jusqu_a = min(max(jusqu_a, maintenant - MEMOIRE), maintenant)
    Visite.objects.get_or_create(agent=agent, defaults={"depuis": jusqu_a, "vue_le": maintenant})
    Visite.objects.filter(agent=agent, depuis__lt=jusqu_a).update(depuis=jusqu_a, vue_le=maintenant)
