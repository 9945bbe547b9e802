"""Everybody can use every page: axe's RGAA rules at zero, light and dark, down to 320 pixels, by keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.xdist_group("navigateur")

REGLES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"],
    },
    "resultTypes": ["violations"],
}
PUBLIQUES = ["/connexion/", "/accessibilite/", "/donnees-personnelles/", "/mentions/"]
FIXES = [
    "/journee/", "/promesses/", "/promesses/?sorte=tenues", "/promesses/?sorte=delaisses", "/promesses/bilan/",
    "/tableau/", "/appels/", "/appels/nouveau", "/dossiers/",
    "/dossiers/?etat=suspendu", "/courriers/", "/courriers/?etat=echec", "/reglages/", "/mot-de-passe/", "/matrice-des-droits/",
    "/dispositifs/", "/dispositifs/?etat=ferme", "/dispositifs/aides-possibles/?mode=liberal", "/zonage/", "/zonage/ajouter/",
    "/brouillons/", "/journee/nouvelles/", "/journee/feuille/", "/passations/", "/passations/a-lire/", "/passations/nouvelle/",
    "/appels/formulaire-vierge/", "/appels/ressaisie/", "/reglages/agenda/",
    "/vues/dossiers/", "/reglages/etiquettes/",
    "/reglages/rappels/", "/reglages/mots/", "/reglages/mots/?famille=prenom",
    "/nulle-part/",
]  # fmt: skip


def decouvrir(page: Page) -> list[str]:
    """Return one address of every other screen: a dossier, its forms, its letters, a call."""
    page.goto("/dossiers/")
    fiche = page.locator("tr[data-ligne]", has_text="Delmas").locator("a").first.get_attribute("href")
    page.goto(fiche)
    liens = page.locator("main a").evaluate_all("as => as.map(a => a.getAttribute('href'))")
    formes = {re.sub(r"\d+", "N", lien): lien for lien in liens if lien.startswith("/") and "/pdf/" not in lien}
    page.goto("/appels/")
    appels = page.locator("tr[data-ligne] a[href^='/appels/']")
    appel = appels.first.get_attribute("href")
    # a callback, tried or still to make
    page.goto("/promesses/?sorte=a_tenir")
    rappel = page.locator("main form[action$='/prendre/']").first.get_attribute("action").replace("prendre", "rappeler")
    return [fiche, appel, rappel, *sorted(formes.values())]


def examiner(page: Page, adresse: str) -> list[str]:
    """Return what is wrong on a page: axe's violations, a missing or double title, an overflow."""
    page.goto(adresse)
    fautes = [
        f"{adresse} : {v['id']} {[n['target'] for n in v['nodes']][:3]}"
        for v in Axe().run(page, options=REGLES).response["violations"]
    ]
    if page.locator("h1").count() != 1:
        fautes.append(f"{adresse} : {page.locator('h1').count()} titres")
    if page.locator("html").get_attribute("lang") != "fr":
        fautes.append(f"{adresse} : langue")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        fautes.append(f"{adresse} : déborde")
    return fautes


@pytest.mark.parametrize(("theme", "largeur"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)])
def test_aucune_page_n_est_fermee_a_quiconque(page_de, theme, largeur):
    options = {"color_scheme": theme, "viewport": {"width": largeur, "height": 800}}
    anonyme, page = page_de(None, **options), page_de("estelle", **options)
    fautes = [f for adresse in PUBLIQUES for f in examiner(anonyme, adresse)]
    fautes += [f for adresse in (*FIXES, *decouvrir(page)) for f in examiner(page, adresse)]
    assert not fautes, "\n".join(fautes)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_une_page_en_erreur_est_accessible(page_de, theme):
    page = page_de("amina", color_scheme=theme)
    page.goto("/appels/nouveau")
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.locator(".erreurs")).to_be_focused()
    assert [v["id"] for v in Axe().run(page, options=REGLES).response["violations"]] == []


def test_chaque_page_a_son_titre(page_de):
    page, titres = page_de("estelle"), {}
    for adresse in FIXES:
        page.goto(adresse)
        titres.setdefault(page.title(), []).append(adresse.partition("?")[0])
    doubles = {titre: adresses for titre, adresses in titres.items() if len(set(adresses)) > 1}
    assert (doubles, [t for t in titres if not t.endswith("– Guichet – Alès Agglomération")]) == ({}, [])


def test_le_premier_pas_du_clavier_est_le_lien_d_evitement(page_de):
    page = page_de("bruno")
    page.goto("/dossiers/")
    page.keyboard.press("Tab")
    expect(page.locator(".evitement")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_j_k_et_entree_parcourent_la_liste(page_de):
    page = page_de("bruno")
    page.goto("/dossiers/")
    lignes = page.locator("[data-ligne]")
    for touche, rang in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(touche)
        expect(lignes.nth(rang)).to_have_class(re.compile("choisie"))
    numero = lignes.first.locator(".numero").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".identite .numero")).to_have_text(numero)


def test_les_raccourcis_s_affichent_se_ferment_et_se_coupent(page_de):
    page = page_de("chloe")
    page.goto("/dossiers/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto("/reglages/")
    page.locator("#id_raccourcis").uncheck()
    with page.expect_navigation():
        page.locator("main button.principal").click()
    expect(page.locator("html")).to_have_attribute("data-raccourcis", "non")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#id_raccourcis").check()
    page.locator("main button.principal").click()
    expect(page.locator("html")).to_have_attribute("data-raccourcis", "oui")


def test_une_lettre_tapee_dans_un_champ_n_est_pas_un_raccourci(page_de):
    page = page_de("bruno")
    page.goto("/dossiers/")
    page.keyboard.press("Control+k")
    page.keyboard.type("nj?")
    assert (page.locator("#palette-q").input_value(), page.url.endswith("/dossiers/")) == ("nj?", True)


def test_le_choix_de_l_apparence_passe_avant_celui_du_poste(page_de):
    page = page_de("bruno", color_scheme="light")
    fond = "getComputedStyle(document.documentElement).backgroundColor"
    page.goto("/reglages/")
    clair = page.evaluate(fond)
    page.locator("#id_theme").select_option("sombre")
    page.locator("main button.principal").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "sombre")
    sombre = page.evaluate(fond)
    page.locator("#id_theme").select_option("auto")
    page.locator("main button.principal").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
    assert (clair != sombre, page.evaluate(fond) == clair) == (True, True)
