"""How a gesture is declared, once: everything else (buttons, refusals, rights, forms, diagrams) derives from it.

A gesture is a django-fsm transition on the protected field `etat` whose decorator line says label, from, to, who, on what
condition, which facts it brings, who must act next and within how long. See `design.md` §4.1.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ClassVar, Required, TypedDict, Unpack

from django.db import models
from django.db.models import Model
from django.utils import timezone
from django_fsm import FSMField, FSMFieldDescriptor, transition

from dossiers.erreurs import Refus
from dossiers.regles.droits import Section

Condition = Callable[[Any], str | None]
"""Looks at the object and returns None, or the French sentence that refuses the gesture."""


class Attend(models.TextChoices):
    """Who must act next."""

    GUICHET = "guichet", "le guichet"
    CANDIDAT = "candidat", "le candidat"
    CONJOINT = "conjoint", "le conjoint"
    PARTENAIRE = "partenaire", "un partenaire"
    ARS = "ars", "l’ARS"
    CPAM = "cpam", "la CPAM"
    PERSONNE = "personne", "personne"


class Motif(models.TextChoices):
    """Coded reasons of every negative exit (domaine.md §2)."""

    AUTRE_TERRITOIRE = "autre_territoire", "choisit un autre territoire"
    FAMILLE = "famille", "raison familiale"
    EMPLOI_CONJOINT = "emploi_conjoint", "emploi du conjoint"
    LOGEMENT = "logement", "logement"
    DELAI = "delai", "délai"
    FINANCE = "finance", "raison financière"
    REFUS_ORDRE = "refus_ordre", "refus de l’Ordre"
    SANTE_NON_SAISIE = "sante_non_saisie", "raison personnelle (non saisie)"
    SANS_NOUVELLES = "sans_nouvelles", "sans nouvelles"
    ERREUR = "erreur", "erreur ou hors périmètre"


@cache
def libelles(choix: type[models.TextChoices]) -> dict[str, str]:
    """Return the words of a list of choices by code."""
    return {str(code): str(mot) for code, mot in choix.choices}


@dataclass(frozen=True, kw_only=True)
class Geste:
    """One gesture as declared: the facts screens, executor, documentation and tests read."""

    code: str
    libelle: str
    de: tuple[str, ...]
    vers: str | None
    """Target state; None when the body returns it (`reprendre` goes back to the state held before)."""
    par: frozenset[str]
    si: tuple[Condition, ...]
    attend: str | None
    """Who must act next; None leaves it to the gesture's body."""
    delai: int | None
    """Working days given to whoever must act next; None for no deadline."""
    champs: tuple[str, ...]
    facultatifs: tuple[str, ...]
    motifs: type[models.TextChoices] | None
    courrier: str | None
    secondaire: frozenset[str]
    """The states this gesture is not the one expected in: it then stands under « Autres gestes »."""
    interne: bool
    """Whether an action of its own performs it, with more than this gesture says: no button, no address."""
    aide: str

    def est_principal(self, etat: str) -> bool:
        """Tell whether this is the one gesture expected in a state (see `Machine.ambiguites`)."""
        return etat in self.de and etat not in self.secondaire and not self.interne

    def refus(self, objet: Any) -> str | None:
        """Return the first sentence that refuses this gesture now, None when nothing stands against it."""
        if objet.etat not in self.de:
            return f"« {self.libelle} » n’est pas possible à l’état « {objet.libelle_etat} »."
        for condition in self.si:
            if phrase := condition(objet):
                return phrase
        return None


class Declaration(TypedDict, total=False):
    """What a gesture's decorator line may say."""

    de: Required[str | Iterable[str]]
    vers: Required[Any]
    """A state, or django-fsm's `RETURN_VALUE` when the body returns it."""
    par: Required[Iterable[str]]
    """The kinds of organisation that may perform it."""
    si: Iterable[Condition]
    attend: str | None
    delai: int
    champs: Iterable[str]
    """The columns it brings and asks for, in form order; `facultatifs` may stay empty."""
    facultatifs: Iterable[str]
    motifs: type[models.TextChoices]
    courrier: str
    secondaire: bool | Iterable[str]
    """Whether it stands under « Autres gestes »: everywhere, or in these of its states only."""
    interne: bool


