"""How agents arrange their lists: saved views, and the tags of a territory put on its dossiers."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.territoires import Territoire
from dossiers.regles.droits import Role, Section


class VueQuerySet(models.QuerySet["Vue"]):
    """Reads saved views: one's own, and those one's house shares."""

    def visibles_par(self, agent: Agent) -> Self:
        partagees = Q(partagee=True, organisme_id=agent.organisme_id)
        return self.filter(Q(agent_id=agent.pk) | partagees, territoire_id=agent.territoire_id, retiree_le=None)


class Vue(models.Model):
    """A list as somebody named it: filters, order and columns, never rows. Whoever opens it sees what their rights show."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="vues", verbose_name="faite par")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="vues")
    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="vues")
    liste = models.CharField("liste", max_length=20)
    nom = models.CharField("nom de la vue", max_length=60)
    parametres = models.JSONField("filtres", default=dict)
    colonnes = ArrayField(models.CharField(max_length=20), verbose_name="colonnes", default=list, blank=True)
    partagee = models.BooleanField("partagée avec mon organisme", default=False)
    retiree_le = models.DateTimeField("supprimée le", null=True, blank=True)

    objects = VueQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "vue"
        ordering = ("nom", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "territoire", "liste", "nom"],
                condition=Q(retiree_le=None),
                name="une_vue_par_nom",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisme", "liste"], condition=Q(retiree_le=None, partagee=True), name="vue_partagees"
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def modifiable_par(self, agent: Agent) -> bool:
        """Its author, and for a shared one a supervisor of the same house."""
        direction = self.partagee and agent.role == Role.SUPERVISEUR and agent.organisme_id == self.organisme_id
        return agent.pk == self.agent_id or direction


class EtiquetteQuerySet(models.QuerySet["Etiquette"]):
    """Reads tags: the line's holder alone knows them."""

    def visibles_par(self, agent: Agent) -> Self:
        siennes = self.filter(territoire_id=agent.territoire_id, retiree_le=None)
        return siennes if agent.peut_lire(Section.ETIQUETTES) else siennes.none()


class Etiquette(models.Model):
    """A word of a territory's short list, to group dossiers by; a supervisor writes the list, nobody types a tag."""

    class Ton(models.TextChoices):
        NEUTRE = "neutre", "gris"
        INFO = "info", "bleu"
        SUCCES = "succes", "vert"
        ALERTE = "alerte", "ambre"
        DANGER = "danger", "rouge"

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="etiquettes")
    nom = models.CharField("étiquette", max_length=30)
    ton = models.CharField("couleur", max_length=8, choices=Ton, default=Ton.NEUTRE)
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)

    objects = EtiquetteQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "étiquette du territoire"
        ordering = ("nom", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "nom"],
                condition=Q(retiree_le=None),
                name="une_etiquette_par_nom",
                violation_error_message="Cette étiquette existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class EtiquettePosee(models.Model):
    """A tag on a dossier."""

    section = Section.ETIQUETTES

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="etiquettes_posees")
    etiquette = models.ForeignKey(Etiquette, models.CASCADE, related_name="poses", verbose_name="étiquette")
    posee_le = models.DateTimeField("posée le", default=timezone.now)

    objects = models.Manager["EtiquettePosee"]()
    history = historique()

    class Meta:
        verbose_name = "étiquette"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "etiquette"],
                name="une_etiquette_une_fois",
                violation_error_message="Cette étiquette est déjà posée.",
            )
        ]

    def __str__(self) -> str:
        return str(self.etiquette)
