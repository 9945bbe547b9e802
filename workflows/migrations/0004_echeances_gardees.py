"""Deadlines written before they could be computed again are dates that were given: they stay as they are."""

from django.db import migrations

GARDER = "UPDATE workflows_etape SET echeance_fixee = echeance WHERE echeance IS NOT NULL AND delai IS NULL"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_horloge")]

    operations = [migrations.RunSQL(GARDER, migrations.RunSQL.noop)]
