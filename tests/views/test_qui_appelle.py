"""« Qui appelle ? » as the screen shows it, pushed or typed, and the reason asked for one dossier more."""

import re
import uuid

import pytest
from django.urls import reverse

from dossiers.lectures.doublons import Saisie
from dossiers.models import Appel, Dossier
from tests.aides import client_de, donner_referent, ouvrir_dossier, relu, texte_de
from tests.views.test_saisies import appel

pytestmark = pytest.mark.django_db

NOUVEAU = reverse("appels.nouveau")


@pytest.mark.parametrize(
    "tel",
    ["0465711220", "04.65.71.12.20", "04/65/71/12/20", "%2B33465711220", "+33465711220", "0033465711220", "%2B33%20(0)4%2065711220",
     "tel:%2B33465711220", "sip:%2B33465711220@pbx.example.org", "O4 65 71 12 2O", "33465711220"],
)  # fmt: skip
def test_un_numero_pousse_montre_les_personnes_des_la_premiere_page(bruno, amina, tel):
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    page = texte_de(client_de(amina).get(f"{NOUVEAU}?tel={tel}"))
    attendus = (
        "Dr Claire Delmas",
        "Foyer : Julien Delmas",
        dossier.numero,
        "suivi par Bruno Lefèvre",
        "F2",
        "rejoindre le dossier",
    )
    assert [mot for mot in attendus if mot not in page] == []


@pytest.mark.parametrize(
    "tel", ["anonymous", "Private", "sip:anonymous@anonymous.invalid", "num%C3%A9ro masqu%C3%A9", "unknown"]
)
def test_un_numero_masque_est_coche_et_n_est_le_numero_de_personne(amina, tel):
    page = client_de(amina).get(f"{NOUVEAU}?tel={tel}").content.decode()
    masque, numero = (re.search(rf'<input[^>]*name="{nom}"[^>]*>', page).group() for nom in ("masque", "numero"))
    assert ("checked" in masque, "value=" in numero) == (True, False)


def test_un_appel_masque_s_enregistre_sans_numero(amina):
    client_de(amina).post(NOUVEAU, appel(numero="", masque="on", suite="seul"))
    garde = Appel.objects.get()
    assert (garde.numero, garde.numero_brut) == ("", "masqué")


@pytest.mark.parametrize(
    ("numero", "lu"),
    [
        ("0692 12 34 56", "+262 692 12 34 56 , La Réunion"), ("+41 22 345 67 89", "+41 22 345 67 89 , Suisse"),
        ("+64 3 355 1234", ", étranger"), ("04.65.71.12.20", "Lu : 04 65 71 12 20"),
        ("O4 65 71 l2 2O", "Des lettres ont été lues comme des chiffres"), ("04 65 71", "il en faut 10"),
    ],
)  # fmt: skip
def test_le_numero_est_relu_avec_son_pays_ou_ce_qui_cloche(amina, numero, lu):
    fragment = texte_de(client_de(amina).post(reverse("appels.qui"), {"numero": numero}))
    assert lu in fragment.replace("\u00a0", " ")


def test_un_numero_etranger_ramene_la_personne_qui_le_porte(amina, bruno):
    from tests.aides import personne

    ouvrir_dossier(bruno, personnes=(personne(telephones=("+41 22 345 67 89",)),), besoins=("logement",), enfants=())
    assert "Dr Claire Delmas" in texte_de(client_de(amina).post(reverse("appels.qui"), {"numero": "0041223456789"}))


def vu(**champs):
    """Return what the browser sends besides the form when the list of people answered to what is typed."""
    return {"vu": Saisie(**champs).empreinte}


QUI = {"numero": "04 65 71 12 20", "nom": "Delmas", "prenom": "Claire"}


@pytest.mark.parametrize("marques", [{}, {**vu(**QUI), "double_vu": "on"}, {"vu": "perime", "double_vu": ""}])
def test_un_dossier_de_plus_a_cote_d_un_double_demande_pourquoi(amina, bruno, marques):
    ouvrir_dossier(bruno)
    client = client_de(amina)
    refus = client.post(NOUVEAU, appel(**marques))
    assert (refus.status_code, "dites pourquoi en ouvrir un de plus" in texte_de(refus), Dossier.objects.count()) == (
        422,
        True,
        1,
    )
    assert "Pourquoi un dossier de plus" in texte_de(refus)
    assert client.post(NOUVEAU, appel(**marques, motif_double="homonyme")).status_code == 302
    ouvert = Dossier.objects.order_by("-pk")[0]
    motifs = set(ouvert.history.values_list("history_geste", "history_motif"))
    assert motifs == {("enregistrer_appel", "homonyme")}
    assert "Motif : un homonyme, pas la même personne" in texte_de(
        client.get(reverse("dossiers.fiche", args=[ouvert.pk]))
    )


def test_rejoindre_ou_garder_l_appel_seul_ne_demande_rien(amina, bruno):
    dossier = ouvrir_dossier(bruno)
    client = client_de(amina)
    codes = [client.post(NOUVEAU, appel(suite=suite)).status_code for suite in (f"dossier:{dossier.pk}", "seul")]
    assert (codes, Dossier.objects.count()) == ([302, 302], 1)


def test_un_nom_voisin_ne_demande_rien(amina, bruno):
    ouvrir_dossier(bruno)
    assert client_de(amina).post(NOUVEAU, appel(nom="Dalmas", numero="04 65 71 99 99", prenom="Luc")).status_code == 302


def test_un_second_clic_mene_ou_le_premier_a_mene(amina):
    client, donnees = client_de(amina), appel()
    urls = {client.post(NOUVEAU, donnees).url for _ in range(2)}
    assert (len(urls), Dossier.objects.count()) == (1, 1)


def test_ce_que_l_ecran_a_montre_evite_de_chercher_encore(amina, bruno, django_assert_max_num_queries):
    """The way a browser sends it, the reason asked costs no query."""
    client = client_de(amina)
    client.post(NOUVEAU, appel(nom="Autre"))
    with django_assert_max_num_queries(40) as sans:
        client.post(NOUVEAU, appel(nom="Peyre", prenom="Luc", numero="04 65 71 77 77", cle=str(uuid.uuid4())))
    saisie = {"nom": "Peyre", "prenom": "Ana", "numero": "04 65 71 66 66"}
    with django_assert_max_num_queries(40) as avec:
        client.post(NOUVEAU, appel(**saisie, **vu(**saisie), cle=str(uuid.uuid4())))
    assert len(avec) < len(sans)


def test_le_rpps_note_pendant_l_appel_est_garde_et_verifie(amina):
    client = client_de(amina)
    faux = client.post(NOUVEAU, appel(rpps="10002909372"))
    assert (faux.status_code, "n’est pas juste" in texte_de(faux)) == (422, True)
    client.post(NOUVEAU, appel(rpps="1000 2909 371"))
    assert [p.personne.rpps for p in Dossier.objects.get().participants.all()] == ["10002909371"]


def test_le_choix_de_la_suite_survit_au_rafraichissement(amina, bruno):
    dossier = relu(ouvrir_dossier(bruno))
    fragment = client_de(amina).post(reverse("appels.qui"), {**QUI, "suite": f"dossier:{dossier.pk}"}).content.decode()
    choisi = re.search(rf'<input[^>]*value="dossier:{dossier.pk}"[^>]*>', fragment).group()
    assert "checked" in choisi
