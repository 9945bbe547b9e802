"""Mise en réseau: whom a doctor should meet before settling (domaine.md §2.6)."""

from django.db import models
from django.utils import timezone

from dossiers.erreurs import Refus
from dossiers.models import Attend, Demarche, geste
from dossiers.regles.droits import PORTEURS, Nature, Section

RELIEURS = PORTEURS | {Nature.ARS}
"""The line, and the ARS which knows the projects of the structures."""
MOIS_PARRAINAGE = (6, 12)


class MotifRencontre(models.TextChoices):
    INDISPONIBLE = "indisponible", "la personne ou la structure n’est pas disponible"
    SANS_REPONSE = "sans_reponse", "pas de réponse"
    REFUS_CANDIDAT = "refus_candidat", "le candidat préfère une autre rencontre"
    REFUS_CIBLE = "refus_cible", "la personne ou la structure ne souhaite pas"


class Reseau(Demarche):
    """One meeting to arrange; nothing passes from one to the other before both agree."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "Exprimée"
        CIBLE_IDENTIFIEE = "cible_identifiee", "Cible identifiée"
        ACCORD_DES_DEUX = "accord_des_deux", "Accord des deux"
        MIS_EN_RELATION = "mis_en_relation", "Mis en relation"
        RENCONTRE_FAITE = "rencontre_faite", "Rencontre faite"
        PARRAINE = "parraine", "Parrainé"
        ADHESION = "adhesion", "Adhésion"
        SANS_SUITE = "sans_suite", "Sans suite"
        CLOS = "clos", "Terminée"
        ABANDONNEE = "abandonnee", "Abandonnée"
        SANS_OBJET = "sans_objet", "Sans objet"

    class Cible(models.TextChoices):
        MSP = "msp", "maison de santé"
        CPTS = "cpts", "CPTS"
        ORDRE = "ordre", "conseil de l’Ordre"
        MSU = "msu", "maître de stage"
        REMPLACANT = "remplacant", "remplaçants"
        CEDANT = "cedant", "médecin qui cède son cabinet"
        PARRAIN = "parrain", "parrain ou marraine"
        HOPITAL = "hopital", "hôpital"
        UNION = "union", "URPS ou union professionnelle"

    besoin = "reseau"
    libelle_besoin = "Mise en réseau"
    section = Section.RESEAU
    DATES_DE_FAITS = frozenset({"accord_candidat_le", "accord_cible_le", "rencontre_le", "adhesion_le"})
    icone = "personne"
    RESUME = (
        "genre_cible",
        "cible",
        "creneaux",
        "rencontre_le",
        "suite",
        "parrain",
        "parrainage_jusqu_au",
        "adhesion_le",
    )

    genre_cible = models.CharField("qui rencontrer", max_length=12, choices=Cible, blank=True)
    cible = models.CharField("personne ou structure", max_length=120, blank=True)
    creneaux = models.CharField("créneaux proposés", max_length=160, blank=True)
    accord_candidat_le = models.DateField("accord du candidat le", null=True, blank=True)
    accord_cible_le = models.DateField("accord de l’autre le", null=True, blank=True)
    rencontre_le = models.DateField("rencontre faite le", null=True, blank=True)
    suite = models.CharField("suite convenue", max_length=200, blank=True)
    parrain = models.CharField("parrain ou marraine", max_length=120, blank=True)
    parrainage_jusqu_au = models.DateField(
        "parrainage jusqu’au", null=True, blank=True, help_text="De six à douze mois."
    )
    adhesion_le = models.DateField("adhésion le", null=True, blank=True)

    class Meta:
        verbose_name = "mise en réseau"

    @property
    def precision(self) -> str:
        return self.cible or (self.get_genre_cible_display() if self.genre_cible else "")

    def _deux_accords(self) -> str | None:
        if self.accord_candidat_le and self.accord_cible_le:
            return None
        return "Sans l’accord daté des deux, aucune coordonnée ne s’échange."

    def _oublier_la_cible(self) -> None:
        self.genre_cible, self.cible, self.creneaux = "", "", ""
        self.accord_candidat_le = self.accord_cible_le = self.rencontre_le = None
        self.suite = ""

    @geste(
        "Identifier qui rencontrer",
        de=Etat.EXPRIME,
        vers=Etat.CIBLE_IDENTIFIEE,
        par=RELIEURS,
        champs=["genre_cible", "cible"],
        facultatifs=["creneaux"],
        attend=Attend.GUICHET,
        delai=5,
    )
    def identifier(self) -> None:
        """Quelqu’un du territoire peut recevoir le candidat."""

    @geste(
        "Noter les deux accords",
        de=Etat.CIBLE_IDENTIFIEE,
        vers=Etat.ACCORD_DES_DEUX,
        par=RELIEURS,
        champs=["accord_candidat_le", "accord_cible_le"],
        attend=Attend.GUICHET,
        delai=2,
    )
    def noter_accords(self) -> None:
        """Le candidat et l’autre acceptent d’échanger leurs coordonnées."""

    @geste(
        "Mettre en relation",
        de=Etat.ACCORD_DES_DEUX,
        vers=Etat.MIS_EN_RELATION,
        par=RELIEURS,
        si=[_deux_accords],
        attend=Attend.CANDIDAT,
        delai=20,
    )
    def relier(self) -> None:
        """Les coordonnées sont échangées, la rencontre se prépare."""

    @geste(
        "Noter la rencontre",
        de=Etat.MIS_EN_RELATION,
        vers=Etat.RENCONTRE_FAITE,
        par=RELIEURS,
        champs=["rencontre_le"],
        facultatifs=["suite"],
        attend=Attend.GUICHET,
        delai=20,
    )
    def noter_rencontre(self) -> None:
        """Les deux se sont vus, en visio ou sur place."""

    @geste(
        "Noter un parrainage",
        de=Etat.RENCONTRE_FAITE,
        vers=Etat.PARRAINE,
        par=RELIEURS,
        champs=["parrain", "parrainage_jusqu_au"],
        attend=Attend.PARTENAIRE,
        delai=120,
        secondaire=True,
    )
    def parrainer(self) -> None:
        """Un confrère du territoire accompagne le candidat de six à douze mois."""
        jours = ((self.parrainage_jusqu_au or timezone.localdate()) - timezone.localdate()).days
        au_moins, au_plus = (mois * 31 for mois in MOIS_PARRAINAGE)
        if not au_moins - 6 <= jours <= au_plus:
            raise Refus("Un parrainage dure de six à douze mois.", "parrainage_jusqu_au")

    @geste(
        "Noter une adhésion",
        de=Etat.RENCONTRE_FAITE,
        vers=Etat.ADHESION,
        par=RELIEURS,
        champs=["adhesion_le"],
        attend=Attend.GUICHET,
        delai=5,
        secondaire=True,
    )
    def adherer(self) -> None:
        """Le candidat rejoint la structure rencontrée."""

    @geste(
        "Constater qu’il n’y a pas de suite",
        de=[Etat.CIBLE_IDENTIFIEE, Etat.ACCORD_DES_DEUX, Etat.MIS_EN_RELATION, Etat.RENCONTRE_FAITE],
        vers=Etat.SANS_SUITE,
        par=RELIEURS,
        motifs=MotifRencontre,
        attend=Attend.GUICHET,
        delai=5,
        secondaire=True,
    )
    def noter_sans_suite(self) -> None:
        """La rencontre ne s’est pas faite, ou n’a rien donné."""

    @geste(
        "Chercher quelqu’un d’autre",
        de=[Etat.CIBLE_IDENTIFIEE, Etat.ACCORD_DES_DEUX, Etat.MIS_EN_RELATION, Etat.SANS_SUITE],
        vers=Etat.EXPRIME,
        par=RELIEURS,
        motifs=MotifRencontre,
        attend=Attend.GUICHET,
        delai=5,
        secondaire=True,
    )
    def chercher_ailleurs(self) -> None:
        """Cette rencontre ne se fera pas ; on en cherche une autre."""
        self._oublier_la_cible()

    @geste(
        "Clore la mise en réseau",
        de=[Etat.RENCONTRE_FAITE, Etat.PARRAINE, Etat.ADHESION, Etat.SANS_SUITE],
        vers=Etat.CLOS,
        par=RELIEURS,
        attend=Attend.PERSONNE,
    )
    def clore(self) -> None:
        """Le candidat a vu qui il devait voir, le point est fait."""
