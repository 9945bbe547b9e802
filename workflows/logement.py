"""Logement: from the wish to the keys (domaine.md §2.3)."""

from django.db import models

from dossiers.models import Attend, Demarche, geste
from dossiers.regles.droits import PORTEURS, Section

MAX_OFFRES_REFUSEES = 5
"""After five refused offers the criteria are talked over again (domaine.md §2.3)."""


class MotifOffre(models.TextChoices):
    LOYER = "loyer", "loyer ou prix trop élevé"
    TAILLE = "taille", "trop petit ou trop grand"
    LIEU = "lieu", "mal situé"
    ETAT = "etat", "état du logement"
    DATE = "date", "pas libre à temps"
    AUTRE = "autre", "a trouvé ailleurs"


class MotifBailleur(models.TextChoices):
    RESSOURCES = "ressources", "garanties jugées insuffisantes"
    DEJA_LOUE = "deja_loue", "logement déjà attribué"
    AUTRE = "autre", "autre refus du bailleur"


class Logement(Demarche):
    """Finding a home; the office never stores proof of income, which goes straight to the landlord."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "Exprimé"
        CRITERES_VALIDES = "criteres_valides", "Critères validés"
        EN_RECHERCHE = "en_recherche", "En recherche"
        PROPOSE = "propose", "Offre proposée"
        VISITE_PROGRAMMEE = "visite_programmee", "Visite programmée"
        VISITE = "visite", "Visité"
        RETENU = "retenu", "Retenu"
        DOSSIER_BAILLEUR = "dossier_bailleur", "Dossier chez le bailleur"
        ACCORDE = "accorde", "Accordé"
        EMMENAGE = "emmenage", "Emménagé"
        HEBERGEMENT_TEMPORAIRE = "hebergement_temporaire", "Hébergement temporaire"
        CLOS = "clos", "Logé"
        ABANDONNEE = "abandonnee", "Abandonné"
        SANS_OBJET = "sans_objet", "Sans objet"

    class SousType(models.TextChoices):
        LOCATION = "location", "location"
        ACHAT = "achat", "achat"
        MEUBLE = "meuble_semestre", "meublé pour un semestre"
        TEMPORAIRE = "temporaire", "hébergement temporaire"

    besoin = "logement"
    libelle_besoin = "Logement"
    section = Section.LOGEMENT
    icone = "maison"
    RESUME = ("sous_type", "pieces", "budget_max", "entree_le", "offre", "visite_le")

    sous_type = models.CharField("type de logement", max_length=20, choices=SousType, blank=True)
    pieces = models.PositiveSmallIntegerField("nombre de pièces", null=True, blank=True)
    budget_max = models.PositiveIntegerField("loyer ou prix maximum (€)", null=True, blank=True)
    entree_le = models.DateField("entrée souhaitée le", null=True, blank=True)
    animaux = models.BooleanField("accepte les animaux", default=False)
    pmr = models.BooleanField("accessible aux fauteuils roulants", default=False)
    offre = models.CharField("offre proposée", max_length=200, blank=True)
    bailleur = models.CharField("bailleur ou agence", max_length=120, blank=True)
    loyer = models.PositiveIntegerField("loyer ou prix demandé (€)", null=True, blank=True)
    offre_valable_le = models.DateField("offre valable jusqu’au", null=True, blank=True)
    offres_refusees = models.PositiveSmallIntegerField("offres refusées", default=0, editable=False)
    visite_le = models.DateTimeField("visite le", null=True, blank=True)
    bail_signe_le = models.DateField("bail ou compromis signé le", null=True, blank=True)
    hebergement = models.CharField("hébergement d’attente", max_length=160, blank=True)

    class Meta:
        verbose_name = "logement"

    def _encore_des_offres(self) -> str | None:
        if self.offres_refusees < MAX_OFFRES_REFUSEES:
            return None
        return "Cinq offres refusées : revoyez d’abord les critères avec le foyer."

    def _oublier_l_offre(self) -> None:
        self.offre, self.bailleur, self.loyer, self.offre_valable_le, self.visite_le = "", "", None, None, None

    @geste(
        "Valider les critères",
        de=Etat.EXPRIME,
        vers=Etat.CRITERES_VALIDES,
        par=PORTEURS,
        champs=["sous_type", "pieces", "budget_max", "entree_le"],
        facultatifs=["animaux", "pmr"],
        attend=Attend.GUICHET,
        delai=2,
    )
    def valider_criteres(self) -> None:
        """L’entretien a fixé ce que le foyer cherche."""
        self.offres_refusees = 0

    @geste(
        "Lancer la recherche",
        de=Etat.CRITERES_VALIDES,
        vers=Etat.EN_RECHERCHE,
        par=PORTEURS,
        attend=Attend.GUICHET,
        delai=15,
    )
    def lancer_recherche(self) -> None:
        """Les bailleurs, agences et résidences sont saisis, sans aucune identité."""

    @geste(
        "Proposer une offre",
        de=[Etat.EN_RECHERCHE, Etat.HEBERGEMENT_TEMPORAIRE],
        vers=Etat.PROPOSE,
        par=PORTEURS,
        si=[_encore_des_offres],
        champs=["offre", "bailleur", "loyer"],
        facultatifs=["offre_valable_le"],
        attend=Attend.CANDIDAT,
        delai=5,
    )
    def proposer(self) -> None:
        """Une offre est présentée au foyer."""

    @geste(
        "Programmer la visite",
        de=Etat.PROPOSE,
        vers=Etat.VISITE_PROGRAMMEE,
        par=PORTEURS,
        champs=["visite_le"],
        attend=Attend.CANDIDAT,
        delai=5,
    )
    def programmer_visite(self) -> None:
        """La date de la visite est fixée avec le bailleur et le foyer."""

    @geste(
        "Noter la visite faite",
        de=Etat.VISITE_PROGRAMMEE,
        vers=Etat.VISITE,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=5,
    )
    def noter_visite(self) -> None:
        """Le foyer a vu le logement et donne sa réponse."""

    @geste(
        "Retenir l’offre",
        de=[Etat.VISITE, Etat.PROPOSE],
        vers=Etat.RETENU,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=5,
        secondaire=[Etat.PROPOSE],
    )
    def retenir(self) -> None:
        """Le foyer prend ce logement."""

    @geste(
        "Noter l’offre refusée",
        de=[Etat.PROPOSE, Etat.VISITE_PROGRAMMEE, Etat.VISITE],
        vers=Etat.EN_RECHERCHE,
        par=PORTEURS,
        motifs=MotifOffre,
        attend=Attend.GUICHET,
        delai=10,
        secondaire=True,
    )
    def refuser_offre(self) -> None:
        """L’offre ne convient pas ; la recherche continue."""
        self.offres_refusees += 1
        self._oublier_l_offre()

    @geste(
        "Revoir les critères",
        de=[Etat.EN_RECHERCHE, Etat.CRITERES_VALIDES, Etat.HEBERGEMENT_TEMPORAIRE],
        vers=Etat.EXPRIME,
        par=PORTEURS,
        attend=Attend.GUICHET,
        delai=3,
        secondaire=True,
    )
    def revoir_criteres(self) -> None:
        """Un nouvel entretien reprend les critères depuis le début."""

    @geste(
        "Dossier remis au bailleur",
        de=Etat.RETENU,
        vers=Etat.DOSSIER_BAILLEUR,
        par=PORTEURS,
        attend=Attend.PARTENAIRE,
        delai=7,
    )
    def remettre_dossier(self) -> None:
        """Le foyer a remis ses pièces directement au bailleur."""

    @geste(
        "Accord du bailleur",
        de=Etat.DOSSIER_BAILLEUR,
        vers=Etat.ACCORDE,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=10,
    )
    def accorder(self) -> None:
        """Le bailleur accepte le foyer."""

    @geste(
        "Refus du bailleur",
        de=Etat.DOSSIER_BAILLEUR,
        vers=Etat.EN_RECHERCHE,
        par=PORTEURS,
        motifs=MotifBailleur,
        attend=Attend.GUICHET,
        delai=10,
        secondaire=True,
    )
    def refuser_bailleur(self) -> None:
        """Le bailleur ne retient pas le foyer ; la recherche continue."""
        self._oublier_l_offre()

    @geste(
        "Emménagement fait",
        de=Etat.ACCORDE,
        vers=Etat.EMMENAGE,
        par=PORTEURS,
        champs=["bail_signe_le"],
        attend=Attend.GUICHET,
        delai=20,
    )
    def emmenager(self) -> None:
        """Le bail est signé, le foyer est dans ses murs."""

    @geste(
        "Héberger en attendant",
        de=[Etat.EXPRIME, Etat.CRITERES_VALIDES, Etat.EN_RECHERCHE],
        vers=Etat.HEBERGEMENT_TEMPORAIRE,
        par=PORTEURS,
        champs=["hebergement"],
        attend=Attend.GUICHET,
        delai=5,
        secondaire=True,
    )
    def heberger(self) -> None:
        """L’arrivée est proche et rien n’est trouvé : internat, résidence, gîte."""

    @geste("Clore : le foyer est logé", de=Etat.EMMENAGE, vers=Etat.CLOS, par=PORTEURS, attend=Attend.PERSONNE)
    def clore(self) -> None:
        """Le foyer est installé dans son logement."""
