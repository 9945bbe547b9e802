"""The outbox without its worker: what is written, what is sent, what each outcome leaves."""

import base64
import datetime as dt
import json
import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from dossiers.actions.courriers import apercevoir, demander_sur_dossier, relancer
from dossiers.courriers import taches
from dossiers.erreurs import Refus
from dossiers.models import Agent, Battement, Courrier, CourrierFichier, ModeleCourrier, Operation, auteur
from dossiers.tasks import balayer_courriers, battre, oublier_operations
from tests.aides import besoin, clore, donner_referent, faire, ouvrir_dossier, refuse, relu
from tests.courriers.conftest import messages

pytestmark = [pytest.mark.django_db, pytest.mark.services, pytest.mark.xdist_group("ouvrier")]


def corps(message):
    """Return [args, kwargs, …] of a task message."""
    enveloppe, _ = json.JSONDecoder().raw_decode(message)
    return json.loads(base64.b64decode(enveloppe["body"]))


def vieillir(courrier, secondes):
    Courrier.objects.filter(pk=courrier.pk).update(demande_le=timezone.now() - dt.timedelta(seconds=secondes))


# -- the message -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_un_appel_enregistre_envoie_un_message_et_un_seul(file_vide, bruno):
    courrier = ouvrir_dossier(bruno).courriers.get()
    (message,) = messages()
    assert (corps(message)[:2], courrier.etat) == ([[courrier.pk], {}], "a_produire")


