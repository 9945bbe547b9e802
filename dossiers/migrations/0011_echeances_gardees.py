"""Deadlines written before they could be computed again are dates that were given: they stay as they are."""

from django.db import migrations

GARDER = "UPDATE dossiers_demarche SET echeance_fixee = echeance WHERE echeance IS NOT NULL AND delai IS NULL"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0010_horloge")]

    operations = [migrations.RunSQL(GARDER, migrations.RunSQL.noop)]
