"""What a run of the reminders costs, beside the bare statements it cannot do without; everything is undone."""

import datetime as dt
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dossiers.actions.relances import relancer
from dossiers.actions.relances_dues import dossiers_dus

DUS = 100
"""Files due in the run that is measured, as many in either base: what they cost must not follow the size of the base."""
TOURS, ECHAUFFEMENT = 9, 2
SILENCE = dt.timedelta(days=15)
"""How long the clock is imagined to have stopped, for enough to be due in a thousand dossiers."""
REGARDER = (
    "SELECT count(DISTINCT m.dossier_id) FROM dossiers_demarche m JOIN dossiers_dossier d ON d.id = m.dossier_id"
    " WHERE d.ouvert AND m.etat NOT IN ('clos', 'abandonnee', 'sans_objet') AND m.etat_depuis < now()"
)
"""The least a run can do when nothing is due: look once at every open need."""

Ordres = list[tuple[str, Any]]


def mesurer_relances() -> dict[str, dict[str, Any]]:
    """Return time (ms), floor (ms) and queries of a run with `DUS` files due, then of one with nothing due."""
    maintenant = timezone.now() + SILENCE
    dus = dossiers_dus(maintenant)
    if len(dus) <= DUS:
        raise RuntimeError(f"Relances : {len(dus)} dossiers dus, il en faut plus de {DUS}.")
    avant, dernier = dus[-DUS - 1], dus[-1]
    return _mesurer(lambda: relancer(maintenant, depuis=avant), lambda: relancer(maintenant, depuis=dernier))


def _mesurer(cent: Callable[[], Any], rien: Callable[[], Any]) -> dict[str, dict[str, Any]]:
    """Time both runs and their floors turn by turn: a run's own finding statement and writes, one look at open needs.

    `hors_recherche_ms` is what the files due cost once found: the difference of two runs of one turn.
    """
    ordres = _relever(cent)
    siens = [(sql, p) for sql, p in ordres if sql.lstrip().startswith(("INSERT", "UPDATE", "WITH"))]
    suite = (lambda: _rejouer(siens), cent, lambda: _rejouer([(REGARDER, None)]), rien)
    tours = [[_chronometrer(faire) for faire in suite] for _ in range(ECHAUFFEMENT + TOURS)][ECHAUFFEMENT:]
    planchers, cents, regards, riens = zip(*tours, strict=True)
    hors_recherche = statistics.median(c - r for c, r in zip(cents, riens, strict=True))
    return {
        "cent dossiers dus": {**_resumer(cents, planchers, len(ordres)), "hors_recherche_ms": hors_recherche},
        "rien de dû": _resumer(riens, regards, len(_relever(rien))),
    }


def _resumer(passes: Sequence[float], planchers: Sequence[float], requetes: int) -> dict[str, Any]:
    return {
        "ms": statistics.median(passes), "plancher_ms": statistics.median(planchers), "requetes": requetes,
        "min_ms": min(passes), "plancher_min_ms": min(planchers),
    }  # fmt: skip


def _relever(passer: Callable[[], Any]) -> Ordres:
    """Return the statements of a run, undone at once."""
    ordres: Ordres = []

    def noter(executer: Callable[..., Any], sql: str, params: Any, many: bool, suite: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            ordres.append((sql, params))
        return executer(sql, params, many, suite)

    with transaction.atomic(), connection.execute_wrapper(noter):
        passer()
        transaction.set_rollback(True)
    return ordres


def _rejouer(ordres: Ordres) -> None:
    with connection.connection.cursor() as curseur:
        for sql, params in ordres:
            curseur.execute(sql, params)
            if curseur.description:
                curseur.fetchall()


def _chronometrer(faire: Callable[[], Any]) -> float:
    """Return the milliseconds of an act, undone at once."""
    with transaction.atomic():
        depart = time.perf_counter()
        faire()
        duree = time.perf_counter() - depart
        transaction.set_rollback(True)
    return duree * 1000
