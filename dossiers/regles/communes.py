"""From what an agent types for a commune to the communes it may be: « St Hilaire de B. », « La Gd-Combe »."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from dossiers.regles.texte import cle_tri, normaliser

SEUIL_FAUTE = 0.82
NOM_CLAIR = 0.76
"""From here on a text names a commune, and not only something like it."""
_LONGUEUR_LUE = 80
_ABREGES = {
    "st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes",
    "gd": "grand", "grd": "grand", "gde": "grande", "grde": "grande",
    "nd": "notre dame", "mt": "mont", "ch": "chateau", "chat": "chateau",
}  # fmt: skip
PETITS = frozenset(
    ["l", "la", "le", "les", "d", "de", "du", "des", "en", "et", "a", "au", "aux", "sur", "sous", "s", "lez", "pres"]
)


@dataclass(frozen=True)
class CommuneProposee:
    """A commune a text may name; `score` goes from 1 (the very name) down to 0.6 (a typing mistake)."""

    code_insee: str
    nom: str
    score: float


def resoudre(texte: str, communes: Iterable[tuple[str, str]]) -> list[CommuneProposee]:
    """Return the communes a text may name among (INSEE code, name) pairs, best first; empty when none looks like it.

    Case, accents, hyphens, articles, usual abbreviations (St, Gd…) and beginnings of words are understood; one typing
    mistake too, when nothing else answers. Nothing is chosen here: two names as good as each other both come back.
    Codes are not read: 30100 is the INSEE code of Cruviers-Lascours and the postcode of Alès.
    """
    saisie, candidates = texte[:_LONGUEUR_LUE], list(communes)
    trouvees = _proposer(saisie, candidates, _noter) or _proposer(saisie, candidates, _noter_la_faute)
    return sorted(trouvees, key=lambda c: (-c.score, cle_tri(c.nom), c.code_insee))


def _proposer(
    saisie: str, candidates: list[tuple[str, str]], noter: Callable[[str, str], float]
) -> list[CommuneProposee]:
    notes = ((code, nom, noter(saisie, nom)) for code, nom in candidates)
    return [CommuneProposee(code, nom, round(note, 3)) for code, nom, note in notes if note]


@lru_cache(maxsize=8192)
def decouper(texte: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a name, abbreviations written out, then those that tell it from another: « La Gd-Combe »."""
    tous = " ".join(_ABREGES.get(mot, mot) for mot in normaliser(texte).split()).split()
    parlants = tuple(mot for mot in tous if mot not in PETITS)
    return tuple(tous), parlants or tuple(tous)


def _noter(saisie: str, nom: str) -> float:
    """Return how well a text names a commune; 0 when it does not."""
    (tous_saisis, saisis), (tous, parlants) = decouper(saisie), decouper(nom)
    colle, entier = "".join(saisis), "".join(parlants)
    if len(colle) < 2:
        return 0.0
    if tous_saisis == tous:
        return 1.0
    if entier == colle or "".join(tous) == colle:
        return 0.95
    places = _debuts(saisis, parlants)
    if not places:
        return 0.0
    return 0.65 + 0.25 * len(colle) / len(entier) - (0.05 if places[0] else 0.0)


def _debuts(saisis: tuple[str, ...], parlants: tuple[str, ...]) -> list[int]:
    """Return which words of the name the typed ones begin, in order; empty unless all of them do."""
    places: list[int] = []
    for mot in saisis:
        suivant = places[-1] + 1 if places else 0
        place = next((i for i in range(suivant, len(parlants)) if parlants[i].startswith(mot)), None)
        if place is None:
            return []
        places.append(place)
    return places


def _noter_la_faute(saisie: str, nom: str) -> float:
    colle, entier = ("".join(decouper(ecrit)[1]) for ecrit in (saisie, nom))
    # lengths alone spare the comparison of nearly every pair
    if abs(len(colle) - len(entier)) > 2:
        return 0.0
    ressemblance = SequenceMatcher(None, colle, entier, autojunk=False).ratio()
    return 0.75 * ressemblance if ressemblance >= SEUIL_FAUTE else 0.0
