"""Measure the product against floors taken in the same run; the figures are told, never judged by an exit code."""

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dossiers.management import mesures, sondes


class Command(BaseCommand):
    help = "Mesure les pages, les gestes et les courriers sur des bases à part ; résultat en JSON, aussi dans var/bench.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dossiers", type=int, default=100_000, help="taille de la grande base")
        parser.add_argument(
            "--etape", choices=["contexte", "sondes"], help="usage interne : une part, sur la base en cours"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["etape"]:
            demande = json.load(sys.stdin)
            faire = sondes.contexte if options["etape"] == "contexte" else sondes.sonder
            self.stdout.write(json.dumps(faire(**demande)))
            return
        if options["dossiers"] < mesures.PETITE:
            raise CommandError(f"Donnez au moins {mesures.PETITE} dossiers.")
        resultat = mesures.mesurer(options["dossiers"], self.stderr.write)
        texte = json.dumps(resultat, ensure_ascii=False)
        (settings.VAR_DIR / "bench.json").write_text(texte + "\n", encoding="utf-8")
        self.stderr.write(mesures.tableau(resultat))
        self.stdout.write(texte)
