"""Nothing typed is lost, in a real browser: expired session, lost network, second tab, abandon; and nothing is kept in it."""

import re
import time

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.maison import MOT_DE_PASSE

pytestmark = pytest.mark.xdist_group("navigateur")

HEURE = re.compile(r"^enregistré à \d\d:\d\d:\d\d$")


@pytest.fixture(autouse=True)
def sans_reste(maison):
    """Each test begins without drafts: they are listed on the page that every test opens."""
    with psycopg.connect(maison.base, autocommit=True) as base:
        base.execute("DELETE FROM dossiers_brouillon")
        base.execute("DELETE FROM dossiers_presence")


def ouvrir(page: Page, adresse: str = "/appels/nouveau") -> Page:
    page.goto(adresse)
    return page


def taper(page: Page, texte: str, ou: str = "#id_texte") -> None:
    page.locator(ou).press("ControlOrMeta+End")
    page.locator(ou).press_sequentially(texte, delay=5)


def enregistre(page: Page) -> None:
    # a save made halfway through the words shows an hour too: let the last pause be sent
    page.wait_for_timeout(1000)
    expect(page.locator("[data-etat]").first).to_have_text(HEURE)


def dossier(page: Page) -> str:
    page.goto("/dossiers/")
    return page.locator("tr[data-ligne]", has_text="Delmas").locator("a").first.get_attribute("href")


def test_une_pause_suffit_et_l_heure_se_voit(page_de, maison):
    page = ouvrir(page_de("amina"))
    taper(page, "Claire cherche une maison")
    debut = time.monotonic()
    enregistre(page)
    assert time.monotonic() - debut < 2
    with psycopg.connect(maison.base) as base:
        (champs,) = base.execute("SELECT champs FROM dossiers_brouillon").fetchone()
    assert (champs["texte"], champs["suite"]) == (["Claire cherche une maison"], ["ouvrir"])
    assert not {"csrfmiddlewaretoken", "cle"} & set(champs)


def test_la_page_rechargee_retrouve_tout_ce_qui_etait_saisi(page_de):
    page = ouvrir(page_de("amina"))
    page.locator("#id_numero").fill("06 39 98 11 20")
    page.locator("#id_numero").press("Tab")
    page.get_by_label("Dr Claire Delmas, médecin").check()
    page.get_by_label("Logement").check()
    page.locator("#id_pour_quand").fill("2027-09-01")
    page.locator("#id_urgence").select_option("haute")
    taper(page, "Rappelle pour la maison")
    enregistre(page)
    expect(page).to_have_url(re.compile(r"/appels/nouveau\?reprendre=[0-9a-f-]{36}$"))
    page.reload()
    expect(page.get_by_text("Vous reprenez ce qui a été commencé à")).to_be_visible()
    expect(page.get_by_label("Dr Claire Delmas, médecin")).to_be_checked()
    expect(page.get_by_label("Logement")).to_be_checked()
    lus = [page.locator(f"#id_{n}").input_value() for n in ("numero", "pour_quand", "urgence", "texte")]
    assert lus == ["06 39 98 11 20", "2027-09-01", "haute", "Rappelle pour la maison"]
    enregistre(page)


def test_une_nouvelle_page_propose_de_reprendre_puis_le_brouillon_part_avec_l_appel(page_de, maison):
    ouvrir(page := page_de("amina"))
    page.locator("#id_nom").fill("Reprise")
    page.get_by_label("ne souhaite pas être rappelé").check()
    taper(page, "Un appel interrompu")
    enregistre(page)
    page.close()
    autre = ouvrir(page_de("amina"))
    expect(autre.locator(".message.saisie")).to_contain_text(
        re.compile(r"Un appel commencé à \d+.h(.\d\d)? n’est pas enregistré \(Reprise\)")
    )
    autre.get_by_role("link", name="Reprendre").click()
    expect(autre.locator("#id_texte")).to_have_value("Un appel interrompu")
    autre.get_by_label("garder l’appel seul, sans dossier").check()
    autre.get_by_role("button", name="Enregistrer l’appel").click()
    expect(autre.get_by_role("heading", level=1)).to_contain_text("Appel du")
    ouvrir(autre)
    expect(autre.locator(".message.saisie")).to_have_count(0)
    with psycopg.connect(maison.base) as base:
        assert base.execute("SELECT count(*) FROM dossiers_brouillon").fetchone() == (0,)


def test_une_session_expiree_ne_perd_rien_et_reprend_toute_seule(page_de):
    page = ouvrir(page_de("amina"))
    taper(page, "avant ")
    enregistre(page)
    gardes = [c for c in page.context.cookies() if c["name"] != "sessionid"]
    page.context.clear_cookies()
    page.context.add_cookies(gardes)
    taper(page, "pendant ")
    expect(page.get_by_text("Votre session a expiré.")).to_be_visible()
    # the form itself refuses to leave for a sign-in page that would lose the last words
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.locator("#id_texte")).to_have_value("avant pendant ")
    with page.context.expect_page() as ouverte:
        page.get_by_role("link", name="reconnectez-vous dans un autre onglet").click()
    se_connecter(ouverte.value)
    taper(page, "après")
    expect(page.get_by_text("Votre session a expiré.")).to_be_hidden()
    enregistre(page)
    page.reload()
    expect(page.locator("#id_texte")).to_have_value("avant pendant après")


def se_connecter(page: Page) -> None:
    page.get_by_label("Courriel professionnel").fill("amina@ales.example.org")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion/" not in url)


