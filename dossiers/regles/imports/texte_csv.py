"""CSV as offices write it: UTF-8 or Windows, semicolons, commas or tabs, cells that run over several lines."""

import csv
import io
from collections import Counter

from dossiers.regles.imports.brut import CELLULE_MAX, LIGNES_MAX, Brut, FichierIllisible
from dossiers.regles.texte import assainir

SEPARATEURS = ";,\t|"
_ESSAI = 20_000
_ABIME = "Ce fichier n’est ni un tableau .csv, ni un classeur .xlsx, ni un fichier .json."


def lire(octets: bytes, _feuille: str = "") -> Brut:
    """Return the rows of a CSV file; raises `FichierIllisible`."""
    texte = _decoder(octets)
    separateur = _separateur(texte[:_ESSAI])
    rangees: list[tuple[int, list[str]]] = []
    try:
        for rang, cellules in enumerate(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), start=1):
            rangees.append((rang, [assainir(c[:CELLULE_MAX]) for c in cellules]))
            if len(rangees) > 2 * LIGNES_MAX:
                raise FichierIllisible(f"Ce tableau a plus de {LIGNES_MAX} lignes : partagez-le en plusieurs fichiers.")
    except csv.Error:
        raise FichierIllisible("Une cellule de ce fichier ne se ferme pas : un guillemet est resté ouvert.") from None
    return Brut(rangees)


def _decoder(octets: bytes) -> str:
    for debut, codage in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if octets.startswith(debut):
            return octets.decode(codage, errors="replace")
    if b"\0" in octets or _a_des_commandes(octets):
        raise FichierIllisible(_ABIME)
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _a_des_commandes(octets: bytes) -> bool:
    """Tell whether the bytes are no text: more than one in a hundred is a control character."""
    debut = octets[:_ESSAI]
    return sum(o < 9 or 13 < o < 32 for o in debut) * 100 > len(debut)


def _separateur(debut: str) -> str:
    """Return the sign that cuts the first rows into the same number of cells, the most cells winning."""

    def note(signe: str) -> tuple[int, int]:
        try:
            largeurs = [len(r) for r in csv.reader(io.StringIO(debut, newline=""), delimiter=signe) if r][:40]
        except csv.Error:
            return (0, 0)
        (largeur, combien) = (
            Counter(n for n in largeurs if n > 1).most_common(1)[0] if max(largeurs, default=0) > 1 else (0, 0)
        )
        return (combien, largeur)

    return max(SEPARATEURS, key=note)
