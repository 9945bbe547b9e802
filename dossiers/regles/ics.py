"""The few lines of RFC 5545 a calendar needs: whole-day and timed events, text escaped, lines folded at 75 bytes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

LARGEUR = 75
"""Bytes a line may hold, its end excluded (RFC 5545 §3.1)."""


@dataclass(frozen=True)
class Journee:
    """An event of whole days, the last one included."""

    uid: str
    titre: str
    debut: dt.date
    fin: dt.date
    description: str = ""


@dataclass(frozen=True)
class Moment:
    """An event of minutes, its two ends aware moments: written in UTC, a calendar needs no time zone's table."""

    uid: str
    titre: str
    debut: dt.datetime
    fin: dt.datetime
    description: str = ""


def echapper(texte: str) -> str:
    """Escape a text value (RFC 5545 §3.3.11)."""
    lignes = texte.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n")
    return lignes.replace("\r", "\n").replace("\n", "\\n")


def plier(ligne: str) -> str:
    """Fold a line so that none is longer than 75 bytes, never inside a character."""
    morceaux: list[str] = []
    courant, taille = "", 0
    for caractere in ligne:
        poids = len(caractere.encode())
        # a continuation line begins by a space, which counts
        if taille + poids > LARGEUR - bool(morceaux):
            morceaux.append(courant)
            courant, taille = "", 0
        courant, taille = courant + caractere, taille + poids
    return "\r\n ".join([*morceaux, courant])


def calendrier(nom: str, evenements: Iterable[Journee | Moment], ecrit_le: dt.datetime, *, relire: str = "") -> str:
    """Return a whole calendar file; `ecrit_le` is an aware moment, `relire` how often a subscriber should read it again
    (« PT1H »)."""
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Guichet//Retroplanning//FR", "CALSCALE:GREGORIAN"]
    lignes += [f"X-WR-CALNAME:{echapper(nom)}"]
    if relire:
        lignes += [f"REFRESH-INTERVAL;VALUE=DURATION:{relire}", f"X-PUBLISHED-TTL:{relire}"]
    for evenement in evenements:
        lignes += [
            "BEGIN:VEVENT",
            f"UID:{evenement.uid}",
            f"DTSTAMP:{_utc(ecrit_le)}",
            *_bornes(evenement),
            f"SUMMARY:{echapper(evenement.titre)}",
            *([f"DESCRIPTION:{echapper(evenement.description)}"] if evenement.description else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{plier(ligne)}\r\n" for ligne in [*lignes, "END:VCALENDAR"])


def _bornes(evenement: Journee | Moment) -> list[str]:
    if isinstance(evenement, Moment):
        return [f"DTSTART:{_utc(evenement.debut)}", f"DTEND:{_utc(evenement.fin)}"]
    lendemain = evenement.fin + dt.timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{evenement.debut:%Y%m%d}", f"DTEND;VALUE=DATE:{lendemain:%Y%m%d}"]


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
