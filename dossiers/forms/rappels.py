"""What a callback's screen sends: what came of an attempt, when to try again; and the half-day a call's form promises."""

import datetime as dt
from typing import Any

from django import forms

from dossiers.forms.base import DateInput
from dossiers.models import Engagement, Tentative
from dossiers.regles.delais import PARIS
from dossiers.regles.rappels import TERMES, Demi

DERNIERE_ANNEE = 2200
"""A year typed by mistake has no half-day to fill."""
PARTIES = [("matin", "le matin"), ("apres_midi", "l’après-midi")]


class TentativeForm(forms.Form):
    """One attempt; its next date is proposed, and the agent may choose another."""

    resultat = forms.ChoiceField(
        label="Résultat", choices=Tentative.Resultat.choices,
        error_messages={"required": "Dites ce qu’a donné l’appel.", "invalid_choice": "Choisissez un résultat dans la liste."},
    )  # fmt: skip
    ensuite_le = forms.DateField(label="Prochain essai le", required=False, widget=DateInput())
    ensuite_partie = forms.ChoiceField(label="plutôt", required=False, choices=PARTIES)

    def __init__(self, *args: Any, ensuite: Demi | None, **kwargs: Any) -> None:
        propose = {"ensuite_le": ensuite.jour, "ensuite_partie": PARTIES[ensuite.apres_midi][0]} if ensuite else {}
        super().__init__(*args, initial=propose, **kwargs)
        self.ensuite = ensuite

    def demi(self) -> Demi | None:
        """Return the half-day chosen; None leaves it to the rule."""
        jour = self.cleaned_data.get("ensuite_le")
        return Demi(jour, self.cleaned_data.get("ensuite_partie") == "apres_midi") if jour and self.ensuite else None


class ChargeForm(forms.Form):
    """The three fields of a form that date a promise, read while they are typed."""

    promesse = forms.CharField(required=False)
    promesse_le = forms.DateField(required=False)
    promesse_heure = forms.TimeField(required=False)

    def moment(self) -> dt.datetime | None:
        """Return when a callback would be due, None when none is dated yet."""
        if not self.is_valid():
            return None
        d = self.cleaned_data
        if (
            d["promesse"] != Engagement.Nature.RAPPEL
            or not d["promesse_le"]
            or not 2015 <= d["promesse_le"].year < DERNIERE_ANNEE
        ):
            return None
        return dt.datetime.combine(d["promesse_le"], d["promesse_heure"] or TERMES[True], PARIS)
