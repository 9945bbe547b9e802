"""Random lives hold every invariant; `--complet` draws them longer and anew at each run (CONTRIBUTING)."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from dossiers.models.transitions import machines
from tests.workflows.vies import ROLES, Vies

PROFILS = {
    # in the suite a failing life is shown as it came: making it short takes minutes, and `--complet` does it
    False: {"max_examples": 9, "stateful_step_count": 25, "derandomize": True, "phases": [Phase.generate]},
    True: {"max_examples": 200, "stateful_step_count": 50, "derandomize": False, "print_blob": True},
}


@pytest.mark.django_db
def test_aucune_vie_tiree_au_hasard_ne_viole_ce_qui_doit_tenir(request):
    profil = PROFILS[request.config.getoption("--complet")]
    ecartes = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Vies, settings=settings(deadline=None, database=None, suppress_health_check=ecartes, **profil)
    )
    assert len(Vies.reussites_de_tous) >= 20, sorted(Vies.reussites_de_tous)


def test_il_y_a_une_regle_par_geste_et_par_role_et_douze_invariants_au_moins():
    attendues = {f"{nom}_{code}_{role}" for nom, c in machines().items() for code in c.gestes() for role in ROLES}
    vie = Vies.setup_state()
    regles = {r.function.__name__ for r in vie.rules}
    assert regles == attendues | {"rejouer", "page_perimee"}
    assert len(vie.invariants) >= 12
