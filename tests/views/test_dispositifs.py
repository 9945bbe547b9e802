"""The pages of the catalogue, of the zoning and of the assistant."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.actions.affectations import reunir_intervenants
from dossiers.models import Commune, Demarche, Dispositif, Dossier, Zonage
from tests.actions.test_dispositifs import zone
from tests.aides import (
    client_de,
    dans,
    donner_referent,
    jetons,
    ouvrir_besoin,
    ouvrir_dossier,
    relu,
    source_de,
    texte_de,
)

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def d(code):
    return Dispositif.objects.get(code=code)


def codes(page):
    return re.findall(r">(D\d\d) ", page.content.decode())


def test_le_catalogue_montre_l_etat_d_abord(bruno):
    page = client_de(bruno).get(reverse("dispositifs.liste"))
    texte = texte_de(page)
    assert "34 fiches" in texte
    assert ("Ouvert : 16" in texte, "À vérifier : 15" in texte, "Fermé : 3" in texte) == (True, True, True)
    assert (codes(page)[0], codes(page)[-3:]) == ("D01", ["D09", "D10", "D11"])
    assert "Fermé depuis le 31/12/2025" in texte


@pytest.mark.parametrize(
    ("demande", "trouves"),
    [
        ({"etat": "ferme"}, ["D09", "D10", "D11"]),
        ({"q": "caim"}, ["D09"]),
        ({"q": "ASSISTANT médical"}, ["D14"]),
        ({"q": "interne logement", "etat": "a_verifier"}, ["D19", "D20", "D22"]),
        ({"etat": "inconnu", "q": "zzz"}, []),
    ],
)
def test_le_catalogue_se_filtre_et_se_cherche(bruno, demande, trouves):
    assert codes(client_de(bruno).get(reverse("dispositifs.liste"), demande)) == trouves


def test_j_ai_verifie_de_la_page_a_l_histoire(chloe, bruno):
    client, adresse = client_de(chloe), reverse("dispositifs.verifier", args=[d("D01").pk])
    fiche = reverse("dispositifs.fiche", args=[d("D01").pk])
    assert "À vérifier : personne n’a encore vérifié cette fiche." in texte_de(client.get(fiche))
    champs = {
        "ouverture": "ouvert", "ferme_depuis": "", "source": "ameli.fr", "date_source": "2026", "confiance": "A",
        "expire_le": dans(90).isoformat(), "raison": "Page relue", "cle": str(uuid.uuid4()),
    }  # fmt: skip
    assert client.get(adresse).status_code == 200
    assert [client.post(adresse, champs).url for _ in range(2)] == [fiche, fiche]
    page = texte_de(client_de(bruno).get(fiche))
    assert ("personne n’a encore" in page, "par Chloé Martinez" in page, page.count("Page relue")) == (False, True, 1)
    assert "J’ai vérifié" not in page


def test_une_verification_mal_dite_revient_avec_sa_phrase(chloe):
    client, adresse = client_de(chloe), reverse("dispositifs.verifier", args=[d("D01").pk])
    champs = {"ouverture": "ferme", "source": "ameli.fr", "confiance": "A", "expire_le": dans(90).isoformat()}
    reponse = client.post(adresse, champs)
    assert (reponse.status_code, "Dites depuis quand ce dispositif est fermé." in texte_de(reponse)) == (422, True)
    vide = client.post(adresse, {})
    assert (vide.status_code, d("D01").verifie_le) == (422, None)


def test_le_zonage_se_lit_et_s_ajoute(estelle, bruno):
    client, ajouter = client_de(estelle), reverse("zonages.ajouter")
    assert "Anduze" in texte_de(client.get(reverse("zonages.liste")))
    champs = {
        "commune": Commune.objects.get(nom="Anduze").pk, "qpv": "", "classe": "ZIP", "arrete": "arrêté du 01/12/2025",
        "du": "2026-01-01", "au": "", "source": "ARS", "cle": str(uuid.uuid4()),
    }  # fmt: skip
    assert client.get(ajouter).status_code == 200
    assert [client.post(ajouter, champs).url for _ in range(2)] == [reverse("zonages.liste")] * 2
    assert Zonage.objects.filter(commune__nom="Anduze").count() == 1
    page = texte_de(client_de(bruno).get(reverse("zonages.liste")))
    assert ("ZIP, zone d’intervention prioritaire" in page, "Ajouter un classement" in page) == (True, False)
    refus = client.post(ajouter, {**champs, "classe": "ZAC", "cle": str(uuid.uuid4())})
    assert (refus.status_code, "Anduze est déjà classé ZIP" in texte_de(refus)) == (422, True)


def test_l_assistant_du_catalogue_dit_ce_qui_manque_et_n_ouvre_rien(amina, driss):
    zone(driss)
    client = client_de(amina)
    vide = texte_de(client.get(reverse("dispositifs.eligibilite")))
    assert "Dites ce que vous savez du projet" in vide
    projet = {
        "statut": "primo_installation", "mode": "liberal", "secteur": "1", "installation_le": "2026-09-01",
        "commune": Commune.objects.get(nom="Anduze").code_insee, "quartier": "non",
    }  # fmt: skip
    page = client.get(reverse("dispositifs.eligibilite"), projet)
    texte = texte_de(page)
    probables = source_de(page).split("Probable :")[1].split("<h2")[0]
    assert re.findall(r">(D\d\d) ", probables) == ["D01", "D04", "D05"]
    assert ("Impossible :" in texte, "Ouvrir une aide" in texte, "éligible" in texte.lower()) == (True, False, False)
    flou = texte_de(client.get(reverse("dispositifs.eligibilite"), {"mode": "liberal"}))
    assert ("Probable :" in flou, "Il manque : " in flou) == (False, True)


def test_du_dossier_l_assistant_sait_deja_et_ouvre_une_aide_une_fois(bruno, driss, chloe):
    zone(driss)
    dossier = donner_referent(ouvrir_dossier(bruno, pour_quand=dans(60)), bruno)
    client, adresse = client_de(bruno), reverse("dossiers.eligibilite", args=[dossier.pk])
    page = client.get(adresse).content.decode()
    assert all(
        f'value="{valeur}" selected' in page
        for valeur in ("remplacant_these", Commune.objects.get(nom="Anduze").code_insee)
    )
    ouvrir = reverse("dossiers.aide", args=[dossier.pk, "D01"])
    faits = {
        "statut": "primo_installation", "mode": "liberal", "secteur": "1", "installation_le": dans(60).isoformat(),
        "commune": Commune.objects.get(nom="Anduze").code_insee, "quartier": "non", **jetons(dossier),
    }  # fmt: skip
    fiche = reverse("dossiers.fiche", args=[dossier.pk])
    assert [client.post(ouvrir, faits).url for _ in range(2)] == [fiche, fiche]
    (aide,) = Demarche.REGISTRE["aides"]._default_manager.filter(dossier=dossier)
    assert (aide.dispositif.code, aide.presume, aide.organisme) == ("D01", "probable", chloe.organisme)
    assert "Une aide est déjà ouverte dans ce dossier." in texte_de(client.get(adresse))
    assert "D01 Aide ponctuelle" in texte_de(client_de(chloe).get(fiche))


@pytest.mark.parametrize(
    ("code", "version", "phrase"),
    [
        ("D09", None, "D09 : Fermé depuis le 31/12/2025."),
        ("D05", 1, "Le dossier a changé depuis que vous avez ouvert cette page."),
    ],
)
def test_un_refus_revient_a_l_assistant_avec_sa_phrase(foyer, bruno, code, version, phrase):
    client, adresse = client_de(bruno), reverse("dossiers.aide", args=[foyer.pk, code])
    donnees = jetons(foyer) | ({"version": str(version)} if version else {})
    reponse = client.post(adresse, donnees, follow=True)
    assert (phrase in texte_de(reponse), Demarche.objects.filter(type="aides").exists()) == (True, False)


def test_une_aide_inconnue_n_existe_pas(foyer, bruno):
    assert client_de(bruno).post(reverse("dossiers.aide", args=[foyer.pk, "D99"]), jetons(foyer)).status_code == 404


def test_l_ars_ouvre_une_aide_la_ou_elle_intervient(foyer, driss):
    adresse = reverse("dossiers.aide", args=[foyer.pk, "D06"])
    Dossier.objects.filter(pk=foyer.pk).update(intervenants=[])
    assert client_de(driss).post(adresse, jetons(foyer)).status_code == 404
    reunir_intervenants(relu(foyer), [driss.organisme_id])
    assert client_de(driss).post(adresse, jetons(foyer)).url == reverse("dossiers.fiche", args=[foyer.pk])


def test_la_page_d_un_dossier_aux_huit_besoins_tient_en_douze_requetes(foyer, bruno, chloe):
    for besoin in ("reseau", "loisirs", "visite"):
        ouvrir_besoin(foyer, besoin, bruno)
    for code in ("D01", "D02", "D05"):
        ouvrir_besoin(foyer, "aides", bruno, dispositif=d(code))
    for agent in (bruno, chloe):
        client = client_de(agent)
        client.get(reverse("journee"))
        with CaptureQueriesContext(connection) as requetes:
            page = client.get(reverse("dossiers.fiche", args=[foyer.pk]))
        assert (page.status_code, len(requetes) <= 12) == (200, True), len(requetes)


def test_un_geste_d_aide_par_sa_page_coute_au_plus_treize_requetes(foyer, bruno, chloe):
    aide = ouvrir_besoin(foyer, "aides", bruno, dispositif=d("D01"))
    client = client_de(chloe)
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.post(reverse("demarches.geste", args=[aide.pk, "verifier"]), jetons(foyer))
    assert (reponse.status_code, relu(aide).etat) == (302, "eligibilite_a_verifier")
    utiles = [q["sql"] for q in requetes if "SAVEPOINT" not in q["sql"]]
    assert len(utiles) <= 13, "\n".join(u[:120] for u in utiles)


def test_l_appel_propose_les_huit_besoins(amina):
    page = texte_de(client_de(amina).get(reverse("appels.nouveau")))
    assert [c.libelle_besoin for c in Demarche.REGISTRE.values() if c.libelle_besoin not in page] == []
