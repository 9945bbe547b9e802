"""Load the cast and the thirty calls, by the same actions as the screens; running it again adds nothing."""

import json
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from dossiers.actions import imports, imports_lots
from dossiers.actions.passations import ecrire
from dossiers.actions.relances import relancer
from dossiers.forms.imports import LecteurDeLignes
from dossiers.lectures.imports import colonnes_devinees
from dossiers.lectures.passations import jusqu_a
from dossiers.management.appels_demo import Chargeur, cle_de, corpus, faire_vivre
from dossiers.management.listes_demo import ranger
from dossiers.management.rappels_demo import montrer_les_rappels
from dossiers.models import Agent, Dossier, Operation, Organisme, Territoire, auteur

EQUIPE = Path(__file__).resolve().parents[2] / "donnees" / "equipe.json"
SUIVI = EQUIPE.with_name("suivi_appels.xlsx")
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
        bruno = Agent.objects.get(courriel="bruno@ales.example.org")
        gestes = faire_vivre(bruno)
        ranger(Agent.objects.get(courriel="estelle@ales.example.org"), bruno)
        _passer_la_main(amina)
        bilan = relancer(timezone.now())
        deposer_le_suivi(bruno)
        essais = montrer_les_rappels(amina)
        self.stdout.write(
            f"{len(corpus())} appels, {gestes} gestes, {bilan.lettres} relances et points d’étape, {essais} essais."
        )

    def _afficher_comptes(self) -> None:
        self.stdout.write(f"\nComptes de démonstration (mot de passe commun : {MOT_DE_PASSE})")
        for agent in Agent.objects.filter(courriel__endswith="example.org").order_by("id")[:8]:
            self.stdout.write(f"  {agent.courriel:<28} {agent!s:<18} {agent.get_role_display()}, {agent.organisme}")


def _passer_la_main(amina: Agent) -> None:
    """Let the call-taker leave her colleagues what she could not finish."""
    suivis = list(Dossier.objects.visibles_par(amina).ouverts().order_by("id")[:2])
    jour = timezone.localdate()
    ecrire(
        agent=amina,
        cle=uuid.uuid4(),
        texte="Deux foyers rappelleront demain matin, leurs numéros sont ci-dessous.\nLa CPAM ne répond pas avant 9 h 30.",
        jusqu_au=jusqu_a(jour),
        dossiers=suivis,
    )


def deposer_le_suivi(agent: Agent) -> None:
    """Bring in the line's old spreadsheet, read and left for the agent to look at."""
    importation = imports.deposer(SUIVI.name, SUIVI.read_bytes(), agent=agent, cle=uuid.uuid4())
    colonnes = colonnes_devinees(importation)
    imports.relier(importation, colonnes, lire_texte=True, agent=agent, cle=uuid.uuid4())
    imports_lots.lire_les_lignes(importation.pk, LecteurDeLignes, secondes=600)


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
