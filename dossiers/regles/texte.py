"""Text as people type it: cleaned, folded for sorting and searching, and watched for what must not be written."""

import re
import unicodedata

from stdnum.fr import nir

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_CONTROLES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_HORS_MOTS = re.compile(r"[\W_]+")
_NIR_POSSIBLE = re.compile(r"(?<![\w])([12378](?:[\s.\-  ]?[\dABab]){14})(?![\w])")
_NIR_SANS_CLE = re.compile(r"(?<![\d+])([12](?:[\s.\-  ]?[\dABab]){12})(?!\d)")


def cle_tri(texte: str) -> str:
    """Return the key that sorts French text on any server: no accent, no case, œ as oe."""
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    return "".join(c for c in decompose if not unicodedata.combining(c)).casefold()


def normaliser(texte: str) -> str:
    """Return the words of a text for comparing and searching: the sorting key, punctuation turned into single spaces."""
    return _HORS_MOTS.sub(" ", cle_tri(texte)).strip()


def assainir(texte: str) -> str:
    """Return typed text without what no keyboard means: NUL and control characters, bidi tricks, odd line endings.

    Line feeds and tabs stay, emoji and their joiners too; the result is NFC and stripped.
    """
    unifie = unicodedata.normalize("NFC", texte.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLES.sub("", unifie).strip()


def contient_nir(texte: str) -> bool:
    """Tell whether a text holds a social security number with its right key, however it is spaced (regles.md C18)."""
    return any(nir.is_valid(_chiffres(trouve)) for trouve in _NIR_POSSIBLE.findall(texte))


def ressemble_nir(texte: str) -> bool:
    """Tell whether a text holds thirteen digits laid out like a social security number without its key."""
    for trouve in _NIR_SANS_CLE.findall(texte):
        chiffres = _chiffres(trouve)
        if re.fullmatch(r"[12]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2[ABab])\d{6}", chiffres):
            return True
    return False


def _chiffres(texte: str) -> str:
    return re.sub(r"[\s.\-  ]", "", texte).upper()
