"""The one statement that names what is due leaves nothing out, and names little more."""

import datetime as dt
import uuid

import pytest
from django.core.management import call_command

from dossiers.actions.pauses import mettre_en_pause
from dossiers.actions.relances import _prevoir, _relancables, relancer
from dossiers.actions.relances_dues import dossiers_dus
from dossiers.models import Demarche, Relance
from dossiers.regles.delais import PARIS
from dossiers.regles.relances import ENTRE_DEUX_RELANCES
from tests.aides import dans, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

JOUR = dt.date(2026, 9, 1)


def le(jours, heure=7):
    return dt.datetime.combine(JOUR + dt.timedelta(days=jours), dt.time(heure, 5), PARIS)


def dus_un_a_un(maintenant):
    """Look at every open file, as no run does."""
    return {r.dossier_id for r in _prevoir(_relancables(), maintenant).relances}


@pytest.fixture
def peuple():
    call_command("peupler", dossiers=120, graine=11, jusqu_au=JOUR, verbosity=0)


def test_rien_de_du_n_est_oublie_jour_apres_jour(peuple):
    vus = []
    for jour in (0, 1, 2, 5, 6, 12, 26, 27, 45):
        maintenant = le(jour)
        attendus = dus_un_a_un(maintenant)
        assert attendus <= set(dossiers_dus(maintenant))
        bilan = relancer(maintenant)
        assert dus_un_a_un(maintenant) == set()
        vus.append((len(attendus), bilan.dossiers))
    assert sum(n for n, _ in vus) > 60
    # letters put off by another of the same week are all that is looked at in vain
    assert sum(lus for _, lus in vus) < 1.5 * sum(n for n, _ in vus)


def test_ce_qui_reste_nomme_attend_que_la_derniere_lettre_soit_assez_vieille(peuple):
    relancer(le(20))
    ecrites = Relance.objects.filter(issue="lettre", faite_le__gt=le(20 - ENTRE_DEUX_RELANCES))
    assert ecrites.exists()
    assert set(dossiers_dus(le(20))) <= set(ecrites.values_list("dossier_id", flat=True))


def test_la_suite_reprend_apres_la_cle_donnee(peuple):
    maintenant = le(30)
    tous = dossiers_dus(maintenant)
    assert (len(tous) > 20, tous == sorted(tous)) == (True, True)
    assert dossiers_dus(maintenant, depuis=tous[9]) == tous[10:]


def test_ce_qui_est_en_pause_n_est_pas_nomme(foyer, bruno):
    maintenant = le(0).replace(year=dans(0).year + 1)
    assert dossiers_dus(maintenant) == [foyer.pk]
    for demarche in Demarche.objects.filter(dossier=foyer):
        mettre_en_pause(
            demarche.specifique, agent=bruno, version=relu(foyer).version, cle=uuid.uuid4(), debut=dans(0),
            motif="projet_reporte",
        )  # fmt: skip
    assert dossiers_dus(maintenant) == []
