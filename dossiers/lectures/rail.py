"""The counts beside the rail's entries: one short query a page."""

import datetime as dt
from typing import Any

from django.db import connection
from django.utils import timezone

from dossiers.models import Agent
from dossiers.models.brouillons import VIE
from dossiers.regles.droits import Section

PLAFOND = 99


def comptes(agent: Agent, maintenant: dt.datetime) -> dict[str, str]:
    """Return the counts worth a glance: my promises due and démarches late (« 99+ » beyond); beside the settings, what
    was received in my name while I was away; the forms I began and did not save; the requests to see a file that wait for
    my answer; the hand-over notes I have not read."""
    demandes, parametres = _demandes(agent)
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM dossiers_engagement WHERE agent_id = %(moi)s AND fait_le IS NULL"  # noqa: S608
            " AND pour_le < %(maintenant)s LIMIT 100) p) + (SELECT count(*) FROM (SELECT 1 FROM dossiers_demarche"
            " WHERE responsable_id = %(moi)s AND echeance < %(jour)s"
            " AND etat NOT IN ('clos', 'abandonnee', 'sans_objet') LIMIT 100) d),"
            " (SELECT count(*) FROM dossiers_suppleance s JOIN dossiers_absence a ON a.id = s.absence_id"
            " JOIN dossiers_demarche d ON d.id = s.demarche_id WHERE a.agent_id = %(moi)s AND s.issue = ''"
            " AND a.debut <= %(jour)s AND d.etat NOT IN ('clos', 'abandonnee', 'sans_objet') AND NOT EXISTS (SELECT 1"
            " FROM dossiers_absence b WHERE b.agent_id = %(moi)s AND b.debut <= %(jour)s AND b.fin >= %(jour)s)),"
            " (SELECT count(*) FROM dossiers_brouillon t WHERE t.agent_id = %(moi)s AND t.abandonne_le IS NULL"
            " AND t.enregistre_le > %(vie)s AND NOT EXISTS (SELECT 1 FROM dossiers_operation o WHERE o.cle = t.cle)),"
            f" {demandes},"
            " (SELECT count(*) FROM dossiers_passation p WHERE p.organisme_id = %(maison)s AND p.territoire_id = %(territoire)s"
            " AND p.jusqu_au >= %(jour)s AND p.agent_id <> %(moi)s AND NOT EXISTS (SELECT 1 FROM dossiers_lecturepassation l"
            " WHERE l.passation_id = p.id AND l.agent_id = %(moi)s))",
            {
                "moi": agent.pk,
                "maison": agent.organisme_id,
                "territoire": agent.territoire_id,
                "maintenant": maintenant,
                "jour": timezone.localdate(maintenant),
                "vie": maintenant - VIE,
                **parametres,
            },
        )
        attend, a_rendre, a_finir, acces, a_lire = curseur.fetchone()
    comptes = {"journee": attend, "reglages": a_rendre, "a_finir": a_finir, "acces": acces, "passations": a_lire}
    return {nom: _dire(nombre) for nom, nombre in comptes.items()}


def _demandes(agent: Agent) -> tuple[str, dict[str, Any]]:
    """Return the SQL that counts what `DemandeAcces.a_decider_par` lists, and its parameters; nought for who answers none."""
    if not (agent.organisme.est_porteur and agent.peut_ecrire(Section.IDENTITE)):
        return "0", {}
    direction = "TRUE" if agent.peut_ecrire(Section.AFFECTATION) else "f.referent_id = %(moi)s"
    ouvert = "TRUE" if agent.peut_lire(Section.CONFIDENTIEL) else (
        "(NOT f.confidentiel OR f.referent_id = %(moi)s OR f.id = ANY(%(acces)s))"
    )  # fmt: skip
    sql = (
        "(SELECT count(*) FROM (SELECT 1 FROM dossiers_demandeacces q JOIN dossiers_dossier f ON f.id = q.dossier_id"  # noqa: S608
        f" WHERE q.reponse = '' AND f.territoire_id = %(territoire)s AND {direction} AND {ouvert} LIMIT 100) a)"
    )
    return sql, {"acces": list(agent.acces)}


def _dire(nombre: int) -> str:
    if not nombre:
        return ""
    return f"{PLAFOND}+" if nombre > PLAFOND else str(nombre)
