"""Absences, departures, and the draft of routing rules."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.forms.base import DateInput
from dossiers.models import Agent, Commune, Demarche, Organisme, Personne, Territoire


class AbsenceForm(forms.Form):
    """From when, until when, and who covers; never why."""

    debut = forms.DateField(label="Du", widget=DateInput())
    fin = forms.DateField(label="Au", widget=DateInput(), help_text="Dernier jour d’absence, compris.")
    remplacant = forms.ModelChoiceField(
        label="Remplaçant", queryset=Agent.objects.none(), required=False, empty_label="personne"
    )

    def __init__(self, *args: Any, absent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        collegues = Agent.objects.filter(
            is_active=True, organisme=absent.organisme_id, territoire=absent.territoire_id
        ).exclude(pk=absent.pk)
        self.fields["remplacant"].queryset = collegues  # type: ignore[attr-defined]


class DepartForm(forms.Form):
    """Who takes over."""

    successeur = forms.ModelChoiceField(
        label="Qui prend la suite", queryset=Agent.objects.none(), empty_label="Choisir…"
    )

    def __init__(self, *args: Any, parti: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        collegues = Agent.objects.filter(is_active=True, organisme=parti.organisme_id, territoire=parti.territoire_id)
        suite = [a.pk for a in collegues if a.pk != parti.pk and a.peut_lire("identite")]
        self.fields["successeur"].queryset = collegues.filter(pk__in=suite)  # type: ignore[attr-defined]


class RegleForm(forms.Form):
    """One rule of the draft."""

    besoin = forms.ChoiceField(label="Besoin")
    commune = forms.ModelChoiceField(
        label="Commune", queryset=Commune.objects.none(), required=False, empty_label="toutes"
    )
    statut = forms.ChoiceField(
        label="Statut du médecin", required=False, choices=[("", "tous"), *(c for c in Personne.Statut.choices if c[0])]
    )
    organisme = forms.ModelChoiceField(label="Organisme", queryset=Organisme.objects.none(), empty_label="Choisir…")
    nomme = forms.ModelChoiceField(
        label="Agent", queryset=Agent.objects.none(), required=False, empty_label="personne en particulier"
    )
    moins_charge = forms.BooleanField(label="au moins chargé de l’organisme", required=False)

    def __init__(self, *args: Any, territoire: Territoire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["besoin"].choices = [(t, c.libelle_besoin) for t, c in Demarche.REGISTRE.items()]  # type: ignore[attr-defined]
        organismes = Organisme.objects.filter(territoires=territoire)
        self.fields["commune"].queryset = Commune.objects.filter(territoire=territoire)  # type: ignore[attr-defined]
        self.fields["organisme"].queryset = organismes  # type: ignore[attr-defined]
        agents = Agent.objects.filter(is_active=True, territoire=territoire, organisme__in=organismes)
        self.fields["nomme"].queryset = agents  # type: ignore[attr-defined]
        self.fields["nomme"].label_from_instance = lambda a: f"{a} ({a.organisme})"  # type: ignore[attr-defined]


class PublicationForm(forms.Form):
    """The day a version takes effect."""

    effet_le = forms.DateField(label="Prend effet le", widget=DateInput())

    def clean_effet_le(self) -> dt.date:
        jour: dt.date = self.cleaned_data["effet_le"]
        if jour < timezone.localdate():
            raise forms.ValidationError("Une version prend effet aujourd’hui ou plus tard.")
        return jour
