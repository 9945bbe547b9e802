"""The public holidays of mainland France (Code du travail, L3133-1), as a table of ours.

The library that knows them (`holidays`) loads the three hundred countries of the world to answer for one: 10 MB in each
web worker, for life. `manage.py ecrire_jours_feries` writes the table from it, a test holds the table against it, and years
the table does not reach are asked of it directly. A table also makes a change of the law, or of the library, something one
reads in a diff: deadlines already told keep the days they were counted with.
"""

import datetime as dt
import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "donnees" / "jours_feries.json"
ANNEES = range(2000, 2061)


@cache
def jours_feries(annee: int) -> dict[dt.date, str]:
    """Return the public holidays of a year in mainland France, with their French names; kept for the process's life."""
    if annee not in ANNEES:
        return selon_la_bibliotheque(annee)
    return {dt.date.fromisoformat(f"{annee}-{jour}"): nom for jour, nom in _table()[str(annee)].items()}


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def selon_la_bibliotheque(annee: int) -> dict[dt.date, str]:
    """Return the same from the library itself."""
    import holidays  # here, since it is heavy and seldom asked

    feries = holidays.country_holidays("FR", years=annee, language="fr")
    # two holidays may fall on one day (Ascension on 1 May 2008): the library joins their names by a semicolon
    return {jour: nom.replace("'", "’").replace("; ", " et ") for jour, nom in sorted(feries.items())}
