"""The graph of formalités, read once from the reference data (domaine.md §1)."""

import json
import re
from collections.abc import Container
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "dossiers" / "donnees" / "formalites.json"

PROFILS = {
    "LIB": "Libéral",
    "COLL": "Collaborateur",
    "REMP": "Remplaçant thésé",
    "REMP_NON_THESE": "Remplaçant non thésé",
    "SAL": "Salarié",
    "UE": "Diplôme de l’Union européenne",
    "PADHUE": "Diplôme hors Union européenne",
    "DOCTEUR_JUNIOR": "Docteur junior",
}

PRIVES = frozenset({"LIB", "COLL", "REMP", "REMP_NON_THESE", "UE"})
"""The profiles of private practice, closed during a consolidation period (domaine.md §1, F06)."""

AJOUTS = {"DOCTEUR_JUNIOR": frozenset({"F03"})}
"""Steps a profile has beside those the reference data give it: nobody is a junior doctor before the thesis."""

ECARTEES = {"REMP_NON_THESE": frozenset({"F08", "F09"}), "DOCTEUR_JUNIOR": frozenset({"F10"})}
"""Steps « for all » that a profile has not: a licence stands for the register, a junior doctor chooses no status yet."""

VARIANTES: dict[tuple[str, str], dict[str, object]] = {
    ("DOCTEUR_JUNIOR", "F08"): {
        "libelle": "Inscription au tableau spécial de l’Ordre (docteurs juniors)",
        "prerequis": ("F03",),
        "source": "[S26]",
        "confiance": "C",
    },
    ("PADHUE", "F10"): {
        "libelle": "Choix du mode d’exercice et du statut (une fois l’autorisation d’exercice obtenue)",
        "prerequis": ("F01", "F06"),
        "source": "[S16]",
        "confiance": "B",
    },
}
"""What a step becomes under a profile: a junior doctor enters the Order's special register, and nothing of private practice
is begun before a PADHUE's authorisation (domaine.md §1, variants)."""

NOTE_INTERNE = re.compile(r"^voir |^pas d|NE PAS|reçus à part")


@dataclass(frozen=True)
class Formalite:
    """One step of the graph: who owns it, what it waits for, how long it takes (days, min/typical/max), from what source."""

    code: str
    libelle: str
    responsable: str
    prerequis: tuple[str, ...]
    delai_j: tuple[int, int, int]
    pieces: tuple[str, ...]
    """What the doctor gathers; the office's own papers, and its notes, are left out."""
    profils: frozenset[str]
    obligatoire: bool
    source: str
    confiance: str


@cache
def graphe() -> dict[str, Formalite]:
    """Return the forty steps by code."""
    lignes = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {ligne["code"]: _lire(ligne) for ligne in lignes}


def _lire(ligne: dict) -> Formalite:  # type: ignore[type-arg]
    return Formalite(
        code=ligne["code"],
        libelle=ligne["libelle"],
        responsable=ligne["responsable"],
        prerequis=tuple(ligne["prerequis"]),
        delai_j=tuple(ligne["delai_j"]),  # type: ignore[arg-type]
        pieces=_pieces(ligne["pieces"]) if ligne["responsable"] != "agglo" else (),
        profils=_profils(ligne["profils"]),
        obligatoire=ligne["obligation"] == "O",
        source=ligne["source"],
        confiance=ligne["confiance"],
    )


def _pieces(texte: str) -> tuple[str, ...]:
    """Split « a ; b »; « — » is none, and what begins as a sentence to the office is no paper to gather."""
    morceaux = (m.strip() for m in texte.split(";"))
    return tuple(m for m in morceaux if m != "—" and not NOTE_INTERNE.search(m))


def _profils(texte: str) -> frozenset[str]:
    """Read « TOUS », « LIB COLL UE » or « REMP non thésé »; a non-qualified replacement doctor follows REMP too."""
    if texte == "TOUS":
        return frozenset(PROFILS)
    if "non thésé" in texte:
        return frozenset({"REMP_NON_THESE"})
    profils = set(texte.split())
    return frozenset(profils | {"REMP_NON_THESE"} if "REMP" in profils else profils)


@cache
def etapes_du_profil(profil: str) -> tuple[Formalite, ...]:
    """Return a profile's steps, each after those it waits for; prerequisites of other profiles do not count.

    A PADHUE is offered no step of private practice during the consolidation period (domaine.md §1, F06).
    """
    if profil not in PROFILS:
        raise ValueError(f"Profil inconnu : {profil}")
    codes = {c for c, f in graphe().items() if profil in f.profils} | AJOUTS.get(profil, frozenset())
    retenues = {c: formalite(c, profil) for c in graphe() if c in codes - ECARTEES.get(profil, frozenset())}
    return tuple(retenues[code] for code in _ordonner(retenues))


@cache
def codes_du_profil(profil: str) -> frozenset[str]:
    """Return the codes of a profile's steps; before a profile is chosen every step belongs."""
    return frozenset(f.code for f in etapes_du_profil(profil)) if profil else frozenset(graphe())


@cache
def formalite(code: str, profil: str) -> Formalite:
    """Return a step as it stands under a profile."""
    return replace(graphe()[code], **VARIANTES.get((profil, code), {}))  # type: ignore[arg-type]


@cache
def rangs() -> dict[str, int]:
    """Return the place of each step in the whole graph: the same whatever the profile, so a path may change profile."""
    return {code: rang for rang, code in enumerate(_ordonner(graphe()))}


def _ordonner(retenues: dict[str, Formalite]) -> list[str]:
    """Sort topologically, keeping the reference order among equals; raises `ValueError` on a circle."""
    ordre: list[str] = []
    restants = list(retenues)
    while restants:
        prets = [c for c in restants if all(p in ordre for p in prerequis(retenues[c], retenues))]
        if not prets:
            raise ValueError(f"Le graphe des formalités tourne en rond : {', '.join(restants)}")
        ordre.append(prets[0])
        restants.remove(prets[0])
    return ordre


def prerequis(formalite: Formalite, retenues: Container[str]) -> tuple[str, ...]:
    """Return the prerequisites that count among the steps retained for a profile."""
    return tuple(p for p in formalite.prerequis if p in retenues)
