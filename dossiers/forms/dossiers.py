"""The small forms of a dossier's page, and the filters of its list."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.forms.base import RAPPEL_NOTES, RPPS_FAUX, Assaini, DateInput, Texte
from dossiers.lectures.dossiers import Filtres, types_vus
from dossiers.models import Agent, Attend, Commune, Demarche, Dossier, Engagement, Organisme, Participant, Personne
from dossiers.regles.delais import PARIS
from dossiers.regles.droits import PORTEURS
from dossiers.regles.numeros import rpps_valide
from dossiers.regles.texte import normaliser


class NoteForm(forms.Form):
    """A factual note."""

    texte = Texte(label="Note", max_length=20000, help_text=RAPPEL_NOTES, widget=forms.Textarea(attrs={"rows": 3}))
    partagee = forms.BooleanField(label="visible des partenaires du dossier", required=False)


class PromesseForm(forms.Form):
    """A promise made from the dossier's page."""

    nature = forms.ChoiceField(label="Je promets de", choices=Engagement.Nature.choices)
    jour = forms.DateField(label="pour le", widget=DateInput())
    heure = forms.TimeField(
        label="avant", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quoi = Texte(label="à propos de", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        d = super().clean() or {}
        if d.get("jour"):
            d["pour_le"] = dt.datetime.combine(d["jour"], d.get("heure") or dt.time(18), PARIS)
            if d["pour_le"] <= timezone.now():
                self.add_error("jour", "Promettez pour un moment à venir.")
        return d


class ReferentForm(forms.Form):
    """Who answers for the household."""

    referent = forms.ModelChoiceField(label="Référent", queryset=Agent.objects.none(), empty_label="Choisir…")

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        porteurs = Agent.objects.filter(
            is_active=True, territoire=dossier.territoire, organisme__nature__in=["agglo", "departement"]
        )
        self.fields["referent"].queryset = porteurs.filter(role__in=["instructeur", "superviseur", "teleconseiller"])  # type: ignore[attr-defined]


class AffectationForm(forms.Form):
    """Which organisation, and perhaps which of its agents."""

    organisme = forms.ModelChoiceField(label="Organisme", queryset=Organisme.objects.none(), empty_label=None)
    responsable = forms.ModelChoiceField(
        label="Responsable", queryset=Agent.objects.none(), required=False, empty_label="personne en particulier"
    )
    raison = Texte(label="Pourquoi", required=False, max_length=200)

    def __init__(self, *args: Any, demarche: Demarche, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organismes = Organisme.objects.filter(territoires=agent.territoire_id)
        if not agent.organisme.est_porteur:
            organismes = organismes.filter(pk=agent.organisme_id)
        section = demarche.classe.section
        admis = organismes.filter(pk__in=[o.pk for o in organismes if o.lit(section)])
        self.fields["organisme"].queryset = admis  # type: ignore[attr-defined]
        agents = Agent.objects.filter(is_active=True, organisme__in=admis, territoire=agent.territoire_id)
        porteurs = [a.pk for a in agents if a.peut_porter(section)]
        self.fields["responsable"].queryset = agents.filter(pk__in=porteurs)  # type: ignore[attr-defined]
        self.fields["responsable"].label_from_instance = lambda a: f"{a} ({a.organisme})"  # type: ignore[attr-defined]


class SollicitationForm(forms.Form):
    """Which further partner, for what, by when."""

    organisme = forms.ModelChoiceField(label="Partenaire", queryset=Organisme.objects.none(), empty_label="Choisir…")
    demande = Texte(label="Ce qui est demandé", max_length=200)
    avant_le = forms.DateField(
        label="Réponse attendue avant le", required=False, widget=DateInput(), help_text="Sinon, cinq jours ouvrés."
    )

    def __init__(self, *args: Any, demarche: Demarche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partenaires = Organisme.objects.filter(territoires=demarche.dossier.territoire_id).exclude(nature__in=PORTEURS)
        lecteurs = [o.pk for o in partenaires if o.lit(demarche.classe.section)]
        # who is waited for already stays in the list: a second sending must reach the action, which knows its key
        self.fields["organisme"].queryset = partenaires.filter(pk__in=lecteurs)  # type: ignore[attr-defined]

    def clean_avant_le(self) -> dt.date | None:
        jour: dt.date | None = self.cleaned_data["avant_le"]
        if jour and jour <= timezone.localdate():
            raise forms.ValidationError("Choisissez un jour à venir.")
        return jour


class BesoinForm(forms.Form):
    """A need to open."""

    besoin = forms.ChoiceField(label="Besoin")

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ouverts = [(t, c.libelle_besoin) for t, c in Demarche.REGISTRE.items() if c.ouvrable_par(agent)]
        self.fields["besoin"].choices = ouverts  # type: ignore[attr-defined]


class ProjetForm(forms.Form):
    """The project's facts: where, when, how urgent, how confidential."""

    communes = forms.ModelMultipleChoiceField(
        label="Communes visées",
        queryset=Commune.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    echeance = forms.DateField(label="Arrivée souhaitée", required=False, widget=DateInput())
    urgence = forms.ChoiceField(label="Urgence", choices=Dossier.Urgence.choices)
    confidentiel = forms.BooleanField(label="confidentialité renforcée : référent et direction seuls", required=False)

    def __init__(self, *args: Any, dossier: Dossier, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["communes"].queryset = Commune.objects.filter(territoire=dossier.territoire)  # type: ignore[attr-defined]
        if not agent.peut_ecrire("confidentiel"):
            del self.fields["confidentiel"]


class PersonneForm(Assaini, forms.ModelForm):  # type: ignore[type-arg]
    """A person of the household; numbers are typed one a line, in any spelling."""

    role = forms.ChoiceField(label="Dans ce foyer", choices=Participant.Role.choices)
    telephones = Texte(
        label="Téléphones", required=False, help_text="Un numéro par ligne.", widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = Personne
        fields = (
            "civilite", "prenom", "nom", "nom_usage", "statut", "these_soutenue", "rpps", "metier", "courriel",
            "adresse", "ne_pas_rappeler", "information_le",
        )  # fmt: skip
        widgets = {"information_le": DateInput(), "adresse": forms.Textarea(attrs={"rows": 3})}

    def clean_rpps(self) -> str:
        rpps: str = self.cleaned_data["rpps"]
        if rpps and not rpps_valide(rpps):
            raise forms.ValidationError(RPPS_FAUX)
        return rpps

    def clean(self) -> Any:
        donnees = super().clean()
        if not normaliser(f"{self.cleaned_data.get('nom', '')}{self.cleaned_data.get('prenom', '')}"):
            self.add_error("nom", "Notez au moins un nom ou un prénom.")
        return donnees

    def _post_clean(self) -> None:
        """The action writes the person itself, after the lock; here the form only reads."""

    def numeros(self) -> list[str]:
        """Return the numbers typed, one a line."""
        return [n.strip() for n in self.cleaned_data["telephones"].splitlines() if n.strip()]


class FiltresForm(forms.Form):
    """The list's filters; whatever cannot be read narrows nothing."""

    besoin = forms.ChoiceField(label="Besoin", required=False)
    etat = forms.ChoiceField(label="Étape du dossier", required=False, choices=[("", "toutes"), *Dossier.Etat.choices])
    a_qui = forms.ChoiceField(
        label="Démarches",
        required=False,
        choices=[("", "de tous"), ("moi", "à moi"), ("organisme", "à mon organisme"), ("sans", "sans responsable")],
    )
    attend = forms.ChoiceField(label="En attente de", required=False, choices=[("", "tous"), *Attend.choices])
    commune = forms.ChoiceField(label="Commune", required=False)
    etiquette = forms.TypedChoiceField(label="Étiquette", required=False, coerce=int, empty_value=None)
    tri = forms.ChoiceField(
        label="Dans l’ordre",
        required=False,
        choices=[("", "du dernier mouvement"), ("ouverture", "de l’ouverture")],
    )
    retard = forms.BooleanField(label="en retard", required=False)
    sans_referent = forms.BooleanField(label="sans référent", required=False)
    reveil = forms.BooleanField(label="à réveiller", required=False)
    muet = forms.BooleanField(label="partenaire muet depuis plus de 15 j", required=False)
    clos = forms.BooleanField(label="clos compris", required=False)
    organisme = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31)

    def __init__(
        self,
        *args: Any,
        agent: Agent,
        communes: list[tuple[str, str]],
        etiquettes: list[tuple[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if etiquettes:
            self.fields["etiquette"].choices = [("", "toutes"), *etiquettes]  # type: ignore[attr-defined]
        else:
            del self.fields["etiquette"]
        besoins = [(t, Demarche.REGISTRE[t].libelle_besoin) for t in types_vus(agent)]
        self.fields["besoin"].choices = [("", "tous"), *besoins]  # type: ignore[attr-defined]
        self.fields["commune"].choices = [("", "toutes"), *communes]  # type: ignore[attr-defined]

    def filtres(self) -> Filtres:
        """Return the filters that could be read."""
        self.is_valid()
        return Filtres(**{nom: valeur for nom, valeur in self.cleaned_data.items() if valeur})
