"""Pages that cost the same at any depth: the next one starts after the last row read, never at an offset."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

PAR_PAGE = 25
PLAFOND = 200
"""Beyond this many, a count says « plus de 200 »: nobody reads further, and counting costs."""


@dataclass(frozen=True)
class Page[T]:
    """Some rows, the cursor of the next ones (empty at the end), and how many there are in all, capped."""

    lignes: list[T]
    suite: str
    total: str


def paginer(
    requete: models.QuerySet[Any], champ: str, curseur: str, *, a_compter: models.QuerySet[Any] | None = None
) -> Page[Any]:
    """Return one page of a queryset, newest `champ` first; an unreadable cursor starts at the top.

    `champ` is a moment; the cursor holds the last moment and id read, so that ties never skip nor repeat a row.
    `a_compter` gives the same rows in the form that counts them fastest, when there is one.
    """
    depart = lire_curseur(curseur)
    lignes = list(tranche(requete, champ, depart))
    return mettre_en_page(lignes, champ, depart, lambda: _compter(requete if a_compter is None else a_compter))


def tranche(requete: models.QuerySet[Any], champ: str, depart: tuple[dt.datetime, int] | None) -> models.QuerySet[Any]:
    """Return the rows of one page and the next one's first, after the row a cursor names."""
    if depart:
        moment, identifiant = depart
        requete = requete.filter(**{f"{champ}__lte": moment}).exclude(**{champ: moment, "pk__gte": identifiant})
    return requete.order_by(f"-{champ}", "-pk")[: PAR_PAGE + 1]


def mettre_en_page(
    lignes: list[Any], champ: str, depart: tuple[dt.datetime, int] | None, compter: Callable[[], int]
) -> Page[Any]:
    """Return the page of a slice already read; `compter` is asked only when there are other pages."""
    suite = ""
    if len(lignes) > PAR_PAGE:
        derniere = lignes[PAR_PAGE - 1]
        suite = f"{getattr(derniere, champ).isoformat()}_{derniere.pk}"
    # a list that holds on its first page is counted already
    nombre = compter() if suite or depart else len(lignes)
    total = f"plus de {PLAFOND}" if nombre > PLAFOND else str(nombre)
    return Page(lignes[:PAR_PAGE], suite, total)


def _compter(requete: models.QuerySet[Any]) -> int:
    return compter(*compte_plafonne(requete))


def compter(sql: str, parametres: Sequence[Any]) -> int:
    """Return the number a counting expression gives."""
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {sql}", parametres)
        return int(curseur.fetchone()[0])


def compte_plafonne(requete: models.QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    """Return the SQL expression that counts a queryset's rows up to the cap, and its parameters."""
    sql, parametres = requete.order_by().values("pk")[: PLAFOND + 1].query.sql_with_params()
    return f"(SELECT count(*) FROM ({sql}) c)", parametres  # noqa: S608 - SQL compiled by Django, values bound


def lire_curseur(curseur: str) -> tuple[dt.datetime, int] | None:
    """Return the moment and id of a cursor, None when it is not one."""
    moment, _, identifiant = curseur.rpartition("_")
    try:
        lu = dt.datetime.fromisoformat(moment)
        return (lu, int(identifiant)) if lu.tzinfo and 0 < int(identifiant) < 2**63 else None
    except ValueError:
        return None
