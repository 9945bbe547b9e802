"""Where imagined households live: the territory, its cast, and the line of working time their acts are placed on."""

import datetime as dt
from dataclasses import dataclass, field

from dossiers.management.copie import Ligne
from dossiers.models import (
    Agent,
    Commune,
    Demarche,
    Dispositif,
    Horloge,
    ModeleCourrier,
    Organisme,
    RegleAffectation,
    Territoire,
)
from dossiers.regles.relances import Attente

ANNEES = 6
JOURNEE = 540
"""Minutes of a working day, from 8:00 UTC: acts are placed on a line of working minutes, so that none falls on a Sunday."""


@dataclass(frozen=True)
class Monde:
    """What every household meets: the territory, its communes, the cast, and the last day a life may reach."""

    territoire: Territoire
    communes: list[Commune]
    poids: list[int]
    agents: dict[str, Agent]
    organismes: dict[str, int]
    modeles: dict[str, int]
    regles: dict[str, int]
    aides_cpam: list[int]
    horloge: Horloge
    lundi: dt.datetime
    fin: float
    jour: dt.date

    @classmethod
    def lire(cls, territoire: Territoire, jour: dt.date) -> "Monde":
        """Read it once; `jour` is the first day nothing has happened on yet."""
        communes = list(Commune.objects.filter(territoire=territoire).order_by("cle_tri"))
        porteur = Organisme.objects.get(code="ales-agglo").pk
        regles = RegleAffectation.objects.filter(territoire=territoire, jeu=None, commune=None, statut="")
        depart = jour - dt.timedelta(days=ANNEES * 365)
        lundi = depart - dt.timedelta(days=depart.weekday())
        semaines, reste = divmod((jour - lundi).days, 7)
        return cls(
            territoire=territoire,
            communes=communes,
            poids=[c.population for c in communes],
            agents={a.prenom: a for a in Agent.objects.filter(territoire=territoire, courriel__endswith="example.org")},
            organismes=dict(Organisme.objects.values_list("code", "pk")),
            modeles=dict(ModeleCourrier.objects.order_by("version").values_list("code", "pk")),
            regles={**dict.fromkeys(Demarche.REGISTRE, porteur), **dict(regles.values_list("besoin", "organisme_id"))},
            aides_cpam=list(
                Dispositif.objects.filter(autorite="CPAM", ouverture="ouvert")
                .order_by("code")
                .values_list("pk", flat=True)
            ),
            horloge=Horloge.lire(
                organismes=Organisme.objects.values_list("pk", flat=True), territoires=[territoire.pk]
            ),
            lundi=dt.datetime.combine(lundi, dt.time(8), dt.UTC),
            fin=(semaines * 5 + min(reste, 5)) * JOURNEE - 1,
            jour=jour,
        )

    @property
    def veille(self) -> dt.date:
        """The last day anything happened on."""
        return self.jour - dt.timedelta(days=1)

    def moment(self, minutes: float) -> dt.datetime:
        """Return the moment that stands so many working minutes after the first Monday."""
        jours, reste = divmod(int(minutes * 60), JOURNEE * 60)
        semaines, rang = divmod(jours, 5)
        return self.lundi + dt.timedelta(days=semaines * 7 + rang, seconds=reste)

    def minutes(self, jour: dt.date) -> float:
        """Return how many working minutes after the first Monday a weekday begins."""
        semaines, rang = divmod((jour - self.lundi.date()).days, 7)
        return (semaines * 5 + min(rang, 5)) * JOURNEE


@dataclass
class Foyer:
    """One household while it is told."""

    dossier: Ligne
    clos: bool
    debut: float
    fin: float
    personnes: list[tuple[Ligne, str, list[str]]]
    communes: list[Commune]
    organismes: set[int]
    agent: Agent
    """Who follows it: the référent when there is one."""
    complet: bool = False
    """It asks for every need there is."""
    attentes: list[Attente] = field(default_factory=list)
    """What its open needs and steps wait for, where it stands today."""
    parcours: float | None = None
    """When the steps of its path were set out."""
