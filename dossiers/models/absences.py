"""Who is away, who covers, and what the cover received in their name. Why somebody is away is never noted."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from dossiers.models.demarches import Demarche
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Reads absences: one's own, and those of one's organisation."""

    def visibles_par(self, agent: Agent) -> Self:
        return self.filter(agent__organisme_id=agent.organisme_id)

    def au(self, jour: dt.date) -> Self:
        """Keep those that cover a day."""
        return self.filter(debut__lte=jour, fin__gte=jour)


class Absence(models.Model):
    """Days an agent is away, both included: what would have come to them goes to their cover."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="absences")
    debut = models.DateField("du")
    fin = models.DateField("au")
    remplacant = models.ForeignKey(
        Agent, models.SET_NULL, null=True, blank=True, related_name="remplacements", verbose_name="remplaçant"
    )

    objects = AbsenceQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "absence"
        ordering = ("-debut",)
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="absence_dans_l_ordre",
                violation_error_message="L’absence finit avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(remplacant=None) | ~Q(remplacant=F("agent")),
                name="absence_remplacee_par_un_autre",
                violation_error_message="On ne se remplace pas soi-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, du {self.debut:%d/%m/%Y} au {self.fin:%d/%m/%Y}"


class Suppleance(models.Model):
    """A démarche the cover received in the name of somebody away, until that person says what becomes of it."""

    class Issue(models.TextChoices):
        REPRISE = "reprise", "Reprise"
        LAISSEE = "laissee", "Laissée au remplaçant"

    absence = models.ForeignKey(Absence, models.CASCADE, related_name="suppleances")
    demarche = models.ForeignKey(Demarche, models.CASCADE, related_name="suppleances")
    issue = models.CharField("suite", max_length=8, choices=Issue, blank=True)

    objects = models.Manager["Suppleance"]()
    history = historique()

    class Meta:
        verbose_name = "suppléance"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["absence", "demarche"],
                name="une_suppleance_par_absence",
                violation_error_message="Cette démarche est déjà dans la liste de retour.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.demarche_id} pour {self.absence}"
