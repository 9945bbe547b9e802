"""The callback's screen, the day's first block, the call form's warning and the month's table, as a browser sees them."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.appels import Promesse, enregistrer
from dossiers.actions.suivi import promettre_sur_dossier
from dossiers.models import Courrier, Engagement, Tentative, auteur
from dossiers.regles.delais import NATIONAL
from dossiers.regles.rappels import Demi
from tests.aides import NUMERO, client_de, relu, saisie
from tests.aides import texte_de as mots_de
from tests.lectures.test_rappels import promettre

pytestmark = pytest.mark.django_db


@pytest.fixture
def promesse(foyer, bruno):
    return promettre(foyer, bruno, timezone.now() + dt.timedelta(hours=2))


def ecran(promesse):
    return reverse("engagements.rappeler", args=[promesse.pk])


def envoi(resultat, **champs):
    return {"cle": str(uuid.uuid4()), "resultat": resultat, **champs}


def texte_de(reponse):
    """Return a page's words, its spaces all plain."""
    return mots_de(reponse).replace("\u00a0", " ").replace("\u202f", " ")


def dits(client, adresse):
    return texte_de(client.get(adresse))


def test_l_ecran_dit_le_numero_le_script_et_propose_la_suite(promesse, bruno):
    page = dits(client_de(bruno), ecran(promesse))
    for mots in (
        "04 65 71 12 20",
        "Dr Claire Delmas",
        "À dire au répondeur",
        "Prochain essai le",
        "Aucune tentative notée.",
    ):
        assert mots in page
    assert [r for r in ("Joint", "Occupé", "Sonne dans le vide", "Numéro erroné") if r not in page] == []


def test_ma_journee_mene_a_l_ecran_par_un_bouton_qui_dit_que_quelqu_un_s_en_occupe(promesse, bruno):
    client = client_de(bruno)
    adresse = reverse("engagements.prendre", args=[promesse.pk])
    assert adresse in client.get(reverse("journee")).content.decode()
    assert client.get(adresse).status_code == 405
    assert client.post(adresse, {"cle": str(uuid.uuid4())}).url == ecran(promesse)
    assert (relu(promesse).vu_le is not None, relu(promesse).agent) == (True, bruno)


def test_trois_essais_de_l_ecran_jusqu_au_courrier(promesse, bruno):
    client = client_de(bruno)
    for jours in (4, 3):
        # the attempts of the days before, as if they had been noted then
        assert client.post(ecran(promesse), envoi("vide")).url == ecran(promesse)
        tentative = Tentative.objects.latest("pk")
        jour = NATIONAL.ajouter_ouvres(timezone.localdate(), -jours)
        Tentative.objects.filter(pk=tentative.pk).update(faite_le=Demi(jour, jours == 3).debut + dt.timedelta(hours=2))
    assert "C’est la troisième demi-journée" in dits(client, ecran(promesse))
    reponse = client.post(ecran(promesse), envoi("message"), follow=True)
    assert "le courrier C12 est préparé" in texte_de(reponse)
    assert "Ce rappel est resté sans réponse" in texte_de(reponse)
    assert (relu(promesse).resultat, Courrier.objects.filter(modele__code="C12").count()) == ("sans_reponse", 1)
    # a stale tab still shows its buttons: nothing more happens, and a sentence says why
    reponse = client.post(ecran(promesse), envoi("joint"))
    assert (reponse.status_code, "déjà reçu sa suite" in texte_de(reponse)) == (422, True)
    assert (Tentative.objects.count(), Courrier.objects.filter(modele__code="C12").count()) == (3, 1)


def test_le_meme_envoi_deux_fois_n_en_fait_qu_un(promesse, bruno):
    client, donnees = client_de(bruno), envoi("occupe")
    assert [client.post(ecran(promesse), donnees).url for _ in range(2)] == [ecran(promesse)] * 2
    assert Tentative.objects.count() == 1


def test_joint_propose_la_note_et_l_appel(promesse, bruno, foyer):
    page = client_de(bruno).post(ecran(promesse), envoi("joint"), follow=True)
    assert "La personne est jointe : la promesse est tenue." in texte_de(page)
    contenu = page.content.decode()
    assert [reverse("dossiers.note", args=[foyer.pk]) in contenu, reverse("appels.nouveau") in contenu] == [True, True]


def test_une_demi_journee_deja_essayee_se_dit(promesse, bruno):
    client = client_de(bruno)
    client.post(ecran(promesse), envoi("vide"))
    assert "Déjà essayé dans cette demi-journée" in dits(client, ecran(promesse))
    page = texte_de(client.post(ecran(promesse), envoi("vide"), follow=True))
    assert "elle ne compte qu’une fois" in page


@pytest.mark.parametrize(
    "champs",
    [
        {"resultat": ""}, {"resultat": "x" * 100_000}, {"resultat": "vide\x00"}, {},
        {"resultat": "vide", "ensuite_le": "\x00"}, {"resultat": "vide", "ensuite_le": "0001-01-01"},
        {"resultat": "vide", "ensuite_le": "9999-12-31"}, {"resultat": "vide", "ensuite_partie": "nuit"},
        {"resultat": "vide", "ensuite_le": "2020-01-01", "ensuite_partie": "matin"},
    ],
)  # fmt: skip
def test_une_saisie_folle_est_refusee_sans_panne(promesse, bruno, champs):
    reponse = client_de(bruno).post(ecran(promesse), champs)
    assert reponse.status_code == 422
    assert (Tentative.objects.count(), relu(promesse).fait_le) == (0, None)


