"""The calendar deadlines are counted with: local closures, pauses, delays per state, each dated and kept in history."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from dossiers.models.demarches import Demarche
from dossiers.models.historique import historique
from dossiers.models.organismes import Organisme
from dossiers.models.territoires import Territoire


class Fermeture(models.Model):
    """A day an organisation closes; declared for a day to come only, so that a past deadline never moves."""

    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="fermetures", verbose_name="organisme")
    jour = models.DateField("jour de fermeture")
    raison = models.CharField("raison", max_length=80)
    declaree_le = models.DateField("déclarée le", default=timezone.localdate, editable=False)

    objects = models.Manager["Fermeture"]()
    history = historique()

    class Meta:
        verbose_name = "fermeture"
        ordering = ("jour",)
        constraints = [
            models.UniqueConstraint(
                fields=["organisme", "jour"],
                name="une_fermeture_par_jour",
                violation_error_message="Ce jour est déjà déclaré fermé.",
            ),
            models.CheckConstraint(
                condition=Q(jour__gt=F("declaree_le")),
                name="fermeture_a_venir",
                violation_error_message="Une fermeture se déclare pour un jour à venir.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jour:%d/%m/%Y} : {self.raison}"


class Pause(models.Model):
    """A time when a démarche's clock stands still, from `debut` to the day before `fin`; it may be declared afterwards.

    Told in the timeline by the démarche's own history row, hence no `dossier` column here.
    """

    class Motif(models.TextChoices):
        CANDIDAT_ABSENT = "candidat_absent", "le candidat est indisponible"
        PROJET_REPORTE = "projet_reporte", "le projet est reporté"
        DECISION_ATTENDUE = "decision_attendue", "une décision extérieure est attendue"
        PIECE_ATTENDUE = "piece_attendue", "une pièce est attendue d’un tiers"
        PARTENAIRE_FERME = "partenaire_ferme", "le partenaire est fermé"
        AUTRE = "autre", "autre raison"

    demarche = models.ForeignKey(Demarche, models.CASCADE, related_name="pauses", verbose_name="démarche")
    debut = models.DateField("en pause à partir du")
    fin = models.DateField("reprise le", null=True, blank=True)
    motif = models.CharField("motif", max_length=20, choices=Motif)

    objects = models.Manager["Pause"]()
    history = historique()

    class Meta:
        verbose_name = "pause"
        ordering = ("debut", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(fin=None) | Q(fin__gte=F("debut")),
                name="pause_dans_l_ordre",
                violation_error_message="Une pause finit après son début.",
            ),
            ExclusionConstraint(
                name="pauses_sans_chevauchement",
                # a range of one key stands for « the same démarche »: no extension is needed for it
                expressions=[
                    (
                        Func("demarche", "demarche", Value("[]"), function="int8range", output_field=BigIntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("debut", "fin", Value("[)"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Deux pauses d’une même démarche ne se chevauchent pas.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_motif_display()


class DelaiEtat(models.Model):
    """How many working days a state is given on a territory, from a day on; an older deadline keeps its own version."""

    ETAPE = "etape"
    """Stands for a step of the formalités where a need's type is expected."""

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="delais", verbose_name="territoire")
    besoin = models.CharField("besoin", max_length=30)
    etat = models.CharField("état", max_length=40)
    jours = models.PositiveSmallIntegerField("jours ouvrés")
    effet_le = models.DateField("en vigueur à partir du")
    declare_le = models.DateField("décidé le", default=timezone.localdate, editable=False)

    objects = models.Manager["DelaiEtat"]()
    history = historique()

    class Meta:
        verbose_name = "délai d’un état"
        ordering = ("besoin", "etat", "-effet_le")
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "besoin", "etat", "effet_le"],
                name="un_delai_par_etat_et_jour",
                violation_error_message="Une version de ce délai prend déjà effet ce jour-là.",
            ),
            models.CheckConstraint(
                condition=Q(effet_le__gt=F("declare_le")),
                name="delai_a_venir",
                violation_error_message="Un délai prend effet un jour à venir.",
            ),
            models.CheckConstraint(
                condition=Q(jours__gte=1, jours__lte=250),
                name="delai_raisonnable",
                violation_error_message="Un délai va de 1 à 250 jours ouvrés.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.besoin}, {self.etat} : {self.jours}"
