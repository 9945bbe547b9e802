"""What is promised and noted along the way."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from dossiers.models.appels import Appel
from dossiers.models.courriers import Courrier
from dossiers.models.dossiers import Dossier, Participant
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.personnes import Personne
from dossiers.models.recherche import vecteur
from dossiers.models.territoires import Territoire
from dossiers.regles.droits import PORTEURS, Section


class EngagementQuerySet(models.QuerySet["Engagement"]):
    """Reads promises: the line holder sees all of its territory, a partner those it made itself."""

    def visibles_par(self, agent: Agent) -> Self:
        visibles = self.filter(territoire_id=agent.territoire_id)
        if agent.peut_lire(Section.APPELS):
            # asked of each promise, not of all dossiers first: a page shows a few of them
            du_champ = Dossier.objects.visibles_par(agent).filter(pk=OuterRef("dossier_id"))
            return visibles.filter(Q(dossier=None) | Exists(du_champ))
        if not agent.peut_lire(Section.IDENTITE):
            return visibles.none()
        return visibles.filter(organisme_id=agent.organisme_id, dossier__in=Dossier.objects.visibles_par(agent))

    def lus_dans(self, dossier: Dossier, agent: Agent) -> Self:
        """Keep what this agent may read in a file already read by the door."""
        siens = self.filter(dossier=dossier, territoire_id=agent.territoire_id)
        if agent.peut_lire(Section.APPELS):
            return siens
        return siens.filter(organisme_id=agent.organisme_id) if agent.peut_lire(Section.IDENTITE) else siens.none()

    def a_tenir(self) -> Self:
        return self.filter(fait_le=None)


class Engagement(models.Model):
    """A promise: what, to whom, by when, by whom; kept or broken is read from its dates.

    A callback keeps its attempts (`Tentative`): one that failed moves `pour_le` to the next, and does not break a promise it
    was made in time for.
    """

    class Nature(models.TextChoices):
        RAPPEL = "rappel", "Rappeler"
        ENVOI = "envoi", "Envoyer"
        INFORMATION = "information", "Donner une réponse"

    class Resultat(models.TextChoices):
        JOINT = "joint", "Joint"
        REPONDEUR = "repondeur", "Répondeur"
        INJOIGNABLE = "injoignable", "Injoignable"
        FAIT = "fait", "Fait"
        ANNULE = "annule", "N’a plus lieu d’être"
        SANS_REPONSE = "sans_reponse", "Sans réponse"

    SUITES = (Resultat.FAIT, Resultat.JOINT, Resultat.ANNULE)
    """What an agent may close a promise with; the machine alone says « sans réponse », after three half-days."""

    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="engagements")
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, blank=True, related_name="engagements")
    appel = models.ForeignKey(Appel, models.CASCADE, null=True, blank=True, related_name="engagements")
    personne = models.ForeignKey(Personne, models.SET_NULL, null=True, blank=True, related_name="engagements")
    nature = models.CharField("promesse", max_length=12, choices=Nature, default=Nature.RAPPEL)
    quoi = models.CharField("à propos de", max_length=200, blank=True)
    pour_le = models.DateTimeField("promis pour le")
    agent = models.ForeignKey(
        Agent, models.SET_NULL, null=True, blank=True, related_name="engagements", verbose_name="promis par"
    )
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="engagements")
    fait_le = models.DateTimeField("fait le", null=True, blank=True)
    resultat = models.CharField("résultat", max_length=12, choices=Resultat, blank=True)
    manquee_le = models.DateTimeField("échéance manquée", null=True, blank=True)
    """The first hour that passed before any attempt: a later attempt moves the next date, not this fact."""
    vu_le = models.DateTimeField("ouvert le", null=True, blank=True)
    """When somebody last opened this callback to make it; empty again once its date moves."""
    courrier = models.ForeignKey(Courrier, models.SET_NULL, null=True, blank=True, related_name="engagements")
    """The letter that says nobody answered."""

    objects = EngagementQuerySet.as_manager()
    history = historique(excluded_fields=["vu_le"])

    class Meta:
        verbose_name = "engagement"
        ordering = ("pour_le",)
        indexes = [
            models.Index(fields=["territoire", "pour_le"], condition=Q(fait_le=None), name="engagement_a_tenir"),
            models.Index(fields=["agent", "pour_le"], condition=Q(fait_le=None), name="engagement_miens"),
            models.Index(fields=["organisme", "pour_le"], condition=Q(fait_le=None), name="engagement_maison"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(fait_le=None, resultat="") | (Q(fait_le__isnull=False) & ~Q(resultat="")),
                name="engagement_fait_avec_resultat",
                violation_error_message="Un engagement fait porte son résultat.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} le {timezone.localtime(self.pour_le):%d/%m/%Y %H:%M}"

    @property
    def a_qui(self) -> str:
        """Whom the promise was made to, as far as it was noted; empty otherwise."""
        if self.personne:
            return str(self.personne)
        return self.appel.nom_appelant if self.appel else ""

    @property
    def est_rappel(self) -> bool:
        return self.nature == self.Nature.RAPPEL

    @property
    def a_ete_en_retard(self) -> bool:
        """Whether an hour passed before it was done, or before an attempt was made."""
        return self.manquee_le is not None or (self.fait_le is not None and self.fait_le > self.pour_le)

    def destinataire(self) -> Personne | None:
        """Whom a letter about this promise is for: whom it was made to, else the household's first doctor; None if nobody."""
        if self.personne or self.dossier is None:
            return self.personne
        medecins = (Participant.Role.MEDECIN, Participant.Role.SECOND_MEDECIN)
        participant = (
            self.dossier.participants.filter(role__in=medecins).select_related("personne").order_by("id").first()
        )
        return participant.personne if participant else None

    def pourquoi_sans_lettre(self) -> str:
        """Say in French why no letter may follow three failed attempts; empty when one may."""
        a_qui = self.destinataire()
        if self.dossier is None:
            return "cet appel n’a pas de dossier"
        if (self.appel and self.appel.ne_pas_rappeler) or (a_qui and a_qui.ne_pas_rappeler):
            return "la personne ne souhaite pas être rappelée"
        if self.appel and self.appel.est_masque:
            return "la personne a masqué son numéro"
        if a_qui is None or not (a_qui.nom or a_qui.prenom):
            return "la personne n’a pas donné son nom"
        return "le dossier est à confidentialité renforcée" if self.dossier.confidentiel else ""


