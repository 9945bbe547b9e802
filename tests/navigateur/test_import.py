"""The line's old spreadsheet becomes calls and dossiers: sent, mapped, looked at, corrected, run by the real worker."""

import datetime as dt
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("navigateur")

SUIVI = Path(__file__).resolve().parents[2] / "dossiers" / "donnees" / "suivi_appels.xlsx"
LENT = 40_000
"""Milliseconds the worker may take on a busy machine."""


def chiffre(page, libelle):
    return page.locator(".chiffres a", has_text=libelle).locator("strong")


def test_le_tableau_de_l_agglomeration_devient_des_dossiers(page_de, tmp_path):
    page = page_de("estelle")
    page.goto("/appels/")
    page.get_by_role("link", name="Importer un fichier").click()
    page.get_by_role("link", name="Importer un fichier").click()
    page.get_by_label("Fichier").set_input_files(SUIVI)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qu’est chaque colonne")
    # the columns are guessed, and one is put right by hand
    expect(page.get_by_label("Tél", exact=True)).to_have_value("numero")
    expect(page.get_by_label("Nom du médecin")).to_have_value("qui")
    page.get_by_label("N°", exact=True).select_option("")
    page.get_by_role("button", name="Lire les lignes").click()
    expect(page.get_by_role("heading", name="Que faire maintenant")).to_be_visible(timeout=LENT)
    assert [chiffre(page, mot).inner_text() for mot in ("toutes les lignes", "À corriger", "Déjà connu")] == [
        "41",
        "7",
        "7",
    ]
    page.get_by_role("button", name="Décider pour toutes").click()
    expect(page.get_by_role("status").filter(has_text="7 lignes décidées")).to_be_visible()
    with page.expect_download() as descente:
        page.get_by_role("link", name="Télécharger les lignes à corriger").click()
    corrige = tmp_path / "corrige.xlsx"
    _corriger(descente.value.path(), corrige)
    page.get_by_label("Fichier").set_input_files(corrige)
    page.get_by_role("button", name="Renvoyer").click()
    expect(chiffre(page, "À importer")).to_have_text("35", timeout=LENT)
    page.get_by_role("button", name="Importer 35 lignes").click()
    expect(chiffre(page, "Importée")).to_have_text("35", timeout=LENT)
    expect(chiffre(page, "À corriger")).to_have_text("6")
    page.get_by_role("link", name="Importée").click()
    ligne = page.locator("tr", has=page.get_by_role("rowheader", name="17", exact=True))
    expect(ligne).to_contain_text("13 janvier 2026 à 9 h 30")
    ligne.get_by_role("link").click()
    expect(page.locator(".identite")).to_contain_text("Paul Arnal")


def _corriger(source, cible):
    """Put the date right on one of the faulty lines, as one does in a spreadsheet."""
    livre = load_workbook(io.BytesIO(Path(source).read_bytes()))
    feuille = livre.active
    titres = [c.value for c in feuille[1]]
    for rangee in feuille.iter_rows(min_row=2):
        if rangee[0].value == "17":
            rangee[titres.index("Date appel")].value = dt.datetime(2026, 1, 13, 9, 30)
    livre.save(cible)
