"""Callbacks: half-days, the next attempt, what is said to an answering machine, and when nobody takes a callback.

Source: domaine.md §2 (« 3 tentatives à ½ journées différentes », « 3 tentatives sur 5 j ouvrés », « injoignable → sans_suite »).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dossiers.regles.dates import INSECABLE, JOURS, date_avec_jour
from dossiers.regles.delais import NATIONAL, PARIS, Calendrier, jour_de

DEMI_JOURNEES = 3
"""Failed attempts, each in a half-day of its own, before the promise ends without an answer (domaine.md §2)."""
COUPURE = dt.time(13)
"""Where the morning ends: a call at noon still finds people as the morning does."""
TERMES = {False: dt.time(12), True: dt.time(18)}
"""Before what hour a half-day's callback is due: a morning's, an afternoon's; the call form promises by the same."""
HEURES = (dt.time(9), dt.time(17))
"""The hours alarms are counted in: the line's own are a sentence for letters (« du lundi au vendredi, de 9 h à 17 h »)."""
PATIENCE = 60
"""Working minutes a due callback may wait before everybody is told: an hour leaves its owner the time to finish a call and
dial, and leaves a colleague the time to make the call in the same half-day."""
RECHERCHE = 5
"""Working days looked ahead: the three attempts must hold in five (domaine.md §2)."""


@dataclass(frozen=True, order=True)
class Demi:
    """A half-day, in Paris: the morning or the afternoon of a day."""

    jour: dt.date
    apres_midi: bool

    @property
    def debut(self) -> dt.datetime:
        """When it begins; it ends where the next one begins."""
        return dt.datetime.combine(self.jour, COUPURE if self.apres_midi else dt.time(), PARIS)

    @property
    def fin(self) -> dt.datetime:
        """The first moment that is no longer of this half-day."""
        return Demi(self.jour, True).debut if not self.apres_midi else Demi(self.jour + dt.timedelta(1), False).debut

    @property
    def terme(self) -> dt.datetime:
        """Before when its callbacks are due: noon, or six in the evening."""
        return dt.datetime.combine(self.jour, TERMES[self.apres_midi], PARIS)

    @property
    def partie(self) -> str:
        return "après-midi" if self.apres_midi else "matin"

    @property
    def nom(self) -> str:
        """« jeudi matin », as it is said on the phone within the week."""
        return f"{JOURS[self.jour.weekday()]} {self.partie}"

    @property
    def nom_long(self) -> str:
        """« jeudi 26 novembre 2026, le matin »: beyond doubt."""
        return f"{date_avec_jour(self.jour)}, {'l’après-midi' if self.apres_midi else 'le matin'}"


def demi_de(moment: dt.datetime) -> Demi:
    """Return the half-day an aware moment is in; ValueError for a moment without time zone."""
    jour_de(moment)
    ici = moment.astimezone(PARIS)
    return Demi(ici.date(), ici.time() >= COUPURE)


def distinctes(moments: Iterable[dt.datetime]) -> list[Demi]:
    """Return the half-days of some attempts, in order, each once: two attempts in one half-day count as one."""
    return sorted({demi_de(m) for m in moments})


@dataclass(frozen=True)
class Presence:
    """The days somebody may call: the calendar of their organisation, less the days they are away (both included)."""

    calendrier: Calendrier = NATIONAL
    conges: tuple[tuple[dt.date, dt.date], ...] = ()

    def est_la(self, jour: dt.date) -> bool:
        """Tell whether they work on a day."""
        return self.calendrier.est_ouvre(jour) and not any(debut <= jour <= fin for debut, fin in self.conges)


def prochaine(tentee: Demi, maintenant: dt.datetime, presence: Presence) -> Demi:
    """Return the half-day of the next attempt: the other part of the day, on the next working day its owner is there.

    Never in the past, for an attempt written down afterwards. Somebody away for the five working days that follow does not
    hold the callback back: the first of these days is returned, and a colleague will be asked to take it.
    """
    candidates: list[Demi] = []
    jour = tentee.jour
    while len(candidates) < RECHERCHE:
        jour = presence.calendrier.ajouter_ouvres(jour, 1)
        demi = Demi(jour, not tentee.apres_midi)
        if demi.terme > maintenant:
            candidates.append(demi)
    return next((demi for demi in candidates if presence.est_la(demi.jour)), candidates[0])


def plus_proche(
    voulue: Demi, maintenant: dt.datetime, calendrier: Calendrier, est_libre: Callable[[Demi], bool]
) -> Demi | None:
    """Return the free half-day nearest to the one wanted, not past, within five working days on either side; the earlier of
    two equally near. None when all are full."""
    dernier = calendrier.ajouter_ouvres(voulue.jour, RECHERCHE)
    jour = max(calendrier.ajouter_ouvres(voulue.jour, -RECHERCHE), jour_de(maintenant))
    libres = []
    while jour <= dernier:
        demis = (Demi(jour, False), Demi(jour, True)) if calendrier.est_ouvre(jour) else ()
        libres += [d for d in demis if d.terme > maintenant and est_libre(d)]
        jour += dt.timedelta(days=1)
    return min(libres, key=lambda d: (abs(d.terme - voulue.terme), d), default=None)


def reculer(moment: dt.datetime, minutes: int = PATIENCE, calendrier: Calendrier = NATIONAL) -> dt.datetime:
    """Return the latest moment that leaves so many working minutes before this one (9 h to 17 h on working days)."""
    ici = moment.astimezone(PARIS)
    jour, fin = ici.date(), ici.time()
    reste = dt.timedelta(minutes=minutes)
    while True:
        ouverture, fermeture = (dt.datetime.combine(jour, h) for h in HEURES)
        arret = min(dt.datetime.combine(jour, fin), fermeture)
        if calendrier.est_ouvre(jour) and arret > ouverture:
            if arret - ouverture >= reste:
                return (arret - reste).replace(tzinfo=PARIS)
            reste -= arret - ouverture
        jour, fin = jour - dt.timedelta(days=1), HEURES[1]


def message_vocal(
    *, agent: str, territoire: str, telephone: str, horaires: str, ensuite: Demi | None, maintenant: dt.datetime
) -> list[str]:
    """Return what to say to an answering machine, sentence by sentence; `ensuite` is the next attempt, None after the last.

    Others may listen: neither who is called, nor why, nor the service's full name, which may tell of health. `telephone` is
    written in pairs, as it is read out, twice.
    """
    return [
        f"Bonjour, ici {agent}, du guichet, {territoire}.",
        "Je vous rappelle comme convenu.",
        f"Vous pouvez nous joindre au {telephone}, {horaires}.",
        f"Je répète{INSECABLE}: {telephone}.",
        f"Sinon, je vous rappelle {_dire(ensuite, maintenant)}. Merci, à bientôt."
        if ensuite
        else "Rappelez-nous quand cela vous convient. Merci, à bientôt.",
    ]


def _dire(demi: Demi, maintenant: dt.datetime) -> str:
    """Say a half-day as one does on the phone: « demain après-midi », « lundi matin », « lundi 7 décembre 2026 au matin »."""
    ecart = (demi.jour - jour_de(maintenant)).days
    if ecart == 0:
        return "cet après-midi" if demi.apres_midi else "ce matin"
    if ecart == 1:
        return f"demain {demi.partie}"
    if ecart < 7:
        return demi.nom
    return f"{date_avec_jour(demi.jour)}, {'l’après-midi' if demi.apres_midi else 'le matin'}"
