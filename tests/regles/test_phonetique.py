"""How names sound, and the keys that bring near those a sound apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.phonetique import cles_cherchees, cles_phonetiques, se_prononcent_pareil, sonner


@pytest.mark.parametrize(
    "noms",
    [
        "Renault Renaud Reno Reynaud", "Dupont Dupond Dupon", "Gauthier Gautier Gotier", "Caron Carron Karon", "Benali Ben-Ali Bénali",
        "Lefèvre Lefebvre Lefevre", "Vanhoutte Vanoutte Vanoute", "Yannis Yanis", "Philippe Filipe", "Mathieu Matthieu",
        "Christophe Kristof", "Geoffroy Joffroy", "Moreau Moro Morault", "Œillet Oeillet", "Pélissier Pellissier Pelicier",
        "Cécile Sécile", "Haddad Adad", "Guillaume Guiyaume", "Le-Goff Legoff",
    ],
)  # fmt: skip
def test_les_ecritures_d_un_meme_nom_ont_le_meme_son(noms):
    assert len({sonner(nom) for nom in noms.split()}) == 1


@pytest.mark.parametrize("noms", ["Garnier Grenier", "Delmas Dalmas", "Roux Roy", "Martin Marty", "Faure Favre"])
def test_deux_noms_restent_deux_noms(noms):
    assert len({sonner(nom) for nom in noms.split()}) == 2


def test_un_son_trop_court_ne_dit_rien():
    assert (se_prononcent_pareil("Roux", "Roue"), se_prononcent_pareil("Renaud", "Reno")) == (False, True)


@pytest.mark.parametrize(
    ("connu", "tape"),
    [
        ("Delmas", "Dlemas"),
        ("Ben Ali", "Benali"),
        ("Vasseur-Lemoine", "Lemoine"),
        ("Sabatier", "Sabathié"),
        ("Peyre", "Peire"),
    ],
)
def test_une_cle_commune_ramene_le_nom_tape(connu, tape):
    assert set(cles_phonetiques(connu, "", "Luc")) & set(cles_cherchees(tape))


def test_le_nom_et_le_prenom_ne_se_confondent_pas():
    cles = cles_phonetiques("Martin", "", "Paul")
    assert (bool(set(cles) & set(cles_cherchees("Paul"))), bool(set(cles) & set(cles_cherchees("Paul", "p")))) == (
        False,
        True,
    )


@given(st.text(max_size=40))
def test_un_son_ne_depend_pas_des_blancs_et_donne_toujours_une_cle(texte):
    son = sonner(texte)
    assert (son == sonner(f" {texte} "), bool(son) == bool(cles_cherchees(texte))) == (True, True)
