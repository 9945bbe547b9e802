"""The base of every need: what all démarches share, and the register each need enters by being defined."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import RETURN_VALUE

from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.machine import Attend, Machine, Motif, champ_etat, geste, libelles
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.personnes import Personne
from dossiers.regles.delais import jour_de
from dossiers.regles.droits import PORTEURS, Nature, Niveau, Section
from dossiers.regles.retroplanning import Phase, Plan, Tache, deplier

type ClasseDemarche = "type[Demarche]"
"""A need's class; named here because the column `type` hides the builtin inside the model."""

FINAUX_COMMUNS = frozenset({"clos", "abandonnee", "sans_objet"})
"""Every need ends in one of these, so that one partial index serves all lists of open démarches."""


ETAT_INITIAL = "exprime"
DUREE_INCONNUE = 20
"""Working days given, in the household's plan, to a need nobody described the phases of."""


class DemarcheQuerySet(models.QuerySet["Demarche"]):
    """Reads démarches, always through what the reader may see."""

    def visibles_par(self, agent: Agent, *, au_moins: Niveau = Niveau.ETAT) -> Self:
        """Keep the needs whose section this agent reaches, in dossiers visible to them."""
        types = [t for t, classe in Demarche.REGISTRE.items() if agent.peut(classe.section, au_moins)]
        return self.filter(type__in=types, dossier__in=Dossier.objects.visibles_par(agent))

    def ouvertes(self) -> Self:
        return self.exclude(etat__in=FINAUX_COMMUNS)

    def specifiques(self) -> Self:
        """Read each row with its own need's columns in the same query; then use `.specifique`."""
        enfants = [(str(c._meta.model_name), c.LIENS) for c in Demarche.REGISTRE.values()]
        return self.select_related(
            *(nom for nom, _ in enfants), *(f"{nom}__{lien}" for nom, ls in enfants for lien in ls)
        )


