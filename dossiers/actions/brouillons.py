"""Drafts: written at each pause, given up, taken back, forgotten. Never a business act: no history, no version."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from psycopg.types.json import Jsonb

from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Brouillon, Operation
from dossiers.models.brouillons import REPENTIR, VIE

# one statement, so that two tabs cannot cross: a key already used writes nothing, nor does a tab that has not seen the last text
_ECRIRE = """
INSERT INTO dossiers_brouillon (cle, agent_id, chemin, ecran, champs, onglet, rang, commence_le, enregistre_le)
SELECT %(cle)s, %(agent)s, %(chemin)s, %(ecran)s, %(champs)s, %(onglet)s, %(rang)s, %(le)s, %(le)s
 WHERE NOT EXISTS (SELECT 1 FROM dossiers_operation WHERE cle = %(cle)s)
ON CONFLICT (cle) DO UPDATE SET champs = EXCLUDED.champs, chemin = EXCLUDED.chemin, ecran = EXCLUDED.ecran,
 onglet = EXCLUDED.onglet, rang = EXCLUDED.rang, enregistre_le = EXCLUDED.enregistre_le, abandonne_le = NULL
 WHERE dossiers_brouillon.agent_id = EXCLUDED.agent_id AND (%(malgre)s
  OR (dossiers_brouillon.onglet = EXCLUDED.onglet AND dossiers_brouillon.rang < EXCLUDED.rang)
  OR (dossiers_brouillon.onglet || ':' || dossiers_brouillon.rang) = %(vue)s)
RETURNING enregistre_le
"""


class AutreOnglet(Refus):
    """Another tab wrote this draft since; `le` says when."""

    def __init__(self, le: dt.datetime) -> None:
        super().__init__("Cette saisie est ouverte dans un autre onglet, qui l’a enregistrée depuis.")
        self.le = le


@dataclass(frozen=True, kw_only=True)
class Saisie:
    """A form being typed: its key, where it is sent, its fields; which tab says so, and the last text that tab saw."""

    cle: uuid.UUID
    chemin: str
    ecran: str
    champs: dict[str, list[str]]
    onglet: uuid.UUID
    rang: int
    vue: str = ""


def enregistrer(saisie: Saisie, *, agent: Agent, malgre: bool = False) -> dt.datetime:
    """Keep what is typed so far; return when.

    Raises `DejaFait` when the form itself has been saved, `AutreOnglet` when another tab wrote meanwhile (`malgre` covers its
    text), `Introuvable` when the key is somebody else's.
    """
    le = timezone.now()
    valeurs: Any = {
        "cle": saisie.cle, "agent": agent.pk, "chemin": saisie.chemin, "ecran": saisie.ecran, "champs": Jsonb(saisie.champs),
        "onglet": saisie.onglet, "rang": saisie.rang, "vue": saisie.vue, "malgre": malgre, "le": le,
    }  # fmt: skip
    with connection.cursor() as curseur:
        curseur.execute(_ECRIRE, valeurs)
        if curseur.fetchone():
            return le
    return _pourquoi(saisie, agent)


def _pourquoi(saisie: Saisie, agent: Agent) -> dt.datetime:
    """Say why nothing was written; a sending that arrives after a later one of its own tab is simply old."""
    if faite := Operation.objects.filter(cle=saisie.cle, agent=agent).first():
        raise DejaFait(faite.resultat)
    garde = Brouillon.objects.filter(cle=saisie.cle, agent=agent).first()
    if garde is None:
        raise Introuvable("Cette saisie n’est pas la vôtre.")
    if garde.onglet == saisie.onglet:
        return garde.enregistre_le
    raise AutreOnglet(garde.enregistre_le)


def abandonner(cle: uuid.UUID, *, agent: Agent) -> Brouillon:
    """Give a draft up; it can be taken back for a moment (`REPENTIR`). Raises `Introuvable` when there is none."""
    return _marquer(cle, agent, timezone.now())


def reprendre(cle: uuid.UUID, *, agent: Agent) -> Brouillon:
    """Take an abandoned draft back; raises `Introuvable` when it is gone, or another's."""
    return _marquer(cle, agent, None)


def _marquer(cle: uuid.UUID, agent: Agent, abandonne_le: dt.datetime | None) -> Brouillon:
    mien = Brouillon.objects.a_finir(agent, timezone.now()).filter(cle=cle)
    brouillon = mien.first()
    if brouillon is None or not mien.order_by().update(abandonne_le=abandonne_le):
        raise Introuvable("Cette saisie n’existe plus.")
    return brouillon


def purger(maintenant: dt.datetime) -> int:
    """Delete the drafts nobody will finish: too old, given up, or saved at the very moment they were written."""
    finis = Q(enregistre_le__lt=maintenant - VIE) | Q(abandonne_le__lt=maintenant - REPENTIR)
    faits = Exists(Operation.objects.filter(cle=OuterRef("cle")))
    return Brouillon.objects.filter(finis | faits).delete()[0]
