"""What others did since an agent last looked: partners' answers, then what moved in their files.

Read by its own page, apart from « Ma journée »: its queries are its own, as many for one file as for twenty.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from dossiers.lectures import chronologie
from dossiers.lectures.chronologie import Evenement
from dossiers.lectures.dossiers import nommer_foyers
from dossiers.models import Agent, DemandeAcces, Demarche, Dossier, Participant, Position, Visite
from dossiers.models.journee import PREMIERE_FOIS

DOSSIERS = 20
PAR_DOSSIER = 5
REPONSES = 25
REPONDUES = (Position.Etat.ACCEPTEE, Position.Etat.REFUSEE, Position.Etat.TERMINEE)
MACHINE = frozenset({"produire_courrier"})
"""What the machine does by itself for something already told, such as the PDF of a letter just asked for."""
GESTES_REPONDUS = frozenset({"accepter", "refuser", "terminer"})


@dataclass(frozen=True)
class Bouge:
    """One of my files, and what others did in it: the latest acts, and how many more there are."""

    dossier: Dossier
    evenements: list[Evenement]
    autres: int


@dataclass(frozen=True)
class Nouvelles:
    """What is new since `depuis`, read at `lu_le`."""

    depuis: dt.datetime
    lu_le: dt.datetime
    positions: list[Position] = field(default_factory=list)
    acces: list[DemandeAcces] = field(default_factory=list)
    """Answers to my requests to see a file; `dossier_vu` tells whether I see it now."""
    dossiers: list[Bouge] = field(default_factory=list)
    encore: bool = False
    """Whether more files moved than are shown."""

    @property
    def vide(self) -> bool:
        return not (self.positions or self.acces or self.dossiers)


def depuis(agent: Agent, maintenant: dt.datetime) -> dt.datetime:
    """Return since when moves are news to this agent, without noting a visit."""
    visite = Visite.objects.filter(agent=agent).first()
    return visite.depuis_au(maintenant) if visite else maintenant - PREMIERE_FOIS


def lire(agent: Agent, depuis: dt.datetime, maintenant: dt.datetime) -> Nouvelles:
    """Return the news of an agent: what they may know of, done by others, in the files they answer for."""
    positions = _positions(agent, depuis)
    bouges = list(_mes_dossiers(agent).filter(mouvement_le__gt=depuis).order_by("-mouvement_le")[: DOSSIERS + 1])
    montres = bouges[:DOSSIERS]
    recits = chronologie.lire_plusieurs(_personnes(agent, montres), agent)
    groupes = []
    for dossier in montres:
        neufs = [e for e in recits[dossier.pk] if _est_neuf(e, agent, depuis)]
        if neufs:
            groupes.append(Bouge(dossier, neufs[:PAR_DOSSIER], max(0, len(neufs) - PAR_DOSSIER)))
    nommer_foyers(agent, [*(g.dossier for g in groupes), *(p.dossier for p in positions)])
    return Nouvelles(
        depuis=depuis,
        lu_le=maintenant,
        positions=positions,
        acces=_acces(agent, depuis),
        dossiers=groupes,
        encore=len(bouges) > DOSSIERS,
    )


def _est_neuf(evenement: Evenement, agent: Agent, depuis: dt.datetime) -> bool:
    """Tell whether somebody else did this since; a partner's answer has its own list above."""
    if evenement.agent_id == agent.pk or evenement.geste in MACHINE:
        return False
    if (evenement.ecrit_le or evenement.quand) <= depuis:
        return False
    repondu = evenement.sujet == "Position" and evenement.geste in GESTES_REPONDUS
    return not (repondu and agent.organisme.est_porteur)


def _mes_dossiers(agent: Agent) -> QuerySet[Dossier]:
    """Return the files an agent answers for: référent, in charge of a démarche, or of the organisation asked to act."""
    demarches = Demarche.objects.filter(dossier_id=OuterRef("pk"), responsable_id=agent.pk)
    miens = Q(referent_id=agent.pk) | Q(Exists(demarches))
    if not agent.organisme.est_porteur:
        miens |= Q(Exists(Position.objects.filter(dossier_id=OuterRef("pk"), organisme_id=agent.organisme_id)))
    return Dossier.objects.visibles_par(agent).filter(miens, absorbe_par=None)


def _personnes(agent: Agent, dossiers: list[Dossier]) -> dict[int, list[int]]:
    """Return, by file, the people this agent may read there."""
    chez: dict[int, list[int]] = {d.pk: [] for d in dossiers}
    lus = Participant.objects.filter(dossier_id__in=list(chez), role__in=Participant.roles_lus(agent))
    for dossier_id, personne_id in lus.values_list("dossier_id", "personne_id"):
        chez[dossier_id].append(personne_id)
    return chez


def _positions(agent: Agent, depuis: dt.datetime) -> list[Position]:
    """Return what partners answered on my files and démarches; a partner is told of no other's answer (decision 0028)."""
    if not agent.organisme.est_porteur:
        return []
    a_moi = Q(dossier__referent_id=agent.pk) | Q(demarche__responsable_id=agent.pk)
    repondues = Position.objects.visibles_par(agent).filter(
        a_moi,
        etat__in=REPONDUES,
        etat_depuis__gt=depuis,
        # an answer moves its file: the few files that moved are found by their index
        dossier__mouvement_le__gt=depuis,
    )
    return list(repondues.select_related("dossier", "organisme").order_by("-etat_depuis", "-pk")[:REPONSES])


def _acces(agent: Agent, depuis: dt.datetime) -> list[DemandeAcces]:
    """Return the answers to my requests to see a file; the file's own number only when I may see it now."""
    vus = Dossier.objects.visibles_par(agent).filter(pk=OuterRef("dossier_id"))
    repondues = DemandeAcces.objects.de(agent).filter(repondue_le__gt=depuis).exclude(reponse="")
    lues = repondues.annotate(dossier_vu=Exists(vus)).select_related("dossier", "repondue_par")
    return list(lues.order_by("-repondue_le")[:REPONSES])
