"""Load the cast and the thirty calls, by the same actions as the screens; running it again adds nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from dossiers.actions.relances import relancer
from dossiers.management.appels_demo import Chargeur, cle_de, corpus, faire_vivre
from dossiers.management.rappels_demo import montrer_les_rappels
from dossiers.models import Agent, Operation, Organisme, Territoire, auteur

EQUIPE = Path(__file__).resolve().parents[2] / "donnees" / "equipe.json"
MOT_DE_PASSE = "Guichet-Demo-2026"


class Command(BaseCommand):
    help = "Charge l’équipe fictive et les trente appels de démonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--comptes", action="store_true", help="affiche seulement les comptes")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["comptes"]:
            with transaction.atomic(), auteur(None, geste="charger_demo"):
                charger_equipe()
            self._charger_appels()
        self._afficher_comptes()

    def _charger_appels(self) -> None:
        amina = Agent.objects.get(courriel="amina@ales.example.org")
        if Operation.objects.filter(cle=cle_de(1)).exists():
            return
        chargeur = Chargeur(amina)
        for brut in tqdm(corpus(), desc="Appels", unit="appel"):
            chargeur.entrer(brut)
        gestes = faire_vivre(Agent.objects.get(courriel="bruno@ales.example.org"))
        bilan = relancer(timezone.now())
        essais = montrer_les_rappels(amina)
        self.stdout.write(
            f"{len(corpus())} appels, {gestes} gestes, {bilan.lettres} relances et points d’étape, {essais} essais."
        )

    def _afficher_comptes(self) -> None:
        self.stdout.write(f"\nComptes de démonstration (mot de passe commun : {MOT_DE_PASSE})")
        for agent in Agent.objects.filter(courriel__endswith="example.org").order_by("id")[:8]:
            self.stdout.write(f"  {agent.courriel:<28} {agent!s:<18} {agent.get_role_display()}, {agent.organisme}")


def charger_equipe() -> None:
    """Create the cast's accounts; those that exist keep their password."""
    for fiche in json.loads(EQUIPE.read_text(encoding="utf-8")):
        if Agent.objects.filter(courriel=fiche["courriel"]).exists():
            continue
        Agent.objects.create_user(
            **{
                **fiche,
                "organisme": Organisme.objects.get(code=fiche["organisme"]),
                "territoire": Territoire.objects.get(code=fiche["territoire"]),
                "password": MOT_DE_PASSE,
            }
        )
