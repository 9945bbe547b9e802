"""The team as its supervisor sees it: loads, absences, and what somebody who leaves would leave behind."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from dossiers.models import FINAUX_COMMUNS, Absence, Agent, Demarche, Dossier, Engagement, Suppleance


@dataclass(frozen=True)
class Inventaire:
    """What an agent carries today."""

    demarches: list[Demarche]
    promesses: list[Engagement]
    dossiers: list[Dossier]

    @property
    def vide(self) -> bool:
        return not (self.demarches or self.promesses or self.dossiers)


def equipe(agent: Agent, jour: dt.date) -> list[Agent]:
    """Return the agents of one's organisation and territory, with their load and their absence of the day or to come."""
    ouvertes = Count("demarches", filter=~Q(demarches__etat__in=FINAUX_COMMUNS))
    lus = Agent.objects.filter(organisme=agent.organisme_id, territoire=agent.territoire_id).annotate(charge=ouvertes)
    absences: dict[int, Absence] = {}
    for absence in (
        Absence.objects.visibles_par(agent).filter(fin__gte=jour).select_related("remplacant").order_by("-debut")
    ):
        absences[absence.agent_id] = absence
    collegues: list[Agent] = list(lus)
    for collegue in collegues:
        collegue.absence = absences.get(collegue.pk)  # type: ignore[attr-defined]
    return collegues


def absences_de(agent: Agent, jour: dt.date) -> list[Absence]:
    """Return an agent's absences present and to come, the nearest first."""
    return list(
        Absence.objects.filter(agent=agent, fin__gte=jour).select_related("agent", "remplacant").order_by("debut")
    )


def a_rendre(agent: Agent, jour: dt.date) -> list[Suppleance]:
    """Return what was received in this agent's name and still waits for their word, once they are back."""
    return list(
        Suppleance.objects.filter(absence__agent=agent, absence__debut__lte=jour, issue="")
        .exclude(demarche__etat__in=FINAUX_COMMUNS)
        .filter(demarche__dossier__in=Dossier.objects.visibles_par(agent))
        .exclude(Exists(Absence.objects.au(jour).filter(agent=agent)))
        .select_related("demarche__dossier", "demarche__responsable", "absence")
        .order_by("demarche__echeance", "pk")
    )


def inventaire(agent: Agent) -> Inventaire:
    """Return what an agent carries: open démarches, promises to keep, dossiers they are référent of."""
    return Inventaire(
        list(
            Demarche.objects.ouvertes().filter(responsable=agent).select_related("dossier").order_by("echeance", "pk")
        ),
        list(Engagement.objects.a_tenir().filter(agent=agent).select_related("dossier").order_by("pour_le")),
        list(Dossier.objects.filter(referent=agent).order_by("numero")),
    )


def orphelins() -> dict[str, int]:
    """Count what is still in the name of a closed account: nought, everywhere, is the rule."""
    ferme = Agent.objects.filter(is_active=False)
    return {
        "démarches": Demarche.objects.ouvertes().filter(Exists(ferme.filter(pk=OuterRef("responsable_id")))).count(),
        "promesses": Engagement.objects.a_tenir().filter(Exists(ferme.filter(pk=OuterRef("agent_id")))).count(),
        "dossiers": Dossier.objects.filter(Exists(ferme.filter(pk=OuterRef("referent_id")))).count(),
    }


def remplacant_propose(absent: Agent, jour: dt.date) -> Agent | None:
    """Propose who covers: a present colleague who may carry the same needs, the least loaded."""
    portes = {t for t, classe in Demarche.REGISTRE.items() if absent.peut_porter(classe.section)}
    memes = [
        a
        for a in equipe(absent, jour)
        if a.pk != absent.pk
        and a.is_active
        and a.absence is None  # type: ignore[attr-defined]
        and portes <= {t for t, classe in Demarche.REGISTRE.items() if a.peut_porter(classe.section)}
        and a.peut_lire("identite")
    ]
    return min(memes, key=lambda a: (a.charge, a.nom, a.pk), default=None)  # type: ignore[attr-defined]
