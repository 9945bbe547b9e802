"""Who receives a need: pure rules on plain facts, the same for a call being taken and for a simulation of past months.

The most precise rule wins: a commune before a status, either before none; a published version before the rules the
territory was loaded with. Ties go to the smallest key, so that the same facts always give the same answer.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Regle:
    """« Such a need, in such a commune, of such a status, goes to such an organisation » and one of its agents."""

    cle: int
    besoin: str
    organisme: int
    commune: int | None = None
    statut: str = ""
    agent: int | None = None
    moins_charge: bool = False
    version: int = 0
    """The published version it belongs to; 0 for the rules the territory was loaded with."""


@dataclass(frozen=True, kw_only=True)
class Equipier:
    """An active agent, and the needs they may carry."""

    cle: int
    nom: str
    organisme: int
    besoins: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Conge:
    """Days somebody is away, both included, and who covers for them."""

    cle: int
    agent: int
    debut: dt.date
    fin: dt.date
    remplacant: int | None = None

    def couvre(self, jour: dt.date) -> bool:
        return self.debut <= jour <= self.fin


@dataclass(frozen=True, kw_only=True)
class Demande:
    """A need to route: where, for whom, on which day; `fin` is the day it ended, for those of the past."""

    besoin: str
    jour: dt.date
    communes: frozenset[int] = frozenset()
    statut: str = ""
    fin: dt.date | None = None


@dataclass(frozen=True)
class Choix:
    """The rule that applied, whom it gave the need to, whom they stand in for, and the loads it compared."""

    regle: Regle | None
    agent: int | None = None
    conge: Conge | None = None
    charges: tuple[tuple[int, int], ...] = ()
    """(agent, open démarches), the least loaded first; empty when the rule compares none."""


def regle_de(demande: Demande, regles: Iterable[Regle]) -> Regle | None:
    """Return the rule that applies, None when none does."""
    possibles = [
        r
        for r in regles
        if r.besoin == demande.besoin
        and (r.commune is None or r.commune in demande.communes)
        and r.statut in ("", demande.statut)
    ]
    return min(
        possibles,
        key=lambda r: (r.version == 0, r.commune is None, r.statut == "", r.commune or 0, r.cle),
        default=None,
    )


def conge_de(agent: int, jour: dt.date, conges: Iterable[Conge]) -> Conge | None:
    """Return why an agent is away on a day, None when present."""
    return next((c for c in conges if c.agent == agent and c.couvre(jour)), None)


def choisir(
    demande: Demande,
    regles: Iterable[Regle],
    equipe: Mapping[int, Equipier],
    conges: Sequence[Conge],
    charges: Mapping[int, int],
) -> Choix:
    """Return who receives a need; `equipe` holds the active agents by key, `charges` their open démarches."""
    regle = regle_de(demande, regles)
    if regle is None:
        return Choix(None)
    admis = {a for a, e in equipe.items() if e.organisme == regle.organisme and demande.besoin in e.besoins}
    if regle.moins_charge:
        presents = [a for a in admis if not conge_de(a, demande.jour, conges)]
        rangs = sorted(presents, key=lambda a: (charges.get(a, 0), equipe[a].nom, a))
        return Choix(regle, rangs[0] if rangs else None, None, tuple((a, charges.get(a, 0)) for a in rangs))
    if regle.agent is None or regle.agent not in admis:
        return Choix(regle)
    agent, conge = remplacer(regle.agent, demande.jour, conges)
    return Choix(regle, agent if agent in admis else None, conge)


def remplacer(agent: int, jour: dt.date, conges: Sequence[Conge]) -> tuple[int | None, Conge | None]:
    """Return who acts for an agent on a day, and the absence they cover; a cover away is covered in turn."""
    premier, vus, present = None, {agent}, agent
    while conge := conge_de(present, jour, conges):
        premier = premier or conge
        if conge.remplacant is None or conge.remplacant in vus:
            return None, premier
        present = conge.remplacant
        vus.add(present)
    return present, premier


def rejouer(
    demandes: Iterable[Demande],
    regles: Sequence[Regle],
    equipe: Mapping[int, Equipier],
    conges: Sequence[Conge],
    charges: Mapping[int, int],
) -> list[Choix]:
    """Route past needs in their order, as if these rules had been in force: loads grow and fall as needs come and end."""
    courantes: Counter[int] = Counter(charges)
    ouvertes: list[tuple[dt.date, int]] = []
    choix: list[Choix] = []
    for demande in demandes:
        for agent in [a for fin, a in ouvertes if fin <= demande.jour]:
            courantes[agent] -= 1
        ouvertes = [(fin, a) for fin, a in ouvertes if fin > demande.jour]
        choisi = choisir(demande, regles, equipe, conges, courantes)
        choix.append(choisi)
        if choisi.agent is not None and (demande.fin is None or demande.fin > demande.jour):
            courantes[choisi.agent] += 1
            ouvertes.append((demande.fin or dt.date.max, choisi.agent))
    return choix
