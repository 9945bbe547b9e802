"""Dossier numbers, proved over whole ranges rather than on chosen examples."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.numeros import (
    ALPHABET,
    BASE,
    ETENDUE,
    epeler,
    est_numero_valide,
    fabriquer_numero,
    lire_numero,
    lire_numero_dit,
    numeros_proches,
    rpps_valide,
)

SEQUENCES = st.integers(0, ETENDUE - 1)


def test_l_alphabet_n_a_que_des_signes_distincts_a_l_oeil_et_un_nombre_premier():
    assert len(set(ALPHABET)) == BASE == 23
    assert set(ALPHABET) & set("0O1IBGSZDNUWE") == set()
    assert all(BASE % n for n in range(2, BASE))


def test_les_premiers_numeros_ne_changeront_plus():
    assert [fabriquer_numero(n) for n in range(4)] == ["5VA-LXF-R", "FFR-96Y-7", "Q27-3FF-J", "3LL-QMX-6"]


def test_dix_mille_sequences_donnent_dix_mille_numeros():
    assert len({fabriquer_numero(n) for n in range(10_000)}) == 10_000


@given(SEQUENCES, SEQUENCES)
def test_deux_sequences_ont_deux_numeros(une, autre):
    assert (fabriquer_numero(une) == fabriquer_numero(autre)) is (une == autre)


@given(st.integers(0, ETENDUE - 2))
def test_deux_numeros_voisins_different_par_leurs_six_signes(sequence):
    un, suivant = fabriquer_numero(sequence)[:7], fabriquer_numero(sequence + 1)[:7]
    assert [a for a, b in zip(un, suivant, strict=True) if a == b] == ["-"]


@pytest.mark.parametrize("sequence", [-1, ETENDUE])
def test_une_sequence_hors_etendue_est_refusee(sequence):
    with pytest.raises(ValueError, match="hors de l’étendue"):
        fabriquer_numero(sequence)


def test_l_etendue_depasse_dix_millions_jusqu_au_dernier_numero():
    assert ETENDUE == 148_035_889
    assert est_numero_valide(fabriquer_numero(ETENDUE - 1))


@given(SEQUENCES)
def test_toute_faute_d_un_caractere_est_vue(sequence):
    numero = fabriquer_numero(sequence)
    signes = numero.replace("-", "")
    # what a mistake may be read as: nothing, or the very same number (a Z written for a 2)
    lus = {
        lire_numero(signes[:i] + c + signes[i + 1 :]) for i in range(7) for c in string.ascii_uppercase + string.digits
    }
    assert lus == {None, numero}


@given(SEQUENCES)
def test_tout_echange_de_deux_caracteres_est_vu(sequence):
    numero = fabriquer_numero(sequence)
    signes = numero.replace("-", "")
    for i in range(7):
        for j in range(i + 1, 7):
            echange = list(signes)
            echange[i], echange[j] = echange[j], echange[i]
            assert lire_numero("".join(echange)) == (numero if signes[i] == signes[j] else None)


@given(SEQUENCES)
def test_un_caractere_oublie_ou_double_est_vu(sequence):
    signes = fabriquer_numero(sequence).replace("-", "")
    fautes = [signes[:i] + signes[i + 1 :] for i in range(7)] + [signes[: i + 1] + signes[i:] for i in range(7)]
    assert {lire_numero(faute) for faute in fautes} == {None}


@given(
    SEQUENCES, st.sampled_from([str.lower, lambda n: n.replace("-", ""), lambda n: n.replace("-", " "), " {} ".format])
)
def test_un_numero_se_relit_sans_sa_casse_ni_ses_tirets(sequence, ecrire):
    numero = fabriquer_numero(sequence)
    assert lire_numero(ecrire(numero)) == lire_numero(f"dossier n° {ecrire(numero)}") == numero


@given(st.text())
def test_toute_saisie_est_un_numero_complet_ou_rien(texte):
    lu = lire_numero(texte)
    assert lu is None or lire_numero(lu) == lu
    assert est_numero_valide(texte) is (lu is not None)


def test_les_lettres_qui_ressemblent_a_un_chiffre_sont_lues_comme_lui():
    numero = next(n for n in map(fabriquer_numero, range(5000)) if {"2", "5", "6", "8"} <= set(n))
    assert lire_numero(numero.translate(str.maketrans("2568", "ZSGB"))) == numero


@pytest.mark.parametrize(
    "texte", ["", "Delmas", "K7F-4Q2", "K7O-4Q2-J", "0000000", "K7F-4Q2-JJ", "٢٣٤٥٦٧٨", "n°", "a" * 100_000]
)
def test_ce_qui_n_est_pas_un_numero_n_est_pas_devine(texte):
    assert lire_numero(texte) is None


def test_un_numero_s_epelle_avec_l_alphabet_du_telephone_francais():
    assert epeler("K7F-4Q2-Y") == "K comme Kléber, 7, F comme François – 4, Q comme Quintal, 2 – Y comme Yvonne"


@given(SEQUENCES)
def test_chaque_lettre_d_un_numero_a_son_prenom(sequence):
    numero = fabriquer_numero(sequence)
    assert epeler(numero).count(" comme ") == sum(signe.isalpha() for signe in numero)


@pytest.mark.parametrize("texte", ["10002909371", "10000001916", "99700218896", "1000 290 9371", " 99700218896 "])
def test_un_numero_rpps_juste_est_reconnu(texte):
    assert rpps_valide(texte)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "1000290937",
        "100029093710",
        "810002909371",
        "00000000000",
        "1000290937A",
        "１０００２９０９３７１",
        "10002909317",
    ],
)
def test_un_numero_rpps_faux_est_refuse(texte):
    assert not rpps_valide(texte)


@pytest.mark.parametrize("rang", range(11))
def test_un_chiffre_faux_d_un_rpps_est_toujours_vu(rang):
    juste = "10002909371"
    assert [c for c in string.digits if rpps_valide(juste[:rang] + c + juste[rang + 1 :])] == [juste[rang]]


@given(st.integers(0, ETENDUE - 1))
def test_un_numero_dit_se_relit(sequence):
    numero = fabriquer_numero(sequence)
    assert lire_numero_dit(epeler(numero)) == numero


@given(st.integers(0, ETENDUE - 1), st.integers(0, 6), st.sampled_from(ALPHABET))
def test_une_faute_de_frappe_est_a_un_pas_du_numero(sequence, place, signe):
    numero = fabriquer_numero(sequence)
    colle = numero.replace("-", "")
    essais = [
        colle[:place] + signe + colle[place + 1 :],
        colle[:place] + colle[place + 1 :],
        colle[:place] + signe + colle[place:],
    ]
    trouves = [numero in numeros_proches(e) for e in essais]
    # five numbers in a hundred have no digit: those that have a vowel read as a name
    assert trouves == [any(c.isdigit() for c in e) or not set(e) & set("AEIOUY") for e in essais]


@pytest.mark.parametrize("texte", ["delmas", "marcal", "0465711220", "", "K7F", "claire delmas"])
def test_un_nom_ou_un_telephone_n_est_proche_d_aucun_numero(texte):
    assert (numeros_proches(texte), lire_numero_dit(texte)) == ([], None)
