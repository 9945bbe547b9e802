"""The pages of the house: signing in, passwords, headers, the log, the theme, health."""

import logging
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.actions import courriers
from dossiers.models import Agent, auteur
from tests.aides import client_de, jetons, ouvrir_dossier, relu, texte_de
from tests.views.test_saisies import appel

pytestmark = pytest.mark.django_db

MOT = "Guichet-Demo-2026"


@pytest.mark.parametrize("courriel", ["amina@ales.example.org", "AMINA@ales.example.org", " amina@ales.example.org "])
def test_on_se_connecte_par_son_courriel_en_toute_ecriture(client, courriel):
    reponse = client.post(reverse("connexion"), {"username": courriel, "password": MOT})
    assert (reponse.status_code, client.get("/").url) == (302, reverse("journee"))


def test_un_mauvais_mot_de_passe_est_refuse_en_francais(client):
    reponse = client.post(reverse("connexion"), {"username": "amina@ales.example.org", "password": "non"})
    assert (
        reponse.status_code,
        "Courriel ou mot de passe inconnus." in texte_de(reponse),
        "_auth_user_id" in client.session,
    ) == (
        200,
        True,
        False,
    )


def test_un_compte_ferme_ne_se_connecte_plus(client, amina):
    with auteur(None, geste="essai"):
        amina.is_active = False
        amina.save(update_fields=["is_active"])
    client.post(reverse("connexion"), {"username": amina.courriel, "password": MOT})
    assert client.get(reverse("journee")).url.startswith(reverse("connexion"))


def test_on_se_deconnecte_par_un_bouton_et_non_par_un_lien(amina):
    client = client_de(amina)
    assert client.get(reverse("deconnexion")).status_code == 405
    client.post(reverse("deconnexion"))
    assert client.get(reverse("journee")).status_code == 302


def test_on_revient_ou_l_on_allait_et_jamais_ailleurs(client):
    identifiants = {"username": "bruno@ales.example.org", "password": MOT}
    suite = client.get(reverse("dossiers.liste") + "?retard=on").url
    assert client.post(suite, identifiants).url == "/dossiers/?retard=on"
    client.post(reverse("deconnexion"))
    assert client.post(reverse("connexion") + "?next=https://ailleurs.example.org/", identifiants).url == "/"


@pytest.mark.parametrize(
    ("ancien", "nouveau", "encore", "code"),
    [
        (MOT, "un mot de passe assez long", "un mot de passe assez long", 302),
        ("non", "un mot de passe assez long", "un mot de passe assez long", 200),
        (MOT, "court", "court", 200),
        (MOT, "un mot de passe assez long", "un autre mot de passe long", 200),
        (MOT, "12345678901234567890", "12345678901234567890", 200),
    ],
)
def test_on_change_son_mot_de_passe_en_connaissant_l_ancien(amina, ancien, nouveau, encore, code):
    client = client_de(amina)
    Agent.objects.get(pk=amina.pk).check_password(MOT)
    donnees = {"old_password": ancien, "new_password1": nouveau, "new_password2": encore}
    reponse = client.post(reverse("mot_de_passe"), donnees)
    assert (reponse.status_code, relu(amina).check_password(nouveau)) == (code, code == 302)
    assert client.get(reverse("journee")).status_code == 200


def test_les_pages_publiques_s_ouvrent_sans_compte_et_en_francais(client):
    for nom in ("connexion", "accessibilite", "donnees_personnelles", "mentions"):
        page = client.get(reverse(nom))
        assert (page.status_code, '<html lang="fr"' in page.content.decode()) == (200, True)


def test_l_administratrice_commence_par_les_reglages(gaelle):
    assert client_de(gaelle).get("/").url == reverse("reglages")


def test_une_page_inconnue_dit_quoi_faire(bruno):
    reponse = client_de(bruno).get("/nulle-part/")
    assert (reponse.status_code, "Dossiers" in texte_de(reponse) or "accueil" in texte_de(reponse).lower()) == (
        404,
        True,
    )


def test_chaque_reponse_est_fermee_aux_autres_sites_et_au_cache(bruno):
    entetes = client_de(bruno).get(reverse("journee")).headers
    csp = entetes["Content-Security-Policy"]
    assert ("default-src 'self'" in csp, "unsafe" in csp, "object-src 'none'" in csp, "form-action 'self'" in csp) == (
        True, False, True, True,
    )  # fmt: skip
    assert {
        n: entetes[n] for n in ("X-Frame-Options", "Referrer-Policy", "Cache-Control", "X-Content-Type-Options")
    } == {
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
    }
    assert "camera=()" in entetes["Permissions-Policy"]


def test_le_theme_est_celui_du_territoire(client):
    page = client.get(reverse("theme", args=["ales"]))
    assert (page.headers["Content-Type"], bool(re.search(r"--accent-clair:#[0-9a-f]{6}", page.content.decode()))) == (
        "text/css",
        True,
    )
    assert client.get(reverse("theme", args=["inconnu"])).status_code == 200


@pytest.mark.parametrize(("code", "marque"), [("ales", ">AA</text>"), ("gers", "</text>"), ("inconnu", "<path ")])
def test_chaque_territoire_a_sa_marque(client, code, marque):
    image = client.get(reverse("logo", args=[code]))
    assert (image.headers["Content-Type"], marque in image.content.decode()) == ("image/svg+xml", True)


