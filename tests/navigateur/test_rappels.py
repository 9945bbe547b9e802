"""A callback nobody answers, from the promise to the letter; and the alarm one key takes."""

import re
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.gestes import dans, noter_l_appel, ouvrir, texte_du_pdf

pytestmark = pytest.mark.xdist_group("navigateur")


def rappeler(page: Page, numero: str) -> None:
    """Open the callback from the dossier's page, by its button."""
    ouvrir(page, numero)
    page.get_by_role("button", name=re.compile("^Rappeler")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rappeler")


def reculer(base: str, heures: int) -> None:
    """Let the last attempt noted have been made so many hours before: half-days of other days."""
    with psycopg.connect(base, autocommit=True) as connexion:
        connexion.execute(
            "UPDATE dossiers_tentative SET faite_le = faite_le - make_interval(hours => %s)"
            " WHERE id = (SELECT max(id) FROM dossiers_tentative)",
            [heures],
        )


def test_un_rappel_sans_reponse_trois_demi_journees_de_suite_finit_par_le_courrier(maison, page_de, tmp_path: Path):
    page = page_de("amina")
    numero = noter_l_appel(
        page, numero="04 65 71 48 20", role="candidat", prenom="Solène", nom="Portal", statut="primo_installation",
        texte="Demande à être rappelée sur le calendrier.", promesse="rappel", promesse_le=dans(30),
    )  # fmt: skip
    rappeler(page, numero)
    expect(page.get_by_role("link", name="04 65 71 48 20")).to_be_visible()
    script = page.locator("section", has=page.get_by_role("heading", name="À dire au répondeur"))
    expect(script).not_to_contain_text("Portal")
    page.get_by_role("button", name="Sonne dans le vide").click()
    expect(page.get_by_text("1 demi-journée sur 3 sans réponse.")).to_be_visible()
    reculer(maison.base, 96)
    rappeler(page, numero)
    page.get_by_role("button", name="Répondeur, message laissé").click()
    expect(page.get_by_text("2 demi-journées sur 3 sans réponse.")).to_be_visible()
    reculer(maison.base, 48)
    rappeler(page, numero)
    expect(page.get_by_text("C’est la troisième demi-journée")).to_be_visible()
    page.get_by_role("button", name="Occupé").click()
    expect(page.get_by_text("le courrier C12 est préparé")).to_be_visible()
    page.get_by_role("link", name="Ouvrir le dossier").click()
    lettre = texte_du_pdf(page, "Appel resté sans réponse", maison, tmp_path)
    assert len(re.findall(r"^\W*le \w+ \d+", lettre, flags=re.M)) == 3, lettre
    assert "04 65 71 10 00" in lettre.replace("\u00a0", " ")


def test_la_touche_p_prend_le_premier_rappel_que_personne_ne_prend(maison, page_de):
    page = page_de("estelle")
    page.goto("/journee/")
    bloc = page.locator("section.urgente")
    expect(bloc.get_by_role("heading", name="Rappels que personne ne prend")).to_be_visible()
    avant = bloc.locator("li").count()
    with page.expect_navigation():
        page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rappeler")
    expect(page.locator("aside")).to_contain_text("Estelle Roux")
    page.goto("/journee/")
    expect(page.locator("section.urgente li")).to_have_count(avant - 1)


def test_la_demi_journee_choisie_dit_ce_qu_elle_tient_deja(maison, page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    page.get_by_label("Je promets").select_option("rappel")
    page.get_by_label("pour le", exact=True).fill(dans(30))
    expect(page.locator("#charge")).to_contain_text(re.compile("déjà promis|non travaillé"))
