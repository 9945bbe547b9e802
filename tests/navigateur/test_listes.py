"""A list arranged and worked on with the keyboard alone: tick, preview, confirm, undo; and the folds of a telephone."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.xdist_group("navigateur")


def atteindre(page: Page, selecteur: str, touche: str = "Tab", au_plus: int = 90) -> None:
    """Go to an element as fingers do, one key at a time."""
    cible = page.locator(selecteur).first
    for _ in range(au_plus):
        if cible.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press(touche)
    raise AssertionError(f"{selecteur} ne s’atteint pas au clavier.")


def referents(page: Page, numeros: list[str]) -> list[str]:
    page.goto("/dossiers/?vue=0&clos=on")
    ligne = "tr[data-ligne]:has(th a:text-is('{}')) td[data-libelle='Référent']"
    return [page.locator(ligne.format(n)).inner_text().strip() for n in numeros]


def test_trois_dossiers_au_clavier_de_la_case_a_l_annulation(page_de):
    page = page_de("bruno")
    page.goto("/dossiers/?vue=0")
    page.evaluate("document.body.style.pointerEvents = 'none'")
    numeros = page.locator("tr[data-ligne] th a").all_inner_texts()[:3]
    avant = referents(page, numeros)
    page.goto("/dossiers/?vue=0&clos=on")
    numeros_vus = page.locator("tr[data-ligne] th a").all_inner_texts()
    page.evaluate("document.body.style.pointerEvents = 'none'")
    for numero in numeros:
        while page.evaluate("document.activeElement.textContent.trim()") != numero:
            page.keyboard.press("j")
            assert page.evaluate("document.activeElement.textContent.trim()") in numeros_vus
        page.keyboard.press("x")
    expect(page.locator("[data-coches]")).to_have_text("3 dossiers cochés")
    atteindre(page, "button[name=geste][value=referent]", "Shift+Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    atteindre(page, "#id_referent")
    page.keyboard.type("Amina")
    atteindre(page, "form[data-principal] button.principal")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h2[data-focus]")).to_contain_text(re.compile(r"Sera fait\s: [123] dossier"))
    expect(page.locator("h2[data-focus]")).to_be_focused()
    atteindre(page, "form[data-principal] button.principal")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Affecter le référent")).to_be_visible()
    assert page.locator("#fait").inner_text().startswith("Fait\u00a0:")
    atteindre(page, "[data-annuler] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#fait")).to_contain_text("Annulé :")
    assert referents(page, numeros) == avant


def test_annuler_par_une_lettre_puis_l_offre_s_en_va(page_de):
    page = page_de("bruno")
    page.goto("/dossiers/?vue=0")
    page.locator("tr[data-ligne] th a").first.click()
    etiquettes = page.locator(".identite .posee").all_inner_texts()
    page.get_by_role("link", name="Étiquettes…").click()
    page.get_by_label("Réunion de mai").set_checked(not page.get_by_label("Réunion de mai").is_checked())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("[data-annuler]")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("u")
    expect(page.get_by_role("status").filter(has_text="C’est annulé.")).to_be_visible()
    assert page.locator(".identite .posee").all_inner_texts() == etiquettes
    page.get_by_role("link", name="Étiquettes…").click()
    page.get_by_label("Réunion de mai").set_checked(not page.get_by_label("Réunion de mai").is_checked())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("[data-annuler]")).to_be_visible()
    expect(page.locator("[data-annuler]")).to_be_hidden(timeout=14_000)


def test_maj_et_clic_coche_d_ici_a_la_et_tout_cocher_coche_la_page(page_de):
    page = page_de("bruno")
    page.goto("/dossiers/?vue=0")
    cases = page.locator("input[name=d]")
    cases.nth(1).click()
    cases.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-coches]")).to_have_text("4 dossiers cochés")
    page.get_by_label("Tout cocher sur cette page").check()
    expect(page.locator("[data-coches]")).to_have_text(f"{cases.count()} dossiers cochés")


@pytest.mark.parametrize("largeur", [320, 640])
@pytest.mark.parametrize("teinte", ["light", "dark"])
def test_rien_ne_depasse_ni_a_320_px_ni_a_200_pour_cent(page_de, largeur, teinte):
    page = page_de("estelle", viewport={"width": largeur, "height": 900}, color_scheme=teinte)
    depassent = []
    page.goto("/dossiers/?vue=0")
    fiche = page.locator("tr[data-ligne] th a").first.get_attribute("href")
    adresses = (
        "/dossiers/?vue=0", fiche, "/appels/", "/appels/nouveau", "/courriers/", "/promesses/?sorte=", "/dispositifs/",
        "/tableau/", "/vues/dossiers/", "/reglages/etiquettes/",
    )  # fmt: skip
    for adresse in adresses:
        page.goto(adresse)
        for bouton in page.locator("button.deplier").all():
            bouton.evaluate("b => b.click()")
        # last: a click elsewhere closes the menus
        page.evaluate("for (const d of document.querySelectorAll('main details')) d.open = true")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            depassent.append(adresse)
    assert depassent == []


def test_au_telephone_une_ligne_montre_l_essentiel_et_se_deplie(page_de):
    page = page_de("bruno", viewport={"width": 320, "height": 900})
    page.goto("/appels/")
    note = page.locator("td[data-libelle='Noté']").first
    expect(note).to_be_hidden()
    page.get_by_role("button", name="Montrer toutes les colonnes").click()
    expect(note).to_be_visible()
