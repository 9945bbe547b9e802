"""Dossier numbers that can be read out loud and typed back without a mistake passing unseen; RPPS numbers.

Twenty-three signs. Left out: 0/O and 1/I, one sign to the eye; B, G, S and Z, which the hand writes like 8, 6,
5 and 2; D, N, U and W, which the ear takes for T, M, Q and V; E, the bare vowel so many letters end with. A number is
six signs and a check character, « K7F-4Q2-J »: 148 million of them, where the whole country would use 50 000 a year.

23 is prime, so a sum of the signs weighted 1 to 7, zero modulo 23, catches every wrong sign and every swap of two
signs, neighbours or not: what a mistake adds, weight × gap or gap × gap, is a product that 23 does not divide.
"""

import re

from stdnum import luhn

from dossiers.regles.texte import cle_tri

ALPHABET = "23456789ACFHJKLMPQRTVXY"
BASE = len(ALPHABET)
LONGUEUR = 6
ETENDUE = BASE**LONGUEUR
_RANGS = {signe: rang for rang, signe in enumerate(ALPHABET)}
# in base 23 the digits of this step stand between 5 and 17: adding it changes all six, so that no sign of a number is
# that of the next dossier; it is not a multiple of 23, so that the map is one to one
_PAS = sum(chiffre * BASE**rang for rang, chiffre in enumerate((7, 13, 9, 16, 5, 11)))
_DEPART = sum(chiffre * BASE**rang for rang, chiffre in enumerate((3, 20, 8, 14, 21, 10)))
# written by hand these letters look like a digit, and none of them stands in a number: reading them is safe
_RELECTURE = str.maketrans("BGSZ", "8652")
_VOYELLES = frozenset("AEIOUY")
_ANNONCE = re.compile(r"^\s*(?:dossier\s*)?(?:n[°ºo]\s*)?:?\s*", re.IGNORECASE)
_EPELLATION = {
    mot[0]: mot
    for mot in (
        "Anatole", "Célestin", "François", "Henri", "Joseph", "Kléber", "Louis", "Marcel",
        "Pierre", "Quintal", "Raoul", "Thérèse", "Victor", "Xavier", "Yvonne",
    )
}  # fmt: skip


def fabriquer_numero(sequence: int) -> str:
    """Return the number of a database sequence, like « K7F-4Q2-J »; raises ValueError outside 0 … 148 035 888."""
    if not 0 <= sequence < ETENDUE:
        raise ValueError(f"Séquence hors de l’étendue des numéros : {sequence}")
    reste = (sequence * _PAS + _DEPART) % ETENDUE
    signes = ""
    for _ in range(LONGUEUR):
        reste, rang = divmod(reste, BASE)
        signes += ALPHABET[rang]
    return _presenter(signes + _cle(signes))


def _somme(signes: str) -> int:
    return sum(poids * _RANGS[signe] for poids, signe in enumerate(signes, start=1)) % BASE


def _cle(signes: str) -> str:
    """Return the seventh sign, of weight 7, that brings the weighted sum to zero."""
    return ALPHABET[-_somme(signes) * pow(LONGUEUR + 1, -1, BASE) % BASE]


def _presenter(signes: str) -> str:
    return f"{signes[:3]}-{signes[3:6]}-{signes[6:]}"


def lire_numero(texte: str) -> str | None:
    """Return a typed number as letters show it, whatever its case, blanks and dashes; None when it is not one.

    B, G, S and Z are read 8, 6, 5 and 2. O, 0, I and 1 are refused, not guessed: nothing in a number looks like them.
    """
    brut = _ANNONCE.sub("", texte[:60]).upper().translate(_RELECTURE)
    signes = re.sub(r"[\s.\-\u2010-\u2015_/]", "", brut)
    if len(signes) != LONGUEUR + 1 or any(signe not in _RANGS for signe in signes) or _somme(signes):
        return None
    return _presenter(signes)


