"""Cells as people fill them: dates, hours, names, headers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.delais import PARIS
from dossiers.regles.imports.champs import CHAMPS, deviner, deviner_entete
from dossiers.regles.imports.valeurs import Illisible, lire_besoins, lire_choix, lire_moment, lire_qui, separer_communes

LE_5 = dt.datetime(2026, 1, 5, 9, 12, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("date", "heure"),
    [
        ("05/01/2026 9h12", ""), ("5/1/26", "9 h 12"), ("2026-01-05T09:12:00", ""), ("2026-01-05",
        "09:12:00"), ("05.01.2026 09:12", ""),
        ("lundi 5 janvier 2026 à 9 h 12", ""), ("5 janv. 2026", "9:12"), ("46027.38333333333", ""), ("46027", "0.38333333333333336"),
        ("05-01-2026 à 9h12", ""),
    ],
)  # fmt: skip
def test_une_date_se_lit_comme_on_l_ecrit(date, heure):
    assert lire_moment(date, heure) == (LE_5, True)


def test_sans_heure_c_est_midi_et_cela_se_sait():
    assert lire_moment("05/01/2026") == (LE_5.replace(hour=12, minute=0), False)


@pytest.mark.parametrize(
    ("date", "heure", "phrase"),
    [
        ("", "", "la date de l’appel manque"),
        ("hier", "", "cette date ne se lit pas : écrivez par exemple 05/01/2026 9 h 12"),
        ("31/02/2026", "", "cette date n’existe pas : écrivez par exemple 05/01/2026 9 h 12"),
        ("05/13/2026", "", "cette date n’existe pas : écrivez par exemple 05/01/2026 9 h 12"),
        ("05/01/2026", "25h", "cette heure ne se lit pas : écrivez par exemple 9 h 12"),
        ("05/01/2026", "tôt", "cette heure ne se lit pas : écrivez par exemple 9 h 12"),
    ],
)
def test_une_date_illisible_dit_ce_qu_on_attend(date, heure, phrase):
    with pytest.raises(Illisible) as dit:
        lire_moment(date, heure)
    assert str(dit.value) == phrase


@given(st.text(max_size=40), st.text(max_size=10))
def test_aucune_date_ne_casse_rien(date, heure):
    phrase = "lue"
    try:
        lire_moment(date, heure)
    except Illisible as dit:
        phrase = str(dit)
    assert phrase


@pytest.mark.parametrize(
    ("cellule", "attendu"),
    [
        ("Dr DELMAS Claire", ("Delmas", "Claire", "")),
        ("Mme Claire Delmas", ("Delmas", "Claire", "madame")),
        ("Mme le Dr Hélène SABATIER", ("Sabatier", "Hélène", "madame")),
        ("M. De Smet, Jan", ("De Smet", "Jan", "monsieur")),
        ("Dr P. Aubanel", ("Aubanel", "P.", "")),
        ("BENALI", ("Benali", "", "")),
        ("roux claire", ("Roux", "Claire", "")),
        ("", ("", "", "")),
    ],
)
def test_un_nom_se_coupe_en_deux(cellule, attendu):
    assert lire_qui(cellule, frozenset({"claire"})) == attendu


def test_les_besoins_et_les_communes_se_separent():
    libelles = {"logement": "Logement", "scolarisation": "Scolarisation", "formalites": "Formalités d’installation"}
    assert lire_besoins("Logement ; école/ordre + piscine", libelles) == (
        ["logement", "scolarisation", "formalites"],
        ["piscine"],
    )
    assert separer_communes("Anduze / Générargues, Alès ou Bagard") == ["Anduze", "Générargues", "Alès", "Bagard"]


def test_un_choix_se_reconnait_par_son_code_son_libelle_ou_un_mot():
    libelles = {"": "non dit", "repondeur": "Répondeur", "telephone": "Téléphone"}
    mots = {"repondeur": ("msg",), "accueil": ("rdv",)}
    assert [lire_choix(t, mots, libelles) for t in ("REPONDEUR", "Msg", "téléphone", "rdv", "fax", "")] == [
        "repondeur", "repondeur", "telephone", "", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entete", "champ"),
    [
        ("Tél", "numero"), ("TEL.", "numero"), ("Tél. portable", "numero"), ("Nom du médecin", "qui"), ("Date appel",
        "date"), ("Mél", "courriel"),
        ("Adresse e-mail", "courriel"), ("Prénom", "prenom"), ("Commune(s) visée(s)", "communes"), ("Objet de l’appel", "besoins"),
        ("Profession du conjoint", "conjoint_metier"), ("Tél conjoint", "conjoint_numero"), ("Observations diverses", "texte"),
        ("À rappeler le", "rappel"), ("N°", "ancien_numero"), ("Couleur préférée", ""), ("", ""),
    ],
)  # fmt: skip
def test_un_titre_se_devine(entete, champ):
    assert deviner_entete(entete) == champ


def test_une_colonne_sans_titre_parlant_se_devine_par_ce_qu_elle_contient():
    valeurs = [
        ["05/01/2026", "6/1/26"],
        ["04 65 71 12 20", "0465711221"],
        ["a@example.org", ""],
        ["9h12", "10 h"],
        ["x", "y"],
    ]
    assert deviner(["A", "B", "C", "D", "E"], valeurs) == ["date", "numero", "courriel", "heure", ""]


def test_un_champ_ne_va_qu_a_une_colonne_et_le_second_telephone_aux_notes():
    assert deviner(["Tél", "Téléphone", "Nom", "Nom de famille"], [[], [], [], []]) == ["numero", "numero_2", "nom", ""]


def test_une_colonne_nom_qui_porte_aussi_le_prenom_est_lue_comme_telle():
    assert deviner(["Date", "Nom"], [[], ["DELMAS Claire", "Roux Paul"]]) == ["date", "qui"]


def test_aucun_titre_ne_designe_deux_champs():
    titres = [e for champ in CHAMPS.values() for e in champ.entetes]
    assert sorted(titres) == sorted(set(titres))
