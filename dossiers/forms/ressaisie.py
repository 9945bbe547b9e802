"""The call screen for a call noted on paper: its own hours, who took it, then the same questions."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone

from dossiers.actions.appels import AppelSaisi
from dossiers.actions.ressaisie import Ressaisie
from dossiers.erreurs import Refus
from dossiers.forms.appels import AppelForm
from dossiers.models import Agent
from dossiers.regles.delais import PARIS
from dossiers.regles.droits import Section


class RessaisieForm(AppelForm):
    """`AppelForm`, and when the call ended and who took it; `recu_le` is the hour written on the sheet."""

    fin = forms.TimeField(label="Fini à", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    pris_par = forms.ModelChoiceField(label="Pris par", queryset=Agent.objects.none(), empty_label="Choisir…")

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, agent=agent, **kwargs)
        equipe = Agent.objects.filter(organisme_id=agent.organisme_id, territoire_id=agent.territoire_id)
        preneurs = [a.pk for a in equipe if a.peut_ecrire(Section.APPELS)]
        self.fields["pris_par"].queryset = equipe.filter(pk__in=preneurs)  # type: ignore[attr-defined]
        recu_le = self.fields["recu_le"]
        recu_le.label, recu_le.required = "Commencé le", True
        # a sheet says hours and minutes: seconds would be asked for nothing
        recu_le.widget.attrs["step"] = "60"
        recu_le.widget.format = "%Y-%m-%dT%H:%M"  # type: ignore[attr-defined]

    @property
    def ressaisie(self) -> Ressaisie:
        """What the sheet says beside the call; a call that rang past midnight ended the next day."""
        d = self.cleaned_data
        debut = timezone.localtime(d["recu_le"])
        fini_le = dt.datetime.combine(debut.date(), d["fin"], PARIS)
        if fini_le < debut and fini_le.hour < 2 and debut.hour >= 22:
            fini_le = dt.datetime.combine(debut.date() + dt.timedelta(days=1), d["fin"], PARIS)
        # an end written without its seconds may fall before a start that has some
        if debut.replace(second=0, microsecond=0) == fini_le:
            fini_le = debut
        return Ressaisie(pris_par=d["pris_par"], fini_le=fini_le)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        if not {"recu_le", "fin", "pris_par"} & set(self.errors):
            try:
                self.ressaisie.verifier(donnees["recu_le"], self.agent)
            except Refus as refus:
                self.add_error(refus.champ, refus.phrase)
        return donnees

    def saisi(self) -> AppelSaisi:
        return replace(super().saisi(), ressaisie=self.ressaisie)
