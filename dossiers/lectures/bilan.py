"""Promises of a month, kept and broken, by organisation and by agent: every figure opens the list it counts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least
from django.urls import reverse

from dossiers.lectures.engagements import condition
from dossiers.lectures.tableau import Chiffre
from dossiers.models import Agent, Engagement, Organisme, Tentative
from dossiers.regles.dates import INSECABLE, MOIS
from dossiers.regles.delais import PARIS, jour_de

COLONNES = {
    "tenues": "tenues à temps",
    "tenues_tard": "tenues en retard",
    "non_tenues": "échéance passée, pas tenues",
    "sans_reponse": "sans réponse",
    "annulees": "annulées",
}
"""What a promise of the month may have become; what is still to come makes up the total."""


@dataclass(frozen=True, order=True)
class Mois:
    """A month of Paris."""

    annee: int
    rang: int

    @classmethod
    def lire(cls, texte: str, defaut: dt.date) -> "Mois":
        """Read « 2026-11 »; the month of `defaut` for anything else."""
        try:
            lu = dt.datetime.strptime(texte, "%Y-%m").date()
        except ValueError:
            lu = defaut
        return cls(lu.year, lu.month) if 2015 <= lu.year < 9998 else cls(defaut.year, defaut.month)

    @property
    def code(self) -> str:
        return f"{self.annee:04d}-{self.rang:02d}"

    @property
    def nom(self) -> str:
        """« novembre 2026 »."""
        return f"{MOIS[self.rang - 1]}{INSECABLE}{self.annee}"

    @property
    def debut(self) -> dt.datetime:
        return dt.datetime(self.annee, self.rang, 1, tzinfo=PARIS)

    def decale(self, nombre: int) -> "Mois":
        """Return the month so many months after; before when negative."""
        rang = self.annee * 12 + self.rang - 1 + nombre
        return Mois(rang // 12, rang % 12 + 1)

    @property
    def condition(self) -> Q:
        """The promises of this month: by the first hour that was missed, else by the last one given."""
        debut, fin = self.debut, self.decale(1).debut
        return Q(manquee_le__gte=debut, manquee_le__lt=fin) | Q(manquee_le=None, pour_le__gte=debut, pour_le__lt=fin)


class Mediane(Aggregate):
    """The middle of some durations; PostgreSQL's own ordered-set aggregate."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
    output_field = DurationField()


@dataclass(frozen=True)
class Ligne:
    """One organisation, one agent, or all: the promises of the month and what became of them."""

    libelle: str
    total: Chiffre
    chiffres: list[Chiffre]
    delai: dt.timedelta | None
    """The median time from the call to the first attempt; None when no call says when it came."""

    @property
    def minutes(self) -> int | str:
        return "" if self.delai is None else round(self.delai.total_seconds() / 60)

    @property
    def delai_dit(self) -> str:
        return dire_delai(self.delai)


@dataclass(frozen=True)
class Bilan:
    """A month: all, by organisation, by agent."""

    mois: Mois
    total: Ligne
    organismes: list[Ligne]
    agents: list[Ligne]
    avant: Mois | None
    """The month before and the month after, where promises go on in that direction: these pages have an end."""
    apres: Mois | None


def lire(agent: Agent, mois: Mois, maintenant: dt.datetime) -> Bilan:
    """Return the month's promises this agent may see, in four queries."""
    visibles = Engagement.objects.visibles_par(agent).order_by()
    du_mois = visibles.filter(mois.condition).annotate(attente=_attente())
    mesures = _mesures(maintenant)
    organismes = du_mois.values("organisme_id", "organisme__sigle").annotate(**mesures).order_by("organisme__sigle")
    agents = du_mois.values("agent_id", "agent__prenom", "agent__nom").annotate(**mesures)
    total = du_mois.aggregate(**mesures)
    avant, apres = _autour(visibles, mois)
    return Bilan(
        mois,
        _ligne("Total", total, mois),
        [_ligne(o["organisme__sigle"], o, mois, organisme=o["organisme_id"]) for o in organismes],
        [_ligne(_nom(a), a, mois, agent=a["agent_id"] or 0) for a in agents.order_by("agent__nom", "agent__prenom")],
        avant,
        apres,
    )


