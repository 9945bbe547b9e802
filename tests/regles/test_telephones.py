"""Phone numbers, in every spelling met on a line."""

import json
import re
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.telephones import (
    Telephone,
    chiffres_recherche,
    extraire_telephones,
    formater_telephone,
    lire_telephone,
)

APPELS = json.loads((Path(__file__).parents[2] / "dossiers/donnees/appels.json").read_text())
NON_ATTRIBUE = "Numéro possible mais non attribué à ce jour\u00a0: relisez-le à la personne."
EXEMPLE = "04\u00a065\u00a071\u00a012\u00a020"
INCOMPOSABLE = (
    "Ce numéro ne se compose pas\u00a0: vérifiez l’indicatif du pays et le nombre de chiffres, "
    "par exemple +33\u00a04\u00a065\u00a071\u00a012\u00a020."
)


@pytest.mark.parametrize(
    "brut",
    [
        "0465711220",
        "04 65 71 12 20",
        "04.65.71.12.20",
        "04/65/71/12/20",
        "04-65-71-12-20",
        "04\u00a065\u202f71 12  20",
        " (04) 65 71 12 20 ",
        "+33465711220",
        "+33 4 65 71 12 20",
        "+33 (0)4 65 71 12 20",
        "+33(0)465711220",
        "+33 04 65 71 12 20",
        "+33.4.65.71.12.20",
        "0033465711220",
        "0033 (0) 4 65 71 12 20",
        "33465711220",
        "Tél. : 04 65 71 12 20",
        "04 65 71 12 20 (cabinet)",
        "04 65 71 12 20 poste 12",
        "\u202d04 65 71 12 20\u202c",
        "０４６５７１１２２０",
    ],
)
def test_un_numero_francais_se_lit_dans_toutes_ses_ecritures(brut):
    assert lire_telephone(brut) == Telephone(brut, "+33465711220", valide=True, avertissement="")


