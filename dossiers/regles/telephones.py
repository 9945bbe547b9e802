"""Phone numbers in any spelling: kept as typed, dialled as E.164, warned about but never blocked (regles.md C65)."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from dossiers.regles.texte import assainir, cle_tri

INSECABLE = "\u00a0"
FINE = "\u202f"
EXEMPLE = INSECABLE.join(("04", "65", "71", "12", "20"))
_UN_SEUL = f"Notez un seul numéro ici, par exemple {EXEMPLE}."
_LONGUEUR_LUE = 100
_EXEMPLE_INTERNATIONAL = INSECABLE.join(("+33", "4", "65", "71", "12", "20"))
_ABSENT = re.compile(r"masqu|inconnu|anonym|cache|secret|prive|private|withheld|unknown|aucun|neant|communique|^\W*$")
# dialled as 0262, 0590… from mainland France, but they live under another country code (+262, +590…)
_OUTRE_MER = {
    **dict.fromkeys(("262", "263", "692", "693"), "RE"),
    **dict.fromkeys(("269", "639"), "YT"),
    **dict.fromkeys(("590", "690", "691"), "GP"),
    **dict.fromkeys(("594", "694"), "GF"),
    **dict.fromkeys(("596", "696", "697"), "MQ"),
}
_COURT = re.compile(r"1\d|11[2459]|10\d\d|116\d{3}|118\d{3}|3\d{3}")
_POSTE = re.compile(r"\b(?:poste|ext)\b.*|#.*", re.IGNORECASE | re.DOTALL)
_LETTRES = str.maketrans("OoQlI|", "000111")
_MOT_DE_CHIFFRES = re.compile(r"(?<![^\W\d_])[\dOoQlI|]*[OoQlI|][\dOoQlI|]*(?![^\W\d_])")
_ENTRE = r"[ .\-/\u00a0\u202f\u2009]{0,2}"
_FRANCAIS = rf"(?:(?:\+|00)33{_ENTRE}(?:\(0\){_ENTRE}|0)?|0)[1-9](?:{_ENTRE}\d\d){{4}}"
_ETRANGER = rf"(?:\+|00)(?!33)[1-9](?:{_ENTRE}(?:\(0\))?\d){{7,14}}"
_DANS_UN_TEXTE = re.compile(rf"(?<![\w+])(?:{_FRANCAIS}|{_ETRANGER})(?!{_ENTRE}\d)", re.ASCII)


@dataclass(frozen=True)
class Telephone:
    """A number as typed (`brut`), as it dials (`e164`, empty when it cannot), and a sentence on what to check."""

    brut: str
    e164: str = ""
    valide: bool = False
    avertissement: str = ""


def lire_telephone(brut: str, indicatif: str = "FR") -> Telephone:
    """Read a number as people spell it: dots, slashes, `+33 (0)`, `0033`, overseas, foreign; never raises.

    `indicatif` is the ISO region of numbers typed without a country code. `e164` is empty when the number cannot be
    dialled, and `avertissement` then says in French what is expected; a withheld or unknown number is empty without
    a sentence. A possible number that nobody has been given (06 39 98 …) is kept with a warning: its range may open.
    """
    if len(brut) > _LONGUEUR_LUE:
        return Telephone(brut, avertissement=_UN_SEUL)
    texte, corrige = _lire_les_lettres(_POSTE.sub("", unicodedata.normalize("NFKC", assainir(brut))))
    chiffres = "".join(re.findall(r"\d", texte, re.ASCII))
    if len(chiffres) < 2 and _ABSENT.search(cle_tri(brut)):
        return Telephone(brut)
    international = _prefixe_international(texte, chiffres)
    if phrase := _defaut(chiffres, international, indicatif):
        return Telephone(brut, avertissement=phrase)
    try:
        lu = _rendre_a_l_outre_mer(phonenumbers.parse(f"+{international}" if international else chiffres, indicatif))
    except NumberParseException:
        return Telephone(brut, avertissement=_incomposable())
    if phrase := _defaut_du_numero(lu):
        return Telephone(brut, avertissement=phrase)
    return _conclure(brut, lu, corrige)


def _lire_les_lettres(texte: str) -> tuple[str, bool]:
    """Read O and l typed for 0 and 1 in what is otherwise a number (« O6 39 98 l1 2O »); tell whether any was."""

    def chiffrer(mot: re.Match[str]) -> str:
        entoure = re.search(r"\d[ ./-]*$", texte[: mot.start()]) or re.match(r"[ ./-]*\d\d", texte[mot.end() :])
        signes = mot.group()
        est_nombre = any(c.isdigit() for c in signes) or (len(signes) == 2 and entoure)
        return signes.translate(_LETTRES) if est_nombre else signes

    lu = _MOT_DE_CHIFFRES.sub(chiffrer, texte) if any(c.isdigit() for c in texte) else texte
    return lu, lu != texte


def _prefixe_international(texte: str, chiffres: str) -> str:
    """Return the digits from the country code on, when the number is written with + or 00; else an empty text."""
    if re.search(r"\+\W*\d", texte) and not re.search(r"\d.*\+", texte, re.DOTALL):
        return chiffres
    return chiffres[2:] if chiffres.startswith("00") else ""


def _defaut(chiffres: str, international: str, indicatif: str) -> str:
    """Return what is wrong with the count of digits, as a sentence naming what is expected; empty when it may do."""
    combien = len(chiffres)
    if combien == 0:
        return f"Notez le numéro en chiffres, par exemple {EXEMPLE}."
    if international or indicatif != "FR":
        return ""
    if _COURT.fullmatch(chiffres):
        return f"Le {chiffres} est un numéro court, qui ne rappelle personne{INSECABLE}: il en faut un à 10 chiffres."
    if combien >= 18:
        return _UN_SEUL
    if combien != 10 and not (combien == 11 and chiffres.startswith("33")):
        pluriel = "s" if combien > 1 else ""
        return f"Le numéro compte {combien} chiffre{pluriel}{INSECABLE}: il en faut 10, par exemple {EXEMPLE}."
    if combien == 10 and not chiffres.startswith("0"):
        return f"Le numéro commence par 0, ou par + et l’indicatif du pays{INSECABLE}: par exemple {EXEMPLE}."
    return ""


def _defaut_du_numero(lu: PhoneNumber) -> str:
    combien = len(phonenumbers.national_significant_number(lu))
    # the library finds nine-digit and shorter French numbers possible: it counts the zero as optional
    if lu.country_code == 33 and combien != 9:
        pluriel = "s" if combien > 1 else ""
        compte = f"Après +33, le numéro compte {combien} chiffre{pluriel}{INSECABLE}: il en faut 9"
        return f"{compte}, par exemple {_EXEMPLE_INTERNATIONAL}."
    return "" if phonenumbers.is_possible_number(lu) else _incomposable()


def _incomposable() -> str:
    debut = f"Ce numéro ne se compose pas{INSECABLE}: vérifiez l’indicatif du pays et le nombre de chiffres"
    return f"{debut}, par exemple {_EXEMPLE_INTERNATIONAL}."


def _rendre_a_l_outre_mer(lu: PhoneNumber) -> PhoneNumber:
    """Give a number of La Réunion, the Antilles… typed as in France (0262, 0690…) its own country code."""
    region = _OUTRE_MER.get(str(lu.national_number)[:3]) if lu.country_code == 33 else None
    if region is None:
        return lu
    local = phonenumbers.parse(f"0{lu.national_number}", region)
    return local if phonenumbers.is_valid_number_for_region(local, region) else lu


def _conclure(brut: str, lu: PhoneNumber, corrige: bool) -> Telephone:
    e164 = phonenumbers.format_number(lu, PhoneNumberFormat.E164)
    valide = phonenumbers.is_valid_number(lu)
    avertissement = ""
    if corrige:
        avertissement = f"Des lettres ont été lues comme des chiffres{INSECABLE}: est-ce bien le "
        avertissement += f"{formater_telephone(e164)}{FINE}?"
    elif not valide:
        avertissement = f"Numéro possible mais non attribué à ce jour{INSECABLE}: relisez-le à la personne."
    return Telephone(brut, e164, valide, avertissement)


def formater_telephone(e164: str) -> str:
    """Return a number as it is read out: in pairs for France (« 04 65 71 12 20 »), international otherwise.

    The pairs are held together by U+00A0. A text that is not E.164 comes back unchanged.
    """
    if re.fullmatch(r"\+33[1-9]\d{8}", e164, re.ASCII):
        national = "0" + e164[3:]
        return INSECABLE.join(national[i : i + 2] for i in range(0, 10, 2))
    if not re.fullmatch(r"\+\d{4,15}", e164, re.ASCII):
        return e164
    try:
        lu = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    return phonenumbers.format_number(lu, PhoneNumberFormat.INTERNATIONAL).replace(" ", INSECABLE)


PAYS = {
    "GP": "Guadeloupe", "MQ": "Martinique", "GF": "Guyane", "RE": "La Réunion", "YT": "Mayotte", "PM": "Saint-Pierre-et-Miquelon",
    "BL": "Saint-Barthélemy", "MF": "Saint-Martin", "NC": "Nouvelle-Calédonie", "PF": "Polynésie française", "WF": "Wallis-et-Futuna",
    "BE": "Belgique", "CH": "Suisse", "LU": "Luxembourg", "MC": "Monaco", "DE": "Allemagne", "ES": "Espagne", "IT": "Italie",
    "PT": "Portugal", "GB": "Royaume-Uni", "NL": "Pays-Bas", "RO": "Roumanie", "PL": "Pologne", "GR": "Grèce", "DZ": "Algérie",
    "MA": "Maroc", "TN": "Tunisie", "SN": "Sénégal", "CI": "Côte d’Ivoire", "CM": "Cameroun", "LB": "Liban", "SY": "Syrie",
    "MG": "Madagascar", "CA": "Canada", "US": "États-Unis", "BJ": "Bénin", "CD": "Congo (Kinshasa)", "HU": "Hongrie", "BG": "Bulgarie",
}  # fmt: skip
"""Where doctors and their families call from, by ISO region; another country is said « étranger »."""


def pays(e164: str) -> str:
    """Return where a number is from when it is not mainland France: « La Réunion », « Suisse », else « étranger »."""
    if not re.fullmatch(r"\+\d{4,15}", e164, re.ASCII) or e164.startswith("+33"):
        return ""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    except NumberParseException:
        return ""
    return PAYS.get(region or "", "étranger")


_ADRESSE = re.compile(r"^\s*(?:tel|sip|sips|callto):", re.IGNORECASE)


def lire_pousse(brut: str) -> tuple[str, bool]:
    """Read what a softphone puts in an address: return the number as typed, and whether it is withheld.

    « tel: » and « sip:…@… » are taken off; a « + » that the address turned into a blank comes back; « anonymous »,
    « private », « unknown »… are a withheld number, nothing at all is no number.
    """
    numero = _ADRESSE.sub("", brut[:_LONGUEUR_LUE]).partition("@")[0].partition(";")[0]
    if re.match(r" \d", numero):
        numero = "+" + numero[1:]
    numero = numero.strip()
    masque = bool(numero) and len(re.findall(r"\d", numero)) < 2 and bool(_ABSENT.search(cle_tri(numero)))
    return ("", True) if masque else (numero[:40], False)


def chiffres_recherche(texte: str) -> str:
    """Return the digits a number is found by, in its national form; empty when there are fewer than four.

    0033, +33 and (0) fold to the national 0, overseas codes too (+262 692… is found by 0692…), so that every spelling
    of a number, or of its beginning, meets the one that is stored.
    """
    lisible, _ = _lire_les_lettres(unicodedata.normalize("NFKC", assainir(texte[:_LONGUEUR_LUE])))
    chiffres = "".join(re.findall(r"\d", re.sub(r"\(\s*0\s*\)", "", lisible), re.ASCII))
    international = _prefixe_international(lisible, chiffres)
    if not international and chiffres.startswith("33") and len(chiffres) == 11:
        international = chiffres
    if trouve := re.match(r"(?:33|262|508|590|594|596)0?([1-9]\d*)$", international):
        chiffres = "0" + trouve.group(1)
    elif international:
        chiffres = international
    return chiffres if len(chiffres) >= 4 else ""


def extraire_telephones(texte: str) -> list[Telephone]:
    """Find the numbers that dial in a free text, in order, each once; cut-off ones are left for a human to complete."""
    trouves: dict[str, Telephone] = {}
    for trouve in _DANS_UN_TEXTE.finditer(unicodedata.normalize("NFKC", texte)):
        lu = lire_telephone(trouve.group())
        if lu.e164:
            trouves.setdefault(lu.e164, lu)
    return list(trouves.values())
