"""What aids exist, and how places are classed: dated reference data, each row with its source and who checked it."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from dossiers.models.historique import historique
from dossiers.models.organismes import Agent
from dossiers.models.territoires import Commune, Territoire
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import Nature
from dossiers.regles.eligibilite import FicheAide, natures_de
from dossiers.regles.texte import normaliser


class DispositifQuerySet(models.QuerySet["Dispositif"]):
    """Reads the catalogue."""

    def chercher(self, mots: str) -> Self:
        """Keep the aids that hold every word, in their name, authority, conditions or reference."""
        requete = self
        for mot in normaliser(mots).split():
            requete = requete.filter(recherche__contains=mot)
        return requete


class Dispositif(models.Model):
    """One aid of the catalogue. An aid is never promised: its payer answers in writing (domaine.md §3)."""

    class Ouverture(models.TextChoices):
        OUVERT = "ouvert", "Ouvert"
        A_VERIFIER = "a_verifier", "À vérifier"
        FERME = "ferme", "Fermé"

    class Confiance(models.TextChoices):
        A = "A", "source officielle, ou deux sources"
        B = "B", "une source sérieuse, ou ancienne"
        C = "C", "déduction, à faire valider"

    code = models.CharField("code", max_length=6, unique=True)
    ouverture = models.CharField("état", max_length=12, choices=Ouverture)
    etat_dit = models.CharField("état, dans les mots de la source", max_length=200)
    ferme_depuis = models.CharField("fermé depuis", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=160)
    autorite = models.CharField("autorité", max_length=120)
    conditions = models.TextField("conditions")
    zone = models.TextField("zone")
    montant = models.TextField("montant indicatif")
    engagement = models.TextField("durée et engagement")
    reference = models.CharField("référence", max_length=200)
    source = models.CharField("source", max_length=200)
    date_source = models.CharField("date de la source", max_length=40, blank=True)
    confiance = models.CharField("confiance", max_length=1, choices=Confiance)
    verifie_le = models.DateField("vérifié le", null=True, blank=True)
    verifie_par = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, verbose_name="vérifié par")
    expire_le = models.DateField("à revoir le", null=True, blank=True)
    recherche = models.TextField(editable=False, default="")

    objects = DispositifQuerySet.as_manager()
    history = historique(excluded_fields=["recherche"])

    class Meta:
        verbose_name = "dispositif"
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(ouverture="ferme") | ~Q(ferme_depuis=""),
                name="dispositif_ferme_date",
                violation_error_message="Un dispositif fermé dit depuis quand.",
            ),
            models.CheckConstraint(
                condition=Q(expire_le__isnull=True) | Q(verifie_le__isnull=False, expire_le__gt=models.F("verifie_le")),
                name="dispositif_revu_apres_verification",
                violation_error_message="La date à revoir suit la date de vérification.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.nom}"

    @property
    def natures(self) -> frozenset[Nature]:
        """Who of this house answers on it."""
        return natures_de(self.autorite)

    @property
    def fiche(self) -> FicheAide:
        """What the eligibility rules need of it."""
        return FicheAide(
            code=self.code,
            ouverture=self.ouverture,
            ferme_depuis=self.ferme_depuis,
            autorite=self.autorite,
            confiance=self.confiance,
            source=self.source,
        )

    def indexer(self) -> None:
        """Compute what it is searched by."""
        self.recherche = normaliser(
            " ".join((self.code, self.nom, self.autorite, self.conditions, self.zone, self.reference, self.etat_dit))
        )

    def avertissement(self, aujourdhui: dt.date) -> str:
        """Return why this row must be checked before anything is said of it, an empty text when it need not."""
        if self.verifie_le is None:
            return "À vérifier : personne n’a encore vérifié cette fiche."
        if self.expire_le and self.expire_le <= aujourdhui:
            return f"À vérifier : cette fiche était à revoir le {date_longue(self.expire_le)}."
        if self.confiance == self.Confiance.C:
            return "À vérifier : cette fiche vient d’une déduction."
        return ""


class Zonage(models.Model):
    """How a commune, or a priority district, is classed from one day to another; judged at the installation's date."""

    class Classe(models.TextChoices):
        ZIP = "ZIP", "ZIP, zone d’intervention prioritaire"
        ZAC = "ZAC", "ZAC, zone d’action complémentaire"
        HORS_ZONE = "HZ", "hors zone"
        QPV = "QPV", "QPV, quartier prioritaire"
        FRR = "FRR", "FRR, France ruralités revitalisation"
        HORS_FRR = "HFRR", "non classée FRR"
        ZFU = "ZFU", "ZFU, zone franche urbaine"

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="zonages", verbose_name="territoire")
    commune = models.ForeignKey(
        Commune, models.CASCADE, null=True, blank=True, related_name="zonages", verbose_name="commune"
    )
    qpv = models.CharField("quartier prioritaire", max_length=120, blank=True)
    classe = models.CharField("classe", max_length=4, choices=Classe)
    arrete = models.CharField("arrêté ou décret", max_length=160)
    du = models.DateField("du")
    au = models.DateField("au", null=True, blank=True)
    source = models.CharField("source", max_length=200)
    verifie_le = models.DateField("vérifié le", null=True, blank=True)

    objects = models.Manager["Zonage"]()
    history = historique()

    class Meta:
        verbose_name = "zonage"
        ordering = ("commune__cle_tri", "qpv", "-du")
        constraints = [
            models.CheckConstraint(
                condition=Q(commune__isnull=False, qpv="") | (Q(commune__isnull=True) & ~Q(qpv="")),
                name="zonage_commune_ou_qpv",
                violation_error_message="Un classement est celui d’une commune, ou d’un quartier prioritaire.",
            ),
            models.CheckConstraint(
                condition=Q(au__isnull=True) | Q(au__gte=models.F("du")),
                name="zonage_dates",
                violation_error_message="La fin suit le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lieu} : {self.classe}"

    @property
    def lieu(self) -> str:
        return self.qpv or str(self.commune)

    @property
    def famille(self) -> str:
        """What classes exclude one another: a place has one medical class at a time, one FRR answer."""
        return {"ZIP": "medicale", "ZAC": "medicale", "HZ": "medicale", "FRR": "frr", "HFRR": "frr"}.get(
            self.classe, self.classe
        )