def test_se_reconnecter_ramene_a_la_page_avec_son_brouillon(page_de):
    page = ouvrir(page_de("amina"))
    taper(page, "Le texte d’avant")
    enregistre(page)
    page.context.clear_cookies()
    page.reload()
    se_connecter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvel appel")
    expect(page.locator("#id_texte")).to_have_value("Le texte d’avant")


def test_hors_connexion_on_continue_a_taper(page_de):
    page = ouvrir(page_de("amina"))
    page.route("**/brouillons/", lambda route: route.abort("aborted"))
    taper(page, "sans réseau ")
    expect(page.get_by_text("Hors connexion : continuez à taper, rien n’est perdu")).to_be_visible()
    expect(page.locator("[data-etat]").first).to_have_text("pas encore enregistré")
    taper(page, "mais vivant")
    # leaving now would lose words: the browser asks first
    questions = []
    page.on("dialog", lambda d: (questions.append(d.type), d.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert questions == ["beforeunload"]
    page.unroute("**/brouillons/")
    expect(page.get_by_text("Hors connexion")).to_be_hidden(timeout=10_000)
    enregistre(page)


def test_le_second_onglet_du_meme_brouillon_est_prevenu(page_de, maison):
    premier = ouvrir(page_de("amina"))
    taper(premier, "premier ")
    enregistre(premier)
    second = ouvrir(premier.context.new_page(), premier.url)
    expect(second.get_by_text("Si c’est encore ouvert dans un autre onglet, fermez-le.")).to_be_visible()
    taper(premier, "encore ")
    attendre_texte(maison, "premier encore ")
    taper(second, "second")
    expect(second.get_by_text("Cette saisie est ouverte dans un autre onglet")).to_be_visible()
    second.get_by_role("button", name="Garder ce texte à part").click()
    enregistre(second)
    with psycopg.connect(maison.base) as base:
        gardes = base.execute("SELECT champs->'texte'->>0 FROM dossiers_brouillon ORDER BY commence_le").fetchall()
    assert [t for (t,) in gardes] == ["premier encore ", "premier second"]


def attendre_texte(maison, texte: str) -> None:
    fin = time.monotonic() + 5
    with psycopg.connect(maison.base, autocommit=True) as base:
        while not base.execute("SELECT 1 FROM dossiers_brouillon WHERE champs->'texte'->>0 = %s", [texte]).fetchone():
            assert time.monotonic() < fin
            time.sleep(0.05)


def test_l_onglet_repris_ailleurs_est_prevenu_et_peut_reprendre_la_main(page_de, maison):
    premier = ouvrir(page_de("amina"))
    taper(premier, "premier ")
    enregistre(premier)
    second = ouvrir(premier.context.new_page(), premier.url)
    taper(second, "second")
    attendre_texte(maison, "premier second")
    taper(premier, "encore")
    expect(premier.get_by_text("Cette saisie est ouverte dans un autre onglet")).to_be_visible()
    premier.get_by_role("button", name="Continuer ici, à sa place").click()
    attendre_texte(maison, "premier encore")


def test_un_abandon_se_reprend_un_moment(page_de):
    page = ouvrir(page_de("amina"))
    taper(page, "À reprendre")
    enregistre(page)
    ouvrir(page)
    page.get_by_role("button", name="Abandonner").click()
    expect(page.locator(".message.saisie")).to_contain_text("est abandonné (À reprendre)")
    page.get_by_role("button", name="Annuler l’abandon").click()
    expect(page.locator("#id_texte")).to_have_value("À reprendre")


def test_une_note_commencee_se_retrouve_sur_le_dossier_et_dans_ma_liste(page_de):
    page = page_de("bruno")
    adresse = dossier(page)
    ouvrir(page, adresse)
    taper(page, "Préfère le matin", "#id_texte")
    enregistre(page)
    ouvrir(page, adresse)
    expect(page.locator("#presence")).to_contain_text("n’est pas enregistrée (Préfère le matin)")
    ouvrir(page, "/journee/")
    page.get_by_role("link", name="mes saisies à finir").click()
    page.get_by_role("link", name="Reprendre").click()
    expect(page.locator("#id_texte")).to_have_value("Préfère le matin")
    page.get_by_role("button", name="Noter").click()
    expect(page.get_by_role("status").filter(has_text="La note est enregistrée.")).to_be_visible()
    expect(page.locator("#presence")).not_to_contain_text("Préfère le matin")


def test_rien_n_est_garde_dans_le_navigateur(page_de):
    page = ouvrir(page_de("amina"))
    taper(page, "Zibeline cherche à Anduze")
    enregistre(page)
    garde = page.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, await indexedDB.databases(),"
        " await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length, history.state])"
    )
    assert (garde, page.evaluate("document.cookie").count("=")) == ('[{},{},[],[],0,{"htmx":true}]', 1)
    assert "Zibeline" not in page.url


def test_un_numero_de_securite_sociale_n_est_jamais_garde(page_de, maison):
    page = ouvrir(page_de("amina"))
    page.locator("#id_texte").fill("sécu 2 69 05 49 588 157 80 merci")
    expect(page.locator("[data-etat]").first).to_contain_text("sans le numéro de sécurité sociale")
    attendre_texte(maison, "sécu [numéro retiré] merci")
    expect(page.locator("#id_texte")).to_have_value("sécu 2 69 05 49 588 157 80 merci")
