"""A form half typed: its fields out of what a browser sends, and back into the form that shows them."""

from django.forms import BaseForm
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from dossiers.regles.texte import sans_nir

TECHNIQUES = frozenset({"csrfmiddlewaretoken", "cle", "marque", "chercher"})


def champs_de(donnees: QueryDict) -> tuple[dict[str, list[str]], bool]:
    """Return what was typed, name → values, and whether a social security number was taken out of it.

    Names that begin with « _ » are the sending's own. A number that must never be kept (regles.md C18) is not kept here
    either: the form will refuse it, with what is on the screen.
    """
    tapes = {
        nom: [v.replace("\x00", "") for v in donnees.getlist(nom)]
        for nom in donnees
        if nom not in TECHNIQUES and not nom.startswith("_") and "\x00" not in nom
    }
    gardes = {nom: [sans_nir(v) for v in valeurs] for nom, valeurs in tapes.items()}
    return gardes, gardes != tapes


def remplir(form: BaseForm, champs: dict[str, list[str]]) -> None:
    """Put a draft's values in a form not yet sent, as they were typed: nothing is judged before it is sent."""
    tapes = QueryDict(mutable=True)
    for nom, valeurs in champs.items():
        tapes.setlist(nom, valeurs)
    for nom, champ in form.fields.items():
        form.initial[nom] = champ.widget.value_from_datadict(tapes, MultiValueDict(), form.add_prefix(nom))
