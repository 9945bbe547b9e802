"""Which documents grow old, and what a step still lacks (domaine.md §1, rules 5 and 6)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from dossiers.regles.delais import mois_apres

MOIS_DE_VALIDITE = {"casier": 3, "bonne_situation": 3, "domicile": 3}
"""Months a document stays good for those who ask it « de moins de trois mois »."""

SERT: dict[str, tuple[str, ...]] = {
    "identite": ("F08", "F19", "F21", "R01"),
    "casier": ("F08",),
    "bonne_situation": ("F05",),
    "diplome": ("F03", "F04", "F07", "F21", "S01"),
    "inscription": ("F19", "F21", "F24"),
    "licence": ("F19", "F24"),
    "contrat": ("F12", "F13", "F21", "R02", "S02"),
    "rib": ("F16", "F21"),
    "rcp": ("F14",),
}
"""The steps each document usually serves (column « Pièces » of domaine.md §1)."""

TIENT_LIEU = {"licence": "inscription"}
"""A locum under licence has no entry in the register: the licence stands for it."""

DEMANDES = {
    code: tuple(nature for nature, codes in SERT.items() if code in codes and nature not in TIENT_LIEU)
    for code in sorted({code for codes in SERT.values() for code in codes})
}
"""The documents each step asks for."""


class Document(Protocol):
    """What a rule reads of a document."""

    nature: str
    etapes: list[str]
    recue_le: dt.date | None

    @property
    def perime_le(self) -> dt.date | None: ...


@dataclass(frozen=True)
class Manque:
    """A document a step lacks: its nature, and since when it is no longer good when it was received once."""

    nature: str
    perime_le: dt.date | None = None
    piece: Document | None = None


def peremption(nature: str, etabli_le: dt.date | None, expire_le: dt.date | None) -> dt.date | None:
    """Return the last day a document is good, None when it does not grow old or its date is unknown."""
    if expire_le or etabli_le is None or nature not in MOIS_DE_VALIDITE:
        return expire_le
    return mois_apres(etabli_le, MOIS_DE_VALIDITE[nature])


def est_valable(piece: Document, jour: dt.date) -> bool:
    """Tell whether a document was received and is still good on a day."""
    return piece.recue_le is not None and (piece.perime_le is None or piece.perime_le >= jour)


def manques(pieces: Iterable[Document], etape: str, jour: dt.date) -> list[Manque]:
    """Return what a step lacks on a day: documents it usually asks for, and those an agent said it waits for."""
    servent = [p for p in pieces if etape in p.etapes]
    natures = dict.fromkeys([*DEMANDES.get(etape, ()), *(TIENT_LIEU.get(p.nature, p.nature) for p in servent)])
    trouves = []
    for nature in natures:
        connues = [p for p in servent if TIENT_LIEU.get(p.nature, p.nature) == nature]
        if nature == "autre":
            trouves += [Manque(nature, _perimee(p), p) for p in connues if not est_valable(p, jour)]
        elif not any(est_valable(p, jour) for p in connues):
            perimees = [p for p in connues if _perimee(p)]
            trouves.append(Manque(nature, _perimee(perimees[-1]) if perimees else None))
    return trouves


def _perimee(piece: Document) -> dt.date | None:
    """Return since when a received document is no longer good."""
    return piece.perime_le if piece.recue_le else None
