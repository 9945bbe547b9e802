"""The documents of a household: one paper serves several steps, and some of them expire (domaine.md §1, rules 5 and 6)."""

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent
from dossiers.regles.droits import Section
from dossiers.regles.pieces import est_valable, peremption


class PieceQuerySet(models.QuerySet["Piece"]):
    """Reads the documents of whom may read the formalités."""

    def visibles_par(self, agent: Agent) -> Self:
        if not agent.peut_lire(Section.FORMALITES):
            return self.none()
        return self.filter(dossier__in=Dossier.objects.visibles_par(agent))


class Piece(models.Model):
    """That a document was received, on which day, and until when it is good; never the document itself."""

    class Nature(models.TextChoices):
        IDENTITE = "identite", "pièce d’identité"
        DOMICILE = "domicile", "justificatif de domicile"
        CASIER = "casier", "extrait de casier judiciaire"
        BONNE_SITUATION = "bonne_situation", "certificat de bonne situation"
        DIPLOME = "diplome", "attestation de réussite au diplôme"
        INSCRIPTION = "inscription", "attestation d’inscription à l’Ordre"
        LICENCE = "licence", "licence de remplacement"
        CONTRAT = "contrat", "contrat ou bail"
        RIB = "rib", "relevé d’identité bancaire"
        RCP = "rcp", "attestation de responsabilité civile"
        AUTRE = "autre", "autre document"

    section = Section.FORMALITES

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pieces")
    nature = models.CharField("document", max_length=16, choices=Nature)
    libelle = models.CharField("précision", max_length=120, blank=True)
    etapes = ArrayField(models.CharField(max_length=4), verbose_name="étapes qu’il sert", default=list, blank=True)
    """Codes of the steps it serves: the steps themselves come and go with the profile."""
    etabli_le = models.DateField("daté du", null=True, blank=True)
    recue_le = models.DateField("reçu le", null=True, blank=True)
    expire_le = models.DateField("valable jusqu’au", null=True, blank=True)

    objects = PieceQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "document"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(expire_le=None) | Q(etabli_le=None) | Q(expire_le__gte=F("etabli_le")),
                name="piece_expire_apres",
                violation_error_message="Un document n’expire pas avant d’être établi.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle or str(self.get_nature_display())

    @property
    def perime_le(self) -> dt.date | None:
        """The last day it is good: as written on it, else three months for what the offices ask fresh."""
        return peremption(self.nature, self.etabli_le or self.recue_le, self.expire_le)

    @property
    def est_valable(self) -> bool:
        """Whether it was received and is still good today."""
        return est_valable(self, timezone.localdate())
