"""A whole Guichet in processes of its own: database, gunicorn, worker, for a real browser to drive."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from guichet import postgres

RACINE = Path(__file__).resolve().parents[2]
MOT_DE_PASSE = "Guichet-Demo-2026"


@dataclass(frozen=True)
class Maison:
    """Where it answers, and what its processes said."""

    adresse: str
    journaux: tuple[Path, ...]
    base: str
    """Its database's address."""

    def dit(self) -> str:
        return "\n".join(j.read_text(encoding="utf-8", errors="replace") for j in self.journaux)


def serveur() -> str:
    """Return the address of the server the tests use, its database's name left to fill."""
    if donne := os.environ.get("DATABASE_URL"):
        return donne
    return f"postgres://{postgres.UTILISATEUR}@{quote(str(postgres.ESSAI.prise), safe='')}/postgres"


def creer_base(nom: str) -> str:
    """Create an empty database of this name, whatever was there before; return its address."""
    morceaux = urlsplit(serveur())
    with psycopg.connect(serveur(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(nom)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))
    return urlunsplit(morceaux._replace(path=f"/{nom}"))


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextmanager
def ouvrir(nom: str, dossier: Path) -> Iterator[Maison]:
    """Set up the thirty calls, then run the web server and the worker until the end of the block."""
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith("GUICHET_")},
        "DATABASE_URL": creer_base(nom), "GUICHET_VAR": str(dossier), "GUICHET_JOURNAL": "INFO",
        "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }  # fmt: skip
    for commande in ("migrate -v0", "charger_territoire", "charger_demo", "collectstatic --noinput -v0"):
        subprocess.run(
            [sys.executable, "manage.py", *commande.split()], cwd=RACINE, env=env, check=True, capture_output=True
        )
    port, bin_ = port_libre(), Path(sys.executable).parent
    commandes = {
        "web": [
            bin_ / "gunicorn",
            "guichet.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--threads",
            "4",
            "--no-control-socket",
        ],
        "travail": [bin_ / "celery", "-q", "-A", "guichet", "worker", "--concurrency", "1", "--loglevel", "INFO"],
    }
    journaux = {nom: dossier / f"{nom}.log" for nom in commandes}
    processus = []
    try:
        for nom_, commande in commandes.items():
            with journaux[nom_].open("w") as sortie:
                processus.append(
                    subprocess.Popen(commande, cwd=RACINE, env=env, stdout=sortie, stderr=subprocess.STDOUT)
                )
        maison = Maison(f"http://127.0.0.1:{port}", tuple(journaux.values()), env["DATABASE_URL"])
        attendre(lambda: repond(f"{maison.adresse}/sante/"), "Guichet ne s’est pas ouvert", maison)
        yield maison
    finally:
        for p in processus:
            p.terminate()
        for p in processus:
            p.wait(timeout=20)


def repond(adresse: str) -> bool:
    try:
        return bool(urllib.request.urlopen(adresse, timeout=2).status == 200)
    except OSError:
        return False


def attendre(condition, phrase: str, maison: Maison, secondes: float = 40) -> None:
    """Wait until a condition holds; say what the processes said when it never does."""
    fin = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < fin, f"{phrase} :\n{maison.dit()[-3000:]}"
        time.sleep(0.1)


def chromium() -> str:
    """Return the browser's path; the bootstrap of the tests installs it."""
    trouve = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert trouve, "Il manque chromium : apt-get install chromium."
    return trouve
