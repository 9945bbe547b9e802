"""The screens of an import: what is shown, what is refused, and how many queries it costs."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.actions import imports as actions
from dossiers.models import Appel, Dossier, Import
from dossiers.tasks import avancer_import
from tests.actions.test_imports import BONNE, CHAMPS, beaucoup, connu, fichier, lire, travailler
from tests.aides import client_de, relu, texte_de

pytestmark = pytest.mark.django_db


def envoyer(agent, octets, nom="appels.xlsx", **autres):
    donnees = {"fichier": SimpleUploadedFile(nom, octets), "cle": str(uuid.uuid4()), **autres}
    return client_de(agent).post(reverse("imports.nouveau"), donnees)


def adresse(ecran, importation):
    return reverse(f"imports.{ecran}", args=[importation.pk])


def poster(agent, ecran, importation, **donnees):
    return client_de(agent).post(adresse(ecran, importation), {"cle": str(uuid.uuid4()), **donnees})


def test_du_fichier_au_dossier_par_les_ecrans(bruno):
    reponse = envoyer(bruno, fichier(BONNE, {**BONNE, "Date appel": "hier"}))
    importation = Import.objects.get()
    assert reponse.url == adresse("colonnes", importation)
    page = texte_de(client_de(bruno).get(reponse.url))
    assert "appels.xlsx : 2 lignes, feuille « Appels »." in page
    assert "Nom du médecin Mme Hélène ROUX Mme Hélène ROUX" in page
    choix = {f"colonne_{rang}": champ for rang, champ in enumerate(CHAMPS)}
    assert poster(bruno, "colonnes", importation, **choix).url == adresse("fiche", importation)
    page = texte_de(client_de(bruno).get(adresse("fiche", importation)))
    assert "0 ligne lues sur 2 (0 %)" in page or "0 ligne lue sur 2 (0 %)" in page
    avancer_import(importation.pk)
    page = texte_de(client_de(bruno).get(adresse("fiche", importation)))
    assert "Importer 1 ligne" in page
    assert "Date appel : cette date ne se lit pas : écrivez par exemple 05/01/2026 9 h 12" in page
    assert Appel.objects.count() == 0
    poster(bruno, "phase", importation, geste="lancer")
    avancer_import(importation.pk)
    page = texte_de(client_de(bruno).get(adresse("fiche", importation)))
    assert f"Importée Dossier {Dossier.objects.get().numero}" in page


def test_un_mauvais_fichier_revient_avec_sa_phrase_et_ne_laisse_rien(bruno):
    for octets, phrase in (
        (b"%PDF-1.4", "Ce fichier est un PDF"), (b"", "Ce fichier est vide."), (b"PK\x03\x04\0\0", "Ce classeur est abîmé"),
        (bytes(range(256)) * 99, "ni un tableau .csv"), (b"a;b\n" * 2_700_000, "Ce fichier dépasse 10 Mo"),
    ):  # fmt: skip
        reponse = envoyer(bruno, octets, nom="x\0" + "é" * 200 + ".csv")
        assert (reponse.status_code, phrase in texte_de(reponse)) == (422, True), phrase
    assert client_de(bruno).post(reverse("imports.nouveau"), {"fichier": "texte"}).status_code == 422
    assert Import.objects.count() == 0


def test_le_meme_fichier_est_annonce(bruno):
    octets = fichier(BONNE)
    envoyer(bruno, octets)
    reponse = envoyer(bruno, octets, nom="autre nom.xlsx")
    assert "Ce fichier, le même au signe près, a déjà été déposé" in texte_de(client_de(bruno).get(reponse.url))


def test_une_colonne_donnee_deux_fois_le_dit_a_cote_d_elle(bruno):
    importation = actions.deposer("a.xlsx", fichier(BONNE), agent=bruno, cle=uuid.uuid4())
    reponse = poster(bruno, "colonnes", importation, colonne_0="date", colonne_1="date", colonne_2="texte")
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert page.index("est déjà donné à une autre colonne.", page.index("<tbody>")) > page.index('for="id_colonne_1"')
    assert relu(importation).phase == "a_relier"


def test_l_avancement_est_un_morceau_de_la_page_et_la_fin_la_recharge(bruno):
    importation = actions.deposer("a.xlsx", fichier(BONNE), agent=bruno, cle=uuid.uuid4())
    actions.relier(importation, CHAMPS, lire_texte=True, agent=bruno, cle=uuid.uuid4())
    client = client_de(bruno)
    morceau = client.get(adresse("fiche", importation), headers={"HX-Request": "true"})
    assert morceau.content.decode().strip() in client.get(adresse("fiche", importation)).content.decode()
    assert ("<progress" in morceau.content.decode(), "HX-Refresh" in morceau.headers) == (True, False)
    travailler(importation)
    fin = client.get(adresse("fiche", importation), headers={"HX-Request": "true"})
    assert fin.headers["HX-Refresh"] == "true"


def test_on_decide_une_ligne_puis_toutes(bruno):
    dossier = connu(bruno)
    importation = lire(bruno, BONNE, {**BONNE, "Date appel": "06/01/2026"})
    page = texte_de(client_de(bruno).get(adresse("fiche", importation) + "?sort=doublon"))
    assert f"{dossier.numero} même téléphone, même nom, même prénom, même commune visée" in page
    reponse = poster(bruno, "decider", importation, ligne=2, suite=f"dossier:{dossier.pk}", sort="doublon", depuis="0")
    assert reponse.url == adresse("fiche", importation) + "?sort=doublon"
    assert list(importation.lignes.values_list("decision", flat=True)) == ["rejoindre", ""]
    poster(bruno, "decider", importation, suite="rejoindre")
    assert list(importation.lignes.values_list("decision", flat=True)) == ["rejoindre", "rejoindre"]


@pytest.mark.parametrize(
    "donnees",
    [
        {},
        {"suite": "x" * 40},
        {"suite": "dossier:9e9", "ligne": "2"},
        {"suite": "ouvrir", "ligne": "2"},
        {"ligne": "\0"},
    ],
)
def test_une_decision_impossible_ne_change_rien(bruno, donnees):
    connu(bruno)
    importation = lire(bruno, BONNE)
    assert poster(bruno, "decider", importation, **donnees).status_code == 302
    assert list(importation.lignes.values_list("sort", "decision")) == [("doublon", "")]


def test_le_dossier_cache_est_annonce_sans_numero_ni_nom(bruno, estelle):
    cache = connu(estelle)
    Dossier.objects.filter(pk=cache.pk).update(confidentiel=True)
    importation = lire(bruno, BONNE)
    page = texte_de(client_de(bruno).get(adresse("fiche", importation)))
    assert ("Un dossier existe hors de votre champ" in page, cache.numero in page) == (True, False)
    # whoever supervises may look at Bruno's import, but the likenesses were looked for with Bruno's eyes
    assert cache.numero not in texte_de(client_de(estelle).get(adresse("fiche", importation)))


def test_un_dossier_devenu_confidentiel_disparait_de_l_apercu(bruno):
    dossier = connu(bruno)
    importation = lire(bruno, BONNE)
    Dossier.objects.filter(pk=dossier.pk).update(confidentiel=True)
    assert dossier.numero not in texte_de(client_de(bruno).get(adresse("fiche", importation)))


def test_les_lignes_a_corriger_se_telechargent_et_se_renvoient(bruno):
    importation = lire(bruno, {**BONNE, "Date appel": "hier"})
    reponse = client_de(bruno).get(adresse("a_corriger", importation))
    assert reponse.headers["Content-Disposition"] == f'attachment; filename="import-{importation.pk}-a-corriger.xlsx"'
    renvoi = SimpleUploadedFile("x.xlsx", reponse.content)
    assert poster(bruno, "corriger", importation, fichier=renvoi).url == adresse("fiche", importation)
    assert relu(importation).phase == "lecture"
    travailler(importation)
    autre = poster(bruno, "corriger", importation, fichier=SimpleUploadedFile("x.xlsx", fichier(BONNE)))
    assert (autre.status_code, "n’est pas celui des lignes à corriger" in texte_de(autre)) == (422, True)


def test_le_texte_d_un_fichier_n_est_jamais_du_html(bruno):
    importation = lire(
        bruno, {**BONNE, "Observations": "<script>alert(1)</script>", "Nom du médecin": "<b>Roux</b> Hélène"}
    )
    page = client_de(bruno).get(adresse("fiche", importation)).content.decode()
    assert ("<script>alert" in page, "<b>" in page, "&lt;script&gt;alert" in page) == (False, False, True)


def test_l_apercu_coute_autant_de_requetes_pour_une_ligne_et_pour_cent(bruno):
    couts = []
    dossier = connu(bruno)
    for combien in (1, 24):
        fautives = [{**BONNE, "Date appel": "hier"}] * combien
        importation = lire(bruno, BONNE, *beaucoup(combien), *fautives, lire_texte=False)
        assert importation.lignes.first().proches[0][0] == dossier.pk
        client = client_de(bruno)
        client.get(adresse("fiche", importation))
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(adresse("fiche", importation)).status_code == 200
        couts.append(len(requetes))
    assert couts[0] == couts[1] <= 8


def test_les_pages_de_lignes_se_suivent(bruno):
    importation = lire(bruno, *({**BONNE, "Date appel": "hier"} for _ in range(60)), lire_texte=False)
    page = client_de(bruno).get(adresse("fiche", importation) + "?sort=a_corriger&depuis=0").content.decode()
    assert "?sort=a_corriger&amp;depuis=51" in page
    suite = client_de(bruno).get(adresse("fiche", importation) + "?sort=a_corriger&depuis=51").content.decode()
    assert (suite.count("<tr data-ligne>"), 'rel="next"' in suite) == (10, False)
    for bizarre in ("x", "-1", "9" * 30, "\0"):
        assert (
            client_de(bruno).get(adresse("fiche", importation), {"depuis": bizarre, "sort": bizarre}).status_code == 200
        )


def test_la_liste_et_le_bouton_sont_a_qui_peut_importer(bruno, amina):
    lire(bruno, BONNE)
    assert "appels.xlsx n° " in texte_de(client_de(bruno).get(reverse("imports.liste")))
    vus = ["Importer un fichier" in texte_de(client_de(a).get(reverse("appels.liste"))) for a in (bruno, amina)]
    assert vus == [True, False]


def test_un_classeur_de_plusieurs_feuilles_se_relit_sur_une_autre(bruno):
    from openpyxl import Workbook

    livre = Workbook()
    for titre, nom in (("2025", "Roux"), ("2026", "Vidal")):
        feuille = livre.create_sheet(titre)
        feuille.append(["Date", "Nom", "Observations"])
        feuille.append(["05/01/2026", nom, "Cherche"])
    sortie = io.BytesIO()
    livre.save(sortie)
    envoyer(bruno, sortie.getvalue())
    importation = Import.objects.get()
    poster(bruno, "colonnes", importation, feuille="2026")
    assert [x.cellules[1] for x in importation.lignes.all()] == ["Vidal"]
    poster(bruno, "colonnes", importation, feuille="absente")
    assert relu(importation).feuille == "2026"
