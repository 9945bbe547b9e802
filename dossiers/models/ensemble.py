"""Write rows of several tables in one statement: a call writes a dozen tables, and each round trip costs as much as a row."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models.sql import InsertQuery


def ecrire_ensemble(objets: Iterable[models.Model]) -> None:
    """Insert new rows of any classes at once; the caller gives each its key when something must point to it.

    A multi-table child writes its own table only: its parent row is there already. Nothing comes back from the database,
    and neither signal nor history row is made. Foreign keys between these rows hold at commit.
    """
    par_classe: dict[type[models.Model], list[models.Model]] = {}
    for objet in objets:
        par_classe.setdefault(type(objet), []).append(objet)
    morceaux: list[str] = []
    parametres: list[Any] = []
    for classe, lignes in par_classe.items():
        sql, valeurs = _insertion(classe, lignes)
        morceaux.append(f"l{len(morceaux)} AS ({sql})")
        parametres += valeurs
    if morceaux:
        with connection.cursor() as curseur:
            curseur.execute(f"WITH {', '.join(morceaux)} SELECT 1", parametres)


def _insertion(classe: type[models.Model], lignes: list[models.Model]) -> tuple[str, list[Any]]:
    champs = [
        c
        for c in classe._meta.local_concrete_fields
        if not c.generated and not (isinstance(c, models.AutoField) and all(o.pk is None for o in lignes))
    ]
    requete = InsertQuery(classe)
    requete.insert_values(champs, lignes)
    ((sql, valeurs),) = requete.get_compiler(connection=connection).as_sql()
    return sql, list(valeurs)
