"""Rows by COPY: batches that hold in memory, keys drawn from the database's own sequences by blocks.

Whoever writes meanwhile gets other keys, and every constraint and trigger holds as for any other write.
"""

import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import connection, models

BLOC = 4000
"""Keys drawn from a sequence at once."""

Ligne = dict[str, Any]
_ECHAPPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def texte_copy(valeur: Any) -> str:
    """Return a value as COPY's text format reads it."""
    genre = type(valeur)
    if genre is str:
        return valeur if valeur.isprintable() and "\\" not in valeur else valeur.translate(_ECHAPPES)
    if valeur is None:
        return "\\N"
    if genre is bool:
        return "t" if valeur else "f"
    if isinstance(valeur, dt.date):
        return valeur.isoformat()
    if isinstance(valeur, list):
        return "{" + ",".join(f'"{v}"' for v in valeur) + "}"
    return str(valeur)


class Table:
    """The rows of one table on their way to COPY, already as text."""

    def __init__(self, modele: type[models.Model], *, avec_cle: bool) -> None:
        champs = [
            c
            for c in modele._meta.local_concrete_fields
            if not c.generated and (avec_cle or not isinstance(c, models.AutoField))
        ]
        self.nom = modele._meta.db_table
        self.colonnes = [str(c.column) for c in champs]
        self.valeurs = itemgetter(*(c.attname for c in champs))
        self.lignes: list[str] = []

    def ajouter(self, ligne: Mapping[str, Any]) -> None:
        """Take a row by its attribute names; names that are not columns of this table are ignored."""
        self.lignes.append("\t".join(map(texte_copy, self.valeurs(ligne))) + "\n")

    def vider(self) -> tuple[str, str]:
        """Return the COPY order and the rows held, then forget them."""
        colonnes = ", ".join(map(connection.ops.quote_name, self.colonnes))
        lot = f"COPY {connection.ops.quote_name(self.nom)} ({colonnes}) FROM STDIN", "".join(self.lignes)
        self.lignes = []
        return lot


class Sequence:
    """Keys of one sequence, drawn by blocks: whoever writes at the same time gets others."""

    def __init__(self, nom: str, patienter: Callable[[], None]) -> None:
        self.nom, self.patienter = nom, patienter
        self.reserve: deque[int] = deque()

    def suivant(self) -> int:
        """Return the next key."""
        if not self.reserve:
            self.patienter()
            self.remplir()
        return self.reserve.popleft()

    def remplir(self) -> None:
        """Draw a block when few keys are left; nothing else may be using the connection."""
        if len(self.reserve) < BLOC:
            with connection.cursor() as curseur:
                curseur.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [self.nom, BLOC])
                self.reserve.extend(cle for (cle,) in curseur.fetchall())


class Ecrivain:
    """Holds the rows of a batch, table by table, and the keys they are given."""

    def __init__(self) -> None:
        self.tables: dict[type[models.Model], Table] = {}
        self.sequences: dict[str, Sequence] = {}
        self._fil = ThreadPoolExecutor(1)
        self._envoi: Future[None] | None = None
        self._vides: dict[type[models.Model], Ligne] = {}
        self._histoires: dict[type[models.Model], Table] = {}

    def naitre(self, modele: type[models.Model], **valeurs: Any) -> Ligne:
        """Return a new row with the model's own defaults, and a key when the model has one of its own."""
        vide = self._vides.get(modele)
        if vide is None:
            vide = {c.attname: c.get_default() for c in modele._meta.concrete_fields if not c.generated}
            self._vides[modele] = vide
        ligne = {**vide, **valeurs}
        if "id" in ligne and ligne["id"] is None:
            ligne["id"] = self.sequence(modele).suivant()
        return ligne

    def sequence(self, modele: type[models.Model]) -> Sequence:
        """Return the sequence of a model's keys; a multi-table child takes its parent's."""
        return self.sequence_nommee(_nom_de_sequence(modele._meta.get_field("id").model._meta.db_table))

    def sequence_nommee(self, nom: str) -> Sequence:
        """Return a sequence by its name in the database."""
        if nom not in self.sequences:
            self.sequences[nom] = Sequence(nom, self.attendre)
        return self.sequences[nom]

    def ecrire(self, modele: type[models.Model], ligne: Mapping[str, Any]) -> None:
        """Keep a row for the model's own table."""
        if modele not in self.tables:
            self.tables[modele] = Table(modele, avec_cle="id" in ligne)
        self.tables[modele].ajouter(ligne)

    def historiser(self, modele: type[models.Model], ligne: Ligne, sorte: str, signature: Ligne) -> None:
        """Keep the history row of a row as it now stands; `sorte` is « + » or « ~ »."""
        # kept by model: simple-history builds a manager class anew each time `history` is read
        if modele not in self._histoires:
            histoire = modele.history.model  # type: ignore[attr-defined]
            self._histoires[modele] = self.tables[histoire] = Table(histoire, avec_cle=False)
        self._histoires[modele].ajouter({**ligne, **signature, "history_type": sorte})

    def relier(self, liaison: type[models.Model], **cles: int) -> None:
        """Keep a row of a table that only joins two others."""
        self.ecrire(liaison, cles)

    def envoyer(self) -> None:
        """Send the batch in one transaction while the next one is being told; constraints and triggers hold as ever."""
        self.attendre()
        lots = [table.vider() for table in self.tables.values() if table.lignes]
        for sequence in self.sequences.values():
            sequence.remplir()
        self._envoi = self._fil.submit(_copier, connection.connection, lots)

    def attendre(self) -> None:
        """Wait for the batch on its way; raises what stopped it."""
        if self._envoi:
            self._envoi.result()
            self._envoi = None


def _copier(connexion: Any, lots: list[tuple[str, str]]) -> None:
    # the caller's own connection, not this thread's: the rows must fall inside the transaction the caller may be in
    with connexion.transaction(), connexion.cursor() as curseur:
        for ordre, lignes in lots:
            with curseur.copy(ordre) as copie:
                copie.write(lignes)


@cache
def _nom_de_sequence(table: str) -> str:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        nom: str = curseur.fetchone()[0]
        return nom
