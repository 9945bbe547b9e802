"""What the clock did by itself about a wait: letters to the household, alerts to the agents."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.models.courriers import Courrier
from dossiers.models.demarches import Demarche
from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent


class RelanceQuerySet(models.QuerySet["Relance"]):
    """Reads reminders, only those of sections the reader may read."""

    def visibles_par(self, agent: Agent, *, ouverts: bool = False) -> Self:
        """Keep those of the files this agent sees, of the open ones alone when asked."""
        dossiers = Dossier.objects.visibles_par(agent)
        return self.filter(
            section__in=sorted(agent.sections_lues), dossier__in=dossiers.ouverts() if ouverts else dossiers
        )


class Relance(models.Model):
    """One rung of the ladder, reached once for a wait: a démarche (or a step), the moment it began to wait, the rung."""

    class Echelon(models.TextChoices):
        CANDIDAT_10 = "candidat_10", "première relance au foyer (10 jours)"
        CANDIDAT_25 = "candidat_25", "seconde relance au foyer (25 jours)"
        CANDIDAT_40 = "candidat_40", "foyer sans réponse depuis 40 jours"
        PARTENAIRE_5 = "partenaire_5", "partenaire à relancer (5 jours ouvrés)"
        PARTENAIRE_10 = "partenaire_10", "partenaire à relancer encore (10 jours ouvrés)"
        PARTENAIRE_15 = "partenaire_15", "partenaire muet depuis plus de 15 jours ouvrés"
        POINT_ETAPE = "point_etape", "point d’étape au foyer (20 jours sans mouvement)"

    class Issue(models.TextChoices):
        LETTRE = "lettre", "courrier demandé"
        ALERTE = "alerte", "signalé aux agents"
        RATTRAPEE = "rattrapee", "dépassé pendant une interruption"
        SANS_DESTINATAIRE = "sans_destinataire", "personne à qui écrire"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="relances")
    demarche = models.ForeignKey(Demarche, models.CASCADE, null=True, blank=True, related_name="relances")
    section = models.CharField("section", max_length=20)
    precision = models.CharField("étape", max_length=4, blank=True)
    """Code of the step that waits; empty when the démarche itself does."""
    attente_depuis = models.DateTimeField("attente commencée le")
    echelon = models.CharField("échelon", max_length=16, choices=Echelon)
    issue = models.CharField("suite", max_length=20, choices=Issue)
    courrier = models.ForeignKey(Courrier, models.SET_NULL, null=True, blank=True, related_name="relances")
    faite_le = models.DateTimeField("faite le", default=timezone.now)

    objects = RelanceQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "relance"
        ordering = ("faite_le", "id")
        indexes = [
            # the board reads these in the order of the files, and nothing else of them
            models.Index(
                fields=["echelon", "dossier"],
                include=["id", "demarche", "precision", "section", "attente_depuis", "faite_le"],
                condition=Q(issue="alerte"),
                name="relance_alertes",
            ),
            models.Index(fields=["attente_depuis"], condition=Q(issue="alerte"), name="relance_par_attente"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "demarche", "precision", "attente_depuis", "echelon"],
                nulls_distinct=False,
                name="une_relance_par_attente_et_echelon",
                violation_error_message="Cette relance a déjà été faite.",
            )
        ]

    def __str__(self) -> str:
        return self.get_echelon_display()
