"""Forms of the clock: pause and resume a démarche, close a day, set the delay of a state."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.forms.base import DateInput, Texte
from dossiers.lectures.delais import choix_des_etats
from dossiers.models import Pause


class PauseForm(forms.Form):
    """Since when the clock stands still, and why; the day it started again when that is known already."""

    debut = forms.DateField(
        label="En pause à partir du", widget=DateInput(), help_text="Aujourd’hui, ou une date passée."
    )
    fin = forms.DateField(label="Déjà reprise le", required=False, widget=DateInput())
    motif = forms.ChoiceField(label="Motif", choices=[("", "Choisir…"), *Pause.Motif.choices])
    raison = Texte(label="Précision", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class RepriseForm(forms.Form):
    """When the clock started again."""

    fin = forms.DateField(label="Le délai court de nouveau à partir du", widget=DateInput())
    raison = Texte(label="Précision", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class FermetureForm(forms.Form):
    """A day the agent's organisation closes."""

    jour = forms.DateField(label="Jour de fermeture", widget=DateInput(), help_text="Un jour ouvré à venir.")
    raison = Texte(label="Raison", max_length=80)


class RappelsForm(forms.Form):
    """How many callbacks one agent makes in a half-day."""

    par_agent = forms.IntegerField(label="Rappels par agent et par demi-journée", min_value=1, max_value=60)


class DelaiForm(forms.Form):
    """Another delay for a state, from a day to come on."""

    etat = forms.ChoiceField(label="État", choices=lambda: [("", "Choisir…"), *choix_des_etats()])
    jours = forms.IntegerField(label="Jours ouvrés", min_value=1, max_value=250)
    effet_le = forms.DateField(label="À partir du", widget=DateInput(), help_text="Un jour à venir.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effet_le"].initial = timezone.localdate() + dt.timedelta(days=1)

    def reglage(self) -> dict[str, Any]:
        """Return what the action takes."""
        besoin, _, etat = self.cleaned_data["etat"].partition(".")
        return {**self.cleaned_data, "besoin": besoin, "etat": etat}
