"""Emploi du conjoint: a person in their own right, with their own consent (domaine.md §2.4)."""

from typing import Any

from django.db import models

from dossiers.models import Attend, Demarche, geste
from dossiers.models.personnes import Personne
from dossiers.regles.droits import PORTEURS, Section


class MotifOrientation(models.TextChoices):
    HORS_COMPETENCE = "hors_competence", "hors de la compétence du partenaire"
    SANS_REPONSE = "sans_reponse", "le partenaire ne répond pas"
    AUTRE_PISTE = "autre_piste", "une meilleure piste existe"


class MotifMutation(models.TextChoices):
    BAREME = "bareme", "barème insuffisant"
    PLACES = "places", "pas de poste ouvert"
    HORS_DELAI = "hors_delai", "demande hors calendrier"
    RENONCE = "renonce", "le conjoint renonce à la mutation"


class EmploiConjoint(Demarche):
    """The spouse's work; counters only, never the detail of applications."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "Exprimé"
        PROFIL_RECUEILLI = "profil_recueilli", "Profil recueilli"
        ACCORD_TRANSMISSION = "accord_transmission", "Accord de transmission"
        ORIENTE = "oriente", "Orienté"
        MUTATION = "mutation", "Mutation demandée"
        EN_RELATION = "en_relation", "En relation"
        CANDIDATURES = "candidatures", "Candidatures"
        ENTRETIEN = "entretien", "Entretien"
        EMBAUCHE = "embauche", "Embauché"
        INDEPENDANT = "installe_independant", "Installé à son compte"
        FORMATION = "formation", "En formation"
        CLOS = "clos", "Terminé"
        ABANDONNEE = "abandonnee", "Abandonné"
        SANS_OBJET = "sans_objet", "Sans objet"

    class Situation(models.TextChoices):
        SALARIE = "salarie", "salarié du privé"
        FONCTIONNAIRE = "fonctionnaire", "fonctionnaire"
        INDEPENDANT = "independant", "indépendant"
        RECHERCHE = "recherche", "en recherche d’emploi"
        AUTRE = "autre", "autre"

    class Mouvement(models.TextChoices):
        INTER = "inter", "mouvement entre académies"
        INTRA = "intra", "mouvement dans l’académie"
        AUTRE = "autre", "mouvement d’une autre administration"
        DELEGATION = "delegation", "délégation ou détachement"
        DISPONIBILITE = "disponibilite", "disponibilité pour suivre le conjoint"

    besoin = "emploi_conjoint"
    libelle_besoin = "Emploi du conjoint"
    section = Section.EMPLOI_CONJOINT
    DATES_DE_FAITS = frozenset({"accord_le"})
    icone = "valise"
    du_conjoint = True
    RESUME = (
        "metier",
        "situation",
        "disponible_le",
        "destinataires",
        "partenaire",
        "candidatures_envoyees",
        "mouvement",
        "reponse_attendue_le",
    )

    metier = models.CharField("métier", max_length=120, blank=True)
    situation = models.CharField("situation", max_length=16, choices=Situation, blank=True)
    mobilite = models.CharField(
        "mobilité", max_length=120, blank=True, help_text="Par exemple : 30 minutes autour d’Alès."
    )
    disponible_le = models.DateField("disponible à partir du", null=True, blank=True)
    accord_le = models.DateField("accord donné le", null=True, blank=True)
    destinataires = models.CharField(
        "destinataires acceptés",
        max_length=240,
        blank=True,
        help_text="Les nommer un à un : France Travail, service éco…",
    )
    partenaire = models.CharField("partenaire qui suit", max_length=120, blank=True)
    academie_ou_corps = models.CharField("administration et corps", max_length=120, blank=True)
    mouvement = models.CharField("mouvement", max_length=14, choices=Mouvement, blank=True)
    reponse_attendue_le = models.DateField(
        "résultat attendu le",
        null=True,
        blank=True,
        help_text="D’après le calendrier du corps, à vérifier chaque année.",
    )
    candidatures_envoyees = models.PositiveSmallIntegerField("candidatures envoyées", null=True, blank=True)
    resultat_le = models.DateField("date de prise de poste, d’installation ou d’entrée", null=True, blank=True)
    secteur = models.CharField("secteur d’activité", max_length=80, blank=True)

    class Meta:
        verbose_name = "emploi du conjoint"

    @classmethod
    def faits_connus(cls, personne: Personne | None) -> dict[str, Any]:
        return {"metier": personne.metier} if personne and personne.metier else {}

    def _accord_donne(self) -> str | None:
        if self.accord_le and self.destinataires:
            return None
        return "Sans l’accord daté du conjoint et ses destinataires, rien ne se transmet."

    def _est_fonctionnaire(self) -> str | None:
        return (
            None
            if self.situation == self.Situation.FONCTIONNAIRE
            else "La mutation ne concerne que les fonctionnaires."
        )

    @geste(
        "Recueillir le profil",
        de=Etat.EXPRIME,
        vers=Etat.PROFIL_RECUEILLI,
        par=PORTEURS,
        champs=["metier", "situation"],
        facultatifs=["mobilite", "disponible_le"],
        attend=Attend.CONJOINT,
        delai=2,
    )
    def recueillir_profil(self) -> None:
        """Le conjoint lui-même a dit ce qu’il fait et ce qu’il cherche."""

    @geste(
        "Noter l’accord",
        de=Etat.PROFIL_RECUEILLI,
        vers=Etat.ACCORD_TRANSMISSION,
        par=PORTEURS,
        champs=["accord_le", "destinataires"],
        attend=Attend.GUICHET,
        delai=3,
    )
    def noter_accord(self) -> None:
        """Le conjoint accepte que sa fiche parte, partenaire par partenaire."""

    @geste(
        "Orienter vers un partenaire",
        de=Etat.ACCORD_TRANSMISSION,
        vers=Etat.ORIENTE,
        par=PORTEURS,
        si=[_accord_donne],
        champs=["partenaire"],
        attend=Attend.PARTENAIRE,
        delai=7,
    )
    def orienter(self) -> None:
        """La fiche part chez un partenaire qui suit le conjoint."""

    @geste(
        "Engager une mutation",
        de=[Etat.PROFIL_RECUEILLI, Etat.ACCORD_TRANSMISSION],
        vers=Etat.MUTATION,
        par=PORTEURS,
        si=[_est_fonctionnaire],
        champs=["academie_ou_corps", "mouvement"],
        facultatifs=["reponse_attendue_le"],
        attend=Attend.CONJOINT,
        delai=20,
        secondaire=True,
    )
    def engager_mutation(self) -> None:
        """Un fonctionnaire demande sa mutation selon le calendrier de son corps."""

    @geste(
        "Mutation obtenue",
        de=Etat.MUTATION,
        vers=Etat.EMBAUCHE,
        par=PORTEURS,
        champs=["resultat_le"],
        attend=Attend.GUICHET,
        delai=20,
    )
    def obtenir_mutation(self) -> None:
        """L’administration affecte le conjoint, ou lui accorde ce qu’il a demandé."""

    @geste(
        "Mutation refusée",
        de=Etat.MUTATION,
        vers=Etat.PROFIL_RECUEILLI,
        par=PORTEURS,
        motifs=MotifMutation,
        attend=Attend.CONJOINT,
        delai=10,
        secondaire=True,
    )
    def refuser_mutation(self) -> None:
        """La mutation n’est pas accordée ; une autre demande, ou un partenaire, reste possible."""
        self.mouvement, self.reponse_attendue_le = "", None

    @geste(
        "Partenaire en relation", de=Etat.ORIENTE, vers=Etat.EN_RELATION, par=PORTEURS, attend=Attend.CONJOINT, delai=10
    )
    def mettre_en_relation(self) -> None:
        """Le partenaire a accusé réception et parlé au conjoint."""

    @geste(
        "Réorienter",
        de=[Etat.ORIENTE, Etat.EN_RELATION],
        vers=Etat.ACCORD_TRANSMISSION,
        par=PORTEURS,
        motifs=MotifOrientation,
        attend=Attend.GUICHET,
        delai=3,
        secondaire=True,
    )
    def reorienter(self) -> None:
        """Ce partenaire ne convient pas ; on en cherche un autre."""
        self.partenaire = ""

    @geste(
        "Candidatures envoyées",
        de=Etat.EN_RELATION,
        vers=Etat.CANDIDATURES,
        par=PORTEURS,
        champs=["candidatures_envoyees"],
        attend=Attend.CONJOINT,
        delai=20,
    )
    def noter_candidatures(self) -> None:
        """Le conjoint a postulé ; seul leur nombre est noté."""

    @geste(
        "Entretien obtenu", de=Etat.CANDIDATURES, vers=Etat.ENTRETIEN, par=PORTEURS, attend=Attend.CONJOINT, delai=10
    )
    def noter_entretien(self) -> None:
        """Un employeur reçoit le conjoint."""

    @geste(
        "Entretien sans suite",
        de=Etat.ENTRETIEN,
        vers=Etat.CANDIDATURES,
        par=PORTEURS,
        attend=Attend.CONJOINT,
        delai=20,
        secondaire=True,
    )
    def entretien_sans_suite(self) -> None:
        """L’employeur n’a pas donné suite ; la recherche continue."""

    @geste(
        "Embauché",
        de=Etat.ENTRETIEN,
        vers=Etat.EMBAUCHE,
        par=PORTEURS,
        secondaire=[Etat.EN_RELATION, Etat.CANDIDATURES],
        champs=["resultat_le"],
        facultatifs=["secteur"],
        attend=Attend.GUICHET,
        delai=20,
    )
    def embaucher(self) -> None:
        """Le conjoint prend un poste après un entretien."""

    @geste(
        "Embauché directement",
        de=[Etat.CANDIDATURES, Etat.EN_RELATION],
        vers=Etat.EMBAUCHE,
        par=PORTEURS,
        champs=["resultat_le"],
        facultatifs=["secteur"],
        attend=Attend.GUICHET,
        delai=20,
        secondaire=True,
    )
    def embaucher_directement(self) -> None:
        """Le conjoint prend un poste sans que l’entretien ait été noté."""

    @geste(
        "Installé à son compte",
        de=[Etat.EN_RELATION, Etat.CANDIDATURES, Etat.ORIENTE],
        vers=Etat.INDEPENDANT,
        par=PORTEURS,
        champs=["resultat_le"],
        facultatifs=["secteur"],
        attend=Attend.GUICHET,
        delai=20,
        secondaire=True,
    )
    def installer_independant(self) -> None:
        """Le conjoint ouvre ou reprend une activité."""

    @geste(
        "Entré en formation",
        de=[Etat.ORIENTE, Etat.EN_RELATION, Etat.CANDIDATURES],
        vers=Etat.FORMATION,
        par=PORTEURS,
        champs=["resultat_le"],
        attend=Attend.GUICHET,
        delai=20,
        secondaire=True,
    )
    def entrer_en_formation(self) -> None:
        """Le conjoint commence une formation."""

    @geste(
        "Clore la recherche",
        de=[Etat.EMBAUCHE, Etat.INDEPENDANT, Etat.FORMATION],
        vers=Etat.CLOS,
        par=PORTEURS,
        attend=Attend.PERSONNE,
    )
    def clore(self) -> None:
        """Le conjoint a sa place ; la recherche est finie."""
