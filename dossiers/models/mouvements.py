"""What happens to whole files: two become one, one goes to another territory."""

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.models.courriers import Courrier
from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent
from dossiers.models.territoires import Territoire
from dossiers.regles.doublons import Identite, Rapprochement, rapprocher
from dossiers.regles.droits import Section

DELAI_FUSION = dt.timedelta(days=30)
"""How long a merger may be undone."""


class Fusion(models.Model):
    """A file taken in by another: what moved, so that it can go back for a while."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="fusions", verbose_name="dossier maître")
    absorbe = models.ForeignKey(Dossier, models.CASCADE, related_name="+", verbose_name="dossier absorbé")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+", verbose_name="fusionné par")
    faite_le = models.DateTimeField("fusionné le", default=timezone.now)
    annulee_le = models.DateTimeField("annulé le", null=True, blank=True)
    deplace = models.JSONField("ce qui a été déplacé", default=dict, editable=False)

    objects = models.Manager["Fusion"]()
    history = historique(excluded_fields=["deplace"])

    class Meta:
        verbose_name = "fusion"
        ordering = ("-faite_le",)
        constraints = [
            models.UniqueConstraint(
                fields=["absorbe"],
                condition=Q(annulee_le=None),
                name="une_fusion_en_vigueur",
                violation_error_message="Ce dossier est déjà fusionné.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.absorbe} dans {self.dossier}"

    @property
    def se_defait(self) -> bool:
        """Whether it is still time to undo it."""
        return self.annulee_le is None and timezone.now() - self.faite_le <= DELAI_FUSION


class TransfertQuerySet(models.QuerySet["Transfert"]):
    """Reads transfers: each of the two territories, at its line's direction."""

    def visibles_par(self, agent: Agent) -> Self:
        if not agent.peut_lire(Section.TRANSFERT):
            return self.none()
        return self.filter(Q(source_id=agent.territoire_id) | Q(cible_id=agent.territoire_id))


class Transfert(models.Model):
    """What the territory that sent a file keeps of it: its number, when, why, where to; nothing of its content."""

    class Motif(models.TextChoices):
        PROJET = "projet", "le projet se fait sur l’autre territoire"
        DOMICILE = "domicile", "le foyer s’y est installé"
        ERREUR = "erreur", "dossier ouvert au mauvais endroit"
        COMPETENCE = "competence", "le guichet de l’autre territoire est compétent"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="transferts", verbose_name="dossier")
    numero = models.CharField("numéro", max_length=16)
    source = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="venu de")
    cible = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="parti vers")
    motif = models.CharField("motif du transfert", max_length=12, choices=Motif)
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+", verbose_name="transféré par")
    fait_le = models.DateTimeField("transféré le", default=timezone.now)

    objects = TransfertQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "transfert"
        ordering = ("-fait_le", "-id")

    def __str__(self) -> str:
        return f"{self.numero} : {self.source} → {self.cible}"


RESTENT = frozenset({"Participant", "Fusion", "Transfert"})
"""What belongs to a file itself: the household is copied to the other file, the rest tells the file's own past."""


def modeles_deplaces() -> list[type[models.Model]]:
    """Return every historised model whose rows follow their file, a need added later included; needs by their base."""
    return [
        m
        for m in apps.get_models()
        if hasattr(m, "history")
        and m.__name__ not in RESTENT
        and any(c.name == "dossier" and c.related_model is Dossier for c in m._meta.local_concrete_fields)
    ]


def deplacables(modele: type[models.Model], dossier: Dossier) -> models.QuerySet[Any]:
    """Return the rows of a file that may go to another; an issued letter is never rewritten, it stays where it was made."""
    lignes = modele._base_manager.filter(dossier=dossier).order_by("pk")
    return lignes.exclude(etat=Courrier.Etat.PRODUIT) if modele is Courrier else lignes


def memes_personnes(absorbe: Dossier, maitre: Dossier) -> dict[int, int]:
    """Return whom of the absorbed file is surely somebody of the master's: their keys, one to one.

    Surely: the same RPPS number, or the same name and first name with a number or a mail in common.
    """
    gardees = _identites(maitre)
    trouvees: dict[int, int] = {}
    for identite in _identites(absorbe):
        libres = [g for g in gardees if g.cle not in trouvees.values()]
        sures = [r.candidat.cle for r in rapprocher(identite, libres) if r.candidat.cle == identite.cle or _sur(r)]
        if identite.cle is not None and sures and sures[0] is not None:
            trouvees[identite.cle] = identite.cle if identite.cle in sures else sures[0]
    return trouvees


def _sur(r: Rapprochement) -> bool:
    raisons = set(r.raisons)
    nomme = {"même nom", "même prénom"} <= raisons
    return "même numéro RPPS" in raisons or (nomme and bool(raisons & {"même téléphone", "même courriel"}))


def _identites(dossier: Dossier) -> list[Identite]:
    participants = dossier.participants.select_related("personne").prefetch_related("personne__telephones")
    return [
        Identite(
            nom=p.personne.nom,
            prenom=p.personne.prenom,
            nom_usage=p.personne.nom_usage,
            telephones=tuple(t.e164 for t in p.personne.telephones.all() if t.e164),
            courriel=p.personne.courriel,
            rpps=p.personne.rpps,
            cle=p.personne_id,
        )
        for p in participants
    ]
