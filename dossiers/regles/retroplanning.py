"""The household's plan, counted backwards from the wished day: pure functions over tasks and their order.

A task that leads to the goal is placed as late as the goal allows; one that does not hold it follows what it waits for.
Durations are working days or calendar days, as each task says (`delais.py` counts them).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dossiers.regles.delais import NATIONAL, Calendrier, Unite

UN_JOUR = dt.timedelta(days=1)


@dataclass(frozen=True)
class Phase:
    """One stretch of a need's usual life: the states it covers, how long it takes, who acts meanwhile."""

    code: str
    libelle: str
    etats: tuple[str, ...]
    duree: int
    unite: Unite = "ouvres"
    qui: str = "guichet"


@dataclass(frozen=True)
class Lien:
    """One task waits for another, of another need: « logement.bailleur » before « scolarisation.secteur », and why."""

    avant: str
    apres: str
    pourquoi: str


@dataclass(frozen=True)
class Plan:
    """What is usual: the phases of each need, and what links the needs of one household."""

    phases: dict[str, tuple[Phase, ...]]
    liens: tuple[Lien, ...] = ()


@dataclass(frozen=True)
class Attache:
    """What a task waits for, and the days that must go by in between."""

    cle: str
    ecart: int = 0


@dataclass(frozen=True)
class Tache:
    """One piece of work of a household; `repere` is its place in the usual plan (« logement.visites »)."""

    cle: str
    repere: str
    libelle: str
    duree: int
    unite: Unite = "ouvres"
    qui: str = ""
    apres: tuple[Attache, ...] = ()
    but: bool = False
    """Whether it must be over on the wished day."""
    commencee_le: dt.date | None = None
    finie_le: dt.date | None = None


@dataclass(frozen=True)
class Ligne:
    """A task with its dates, the days it is late today, whom it holds back and what it waits for (keys)."""

    tache: Tache
    debut: dt.date
    fin: dt.date
    retard: int = 0
    retient: tuple[str, ...] = ()
    attend: tuple[str, ...] = ()


def deplier(
    prefixe: str, besoin: str, phases: Iterable[Phase], depuis: dt.date, *, etat: str, finie: bool = False
) -> list[Tache]:
    """Turn the phases of a need into tasks one after the other, those before the present state done.

    The day a past phase ended is not known better than by `depuis`, when the present state began.
    """
    suite = list(phases)
    ici = next((rang for rang, phase in enumerate(suite) if etat in phase.etats), 0)
    taches: list[Tache] = []
    for rang, phase in enumerate(suite):
        taches.append(
            Tache(
                cle=f"{prefixe}.{phase.code}",
                repere=f"{besoin}.{phase.code}",
                libelle=phase.libelle,
                duree=phase.duree,
                unite=phase.unite,
                qui=phase.qui,
                apres=(Attache(taches[-1].cle),) if taches else (),
                but=rang == len(suite) - 1,
                commencee_le=depuis if rang == ici and (rang > 0 or finie) else None,
                finie_le=depuis if finie or rang < ici else None,
            )
        )
    return taches


def lier(taches: Iterable[Tache], liens: Iterable[Lien]) -> list[Tache]:
    """Add to each task what it waits for in the other needs of the household."""
    taches = list(taches)
    par_repere: dict[str, list[str]] = defaultdict(list)
    for tache in taches:
        par_repere[tache.repere].append(tache.cle)
    attaches: dict[str, list[Attache]] = defaultdict(list)
    for lien in liens:
        attaches[lien.apres] += [Attache(cle) for cle in par_repere[lien.avant]]
    return [replace(t, apres=(*t.apres, *attaches[t.repere])) if attaches[t.repere] else t for t in taches]


def ordonner(taches: Iterable[Tache]) -> list[Tache]:
    """Sort so that each task comes after those it waits for; ValueError when they wait for each other."""
    restantes = {t.cle: t for t in taches}
    ordre: list[Tache] = []
    while restantes:
        prets = [t for t in restantes.values() if not any(a.cle in restantes for a in t.apres)]
        if not prets:
            raise ValueError(f"Ces tâches s’attendent l’une l’autre : {', '.join(restantes)}")
        for tache in prets:
            del restantes[tache.cle]
        ordre += prets
    return ordre


