"""Dossier numbers that can be read out loud and typed back without a mistake passing unseen.

Twenty-nine signs, no 0/O, 1/I, nor letters that a phone line confuses with another (B with D or P… are kept apart by the
check character). 29 is prime: a weighted sum modulo 29 catches every wrong character and every swap of two neighbours.
"""

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVXZ"
BASE = len(ALPHABET)
LONGUEUR = 6
_ESPACE = BASE**LONGUEUR
_PAS = 271_828_183 % _ESPACE
"""Multiplier, coprime with 29, that sends neighbouring sequences far apart; the map stays one to one."""
_DECALAGE = 141_421_356 % _ESPACE

_EPELLATION = {
    "A": "Anatole", "B": "Berthe", "C": "Célestin", "D": "Désiré", "E": "Eugène", "F": "François", "G": "Gaston",
    "H": "Henri", "J": "Joseph", "K": "Kléber", "L": "Louis", "M": "Marcel", "N": "Nicolas", "P": "Pierre",
    "Q": "Quintal", "R": "Raoul", "S": "Suzanne", "T": "Thérèse", "V": "Victor", "X": "Xavier", "Z": "Zoé",
}  # fmt: skip


def fabriquer_numero(sequence: int) -> str:
    """Return the number of a sequence (0 to 594 million), like « K7F-4Q2-M »: six signs and a check character."""
    if not 0 <= sequence < _ESPACE:
        raise ValueError(f"Séquence hors de l’étendue des numéros : {sequence}")
    reste = (sequence * _PAS + _DECALAGE) % _ESPACE
    signes = ""
    for _ in range(LONGUEUR):
        reste, rang = divmod(reste, BASE)
        signes += ALPHABET[rang]
    return _presenter(signes + _cle(signes))


def _cle(signes: str) -> str:
    """Return the check character: distinct weights 1…6 modulo a prime (ISO 7064's idea, on 29 signs)."""
    somme = sum((position + 1) * ALPHABET.index(signe) for position, signe in enumerate(signes))
    # the check character has weight LONGUEUR + 1, so that a swap with its neighbour is caught too
    inverse = pow(LONGUEUR + 1, -1, BASE)
    return ALPHABET[(-somme * inverse) % BASE]


def _presenter(signes: str) -> str:
    return f"{signes[:3]}-{signes[3:6]}-{signes[6:]}"


def lire_numero(texte: str) -> str | None:
    """Return the number as written on letters, whatever its case, spaces or dashes; None when it is not one."""
    signes = "".join(c for c in texte.upper() if c.isalnum())
    if len(signes) != LONGUEUR + 1 or any(c not in ALPHABET for c in signes):
        return None
    return _presenter(signes) if _cle(signes[:LONGUEUR]) == signes[LONGUEUR] else None


def epeler(numero: str) -> str:
    """Return how to say a number on the phone: « K comme Kléber, 7, F comme François… »."""
    return ", ".join(f"{c} comme {_EPELLATION[c]}" if c in _EPELLATION else c for c in numero if c != "-")
