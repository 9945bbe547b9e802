"""Rows that serve the machinery: acts already done, and the search index."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.organismes import Agent


class Operation(models.Model):
    """A write already done, by the key its form was born with: a second click finds it and changes nothing."""

    cle = models.UUIDField(primary_key=True)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    fait_le = models.DateTimeField(default=timezone.now, db_index=True)
    resultat = models.CharField(max_length=200, blank=True)
    retour = models.JSONField(null=True, blank=True)
    """What would undo it (`actions.annulations`), or the lines of an act on several files (`actions.lots`): keys and codes,
    nobody's name."""

    objects = models.Manager["Operation"]()

    class Meta:
        verbose_name = "opération"

    def __str__(self) -> str:
        return str(self.cle)


class TexteRecherche(models.Model):
    """What a dossier can be found by, one row per section so that a search never leaks a section.

    Derived: `actions.recherche.indexer` computes it, `manage.py reindexer` recomputes all.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="textes")
    section = models.CharField(max_length=20)
    texte = models.TextField()

    objects = models.Manager["TexteRecherche"]()

    class Meta:
        verbose_name = "texte de recherche"
        constraints = [models.UniqueConstraint(fields=["dossier", "section"], name="un_texte_par_section")]
        indexes = [GinIndex(fields=["texte"], opclasses=["gin_trgm_ops"], name="texte_recherche_trgm")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.section}"


class Battement(models.Model):
    """When a background process last gave a sign of life, for `GET /sante/`."""

    nom = models.CharField(max_length=20, primary_key=True)
    vu_le = models.DateTimeField()

    objects = models.Manager["Battement"]()

    class Meta:
        verbose_name = "battement"

    def __str__(self) -> str:
        return self.nom
