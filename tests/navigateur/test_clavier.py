"""The phone in one hand, the keyboard in the other: who speaks, find anything, and no letter that plays in a field."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.navigateur.test_acces import REGLES

pytestmark = pytest.mark.xdist_group("navigateur")


def test_le_numero_pousse_montre_qui_appelle_et_une_touche_choisit(page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau?tel=0639981120")
    connus = page.locator("input[data-appelant]")
    expect(connus.first).to_be_visible()
    page.locator("#id_texte").focus()
    page.keyboard.type("cherche pr sept")
    page.keyboard.press("F2")
    expect(connus.first).to_be_checked()
    expect(page.locator("input[name=suite][value^=dossier]").first).to_be_checked()
    for _ in range(connus.count() - 1):
        page.keyboard.press("F2")
    expect(page.locator("#personne-autre")).to_be_checked()
    expect(page.locator("#suite-ouvrir")).to_be_checked()
    assert page.locator("#id_texte").input_value() == "cherche pr sept"
    expect(page.locator("#id_texte")).to_be_focused()


def test_les_proches_viennent_pendant_la_frappe_et_un_dossier_de_plus_se_motive_au_clavier(page_de):
    page = page_de("amina")
    appeler(page, "Zoé", "Pélissier", "04 65 71 98 98")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="L’appel est enregistré dans le dossier")).to_be_visible()
    appeler(page, "Zoé", "Pelicier", "")
    expect(page.locator("#qui")).to_contain_text("nom qui se prononce pareil, même prénom")
    appeler(page, "Zoé", "Pélissier", "04.65.71.98.98")
    expect(page.locator("#id_motif_double")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".erreurs")).to_contain_text("dites pourquoi en ouvrir un de plus")
    page.locator("#id_motif_double").focus()
    page.keyboard.type("un autre")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="L’appel est enregistré dans le dossier")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Motif : un autre projet, à mener à part")


def appeler(page: Page, prenom: str, nom: str, numero: str) -> None:
    """Type a call from the top of the screen, with the keys alone, as far as the notes."""
    page.goto("/appels/nouveau")
    page.locator("#id_numero").focus()
    page.keyboard.type(numero)
    for touches, texte in ((3, prenom), (1, nom)):
        for _ in range(touches):
            page.keyboard.press("Tab")
        page.keyboard.type(texte)
    page.locator("#id_texte").focus()
    page.keyboard.type("Cherche un cabinet.")


def ouvrir_palette(page: Page, texte: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type(texte)


def test_la_palette_trouve_choisit_ouvre_et_ne_garde_rien(page_de):
    page = page_de("bruno")
    page.goto("/journee/")
    ouvrir_palette(page, "benali")
    premier = page.locator("#palette-resultats [data-trouve]").first
    expect(premier).to_contain_text(re.compile("Ben ?Ali", re.I))
    page.keyboard.press("ArrowDown")
    expect(premier).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert page.locator("#palette-q").input_value() == ""
    assert page.locator("#palette-resultats").inner_text() == ""
    ouvrir_palette(page, "06.39.98.11.20")
    expect(premier).to_contain_text("Delmas")
    page.keyboard.press("Enter")
    expect(page.locator(".identite")).to_be_visible()
    assert "q=" not in page.url
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


@pytest.mark.parametrize("texte", ["anduze", "accusé delmas"])
def test_la_palette_ouvre_aussi_communes_et_courriers(page_de, texte):
    page = page_de("bruno")
    page.goto("/dossiers/")
    ouvrir_palette(page, texte)
    expect(page.locator("#palette-resultats [data-trouve]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"commune=30010|/courriers/\d+/"))


def test_aucune_lettre_ne_joue_dans_un_champ(page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    for champ in ("#id_numero", "#id_texte", "#recherche-globale"):
        page.locator(champ).fill("")
        page.locator(champ).focus()
        page.keyboard.type("nj/k?")
        assert page.locator(champ).input_value() == "nj/k?"
        expect(page.locator(champ)).to_be_focused()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.url.endswith("/appels/nouveau")


def test_le_point_d_interrogation_liste_les_raccourcis_et_les_reglages_les_coupent(page_de):
    page = page_de("hugo")
    page.goto("/dossiers/")
    page.keyboard.press("?")
    aide = page.locator("dialog[data-raccourci=aide]")
    expect(aide).to_contain_text("Ctrl K")
    page.keyboard.press("Escape")
    page.goto("/reglages/")
    page.locator("#id_raccourcis").uncheck()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").filter(has_text="Vos réglages sont enregistrés.")).to_be_visible()
    for touche in ("?", "/", "Control+k"):
        page.keyboard.press(touche)
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("#id_raccourcis").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("html[data-raccourcis=oui]")).to_be_attached()
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()


def test_sans_script_la_recherche_est_une_page(page_de):
    page = page_de("bruno", java_script_enabled=False)
    page.goto("/journee/")
    page.locator("#recherche-globale").fill("Caron")
    page.locator("#recherche-globale").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recherche : Caron")
    page.locator("main [data-trouve]").first.click()
    expect(page.locator(".identite")).to_be_visible()


def test_un_dossier_cache_se_demande_et_s_accorde_au_clavier(page_de):
    gers = page_de("fabien")
    gers.goto("/appels/nouveau?tel=0639981120")
    expect(gers.locator("#qui")).to_contain_text("Un dossier existe, hors de votre champ")
    assert "Delmas" not in gers.locator("main").inner_text()
    gers.get_by_role("button", name="Demander l’accès").focus()
    gers.keyboard.press("Enter")
    expect(gers.locator("#qui")).to_contain_text("Votre demande d’accès attend sa réponse")
    assert gers.url.endswith("tel=0639981120")
    page = page_de("estelle")
    page.goto("/journee/")
    page.get_by_role("link", name="répondez").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes d’accès")
    page.get_by_role("button", name="Accorder").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="L’accès est accordé.")).to_be_visible()


@pytest.mark.parametrize(("theme", "largeur"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)])
def test_la_palette_et_qui_appelle_sont_ouvertes_a_tous(page_de, theme, largeur):
    page = page_de("bruno", color_scheme=theme, viewport={"width": largeur, "height": 800})
    fautes = []
    for nom, prepare in (
        ("appel", _appeler),
        ("palette", _palette),
        ("aide", lambda p: p.keyboard.press("?")),
        ("acces", lambda p: p.goto("/acces/")),
    ):
        page.goto("/journee/")
        prepare(page)
        page.wait_for_timeout(300)
        if dossier := os.environ.get("GUICHET_VUES"):
            page.screenshot(path=f"{dossier}/{nom}-{theme}-{largeur}.png")
        fautes += [
            f"{nom} {v['id']} {[n['target'] for n in v['nodes']][:3]}"
            for v in Axe().run(page, options=REGLES).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            fautes.append(f"{nom} : déborde")
    assert fautes == []


def _appeler(page: Page) -> None:
    page.goto("/appels/nouveau?tel=0639981120")


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("delmas")
    expect(page.locator("#palette-resultats [data-trouve]").first).to_be_visible()
