"""Who this may already be: known people scored against a typed identity, each reason in French (domaine.md §6).

The system proposes, a human decides. A phone is shared by a couple or flatmates, a name by strangers, and a name heard
on the phone is rarely spelt twice alike: no signal is proof, so none of them merges anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

from dossiers.regles.phonetique import se_prononcent_pareil
from dossiers.regles.texte import normaliser

SEUIL = 0.25
FORT = 0.55
"""From here on, whoever opens one more dossier says why: a number or a mail and a name, a name and a commune…"""
_POIDS = {
    "même numéro RPPS": 0.9,
    "même courriel": 0.6,
    "même téléphone": 0.5,
    "nom et prénom inversés": 0.5,
    "même nom": 0.35,
    "nom voisin": 0.25,
    "nom qui se prononce pareil": 0.25,
    "nom composé voisin": 0.25,
    "nom approchant": 0.15,
    "même prénom": 0.2,
    "prénom voisin": 0.15,
    "même initiale": 0.1,
    "même conjoint": 0.3,
    "c’est le conjoint nommé": 0.35,
    "même commune visée": 0.1,
    "autre nom": -0.1,
    "autre prénom": -0.25,
}
# below five letters, one letter away is simply another name (Roux, Rous, Doux); two mistakes need a longer one still
_LONGUEUR_FAUTE = 4
_LONGUEUR_APPROCHE = 6
_RESSEMBLANCE = 0.85


@dataclass(frozen=True)
class Identite:
    """What is known or typed of a person; `cle` is the caller's own (a primary key), `telephones` are E.164.

    `foyer` names the others of the household, each as (family name, first name); `communes` are INSEE codes.
    """

    nom: str = ""
    prenom: str = ""
    nom_usage: str = ""
    telephones: tuple[str, ...] = ()
    courriel: str = ""
    rpps: str = ""
    cle: int | None = None
    foyer: tuple[tuple[str, str], ...] = ()
    communes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rapprochement:
    """A known person who may be the one typed: how likely (0 to 1) and why."""

    candidat: Identite
    score: float
    raisons: tuple[str, ...]

    @property
    def est_fort(self) -> bool:
        """Whether opening one more dossier beside this one asks for a reason."""
        return self.score >= FORT


def rapprocher(saisie: Identite, candidats: Iterable[Identite]) -> list[Rapprochement]:
    """Return the candidates worth showing, most likely first; those that nothing brings near are left out."""
    proches = [_comparer(saisie, candidat) for candidat in candidats]
    return sorted((r for r in proches if r.score >= SEUIL), key=lambda r: -r.score)


def _comparer(saisie: Identite, candidat: Identite) -> Rapprochement:
    raisons = [*_coordonnees(saisie, candidat), *_noms(saisie, candidat)]
    raisons += _entourage(saisie, candidat, deja_proche=any(_POIDS[raison] > 0 for raison in raisons))
    score = sum(_POIDS[raison] for raison in raisons)
    return Rapprochement(candidat, round(min(1.0, max(0.0, score)), 2), tuple(raisons))


def _coordonnees(saisie: Identite, candidat: Identite) -> list[str]:
    raisons = []
    if saisie.rpps and saisie.rpps == candidat.rpps:
        raisons.append("même numéro RPPS")
    if saisie.courriel and saisie.courriel.strip().casefold() == candidat.courriel.strip().casefold():
        raisons.append("même courriel")
    if set(filter(None, saisie.telephones)) & set(candidat.telephones):
        raisons.append("même téléphone")
    return raisons


def _entourage(saisie: Identite, candidat: Identite, *, deja_proche: bool) -> list[str]:
    """Return what the household and the commune say: the spouse named may be the person known, a commune alone is nobody."""
    raisons = []
    if any(_meme_personne(un, (candidat.nom, candidat.prenom)) for un in saisie.foyer):
        raisons.append("c’est le conjoint nommé")
    elif any(_meme_personne(un, autre) for un, autre in product(saisie.foyer, candidat.foyer)):
        raisons.append("même conjoint")
    if (deja_proche or raisons) and saisie.communes & candidat.communes:
        raisons.append("même commune visée")
    return raisons


def _meme_personne(un: tuple[str, str], autre: tuple[str, str]) -> bool:
    """Tell whether two (family name, first name) may be one person: both given, and near."""
    (nom, prenom), (autre_nom, autre_prenom) = un, autre
    if not (normaliser(nom) and normaliser(autre_nom)):
        return False
    proche = _comparer_noms(normaliser(nom), normaliser(autre_nom))
    meme = _comparer_prenoms(normaliser(prenom), normaliser(autre_prenom))
    return bool(proche) and meme in {"même prénom", "prénom voisin"}


def _noms(saisie: Identite, candidat: Identite) -> list[str]:
    """Return what the names say; a first name alone brings nobody near, and a different one drives away."""
    if _sont_inverses(saisie, candidat):
        return ["nom et prénom inversés"]
    paires = list(product(_noms_portes(saisie), _noms_portes(candidat)))
    proches = [raison for un, autre in paires if (raison := _comparer_noms(un, autre))]
    prenom = _comparer_prenoms(normaliser(saisie.prenom), normaliser(candidat.prenom))
    if proches:
        nom = max(proches, key=lambda raison: (_POIDS[raison], raison))
    elif paires:
        nom = "autre nom"
    else:
        nom = ""
    return [raison for raison in (nom, prenom) if raison]


def _noms_portes(identite: Identite) -> set[str]:
    return {nom for nom in (normaliser(identite.nom), normaliser(identite.nom_usage)) if nom}


def _sont_inverses(saisie: Identite, candidat: Identite) -> bool:
    nom, prenom = _colle(saisie.nom), _colle(saisie.prenom)
    return bool(nom and prenom) and nom != prenom and (nom, prenom) == (_colle(candidat.prenom), _colle(candidat.nom))


def _colle(nom: str) -> str:
    return normaliser(nom).replace(" ", "")


def _comparer_noms(un: str, autre: str) -> str:
    """Compare two normalised family names: Ben Ali is Benali, Carron is next to Caron, Vasseur to Vasseur-Lemoine."""
    colle, autre_colle = un.replace(" ", ""), autre.replace(" ", "")
    if colle == autre_colle:
        return "même nom"
    courte = min(len(colle), len(autre_colle))
    if courte >= _LONGUEUR_FAUTE and a_une_faute_pres(colle, autre_colle):
        return "nom voisin"
    if se_prononcent_pareil(colle, autre_colle):
        return "nom qui se prononce pareil"
    morceaux, autres = (set(filter(lambda mot: len(mot) > 2, nom.split())) for nom in (un, autre))
    if morceaux and autres and (morceaux <= autres or autres <= morceaux):
        return "nom composé voisin"
    if courte >= _LONGUEUR_APPROCHE and _ressemblance(colle, autre_colle) >= _RESSEMBLANCE:
        return "nom approchant"
    return ""


def _ressemblance(un: str, autre: str) -> float:
    # the library's measure depends on the order of its two texts: sorted, it is the same both ways
    premier, second = sorted((un, autre))
    return SequenceMatcher(None, premier, second, autojunk=False).ratio()


def _comparer_prenoms(un: str, autre: str) -> str:
    colle, autre_colle = un.replace(" ", ""), autre.replace(" ", "")
    if not colle or not autre_colle:
        return ""
    if colle == autre_colle:
        return "même prénom"
    if 1 in {len(colle), len(autre_colle)}:
        return "même initiale" if colle[0] == autre_colle[0] else "autre prénom"
    if min(len(colle), len(autre_colle)) >= _LONGUEUR_FAUTE and a_une_faute_pres(colle, autre_colle):
        return "prénom voisin"
    if se_prononcent_pareil(un, autre):
        return "prénom voisin"
    return "prénom voisin" if set(un.split()) & set(autre.split()) else "autre prénom"


def a_une_faute_pres(un: str, autre: str) -> bool:
    """Tell whether one letter added, dropped, changed, or exchanged with its neighbour turns a word into the other."""
    debut = next((i for i, (a, b) in enumerate(zip(un, autre, strict=False)) if a != b), min(len(un), len(autre)))
    reste, autre_reste = un[debut:], autre[debut:]
    return (
        reste[1:] == autre_reste[1:]
        or reste[1:] == autre_reste
        or reste == autre_reste[1:]
        or (reste[1::-1] == autre_reste[:2] and reste[2:] == autre_reste[2:])
    )
