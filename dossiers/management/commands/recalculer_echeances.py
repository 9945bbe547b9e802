"""Compute every deadline again from its dated events and the calendar, and correct those that were stored otherwise."""

from typing import Any

from django.core.management.base import BaseCommand

from dossiers.actions.echeances import verifier


class Command(BaseCommand):
    help = (
        "Recalcule toutes les échéances (démarches et étapes), dit et corrige les écarts ; sortie 0 dans les deux cas."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lus = {"démarches": 0, "étapes": 0}
        trouves = 0
        for nom, combien, ecarts in verifier():
            lus[nom] += combien
            trouves += len(ecarts)
            for ecart in ecarts:
                self.stdout.write(f"{ecart.quoi} : {_dire(ecart.avant)} → {_dire(ecart.apres)}")
        bilan = (
            "0 écart"
            if not trouves
            else f"{trouves} écart{'s' if trouves > 1 else ''} corrigé{'s' if trouves > 1 else ''}"
        )
        self.stdout.write(f"{lus['étapes']} étapes vérifiées aussi.")
        self.stdout.write(f"{lus['démarches']} démarches, {bilan}")


def _dire(jour: Any) -> str:
    return f"{jour:%d/%m/%Y}" if jour else "sans échéance"
