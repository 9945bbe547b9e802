"""Hand-over notes: those to read, their history, and what a new one begins with."""

import datetime as dt

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from dossiers.lectures.journee import a_moi
from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Dossier, Engagement, LecturePassation, Passation
from dossiers.regles.dates import INSECABLE, date_longue, heure
from dossiers.regles.delais import NATIONAL

LONGUEUR = 20


def _completes(agent: Agent) -> QuerySet[Passation]:
    """Return the notes of the house, each with the files this reader may see (`dossiers_vus`) and who read it."""
    dossiers = Prefetch("dossiers", Dossier.objects.visibles_par(agent).only("numero"), to_attr="dossiers_vus")
    lectures = Prefetch("lectures", LecturePassation.objects.select_related("agent"), to_attr="lues")
    return Passation.objects.visibles_par(agent).select_related("agent").prefetch_related(dossiers, lectures)


def a_lire(agent: Agent, jour: dt.date) -> list[Passation]:
    """Return what colleagues left that still stands and the agent has not read, the latest first."""
    return list(_completes(agent).a_lire(agent, jour)[:LONGUEUR])


def liste(agent: Agent, curseur: str) -> Page[Passation]:
    """Return one page of the organisation's notes, the latest first, each with who read it (shown to its author)."""
    return paginer(_completes(agent), "ecrite_le", curseur)


def trouver(agent: Agent) -> QuerySet[Passation]:
    """Return the notes this agent may open."""
    return Passation.objects.visibles_par(agent)


def jusqu_a(jour: dt.date) -> dt.date:
    """Return until when a note stands when nobody says otherwise: the next working day."""
    return NATIONAL.ajouter_ouvres(jour, 1)


def ouverture(agent: Agent, maintenant: dt.datetime) -> str:
    """Return what remains open today, one line each, by numbers alone: nobody is named in what the whole house reads."""
    soir = timezone.localtime(maintenant).replace(hour=23, minute=59, second=59)
    restent = (
        Engagement.objects.visibles_par(agent)
        .a_tenir()
        .filter(a_moi(agent) | Q(agent=None, organisme_id=agent.organisme_id), pour_le__lte=soir)
        .select_related("dossier", "appel")
        .order_by("pour_le")[:LONGUEUR]
    )
    return "\n".join(_ligne(e, maintenant) for e in restent)


def _ligne(engagement: Engagement, maintenant: dt.datetime) -> str:
    sujet = engagement.dossier.numero if engagement.dossier else "appel sans dossier"
    if not engagement.dossier and engagement.appel:
        sujet = f"appel sans dossier, reçu le {_moment(engagement.appel.recu_le)}"
    etat = "échu" if engagement.pour_le < maintenant else "promis"
    return f"- {engagement.get_nature_display()}{INSECABLE}: {sujet}, {etat} le {_moment(engagement.pour_le)}"


def _moment(moment: dt.datetime) -> str:
    return f"{date_longue(moment)} à {heure(moment)}"
