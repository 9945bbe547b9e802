"""How French names sound: « Renaud », « Renault » and « Reno » share one code; and the keys a name is looked up by.

Small rules in the order a reader applies them, of names alone: no dictionary, no exception list.
"""

import re
from functools import lru_cache

from dossiers.regles.texte import normaliser

# letter groups to sounds, in order; capitals are sounds that no single letter writes: C (ch), A I O (an, in, on), N (gn)
_SONS = [
    (r"(?<=[aeou])ill?(?=[aeou]|$)", "i"),
    (r"([a-z])\1+", r"\1"),
    (r"ph", "f"),
    (r"s?ch(?=[rlntm])|ck|qu?", "k"),
    (r"s?ch|sh", "C"),
    (r"gn", "N"),
    (r"th", "t"),
    (r"h", ""),
    (r"bv|w", "v"),
    (r"ge(?=[aou])|g(?=[eiy])", "j"),
    (r"gu(?=[eiy])", "g"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"(?<=[a-z])(?:[tdpsxz]|ent)+$", ""),
    (r"eaul?|aul?|aux", "o"),
    (r"oe(?=[il])|oeu|eu", "e"),
    (r"oi|oy", "ua"),
    (r"ou", "u"),
    (r"e?an(?![aeiouy])|e?am(?![aeiouy])|en(?![aeiouy])|em(?![aeiouy])", "A"),
    (r"(?:ai|ei|i|y|u)[nm](?![aeiouy])", "I"),
    (r"o[nm](?![aeiouy])", "O"),
    (r"ai|ei|ay|ey|(?<=[a-zA-Z])e[rtz]$", "e"),
    (r"y", "i"),
    (r"z", "s"),
    (r"x", "ks"),
    (r"(?<=[a-zA-Z])e+$", ""),
    (r"([a-zA-Z])\1+", r"\1"),
]
_REGLES = [(re.compile(motif), son) for motif, son in _SONS]
_COURT = 3
"""Under so many sounds, one dropped makes a name of nearly any other."""


@lru_cache(maxsize=8192)
def sonner(mot: str) -> str:
    """Return how one name sounds, blanks and dashes gone (« Ben Ali » is « Benali »); an empty text stays empty."""
    son = normaliser(mot).replace(" ", "")
    for motif, remplacement in _REGLES:
        son = motif.sub(remplacement, son)
    return son


def se_prononcent_pareil(un: str, autre: str) -> bool:
    """Tell whether two names sound alike; a sound or two is too short to tell."""
    son = sonner(un)
    return len(son) >= _COURT and son == sonner(autre)


@lru_cache(maxsize=8192)
def _manques(son: str) -> frozenset[str]:
    """Return a code and what is left of it once any one sound is dropped: two names a sound apart share one of these."""
    if len(son) <= _COURT:
        return frozenset({son})
    return frozenset({son, *(son[:i] + son[i + 1 :] for i in range(len(son)))})


def _sons(nom: str) -> set[str]:
    """Return the codes of a name: of the whole, and of each of its parts of more than two letters."""
    mots = normaliser(nom).split()
    return {son for son in map(sonner, [nom, *(mot for mot in mots if len(mot) > 2)]) if son}


def cles_phonetiques(nom: str, nom_usage: str, prenom: str) -> list[str]:
    """Return the keys a person is looked up by, sorted: « n… » for the family names, « p… » for the first name."""
    noms = {manque for porte in (nom, nom_usage) for son in _sons(porte) for manque in _manques(son)}
    prenoms = {manque for son in _sons(prenom) for manque in _manques(son)}
    return sorted({f"n{son}" for son in noms} | {f"p{son}" for son in prenoms})


def cles_cherchees(nom: str, lettre: str = "n") -> list[str]:
    """Return the keys that a name typed may share with the one it stands for; `lettre` says which slot to look into."""
    return sorted({f"{lettre}{manque}" for son in _sons(nom) for manque in _manques(son)})
