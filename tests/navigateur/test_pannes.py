"""Killed in the middle of a call, the browser twenty times and the server twenty times: at most two seconds of typing lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.navigateur import maison as demeure
from tests.navigateur.conftest import DRAPEAUX
from tests.navigateur.maison import RACINE, attendre, port_libre, repond

pytestmark = pytest.mark.xdist_group("navigateur")

MORTS = {False: 4, True: 20}
"""How many times each is killed: the suite's measure, and `--complet`'s."""
PERDU = 2.0
"""Seconds of typing that a death may cost."""
PHRASE = "Zibeline cherche une maison a Anduze pour septembre, deux enfants, un conjoint professeur de mathematiques. "


class Serveur:
    """A web server of its own on the house's data, that dies without a word and comes back at the same address."""

    def __init__(self, maison, dossier: Path) -> None:
        self.maison, self.journal, self.port = maison, dossier / "web.log", port_libre()
        self.adresse = f"http://127.0.0.1:{self.port}"
        var = str(maison.journaux[0].parent)
        self.env = {**os.environ, "DATABASE_URL": maison.base, "GUICHET_VAR": var, "PYTHONUNBUFFERED": "1"}

    def demarrer(self) -> None:
        commande = [Path(sys.executable).parent / "gunicorn", "guichet.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        with self.journal.open("a") as sortie:
            self.processus = subprocess.Popen(
                [*commande, "--threads", "4", "--no-control-socket"],
                cwd=RACINE, env=self.env, stdout=sortie, stderr=sortie, start_new_session=True,
            )  # fmt: skip
        try:
            # not /sante/: it also asks for the worker, which nobody kills here
            attendre(lambda: repond(f"{self.adresse}/connexion/"), "Le serveur n’est pas revenu", self.maison)
        except AssertionError:
            self.tuer()
            raise

    def tuer(self) -> None:
        os.killpg(self.processus.pid, signal.SIGKILL)
        self.processus.wait()


class Frappe:
    """Somebody who types without a pause, and when each letter left the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page, self.texte, self.instants = page, "", []

    def taper(self, secondes: float) -> None:
        fin = time.monotonic() + secondes
        while time.monotonic() < fin:
            lettre = PHRASE[len(self.texte) % len(PHRASE)]
            self.instants.append(time.monotonic())
            self.page.keyboard.insert_text(lettre)
            self.texte += lettre
            time.sleep(0.03)

    def perdu(self, garde: str, mort: float) -> float:
        """Return how old was, when everything stopped, the first letter that is not in what was kept."""
        assert self.texte.startswith(garde), f"{garde!r} n’est pas le début de {self.texte!r}"
        return mort - self.instants[len(garde)] if len(garde) < len(self.texte) else 0.0


def garde(base: psycopg.Connection) -> str:
    ligne = base.execute("SELECT champs->'texte'->>0 FROM dossiers_brouillon ORDER BY enregistre_le DESC").fetchone()
    return ligne[0] if ligne else ""


@pytest.fixture
def base(maison):
    with psycopg.connect(maison.base, autocommit=True) as connexion:
        connexion.execute("DELETE FROM dossiers_brouillon")
        yield connexion


def test_le_navigateur_tue_en_plein_appel_ne_perd_que_deux_secondes(
    request, maison, base, page_de, navigateur, tmp_path
):
    """What is left is read as its author would: another browser, « Reprendre ». The dead one's folder holds nothing."""
    hasard, pertes = Random(0), []
    temoin = page_de("amina")
    cookies = temoin.context.cookies()
    for rang in range(MORTS[request.config.getoption("--complet")]):
        base.execute("DELETE FROM dossiers_brouillon")
        profil = tmp_path / f"profil{rang}"
        processus, victime = lancer_chromium(navigateur, profil)
        try:
            contexte = victime.contexts[0]
            contexte.add_cookies(cookies)
            page = contexte.new_page()
            page.goto(f"{maison.adresse}/appels/nouveau")
            page.locator("#id_texte").focus()
            frappe = Frappe(page)
            frappe.taper(1.5 + 2.5 * hasard.random())
        finally:
            mort = time.monotonic()
            os.killpg(processus.pid, signal.SIGKILL)
            processus.wait()
        temoin.goto("/appels/nouveau")
        temoin.get_by_role("link", name="Reprendre").click()
        expect(temoin.get_by_text("Vous reprenez ce qui a été commencé")).to_be_visible()
        pertes.append(frappe.perdu(temoin.locator("#id_texte").input_value(), mort))
        assert [f.name for f in profil.rglob("*") if f.is_file() and b"Zibeline" in f.read_bytes()] == []
    assert max(pertes) <= PERDU, pertes


def lancer_chromium(navigateur, profil: Path):
    """Start a browser that is nobody's child but ours, with a folder on the disk as an agent's has."""
    processus = subprocess.Popen(
        [demeure.chromium(), *DRAPEAUX, "--headless=new", f"--user-data-dir={profil}", "--remote-debugging-port=0", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    port, fin = profil / "DevToolsActivePort", time.monotonic() + 30
    while not (port.exists() and port.read_text().strip()):
        assert time.monotonic() < fin, "Chromium ne s’est pas ouvert"
        time.sleep(0.05)
    return processus, navigateur.browser_type.connect_over_cdp(f"http://127.0.0.1:{port.read_text().splitlines()[0]}")


def test_le_serveur_tue_en_plein_appel_ne_perd_rien_de_la_page_ouverte(
    request, maison, base, page_de, navigateur, sessions, tmp_path
):
    """At each death the database holds all but two seconds; back to life, it gets the rest; the call is saved once."""
    page_de("amina")
    serveur, hasard, pertes = Serveur(maison, tmp_path), Random(1), []
    serveur.demarrer()
    contexte = navigateur.new_context(base_url=serveur.adresse, locale="fr-FR", storage_state=sessions["amina"])
    page = contexte.new_page()
    try:
        page.goto("/appels/nouveau")
        page.locator("#id_nom").fill("Increvable")
        page.get_by_label("ne souhaite pas être rappelé").check()
        page.get_by_label("garder l’appel seul, sans dossier").check()
        page.locator("#id_texte").focus()
        frappe = Frappe(page)
        for _ in range(MORTS[request.config.getoption("--complet")]):
            frappe.taper(1 + 2 * hasard.random())
            serveur.tuer()
            pertes.append(frappe.perdu(garde(base), time.monotonic()))
            frappe.taper(1.5)
            expect(page.get_by_text("Hors connexion : continuez à taper")).to_be_visible()
            serveur.demarrer()
            expect(page.get_by_text("Hors connexion : continuez à taper")).to_be_hidden(timeout=15_000)
        frappe.taper(0.5)
        page.get_by_role("button", name="Enregistrer l’appel").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Appel du")
    finally:
        serveur.tuer()
        contexte.close()
    assert max(pertes) <= PERDU, pertes
    textes = base.execute("SELECT texte FROM dossiers_appel WHERE nom_appelant = 'Increvable'").fetchall()
    assert ([t for (t,) in textes], garde(base)) == ([frappe.texte.strip()], "")
