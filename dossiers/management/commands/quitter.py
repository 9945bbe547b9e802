"""Close an agent's account and hand over what they carried; or check that nothing is left to nobody."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dossiers.actions.departs import partir_par_commande
from dossiers.erreurs import Refus
from dossiers.lectures.equipe import inventaire, orphelins
from dossiers.models import Agent


class Command(BaseCommand):
    help = "Ferme un compte et remet ce qu’il portait à un collègue ; --verifier dit s’il reste des orphelins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("courriel", nargs="?", help="le compte à fermer")
        parser.add_argument(
            "--successeur", help="le courriel de qui prend la suite ; sans lui, dit seulement ce qui serait remis"
        )
        parser.add_argument("--verifier", action="store_true", help="compte ce qui est encore au nom d’un compte fermé")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["courriel"]:
            self._quitter(options["courriel"], options["successeur"])
        restes = orphelins()
        self.stdout.write(", ".join(f"{nombre} {nom}" for nom, nombre in restes.items()) + " sans personne.")
        if any(restes.values()):
            raise SystemExit(1)

    def _quitter(self, courriel: str, successeur: str | None) -> None:
        parti = self._agent(courriel)
        if successeur is None:
            porte = inventaire(parti)
            self.stdout.write(
                f"{parti} : {len(porte.demarches)} démarches, {len(porte.promesses)} promesses,"
                f" {len(porte.dossiers)} dossiers dont il est référent. Rien n’est changé : nommez un successeur."
            )
            return
        try:
            remise = partir_par_commande(parti, self._agent(successeur))
        except Refus as refus:
            raise CommandError(refus.phrase) from None
        self.stdout.write(
            f"Compte de {parti} fermé : {remise.demarches} démarches, {remise.promesses} promesses et"
            f" {remise.dossiers} dossiers remis."
        )

    def _agent(self, courriel: str) -> Agent:
        trouve = Agent.objects.filter(courriel=courriel.strip().lower()).first()
        if trouve is None:
            raise CommandError(f"Aucun compte pour {courriel}.")
        return trouve
