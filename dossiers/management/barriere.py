"""The database as second fence: after each migration it learns which changes of state the gestures declare.

Not a migration of its own: a gesture added or removed moves no table, and must still be known to the database.
"""

from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction

from dossiers.models import Demarche, Machine
from dossiers.models.transitions import Transition, admises, machines

# The function reads no column in the triggers' own declarations: a migration may still change the columns it watches.
FONCTION = """
CREATE OR REPLACE FUNCTION etat_tenu() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE nom text := TG_ARGV[0];
BEGIN
    IF nom = '' THEN
        IF NEW.type <> OLD.type THEN
            RAISE EXCEPTION 'Une démarche ne change pas de besoin (« % » vers « % »).', OLD.type, NEW.type
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.etat IS NOT DISTINCT FROM OLD.etat THEN RETURN NEW; END IF;
        nom := NEW.type;
    ELSIF NEW.etat IS NOT DISTINCT FROM OLD.etat THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM dossiers_transition t
        WHERE OLD.etat <> '' AND t.machine = nom AND t.de = OLD.etat AND t.vers = NEW.etat;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Aucun geste ne mène de « % » à « % » (%) : un état ne change que par un geste déclaré.',
            OLD.etat, NEW.etat, nom
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION etat_connu() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE nom text := TG_ARGV[0]; inconnu record;
BEGIN
    IF nom = '' THEN
        SELECT n.type AS machine, n.etat INTO inconnu FROM nouvelles n WHERE NOT EXISTS (
            SELECT 1 FROM dossiers_transition t WHERE t.machine = n.type AND t.de = '' AND t.vers = n.etat) LIMIT 1;
    ELSE
        SELECT nom AS machine, n.etat INTO inconnu FROM nouvelles n WHERE NOT EXISTS (
            SELECT 1 FROM dossiers_transition t WHERE t.machine = nom AND t.de = '' AND t.vers = n.etat) LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'L’état « % » n’est pas déclaré pour « % ».', inconnu.etat, inconnu.machine
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
GARDES = """
CREATE OR REPLACE TRIGGER etat_tenu BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION etat_tenu({nom});
CREATE OR REPLACE TRIGGER etat_connu AFTER INSERT ON {table} REFERENCING NEW TABLE AS nouvelles
    FOR EACH STATEMENT EXECUTE FUNCTION etat_connu({nom});
"""


def dresser(**_: Any) -> None:
    """Write the declared changes of state and set the triggers that hold them; repeatable.

    Raises `CommandError` naming need, state and count when live rows stand in a state no longer declared: nothing is then
    written, the database goes on holding what it held.
    """
    if not _tables_pretes():
        return
    with transaction.atomic():
        if orphelines := orphelins():
            raise CommandError(
                "Migration arrêtée : " + " ".join(orphelines) + " Déplacez d’abord ces lignes par une migration."
            )
        _ecrire()
        with connection.cursor() as curseur:
            curseur.execute(FONCTION)
            for table, nom in _tables().items():
                curseur.execute(
                    GARDES.format(table=connection.ops.quote_name(table), nom="'" + nom.replace("'", "''") + "'")
                )


def _tables() -> dict[str, str]:
    """Return every table that holds a protected state, with its machine's name; empty where the row's type says it."""
    tables: dict[str, str] = {}
    for nom, classe in machines().items():
        table = classe._meta.get_field("etat").model._meta.db_table  # type: ignore[union-attr]
        tables[table] = "" if issubclass(classe, Demarche) else nom
    return tables


def _tables_pretes() -> bool:
    presentes = set(connection.introspection.table_names())
    return {*_tables(), Transition._meta.db_table} <= presentes


def orphelins() -> list[str]:
    """Say, one sentence each, which rows stand in a state their machine no longer declares."""
    phrases = []
    for nom, classe in machines().items():
        for etat, combien in _etats_presents(classe):
            if etat not in classe.Etat.values:
                lignes = "1 ligne est" if combien == 1 else f"{combien} lignes sont"
                phrases.append(f"« {nom} » ne déclare plus l’état « {etat} », où {lignes} encore.")
    return phrases


def _etats_presents(classe: type[Machine]) -> list[tuple[str, int]]:
    table = connection.ops.quote_name(classe._meta.get_field("etat").model._meta.db_table)  # type: ignore[union-attr]
    besoin = classe.besoin if issubclass(classe, Demarche) else None
    filtre, valeurs = ("WHERE type = %s", [besoin]) if besoin else ("", [])
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT etat, count(*) FROM {table} {filtre} GROUP BY etat ORDER BY etat", valeurs)  # noqa: S608
        return list(curseur.fetchall())


def _ecrire() -> None:
    voulues = {(nom, de, vers) for nom, classe in machines().items() for de, vers in admises(classe)}
    connues = {(t.machine, t.de, t.vers): t.pk for t in Transition.objects.all()}
    Transition.objects.filter(pk__in=[pk for cle, pk in connues.items() if cle not in voulues]).delete()
    Transition.objects.bulk_create(
        [Transition(machine=m, de=de, vers=vers) for m, de, vers in sorted(voulues - set(connues))]
    )


def admettre(machine: str, de: str, vers: str) -> None:
    """Let a migration move rows out of a state that is going away; the next `dresser` takes the permission back.

    Call it in the `RunPython` that moves them, before it writes their states.
    """
    Transition.objects.get_or_create(machine=machine, de=de, vers=vers)
