"""A file taken in by another is no longer open: a generated column is not altered, it is made again with its indexes."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import Q

OUVERTS = [
    models.Index(
        fields=["territoire", "-mouvement_le", "-id"], condition=Q(ouvert=True), name="dossier_ouverts_mouvement"
    ),
    models.Index(
        fields=["territoire", "etat"],
        include=["id", "intervenants", "confidentiel", "referent"],
        condition=Q(ouvert=True),
        name="dossier_ouverts_par_etat",
    ),
    models.Index(fields=["territoire"], condition=Q(ouvert=True, referent=None), name="dossier_sans_referent"),
    GinIndex(fields=["intervenants"], condition=Q(ouvert=True), name="dossier_intervenants"),
]


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_mouvements")]

    operations = [
        *(migrations.RemoveIndex("dossier", index.name) for index in OUVERTS),
        migrations.RemoveField("dossier", "ouvert"),
        migrations.AddField(
            "dossier",
            "ouvert",
            models.GeneratedField(
                expression=models.ExpressionWrapper(~Q(etat__in=["clos", "fusionne"]), models.BooleanField()),
                output_field=models.BooleanField(),
                db_persist=True,
                verbose_name="ouvert",
            ),
        ),
        *(migrations.AddIndex("dossier", index) for index in OUVERTS),
    ]
