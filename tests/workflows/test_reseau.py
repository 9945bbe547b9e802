"""Mise en réseau: from the wish to the meeting, both agreeing first."""

import pytest

from dossiers.erreurs import Introuvable, Refus
from dossiers.models import auteur
from tests.aides import dans, enchainer, faire, intervenants, ouvrir_besoin, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

CIBLE = ("identifier", {"genre_cible": "msp", "cible": "Maison de santé d’Anduze", "creneaux": "le jeudi"})
ACCORDS = ("noter_accords", {"accord_candidat_le": dans(-1), "accord_cible_le": dans(0)})
RENCONTRE = ("noter_rencontre", {"rencontre_le": dans(0), "suite": "se revoir en janvier"})
JUSQU_A_LA_RENCONTRE = [CIBLE, ACCORDS, ("relier", {}), RENCONTRE]


@pytest.fixture
def reseau(foyer, bruno):
    return ouvrir_besoin(foyer, "reseau", bruno)


def test_de_l_envie_a_la_rencontre(reseau, bruno):
    fini = relu(enchainer(reseau, bruno, [*JUSQU_A_LA_RENCONTRE, ("clore", {})]))
    assert (fini.etat, fini.precision, fini.suite, fini.attend, fini.echeance) == (
        "clos", "Maison de santé d’Anduze", "se revoir en janvier", "personne", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("geste", "faits", "etat"),
    [
        ("parrainer", {"parrain": "Dr Martin", "parrainage_jusqu_au": dans(300)}, "parraine"),
        ("adherer", {"adhesion_le": dans(0)}, "adhesion"),
        ("noter_sans_suite", {"motif": "refus_candidat"}, "sans_suite"),
    ],
)
def test_trois_suites_menent_a_la_fin(reseau, bruno, geste, faits, etat):
    suite = enchainer(reseau, bruno, [*JUSQU_A_LA_RENCONTRE, (geste, faits)])
    assert (suite.etat, faire(suite, "clore", bruno).etat) == (etat, "clos")


@pytest.mark.parametrize("retire", ["accord_candidat_le", "accord_cible_le"])
def test_sans_les_deux_accords_rien_ne_s_echange(reseau, bruno, retire):
    accorde = enchainer(reseau, bruno, [CIBLE, ACCORDS])
    with auteur(None, geste="essai"):
        setattr(accorde, retire, None)
        accorde.save(update_fields=[retire])
    assert refuse(lambda: faire(reseau, "relier", bruno), Refus) == (
        "Sans l’accord daté des deux, aucune coordonnée ne s’échange."
    )


@pytest.mark.parametrize("demain", ["accord_candidat_le", "accord_cible_le"])
def test_un_accord_n_est_pas_de_demain(reseau, bruno, demain):
    faire(reseau, CIBLE[0], bruno, **CIBLE[1])
    faits = {**ACCORDS[1], demain: dans(1)}
    assert refuse(lambda: faire(reseau, "noter_accords", bruno, **faits), Refus) == (
        "Cette date n’est pas encore venue : notez-la ce jour-là."
    )
    assert relu(reseau).etat == "cible_identifiee"


def test_une_rencontre_a_venir_ne_se_note_pas_faite(reseau, bruno):
    enchainer(reseau, bruno, [CIBLE, ACCORDS, ("relier", {})])
    assert refuse(lambda: faire(reseau, "noter_rencontre", bruno, rencontre_le=dans(3)), Refus) == (
        "Cette date n’est pas encore venue : notez-la ce jour-là."
    )


@pytest.mark.parametrize("jours", [30, 170, 400])
def test_un_parrainage_dure_de_six_a_douze_mois(reseau, bruno, jours):
    enchainer(reseau, bruno, JUSQU_A_LA_RENCONTRE)
    faits = {"parrain": "Dr Martin", "parrainage_jusqu_au": dans(jours)}
    assert refuse(lambda: faire(reseau, "parrainer", bruno, **faits), Refus) == (
        "Un parrainage dure de six à douze mois."
    )


@pytest.mark.parametrize("pas", [[CIBLE], [CIBLE, ACCORDS], [CIBLE, ("noter_sans_suite", {"motif": "sans_reponse"})]])
def test_chercher_ailleurs_oublie_la_cible_et_ses_accords(reseau, bruno, pas):
    enchainer(reseau, bruno, pas)
    libre = relu(faire(reseau, "chercher_ailleurs", bruno, motif="indisponible"))
    assert (libre.etat, libre.genre_cible, libre.cible, libre.creneaux, libre.accord_cible_le, libre.precision) == (
        "exprime", "", "", "", None, "",
    )  # fmt: skip


def test_l_ars_qui_connait_les_structures_peut_agir_la_cpam_non(reseau, bruno, driss, chloe, amina):
    from dossiers.actions.affectations import reunir_intervenants

    reunir_intervenants(reseau.dossier, [driss.organisme_id, chloe.organisme_id])
    assert "ars-occitanie" in intervenants(reseau.dossier)
    assert faire(reseau, CIBLE[0], driss, **CIBLE[1]).etat == "cible_identifiee"
    for agent in (chloe, amina):
        with pytest.raises(Introuvable):
            faire(reseau, ACCORDS[0], agent, **ACCORDS[1])
