"""The one executor: lock, version, key, rights, facts, history."""

import threading
import uuid

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.actions import demarches
from dossiers.actions.demarches import BesoinDemande, avancer, ouvrir_besoins
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import Attend, Demarche, Dossier, auteur
from dossiers.regles.delais import echeance
from tests.aides import besoin, client_de, clore, dans, donner_referent, faire, ouvrir_dossier, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

CRITERES = {"sous_type": "location", "pieces": 4, "budget_max": 1100, "entree_le": dans(60)}


def test_un_geste_change_l_etat_les_faits_qui_agit_et_l_echeance(foyer, bruno):
    logement = faire(besoin(foyer, "logement"), "valider_criteres", bruno, **CRITERES)
    ecrit = relu(logement)
    assert (ecrit.etat, ecrit.pieces, ecrit.budget_max, ecrit.attend, ecrit.echeance) == (
        "criteres_valides", 4, 1100, Attend.GUICHET, echeance(timezone.now(), 2),
    )  # fmt: skip


def test_un_geste_laisse_une_ligne_d_histoire_avec_qui_quoi_pourquoi(foyer, bruno):
    cle = uuid.uuid4()
    logement = besoin(foyer, "logement")
    avancer(
        logement,
        "abandonner",
        agent=bruno,
        version=foyer.version,
        cle=cle,
        motif="famille",
        raison="La mère est malade",
    )
    ligne = logement.history.first()
    assert {
        "agent": ligne.history_user_id,
        "organisme": ligne.history_organisme_id,
        "geste": ligne.history_geste,
        "motif": ligne.history_motif,
        "raison": ligne.history_change_reason,
        "acte": ligne.history_operation,
        "etat": ligne.etat,
        "avant": ligne.prev_record.etat,
    } == {
        "agent": bruno.pk,
        "organisme": bruno.organisme_id,
        "geste": "abandonner",
        "motif": "famille",
        "raison": "La mère est malade",
        "acte": cle,
        "etat": "abandonnee",
        "avant": "exprime",
    }


def test_un_refus_porte_la_phrase_et_ne_laisse_rien(foyer, bruno):
    logement = besoin(foyer, "logement")
    phrase = refuse(lambda: faire(logement, "clore", bruno), Refus)
    assert phrase == "« Clore : le foyer est logé » n’est pas possible à l’état « Exprimé »."
    assert (relu(logement).etat, logement.history.count(), relu(foyer).version) == ("exprime", 1, foyer.version)


@pytest.mark.parametrize(
    ("code", "saisie", "phrase"),
    [
        ("valider_criteres", {"pieces": 3}, "Il manque des informations pour « Valider les critères »."),
        ("valider_criteres", {**CRITERES, "offre": "T3"}, "Ce geste ne demande pas ces informations."),
        ("valider_criteres", {**CRITERES, "etat": "clos"}, "Ce geste ne demande pas ces informations."),
        ("valider_criteres", {**CRITERES, "sous_type": "chateau"}, "Choisissez dans la liste."),
        ("abandonner", {}, "Choisissez un motif dans la liste."),
        ("abandonner", {"motif": "invente"}, "Choisissez un motif dans la liste."),
    ],
)
def test_un_geste_recoit_exactement_ce_qu_il_declare(foyer, bruno, code, saisie, phrase):
    assert refuse(lambda: faire(besoin(foyer, "logement"), code, bruno, **saisie), Refus) == phrase


@pytest.mark.parametrize("code", ["save", "delete", "faire", "__init__", "refresh_from_db", "inconnu"])
def test_seul_un_geste_declare_s_execute(foyer, bruno, code):
    with pytest.raises(Introuvable):
        faire(besoin(foyer, "logement"), code, bruno)


def test_une_version_perimee_est_refusee(foyer, bruno):
    logement = besoin(foyer, "logement")
    faire(foyer, "qualifier", bruno)
    with pytest.raises(Perime):
        avancer(logement, "valider_criteres", agent=bruno, version=foyer.version, cle=uuid.uuid4(), **CRITERES)
    assert relu(logement).etat == "exprime"


