"""The values of history rows, said as a person reads them."""

import datetime as dt
from functools import cache
from typing import Any, NamedTuple

from django.db import models

from dossiers.lectures.mots import VIDE
from dossiers.regles.dates import date_longue, heure

Noms = dict[tuple[str, int], str]
"""Names by table and key, read at once for a whole timeline."""


class Champ(NamedTuple):
    """A column as the timeline says it: its key, its name, the names of its values, the table it points to."""

    cle: str
    nom: str
    choix: dict[Any, str]
    cible: str
    sorte: type[models.Field]  # type: ignore[type-arg]


@cache
def champs(classe: type[models.Model]) -> list[Champ]:
    """Return the columns of a model once and for all: a page compares a hundred rows."""
    return [
        Champ(
            c.attname,
            str(c.verbose_name),
            {valeur: str(mot) for valeur, mot in c.flatchoices},
            str(c.related_model._meta.model_name) if isinstance(c, models.ForeignKey) else "",
            type(c),
        )
        for c in classe._meta.concrete_fields
    ]


def dire(champ: Champ, valeur: Any, noms: Noms) -> str:
    """Return a value of history as a person reads it."""
    if valeur in (None, "", []):
        return VIDE
    if champ.cible:
        return noms.get((champ.cible, valeur), "un autre")
    if champ.choix:
        return champ.choix.get(valeur, str(valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(map(str, valeur))
    if issubclass(champ.sorte, models.DateTimeField):
        moment = dt.datetime.fromisoformat(valeur)
        return f"{date_longue(moment)} à {heure(moment)}"
    if issubclass(champ.sorte, models.DateField):
        return date_longue(dt.date.fromisoformat(valeur))
    return str(valeur)
