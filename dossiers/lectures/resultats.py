"""What the palette shows: lines to open, by kind."""

from dataclasses import dataclass, field

from dossiers.regles.texte import normaliser

PAR_GROUPE = 5
FILET = 30
"""How many a search reads before it keeps the best."""
TITRES = frozenset(
    {"dr", "docteur", "docteure", "mme", "madame", "monsieur", "mr", "le", "la", "les", "de", "du", "des", "et"}
)


@dataclass(frozen=True)
class Resultat:
    """One line to open: what it is, a word of context, the screen and the key that show it."""

    titre: str
    detail: str
    ecran: str
    cle: int | str
    numero: str = ""
    note: float = 0.0
    """How well it answers, 0 to 1: the best group comes first."""


@dataclass(frozen=True)
class Groupe:
    """The lines of one kind, best first."""

    titre: str
    icone: str
    resultats: list[Resultat] = field(default_factory=list)


def mots_de(texte: str) -> list[str]:
    """Return the words that tell somebody or something: no title, no article."""
    return [mot for mot in normaliser(texte).split() if mot not in TITRES]
