"""Which files a run of the reminders has to look at: one statement finds them, so that a run costs what is due.

The statement is wide on purpose: it ignores past pauses, local closures and the spacing of letters, which only put a rung
off. What it names is read again under the file's lock and decided by `regles/relances.py`; what it leaves out has nothing
due, and a test compares both.
"""

import datetime as dt
from typing import Any

from django.db import connection

from dossiers.actions.echeances import classe_des_etapes
from dossiers.models import Dossier
from dossiers.regles.delais import NATIONAL, PARIS, jour_de
from dossiers.regles.relances import ALERTE_FOYER, ALERTES_PARTENAIRE, FOYER, LETTRES, PARTENAIRES, SILENCE

ECHELLE_DU_FOYER = LETTRES | ALERTE_FOYER
DUS = """
WITH echelle AS MATERIALIZED (
    SELECT * FROM unnest(%(echelons)s::text[], %(attend)s::text[], %(avant)s::timestamptz[]) AS e (echelon, attend, avant)
), en_route AS MATERIALIZED (
    SELECT formalites_id, dossier_id, code, attend, etat_depuis FROM {etapes}
    WHERE etat != ALL(%(finies)s) AND (delai > 0 OR echeance_fixee IS NOT NULL)
), attentes AS MATERIALIZED (
    SELECT d.dossier_id, d.id AS demarche_id, '' AS precision, d.attend, d.etat_depuis FROM dossiers_demarche d
    WHERE d.etat NOT IN ('clos', 'abandonnee', 'sans_objet') AND d.attend = ANY(%(attendus)s)
      AND NOT EXISTS (SELECT 1 FROM en_route e WHERE e.formalites_id = d.id)
    UNION ALL
    SELECT e.dossier_id, d.id, e.code, e.attend, e.etat_depuis
    FROM en_route e JOIN dossiers_demarche d ON d.id = e.formalites_id
    WHERE d.etat NOT IN ('clos', 'abandonnee', 'sans_objet')
), pauses AS MATERIALIZED (
    SELECT demarche_id FROM dossiers_pause WHERE debut <= %(aujourdhui)s AND (fin IS NULL OR fin > %(aujourdhui)s)
), dus AS (
    SELECT a.dossier_id FROM attentes a JOIN echelle e ON e.attend = a.attend AND a.etat_depuis < e.avant
    WHERE NOT EXISTS (
        SELECT 1 FROM dossiers_relance r WHERE r.dossier_id = a.dossier_id AND r.demarche_id = a.demarche_id
        AND r.precision = a.precision AND r.attente_depuis = a.etat_depuis AND r.echelon = e.echelon
    ) AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.demarche_id = a.demarche_id)
    UNION
    SELECT d.id FROM dossiers_dossier d JOIN attentes a ON a.dossier_id = d.id AND a.attend = ANY(%(muets)s)
    WHERE d.ouvert AND d.etat != ALL(%(arretes)s) AND d.mouvement_le < %(immobile)s
      AND NOT EXISTS (
        SELECT 1 FROM dossiers_relance r WHERE r.dossier_id = d.id AND r.demarche_id IS NULL AND r.precision = ''
        AND r.attente_depuis = d.mouvement_le AND r.echelon = 'point_etape'
    ) AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.demarche_id = a.demarche_id)
)
SELECT d.id FROM dus JOIN dossiers_dossier d ON d.id = dus.dossier_id
WHERE d.ouvert AND NOT d.confidentiel AND d.etat != 'suspendu' AND d.id > %(depuis)s ORDER BY d.id
"""


def dossiers_dus(maintenant: dt.datetime, *, depuis: int = 0) -> list[int]:
    """Return the keys after `depuis`, in order, of the open files where a rung may be due at this moment."""
    etapes = classe_des_etapes()
    aujourdhui = jour_de(maintenant)
    echelle = [
        (str(e), qui, _avant(aujourdhui - dt.timedelta(days=n - 1)))
        for e, n in ECHELLE_DU_FOYER.items()
        for qui in FOYER
    ]
    for echelon, nombre in ALERTES_PARTENAIRE.items():
        # so many working days before today: a wait begun earlier has seen them all go by
        borne = _avant(NATIONAL.ajouter_ouvres(aujourdhui, -nombre))
        echelle += [(str(echelon), qui, borne) for qui in PARTENAIRES]
    colonnes: Any = zip(*echelle, strict=True)
    echelons, attend, avant = map(list, colonnes)
    with connection.cursor() as curseur:
        curseur.execute(
            DUS.format(etapes=etapes._meta.db_table),
            {
                "echelons": echelons,
                "attend": attend,
                "avant": avant,
                "attendus": [*FOYER, *PARTENAIRES, "guichet"],
                "muets": [*PARTENAIRES, "guichet"],
                "finies": sorted(etapes.FINAUX),  # type: ignore[attr-defined]
                "arretes": sorted(set(Dossier.Etat.values) - {str(e) for e in Dossier.VIVANTS}),
                "immobile": _avant(aujourdhui - dt.timedelta(days=SILENCE - 1)),
                "aujourdhui": aujourdhui,
                "depuis": depuis,
            },
        )
        return [cle for (cle,) in curseur.fetchall()]


def _avant(jour: dt.date) -> dt.datetime:
    """Return the moment a day begins in Paris: what happened before it happened on an earlier day."""
    return dt.datetime.combine(jour, dt.time(), PARIS)
