"""Logement: from the wish to the keys (domaine.md §2.3)."""

import datetime as dt

from django.db import models
from django.utils import timezone

from dossiers.erreurs import Refus
from dossiers.models import Attend, Demarche, geste
from dossiers.regles.dates import date_avec_jour, date_longue
from dossiers.regles.droits import PORTEURS, Section

MAX_OFFRES_REFUSEES = 5
"""After five refused offers the criteria are talked over again (domaine.md §2.3)."""
JOURS_ARRIVEE_PROCHE = 7
"""Temporary housing is for an arrival within a week without solution (domaine.md §2.3)."""
RANGS = ("", "_2", "_3")
"""One to three offers are shown at once: the suffixes of their columns."""


SANS_SOLUTION = ("exprime", "criteres_valides", "en_recherche")
"""The states in which nothing shelters the household yet."""


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
    DATES_DE_FAITS = frozenset({"bail_signe_le"})
    icone = "maison"
    RESUME = (
        "sous_type", "pieces", "budget_max", "entree_le", "duree_mois", "offre", "offre_2", "offre_3", "offre_valable_le",
        "visite_le", "hebergement",
    )  # fmt: skip

    class Choix(models.TextChoices):
        PREMIERE = "1", "la première"
        DEUXIEME = "2", "la deuxième"
        TROISIEME = "3", "la troisième"

    sous_type = models.CharField("type de logement", max_length=20, choices=SousType, blank=True)
    pieces = models.PositiveSmallIntegerField("nombre de pièces", null=True, blank=True)
    budget_max = models.PositiveIntegerField("loyer ou prix maximum (€)", null=True, blank=True)
    entree_le = models.DateField("entrée souhaitée le", null=True, blank=True)
    duree_mois = models.PositiveSmallIntegerField("durée souhaitée (mois)", null=True, blank=True)
    animaux = models.BooleanField("accepte les animaux", default=False)
    pmr = models.BooleanField("accessible aux fauteuils roulants", default=False)
    offre = models.CharField("offre proposée", max_length=200, blank=True)
    bailleur = models.CharField("bailleur ou agence", max_length=120, blank=True)
    loyer = models.PositiveIntegerField("loyer ou prix demandé (€)", null=True, blank=True)
    offre_2 = models.CharField("deuxième offre", max_length=200, blank=True)
    bailleur_2 = models.CharField("son bailleur", max_length=120, blank=True)
    loyer_2 = models.PositiveIntegerField("son loyer ou prix (€)", null=True, blank=True)
    offre_3 = models.CharField("troisième offre", max_length=200, blank=True)
    bailleur_3 = models.CharField("bailleur de la troisième", max_length=120, blank=True)
    loyer_3 = models.PositiveIntegerField("loyer ou prix de la troisième (€)", null=True, blank=True)
    offre_valable_le = models.DateField("valable jusqu’au", null=True, blank=True)
    choix = models.CharField(
        "quelle offre", max_length=1, choices=Choix, blank=True, help_text="À dire s’il y en a plusieurs."
    )
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

    def _encore_valable(self) -> str | None:
        if self.offre_valable_le is None or self.offre_valable_le >= timezone.localdate():
            return None
        return f"L’offre valait jusqu’au {date_longue(self.offre_valable_le)} : revoyez-la avec le bailleur."

    @property
    def arrivee(self) -> dt.date | None:
        """The day the household comes: as this need holds it, else as its file does."""
        return self.entree_le or self.dossier.echeance

    def annonces(self, aujourdhui: dt.date) -> list[str]:
        """Say that time is short while nothing is found: temporary housing is then the way (domaine.md §2.3)."""
        arrivee = self.arrivee
        if arrivee is None or self.etat not in SANS_SOLUTION or (arrivee - aujourdhui).days > JOURS_ARRIVEE_PROCHE:
            return []
        venue = "attendue" if arrivee >= aujourdhui else "passée"
        return [f"Arrivée {venue} le {date_avec_jour(arrivee)}, sans logement : pensez à l’hébergement d’attente."]

    def _arrivee_proche(self) -> str | None:
        arrivee = self.arrivee
        if arrivee is None:
            return "Notez d’abord la date d’arrivée : l’hébergement d’attente est pour une arrivée dans les sept jours."
        if arrivee <= timezone.localdate() + dt.timedelta(days=JOURS_ARRIVEE_PROCHE):
            return None
        return f"L’hébergement d’attente est pour une arrivée dans les sept jours, pas le {date_longue(arrivee)}."

    @property
    def nombre_offres(self) -> int:
        """How many offers the household has before it."""
        return sum(bool(getattr(self, f"offre{rang}")) for rang in RANGS)

    def _oublier_l_offre(self) -> None:
        for rang in RANGS:
            self._ecrire_offre(rang, ("", "", None))
        self.offre_valable_le, self.visite_le, self.choix = None, None, ""

    def _offre(self, rang: str) -> tuple[str, str, int | None]:
        return getattr(self, f"offre{rang}"), getattr(self, f"bailleur{rang}"), getattr(self, f"loyer{rang}")

    def _ecrire_offre(self, rang: str, offre: tuple[str, str, int | None]) -> None:
        for nom, valeur in zip(("offre", "bailleur", "loyer"), offre, strict=True):
            setattr(self, f"{nom}{rang}", valeur)

    def _choisir(self) -> None:
        """Put the chosen offer first; with several, one must be named."""
        if self.nombre_offres > 1 and not self.choix:
            raise Refus("Plusieurs offres sont proposées : dites laquelle.", "choix")
        rang = RANGS[int(self.choix or "1") - 1]
        if not self._offre(rang)[0]:
            raise Refus("Il n’y a pas d’offre à ce rang.", "choix")
        premiere, choisie = self._offre(""), self._offre(rang)
        self._ecrire_offre(rang, premiere)
        self._ecrire_offre("", choisie)
        self.choix = ""

    def _garder_la_premiere(self) -> None:
        for rang in RANGS[1:]:
            self._ecrire_offre(rang, ("", "", None))

    @geste(
        "Valider les critères",
        de=Etat.EXPRIME,
        vers=Etat.CRITERES_VALIDES,
        par=PORTEURS,
        champs=["sous_type", "pieces", "budget_max", "entree_le"],
        facultatifs=["duree_mois", "animaux", "pmr"],
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
        facultatifs=["offre_2", "bailleur_2", "loyer_2", "offre_3", "bailleur_3", "loyer_3", "offre_valable_le"],
        attend=Attend.CANDIDAT,
        delai=5,
    )
    def proposer(self) -> None:
        """Une à trois offres sont présentées au foyer."""
        for rang in RANGS[1:]:
            if 0 < sum(bool(fait) for fait in self._offre(rang)) < 3:
                raise Refus("Chaque offre a sa description, son bailleur et son loyer.", f"offre{rang}")
        if self.offre_valable_le and self.offre_valable_le < timezone.localdate():
            raise Refus("Cette offre n’est déjà plus valable.", "offre_valable_le")

    @geste(
        "Programmer la visite",
        de=Etat.PROPOSE,
        vers=Etat.VISITE_PROGRAMMEE,
        par=PORTEURS,
        si=[_encore_valable],
        champs=["visite_le"],
        facultatifs=["choix"],
        attend=Attend.CANDIDAT,
        delai=5,
    )
    def programmer_visite(self) -> None:
        """La date de la visite est fixée avec le bailleur et le foyer."""
        self._choisir()

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
        de=Etat.VISITE,
        vers=Etat.RETENU,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=5,
        secondaire=[Etat.PROPOSE],
    )
    def retenir(self) -> None:
        """Le foyer prend le logement visité."""
        self._garder_la_premiere()

    @geste(
        "Retenir sans visite",
        de=Etat.PROPOSE,
        vers=Etat.RETENU,
        par=PORTEURS,
        si=[_encore_valable],
        facultatifs=["choix"],
        attend=Attend.CANDIDAT,
        delai=5,
        secondaire=True,
    )
    def retenir_sans_visite(self) -> None:
        """Le foyer prend ce logement sans l’avoir vu."""
        self._choisir()
        self._garder_la_premiere()

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
        """Ce qui était proposé ne convient pas ; la recherche continue."""
        self.offres_refusees += self.nombre_offres
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
        si=[_arrivee_proche],
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
