"""Type as you listen: one call without the mouse, chips by key, a script that shrinks, and the same without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.xdist_group("navigateur")

NOTES = (
    "Dr Odile Vasseur MG rempl thesee, s'installe à Anduze pr rentrée sept. mari prof maths cherche mutation, "
    "2 enf 4a et 7a, cherche maison à louer. 06 39 98 77 01"
)
PUCES = "#aide-saisie .puce"


class Clavier:
    """Types as an agent does, and counts the keys that are not typing; a chord is one gesture of each of its keys."""

    def __init__(self, page: Page) -> None:
        self.page, self.touches = page, 0

    def presser(self, touche: str) -> None:
        self.touches += len(touche.split("+"))
        self.page.keyboard.press(touche)

    def taper(self, texte: str) -> None:
        self.page.keyboard.type(texte)


def puce(page: Page, nom: str):
    return page.locator(PUCES, has_text=nom)


def test_un_medecin_et_son_conjoint_se_notent_sans_souris_en_quatorze_touches_au_plus(page_de):
    page = page_de("amina")
    page.goto("/dossiers/")
    # the server has served one dossier already, as on any day but its first minute
    page.locator("tr[data-ligne] a").first.click()
    page.wait_for_url(re.compile(r"/dossiers/\d+/$"))  # a key pressed before the page is there belongs to no page
    expect(page.locator(".identite")).to_be_visible()
    clavier = Clavier(page)
    clavier.presser("n")
    expect(page.locator("#id_texte")).to_be_focused()
    clavier.taper(NOTES)
    expect(puce(page, "Vasseur")).to_be_visible()
    expect(puce(page, "06 39 98 77 01")).to_be_visible()
    clavier.presser("Alt+Digit0")
    expect(page.locator(PUCES)).to_have_count(0)
    assert page.locator("#id_nom").input_value() == "Vasseur"
    requis = page.locator("#saisie-appel [required]:visible").count()
    clavier.presser("Control+Enter")
    expect(page.locator("h1")).to_contain_text("Vasseur")
    duree = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    besoins = page.locator(".besoins").inner_text()
    attendus = ["Formalités", "Logement", "Emploi du conjoint", "Scolarisation"]
    assert [b for b in attendus if b not in besoins] == []
    print(f"touches : {clavier.touches}, visible en {duree:.0f} ms")
    # one second is the promise; half as much again is left to a machine that runs other suites
    assert (clavier.touches <= 14, requis <= 4, duree <= 1500) == (True, True, True)


def test_une_puce_s_accepte_par_sa_touche_et_dit_d_ou_elle_vient(page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    page.keyboard.type("cherche un studio meublé à la Grd Combe")
    logement = puce(page, "Logement")
    expect(logement).to_be_visible()
    assert logement.get_attribute("title") == "D’après : studio"
    page.keyboard.press(f"Alt+Digit{logement.get_attribute('data-touche')}")
    expect(page.get_by_role("checkbox", name="Logement")).to_be_checked()
    expect(page.locator("#id_texte")).to_be_focused()
    expect(logement).to_have_count(0)
    puce(page, "La Grand-Combe").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_communes")).to_have_value("La Grand-Combe")
    expect(page.get_by_text("Où : quelle commune")).to_have_count(0)


def test_le_script_ne_demande_que_ce_qui_manque(page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    script = page.locator(".script li")
    expect(script.filter(has_text="quel secteur")).to_be_visible()
    avant = script.count()
    page.keyboard.type(NOTES)
    expect(script.filter(has_text="06 39 98 77 01")).to_be_visible()
    assert script.count() < avant
    for dit in ("quel secteur", "Pour quand", "seul ou en famille", "Et le logement"):
        expect(script.filter(has_text=dit)).to_have_count(0)


def test_ce_que_l_agent_a_rempli_ou_ecarte_ne_revient_pas(page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    page.locator("#id_urgence").select_option("basse")
    page.locator("#id_nom").fill("Vasseur-Roux")
    page.locator("#id_texte").fill(f"{NOTES} urgent, arrive demain sans logement")
    page.locator("#id_texte").press("End")
    expect(puce(page, "Logement")).to_be_visible()
    page.get_by_role("button", name="Écarter Scolarisation").click()
    expect(puce(page, "Scolarisation")).to_have_count(0)
    page.keyboard.press("Alt+Digit0")
    expect(page.get_by_role("checkbox", name="Logement")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Scolarisation")).not_to_be_checked()
    assert (page.locator("#id_nom").input_value(), page.locator("#id_urgence").input_value()) == (
        "Vasseur-Roux",
        "basse",
    )
    page.locator("#id_texte").press_sequentially(" école")
    page.wait_for_timeout(700)
    expect(puce(page, "Scolarisation")).to_have_count(0)


def test_une_alerte_est_une_phrase(page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    page.keyboard.type("Dr Karim Belaid PADHUE, sa femme est enceinte")
    alertes = page.locator("#aide-saisie .alerte")
    expect(alertes.filter(has_text="Santé")).to_contain_text("ne l’écrivez pas")
    expect(alertes.filter(has_text="Diplôme hors Union européenne")).to_be_visible()
    alertes.filter(has_text="Santé").get_by_role("button").click()
    expect(alertes.filter(has_text="Santé")).to_have_count(0)


def test_ce_qui_est_accepte_se_cherche_comme_ce_qui_est_tape(page_de):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    page.locator("#id_texte").press_sequentially("la personne rappelle, 06 39 98 11 20", delay=5)
    expect(puce(page, "06 39 98 11 20")).to_be_visible()
    page.keyboard.press("Alt+Digit0")
    expect(page.locator("#qui")).to_contain_text("Dr Claire Delmas, médecin")


def test_sans_javascript_les_memes_boutons_font_la_meme_chose(page_de):
    page = page_de("amina", java_script_enabled=False)
    page.goto("/appels/nouveau")
    # another household: one more dossier for the same one asks why
    page.locator("#id_texte").fill(NOTES.replace("Odile Vasseur", "Irène Combes").replace("77 01", "77 02"))
    page.get_by_role("button", name="Proposer d’après mes notes").click()
    page.get_by_role("button", name=re.compile("Écarter Emploi du conjoint")).click()
    expect(puce(page, "Emploi du conjoint")).to_have_count(0)
    puce(page, "Logement").click()
    expect(page.get_by_role("checkbox", name="Logement")).to_be_checked()
    page.get_by_role("button", name="Tout accepter").click()
    expect(page.locator("#id_nom")).to_have_value("Combes")
    expect(page.get_by_role("checkbox", name="Emploi du conjoint")).not_to_be_checked()
    assert page.locator(".erreurs").count() == 0
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.get_by_role("status").filter(has_text="L’appel est enregistré dans le dossier")).to_be_visible()