def test_la_meme_cle_n_agit_qu_une_fois(foyer, bruno):
    cle, logement = uuid.uuid4(), besoin(foyer, "logement")
    avancer(logement, "valider_criteres", agent=bruno, version=foyer.version, cle=cle, **CRITERES)
    with pytest.raises(DejaFait) as deja:
        avancer(logement, "lancer_recherche", agent=bruno, version=foyer.version + 1, cle=cle)
    assert (deja.value.resultat, relu(logement).etat) == (f"dossiers.fiche:{foyer.pk}", "criteres_valides")


def test_la_cle_d_un_autre_ne_dit_rien_de_ce_qu_il_a_fait(foyer, bruno, fabien):
    cle = uuid.uuid4()
    avancer(foyer, "qualifier", agent=bruno, version=foyer.version, cle=cle)
    with pytest.raises(DejaFait) as deja:
        avancer(foyer, "accompagner", agent=fabien, version=1, cle=cle)
    assert deja.value.resultat == ""


@pytest.mark.parametrize("prenom", ["amina", "chloe", "driss", "gaelle", "hugo"])
def test_qui_n_en_a_pas_le_droit_ne_fait_pas_le_geste(foyer, request, prenom):
    agent = request.getfixturevalue(prenom)
    with pytest.raises(Introuvable):
        faire(besoin(foyer, "logement"), "valider_criteres", agent, **CRITERES)


def test_un_autre_territoire_ne_trouve_pas_le_dossier(foyer, fabien):
    with pytest.raises(Introuvable):
        faire(foyer, "qualifier", fabien)


def test_la_cpam_avance_ses_etapes_et_elles_seules(foyer, bruno, chloe):
    formalites = faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    etapes = {e.responsable: e for e in formalites.etapes.all() if not e.bloqueurs}
    sienne = next((e for e in formalites.etapes.all() if e.responsable == "cpam"), None)
    faire(sienne, "declarer_sans_objet", chloe, motif="deja_fait")
    with pytest.raises(Introuvable):
        faire(etapes["candidat"], "commencer", chloe)


def test_un_geste_qui_demande_un_courrier_l_ecrit_dans_le_meme_acte(foyer, bruno):
    faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    courrier = foyer.courriers.get(modele__code="C02")
    assert (courrier.etat, courrier.demande_par, courrier.history.get().history_geste) == (
        "a_produire", bruno, "etablir_parcours",
    )  # fmt: skip


def test_clore_demande_que_rien_ne_reste_ouvert(foyer, bruno):
    assert refuse(lambda: faire(foyer, "clore", bruno, motif_cloture="installe"), Refus) == (
        "Terminez ou déclarez sans objet ce qui reste ouvert : emploi du conjoint, formalités, logement, scolarisation."
    )
    ferme = clore(foyer, bruno, "installe")
    assert (ferme.etat, relu(foyer).ouvert, foyer.courriers.filter(modele__code="C13").count()) == ("clos", False, 1)


def test_qualifier_demande_un_referent(bruno):
    dossier = ouvrir_dossier(bruno)
    assert refuse(lambda: faire(dossier, "qualifier", bruno), Refus) == "Nommez d’abord le référent du dossier."
    assert faire(donner_referent(dossier, bruno), "qualifier", bruno).etat == "qualifie"


def test_un_geste_coute_au_plus_douze_requetes(foyer, bruno):
    logement, version = besoin(foyer, "logement"), relu(foyer).version
    with CaptureQueriesContext(connection) as requetes:
        avancer(logement, "valider_criteres", agent=bruno, version=version, cle=uuid.uuid4(), **CRITERES)
    utiles = [q["sql"] for q in requetes if "SAVEPOINT" not in q["sql"]]
    assert len(utiles) <= 12, "\n".join(u[:120] for u in utiles)


def test_le_geste_entier_par_sa_page_coute_au_plus_douze_requetes(foyer, bruno):
    client = client_de(bruno)
    adresse = f"/dossiers/{foyer.pk}/geste/qualifier/"
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.post(adresse, {"version": relu(foyer).version, "cle": str(uuid.uuid4())})
    utiles = [q["sql"] for q in requetes if "SAVEPOINT" not in q["sql"]]
    assert (reponse.status_code, len(utiles) <= 13) == (302, True), "\n".join(u[:120] for u in utiles)


