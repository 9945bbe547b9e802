"""When may the doctor open? Earliest, probable and latest day, and the steps that decide it (domaine.md §1).

Pure functions over the graph, where each step stands, and today. Durations are calendar days, as in the reference data.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows.ecarts_legaux import DECLARATION, jour_d_ouverture_permis
from workflows.graphe_formalites import Formalite, etapes_du_profil, prerequis

MINIMUM, TYPIQUE, MAXIMUM = 0, 1, 2

JALONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "LIB": ("Ouverture", ("F35",)),
    "COLL": ("Ouverture", ("F35",)),
    "UE": ("Ouverture", ("F35",)),
    "SAL": ("Prise de poste", ("S02",)),
    "REMP": ("Premier remplacement", ("F09", "F14", "R02")),
    "REMP_NON_THESE": ("Premier remplacement", ("F14", "R02")),
    "PADHUE": ("Autorisation d’exercer", ("F09",)),
    "DOCTEUR_JUNIOR": ("Début d’exercice", ("F09", "F14")),
}
"""What each profile walks towards, and the steps that must be over by then."""


@dataclass(frozen=True)
class Avancee:
    """Where a step stands: the day it began and the day it was over, when they are known."""

    commencee_le: dt.date | None = None
    finie_le: dt.date | None = None


RIEN = Avancee()


@dataclass(frozen=True)
class Projection:
    """The milestone's three dates, the steps still to do that decide the probable one, and the law's own limit."""

    libelle: str
    au_plus_tot: dt.date
    probable: dt.date
    au_plus_tard: dt.date
    chemin: tuple[str, ...]
    legal_le: dt.date | None
    """The first day the law allows (thirty days after the declaration), when it pushes one of the three dates."""


def projeter(profil: str, avancees: Mapping[str, Avancee], aujourdhui: dt.date) -> Projection | None:
    """Return the probable opening of a path, None once its milestone is reached.

    A step not begun starts when what it waits for is over, never before today; a step begun takes its usual time from its
    own start, and is never over before today. The path is the one of usual durations; the legal spacing between
    declaration and opening is applied to the dates afterwards.
    """
    libelle, but = JALONS[profil]
    etapes = etapes_du_profil(profil)
    if all(avancees.get(code, RIEN).finie_le for code in but):
        return None
    bruts, permis = [], []
    for duree in (MINIMUM, TYPIQUE, MAXIMUM):
        fins = calculer_fins(etapes, avancees, aujourdhui, duree)
        bruts.append(max(fins[code] for code in but))
        permis.append(jour_d_ouverture_permis(fins[DECLARATION]) if DECLARATION in fins and "F35" in but else bruts[-1])
    tot, probable, tard = (max(brut, limite) for brut, limite in zip(bruts, permis, strict=True))
    repousse = next((limite for brut, limite in zip(bruts, permis, strict=True) if limite > brut), None)
    return Projection(libelle, tot, probable, tard, chemin_critique(profil, avancees, aujourdhui), repousse)


def calculer_fins(
    etapes: Iterable[Formalite], avancees: Mapping[str, Avancee], aujourdhui: dt.date, duree: int
) -> dict[str, dt.date]:
    """Return the day each step is over, by code; `duree` picks the shortest, usual or longest time."""
    fins: dict[str, dt.date] = {}
    for etape in etapes:
        avancee = avancees.get(etape.code, RIEN)
        pret = max([aujourdhui, *(fins[p] for p in prerequis(etape, fins))])
        if avancee.finie_le:
            fins[etape.code] = avancee.finie_le
        elif avancee.commencee_le:
            fins[etape.code] = max(avancee.commencee_le + dt.timedelta(days=etape.delai_j[duree]), aujourdhui)
        else:
            fins[etape.code] = pret + dt.timedelta(days=etape.delai_j[duree])
    return fins


def chemin_critique(profil: str, avancees: Mapping[str, Avancee], aujourdhui: dt.date) -> tuple[str, ...]:
    """Return the steps still to do that decide the probable day, from the first to the milestone."""
    etapes = {e.code: e for e in etapes_du_profil(profil)}
    fins = calculer_fins(etapes.values(), avancees, aujourdhui, TYPIQUE)
    restantes = {code for code in etapes if not avancees.get(code, RIEN).finie_le}
    chemin: list[str] = []
    candidats = [code for code in JALONS[profil][1] if code in restantes]
    while candidats:
        # among equals the first of the reference order: the same path is shown every day
        decisive = max(candidats, key=lambda code: fins[code])
        chemin.append(decisive)
        commencee = avancees.get(decisive, RIEN).commencee_le
        candidats = [] if commencee else [p for p in prerequis(etapes[decisive], etapes) if p in restantes]
    return tuple(reversed(chemin))
