"""A call, as it was taken: an object of its own, before and apart from any dossier."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent
from dossiers.models.personnes import Personne
from dossiers.models.recherche import vecteur
from dossiers.models.territoires import Commune, Territoire
from dossiers.regles.droits import Section

MASQUE = "masqué"
"""What is kept in the place of a withheld number."""


class AppelQuerySet(models.QuerySet["Appel"]):
    """Reads calls; the text noted on the phone is the line holder's alone (domaine.md §5)."""

    def visibles_par(self, agent: Agent) -> Self:
        if not agent.peut_lire(Section.APPELS):
            return self.none()
        visibles = self.filter(territoire_id=agent.territoire_id)
        if agent.peut_lire(Section.CONFIDENTIEL):
            return visibles
        cache = Appel.dossiers.through.objects.filter(appel_id=OuterRef("pk"), dossier__confidentiel=True)
        return visibles.exclude(
            Exists(cache.exclude(dossier__referent_id=agent.pk).exclude(dossier_id__in=agent.acces))
        )


class Appel(models.Model):
    """One call, voicemail or mail; it may end with nothing, and may concern several people or dossiers."""

    class Canal(models.TextChoices):
        TELEPHONE = "telephone", "Téléphone"
        RELAIS = "relais", "Relais téléphonique (sourds, malentendants, aphasiques)"
        REPONDEUR = "repondeur", "Répondeur"
        COURRIEL = "courriel", "Courriel"
        ACCUEIL = "accueil", "Accueil physique"

    class Role(models.TextChoices):
        CANDIDAT = "candidat", "Médecin ou interne"
        CONJOINT = "conjoint", "Conjoint"
        PARTENAIRE = "partenaire", "Partenaire"
        OFFREUR = "offreur", "Offre un cabinet, un poste ou un logement"
        TIERS = "tiers", "Autre personne"
        INCONNU = "inconnu", "Inconnu"

    class Issue(models.TextChoices):
        DOSSIER_CREE = "dossier_cree", "Dossier ouvert"
        RATTACHE = "rattache", "Rattaché à un dossier"
        INFORMATION = "information_donnee", "Information donnée"
        REORIENTE = "reoriente", "Réorienté"
        OPPORTUNITE = "opportunite_enregistree", "Offre notée"
        EVENEMENT = "inscription_evenement", "Inscription à un événement"
        RGPD = "demande_rgpd", "Demande sur ses données"
        PARTENAIRE = "partenaire_traite", "Question d’un partenaire"
        MESSAGE = "message_vocal", "Message vocal"
        INTERROMPU = "appel_interrompu", "Appel interrompu"
        ERREUR = "erreur_numero", "Erreur de numéro"
        MUET = "appel_muet", "Appel muet"
        DEMARCHAGE = "demarchage", "Démarchage"

    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="appels")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="appels", verbose_name="pris par")
    recu_le = models.DateTimeField("reçu le", default=timezone.now)
    fini_le = models.DateTimeField("fini le", null=True, blank=True)
    """Known of a call noted on paper alone."""
    saisi_le = models.DateTimeField("ressaisi le", null=True, blank=True, editable=False)
    saisi_par = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ressaisi par", editable=False
    )
    """When and by whom a call noted on paper during an outage was typed; the call itself keeps its own hour and agent."""
    canal = models.CharField("canal", max_length=12, choices=Canal, default=Canal.TELEPHONE)
    numero_brut = models.CharField("numéro tel que saisi", max_length=40, blank=True)
    numero = models.CharField("numéro", max_length=20, blank=True, db_index=True)
    role = models.CharField("qui appelle", max_length=12, choices=Role, blank=True)
    nom_appelant = models.CharField("nom donné", max_length=160, blank=True)
    courriel = models.EmailField("courriel donné", blank=True)
    ne_pas_rappeler = models.BooleanField("ne souhaite pas être rappelé", default=False)
    besoins = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name="besoins exprimés")
    communes = models.ManyToManyField(Commune, blank=True, related_name="appels", verbose_name="communes citées")
    pour_quand = models.DateField("échéance annoncée", null=True, blank=True)
    texte = models.TextField("texte noté", blank=True)
    issue = models.CharField("issue", max_length=30, choices=Issue)
    personnes = models.ManyToManyField(Personne, blank=True, related_name="appels")
    dossiers = models.ManyToManyField(Dossier, blank=True, related_name="appels")

    objects = AppelQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "appel"
        indexes = [
            models.Index(fields=["territoire", "-recu_le", "-id"], name="appel_recu"),
            GinIndex(vecteur("nom_appelant", "texte"), name="appel_texte"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="") | ~Q(nom_appelant=""),
                name="appel_de_quelqu_un",
                violation_error_message="Indiquez au moins qui appelle : un rôle ou un nom.",
            ),
            models.CheckConstraint(
                condition=Q(fini_le=None) | Q(fini_le__gte=F("recu_le")),
                name="appel_fini_apres_recu",
                violation_error_message="L’appel finit avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(saisi_le=None, saisi_par=None) | Q(saisi_le__isnull=False, saisi_par__isnull=False),
                name="appel_ressaisi_par_quelqu_un",
                violation_error_message="Une ressaisie dit qui l’a faite et quand.",
            ),
        ]

    def __str__(self) -> str:
        return f"Appel du {timezone.localtime(self.recu_le):%d/%m/%Y %H:%M:%S}"

    @property
    def est_masque(self) -> bool:
        """Whether the caller withheld their number."""
        return self.numero_brut == MASQUE
