"""Choosing the other file of a household, and where a file is sent."""

from typing import Any

from django import forms

from dossiers.forms.base import Texte
from dossiers.models import Dossier, Territoire, Transfert


class AutreForm(forms.Form):
    """Which other file, and which of the two stays."""

    autre = Texte(label="Numéro de l’autre dossier", max_length=20)
    reste = forms.ChoiceField(label="Le dossier qui reste", widget=forms.RadioSelect, initial="ici")

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [("ici", f"celui-ci, {dossier.numero}"), ("autre", "l’autre")]
        self.fields["reste"].choices = choix  # type: ignore[attr-defined]


class FusionForm(forms.Form):
    """What the preview lets correct: somebody who only looks like another, and why the two are one household."""

    distinctes = forms.TypedMultipleChoiceField(
        label="Ce ne sont pas les mêmes personnes", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    raison = Texte(label="Précision", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, memes: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [(autre.pk, f"{autre}, de l’autre dossier") for autre, gardee in memes if autre.pk != gardee.pk]
        self.fields["distinctes"].choices = choix  # type: ignore[attr-defined]
        if not choix:
            del self.fields["distinctes"]


class TransfertForm(forms.Form):
    """Where the file goes, and why."""

    cible = forms.ModelChoiceField(label="Territoire", queryset=Territoire.objects.none(), empty_label="Choisir…")
    motif = forms.ChoiceField(label="Motif", choices=[("", "Choisir…"), *Transfert.Motif.choices])
    raison = Texte(label="Précision", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autres = Territoire.objects.exclude(pk=dossier.territoire_id)
        self.fields["cible"].queryset = autres  # type: ignore[attr-defined]
