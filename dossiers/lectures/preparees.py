"""Reads compiled once: the words of a page's query depend on what its reader may see, never on which row is read.

Building a query of eighty columns and turning it into SQL takes Django longer than PostgreSQL takes to answer. What
changes from one request to the next is a handful of numbers: they are given at reading time, in the place of the unknowns
the query was built with. Rights stay where they are: the query is built through `visibles_par`, for a reader of that
nature and role (decision 0034).
"""

import copy
import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from dossiers.models import Agent, Organisme

_BASE = -(2**62)
MOI, MAISON, TERRITOIRE, CLE = (_BASE + n for n in range(4))
"""What a prepared read does not know yet: the reader, their organisation, their territory, the key of what is read."""
MOMENT = dt.datetime(2999, 1, 1, 12, tzinfo=dt.UTC)
JOUR = timezone.localdate(MOMENT)
"""The moment and the day of the reading."""
SOIR, BORNE = MOMENT + dt.timedelta(days=1), MOMENT + dt.timedelta(days=2)
"""The end of that day, and what was an hour of work before that moment."""


class Sorte(NamedTuple):
    """What rights ask of a reader, but who and where: the key of a prepared read."""

    nature: str
    role: str
    acces: tuple[int, ...] = ()
    """Confidential files opened to this agent by name: nearly always none."""


def sorte(agent: Agent) -> Sorte:
    """Return the sort of reader an agent is."""
    return Sorte(agent.organisme.nature, agent.role, tuple(agent.acces))


def lecteur(sorte: Sorte) -> Agent:
    """Return an unknown agent of this sort."""
    maison = Organisme(pk=MAISON, nature=sorte.nature)
    return Agent(pk=MOI, role=sorte.role, acces=list(sorte.acces), territoire_id=TERRITOIRE, organisme=maison)


class Preparee[M: Model]:
    """One query, compiled at its first reading and read again with other values."""

    def __init__(self, requete: QuerySet[M]) -> None:
        self.requete = requete

    @cached_property
    def _compilee(self) -> tuple[SQLCompiler, str, tuple[Any, ...]] | None:
        compilateur = self.requete.query.get_compiler(using=self.requete.db)
        try:
            sql, parametres = compilateur.as_sql()
        except EmptyResultSet:
            return None
        return compilateur, sql, tuple(parametres)

    def lire(
        self,
        agent: Agent,
        cle: int | list[int] | None = None,
        *,
        moment: dt.datetime | None = None,
        jour: dt.date | None = None,
    ) -> list[M]:
        """Return the rows this agent may read under this key, or under these when the query was built with `parmi`."""
        if self._compilee is None:
            return []
        compilateur, sql, parametres = self._compilee
        pret = copy.copy(compilateur)
        pret.connection = connection  # this thread's own
        dit = (sql, remplir(parametres, agent, cle, moment=moment, jour=jour))
        pret.as_sql = lambda *_, **__: dit  # type: ignore[method-assign, assignment]
        requete = self.requete.all()
        requete.query.get_compiler = lambda *_, **__: pret  # type: ignore[method-assign]
        return list(requete)


def remplir(
    parametres: Iterable[Any],
    agent: Agent,
    cle: int | list[int] | None = None,
    *,
    moment: dt.datetime | None = None,
    jour: dt.date | None = None,
    soir: dt.datetime | None = None,
    borne: dt.datetime | None = None,
) -> list[Any]:
    """Return the parameters of a sentence with what is known now in the place of what was not."""
    moi, maison, territoire = agent.pk, agent.organisme_id, agent.territoire_id
    connus = {MOI: moi, MAISON: maison, TERRITOIRE: territoire, CLE: cle, MOMENT: moment, JOUR: jour}
    connus |= {SOIR: soir, BORNE: borne}

    def valeur(parametre: Any) -> Any:
        if isinstance(parametre, list):
            return [valeur(p) for p in parametre]
        return connus.get(parametre, parametre) if isinstance(parametre, int | dt.date) else parametre

    return [valeur(p) for p in parametres]


def parmi(colonne: str) -> RawSQL:
    """Return the condition « this column is one of the keys given », as many as they are: `IN` is written for a number."""
    return RawSQL(f"{colonne} = ANY(%s)", (CLE,), output_field=BooleanField())  # noqa: S611 - a column's name, ours


def retenir(objet: Model, relation: str, lignes: list[Any]) -> None:
    """Keep what was read of a relation, as `prefetch_related` does: asking for it again reads nothing."""
    lues = getattr(objet, relation).all()
    lues._result_cache, lues._prefetch_done = lignes, True
    gardees = objet.__dict__.setdefault("_prefetched_objects_cache", {})
    gardees[relation] = lues
