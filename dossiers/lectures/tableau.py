"""The supervisor's board: exceptions before totals, every figure opens its list, every count capped.

Counts stop at `PLAFOND`: in an EPCI or a département they are exact, in a whole country they say « 200+ » and cost the same.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from dossiers.lectures import engagements, rappels
from dossiers.lectures.appels import RECENTS
from dossiers.lectures.dossiers import Filtres, filtrer, types_vus
from dossiers.lectures.pagination import PLAFOND, compte_plafonne
from dossiers.lectures.preparees import BORNE, JOUR, MAISON, MOMENT, SOIR, Sorte, lecteur, remplir, sorte
from dossiers.lectures.relances import dossiers_muets
from dossiers.models import Agent, Appel, Courrier, Demarche, Dossier, Organisme
from dossiers.regles.droits import Section

Cellules = dict[str, QuerySet]  # type: ignore[type-arg]


@dataclass(frozen=True)
class Chiffre:
    """A figure and the list it opens; `alerte` when any at all deserves a look."""

    libelle: str
    nombre: int
    url: str
    alerte: bool = False

    @property
    def affiche(self) -> str:
        return f"{PLAFOND}+" if self.nombre > PLAFOND else str(self.nombre)

    def longueur(self, plus_grand: int) -> int:
        """Return the length of its bar, out of 100, beside the largest figure of its table."""
        return round(self.nombre / plus_grand * 100) if plus_grand else 0


@dataclass(frozen=True)
class LigneBesoin:
    """One need: how many are open, how many of these are late."""

    libelle: str
    ouvertes: Chiffre
    en_retard: Chiffre


@dataclass(frozen=True)
class Tableau:
    """Exceptions, then dossiers by stage, démarches by need and by organisation, promises kept and broken."""

    exceptions: list[Chiffre]
    etapes: list[Chiffre]
    besoins: list[LigneBesoin]
    organismes: list[Chiffre]
    promesses: list[Chiffre]
    canaux: list[Chiffre]
    """The calls of the last thirty days by channel; none for who reads no calls."""

    @property
    def barres(self) -> list[tuple[Chiffre, int]]:
        """The stages with the length of their bars."""
        plus_grand = max((c.nombre for c in self.etapes), default=0)
        return [(c, c.longueur(plus_grand)) for c in self.etapes]


def lire(agent: Agent, maintenant: dt.datetime) -> Tableau:
    """Return the board of what this agent may see, in two queries."""
    a_compter = Organisme.objects.filter(territoires=agent.territoire_id)
    # who else works on its files is not a partner's to know (decision 0028)
    organismes = list(a_compter if agent.organisme.est_porteur else a_compter.filter(pk=agent.organisme_id))
    # the prepared statement knows a partner's organisation as « the reader's »
    cles = {o.pk: o.pk if agent.organisme.est_porteur else MAISON for o in organismes}
    sommes = _compter(agent, tuple(cles.values()), maintenant)
    dossiers, promesses = reverse("dossiers.liste"), reverse("engagements.liste")

    def chiffre(libelle: str, cle: str, url: str, alerte: bool = False) -> Chiffre:
        return Chiffre(libelle, sommes[cle], url, alerte)

    return Tableau(
        exceptions=_exceptions(agent, chiffre),
        etapes=[
            chiffre(str(e.label), f"etape_{e}", f"{dossiers}?etat={e}") for e in Dossier.Etat if e not in Dossier.FINAUX
        ],
        besoins=[
            LigneBesoin(
                Demarche.REGISTRE[t].libelle_besoin,
                chiffre("ouvertes", f"besoin_{t}", f"{dossiers}?besoin={t}"),
                chiffre("en retard", f"besoin_retard_{t}", f"{dossiers}?besoin={t}&retard=on", True),
            )
            for t in types_vus(agent)
        ],
        organismes=[chiffre(o.sigle, f"organisme_{cles[o.pk]}", f"{dossiers}?organisme={o.pk}") for o in organismes],
        promesses=[
            chiffre(libelle, f"promesse_{sorte}", f"{promesses}?sorte={sorte}", sorte in {"echues", "rompues"})
            for sorte, libelle in engagements.SORTES.items()
        ],
        canaux=[
            chiffre(str(c.label), f"canal_{c}", f"{reverse('appels.liste')}?canal={c}&recents=on")
            for c in (Appel.Canal if agent.peut_lire(Section.APPELS) else ())
        ],
    )


def _exceptions(agent: Agent, chiffre: Callable[..., Chiffre]) -> list[Chiffre]:
    """Return what deserves a look first."""
    dossiers, promesses = reverse("dossiers.liste"), reverse("engagements.liste")
    premiers = []
    if rappels.entend(agent):
        adresse = f"{promesses}?sorte={engagements.DELAISSES}"
        premiers = [chiffre("rappels que personne ne prend", "delaisses", adresse, True)]
    return [
        *premiers,
        chiffre("dossiers sans référent", "sans_referent", f"{dossiers}?sans_referent=on", True),
        chiffre("dossiers à réveiller", "reveils", f"{dossiers}?reveil=on", True),
        chiffre("dossiers en retard", "retard", f"{dossiers}?retard=on", True),
        chiffre("partenaires muets depuis 15 j", "muets", f"{dossiers}?muet=on", True),
        chiffre("promesses échues", "promesse_echues", f"{promesses}?sorte=echues", True),
        chiffre("courriers en échec", "echecs", f"{reverse('courriers.liste')}?etat=echec", True),
    ]


def _cellules(agent: Agent, organismes: Iterable[int], maintenant: dt.datetime) -> Cellules:
    """Name every cell's rows: the same querysets as the lists the figures open, so the two cannot differ."""
    jour = timezone.localdate(maintenant)

    def dossiers(**filtres: object) -> QuerySet[Dossier]:
        return filtrer(agent, Filtres(**filtres), jour, compter=True)  # type: ignore[arg-type]

    cellules: Cellules = {
        "sans_referent": dossiers(sans_referent=True),
        "reveils": dossiers(reveil=True),
        "retard": dossiers(retard=True),
        "muets": dossiers_muets(agent),
        "echecs": Courrier.objects.visibles_par(agent).filter(etat=Courrier.Etat.ECHEC),
    }
    if rappels.entend(agent):
        cellules["delaisses"] = rappels.delaisses(agent, rappels.Seuils(JOUR, SOIR, BORNE))
    cellules |= {f"promesse_{s}": engagements.filtrer(agent, s, maintenant) for s in engagements.SORTES}
    cellules |= {f"etape_{e}": dossiers(etat=e) for e in Dossier.Etat.values if e not in Dossier.FINAUX}
    cellules |= {f"organisme_{o}": dossiers(organisme=o) for o in organismes}
    if agent.peut_lire(Section.APPELS):
        recents = Appel.objects.visibles_par(agent).filter(recu_le__gte=_il_y_a_trente_jours(maintenant))
        cellules |= {f"canal_{c}": recents.filter(canal=c) for c in Appel.Canal.values}
    types = types_vus(agent)
    for t in types:
        cellules[f"besoin_{t}"] = dossiers(besoin=t)
        if len(types) > 1:  # the late dossiers of the one need an agent sees are counted already
            cellules[f"besoin_retard_{t}"] = dossiers(besoin=t, retard=True)
    return cellules


