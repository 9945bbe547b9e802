"""From the bytes of a file to a table of texts: CSV, XLSX or JSON, told apart by what they hold and not by their name.

Whatever is sent, the answer is a table or a sentence: a hostile or broken file never becomes a breakdown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dossiers.regles.imports import classeur, json_appels, texte_csv
from dossiers.regles.imports.brut import COLONNES_MAX, LIGNES_MAX, REPRISE, TAILLE_MAX, Brut, FichierIllisible
from dossiers.regles.imports.champs import est_entete
from dossiers.regles.texte import normaliser

__all__ = ["COLONNES_MAX", "LIGNES_MAX", "TAILLE_MAX", "FichierIllisible", "Tableau", "lire_fichier"]

RANGS_D_ENTETE = 15
"""How far down a header is looked for: spreadsheets begin with a title, a date, a logo's place."""
_AILLEURS = {
    b"\xd0\xcf\x11\xe0": "Ce classeur est d’un ancien format (.xls) ou protégé : enregistrez-le en .xlsx, sans mot de passe.",
    b"%PDF": "Ce fichier est un PDF : envoyez le tableau lui-même, en .xlsx ou en .csv.",
    b"\x89PNG": "Ce fichier est une image : envoyez le tableau lui-même, en .xlsx ou en .csv.",
    b"\xff\xd8\xff": "Ce fichier est une image : envoyez le tableau lui-même, en .xlsx ou en .csv.",
}  # fmt: skip


@dataclass(frozen=True)
class Tableau:
    """A table: its headers, and its filled rows as (number in the file, one text a column)."""

    genre: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[int, tuple[str, ...]], ...]
    feuilles: tuple[str, ...] = ()
    feuille: str = ""

    def valeurs(self, colonne: int, combien: int) -> list[str]:
        """Return the first values of a column that say something."""
        trouvees: list[str] = []
        for _, cellules in self.lignes:
            if cellules[colonne] and len(trouvees) < combien:
                trouvees.append(cellules[colonne])
        return trouvees


def lire_fichier(octets: bytes, feuille: str = "") -> Tableau:
    """Return the table a file holds; `feuille` names the sheet of a workbook, its first filled one by default.

    Raises `FichierIllisible` with the sentence to show.
    """
    if not octets.strip(b"\0 \r\n\t"):
        raise FichierIllisible("Ce fichier est vide.")
    if len(octets) > TAILLE_MAX:
        raise FichierIllisible("Ce fichier dépasse 10 Mo : partagez-le en plusieurs.")
    for debut, phrase in _AILLEURS.items():
        if octets.startswith(debut):
            raise FichierIllisible(phrase)
    genre, lire = _genre(octets)
    brut = lire(octets, feuille)
    return _mettre_en_table(genre, brut)


def _genre(octets: bytes) -> tuple[str, Callable[[bytes, str], Brut]]:
    if octets.startswith(b"PK"):
        return "xlsx", classeur.lire
    if octets.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        return "json", json_appels.lire
    return "csv", texte_csv.lire


def _mettre_en_table(genre: str, brut: Brut) -> Tableau:
    """Find the headers, leave out the empty rows and the headers said again lower down."""
    pleines = [(n, r) for n, r in brut.rangees if any(r)]
    rang = _rang_des_entetes([r for _, r in pleines[:RANGS_D_ENTETE]])
    if rang is None:
        raise FichierIllisible(
            "Ce fichier ne contient pas de tableau : il faut une ligne de titres et au moins deux colonnes."
        )
    titres = pleines[rang][1]
    suite = pleines[rang + 1 :]
    largeur = max((len(_sans_fin(r)) for r in [titres, *(r for _, r in suite)]), default=0)
    if largeur > COLONNES_MAX:
        raise FichierIllisible(f"Ce tableau a plus de {COLONNES_MAX} colonnes : gardez celles qui servent.")
    entetes = _nommer(_a_la_largeur(titres, largeur))
    lignes = tuple((n, _a_la_largeur(r, largeur)) for n, r in suite if _sans_fin(r) != _sans_fin(titres))
    if not lignes:
        raise FichierIllisible("Ce fichier n’a que des titres : aucune ligne à importer.")
    if len(lignes) > LIGNES_MAX:
        raise FichierIllisible(f"Ce tableau a plus de {LIGNES_MAX} lignes : partagez-le en plusieurs fichiers.")
    return Tableau(genre, entetes, lignes, brut.feuilles, brut.feuille)


def _rang_des_entetes(rangees: Sequence[Sequence[str]]) -> int | None:
    """Return the row that names columns best, else the first that has two cells filled."""
    if rangees and tuple(rangees[0][:2]) == REPRISE:
        return 0
    notes = [sum(est_entete(c) for c in r) for r in rangees]
    if notes and max(notes) >= 2:
        return notes.index(max(notes))
    return next((i for i, r in enumerate(rangees) if sum(map(bool, r)) >= 2), None)


def _sans_fin(rangee: Sequence[str]) -> list[str]:
    cellules = list(rangee)
    while cellules and not cellules[-1]:
        cellules.pop()
    return cellules


def _a_la_largeur(rangee: Sequence[str], largeur: int) -> tuple[str, ...]:
    return tuple((list(rangee) + [""] * largeur)[:largeur])


def _nommer(titres: Sequence[str]) -> tuple[str, ...]:
    """Name every column: an empty title by its letter, a title said twice by its rank."""
    noms: list[str] = []
    vus: dict[str, int] = {}
    for rang, titre in enumerate(titres):
        nom = " ".join(titre.split())[:80] or f"Colonne {classeur.lettre(rang + 1)}"
        vus[normaliser(nom)] = vus.get(normaliser(nom), 0) + 1
        combien = vus[normaliser(nom)]
        noms.append(nom if combien == 1 else f"{nom} ({combien})")
    return tuple(noms)
