"""Callbacks: one on the screen of whoever makes it, those nobody takes, and how many a half-day can hold."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dossiers.models import Absence, Agent, Engagement, Horloge, Participant, Tentative
from dossiers.models.equipe import presence_de
from dossiers.regles.delais import NATIONAL, PARIS, Calendrier
from dossiers.regles.droits import PORTEURS, Niveau, Role, Section, niveau
from dossiers.regles.rappels import (
    DEMI_JOURNEES,
    RECHERCHE,
    Demi,
    demi_de,
    distinctes,
    message_vocal,
    plus_proche,
    prochaine,
    reculer,
)
from dossiers.regles.telephones import formater_telephone

# -- those nobody takes --------------------------------------------------------------------------------------------


class Seuils(NamedTuple):
    """What « nobody takes it » is measured by: the day, its end, and the latest moment an hour of work ago."""

    jour: dt.date
    soir: dt.datetime
    borne: dt.datetime

    @classmethod
    def au(cls, maintenant: dt.datetime) -> "Seuils":
        """Return them for a moment. National calendar: a local closure at most rings a little early, to nobody at work."""
        jour = timezone.localdate(maintenant)
        soir = dt.datetime.combine(jour + dt.timedelta(days=1), dt.time(), PARIS)
        return cls(jour, soir, reculer(maintenant))


def entend(agent: Agent) -> bool:
    """Tell whether an agent is told of callbacks nobody takes: the line, and the supervisors; never who may not call."""
    return agent.peut_lire(Section.STATUT) and (agent.organisme.est_porteur or agent.peut_ecrire(Section.AFFECTATION))


def delaisses(agent: Agent, seuils: Seuils) -> QuerySet[Engagement]:
    """Return the callbacks nobody takes, computed from rows alone.

    Either nobody is there to make it (its owner left, is away today, or it has none) and it is due by this evening; or its
    hour passed an hour of work ago and nobody opened it since: opening it holds the alarm for one hour more.
    """
    rappels = Engagement.objects.visibles_par(agent).a_tenir().filter(nature=Engagement.Nature.RAPPEL)
    if not entend(agent):
        return rappels.none()
    absent = Absence.objects.filter(agent_id=OuterRef("agent_id"), debut__lte=seuils.jour, fin__gte=seuils.jour)
    a_personne = Q(agent=None) | Q(agent__is_active=False) | Exists(absent)
    jamais_ouvert = Q(vu_le=None) | Q(vu_le__lte=seuils.borne)
    return rappels.filter(a_personne | (Q(pour_le__lte=seuils.borne) & jamais_ouvert), pour_le__lt=seuils.soir)


# -- one callback, for whoever makes it ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Rappel:
    """What one needs in order to call back: whom, at which numbers, why, what was tried, what to say, and what next."""

    engagement: Engagement
    numeros: list[tuple[str, str]]
    """Number to dial, and whose it is."""
    tentatives: list[Tentative]
    demis: list[Demi]
    """The half-days tried in vain."""
    ensuite: Demi | None
    """The next attempt proposed if this one fails; None when three half-days will then have been tried."""
    script: list[str]
    deja: bool
    """Whether the present half-day was tried already: one more attempt would not count."""
    sans_lettre: str

    @property
    def restent(self) -> int:
        return max(0, DEMI_JOURNEES - len(self.demis))


def trouver(agent: Agent) -> QuerySet[Engagement]:
    """Return the callbacks this agent may open, with what their page shows."""
    lus = Engagement.objects.visibles_par(agent).filter(nature=Engagement.Nature.RAPPEL)
    return lus.select_related("dossier__territoire", "personne", "appel", "agent", "territoire", "courrier__modele")


def lire(engagement: Engagement, agent: Agent, maintenant: dt.datetime) -> Rappel:
    """Return a callback as its screen shows it at this moment, in a bounded number of queries."""
    tentatives = list(engagement.tentatives.select_related("agent"))
    demis = distinctes([t.faite_le for t in tentatives if t.resultat != Tentative.Resultat.JOINT])
    ici = demi_de(maintenant)
    proprietaire = engagement.agent if engagement.agent and engagement.agent.is_active else agent
    # the last half-day is this one: nothing follows it
    derniere = len({*demis, ici}) >= DEMI_JOURNEES
    ensuite = None if derniere else prochaine(ici, maintenant, presence_de(proprietaire))
    territoire = engagement.territoire
    script = message_vocal(
        agent=agent.get_full_name(), territoire=territoire.nom, telephone=formater_telephone(territoire.telephone),
        horaires=territoire.horaires, ensuite=ensuite, maintenant=maintenant,
    )  # fmt: skip
    return Rappel(
        engagement=engagement, numeros=_numeros(engagement, agent), tentatives=tentatives, demis=demis, ensuite=ensuite,
        script=script, deja=ici in demis, sans_lettre=engagement.pourquoi_sans_lettre(),
    )  # fmt: skip


def _numeros(engagement: Engagement, agent: Agent) -> list[tuple[str, str]]:
    """Return whom to dial first: the person promised to, the number they called from, then the household this agent reads."""
    trouves: dict[str, str] = {}
    participants: list[Participant] = []
    if engagement.dossier_id:
        lus = Participant.objects.filter(dossier_id=engagement.dossier_id).select_related("personne").order_by("id")
        participants = [p for p in lus.prefetch_related("personne__telephones") if agent.peut_lire(p.section)]
    siens = [p for p in participants if p.personne_id == engagement.personne_id]
    for participant in siens:
        trouves |= {t.e164: str(participant.personne) for t in participant.personne.telephones.all() if t.e164}
    if engagement.appel and engagement.appel.numero and agent.peut_lire(Section.APPELS):
        trouves.setdefault(engagement.appel.numero, engagement.appel.nom_appelant or "numéro de l’appel")
    if engagement.personne_id is None or not trouves:
        for participant in participants:
            for telephone in participant.personne.telephones.all():
                if telephone.e164:
                    trouves.setdefault(telephone.e164, str(participant.personne))
    return list(trouves.items())


# -- what a half-day can hold --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Charge:
    """How many callbacks a half-day holds, of how many it can; `libre` is the nearest one with room when it is full."""

    demi: Demi
    promis: int
    possibles: int
    chomee: str = ""
    """Why nobody works that day; empty when it is worked."""
    libre: Demi | None = None

    @property
    def pleine(self) -> bool:
        return self.promis >= self.possibles

    @property
    def restent(self) -> int:
        return max(0, self.possibles - self.promis)


@dataclass
class Planning:
    """Who may call and what is promised around a day, read once."""

    calendrier: Calendrier = NATIONAL
    par_agent: int = 8
    agents: set[int] = field(default_factory=set)
    conges: list[tuple[int, dt.date, dt.date]] = field(default_factory=list)
    promis: dict[Demi, int] = field(default_factory=dict)

    def possibles(self, demi: Demi) -> int:
        """Return how many callbacks those present can make in a half-day; none on a day that is not worked."""
        if not self.calendrier.est_ouvre(demi.jour):
            return 0
        absents = {agent for agent, debut, fin in self.conges if debut <= demi.jour <= fin}
        return len(self.agents - absents) * self.par_agent

    def est_libre(self, demi: Demi) -> bool:
        return self.promis.get(demi, 0) < self.possibles(demi)


PRENNENT_LES_APPELS = [
    str(role) for role in Role if any(niveau(n, role, Section.APPELS) >= Niveau.ECRIRE for n in PORTEURS)
]
"""The roles that take calls at the line's holder: those the matrix lets write them."""


