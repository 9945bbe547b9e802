"""Lexicons as the file shipped with the product holds them: `{family: {"value|weight": [expressions]}}`."""

from collections.abc import Iterator, Mapping

from dossiers.regles.saisie.lexique import Terme

Fichier = Mapping[str, Mapping[str, list[str]]]


def lignes(brut: Fichier) -> Iterator[tuple[str, str, int, list[str]]]:
    """Return (family, value, weight, expressions) of each line of the file."""
    for famille, valeurs in brut.items():
        for cle, expressions in valeurs.items():
            valeur, _, poids = cle.partition("|")
            yield famille, valeur, int(poids), expressions


def termes_du_fichier(brut: Fichier) -> list[Terme]:
    """Return every term of the file."""
    return [Terme(f, v, e, p) for f, v, p, expressions in lignes(brut) for e in expressions]
