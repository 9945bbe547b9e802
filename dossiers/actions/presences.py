"""Who is on a dossier's page at this moment: each page says so every half minute, and learns of the others."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from dossiers.models import Agent, Dossier, Presence

ABSENT = dt.timedelta(seconds=75)
"""A page that misses two beats is closed."""
MUET = dt.timedelta(seconds=60)
"""Nothing typed for so long: the agent only looks."""

_SIGNALER = """
WITH moi AS (
 INSERT INTO dossiers_presence (dossier_id, agent_id, vu_le, ecrit_le) VALUES (%(dossier)s, %(agent)s, %(le)s, %(ecrit)s)
 ON CONFLICT (dossier_id, agent_id) DO UPDATE SET vu_le = EXCLUDED.vu_le,
  ecrit_le = COALESCE(EXCLUDED.ecrit_le, dossiers_presence.ecrit_le))
SELECT a.prenom || ' ' || a.nom, a.organisme_id, p.ecrit_le > %(muet)s FROM dossiers_presence p
 JOIN dossiers_agent a ON a.id = p.agent_id
 WHERE p.dossier_id = %(dossier)s AND p.agent_id <> %(agent)s AND p.vu_le > %(absent)s ORDER BY a.nom, a.prenom, a.id
"""


@dataclass(frozen=True)
class Present:
    """Somebody else on the page: their name when the reader may know it, and whether they type."""

    nom: str
    ecrit: bool


def signaler(dossier: Dossier, *, agent: Agent, ecrit: bool, maintenant: dt.datetime) -> list[Present]:
    """Say that the agent has this dossier open, and return who else has; a partner knows its own house's names alone."""
    valeurs: Any = {
        "dossier": dossier.pk, "agent": agent.pk, "le": maintenant, "ecrit": maintenant if ecrit else None,
        "muet": maintenant - MUET, "absent": maintenant - ABSENT,
    }  # fmt: skip
    with connection.cursor() as curseur:
        curseur.execute(_SIGNALER, valeurs)
        lus = curseur.fetchall()
    tous = agent.organisme.est_porteur
    return [
        Present(nom if tous or organisme == agent.organisme_id else "Un autre organisme", bool(ecrit))
        for nom, organisme, ecrit in lus
    ]


def purger(maintenant: dt.datetime) -> int:
    """Forget who looked at what: it served the minute it was written."""
    return Presence.objects.filter(vu_le__lt=maintenant - ABSENT).delete()[0]