def charge(agent: Agent, moment: dt.datetime, maintenant: dt.datetime) -> Charge:
    """Return what the half-day of a moment holds on the agent's territory, in four queries."""
    voulue = demi_de(moment)
    planning = _planning(agent, voulue)
    lue = Charge(
        voulue, planning.promis.get(voulue, 0), planning.possibles(voulue),
        chomee=planning.calendrier.raison_chomee(voulue.jour) or "",
    )  # fmt: skip
    if not lue.pleine:
        return lue
    libre = plus_proche(voulue, maintenant, planning.calendrier, planning.est_libre)
    return Charge(lue.demi, lue.promis, lue.possibles, lue.chomee, libre)


def _planning(agent: Agent, voulue: Demi) -> Planning:
    """Read who is there and what is promised from two weeks before a half-day to two weeks after: five working days fit."""
    marge = dt.timedelta(days=RECHERCHE * 3)
    debut, fin = voulue.jour - marge, voulue.jour + marge
    territoire = agent.territoire
    equipe = Agent.objects.filter(
        is_active=True, territoire=territoire, role__in=PRENNENT_LES_APPELS, organisme__nature__in=PORTEURS
    )
    agents = dict(equipe.values_list("pk", "organisme_id"))
    absences = Absence.objects.filter(agent__in=agents, debut__lte=fin, fin__gte=debut)
    maisons = set(agents.values())
    horloge = Horloge.lire(organismes=maisons, territoires=[])
    return Planning(
        # one organisation holds a territory's line; were there several, its closures are those of the reader's or none
        calendrier=horloge.calendrier(agent.organisme_id if agent.organisme_id in maisons else min(maisons, default=0)),
        par_agent=territoire.rappels_par_demi_journee,
        agents=set(agents),
        conges=list(absences.values_list("agent_id", "debut", "fin")),
        promis=_promis(territoire.pk, Demi(debut, False).debut, Demi(fin, True).fin),
    )


def _promis(territoire: int, debut: dt.datetime, fin: dt.datetime) -> dict[Demi, int]:
    """Count the callbacks still to make by half-day, whoever promised them: the line is one, files hidden or not."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT (pour_le AT TIME ZONE 'Europe/Paris')::date, (pour_le AT TIME ZONE 'Europe/Paris')::time >= '13:00',"
            " count(*) FROM dossiers_engagement WHERE territoire_id = %s AND fait_le IS NULL AND nature = 'rappel'"
            " AND pour_le >= %s AND pour_le < %s GROUP BY 1, 2",
            [territoire, debut, fin],
        )
        return {Demi(jour, apres_midi): nombre for jour, apres_midi, nombre in curseur.fetchall()}
