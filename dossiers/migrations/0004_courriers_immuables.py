"""An issued letter is never rewritten, not even by SQL: the bytes and what proves them are frozen."""

from django.db import migrations

INTERDIRE = """
CREATE FUNCTION courrier_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Un courrier produit ne se modifie pas : émettre un nouveau courrier.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER courrier_fichier_fige BEFORE UPDATE ON dossiers_courrierfichier
    FOR EACH ROW EXECUTE FUNCTION courrier_fige();
CREATE TRIGGER courrier_produit_fige BEFORE UPDATE ON dossiers_courrier
    FOR EACH ROW WHEN (OLD.etat = 'produit') EXECUTE FUNCTION courrier_fige();
"""

PERMETTRE = """
DROP TRIGGER courrier_produit_fige ON dossiers_courrier;
DROP TRIGGER courrier_fichier_fige ON dossiers_courrierfichier;
DROP FUNCTION courrier_fige();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_file_pgmq")]

    operations = [migrations.RunSQL(INTERDIRE, PERMETTRE)]
