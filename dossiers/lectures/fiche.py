"""The dossier's page: everything an enquiry needs, read in a number of queries that does not grow with its life."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    BooleanField,
    Exists,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.expressions import RawSQL
from django.utils import timezone

from dossiers.lectures import chronologie, mouvements
from dossiers.lectures.chronologie import Evenement
from dossiers.lectures.dossiers import etiquettes_lues
from dossiers.lectures.preparees import CLE, Preparee, Sorte, lecteur, retenir, sorte
from dossiers.models import (
    Agent,
    Courrier,
    Demarche,
    Dossier,
    Engagement,
    Fusion,
    Geste,
    Machine,
    Organisme,
    Participant,
    Pause,
    Piece,
    Position,
)
from dossiers.models.machine import libelles
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import Section
from dossiers.regles.pieces import Manque, manques


@dataclass(frozen=True)
class Bouton:
    """A gesture as a button: allowed, or greyed by the sentence that refuses it."""

    geste: Geste
    refus: str | None
    objet: Machine

    @property
    def direct(self) -> bool:
        """Whether it needs nothing typed: one click does it."""
        return not (self.geste.champs or self.objet.facultatifs_de(self.geste) or self.geste.motifs)

    @property
    def genre(self) -> str:
        """Which address carries it: dossier, demarche, position or etape."""
        if isinstance(self.objet, Demarche):
            return "demarche"
        if isinstance(self.objet, Position):
            return "position"
        return "dossier" if isinstance(self.objet, Dossier) else "etape"


@dataclass(frozen=True)
class Carte:
    """A need on the page: its state always, its content and gestures when the matrix allows."""

    demarche: Demarche
    lisible: bool
    principal: Bouton | None
    secondaires: list[Bouton]
    etapes: list["CarteEtape"] = field(default_factory=list)
    affectable: bool = False
    prenable: bool = False
    sollicitable: bool = False
    charge_vue: bool = True
    """Whether the reader may know who carries it: a partner is told of its own organisation alone (decision 0028)."""
    positions: list["CartePosition"] = field(default_factory=list)
    tus: frozenset[str] = frozenset()
    en_pause: bool = False
    suspendable: bool = False
    annonces: list[str] = field(default_factory=list)

    @property
    def faits(self) -> list[str]:
        """The columns worth showing: those the need names, once filled, but those kept from this reader."""
        noms = [c for c in getattr(self.demarche, "RESUME", ()) if c not in self.tus]
        return [c for c in noms if getattr(self.demarche, c) not in (None, "")]

    @property
    def progres(self) -> tuple[int, int]:
        """Return (done, total); a reader of the state alone learns nothing of the steps."""
        return self.demarche.progres() if self.lisible else (int(self.demarche.est_finie), 1)


@dataclass(frozen=True)
class CartePosition:
    """Where a partner stands on a need, and what may be done about it."""

    position: Position
    boutons: list[Bouton]


@dataclass(frozen=True)
class CarteEtape:
    """One step of a path: itself, what blocks it, its buttons, what else its line says, the documents it lacks."""

    etape: Any
    blocage: str | None
    boutons: list[Bouton]
    marques: list[Any]
    manques: list[str]


@dataclass(frozen=True)
class Fiche:
    """What the dossier's page shows to one reader."""

    dossier: Dossier
    communes: list[str]
    participants: list[Participant]
    cartes: list[Carte]
    boutons: list[Bouton]
    engagements: list[Engagement]
    pieces: list[Piece]
    courriers: list[Courrier]
    evenements: list[Evenement]
    fusions: list[Fusion]
    """The mergers this file is part of, for who may undo them."""
    lit_statut: bool
    lit_metier: bool
    """Whether the reader may know a person's medical status, and the spouse's trade (domaine.md §5)."""

    @property
    def a_faire(self) -> list[Carte]:
        """At most three open needs, the most pressing first: what waits (ecrans.md)."""
        ouvertes = [c for c in self.cartes if c.lisible and not c.demarche.est_finie]
        return sorted(ouvertes, key=lambda c: c.demarche.echeance or dt.date.max)[:3]

    @property
    def prochaine(self) -> Demarche | None:
        """The open need with the nearest date: next date and who must act, derived, never stored."""
        datees = [c.demarche for c in self.cartes if c.lisible and not c.demarche.est_finie and c.demarche.echeance]
        return min(datees, key=lambda d: d.echeance or dt.date.max, default=None)

    @property
    def avancement(self) -> tuple[int, int]:
        fait, total = 0, 0
        for carte in self.cartes:
            f, t = carte.progres
            fait, total = fait + f, total + t
        return fait, total

    @property
    def intitule(self) -> str:
        """« Claire Delmas et Julien Delmas », as far as the reader may know them."""
        noms = [p.personne.nom_complet or p.get_role_display() for p in self.participants]
        return " et ".join(noms) or "Foyer sans nom"


