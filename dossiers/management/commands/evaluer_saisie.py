"""Score what the call screen understands of a file of calls; reads the words and communes in use, writes nothing."""

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from dossiers.lectures.lexiques import preparer
from dossiers.management.commands.charger_territoire import DONNEES
from dossiers.models import Territoire
from dossiers.regles.saisie.communes import Communes
from dossiers.regles.saisie.evaluation import Bilan, evaluer
from dossiers.regles.saisie.fichiers import termes_du_fichier
from dossiers.regles.saisie.lexique import Lexiques


class Command(BaseCommand):
    help = "Mesure précision, rappel et F1 de la saisie sur un fichier d’appels (format de donnees/appels.json)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", help="fichier JSON d’appels")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON, rien d’autre")
        parser.add_argument("--territoire", default="ales", help="territoire dont on lit les mots et les communes")
        parser.add_argument("--ecarts", action="store_true", help="montre aussi chaque appel lu autrement")
        parser.add_argument("--livres", action="store_true", help="les mots livrés, sans la base ni ses changements")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            appels = json.loads(Path(options["fichier"]).read_text(encoding="utf-8"))
        except (OSError, ValueError) as erreur:
            raise CommandError(f"Fichier illisible : {options['fichier']} ({erreur}).") from None
        lexiques, communes = livres() if options["livres"] else en_usage(options["territoire"])
        try:
            bilan = evaluer(appels, lexiques, communes)
        except (KeyError, TypeError) as erreur:
            raise CommandError(f"Ce fichier n’a pas le format d’appels.json : il manque {erreur}.") from None
        if options["json"]:
            self.stdout.write(json.dumps(bilan.en_json(), ensure_ascii=False))
            return
        self._tableau(bilan)
        if options["ecarts"]:
            self._ecarts(bilan)

    def _tableau(self, bilan: Bilan) -> None:
        self.stdout.write(
            f"{bilan.n} appels\n{'champ':<12} {'précision':>9} {'rappel':>7} {'F1':>6}   justes  faux  manqués"
        )
        for nom, c in bilan.champs.items():
            scores = f"{c.precision:>9.3f} {c.rappel:>7.3f} {c.f1:>6.3f}"
            self.stdout.write(f"{nom:<12} {scores}   {c.justes:>6} {c.faux:>5} {c.manques:>8}")

    def _ecarts(self, bilan: Bilan) -> None:
        for rang, champ, voulus, trouves in bilan.ecarts:
            manque = ", ".join(sorted(map(str, voulus - trouves))) or "rien"
            trop = ", ".join(sorted(map(str, trouves - voulus))) or "rien"
            self.stdout.write(f"appel {rang}, {champ} : manque {manque} ; en trop {trop}")


def en_usage(code: str) -> tuple[Lexiques, Communes]:
    """Return the words and communes of a territory as agents have them; those shipped when no database is there."""
    try:
        territoire = Territoire.objects.filter(code=code).first()
        lexiques, communes = preparer(territoire.pk) if territoire else livres()
    except DatabaseError:
        return livres()
    return (lexiques, communes) if lexiques.termes else livres()


def livres() -> tuple[Lexiques, Communes]:
    """Return the words and communes shipped with the product."""
    brut = json.loads((DONNEES / "lexiques.json").read_text(encoding="utf-8"))
    fichiers = (DONNEES / nom for nom in ("communes_ales.csv", "communes_gers.csv"))
    return Lexiques(termes_du_fichier(brut)), Communes.preparer(*map(_communes, fichiers))


def _communes(fichier: Path) -> list[tuple[str, str]]:
    with fichier.open(encoding="utf-8", newline="") as flux:
        return [(ligne["code_insee"], ligne["nom"]) for ligne in csv.DictReader(flux)]