def _autour(visibles: QuerySet[Engagement], mois: Mois) -> tuple[Mois | None, Mois | None]:
    """Return the months around one, None where no promise is due any further."""
    plus_tot = visibles.filter(Q(pour_le__lt=mois.debut) | Q(manquee_le__lt=mois.debut))
    plus_tard = visibles.filter(pour_le__gte=mois.decale(1).debut)
    with connection.cursor() as curseur:
        sqls = [q.values("pk")[:1].query.sql_with_params() for q in (plus_tot, plus_tard)]
        curseur.execute(
            f"SELECT EXISTS ({sqls[0][0]}), EXISTS ({sqls[1][0]})",
            [*sqls[0][1], *sqls[1][1]],
        )
        tot, tard = curseur.fetchone()
    return mois.decale(-1) if tot else None, mois.decale(1) if tard else None


def _nom(ligne: Mapping[str, Any]) -> str:
    return f"{ligne['agent__prenom']} {ligne['agent__nom']}" if ligne["agent_id"] else "à personne"


def _attente() -> ExpressionWrapper:
    """From the call to the first attempt, whether somebody answered or not; to what was done when nothing was tried."""
    tentatives = Tentative.objects.filter(engagement=OuterRef("pk")).order_by("faite_le", "pk")
    premiere = Least(Subquery(tentatives.values("faite_le")[:1]), F("fait_le"))
    return ExpressionWrapper(premiere - F("appel__recu_le"), output_field=DurationField())


def _mesures(maintenant: dt.datetime) -> dict[str, Aggregate]:
    par_sorte: dict[str, Aggregate] = {sorte: Count("pk", filter=condition(sorte, maintenant)) for sorte in COLONNES}
    return {
        **par_sorte,
        "total": Count("pk"),
        "delai": Mediane("attente", filter=~Q(resultat=Engagement.Resultat.ANNULE)),
    }


def _ligne(libelle: str, mesures: Mapping[str, Any], mois: Mois, **filtres: int) -> Ligne:
    def chiffre(sorte: str, nom: str) -> Chiffre:
        adresse = f"{reverse('engagements.liste')}?{urlencode({'sorte': sorte, 'mois': mois.code, **filtres})}"
        return Chiffre(nom, mesures[sorte], adresse)

    return Ligne(
        libelle,
        chiffre("total", "promesses"),
        [chiffre(sorte, nom) for sorte, nom in COLONNES.items()],
        mesures["delai"],
    )


def dire_delai(delai: dt.timedelta | None) -> str:
    """Return « 45 min », « 3 h 10 », « 2 j 4 h »; empty for none."""
    if delai is None:
        return ""
    minutes = max(0, round(delai.total_seconds() / 60))
    jours, heures, reste = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if jours:
        return f"{jours}{INSECABLE}j" + (f" {heures}{INSECABLE}h" if heures else "")
    if heures:
        return f"{heures}{INSECABLE}h" + (f"{INSECABLE}{reste:02d}" if reste else "")
    return f"{reste}{INSECABLE}min"


# -- the list a figure opens ---------------------------------------------------------------------------------------


def restreindre(agent: Agent, demande: Mapping[str, Any]) -> tuple[Q | None, str]:
    """Return the condition an address narrows the promises by (month, organisation, agent), and how to say it.

    `agent=0` stands for promises that are nobody's. What is not readable narrows nothing.
    """
    conditions, mots = [], []
    if demande.get("mois"):
        mois = Mois.lire(demande["mois"], jour_de(dt.datetime.now(PARIS)))
        conditions.append(mois.condition)
        mots.append(mois.nom)
    for nom, classe in (("organisme", Organisme), ("agent", Agent)):
        cle = demande.get(nom, "")
        if not (cle.isascii() and cle.isdigit() and len(cle) < 18):
            continue
        conditions.append(Q(**{f"{nom}_id": int(cle) or None}))
        mots.append(_dire_qui(agent, classe, int(cle)))
    return (reduce(and_, conditions) if conditions else None), ", ".join(filter(None, mots))


def _dire_qui(agent: Agent, classe: type[Agent] | type[Organisme], cle: int) -> str:
    """Name whom a list is about, when they work on the reader's territory."""
    if not cle:
        return "à personne"
    if classe is Agent:
        trouve: Any = Agent.objects.filter(pk=cle, territoire_id=agent.territoire_id).first()
    else:
        trouve = Organisme.objects.filter(pk=cle, territoires=agent.territoire_id).first()
    return str(trouve) if trouve else ""
