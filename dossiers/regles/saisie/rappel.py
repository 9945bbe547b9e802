"""When to call back: « rappeler jeudi avt 12h », « rappel plutôt le soir ap 18h30 »; an hour is a wish, never a duty."""

import datetime as dt
import re
from dataclasses import dataclass

from dossiers.regles.dates import JOURS, heure
from dossiers.regles.delais import NATIONAL
from dossiers.regles.saisie.dates import dates
from dossiers.regles.saisie.notes import Notes

_DEMANDE = re.compile(
    r"\b(?:rappel\w*|a rappeler|recontact\w*|re-?appel\w*|retelephon\w*|tel(?:ephoner)? moi|joignable|dispo\w* (?:au tel\w*|pour)?)\b"
)
_HEURE = re.compile(r"\b(avt|avant|apres|ap|a partir de|des|vers|entre|a)\s*(\d{1,2})\s*(?:h|heures?)\s*(\d{2})?")
_MOMENTS = {
    "matin": 12,
    "matinee": 12,
    "midi": 14,
    "apres-midi": 18,
    "apres midi": 18,
    "aprem": 18,
    "soir": 19,
    "soiree": 19,
}
_MOMENT = re.compile(r"\b(" + "|".join(sorted(_MOMENTS, key=len, reverse=True)) + r")\b")
_QUI_RAPPELLE = re.compile(r"\b(?:elle|il|on nous|rappellera|me rappelle|je rappelle|dr \w+|mme \w+)\s*$")
_IMMEDIAT = re.compile(r"aujourd|ce jour|ce soir|ce matin|cet aprem")
_FAIT = frozenset(("rappelle", "rappellera", "rappelee", "rappele", "rappellent", "rappel"))
PORTEE = 70


@dataclass(frozen=True)
class Rappel:
    """A callback wished: the day, the hour before which (or around when), and the words that ask for it."""

    jour: dt.date
    avant: dt.time | None
    dit: bool
    """Whether the day itself was said."""
    debut: int
    fin: int

    @property
    def libelle(self) -> str:
        """« rappel jeudi, avant 12 h »."""
        quand = f"{JOURS[self.jour.weekday()]} {self.jour.day:02d}/{self.jour.month:02d}"
        return f"rappel {quand}{f', avant {heure(self.avant)}' if self.avant else ''}"


def rappel(notes: Notes, appel: dt.date) -> Rappel | None:
    """Return the callback asked for; None when nobody asks for one, or when somebody else will call."""
    for m in _DEMANDE.finditer(notes.plie):
        suite = notes.plie[m.end() : m.end() + PORTEE]
        fin = _fin_de_phrase(suite)
        suite = suite[:fin]
        jours = [d for d in dates(notes, appel) if m.start() <= d.debut < m.end() + fin]
        immediat = _IMMEDIAT.search(suite)
        moment, ou = _moment(suite)
        if m.group() in _FAIT and not (jours or immediat or moment):
            continue
        if not (jours or immediat or moment) and not _imperatif(m.group()):
            continue
        jour = appel if immediat else (jours[0].jour if jours else NATIONAL.ajouter_ouvres(appel, 1))
        bout = max(
            [m.end(), m.end() + ou, *(d.fin for d in jours[:1]), *([m.end() + immediat.end()] if immediat else [])]
        )
        return Rappel(jour, moment, bool(jours or immediat), m.start(), bout)
    return None


def _imperatif(mot: str) -> bool:
    return mot.startswith(("rappeler", "rappelez", "a rappeler", "recontacter", "recontactez"))


def _fin_de_phrase(suite: str) -> int:
    trouve = re.search(r"[.;!?](?!\d)|\n", suite)
    return trouve.start() if trouve else len(suite)


def _moment(suite: str) -> tuple[dt.time | None, int]:
    """Return the hour the promise would carry: before what was said, or one hour after « après 18 h »."""
    if m := _HEURE.search(suite):
        heures, minutes = int(m.group(2)), int(m.group(3) or 0)
        if heures > 23 or minutes > 59:
            return None, 0
        if m.group(1) in ("apres", "ap", "a partir de", "des", "vers"):
            heures = min(heures + 1, 21)
        return dt.time(heures, minutes), m.end()
    if m := _MOMENT.search(suite):
        return dt.time(_MOMENTS[m.group(1)]), m.end()
    return None, 0
