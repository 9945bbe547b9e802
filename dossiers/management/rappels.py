"""What the clock would have done so far for an imagined household: its rungs, each on its own day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from dossiers.regles.delais import Compte
from dossiers.regles.relances import (
    ALERTE_FOYER,
    ALERTES_PARTENAIRE,
    ENTRE_DEUX_RELANCES,
    ESPACEMENT,
    FOYER,
    LETTRE,
    LETTRES,
    PARTENAIRES,
    SILENCE,
    Attente,
    Echelon,
    Faites,
    echelons_dus,
)

Rappel = tuple[dt.date, Attente | None, Echelon, str]
"""Day, wait (None: the whole file stands still), rung, and how it ended."""


def rappels_passes(attentes: Iterable[Attente], immobile_depuis: dt.date | None, veille: dt.date) -> list[Rappel]:
    """Return the rungs the runs of each day reached up to `veille`, by the very rule they apply (`regles.relances`).

    `immobile_depuis` is the day of the last movement of a file that may be told that nothing moves, else None.
    """
    attentes = list(attentes)
    faites: dict[Attente, Faites] = defaultdict(dict)
    derniere: dict[bool, dt.date] = {}
    rappels: list[Rappel] = []
    a_voir = {_jour_de_passe(jour) for a in attentes for jour in _echeances(a)}
    parle = any(a.attend not in FOYER for a in attentes)
    if immobile_depuis and parle:
        a_voir.add(_jour_de_passe(immobile_depuis + dt.timedelta(days=SILENCE)))
    while a_voir and (jour := min(a_voir)) <= veille:
        a_voir.remove(jour)
        recentes = {qui for qui, quand in derniere.items() if (jour - quand).days < ESPACEMENT}
        ecrits: set[bool] = set()
        for attente in attentes:
            conjoint = attente.attend == "conjoint"
            for echelon, issue in echelons_dus(attente, faites[attente], jour, peut_ecrire=conjoint not in recentes):
                faites[attente][echelon] = (issue, jour)
                rappels.append((jour, attente, echelon, issue))
                ecrits |= {conjoint} if issue == LETTRE else set()
        muet = immobile_depuis and parle and (jour - immobile_depuis).days >= SILENCE
        if muet and False not in ecrits | recentes:
            rappels.append((jour, None, Echelon.POINT_ETAPE, LETTRE))
            immobile_depuis = None
        derniere |= dict.fromkeys(ecrits, jour)
        if ecrits:
            a_voir |= {_jour_de_passe(jour + dt.timedelta(days=n)) for n in (ESPACEMENT, ENTRE_DEUX_RELANCES)}
    return rappels


def _echeances(attente: Attente) -> list[dt.date]:
    """Return the days a wait's rungs fall due, letters put off excepted."""
    if attente.attend in FOYER:
        return [attente.depart + dt.timedelta(days=n) for n in (LETTRES | ALERTE_FOYER).values()]
    if attente.attend not in PARTENAIRES:
        return []
    termes = (Compte(attente.depart, n, calendrier=attente.calendrier).terme for n in ALERTES_PARTENAIRE.values())
    return [terme + dt.timedelta(days=1) for terme in termes if terme]


def _jour_de_passe(jour: dt.date) -> dt.date:
    """Return the first day not before this one on which the clock runs: Monday to Friday."""
    return jour + dt.timedelta(days=max(0, 7 - jour.weekday()) if jour.weekday() >= 5 else 0)
