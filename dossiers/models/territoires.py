"""The territory a line serves, and its communes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dossiers.models.historique import historique


class Territoire(models.Model):
    """An EPCI or a département with its own line, identity and letterhead; several live in one installation."""

    class Type(models.TextChoices):
        EPCI = "epci", "EPCI"
        DEPARTEMENT = "departement", "Département"

    code = models.SlugField("code", unique=True)
    type = models.CharField("type", max_length=12, choices=Type)
    nom = models.CharField("nom", max_length=120)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    service = models.CharField("service qui tient la ligne", max_length=160)
    adresse = models.TextField("adresse postale du service")
    ville = models.CharField("lieu d’écriture des courriers", max_length=80)
    telephone = models.CharField("téléphone de la ligne", max_length=20)
    courriel = models.EmailField("courriel du service")
    horaires = models.CharField("horaires de la ligne", max_length=160)
    dpo = models.CharField("délégué à la protection des données", max_length=160)
    partenaires = ArrayField(models.CharField(max_length=120), default=list, verbose_name="partenaires nommés en tête")
    couleur = models.CharField("couleur d’accent", max_length=7, default="#1f5c46")
    couleur_sombre = models.CharField("couleur d’accent sur fond sombre", max_length=7, default="#7fc8a9")

    rappels_par_demi_journee = models.PositiveSmallIntegerField("rappels par agent et par demi-journée", default=8)
    """How many callbacks one agent makes in a half-day beside the calls that come in: about one every twenty-five minutes."""

    objects = models.Manager["Territoire"]()
    history = historique()

    class Meta:
        verbose_name = "territoire"
        ordering = ("nom",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(couleur__regex=r"^#[0-9a-fA-F]{6}$", couleur_sombre__regex=r"^#[0-9a-fA-F]{6}$"),
                name="territoire_couleurs",
                violation_error_message="Une couleur s’écrit # suivi de six chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=models.Q(rappels_par_demi_journee__gte=1, rappels_par_demi_journee__lte=60),
                name="territoire_rappels",
                violation_error_message="Un agent fait de 1 à 60 rappels par demi-journée.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def initiales(self) -> str:
        """One or two letters for its mark on screen: « AA » for Alès Agglomération, « G » for « Département du Gers »."""
        mots = [
            m for m in self.nom.replace("’", " ").replace("-", " ").split() if m[:1].isupper() and m != "Département"
        ]
        return "".join(m[0] for m in mots[:2])


class Commune(models.Model):
    """A commune by its INSEE code; never by its postal code, which several communes share (domaine.md §4)."""

    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="communes", verbose_name="territoire")
    code_insee = models.CharField("code INSEE", max_length=5, unique=True)
    nom = models.CharField("nom", max_length=80)
    cle_tri = models.CharField(max_length=80, editable=False)
    codes_postaux = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux")
    population = models.PositiveIntegerField("population municipale")
    latitude = models.FloatField("latitude du centroïde")
    longitude = models.FloatField("longitude du centroïde")
    epci = models.CharField("intercommunalité", max_length=120, blank=True)
    secteur_prioritaire = models.BooleanField("secteur prioritaire (à confirmer par l’ARS)", default=False)

    objects = models.Manager["Commune"]()

    class Meta:
        verbose_name = "commune"
        ordering = ("cle_tri",)

    def __str__(self) -> str:
        return self.nom
