"""What an agent's day is made of beside the files: the last visit, the calendar they subscribe to, the hand-over note."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.territoires import Territoire
from dossiers.regles.delais import jour_de

MEMOIRE = dt.timedelta(days=30)
"""How far back a day looks, also after a long leave: older moves are read in each file."""
PREMIERE_FOIS = dt.timedelta(days=7)
"""What an agent who has never visited is shown."""


class Visite(models.Model):
    """Since when an agent has not looked: what moved after `depuis` is news (decision 0037)."""

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="+")
    depuis = models.DateTimeField()
    vue_le = models.DateTimeField()
    """When the news were last on the agent's screen."""

    objects = models.Manager["Visite"]()

    class Meta:
        verbose_name = "dernière visite"

    def __str__(self) -> str:
        return f"{self.agent_id} depuis {self.depuis:%d/%m/%Y %H:%M}"

    def depuis_au(self, maintenant: dt.datetime) -> dt.datetime:
        """Return since when moves are news: on a new day, since the news were last on screen."""
        depuis = self.vue_le if jour_de(self.vue_le) < jour_de(maintenant) else self.depuis
        return max(depuis, maintenant - MEMOIRE)


class Agenda(models.Model):
    """A secret address where a calendar reads an agent's dates; only its fingerprint is kept."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="agendas")
    empreinte = models.CharField("empreinte de l’adresse", max_length=64, unique=True, editable=False)
    cree_le = models.DateTimeField("créée le", default=timezone.now)
    revoque_le = models.DateTimeField("révoquée le", null=True, blank=True)

    objects = models.Manager["Agenda"]()
    history = historique(excluded_fields=["empreinte"])

    class Meta:
        verbose_name = "adresse d’agenda"
        ordering = ("-cree_le",)
        constraints = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=Q(revoque_le=None),
                name="un_agenda_par_agent",
                violation_error_message="Vous avez déjà une adresse d’agenda.",
            )
        ]

    def __str__(self) -> str:
        return f"Agenda de {self.agent_id}, {self.cree_le:%d/%m/%Y}"


class PassationQuerySet(models.QuerySet["Passation"]):
    """Reads hand-over notes: those of one's own organisation, on the territory one works on."""

    def visibles_par(self, agent: Agent) -> Self:
        return self.filter(organisme_id=agent.organisme_id, territoire_id=agent.territoire_id)

    def a_lire(self, agent: Agent, jour: dt.date) -> Self:
        """Keep what colleagues left that still stands and this agent has not marked as read."""
        lues = LecturePassation.objects.filter(passation_id=OuterRef("pk"), agent_id=agent.pk)
        return self.visibles_par(agent).filter(~Exists(lues), jusqu_au__gte=jour).exclude(agent_id=agent.pk)


class Passation(models.Model):
    """What one shift tells the next: a text, the files it is about, and until when it stands."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="passations", verbose_name="écrite par")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="passations", verbose_name="organisme")
    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="passations", verbose_name="territoire")
    texte = models.TextField("à transmettre")
    dossiers = models.ManyToManyField(Dossier, blank=True, related_name="passations", verbose_name="dossiers")
    jusqu_au = models.DateField("affichée jusqu’au")
    ecrite_le = models.DateTimeField("écrite le", default=timezone.now)

    objects = PassationQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "passation"
        ordering = ("-ecrite_le", "-id")
        indexes = [
            models.Index(fields=["organisme", "territoire", "jusqu_au"], name="passation_en_cours"),
            models.Index(fields=["organisme", "territoire", "-ecrite_le", "-id"], name="passation_liste"),
        ]

    def __str__(self) -> str:
        return f"Passation du {timezone.localtime(self.ecrite_le):%d/%m/%Y %H:%M}"


class LecturePassation(models.Model):
    """Who read a hand-over note, and when."""

    passation = models.ForeignKey(Passation, models.CASCADE, related_name="lectures")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+", verbose_name="lue par")
    lue_le = models.DateTimeField("lue le", default=timezone.now)

    objects = models.Manager["LecturePassation"]()

    class Meta:
        verbose_name = "lecture d’une passation"
        ordering = ("lue_le",)
        constraints = [
            models.UniqueConstraint(
                fields=["passation", "agent"],
                name="une_lecture_par_agent",
                violation_error_message="Vous avez déjà lu cette passation.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.passation_id} lue par {self.agent_id}"
