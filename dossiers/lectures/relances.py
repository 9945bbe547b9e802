"""The alerts of the clock that still stand: derived from the rows, never closed by hand."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from dossiers.models import Agent, Demarche, Pause, Relance
from dossiers.regles.droits import Role

LONGUEUR = 25


def en_cours(agent: Agent) -> QuerySet[Relance]:
    """Return the alerts this agent may read whose wait goes on: same state, nothing moved since, no pause.

    « Neither before nor after » rather than « equal »: of an equality PostgreSQL may read every démarche and every step into
    memory first, where a page looks at a few alerts.
    """
    memes = {"etat_depuis__lte": OuterRef("attente_depuis"), "etat_depuis__gte": OuterRef("attente_depuis")}
    etapes = apps.get_model("workflows", "Etape")._default_manager.filter(formalites_id=OuterRef("demarche_id"))
    elle_meme = Q(precision="") & Exists(Demarche.objects.ouvertes().filter(pk=OuterRef("demarche_id"), **memes))
    son_etape = ~Q(precision="") & Exists(etapes.filter(code=OuterRef("precision"), **memes))
    return (
        Relance.objects.visibles_par(agent, ouverts=True)
        .filter(elle_meme & ~Exists(etapes.filter(etat_depuis__gt=OuterRef("faite_le"))) | son_etape)
        .filter(issue=Relance.Issue.ALERTE)
        .filter(~Exists(Pause.objects.filter(demarche_id=OuterRef("demarche_id"), fin=None)))
    )


def muets(agent: Agent) -> QuerySet[Relance]:
    """Return the waits on a partner silent for more than fifteen working days."""
    return en_cours(agent).filter(echelon=Relance.Echelon.PARTENAIRE_15)


def dossiers_muets(agent: Agent) -> QuerySet[Relance]:
    """Return one such wait a file, in the order of their index: counted up to a cap, few of them are read."""
    return muets(agent).order_by("dossier_id").distinct("dossier_id")


def pour_moi(agent: Agent) -> list[Relance]:
    """Return the alerts an agent must look at, the oldest wait first: those of their démarches and files; for a
    supervisor, also the partners silent for fifteen days and what nobody answers for.

    Each sort is read in the order of the waits, up to what a day shows: an `OR` of them would read them all.
    """
    sortes = [
        Q(demarche__responsable=agent),
        Q(demarche__responsable=None) & Q(dossier__referent=agent),
        Q(echelon=Relance.Echelon.CANDIDAT_40, dossier__referent=agent),
    ]
    if agent.role == Role.SUPERVISEUR:
        sortes.append(Q(echelon=Relance.Echelon.PARTENAIRE_15))
        sortes.append(Q(demarche__responsable=None) & Q(dossier__referent=None))
    bouts = [_premieres(agent, sorte) for sorte in sortes]
    derniers: dict[Any, Relance] = {}
    for relance in sorted(bouts[0].union(*bouts[1:]).order_by(), key=lambda r: (r.attente_depuis, -r.pk)):
        # of a wait that climbed several rungs, the last one alone
        derniers.setdefault((relance.demarche_id, relance.precision), relance)
    return list(derniers.values())[:LONGUEUR]


def _premieres(agent: Agent, sorte: Q) -> QuerySet[Relance]:
    lues = en_cours(agent).filter(sorte).select_related("dossier", "demarche")
    return lues.order_by("attente_depuis", "-pk")[: 3 * LONGUEUR]
