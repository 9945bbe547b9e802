"""Loisirs and integration: the household finds its people and its places (domaine.md §2.7)."""

from django.db import models

from dossiers.models import Attend, Demarche, geste
from dossiers.regles.droits import PORTEURS, Section


class MotifLoisirs(models.TextChoices):
    COMPLET = "complet", "plus de place"
    SANS_REPONSE = "sans_reponse", "pas de réponse"
    HORAIRES = "horaires", "horaires ou distance"
    AUTRE_ENVIE = "autre_envie", "le foyer préfère autre chose"


class Loisirs(Demarche):
    """What the household likes and who welcomes it; never an opinion nor a religion."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "Exprimé"
        ORIENTE = "oriente", "Orienté"
        CONTACTE = "contacte", "Contacté"
        INTEGRE = "integre", "Intégré"
        CLOS = "clos", "Terminé"
        ABANDONNEE = "abandonnee", "Abandonné"
        SANS_OBJET = "sans_objet", "Sans objet"

    class Interet(models.TextChoices):
        SPORT = "sport", "sport"
        MUSIQUE = "musique", "musique"
        CULTURE = "culture", "culture, spectacle"
        NATURE = "nature", "nature, randonnée"
        ASSOCIATION = "association", "vie associative"
        ENFANTS = "enfants", "activités des enfants"
        RENCONTRE = "rencontre", "rencontrer du monde"

    class Accueil(models.TextChoices):
        OFFICE = "office_tourisme", "office de tourisme"
        CLUB = "club", "club ou association"
        MUSIQUE = "ecole_musique", "école de musique"
        NOUVEAUX = "nouveaux_arrivants", "accueil des nouveaux arrivants"
        MAIRIE = "mairie", "mairie"

    besoin = "loisirs"
    libelle_besoin = "Loisirs et intégration"
    section = Section.LOISIRS
    DATES_DE_FAITS = frozenset({"participation_le"})
    icone = "journee"
    RESUME = ("interet", "centres_interet", "accueil", "structure", "participation_le")

    interet = models.CharField("intérêt principal", max_length=12, choices=Interet, blank=True)
    centres_interet = models.CharField(
        "autres centres d’intérêt", max_length=200, blank=True, help_text="Jamais d’opinion ni de religion."
    )
    accueil = models.CharField("qui accueille", max_length=20, choices=Accueil, blank=True)
    structure = models.CharField("club, école ou personne", max_length=120, blank=True)
    participation_le = models.DateField("première participation le", null=True, blank=True)

    class Meta:
        verbose_name = "loisirs et intégration"

    @geste(
        "Orienter vers un accueil",
        de=Etat.EXPRIME,
        vers=Etat.ORIENTE,
        par=PORTEURS,
        champs=["interet", "accueil"],
        facultatifs=["centres_interet", "structure"],
        attend=Attend.CANDIDAT,
        delai=10,
    )
    def adresser(self) -> None:
        """Le foyer sait à qui s’adresser pour ce qu’il aime."""

    @geste(
        "Noter le contact pris",
        de=Etat.ORIENTE,
        vers=Etat.CONTACTE,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=20,
    )
    def contacter(self) -> None:
        """Le foyer et la structure se sont parlé."""

    @geste(
        "Noter la participation",
        de=Etat.CONTACTE,
        vers=Etat.INTEGRE,
        par=PORTEURS,
        champs=["participation_le"],
        attend=Attend.GUICHET,
        delai=10,
    )
    def integrer(self) -> None:
        """Le foyer est venu à une sortie, à un cours ou à l’accueil."""

    @geste(
        "Chercher un autre accueil",
        de=[Etat.ORIENTE, Etat.CONTACTE],
        vers=Etat.EXPRIME,
        par=PORTEURS,
        motifs=MotifLoisirs,
        attend=Attend.GUICHET,
        delai=5,
        secondaire=True,
    )
    def chercher_accueil(self) -> None:
        """Cet accueil ne convient pas ; on en cherche un autre."""
        self.accueil, self.structure = "", ""

    @geste("Clore", de=Etat.INTEGRE, vers=Etat.CLOS, par=PORTEURS, attend=Attend.PERSONNE)
    def clore(self) -> None:
        """Le foyer a pris ses marques."""
