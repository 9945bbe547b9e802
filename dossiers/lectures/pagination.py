"""Pages that cost the same at any depth: the next one starts after the last row read, never at an offset."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models

PAR_PAGE = 25
PLAFOND = 200
"""Beyond this many, a count says « plus de 200 »: nobody reads further, and counting costs."""


@dataclass(frozen=True)
class Page[T]:
    """Some rows, the cursor of the next ones (empty at the end), and how many there are in all, capped."""

    lignes: list[T]
    suite: str
    total: str


def paginer(requete: models.QuerySet[Any], champ: str, curseur: str, *, compter: bool = True) -> Page[Any]:
    """Return one page of a queryset, newest `champ` first; an unreadable cursor starts at the top.

    `champ` is a moment; the cursor holds the last moment and id read, so that ties never skip nor repeat a row.
    """
    total = ""
    if compter:
        nombre = requete.order_by().values("pk")[: PLAFOND + 1].count()
        total = f"plus de {PLAFOND:,}".replace(",", "\u202f") if nombre > PLAFOND else str(nombre)
    depart = lire_curseur(curseur)
    if depart:
        moment, identifiant = depart
        requete = requete.filter(**{f"{champ}__lte": moment}).exclude(**{champ: moment, "pk__gte": identifiant})
    lignes = list(requete.order_by(f"-{champ}", "-pk")[: PAR_PAGE + 1])
    suite = ""
    if len(lignes) > PAR_PAGE:
        derniere = lignes[PAR_PAGE - 1]
        suite = f"{getattr(derniere, champ).isoformat()}_{derniere.pk}"
    return Page(lignes[:PAR_PAGE], suite, total)


def lire_curseur(curseur: str) -> tuple[dt.datetime, int] | None:
    """Return the moment and id of a cursor, None when it is not one."""
    moment, _, identifiant = curseur.rpartition("_")
    try:
        lu = dt.datetime.fromisoformat(moment)
        return (lu, int(identifiant)) if lu.tzinfo and 0 < int(identifiant) < 2**63 else None
    except ValueError:
        return None


def compter(requete: models.QuerySet[Any], plafond: int = PLAFOND) -> int:
    """Count rows up to a cap, so that a figure costs the same whatever the volume."""
    return requete.order_by()[: plafond + 1].count()
