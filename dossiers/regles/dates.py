"""Dates, hours and amounts as French letters write them (regles.md §3e)."""

import datetime as dt
from decimal import Decimal

from dossiers.regles.delais import PARIS, jour_de

INSECABLE = "\u00a0"
FINE = "\u202f"
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def date_longue(jour: dt.date | dt.datetime) -> str:
    """Return « 1ᵉʳ septembre 2026 », its words held together."""
    jour = jour_de(jour)
    quantieme = "1ᵉʳ" if jour.day == 1 else str(jour.day)
    return f"{quantieme}{INSECABLE}{MOIS[jour.month - 1]}{INSECABLE}{jour.year}"


def date_avec_jour(jour: dt.date | dt.datetime) -> str:
    """Return « jeudi 26 novembre 2026 »."""
    return f"{JOURS[jour_de(jour).weekday()]} {date_longue(jour)}"


def heure(moment: dt.datetime | dt.time) -> str:
    """Return « 14 h 30 », « 9 h »."""
    if isinstance(moment, dt.datetime):
        moment = moment.astimezone(PARIS).time()
    minutes = f"{INSECABLE}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{INSECABLE}h{minutes}"


def nombre(valeur: int | Decimal) -> str:
    """Return « 10 000 », with the fine space French typography puts between thousands."""
    return f"{valeur:,}".replace(",", FINE).replace(".", ",")


def date_humaine(jour: dt.date | dt.datetime, aujourdhui: dt.date) -> str:
    """Say a date as people do around today: « aujourd’hui », « demain », « jeudi », « il y a 3 jours », else the date.

    An aware moment brings its hour along: « demain 14 h 30 ».
    """
    suite = f" {heure(jour)}" if isinstance(jour, dt.datetime) else ""
    ecart = (jour_de(jour) - aujourdhui).days
    proches = {-2: "avant-hier", -1: "hier", 0: "aujourd’hui", 1: "demain", 2: "après-demain"}
    if ecart in proches:
        return proches[ecart] + suite
    if 2 < ecart < 7:
        return JOURS[jour_de(jour).weekday()] + suite
    if -31 < ecart < 0:
        return f"il y a {-ecart}{INSECABLE}jours"
    if 0 < ecart < 31:
        return f"{JOURS[jour_de(jour).weekday()]} {jour_de(jour).day}{INSECABLE}{MOIS[jour_de(jour).month - 1]}{suite}"
    return date_longue(jour)
