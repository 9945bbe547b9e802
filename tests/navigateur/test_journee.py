"""From one shift to the next, and from paper to the screen, as two colleagues live it."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.navigateur.gestes import noter_l_appel

pytestmark = pytest.mark.xdist_group("navigateur")


def test_une_passation_passe_d_un_agent_a_l_autre(page_de):
    amina, bruno = page_de("amina"), page_de("bruno")
    numero = noter_l_appel(amina, ("Logement",), numero="04 65 71 50 21", role="candidat", nom="Passage")
    amina.goto("/journee/")
    with amina.expect_navigation():
        amina.get_by_role("link", name="Passer la main…").click()
    amina.get_by_label("À transmettre").fill("Attend son bail, rappeler avant midi.")
    amina.get_by_label("Dossiers concernés").fill(numero)
    with amina.expect_navigation():
        amina.keyboard.press("Control+Enter")
    expect(amina.get_by_role("status").filter(has_text="laissée à vos collègues")).to_be_visible()

    bruno.goto("/journee/")
    bloc = bruno.locator("section", has=bruno.get_by_role("heading", name="Passation"))
    note = bloc.locator("article", has_text="Attend son bail, rappeler avant midi.")
    expect(note.get_by_role("link", name=numero)).to_be_visible()
    # what moved comes by itself, below
    expect(bruno.get_by_role("heading", name="Ce qui a bougé dans mes dossiers")).to_be_visible()
    with bruno.expect_navigation():
        note.get_by_role("button", name="J’ai lu").click()
    expect(bruno.get_by_text("Attend son bail, rappeler avant midi.")).to_have_count(0)

    amina.reload()
    lue = amina.locator("article", has_text="Attend son bail, rappeler avant midi.")
    expect(lue).to_contain_text(re.compile(r"Lue par Bruno"))


def test_un_appel_note_sur_papier_garde_son_heure(page_de):
    page = page_de("bruno")
    hier = dt.date.today() - dt.timedelta(days=1)
    page.goto("/journee/")
    page.locator("summary", has_text="Sur papier").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Ressaisir un appel noté sur papier").click()
    page.get_by_label("Commencé le").fill(f"{hier.isoformat()}T10:05")
    page.get_by_label("Fini à").fill("10:17")
    page.get_by_label("Pris par").select_option(label="Amina Benkirane")
    page.get_by_label("Numéro", exact=True).fill("04 65 71 50 22")
    page.get_by_label("Qui appelle", exact=True).select_option("candidat")
    page.get_by_label("Nom de famille").fill("Panne")
    page.get_by_label("Notes", exact=True).fill("Noté à la main pendant la coupure.")
    with page.expect_navigation():
        page.get_by_label("Notes", exact=True).press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("10 h 05")
    expect(page.get_by_text(re.compile(r"ressaisi le .* par Bruno"))).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="Ressaisir le suivant").click()
    expect(page.get_by_label("Commencé le")).to_have_value(f"{hier.isoformat()}T10:17")
    expect(page.get_by_label("Pris par").locator("option:checked")).to_have_text("Amina Benkirane")
