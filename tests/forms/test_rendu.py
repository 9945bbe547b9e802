"""The widgets we draw ourselves say the same HTML as Django's templates."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from dossiers.forms.base import DateInput, DateTimeInput
from dossiers.forms.rendu import Rendu

CHOIX = [("", "Choisir…"), ("a", "L’« a » & <b>"), ('Groupe "x"', [(1, "un"), (2, "deux")])]


class Formulaire(forms.Form):
    texte = forms.CharField(required=False, initial='« a » & <b> "c"', max_length=12, help_text="aide")
    nombre = forms.IntegerField(min_value=0, initial=0)
    courriel = forms.EmailField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput)
    cache = forms.CharField(widget=forms.HiddenInput, initial="x")
    jour = forms.DateField(widget=DateInput(), initial="2026-09-01")
    moment = forms.DateTimeField(widget=DateTimeInput(), required=False)
    oui = forms.BooleanField(required=False, initial=True)
    liste = forms.ChoiceField(choices=CHOIX, initial=2)
    plusieurs = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], initial=["b"])
    boutons = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    long = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), initial="</textarea>")


@pytest.mark.parametrize("donnees", [None, {"texte": "", "liste": "a", "nombre": "-1", "moment": "hier"}])
@pytest.mark.parametrize("nom", list(Formulaire.base_fields))
def test_un_champ_se_dessine_comme_celui_de_django(nom, donnees):
    notre, leur = (str(Formulaire(donnees, renderer=rendu())[nom]) for rendu in (Rendu, DjangoTemplates))
    assert parse_html(notre) == parse_html(leur)
