"""Who somebody may already be: keys of how names sound, text searched without accents, requests to see a hidden file."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import dossiers.models.recherche
from dossiers.regles.phonetique import cles_phonetiques

LETTRES, NUES = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
SIGNES = "’‘«»–—\u00a0\u202f\u2011"
# no extension: `translate` is in every PostgreSQL, and immutable, as an index asks
SANS_ACCENT = f"""
CREATE FUNCTION sans_accent(texte text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT lower(translate(replace(replace(replace(replace(texte, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'),
    '{LETTRES}{LETTRES.upper()}{SIGNES}', '{NUES}{NUES}{" " * len(SIGNES)}')) $$
"""
LOT = 2000


def entendre(apps, schema_editor):
    """Compute how the names of the people already known sound."""
    personnes = apps.get_model("dossiers", "Personne").objects
    dernier = 0
    while lot := list(personnes.filter(pk__gt=dernier).order_by("pk").only("nom", "nom_usage", "prenom")[:LOT]):
        for personne in lot:
            personne.cles = cles_phonetiques(personne.nom, personne.nom_usage, personne.prenom)
        personnes.bulk_update(lot, ["cles"], batch_size=LOT)
        dernier = lot[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0014_lexiques"),
    ]

    operations = [
        migrations.RunSQL(SANS_ACCENT, "DROP FUNCTION sans_accent(text)"),
        migrations.CreateModel(
            name="DemandeAcces",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "motif",
                    models.CharField(
                        choices=[
                            ("appel", "la personne nous appelle"),
                            ("adressee", "un partenaire nous l’adresse"),
                            ("demarche", "une démarche nous revient"),
                        ],
                        default="appel",
                        max_length=12,
                        verbose_name="motif de la demande",
                    ),
                ),
                ("demandee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                (
                    "reponse",
                    models.CharField(
                        blank=True,
                        choices=[("", "en attente"), ("accorde", "accordé"), ("refuse", "refusé")],
                        default="",
                        max_length=8,
                        verbose_name="réponse",
                    ),
                ),
                ("raison", models.CharField(blank=True, max_length=200, verbose_name="raison du refus")),
                ("repondue_le", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
                (
                    "nominatif",
                    models.BooleanField(default=False, editable=False, verbose_name="accès donné à la personne seule"),
                ),
            ],
            options={
                "verbose_name": "demande d’accès",
                "ordering": ("-demandee_le", "-id"),
            },
        ),
        migrations.CreateModel(
            name="HistoricalDemandeAcces",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_geste", models.CharField(default="", max_length=60)),
                ("history_motif", models.CharField(blank=True, default="", max_length=40)),
                ("history_organisme_id", models.BigIntegerField(null=True)),
                ("history_operation", models.UUIDField(null=True)),
                (
                    "motif",
                    models.CharField(
                        choices=[
                            ("appel", "la personne nous appelle"),
                            ("adressee", "un partenaire nous l’adresse"),
                            ("demarche", "une démarche nous revient"),
                        ],
                        default="appel",
                        max_length=12,
                        verbose_name="motif de la demande",
                    ),
                ),
                ("demandee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                (
                    "reponse",
                    models.CharField(
                        blank=True,
                        choices=[("", "en attente"), ("accorde", "accordé"), ("refuse", "refusé")],
                        default="",
                        max_length=8,
                        verbose_name="réponse",
                    ),
                ),
                ("raison", models.CharField(blank=True, max_length=200, verbose_name="raison du refus")),
                ("repondue_le", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
                (
                    "nominatif",
                    models.BooleanField(default=False, editable=False, verbose_name="accès donné à la personne seule"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical demande d’accès",
                "verbose_name_plural": "historical demande d’accèss",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="agent",
            name="acces",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False
            ),
        ),
        migrations.AddField(
            model_name="personne",
            name="cles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=250), blank=True, default=list, editable=False
            ),
        ),
        migrations.RunPython(entendre, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="appel",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    dossiers.models.recherche.SansAccent(models.F("nom_appelant")),
                    dossiers.models.recherche.SansAccent(models.F("texte")),
                    config="french",
                ),
                name="appel_texte",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    dossiers.models.recherche.SansAccent(models.F("texte")), config="french"
                ),
                name="note_texte",
            ),
        ),
        migrations.AddIndex(
            model_name="personne",
            index=models.Index(
                condition=models.Q(("rpps", ""), _negated=True), fields=["rpps"], name="personne_rpps_connu"
            ),
        ),
        migrations.AddIndex(
            model_name="personne",
            index=django.contrib.postgres.indexes.GinIndex(fields=["cles"], name="personne_cles"),
        ),
        migrations.AddField(
            model_name="demandeacces",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="demandes_acces",
                to=settings.AUTH_USER_MODEL,
                verbose_name="demandé par",
            ),
        ),
        migrations.AddField(
            model_name="demandeacces",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="demandes_acces",
                to="dossiers.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="demandeacces",
            name="organisme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dossiers.organisme",
                verbose_name="pour",
            ),
        ),
        migrations.AddField(
            model_name="demandeacces",
            name="repondue_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="répondu par",
            ),
        ),
        migrations.AddField(
            model_name="historicaldemandeacces",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="demandé par",
            ),
        ),
        migrations.AddField(
            model_name="historicaldemandeacces",
            name="dossier",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="dossiers.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="historicaldemandeacces",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicaldemandeacces",
            name="organisme",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="dossiers.organisme",
                verbose_name="pour",
            ),
        ),
        migrations.AddField(
            model_name="historicaldemandeacces",
            name="repondue_par",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="répondu par",
            ),
        ),
        migrations.AddIndex(
            model_name="demandeacces",
            index=models.Index(
                condition=models.Q(("reponse", "")), fields=["dossier"], name="demande_acces_en_attente"
            ),
        ),
        migrations.AddConstraint(
            model_name="demandeacces",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("repondue_le", None), ("reponse", "")),
                    models.Q(models.Q(("reponse", ""), _negated=True), ("repondue_le__isnull", False)),
                    _connector="OR",
                ),
                name="demande_acces_repondue",
                violation_error_message="Une réponse porte sa date.",
            ),
        ),
        migrations.AddConstraint(
            model_name="demandeacces",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reponse", "refuse"), _negated=True),
                    models.Q(("raison", ""), _negated=True),
                    _connector="OR",
                ),
                name="demande_acces_refus_motive",
                violation_error_message="Un refus dit sa raison.",
            ),
        ),
    ]
