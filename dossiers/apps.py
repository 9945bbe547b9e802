from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.db.models.signals import post_migrate


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        register(gestes_sans_ambiguite)
        post_migrate.connect(_apres_migration, sender=self, dispatch_uid="dossiers.barriere")


def _apres_migration(**options: Any) -> None:
    from dossiers.management.barriere import dresser

    dresser(**options)


def gestes_sans_ambiguite(**_: Any) -> list[CheckMessage]:
    """Refuse to start with a machine where a reader would find two gestures to do next, or none."""
    from dossiers.models.transitions import machines

    return [Error(phrase, id="dossiers.E001") for classe in machines().values() for phrase in classe.ambiguites()]
