"""« Ma journée »: promises due, then what waits for me by date, and nothing else."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.utils import timezone

from dossiers.lectures import rappels, relances
from dossiers.lectures.dossiers import nommer_foyers, types_lus
from dossiers.models import Agent, Demarche, Dossier, Engagement, Position, Relance

LONGUEUR = 25


@dataclass(frozen=True)
class Journee:
    """The day of one agent: at most twenty-five lines a list, the most pressing first."""

    delaisses: list[Engagement]
    """Callbacks nobody takes: everybody on the line is told, whosever they are."""
    promesses: list[Engagement]
    demarches: list[Demarche]
    a_prendre: list[Demarche]
    reveils: list[Dossier]
    """My paused files whose date has come."""
    alertes: list[Relance]
    en_retard: int
    positions: list[Position]
    """What my organisation is asked to do; always empty for the line's holder, whose task is the démarche itself."""
    peut_prendre: bool
    """Whether any démarche could ever be theirs."""
    jour: dt.date

    @property
    def par_date(self) -> list[tuple[str, list[Demarche]]]:
        """My démarches by urgency, empty groups left out: late, today, by Sunday, later, undated."""
        groupes: dict[str, list[Demarche]] = {libelle: [] for libelle in GROUPES}
        for demarche in self.demarches:
            groupes[_groupe(demarche.echeance, self.jour)].append(demarche)
        return [(libelle, lues) for libelle, lues in groupes.items() if lues]


GROUPES = ("En retard", "Aujourd’hui", "Cette semaine", "Plus tard", "Sans échéance")


def _groupe(echeance: dt.date | None, jour: dt.date) -> str:
    if echeance is None:
        return GROUPES[4]
    if echeance <= jour:
        return GROUPES[0 if echeance < jour else 1]
    return GROUPES[2 if echeance <= jour + dt.timedelta(days=6 - jour.weekday()) else 3]


def lire(agent: Agent, maintenant: dt.datetime) -> Journee:
    """Return the promises to keep until tomorrow evening, my open démarches, and those of my house nobody took."""
    demain = timezone.localtime(maintenant).replace(hour=23, minute=59, second=59) + dt.timedelta(days=1)
    delaisses, promesses = _promesses(agent, maintenant, demain)
    aujourdhui = timezone.localdate(maintenant)
    prenables = [t for t, classe in Demarche.REGISTRE.items() if agent.peut_porter(classe.section)]
    demarches, prises = _demarches(agent, prenables)
    reveils = _reveils(agent, aujourdhui)
    positions = _attendues(agent)
    alertes = relances.pour_moi(agent)
    nommer_foyers(agent, [*(d.dossier for d in (*demarches, *prises, *positions, *alertes)), *reveils])
    return Journee(
        delaisses=delaisses,
        promesses=promesses,
        demarches=demarches,
        a_prendre=prises,
        reveils=reveils,
        positions=positions,
        alertes=alertes,
        peut_prendre=bool(prenables),
        jour=aujourdhui,
        en_retard=sum(1 for d in demarches if d.est_en_retard(aujourdhui)),
    )


def _promesses(agent: Agent, maintenant: dt.datetime, demain: dt.datetime) -> tuple[list[Engagement], list[Engagement]]:
    """Return the callbacks nobody takes, then my other promises, read at once."""
    a_tenir = Engagement.objects.visibles_par(agent).a_tenir()
    miennes = a_tenir.filter(a_moi(agent), pour_le__lte=demain).annotate(delaisse=Value(False))
    bouts: list[Any] = [miennes]
    if rappels.entend(agent):
        seuls = rappels.delaisses(agent, rappels.Seuils.au(maintenant))
        bouts.append(seuls.annotate(delaisse=Value(True)))
    lus = [
        r.select_related("dossier", "personne", "agent", "appel").order_by("pour_le", "pk")[:LONGUEUR] for r in bouts
    ]
    lues = lus[0].union(lus[1], all=True).order_by() if len(lus) > 1 else lus[0]
    lignes: list[Any] = sorted(lues, key=lambda e: (e.pour_le, e.pk))
    delaisses = [e for e in lignes if e.delaisse]
    # what is in the first block is not said twice
    montres = {e.pk for e in delaisses}
    return delaisses, [e for e in lignes if e.pk not in montres]


def _reveils(agent: Agent, aujourdhui: dt.date) -> list[Dossier]:
    """A pause ends by its date being read: no task has to pass. A partner is référent of nothing."""
    if not agent.organisme.est_porteur:
        return []
    suspendus = Dossier.objects.visibles_par(agent).filter(referent=agent, etat=Dossier.Etat.SUSPENDU)
    return list(suspendus.filter(reveil_le__lte=aujourdhui).order_by("reveil_le", "pk")[:LONGUEUR])


def _attendues(agent: Agent) -> list[Position]:
    if agent.organisme.est_porteur:
        return []
    miennes = Position.objects.visibles_par(agent).a_decider().select_related("dossier")
    return list(miennes.order_by("echeance", "pk")[:LONGUEUR])


def a_moi(agent: Agent) -> Q:
    """Mine, or made on a file I answer for; a partner never answers for one, and is spared the search through them all."""
    miennes = Q(agent=agent)
    return miennes | Q(dossier__referent=agent) if agent.organisme.est_porteur else miennes


def _demarches(agent: Agent, prenables: list[str]) -> tuple[list[Demarche], list[Demarche]]:
    """Return my open démarches, then those of my house nobody took, read at once."""
    miennes = _ouvertes(agent).filter(responsable=agent)
    a_prendre = _ouvertes(agent).filter(responsable=None, organisme_id=agent.organisme_id, type__in=prenables)
    bouts = [r.order_by("echeance", "pk")[:LONGUEUR] for r in (miennes, a_prendre)]
    lues = sorted(bouts[0].union(bouts[1], all=True).order_by(), key=lambda d: (d.echeance or dt.date.max, d.pk))
    return [d for d in lues if d.responsable_id], [d for d in lues if not d.responsable_id]


def _ouvertes(agent: Agent) -> QuerySet[Demarche]:
    return (
        Demarche.objects.ouvertes()
        .filter(type__in=types_lus(agent), dossier__in=Dossier.objects.visibles_par(agent))
        .select_related("dossier")
        .only("type", "etat", "attend", "echeance", "responsable_id", "dossier__numero", "dossier__version")
    )
