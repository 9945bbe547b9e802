"""The embedded PostgreSQL: private, sturdy, and clear when it cannot start."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from guichet import postgres
from guichet.postgres import Grappe, PostgresImpossible


@pytest.fixture
def grappe(tmp_path_factory):
    """Return a cluster of its own, started; stopped and removed at the end."""
    neuve = Grappe("propre", essai=True, var=tmp_path_factory.mktemp("var"))
    neuve.demarrer()
    yield neuve
    neuve.effacer()


def connexion(grappe):
    return psycopg.connect(
        host=str(grappe.prise), port=postgres.PORT, user=postgres.UTILISATEUR, dbname="guichet", autocommit=True
    )


def test_il_n_ecoute_que_sur_une_prise_privee(grappe):
    with connexion(grappe) as base:
        ecoute = base.execute("SHOW listen_addresses").fetchone()[0]
    assert (ecoute, stat.S_IMODE(grappe.prise.stat().st_mode), stat.S_IMODE(grappe.donnees.stat().st_mode)) == (
        "",
        0o700,
        0o700,
    )
    assert grappe.en_marche()


def test_il_ne_tourne_jamais_en_root(grappe):
    pid = int((grappe.donnees / "postmaster.pid").read_text().splitlines()[0])
    assert os.stat(f"/proc/{pid}").st_uid != 0


def test_demarrer_deux_fois_et_arreter_deux_fois_ne_font_rien_de_plus(grappe):
    pid = (grappe.donnees / "postmaster.pid").read_text().splitlines()[0]
    grappe.demarrer()
    assert (grappe.donnees / "postmaster.pid").read_text().splitlines()[0] == pid
    grappe.arreter()
    grappe.arreter()
    assert not grappe.en_marche()


def test_les_donnees_survivent_a_un_arret_brutal(grappe):
    with connexion(grappe) as base:
        base.execute("CREATE TABLE preuve AS SELECT 42 AS n")
        base.execute("CHECKPOINT")
    os.kill(int((grappe.donnees / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    time.sleep(0.2)
    grappe.demarrer()
    with connexion(grappe) as base:
        assert base.execute("SELECT n FROM preuve").fetchone() == (42,)


def test_les_forces_de_postgresql_sont_la(grappe):
    with connexion(grappe) as base:
        base.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent")
        lu = base.execute(
            "SELECT unaccent('Élise'), 'delmas' % 'delmaz', to_tsvector('french', 'le cabinet')::text"
        ).fetchone()
    assert lu == ("Elise", True, "'cabinet':2")


def test_les_donnees_d_une_autre_version_sont_refusees_en_clair(tmp_path):
    autre = Grappe("autre", essai=True, var=tmp_path)
    autre.demarrer()
    autre.arreter()
    (autre.donnees / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresImpossible) as refus:
        autre.demarrer()
    assert "sont celles de PostgreSQL 15, le serveur embarqué est en 18" in str(refus.value)
    (autre.donnees / "PG_VERSION").write_text("18\n")
    autre.effacer()
    assert not autre.dossier.exists()


def test_un_dossier_trop_profond_a_une_prise_courte(tmp_path):
    profond = tmp_path / ("x" * 60) / ("y" * 60)
    grappe = Grappe("profonde", essai=True, var=profond)
    assert len(os.fsencode(grappe.prise)) < postgres.LONGUEUR_SOCKET
    grappe.demarrer()
    try:
        with connexion(grappe) as base:
            assert base.execute("SELECT 1").fetchone() == (1,)
    finally:
        grappe.effacer()


def test_un_dossier_ferme_aux_autres_ne_l_empeche_pas(tmp_path):
    """A checkout under a folder only its owner can enter (a root's home): PostgreSQL runs all the same."""
    ferme = tmp_path / "ferme"
    ferme.mkdir(mode=0o700)
    grappe = Grappe("close", essai=True, var=ferme / "var")
    grappe.demarrer()
    try:
        with connexion(grappe) as base:
            assert base.execute("SELECT 1").fetchone() == (1,)
    finally:
        grappe.effacer()


def test_l_usage_est_dit(tmp_path):
    fini = subprocess.run(
        [sys.executable, "-m", "guichet.postgres", "danser"],
        cwd=Path(postgres.__file__).parent.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (fini.returncode, fini.stderr.strip()) == (
        2,
        "Usage : python -m guichet.postgres demarrer|arreter|effacer [essai]",
    )
