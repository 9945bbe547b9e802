"""A call noted on paper during an outage, typed afterwards: what it brings beside the call itself."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from dossiers.erreurs import Refus
from dossiers.models import Agent

ANCIENNETE = dt.timedelta(days=60)
"""How old a call noted on paper may be: an outage lasts hours, a forgotten sheet some weeks."""
AVANCE = dt.timedelta(minutes=1)
"""How far two clocks may disagree."""


@dataclass(frozen=True, kw_only=True)
class Ressaisie:
    """Who took the call, and when it ended; who types it is whoever records it."""

    pris_par: Agent
    fini_le: dt.datetime

    def verifier(self, recu_le: dt.datetime, agent: Agent) -> None:
        """Refuse, naming the field, hours of the future or too old, an end before the start, an agent of another house."""
        maintenant = timezone.now()
        if recu_le > maintenant + AVANCE:
            raise Refus("L’heure de l’appel est dans le futur.", "recu_le")
        if recu_le < maintenant - ANCIENNETE:
            raise Refus("Cet appel a plus de 60 jours\u00a0: relisez sa date, ou notez-le dans le dossier.", "recu_le")
        if self.fini_le < recu_le:
            raise Refus("L’appel finit avant d’avoir commencé.", "fin")
        if self.fini_le > maintenant + AVANCE:
            raise Refus("L’heure de fin est dans le futur.", "fin")
        maison = (agent.organisme_id, agent.territoire_id)
        if (self.pris_par.organisme_id, self.pris_par.territoire_id) != maison:
            raise Refus("Choisissez un agent de votre organisme, sur votre territoire.", "pris_par")
