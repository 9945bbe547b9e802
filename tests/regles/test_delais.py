"""The clock, against cases counted by hand on a calendar and against a slow, independent oracle."""

import datetime as dt
import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.regles.delais import (
    NATIONAL,
    PARIS,
    Calendrier,
    JourCompte,
    Pause,
    delai_franc,
    echeance,
    expliquer,
    jour_de,
    retard_ouvres,
)
from dossiers.regles.feries import ANNEES, jours_feries, selon_la_bibliotheque

UTC = dt.UTC
PONTS = Calendrier("agglo-2026", frozenset({dt.date(2026, 5, 15), dt.date(2026, 12, 24), dt.date(2026, 12, 31)}))


def jour(texte: str) -> dt.date:
    return dt.date.fromisoformat(texte)


# --- the law's calendar ---------------------------------------------------------------------------------------------


def paques(annee: int) -> dt.date:
    """Easter by the Gregorian computus, independent of the library."""
    a, b, c = annee % 19, annee // 100, annee % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    m = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    n = (a + 11 * h + 22 * m) // 451
    mois, quantieme = divmod(h + m - 7 * n + 114, 31)
    return dt.date(annee, mois, quantieme + 1)


def feries_de_la_loi(annee: int) -> set[dt.date]:
    """The eleven holidays of the code du travail (L3133-1)."""
    fixes = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    return {dt.date(annee, *md) for md in fixes} | {paques(annee) + dt.timedelta(days=n) for n in (1, 39, 50)}


@pytest.mark.parametrize("annee", range(2024, 2041))
def test_les_jours_feries_sont_ceux_de_la_loi(annee):
    assert set(jours_feries(annee)) == feries_de_la_loi(annee)


def test_la_table_des_jours_feries_est_celle_de_la_bibliotheque():
    ecarts = [annee for annee in ANNEES if jours_feries(annee) != selon_la_bibliotheque(annee)]
    assert ecarts == [], "La bibliothèque a changé : « manage.py ecrire_jours_feries », puis lisez la différence."


@pytest.mark.parametrize("annee", [ANNEES.start - 1, ANNEES.stop])
def test_une_annee_hors_de_la_table_est_demandee_a_la_bibliotheque(annee):
    assert set(jours_feries(annee)) == feries_de_la_loi(annee)


def test_les_jours_feries_portent_leur_nom_francais():
    assert jours_feries(2026) == {
        jour("2026-01-01"): "Jour de l’an",
        jour("2026-04-06"): "Lundi de Pâques",
        jour("2026-05-01"): "Fête du Travail",
        jour("2026-05-08"): "Fête de la Victoire",
        jour("2026-05-14"): "Ascension",
        jour("2026-05-25"): "Lundi de Pentecôte",
        jour("2026-07-14"): "Fête nationale",
        jour("2026-08-15"): "Assomption",
        jour("2026-11-01"): "Toussaint",
        jour("2026-11-11"): "Armistice",
        jour("2026-12-25"): "Noël",
    }
    assert jours_feries(2008)[jour("2008-05-01")] == "Ascension et Fête du Travail"


@pytest.mark.parametrize(
    ("quand", "raison"),
    [
        ("2026-11-23", None),
        ("2026-11-28", "samedi"),
        ("2026-11-29", "dimanche"),
        ("2022-05-01", "dimanche"),
        ("2022-05-02", None),
        ("2026-04-03", None),
        ("2026-04-06", "Lundi de Pâques"),
        ("2026-05-15", "fermeture du service"),
    ],
)
def test_un_jour_chome_dit_pourquoi(quand, raison):
    assert PONTS.raison_chomee(jour(quand)) == raison
    assert PONTS.est_ouvre(jour(quand)) is (raison is None)


