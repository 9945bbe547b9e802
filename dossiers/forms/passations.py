"""What one shift leaves to the next."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.actions.passations import DUREE, LONGUEUR
from dossiers.forms.base import DateInput, Texte
from dossiers.models import Agent, Dossier
from dossiers.regles.numeros import lire_numero

DOSSIERS = 20


class PassationForm(forms.Form):
    """A text the whole organisation reads, the files it is about, and until when it stands."""

    texte = Texte(
        label="À transmettre",
        max_length=LONGUEUR,
        help_text="Toute votre équipe le lit\u00a0: des numéros de dossier, pas de nom ni de téléphone. Effacez ce qui n’est plus à dire.",
        widget=forms.Textarea(attrs={"rows": 9, "data-focus": ""}),
    )
    dossiers = Texte(
        label="Dossiers concernés",
        required=False,
        max_length=400,
        help_text="Numéros séparés par des virgules, par exemple K7F-4Q2-M. Chacun ne voit que ceux de son champ.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    jusqu_au = forms.DateField(label="Affichée jusqu’au", widget=DateInput(), help_text="Ce jour compris.")

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent

    def clean_dossiers(self) -> list[Dossier]:
        """Return the files named, each one the agent may know of."""
        tapes = [t for t in re.split(r"[,;\s]+", self.cleaned_data["dossiers"]) if t]
        if len(tapes) > DOSSIERS:
            raise forms.ValidationError("Vingt dossiers au plus\u00a0: écrivez une seconde passation.")
        lus = {t: lire_numero(t) for t in tapes}
        trouves = {
            d.numero: d
            for d in Dossier.objects.visibles_par(self.agent).filter(numero__in=[n for n in lus.values() if n])
        }
        inconnus = [t for t, numero in lus.items() if numero not in trouves]
        if inconnus:
            dits = ", ".join(f"« {t[:20]} »" for t in inconnus[:3])
            raise forms.ValidationError(f"Aucun dossier de votre champ ne porte ce numéro\u00a0: {dits}.")
        return list(trouves.values())

    def clean_jusqu_au(self) -> dt.date:
        jour: dt.date = self.cleaned_data["jusqu_au"]
        if not timezone.localdate() <= jour <= timezone.localdate() + DUREE:
            raise forms.ValidationError("Choisissez un jour entre aujourd’hui et dans un mois.")
        return jour