class Demarche(Machine):
    """One need of a household under way. Never saved as such: each need is a subclass in `workflows/`."""

    REGISTRE: ClassVar[dict[str, type[Demarche]]] = {}
    """Every need by its type, filled when the subclass is defined."""

    # what each need declares
    besoin: ClassVar[str] = ""
    libelle_besoin: ClassVar[str] = ""
    section: ClassVar[Section]
    icone: ClassVar[str] = "dossier"
    par_enfant: ClassVar[bool] = False
    du_conjoint: ClassVar[bool] = False
    LIENS: ClassVar[tuple[str, ...]] = ()
    """The need's own foreign keys to read with it: a page shows several, and must not ask for each."""
    SORTIES_PAR: ClassVar[frozenset[Nature]] = PORTEURS
    """Who may abandon it, declare it without object, take it up again."""
    FINAUX = FINAUX_COMMUNS
    colonne_visee: ClassVar[str] = ""
    """The need's own column that holds the household's wished day, when it has one."""

    PLAN: ClassVar[Plan] = Plan({})
    """The usual plan of a household, given by `workflows/plan_foyer.py`."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="demarches", verbose_name="dossier")
    type = models.CharField("besoin", max_length=30, editable=False)
    etat = champ_etat(ETAT_INITIAL)
    etat_avant = models.CharField("état avant l’arrêt", max_length=40, blank=True, editable=False)
    etat_depuis = models.DateTimeField("à cet état depuis", default=timezone.now)
    organisme = models.ForeignKey(
        Organisme, models.PROTECT, related_name="demarches", verbose_name="organisme chargé de la démarche"
    )
    responsable = models.ForeignKey(
        Agent, models.SET_NULL, null=True, blank=True, related_name="demarches", verbose_name="responsable"
    )
    personne = models.ForeignKey(
        Personne, models.SET_NULL, null=True, blank=True, related_name="demarches", verbose_name="personne concernée"
    )
    attend = models.CharField("qui doit agir", max_length=12, choices=Attend, default=Attend.GUICHET)
    echeance = models.DateField("à faire avant le", null=True, blank=True)
    """Derived from the two columns below, `etat_depuis` and the calendar; `models.echeances` computes it."""
    delai = models.PositiveSmallIntegerField("délai en jours ouvrés", null=True, blank=True, editable=False)
    echeance_fixee = models.DateField("date fixée par un organisme", null=True, blank=True, editable=False)
    pourquoi = models.CharField("raison de l’affectation", max_length=200, blank=True)

    objects = DemarcheQuerySet.as_manager()
    history = historique(inherit=True)

    class Meta:
        verbose_name = "démarche"
        ordering = ("id",)
        indexes = [
            models.Index(
                fields=["organisme", "echeance"],
                condition=~Q(etat__in=["clos", "abandonnee", "sans_objet"]),
                name="dem_ouvertes",
            ),
            models.Index(
                fields=["responsable", "echeance"],
                condition=~Q(etat__in=["clos", "abandonnee", "sans_objet"]),
                name="dem_miennes",
            ),
            # the list's filters and the board count by need and by house: these two answer from the index alone
            models.Index(
                fields=["type", "dossier", "echeance"],
                include=["organisme"],
                condition=~Q(etat__in=["clos", "abandonnee", "sans_objet"]),
                name="dem_par_besoin",
            ),
            models.Index(
                fields=["organisme", "dossier"],
                include=["type"],
                condition=~Q(etat__in=["clos", "abandonnee", "sans_objet"]),
                name="dem_de_la_maison",
            ),
        ]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Enter the register and receive the three gestures every need shares."""
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("besoin"):
            return
        Demarche.REGISTRE[cls.besoin] = cls
        _partager_les_sorties(cls)

    def __str__(self) -> str:
        return f"{self.libelle_besoin} ({self.libelle_etat})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.type:
            self.type = self.besoin
        super().save(*args, **kwargs)

    @property
    def specifique(self) -> Demarche:
        """This démarche as the need it is, with its own columns and gestures."""
        classe = self.classe
        if type(self) is classe:
            return self
        enfant: Demarche = getattr(self, str(classe._meta.model_name))
        for relation in ("dossier", "organisme", "responsable", "personne"):
            if relation in self._state.fields_cache:
                enfant._state.fields_cache[relation] = self._state.fields_cache[relation]
        return enfant

    @property
    def demarche(self) -> Demarche:
        """Itself: a démarche and a step both answer to `.demarche`, whose calendar and pauses they are counted with."""
        return self

    @property
    def cle_delai(self) -> str:
        """What a delay of this state is filed under (`DelaiEtat.besoin`)."""
        return self.type

    @property
    def classe(self) -> ClasseDemarche:
        """The need's own class, found by the type written on the row."""
        return type(self) if type(self) is not Demarche else Demarche.REGISTRE[self.type]

    @property
    def nom_besoin(self) -> str:
        """The need's label, also when only the base row was read."""
        return self.classe.libelle_besoin

    @property
    def libelle_etat(self) -> str:
        return libelles(self.classe.Etat)[self.etat]

    @property
    def avancee(self) -> str:
        """What a reader of the state alone may know (domaine.md §5, « é »): open, under way or finished."""
        if self.est_finie:
            return "fini"
        return "ouvert" if self.etat == ETAT_INITIAL else "en cours"

    @property
    def precision(self) -> str:
        """What tells this démarche from another of the same need (« élémentaire, 7 ans »); empty by default."""
        return ""

    @property
    def objet(self) -> str:
        """What a reader of the state alone may know of its object; nothing by default."""
        return ""

    @classmethod
    def ouvrable_par(cls, agent: Agent) -> bool:
        """Tell whether an agent may open this need on a dossier."""
        return agent.peut_ecrire(cls.section)

    @classmethod
    def faits_connus(cls, personne: Personne | None) -> dict[str, Any]:
        """Return the facts already noted of whom it concerns, which it opens with; none by default."""
        return {}

    @classmethod
    def attend_au_debut(cls, organisme: Organisme) -> str:
        """Return who must look at it first once opened and given to an organisation."""
        return Attend.GUICHET

    def tus_a(self, agent: Agent) -> frozenset[str]:
        """Return the columns kept from an agent who reads the rest of it; none by default."""
        return frozenset()

    def progres(self) -> tuple[int, int]:
        """Return (done, total) for the household's progress; a need counts for one unless it knows better."""
        return (1 if self.est_finie else 0, 1)

    def annonces(self, aujourdhui: dt.date) -> list[str]:
        """Return what the card announces besides its facts, a sentence each; nothing unless the need knows better."""
        return []

    @property
    def visee_le(self) -> dt.date | None:
        """The wished day as this need holds it."""
        return getattr(self, self.colonne_visee) if self.colonne_visee else None

    def taches(self) -> list[Tache]:
        """Return what this need has to do, for the household's plan; nothing once it was given up."""
        if self.etat in FINAUX_COMMUNS - {"clos"}:
            return []
        phases = self.PLAN.phases.get(self.besoin) or (Phase("ensemble", self.libelle_besoin, (), DUREE_INCONNUE),)
        depuis = jour_de(self.etat_depuis)
        prefixe = f"{self.besoin}-{self.pk}"
        return deplier(prefixe, self.besoin, phases, depuis, finie=self.est_finie, etat=self.etat)

    def affectable_par(self, agent: Agent, organisme: Organisme | None = None) -> bool:
        """Tell whether an agent may route this démarche: the line any, a partner's supervisor inside their own house."""
        if self.est_finie:
            return False
        if agent.organisme.est_porteur:
            return agent.peut_ecrire(self.classe.section)
        a_la_maison = self.organisme_id == agent.organisme_id and organisme in (None, agent.organisme)
        return a_la_maison and agent.peut_ecrire(Section.AFFECTATION)

    def sollicitable_par(self, agent: Agent) -> bool:
        """Tell whether an agent may ask one more partner to work on this démarche: the line alone."""
        return not self.est_finie and agent.organisme.est_porteur and agent.peut_ecrire(self.classe.section)

    def prenable_par(self, agent: Agent) -> bool:
        """Tell whether an agent may take this démarche for themself (« je prends »)."""
        return (
            not self.est_finie
            and self.organisme_id == agent.organisme_id
            and self.responsable_id != agent.pk
            and agent.peut_porter(self.classe.section)
        )

    def est_en_retard(self, aujourdhui: dt.date) -> bool:
        return bool(self.echeance and self.echeance < aujourdhui and not self.est_finie)


