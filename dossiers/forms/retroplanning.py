"""The household's wished day."""

import datetime as dt

from django import forms
from django.utils import timezone

from dossiers.forms.base import DateInput

ANNEES = 10


class DateViseeForm(forms.Form):
    """A day to come, within ten years."""

    date = forms.DateField(label="Date visée (ouverture ou arrivée)", widget=DateInput())

    def clean_date(self) -> dt.date:
        jour: dt.date = self.cleaned_data["date"]
        aujourdhui = timezone.localdate()
        if jour < aujourdhui:
            raise forms.ValidationError("Choisissez une date à venir.")
        if jour.year > aujourdhui.year + ANNEES:
            raise forms.ValidationError("Choisissez une date dans les dix ans.")
        return jour
