"""Dates, hours and amounts, compared letter for letter, spaces included."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.dates import date_avec_jour, date_humaine, date_longue, heure, intervalle, montant, nombre
from dossiers.regles.delais import PARIS

UTC = dt.UTC
LUNDI = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (dt.date(2026, 9, 1), "1ᵉʳ\u00a0septembre\u00a02026"),
        (dt.date(2026, 8, 2), "2\u00a0août\u00a02026"),
        (dt.date(2026, 2, 28), "28\u00a0février\u00a02026"),
        (dt.datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "31\u00a0décembre\u00a02026"),
        (dt.datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "1ᵉʳ\u00a0janvier\u00a02027"),
        (dt.datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "1ᵉʳ\u00a0juillet\u00a02026"),
    ],
)
def test_une_date_s_ecrit_en_toutes_lettres_et_le_premier_du_mois_en_exposant(jour, attendu):
    assert date_longue(jour) == attendu


def test_le_premier_porte_les_signes_u1d49_et_u02b3():
    assert date_longue(dt.date(2026, 5, 1)) == "1\u1d49\u02b3\u00a0mai\u00a02026"


def test_une_date_peut_dire_son_jour():
    assert date_avec_jour(dt.date(2026, 11, 26)) == "jeudi 26\u00a0novembre\u00a02026"


@given(st.dates())
def test_aucune_date_n_a_de_zero_devant_ni_d_espace_qui_se_coupe(jour):
    ecrite = date_longue(jour)
    assert " " not in ecrite
    assert ecrite[0] != "0"
    assert ecrite.split("\u00a0")[2] == str(jour.year)


@pytest.mark.parametrize(
    ("debut", "fin", "attendu"),
    [
        (dt.date(2026, 3, 3), dt.date(2026, 3, 3), "le 3\u00a0mars\u00a02026"),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 5), "du 1ᵉʳ au 5\u00a0mars\u00a02026"),
        (dt.date(2026, 2, 28), dt.date(2026, 3, 1), "du 28\u00a0février au 1ᵉʳ\u00a0mars\u00a02026"),
        (dt.date(2025, 3, 3), dt.date(2026, 3, 3), "du 3\u00a0mars\u00a02025 au 3\u00a0mars\u00a02026"),
    ],
)
def test_un_intervalle_ne_repete_ni_le_mois_ni_l_annee(debut, fin, attendu):
    assert intervalle(debut, fin) == attendu


def test_un_intervalle_a_l_envers_est_refuse():
    with pytest.raises(ValueError, match="finit avant de commencer"):
        intervalle(LUNDI, LUNDI - dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("moment", "attendu"),
    [
        (dt.time(14, 30), "14\u00a0h\u00a030"),
        (dt.time(9, 5), "9\u00a0h\u00a005"),
        (dt.time(9, 0), "9\u00a0h"),
        (dt.time(0, 0), "0\u00a0h"),
        (dt.datetime(2026, 1, 5, 8, 12, tzinfo=UTC), "9\u00a0h\u00a012"),
        (dt.datetime(2026, 7, 5, 8, 12, tzinfo=UTC), "10\u00a0h\u00a012"),
        # both nights the hour changes: 2 h does not exist in March, comes twice in October
        (dt.datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "1\u00a0h\u00a059"),
        (dt.datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "3\u00a0h"),
        (dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2\u00a0h\u00a030"),
        (dt.datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2\u00a0h\u00a030"),
    ],
)
def test_une_heure_se_lit_a_paris(moment, attendu):
    assert heure(moment) == attendu


@pytest.mark.parametrize("fonction", [date_longue, date_avec_jour, heure, lambda m: date_humaine(m, LUNDI)])
def test_un_moment_sans_fuseau_est_refuse(fonction):
    with pytest.raises(ValueError, match="fuseau"):
        fonction(dt.datetime(2026, 1, 5, 8, 12))


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (dt.date(2026, 11, 23), "aujourd’hui"),
        (dt.date(2026, 11, 24), "demain"),
        (dt.date(2026, 11, 22), "hier"),
        (dt.date(2026, 11, 26), "jeudi 26\u00a0novembre"),
        (dt.date(2026, 12, 1), "mardi 1ᵉʳ\u00a0décembre"),
        (dt.date(2027, 1, 7), "jeudi 7\u00a0janvier\u00a02027"),
        (dt.date(2026, 11, 20), "il y a 3\u00a0jours"),
        (dt.date(2026, 10, 24), "il y a 30\u00a0jours"),
        (dt.date(2026, 10, 23), "23\u00a0octobre"),
        (dt.date(2025, 11, 23), "23\u00a0novembre\u00a02025"),
        (dt.datetime(2026, 11, 23, 13, 30, tzinfo=UTC), "aujourd’hui 14\u00a0h\u00a030"),
        (dt.datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "demain 9\u00a0h"),
        (dt.datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "demain 0\u00a0h\u00a030"),
        (dt.datetime(2026, 11, 26, 13, 30, tzinfo=UTC), "jeudi 26\u00a0novembre 14\u00a0h\u00a030"),
    ],
)
def test_une_date_proche_se_dit_comme_on_parle(jour, attendu):
    assert date_humaine(jour, LUNDI) == attendu
    assert date_humaine(jour, dt.datetime(2026, 11, 23, 23, 59, tzinfo=PARIS)) == attendu


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (0, "0"),
        (999, "999"),
        (10_000, "10\u202f000"),
        (68_952_941, "68\u202f952\u202f941"),
        (-1234, "\u22121\u202f234"),
        (Decimal("1234.50"), "1\u202f234,50"),
        (3.5, "3,5"),
    ],
)
def test_un_nombre_a_ses_espaces_fines_et_sa_virgule(valeur, attendu):
    assert nombre(valeur) == attendu


@given(st.integers())
def test_un_nombre_se_relit(valeur):
    assert int(nombre(valeur).replace("\u202f", "").replace("\u2212", "-")) == valeur


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (1100, "1\u202f100\u00a0€"),
        (Decimal("1100.00"), "1\u202f100\u00a0€"),
        (Decimal("12.5"), "12,50\u00a0€"),
        (0.125, "0,13\u00a0€"),
        (0, "0\u00a0€"),
        (-50_000, "\u221250\u202f000\u00a0€"),
    ],
)
def test_un_montant_n_a_de_centimes_que_s_il_y_en_a(valeur, attendu):
    assert montant(valeur) == attendu


def test_un_montant_dit_sa_devise():
    assert montant(1000, "k€") == "1\u202f000\u00a0k€"
