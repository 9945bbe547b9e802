"""Asking to see a file one may not know: its existence was announced, nothing of it was shown."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent, Organisme
from dossiers.regles.droits import Section


class DemandeAccesQuerySet(models.QuerySet["DemandeAcces"]):
    """Reads requests: whoever asked sees their own, whoever answers for the file sees those made on it."""

    def de(self, agent: Agent) -> Self:
        return self.filter(agent=agent)

    def a_decider_par(self, agent: Agent) -> Self:
        """Keep those waiting for this agent: as référent of the file, or as the direction of the line that holds it."""
        if not (agent.organisme.est_porteur and agent.peut_ecrire(Section.IDENTITE)):
            return self.none()
        attendues = self.filter(reponse="", dossier__in=Dossier.objects.visibles_par(agent))
        return attendues if agent.peut_ecrire(Section.AFFECTATION) else attendues.filter(dossier__referent=agent)


class DemandeAcces(models.Model):
    """One agent's request to see one file, and the answer."""

    class Motif(models.TextChoices):
        APPEL = "appel", "la personne nous appelle"
        ADRESSEE = "adressee", "un partenaire nous l’adresse"
        DEMARCHE = "demarche", "une démarche nous revient"

    class Reponse(models.TextChoices):
        ATTENTE = "", "en attente"
        ACCORDE = "accorde", "accordé"
        REFUSE = "refuse", "refusé"

    section = Section.APPELS
    """Who asks about a household is the line holder's to know: a partner at work on the file is not told."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="demandes_acces", verbose_name="dossier")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="demandes_acces", verbose_name="demandé par")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="+", verbose_name="pour")
    motif = models.CharField("motif de la demande", max_length=12, choices=Motif, default=Motif.APPEL)
    demandee_le = models.DateTimeField("demandé le", default=timezone.now)
    reponse = models.CharField("réponse", max_length=8, choices=Reponse, blank=True, default=Reponse.ATTENTE)
    raison = models.CharField("raison du refus", max_length=200, blank=True)
    repondue_le = models.DateTimeField("répondu le", null=True, blank=True)
    repondue_par = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondu par"
    )
    nominatif = models.BooleanField("accès donné à la personne seule", default=False, editable=False)
    """Granted on a confidential file: to this agent, not to their organisation."""

    objects = DemandeAccesQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "demande d’accès"
        ordering = ("-demandee_le", "-id")
        indexes = [models.Index(fields=["dossier"], condition=Q(reponse=""), name="demande_acces_en_attente")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reponse="", repondue_le=None) | (~Q(reponse="") & Q(repondue_le__isnull=False)),
                name="demande_acces_repondue",
                violation_error_message="Une réponse porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(reponse="refuse") | ~Q(raison=""),
                name="demande_acces_refus_motive",
                violation_error_message="Un refus dit sa raison.",
            ),
        ]

    def __str__(self) -> str:
        return f"Demande d’accès du {timezone.localtime(self.demandee_le):%d/%m/%Y}"
