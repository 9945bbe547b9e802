"""The house every test lives in: a real PostgreSQL, the two territories, and the cast."""

import os

import pytest
from django.core.management import call_command
from django.db import connection

from guichet import postgres


def pytest_configure(config: pytest.Config) -> None:
    """Start the throw-away cluster, once, when no outside server is named."""
    if not hasattr(config, "workerinput") and not os.environ.get("DATABASE_URL"):
        postgres.ESSAI.demarrer()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--captures", action="store_true", help="récrit les captures d’écran de docs/captures")
    parser.addoption("--complet", action="store_true", help="vies et agents simultanés en grand (plusieurs minutes)")


def peupler() -> None:
    """Load the territories and the cast by the product's own commands."""
    from dossiers.management.commands.charger_demo import charger_equipe
    from dossiers.models import auteur

    call_command("charger_territoire", verbosity=0)
    with auteur(None, geste="essai"):
        charger_equipe()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Load the reference data once, and let the broker know which database the queue lives in."""
    from django.conf import settings

    from guichet.celery import app
    from guichet.settings import conn_string

    with django_db_blocker.unblock():
        # a kept database may hold the reference data of an older code
        call_command("flush", verbosity=0, interactive=False)
        peupler()
        if settings.CELERY_BROKER_URL.startswith("pgmq"):
            app.conf.broker_transport_options["conn_string"] = conn_string(connection.settings_dict)


class VariableInconnue(str):
    """What a template prints for a name nobody gave it: in a test, a failure."""

    def __contains__(self, morceau: object) -> bool:
        return morceau == "%s"

    def __mod__(self, nom: object) -> str:
        raise AssertionError(f"Variable de gabarit inconnue : {nom}")


@pytest.fixture(autouse=True, scope="session")
def gabarits_stricts() -> None:
    from django.template import engines

    engines["django"].engine.string_if_invalid = VariableInconnue("%s")


@pytest.fixture(autouse=True)
def monde(request: pytest.FixtureRequest) -> None:
    """Put the reference data back after a test that emptied the tables."""
    if not {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        return
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    from dossiers.models import Agent

    if not Agent.objects.exists():
        peupler()


def _agent(prenom: str) -> object:
    @pytest.fixture(name=prenom.lower())
    def trouver(db: None) -> object:
        from dossiers.models import Agent

        return Agent.objects.get(courriel__startswith=f"{prenom.lower()}@")

    return trouver


amina = _agent("Amina")
bruno = _agent("Bruno")
chloe = _agent("Chloe")
driss = _agent("Driss")
estelle = _agent("Estelle")
fabien = _agent("Fabien")
gaelle = _agent("Gaelle")
hugo = _agent("Hugo")


@pytest.fixture
def foyer(bruno: object) -> object:
    """A couple with one child, the four needs open, in Anduze, Bruno its référent."""
    from tests.aides import donner_referent, ouvrir_dossier

    return donner_referent(ouvrir_dossier(bruno), bruno)
