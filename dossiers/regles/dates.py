"""Dates, hours and amounts as French letters and screens write them (regles.md §3e)."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from dossiers.regles.delais import PARIS, jour_de

INSECABLE = "\u00a0"
FINE = "\u202f"
MOINS = "\u2212"
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def date_longue(jour: dt.date | dt.datetime) -> str:
    """Return « 1ᵉʳ septembre 2026 », its words held together; a moment gives its day in Paris."""
    jour = jour_de(jour)
    return f"{_jour_et_mois(jour)}{INSECABLE}{jour.year}"


def date_avec_jour(jour: dt.date | dt.datetime) -> str:
    """Return « jeudi 26 novembre 2026 »."""
    return f"{JOURS[jour_de(jour).weekday()]} {date_longue(jour)}"


def _quantieme(jour: dt.date) -> str:
    return "1ᵉʳ" if jour.day == 1 else str(jour.day)


def _jour_et_mois(jour: dt.date) -> str:
    return f"{_quantieme(jour)}{INSECABLE}{MOIS[jour.month - 1]}"


def intervalle(debut: dt.date | dt.datetime, fin: dt.date | dt.datetime) -> str:
    """Return « du 3 au 5 mars 2026 », both days included, month and year said once; ValueError backwards."""
    premier, dernier = jour_de(debut), jour_de(fin)
    if dernier < premier:
        raise ValueError(f"L’intervalle finit avant de commencer : {premier} – {dernier}")
    if premier == dernier:
        return f"le {date_longue(premier)}"
    if premier.year != dernier.year:
        commence = date_longue(premier)
    else:
        commence = _quantieme(premier) if premier.month == dernier.month else _jour_et_mois(premier)
    return f"du {commence} au {date_longue(dernier)}"


def heure(moment: dt.datetime | dt.time) -> str:
    """Return « 14 h 30 », « 9 h », « 9 h 05 »; an aware moment is read in Paris."""
    if isinstance(moment, dt.datetime):
        jour_de(moment)  # refuses a moment without time zone
        moment = moment.astimezone(PARIS).time()
    minutes = f"{INSECABLE}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{INSECABLE}h{minutes}"


def date_humaine(moment: dt.date | dt.datetime, maintenant: dt.date | dt.datetime) -> str:
    """Say a date as people do around now.

    « hier », « aujourd’hui », « demain », « il y a 3 jours » (up to 30), « jeudi 26 novembre » for what is to come, the
    year when it is another one. A moment brings its hour along, « aujourd’hui 14 h 30 »; a day alone has none.
    """
    jour, present = jour_de(moment), jour_de(maintenant)
    suite = f" {heure(moment)}" if isinstance(moment, dt.datetime) else ""
    ecart = (jour - present).days
    if -1 <= ecart <= 1:
        return ("hier", "aujourd’hui", "demain")[ecart + 1] + suite
    if -30 <= ecart < 0:
        return f"il y a {-ecart}{INSECABLE}jours"
    ecrite = _jour_et_mois(jour) if jour.year == present.year else date_longue(jour)
    return f"{JOURS[jour.weekday()]} {ecrite}{suite}" if ecart > 0 else ecrite


def nombre(valeur: int | float | Decimal) -> str:
    """Return « 10 000 » or « −1 234,5 »: fine spaces (U+202F) between thousands, a decimal comma, a true minus."""
    return f"{valeur:,}".replace(",", FINE).replace(".", ",").replace("-", MOINS)


def montant(valeur: int | float | Decimal, devise: str = "€") -> str:
    """Return « 1 100 € », or « 12,50 € » as soon as there are cents; half a cent rounds away from zero."""
    exact = Decimal(str(valeur)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    ecrit = nombre(int(exact)) if exact == int(exact) else nombre(exact)
    return f"{ecrit}{INSECABLE}{devise}"
