"""`manage.py ecrire_jours_feries`: write the table of public holidays from the library that keeps them."""

import json

from django.core.management.base import BaseCommand

from dossiers.regles.feries import ANNEES, TABLE, selon_la_bibliotheque


class Command(BaseCommand):
    """To run when the law changes and the library follows; a test says when the two differ."""

    help = "Réécrit la table des jours fériés (dossiers/donnees/jours_feries.json) depuis la bibliothèque holidays."

    def handle(self, *_args: object, **_options: object) -> None:
        """Write one object a year: month and day, then the holiday's name."""
        table = {
            str(annee): {f"{jour:%m-%d}": nom for jour, nom in selon_la_bibliotheque(annee).items()} for annee in ANNEES
        }
        lignes = ",\n".join(f'"{annee}": {json.dumps(jours, ensure_ascii=False)}' for annee, jours in table.items())
        TABLE.write_text(f"{{\n{lignes}\n}}\n", encoding="utf-8")
        self.stdout.write(f"{len(table)} années écrites dans {TABLE.name}.")
