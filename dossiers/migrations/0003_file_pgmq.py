"""The queue of the default broker: PGMQ's own SQL, as its Python package ships it; no extension, no server."""

from importlib.resources import files
from typing import Any

from django.db import migrations


def installer(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(files("pgmq").joinpath("sql/pgmq.sql").read_text(encoding="utf-8"), params=None)


def retirer(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP SCHEMA IF EXISTS pgmq CASCADE")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_initial")]

    operations = [migrations.RunPython(installer, retirer)]
