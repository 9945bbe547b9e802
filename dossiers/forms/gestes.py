"""The form of a gesture, made from what the gesture declares: its facts, its coded reason, a free word."""

from typing import Any, cast

from django import forms
from django.db import models
from django.utils import timezone

from dossiers.forms.base import Assaini, DateInput, DateTimeInput, Texte
from dossiers.models import Geste, Machine


class _FormulaireGeste(Assaini, forms.ModelForm):  # type: ignore[type-arg]
    """Base of the forms built by `formulaire`: the declared columns, then reason and words."""

    def _post_clean(self) -> None:
        """Skip the model's own cleaning: the executor re-reads the row, this instance is only a source of labels."""

    def saisie(self) -> dict[str, Any]:
        """Return what the executor takes: facts by column, `motif` and `raison`."""
        return dict(self.cleaned_data)


def formulaire(objet: Machine, geste: Geste) -> type[_FormulaireGeste]:
    """Return the form class that asks what this gesture brings, and only that."""
    champs = [*geste.champs, *objet.facultatifs_de(geste)]
    base = forms.modelform_factory(type(objet), form=_FormulaireGeste, fields=champs, formfield_callback=_champ)
    for nom in geste.champs:
        base.base_fields[nom].required = True
    for nom in champs:
        _restreindre(base.base_fields[nom], *objet.choix_ecartes(nom))
        if nom in objet.DATES_DE_FAITS:  # the browser's calendar stops at today, as the gesture does
            base.base_fields[nom].widget.attrs["max"] = timezone.localdate().isoformat()
    if geste.motifs:
        choix = [("", "Choisir…"), *geste.motifs.choices]
        base.base_fields["motif"] = forms.ChoiceField(label="Motif", choices=choix)
    base.base_fields["raison"] = Texte(
        label="Précision", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    return cast(type[_FormulaireGeste], base)


def _restreindre(champ: forms.Field, ecartes: frozenset[str], pourquoi: str) -> None:
    """Leave out what cannot be chosen now, and say why under the label."""
    if ecartes:
        champ.choices = [c for c in champ.choices if c[0] not in ecartes]
        champ.help_text = champ.error_messages["invalid_choice"] = pourquoi


def _champ(colonne: models.Field, **options: Any) -> forms.Field | None:  # type: ignore[type-arg]
    if isinstance(colonne, models.DateTimeField):
        return colonne.formfield(widget=DateTimeInput(), **options)
    if isinstance(colonne, models.DateField):
        return colonne.formfield(widget=DateInput(), **options)
    return colonne.formfield(**options)
