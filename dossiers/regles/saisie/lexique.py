"""Lexicons: families of expressions, each pointing to a value with a weight; data that a supervisor reads and edits.

An expression is a few words: « cherche … maison », « install* ». Case, accents, hyphens and apostrophes do not count; `*`
ends a word that may go on, `…` stands for up to four words, `#` for a number. A word of seven letters or more is also
understood with one typing mistake. A weight of 2 is enough to propose, 1 needs another hint beside it, a negative one
takes away. The value « rien » proposes nothing: it only covers a shorter expression (« maison de santé » is no home).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from dossiers.regles.doublons import a_une_faute_pres
from dossiers.regles.saisie.notes import Notes
from dossiers.regles.texte import cle_tri

RIEN = "rien"
_SAUT = "§"
_SAUT_MAX = 4
_LONGUEUR_FAUTE = 7
_ELEMENT = re.compile(r"§|#|[^\W\d_]+\*?|\d+")


class Terme(NamedTuple):
    """One line of a lexicon."""

    famille: str
    valeur: str
    expression: str
    poids: int = 2


class Trouve(NamedTuple):
    """An expression met in a text: the words it covers (ranks, last excluded) and whether they are denied."""

    valeur: str
    poids: int
    debut: int
    fin: int
    nie: bool = False


def elements(expression: str) -> tuple[str, ...]:
    """Return the pieces of an expression: folded words, some ending with `*`, gaps and number marks."""
    return tuple(_ELEMENT.findall(cle_tri(expression.replace("...", _SAUT).replace("…", _SAUT))))


@dataclass(frozen=True)
class _Compile:
    terme: Terme
    pieces: tuple[str, ...]


class Lexiques:
    """Lexicons made ready once for many texts."""

    def __init__(self, termes: Iterable[Terme]) -> None:
        self.termes = tuple(termes)
        self._par_debut: dict[str, list[_Compile]] = defaultdict(list)
        self._prefixes: set[str] = set()
        self._mots: set[str] = set()
        self._connus: dict[str, frozenset[str]] = {}
        for terme in self.termes:
            pieces = elements(terme.expression)
            if pieces and pieces[0] != _SAUT:
                self._par_debut[pieces[0]].append(_Compile(terme, pieces))
                self._prefixes |= {p for p in pieces if p.endswith("*")}
                self._mots |= {p for p in pieces if not p.endswith("*")}
        self._longs = [m for m in self._mots if len(m) >= _LONGUEUR_FAUTE]
        self._prefixes_longs = [p for p in self._prefixes if len(p) >= _LONGUEUR_FAUTE]
        self._valeurs: dict[str, dict[str, str]] = defaultdict(dict)
        for terme in self.termes:
            self._valeurs[terme.famille].setdefault(cle_tri(terme.expression), terme.valeur)

    def mots(self, famille: str) -> dict[str, str]:
        """Return the single words of a family and their value: first names, words that are nobody's name."""
        return self._valeurs[famille]

    def lire(self, notes: Notes) -> dict[str, list[Trouve]]:
        """Return what each family says of a text, in order; an expression inside a longer one of its family is dropped."""
        sens = [self._reconnaitre(j.plie) for j in notes.jetons]
        trouves: dict[str, list[Trouve]] = defaultdict(list)
        for i, pieces in enumerate(sens):
            for piece in pieces:
                for compile_ in self._par_debut.get(piece, ()):
                    fin = _suivre(compile_.pieces, sens, notes.phrases, i)
                    if fin:
                        t = compile_.terme
                        trouves[t.famille].append(Trouve(t.valeur, t.poids, i, fin))
        return {f: _garder_les_longs(ts) for f, ts in trouves.items()}

    def _reconnaitre(self, mot: str) -> frozenset[str]:
        """Return the pieces of expressions a word may stand for; kept, since notes are read again as they grow."""
        connu = self._connus.get(mot)
        if connu is None:
            if len(self._connus) > 20_000:
                self._connus.clear()
            connu = self._connus[mot] = frozenset(self._pieces(mot))
        return connu

    def _pieces(self, mot: str) -> set[str]:
        if mot.isdigit():
            return {mot, "#"}
        exacts = {mot} & self._mots
        exacts |= {mot[:n] + "*" for n in range(1, len(mot) + 1)} & self._prefixes
        if exacts or len(mot) < _LONGUEUR_FAUTE:
            return exacts
        # nobody mistypes the first letter, and comparing fewer words is quicker
        fautes = {m for m in self._longs if m[0] == mot[0] and abs(len(m) - len(mot)) <= 1 and a_une_faute_pres(m, mot)}
        debuts = (p for p in self._prefixes_longs if p[0] == mot[0])
        return fautes | {p for p in debuts if any(a_une_faute_pres(p[:-1], mot[: len(p) - 1 + d]) for d in (-1, 0, 1))}


def _suivre(pieces: tuple[str, ...], sens: list[frozenset[str]], phrases: tuple[int, ...], i: int) -> int:
    """Return the rank after the last word of an expression that begins at a word; 0 when it does not go on."""
    ici, saut, fin = i, False, 0
    for piece in pieces:
        if piece == _SAUT:
            saut = True
            continue
        portee = range(ici, min(len(sens), ici + 1 + (_SAUT_MAX if saut else 0)))
        trouve = next((k for k in portee if piece in sens[k] and phrases[k] == phrases[i]), None)
        if trouve is None:
            return 0
        ici = fin = trouve + 1
        saut = False
    return fin


def _garder_les_longs(trouves: list[Trouve]) -> list[Trouve]:
    """Drop what stands inside a longer expression of the same family, and the same value said by the same words."""
    gardes: list[Trouve] = []
    for t in sorted(set(trouves), key=lambda t: (t.debut - t.fin, -abs(t.poids), t.debut)):
        # a counter-hint counts wherever it stands: « compagne… rien à chercher »
        dedans = t.poids > 0 and any(
            g.debut <= t.debut and t.fin <= g.fin and g.fin - g.debut > t.fin - t.debut for g in gardes
        )
        meme = any((g.valeur, g.debut, g.fin) == (t.valeur, t.debut, t.fin) for g in gardes)
        if not dedans and not meme:
            gardes.append(t)
    return sorted(gardes, key=lambda t: (t.debut, t.fin))


def nier(trouves: list[Trouve], negations: list[Trouve], phrases: tuple[int, ...]) -> list[Trouve]:
    """Mark what is denied: « pas besoin de logement », « logement déjà trouvé »; `avant` and `apres` are values of the family.

    A value « affirme » (« pas encore de logement », « toujours pas de… ») undoes the denial it covers.
    """
    affirmes = [n for n in negations if n.valeur == "affirme"]
    avant = [n for n in negations if n.valeur == "avant" and not any(_se_touchent(n, a) for a in affirmes)]
    apres = [n for n in negations if n.valeur == "apres"]
    return [
        t._replace(
            nie=any(0 <= t.debut - n.fin <= 2 and phrases[t.debut] == phrases[n.debut] for n in avant)
            or any(0 <= n.debut - t.fin <= 1 and phrases[t.debut] == phrases[n.debut] for n in apres)
        )
        for t in trouves
    ]


def _se_touchent(un: Trouve, autre: Trouve) -> bool:
    return un.debut < autre.fin and autre.debut < un.fin
