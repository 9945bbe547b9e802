"""Loisirs: the household finds who welcomes it."""

import pytest

from dossiers.erreurs import Introuvable, Refus
from tests.aides import dans, enchainer, faire, ouvrir_besoin, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

ADRESSER = ("adresser", {"interet": "musique", "accueil": "ecole_musique", "structure": "École de musique d’Anduze"})


@pytest.fixture
def loisirs(foyer, bruno):
    return ouvrir_besoin(foyer, "loisirs", bruno)


def test_de_l_envie_a_la_premiere_sortie(loisirs, bruno):
    pas = [ADRESSER, ("contacter", {}), ("integrer", {"participation_le": dans(0)}), ("clore", {})]
    fini = relu(enchainer(loisirs, bruno, pas))
    assert (fini.etat, fini.interet, fini.accueil, fini.participation_le, fini.attend) == (
        "clos", "musique", "ecole_musique", dans(0), "personne",
    )  # fmt: skip


def test_une_participation_a_venir_ne_se_note_pas(loisirs, bruno):
    enchainer(loisirs, bruno, [ADRESSER, ("contacter", {})])
    assert refuse(lambda: faire(loisirs, "integrer", bruno, participation_le=dans(1)), Refus) == (
        "Cette date n’est pas encore venue : notez-la ce jour-là."
    )


def test_un_autre_accueil_garde_ce_que_le_foyer_aime(loisirs, bruno):
    enchainer(loisirs, bruno, [ADRESSER, ("contacter", {})])
    libre = relu(faire(loisirs, "chercher_accueil", bruno, motif="complet"))
    assert (libre.etat, libre.interet, libre.accueil, libre.structure) == ("exprime", "musique", "", "")


@pytest.mark.parametrize("prenom", ["amina", "chloe", "driss"])
def test_les_loisirs_n_avancent_que_par_la_ligne(loisirs, request, prenom):
    with pytest.raises(Introuvable):
        faire(loisirs, ADRESSER[0], request.getfixturevalue(prenom), **ADRESSER[1])