def test_l_ecran_coute_un_nombre_borne_de_requetes(promesse, bruno):
    client = client_de(bruno)

    def cout():
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            client.get(ecran(promesse))
        return len(requetes)

    seul = cout()
    with auteur(None, geste="essai"):
        for heures in range(6):
            Tentative.objects.create(
                engagement=promesse, agent=bruno, faite_le=timezone.now() - dt.timedelta(hours=heures),
                prevue_le=promesse.pour_le, resultat="vide",
            )  # fmt: skip
    assert (cout(), seul <= 12) == (seul, True)


# -- the day's first block -----------------------------------------------------------------------------------------


def test_le_bloc_rouge_est_le_premier_et_une_touche_le_prend(foyer, bruno, amina):
    promesse = promettre(foyer, bruno, timezone.now() - dt.timedelta(days=7))
    client = client_de(amina)
    page = client.get(reverse("journee")).content.decode()
    assert page.index("Rappels que personne ne prend") < page.index("Promesses et rappels")
    assert 'data-raccourci="prendre"' in page
    adresse = reverse("engagements.prendre", args=[promesse.pk])
    assert client.post(adresse, {"cle": str(uuid.uuid4()), "a_moi": "1"}).url == ecran(promesse)
    assert relu(promesse).agent == amina
    assert "Rappels que personne ne prend" not in client.get(reverse("journee")).content.decode()


def test_ma_journee_ne_coute_pas_une_requete_de_plus_avec_des_alarmes(foyer, bruno, amina):
    client = client_de(amina)
    client.get(reverse("journee"))

    def cout():
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse("journee"))
        return len(requetes)

    sans = cout()
    for _ in range(5):
        promettre(foyer, bruno, timezone.now() - dt.timedelta(days=7))
    assert (cout(), sans <= 8) == (sans, True)


# -- rights --------------------------------------------------------------------------------------------------------


def test_le_rappel_n_est_ouvert_qu_a_qui_le_lit(promesse, amina, bruno, chloe, driss, estelle, fabien, gaelle, hugo):
    recus = {}
    for agent in (amina, bruno, chloe, driss, estelle, fabien, gaelle, hugo):
        client = client_de(agent)
        prise = client.post(reverse("engagements.prendre", args=[promesse.pk]), {"cle": str(uuid.uuid4())})
        recus[agent.prenom] = f"{client.get(ecran(promesse)).status_code} {prise.status_code}"
    ouverts = dict.fromkeys(("Amina", "Bruno", "Estelle"), "200 302")
    assert recus == {**dict.fromkeys(("Chloé", "Driss", "Fabien", "Gaëlle", "Hugo"), "404 404"), **ouverts}


def test_un_partenaire_rappelle_les_siens_sans_voir_les_appels(foyer, chloe):
    sienne = promettre_sur_dossier(
        foyer, agent=chloe, cle=uuid.uuid4(), nature="rappel", pour_le=timezone.now() + dt.timedelta(hours=2), quoi="",
    )  # fmt: skip
    page = dits(client_de(chloe), ecran(sienne))
    assert ("04 65 71 12 20" in page, "Noter l’appel" in page, "Julien" in page) == (True, False, False)


# -- the call form -------------------------------------------------------------------------------------------------


def demain_ouvre(nombre=6):
    return NATIONAL.ajouter_ouvres(timezone.localdate(), nombre)


def test_le_formulaire_dit_ce_que_tient_la_demi_journee(promesse, bruno):
    jour = demain_ouvre()
    promettre(promesse.dossier, bruno, Demi(jour, False).terme)
    lien = f"{reverse('engagements.charge')}?promesse=rappel&promesse_le={jour}&promesse_heure=12:00"
    nom = Demi(jour, False).nom.capitalize()
    assert dits(client_de(bruno), lien) == f"{nom} : 1 rappel déjà promis, 24 possibles."
    for vide in (
        "promesse=rappel",
        f"promesse=envoi&promesse_le={jour}",
        "promesse=rappel&promesse_le=hier",
        "promesse_le=%00",
    ):
        assert dits(client_de(bruno), f"{reverse('engagements.charge')}?{vide}") == ""


