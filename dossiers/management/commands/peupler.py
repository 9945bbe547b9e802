"""Make plausible dossiers by the thousand, for benches and for a demonstration at full size; it only ever adds."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dossiers.management.peuplement import peupler


class Command(BaseCommand):
    help = "Ajoute des dossiers fictifs et toute leur vie, par COPY ; même graine et même jour, mêmes dossiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dossiers", type=int, required=True, help="combien de dossiers ajouter")
        parser.add_argument("--graine", type=int, default=2026, help="graine du hasard")
        parser.add_argument(
            "--jusqu-au",
            type=dt.date.fromisoformat,
            default=None,
            help="dernier jour (AAAA-MM-JJ) ; rien : aujourd’hui",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        nombre = options["dossiers"]
        if not 1 <= nombre <= 10_000_000:
            raise CommandError("Donnez un nombre de dossiers entre 1 et 10 000 000.")
        peupler(nombre, graine=options["graine"], jusqu_au=options["jusqu_au"])
        self.stdout.write(f"{nombre} dossiers ajoutés.")
