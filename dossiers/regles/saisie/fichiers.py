"""Lexicons as the file shipped with the product holds them: `{family: {"value|weight": [expressions]}}`."""

from collections.abc import Mapping
from typing import Any

from dossiers.regles.saisie.lexique import Terme


def termes_du_fichier(brut: Mapping[str, Mapping[str, list[str]]]) -> list[Terme]:
    """Return every term of the file."""
    return [
        Terme(famille, *_valeur_et_poids(cle), expression=e)  # type: ignore[call-arg, misc]
        for famille, valeurs in brut.items()
        for cle, expressions in valeurs.items()
        for e in expressions
    ]


def _valeur_et_poids(cle: str) -> tuple[Any, ...]:
    valeur, _, poids = cle.partition("|")
    return valeur, int(poids)
