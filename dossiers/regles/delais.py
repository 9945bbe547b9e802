"""The clock: a deadline is a pure function of dated events and a calendar, and can explain itself (design.md §4.3).

Working days are Monday to Friday, public holidays and local closures excepted; the starting day is not counted
(regles.md §3f). Moments are read in Europe/Paris, so a day is a day on both nights the hour changes.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")


@cache
def jours_feries(annee: int) -> dict[dt.date, str]:
    """Return the public holidays of a year in mainland France, with their French names."""
    return dict(holidays.country_holidays("FR", years=annee, language="fr").items())


@dataclass(frozen=True)
class Calendrier:
    """A versioned calendar: what `version` counted as working days stays countable later."""

    version: str = "national-1"
    fermetures: frozenset[dt.date] = field(default_factory=frozenset)

    def raison_chomee(self, jour: dt.date) -> str | None:
        """Return why a day is not worked (« samedi », « Lundi de Pâques », « fermeture »), None when it is."""
        if jour.weekday() >= 5:
            return "samedi" if jour.weekday() == 5 else "dimanche"
        if nom := jours_feries(jour.year).get(jour):
            return nom
        return "fermeture" if jour in self.fermetures else None

    def est_ouvre(self, jour: dt.date) -> bool:
        return self.raison_chomee(jour) is None

    def ajouter_ouvres(self, depart: dt.date, nombre: int) -> dt.date:
        """Return the day that comes `nombre` working days after `depart`, which is not counted itself."""
        jour = depart
        while nombre > 0:
            jour += dt.timedelta(days=1)
            if self.est_ouvre(jour):
                nombre -= 1
        return jour

    def ouvres_entre(self, debut: dt.date, fin: dt.date) -> int:
        """Count the working days after `debut` up to `fin` included; negative when `fin` comes first."""
        if fin < debut:
            return -self.ouvres_entre(fin, debut)
        jours = (debut + dt.timedelta(days=n) for n in range(1, (fin - debut).days + 1))
        return sum(1 for jour in jours if self.est_ouvre(jour))


NATIONAL = Calendrier()


@dataclass(frozen=True)
class JourCompte:
    """One day of an explanation: counted, or not and why."""

    jour: dt.date
    compte: bool
    pourquoi: str


def jour_de(moment: dt.datetime | dt.date) -> dt.date:
    """Return the day in Paris of an aware moment, or the day itself."""
    return moment.astimezone(PARIS).date() if isinstance(moment, dt.datetime) else moment


def echeance(depart: dt.datetime | dt.date, ouvres: int, calendrier: Calendrier = NATIONAL) -> dt.date:
    """Return the last day to act, a number of working days after an event."""
    return calendrier.ajouter_ouvres(jour_de(depart), ouvres)


def expliquer(depart: dt.datetime | dt.date, ouvres: int, calendrier: Calendrier = NATIONAL) -> list[JourCompte]:
    """List every day from the event to its deadline, counted or not and why (« Expliquer ce délai »)."""
    premier, dernier = jour_de(depart), echeance(depart, ouvres, calendrier)
    jours = [JourCompte(premier, False, "jour de départ")]
    for n in range(1, (dernier - premier).days + 1):
        jour = premier + dt.timedelta(days=n)
        raison = calendrier.raison_chomee(jour)
        jours.append(JourCompte(jour, raison is None, raison or "jour ouvré"))
    return jours


def retard_ouvres(limite: dt.date, aujourdhui: dt.date, calendrier: Calendrier = NATIONAL) -> int:
    """Return how many working days late a deadline is; 0 until it has passed."""
    return max(0, calendrier.ouvres_entre(limite, aujourdhui))