def planifier(
    taches: Iterable[Tache], but: dt.date, aujourdhui: dt.date, calendrier: Calendrier = NATIONAL
) -> list[Ligne]:
    """Place every task from the wished day backwards, in the order given; what is over keeps its own dates."""
    taches = list(taches)
    ordre = ordonner(taches)
    fins = _a_rebours(ordre, but, calendrier)
    debuts = {t.cle: _debut(t, fins[t.cle], calendrier) for t in ordre if t.cle in fins}
    for tache in ordre:
        if tache.cle not in fins:
            suit = [fins[a.cle] + a.ecart * UN_JOUR for a in tache.apres if a.cle in fins]
            debuts[tache.cle] = max(suit) if suit else _compter(but, -tache.duree, tache, calendrier)
            fins[tache.cle] = _compter(debuts[tache.cle], tache.duree, tache, calendrier)
    ouvertes = {t.cle for t in taches if t.finie_le is None}
    suites: dict[str, list[str]] = defaultdict(list)
    for tache in taches:
        for attache in tache.apres:
            if tache.cle in ouvertes:
                suites[attache.cle].append(tache.cle)
    return [
        Ligne(
            tache=t,
            debut=debuts[t.cle],
            fin=fins[t.cle],
            retard=_retard(t, debuts[t.cle], fins[t.cle], aujourdhui),
            retient=tuple(suites[t.cle]) if t.cle in ouvertes else (),
            attend=tuple(a.cle for a in t.apres if a.cle in ouvertes) if t.cle in ouvertes else (),
        )
        for t in taches
    ]


def _a_rebours(ordre: list[Tache], but: dt.date, calendrier: Calendrier) -> dict[str, dt.date]:
    """Return the last day of each task that is over, or that the goal waits for."""
    fins: dict[str, dt.date] = {}
    for tache in reversed(ordre):
        if tache.but and tache.cle not in fins:
            fins[tache.cle] = but
        if tache.finie_le:
            fins[tache.cle] = tache.finie_le
        if tache.cle not in fins or tache.finie_le:
            continue
        debut = _compter(fins[tache.cle], -tache.duree, tache, calendrier)
        for attache in tache.apres:
            limite = debut - attache.ecart * UN_JOUR
            fins[attache.cle] = min(fins.get(attache.cle, limite), limite)
    return fins


def _debut(tache: Tache, fin: dt.date, calendrier: Calendrier) -> dt.date:
    if tache.commencee_le:
        return min(tache.commencee_le, fin)
    return fin if tache.finie_le else _compter(fin, -tache.duree, tache, calendrier)


def _compter(jour: dt.date, duree: int, tache: Tache, calendrier: Calendrier) -> dt.date:
    return calendrier.ajouter_ouvres(jour, duree) if tache.unite == "ouvres" else jour + duree * UN_JOUR


def _retard(tache: Tache, debut: dt.date, fin: dt.date, aujourdhui: dt.date) -> int:
    """Return the days since it should have begun, or ended once begun; 0 when it is on time or over."""
    if tache.finie_le:
        return 0
    return max(0, (aujourdhui - (fin if tache.commencee_le else debut)).days)


@dataclass(frozen=True)
class Difference:
    """What a new date does to one task."""

    tache: Tache
    avant: tuple[dt.date, dt.date]
    apres: tuple[dt.date, dt.date]
    retard: int

    @property
    def jours(self) -> int:
        """By how many days its end moves; negative when it comes earlier."""
        return (self.apres[1] - self.avant[1]).days


def comparer(avant: Iterable[Ligne], apres: Iterable[Ligne]) -> list[Difference]:
    """Return the tasks whose dates move from one plan to another."""
    anciennes = {ligne.tache.cle: ligne for ligne in avant}
    return [
        Difference(n.tache, (a.debut, a.fin), (n.debut, n.fin), n.retard)
        for n in apres
        if (a := anciennes[n.tache.cle]) and (a.debut, a.fin) != (n.debut, n.fin)
    ]