@pytest.mark.django_db(transaction=True)
def test_une_transaction_annulee_ne_laisse_ni_courrier_ni_message(file_vide, bruno):
    def ouvrir_puis_echouer():
        with transaction.atomic():
            ouvrir_dossier(bruno)
            raise RuntimeError(f"{Courrier.objects.count()} courrier avant l’annulation")

    assert refuse(ouvrir_puis_echouer, RuntimeError) == "1 courrier avant l’annulation"
    assert (Courrier.objects.count(), messages()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_le_message_part_apres_la_transaction_pas_avant(file_vide, bruno):
    """Sent earlier, a quick worker would look for a row that is not there yet."""
    with transaction.atomic():
        ouvrir_dossier(bruno)
        assert messages() == []
    assert len(messages()) == 1


@pytest.mark.django_db(transaction=True)
def test_un_message_ne_porte_que_des_identifiants(file_vide, bruno):
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    faire(besoin(dossier, "formalites"), "etablir_parcours", bruno, profil="LIB")
    clore(dossier, bruno, "installe")
    envoyes = messages()
    assert [corps(m)[:2] for m in envoyes] == [[[c.pk], {}] for c in Courrier.objects.order_by("id")]
    clair = " ".join(envoyes) + " ".join(json.dumps(corps(m)) for m in envoyes)
    assert [
        mot for mot in ("Delmas", "Claire", "Julien", "65 71 12 20", "Anduze", dossier.numero) if mot in clair
    ] == []


@pytest.mark.django_db(transaction=True)
def test_balayer_ne_renvoie_que_ce_qui_attend_depuis_une_minute(file_vide, bruno):
    vieux, recent, fait = (ouvrir_dossier(bruno).courriers.get() for _ in range(3))
    taches.produire(fait.pk)
    vieillir(vieux, 61)
    avant = len(messages())
    assert balayer_courriers() == 1
    assert [corps(m)[0] for m in messages()[avant:]] == [[vieux.pk]]
    assert relu(recent).etat == "a_produire"


# -- one letter --------------------------------------------------------------------------------------------------------


@pytest.fixture
def dossier(bruno):
    return donner_referent(ouvrir_dossier(bruno), bruno)


@pytest.fixture
def demande(dossier):
    return dossier.courriers.get()


def demander_c02(dossier, agent):
    return demander_sur_dossier(dossier, "C02", agent=agent, version=relu(dossier).version, cle=uuid.uuid4())


def test_produire_deux_fois_ne_fait_qu_une_lettre(demande):
    assert [taches.produire(demande.pk), taches.produire(demande.pk)] == ["produit", "rien à faire"]
    assert (CourrierFichier.objects.count(), demande.history.filter(history_geste="produire_courrier").count()) == (
        1,
        1,
    )


def test_produire_ce_qui_n_existe_pas_ne_fait_rien():
    assert taches.produire(999_999_999) == "rien à faire"


def test_la_lettre_est_figee_avec_ce_dont_elle_est_faite(dossier, demande, bruno):
    taches.produire(demande.pk)
    fige = relu(demande)
    assert fige.donnees["dossier.numero"] == dossier.numero
    assert taches.pdf(fige, fige.donnees) == bytes(fige.fichier.octets)


def test_ce_qui_a_ete_montre_est_ce_qui_part(dossier, bruno):
    apercu = apercevoir(dossier, "C14", agent=bruno)
    courrier = demander_sur_dossier(
        dossier, "C14", agent=bruno, version=relu(dossier).version, cle=uuid.uuid4(), donnees=apercu.donnees
    )
    faire(dossier, "qualifier", bruno)
    taches.produire(courrier.pk)
    assert (relu(courrier).donnees, relu(courrier).donnees["dossier.etape"]) == (apercu.donnees, "Nouveau")


def test_un_champ_vide_met_en_echec_et_le_dit_puis_relancer_reussit(dossier, bruno):
    courrier = demander_c02(dossier, bruno)
    assert taches.produire(courrier.pk) == "échec"
    rate = relu(courrier)
    assert (rate.etat, rate.erreur, rate.tentatives, CourrierFichier.objects.count()) == (
        "echec", "Champ vide : profil du médecin.", 1, 0,
    )  # fmt: skip
    faire(besoin(dossier, "formalites"), "etablir_parcours", bruno, profil="LIB")
    relance = relancer(rate, agent=bruno, cle=uuid.uuid4())
    assert (relance.etat, relance.tentatives, relance.erreur) == ("a_produire", 0, "")
    assert (taches.produire(courrier.pk), relu(courrier).erreur) == ("produit", "")
    gestes = courrier.history.order_by("history_id").values_list("history_geste", "etat")
    assert list(gestes) == [
        ("courrier_C02", "a_produire"),
        ("produire_courrier", "echec"),
        ("relancer_courrier", "a_produire"),
        ("produire_courrier", "produit"),
    ]


def test_un_agent_sans_nom_met_en_echec(demande, bruno):
    Agent.objects.filter(pk=bruno.pk).update(prenom="", nom="")
    taches.produire(demande.pk)
    assert (relu(demande).etat, relu(demande).erreur) == ("echec", "Champ vide : agent chargé du dossier.")


def test_un_echec_ne_se_balaie_plus(dossier, bruno):
    courrier = demander_c02(dossier, bruno)
    taches.produire(courrier.pk)
    Courrier.objects.update(demande_le=timezone.now() - dt.timedelta(hours=1))
    assert [relu(courrier).etat, taches.produire(courrier.pk)] == ["echec", "rien à faire"]


def test_on_ne_relance_que_ce_qui_a_echoue(demande, bruno):
    phrase = "Ce courrier n’est pas en échec."
    assert refuse(lambda: relancer(demande, agent=bruno, cle=uuid.uuid4()), Refus) == phrase
    taches.produire(demande.pk)
    assert refuse(lambda: relancer(demande, agent=bruno, cle=uuid.uuid4()), Refus) == phrase


def test_une_panne_s_essaie_trois_fois_puis_s_avoue(demande, caplog):
    """The model in force holds a block nobody can lay out: not a refusal with its sentence, a crash."""
    with auteur(None, geste="essai"):
        modele = ModeleCourrier.objects.create(
            code="C01", version=2, libelle="Accusé", nature="information", effet_le="2026-01-01",
            contenu={"objet": "Claire Delmas", "blocs": [{"texte": "sans type"}]},
        )  # fmt: skip
    Courrier.objects.filter(pk=demande.pk).update(modele=modele)
    suite = []
    for _ in range(4):
        suite.append((taches.produire(demande.pk), relu(demande).etat, relu(demande).tentatives))
    assert suite == [
        ("échec", "a_produire", 1),
        ("échec", "a_produire", 2),
        ("échec", "echec", 3),
        ("rien à faire", "echec", 3),
    ]
    assert relu(demande).erreur == "Le document n’a pas pu être fabriqué."
    assert [r.getMessage() for r in caplog.records] == [f"courrier {demande.pk} en échec (KeyError)"] * 3


def test_une_adresse_tapee_dans_un_nom_reste_du_texte(demande):
    """Fetched, it would stop the letter: escaped, it prints as typed."""
    Courrier.objects.filter(pk=demande.pk).update(
        donnees={**taches.collecter(relu(demande)), "personne.nom": "<img src='file:///etc/passwd'>"}
    )
    assert taches.produire(demande.pk) == "produit"


# -- the clock ---------------------------------------------------------------------------------------------------------


def age_du_battement(secondes):
    Battement.objects.update_or_create(
        nom="worker", defaults={"vu_le": timezone.now() - dt.timedelta(seconds=secondes)}
    )


def sante(client):
    reponse = client.get("/sante/")
    return reponse.status_code, {c: v for c, v in reponse.json().items() if c != "worker_vu_le"}


def test_un_battement_recent_rend_la_maison_saine(client):
    battre()
    battre()
    assert Battement.objects.count() == 1
    assert sante(client) == (
        200,
        {"ok": True, "base": "joignable", "broker": "joignable", "worker": "vu", "plus_ancien_courrier_s": None},
    )


@pytest.mark.parametrize(("age", "statut", "worker"), [(170, 200, "vu"), (181, 503, "silencieux")])
def test_trois_minutes_de_silence_et_la_maison_le_dit(client, age, statut, worker):
    age_du_battement(age)
    code, etat = sante(client)
    assert (code, etat["ok"], etat["worker"]) == (statut, statut == 200, worker)


def test_sans_aucun_battement_la_maison_n_est_pas_saine(client):
    assert sante(client)[0] == 503
    assert client.get("/sante/").json()["worker_vu_le"] is None


def test_la_sante_dit_l_age_du_plus_ancien_courrier(client, demande):
    age_du_battement(0)
    vieillir(demande, 300)
    assert 300 <= sante(client)[1]["plus_ancien_courrier_s"] <= 305
    taches.produire(demande.pk)
    assert sante(client)[1]["plus_ancien_courrier_s"] is None


def test_la_sante_ne_change_rien_et_ne_dit_rien_de_personne(client, demande, django_assert_max_num_queries):
    age_du_battement(0)
    with django_assert_max_num_queries(3):
        texte = client.get("/sante/").content.decode()
    assert [mot for mot in ("Delmas", "Claire", "guichet_", "password") if mot in texte] == []
    assert client.post("/sante/").status_code == 405


def test_les_cles_de_formulaires_s_oublient_apres_trente_jours(bruno):
    ages = {29: uuid.uuid4(), 31: uuid.uuid4(), 400: uuid.uuid4()}
    for jours, cle in ages.items():
        Operation.objects.create(cle=cle, agent=bruno, fait_le=timezone.now() - dt.timedelta(days=jours))
    assert (oublier_operations(), list(Operation.objects.values_list("cle", flat=True)), oublier_operations()) == (
        2, [ages[29]], 0,
    )  # fmt: skip
