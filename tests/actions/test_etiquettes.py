"""Tags: a short list a supervisor writes, put on dossiers by the line alone."""

import uuid

import pytest

from dossiers.actions.etiquettes import ecrire_etiquette, etiqueter, retirer_etiquette
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.lectures.chronologie import lire
from dossiers.models import Etiquette
from tests.aides import refuse, relu

pytestmark = pytest.mark.django_db


def creer(agent, nom="À relire", ton="alerte"):
    return ecrire_etiquette(agent=agent, cle=uuid.uuid4(), nom=nom, ton=ton)


def poser(dossier, agent, *etiquettes, **autres):
    version = autres.pop("version", relu(dossier).version)
    return etiqueter(dossier, agent=agent, version=version, cle=uuid.uuid4(), poser=etiquettes, **autres)


def noms(dossier):
    return [p.etiquette.nom for p in dossier.etiquettes_posees.select_related("etiquette")]


@pytest.fixture
def relire(estelle):
    return creer(estelle)


def test_une_etiquette_se_pose_se_retire_et_l_histoire_le_dit(foyer, bruno, amina, relire):
    poser(foyer, amina, relire)
    assert noms(foyer) == ["À relire"]
    etiqueter(foyer, agent=bruno, version=relu(foyer).version, cle=uuid.uuid4(), retirer=[relire])
    assert noms(foyer) == []
    retrait, pose = lire(relu(foyer), bruno, [])[:2]
    assert [(e.titre, e.qui, e.details) for e in (pose, retrait)] == [
        ("Étiquettes modifiées", amina.get_full_name(), ["Étiquette posée : À relire"]),
        ("Étiquettes modifiées", bruno.get_full_name(), ["Étiquette retirée : À relire"]),
    ]


def test_ni_deux_fois_ni_sur_une_version_depassee(foyer, bruno, relire):
    poser(foyer, bruno, relire)
    assert refuse(lambda: poser(foyer, bruno, relire), Refus) == "L’étiquette est déjà posée."
    refuse(lambda: poser(foyer, bruno, relire, version=1), Perime)


def test_un_partenaire_ne_pose_ni_ne_lit_d_etiquette(foyer, chloe, bruno, relire):
    refuse(lambda: poser(foyer, chloe, relire), Introuvable)
    poser(foyer, bruno, relire)
    assert "Étiquettes modifiées" not in [e.titre for e in lire(relu(foyer), chloe, [])]
    assert list(Etiquette.objects.visibles_par(chloe)) == []


def test_l_etiquette_d_un_autre_territoire_ou_retiree_ne_se_pose_pas(foyer, bruno, estelle, fabien, relire):
    gers = Etiquette(territoire_id=fabien.territoire_id, nom="Gers")
    assert "territoire" in refuse(lambda: poser(foyer, bruno, gers), Introuvable)
    retirer_etiquette(relire, agent=estelle, cle=uuid.uuid4())
    refuse(lambda: poser(foyer, bruno, relire), Introuvable)


@pytest.mark.parametrize("nom", ["À relire", "a RELIRE", "  à relire "])
def test_un_nom_ne_sert_qu_une_fois(estelle, relire, nom):
    assert "déjà dans la liste" in refuse(lambda: creer(estelle, nom), Refus)


def test_seule_la_direction_ecrit_la_liste(bruno, amina, chloe):
    for agent in (bruno, amina, chloe):
        refuse(lambda agent=agent: creer(agent), Introuvable)


def test_la_liste_reste_courte(estelle, monkeypatch):
    monkeypatch.setattr("dossiers.actions.etiquettes.MAX_PAR_TERRITOIRE", 1)
    creer(estelle)
    assert "retirez-en une" in refuse(lambda: creer(estelle, "Une autre"), Refus)
