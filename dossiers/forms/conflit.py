"""Two values of one form: what the dossier holds now, and what somebody typed on an older page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms

from dossiers.regles.dates import date_longue, heure


@dataclass(frozen=True)
class Cote:
    """A field with its present value in words (empty when there is none), and whether what was typed differs."""

    champ: forms.BoundField
    maintenant: str
    differe: bool


def comparer(form: forms.BaseForm) -> list[Cote]:
    """Return the fields of a sent form beside what they would show if the page were opened now."""
    changes = set(form.changed_data)
    return [Cote(champ, _dire(champ.field, champ.initial), champ.name in changes) for champ in form]


def _dire(champ: forms.Field, valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if valeur in (None, "", []):
        return ""
    if isinstance(valeur, dt.datetime):
        return f"{date_longue(valeur)} à {heure(valeur)}"
    if isinstance(valeur, dt.date):
        return date_longue(valeur)
    valeurs = valeur if isinstance(valeur, list | tuple) else [valeur]
    if isinstance(champ, forms.ChoiceField):
        cles = {str(champ.prepare_value(v)) for v in valeurs}
        libelles: Any = champ.widget.choices  # type: ignore[attr-defined]
        return ", ".join(str(libelle) for cle, libelle in libelles if str(cle) in cles)
    return "\n".join(map(str, valeurs))
