"""Dates as French is spoken on the phone, relative to the call's day: « rentrée sept », « mi-septembre », « dans 3 semaines »."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from dossiers.regles.saisie.notes import Notes

_MOIS = {
    "janvier": 1, "janv": 1, "jan": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6,
    "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "sep": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11,
    "decembre": 12, "dec": 12,
}  # fmt: skip
_JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_NOMBRES = {n: i for i, n in enumerate([
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
])}  # fmt: skip
_NOMBRES |= {"une": 1, "quinze": 15, "vingt": 20, "dix-huit": 18}
_M = "|".join(_MOIS)
_J = "|".join(_JOURS)
_N = r"(\d{1,3}|" + "|".join(sorted(_NOMBRES, key=len, reverse=True)) + ")"
_AN = r"(?:\s+(?:de\s+)?(20\d\d|(?<=\s)2[5-9]|(?<=\s)3\d)\b(?!\s*[h€%a]))?"
_PASSE = re.compile(
    r"(?:depuis|these\w*|soutenu\w*|diplom\w*|promo\w*|ne|nee|dpa|bebe ne|valable|licence jusqu\w*(?: au)?|en date du|msg|message"
    r"|telephone|appele|rappele|appelait|passe"
    r"|a laisse un message|appel du|bilan|chiffres?|en poste|grace|courrier du|publie|lu|recus?|dernier|derniere)"
    r"(?:\s+\w+){0,2}\W*$"
)
_RAPPEL = re.compile(r"\b(?:rappel\w*|a rappeler|recontacter|dispo\w*|joignable|libre)\b(?:\s+\S+){0,9}\W*$")


@dataclass(frozen=True)
class DateLue:
    """A day a text speaks of, where, and whether it is an approximate one."""

    jour: dt.date
    debut: int
    fin: int
    vague: bool = False


def dates(notes: Notes, appel: dt.date) -> list[DateLue]:
    """Return the days to come named in the text, in order; what is past, a birth or a thesis is left out."""
    lues: list[DateLue] = []
    for motif, calculer, vague in _MOTIFS:
        for m in motif.finditer(notes.plie):
            if any(d.debut < m.end() and m.start() < d.fin for d in lues) or _PASSE.search(
                notes.plie[max(0, m.start() - 40) : m.start()]
            ):
                continue
            jour = _sans_faute(calculer, m, appel)
            if jour and appel <= jour <= appel.replace(year=appel.year + 6, day=min(appel.day, 28)):
                lues.append(DateLue(jour, *m.span(), vague))
    return sorted(lues, key=lambda d: d.debut)


def echeance(notes: Notes, appel: dt.date) -> DateLue | None:
    """Return the day the household needs: the first precise one, callbacks aside, else the first vague one."""
    restantes = [d for d in dates(notes, appel) if not _RAPPEL.search(notes.plie[max(0, d.debut - 60) : d.debut])]
    return next((d for d in restantes if not d.vague), restantes[0] if restantes else None)


def _sans_faute(
    calculer: Callable[[re.Match[str], dt.date], dt.date | None], m: re.Match[str], appel: dt.date
) -> dt.date | None:
    try:
        return calculer(m, appel)
    except (ValueError, OverflowError):
        return None


def _nombre(texte: str) -> int:
    return int(texte) if texte.isdigit() else _NOMBRES[texte]


def _an(texte: str | None) -> int | None:
    return None if not texte else int(texte) + (2000 if len(texte) == 2 else 0)


def _prochain(jour: int, mois: int, annee: int | None, appel: dt.date) -> dt.date:
    """Return a day of a month, this year or the next when none is said."""
    if annee:
        return dt.date(annee, mois, jour)
    cette = dt.date(appel.year, mois, min(jour, 28) if mois == 2 else jour)
    return cette if cette >= appel else cette.replace(year=appel.year + 1)


def _jour_mois(m: re.Match[str], appel: dt.date) -> dt.date:
    return _prochain(int(m.group(1)), _MOIS[m.group(2)], _an(m.group(3)), appel)


def _chiffres(m: re.Match[str], appel: dt.date) -> dt.date:
    return _prochain(int(m.group(1)), int(m.group(2)), _an(m.group(3)), appel)


def _partie(m: re.Match[str], appel: dt.date) -> dt.date:
    """« début mars », « mi-septembre », « fin mars »: the first, the fifteenth, the last day."""
    mois, annee = _MOIS[m.group(2)], _an(m.group(3))
    jour = {"debut": 1, "mi": 15, "courant": 15}.get(m.group(1))
    if jour:
        return _prochain(jour, mois, annee, appel)
    premier = _prochain(28, mois, annee, appel).replace(day=1)
    return (premier + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _mois_seul(m: re.Match[str], appel: dt.date) -> dt.date:
    mois = _MOIS[m.group(1)]
    if not m.group(2) and mois == appel.month:
        return appel + dt.timedelta(days=1)
    return _prochain(1, mois, _an(m.group(2)), appel)


def _rentree(m: re.Match[str], appel: dt.date) -> dt.date | None:
    if m.group(1) and _MOIS[m.group(1)] != 9:
        return _prochain(1, _MOIS[m.group(1)], _an(m.group(2)), appel)
    return _prochain(1, 9, _an(m.group(2)), appel)


def _dans(m: re.Match[str], appel: dt.date) -> dt.date:
    nombre, unite = _nombre(m.group(1)), m.group(2)
    if unite.startswith("j"):
        return appel + dt.timedelta(days=nombre)
    if unite.startswith("s"):
        return appel + dt.timedelta(weeks=nombre)
    mois = appel.month - 1 + nombre * (12 if unite.startswith("a") else 1)
    return dt.date(appel.year + mois // 12, mois % 12 + 1, 1 if unite.startswith("m") else min(appel.day, 28))


def _jour_semaine(m: re.Match[str], appel: dt.date) -> dt.date:
    ecart = (_JOURS.index(m.group(1)) - appel.weekday() - 1) % 7 + 1
    if m.group(2) and m.group(2).isdigit():
        return next(j for j in (appel + dt.timedelta(days=n) for n in range(1, 62)) if j.day == int(m.group(2)))
    return appel + dt.timedelta(days=ecart)


def _proche(m: re.Match[str], appel: dt.date) -> dt.date:
    mot = m.group(1)
    if mot.startswith("apres"):
        return appel + dt.timedelta(days=2)
    if mot == "demain":
        return appel + dt.timedelta(days=1)
    if "semaine" in mot:
        return appel + dt.timedelta(days=7 - appel.weekday())
    if "mois" in mot:
        return (appel.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return dt.date(appel.year + 1, 1, 1)


def _saison(m: re.Match[str], appel: dt.date) -> dt.date:
    mois, jour = {
        "printemps": (3, 20),
        "ete": (6, 21),
        "automne": (9, 22),
        "hiver": (12, 21),
        "noel": (12, 25),
        "paques": (4, 5),
        "toussaint": (11, 1),
    }[m.group(1)]
    return _prochain(jour, mois, _an(m.group(2)), appel)


def _annee(m: re.Match[str], appel: dt.date) -> dt.date:
    annee, partie = int(m.group(2)), m.group(1) or ""
    mois = {"mi": 6, "milieu": 6, "courant": 6, "fin": 12}.get(partie.strip(), 1)
    return dt.date(annee, mois, 31 if mois == 12 else 1)


_MOTIFS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], dt.date | None], bool], ...] = (
    (re.compile(rf"\b(\d{{1,2}})\s*(?:er|eme)?\s*(?:-|au|et)?\s*(?:\d{{1,2}}\s*)?(?<![a-z])({_M})\b\.?{_AN}"), _jour_mois, False),
    (re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})(?:[/.](20\d\d|\d\d))?(?![\d/.]|\s*(?:h|%|ans|a\b))"), _chiffres, False),
    (re.compile(rf"\b(debut|mi|courant|fin)[ -]*(?:de |du mois de |d )?({_M})\b\.?{_AN}"), _partie, False),
    (re.compile(rf"\brentree(?: scolaire)?(?: de| du| d)?\s*(?:({_M})\b\.?)?{_AN}"), _rentree, False),
    (re.compile(rf"\b(?:pour|pr|des|en|de|d|a partir de|a partir d|jusqu a|jusqu en|jusque|au mois de|mois de|dispo"
            rf"|arriv\w+|logement|vers|depuis)\W{{1,2}}({_M})\b\.?{_AN}"), _mois_seul, False),
    (re.compile(rf"\b(?:dans|d ici|d'ici|sous|d’ici)\s+{_N}\s*(jours?|j|semaines?|sem|mois|ans?|annees?)\b"), _dans, False),
    (re.compile(rf"(?<!\ble )\b({_J})(?:\s+(prochain|\d{{1,2}}))?\b"), _jour_semaine, False),
    (re.compile(r"\b(apres[- ]demain|demain|semaine prochaine|mois prochain|an prochain|annee prochaine)\b"), _proche, False),
    (re.compile(rf"\b(printemps|ete|automne|hiver|noel|paques|toussaint)\b{_AN}"), _saison, True),
    (re.compile(r"\b(debut |mi[- ]|milieu |courant |fin )?(20[2-4]\d)\b"), _annee, True),
    (re.compile(rf"(?<![a-z])({_M})\b\.?{_AN}"), _mois_seul, True),
)  # fmt: skip