type Corps = Callable[[Any], str | None]


def geste(libelle: str, **declaration: Unpack[Declaration]) -> Callable[[Corps], Callable[..., str | None]]:
    """Declare a gesture on the class it stands in.

    The decorated body runs after the facts are set; it only adds what the columns cannot say. Raises `ValueError` at
    import when nobody may perform it (closed by default).
    """

    def decorer(corps: Corps) -> Callable[..., str | None]:
        declare = _lire(libelle, declaration, corps)
        return transition(  # type: ignore[no-any-return]
            field="etat",
            source=list(declare.de),
            target=declaration["vers"],
            conditions=[lambda objet: declare.refus(objet) is None],
            custom={"geste": declare},
        )(_poser_les_faits(declare, corps))

    return decorer


def _lire(libelle: str, d: Declaration, corps: Corps) -> Geste:
    if not d["par"]:
        raise ValueError(f"Le geste « {libelle} » n’est ouvert à personne : préciser par=.")
    de = (str(d["de"]),) if isinstance(d["de"], str) else tuple(str(e) for e in d["de"])
    secondaire = d.get("secondaire", False)
    return Geste(
        code=corps.__name__,
        libelle=libelle,
        de=de,
        vers=str(d["vers"]) if isinstance(d["vers"], str) else None,
        par=frozenset(str(p) for p in d["par"]),
        si=tuple(d.get("si", ())),
        attend=d.get("attend"),
        delai=d.get("delai"),
        champs=tuple(d.get("champs", ())),
        facultatifs=tuple(d.get("facultatifs", ())),
        motifs=d.get("motifs"),
        courrier=d.get("courrier"),
        secondaire=frozenset(de if secondaire is True else map(str, secondaire or ())),
        interne=d.get("interne", False),
        aide=(corps.__doc__ or "").strip().split("\n")[0],
    )


def _poser_les_faits(declare: Geste, corps: Corps) -> Callable[..., str | None]:
    @wraps(corps)
    def executer(self: Any, **faits: Any) -> str | None:
        for champ in (*declare.champs, *declare.facultatifs):
            if champ in faits:
                if champ in self.DATES_DE_FAITS and faits[champ] and faits[champ] > timezone.localdate():
                    raise Refus("Cette date n’est pas encore venue : notez-la ce jour-là.", champ)
                setattr(self, champ, faits[champ])
        return corps(self)

    return executer


