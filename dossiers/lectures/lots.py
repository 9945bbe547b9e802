"""What a gesture on several dossiers would do, line by line, and what it did: read as this agent may see them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, prefetch_related_objects

from dossiers.lectures.dossiers import etiquettes_lues, nommer_foyers
from dossiers.models import Agent, Dossier, Operation, Position
from dossiers.models.dossiers import position_attendue
from dossiers.regles.lots import DEJA_POSEE, INCONNU, PAS_LE_DROIT, PAS_POSEE, deja_referent


@dataclass(frozen=True)
class LigneLot:
    """One line: the dossier as its reader may see it (None when not), why it is not done, whether it was undone."""

    dossier: Any
    refus: str
    annulee: str = ""


@dataclass(frozen=True)
class Lot:
    """The lines of a gesture, those to do or done first."""

    lignes: list[LigneLot]

    @property
    def faites(self) -> list[LigneLot]:
        return [ligne for ligne in self.lignes if not ligne.refus]

    @property
    def refusees(self) -> list[LigneLot]:
        return [ligne for ligne in self.lignes if ligne.refus]


def apercu(agent: Agent, geste: str, saisie: dict[str, Any], cles: Iterable[int]) -> Lot:
    """Return what would happen to each dossier, nothing being written, in a number of queries that does not grow."""
    cles = list(dict.fromkeys(cles))
    dossiers = _lire(agent, cles)
    juger = _JUGES[geste](agent, list(dossiers.values()), saisie)
    lignes = [LigneLot(d, juger(d)) if (d := dossiers.get(cle)) else LigneLot(None, INCONNU) for cle in cles]
    return Lot(lignes)


def _lire(agent: Agent, cles: list[int]) -> dict[int, Any]:
    visibles = Dossier.objects.visibles_par(agent).filter(pk__in=cles).select_related("absorbe_par")
    lus = list(
        visibles.annotate(
            etiquettes=etiquettes_lues(agent), prenom_referent=F("referent__prenom"), nom_referent=F("referent__nom")
        )
    )
    nommer_foyers(agent, lus)
    return {d.pk: d for d in lus}


Juge = Callable[[Any], str]


def _fusionne(dossier: Any) -> str:
    if dossier.absorbe_par is None:
        return ""
    return f"Ce dossier est fusionné : travaillez dans le dossier {dossier.absorbe_par.numero}."


def _juge_referent(agent: Agent, dossiers: list[Any], saisie: dict[str, Any]) -> Juge:
    choisi = saisie["referent"]
    return lambda d: _fusionne(d) or (deja_referent(str(choisi)) if d.referent_id == choisi.pk else "")


def _juge_etiquette(poser: bool) -> Callable[[Agent, list[Any], dict[str, Any]], Juge]:
    def juge(agent: Agent, dossiers: list[Any], saisie: dict[str, Any]) -> Juge:
        choisie = saisie["etiquette"].pk

        def juger(dossier: Any) -> str:
            posee = any(e["pk"] == choisie for e in dossier.etiquettes or ())
            return _fusionne(dossier) or ("" if posee is not poser else DEJA_POSEE if poser else PAS_POSEE)

        return juger

    return juge


def _juge_cloture(agent: Agent, dossiers: list[Any], saisie: dict[str, Any]) -> Juge:
    prefetch_related_objects(dossiers, "demarches")
    attendus: dict[int, list[str]] = {}
    positions = Position.objects.a_decider().filter(dossier__in=[d.pk for d in dossiers]).select_related("organisme")
    for p in positions:
        attendus.setdefault(p.dossier_id, []).append(f"{p.organisme} ({p.nom_besoin.lower()})")
    declare = Dossier.gestes()["clore"]

    def juger(dossier: Dossier) -> str:
        if not dossier.permet(declare, agent):
            return PAS_LE_DROIT
        if phrase := _fusionne(dossier) or declare.refus(dossier):
            return phrase
        noms = attendus.get(dossier.pk)
        return position_attendue(noms) if noms and not saisie.get("motif_levee") else ""

    return juger


_JUGES = {
    "referent": _juge_referent,
    "poser": _juge_etiquette(True),
    "retirer": _juge_etiquette(False),
    "clore": _juge_cloture,
}


def fait(agent: Agent, cle: Any) -> tuple[str, Lot, bool] | None:
    """Return what a gesture on several dossiers became (its code, its lines, whether it was undone); None when not this agent's."""
    acte = Operation.objects.filter(cle=cle, agent=agent, retour__genre="lot").first()
    if acte is None:
        return None
    retour: dict[str, Any] = acte.retour or {}
    lignes = retour["lignes"]
    dossiers = _lire(agent, [ligne["dossier"] for ligne in lignes])
    lues = [LigneLot(dossiers.get(x["dossier"]), x["refus"], x.get("annulee", "")) for x in lignes]
    return retour["geste"], Lot(lues), "annule_le" in retour