def _il_y_a_trente_jours(maintenant: dt.datetime) -> ExpressionWrapper:
    """Return the moment as PostgreSQL counts it: the prepared statement does not know yet what « now » is."""
    duree = Value(dt.timedelta(days=RECENTS), output_field=DurationField())
    return ExpressionWrapper(Value(maintenant, DateTimeField()) - duree, output_field=DateTimeField())


def _compter(agent: Agent, organismes: tuple[int, ...], maintenant: dt.datetime) -> dict[str, int]:
    noms, sql, parametres = _compiler(sorte(agent), organismes)
    jour, soir, borne = rappels.Seuils.au(maintenant)
    with connection.cursor() as curseur:
        curseur.execute(sql, remplir(parametres, agent, moment=maintenant, jour=jour, soir=soir, borne=borne))
        sommes = dict(zip(noms, curseur.fetchone(), strict=True))
    return {**{f"besoin_retard_{t}": sommes["retard"] for t in types_vus(agent)}, **sommes}


@lru_cache(maxsize=64)
def _compiler(pour: Sorte, organismes: tuple[int, ...]) -> tuple[list[str], str, list[Any]]:
    """Return the names of the board's figures, and the one statement that counts them.

    Late files are counted first, need by need, and overdue promises: once one of these counts is full, what holds all its
    rows is full too and is not counted. A full count is quick, being cut short; the long ones are those of scattered rows.
    """
    cellules = _cellules(lecteur(pour), organismes, MOMENT)
    tardives = [nom for nom in cellules if nom.startswith("besoin_retard_")]
    contenues = {nom.replace("_retard", ""): [nom] for nom in tardives} | ({"retard": tardives} if tardives else {})
    # one overdue is still to keep, and broken already (`lectures/engagements.py`)
    contenues |= {"promesse_a_tenir": ["promesse_echues"], "promesse_rompues": ["promesse_echues"]}
    return compiler(cellules, contenues)


def compiler(cellules: Cellules, contenues: dict[str, list[str]]) -> tuple[list[str], str, list[Any]]:
    """Return the names of several querysets, one statement that counts each up to the cap, and its parameters.

    `contenues` names, for a cell, cells whose rows are all among its own.
    """
    premieres = list(dict.fromkeys(nom for noms in contenues.values() for nom in noms))
    suivantes = [nom for nom in cellules if nom not in premieres]
    comptes = {nom: compte_plafonne(cellules[nom]) for nom in cellules}
    plein = PLAFOND + 1
    morceaux = []
    for nom in suivantes:
        sql = comptes[nom][0]
        if nom in contenues:
            bornes = ", ".join(f"p{premieres.index(n)}" for n in contenues[nom])
            sql = f"CASE WHEN greatest({bornes}) >= {plein} THEN {plein} ELSE {sql} END"
        morceaux.append(sql)
    internes = [f"{comptes[nom][0]} AS p{rang}" for rang, nom in enumerate(premieres)]
    sources = f" FROM (SELECT {', '.join(internes)} OFFSET 0) premiers" if premieres else ""
    sql = f"SELECT {', '.join([*morceaux, *(f'p{rang}' for rang in range(len(premieres)))])}{sources}"
    parametres = [valeur for nom in (*suivantes, *premieres) for valeur in comptes[nom][1]]
    return [*suivantes, *premieres], sql, parametres
