"""The forms of the catalogue: search, « J’ai vérifié », a class to add, a project to hold against the aids."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.forms.base import Assaini, DateInput, Texte
from dossiers.lectures.dispositifs import situer
from dossiers.models import Agent, Commune, Dispositif, Personne, Zonage
from dossiers.regles.eligibilite import MODES, SECTEURS, Projet

DUREE_DE_VIE = dt.timedelta(days=182)
"""How long a check is trusted unless said otherwise: half a year, as aids change with each year's law."""


class VerifierForm(Assaini, forms.ModelForm):  # type: ignore[type-arg]
    """What the source says today of an aid."""

    raison = Texte(label="Ce qui a été lu ou demandé", required=False, max_length=300)

    class Meta:
        model = Dispositif
        fields = ("ouverture", "ferme_depuis", "source", "date_source", "confiance", "expire_le")
        widgets = {"expire_le": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expire_le"].required = True
        self.initial["expire_le"] = timezone.localdate() + DUREE_DE_VIE

    def _post_clean(self) -> None:
        """The action re-reads the row and writes it; here the form only reads."""


class ZonageForm(Assaini, forms.ModelForm):  # type: ignore[type-arg]
    """A dated class for a commune, or for a priority district."""

    class Meta:
        model = Zonage
        fields = ("commune", "qpv", "classe", "arrete", "du", "au", "source")
        widgets = {"du": DateInput(), "au": DateInput()}
        help_texts = {"qpv": "Laissez vide si le classement est celui de toute la commune."}

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["classe"].choices = [("", "Choisir…"), *Zonage.Classe.choices]  # type: ignore[attr-defined]
        self.fields["commune"].empty_label = "Choisir…"  # type: ignore[attr-defined]
        self.fields["commune"].queryset = Commune.objects.filter(territoire_id=agent.territoire_id)  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The action checks and writes; here the form only reads."""


class EligibiliteForm(forms.Form):
    """What is known of a project; whatever is left empty is unknown."""

    statut = forms.ChoiceField(label="Statut du médecin", required=False, choices=Personne.Statut.choices)
    mode = forms.ChoiceField(label="Mode d’exercice", required=False, choices=[("", "à préciser"), *MODES.items()])
    secteur = forms.ChoiceField(label="Secteur", required=False, choices=[("", "à préciser"), *SECTEURS.items()])
    premiere = forms.ChoiceField(
        label="Première installation", required=False, choices=[("", "à préciser"), ("oui", "oui"), ("non", "non")]
    )
    installation_le = forms.DateField(label="Date d’installation", required=False, widget=DateInput())
    commune = forms.ChoiceField(label="Commune du cabinet", required=False)
    quartier = forms.ChoiceField(label="Adresse en quartier prioritaire", required=False)

    def __init__(
        self, *args: Any, agent: Agent, communes: list[tuple[str, str]], quartiers: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.fields["commune"].choices = [("", "à préciser"), *communes]  # type: ignore[attr-defined]
        noms = [(nom, f"oui : {nom}") for nom in quartiers]
        self.fields["quartier"].choices = [("", "à préciser"), ("non", "non"), *noms]  # type: ignore[attr-defined]

    def projet(self) -> Projet:
        """Return the project as far as it is known; what cannot be read is unknown."""
        self.is_valid()
        d = self.cleaned_data
        jour = d.get("installation_le")
        zones, sures = situer(self.agent, d.get("commune", ""), d.get("quartier", ""), jour)
        return Projet(
            statut=d.get("statut", ""),
            mode=d.get("mode", ""),
            secteur=d.get("secteur", ""),
            premiere={"oui": True, "non": False}.get(d.get("premiere", "")),
            installation_le=jour,
            zones=zones,
            zones_sures=sures,
            territoire=self.agent.territoire.code,
        )
