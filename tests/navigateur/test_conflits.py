"""Two agents on one dossier see each other; a stale page shows both values; no click, reload nor Back does a thing twice."""

import re

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.navigateur.test_acces import REGLES

pytestmark = pytest.mark.xdist_group("navigateur")


@pytest.fixture(autouse=True)
def sans_reste(maison):
    with psycopg.connect(maison.base, autocommit=True) as base:
        base.execute("DELETE FROM dossiers_brouillon")
        base.execute("DELETE FROM dossiers_presence")


VUES = [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)]


@pytest.mark.parametrize(("theme", "largeur"), VUES)
def test_les_ecrans_de_reprise_et_de_conflit_sont_accessibles(page_de, tmp_path, theme, largeur):
    """Axe at zero and no overflow where it matters most: a draft offered, a draft resumed, offline, in conflict."""
    page, autre = page_de("bruno", color_scheme=theme, viewport={"width": largeur, "height": 800}), page_de("estelle")
    fautes, adresse = [], dossier(page)

    def examiner(nom):
        page.screenshot(path=tmp_path / f"{nom}-{theme}-{largeur}.png", full_page=True)
        trouves = Axe().run(page, options=REGLES).response["violations"]
        fautes.extend(f"{nom} : {v['id']} {[n['target'] for n in v['nodes']][:3]}" for v in trouves)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            fautes.append(f"{nom} : déborde")

    page.goto("/appels/nouveau")
    page.locator("#id_nom").fill("Delmas")
    page.locator("#id_texte").fill("Cherche pour la rentrée de septembre à Anduze, mari professeur, deux enfants.")
    expect(page.locator("[data-etat]").first).to_contain_text("enregistré à")
    page.reload()
    examiner("reprise")
    page.goto("/appels/nouveau")
    examiner("offre")
    page.goto("/brouillons/")
    examiner("liste")
    page.goto("/appels/nouveau")
    page.route("**/brouillons/", lambda route: route.abort("aborted"))
    page.locator("#id_texte").fill("Sans réseau")
    expect(page.get_by_text("Hors connexion")).to_be_visible()
    examiner("hors-connexion")
    page.unroute("**/brouillons/")
    expect(page.get_by_text("Hors connexion")).to_be_hidden()
    for ouverte in (page, autre):
        ouverte.goto(f"{adresse}projet/")
    autre.locator("#id_urgence").select_option("critique" if theme == "light" else "normale")
    autre.get_by_role("button", name="Enregistrer").click()
    expect(autre.get_by_role("status").filter(has_text="Le projet est à jour.")).to_be_visible()
    page.locator("#id_echeance").fill("2027-10-01")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#presence")).to_contain_text("consulte aussi")
    examiner("conflit")
    page.goto(adresse)
    expect(page.locator("#presence")).to_contain_text("consulte aussi")
    examiner("presence")
    assert fautes == []


def dossier(page: Page, nom: str = "Delmas") -> str:
    page.goto("/dossiers/")
    return page.locator("tr[data-ligne]", has_text=nom).locator("a").first.get_attribute("href")


def compter(maison, table: str, condition: str = "true") -> int:
    with psycopg.connect(maison.base) as base:
        return base.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]


def test_deux_agents_sur_un_dossier_se_voient(page_de):
    bruno, estelle = page_de("bruno"), page_de("estelle")
    adresse = dossier(bruno)
    estelle.goto(adresse)
    estelle.locator("#id_texte").press_sequentially("Je note")
    bruno.goto(adresse)
    expect(bruno.locator("#presence")).to_contain_text(re.compile(r"Estelle \S+ consulte aussi ce dossier"))
    battre(estelle)
    expect(estelle.locator("#presence")).to_contain_text(re.compile(r"Bruno \S+ consulte aussi ce dossier"))
    battre(bruno)
    expect(bruno.locator("#presence")).to_contain_text(re.compile(r"Estelle \S+ est en train d’écrire dans ce dossier"))


def battre(page: Page) -> None:
    """Ask for the half-minute's question at once."""
    page.evaluate("htmx.trigger(document.querySelector('[data-presence]'), 'every')")


def test_la_page_perimee_montre_les_deux_valeurs_et_garde_la_saisie(page_de, maison):
    bruno, estelle = page_de("bruno"), page_de("estelle")
    adresse = dossier(bruno)
    for page in (bruno, estelle):
        page.goto(f"{adresse}projet/")
    estelle.locator("#id_urgence").select_option("haute")
    estelle.get_by_role("button", name="Enregistrer").click()
    expect(estelle.get_by_role("status").filter(has_text="Le projet est à jour.")).to_be_visible()
    bruno.locator("#id_urgence").select_option("critique")
    bruno.locator("#id_echeance").fill("2027-10-01")
    bruno.get_by_role("button", name="Enregistrer").click()
    expect(bruno.locator("section[role=alert]")).to_be_focused()
    expect(bruno.locator("section[role=alert]")).to_contain_text(
        re.compile(r"Estelle \S+, .*\s: .*Urgence\s: .* → haute")
    )
    urgence = bruno.locator(".deux-valeurs", has=bruno.locator("#id_urgence"))
    expect(urgence.locator(".maintenant")).to_have_text("Urgence : maintenant dans le dossierhaute")
    expect(urgence.locator("select")).to_have_value("critique")
    expect(bruno.locator(".deux-valeurs.differe")).to_have_count(2)
    bruno.get_by_role("button", name="Enregistrer avec ma saisie").click()
    expect(bruno.get_by_role("status").filter(has_text="Le projet est à jour.")).to_be_visible()
    assert compter(maison, "dossiers_dossier", f"id = {adresse.split('/')[2]} AND urgence = 'critique'") == 1