# --- working days, counted by hand ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("depart", "delai", "attendue"),
    [
        ("2026-01-05", 1, "2026-01-06"),  # Monday to Tuesday
        ("2026-01-09", 1, "2026-01-12"),  # Friday to Monday
        ("2026-01-10", 1, "2026-01-12"),  # from a Saturday
        ("2026-01-11", 1, "2026-01-12"),  # from a Sunday
        ("2026-01-05", 5, "2026-01-12"),  # five working days are a week
        ("2025-12-31", 1, "2026-01-02"),  # over New Year's Day
        ("2025-12-24", 1, "2025-12-26"),  # over Christmas, a Thursday
        ("2026-04-02", 1, "2026-04-03"),  # Good Friday is worked
        ("2026-04-03", 1, "2026-04-07"),  # over Easter Monday
        ("2026-04-30", 1, "2026-05-04"),  # over 1 May, a Friday
        ("2026-04-30", 5, "2026-05-11"),  # over 1 and 8 May
        ("2026-05-13", 1, "2026-05-15"),  # over Ascension
        ("2026-05-22", 1, "2026-05-26"),  # over Whit Monday
        ("2026-05-04", 10, "2026-05-20"),  # over 8 May and Ascension
        ("2026-07-13", 1, "2026-07-15"),  # over 14 July, a Tuesday
        ("2026-08-14", 1, "2026-08-17"),  # 15 August on a Saturday costs nothing
        ("2026-10-30", 1, "2026-11-02"),  # All Saints' on a Sunday is not carried
        ("2026-11-10", 1, "2026-11-12"),  # over 11 November
        ("2026-12-24", 1, "2026-12-28"),  # over Christmas, a Friday
        ("2026-12-31", 1, "2027-01-04"),  # over New Year's Day, a Friday
        ("2022-04-29", 1, "2022-05-02"),  # 1 May on a Sunday
        ("2022-05-06", 1, "2022-05-09"),  # 8 May on a Sunday
        ("2024-02-28", 2, "2024-03-01"),  # 29 February counts
        ("2026-11-25", 0, "2026-11-25"),  # no delay
        ("2026-11-22", 0, "2026-11-22"),  # no delay, on a Sunday
        ("2026-11-23", 15, "2026-12-14"),  # three weeks
        ("2026-12-14", 10, "2026-12-29"),  # two weeks and Christmas
        ("2008-04-30", 1, "2008-05-02"),  # Ascension on 1 May
        ("2025-12-31", 252, "2026-12-31"),  # all of 2026: 261 days from Monday to Friday, nine of them holidays
        ("2026-11-23", 25, "2026-12-29"),  # five weeks and Christmas
    ],
)
def test_une_echeance_en_jours_ouvres_est_celle_qu_on_compte_a_la_main(depart, delai, attendue):
    assert echeance(jour(depart), delai) == jour(attendue)


@pytest.mark.parametrize(
    ("depart", "attendue"), [("2026-05-13", "2026-05-18"), ("2026-12-23", "2026-12-28"), ("2026-12-30", "2027-01-04")]
)
def test_les_fermetures_du_service_repoussent_l_echeance(depart, attendue):
    assert echeance(jour(depart), 1, "ouvres", PONTS) == jour(attendue)


@pytest.mark.parametrize(
    ("delai", "attendue"), [(0, "2026-11-23"), (10, "2026-12-03"), (25, "2026-12-18"), (40, "2027-01-02")]
)
def test_une_echeance_en_jours_compte_tous_les_jours(delai, attendue):
    assert echeance(jour("2026-11-23"), delai, "jours", PONTS) == jour(attendue)


def test_un_delai_negatif_est_refuse():
    with pytest.raises(ValueError, match="négatif"):
        echeance(jour("2026-11-23"), -1)


# --- both nights the hour changes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "attendue"),
    [
        ("2026-03-28T22:59:59", "2026-03-29"),
        ("2026-03-28T23:00:00", "2026-03-30"),
        ("2026-03-29T00:59:59", "2026-03-30"),
        ("2026-03-29T01:00:00", "2026-03-30"),
        ("2026-03-29T21:59:59", "2026-03-30"),
        ("2026-03-29T22:00:00", "2026-03-31"),
        ("2026-10-24T21:59:59", "2026-10-25"),
        ("2026-10-24T22:00:00", "2026-10-26"),
        ("2026-10-25T00:30:00", "2026-10-26"),
        ("2026-10-25T01:30:00", "2026-10-26"),
        ("2026-10-25T22:59:59", "2026-10-26"),
        ("2026-10-25T23:00:00", "2026-10-27"),
    ],
)
def test_un_jour_reste_un_jour_les_nuits_de_changement_d_heure(moment, attendue):
    assert echeance(dt.datetime.fromisoformat(moment).replace(tzinfo=UTC), 1, "jours") == jour(attendue)


def test_un_moment_sans_fuseau_est_refuse():
    with pytest.raises(ValueError, match="fuseau"):
        jour_de(dt.datetime(2026, 1, 5, 8, 12))


@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.timezones()))
def test_le_fuseau_d_ou_l_on_parle_ne_change_pas_le_jour(moment):
    assert jour_de(moment) == jour_de(moment.astimezone(UTC)) == moment.astimezone(PARIS).date()


# --- pauses ---------------------------------------------------------------------------------------------------------