class TentativeQuerySet(models.QuerySet["Tentative"]):
    """Reads attempts: whoever may read the promise."""

    def visibles_par(self, agent: Agent) -> Self:
        return self.filter(engagement__in=Engagement.objects.visibles_par(agent))

    def echouees(self) -> Self:
        return self.exclude(resultat=Tentative.Resultat.JOINT)


class Tentative(models.Model):
    """One attempt at a callback: when, by whom, what came of it, and before when it was due."""

    class Resultat(models.TextChoices):
        JOINT = "joint", "Joint"
        MESSAGE = "message", "Répondeur, message laissé"
        REPONDEUR = "repondeur", "Répondeur, sans message"
        OCCUPE = "occupe", "Occupé"
        VIDE = "vide", "Sonne dans le vide"
        ERRONE = "errone", "Numéro erroné"

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="tentatives", verbose_name="promesse")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="tentatives", verbose_name="faite par")
    faite_le = models.DateTimeField("faite le", default=timezone.now)
    prevue_le = models.DateTimeField("due avant le")
    resultat = models.CharField("résultat", max_length=12, choices=Resultat)

    objects = TentativeQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "tentative de rappel"
        ordering = ("faite_le", "id")

    def __str__(self) -> str:
        return f"{self.get_resultat_display()} le {timezone.localtime(self.faite_le):%d/%m/%Y %H:%M}"


class NoteQuerySet(models.QuerySet["Note"]):
    """Reads notes as the timeline shows them (`lectures/chronologie`): those of the reader's house and the shared ones, the
    line's own for the line that took the file over."""

    def visibles_par(self, agent: Agent) -> Self:
        lisibles = Q(organisme_id=agent.organisme_id) | Q(partagee=True)
        if agent.organisme.est_porteur:
            lisibles |= Q(organisme__nature__in=PORTEURS)
        # asked of each note, not of all dossiers first: a search shows a few of them
        return self.filter(lisibles, Exists(Dossier.objects.visibles_par(agent).filter(pk=OuterRef("dossier_id"))))


class Note(models.Model):
    """A factual remark on a file, written as if the doctor read it (he may: regles.md §3c).

    Read through the timeline and the palette, which keep those of the reader's organisation and those shared with the partners.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="notes")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="notes")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="notes")
    texte = models.TextField("note")
    partagee = models.BooleanField("visible des partenaires du dossier", default=False)
    ecrite_le = models.DateTimeField("écrite le", default=timezone.now)

    objects = NoteQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "note"
        ordering = ("-ecrite_le",)
        indexes = [GinIndex(vecteur("texte"), name="note_texte")]

    def __str__(self) -> str:
        return f"Note du {timezone.localtime(self.ecrite_le):%d/%m/%Y}"
