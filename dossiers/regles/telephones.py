"""Phone numbers in any French spelling: kept as typed, dialled as E.164, warned about but never blocked (regles.md C65)."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

INSECABLE = "\u00a0"
EXEMPLE = f"04{INSECABLE}65{INSECABLE}71{INSECABLE}12{INSECABLE}20"
_ABSENTS = re.compile(r"^\W*(masqu|inconnu|anonyme|cach|secret|prive|privé|aucun)", re.IGNORECASE)
_LETTRES_POUR_CHIFFRES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


@dataclass(frozen=True)
class Telephone:
    """A number as typed (`brut`), as it dials (`e164`, empty when it cannot), and what to check about it."""

    brut: str
    e164: str = ""
    valide: bool = False
    avertissement: str = ""


def lire_telephone(brut: str, indicatif: str = "FR") -> Telephone:
    """Read a number as people spell it: dots, slashes, `+33 (0)`, `0033`, overseas, foreign; never raises.

    `e164` is empty when it cannot be dialled, and `avertissement` then says in French what is expected. Numbers that are
    possible without being attributed (06 39 98 …) are kept with a warning: a real caller may own one tomorrow.
    """
    brut = brut.strip()
    if not brut or _ABSENTS.match(brut):
        return Telephone(brut)
    texte, corrige = _corriger_lettres(brut)
    texte = re.sub(r"\(\s*0\s*\)", "", texte)
    chiffres = re.sub(r"\D", "", texte)
    francais = not texte.startswith(("+", "00"))
    if francais and indicatif == "FR" and len(chiffres) != 10:
        return Telephone(brut, avertissement=_longueur(len(chiffres)))
    try:
        lu = phonenumbers.parse(re.sub(r"^00", "+", texte) if not francais else chiffres, indicatif)
    except NumberParseException:
        return Telephone(brut, avertissement=f"Ce numéro ne se compose pas : écrivez par exemple {EXEMPLE}.")
    if not phonenumbers.is_possible_number(lu) or (lu.country_code == 33 and len(str(lu.national_number)) != 9):
        return Telephone(brut, avertissement=f"Ce numéro ne se compose pas : écrivez par exemple {EXEMPLE}.")
    return _conclure(brut, lu, corrige)


def _conclure(brut: str, lu: phonenumbers.PhoneNumber, corrige: bool) -> Telephone:
    e164 = phonenumbers.format_number(lu, PhoneNumberFormat.E164)
    valide = phonenumbers.is_valid_number(lu)
    if corrige:
        avertissement = f"Des lettres ont été lues comme des chiffres : {formater_telephone(e164)} ?"
    elif not valide:
        avertissement = "Numéro possible mais non attribué : relisez-le à la personne."
    else:
        avertissement = ""
    return Telephone(brut, e164, valide, avertissement)


def _corriger_lettres(brut: str) -> tuple[str, bool]:
    """Turn O and l typed for 0 and 1 into digits, when the rest is a number."""
    if not re.search(r"\d", brut) or re.search(r"[A-HJ-NP-Za-km-np-z]", brut):
        return brut, False
    corrige = brut.translate(_LETTRES_POUR_CHIFFRES)
    return corrige, corrige != brut


def _longueur(combien: int) -> str:
    if combien == 0:
        return f"Notez un numéro en chiffres, par exemple {EXEMPLE}."
    pluriel = "s" if combien > 1 else ""
    return f"Le numéro compte {combien} chiffre{pluriel} : il en faut 10, par exemple {EXEMPLE}."


def formater_telephone(e164: str) -> str:
    """Return a number as it is read out: in pairs for France (« 04 65 71 12 20 »), international otherwise."""
    if re.fullmatch(r"\+33\d{9}", e164):
        national = "0" + e164[3:]
        return INSECABLE.join(national[i : i + 2] for i in range(0, 10, 2))
    try:
        lu = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    return phonenumbers.format_number(lu, PhoneNumberFormat.INTERNATIONAL).replace(" ", INSECABLE)


def chiffres_recherche(texte: str) -> str:
    """Return the digits a number is found by, folded to its national form; empty when there are fewer than four."""
    chiffres = re.sub(r"\D", "", re.sub(r"\(\s*0\s*\)", "", texte))
    if texte.strip().startswith("+33") or (chiffres.startswith("0033")):
        chiffres = "0" + re.sub(r"^(0033|33)0?", "", chiffres)
    elif chiffres.startswith("00"):
        chiffres = chiffres[2:]
    return chiffres if len(chiffres) >= 4 else ""


def extraire_telephones(texte: str) -> list[Telephone]:
    """Find the numbers written in a free text, in order, each once."""
    trouves: dict[str, Telephone] = {}
    for match in phonenumbers.PhoneNumberMatcher(texte, "FR", leniency=phonenumbers.Leniency.POSSIBLE):
        lu = lire_telephone(match.raw_string)
        if lu.e164:
            trouves.setdefault(lu.e164, lu)
    return list(trouves.values())