def test_une_demi_journee_pleine_avertit_sans_interdire(promesse, bruno):
    jour = demain_ouvre()
    bruno.territoire.rappels_par_demi_journee = 1
    with auteur(None, geste="essai"):
        bruno.territoire.save()
    for _ in range(3):
        promettre(promesse.dossier, bruno, Demi(jour, False).terme)
    client = client_de(bruno)
    lien = f"{reverse('engagements.charge')}?promesse=rappel&promesse_le={jour}&promesse_heure=12:00"
    assert (
        f"C’est plein. La demi-journée libre la plus proche : {Demi(jour, True).nom_long.replace(chr(160), ' ')}."
        in dits(client, lien)
    )
    donnees = {
        "cle": str(uuid.uuid4()), "recu_le": f"{timezone.localtime():%Y-%m-%dT%H:%M:%S}", "canal": "telephone",
        "numero": NUMERO, "role": "candidat", "texte": "Rappeler jeudi.", "urgence": "normale", "suite": "seul",
        "promesse": "rappel", "promesse_le": str(jour), "promesse_heure": "12:00", "issue": "information_donnee",
    }  # fmt: skip
    page = texte_de(client.post(reverse("appels.nouveau"), donnees, follow=True))
    assert f"{Demi(jour, False).nom.capitalize()} : 4 rappels promis pour 3 possibles." in page
    assert Engagement.objects.filter(pour_le=Demi(jour, False).terme).count() == 4


def test_sans_javascript_chercher_montre_aussi_la_charge(bruno):
    jour = demain_ouvre()
    donnees = {"promesse": "rappel", "promesse_le": str(jour), "promesse_heure": "12:00", "chercher": "1"}
    page = texte_de(client_de(bruno).post(reverse("appels.nouveau"), donnees))
    assert f"{Demi(jour, False).nom.capitalize()} : 0 rappel déjà promis, 24 possibles." in page


# -- the month -----------------------------------------------------------------------------------------------------


def test_chaque_chiffre_du_mois_ouvre_une_liste_de_cette_longueur(foyer, bruno, amina, estelle):
    le_dix = Demi(dt.date(2026, 11, 10), False).terme
    heure = dt.timedelta(hours=1)
    for agent, champs in (
        (bruno, {"fait_le": le_dix - heure, "resultat": "joint"}), (bruno, {"fait_le": le_dix + heure, "resultat": "fait"}),
        (amina, {"manquee_le": le_dix}), (amina, {"fait_le": le_dix, "resultat": "sans_reponse"}),
        (amina, {"fait_le": le_dix, "resultat": "annule", "agent": None}),
    ):  # fmt: skip
        Engagement.objects.filter(pk=promettre(foyer, agent, le_dix).pk).update(**champs)
    from dossiers.lectures import bilan

    client = client_de(estelle)
    page = client.get(f"{reverse('engagements.bilan')}?mois=2026-11").content.decode()
    lu = bilan.lire(estelle, bilan.Mois(2026, 11), timezone.now())
    for ligne in (lu.total, *lu.organismes, *lu.agents):
        for chiffre in (ligne.total, *ligne.chiffres):
            assert chiffre.url.replace("&", "&amp;") in page
            liste = client.get(chiffre.url).content.decode()
            assert liste.count("<tr data-ligne") == chiffre.nombre, (ligne.libelle, chiffre)
    assert {a.libelle for a in lu.agents} == {"Bruno Lefèvre", "Amina Benkirane", "à personne"}


def test_l_export_a_une_ligne_par_agent(foyer, bruno, estelle):
    promettre(foyer, bruno, Demi(dt.date(2025, 11, 10), False).terme)
    csv = client_de(estelle).get(f"{reverse('engagements.bilan_export')}?mois=2025-11").content.decode("utf-8-sig")
    assert csv.splitlines() == [
        "Mois;Par;Nom;Promesses;Tenues à temps;Tenues en retard;Échéance passée, pas tenues;Sans réponse;Annulées;"
        "Délai médian du premier essai (min)",
        "2025-11;territoire;Total;1;0;0;1;0;0;",
        "2025-11;organisme;Alès Agglo;1;0;0;1;0;0;",
        "2025-11;agent;Bruno Lefèvre;1;0;0;1;0;0;",
    ]


def test_la_direction_regle_ce_que_tient_une_demi_journee(bruno, estelle):
    adresse = reverse("reglages.rappels")
    assert client_de(bruno).get(adresse).status_code == 404
    client = client_de(estelle)
    assert 'value="8"' in client.get(adresse).content.decode()
    for fou in ("", "0", "61", "huit", "\x00"):
        assert client.post(adresse, {"par_agent": fou}).status_code == 422
    assert client.post(adresse, {"par_agent": "5", "cle": str(uuid.uuid4())}).url == adresse
    territoire = relu(estelle.territoire)
    assert (territoire.rappels_par_demi_journee, territoire.history.first().history_user) == (5, estelle)


def test_un_appel_sans_dossier_se_rappelle_de_sa_page(amina, hugo):
    appel = enregistrer(
        saisie(promesse=Promesse(nature="rappel", pour_le=timezone.now() + dt.timedelta(hours=3))),
        agent=amina, cle=uuid.uuid4(),
    )  # fmt: skip
    page = reverse("appels.fiche", args=[appel.pk])
    bouton = reverse("engagements.prendre", args=[appel.engagements.get().pk])
    assert [bouton in client_de(agent).get(page).content.decode() for agent in (amina, hugo)] == [True, False]
    lu = dits(client_de(amina), ecran(appel.engagements.get()))
    assert ("04 65 71 12 20" in lu, "Claire Delmas" in lu) == (True, True)
