"""The notes of a call cut into words that remember where they stand in the text."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from dossiers.regles.texte import cle_tri

_MOT = re.compile(r"[^\W\d_]+|\d+")
_COUPURE = re.compile(r"(?<!\.)\.(?!\.)|[;:!?()\[\]\n«»]|->|\s[-–—]\s")
LONGUEUR_LUE = 6_000
"""Signs read of the notes: beyond, a call is no longer a call, and typing must stay quick."""


class Jeton(NamedTuple):
    """One word or number: folded (no case, no accent), as typed, and where it stands."""

    plie: str
    brut: str
    debut: int
    fin: int

    @property
    def majuscule(self) -> bool:
        return self.brut[:1].isupper()

    @property
    def capitales(self) -> bool:
        return len(self.brut) > 1 and self.brut.isupper()


class Proposition(NamedTuple):
    """What a text suggests for a field of the call's form, and the words it came from.

    `valeur` is what the field would hold, `avec` what goes along in other fields (a first name with a name); `mots` are the
    offsets of the words in the text, `confiance` goes from 0 to 1.
    """

    champ: str
    valeur: str
    libelle: str
    mots: tuple[int, int]
    confiance: float = 1.0
    avec: tuple[tuple[str, str], ...] = ()

    @property
    def cle(self) -> str:
        """What tells a proposition from another of the same call."""
        return f"{self.champ}:{self.valeur}"


@dataclass(frozen=True)
class Notes:
    """A text ready to be read: `plie` is folded letter for letter, so that offsets are those of `brut`."""

    brut: str

    @cached_property
    def plie(self) -> str:
        return "".join(_plier(c) for c in self.brut)

    @cached_property
    def jetons(self) -> tuple[Jeton, ...]:
        return tuple(
            Jeton(cle_tri(m.group()), m.group(), m.start(), m.end())
            for m in _MOT.finditer(self.brut.replace("\u2019", "'"))
        )

    @cached_property
    def phrases(self) -> tuple[int, ...]:
        """Return, for each word, the number of the sentence or bracket it stands in."""
        rangs, rang = [], 0
        for i, jeton in enumerate(self.jetons):
            avant = self.jetons[i - 1] if i else None
            entre = self.brut[avant.fin : jeton.debut] if avant else ""
            # « M. Prat », « dipl. roumain » : the point of an abbreviation ends no sentence
            court = 3 if jeton.majuscule else 4
            abrege = avant is not None and len(avant.brut) <= court and entre.strip() == "."
            rang += bool(_COUPURE.search(entre)) and not abrege
            rangs.append(rang)
        return tuple(rangs)

    def extrait(self, debut: int, fin: int) -> str:
        """Return the words between two offsets, as typed, on one line."""
        return " ".join(self.brut[debut:fin].split())


@lru_cache(maxsize=4096)
def _plier(signe: str) -> str:
    plie = cle_tri(signe)
    return plie if len(plie) == 1 else (plie[:1] or " ")