def test_ouvrir_un_besoin_l_affecte_et_l_inscrit_dans_l_histoire(foyer, bruno):
    (ouverte,) = ouvrir_besoins(
        foyer, [BesoinDemande("scolarisation", faits={"niveau": "college"})], agent=bruno, version=foyer.version,
        cle=uuid.uuid4(),
    )  # fmt: skip
    assert (ouverte.organisme.code, ouverte.niveau, ouverte.history.get().history_geste, ouverte.echeance) == (
        "ales-agglo", "college", "ouvrir_besoin", echeance(timezone.now(), demarches.PREMIER_DELAI),
    )  # fmt: skip


def test_le_besoin_du_conjoint_ouvert_plus_tard_est_le_sien(bruno):
    dossier = ouvrir_dossier(bruno, besoins=("logement",))
    (ouverte,) = ouvrir_besoins(
        dossier, [BesoinDemande("emploi_conjoint")], agent=bruno, version=dossier.version, cle=uuid.uuid4()
    )
    assert str(ouverte.personne) == "Julien Delmas"


def test_la_cpam_n_ouvre_que_ce_qu_elle_peut_ecrire(foyer, chloe):
    with pytest.raises(Introuvable):
        ouvrir_besoins(foyer, [BesoinDemande("logement")], agent=chloe, version=foyer.version, cle=uuid.uuid4())


def test_reprendre_revient_a_l_etat_d_avant(foyer, bruno):
    logement = faire(besoin(foyer, "logement"), "valider_criteres", bruno, **CRITERES)
    faire(logement, "abandonner", bruno, motif="famille")
    repris = faire(logement, "reprendre", bruno)
    assert (repris.etat, repris.etat_avant, repris.attend, repris.pieces) == ("criteres_valides", "", "guichet", 4)


def test_apres_vingt_quatre_mois_on_ne_reprend_plus(foyer, bruno):
    import datetime as dt

    logement = faire(besoin(foyer, "logement"), "abandonner", bruno, motif="famille")
    vieux = timezone.now() - dt.timedelta(days=731)
    with auteur(None, geste="essai"):
        logement.etat_depuis = vieux
        logement.save(update_fields=["etat_depuis"])
    assert refuse(lambda: faire(logement, "reprendre", bruno), Refus) == (
        "Arrêtée depuis plus de 24 mois : ouvrez une nouvelle démarche."
    )


@pytest.mark.django_db(transaction=True)
def test_deux_agents_au_meme_instant_un_seul_passe(bruno, estelle, foyer):
    """Without the lock both read the same version and both write: the second would overwrite the first."""
    logement, depart, issues = besoin(foyer, "logement"), threading.Barrier(2), []

    def agir(agent, motif):
        try:
            depart.wait()
            avancer(logement, "abandonner", agent=agent, version=foyer.version, cle=uuid.uuid4(), motif=motif)
            issues.append("fait")
        except Perime:
            issues.append("périmé")
        finally:
            connections.close_all()

    fils = [threading.Thread(target=agir, args=a) for a in ((bruno, "famille"), (estelle, "delai"))]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues) == ["fait", "périmé"]
    assert (logement.history.count(), relu(foyer).version) == (2, foyer.version + 1)


@pytest.mark.django_db(transaction=True)
def test_deux_envois_au_meme_instant_font_un_seul_dossier(bruno):
    """The second sending waits for the first to commit, then lands on the same page."""
    cle, depart, issues = uuid.uuid4(), threading.Barrier(2), []

    def agir():
        try:
            depart.wait()
            ouvrir_dossier(bruno, cle=cle)
            issues.append("fait")
        except DejaFait as deja:
            issues.append(deja.resultat)
        finally:
            connections.close_all()

    fils = [threading.Thread(target=agir) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    dossier = Dossier.objects.get()
    assert sorted(issues) == sorted(["fait", f"dossiers.fiche:{dossier.pk}"])
    assert Demarche.objects.count() == 4