def test_une_pause_arrete_le_compte_et_le_jour_de_reprise_compte():
    pause = Pause(jour("2026-11-25"), jour("2026-11-30"), "pièces demandées")
    assert expliquer(jour("2026-11-23"), 3, pauses=[pause]) == [
        JourCompte(jour("2026-11-23"), 0, "jour de départ, non compté"),
        JourCompte(jour("2026-11-24"), 1, "jour ouvré"),
        JourCompte(jour("2026-11-25"), 0, "pause\u00a0: pièces demandées"),
        JourCompte(jour("2026-11-26"), 0, "pause\u00a0: pièces demandées"),
        JourCompte(jour("2026-11-27"), 0, "pause\u00a0: pièces demandées"),
        JourCompte(jour("2026-11-28"), 0, "pause\u00a0: pièces demandées"),
        JourCompte(jour("2026-11-29"), 0, "pause\u00a0: pièces demandées"),
        JourCompte(jour("2026-11-30"), 2, "jour ouvré"),
        JourCompte(jour("2026-12-01"), 3, "jour ouvré"),
    ]
    assert echeance(jour("2026-11-23"), 3, pauses=[pause]) == jour("2026-12-01")


def test_une_pause_ouverte_laisse_sans_echeance_et_l_explication_s_arrete_la():
    pause = Pause(jour("2026-11-25"), None, "report du projet")
    assert echeance(jour("2026-11-23"), 3, pauses=[pause]) is None
    assert expliquer(jour("2026-11-23"), 3, pauses=[pause]) == [
        JourCompte(jour("2026-11-23"), 0, "jour de départ, non compté"),
        JourCompte(jour("2026-11-24"), 1, "jour ouvré"),
        JourCompte(jour("2026-11-25"), 0, "pause\u00a0: report du projet"),
    ]


def test_une_pause_ouverte_apres_le_terme_ne_change_rien():
    pause = Pause(jour("2026-11-25"), None, "report du projet")
    assert echeance(jour("2026-11-23"), 1, pauses=[pause]) == jour("2026-11-24")


def test_une_pause_ouverte_et_close_le_meme_jour_n_arrete_rien():
    pause = Pause(jour("2026-11-24"), jour("2026-11-24"), "erreur")
    assert echeance(jour("2026-11-23"), 2, pauses=[pause]) == jour("2026-11-25")


def test_l_ordre_et_le_recouvrement_des_pauses_ne_comptent_pas():
    longue = Pause(jour("2026-11-24"), jour("2026-12-03"), "attente")
    courte = Pause(jour("2026-11-25"), jour("2026-11-27"), "attente")
    assert {echeance(jour("2026-11-23"), 1, pauses=p) for p in ([longue, courte], [courte, longue], [longue])} == {
        jour("2026-12-03")
    }


# --- the explanation ------------------------------------------------------------------------------------------------


def test_l_explication_dit_de_chaque_jour_s_il_compte_et_pourquoi():
    assert [(j.jour.day, j.compte, j.pourquoi) for j in expliquer(jour("2026-05-13"), 2, "ouvres", PONTS)] == [
        (13, False, "jour de départ, non compté"),
        (14, False, "Ascension"),
        (15, False, "fermeture du service"),
        (16, False, "samedi"),
        (17, False, "dimanche"),
        (18, True, "jour ouvré"),
        (19, True, "jour ouvré"),
    ]


def test_en_jours_l_explication_compte_aussi_le_dimanche():
    assert [j.rang for j in expliquer(jour("2026-11-27"), 3, "jours")] == [0, 1, 2, 3]


# --- the slow oracle ------------------------------------------------------------------------------------------------

DATES = st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31))


@st.composite
def _cas(draw):
    depart = draw(DATES)
    proche = st.integers(-5, 60).map(lambda n: depart + dt.timedelta(days=n))
    fermetures = frozenset(draw(st.lists(proche, max_size=4)))
    durees = st.none() | st.integers(0, 30)
    pauses = [
        Pause(d, n if n is None else d + dt.timedelta(days=n), "x")
        for d, n in draw(st.lists(st.tuples(proche, durees), max_size=3))
    ]
    return depart, draw(st.integers(0, 45)), draw(st.sampled_from(["ouvres", "jours"])), fermetures, pauses


def oracle(depart, delai, unite, fermetures, pauses):
    """Write down three hundred days, strike out what does not count, read the one that is left at the right place."""
    jours = [depart + dt.timedelta(days=n) for n in range(1, 300)]
    for pause in pauses:
        jours = [j for j in jours if j < pause.debut or (pause.fin is not None and j >= pause.fin)]
    if unite == "ouvres":
        chomes = {f for annee in range(depart.year, depart.year + 2) for f in feries_de_la_loi(annee)} | fermetures
        jours = [j for j in jours if j.isoweekday() <= 5 and j not in chomes]
    jours = [depart, *jours]
    return jours[delai] if delai < len(jours) else None


