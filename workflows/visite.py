"""Visite du territoire: one or two days on the spot, once places have agreed (domaine.md §2.9)."""

from django.db import models
from django.utils import timezone

from dossiers.erreurs import Refus
from dossiers.models import Attend, Demarche, geste
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import PORTEURS, Nature, Section

HOTES = PORTEURS | {Nature.ARS}
LIEUX = ("lieu_1", "lieu_2", "lieu_3")
LIEUX_MIN = 2
JOURS_MAX = 2


class MotifAnnulation(models.TextChoices):
    CANDIDAT = "candidat", "le candidat ne peut pas venir"
    LIEU = "lieu", "un lieu ne peut plus recevoir"
    METEO = "meteo", "intempéries ou transport"
    PROJET = "projet", "le projet a changé"


class Visite(Demarche):
    """A visit of the household: who receives it, when, where it sleeps, what it sees."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "À programmer"
        PROGRAMMEE = "programmee", "Programmée"
        CONFIRMEE = "confirmee", "Confirmée"
        REALISEE = "realisee", "Réalisée"
        ANNULEE = "annulee", "Annulée"
        CLOS = "clos", "Terminée"
        ABANDONNEE = "abandonnee", "Abandonnée"
        SANS_OBJET = "sans_objet", "Sans objet"

    besoin = "visite"
    libelle_besoin = "Visite du territoire"
    section = Section.VISITES
    icone = "promesse"
    RESUME = (*LIEUX, "debut_le", "fin_le", "accompagnant", "hebergement", "retour")

    lieu_1 = models.CharField("premier lieu d’accord", max_length=120, blank=True)
    lieu_2 = models.CharField("deuxième lieu d’accord", max_length=120, blank=True)
    lieu_3 = models.CharField("troisième lieu d’accord", max_length=120, blank=True)
    debut_le = models.DateField("premier jour", null=True, blank=True)
    fin_le = models.DateField("dernier jour", null=True, blank=True)
    accompagnant = models.CharField("qui accompagne", max_length=120, blank=True)
    hebergement = models.CharField("hébergement", max_length=160, blank=True)
    etape_cabinet = models.BooleanField("étape : cabinet ou maison de santé", default=False)
    etape_ecole = models.BooleanField("étape : école ou crèche", default=False)
    etape_logement = models.BooleanField("étape : logement", default=False)
    etape_maire = models.BooleanField("étape : le maire", default=False)
    retour = models.CharField("ce que le foyer en dit", max_length=200, blank=True)

    class Meta:
        verbose_name = "visite du territoire"

    @property
    def precision(self) -> str:
        return f"le {date_longue(self.debut_le)}" if self.debut_le else ""

    def _deux_lieux(self) -> str | None:
        if sum(bool(getattr(self, lieu)) for lieu in LIEUX) >= LIEUX_MIN:
            return None
        return "Notez d’abord l’accord de deux lieux, sous « Autres gestes »."

    def _a_eu_lieu(self) -> str | None:
        if self.fin_le and self.fin_le <= timezone.localdate():
            return None
        return "La visite n’a pas encore eu lieu."

    def _verifier_les_jours(self) -> None:
        if not self.debut_le or not self.fin_le:
            return
        if self.debut_le < timezone.localdate():
            raise Refus("Une visite se programme pour un jour à venir.", "debut_le")
        if not 0 <= (self.fin_le - self.debut_le).days < JOURS_MAX:
            raise Refus("Une visite dure un ou deux jours.", "fin_le")

    @geste(
        "Noter l’accord des lieux",
        de=[Etat.EXPRIME, Etat.ANNULEE],
        vers=Etat.EXPRIME,
        par=HOTES,
        champs=["lieu_1"],
        facultatifs=["lieu_2", "lieu_3"],
        attend=Attend.GUICHET,
        delai=10,
        secondaire=True,
    )
    def noter_lieux(self) -> None:
        """Un cabinet, une école, une mairie acceptent de recevoir le foyer."""

    @geste(
        "Programmer la visite du territoire",
        de=[Etat.EXPRIME, Etat.ANNULEE],
        vers=Etat.PROGRAMMEE,
        par=HOTES,
        si=[_deux_lieux],
        champs=["debut_le", "fin_le"],
        facultatifs=["accompagnant", "hebergement", "etape_cabinet", "etape_ecole", "etape_logement", "etape_maire"],
        attend=Attend.CANDIDAT,
        delai=10,
    )
    def programmer(self) -> None:
        """La date, les étapes et l’hébergement sont fixés avec les lieux."""
        self._verifier_les_jours()

    @geste(
        "Confirmer la visite",
        de=Etat.PROGRAMMEE,
        vers=Etat.CONFIRMEE,
        par=HOTES,
        attend=Attend.GUICHET,
        delai=30,
    )
    def confirmer(self) -> None:
        """Le foyer confirme sa venue."""

    @geste(
        "Noter la visite réalisée",
        de=Etat.CONFIRMEE,
        vers=Etat.REALISEE,
        par=HOTES,
        si=[_a_eu_lieu],
        facultatifs=["retour"],
        attend=Attend.GUICHET,
        delai=5,
    )
    def realiser(self) -> None:
        """Le foyer est venu ; on note ce qu’il en dit."""

    @geste(
        "Annuler la visite",
        de=[Etat.PROGRAMMEE, Etat.CONFIRMEE],
        vers=Etat.ANNULEE,
        par=HOTES,
        motifs=MotifAnnulation,
        attend=Attend.GUICHET,
        delai=10,
        secondaire=True,
    )
    def annuler(self) -> None:
        """La visite ne se fera pas à cette date ; les lieux restent notés."""
        self.debut_le = self.fin_le = None

    @geste("Clore la visite", de=Etat.REALISEE, vers=Etat.CLOS, par=HOTES, attend=Attend.PERSONNE)
    def clore(self) -> None:
        """Le foyer a vu le territoire, le point est fait."""
