"""The clock climbs the ladder on real dossiers: time travels by the moment given, never by a patched clock."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.appels import PersonneSaisie
from dossiers.actions.courriers import apercevoir, demander_sur_dossier
from dossiers.actions.pauses import mettre_en_pause
from dossiers.actions.relances import relancer, seul
from dossiers.actions.routage import reunir_intervenants
from dossiers.courriers.taches import produire
from dossiers.erreurs import Refus
from dossiers.lectures import relances as lecture
from dossiers.models import Agent, Courrier, Dossier, Relance, auteur
from dossiers.regles.dates import date_longue
from dossiers.tasks import relancer as tache
from tests.aides import (
    besoin,
    client_de,
    dans,
    donner_referent,
    enchainer,
    faire,
    ouvrir_dossier,
    personne,
    refuse,
    relu,
    texte_de,
)

pytestmark = [pytest.mark.django_db, pytest.mark.services]

CRITERES = {"sous_type": "location", "pieces": 4, "budget_max": 1100, "entree_le": dans(60)}
OFFRE = {"offre": "T4 à Anduze", "bailleur": "Agence des Exemples", "loyer": 900}


def dans_(jours):
    return timezone.now() + dt.timedelta(days=jours)


def proposer(dossier, bruno):
    """Lead housing to where the household must answer."""
    pas = [("valider_criteres", CRITERES), ("lancer_recherche", {}), ("proposer", OFFRE)]
    return enchainer(besoin(dossier, "logement"), bruno, pas)


@pytest.fixture
def offre(bruno):
    """A household whose one need waits for its answer."""
    dossier = ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    return proposer(donner_referent(dossier, bruno), bruno)


def faites(**filtres):
    return [(r.echelon, r.issue) for r in Relance.objects.filter(**filtres)]


def lettres(code="C11"):
    return Courrier.objects.filter(modele__code=code).order_by("pk")


def test_l_echelle_d_un_foyer_silencieux_jour_apres_jour(offre):
    vus = {}
    for jour in range(60):
        bilan = relancer(dans_(jour))
        if bilan.lettres or bilan.alertes or bilan.rattrapees:
            vus[jour] = (bilan.lettres, bilan.alertes, bilan.rattrapees)
    assert vus == {10: (1, 0, 0), 25: (1, 0, 0), 40: (0, 1, 0)}
    assert faites() == [("candidat_10", "lettre"), ("candidat_25", "lettre"), ("candidat_40", "alerte")]


def test_la_meme_heure_deux_fois_n_ecrit_rien_de_plus(offre):
    moment = dans_(30)
    premier, second = relancer(moment), relancer(moment)
    assert ((premier.lettres, premier.rattrapees), (second.lettres, second.rattrapees)) == ((1, 1), (0, 0))
    assert (lettres().count(), Relance.objects.count()) == (1, 2)


def test_apres_une_longue_panne_une_seule_lettre_part(offre):
    relancer(dans_(200))
    assert faites() == [("candidat_10", "rattrapee"), ("candidat_25", "lettre"), ("candidat_40", "alerte")]
    (courrier,) = lettres()
    assert produire(courrier.pk) == "produit"
    # the first letter it receives does not pretend to be the second
    assert relu(courrier).donnees["relance.rang"] == 1
    assert relancer(dans_(201)).lettres == 0


def test_la_lettre_dit_ce_qui_manque_et_si_elle_est_la_seconde(offre, bruno):
    relancer(dans_(10))
    relancer(dans_(25))
    premiere, seconde = lettres()
    assert [produire(c.pk) for c in (premiere, seconde)] == ["produit", "produit"]
    donnees = [relu(c).donnees for c in (premiere, seconde)]
    assert [d["relance.rang"] for d in donnees] == [1, 2]
    assert donnees[0]["attendus"][0].startswith("Logement : ce que vous pensez de l’offre proposée (attendu depuis le ")
    assert (premiere.sections, premiere.demande_par, premiere.destinataire) == (["identite", "logement"], bruno, None)


def test_une_reponse_arrivee_avant_l_impression_arrete_la_lettre(offre, bruno):
    relancer(dans_(10))
    faire(offre, "retenir_sans_visite", bruno)
    (courrier,) = lettres()
    assert produire(courrier.pk) == "sans objet"
    courrier = relu(courrier)
    assert (courrier.etat, courrier.erreur) == (
        "annule", "La réponse est arrivée entre-temps : cette relance n’a plus d’objet.",
    )  # fmt: skip
    page = texte_de(client_de(bruno).get(reverse("courriers.fiche", args=[courrier.pk])))
    assert ("il ne part pas" in page, courrier.erreur.split(" :")[0] in page, "Essayer de nouveau" in page, "Produit None" in page) == (
        True, True, False, False,
    )  # fmt: skip


def test_un_nouvel_etat_recommence_l_echelle(offre, bruno):
    relancer(dans_(12))
    faire(offre, "retenir_sans_visite", bruno)
    assert (relancer(dans_(9)).lettres, relancer(dans_(30)).lettres, lettres().count()) == (0, 1, 2)


def test_le_meme_echelon_d_une_attente_nouvelle_est_du(offre, bruno):
    assert relancer(dans_(12)).lettres == 1
    faire(offre, "retenir_sans_visite", bruno)
    assert relancer(dans_(21)).lettres == 1
    assert faites(echelon="candidat_10") == [("candidat_10", "lettre")] * 2


def test_plusieurs_attentes_d_une_personne_font_une_lettre(foyer, bruno):
    proposer(foyer, bruno)
    faire(faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB"), "lancer", bruno)
    assert relancer(dans_(10)).lettres == 1
    assert faites() == [("candidat_10", "lettre")] * 2
    assert lettres().get().sections == ["formalites", "identite", "logement"]


def test_le_conjoint_recoit_la_sienne_et_la_sienne_seule(foyer, bruno):
    emploi = faire(
        besoin(foyer, "emploi_conjoint"), "recueillir_profil", bruno, metier="professeur", situation="salarie"
    )
    assert emploi.attend == "conjoint"
    relancer(dans_(11))
    courrier = lettres().get()
    assert (courrier.destinataire.prenom, courrier.sections) == ("Julien", ["emploi_conjoint", "identite"])


@pytest.mark.parametrize("cas", ["confidentiel", "suspendu", "clos", "pause"])
def test_rien_ne_part_d_un_dossier_qui_doit_rester_en_silence(offre, bruno, cas):
    dossier = relu(offre.dossier)
    if cas == "confidentiel":
        with auteur(None, geste="essai"):
            dossier.confidentiel = True
            dossier.save(update_fields=["confidentiel"])
    elif cas == "suspendu":
        faire(dossier, "suspendre", bruno, reveil_le=dans(90), motif="delai")
    elif cas == "clos":
        faire(offre, "abandonner", bruno, motif="famille")
        faire(dossier, "clore", bruno, motif_cloture="famille")
    else:
        mettre_en_pause(
            offre, agent=bruno, version=dossier.version, cle=uuid.uuid4(), debut=dans(0), motif="projet_reporte"
        )
    bilan = relancer(dans_(100))
    assert (bilan.lettres, bilan.alertes, Relance.objects.count()) == (0, 0, 0)


def test_qui_ne_veut_plus_d_appel_recoit_encore_des_lettres(bruno):
    dossier = ouvrir_dossier(bruno, besoins=("logement",), enfants=(), ne_pas_rappeler=True)
    proposer(dossier, bruno)
    assert relancer(dans_(10)).lettres == 1


def test_un_partenaire_muet_monte_jusqu_a_la_supervision(foyer, bruno, estelle):
    faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    etape = besoin(foyer, "formalites").etapes.get(code="F01")
    faire(etape, "deposer", bruno, depose_le=dans(0))
    for jour in range(40):
        relancer(dans_(jour))
    assert faites(precision="F01") == [
        ("partenaire_5", "alerte"), ("partenaire_10", "alerte"), ("partenaire_15", "alerte"),
    ]  # fmt: skip
    assert [r.echelon for r in lecture.pour_moi(estelle)] == ["partenaire_15"]
    page = texte_de(client_de(estelle).get("/tableau/"))
    assert "1 partenaires muets" in page
    assert foyer.numero in texte_de(client_de(estelle).get("/dossiers/?muet=on"))
    assert "partenaire muet depuis plus de 15 jours ouvrés Formalités F01" in texte_de(
        client_de(estelle).get("/journee/")
    )
    # the partner answers: nothing is left to look at, and nobody had to tick anything
    faire(etape, "obtenir", bruno, decision_le=dans(0))
    assert (lecture.pour_moi(estelle), lecture.muets(estelle).count()) == ([], 0)


def test_l_alerte_n_est_vue_que_de_qui_peut_la_lire(offre, bruno, chloe, estelle, fabien):
    relancer(dans_(45))
    vus = {a.prenom: lecture.en_cours(a).count() for a in (bruno, chloe, estelle, fabien)}
    assert vus == {"Bruno": 1, "Chloé": 0, "Estelle": 1, "Fabien": 0}


def test_le_candidat_apprend_que_rien_ne_bouge(bruno):
    dossier = donner_referent(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    assert [relancer(dans_(n)).lettres for n in (19, 20, 21, 60)] == [0, 1, 0, 0]
    courrier = lettres("C22").get()
    assert produire(courrier.pk) == "produit"
    assert relu(courrier).donnees["attendus"] == ["Logement : demande notée, c’est à nous d’avancer"]
    proposer(dossier, bruno)
    faire(besoin(dossier, "logement"), "refuser_offre", bruno, motif="loyer")
    assert [relancer(dans_(n)).lettres for n in (19, 21)] == [0, 1]


def test_sans_referent_la_supervision_signe(bruno):
    proposer(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    relancer(dans_(10))
    assert lettres().get().demande_par.role in {"superviseur", "instructeur"}


def test_sans_personne_pour_signer_rien_n_est_perdu(offre, bruno):
    Agent.objects.filter(organisme=bruno.organisme).update(is_active=False)
    assert (relancer(dans_(10)).lettres, Relance.objects.count()) == (0, 0)
    Agent.objects.filter(pk=bruno.pk).update(is_active=True)
    assert relancer(dans_(11)).lettres == 1


def test_un_conjoint_inconnu_est_note_sans_lettre(bruno):
    dossier = ouvrir_dossier(bruno, besoins=("emploi_conjoint",), enfants=(), personnes=(personne(),))
    faire(besoin(dossier, "emploi_conjoint"), "recueillir_profil", bruno, metier="professeur", situation="salarie")
    relancer(dans_(10))
    assert (faites(), lettres().count()) == ([("candidat_10", "sans_destinataire")], 0)


def test_la_chronologie_raconte_la_relance_a_qui_lit_le_besoin(offre, bruno, chloe):
    relancer(dans_(0))
    with auteur(None, geste="essai"):
        offre.etat_depuis = timezone.now() - dt.timedelta(days=12)
        offre.save(update_fields=["etat_depuis"])
    relancer(timezone.now())
    page = texte_de(client_de(bruno).get(f"/dossiers/{offre.dossier_id}/"))
    assert ("Relance automatique" in page, "Première relance au foyer (10 jours) : courrier demandé" in page) == (
        True,
        True,
    )


def test_une_passe_coute_autant_pour_deux_dossiers_que_pour_douze(bruno):
    def couts(combien):
        for n in range(combien):
            fiche = PersonneSaisie(role="medecin", nom=f"Essai{n}", prenom="Anne", telephones=(f"04 65 71 13 {n:02d}",))
            dossier = ouvrir_dossier(
                bruno, besoins=("logement",), enfants=(), personnes=(fiche,), numero=f"04 65 71 13 {n:02d}"
            )
            proposer(dossier, bruno)
        with CaptureQueriesContext(connection) as requetes:
            bilan = relancer(dans_(10))
        return bilan.lettres, len([q for q in requetes if "SAVEPOINT" not in q["sql"]])

    (deux, petit), (douze, grand) = couts(2), couts(12)
    assert (deux, douze) == (2, 12)
    # the only cost that grows is the model's version, read once a letter code
    assert (grand == petit, petit <= 30) == (True, True), (petit, grand)


def test_une_seconde_horloge_passe_son_tour(offre):
    resultats = []

    def ailleurs():
        try:
            with seul("relancer") as a_moi:
                resultats.append(a_moi)
        finally:
            connections.close_all()

    with seul("relancer") as a_moi:
        fil = threading.Thread(target=ailleurs)
        fil.start()
        fil.join()
        resultats.append(a_moi)
    assert resultats == [False, True]


def test_la_tache_relance_pour_de_bon(offre):
    with auteur(None, geste="essai"):
        offre.etat_depuis = timezone.now() - dt.timedelta(days=12)
        offre.save(update_fields=["etat_depuis"])
    assert (tache(), tache(), lettres().count()) == (1, 0, 1)
    assert Dossier.objects.get(pk=offre.dossier_id).version == relu(offre.dossier).version


def test_a_la_main_la_ligne_rappelle_ce_qui_attend_le_medecin_et_rien_de_son_conjoint(foyer, bruno):
    proposer(foyer, bruno)
    faire(besoin(foyer, "emploi_conjoint"), "recueillir_profil", bruno, metier="professeur", situation="salarie")
    donnees = apercevoir(relu(foyer), "C11", agent=bruno).donnees
    assert (donnees["relance.rang"], donnees["attendus"]) == (
        1, [f"Logement : ce que vous pensez de l’offre proposée (attendu depuis le {date_longue(timezone.now())})"],
    )  # fmt: skip
    courrier = demander_sur_dossier(
        foyer, "C11", agent=bruno, version=relu(foyer).version, cle=uuid.uuid4(), donnees=donnees
    )
    assert (produire(courrier.pk), apercevoir(relu(foyer), "C11", agent=bruno).donnees["relance.rang"]) == (
        "produit",
        2,
    )


def test_rien_n_attend_le_medecin_aucune_relance_a_la_main(foyer, bruno):
    phrase = refuse(lambda: apercevoir(foyer, "C11", agent=bruno), Refus)
    assert phrase == "Rien n’attend le candidat dans ce dossier : il n’y a rien à lui rappeler."


def test_seule_la_ligne_relance_a_la_main(offre, bruno, amina, chloe, driss):
    adresse = reverse("courriers.nouveau", args=[offre.dossier_id, "C11"])
    reunir_intervenants(offre.dossier, [chloe.organisme_id, driss.organisme_id])
    vus = {a.prenom: client_de(a).get(adresse).status_code for a in (bruno, amina, chloe, driss)}
    assert vus == {"Bruno": 200, "Amina": 200, "Chloé": 404, "Driss": 404}
    assert "Relance…" in texte_de(client_de(bruno).get(f"/dossiers/{offre.dossier_id}/"))


def test_l_horloge_laisse_une_semaine_apres_une_relance_a_la_main(offre, bruno):
    dossier = relu(offre.dossier)
    courrier = demander_sur_dossier(dossier, "C11", agent=bruno, version=dossier.version, cle=uuid.uuid4())
    Courrier.objects.filter(pk=courrier.pk).update(demande_le=dans_(8))
    assert [relancer(dans_(jour)).lettres for jour in (10, 14, 15)] == [0, 0, 1]
