"""Phone numbers as they are dictated: in digits, in words (« zéro six trente-neuf… »), with O and l for 0 and 1."""

import re

from dossiers.regles.saisie.notes import Notes, Proposition
from dossiers.regles.telephones import formater_telephone, lire_telephone

_UNITES = (
    [
        "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        "treize", "quatorze", "quinze", "seize",
    ]
)  # fmt: skip
_DIZAINES = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "nonante": 90}
_BLANC = r"[ .,\-/\u00a0\u202f\u2009_]{0,3}"
_CHIFFRE = r"[0-9oOlI|]"
_FRANCAIS = rf"(?:(?:\+|00){_BLANC}33{_BLANC}(?:\(0\){_BLANC}|0)?|[0oO][ ,]{{0,2}})[1-9lI](?:{_BLANC}{_CHIFFRE}{_BLANC}{_CHIFFRE}){{4}}"
_ETRANGER = rf"(?:\+|\b00)(?!{_BLANC}33)[1-9](?:{_BLANC}(?:\(0\))?\d){{7,14}}"
_NUMERO = re.compile(rf"(?<![\w+])(?:{_FRANCAIS}|{_ETRANGER})(?![ .\-/]?\d)(?![^\W\d_])")
_COLLE = re.compile(r"[,_]")
_ENTRE_MOTS = re.compile(r"[ ,.\-\u00a0]{1,3}")
_COUPE = re.compile(rf"(?<![\w+])0[1-9](?:{_BLANC}\d\d){{2,3}}(?:{_BLANC}\d)?(?:\s*(?:\.\.|…|\(?coup)|(?!{_BLANC}\d))")


def proposer_numeros(notes: Notes) -> list[Proposition]:
    """Return the numbers that dial, in the order they are said, each once; `valeur` is E.164."""
    texte, places = _en_chiffres(notes)
    trouves: dict[str, Proposition] = {}
    for m in _NUMERO.finditer(texte):
        lu = lire_telephone(_COLLE.sub(" ", m.group()))
        if lu.e164:
            mots = (places[m.start()], places[m.end() - 1] + 1)
            libelle = formater_telephone(lu.e164)
            trouves.setdefault(
                lu.e164, Proposition("numero", lu.e164, libelle, mots, 1.0 if m.group()[-1].isdigit() else 0.9)
            )
    return list(trouves.values())


def numero_incomplet(notes: Notes) -> tuple[int, int] | None:
    """Return where a number cut short stands; None when there is none."""
    m = _COUPE.search(notes.brut)
    return m.span() if m else None


def _en_chiffres(notes: Notes) -> tuple[str, list[int]]:
    """Return the text with numbers in words written in digits by pairs, and where each sign comes from."""
    jetons = notes.jetons
    texte: list[str] = []
    places: list[int] = []
    ici = i = 0
    while i < len(jetons):
        fin, chiffres = _dictee(notes, i)
        if not chiffres:
            i = fin
            continue
        _copier(notes.brut, ici, jetons[i].debut, texte, places)
        texte.append(chiffres)
        dernier = jetons[fin - 1].fin - 1
        places += [jetons[i].debut] * (len(chiffres) - 1) + [dernier]
        ici, i = jetons[fin - 1].fin, fin
    _copier(notes.brut, ici, len(notes.brut), texte, places)
    return "".join(texte), places


def _dictee(notes: Notes, i: int) -> tuple[int, str]:
    """Read a run of numbers in words: where it ends and its digits; no digits unless it begins by zero or is three long."""
    jetons, nombres, fin = notes.jetons, [], i
    while fin < len(jetons):
        if fin > i and not _ENTRE_MOTS.fullmatch(notes.brut[jetons[fin - 1].fin : jetons[fin].debut]):
            break
        suite, chiffres = _nombre(notes, fin)
        if not chiffres:
            break
        nombres.append(chiffres)
        fin = suite
    lu = len(nombres) >= 3 or (len(nombres) >= 1 and nombres[0] == "0")
    return max(fin, i + 1), " ".join(nombres) if lu else ""


def _copier(brut: str, debut: int, fin: int, texte: list[str], places: list[int]) -> None:
    texte.append(brut[debut:fin])
    places += range(debut, fin)


def _nombre(notes: Notes, i: int) -> tuple[int, str]:
    """Read a number below 100 in words from a word on: where it ends and its digits; (i, "") when there is none.

    « zéro six » gives « 0 » then « 6 »: digits of a phone said one by one stay so.
    """
    mots = [j.plie for j in notes.jetons[i : i + 4]]
    if not mots or mots[0] not in (*_UNITES, *_DIZAINES):
        return i, ""
    if mots[0] in _UNITES:
        rang = _UNITES.index(mots[0])
        if rang == 4 and mots[1:2] in (["vingt"], ["vingts"]):
            return _suite(mots, 2, 80, i)
        if rang == 10 and mots[1:2] in (["sept"], ["huit"], ["neuf"]):
            return i + 2, str(10 + _UNITES.index(mots[1]))
        # « un », « deux » are digits only beside other numbers: the phone's pattern decides
        return i + 1, str(rang)
    return _suite(mots, 1, _DIZAINES[mots[0]], i)


def _suite(mots: list[str], pris: int, base: int, i: int) -> tuple[int, str]:
    """Add what follows a ten: « trente-neuf », « soixante et onze », « quatre-vingt-dix-huit »."""
    reste = mots[pris:]
    if reste[:1] == ["et"] and reste[1:2] and reste[1] in ("un", "onze"):
        return i + pris + 2, str(base + _UNITES.index(reste[1]))
    if reste[:1] == ["dix"] and base in (60, 80):
        if reste[1:2] and reste[1] in ("sept", "huit", "neuf"):
            return i + pris + 2, str(base + 10 + _UNITES.index(reste[1]))
        return i + pris + 1, str(base + 10)
    limite = 17 if base in (60, 80) else 10
    if reste and reste[0] in _UNITES[1:limite]:
        return i + pris + 1, str(base + _UNITES.index(reste[0]))
    return i + pris, str(base)
