"""What the three readers give back, and how far each may go."""

from dataclasses import dataclass

from dossiers.erreurs import Refus

TAILLE_MAX = 10 * 1024 * 1024
LIGNES_MAX = 5_000
COLONNES_MAX = 100
REPRISE = ("Ligne", "À corriger")
"""The first two columns of a workbook of lines to correct, by which it is known when it comes back."""
CELLULE_MAX = 32_767
"""Signs in a cell: a spreadsheet holds no more."""


class FichierIllisible(Refus):
    """The file cannot be read; its sentence says what to do."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase, "fichier")


@dataclass(frozen=True)
class Brut:
    """The rows of a file as texts, each with its number as a spreadsheet shows it."""

    rangees: list[tuple[int, list[str]]]
    feuilles: tuple[str, ...] = ()
    feuille: str = ""