# what surrounds a dossier, read with it; in SQL, since building these from the models took longer than running them
NOMS_COMMUNES = (
    "(SELECT coalesce(jsonb_agg(c.nom ORDER BY c.cle_tri), '[]') FROM dossiers_commune c"
    " JOIN dossiers_dossier_communes l ON l.commune_id = c.id WHERE l.dossier_id = dossiers_dossier.id)"
)
A_ABSORBE = "EXISTS (SELECT 1 FROM dossiers_dossier a WHERE a.absorbe_par_id = dossiers_dossier.id)"
POSITIONS = (
    "(SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('sigle', o.sigle) ORDER BY p.id), '[]')"
    " FROM dossiers_position p JOIN dossiers_organisme o ON o.id = p.organisme_id"
    " WHERE p.dossier_id = dossiers_dossier.id)"
)
PROMESSE = ("nature", "quoi", "pour_le", "fait_le", "resultat")


def trouver(agent: Agent, pk: int) -> Dossier | None:
    """Return a dossier this agent may see with what its page derives already read, or None."""
    trouves = _un_dossier(sorte(agent)).lire(agent, pk)
    if not trouves:
        return None
    dossier = trouves[0]
    retenir(dossier, "demarches", _ses_demarches().lire(agent, dossier.pk))
    return dossier


@lru_cache(maxsize=64)
def _un_dossier(pour: Sorte) -> Preparee[Dossier]:
    return Preparee(
        Dossier.objects.visibles_par(lecteur(pour))
        .select_related("referent")
        .annotate(
            noms_communes=RawSQL(NOMS_COMMUNES, (), output_field=JSONField()),  # noqa: S611 - constants above
            a_absorbe=RawSQL(A_ABSORBE, (), output_field=BooleanField()),  # noqa: S611 - constants above
            etiquettes=etiquettes_lues(lecteur(pour)),
            positions_lues=RawSQL(POSITIONS, (), output_field=JSONField()),  # noqa: S611 - constants above
        )
        .filter(pk=CLE)
    )


@cache
def _ses_demarches() -> Preparee[Demarche]:
    demarches = (
        Demarche.objects.specifiques().select_related("organisme", "responsable", "personne").filter(dossier_id=CLE)
    )
    return Preparee(demarches.annotate(en_pause=Exists(Pause.objects.filter(demarche=OuterRef("pk"), fin=None))))


def lire(agent: Agent, dossier: Dossier, genre: str = "") -> Fiche:
    """Return the page of a dossier found by `trouver`; `genre` narrows its timeline."""
    participants = _participants(agent, dossier)
    evenements = chronologie.lire(dossier, agent, [p.personne_id for p in participants])
    pieces = list(dossier.pieces.all()) if agent.peut_lire(Section.FORMALITES) else []
    return Fiche(
        dossier=dossier,
        communes=dossier.noms_communes,  # type: ignore[attr-defined]
        participants=participants,
        cartes=_cartes(agent, dossier, pieces),
        boutons=boutons_de(dossier, agent),
        engagements=list(Engagement.objects.lus_dans(dossier, agent).only(*PROMESSE)),
        pieces=pieces,
        courriers=list(_courriers(agent, dossier)),
        fusions=mouvements.fusions_de(agent, dossier) if _a_fusionne(dossier) else [],
        evenements=[e for e in evenements if genre in ("", e.genre)],
        lit_statut=agent.peut_lire(Section.STATUT),
        lit_metier=agent.peut_lire(Section.EMPLOI_CONJOINT),
    )


def _a_fusionne(dossier: Dossier) -> bool:
    return bool(dossier.absorbe_par_id or dossier.a_absorbe)  # type: ignore[attr-defined]


def _courriers(agent: Agent, dossier: Dossier) -> QuerySet[Courrier]:
    """The letters of the file and those issued in the files it took in, which stay where they were made."""
    courriers = Courrier.objects.lus_dans(dossier, agent)
    if _a_fusionne(dossier):
        familles = Q(dossier=dossier) | Q(dossier__absorbe_par=dossier)
        courriers = Courrier.objects.visibles_par(agent).filter(familles)
    return courriers.select_related("modele").only("etat", "demande_le", "modele__libelle")


def _participants(agent: Agent, dossier: Dossier) -> list[Participant]:
    return [p for p in _le_foyer().lire(agent, dossier.pk) if agent.peut_lire(p.section)]


@cache
def _le_foyer() -> Preparee[Participant]:
    numeros = ArrayAgg("personne__telephones__e164", filter=Q(personne__telephones__e164__gt=""), default=[])
    foyer = Participant.objects.filter(dossier_id=CLE).select_related("personne").annotate(numeros=numeros)
    return Preparee(foyer.order_by("pk"))


