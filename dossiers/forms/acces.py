"""Asking to see a hidden file, and answering."""

from django import forms

from dossiers.forms.base import Texte
from dossiers.models import DemandeAcces


class DemandeForm(forms.Form):
    """Why, and what was searched for: no key of a hidden file ever stands in a page."""

    q = Texte(widget=forms.HiddenInput, max_length=120)
    motif = forms.ChoiceField(label="Pourquoi", choices=DemandeAcces.Motif.choices)


class ReponseForm(forms.Form):
    """Yes, or no and why."""

    reponse = forms.ChoiceField(choices=[("accorder", "Accorder"), ("refuser", "Refuser")])
    raison = Texte(label="Raison, si vous refusez", required=False, max_length=200)
