"""The words the call screen understands: shipped for all, added to or taken out by each territory's supervisors."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dossiers.models.historique import historique
from dossiers.models.territoires import Territoire


class Lexique(models.Model):
    """Expressions of one family that point to one value with one weight; without territory, they are everybody's.

    A territory's line of weight `RETIRE` holds the common expressions it does not want.
    """

    RETIRE = 0

    territoire = models.ForeignKey(Territoire, models.CASCADE, null=True, blank=True, related_name="lexiques")
    famille = models.CharField("famille", max_length=30)
    valeur = models.CharField("valeur", max_length=40)
    poids = models.SmallIntegerField("poids")
    expressions = ArrayField(models.CharField(max_length=80), verbose_name="expressions")

    objects = models.Manager["Lexique"]()
    history = historique()

    class Meta:
        verbose_name = "lexique"
        ordering = ("famille", "valeur", "-poids", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "famille", "valeur", "poids"],
                nulls_distinct=False,
                name="un_lexique_par_valeur_et_poids",
                violation_error_message="Ces mots ont déjà leur ligne.",
            ),
            models.CheckConstraint(
                condition=Q(poids__gte=-9, poids__lte=9),
                name="lexique_poids",
                violation_error_message="Un poids va de -9 à 9.",
            ),
            models.CheckConstraint(
                condition=Q(territoire__isnull=False) | ~Q(poids=0),
                name="lexique_retire_par_un_territoire",
                violation_error_message="Seul un territoire retire des mots.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.famille} : {self.valeur}"