def boutons_de(objet: Machine, agent: Agent) -> list[Bouton]:
    """Return the gestures rights open to this agent from the present state, refused ones with their sentence."""
    return [
        Bouton(g, g.refus(objet), objet) for g in objet.gestes_possibles() if not g.interne and objet.permet(g, agent)
    ]


def _cartes(agent: Agent, dossier: Dossier, pieces: list[Piece]) -> list[Carte]:
    lues = [d for d in dossier.demarches.all() if str(d.classe.section) in agent.sections_vues]
    visibles = [d.specifique for d in lues]
    for demarche, lue in zip(visibles, lues, strict=True):
        demarche.en_pause = lue.en_pause  # type: ignore[attr-defined]
    lisibles = [d for d in visibles if agent.peut_lire(d.section)]
    _lire_etapes([d for d in lisibles if hasattr(d, "etapes")])
    for demarche in visibles:
        demarche.dossier = dossier
    positions = _positions(agent, dossier, lisibles)
    return [_carte(agent, demarche, positions.get(demarche.pk, []), pieces) for demarche in visibles]


def _positions(agent: Agent, dossier: Dossier, demarches: list[Demarche]) -> dict[int, list[Position]]:
    """Return where partners stand on the needs this agent reads: all of them for the line, its own for a partner."""
    lues: dict[int, list[Position]] = {}
    connues = {d.pk: d for d in demarches}
    for brut in dossier.positions_lues:  # type: ignore[attr-defined]
        sienne = agent.organisme.est_porteur or brut["organisme_id"] == agent.organisme_id
        if sienne and (demarche := connues.get(brut["demarche_id"])):
            lues.setdefault(demarche.pk, []).append(_position(brut, demarche))
    return lues


def _position(brut: dict[str, Any], demarche: Demarche) -> Position:
    """Build a position from what the dossier's own query brought, its organisation's name beside it."""
    champs = Position._meta.concrete_fields
    position = Position.from_db(None, [c.attname for c in champs], [c.to_python(brut[c.attname]) for c in champs])
    position.demarche, position.dossier = demarche, demarche.dossier
    position.organisme = Organisme(pk=brut["organisme_id"], sigle=brut["sigle"])
    return position


def _lire_etapes(demarches: list[Demarche]) -> None:
    prefetch_related_objects(demarches, "etapes")


def _carte(agent: Agent, demarche: Demarche, positions: list[Position], pieces: list[Piece]) -> Carte:
    boutons = boutons_de(demarche, agent)
    if not agent.peut_lire(demarche.section):
        return Carte(demarche, False, None, boutons)
    principal = next((b for b in boutons if b.geste.est_principal(demarche.etat)), None)
    return Carte(
        demarche=demarche,
        lisible=True,
        principal=principal,
        secondaires=[b for b in boutons if b is not principal],
        etapes=[_carte_etape(agent, e, pieces) for e in demarche.etapes.all()] if hasattr(demarche, "etapes") else [],
        affectable=demarche.affectable_par(agent),
        prenable=demarche.prenable_par(agent),
        sollicitable=demarche.sollicitable_par(agent),
        charge_vue=agent.organisme.est_porteur or demarche.organisme_id == agent.organisme_id,
        positions=[CartePosition(p, [] if demarche.est_finie else boutons_de(p, agent)) for p in positions],
        tus=demarche.tus_a(agent),
        en_pause=demarche.en_pause,  # type: ignore[attr-defined]
        suspendable=not demarche.est_finie and agent.peut_ecrire(demarche.section),
        annonces=demarche.annonces(timezone.localdate()),
    )


def _carte_etape(agent: Agent, etape: Any, pieces: list[Piece]) -> CarteEtape:
    aujourdhui = timezone.localdate()
    bloqueurs = [] if etape.est_finie else etape.bloqueurs
    blocage = f"Bloquée par {', '.join(b.code for b in bloqueurs)}" if bloqueurs else None
    attendues = [] if etape.est_finie or etape.hors_profil else manques(pieces, etape.code, aujourdhui)
    return CarteEtape(
        etape=etape,
        blocage=blocage,
        boutons=boutons_de(etape, agent),
        marques=etape.marques(aujourdhui),
        manques=[_dire_manque(m) for m in attendues],
    )


def _dire_manque(manque: Manque) -> str:
    """« pièce d’identité », « extrait de casier judiciaire (périmé depuis le 3 mars 2027) »."""
    nom = str(manque.piece) if manque.piece else libelles(Piece.Nature)[manque.nature]
    return f"{nom} (n’est plus valable depuis le {date_longue(manque.perime_le)})" if manque.perime_le else nom


def derniers_evenements(agent: Agent, dossier: Dossier, combien: int = 3) -> list[Evenement]:
    """Return the latest events, to show beside a form that came too late."""
    return chronologie.lire(dossier, agent, [p.personne_id for p in _participants(agent, dossier)])[:combien]
