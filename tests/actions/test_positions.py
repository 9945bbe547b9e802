"""Where partners stand: asked, accepted, refused with a proposal, finished; each for itself, unseen by the others."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.affectations import affecter, prendre, solliciter
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures import chronologie
from dossiers.models import Dossier, Organisme, Position
from tests.aides import besoin, client_de, clore, dans, faire, jetons, ouvrir_dossier, refuse, relu, texte_de

pytestmark = [pytest.mark.django_db, pytest.mark.services]

PROPOSITION = "Voyez le Conseil de l’Ordre, qui tient le tableau."


def organisme(code):
    return Organisme.objects.get(code=code)


def demander(dossier, agent, code="ars-occitanie", type_="formalites", **options):
    return solliciter(
        besoin(dossier, type_), agent=agent, organisme=organisme(code), version=relu(dossier).version, cle=uuid.uuid4(),
        demande=options.get("demande", "Vérifier le zonage d’Anduze"), avant_le=options.get("avant_le"),
    )  # fmt: skip


def etats(dossier):
    return {p.organisme.code: p.etat for p in dossier.positions.select_related("organisme")}


def de(dossier, code):
    return dossier.positions.get(organisme__code=code)


def finir(dossier, agent):
    """Bring every need to its end."""
    for demarche in dossier.demarches.ouvertes().specifiques():
        faire(demarche.specifique, "declarer_sans_objet", agent, motif="erreur")


def raconter(dossier, agent):
    return str([(e.titre, e.motif, e.raison, e.lignes) for e in chronologie.lire(dossier, agent, [])])


def test_une_position_nait_avec_la_demarche_confiee_a_un_partenaire_et_avec_elle_seule(foyer):
    assert [(p.besoin, p.organisme.code, p.etat, p.attend) for p in foyer.positions.all()] == [
        ("formalites", "cpam-gard", "attendue", "partenaire")
    ]
    position = foyer.positions.get()
    assert (position.echeance is not None, position.history.get().history_geste) == (True, "enregistrer_appel")


def test_un_appel_sans_partenaire_n_en_ecrit_aucune(bruno):
    assert ouvrir_dossier(bruno, besoins=("logement",), enfants=()).positions.count() == 0


def test_accepter_puis_terminer(foyer, chloe):
    position = faire(de(foyer, "cpam-gard"), "accepter", chloe)
    assert (position.etat, position.history.first().history_user) == ("acceptee", chloe)
    position = faire(position, "terminer", chloe)
    assert (position.etat, position.attend, position.echeance) == ("terminee", "personne", None)


def test_terminer_demande_d_avoir_accepte(foyer, chloe):
    phrase = refuse(lambda: faire(de(foyer, "cpam-gard"), "terminer", chloe), Refus)
    assert phrase == "« Terminer » n’est pas possible à l’état « Attendue »."


def test_refuser_se_motive_et_propose(foyer, chloe):
    position = de(foyer, "cpam-gard")
    sans_motif = refuse(lambda: faire(position, "refuser", chloe, proposition=PROPOSITION), Refus)
    trop_court = refuse(lambda: faire(position, "refuser", chloe, motif="doublon", proposition="non   "), Refus)
    assert (sans_motif, trop_court, relu(position).etat) == (
        "Choisissez un motif dans la liste.", "Dites en dix signes au moins ce que vous proposez à la place.", "attendue",
    )  # fmt: skip
    position = faire(position, "refuser", chloe, motif="hors_competence", proposition=PROPOSITION)
    ligne = position.history.first()
    assert (position.etat, position.proposition, ligne.history_motif) == ("refusee", PROPOSITION, "hors_competence")


@pytest.mark.parametrize("prenom", ["bruno", "driss", "estelle", "amina", "fabien"])
def test_nul_ne_repond_pour_un_autre_organisme(foyer, bruno, request, prenom):
    demander(foyer, bruno)
    with pytest.raises(Introuvable):
        faire(de(foyer, "cpam-gard"), "accepter", request.getfixturevalue(prenom))
    assert de(foyer, "cpam-gard").etat == "attendue"


def test_l_ars_repond_sans_pouvoir_ecrire_les_formalites(foyer, bruno, driss):
    position = faire(demander(foyer, bruno), "accepter", driss)
    assert (position.etat, driss.peut_ecrire("formalites")) == ("acceptee", False)


@pytest.mark.parametrize("prenom", ["chloe", "driss"])
def test_seul_le_guichet_sollicite_et_cesse_d_attendre(foyer, bruno, request, prenom):
    agent = request.getfixturevalue(prenom)
    demander(foyer, bruno)
    with pytest.raises(Introuvable):
        demander(foyer, agent, "cpam-gard")
    for position in foyer.positions.all():
        with pytest.raises(Introuvable):
            faire(position, "lever", agent, motif="erreur")
    assert faire(de(foyer, "ars-occitanie"), "lever", bruno, motif="autre_voie").etat == "levee"


def test_solliciter_donne_une_tache_une_date_et_la_vue_du_dossier(foyer, bruno, driss):
    assert not Dossier.objects.visibles_par(driss).filter(pk=foyer.pk).exists()
    position = demander(foyer, bruno, avant_le=dans(9))
    assert (position.etat, position.demande, position.echeance) == (
        "attendue", "Vérifier le zonage d’Anduze", dans(9),
    )  # fmt: skip
    assert Dossier.objects.visibles_par(driss).filter(pk=foyer.pk).exists()


@pytest.mark.parametrize(
    ("code", "type_", "phrase"),
    [
        ("cpam-gard", "formalites", "CPAM du Gard est déjà sollicité sur cette démarche."),
        ("ales-agglo", "formalites", "Alès Agglo tient la ligne : affectez-lui la démarche."),
        ("ars-occitanie", "logement", "ARS n’a pas accès aux démarches « Logement »."),
        ("cd32", "formalites", "CD 32 tient la ligne : affectez-lui la démarche."),
    ],
)
def test_on_ne_sollicite_que_qui_peut_travailler_la(foyer, bruno, code, type_, phrase):
    assert refuse(lambda: demander(foyer, bruno, code, type_), Refus) == phrase


def test_solliciter_de_nouveau_reprend_la_position_refusee(foyer, bruno, driss):
    faire(demander(foyer, bruno), "refuser", driss, motif="delai_impossible", proposition=PROPOSITION)
    position = demander(foyer, bruno, demande="Et en janvier ?")
    assert (position.etat, position.demande, position.proposition, position.history.count()) == (
        "attendue", "Et en janvier ?", "", 4,
    )  # fmt: skip


def test_reaffecter_cesse_d_attendre_l_ancien_et_attend_le_nouveau(foyer, bruno):
    formalites = besoin(foyer, "formalites")
    for code in ("ars-occitanie", "ales-agglo", "cpam-gard"):
        affecter(
            formalites,
            agent=bruno,
            organisme=organisme(code),
            responsable=None,
            version=relu(foyer).version,
            cle=uuid.uuid4(),
        )
        formalites = besoin(foyer, "formalites")
    assert etats(foyer) == {"cpam-gard": "attendue", "ars-occitanie": "levee"}


def test_prendre_vaut_accepter(foyer, chloe):
    prendre(besoin(foyer, "formalites"), agent=chloe, version=relu(foyer).version, cle=uuid.uuid4())
    assert etats(foyer) == {"cpam-gard": "acceptee"}


def test_la_fin_d_une_demarche_finit_la_position_de_qui_en_est_charge_et_non_des_autres(foyer, bruno):
    demander(foyer, bruno)
    formalites = faire(besoin(foyer, "formalites"), "abandonner", bruno, motif="famille")
    assert etats(foyer) == {"cpam-gard": "levee", "ars-occitanie": "attendue"}
    faire(formalites, "reprendre", bruno)
    assert etats(foyer) == {"cpam-gard": "attendue", "ars-occitanie": "attendue"}


def test_clore_attend_chaque_position_ou_dit_pourquoi_passer_outre(foyer, bruno, estelle):
    demander(foyer, bruno)
    finir(foyer, bruno)
    phrase = refuse(lambda: faire(foyer, "clore", bruno, motif_cloture="famille"), Refus)
    assert phrase == "Position attendue de : ARS (formalités). Attendez-la, ou dites pourquoi vous passez outre."
    page = client_de(bruno).post(
        reverse("dossiers.geste", args=[foyer.pk, "clore"]), {"motif_cloture": "famille", "raison": "", **jetons(foyer)}
    )
    assert (page.status_code, phrase in texte_de(page)) == (422, True)
    clos = faire(foyer, "clore", bruno, motif_cloture="famille", motif_levee="sans_reponse")
    assert (clos.etat, clos.history.first().motif_levee, etats(foyer)) == (
        "clos", "sans_reponse", {"cpam-gard": "levee", "ars-occitanie": "levee"},
    )  # fmt: skip


def test_clore_ne_demande_rien_quand_tous_ont_repondu(foyer, bruno, driss):
    faire(demander(foyer, bruno), "refuser", driss, motif="doublon", proposition=PROPOSITION)
    finir(foyer, bruno)
    page = client_de(bruno).get(reverse("dossiers.geste", args=[foyer.pk, "clore"])).content.decode()
    phrase = refuse(lambda: faire(foyer, "clore", bruno, motif_cloture="famille", motif_levee="foyer"), Refus)
    assert phrase == "Ce geste ne demande pas ces informations."
    clos = faire(foyer, "clore", bruno, motif_cloture="famille")
    assert ("motif_levee" in page, clos.etat, clos.motif_levee) == (False, "clos", "")


def test_rouvrir_oublie_qu_on_a_passe_outre(foyer, bruno):
    demander(foyer, bruno)
    finir(foyer, bruno)
    faire(foyer, "clore", bruno, motif_cloture="famille", motif_levee="plus_utile")
    assert faire(foyer, "rouvrir", bruno).motif_levee == ""


def test_une_position_ne_se_reprend_pas_sur_une_demarche_finie(foyer, bruno, chloe):
    clore(foyer, bruno)
    phrase = refuse(lambda: faire(de(foyer, "cpam-gard"), "reprendre", chloe), Refus)
    assert "n’y a plus rien à y faire" not in texte_de(client_de(bruno).get(f"/dossiers/{foyer.pk}/"))
    assert phrase == "La démarche est finie : il n’y a plus rien à y faire."


@pytest.mark.parametrize(
    ("prenom", "vus"), [("bruno", 2), ("estelle", 2), ("chloe", 1), ("driss", 1), ("amina", 0), ("fabien", 0)]
)
def test_chacun_voit_sa_position_le_guichet_les_voit_toutes(foyer, bruno, request, prenom, vus):
    demander(foyer, bruno)
    assert Position.objects.visibles_par(request.getfixturevalue(prenom)).count() == vus


def test_deux_partenaires_ne_se_voient_pas(foyer, bruno, chloe, driss):
    """Neither page nor timeline nor day says what the other organisation was asked, answered or took."""
    prendre(besoin(foyer, "formalites"), agent=chloe, version=relu(foyer).version, cle=uuid.uuid4())
    position = demander(foyer, bruno, demande="Ornithorynque")
    fiche = reverse("dossiers.fiche", args=[foyer.pk])
    faire(position, "refuser", driss, motif="hors_competence", proposition="Voyez plutôt le Caméléon")
    pages = {
        agent.prenom: texte_de(client_de(agent).get(fiche)) + texte_de(client_de(agent).get(reverse("journee")))
        for agent in (bruno, chloe, driss)
    }
    mots = ("Ornithorynque", "Caméléon", "ARS", "Chloé Martinez")
    assert {nom: [m for m in mots if m in page] for nom, page in pages.items()} == {
        "Bruno": ["Ornithorynque", "Caméléon", "ARS", "Chloé Martinez"],
        "Chloé": ["Chloé Martinez"],
        "Driss": ["Ornithorynque", "Caméléon", "ARS"],
    }
    recits = {a.prenom: raconter(foyer, a) for a in (bruno, chloe, driss)}
    assert {
        nom: [m for m in ("CPAM du Gard, formalités", "ARS, formalités", "hors compétence") if m in r]
        for nom, r in recits.items()
    } == {
        "Bruno": ["CPAM du Gard, formalités", "ARS, formalités", "hors compétence"],
        "Chloé": ["CPAM du Gard, formalités"],
        "Driss": ["ARS, formalités", "hors compétence"],
    }


def test_le_tableau_d_un_partenaire_ne_compte_que_sa_maison(foyer, bruno):
    from dossiers.lectures import tableau
    from dossiers.lectures.dossiers import Filtres, filtrer
    from tests.views.test_droits import superviseur

    demander(foyer, bruno)
    chef = superviseur("ars-occitanie")
    cpam = organisme("cpam-gard").pk
    assert [c.libelle for c in tableau.lire(chef, timezone.now()).organismes] == ["ARS"]
    # asked by hand, the filter of another house narrows nothing: it would tell who works on the file
    assert [filtrer(a, Filtres(organisme=cpam), dans(0)).count() for a in (chef, bruno)] == [1, 1]
    assert filtrer(chef, Filtres(organisme=chef.organisme_id), dans(0)).count() == 0


def test_ma_journee_dit_au_partenaire_ce_qu_on_lui_demande(foyer, bruno, driss, chloe):
    demander(foyer, bruno)
    pour_driss, pour_bruno = (texte_de(client_de(a).get(reverse("journee"))) for a in (driss, bruno))
    assert ("Vérifier le zonage d’Anduze" in pour_driss, "Demandé à mon organisme" in pour_bruno) == (True, False)
    faire(de(foyer, "ars-occitanie"), "lever", bruno, motif="erreur")
    assert "Demandé à mon organisme" not in texte_de(client_de(driss).get(reverse("journee")))


def test_le_guichet_sollicite_par_l_ecran_et_un_second_envoi_ne_change_rien(foyer, bruno):
    chemin = reverse("demarches.solliciter", args=[besoin(foyer, "formalites").pk])
    page = client_de(bruno).get(chemin).content.decode()
    assert (">ARS<" in page, ">CPAM du Gard<" in page) == (True, True)
    donnees = {"organisme": organisme("ars-occitanie").pk, "demande": "Zonage ?", "avant_le": "", **jetons(foyer)}
    reponses = [client_de(bruno).post(chemin, donnees).status_code for _ in range(2)]
    assert (reponses, de(foyer, "ars-occitanie").history.count()) == ([302, 302], 1)


def test_le_partenaire_repond_par_l_ecran(foyer, chloe):
    fiche = client_de(chloe).get(reverse("dossiers.fiche", args=[foyer.pk]))
    chemin = reverse("positions.geste", args=[de(foyer, "cpam-gard").pk, "refuser"])
    assert chemin in fiche.content.decode()
    donnees = {"motif": "autre_territoire", "proposition": "court", "raison": "", **jetons(foyer)}
    refusee = client_de(chloe).post(chemin, donnees)
    assert (refusee.status_code, "dix signes au moins" in texte_de(refusee)) == (422, True)
    donnees["proposition"] = PROPOSITION
    assert client_de(chloe).post(chemin, donnees).status_code == 302
    assert etats(foyer) == {"cpam-gard": "refusee"}


@pytest.mark.parametrize("geste_", ["accepter", "lever"])
def test_un_geste_sur_une_position_coute_au_plus_douze_requetes(foyer, bruno, chloe, geste_):
    agent, faits = (chloe, {}) if geste_ == "accepter" else (bruno, {"motif": "erreur"})
    position, version = de(foyer, "cpam-gard"), relu(foyer).version
    from dossiers.actions.demarches import avancer

    with CaptureQueriesContext(connection) as requetes:
        avancer(position, geste_, agent=agent, version=version, cle=uuid.uuid4(), **faits)
    assert len([q for q in requetes if "SAVEPOINT" not in q["sql"]]) <= 12


def test_finir_une_demarche_avec_sa_position_coute_au_plus_douze_requetes(foyer, bruno):
    formalites, version = besoin(foyer, "formalites"), relu(foyer).version
    from dossiers.actions.demarches import avancer

    with CaptureQueriesContext(connection) as requetes:
        avancer(formalites, "abandonner", agent=bruno, version=version, cle=uuid.uuid4(), motif="famille")
    assert len([q for q in requetes if "SAVEPOINT" not in q["sql"]]) <= 12
