"""The forms around lists: a view's name, a tag, and what a gesture on several dossiers asks."""

from typing import Any

from django import forms

from dossiers.forms.base import Texte
from dossiers.models import Agent, Dossier, Etiquette


class VueForm(forms.Form):
    """A view's name, and whom it is for."""

    nom = Texte(label="Nom de la vue", max_length=60)
    partagee = forms.BooleanField(label="partagée avec mon organisme", required=False)
    par_defaut = forms.BooleanField(label="ouvrir la liste sur cette vue", required=False)


class EtiquetteForm(forms.Form):
    """A tag of the territory's list."""

    nom = Texte(
        label="Étiquette",
        max_length=30,
        help_text="Un mot de suivi, jamais un fait sur la personne : « à relire », « réunion de mai ».",
    )
    ton = forms.ChoiceField(label="Couleur", choices=Etiquette.Ton.choices)


class EtiquettesForm(forms.Form):
    """The tags of one dossier, ticked."""

    etiquettes = forms.ModelMultipleChoiceField(
        label="Étiquettes", queryset=Etiquette.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["etiquettes"].queryset = Etiquette.objects.visibles_par(agent)  # type: ignore[attr-defined]


class LotForm(forms.Form):
    """What a gesture on several dossiers asks, once for all of them."""

    def __init__(self, *args: Any, geste: str, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if geste == "referent":
            self.fields["referent"] = _champ_referent(agent)
        elif geste == "clore":
            self.fields["motif_cloture"] = forms.ChoiceField(
                label="Motif de clôture", choices=[("", "Choisir…"), *Dossier.MotifCloture.choices]
            )
            self.fields["motif_levee"] = forms.ChoiceField(
                label="Clore sans attendre les partenaires parce que",
                required=False,
                choices=[("", "attendre leur position"), *Dossier.MotifLevee.choices],
            )
        else:
            self.fields["etiquette"] = forms.ModelChoiceField(
                label="Étiquette", queryset=Etiquette.objects.visibles_par(agent), empty_label="Choisir…"
            )


def _champ_referent(agent: Agent) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    porteurs = Agent.objects.filter(
        is_active=True, territoire=agent.territoire_id, organisme__nature__in=["agglo", "departement"],
        role__in=["instructeur", "superviseur", "teleconseiller"],
    )  # fmt: skip
    return forms.ModelChoiceField(label="Référent", queryset=porteurs, empty_label="Choisir…")
