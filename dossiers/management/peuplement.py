"""Fill a database with plausible dossiers by COPY: what a bench needs, and what a demonstration at full size shows.

Rows go straight to the tables, by batches that each hold in memory and in one transaction; keys and dossier numbers are
drawn from the database's own sequences by blocks, so that nothing collides with what agents write meanwhile. The history
rows are those the actions would have left: same columns, same gestures, same operations.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from operator import itemgetter
from random import Random
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from tqdm import tqdm

from dossiers.management.commands.charger_demo import charger_equipe
from dossiers.management.commands.charger_territoire import DONNEES, charger, charger_modeles
from dossiers.models import Agent, ModeleCourrier, Territoire, auteur

LOT = 500
BLOC = 2000
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
        self.colonnes = [c.column for c in champs]
        self.valeurs = itemgetter(*(c.attname for c in champs))
        self.lignes: list[str] = []

    def ajouter(self, ligne: Mapping[str, Any]) -> None:
        """Take a row by its attribute names; names that are not columns of this table are ignored."""
        self.lignes.append("\t".join(map(texte_copy, self.valeurs(ligne))) + "\n")

    def envoyer(self) -> None:
        """Send the rows held, then forget them."""
        with connection.cursor() as curseur:
            nom, colonnes = connection.ops.quote_name(self.nom), ", ".join(map(connection.ops.quote_name, self.colonnes))
            with curseur.cursor.copy(f"COPY {nom} ({colonnes}) FROM STDIN") as copie:
                copie.write("".join(self.lignes))
        self.lignes = []


class Sequence:
    """Keys of one sequence, drawn by blocks: whoever writes at the same time gets others."""

    def __init__(self, nom: str) -> None:
        self.nom = nom
        self.reserve: list[int] = []

    def suivant(self) -> int:
        """Return the next key."""
        if not self.reserve:
            with connection.cursor() as curseur:
                curseur.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [self.nom, BLOC])
                self.reserve = [cle for (cle,) in curseur.fetchall()][::-1]
        return self.reserve.pop()


class Ecrivain:
    """Holds the rows of a batch, table by table, and the keys they are given."""

    def __init__(self) -> None:
        self.tables: dict[type[models.Model], Table] = {}
        self.sequences: dict[str, Sequence] = {}
        self._vides: dict[type[models.Model], Ligne] = {}

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
        table = modele._meta.get_field("id").model._meta.db_table
        if table not in self.sequences:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
                self.sequences[table] = Sequence(curseur.fetchone()[0])
        return self.sequences[table]

    def ecrire(self, modele: type[models.Model], ligne: Mapping[str, Any]) -> None:
        """Keep a row for the model's own table."""
        if modele not in self.tables:
            self.tables[modele] = Table(modele, avec_cle="id" in ligne)
        self.tables[modele].ajouter(ligne)

    def historiser(self, modele: type[models.Model], ligne: Ligne, sorte: str, signature: Ligne) -> None:
        """Keep the history row of a row as it now stands; `sorte` is « + » or « ~ »."""
        histoire = modele.history.model  # type: ignore[attr-defined]
        if histoire not in self.tables:
            self.tables[histoire] = Table(histoire, avec_cle=False)
        self.tables[histoire].ajouter({**ligne, **signature, "history_type": sorte})

    def relier(self, liaison: type[models.Model], **cles: int) -> None:
        """Keep a row of a table that only joins two others."""
        self.ecrire(liaison, cles)

    def envoyer(self) -> None:
        """Send the batch in one transaction; constraints and triggers hold as for any other write."""
        with transaction.atomic():
            for table in self.tables.values():
                if table.lignes:
                    table.envoyer()


def preparer() -> Territoire:
    """Load territories, letter models and cast where they are missing; return the territory of the dossiers."""
    complet = (
        Territoire.objects.filter(code__in=["ales", "gers"]).count() == 2
        and ModeleCourrier.objects.exists()
        and Agent.objects.filter(courriel="hugo@ales.example.org").exists()
    )
    if not complet:
        fiches = json.loads((DONNEES / "territoires.json").read_text(encoding="utf-8"))
        with transaction.atomic(), auteur(None, geste="peupler"):
            charger_modeles()
            for code in ("ales", "gers"):
                charger(code, fiches[code])
            charger_equipe()
    return Territoire.objects.get(code="ales")


def peupler(nombre: int, *, graine: int, jusqu_au: dt.date | None = None) -> None:
    """Add dossiers whose lives end at the latest the day before `jusqu_au` (today by default).

    The same seed, number and day give the same rows on a database that holds none yet; a second run adds as many others.
    """
    # here because the two modules tell one story: the lives need the writer, the writer must not need the lives
    from dossiers.management.foyers import Conteur, Monde

    territoire = preparer()
    ecrivain = Ecrivain()
    monde = Monde.lire(territoire, jusqu_au or timezone.localdate())
    conteur = Conteur(ecrivain, monde, Sequence("dossiers_numero_seq"), Random())
    with tqdm(total=nombre, desc="Dossiers", unit="dossier", mininterval=0.5) as barre:
        for debut in range(0, nombre, LOT):
            combien = min(LOT, nombre - debut)
            # sown again at each batch: the same thousand dossiers open a base of a thousand and one of a million
            conteur.hasard.seed(f"{graine}/{ecrivain.sequence(conteur.DOSSIER).suivant()}")
            for _ in range(combien):
                conteur.raconter()
            ecrivain.envoyer()
            barre.update(combien)
    analyser(t.nom for t in ecrivain.tables.values())


def analyser(tables: Iterable[str]) -> None:
    """Let the planner know what the tables now hold; VACUUM too, which a transaction forbids."""
    verbe = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
    with connection.cursor() as curseur:
        for nom in tables:
            curseur.execute(f"{verbe} {connection.ops.quote_name(nom)}")
