"""The clock's screens: explain, pause and resume, close a day, set a delay."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dossiers.models import DelaiEtat, Fermeture, Pause, auteur
from dossiers.regles.dates import date_avec_jour, date_longue
from dossiers.regles.delais import NATIONAL, PARIS, PREMIER_DELAI, Calendrier, echeance
from dossiers.regles.delais import Pause as Arret
from tests.actions.test_echeances import fermer, prochain_ouvre, recalculer
from tests.aides import besoin, client_de, dans, faire, jetons, relu, source_de, texte_de

pytestmark = pytest.mark.django_db


@pytest.fixture
def ancien(foyer):
    """The same household, come in six weeks ago."""
    il_y_a = dt.datetime.combine(dans(-42), dt.time(12), PARIS)
    with auteur(None, geste="essai"):
        foyer.cree_le = il_y_a
        foyer.save(update_fields=["cree_le"])
        for demarche in foyer.demarches.specifiques():
            reelle = demarche.specifique
            reelle.etat_depuis, reelle.echeance = il_y_a, echeance(il_y_a, reelle.delai)
            reelle.save(update_fields=["etat_depuis", "echeance"])
    return foyer


def pauser(client, demarche, **champs):
    donnees = {**jetons(demarche.dossier), "motif": "projet_reporte", "raison": "Stage", **champs}
    return client.post(reverse("demarches.pause", args=[demarche.pk]), donnees)


def reprendre(client, demarche, fin):
    return client.post(reverse("demarches.reprise", args=[demarche.pk]), {**jetons(demarche.dossier), "fin": fin})


def erreurs(reponse):
    return re.findall(r'class="erreur"[^>]*>([^<]+)<', source_de(reponse))


def test_l_explication_liste_chaque_jour_puis_resume(foyer, bruno):
    fermee = prochain_ouvre(2)
    with auteur(None, geste="essai"):
        Fermeture.objects.create(organisme=bruno.organisme, jour=fermee, raison="inventaire")
    recalculer()
    logement = besoin(foyer, "logement")
    reponse = client_de(bruno).get(reverse("demarches.delai", args=[logement.pk]))
    page, explication = texte_de(reponse), reponse.context["explication"]
    terme = prochain_ouvre(PREMIER_DELAI + 1)
    assert [j.jour for j in explication.jours] == [dans(n) for n in range((terme - dans(0)).days + 1)]
    assert "fermeture du service : inventaire" in page
    assert (explication.jours[-1].rang, logement.echeance) == (PREMIER_DELAI, terme)
    debut = f"À faire avant le {date_avec_jour(terme)} : 3 jours ouvrés après le {date_longue(dans(0))}"
    assert explication.resume.startswith(debut)


def test_une_pause_apres_coup_repousse_l_echeance_et_la_reprise_la_rend(ancien, bruno):
    client, logement = client_de(bruno), besoin(ancien, "logement")
    avant = logement.echeance
    assert pauser(client, logement, debut=dans(-41)).status_code == 302
    assert (relu(logement).echeance, Pause.objects.get().motif) == (None, "projet_reporte")
    page = texte_de(client.get(reverse("dossiers.fiche", args=[ancien.pk])))
    assert ("délai en pause" in page, "Délai mis en pause" in page, "Motif : le projet est reporté" in page) == (
        True,
    ) * 3
    resume = client.get(reverse("demarches.delai", args=[logement.pk])).context["explication"].resume
    assert resume == "Pas d’échéance tant que la pause dure : 0 sur 3 jours ouvrés sont écoulés."
    assert reprendre(client, logement, dans(-31)).status_code == 302
    depart = logement.etat_depuis
    attendue = echeance(depart, PREMIER_DELAI, pauses=[Arret(dans(-41), dans(-31), "x")])
    assert (relu(logement).echeance, attendue > avant) == (attendue, True)
    assert recalculer()[-1] == "4 démarches, 0 écart"


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"debut": dans(2)}, "Une pause commence aujourd’hui, ou se déclare après coup."),
        ({"debut": dans(-90)}, f"Le dossier a été ouvert le {date_longue(dans(-42))} : la pause vient après."),
        ({"debut": dans(-3), "fin": dans(-5)}, "La reprise vient après le début, et au plus tard aujourd’hui."),
        ({"debut": dans(-12), "fin": dans(-8)}, f"Une autre pause court du {date_longue(dans(-10))} au {date_longue(dans(-5))}."),
    ],
)  # fmt: skip
def test_une_pause_impossible_est_refusee_en_une_phrase(ancien, bruno, champs, phrase):
    client, logement = client_de(bruno), besoin(ancien, "logement")
    pauser(client, logement, debut=dans(-10), fin=dans(-5))
    reponse = pauser(client, logement, **champs)
    assert (reponse.status_code, erreurs(reponse), Pause.objects.count()) == (422, [phrase], 1)


def test_un_second_envoi_ne_fait_pas_deux_pauses(ancien, bruno):
    client, logement = client_de(bruno), besoin(ancien, "logement")
    donnees = {**jetons(ancien), "debut": dans(-4), "motif": "autre"}
    reponses = [client.post(reverse("demarches.pause", args=[logement.pk]), donnees) for _ in range(2)]
    assert [r.url for r in reponses] == [reverse("dossiers.fiche", args=[ancien.pk])] * 2
    assert Pause.objects.count() == 1


def test_la_base_refuse_deux_pauses_qui_se_chevauchent(foyer, bruno):
    logement, ecole = besoin(foyer, "logement"), besoin(foyer, "scolarisation")
    with auteur(None, geste="essai"):
        Pause.objects.create(demarche_id=logement.pk, debut=dans(-10), fin=dans(-5), motif="autre")
        Pause.objects.create(demarche_id=logement.pk, debut=dans(-5), motif="autre")
        Pause.objects.create(demarche_id=ecole.pk, debut=dans(-10), motif="autre")
        with pytest.raises(IntegrityError, match="pauses_sans_chevauchement"), transaction.atomic():
            Pause.objects.create(demarche_id=logement.pk, debut=dans(-1), fin=dans(0), motif="autre")


def test_une_demarche_qui_finit_finit_sa_pause(ancien, bruno):
    logement = besoin(ancien, "logement")
    pauser(client_de(bruno), logement, debut=dans(-4))
    faire(logement, "abandonner", bruno, motif="famille")
    assert (Pause.objects.get().fin, relu(logement).echeance) == (dans(0), None)


def test_une_fermeture_deplace_les_echeances_qui_la_traversent(foyer, estelle, bruno):
    client, jour = client_de(estelle), prochain_ouvre(2)
    avant = {d.type: d.echeance for d in foyer.demarches.all()}
    donnees = {"jour": jour, "raison": "Pont", **jetons(foyer)}
    assert client.post(reverse("reglages.fermetures"), donnees).status_code == 302
    assert client.post(reverse("reglages.fermetures"), donnees).status_code == 302
    fermee = Calendrier("x", frozenset({jour}))
    apres = {d.type: d.echeance for d in foyer.demarches.all()}
    assert apres == {
        t: e if t == "formalites" else fermee.ajouter_ouvres(dans(0), PREMIER_DELAI) for t, e in avant.items()
    }
    assert recalculer()[-1] == "4 démarches, 0 écart"
    chronologie = texte_de(client_de(bruno).get(reverse("dossiers.fiche", args=[foyer.pk])))
    assert "Échéance déplacée par une fermeture" in chronologie
    client.post(reverse("reglages.rouvrir", args=[Fermeture.objects.get().pk]), jetons(foyer))
    assert ({d.type: d.echeance for d in foyer.demarches.all()}, Fermeture.objects.count()) == (avant, 0)


@pytest.mark.parametrize(
    ("jour", "phrase"),
    [
        (dans(0), "Une fermeture se déclare pour un jour à venir : une échéance passée ne bouge plus."),
        (dt.date(2030, 5, 1), "Ce jour n’est déjà pas compté (Fête du Travail)."),
    ],
)
def test_une_fermeture_impossible_est_refusee(estelle, jour, phrase):
    reponse = client_de(estelle).post(reverse("reglages.fermetures"), {"jour": jour, "raison": "Pont"})
    assert (reponse.status_code, erreurs(reponse), Fermeture.objects.count()) == (422, [phrase], 0)


def test_la_base_refuse_une_fermeture_passee(bruno):
    with auteur(None, geste="essai"), pytest.raises(IntegrityError, match="fermeture_a_venir"), transaction.atomic():
        Fermeture.objects.create(organisme=bruno.organisme, jour=dans(0), raison="hier")


def test_une_fermeture_n_est_retiree_que_par_sa_maison(foyer, estelle, chloe):
    ailleurs = fermer(chloe.organisme, dans(9))
    assert client_de(estelle).post(reverse("reglages.rouvrir", args=[ailleurs.pk])).status_code == 404


def test_un_delai_regle_vaut_pour_ce_qui_commence_ensuite(foyer, estelle, bruno):
    client = client_de(estelle)
    donnees = {"etat": "logement.criteres_valides", "jours": 9, "effet_le": dans(1), **jetons(foyer)}
    assert client.post(reverse("reglages.delais"), donnees).status_code == 302
    assert [(d.besoin, d.etat, d.jours) for d in DelaiEtat.objects.all()] == [("logement", "criteres_valides", 9)]
    criteres = {"sous_type": "location", "pieces": 4, "budget_max": 1100, "entree_le": dans(60)}
    logement = faire(besoin(foyer, "logement"), "valider_criteres", bruno, **criteres)
    assert (logement.echeance, recalculer()[-1]) == (NATIONAL.ajouter_ouvres(dans(0), 2), "4 démarches, 0 écart")
    page = texte_de(client.get(reverse("reglages.delais")))
    assert " ".join(f"9 j ouvrés à partir du {date_longue(dans(1))} (à venir)".split()) in page
    refus = client.post(reverse("reglages.delais"), {**donnees, **jetons(foyer), "effet_le": dans(0)})
    assert erreurs(refus) == ["Un délai prend effet un jour à venir : ce qui court garde le sien."]


@pytest.mark.parametrize(
    ("prenom", "codes"),
    [("amina", [404, 404]), ("bruno", [404, 404]), ("estelle", [200, 200]), ("gaelle", [404, 404])],
)
def test_la_supervision_seule_regle_le_calendrier(request, prenom, codes):
    client = client_de(request.getfixturevalue(prenom))
    assert [client.get(reverse(n)).status_code for n in ("reglages.fermetures", "reglages.delais")] == codes


def test_une_etape_explique_aussi_son_delai(foyer, bruno):
    formalites = faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    etape = faire(formalites.etapes.get(code="F01"), "commencer", bruno)
    reponse = client_de(bruno).get(reverse("etapes.delai", args=[etape.pk]))
    explication = reponse.context["explication"]
    assert (reponse.status_code, explication.jours[-1].jour, explication.jours[-1].rang) == (200, etape.echeance, 4)