def test_le_journal_ne_porte_ni_nom_ni_numero_ni_recherche(amina, caplog):
    """One line a request: the screen's name, never what was typed nor an address that could hold it."""
    client = client_de(amina)
    with caplog.at_level(logging.DEBUG):
        client.post(reverse("appels.nouveau"), appel(nom="Zibeline", texte="Pangolin"))
        client.post(reverse("recherche"), {"q": "Zibeline 04 65 71 12 20"})
        client.post(reverse("appels.qui"), {"numero": "04 65 71 12 20", "nom": "Zibeline"})
        client.get("/dossiers/?commune=Zibeline")
        client.get("/nulle-part/Zibeline")
        client.post(reverse("connexion"), {"username": "zibeline@example.org", "password": "secret-zibeline"})
    lignes = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert [ligne for ligne in lignes if re.search(r"zibeline|pangolin|71 12 20|33465|secret", ligne, re.I)] == []
    assert any(re.fullmatch(rf"POST appels\.nouveau 302 \d+ ms agent={amina.pk}", ligne) for ligne in lignes)


def test_le_fragment_qui_appelle_est_celui_de_la_page_entiere(amina, bruno):
    """Swapped in by htmx or reloaded whole, the same lines."""
    ouvrir_dossier(bruno)
    client, saisie = client_de(amina), appel(numero="04 65 71 12 20", suite="ouvrir")
    fragment = client.post(reverse("appels.qui"), saisie).content.decode()
    page = client.post(reverse("appels.nouveau"), {**saisie, "chercher": "1"}).content.decode()
    lignes = [ligne.strip() for ligne in fragment.splitlines() if ligne.strip()]
    assert ([ligne for ligne in lignes if ligne not in page], "Dr Claire Delmas" in fragment) == ([], True)


def test_mes_reglages_sont_a_moi(bruno):
    client = client_de(bruno)
    donnees = {"theme": "sombre", "territoire": bruno.territoire_id, "role": "administrateur", "is_active": ""}
    client.post(reverse("reglages"), donnees)
    moi = relu(bruno)
    assert (moi.theme, moi.raccourcis, moi.role, moi.is_active) == ("sombre", False, "instructeur", True)
    page = client.get(reverse("journee")).content.decode()
    assert ('data-theme="sombre"' in page, 'data-raccourcis="non"' in page) == (True, True)


def test_ce_qui_est_apercu_est_ce_qui_part(foyer, bruno):
    client = client_de(bruno)
    adresse = reverse("courriers.nouveau", args=[foyer.pk, "C14"])
    apercu = client.get(adresse).content.decode()
    reponse = client.post(adresse, jetons(foyer))
    courrier = foyer.courriers.get(modele__code="C14")
    lettre = courriers.lettre_de(courrier)
    assert (reponse.url, courrier.donnees is not None) == (reverse("courriers.fiche", args=[courrier.pk]), True)
    assert [b.texte for b in lettre.blocs if b.texte and b.texte not in apercu] == []


def test_un_courrier_dont_un_champ_manque_ne_part_pas_et_dit_lequel(foyer, bruno):
    from dossiers.models import Courrier, ModeleCourrier

    with auteur(None, geste="essai"):
        modele = ModeleCourrier.objects.get(code="C14")
        contenu = {**modele.contenu, "objet": "Le [[rappel.date]]"}
        ModeleCourrier.objects.create(
            code="C14", version=2, libelle=modele.libelle, nature=modele.nature, contenu=contenu,
            effet_le=timezone.localdate(),
        )  # fmt: skip
    client, adresse = client_de(bruno), reverse("courriers.nouveau", args=[foyer.pk, "C14"])
    for reponse in (client.get(adresse), client.post(adresse, jetons(foyer))):
        assert (reponse.status_code, "Champ vide : date de la promesse." in texte_de(reponse)) == (422, True)
    assert not Courrier.objects.filter(modele__code="C14").exists()


def test_l_export_neutralise_les_formules(bruno):
    from tests.aides import personne

    ouvrir_dossier(bruno, personnes=(personne("=1+1", "", these_soutenue=False),), besoins=("logement",), enfants=())
    csv = client_de(bruno).get(reverse("dossiers.export")).getvalue().decode("utf-8-sig").splitlines()
    entetes = "Numéro;Foyer;Communes;Étape;Besoins;Qui agit, avant quand;Référent;Étiquettes"
    assert (csv[0], csv[1].split(";")[1]) == (entetes, "'=1+1")


def test_une_promesse_se_clot_une_fois_et_revient_d_ou_l_on_vient(foyer, bruno):
    from dossiers.actions.suivi import promettre_sur_dossier

    promesse = promettre_sur_dossier(
        foyer,
        agent=bruno,
        cle=uuid.uuid4(),
        nature="rappel",
        pour_le=timezone.now() + timezone.timedelta(hours=1),
        quoi="",
    )
    client, adresse = client_de(bruno), reverse("engagements.issue", args=[promesse.pk])
    fiche = reverse("dossiers.fiche", args=[foyer.pk])
    assert client.post(adresse, {"resultat": "", "retour": "dossier"}).url == fiche
    assert relu(promesse).fait_le is None
    assert client.post(adresse, {"resultat": "joint", "retour": "dossier"}).url == fiche
    assert client.post(adresse, {"resultat": "repondeur"}).url == reverse("journee")
    assert relu(promesse).resultat == "joint"
