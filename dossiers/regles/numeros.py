"""Dossier numbers that can be read out loud and typed back without a mistake passing unseen; RPPS numbers.

Twenty-three signs. Left out: 0/O and 1/I, one sign to the eye; B, G, S and Z, which the hand writes like 8, 6,
5 and 2; D, N, U and W, which the ear takes for T, M, Q and V; E, the bare vowel so many letters end with. A number is
six signs and a check character, « K7F-4Q2-J »: 148 million of them, where the whole country would use 50 000 a year.

23 is prime, so a sum of the signs weighted 1 to 7, zero modulo 23, catches every wrong sign and every swap of two
signs, neighbours or not: what a mistake adds, weight × gap or gap × gap, is a product that 23 does not divide.
"""

import re

from stdnum import luhn

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