def test_laisser_tomber_sa_saisie_revient_au_dossier_et_se_reprend(page_de):
    bruno, estelle = page_de("bruno"), page_de("estelle")
    adresse = dossier(bruno)
    for page in (bruno, estelle):
        page.goto(f"{adresse}projet/")
    estelle.locator("#id_urgence").select_option("basse")
    estelle.get_by_role("button", name="Enregistrer").click()
    bruno.locator("#id_echeance").fill("2027-11-02")
    bruno.get_by_role("button", name="Enregistrer").click()
    bruno.get_by_role("button", name="Laisser tomber ma saisie").click()
    expect(bruno).to_have_url(re.compile(f"{adresse}$"))
    bruno.goto("/brouillons/")
    bruno.get_by_role("button", name="Annuler l’abandon").click()
    expect(bruno.locator("#id_echeance")).to_have_value("2027-11-02")


def test_un_brouillon_repris_sur_un_dossier_qui_a_change_n_ecrase_rien_en_silence(page_de):
    bruno, estelle = page_de("bruno"), page_de("estelle")
    adresse = dossier(bruno)
    bruno.goto(f"{adresse}projet/")
    bruno.locator("#id_echeance").fill("2027-12-03")
    expect(bruno.locator("[data-etat]")).to_contain_text("enregistré à")
    estelle.goto(f"{adresse}projet/")
    estelle.locator("#id_urgence").select_option("normale")
    estelle.get_by_role("button", name="Enregistrer").click()
    expect(estelle.get_by_role("status").filter(has_text="Le projet est à jour.")).to_be_visible()
    bruno.reload()
    expect(bruno.locator("#id_echeance")).to_have_value("2027-12-03")
    bruno.get_by_role("button", name="Enregistrer").click()
    expect(bruno.get_by_text("Le dossier a changé depuis que vous avez ouvert cette page.")).to_be_visible()


def test_l_appel_n_est_pris_qu_une_fois(page_de, maison):
    page = page_de("amina")
    page.goto("/appels/nouveau")
    page.locator("#id_nom").fill("Unefois")
    page.locator("#id_numero").fill("04 65 71 44 45")
    page.locator("#id_texte").fill("Question")
    page.get_by_label("garder l’appel seul, sans dossier").check()
    page.get_by_role("button", name="Enregistrer l’appel").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Appel du")
    page.reload()
    page.go_back()
    expect(page.get_by_text("Ce que vous aviez tapé ici est enregistré")).to_be_visible()
    assert (page.locator("#id_nom").input_value(), page.locator("#id_texte").input_value()) == ("", "")
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.locator(".erreurs")).to_be_visible()
    page.go_back()
    page.go_forward()
    assert compter(maison, "dossiers_appel", "nom_appelant = 'Unefois'") == 1


def test_la_note_n_est_ecrite_qu_une_fois(page_de, maison):
    page = page_de("bruno")
    page.goto(dossier(page))
    page.locator("#id_texte").fill("Note unique")
    page.get_by_role("button", name="Noter").first.dblclick()
    expect(page.get_by_role("status").filter(has_text="La note est enregistrée.")).to_be_visible()
    page.reload()
    page.go_back()
    expect(page.locator("#id_texte")).to_have_value("")
    page.get_by_role("button", name="Noter").first.click()
    assert compter(maison, "dossiers_note", "texte = 'Note unique'") == 1


def test_le_geste_n_est_fait_qu_une_fois(page_de, maison):
    page = page_de("bruno")
    adresse = dossier(page)
    pk = adresse.split("/")[2]
    page.goto(f"{adresse}geste/suspendre/")
    page.locator("#id_reveil_le").fill("2027-03-01")
    page.locator("#id_motif").select_option(index=1)
    page.get_by_role("button", name="Suspendre").dblclick()
    expect(page.get_by_role("status").filter(has_text="est enregistré.")).to_be_visible()
    page.reload()
    page.go_back()
    page.wait_for_load_state()
    page.go_forward()
    fait = f"id = {pk} AND etat = 'suspendu' AND history_geste = 'suspendre'"
    assert compter(maison, "dossiers_historicaldossier", fait) == 1


def test_le_courrier_n_est_demande_qu_une_fois(page_de, maison):
    page = page_de("bruno")
    page.goto(dossier(page))
    lien = page.locator("a[href*='/courrier/']").first.get_attribute("href")
    avant = compter(maison, "dossiers_courrier")
    page.goto(lien)
    page.get_by_role("button", name="Demander ce courrier").dblclick()
    expect(page.get_by_role("status").filter(has_text="est demandé")).to_be_visible()
    page.reload()
    page.go_back()
    page.go_forward()
    assert compter(maison, "dossiers_courrier") == avant + 1
