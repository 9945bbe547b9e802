"""Where each need goes by default."""

from django.db import models

from dossiers.models.demarches import Demarche
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.territoires import Commune, Territoire


class RegleAffectation(models.Model):
    """« Such a need in such a commune goes to such an organisation and agent »; the most precise rule wins."""

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="regles_affectation")
    besoin = models.CharField("besoin", max_length=30)
    commune = models.ForeignKey(Commune, models.CASCADE, null=True, blank=True, verbose_name="commune")
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, verbose_name="agent")

    objects = models.Manager["RegleAffectation"]()
    history = historique()

    class Meta:
        verbose_name = "règle d’affectation"
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "besoin", "commune"],
                nulls_distinct=False,
                name="une_regle_par_besoin_et_commune",
                violation_error_message="Une règle existe déjà pour ce besoin et cette commune.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.besoin} → {self.organisme}"

    @property
    def libelle_besoin(self) -> str:
        """The need's label, from the register."""
        return Demarche.REGISTRE[self.besoin].libelle_besoin
