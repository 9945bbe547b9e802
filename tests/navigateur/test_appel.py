"""The call screen in the hands of who answers the phone."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.xdist_group("navigateur")

DELMAS = "06 39 98 11 20"
"""The number Claire Delmas left in the corpus."""


def ouvrir(page: Page) -> Page:
    page.goto("/appels/nouveau")
    return page


def test_un_numero_connu_propose_la_personne_et_son_dossier_sans_recharger(page_de):
    page = ouvrir(page_de("amina"))
    page.locator("#id_texte").fill("Rappelle pour le logement")
    page.locator("#id_numero").fill(DELMAS)
    page.locator("#id_numero").press("Tab")
    expect(page.locator("#qui")).to_contain_text("Dr Claire Delmas, médecin (même téléphone)")
    assert page.locator("#id_texte").input_value() == "Rappelle pour le logement"
    page.get_by_label("Dr Claire Delmas, médecin").check()
    rejoindre = page.get_by_label("rejoindre le dossier")
    rejoindre.check()
    numero = page.locator("label", has=page.get_by_text("rejoindre le dossier")).locator(".numero").first.inner_text()
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(
        page.get_by_role("status").filter(has_text=f"L’appel est enregistré dans le dossier {numero}.")
    ).to_be_visible()


def test_une_reponse_tardive_ne_defait_pas_ce_qui_vient_d_etre_choisi(page_de):
    page = ouvrir(page_de("amina"))
    page.locator("#id_numero").fill(DELMAS)
    page.locator("#id_numero").press("Tab")
    rejoindre = page.get_by_label("rejoindre le dossier").first
    expect(rejoindre).to_be_visible()
    page.evaluate("document.querySelector('#qui').firstElementChild.dataset.ancien = 'oui'")
    retenues = []
    page.route("**/appels/qui/", lambda requete: retenues.append(requete))
    page.locator("#id_prenom").fill("Claire")
    with page.expect_request("**/appels/qui/"):
        page.locator("#id_prenom").press("Tab")
    rejoindre.check()
    for requete in retenues:
        requete.continue_()
    expect(page.locator("#qui [data-ancien]")).to_have_count(0)
    expect(rejoindre).to_be_checked()


def test_un_nom_mal_entendu_est_propose_avec_sa_raison(page_de):
    page = ouvrir(page_de("amina"))
    page.locator("#id_nom").fill("Caron")
    page.locator("#id_nom").press("Tab")
    expect(page.locator("#qui")).to_contain_text("Caron")
    expect(page.locator("#qui")).to_contain_text("même nom")


def test_rien_de_rempli_le_resume_prend_le_focus_et_mene_aux_champs(page_de):
    page = ouvrir(page_de("amina"))
    page.locator("#id_nom").fill("Zibeline")
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.locator(".erreurs")).to_be_focused()
    assert page.title().startswith("Erreur\u00a0: ")
    assert page.locator("#id_nom").input_value() == "Zibeline"
    page.locator(".erreurs a").first.click()
    expect(page.locator("#id_numero")).to_be_focused()
    decrit = page.locator("#id_numero").get_attribute("aria-describedby")
    assert decrit
    expect(page.locator(f"#{decrit.split()[-1]}")).to_contain_text("Notez un numéro ou un courriel")


def test_un_double_clic_ne_fait_qu_un_appel(page_de):
    page = ouvrir(page_de("amina"))
    page.locator("#id_nom").fill("Doubleclic")
    page.locator("#id_numero").fill("04 65 71 44 44")
    page.locator("#id_texte").fill("Question")
    page.get_by_label("garder l’appel seul, sans dossier").check()
    page.get_by_role("button", name="Enregistrer l’appel").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Appel du")
    page.goto("/appels/")
    expect(page.get_by_role("cell", name="Doubleclic")).to_have_count(1)


def test_tout_marche_sans_javascript(page_de):
    page = ouvrir(page_de("amina", java_script_enabled=False))
    page.locator("#id_numero").fill("06 39 98 11 20")
    page.get_by_role("button", name="Chercher cette personne").click()
    page.get_by_label("Dr Claire Delmas, médecin").check()
    page.locator("#id_texte").fill("Sans script")
    page.get_by_label("garder l’appel seul, sans dossier").check()
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.get_by_role("status").filter(has_text="L’appel est enregistré, sans dossier.")).to_be_visible()


def test_un_appel_seul_rejoint_un_dossier_apres_coup(page_de):
    page = ouvrir(page_de("amina"))
    page.locator("#id_nom").fill("Apréscoup")
    page.get_by_label("ne souhaite pas être rappelé").check()
    page.locator("#id_texte").fill("À rattacher")
    page.get_by_label("garder l’appel seul, sans dossier").check()
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.get_by_role("button", name="Rattacher à ce dossier")).to_be_visible()
    page.get_by_label("Numéro du dossier").fill("ZZZ")
    page.get_by_role("button", name="Rattacher à ce dossier").click()
    expect(page.locator(".erreurs")).to_contain_text("Aucun dossier ne porte ce numéro")
    adresse = page.url
    page.goto("/dossiers/")
    numero = page.locator("tr[data-ligne] .numero").first.inner_text()
    page.goto(adresse.replace("rattacher/", ""))
    page.get_by_label("Numéro du dossier").fill(numero.lower())
    page.get_by_role("button", name="Rattacher à ce dossier").click()
    expect(page.get_by_role("status")).to_contain_text(f"L’appel est rattaché au dossier {numero}.")