@pytest.mark.parametrize(
    ("brut", "e164"),
    [
        ("+262 692 12 34 56", "+262692123456"),
        ("0692 12 34 56", "+262692123456"),
        ("+33 692 12 34 56", "+262692123456"),
        ("0262 12 34 56", "+262262123456"),
        ("+590 590 12 34 56", "+590590123456"),
        ("0590 12 34 56", "+590590123456"),
        ("0596 50 12 34", "+596596501234"),
        ("0594 30 12 34", "+594594301234"),
        ("+32 471 23 45 67", "+32471234567"),
        ("0032 471 23 45 67", "+32471234567"),
        ("+39 06 6981 2345", "+390669812345"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("0800 123 456", "+33800123456"),
    ],
)
def test_un_numero_d_outre_mer_ou_de_l_etranger_garde_son_indicatif(brut, e164):
    assert lire_telephone(brut) == Telephone(brut, e164, valide=True, avertissement="")


def test_l_indicatif_dit_de_quel_pays_est_un_numero_sans_prefixe():
    assert lire_telephone("0471 23 45 67", "BE").e164 == "+32471234567"


@pytest.mark.parametrize("brut", ["06 39 98 11 20", "0639981120", "+33 6 39 98 11 20"])
def test_un_numero_possible_mais_non_attribue_avertit_sans_bloquer(brut):
    assert lire_telephone(brut) == Telephone(brut, "+33639981120", valide=False, avertissement=NON_ATTRIBUE)


@pytest.mark.parametrize(
    "brut", ["O6 39 98 11 20", "O6 39 98 l1 2O", "06 39 98 ll 20", "O639981I20", "OO33 6 39 98 11 20"]
)
def test_o_et_l_sont_lus_zero_et_un_mais_signales(brut):
    phrase = (
        "Des lettres ont été lues comme des chiffres\u00a0: est-ce bien le 06\u00a039\u00a098\u00a011\u00a020\u202f?"
    )
    assert lire_telephone(brut) == Telephone(brut, "+33639981120", valide=False, avertissement=phrase)


@pytest.mark.parametrize(
    "brut", ["", "  ", "?", "--", "masqué", "n° masqué", "Numéro inconnu", "ANONYME", "privé", "Unknown"]
)
def test_un_numero_masque_ou_inconnu_est_vide_sans_reproche(brut):
    assert lire_telephone(brut) == Telephone(brut, "", valide=False, avertissement="")


@pytest.mark.parametrize(
    ("brut", "phrase"),
    [
        ("063998415", f"Le numéro compte 9 chiffres\u00a0: il en faut 10, par exemple {EXEMPLE}."),
        ("06 39 98 41 5..", f"Le numéro compte 9 chiffres\u00a0: il en faut 10, par exemple {EXEMPLE}."),
        ("465711220", f"Le numéro compte 9 chiffres\u00a0: il en faut 10, par exemple {EXEMPLE}."),
        ("5", f"Le numéro compte 1 chiffre\u00a0: il en faut 10, par exemple {EXEMPLE}."),
        ("06 39 98 11 201", f"Le numéro compte 11 chiffres\u00a0: il en faut 10, par exemple {EXEMPLE}."),
        ("06 39 98 20 14 / 06 39 98 20 15", f"Notez un seul numéro ici, par exemple {EXEMPLE}."),
        ("1" * 1_000_000, f"Notez un seul numéro ici, par exemple {EXEMPLE}."),
        ("à demander", f"Notez le numéro en chiffres, par exemple {EXEMPLE}."),
        ("٠٤٦٥٧١١٢٢٠", f"Notez le numéro en chiffres, par exemple {EXEMPLE}."),
        ("3624", "Le 3624 est un numéro court, qui ne rappelle personne\u00a0: il en faut un à 10 chiffres."),
        ("15", "Le 15 est un numéro court, qui ne rappelle personne\u00a0: il en faut un à 10 chiffres."),
        ("4657112200", f"Le numéro commence par 0, ou par + et l’indicatif du pays\u00a0: par exemple {EXEMPLE}."),
        (
            "+33 6 39 98 11",
            "Après +33, le numéro compte 7 chiffres\u00a0: il en faut 9, "
            "par exemple +33\u00a04\u00a065\u00a071\u00a012\u00a020.",
        ),
        ("+999 123 456 789", INCOMPOSABLE),
        ("+32 4", INCOMPOSABLE),
    ],
)
def test_un_numero_qui_ne_se_compose_pas_dit_ce_qui_est_attendu(brut, phrase):
    assert lire_telephone(brut) == Telephone(brut, "", valide=False, avertissement=phrase)


SAISIES = st.text() | st.text("0123456789+()-./ \u00a0OolI|#posteext", max_size=40)


@given(SAISIES)
def test_aucune_saisie_ne_leve_d_erreur_et_tout_refus_porte_une_phrase(brut):
    lu = lire_telephone(brut)
    assert lu.brut == brut
    assert lu.e164 == "" or re.fullmatch(r"\+[1-9]\d{4,14}", lu.e164)
    assert lu.avertissement == "" or (lu.avertissement[-1] in ".?" and not re.search(r" [:;?!]", lu.avertissement))
    assert lu.valide is (lu.e164 != "" and phonenumbers.is_valid_number(phonenumbers.parse(lu.e164)))


FRANCAIS = st.integers(100_000_000, 799_999_999).map(lambda n: f"0{n}")


@given(
    FRANCAIS,
    st.sampled_from(["", " ", ".", "-", "/", "\u00a0"]),
    st.sampled_from(["0", "+33", "+33 (0)", "0033", "0033 "]),
)
def test_toutes_les_ecritures_d_un_numero_se_composent_pareil_et_se_retrouvent(numero, coupe, prefixe):
    ecrit = prefixe + numero[1] + "".join(coupe + numero[i : i + 2] for i in range(2, 10, 2))
    lu = lire_telephone(ecrit)
    assert lu.e164 == lire_telephone(numero).e164 != ""
    assert chiffres_recherche(ecrit) == numero == chiffres_recherche(lu.e164)


@given(SAISIES)
def test_un_numero_mis_en_forme_se_relit_tel_quel(brut):
    e164 = lire_telephone(brut).e164
    assert lire_telephone(formater_telephone(e164)).e164 == e164


@pytest.mark.parametrize(
    ("e164", "attendu"),
    [
        ("+33465711220", EXEMPLE),
        ("+262692123456", "+262\u00a0692\u00a012\u00a034\u00a056"),
        ("+32471234567", "+32\u00a0471\u00a023\u00a045\u00a067"),
        ("", ""),
        ("masqué", "masqué"),
        ("+999123456", "+999123456"),
    ],
)
def test_un_numero_se_lit_par_paires_ou_avec_son_indicatif(e164, attendu):
    assert formater_telephone(e164) == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("04 65 71", "046571"),
        ("+33 4 65 71", "046571"),
        ("0033 (0)4 65", "0465"),
        ("71 12 20", "711220"),
        ("O6 39 98 l1 2O", "0639981120"),
        ("+262 692 12", "069212"),
        ("0692 12", "069212"),
        ("+32 471 23 45 67", "32471234567"),
        ("33465711220", "0465711220"),
        ("123", ""),
        ("Delmas", ""),
        ("", ""),
    ],
)
def test_la_recherche_ramene_tout_numero_a_sa_forme_nationale(texte, attendu):
    assert chiffres_recherche(texte) == attendu


@given(st.text())
def test_la_recherche_accepte_toute_saisie(texte):
    assert re.fullmatch(r"(\d{4,})?", chiffres_recherche(texte), re.ASCII)


@pytest.mark.parametrize("appel", APPELS, ids=lambda a: f"appel {a['id']}")
def test_les_numeros_des_trente_appels_sont_retrouves(appel):
    trouves = [formater_telephone(t.e164).replace("\u00a0", "") for t in extraire_telephones(appel["texte"])]
    assert trouves == appel["attendu"]["telephones"]


def test_un_texte_donne_ses_numeros_dans_l_ordre_et_une_seule_fois():
    texte = (
        "Cabinet 04.65.71.12.20, port. +33 (0)6 39 98 11 20 (ou 0639981120), Liège +32 471 23 45 67, 3646, 30100 Alès"
    )
    assert [t.e164 for t in extraire_telephones(texte)] == ["+33465711220", "+33639981120", "+32471234567"]


@pytest.mark.parametrize(
    "texte", ["", "06 39 98 41 5.. (coupé)", "budget 350-400 000 euros", "le 04/05/2026", "1 85 05 78 006 084 91"]
)
def test_un_texte_sans_numero_entier_n_en_donne_aucun(texte):
    assert extraire_telephones(texte) == []
