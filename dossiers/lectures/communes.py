"""The communes of a territory, as lists offer them."""

from django.core.cache import cache

from dossiers.models import Commune

DUREE = 300
"""Seconds a list of communes is kept: it changes with the law, by a command, once a year."""


def choix(territoire_id: int) -> list[tuple[str, str]]:
    """Return (INSEE code, name) of each commune, in alphabetical order."""
    communes = Commune.objects.filter(territoire_id=territoire_id)
    return (
        cache.get_or_set(f"communes-{territoire_id}", lambda: list(communes.values_list("code_insee", "nom")), DUREE)
        or []
    )
