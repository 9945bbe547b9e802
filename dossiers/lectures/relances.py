"""The alerts of the clock that still stand: derived from the rows, never closed by hand."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from dossiers.models import Agent, Demarche, Pause, Relance
from dossiers.regles.droits import Role

LONGUEUR = 25


def en_cours(agent: Agent) -> QuerySet[Relance]:
    """Return the alerts this agent may read whose wait goes on: same state, nothing moved since, no pause."""
    etapes = apps.get_model("workflows", "Etape")._default_manager.filter(formalites_id=OuterRef("demarche_id"))
    attend = Demarche.objects.ouvertes().filter(pk=OuterRef("demarche_id"))
    elle_meme = Q(precision="") & Exists(attend.filter(etat_depuis=OuterRef("attente_depuis")))
    son_etape = Q(Exists(etapes.filter(code=OuterRef("precision"), etat_depuis=OuterRef("attente_depuis"))))
    return (
        Relance.objects.visibles_par(agent)
        .filter(elle_meme & ~Exists(etapes.filter(etat_depuis__gt=OuterRef("faite_le"))) | son_etape)
        .filter(issue=Relance.Issue.ALERTE, dossier__ouvert=True)
        .filter(~Exists(Pause.objects.filter(demarche_id=OuterRef("demarche_id"), fin=None)))
    )


def muets(agent: Agent) -> QuerySet[Relance]:
    """Return the waits on a partner silent for more than fifteen working days."""
    return en_cours(agent).filter(echelon=Relance.Echelon.PARTENAIRE_15)


def pour_moi(agent: Agent) -> list[Relance]:
    """Return the alerts an agent must look at, the oldest wait first: those of their démarches and files; for a
    supervisor, also the partners silent for fifteen days and what nobody answers for."""
    a_moi = Q(demarche__responsable=agent) | Q(demarche__responsable=None, dossier__referent=agent)
    a_moi |= Q(echelon=Relance.Echelon.CANDIDAT_40, dossier__referent=agent)
    if agent.role == Role.SUPERVISEUR:
        a_moi |= Q(echelon=Relance.Echelon.PARTENAIRE_15) | Q(demarche__responsable=None, dossier__referent=None)
    lues = en_cours(agent).filter(a_moi).select_related("dossier", "demarche").order_by("attente_depuis", "-pk")
    derniers: dict[Any, Relance] = {}
    for relance in lues[: 3 * LONGUEUR]:
        # of a wait that climbed several rungs, the last one alone
        derniers.setdefault((relance.demarche_id, relance.precision), relance)
    return list(derniers.values())[:LONGUEUR]
