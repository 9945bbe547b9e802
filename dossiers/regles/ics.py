"""The few lines of RFC 5545 a calendar needs: whole-day events, text escaped, lines folded at 75 bytes."""

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


def calendrier(nom: str, journees: Iterable[Journee], ecrit_le: dt.datetime) -> str:
    """Return a whole calendar file; `ecrit_le` is an aware moment."""
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Guichet//Retroplanning//FR", "CALSCALE:GREGORIAN"]
    lignes += [f"X-WR-CALNAME:{echapper(nom)}"]
    tampon = ecrit_le.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    for jour in journees:
        lignes += [
            "BEGIN:VEVENT",
            f"UID:{jour.uid}",
            f"DTSTAMP:{tampon}",
            f"DTSTART;VALUE=DATE:{jour.debut:%Y%m%d}",
            f"DTEND;VALUE=DATE:{jour.fin + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{echapper(jour.titre)}",
            *([f"DESCRIPTION:{echapper(jour.description)}"] if jour.description else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{plier(ligne)}\r\n" for ligne in [*lignes, "END:VCALENDAR"])
