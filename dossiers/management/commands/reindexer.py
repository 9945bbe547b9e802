"""Recompute what every dossier is found by; needed only after a change of the rules that compute it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from dossiers.actions.recherche import indexer
from dossiers.models import Dossier

LOT = 500


class Command(BaseCommand):
    help = "Recalcule les textes de recherche de tous les dossiers, par lots."

    def handle(self, *args: Any, **options: Any) -> None:
        identifiants = list(Dossier.objects.order_by("pk").values_list("pk", flat=True))
        for debut in tqdm(range(0, len(identifiants), LOT), desc="Recherche", unit="lot"):
            with transaction.atomic():
                lot = identifiants[debut : debut + LOT]
                for dossier in Dossier.objects.select_for_update().filter(pk__in=lot).order_by("pk"):
                    indexer(dossier)
        self.stdout.write(f"{len(identifiants)} dossiers indexés.")
