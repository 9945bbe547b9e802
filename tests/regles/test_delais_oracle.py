"""Five thousand deadlines against a brute force that shares no code with the clock: not one may differ."""

import datetime as dt
from random import Random

from dossiers.regles.delais import PARIS, Calendrier, Compte, Pause
from tests.regles.test_delais import feries_de_la_loi

CAS = 5000


def nuit_du_changement(annee: int, mois: int) -> dt.date:
    """Return the last Sunday of March or October, when the hour changes at 1:00 UTC."""
    dernier = dt.date(annee, mois, 31)
    return dernier - dt.timedelta(days=(dernier.weekday() + 1) % 7)


def a_paris(moment: dt.datetime) -> dt.date:
    """Return the day in Paris of a UTC moment by the law's own rule, without any time zone file."""
    annee = moment.year
    ete, hiver = (
        dt.datetime.combine(nuit_du_changement(annee, mois), dt.time(1), dt.UTC).replace(tzinfo=None)
        for mois in (3, 10)
    )
    nu = moment.replace(tzinfo=None)
    return (nu + dt.timedelta(hours=2 if ete <= nu < hiver else 1)).date()


def moment(hasard: Random) -> dt.datetime:
    """Return a moment of sixteen years; one in four in the three days around a night the hour changes, to the second."""
    annee = hasard.randrange(2025, 2041)
    if hasard.random() < 0.25:
        nuit = dt.datetime.combine(nuit_du_changement(annee, hasard.choice((3, 10))), dt.time(1), dt.UTC)
        return nuit + dt.timedelta(seconds=hasard.randrange(-129_600, 129_600))
    return dt.datetime(annee, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=hasard.randrange(365 * 86_400))


def cas(hasard: Random) -> tuple[dt.datetime, int, frozenset[dt.date], tuple[Pause, ...]]:
    depart = moment(hasard)

    def proche() -> dt.date:
        return depart.date() + dt.timedelta(days=hasard.randrange(-5, 70))

    fermetures = frozenset(proche() for _ in range(hasard.randrange(5)))
    pauses = []
    for _ in range(hasard.randrange(4)):
        debut = proche()
        fin = None if hasard.random() < 0.15 else debut + dt.timedelta(days=hasard.randrange(40))
        pauses.append(Pause(debut, fin, "essai"))
    return depart, hasard.randrange(0, 46), fermetures, tuple(pauses)


def force_brute(depart, delai, fermetures, pauses):
    """Walk every minute-free day after the start with its full list of reasons, and stop at the one wanted."""
    jour, reste = a_paris(depart), delai
    for _ in range(1500):
        if reste == 0:
            return jour
        jour += dt.timedelta(days=1)
        en_pause = [p for p in pauses if p.debut <= jour and (p.fin is None or jour < p.fin)]
        if any(p.fin is None for p in en_pause):
            return None
        chome = jour.isoweekday() in (6, 7) or jour in feries_de_la_loi(jour.year) or jour in fermetures
        reste -= not (en_pause or chome)
    raise AssertionError("plus de quatre ans")


def test_cinq_mille_echeances_sont_celles_de_la_force_brute():
    hasard, ecarts, aux_changements, avec_pause = Random(20261124), [], 0, 0
    for _ in range(CAS):
        depart, delai, fermetures, pauses = cas(hasard)
        compte = Compte(depart.astimezone(PARIS), delai, None, Calendrier("essai", fermetures), pauses)
        attendue = force_brute(depart, delai, fermetures, pauses)
        if compte.terme != attendue or (attendue and compte.jours[-1].jour != attendue):
            ecarts.append((depart, delai, sorted(fermetures), pauses, compte.terme, attendue))
        aux_changements += abs((a_paris(depart) - nuit_du_changement(depart.year, depart.month // 7 * 7 + 3)).days) <= 1
        avec_pause += bool(pauses)
    assert ecarts == []
    assert (aux_changements > 800, avec_pause > 2000) == (True, True)
