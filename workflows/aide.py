"""Aide financière: one démarche a dispositif, moved by who answers for it (domaine.md §2.8).

The line may open it and see where it stands; it neither answers nor reads dates and amounts, which belong to the payer.
"""

from django.db import models

from dossiers.erreurs import Refus
from dossiers.models import Agent, Attend, Demarche, Dispositif, Geste, Organisme, geste
from dossiers.regles.droits import PORTEURS, Nature, Niveau, Section
from dossiers.regles.eligibilite import LIBELLES_ISSUES, PAYEURS

SORTIES = frozenset({"abandonner", "declarer_sans_objet", "reprendre"})


class MotifEligibilite(models.TextChoices):
    ZONE = "zone", "le lieu n’est pas dans la zone"
    STATUT = "statut", "le statut ne convient pas"
    DATE = "date", "la date d’installation ne convient pas"
    SECTEUR = "secteur", "le secteur ne convient pas"
    CUMUL = "cumul", "aide non cumulable"
    FERME = "ferme", "le dispositif est fermé"


class MotifRefusAide(models.TextChoices):
    INCOMPLET = "incomplet", "dossier incomplet"
    HORS_DELAI = "hors_delai", "demande hors délai"
    CONDITIONS = "conditions", "une condition n’est pas tenue"
    CREDITS = "credits", "crédits épuisés"


