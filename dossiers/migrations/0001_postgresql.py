"""What PostgreSQL itself must bring: trigram search, and the sequence dossier numbers are drawn from."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        TrigramExtension(),
        migrations.RunSQL("CREATE SEQUENCE dossiers_numero_seq START 1", "DROP SEQUENCE dossiers_numero_seq"),
    ]
