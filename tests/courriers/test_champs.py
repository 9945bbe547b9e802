"""A stored text names fields of a closed list; nothing in it is ever evaluated."""

import pytest

from dossiers.courriers.champs import CHAMPS, remplacer
from dossiers.erreurs import Refus
from dossiers.regles.typographie import INSECABLE
from tests.aides import refuse

DONNEES = {champ.code: champ.exemple for champ in CHAMPS.values()}


@pytest.mark.parametrize("code", CHAMPS)
def test_chaque_champ_se_remplace_par_sa_valeur(code):
    assert remplacer(f"[[{code}]]", {code: "Anduze"}) == "Anduze"


def test_un_champ_est_range_sous_son_code_et_se_decrit():
    assert [c for code, c in CHAMPS.items() if c.code != code or not c.libelle or not c.exemple] == []


def test_les_blancs_d_une_marque_ne_comptent_pas():
    assert remplacer("Dossier [[ dossier.numero ]]", DONNEES) == "Dossier K7F-4Q2-M"


@pytest.mark.parametrize("code", ["dossier.nir", "personne", "personne.nom.upper", "__class__", "settings.SECRET_KEY"])
def test_une_marque_inconnue_est_refusee_par_son_nom(code):
    phrase = refuse(lambda: remplacer(f"Bonjour [[{code}]]", {**DONNEES, code: "x"}), Refus)
    assert phrase == f"Champ inconnu dans le modèle : {code}."


@pytest.mark.parametrize("vide", [None, "", " ", "\u00a0"])
def test_un_champ_vide_est_refuse_dans_les_mots_du_bureau(vide):
    phrase = refuse(lambda: remplacer("le [[appel.date]]", {**DONNEES, "appel.date": vide}), Refus)
    assert phrase == "Champ vide : date de l’appel."


def test_un_champ_absent_est_un_champ_vide():
    assert refuse(lambda: remplacer("[[territoire.dpo]]", {}), Refus) == (
        "Champ vide : délégué à la protection des données."
    )


@pytest.mark.parametrize(
    "texte",
    [
        "{{ 7|add:7 }}",
        "{% load static %}",
        "{% debug %}",
        "{{ settings.SECRET_KEY }}",
        "${7*7}",
        "%(nom)s",
        "{0}",
        "[[]]",
    ],
)
def test_aucun_langage_de_gabarit_n_est_evalue(texte):
    assert remplacer(texte, DONNEES) == texte


def test_une_valeur_n_est_pas_relue_comme_un_modele():
    """A person may be called anything, even the name of a field."""
    assert remplacer("[[personne.nom]]", {**DONNEES, "personne.nom": "[[territoire.dpo]]"}) == "[[territoire.dpo]]"


@pytest.mark.parametrize("nom", [r"\1 Delmas", r"\g<0>", "O'Brien & Fils", "<script>alert(1)</script>"])
def test_une_valeur_passe_telle_quelle(nom):
    assert remplacer("[[personne.nom]]", {**DONNEES, "personne.nom": nom}).replace("’", "'") == nom


def test_le_texte_recoit_la_typographie_francaise():
    assert remplacer("C'est le 3 mars : [[personne.nom]] !", DONNEES) == (
        f"C’est le 3{INSECABLE}mars{INSECABLE}: Docteur Claire DELMAS\u202f!"
    )
