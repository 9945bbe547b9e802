"""The database as second fence: a state changes as the gestures declare it, whoever writes and however."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from dossiers.actions import demarches
from dossiers.management import barriere
from dossiers.models import Demarche, Dossier, Transition
from dossiers.models.transitions import admises, machines
from tests.aides import besoin, faire, ouvrir_dossier, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def lignes(foyer, bruno):
    """Return one live row of every machine, by the name the database knows it by."""
    etape = faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB").etapes.first()
    trouvees = {"etape": etape, "dossier": foyer}
    for nom, classe in machines().items():
        if nom not in trouvees:
            trouvees[nom] = classe._default_manager.filter(dossier=foyer).first() or ouvrir(bruno, nom)
    return trouvees


def ouvrir(agent, besoin_):
    dossier = ouvrir_dossier(agent, besoins=(besoin_,))
    return Demarche.REGISTRE[besoin_]._default_manager.filter(dossier=dossier).first()


def socle(objet):
    """Return the table that holds the state, and the row's key in it."""
    return objet._meta.get_field("etat").model, objet.pk


def forcer(objet, etat):
    """Put a row in a state, by a permission given for the time of the move, with the facts other constraints want."""
    modele, pk = socle(objet)
    nom = next(n for n, classe in machines().items() if classe is type(objet))
    passage = Transition.objects.get_or_create(machine=nom, de=relu(objet).etat, vers=etat)
    faits = ""
    if modele is Dossier:
        faits = "motif_cloture = 'erreur', reveil_le = '2030-01-01', absorbe_par_id = {}, ".format(
            "id" if etat == "fusionne" else "NULL"
        )
    with connection.cursor() as curseur:
        curseur.execute(f"UPDATE {modele._meta.db_table} SET {faits} etat = %s WHERE id = %s", [etat, pk])
    if passage[1]:
        passage[0].delete()


def tenter(objet, vers):
    """Try a change of state in plain SQL; tell whether the database let it through."""
    modele, pk = socle(objet)
    absorbe = ", absorbe_par_id = CASE WHEN %(vers)s = 'fusionne' THEN id END" if modele is Dossier else ""
    try:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(
                f"UPDATE {modele._meta.db_table} SET etat = %(vers)s{absorbe} WHERE id = %(pk)s",
                {"vers": vers, "pk": pk},
            )
            transaction.set_rollback(True)
        return True
    except IntegrityError as refus:
        if "un état ne change que par un geste déclaré" not in str(refus):
            raise
        return False


@pytest.mark.parametrize("nom", sorted(machines()))
def test_chaque_paire_d_etats_passe_exactement_si_un_geste_la_declare(lignes, nom):
    """All n² pairs of every machine, in plain SQL."""
    objet, classe = lignes[nom], machines()[nom]
    etats = [*map(str, classe.Etat.values), "invente"]
    passees = set()
    for de in etats[:-1]:
        forcer(objet, de)
        passees |= {(de, vers) for vers in etats if vers != de and tenter(objet, vers)}
    assert passees == {(de, vers) for de, vers in admises(classe) if de}
    assert len(passees) > 10 or len(etats) < 8


def test_reprendre_ne_mene_qu_a_un_etat_actif():
    paires = admises(Demarche.REGISTRE["logement"])
    actifs = {str(e) for e in Demarche.REGISTRE["logement"].Etat.values} - Demarche.FINAUX
    assert {vers for de, vers in paires if de == "abandonnee"} == actifs
    assert {vers for de, vers in paires if de == "clos"} == set()


@pytest.mark.parametrize("nom", sorted(machines()))
def test_l_orm_ne_passe_pas_non_plus(lignes, nom):
    objet, classe = lignes[nom], machines()[nom]
    if nom == "position":  # from one still expected every state may be given back, when what moved it is undone
        forcer(objet, "terminee")
        objet = relu(objet)
    modele, pk = socle(objet)
    interdit = next(
        e for e in map(str, classe.Etat.values) if e != objet.etat and (objet.etat, e) not in admises(classe)
    )
    motif = "un état ne change que par un geste déclaré"
    with pytest.raises(IntegrityError, match=motif), transaction.atomic():
        modele._default_manager.filter(pk=pk).update(etat=interdit)
    ligne = modele._default_manager.get(pk=pk)
    ligne.__dict__["etat"] = interdit
    with pytest.raises(IntegrityError, match=motif), transaction.atomic():
        modele._default_manager.bulk_update([ligne], ["etat"])
    with pytest.raises(IntegrityError, match=motif), transaction.atomic():
        modele.save_base(ligne, update_fields=["etat"], raw=True)
    assert relu(objet).etat == objet.etat


