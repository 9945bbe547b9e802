"""Lists as agents arrange them: saved views, chosen columns, tags; what undoes an act; letters kept back, or cancelled."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0019_journee"),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="listes",
            field=models.JSONField(blank=True, default=dict, editable=False, verbose_name="listes"),
        ),
        migrations.AddField(
            model_name="courrier",
            name="a_partir_de",
            field=models.DateTimeField(blank=True, null=True, verbose_name="à produire à partir de"),
        ),
        migrations.AddField(
            model_name="historicalagent",
            name="listes",
            field=models.JSONField(blank=True, default=dict, editable=False, verbose_name="listes"),
        ),
        migrations.AddField(
            model_name="historicalcourrier",
            name="a_partir_de",
            field=models.DateTimeField(blank=True, null=True, verbose_name="à produire à partir de"),
        ),
        migrations.AddField(
            model_name="operation",
            name="retour",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="courrier",
            name="etat",
            field=models.CharField(
                choices=[
                    ("a_produire", "à produire"),
                    ("produit", "produit"),
                    ("echec", "échec"),
                    ("annule", "annulé"),
                ],
                default="a_produire",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="historicalcourrier",
            name="etat",
            field=models.CharField(
                choices=[
                    ("a_produire", "à produire"),
                    ("produit", "produit"),
                    ("echec", "échec"),
                    ("annule", "annulé"),
                ],
                default="a_produire",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.CreateModel(
            name="Etiquette",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nom", models.CharField(max_length=30, verbose_name="étiquette")),
                (
                    "ton",
                    models.CharField(
                        choices=[
                            ("neutre", "gris"),
                            ("info", "bleu"),
                            ("succes", "vert"),
                            ("alerte", "ambre"),
                            ("danger", "rouge"),
                        ],
                        default="neutre",
                        max_length=8,
                        verbose_name="couleur",
                    ),
                ),
                ("retiree_le", models.DateTimeField(blank=True, null=True, verbose_name="retirée le")),
                (
                    "territoire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="etiquettes", to="dossiers.territoire"
                    ),
                ),
            ],
            options={
                "verbose_name": "étiquette du territoire",
                "ordering": ("nom", "id"),
            },
        ),
        migrations.CreateModel(
            name="EtiquettePosee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("posee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="posée le")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="etiquettes_posees",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "etiquette",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="poses",
                        to="dossiers.etiquette",
                        verbose_name="étiquette",
                    ),
                ),
            ],
            options={
                "verbose_name": "étiquette",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="HistoricalEtiquette",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_geste", models.CharField(default="", max_length=60)),
                ("history_motif", models.CharField(blank=True, default="", max_length=40)),
                ("history_organisme_id", models.BigIntegerField(null=True)),
                ("history_operation", models.UUIDField(null=True)),
                ("nom", models.CharField(max_length=30, verbose_name="étiquette")),
                (
                    "ton",
                    models.CharField(
                        choices=[
                            ("neutre", "gris"),
                            ("info", "bleu"),
                            ("succes", "vert"),
                            ("alerte", "ambre"),
                            ("danger", "rouge"),
                        ],
                        default="neutre",
                        max_length=8,
                        verbose_name="couleur",
                    ),
                ),
                ("retiree_le", models.DateTimeField(blank=True, null=True, verbose_name="retirée le")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "territoire",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="dossiers.territoire",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical étiquette du territoire",
                "verbose_name_plural": "historical étiquette du territoires",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalEtiquettePosee",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_geste", models.CharField(default="", max_length=60)),
                ("history_motif", models.CharField(blank=True, default="", max_length=40)),
                ("history_organisme_id", models.BigIntegerField(null=True)),
                ("history_operation", models.UUIDField(null=True)),
                ("posee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="posée le")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "etiquette",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="dossiers.etiquette",
                        verbose_name="étiquette",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical étiquette",
                "verbose_name_plural": "historical étiquettes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalVue",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_geste", models.CharField(default="", max_length=60)),
                ("history_motif", models.CharField(blank=True, default="", max_length=40)),
                ("history_organisme_id", models.BigIntegerField(null=True)),
                ("history_operation", models.UUIDField(null=True)),
                ("liste", models.CharField(max_length=20, verbose_name="liste")),
                ("nom", models.CharField(max_length=60, verbose_name="nom de la vue")),
                ("parametres", models.JSONField(default=dict, verbose_name="filtres")),
                (
                    "colonnes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, verbose_name="colonnes"
                    ),
                ),
                ("partagee", models.BooleanField(default=False, verbose_name="partagée avec mon organisme")),
                ("retiree_le", models.DateTimeField(blank=True, null=True, verbose_name="supprimée le")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="faite par",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="dossiers.organisme",
                    ),
                ),
                (
                    "territoire",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="dossiers.territoire",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical vue",
                "verbose_name_plural": "historical vues",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Vue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("liste", models.CharField(max_length=20, verbose_name="liste")),
                ("nom", models.CharField(max_length=60, verbose_name="nom de la vue")),
                ("parametres", models.JSONField(default=dict, verbose_name="filtres")),
                (
                    "colonnes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, verbose_name="colonnes"
                    ),
                ),
                ("partagee", models.BooleanField(default=False, verbose_name="partagée avec mon organisme")),
                ("retiree_le", models.DateTimeField(blank=True, null=True, verbose_name="supprimée le")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vues",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="faite par",
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="vues", to="dossiers.organisme"
                    ),
                ),
                (
                    "territoire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="vues", to="dossiers.territoire"
                    ),
                ),
            ],
            options={
                "verbose_name": "vue",
                "ordering": ("nom", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="etiquette",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retiree_le", None)),
                fields=("territoire", "nom"),
                name="une_etiquette_par_nom",
                violation_error_message="Cette étiquette existe déjà.",
            ),
        ),
        migrations.AddConstraint(
            model_name="etiquetteposee",
            constraint=models.UniqueConstraint(
                fields=("dossier", "etiquette"),
                name="une_etiquette_une_fois",
                violation_error_message="Cette étiquette est déjà posée.",
            ),
        ),
        migrations.AddIndex(
            model_name="vue",
            index=models.Index(
                condition=models.Q(("partagee", True), ("retiree_le", None)),
                fields=["organisme", "liste"],
                name="vue_partagees",
            ),
        ),
        migrations.AddConstraint(
            model_name="vue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retiree_le", None)),
                fields=("agent", "territoire", "liste", "nom"),
                name="une_vue_par_nom",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            ),
        ),
    ]
