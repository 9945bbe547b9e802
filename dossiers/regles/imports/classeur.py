"""XLSX read and written: values only, within limits, and nothing that a spreadsheet would run."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from dossiers.regles.imports.brut import CELLULE_MAX, COLONNES_MAX, LIGNES_MAX, Brut, FichierIllisible
from dossiers.regles.texte import assainir

DEPLIE_MAX = 30 * 1024 * 1024
"""Bytes once unzipped: ten times what a year of calls takes, and far from what would fill the memory."""
MORCEAUX_MAX = 2_000
FUSIONS_MAX = 20_000
FORMULE = "=…"
"""What stands for a formula nobody computed: no value, and to be corrected."""
_ABIME = "Ce classeur est abîmé ou n’en est pas un : rouvrez-le dans votre tableur et enregistrez-le en .xlsx."
_ENTITES = tuple(
    mot.encode(codage) for mot in ("<!DOCTYPE", "<!ENTITY") for codage in ("utf-8", "utf-16-le", "utf-16-be")
)
_FUSION = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_SANS_VALEUR = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*><(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_ERREURS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))


def lire(octets: bytes, feuille: str = "") -> Brut:
    """Return the rows of one sheet, the first filled one by default; raises `FichierIllisible`."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            _controler(archive)
            return _lire(octets, archive, feuille)
    except FichierIllisible:
        raise
    except Exception:  # noqa: BLE001 - a broken workbook breaks its reader in any way; the answer is one sentence
        raise FichierIllisible(_ABIME) from None


def _controler(archive: zipfile.ZipFile) -> None:
    """Refuse what would unfold beyond measure, what defines entities, and what is no workbook."""
    membres = archive.infolist()
    if len(membres) > MORCEAUX_MAX or sum(m.file_size for m in membres) > DEPLIE_MAX:
        raise FichierIllisible("Ce classeur est trop gros une fois ouvert : gardez la seule feuille des appels.")
    if not any(m.filename == "xl/workbook.xml" for m in membres):
        raise FichierIllisible(_ABIME)
    for membre in membres:
        if membre.filename.endswith((".xml", ".rels")):
            contenu = archive.read(membre)
            if any(entite in contenu for entite in _ENTITES):
                raise FichierIllisible(_ABIME)


def _lire(octets: bytes, archive: zipfile.ZipFile, feuille: str) -> Brut:
    from openpyxl import load_workbook  # 0.2 s that only imports need

    with warnings.catch_warnings():
        # it tells of validations and styles it leaves aside: none of them is a value
        warnings.simplefilter("ignore")
        livre = load_workbook(io.BytesIO(octets), read_only=True, data_only=True, keep_links=False)
        try:
            visibles = [f for f in livre.worksheets if f.sheet_state == "visible"] or livre.worksheets
            choisies = [f for f in visibles if f.title == feuille] or visibles
            for une in choisies:
                rangees = _rangees(une)
                if any(any(r) for _, r in rangees):
                    break
            else:
                raise FichierIllisible("Ce classeur est vide.")
            _completer(rangees, archive.read(une._worksheet_path))
            return Brut(rangees, tuple(f.title for f in visibles), une.title)
        finally:
            livre.close()


def _rangees(feuille: Any) -> list[tuple[int, list[str]]]:
    """Return the rows as texts; the sheet's own word on its size is not believed."""
    feuille.reset_dimensions()
    rangees = []
    for rang, cellules in enumerate(
        feuille.iter_rows(max_row=2 * LIGNES_MAX + 1, max_col=COLONNES_MAX + 1, values_only=True), start=1
    ):
        rangees.append((rang, [valeur(c) for c in cellules]))
    if sum(any(r) for _, r in rangees) > LIGNES_MAX + 50:
        raise FichierIllisible(f"Ce tableau a plus de {LIGNES_MAX} lignes : partagez-le en plusieurs fichiers.")
    return rangees


def _completer(rangees: list[tuple[int, list[str]]], xml: bytes) -> None:
    """Say a cell merged downwards on each of its rows, and mark the formulas that hold no value."""
    par_rang = dict(rangees)
    for gauche, haut, _, bas in _FUSION.findall(xml)[:FUSIONS_MAX]:
        colonne = _rang_de(gauche) - 1
        premiere = par_rang.get(int(haut), [])
        if colonne < len(premiere) and premiere[colonne]:
            for rang in range(int(haut) + 1, min(int(bas), len(rangees)) + 1):
                _poser(par_rang[rang], colonne, premiere[colonne])
    for lettres, rang_lu in _SANS_VALEUR.findall(xml):
        if int(rang_lu) in par_rang and _rang_de(lettres) <= COLONNES_MAX:
            _poser(par_rang[int(rang_lu)], _rang_de(lettres) - 1, FORMULE)


def _poser(cellules: list[str], colonne: int, texte: str) -> None:
    cellules += [""] * (colonne + 1 - len(cellules))
    cellules[colonne] = cellules[colonne] or texte


def _rang_de(lettres: bytes) -> int:
    rang = 0
    for signe in lettres:
        rang = rang * 26 + signe - 64
    return rang


def lettre(rang: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    lettres = ""
    while rang:
        rang, reste = divmod(rang - 1, 26)
        lettres = chr(65 + reste) + lettres
    return lettres


def valeur(brute: Any) -> str:
    """Return a cell's value as a text: dates in ISO, whole numbers without a point, errors as nothing computed."""
    if brute is None:
        return ""
    if isinstance(brute, bool):
        return "oui" if brute else "non"
    if isinstance(brute, dt.datetime):
        arrondie = (brute + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return arrondie.date().isoformat() if arrondie.time() == dt.time() else arrondie.isoformat()
    if isinstance(brute, dt.date):
        return brute.isoformat()
    if isinstance(brute, dt.time):
        return f"{brute:%H:%M:%S}"
    if isinstance(brute, dt.timedelta):
        minutes = int(brute.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(brute, float) and brute.is_integer() and abs(brute) < 1e15:
        return str(int(brute))
    texte = assainir(str(brute)[:CELLULE_MAX])
    return FORMULE if texte in _ERREURS else texte


def ecrire(titre: str, entetes: Sequence[str], lignes: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet where every cell is a text: « =SOMME(…) » stays the words somebody wrote."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.writer.excel import save_workbook

    livre = Workbook(write_only=True)
    feuille = livre.create_sheet(titre)
    feuille.freeze_panes = "A2"

    def cellule(texte: str, *, gras: bool = False) -> Any:
        c = WriteOnlyCell(feuille)
        # set as a text by hand: given a value that begins with « = », the library would write a formula
        c._value, c.data_type = assainir(texte)[:CELLULE_MAX], "s"
        c.quotePrefix = texte[:1] in tuple("=+-@")
        if gras:
            c.font = Font(bold=True)
        return c

    for rang in range(1, len(entetes) + 1):
        feuille.column_dimensions[lettre(rang)].width = 46 if rang == 2 else 20
    feuille.append([cellule(e, gras=True) for e in entetes])
    for ligne in lignes:
        feuille.append([cellule(c) for c in ligne])
    sortie = io.BytesIO()
    save_workbook(livre, sortie)
    return sortie.getvalue()
