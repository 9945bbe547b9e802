"""The bench measures what it says: its probes run, undo what they write, and every figure has its bound."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from dossiers.lectures import fiche
from dossiers.lectures import retroplanning as lecture
from dossiers.management import mesures, sondes
from dossiers.management.sonde_relances import mesurer_relances
from dossiers.models import Courrier, Demarche, Relance

pytestmark = pytest.mark.django_db

DOSSIERS = 450


class Depart:
    """Stands for a server whose list has one page."""

    def feuilleter(self, chemin, session, fois):
        return chemin


@pytest.fixture
def contexte():
    # the households drawn depend on the first key given: whatever ran before, these are the same
    with connection.cursor() as curseur:
        curseur.execute("SELECT setval(pg_get_serial_sequence('dossiers_dossier', 'id'), 1, false)")
    call_command("peupler", dossiers=DOSSIERS, graine=3, verbosity=0)
    return sondes.contexte(grand=False)


def test_le_dossier_complet_a_tous_les_besoins_et_un_plan(contexte, bruno):
    dossier = fiche.trouver(bruno, contexte["complet"])
    demarches = list(dossier.demarches.all())
    assert ({d.type for d in demarches}, len(Demarche.REGISTRE) >= 8) == (set(Demarche.REGISTRE), True)
    plan = lecture.lire(bruno, dossier, lecture.date_visee(dossier), timezone.localdate())
    lues = [d for d in demarches if bruno.peut_lire(d.classe.section)]
    montrees = {d.pk for d in lues if d.etat not in {"abandonnee", "sans_objet"}}
    assert {g.demarche.pk for g in plan.groupes} == montrees
    assert contexte["delai"] in {d.pk for d in demarches if d.echeance}


def test_chaque_page_mesuree_repond_et_a_ses_bornes(contexte):
    pages = list(mesures.pages_de(contexte, Depart()))
    noms = [p["nom"] for p in pages]
    assert {"fiche, huit besoins", "rétroplanning", "délai expliqué"} < set(noms)
    for page in (p for p in pages if p["nom"] in {"fiche, huit besoins", "rétroplanning", "délai expliqué"}):
        client = Client()
        client.cookies["sessionid"] = page["session"]
        assert client.get(page["chemin"]).status_code == 200
        assert page["cible"] == {"ratio": 9, "requetes": 12}
        assert sondes._compter(client, page["chemin"], None) <= 12


def test_les_relances_sont_mesurees_puis_defaites(contexte):
    avant = (Relance.objects.count(), Courrier.objects.count())
    passes = mesurer_relances()
    assert list(passes) == list(mesures.RELANCES)
    for nom, passe in passes.items():
        assert set(passe) >= {"ms", "plancher_ms", "requetes", "min_ms", "plancher_min_ms"}
        assert 0 < passe["min_ms"] <= passe["ms"]
        assert 0 < passe["plancher_min_ms"] <= passe["plancher_ms"]
        assert 0 < passe["requetes"] <= mesures.RELANCES[nom]["requetes"]
    # a hundred files due, and it is they that cost
    assert passes["cent dossiers dus"]["hors_recherche_ms"] > passes["rien de dû"]["min_ms"]
    assert (Relance.objects.count(), Courrier.objects.count()) == avant


def test_le_resultat_a_une_ligne_par_mesure(contexte):
    pages = list(mesures.pages_de(contexte, Depart()))
    temps = {"ms": 8.0, "plancher_ms": 2.0}
    lues = [{**p, **temps, "ms_petite": 8.0, "min_ms": 7.0, "plancher_min_ms": 1.5, "comparable": True} for p in pages]
    sonde = {
        "requetes": {**{p["nom"]: 7 for p in pages}, "geste": 10},
        "geste": temps, "lettres": {"C01": temps}, "relances": mesurer_relances(),
    }  # fmt: skip
    lignes = mesures._rassembler(lues, sonde, sonde, mesures.PETITE + 1)
    par_nom = {ligne["nom"]: ligne for ligne in lignes}
    assert len(par_nom) == len(lignes)
    assert (par_nom["rétroplanning"]["ratio"], par_nom["rétroplanning"]["tenu"]) == (4.0, True)
    assert par_nom["relances, cent dossiers dus"]["cible"] == mesures.RELANCES["cent dossiers dus"]
    croissance = par_nom["croissance relances, hors recherche"]
    assert (croissance["ratio"], croissance["cible"], croissance["tenu"]) == (1.0, {"ratio": 1.3}, True)
    assert all(set(ligne["cible"]) <= set(ligne) for ligne in lignes)
    assert mesures.tableau({"n": 0, "mesures": lignes}).count("\n") == len(lignes)
