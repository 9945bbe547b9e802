"""The list of dossiers: filters said as sentences, one page at a time, only what the reader may see."""

import datetime as dt
import functools
import operator
import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet

from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Commune, Demarche, Dossier, Participant, TexteRecherche
from dossiers.regles.droits import Section
from dossiers.regles.numeros import lire_numero
from dossiers.regles.telephones import chiffres_recherche
from dossiers.regles.texte import normaliser


@dataclass(frozen=True, kw_only=True)
class Filtres:
    """What a list is narrowed by; empty values narrow nothing."""

    etat: str = ""
    besoin: str = ""
    a_qui: str = ""
    """« moi », « organisme », « sans » (no agent in charge): whose démarches."""
    attend: str = ""
    organisme: int | None = None
    commune: str = ""
    """INSEE code."""
    retard: bool = False
    sans_referent: bool = False
    clos: bool = False
    recherche: str = ""


def liste(agent: Agent, filtres: Filtres, curseur: str, *, aujourdhui: dt.date) -> Page[Dossier]:
    """Return one page of dossiers, latest movement first, with what a row shows already read."""
    communes = Commune.objects.filter(dossiers=OuterRef("pk")).order_by("cle_tri").values("nom")
    requete = (
        filtrer(agent, filtres, aujourdhui)
        .select_related("referent")
        .only("numero", "etat", "mouvement_le", "referent__prenom", "referent__nom")
        .annotate(noms_communes=ArraySubquery(communes))
        .prefetch_related(*_ligne(agent))
    )
    return paginer(requete, "mouvement_le", curseur)


def _ligne(agent: Agent) -> list[Any]:
    """Read what a row shows, and no other column, in two more queries; a section the agent may not see is not even read."""
    lus = types_lus(agent)
    demarches = (
        Demarche.objects.filter(type__in=types_vus(agent))
        .annotate(lisible=ExpressionWrapper(Q(type__in=lus) if lus else Q(pk=None), BooleanField()))
        .only("dossier_id", "type", "etat", "attend", "echeance")
    )
    return [participants_vus(agent, "participants"), Prefetch("demarches", demarches, to_attr="demarches_vues")]


def participants_vus(agent: Agent, chemin: str) -> Prefetch:  # type: ignore[type-arg]
    """Read the people of a household this agent may know of, as `participants_vus`."""
    roles = [r for r in Participant.Role.values if agent.peut_lire(_section_du_role(r))]
    lus = Participant.objects.filter(role__in=roles).select_related("personne")
    lus = lus.only("dossier_id", "role", "personne__prenom", "personne__nom", "personne__these_soutenue")
    return Prefetch(chemin, lus, to_attr="participants_vus")


def _section_du_role(role: str) -> Section:
    return Section.CONJOINT if role == Participant.Role.CONJOINT else Section.IDENTITE


def types_vus(agent: Agent) -> list[str]:
    """Return the needs whose state at least this agent may see."""
    return [t for t, classe in Demarche.REGISTRE.items() if str(classe.section) in agent.sections_vues]


def types_lus(agent: Agent) -> list[str]:
    """Return the needs whose content this agent may read: whose they are, who must act, by when."""
    return [t for t, classe in Demarche.REGISTRE.items() if str(classe.section) in agent.sections_lues]


def filtrer(agent: Agent, filtres: Filtres, aujourdhui: dt.date) -> QuerySet[Dossier]:
    """Return the dossiers a reader may see, narrowed by the filters."""
    requete: QuerySet[Dossier] = Dossier.objects.visibles_par(agent)
    if filtres.recherche:
        requete = chercher(requete, filtres.recherche, agent)
    elif not filtres.clos and filtres.etat != Dossier.Etat.CLOS:
        requete = requete.ouverts()
    if filtres.etat:
        requete = requete.filter(etat=filtres.etat)
    if filtres.sans_referent:
        requete = requete.filter(referent=None, ouvert=True)
    if filtres.commune:
        requete = requete.filter(communes__code_insee=filtres.commune)
    return _par_demarche(requete, filtres, agent, aujourdhui)


def _par_demarche(requete: QuerySet[Dossier], filtres: Filtres, agent: Agent, aujourdhui: dt.date) -> QuerySet[Dossier]:
    conditions: list[Q] = []
    if filtres.a_qui == "moi":
        conditions.append(Q(responsable_id=agent.pk))
    if filtres.a_qui == "organisme":
        conditions.append(Q(organisme_id=agent.organisme_id))
    if filtres.a_qui == "sans":
        conditions.append(Q(organisme_id=agent.organisme_id, responsable=None))
    if filtres.organisme:
        conditions.append(Q(organisme_id=filtres.organisme))
    if filtres.attend:
        conditions.append(Q(attend=filtres.attend))
    if filtres.retard:
        conditions.append(Q(echeance__lt=aujourdhui))
    types = types_lus(agent) if conditions else types_vus(agent)
    if filtres.besoin:
        conditions.append(Q(type=filtres.besoin))
    if not conditions:
        return requete
    demarches = Demarche.objects.ouvertes().filter(type__in=types, dossier_id=OuterRef("pk"))
    return requete.filter(Exists(demarches.filter(functools.reduce(operator.and_, conditions))))


def chercher(requete: QuerySet[Dossier], texte: str, agent: Agent) -> QuerySet[Dossier]:
    """Keep the dossiers whose readable sections hold every word; a phone is found in any spelling.

    A word under three letters finds nothing: it would match everything, and trigrams need three.
    """
    if numero := lire_numero(texte):
        return requete.filter(numero=numero)
    mots = _mots(texte)
    if not mots:
        return requete.none()
    textes = TexteRecherche.objects.filter(section__in=agent.sections_lues)
    for mot in mots:
        textes = textes.filter(texte__contains=mot)
    return requete.filter(pk__in=textes.values("dossier_id"))


def _mots(texte: str) -> list[str]:
    if re.fullmatch(r"[\d\s.+()/-]+", texte.strip()) and (chiffres := chiffres_recherche(texte)):
        return [chiffres]
    if "@" in texte:
        return [texte.strip().lower()]
    return [mot for mot in normaliser(texte).split() if len(mot) >= 3]


def pour_export(agent: Agent, filtres: Filtres, aujourdhui: dt.date, plafond: int = 1000) -> list[Dossier]:
    """Return the filtered dossiers as the list shows them, up to a cap."""
    communes = Commune.objects.filter(dossiers=OuterRef("pk")).order_by("cle_tri").values("nom")
    requete = (
        filtrer(agent, filtres, aujourdhui).select_related("referent").annotate(noms_communes=ArraySubquery(communes))
    )
    return list(requete.prefetch_related(*_ligne(agent)).order_by("-mouvement_le", "-pk")[:plafond])
