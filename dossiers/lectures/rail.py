"""The counts beside the rail's entries: one short query a page."""

import datetime as dt

from django.db import connection
from django.utils import timezone

from dossiers.models import Agent
from dossiers.models.brouillons import VIE

PLAFOND = 99


def comptes(agent: Agent, maintenant: dt.datetime) -> dict[str, str]:
    """Return the counts worth a glance: my promises due and démarches late (« 99+ » beyond); beside the
    settings, what was received in my name while I was away; and the forms I began and did not save."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM dossiers_engagement WHERE agent_id = %(moi)s AND fait_le IS NULL"
            " AND pour_le < %(maintenant)s LIMIT 100) p) + (SELECT count(*) FROM (SELECT 1 FROM dossiers_demarche"
            " WHERE responsable_id = %(moi)s AND echeance < %(jour)s"
            " AND etat NOT IN ('clos', 'abandonnee', 'sans_objet') LIMIT 100) d),"
            " (SELECT count(*) FROM dossiers_suppleance s JOIN dossiers_absence a ON a.id = s.absence_id"
            " JOIN dossiers_demarche d ON d.id = s.demarche_id WHERE a.agent_id = %(moi)s AND s.issue = ''"
            " AND a.debut <= %(jour)s AND d.etat NOT IN ('clos', 'abandonnee', 'sans_objet') AND NOT EXISTS (SELECT 1"
            " FROM dossiers_absence b WHERE b.agent_id = %(moi)s AND b.debut <= %(jour)s AND b.fin >= %(jour)s)),"
            " (SELECT count(*) FROM dossiers_brouillon t WHERE t.agent_id = %(moi)s AND t.abandonne_le IS NULL"
            " AND t.enregistre_le > %(vie)s AND NOT EXISTS (SELECT 1 FROM dossiers_operation o WHERE o.cle = t.cle))",
            {
                "moi": agent.pk,
                "maintenant": maintenant,
                "jour": timezone.localdate(maintenant),
                "vie": maintenant - VIE,
            },
        )
        attend, a_rendre, a_finir = curseur.fetchone()
    return {"journee": _dire(attend), "reglages": _dire(a_rendre), "a_finir": _dire(a_finir)}


def _dire(nombre: int) -> str:
    if not nombre:
        return ""
    return f"{PLAFOND}+" if nombre > PLAFOND else str(nombre)
