"""Letters: a row first, then bytes."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent
from dossiers.models.personnes import Personne
from dossiers.regles.droits import Section


class ModeleCourrier(models.Model):
    """One version of a letter's text; a later version never changes a letter already made."""

    class Nature(models.TextChoices):
        INFORMATION = "information", "Information"
        DECISION = "decision", "Décision"
        CONVOCATION = "convocation", "Convocation"

    code = models.CharField("code", max_length=4)
    version = models.PositiveSmallIntegerField("version")
    libelle = models.CharField("document", max_length=120)
    nature = models.CharField("nature", max_length=12, choices=Nature)
    contenu = models.JSONField("contenu")
    effet_le = models.DateField("en vigueur à partir du")

    objects = models.Manager["ModeleCourrier"]()
    history = historique()

    class Meta:
        verbose_name = "modèle de courrier"
        ordering = ("code", "-version")
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="un_modele_par_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle} (version {self.version})"


class CourrierQuerySet(models.QuerySet["Courrier"]):
    """Reads letters: only those made of sections the reader may read."""

    def visibles_par(self, agent: Agent) -> Self:
        if not agent.peut_lire(Section.COURRIERS):
            return self.none()
        return self._lisibles(agent).filter(dossier__in=Dossier.objects.visibles_par(agent))

    def lus_dans(self, dossier: Dossier, agent: Agent) -> Self:
        """Keep what this agent may read in a file already read by the door."""
        return self._lisibles(agent).filter(dossier=dossier) if agent.peut_lire(Section.COURRIERS) else self.none()

    def _lisibles(self, agent: Agent) -> Self:
        return self.filter(sections__contained_by=sorted(agent.sections_lues))


class Courrier(models.Model):
    """A letter to make or made: the outbox row is the truth, the queue only a hint (design.md §4.5)."""

    class Etat(models.TextChoices):
        A_PRODUIRE = "a_produire", "à produire"
        PRODUIT = "produit", "produit"
        ECHEC = "echec", "échec"
        ANNULE = "annule", "annulé"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="courriers")
    modele = models.ForeignKey(ModeleCourrier, models.PROTECT, related_name="courriers")
    occurrence = models.CharField("occurrence", max_length=60)
    destinataire = models.ForeignKey(Personne, models.PROTECT, null=True, blank=True, related_name="courriers")
    sections = ArrayField(models.CharField(max_length=20), verbose_name="sections dont le courrier est fait")
    demande_par = models.ForeignKey(Agent, models.PROTECT, related_name="courriers", verbose_name="demandé par")
    demande_le = models.DateTimeField("demandé le", default=timezone.now)
    a_partir_de = models.DateTimeField("à produire à partir de", null=True, blank=True)
    """Not made before: the act it follows from may still be undone."""
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.A_PRODUIRE)
    tentatives = models.PositiveSmallIntegerField("tentatives", default=0)
    erreur = models.CharField("cause de l’échec", max_length=200, blank=True)
    donnees = models.JSONField("données figées", null=True, blank=True)
    produit_le = models.DateTimeField("produit le", null=True, blank=True)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    taille = models.PositiveIntegerField("taille en octets", null=True, blank=True)

    objects = CourrierQuerySet.as_manager()
    history = historique(excluded_fields=["donnees"])

    class Meta:
        verbose_name = "courrier"
        ordering = ("-demande_le", "-id")
        indexes = [
            models.Index(fields=["demande_le"], condition=Q(etat="a_produire"), name="courrier_a_produire"),
            models.Index(fields=["-demande_le", "-id"], name="courrier_recents"),
            models.Index(fields=["dossier", "-demande_le"], name="courrier_du_dossier"),
            # counted without reading the letters: whose file, and which sections it is made of, are what rights ask
            models.Index(
                fields=["dossier"], include=["sections", "id"], condition=Q(etat="echec"), name="courrier_echecs"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "modele", "occurrence"],
                name="un_seul_courrier_par_occurrence",
                violation_error_message="Ce courrier existe déjà.",
            ),
            models.CheckConstraint(
                condition=~Q(etat="produit") | (Q(produit_le__isnull=False) & ~Q(sha256="")),
                name="courrier_produit_avec_empreinte",
                violation_error_message="Un courrier produit porte sa date et son empreinte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modele.code} {self.modele.libelle}"


class CourrierFichier(models.Model):
    """The bytes of a letter as issued; never rewritten (a database trigger sees to it)."""

    courrier = models.OneToOneField(Courrier, models.CASCADE, primary_key=True, related_name="fichier")
    octets = models.BinaryField("PDF")

    objects = models.Manager["CourrierFichier"]()

    class Meta:
        verbose_name = "fichier de courrier"

    def __str__(self) -> str:
        return f"PDF du courrier {self.courrier_id}"
