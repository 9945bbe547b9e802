"""What every form shares: typed text is cleaned, errors are linked to their field, a NIR is never accepted."""

from typing import Any

from django import forms

from dossiers.regles.texte import assainir, contient_nir

RAPPEL_NOTES = "Des faits utiles, écrits comme si la personne les lisait. Jamais de santé, d’opinion ni de numéro de sécurité sociale."

RPPS_FAUX = "Ce numéro RPPS n’est pas juste : onze chiffres, le dernier est une clé de contrôle."


class DateInput(forms.DateInput):
    """The browser's own date picker; it sends and shows ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own date and time picker, to the second."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": "1", **(attrs or {})}, format="%Y-%m-%dT%H:%M:%S")


class Texte(forms.CharField):
    """A typed text, cleaned of what no keyboard means, refused when it holds a social security number (regles.md C18)."""

    def to_python(self, value: Any) -> str:
        return super().to_python(assainir(value) if isinstance(value, str) else value) or ""

    def validate(self, value: str) -> None:
        super().validate(value)
        if contient_nir(value):
            raise forms.ValidationError("Ce texte contient un numéro de sécurité sociale : retirez-le.")


class Assaini:
    """Mixin for forms built from a model: every text field is cleaned and watched like `Texte`."""

    fields: dict[str, forms.Field]

    def clean(self) -> Any:
        donnees = super().clean()  # type: ignore[misc]
        for nom, champ in self.fields.items():
            valeur = self.cleaned_data.get(nom)  # type: ignore[attr-defined]
            if isinstance(champ, forms.CharField) and isinstance(valeur, str):
                self.cleaned_data[nom] = assainir(valeur)  # type: ignore[attr-defined]
                if contient_nir(valeur):
                    self.add_error(nom, "Ce texte contient un numéro de sécurité sociale : retirez-le.")  # type: ignore[attr-defined]
        return donnees
