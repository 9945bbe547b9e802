"""Text as people type it: cleaned, folded for sorting and searching, and watched for what must not be written."""

import re
import unicodedata

from stdnum.fr import nir

# letters that Unicode does not decompose, as a French reader files them; and the looks that a keyboard gives to ’ and -
_PLIES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
    | {"ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "’": "'", "‘": "'", "ʼ": "'", "\u2010": "-", "\u2011": "-"}
)
_HORS_MOTS = re.compile(r"[\W_]+")
_FINS_DE_LIGNE = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_EMOJI_AVANT = r"\U0001f000-\U0001faff\u2190-\u2bff\ufe0f"
_JOINT_HORS_EMOJI = re.compile(rf"(?<![{_EMOJI_AVANT}])\u200d|\u200d(?![\U0001f000-\U0001faff\u2190-\u2bff])")
_LIAISON = "\u200d"
# control characters mean nothing, format ones hide or turn the text, surrogates cannot be stored (no UTF-8)
_SANS_SENS = frozenset({"Cc", "Cf", "Cs"})

_SEPARATEUR = r"[\s.·_/|\-–()]{0,3}"
_CLE_ANNONCEE = r"(?:\s*\(?(?:cl[ée]|key)\s*:?)?"
_LIEU = rf"(?:\d{_SEPARATEUR}\d|2{_SEPARATEUR}[abAB])"
_MOIS = rf"{_SEPARATEUR}(?:0{_SEPARATEUR}[1-9]|1{_SEPARATEUR}[0-2]|[2-9]{_SEPARATEUR}\d)"
_NIR_ESPACE = re.compile(
    rf"(?<!\d)(?=([1-478](?:{_SEPARATEUR}\d){{2}}{_MOIS}{_SEPARATEUR}{_LIEU}(?:{_SEPARATEUR}\d){{6}}"
    rf"{_CLE_ANNONCEE}(?:{_SEPARATEUR}\d){{2}})(?!\d))"
)
_TELEPHONE = re.compile(r"(?<!\d)0[1-9](?:[ .\-/\u00a0\u202f]?\d\d){4}(?!\d)")
_HORS_NIR = re.compile(r"[^0-9ABab]")
_BLANC = r"[ .\-\u00a0\u202f]?"
_NIR_GROUPE = re.compile(
    rf"(?<![\d+])(?<!\d[ .\-\u00a0\u202f])[12]{_BLANC}\d\d{_BLANC}(?:0[1-9]|1[0-2]|[2-9]\d){_BLANC}"
    rf"(?:\d\d|2[abAB]){_BLANC}\d{{3}}{_BLANC}\d{{3}}(?:{_CLE_ANNONCEE}{_BLANC}\d\d)?(?!\d)(?![ .\-\u00a0\u202f]\d)"
)


def cle_tri(texte: str) -> str:
    """Return the key that sorts French text on any server: no accent, no case, œ as oe.

    Computed here and stored, for want of one collation that every PostgreSQL carries.
    """
    decompose = unicodedata.normalize("NFKD", texte.translate(_PLIES)).casefold()
    # a few folded signs decompose again: the second pass makes the key of a key the key itself
    return "".join(
        c for c in unicodedata.normalize("NFKD", decompose).translate(_PLIES) if not unicodedata.combining(c)
    )


def normaliser(texte: str) -> str:
    """Return the words of a text for comparing and searching: its sorting key, punctuation made single spaces."""
    return _HORS_MOTS.sub(" ", cle_tri(texte)).strip()


def assainir(texte: str) -> str:
    """Return typed text without what no keyboard means; never raises, and cleaning twice changes nothing more.

    Goes: NUL and other control characters (line feeds and tabs stay), lone surrogates, characters that hide or turn the
    text round (bidi overrides and isolates, zero-width ones, soft hyphens). A joiner stays between two emoji only. Line
    endings become line feeds, accents their composed form (NFC), blanks at both ends disappear.
    """
    unifie = _JOINT_HORS_EMOJI.sub("", _FINS_DE_LIGNE.sub("\n", texte))
    garde = "".join(c for c in unifie if c in "\n\t" or c == _LIAISON or unicodedata.category(c) not in _SANS_SENS)
    return unicodedata.normalize("NFC", garde).strip()


def contient_nir(texte: str) -> bool:
    """Tell whether a text holds a social security number with its right key, however it is spaced (regles.md C18).

    Departments 2A and 2B, temporary numbers and « clé 36 » included. Such a text is refused: a guichet may not hold the
    number (décret 2019-341). Nothing of it is returned, so that nothing of it can be logged.
    """
    return bool(_nirs(unicodedata.normalize("NFKC", texte)))


def sans_nir(texte: str) -> str:
    """Return a text whose social security numbers are replaced by a word, for what is kept before anybody could refuse it.

    A text without any comes back untouched.
    """
    if not contient_nir(texte):
        return texte
    lisible = unicodedata.normalize("NFKC", texte)
    # two readings may overlap: from the end, each turn takes the last one away
    while trouves := _nirs(lisible):
        lisible = lisible[: trouves[-1][0]] + "[numéro retiré]" + lisible[trouves[-1][1] :]
    return lisible


def _nirs(lisible: str) -> list[tuple[int, int]]:
    trouves = [m.span(1) for m in _NIR_ESPACE.finditer(lisible) if _cle_juste(m.group(1))]
    if not trouves:
        return []
    # two phones side by side are a run of digits too: no number starts or ends in the middle of one
    dans_un_telephone = {i for m in _TELEPHONE.finditer(lisible) for i in range(m.start() + 1, m.end())}
    return [(d, f) for d, f in trouves if d not in dans_un_telephone and f not in dans_un_telephone]


def ressemble_nir(texte: str) -> bool:
    """Tell whether a text holds digits laid out like a social security number, its key missing or wrong: warn only."""
    return _NIR_GROUPE.search(unicodedata.normalize("NFKC", texte)) is not None


def _cle_juste(trouve: str) -> bool:
    numero = _HORS_NIR.sub("", trouve).upper()
    return bool(nir.calc_check_digits(numero) == numero[13:])
