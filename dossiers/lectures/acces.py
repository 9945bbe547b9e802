"""Requests to see a hidden file: those I must answer, and mine with their answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.lectures.dossiers import nommer_foyers
from dossiers.models import Agent, DemandeAcces, Dossier

LONGUEUR = 50


@dataclass(frozen=True)
class Demandes:
    """The two lists of one agent, the oldest to answer first, the latest asked first."""

    a_decider: list[DemandeAcces]
    miennes: list["MaDemande"]


@dataclass(frozen=True)
class MaDemande:
    """One of my requests: before it is granted, nothing of the file is in it."""

    demande: DemandeAcces
    dossier: Dossier | None = None
    """The file, once it opens to me."""
    numero: str = ""
    contact: str = ""
    telephone: str = ""
    """Granted by another territory: the number to give, and whom to call."""


def est_demande(agent: Agent, dossiers: Iterable[int]) -> bool:
    """Tell whether this agent waits for an answer on one of these files."""
    return DemandeAcces.objects.de(agent).filter(reponse="", dossier_id__in=dossiers).exists()


def lire(agent: Agent) -> Demandes:
    """Return what this agent has to answer, and what was answered to them."""
    attendues = DemandeAcces.objects.a_decider_par(agent).select_related("dossier", "agent", "organisme")
    a_decider = list(attendues.order_by("demandee_le", "pk")[:LONGUEUR])
    nommer_foyers(agent, [d.dossier for d in a_decider])
    miennes = DemandeAcces.objects.de(agent).select_related(
        "dossier__referent", "dossier__pilote", "dossier__territoire"
    )
    lues = list(miennes[:LONGUEUR])
    visibles = Dossier.objects.visibles_par(agent).in_bulk([d.dossier_id for d in lues])
    return Demandes(a_decider, [_dire(d, visibles.get(d.dossier_id)) for d in lues])


def _dire(demande: DemandeAcces, visible: Dossier | None) -> MaDemande:
    if demande.reponse != DemandeAcces.Reponse.ACCORDE:
        return MaDemande(demande)
    if visible is not None:
        return MaDemande(demande, dossier=visible, numero=visible.numero)
    dossier = demande.dossier
    qui = f"{dossier.referent}, {dossier.pilote}" if dossier.referent else str(dossier.pilote)
    joindre = dossier.referent.telephone if dossier.referent else ""
    return MaDemande(demande, numero=dossier.numero, contact=qui, telephone=joindre or dossier.territoire.telephone)