def _actifs(classe: type[Demarche]) -> list[str]:
    return [str(e) for e in classe.Etat.values if e not in FINAUX_COMMUNS]


def _reprenable(demarche: Any) -> str | None:
    """`domaine.md` §2: back to the last active state within 24 months, later a new linked file is made."""
    if not demarche.etat_avant:
        return "Cette démarche n’a pas d’état à reprendre."
    if timezone.now() - demarche.etat_depuis >= dt.timedelta(days=730):
        return "Arrêtée depuis plus de 24 mois : ouvrez une nouvelle démarche."
    return None


def abandonner(self: Any) -> None:
    """Le foyer renonce, ou le besoin n’aboutira pas."""
    self.etat_avant = self.etat


def declarer_sans_objet(self: Any) -> None:
    """Le besoin n’existe plus, ou n’aurait pas dû être ouvert."""
    self.etat_avant = self.etat


def reprendre(self: Any) -> str:
    """Le besoin revient : la démarche retrouve son dernier état."""
    dernier_etat: str = self.etat_avant
    self.etat_avant = ""
    return dernier_etat


def _partager_les_sorties(classe: type[Demarche]) -> None:
    """Give a need its three shared gestures: abandon, sans objet, reprise (domaine.md §2)."""
    actifs = _actifs(classe)
    par = classe.SORTIES_PAR
    sortie: Any = {"de": actifs, "par": par, "motifs": Motif, "attend": Attend.PERSONNE, "secondaire": True}
    retour: Any = {"de": ["abandonnee", "sans_objet"], "vers": RETURN_VALUE(*actifs), "par": par}
    sorties = {
        abandonner: geste("Abandonner", vers="abandonnee", **sortie),
        declarer_sans_objet: geste("Déclarer sans objet", vers="sans_objet", **sortie),
        reprendre: geste("Reprendre", si=[_reprenable], attend=Attend.GUICHET, delai=5, **retour),
    }
    for corps, decorer in sorties.items():
        if corps.__name__ not in classe.__dict__:
            setattr(classe, corps.__name__, decorer(corps))
