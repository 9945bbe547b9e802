"""Half-days, next attempts and alarms, over all days and hours."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.delais import NATIONAL, PARIS, Calendrier
from dossiers.regles.rappels import (
    HEURES,
    PATIENCE,
    Demi,
    Presence,
    demi_de,
    distinctes,
    message_vocal,
    plus_proche,
    prochaine,
    reculer,
)

JOURS = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
HEURES_DITES = st.times(dt.time(8), dt.time(19))
DEMIS = st.builds(Demi, JOURS, st.booleans())


def a(texte):
    return dt.datetime.fromisoformat(texte).replace(tzinfo=PARIS)


@st.composite
def situations(draw):
    """A half-day tried, a moment of the days around it, the calendar of a house and the absences of an agent."""
    tentee = draw(DEMIS)
    jours = st.integers(-5, 25).map(lambda n: tentee.jour + dt.timedelta(days=n))
    fermetures = draw(st.frozensets(jours, max_size=6))
    conges = draw(st.lists(st.tuples(jours, st.integers(0, 20)), max_size=3))
    absences = tuple((debut, debut + dt.timedelta(days=n)) for debut, n in conges)
    moment = dt.datetime.combine(draw(jours), draw(HEURES_DITES), PARIS)
    return tentee, moment, Presence(Calendrier("essai", fermetures), absences)


@given(situations())
def test_le_prochain_essai_est_a_venir_dans_l_autre_moitie_d_un_jour_ouvre(situation):
    tentee, maintenant, presence = situation
    suivante = prochaine(tentee, maintenant, presence)
    assert suivante.apres_midi is not tentee.apres_midi
    assert suivante.jour > tentee.jour
    assert suivante.terme > maintenant
    assert presence.calendrier.est_ouvre(suivante.jour)


@given(situations())
def test_le_prochain_essai_attend_l_agent_tant_que_cinq_jours_suffisent(situation):
    tentee, maintenant, presence = situation
    suivante = prochaine(tentee, maintenant, presence)
    # the five candidates, written otherwise: working days whose half-day is still to come
    tous = (tentee.jour + dt.timedelta(days=n) for n in range(1, 90))
    possibles = [
        j for j in tous if presence.calendrier.est_ouvre(j) and Demi(j, not tentee.apres_midi).terme > maintenant
    ][:5]
    la = [j for j in possibles if presence.est_la(j)]
    assert suivante.jour == (la or possibles)[0]


def test_un_essai_du_jeudi_matin_se_refait_le_vendredi_apres_midi():
    presence = Presence()
    suivante = prochaine(Demi(dt.date(2026, 11, 26), False), a("2026-11-26T10:12"), presence)
    assert suivante == Demi(dt.date(2026, 11, 27), True)
    assert prochaine(suivante, a("2026-11-27T15:00"), presence) == Demi(dt.date(2026, 11, 30), False)


def test_une_fermeture_et_une_absence_repoussent_le_prochain_essai():
    jeudi = Demi(dt.date(2026, 11, 26), False)
    ferme = Presence(Calendrier("x", frozenset({dt.date(2026, 11, 27)})))
    absent = Presence(NATIONAL, ((dt.date(2026, 11, 27), dt.date(2026, 12, 1)),))
    longtemps = Presence(NATIONAL, ((dt.date(2026, 11, 20), dt.date(2026, 12, 31)),))
    maintenant = a("2026-11-26T10:12")
    assert [prochaine(jeudi, maintenant, p).jour for p in (ferme, absent, longtemps)] == [
        dt.date(2026, 11, 30), dt.date(2026, 12, 2), dt.date(2026, 11, 27),
    ]  # fmt: skip


@given(st.lists(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)), max_size=8))
def test_deux_essais_d_une_meme_demi_journee_n_en_font_qu_un(moments):
    lus = [m.replace(tzinfo=PARIS) for m in moments]
    assert len(distinctes(lus)) == len({(m.date(), m.hour >= 13) for m in moments})
    assert distinctes(lus) == distinctes([*lus, *lus])


@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)))
def test_un_moment_est_dans_sa_demi_journee(moment):
    lu = moment.replace(tzinfo=PARIS)
    demi = demi_de(lu)
    assert demi.debut <= lu < demi.fin


def test_midi_est_du_matin_et_dix_huit_heures_de_l_apres_midi():
    assert [demi_de(a(f"2026-11-26T{h}")).apres_midi for h in ("12:00", "12:59", "13:00", "18:00")] == [
        False, False, True, True,
    ]  # fmt: skip


def minutes_ouvrees(debut, fin, calendrier):
    """Count the working minutes between two moments, one by one."""
    compte, ici = 0, debut
    while ici < fin:
        compte += calendrier.est_ouvre(ici.date()) and HEURES[0] <= ici.time() < HEURES[1]
        ici += dt.timedelta(minutes=1)
    return compte


@given(JOURS, st.integers(0, 24 * 60 - 1), st.sampled_from([1, 15, PATIENCE, 240]))
def test_reculer_laisse_ce_nombre_de_minutes_ouvrees(jour, minute, minutes):
    moment = dt.datetime.combine(jour, dt.time(minute // 60, minute % 60), PARIS)
    avant = reculer(moment, minutes)
    assert minutes_ouvrees(avant, moment, NATIONAL) == minutes
    # the latest such moment: it is followed at once by a working minute
    assert minutes_ouvrees(avant + dt.timedelta(minutes=1), moment, NATIONAL) == minutes - 1


def test_un_rappel_du_vendredi_soir_n_alarme_que_le_lundi_a_dix_heures():
    du_vendredi = a("2026-11-27T18:00")
    assert [reculer(a(f"2026-11-30T{h}")) >= du_vendredi for h in ("09:59", "10:00")] == [False, True]


@given(DEMIS, st.sets(st.integers(0, 40)))
def test_la_demi_journee_libre_la_plus_proche_est_libre_ouvree_et_la_plus_proche(voulue, pleines):
    maintenant = dt.datetime.combine(voulue.jour - dt.timedelta(days=2), dt.time(9), PARIS)
    depart = voulue.jour - dt.timedelta(days=10)
    occupees = {Demi(depart + dt.timedelta(days=n // 2), bool(n % 2)) for n in pleines}
    trouvee = plus_proche(voulue, maintenant, NATIONAL, lambda d: d not in occupees)
    fin = NATIONAL.ajouter_ouvres(voulue.jour, 5)
    jours = [depart + dt.timedelta(days=n) for n in range((fin - depart).days + 1)]
    libres = [
        d for j in jours for d in (Demi(j, False), Demi(j, True))
        if NATIONAL.est_ouvre(j) and d not in occupees and d.terme > maintenant
    ]  # fmt: skip
    proche = min((abs(d.terme - voulue.terme) for d in libres), default=None)
    assert (trouvee and abs(trouvee.terme - voulue.terme)) == proche
    assert trouvee is None or trouvee in libres


@pytest.mark.parametrize(
    ("ensuite", "fin"),
    [
        (Demi(dt.date(2026, 11, 27), True), "Sinon, je vous rappelle demain après-midi. Merci, à bientôt."),
        (Demi(dt.date(2026, 11, 30), False), "Sinon, je vous rappelle lundi matin. Merci, à bientôt."),
        (None, "Rappelez-nous quand cela vous convient. Merci, à bientôt."),
    ],
)
def test_le_message_du_repondeur_ne_dit_que_le_guichet(ensuite, fin):
    assert message_vocal(
        agent="Amina Benkirane", territoire="Alès Agglomération", telephone="04 65 71 10 00",
        horaires="du lundi au vendredi, de 9 h à 17 h", ensuite=ensuite, maintenant=a("2026-11-26T10:12"),
    ) == [
        "Bonjour, ici Amina Benkirane, du guichet, Alès Agglomération.",
        "Je vous rappelle comme convenu.",
        "Vous pouvez nous joindre au 04 65 71 10 00, du lundi au vendredi, de 9 h à 17 h.",
        "Je répète\u00a0: 04 65 71 10 00.",
        fin,
    ]  # fmt: skip
