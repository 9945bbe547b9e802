"""What happens to whole files: two become one, one goes to another territory."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent
from dossiers.models.territoires import Territoire
from dossiers.regles.droits import Section


class Fusion(models.Model):
    """A file taken in by another: what moved, so that it can go back for a while."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="fusions", verbose_name="dossier maître")
    absorbe = models.ForeignKey(Dossier, models.CASCADE, related_name="+", verbose_name="dossier absorbé")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+", verbose_name="fusionné par")
    faite_le = models.DateTimeField("fusionné le", default=timezone.now)
    annulee_le = models.DateTimeField("annulé le", null=True, blank=True)
    deplace = models.JSONField("ce qui a été déplacé", default=dict, editable=False)

    objects = models.Manager["Fusion"]()
    history = historique(excluded_fields=["deplace"])

    class Meta:
        verbose_name = "fusion"
        ordering = ("-faite_le",)
        constraints = [
            models.UniqueConstraint(
                fields=["absorbe"],
                condition=Q(annulee_le=None),
                name="une_fusion_en_vigueur",
                violation_error_message="Ce dossier est déjà fusionné.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.absorbe} dans {self.dossier}"


class TransfertQuerySet(models.QuerySet["Transfert"]):
    """Reads transfers: each of the two territories, at its line's direction."""

    def visibles_par(self, agent: Agent) -> Self:
        if not agent.peut_lire(Section.TRANSFERT):
            return self.none()
        return self.filter(Q(source_id=agent.territoire_id) | Q(cible_id=agent.territoire_id))


class Transfert(models.Model):
    """What the territory that sent a file keeps of it: its number, when, why, where to; nothing of its content."""

    class Motif(models.TextChoices):
        PROJET = "projet", "le projet se fait sur l’autre territoire"
        DOMICILE = "domicile", "le foyer s’y est installé"
        ERREUR = "erreur", "dossier ouvert au mauvais endroit"
        COMPETENCE = "competence", "le guichet de l’autre territoire est compétent"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="transferts", verbose_name="dossier")
    numero = models.CharField("numéro", max_length=16)
    source = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="venu de")
    cible = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="parti vers")
    motif = models.CharField("motif du transfert", max_length=12, choices=Motif)
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+", verbose_name="transféré par")
    fait_le = models.DateTimeField("transféré le", default=timezone.now)

    objects = TransfertQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "transfert"
        ordering = ("-fait_le", "-id")

    def __str__(self) -> str:
        return f"{self.numero} : {self.source} → {self.cible}"
