"""The whole way, as people walk it: a call, a dossier, four needs to their end, the letters in hand."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.gestes import (
    BIENTOT,
    DEMAIN,
    HIER,
    accompagner,
    carte,
    cliquer,
    envoyer,
    mener,
    remplir,
    texte_du_pdf,
)  # fmt: skip

pytestmark = pytest.mark.xdist_group("navigateur")


def prendre_l_appel(page: Page) -> str:
    """Take the call of Camille and Alix Brunel by the keyboard; return the dossier's number."""
    page.goto("/journee/")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvel appel")
    page.get_by_label("Numéro", exact=True).fill("04 65 71 34 56")
    page.get_by_label("Qui appelle", exact=True).select_option("candidat")
    page.get_by_label("Prénom", exact=True).fill("Camille")
    page.get_by_label("Nom de famille").fill("Brunel")
    page.get_by_label("Statut").select_option("remplacant_these")
    page.get_by_label("Notes", exact=True).fill(
        "Cherche à s’installer à Anduze en septembre, conjoint cuisinier, une fille en CM1."
    )
    for besoin in ("Formalités", "Logement", "Emploi du conjoint", "Scolarisation"):
        page.get_by_label(besoin, exact=True).check()
    page.get_by_label("Où", exact=True).fill("Anduze")
    page.get_by_label("Prénom du conjoint").fill("Alix")
    page.get_by_label("Nom du conjoint", exact=True).fill("Brunel")
    page.get_by_label("Enfant 1").select_option("elementaire")
    page.get_by_label("information « données personnelles » dite").check()
    page.locator("#id_promesse").select_option("rappel")
    page.get_by_label("pour le", exact=True).fill(DEMAIN)
    page.get_by_label("Notes", exact=True).press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="L’appel est enregistré dans le dossier")).to_be_visible()
    return page.locator(".identite .numero").inner_text().strip()


PAS = {
    "Logement": [
        ("Valider les critères", {"sous_type": "location", "pieces": "4", "budget_max": "1100", "entree_le": BIENTOT}, "Critères validés"),
        ("Lancer la recherche", {}, "En recherche"),
        ("Proposer une offre", {"offre": "T4, rue du Plan", "bailleur": "Logis Cévenols", "loyer": "980"}, "Offre proposée"),
        ("Programmer la visite", {"visite_le": f"{DEMAIN}T14:00:00"}, "Visite programmée"),
        ("Noter la visite faite", {}, "Visité"),
        ("Retenir l’offre", {}, "Retenu"),
        ("Dossier remis au bailleur", {}, "Dossier chez le bailleur"),
        ("Accord du bailleur", {}, "Accordé"),
        ("Emménagement fait", {"bail_signe_le": HIER}, "Emménagé"),
        ("Clore : le foyer est logé", {}, "Logé"),
    ],
    "Emploi du conjoint": [
        ("Recueillir le profil", {"metier": "cuisinier", "situation": "salarie"}, "Profil recueilli"),
        ("Noter l’accord", {"accord_le": HIER, "destinataires": "France Travail"}, "Accord de transmission"),
        ("Orienter vers un partenaire", {"partenaire": "France Travail"}, "Orienté"),
        ("Partenaire en relation", {}, "En relation"),
        ("Candidatures envoyées", {"candidatures_envoyees": "3"}, "Candidatures"),
        ("Entretien obtenu", {}, "Entretien"),
        ("Embauché", {"resultat_le": BIENTOT}, "Embauché"),
        ("Clore la recherche", {}, "Terminé"),
    ],
    "Scolarisation": [
        ("Qualifier le besoin", {"niveau": "elementaire", "annee_naissance": "2017", "arrivee_le": BIENTOT}, "Besoin qualifié"),
        ("Identifier l’établissement", {"etablissement": "École Florian, Anduze"}, "Secteur identifié"),
        ("Dossier déposé", {"depose_le": HIER}, "Dossier déposé"),
        ("Place attribuée", {}, "Affecté"),
        ("Inscription faite", {}, "Inscrit"),
        ("Rentrée faite", {"rentree_le": HIER}, "Rentré"),
        ("Clore", {}, "Terminé"),
    ],
}  # fmt: skip


def mener_les_formalites(page: Page) -> None:
    """Draw the path of a replacement doctor, declare each step without object, then close."""
    cliquer(page, carte(page, "Formalités"), "Établir le parcours", profil="REMP_NON_THESE")
    cliquer(page, carte(page, "Formalités"), "Lancer les démarches")
    zone = carte(page, "Formalités")
    while True:
        zone.locator("summary", has_text="Voir les étapes").click()
        reste = zone.locator("ol.etapes a.bouton", has_text="Sans objet…")
        if not reste.count():
            break
        reste.first.click()
        remplir(page, motif="deja_fait")
        envoyer(page)
        expect(page.get_by_role("status").filter(has_text="« Sans objet » est enregistré.")).to_be_visible()
    zone.get_by_role("button", name="Clore les formalités").click()
    expect(zone.locator(".carte-titre .pastille")).to_have_text("Terminées")


def test_un_appel_devient_un_dossier_ses_besoins_aboutissent_ses_courriers_partent(page_de, maison, tmp_path):
    numero = prendre_l_appel(page_de("amina"))
    page = page_de("bruno")
    page.goto("/journee/")
    page.keyboard.press("/")
    page.keyboard.type("+33465713456")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=numero).click()
    accompagner(page)
    for besoin, pas in PAS.items():
        mener(page, carte(page, besoin), pas)
    mener_les_formalites(page)
    page.get_by_role("link", name="Constater l’installation…").click()
    remplir(page, installe_le=HIER, lieu_installation="Maison de santé d’Anduze")
    envoyer(page)
    page.get_by_role("link", name="Clore…", exact=True).click()
    remplir(page, motif_cloture="installe")
    envoyer(page)
    expect(page.locator(".identite .pastille").first).to_have_text("Clos")

    accuse = texte_du_pdf(page, "Accusé de réception", maison, tmp_path)
    for morceau in (
        numero,
        "Docteur Camille BRUNEL",
        "Affaire suivie par",
        "2 rue des Exemples",
        "Alès, le ",
        "04 65 71 10 00",
    ):
        assert morceau in accuse, f"{morceau} manque dans :\n{accuse}"
    liste = texte_du_pdf(page, "Liste des démarches et des pièces", maison, tmp_path)
    assert re.search(r"Licence\s+de\s+remplacement", liste)
    cloture = texte_du_pdf(page, "Clôture du dossier", maison, tmp_path, secondes=90)
    assert ("Votre installation est faite" in cloture, "Bruno Lefèvre" in cloture, "Logé" in cloture or "logé" in cloture) == (
        True, True, True,
    )  # fmt: skip

    page.get_by_role("link", name="Synthèse du dossier…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aperçu : synthèse du dossier")
    page.get_by_role("button", name="Demander ce courrier").click()
    page.get_by_role("link", name=f"Dossier {numero}").click()
    synthese = texte_du_pdf(page, "Synthèse du dossier", maison, tmp_path)
    assert ("Alix Brunel" in synthese, "Version établie pour" in synthese) == (True, True)

    recit = page.locator("ol.chronologie").inner_text().replace("\u00a0", " ")
    for morceau in (
        "Appel, téléphone",
        "Amina Benkirane, Alès Agglo",
        "Logement : retenir l’offre",
        "Courrier produit",
        "Dossier : clore",
    ):
        assert morceau in recit
