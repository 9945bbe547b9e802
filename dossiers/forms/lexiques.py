"""Words a supervisor adds to the call screen, and a sentence to try them on."""

from typing import Any

from django import forms

from dossiers.forms.base import Texte
from dossiers.lectures.lexiques import valeurs


class ExpressionForm(forms.Form):
    """An expression of a family, what it means, and how much it counts."""

    expression = Texte(
        label="Mots",
        max_length=80,
        help_text="Sans accents ni majuscules. * termine un mot qui continue (install*), … remplace quelques mots (cherche … maison).",
    )
    valeur = forms.ChoiceField(label="Veut dire")
    poids = forms.TypedChoiceField(
        label="Compte",
        coerce=int,
        choices=[
            (2, "suffit pour proposer"),
            (1, "indice, à confirmer par un autre"),
            (-3, "indice contraire, retire la proposition"),
        ],
    )

    def __init__(self, *args: Any, famille: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valeur"].choices = valeurs(famille)  # type: ignore[attr-defined]


class EssaiForm(forms.Form):
    """A sentence as an agent might type it; it is read and forgotten."""

    texte = Texte(
        label="Phrase à essayer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une phrase inventée : n’écrivez pas celle d’une vraie personne.",
    )
