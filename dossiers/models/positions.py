"""Where a partner stands on a démarche it is asked to work on: accepts, refuses with a proposal, finishes.

The line's holder has no row of its own: its position is the démarche itself (decision 0028).
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import RETURN_VALUE

from dossiers.erreurs import Refus
from dossiers.models.demarches import Demarche
from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.machine import Attend, Machine, champ_etat, geste
from dossiers.models.organismes import Agent, Organisme
from dossiers.regles.droits import PORTEURS, Nature, Niveau, Section

PARTENAIRES = frozenset(Nature) - PORTEURS
LONGUEUR_PROPOSITION = 10
"""Signs at least: a refusal says what to do instead."""


class PositionQuerySet(models.QuerySet["Position"]):
    """Reads positions: the line's holder all of its dossiers, a partner its own alone."""

    def visibles_par(self, agent: Agent) -> Self:
        besoins = [t for t, classe in Demarche.REGISTRE.items() if agent.peut(classe.section, Niveau.LIRE)]
        visibles = self.filter(besoin__in=besoins, dossier__in=Dossier.objects.visibles_par(agent))
        return visibles if agent.organisme.est_porteur else visibles.filter(organisme_id=agent.organisme_id)

    def a_decider(self) -> Self:
        """Keep those still waited for, or under way."""
        return self.exclude(etat__in=Position.FINAUX)


class Position(Machine):
    """One partner's own task on one démarche, with its own deadline."""

    class Etat(models.TextChoices):
        ATTENDUE = "attendue", "Attendue"
        ACCEPTEE = "acceptee", "Acceptée"
        TERMINEE = "terminee", "Terminée"
        REFUSEE = "refusee", "Refusée"
        LEVEE = "levee", "Levée"

    class MotifRefus(models.TextChoices):
        HORS_COMPETENCE = "hors_competence", "hors compétence"
        AUTRE_TERRITOIRE = "autre_territoire", "autre territoire"
        DOUBLON = "doublon", "doublon"
        DELAI_IMPOSSIBLE = "delai_impossible", "délai impossible"
        AUTRE = "autre", "autre raison"

    class MotifLevee(models.TextChoices):
        SANS_REPONSE = "sans_reponse", "pas de réponse malgré les relances"
        AUTRE_VOIE = "autre_voie", "la réponse est venue autrement"
        PLUS_UTILE = "plus_utile", "sa réponse ne changerait plus rien"
        ERREUR = "erreur", "sollicité par erreur"

    FINAUX = frozenset({Etat.TERMINEE.value, Etat.REFUSEE.value, Etat.LEVEE.value})
    ATTENDUS = PARTENAIRES

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="positions")
    demarche = models.ForeignKey(Demarche, models.CASCADE, related_name="positions")
    besoin = models.CharField("besoin", max_length=30, editable=False)
    """The démarche's type, which never changes: rights are asked of this row alone, on every page and history row."""
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="positions", verbose_name="organisme")
    etat = champ_etat(Etat.ATTENDUE)
    etat_depuis = models.DateTimeField("à cet état depuis", default=timezone.now)
    attend = models.CharField("qui doit agir", max_length=12, choices=Attend, default=Attend.PARTENAIRE)
    echeance = models.DateField("à faire avant le", null=True, blank=True)
    demande = models.CharField("ce qui est demandé", max_length=200, blank=True)
    proposition = models.CharField(
        "ce que vous proposez à la place",
        max_length=300,
        blank=True,
        help_text="Par exemple l’organisme à solliciter, ou la date à laquelle ce serait possible.",
    )

    etat_a_rendre = ""
    """The state an undone act gives back; not a column."""

    objects = PositionQuerySet.as_manager()
    history = historique()

    class Meta:
        verbose_name = "position"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["demarche", "organisme"],
                name="une_position_par_organisme",
                violation_error_message="Cet organisme est déjà sollicité sur cette démarche.",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisme", "echeance"],
                condition=~Q(etat__in=["terminee", "refusee", "levee"]),
                name="position_a_decider",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nom_besoin} ({self.libelle_etat})"

    @property
    def section(self) -> Section:  # type: ignore[override]
        """The section of its démarche."""
        return Demarche.REGISTRE[self.besoin].section

    @property
    def nom_besoin(self) -> str:
        return Demarche.REGISTRE[self.besoin].libelle_besoin

    def agent_admis(self, agent: Any) -> bool:
        """Only its own organisation answers; the line's holder may ask again or stop waiting (see each gesture's `par`)."""
        if agent.organisme_id == self.organisme_id:
            return bool(agent.peut_porter(self.section))
        return bool(agent.organisme.est_porteur and agent.peut_ecrire(self.section))

    def _demarche_ouverte(self) -> str | None:
        return "La démarche est finie : il n’y a plus rien à y faire." if self.demarche.est_finie else None

    @geste("Accepter", de=Etat.ATTENDUE, vers=Etat.ACCEPTEE, par=PARTENAIRES, attend=Attend.PARTENAIRE, delai=10)
    def accepter(self) -> None:
        """L’organisme prend en charge ce qui lui est demandé."""

    @geste("Terminer", de=Etat.ACCEPTEE, vers=Etat.TERMINEE, par=PARTENAIRES, attend=Attend.PERSONNE)
    def terminer(self) -> None:
        """L’organisme a fait sa part ; la démarche, elle, continue."""

    @geste(
        "Refuser",
        de=[Etat.ATTENDUE, Etat.ACCEPTEE],
        vers=Etat.REFUSEE,
        par=PARTENAIRES,
        champs=["proposition"],
        motifs=MotifRefus,
        attend=Attend.PERSONNE,
        secondaire=True,
    )
    def refuser(self) -> None:
        """L’organisme ne peut pas s’en charger, et dit ce qu’il propose à la place."""
        if len(self.proposition.strip()) < LONGUEUR_PROPOSITION:
            raise Refus("Dites en dix signes au moins ce que vous proposez à la place.", "proposition")

    @geste(
        "Ne plus attendre",
        de=[Etat.ATTENDUE, Etat.ACCEPTEE],
        vers=Etat.LEVEE,
        par=PORTEURS,
        motifs=MotifLevee,
        attend=Attend.PERSONNE,
        secondaire=True,
    )
    def lever(self) -> None:
        """Le guichet n’attend plus cet organisme, et dit pourquoi."""

    # performed by `actions.annulations`, seconds after what moved it: neither a button nor an address

    @geste(
        "Rendre",
        de=[Etat.ATTENDUE, Etat.ACCEPTEE, Etat.LEVEE],
        vers=RETURN_VALUE(Etat.ATTENDUE, Etat.ACCEPTEE, Etat.TERMINEE, Etat.REFUSEE, Etat.LEVEE),
        par=PORTEURS,
        facultatifs=["demande", "proposition"],
        attend=Attend.PARTENAIRE,
        delai=5,
        interne=True,
    )
    def rendre(self) -> str:
        """Ce qui l’avait fait bouger est annulé : la position est de nouveau ce qu’elle était."""
        return self.etat_a_rendre

    @geste(
        "Reprendre",
        de=[Etat.TERMINEE, Etat.REFUSEE, Etat.LEVEE],
        vers=Etat.ATTENDUE,
        par=frozenset(Nature),
        si=[_demarche_ouverte],
        attend=Attend.PARTENAIRE,
        delai=5,
        secondaire=True,
    )
    def reprendre(self) -> None:
        """La position est de nouveau attendue ; ce qui avait été dit reste dans l’historique."""
        self.proposition = ""
