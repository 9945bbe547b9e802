"""The clock: a deadline is a pure function of dated events and a calendar, and can explain itself (design.md §4.3).

Working days are Monday to Friday, public holidays and local closures excepted; the starting day is not counted
(regles.md §3f). Moments are read in Europe/Paris, so a day is a day on both nights the hour changes.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, overload
from zoneinfo import ZoneInfo

from dossiers.regles.feries import jours_feries

PARIS = ZoneInfo("Europe/Paris")
Unite = Literal["ouvres", "jours"]
COMPTES: dict[Unite, str] = {"ouvres": "jour ouvré", "jours": "jour"}
PREMIER_DELAI = 3
"""Working days to look at a need just expressed (domaine.md §2.3, §2.5: « ≤ 3 j »)."""
_UN_JOUR = dt.timedelta(days=1)


def jour_de(moment: dt.datetime | dt.date) -> dt.date:
    """Return the day in Paris of an aware moment, or the day itself; ValueError for a moment without time zone."""
    if not isinstance(moment, dt.datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"Moment sans fuseau horaire : {moment}")
    return moment.astimezone(PARIS).date()


@dataclass(frozen=True)
class Calendrier:
    """Which days are worked: the law's holidays, and the days an organisme closes.

    `version` names what a deadline was computed with, so that an old one can be explained as it was.
    """

    version: str = "national-1"
    fermetures: frozenset[dt.date] = frozenset()
    raisons: Mapping[dt.date, str] = field(default_factory=dict, compare=False)
    """Why each closed day is closed, for the explanation; nothing is counted with it."""

    def raison_chomee(self, jour: dt.date) -> str | None:
        """Return why a day is not worked, in French (« samedi », « Lundi de Pâques »…); None when it is."""
        if jour.weekday() >= 5:
            return "samedi" if jour.weekday() == 5 else "dimanche"
        if nom := jours_feries(jour.year).get(jour):
            return nom
        if jour not in self.fermetures:
            return None
        raison = self.raisons.get(jour)
        return f"fermeture du service\u00a0: {raison}" if raison else "fermeture du service"

    def est_ouvre(self, jour: dt.date) -> bool:
        """Tell whether a day is worked."""
        return jour.weekday() < 5 and jour not in jours_feries(jour.year) and jour not in self.fermetures

    def ajouter_ouvres(self, jour: dt.date, nombre: int) -> dt.date:
        """Return the day `nombre` working days after `jour`, not counted itself; before it when negative."""
        pas = _UN_JOUR if nombre > 0 else -_UN_JOUR
        reste = abs(nombre)
        while reste:
            jour += pas
            reste -= self.est_ouvre(jour)
        return jour

    def ouvres_entre(self, debut: dt.date, fin: dt.date) -> int:
        """Count the working days after `debut` up to `fin` included; as many, negative, when the two are exchanged."""
        if fin < debut:
            return -self.ouvres_entre(fin, debut)
        return sum(self.est_ouvre(debut + dt.timedelta(days=n)) for n in range(1, (fin - debut).days + 1))


NATIONAL = Calendrier()


@dataclass(frozen=True)
class Pause:
    """A time when the clock stands still, from `debut` to the day before `fin`; still standing when `fin` is None.

    The day the clock starts again may be counted; a pause begun and ended on one day stops nothing. It may be declared
    after the event: the deadline is computed again from the dates.
    """

    debut: dt.date
    fin: dt.date | None
    motif: str

    def couvre(self, jour: dt.date) -> bool:
        """Tell whether the clock stands still on a day."""
        return self.debut <= jour and (self.fin is None or jour < self.fin)


@dataclass(frozen=True)
class JourCompte:
    """One day of an explanation: its rank when it counts (1, 2, …), 0 when it does not, and why in French."""

    jour: dt.date
    rang: int
    pourquoi: str

    @property
    def compte(self) -> bool:
        """Whether the day was counted."""
        return self.rang > 0


@dataclass(frozen=True)
class Compte:
    """All a deadline depends on: when the wait began, the delay or the date given, the calendar, the pauses.

    `delai` is in working days; None with no `fixee` is a wait without deadline. A date set by a body (`fixee`) is obeyed as
    it is: no pause and no closure moves it.
    """

    depart: dt.datetime | dt.date
    delai: int | None = None
    fixee: dt.date | None = None
    calendrier: Calendrier = NATIONAL
    pauses: tuple[Pause, ...] = ()

    @property
    def terme(self) -> dt.date | None:
        """The last day to act; None without deadline, and while an open pause holds it."""
        if self.fixee or self.delai is None:
            return self.fixee
        return echeance(self.depart, self.delai, calendrier=self.calendrier, pauses=self.pauses)

    @property
    def jours(self) -> list["JourCompte"]:
        """Every day from the start to the deadline, counted or not and why; none for a date that was given."""
        if self.fixee or self.delai is None:
            return []
        return expliquer(self.depart, self.delai, calendrier=self.calendrier, pauses=self.pauses)


@overload
def echeance(
    depart: dt.datetime | dt.date, delai: int, unite: Unite = "ouvres", calendrier: Calendrier = NATIONAL
) -> dt.date: ...


@overload
def echeance(
    depart: dt.datetime | dt.date,
    delai: int,
    unite: Unite = "ouvres",
    calendrier: Calendrier = NATIONAL,
    *,
    pauses: Iterable[Pause],
) -> dt.date | None: ...


def echeance(
    depart: dt.datetime | dt.date,
    delai: int,
    unite: Unite = "ouvres",
    calendrier: Calendrier = NATIONAL,
    *,
    pauses: Iterable[Pause] = (),
) -> dt.date | None:
    """Return the last day to act: `delai` working days (`ouvres`) or calendar days (`jours`) after an event.

    The day of the event is not counted, nor the days of a pause. None while a pause that is not over holds the clock
    before its end: there is no deadline then. A delay of 0 is the day of the event; a negative one raises ValueError.
    """
    dernier = expliquer(depart, delai, unite, calendrier, pauses=pauses)[-1]
    return dernier.jour if dernier.rang == delai else None


def expliquer(
    depart: dt.datetime | dt.date,
    delai: int,
    unite: Unite = "ouvres",
    calendrier: Calendrier = NATIONAL,
    *,
    pauses: Iterable[Pause] = (),
) -> list[JourCompte]:
    """List every day from the event to its deadline, counted or not and why (« Expliquer ce délai »).

    The first is the day of the event, the last the deadline; or the day from which an open pause holds everything.
    """
    if delai < 0:
        raise ValueError(f"Délai négatif : {delai}")
    arrets = list(pauses)
    jours = [JourCompte(jour_de(depart), 0, "jour de départ, non compté")]
    rang = 0
    while rang < delai:
        jour = jours[-1].jour + _UN_JOUR
        arret = next((pause for pause in arrets if pause.couvre(jour)), None)
        empeche = _empechement(jour, unite, calendrier, arret)
        rang += not empeche
        jours.append(JourCompte(jour, 0 if empeche else rang, empeche or COMPTES[unite]))
        if arret and arret.fin is None:
            break
    return jours


def _empechement(jour: dt.date, unite: Unite, calendrier: Calendrier, arret: Pause | None) -> str | None:
    if arret:
        return f"pause\u00a0: {arret.motif}"
    return calendrier.raison_chomee(jour) if unite == "ouvres" else None


def retard_ouvres(limite: dt.date, aujourdhui: dt.date, calendrier: Calendrier = NATIONAL) -> int:
    """Return how many working days have gone by since a deadline; 0 until it has passed."""
    return max(0, calendrier.ouvres_entre(limite, aujourdhui))


def delai_franc(notification: dt.datetime | dt.date, mois: int = 2) -> dt.date:
    """Return the last day to lodge an appeal: months from date to date, plus one day (CJA R421-5, CE 362568).

    Neither the day of notification nor that of expiry counts. A month without that date gives its last day; an end on
    a Saturday, Sunday or public holiday is carried to the next working day. Local closures do not extend it.
    """
    dernier = mois_apres(jour_de(notification), mois) + _UN_JOUR
    return dernier if NATIONAL.est_ouvre(dernier) else NATIONAL.ajouter_ouvres(dernier, 1)


def mois_apres(jour: dt.date, mois: int) -> dt.date:
    """Return the same date some months later, or the month's last day when it has not that date."""
    rang = jour.month - 1 + mois
    annee, mois_final = jour.year + rang // 12, rang % 12 + 1
    return dt.date(annee, mois_final, min(jour.day, calendar.monthrange(annee, mois_final)[1]))