def test_une_ligne_naissante_porte_un_etat_declare_pour_son_besoin(foyer):
    """Rows loaded by COPY are already advanced: any declared state will do, of that need alone."""
    logement = besoin(foyer, "logement")
    colonnes = [c.column for c in Demarche._meta.local_concrete_fields if c.column not in {"id", "etat"}]
    copie = (
        f"INSERT INTO dossiers_demarche ({', '.join(colonnes)}, etat)"
        f" SELECT {', '.join(colonnes)}, %s FROM dossiers_demarche WHERE id = %s"
    )
    with connection.cursor() as curseur:
        curseur.execute(copie, ["en_recherche", logement.pk])
    phrase = "L’état « entretien » n’est pas déclaré pour « logement »"
    with pytest.raises(IntegrityError, match=phrase), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(copie, ["entretien", logement.pk])


def test_une_demarche_ne_change_pas_de_besoin(foyer):
    with pytest.raises(IntegrityError, match="Une démarche ne change pas de besoin"), transaction.atomic():
        Demarche.objects.filter(dossier=foyer, type="logement").update(type="scolarisation")


def test_toute_table_qui_tient_un_etat_est_gardee():
    tables = {c._meta.get_field("etat").model._meta.db_table for c in machines().values()}
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname) FROM pg_trigger"
            " WHERE tgname IN ('etat_tenu', 'etat_connu') GROUP BY 1"
        )
        assert dict(curseur.fetchall()) == {t: ["etat_connu", "etat_tenu"] for t in tables}


def test_la_table_dit_exactement_les_declarations_et_se_recrit_sans_bruit():
    voulues = {(nom, de, vers) for nom, classe in machines().items() for de, vers in admises(classe)}
    avant = dict(Transition.objects.values_list("pk", "machine"))
    Transition.objects.create(machine="logement", de="clos", vers="exprime")
    barriere.dresser()
    assert set(Transition.objects.values_list("machine", "de", "vers")) == voulues
    assert dict(Transition.objects.values_list("pk", "machine")) == avant


def test_migrer_de_nouveau_ne_change_rien(foyer):
    avant = sorted(Transition.objects.values_list("pk", "machine", "de", "vers"))
    call_command("migrate", verbosity=0)
    assert sorted(Transition.objects.values_list("pk", "machine", "de", "vers")) == avant


def test_un_etat_retire_alors_qu_il_sert_encore_arrete_la_migration(foyer, monkeypatch):
    """The database keeps what it knew: neither table nor triggers move when the migration stops."""
    logement = Demarche.REGISTRE["logement"]
    restants = type("Etat", (), {"values": [e for e in logement.Etat.values if e != "exprime"]})
    monkeypatch.setattr(logement, "Etat", restants)
    avant = set(Transition.objects.values_list("machine", "de", "vers"))
    with pytest.raises(CommandError) as arret:
        call_command("migrate", verbosity=0)
    assert str(arret.value) == (
        "Migration arrêtée : « logement » ne déclare plus l’état « exprime », où 1 ligne est encore."
        " Déplacez d’abord ces lignes par une migration."
    )
    assert set(Transition.objects.values_list("machine", "de", "vers")) == avant


def test_une_migration_deplace_les_lignes_d_un_etat_qui_s_en_va(foyer):
    barriere.admettre("logement", "exprime", "emmenage")
    assert Demarche.objects.filter(dossier=foyer, type="logement").update(etat="emmenage") == 1
    barriere.dresser()
    assert not Transition.objects.filter(machine="logement", de="exprime", vers="emmenage").exists()


def test_un_geste_passe_la_barriere_et_laisse_tout_en_un_acte(foyer, bruno, monkeypatch):
    """The fence stands behind the executor: what one lets through, the other does too."""
    logement = faire(besoin(foyer, "logement"), "abandonner", bruno, motif="famille")
    repris = faire(logement, "reprendre", bruno)
    assert (logement.etat, repris.etat, demarches.avancer.__name__) == ("abandonnee", "exprime", "avancer")


def test_le_refus_de_la_base_annule_l_acte_entier(foyer, bruno):
    Transition.objects.filter(machine="dossier", de="nouveau", vers="qualifie").delete()
    phrase = refuse(lambda: avancer_dans_un_point(foyer, bruno), IntegrityError)
    assert "Aucun geste ne mène de « nouveau » à « qualifie » (dossier)" in phrase
    assert (relu(foyer).etat, relu(foyer).version, foyer.history.first().history_geste) == (
        "nouveau", foyer.version, "nommer_referent",
    )  # fmt: skip


def avancer_dans_un_point(dossier, agent):
    with transaction.atomic():
        faire(dossier, "qualifier", agent)
