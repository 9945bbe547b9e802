"""The usual plan as data: every state of a described need has its phase, every link its ends, no circle."""

import pytest

from dossiers.models import Demarche
from dossiers.models.machine import Attend
from dossiers.regles.retroplanning import Tache, deplier, lier, ordonner
from workflows.graphe_formalites import graphe
from workflows.plan_foyer import LIENS, PHASES

REPERES = {f"{besoin}.{p.code}" for besoin, phases in PHASES.items() for p in phases} | {
    f"formalites.{code}" for code in graphe()
}


@pytest.mark.parametrize("besoin", [b for b in PHASES if b != "formalites"])
def test_chaque_etat_d_un_besoin_est_dans_une_phase_et_une_seule(besoin):
    classe = Demarche.REGISTRE[besoin]
    ranges = sorted(etat for phase in PHASES[besoin] for etat in phase.etats)
    assert ranges == sorted(set(classe.Etat.values) - classe.FINAUX)


def test_chaque_phase_dit_qui_agit():
    assert {p.qui for phases in PHASES.values() for p in phases} <= set(Attend.values)


def test_chaque_lien_va_d_une_tache_connue_a_une_autre_et_dit_pourquoi():
    assert [li for li in LIENS if not {li.avant, li.apres} <= REPERES or not li.pourquoi] == []


def test_les_liens_ne_font_pas_de_cercle(db):
    jour = __import__("datetime").date(2027, 1, 1)
    taches = [x for b, phases in PHASES.items() for x in deplier(b, b, phases, jour, etat="exprime")]
    taches += [Tache(f"f.{c}", f"formalites.{c}", c, 1) for c in graphe()]
    assert len(ordonner(lier(taches, LIENS))) == len(taches)


def test_un_besoin_sans_phases_compte_pour_un_seul_temps(monkeypatch):
    logement = Demarche.REGISTRE["logement"](pk=7)
    monkeypatch.setattr(Demarche, "PLAN", type(Demarche.PLAN)({}))
    assert [(x.cle, x.libelle, x.duree, x.unite, x.but) for x in logement.taches()] == [
        ("logement-7.ensemble", "Logement", 20, "ouvres", True)
    ]
