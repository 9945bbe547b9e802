"""Communes as they are typed, among the real ones of the two territories."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.communes import CommuneProposee, resoudre
from dossiers.regles.texte import cle_tri, normaliser

DONNEES = Path(__file__).parents[2] / "dossiers/donnees"


def _lire(fichier: str) -> list[tuple[str, str]]:
    with (DONNEES / fichier).open(encoding="utf-8") as lignes:
        return [(ligne["code_insee"], ligne["nom"]) for ligne in csv.DictReader(lignes)]


COMMUNES = _lire("communes_ales.csv") + _lire("communes_gers.csv")


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        # as the thirty calls write them
        ("Anduze", "30010"),
        ("Générargues", "30129"),
        ("La Grd Combe", "30132"),
        ("Grand'Combe", "30132"),
        ("La Gd-Combe", "30132"),
        ("Vézénobres", "30348"),
        ("St Hilaire de B.", "30259"),
        ("St Hilaire", "30259"),
        ("Salles du Gardon", "30307"),
        ("aux Salles-du-Gardon", "30307"),
        ("St-Jean-du-Gard", "30269"),
        ("Saint-Christol-lez-Alès", "30243"),
        ("GENOLHAC", "30130"),
        ("condom", "32107"),
        # and otherwise
        ("Grd Combe", "30132"),
        ("GRANDCOMBE", "30132"),
        ("st christol", "30243"),
        ("ales", "30007"),
        ("Vezenobre", "30348"),
        ("Ansuze", "30010"),
        ("Salindre", "30305"),
    ],
)
def test_une_commune_se_reconnait_comme_on_la_tape(texte, attendue):
    assert resoudre(texte, COMMUNES)[0].code_insee == attendue


@pytest.mark.parametrize(
    "texte", ["", " ", "B.", "de la", "3", "30100", "Villefort", "Paris", "rappeler le soir", "x" * 100_000]
)
def test_ce_qui_ne_ressemble_a_aucune_commune_ne_propose_rien(texte):
    assert resoudre(texte, COMMUNES) == []


ECRITURES = {
    "tel quel": str,
    "en capitales": str.upper,
    "sans accents": cle_tri,
    "sans traits d’union": lambda nom: cle_tri(nom).replace("-", " "),
    "abrégé": lambda nom: nom.replace("Sainte-", "Ste ").replace("Saint-", "St "),
    "tout collé": lambda nom: normaliser(nom).replace(" ", ""),
}


@pytest.mark.parametrize("ecrire", ECRITURES.values(), ids=ECRITURES)
def test_chaque_commune_se_retrouve_en_premier(ecrire):
    assert [nom for code, nom in COMMUNES if resoudre(ecrire(nom), COMMUNES)[0].code_insee != code] == []


def test_deux_communes_possibles_sont_proposees_toutes_les_deux():
    voisines = [("30259", "Saint-Hilaire-de-Brethmas"), ("48160", "Saint-Hilaire-de-Lavit"), ("30007", "Alès")]
    assert resoudre("st hilaire de", voisines) == [
        CommuneProposee("48160", "Saint-Hilaire-de-Lavit", 0.826),
        CommuneProposee("30259", "Saint-Hilaire-de-Brethmas", 0.8),
    ]
    assert [c.nom for c in resoudre("st hilaire de l", voisines)] == [
        "Saint-Hilaire-de-Lavit",
        "Saint-Hilaire-de-Brethmas",
    ]


def test_un_code_postal_n_est_jamais_pris_pour_un_code_insee():
    assert ("30100", "Cruviers-Lascours") in COMMUNES
    assert resoudre("30100", COMMUNES) == []


def test_le_nom_entier_passe_avant_ceux_qui_le_contiennent():
    assert [(c.nom, c.score) for c in resoudre("Alès", COMMUNES)] == [
        ("Alès", 1.0),
        ("Brouzet-lès-Alès", 0.691),
        ("Méjannes-lès-Alès", 0.683),
        ("Saint-Christol-lez-Alès", 0.659),
    ]


@given(st.text())
def test_toute_saisie_est_acceptee_et_les_meilleures_viennent_d_abord(texte):
    notes = [c.score for c in resoudre(texte, COMMUNES)]
    assert notes == sorted(notes, reverse=True)
    assert all(0.6 <= note <= 1 for note in notes)
