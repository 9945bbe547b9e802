"""A document of the household: what it is, which steps it serves, since and until when it is good."""

from typing import Any

from django import forms
from django.utils import timezone

from dossiers.forms.base import DateInput, Texte
from dossiers.models import Piece


class PieceForm(forms.Form):
    """A document awaited, or received."""

    nature = forms.ChoiceField(label="Document", choices=[("", "Choisir…"), *Piece.Nature.choices])
    libelle = Texte(label="Précision", required=False, max_length=120, help_text="Jamais d’information de santé.")
    recue_le = forms.DateField(
        label="Reçu le", required=False, widget=DateInput(), help_text="Laissez vide tant qu’il est attendu."
    )
    etabli_le = forms.DateField(
        label="Daté du",
        required=False,
        widget=DateInput(),
        help_text="Casier, bonne situation et domicile valent trois mois.",
    )
    expire_le = forms.DateField(label="Valable jusqu’au", required=False, widget=DateInput())
    etapes = forms.MultipleChoiceField(
        label="Étapes qu’il sert",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Sans choix : celles qui demandent d’habitude ce document.",
    )

    def __init__(self, *args: Any, etapes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["etapes"].choices = etapes  # type: ignore[attr-defined]

    def clean_recue_le(self) -> Any:
        recue_le = self.cleaned_data["recue_le"]
        if recue_le and recue_le > timezone.localdate():
            raise forms.ValidationError("Un document n’est pas reçu à une date à venir.")
        return recue_le