_CHIFFRES_DITS = {
    "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8", "neuf": "9",
}  # fmt: skip
_MOTS_VIDES = frozenset({"comme", "tiret", "trait", "union", "d", "puis", "et", "dossier", "numero", "n", "no"})
# the names that letters go by: the French spelling, the ones people use, and the aviators'
_LETTRES_DITES = {cle_tri(mot): lettre for lettre, mot in _EPELLATION.items()} | {
    "kilo": "K", "kleber": "K", "karim": "K", "alpha": "A", "charlie": "C", "foxtrot": "F", "hotel": "H", "juliet": "J",
    "juliette": "J", "lima": "L", "mike": "M", "papa": "P", "quebec": "Q", "romeo": "R", "tango": "T", "victor": "V",
    "xray": "X", "yankee": "Y", "fanny": "F", "henriette": "H", "marie": "M", "paul": "P", "robert": "R", "anna": "A",
    "cecile": "C", "julie": "J", "louise": "L", "ache": "H", "ji": "J", "ka": "K", "elle": "L", "emme": "M", "pe": "P",
    "cu": "Q", "erre": "R", "te": "T", "ve": "V", "ix": "X", "igrec": "Y",
}  # fmt: skip


def lire_numero_dit(texte: str) -> str | None:
    """Return a number written as it is said, « K comme Kléber, sept, F comme François… » included; None otherwise.

    Said twice, by its letter then by a name, a sign counts once: « comme » announces the name.
    """
    if lu := lire_numero(texte):
        return lu
    sans_noms = re.sub(r"\bcomme\s+\w+", " ", cle_tri(texte[:200]))
    mots = [mot for mot in re.split(r"[\W_]+", sans_noms) if mot and mot not in _MOTS_VIDES]
    signes = "".join(_CHIFFRES_DITS.get(mot) or _LETTRES_DITES.get(mot) or mot for mot in mots)
    return lire_numero(signes) if len(mots) > 1 else None


def numeros_proches(texte: str) -> list[str]:
    """Return the right numbers that one slip away from a mistyped one: a wrong sign, two swapped, one missing or too many.

    The check character leaves about one in twenty-three, so that which of them exists is nearly always the one meant. A
    word that has a vowel and no digit is a name, not a number.
    """
    brut = _ANNONCE.sub("", texte[:60]).upper().translate(_RELECTURE)
    signes = re.sub(r"[\s.\-\u2010-\u2015_/]", "", brut)
    imprononcable = any(c.isdigit() for c in signes) or not _VOYELLES & set(signes)
    if not (signes.isascii() and signes.isalnum() and imprononcable and not signes.isdigit()):
        return []
    essais: set[str] = set()
    if len(signes) == LONGUEUR + 1:
        essais = {signes[:i] + s + signes[i + 1 :] for i in range(len(signes)) for s in ALPHABET}
        essais |= {signes[:i] + signes[i + 1] + signes[i] + signes[i + 2 :] for i in range(LONGUEUR)}
    elif len(signes) == LONGUEUR:
        essais = {signes[:i] + s + signes[i:] for i in range(len(signes) + 1) for s in ALPHABET}
    elif len(signes) == LONGUEUR + 2:
        essais = {signes[:i] + signes[i + 1 :] for i in range(len(signes))}
    return sorted(filter(None, map(lire_numero, essais)))


def est_numero_valide(texte: str) -> bool:
    """Tell whether a text is a dossier number; that the dossier exists is another matter."""
    return lire_numero(texte) is not None


def epeler(numero: str) -> str:
    """Return how to say a number on the phone: « K comme Kléber, 7, F comme François… », by groups as it is written."""
    groupes = (
        ", ".join(f"{signe} comme {_EPELLATION[signe]}" if signe in _EPELLATION else signe for signe in groupe)
        for groupe in numero.split("-")
    )
    return " – ".join(groupes)


def rpps_valide(texte: str) -> bool:
    """Tell whether a text is an RPPS number: eleven digits, the last a Luhn key; blanks do not count (C69)."""
    chiffres = re.sub(r"\s", "", texte)
    # eleven zeros satisfy Luhn, and are what a form filled to be rid of it holds
    return bool(re.fullmatch(r"\d{11}", chiffres, re.ASCII)) and chiffres.strip("0") != "" and luhn.is_valid(chiffres)
