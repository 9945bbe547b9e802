"""Django's form widgets, the common ones drawn without a template each: a list of communes is a thousand templates otherwise."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

CHAMPS = frozenset(
    f"django/forms/widgets/{nom}.html"
    for nom in ("text", "number", "email", "url", "password", "hidden", "date", "time", "datetime", "checkbox", "input")
)
LISTE = "django/forms/widgets/select.html"


class Rendu(DjangoTemplates):
    """Draws plain inputs and lists itself, to the same HTML; leaves every other widget to its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        if template_name in CHAMPS:
            return mark_safe(_champ(context["widget"]))  # noqa: S308 - every value is escaped below
        if template_name == LISTE:
            return mark_safe(_liste(context["widget"]))  # noqa: S308 - every value is escaped below
        return mark_safe(super().render(template_name, context, request))  # noqa: S308 - Django's own templates


def _attributs(attributs: Mapping[str, Any]) -> str:
    morceaux = []
    for nom, valeur in attributs.items():
        if valeur is True:
            morceaux.append(f" {nom}")
        elif valeur is not False:
            morceaux.append(f' {nom}="{conditional_escape(valeur)}"')
    return "".join(morceaux)


def _champ(widget: Mapping[str, Any]) -> str:
    valeur = f' value="{conditional_escape(widget["value"])}"' if widget["value"] is not None else ""
    nom = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{nom}"{valeur}{_attributs(widget["attrs"])}>'


def _liste(widget: Mapping[str, Any]) -> str:
    morceaux = [f'<select name="{conditional_escape(widget["name"])}"{_attributs(widget["attrs"])}>']
    for groupe, options, _rang in widget["optgroups"]:
        if groupe:
            morceaux.append(f'<optgroup label="{conditional_escape(groupe)}">')
        morceaux += [
            f'<option value="{conditional_escape(str(o["value"]))}"{_attributs(o["attrs"])}>{conditional_escape(o["label"])}</option>'
            for o in options
        ]
        if groupe:
            morceaux.append("</optgroup>")
    morceaux.append("</select>")
    return "".join(morceaux)