@settings(max_examples=1200, deadline=None)
@given(_cas())
def test_l_horloge_ne_differe_jamais_de_l_oracle(cas):
    depart, delai, unite, fermetures, pauses = cas
    calendrier = Calendrier("essai", fermetures)
    attendue = oracle(depart, delai, unite, fermetures, pauses)
    assert echeance(depart, delai, unite, calendrier, pauses=pauses) == attendue
    explication = expliquer(depart, delai, unite, calendrier, pauses=pauses)
    assert [j.jour for j in explication] == [depart + dt.timedelta(days=n) for n in range(len(explication))]
    comptes = [j.rang for j in explication if j.compte]
    assert comptes == list(range(1, len(comptes) + 1))
    assert len(comptes) == delai or attendue is None


@given(DATES, st.integers(0, 120), st.frozensets(DATES, max_size=3))
def test_ajouter_puis_compter_rend_le_nombre_de_jours(depart, nombre, fermetures):
    calendrier = Calendrier("essai", fermetures)
    fin = calendrier.ajouter_ouvres(depart, nombre)
    assert fin == echeance(depart, nombre, "ouvres", calendrier)
    assert calendrier.ouvres_entre(depart, fin) == nombre == -calendrier.ouvres_entre(fin, depart)


@given(DATES, st.integers(1, 60))
def test_reculer_d_autant_revient_au_jour_ouvre_de_depart(depart, nombre):
    depart = NATIONAL.ajouter_ouvres(depart, 1)
    assert NATIONAL.ajouter_ouvres(NATIONAL.ajouter_ouvres(depart, nombre), -nombre) == depart


@given(DATES, st.integers(0, 40), st.integers(0, 60))
def test_le_retard_est_nul_jusqu_a_l_echeance_puis_croit(depart, delai, ecoules):
    limite = echeance(depart, delai)
    aujourdhui = depart + dt.timedelta(days=ecoules)
    retard = retard_ouvres(limite, aujourdhui)
    assert (retard == 0) is (
        not any(NATIONAL.est_ouvre(limite + dt.timedelta(days=n)) for n in range(1, (aujourdhui - limite).days + 1))
    )
    assert retard_ouvres(limite, aujourdhui + dt.timedelta(days=1)) - retard in {0, 1}


@pytest.mark.parametrize(
    ("limite", "aujourdhui", "retard"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-23", "2026-11-20", 0),
        ("2026-11-23", "2026-11-24", 1),
        ("2026-11-27", "2026-11-29", 0),
        ("2026-11-27", "2026-11-30", 1),
        ("2026-12-24", "2026-12-28", 1),
        ("2026-11-23", "2026-12-14", 15),
    ],
)
def test_le_retard_se_compte_en_jours_ouvres(limite, aujourdhui, retard):
    assert retard_ouvres(jour(limite), jour(aujourdhui)) == retard


# --- appeals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notification", "attendue"),
    [
        ("2026-01-15", "2026-03-16"),
        ("2025-03-20", "2025-05-21"),
        ("2024-11-12", "2025-01-13"),
        ("2007-10-01", "2007-12-03"),  # 2 December 2007 was a Sunday
        ("2025-12-31", "2026-03-02"),  # no 31 February; 1 March 2026 is a Sunday
        ("2023-12-31", "2024-03-01"),  # a leap year
        ("2026-02-28", "2026-04-29"),
        ("2026-04-30", "2026-07-01"),
        ("2026-03-07", "2026-05-11"),  # 8 May 2026 is a Friday
        ("2026-02-04", "2026-04-07"),  # Easter Sunday, then Monday
        ("2026-10-31", "2027-01-04"),  # New Year's Day, a Friday
    ],
)
def test_le_delai_de_recours_est_franc_et_va_de_quantieme_a_quantieme(notification, attendue):
    assert delai_franc(jour(notification)) == jour(attendue)


def test_le_delai_de_recours_part_du_jour_de_paris_et_dit_ses_mois():
    assert delai_franc(dt.datetime(2026, 1, 15, 23, 30, tzinfo=UTC)) == jour("2026-03-17")
    assert delai_franc(jour("2026-08-14"), mois=1) == jour("2026-09-15")


# --- cost -----------------------------------------------------------------------------------------------------------


def test_les_jours_feries_d_une_annee_ne_se_calculent_qu_une_fois():
    jours_feries(2031)
    avant = jours_feries.cache_info()
    timeit.timeit(lambda: NATIONAL.est_ouvre(dt.date(2031, 6, 2)), number=1000)
    apres = jours_feries.cache_info()
    assert (apres.misses - avant.misses, apres.hits - avant.hits) == (0, 1000)
