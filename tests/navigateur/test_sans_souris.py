"""Five whole journeys with the pointer blocked: whatever is done with a mouse is done by keys, in a sensible number of them."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.navigateur.gestes import AUJOURDHUI, BIENTOT, DEMAIN
from tests.navigateur.maison import attendre

pytestmark = pytest.mark.xdist_group("navigateur")

BLOQUER = """
  window.clicsDeSouris = 0;
  addEventListener('pointerdown', () => { window.clicsDeSouris += 1; }, true);
  document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.pointerEvents = 'none'; });
"""


@pytest.fixture
def sans_souris(page_de):
    pages = []

    def ouvrir(prenom: str) -> Page:
        page = page_de(prenom)
        page.add_init_script(BLOQUER)
        pages.append(page)
        return page

    yield ouvrir
    assert [p.evaluate("[window.clicsDeSouris, document.documentElement.style.pointerEvents]") for p in pages] == [
        [0, "none"]
    ] * len(pages)


def atteindre(page: Page, cible: Locator, au_plus: int = 160) -> None:
    """Go to a control as fingers do, one Tab at a time, opening the folds on the way."""
    for _ in range(au_plus):
        if cible.count() and cible.first.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details:not([open]) > summary')"):
            page.keyboard.press("Enter")
    raise AssertionError(f"{cible} ne s’atteint pas au clavier.")


def aller(page: Page, cible: Locator) -> None:
    """Open a link or press a button that brings another page."""
    atteindre(page, cible)
    with page.expect_event("load"):  # a draft kept changes the address, not the page
        page.keyboard.press("Enter")


def choisir(page: Page, nom: str, libelle: str) -> None:
    """Choose in a list by the beginning of its words."""
    atteindre(page, page.locator(f"form[data-principal] [name={nom}]"))
    page.keyboard.type(libelle)


def dater(page: Page, nom: str, jour: str) -> None:
    """Reach a date box and give it its day: the order its parts are typed in is the browser's."""
    boite = page.locator(f"form[data-principal] [name={nom}]")
    atteindre(page, boite)
    boite.fill(jour)


def envoyer(page: Page) -> None:
    with page.expect_event("load"):
        page.keyboard.press("Control+Enter")


def appeler(page: Page, prenom: str, nom: str, numero: str, *, promesse: bool = False) -> str:
    """Take a call from the day's page; return the dossier's number."""
    page.goto("/journee/")
    with page.expect_event("load"):
        page.keyboard.press("n")
    expect(page.locator("#id_texte")).to_be_focused()
    page.keyboard.type("cherche un cabinet et une maison à Anduze")
    for champ, valeur in (("numero", numero), ("prenom", prenom), ("nom", nom)):
        atteindre(page, page.locator(f"[name={champ}]"))
        page.keyboard.type(valeur)
    for besoin in ("Formalités", "Logement"):
        atteindre(page, page.get_by_role("checkbox", name=besoin, exact=True))
        page.keyboard.press("Space")
    if promesse:
        choisir(page, "promesse", "Rappel")
        dater(page, "promesse_le", DEMAIN)
    atteindre(page, page.get_by_label("information « données personnelles » dite"))
    page.keyboard.press("Space")
    envoyer(page)
    expect(page.get_by_role("status").filter(has_text="L’appel est enregistré")).to_be_visible()
    return page.locator(".identite .numero").inner_text().strip()


def trouver(page: Page, numero: str) -> None:
    """Open a dossier by the palette."""
    page.goto("/journee/")
    page.keyboard.press("Control+k")
    page.keyboard.type(numero)
    expect(page.locator("#palette-resultats [data-trouve]").first).to_contain_text(numero)
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page.locator(".identite .numero")).to_have_text(numero)


def suivre(page: Page) -> None:
    """Become its référent and bring it to where needs move."""
    aller(page, page.get_by_role("link", name="Nommer le référent…"))
    envoyer(page)
    for geste in ("Qualifier", "Accompagner"):
        aller(page, page.get_by_role("button", name=geste, exact=True))


def test_d_un_appel_a_un_dossier_que_l_on_suit(sans_souris):
    page = sans_souris("bruno")
    numero = appeler(page, "Maud", "Farandole", "04 65 71 77 12")
    trouver(page, numero)
    suivre(page)
    expect(page.locator(".identite .pastille").first).to_have_text("En accompagnement")


def test_un_parcours_s_etablit_et_une_etape_avance(sans_souris):
    page = sans_souris("bruno")
    trouver(page, appeler(page, "Ondine", "Gavotte", "04 65 71 77 13"))
    suivre(page)
    aller(page, page.get_by_role("link", name="Établir le parcours…"))
    choisir(page, "profil", "Lib")
    dater(page, "ouverture_le", BIENTOT)
    envoyer(page)
    expect(page.locator(".carte-titre .pastille").filter(has_text="Parcours établi")).to_be_visible()
    aller(page, page.get_by_role("link", name="Déposer…").first)
    dater(page, "depose_le", AUJOURDHUI)
    envoyer(page)
    expect(page.get_by_role("status").first).to_be_visible()


def test_un_rappel_se_tente_de_ma_journee(sans_souris):
    page = sans_souris("bruno")
    appeler(page, "Sixtine", "Habanera", "04 65 71 77 14", promesse=True)
    page.goto("/journee/")
    aller(page, page.get_by_role("button", name=re.compile("Rappeler.*Habanera", re.I)))
    aller(page, page.locator("main button[name=resultat][value=joint]"))
    expect(page.get_by_role("status").first).to_be_visible()


def test_un_courrier_se_relit_se_demande_et_se_lit(sans_souris, maison):
    page = sans_souris("bruno")
    numero = appeler(page, "Blaise", "Mazurka", "04 65 71 77 15")
    trouver(page, numero)
    suivre(page)
    aller(page, page.get_by_role("link", name="Synthèse du dossier…"))
    expect(page.locator(".feuille")).to_contain_text(numero)
    aller(page, page.get_by_role("button", name="Demander ce courrier"))
    trouver(page, numero)
    aller(page, page.locator("aside").get_by_role("link", name="Synthèse du dossier", exact=True).first)

    def produit() -> bool:
        page.reload()
        return page.get_by_role("link", name="Télécharger le PDF").count() == 1

    attendre(produit, "la synthèse n’est pas produite", maison)
    atteindre(page, page.get_by_role("link", name="Télécharger le PDF"))


def test_un_partenaire_repond_et_laisse_une_note(sans_souris):
    page = sans_souris("chloe")
    page.goto("/dossiers/?vue=0")
    page.keyboard.press("j")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    accepter = page.get_by_role("button", name="Accepter", exact=True)
    if accepter.count():
        aller(page, accepter.first)
    atteindre(page, page.locator("#id_texte"))
    page.keyboard.type("Vu avec le service, réponse cette semaine.")
    envoyer(page)
    expect(page.locator("main")).to_contain_text("Vu avec le service, réponse cette semaine.")