class Machine(models.Model):
    """Base of everything that has a life of its own: a protected `etat` that only declared gestures change."""

    etat: Any
    Etat: ClassVar[type[models.TextChoices]]
    section: ClassVar[Section]
    _gestes: ClassVar[dict[str, Geste]]
    FINAUX: ClassVar[frozenset[str]] = frozenset()
    """States nothing more happens in, but for `reprendre`."""
    DATES_DE_FAITS: ClassVar[frozenset[str]] = frozenset()
    """The columns that date something done: no gesture takes a day to come for them."""
    ATTENDUS: ClassVar[frozenset[str]] = frozenset()
    """The kinds of organisation something is expected of; empty for all that may act."""

    class Meta:
        abstract = True

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Re-read the row without lifting the state's protection.

        django-fsm's own version switches `protected` off on the field all threads share, and leaves it off when the
        read fails; here the one instance being read lets its state in (see `EtatProtege`), and for that long only.
        """
        self.__dict__["_se_relit"] = True
        try:
            Model.refresh_from_db(self, using=using, fields=fields, from_queryset=from_queryset)
        finally:
            self.__dict__.pop("_se_relit", None)

    @property
    def libelle_etat(self) -> str:
        """The state in the field's own words."""
        return libelles(type(self).Etat)[self.etat]

    @property
    def est_finie(self) -> bool:
        return self.etat in self.FINAUX

    def acteur_admis(self, nature: str) -> bool:
        """Tell whether an organisation of this kind may act on this very row; a subclass may narrow it."""
        return True

    def agent_admis(self, agent: Any) -> bool:
        """Tell whether this very agent may act on this very row; a subclass may look at the agent's organisation."""
        return bool(agent.peut_ecrire(self.section) and self.acteur_admis(agent.organisme.nature))

    def est_a_demander(self, champ: str) -> bool:
        """Tell whether an optional fact is worth asking for now; a subclass may spare a question without object."""
        return True

    def choix_ecartes(self, champ: str) -> tuple[frozenset[str], str]:
        """Return the codes a form does not offer now, and the sentence that says why; none unless a subclass knows some."""
        return frozenset(), ""

    def permet(self, declare: Geste, agent: Any) -> bool:
        """Tell whether rights let this agent perform a gesture (not whether the state allows it now).

        django-fsm does not enforce `permission=` when the method is called: the executor and the screens ask here.
        """
        return agent.organisme.nature in declare.par and self.agent_admis(agent)

    def facultatifs_de(self, declare: Geste) -> tuple[str, ...]:
        """Return the facts a gesture may bring on this very row; a subclass may ask for fewer."""
        return tuple(champ for champ in declare.facultatifs if self.est_a_demander(champ))

    @classmethod
    def gestes(cls) -> dict[str, Geste]:
        """Return every gesture declared on this class, by code, in the order of the file."""
        connus: dict[str, Geste] | None = cls.__dict__.get("_gestes")
        if connus is None:
            connus = cls._gestes = cls._trouver_gestes()
        return connus

    @classmethod
    def _trouver_gestes(cls) -> dict[str, Geste]:
        trouves: dict[str, Geste] = {}
        for classe in reversed(cls.__mro__):
            for nom, methode in vars(classe).items():
                meta = getattr(methode, "_django_fsm", None)
                if meta is not None:
                    trouves[nom] = next(iter(meta.transitions.values())).custom["geste"]
        return trouves

    @classmethod
    def ambiguites(cls) -> list[str]:
        """Say where a reader would not find exactly one gesture to do next, for each kind of organisation; empty when sound.

        Nothing is expected of an ended object; elsewhere, whoever may do something has one gesture before the others.
        """
        natures = sorted(cls.ATTENDUS or {nature for g in cls.gestes().values() for nature in g.par})
        phrases = []
        for etat in map(str, cls.Etat.values):
            for nature in natures:
                siens = [g for g in cls.gestes().values() if etat in g.de and nature in g.par and not g.interne]
                principaux = [g.libelle for g in siens if g.est_principal(etat)]
                if len(principaux) > 1 or (siens and not principaux and etat not in cls.FINAUX):
                    trouves = ", ".join(f"« {p} »" for p in principaux) or "aucun"
                    phrases.append(
                        f"{cls.__name__}, état « {etat} », {nature} : un geste principal attendu, {trouves}."
                    )
        return phrases

    def gestes_possibles(self) -> list[Geste]:
        """Return the gestures declared from the present state, allowed or refused, in the order of the file."""
        return [g for g in self.gestes().values() if self.etat in g.de]

    def faire(self, code: str, **faits: Any) -> None:
        """Run a declared gesture in memory; raises `Refus` with the sentence that stands against it."""
        declare = self.gestes().get(code)
        if declare is None:
            raise Refus("Ce geste n’existe pas.")
        if phrase := declare.refus(self):
            raise Refus(phrase)
        getattr(self, code)(**faits)


class EtatProtege(FSMFieldDescriptor):
    """Only a gesture, or the database, writes a state; django-fsm would also let in the first value given to a row read
    without its state (`only`, `defer`)."""

    def __set__(self, instance: Any, value: Any) -> None:
        if instance.__dict__.get("_se_relit"):
            self.field.set_state(instance, value)
        elif self.field.name not in instance.__dict__ and not instance._state.adding:
            raise AttributeError("L’état ne se change que par un geste.")
        else:
            super().__set__(instance, value)


def champ_etat(defaut: str) -> FSMField:
    """Return the protected state column; its words come from each class's own `Etat`."""
    champ = FSMField("état", max_length=40, default=defaut, protected=True)
    champ.descriptor_class = EtatProtege
    return champ