class Aide(Demarche):
    """One aid asked for; « éligible » is said by its payer alone, in writing."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "Repérée"
        ELIGIBILITE = "eligibilite_a_verifier", "Éligibilité à vérifier"
        ELIGIBLE = "eligible", "Éligible"
        NON_ELIGIBLE = "non_eligible", "Non éligible"
        CONSTITUTION = "dossier_en_constitution", "Dossier en constitution"
        DEPOSEE = "deposee", "Déposée"
        EN_INSTRUCTION = "en_instruction", "En instruction"
        ACCORDEE = "accordee", "Accordée"
        VERSEE = "versee", "Versée"
        REFUSEE = "refusee", "Refusée"
        CLOS = "clos", "Arrivée à son terme"
        ABANDONNEE = "abandonnee", "Abandonnée"
        SANS_OBJET = "sans_objet", "Sans objet"

    besoin = "aides"
    libelle_besoin = "Aide financière"
    section = Section.AIDES
    DATES_DE_FAITS = frozenset({"reponse_le", "demandee_le", "accordee_le", "versee_le"})
    icone = "courrier"
    LIENS = ("dispositif",)
    SORTIES_PAR = PORTEURS | PAYEURS
    ATTENDUS = PAYEURS
    DU_PAYEUR = frozenset({"demandee_le", "accordee_le", "versee_le", "montant", "engagement_jusqu_au"})
    RESUME = (
        "presume", "presume_phrase", "reponse_le", "reponse_source", "demandee_le", "accordee_le", "montant", "versee_le",
        "engagement_jusqu_au",
    )  # fmt: skip

    dispositif = models.ForeignKey(Dispositif, models.PROTECT, null=True, blank=True, related_name="aides")
    presume = models.CharField(
        "d’après l’assistant", max_length=12, choices=[(str(i), m) for i, m in LIBELLES_ISSUES.items()], blank=True
    )
    presume_phrase = models.CharField("ce que l’assistant en dit", max_length=400, blank=True)
    reponse_le = models.DateField("réponse écrite du", null=True, blank=True)
    reponse_source = models.CharField(
        "référence de la réponse",
        max_length=160,
        blank=True,
        help_text="Courrier, courriel ou décision, avec son numéro.",
    )
    demandee_le = models.DateField("demande déposée le", null=True, blank=True)
    accordee_le = models.DateField("accordée le", null=True, blank=True)
    montant = models.PositiveIntegerField("montant accordé (€)", null=True, blank=True)
    versee_le = models.DateField("versée le", null=True, blank=True)
    engagement_jusqu_au = models.DateField("engagement jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "aide financière"

    @property
    def objet(self) -> str:
        return str(self.dispositif) if self.dispositif_id else ""

    @property
    def precision(self) -> str:
        return self.objet

    @classmethod
    def ouvrable_par(cls, agent: Agent) -> bool:
        """The line spots an aid without ever moving it."""
        return agent.peut(cls.section, Niveau.ETAT)

    @classmethod
    def attend_au_debut(cls, organisme: Organisme) -> str:
        return payeur(organisme)

    def acteur_admis(self, nature: str) -> bool:
        """The ARS moves its own contracts, the CPAM the convention's; the line only gives up on behalf of the household."""
        if nature in PORTEURS or self.dispositif is None:
            return True
        return nature in self.dispositif.natures

    def permet(self, declare: Geste, agent: Agent) -> bool:
        """Let who carries the household's file say that the household gives up: it is said on the line."""
        if declare.code in SORTIES and agent.organisme.est_porteur:
            return agent.peut(self.section, Niveau.ETAT) and agent.peut_ecrire(Section.FORMALITES)
        return super().permet(declare, agent)

    def tus_a(self, agent: Agent) -> frozenset[str]:
        return frozenset() if self.acteur_admis(agent.organisme.nature) else self.DU_PAYEUR

    def _dispositif_connu(self) -> str | None:
        return None if self.dispositif_id else "Précisez d’abord le dispositif, sous « Autres gestes »."

    def _dispositif_a_dire(self) -> str | None:
        return "Le dispositif est déjà choisi : pour un autre, ouvrez une autre aide." if self.dispositif_id else None

    def _encore_ouvert(self) -> str | None:
        if self.dispositif and self.dispositif.ouverture == Dispositif.Ouverture.FERME:
            return f"Ce dispositif est fermé depuis {self.dispositif.ferme_depuis}."
        return None

    def _au_payeur(self) -> None:
        self.attend = payeur(self.organisme)

    def _reprendre_l_etude(self) -> None:
        self.reponse_le, self.reponse_source = None, ""
        self._au_payeur()

    @geste(
        "Préciser le dispositif",
        de=Etat.EXPRIME,
        vers=Etat.EXPRIME,
        par=PAYEURS,
        si=[_dispositif_a_dire],
        champs=["dispositif"],
        attend=None,
        delai=5,
        secondaire=True,
    )
    def preciser(self) -> None:
        """L’entretien dit de quelle aide il s’agit."""
        if self.dispositif and self.organisme.nature not in self.dispositif.natures:
            phrase = f"{self.dispositif.code} relève d’un autre organisme ({self.dispositif.autorite})"
            raise Refus(f"{phrase} : ouvrez-la depuis le catalogue.", "dispositif")
        self._au_payeur()

    @geste(
        "Vérifier l’éligibilité",
        de=Etat.EXPRIME,
        vers=Etat.ELIGIBILITE,
        par=PAYEURS,
        si=[_dispositif_connu, _encore_ouvert],
        attend=None,
        delai=10,
    )
    def verifier(self) -> None:
        """Le payeur étudie les conditions ; rien n’est promis."""
        self._reprendre_l_etude()

    @geste(
        "Déclarer éligible",
        de=Etat.ELIGIBILITE,
        vers=Etat.ELIGIBLE,
        par=PAYEURS,
        champs=["reponse_le", "reponse_source"],
        attend=Attend.CANDIDAT,
        delai=20,
    )
    def declarer_eligible(self) -> None:
        """La réponse écrite et datée du payeur dit que les conditions sont tenues."""

    @geste(
        "Déclarer non éligible",
        de=Etat.ELIGIBILITE,
        vers=Etat.NON_ELIGIBLE,
        par=PAYEURS,
        champs=["reponse_le", "reponse_source"],
        motifs=MotifEligibilite,
        attend=Attend.GUICHET,
        delai=5,
        secondaire=True,
    )
    def declarer_non_eligible(self) -> None:
        """La réponse écrite et datée du payeur dit quelle condition manque."""

    @geste(
        "Constituer le dossier",
        de=Etat.ELIGIBLE,
        vers=Etat.CONSTITUTION,
        par=PAYEURS,
        attend=Attend.CANDIDAT,
        delai=20,
    )
    def constituer(self) -> None:
        """Le candidat réunit les pièces de sa demande."""

    @geste(
        "Noter le dépôt",
        de=Etat.CONSTITUTION,
        vers=Etat.DEPOSEE,
        par=PAYEURS,
        champs=["demandee_le"],
        attend=None,
        delai=10,
    )
    def deposer_demande(self) -> None:
        """La demande du candidat est arrivée chez le payeur."""
        self._au_payeur()

    @geste("Commencer l’instruction", de=Etat.DEPOSEE, vers=Etat.EN_INSTRUCTION, par=PAYEURS, attend=None, delai=40)
    def instruire(self) -> None:
        """La demande est complète, le payeur l’instruit."""
        self._au_payeur()

    @geste(
        "Accorder l’aide",
        de=Etat.EN_INSTRUCTION,
        vers=Etat.ACCORDEE,
        par=PAYEURS,
        champs=["accordee_le"],
        facultatifs=["montant", "engagement_jusqu_au"],
        attend=None,
        delai=60,
    )
    def accorder_aide(self) -> None:
        """La décision du payeur est prise."""
        self._au_payeur()

    @geste(
        "Refuser l’aide",
        de=[Etat.DEPOSEE, Etat.EN_INSTRUCTION],
        vers=Etat.REFUSEE,
        par=PAYEURS,
        motifs=MotifRefusAide,
        attend=Attend.GUICHET,
        delai=5,
        secondaire=True,
    )
    def refuser_aide(self) -> None:
        """La décision du payeur dit pourquoi, et comment la contester."""

    @geste(
        "Noter le versement",
        de=Etat.ACCORDEE,
        vers=Etat.VERSEE,
        par=PAYEURS,
        champs=["versee_le"],
        attend=None,
        delai=20,
    )
    def verser(self) -> None:
        """La somme est partie."""
        self._au_payeur()

    @geste(
        "Vérifier de nouveau",
        de=Etat.NON_ELIGIBLE,
        vers=Etat.ELIGIBILITE,
        par=PAYEURS,
        si=[_encore_ouvert],
        attend=None,
        delai=10,
        secondaire=True,
    )
    def reverifier(self) -> None:
        """Le projet a changé : le payeur reprend l’étude depuis le début."""
        self._reprendre_l_etude()

    @geste(
        "Clore l’aide",
        de=[Etat.VERSEE, Etat.REFUSEE, Etat.NON_ELIGIBLE],
        vers=Etat.CLOS,
        par=PAYEURS,
        attend=Attend.PERSONNE,
    )
    def clore(self) -> None:
        """L’aide est versée, ou le refus est expliqué au foyer."""


def payeur(organisme: Organisme) -> str:
    """Return whom an aid waits for when its payer must act."""
    return {Nature.ARS: Attend.ARS, Nature.CPAM: Attend.CPAM}.get(Nature(organisme.nature), Attend.PARTENAIRE)
