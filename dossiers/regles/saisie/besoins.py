"""The needs a call expresses: hints are weighed, denials taken away, and what a household implies is added (domaine.md §9)."""

from collections import defaultdict
from dataclasses import dataclass, field

from dossiers.regles.saisie.lexique import RIEN, Trouve
from dossiers.regles.saisie.notes import Notes

SEUIL = 2
PORTEE_METIER = 5
TRANSFERT = frozenset(("installe_autre_departement", "salarie", "diplome_ue", "padhue_pcc"))
"""Statuses whose holder has formalités before them as soon as they come: a transfer, an entry in the Order's table."""
BESOINS = ("formalites", "logement", "emploi_conjoint", "scolarisation", "reseau", "aides", "loisirs", "visite")


@dataclass(frozen=True)
class Besoin:
    """A need, its weight, and the words of its strongest hint."""

    valeur: str
    poids: int
    debut: int
    fin: int


@dataclass
class Indices:
    """What else is known of the call when its needs are weighed."""

    statut: str = ""
    nouveau: bool = True
    """A first call: a known household does not ask for everything again."""
    enfants: tuple[int, int] | None = None
    """The words (ranks) that speak of children, when there are some."""
    conjoint_medecin: bool = False
    appelant_conjoint: bool = False
    transmis: bool = False
    """A partner passes the household on: what they do not ask for is theirs."""
    metiers: list[Trouve] = field(default_factory=list)


def besoins(notes: Notes, trouves: list[Trouve], conjoints: list[Trouve], indices: Indices) -> list[Besoin]:
    """Return the needs, in the order of the register; `trouves` are the hints, denied ones marked."""
    poids: dict[str, int] = defaultdict(int)
    preuves: dict[str, Trouve] = {}
    for t in [*trouves, *_implicites(notes, trouves, conjoints, indices)]:
        if t.valeur == RIEN or t.nie:
            continue
        poids[t.valeur] += t.poids
        if t.poids > 0 and (t.valeur not in preuves or t.poids > preuves[t.valeur].poids):
            preuves[t.valeur] = t
    return [
        Besoin(b, poids[b], preuves[b].debut, preuves[b].fin) for b in BESOINS if poids[b] >= SEUIL and b in preuves
    ]


def _implicites(notes: Notes, trouves: list[Trouve], conjoints: list[Trouve], indices: Indices) -> list[Trouve]:
    """Add what a household implies: children move school, a spouse with a trade looks for work, a doctor transfers."""
    ajoutes = []
    if indices.enfants and indices.nouveau:
        ajoutes.append(Trouve("scolarisation", 2, *indices.enfants))
    if indices.nouveau and not indices.conjoint_medecin and (m := _metier_du_conjoint(notes, conjoints, indices)):
        ajoutes.append(Trouve("emploi_conjoint", 2, *m))
    if indices.statut in TRANSFERT and indices.nouveau and not (indices.appelant_conjoint or indices.transmis):
        positifs = [t for t in trouves if t.valeur != RIEN and not t.nie]
        rang = positifs[0] if positifs else None
        ajoutes.append(Trouve("formalites", 2, rang.debut if rang else 0, rang.fin if rang else 1))
    return ajoutes


def _metier_du_conjoint(notes: Notes, conjoints: list[Trouve], indices: Indices) -> tuple[int, int] | None:
    """Return the words (ranks) of a spouse with their trade: « mari cuisinier », « épouse : prof d’anglais »."""
    for metier in indices.metiers:
        for conjoint in conjoints:
            if (
                0 <= metier.debut - conjoint.fin <= PORTEE_METIER
                and notes.phrases[conjoint.debut] >= notes.phrases[metier.debut] - 1
            ):
                return conjoint.debut, metier.fin
        if indices.appelant_conjoint:
            return metier.debut, metier.fin
    return None


def metier_du_conjoint(notes: Notes, conjoints: list[Trouve], indices: Indices) -> Trouve | None:
    """Return the spouse's trade alone."""
    mots = _metier_du_conjoint(notes, conjoints, indices)
    return next((m for m in indices.metiers if mots and m.fin == mots[1]), None)
