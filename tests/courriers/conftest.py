"""A real Celery worker on the test database, and the queue seen from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from guichet.celery import app
from guichet.settings import conn_string

PATIENCE = 30
"""Seconds to wait for what takes one: the machine may be busy with the rest of the suite."""


def attendre(vrai: Callable[[], Any], quoi: str, patience: float = PATIENCE) -> Any:
    """Return the first true value, or fail by saying what never came."""
    fin = time.monotonic() + patience
    while not (valeur := vrai()):
        assert time.monotonic() < fin, f"Toujours pas : {quoi}"
        time.sleep(0.05)
    return valeur


def adresse_de_la_base() -> str:
    """Return the test database as the one URL an outside process takes."""
    base = connection.settings_dict
    passe = f":{quote(base['PASSWORD'], safe='')}" if base["PASSWORD"] else ""
    port = f":{base['PORT']}" if base["PORT"] else ""
    return f"postgres://{base['USER']}{passe}@{quote(base['HOST'], safe='')}{port}/{base['NAME']}"


class Ouvrier:
    """One `celery worker` with one child, started as production does; its output is kept in a file."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.processus: subprocess.Popen[bytes] | None = None

    def demarrer(self) -> None:
        """Start unless it lives, and return when it takes tasks."""
        if self.processus and self.processus.poll() is None:
            return
        deja = len(self.dires())
        commande = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "guichet",
            "worker",
            "--concurrency",
            "1",
            "--loglevel",
            "INFO",
        ]
        with self.journal.open("ab") as sortie:
            self.processus = subprocess.Popen(
                commande, cwd=settings.BASE_DIR, stdout=sortie, stderr=subprocess.STDOUT, start_new_session=True,
                env={**os.environ, "DATABASE_URL": adresse_de_la_base(), "GUICHET_JOURNAL": "INFO"},
            )  # fmt: skip
        attendre(lambda: " ready." in self.dires()[deja:], "le démarrage de l’ouvrier")

    def dires(self) -> str:
        """Return all it has written since the first start."""
        return self.journal.read_text(encoding="utf-8") if self.journal.exists() else ""

    def enfant(self) -> psutil.Process:
        return psutil.Process(self.processus.pid).children()[0]

    def tuer(self) -> None:
        """End it and its child at once, as a power cut would."""
        os.killpg(self.processus.pid, signal.SIGKILL)
        self.processus.wait()

    def arreter(self) -> None:
        """Leave nothing behind; a polite stop would only take longer."""
        if self.processus and self.processus.poll() is None:
            self.tuer()


@pytest.fixture(scope="module")
def _ouvrier(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Ouvrier]:
    ouvrier = Ouvrier(tmp_path_factory.mktemp("ouvrier") / "journal.txt")
    yield ouvrier
    ouvrier.arreter()


@pytest.fixture
def ouvrier(_ouvrier: Ouvrier, transactional_db: None, file_vide: None) -> Ouvrier:
    """The module's worker, alive, on an empty queue."""
    _ouvrier.demarrer()
    return _ouvrier


@contextmanager
def rangement_empeche() -> Iterator[Callable[[], bool]]:
    """Hold the letters' bytes out of the table, so that a worker stands still in the middle of storing one.

    Gives a function that tells whether one stands there.
    """
    with psycopg.connect(conn_string(connection.settings_dict)) as autre:
        autre.execute("LOCK TABLE dossiers_courrierfichier IN SHARE MODE")

        def quelqu_un_attend() -> bool:
            return bool(
                autre.execute(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'dossiers_courrierfichier'::regclass"
                ).fetchone()[0]
            )

        yield quelqu_un_attend


def sur_pgmq() -> bool:
    return settings.CELERY_BROKER_URL.startswith("pgmq")


def messages() -> list[str]:
    """Return every message waiting in the queue as text, the oldest first."""
    if not sur_pgmq():
        import redis

        with redis.Redis.from_url(settings.CELERY_BROKER_URL) as serveur:
            return [m.decode() for m in reversed(serveur.lrange("celery", 0, -1))]
    with connection.cursor() as curseur:
        curseur.execute("SELECT to_regclass('pgmq.q_celery') IS NOT NULL")
        if not curseur.fetchone()[0]:
            return []
        curseur.execute("SELECT message::text || coalesce(headers::text, '') FROM pgmq.q_celery ORDER BY msg_id")
        return [ligne[0] for ligne in curseur.fetchall()]


@pytest.fixture
def file_vide(db: None) -> None:
    """Empty the queue: it is no table of Django's, so no test cleans it."""
    app.control.purge()
    if sur_pgmq() and messages():
        with connection.cursor() as curseur:  # what a killed worker had taken stays hidden from a purge
            curseur.execute("SELECT pgmq.purge_queue('celery')")
