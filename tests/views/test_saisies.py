"""Whatever is typed: a clear French answer, nothing lost, never a breakdown."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Appel, Dossier
from tests.aides import besoin, client_de, jetons, relu, source_de, texte_de

pytestmark = pytest.mark.django_db

NUL = "Del\x00mas"
GROS = "a" * 300_000
DROITE = "\u202eSamled\u202c"
MALSAINS = [
    NUL, GROS, DROITE, "🏠🩺👩‍⚕️", "2027-02-30", "31/31/2027", "99999999999999999999", "-1", "1e9", "<script>alert(1)</script>",
    "{{ 7|add:7 }}", "'; DROP TABLE dossiers_dossier; --", "%s %(x)s", "\ud7ff", "٣", "½", "0x1F", "nan", "\r\n\r\n", " ",
]  # fmt: skip


def appel(**champs):
    base = {
        "recu_le": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S"), "canal": "telephone", "role": "candidat",
        "nom": "Delmas", "prenom": "Claire", "numero": "04 65 71 12 20", "texte": "Cherche à Anduze", "urgence": "normale",
        "suite": "ouvrir", "issue": "information_donnee", "besoins": ["logement"], "cle": str(uuid.uuid4()),
    }  # fmt: skip
    return {**base, **champs}


@pytest.mark.parametrize("champ", sorted(appel()))
def test_aucune_valeur_ne_casse_l_ecran_d_appel(amina, champ):
    client = client_de(amina)
    codes = {client.post(reverse("appels.nouveau"), appel(**{champ: valeur})).status_code for valeur in MALSAINS}
    assert codes <= {200, 302, 422}


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"recu_le": "2027-02-30T10:00:00"}, "Saisissez une date et une heure valides."),
        ({"recu_le": "0001-01-01T10:00:00"}, "Relisez la date de l’appel : elle est trop ancienne."),
        ({"pour_quand": "9999-12-31"}, "Relisez l’année de cette date."),
        ({"communes": "Anduse"}, "vouliez-vous dire Anduze"),
        ({"communes": "Paris"}, "n’est pas une commune du territoire"),
        ({"personne": "999999"}, "Cette personne n’est plus proposée : choisissez de nouveau."),
        ({"suite": "dossier:999999"}, "Ce dossier n’est plus proposé : choisissez de nouveau."),
        ({"promesse": "rappel"}, "Pour quand ? Choisissez un jour."),
        ({"promesse": "rappel", "promesse_le": "2020-01-01"}, "Promettez pour un moment à venir."),
        ({"texte": "x" * 20_001}, "Assurez-vous que cette valeur comporte au plus"),
        ({"texte": "sécu 2 69 05 49 588 157 80"}, "Ce texte contient un numéro de sécurité sociale : retirez-le."),
        ({"courriel": "claire@"}, "Saisissez une adresse de courriel valide."),
    ],
)  # fmt: skip
def test_une_erreur_est_dite_en_francais_et_rien_n_est_perdu(amina, champs, phrase):
    reponse = client_de(amina).post(reverse("appels.nouveau"), appel(**champs))
    page = source_de(reponse)
    garde = champs.get("texte", "Cherche à Anduze")[:200]
    assert (reponse.status_code, phrase in page, garde in page, 'value="Delmas"' in page) == (422, True, True, True)
    assert (Appel.objects.count(), 'role="alert"' in page) == (0, True)


def test_le_texte_d_un_megaoctet_revient_avec_son_erreur(amina):
    reponse = client_de(amina).post(reverse("appels.nouveau"), appel(texte="a" * 1_100_000))
    page = reponse.content.decode()
    assert (reponse.status_code, "comporte au plus" in page, "a" * 1_100_000 in page) == (422, True, True)


def test_dix_megaoctets_sont_refuses_avant_d_etre_lus(amina):
    reponse = client_de(amina).post(reverse("appels.nouveau"), appel(texte="a" * 10_000_000))
    assert (reponse.status_code, Appel.objects.count(), 'lang="fr"' in reponse.content.decode()) == (400, 0, True)


def test_une_saisie_d_ailleurs_est_echappee(amina):
    client = client_de(amina)
    client.post(reverse("appels.nouveau"), appel(nom="<script>alert(1)</script>", texte="{{ settings }} <b>gras</b>"))
    page = client.get(reverse("dossiers.fiche", args=[Dossier.objects.get().pk])).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page, "{{ settings }}" in page) == (
        False, True, True,
    )  # fmt: skip


def test_deux_envois_du_meme_formulaire_menent_a_la_meme_page(amina):
    client, donnees = client_de(amina), appel()
    premiere, seconde = (client.post(reverse("appels.nouveau"), donnees) for _ in range(2))
    assert (premiere.url, seconde.url, Dossier.objects.count()) == (premiere.url, premiere.url, 1)


@pytest.mark.parametrize(
    "adresse",
    [
        "/dossiers/?besoin=inconnu&etat=x&commune=99999&a_qui=x&attend=x&organisme=abc&retard=peut-etre",
        "/dossiers/?organisme=99999999999999999999",
        "/dossiers/?organisme=-1",
        "/dossiers/?suite=%00", "/dossiers/?suite=2026-02-30T00:00:00%2B00:00_1",
        "/dossiers/?suite=2026-01-01T00:00:00%2B00:00_99999999999999999999", "/dossiers/?suite=___",
        "/dossiers/?suite=2026-01-01_1", "/dossiers/?commune=%00", "/dossiers/export.csv?besoin=%00",
        "/appels/?issue=%00&suite=x", "/courriers/?etat=%00&suite=x", "/promesses/?sorte=%00&suite=x",
        "/tableau/?x=%00", "/appels/nouveau?tel=%00%E2%80%AE",
    ],
)  # fmt: skip
def test_aucun_parametre_ne_casse_une_liste(estelle, adresse):
    assert client_de(estelle).get(adresse).status_code == 200


@pytest.mark.parametrize("q", MALSAINS)
def test_aucune_recherche_ne_casse(bruno, q):
    assert client_de(bruno).post(reverse("recherche"), {"q": q, "suite": q[:50]}).status_code == 200


@pytest.mark.parametrize("gros", [0, 2**63 - 1, 2**63, 10**30])
def test_un_identifiant_inconnu_repond_404(bruno, gros):
    client = client_de(bruno)
    chemins = [
        f"/dossiers/{gros}/", f"/appels/{gros}/", f"/courriers/{gros}/", f"/courriers/{gros}/pdf/",
        f"/demarches/{gros}/affecter/", f"/demarches/{gros}/geste/abandonner/", f"/etapes/{gros}/geste/commencer/",
        f"/dossiers/{gros}/note/", f"/dossiers/{gros}/personne/{gros}/", f"/dossiers/{gros}/courrier/C14/",
    ]  # fmt: skip
    assert {client.get(c).status_code for c in chemins} == {404}


@pytest.mark.parametrize("code", ["save", "inconnu", "__class__", "reprendre2"])
def test_un_geste_inconnu_repond_404(foyer, bruno, code):
    client = client_de(bruno)
    chemin = reverse("demarches.geste", args=[besoin(foyer, "logement").pk, "x"]).replace("/x/", f"/{code}/")
    assert [client.get(chemin).status_code, client.post(chemin, jetons(foyer)).status_code] == [404, 404]


@pytest.mark.parametrize("valeur", MALSAINS)
def test_aucune_valeur_ne_casse_les_formulaires_du_dossier(foyer, bruno, valeur):
    client, logement = client_de(bruno), besoin(foyer, "logement")
    pk = foyer.pk
    personne = foyer.participants.first().pk
    envois = {
        reverse("dossiers.note", args=[pk]): ["texte"],
        reverse("dossiers.promesse", args=[pk]): ["nature", "jour", "heure", "quoi"],
        reverse("dossiers.projet", args=[pk]): ["communes", "echeance", "urgence"],
        reverse("dossiers.referent", args=[pk]): ["referent"],
        reverse("dossiers.besoin", args=[pk]): ["besoin"],
        reverse("dossiers.personne", args=[pk, personne]): ["nom", "prenom", "telephones", "courriel", "rpps", "adresse", "role"],
        reverse("dossiers.geste", args=[pk, "suspendre"]): ["reveil_le", "motif", "raison"],
        reverse("demarches.geste", args=[logement.pk, "valider_criteres"]): ["sous_type", "pieces", "budget_max", "entree_le"],
        reverse("demarches.affecter", args=[logement.pk]): ["organisme", "responsable", "raison"],
    }  # fmt: skip
    codes = {
        chemin: client.post(chemin, {**dict.fromkeys(champs, valeur), **jetons(foyer)}).status_code
        for chemin, champs in envois.items()
    }
    assert {c: n for c, n in codes.items() if n not in {302, 422}} == {}


@pytest.mark.parametrize(
    "jeton", [{"cle": "pas-une-cle"}, {"cle": ""}, {"version": "x"}, {"version": "99999999999"}, {}]
)
def test_des_jetons_abimes_ne_cassent_rien_et_n_ecrivent_rien_d_indu(foyer, bruno, jeton):
    reponse = client_de(bruno).post(reverse("dossiers.geste", args=[foyer.pk, "qualifier"]), jeton)
    assert (reponse.status_code, relu(foyer).etat) == (409, "nouveau")


def test_un_onglet_perime_montre_ce_qui_s_est_passe_et_garde_la_saisie(foyer, bruno, estelle):
    vieux = jetons(foyer)
    client_de(estelle).post(reverse("dossiers.geste", args=[foyer.pk, "qualifier"]), jetons(foyer))
    logement = besoin(foyer, "logement")
    chemin = reverse("demarches.geste", args=[logement.pk, "valider_criteres"])
    saisie = {
        "sous_type": "location",
        "pieces": 4,
        "budget_max": 1234,
        "entree_le": "2027-09-01",
        "raison": "Ils ont un chien",
    }
    client = client_de(bruno)
    reponse = client.post(chemin, {**saisie, **vieux})
    page = reponse.content.decode()
    assert (reponse.status_code, "Estelle Roux" in page, "Nouveau → Qualifié" in page) == (409, True, True)
    assert ('value="1234"' in page, "Ils ont un chien" in page, relu(logement).etat) == (True, True, "exprime")
    assert client.post(chemin, {**saisie, **jetons(foyer)}).status_code == 302


def test_sans_jeton_csrf_rien_ne_passe(amina):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(amina)
    reponse = client.post(reverse("appels.nouveau"), appel())
    assert (reponse.status_code, "page" in texte_de(reponse).lower(), Appel.objects.count()) == (403, True, 0)


def test_un_geste_par_get_n_ecrit_rien(foyer, bruno):
    client = client_de(bruno)
    version = relu(foyer).version
    for chemin in (
        reverse("dossiers.geste", args=[foyer.pk, "qualifier"]),
        reverse("demarches.geste", args=[besoin(foyer, "logement").pk, "abandonner"]),
        reverse("demarches.affecter", args=[besoin(foyer, "logement").pk]),
        reverse("courriers.nouveau", args=[foyer.pk, "C14"]),
        reverse("dossiers.note", args=[foyer.pk]),
    ):
        client.get(chemin)
    assert (relu(foyer).version, relu(foyer).etat) == (version, "nouveau")
