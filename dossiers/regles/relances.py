"""The reminder ladder as a pure function: which rungs a wait has reached (domaine.md §2.1, §7 C11).

The household: letters after 10 and 25 days, an alert to the référent after 40. A partner: alerts after 5, 10 and 15 working
days, the last to the supervision. Days of a pause do not count.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dossiers.regles.delais import NATIONAL, Calendrier, Compte, Pause

FOYER = ("candidat", "conjoint")
PARTENAIRES = ("partenaire", "ars", "cpam")
ESPACEMENT = 7
"""Days between two letters of the clock to one person: several waits never make a burst."""
SILENCE = 20
"""Days without any movement after which the candidate is told so."""


class Echelon(StrEnum):
    """A rung, by whom it waits for and after how many days."""

    CANDIDAT_10 = "candidat_10"
    CANDIDAT_25 = "candidat_25"
    CANDIDAT_40 = "candidat_40"
    PARTENAIRE_5 = "partenaire_5"
    PARTENAIRE_10 = "partenaire_10"
    PARTENAIRE_15 = "partenaire_15"
    POINT_ETAPE = "point_etape"


LETTRES = {Echelon.CANDIDAT_10: 10, Echelon.CANDIDAT_25: 25}
ALERTE_FOYER = {Echelon.CANDIDAT_40: 40}
ALERTES_PARTENAIRE = {Echelon.PARTENAIRE_5: 5, Echelon.PARTENAIRE_10: 10, Echelon.PARTENAIRE_15: 15}
ENTRE_DEUX_RELANCES = 15
"""Days from the first letter to the second, also when the first left late."""

LETTRE, ALERTE, RATTRAPEE = "lettre", "alerte", "rattrapee"

Faites = dict[Echelon, tuple[str, dt.date]]
"""The rungs a wait has reached already: how each ended (`issue`), and on which day."""


@dataclass(frozen=True)
class Attente:
    """A démarche or a step that waits for somebody, and what its days are counted with."""

    dossier_id: int
    demarche_id: int
    precision: str
    attend: str
    depuis: dt.datetime
    """Since when it is in this state: what makes the wait unique."""
    depart: dt.date
    """The day the count starts from."""
    section: str = ""
    calendrier: Calendrier = NATIONAL
    pauses: tuple[Pause, ...] = ()

    def jours_ecoules(self, aujourdhui: dt.date) -> int:
        """Return the calendar days since the start, those of pauses excepted."""
        arretes: set[dt.date] = set()
        for pause in self.pauses:
            debut, fin = max(pause.debut, self.depart + dt.timedelta(days=1)), pause.fin or aujourdhui
            arretes |= {debut + dt.timedelta(days=n) for n in range((min(fin, aujourdhui) - debut).days)}
        return (aujourdhui - self.depart).days - len(arretes)

    def ouvres_passes(self, nombre: int, aujourdhui: dt.date) -> bool:
        """Tell whether so many working days have gone by in full: the day after the last of them has come."""
        if (aujourdhui - self.depart).days <= nombre:
            return False
        terme = Compte(self.depart, nombre, calendrier=self.calendrier, pauses=self.pauses).terme
        return terme is not None and terme < aujourdhui


def echelons_dus(
    attente: Attente, faites: Faites, aujourdhui: dt.date, *, peut_ecrire: bool = True
) -> list[tuple[Echelon, str]]:
    """Return the rungs to write today with how each ends; none twice, the last one acts, the earlier are caught up.

    With `peut_ecrire` false the person had a letter of the clock some days ago: letters wait, nothing is skipped.
    """
    if attente.attend in PARTENAIRES:
        dus = [e for e, n in ALERTES_PARTENAIRE.items() if e not in faites and attente.ouvres_passes(n, aujourdhui)]
        return _dernier(dus, ALERTE)
    if attente.attend not in FOYER:
        return []
    ecoules = attente.jours_ecoules(aujourdhui)
    lettres = _atteints(LETTRES, faites, ecoules)
    premiere = faites.get(Echelon.CANDIDAT_10)
    trop_tot = premiere and premiere[0] == LETTRE and (aujourdhui - premiere[1]).days < ENTRE_DEUX_RELANCES
    if not peut_ecrire or trop_tot:
        lettres = []
    return [*_dernier(lettres, LETTRE), *_dernier(_atteints(ALERTE_FOYER, faites, ecoules), ALERTE)]


def _atteints(echelle: Mapping[Echelon, int], faites: Faites, ecoules: int) -> list[Echelon]:
    return [e for e, jours in echelle.items() if e not in faites and ecoules >= jours]


def _dernier(dus: list[Echelon], issue: str) -> list[tuple[Echelon, str]]:
    return [(e, issue if e is dus[-1] else RATTRAPEE) for e in dus]
