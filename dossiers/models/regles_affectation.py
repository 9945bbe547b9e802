"""Where each need goes: rules loaded with the territory, then versions a supervisor writes, simulates and publishes."""

import datetime as dt

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from dossiers.models.demarches import Demarche
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.personnes import Personne
from dossiers.models.territoires import Commune, Territoire


class JeuRegles(models.Model):
    """A set of rules: a draft, then a version with the day it takes effect; a published version never changes."""

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="jeux_regles")
    numero = models.PositiveIntegerField("version")
    effet_le = models.DateField("prend effet le", null=True, blank=True)
    publie_le = models.DateTimeField("publié le", null=True, blank=True)
    publie_par = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    origine = models.CharField("établi d’après", max_length=60, blank=True)

    objects = models.Manager["JeuRegles"]()
    history = historique()

    class Meta:
        verbose_name = "jeu de règles"
        ordering = ("-numero",)
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "numero"],
                name="une_version_par_numero",
                violation_error_message="Cette version existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["territoire"],
                condition=Q(publie_le=None),
                name="un_brouillon_par_territoire",
                violation_error_message="Un brouillon est déjà ouvert.",
            ),
            models.CheckConstraint(
                condition=Q(publie_le=None) | Q(effet_le__isnull=False),
                name="jeu_publie_avec_date",
                violation_error_message="Une version publiée porte sa date d’effet.",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.numero}" if self.publie_le else f"brouillon de la version {self.numero}"


class RegleQuerySet(models.QuerySet["RegleAffectation"]):
    """Reads rules by the version they belong to."""

    def en_vigueur(self, le: dt.date) -> "RegleQuerySet":
        """Keep the rules of the version in force on a day, and those the territory was loaded with behind them."""
        courant = (
            JeuRegles.objects.filter(territoire=OuterRef("territoire"), publie_le__isnull=False, effet_le__lte=le)
            .order_by("-effet_le", "-numero")
            .values("pk")[:1]
        )
        return self.filter(Q(jeu=None) | Q(jeu=Subquery(courant)))


class RegleAffectation(models.Model):
    """« Such a need, such a commune, such a status: such an organisation and agent »; the most precise rule wins."""

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="regles_affectation")
    jeu = models.ForeignKey(JeuRegles, models.CASCADE, null=True, blank=True, related_name="regles")
    besoin = models.CharField("besoin", max_length=30)
    commune = models.ForeignKey(Commune, models.CASCADE, null=True, blank=True, verbose_name="commune")
    statut = models.CharField("statut du médecin", max_length=30, choices=Personne.Statut, blank=True)
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, verbose_name="agent")
    moins_charge = models.BooleanField("au moins chargé de l’organisme", default=False)

    objects = RegleQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "règle d’affectation"
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "jeu", "besoin", "commune", "statut"],
                nulls_distinct=False,
                name="une_regle_par_besoin_et_commune",
                violation_error_message="Une règle existe déjà pour ce besoin, cette commune et ce statut.",
            ),
            models.CheckConstraint(
                condition=Q(moins_charge=False) | Q(agent=None),
                name="regle_agent_ou_moins_charge",
                violation_error_message="Choisissez un agent, ou le moins chargé : pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.besoin} → {self.organisme}"

    @property
    def libelle_besoin(self) -> str:
        """The need's label, from the register."""
        return Demarche.REGISTRE[self.besoin].libelle_besoin

    @property
    def objet(self) -> str:
        """What it applies to: « logement à Anduze, interne »."""
        lieu = f" à {self.commune}" if self.commune else ""
        return f"{self.libelle_besoin.lower()}{lieu}{f', {self.get_statut_display()}' if self.statut else ''}"

    @property
    def a_qui(self) -> str:
        """Whom it gives to inside the organisation."""
        if self.moins_charge:
            return "le moins chargé"
        return str(self.agent) if self.agent else "à prendre"
