"""Agents, absences and rules read as the plain facts that routing compares (`regles/routage.py`)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q
from django.utils import timezone

from dossiers.models.absences import Absence
from dossiers.models.demarches import FINAUX_COMMUNS, Demarche
from dossiers.models.echeances import Horloge
from dossiers.models.organismes import Agent
from dossiers.models.regles_affectation import RegleAffectation
from dossiers.models.territoires import Territoire
from dossiers.regles.rappels import Presence
from dossiers.regles.routage import Conge, Equipier, Regle


def regle_pure(regle: RegleAffectation) -> Regle:
    """Return a rule as the pure function takes it."""
    return Regle(
        cle=regle.pk,
        besoin=regle.besoin,
        organisme=regle.organisme_id,
        commune=regle.commune_id,
        statut=regle.statut,
        agent=regle.agent_id,
        moins_charge=regle.moins_charge,
        version=regle.jeu.numero if regle.jeu else 0,
    )


def lire_equipe(territoire: Territoire, organismes: Iterable[int]) -> dict[int, Agent]:
    """Return the active agents of organisations with their load (`charge`: open démarches), by key; no query for none."""
    organismes = list(organismes)
    if not organismes:
        return {}
    ouvertes = Count("demarches", filter=~Q(demarches__etat__in=FINAUX_COMMUNS))
    actifs = Agent.objects.filter(is_active=True, territoire=territoire, organisme__in=organismes)
    return {a.pk: a for a in actifs.annotate(charge=ouvertes)}


def lire_conges(agents: Iterable[int], debut: dt.date, fin: dt.date | None = None) -> list[Conge]:
    """Return the absences of these agents that touch a day or a period, in a stable order."""
    agents = list(agents)
    if not agents:
        return []
    lues = Absence.objects.filter(agent__in=agents, debut__lte=fin or debut, fin__gte=debut).order_by("debut", "pk")
    return [Conge(cle=a.pk, agent=a.agent_id, debut=a.debut, fin=a.fin, remplacant=a.remplacant_id) for a in lues]


def equipier(agent: Agent) -> Equipier:
    """Return an agent as the pure function takes them."""
    besoins = frozenset(t for t, classe in Demarche.REGISTRE.items() if agent.peut_porter(classe.section))
    nom = f"{agent.nom} {agent.prenom}"
    return Equipier(cle=agent.pk, nom=nom, organisme=agent.organisme_id, besoins=besoins)


def presence_de(agent: Agent) -> Presence:
    """Return the days an agent is there, as callbacks ask: their organisation's calendar, and their absences not yet over."""
    calendrier = Horloge.lire(organismes=[agent.organisme_id], territoires=[]).calendrier(agent.organisme_id)
    absences = Absence.objects.filter(agent=agent, fin__gte=timezone.localdate()).order_by("debut", "pk")
    return Presence(calendrier, tuple((a.debut, a.fin) for a in absences))
