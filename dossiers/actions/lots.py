"""One gesture on several dossiers: each line is the single gesture, with its own key, lock and version; one that is refused
stops no other."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from dossiers.actions import demarches, dossiers, etiquettes
from dossiers.actions.operation import DejaFait, noter_resultat, operation
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import Agent, Dossier, Operation
from dossiers.regles.lots import CHANGE, INCONNU, PLAFOND


def executer(
    geste: str, lignes: Iterable[tuple[int, int]], *, agent: Agent, cle: uuid.UUID, **saisie: Any
) -> uuid.UUID:
    """Do a gesture on each (dossier, version) and keep what became of each line; return the key of the whole.

    Sent twice, or again after a server that stopped half-way, it does each line once. Raises `Refus` beyond the cap.
    """
    lignes = list(dict.fromkeys(lignes))
    if not lignes or len(lignes) > PLAFOND:
        raise Refus(f"Choisissez de 1 à {PLAFOND} dossiers.")
    try:
        with operation(agent, cle=cle, geste=f"lot_{geste}"):
            noter_resultat(cle, f"dossiers.lot_fait:{cle}")
            Operation.objects.filter(cle=cle).update(retour={"genre": "lot", "geste": geste, "lignes": []})
    except DejaFait:
        deja = Operation.objects.get(cle=cle)
        if deja.agent_id != agent.pk or (deja.retour or {}).get("lignes"):
            raise
    faites = [
        {"dossier": pk, "refus": _une_ligne(geste, pk, version, agent, uuid.uuid5(cle, str(pk)), saisie)}
        for pk, version in lignes
    ]
    fini = {"genre": "lot", "geste": geste, "lignes": faites, "fini_le": timezone.now().isoformat()}
    Operation.objects.filter(cle=cle).update(retour=fini)
    return cle


def _une_ligne(geste: str, pk: int, version: int, agent: Agent, cle: uuid.UUID, saisie: dict[str, Any]) -> str:
    """Do one line and return why it was not done, empty when it was."""
    dossier = Dossier.objects.visibles_par(agent).filter(pk=pk).first()
    if dossier is None:
        return INCONNU
    commun: dict[str, Any] = {"agent": agent, "version": version, "cle": cle}
    try:
        if geste == "referent":
            dossiers.nommer_referent(dossier, saisie["referent"], **commun)
        elif geste == "clore":
            demarches.avancer(dossier, "clore", **commun, **_pour_clore(dossier, saisie))
        else:
            etiquettes.etiqueter(dossier, **{**commun, geste: [saisie["etiquette"]]})
    except DejaFait:
        return ""
    except Perime:
        return CHANGE
    except (Refus, Introuvable) as refus:
        return refus.phrase
    return ""


def _pour_clore(dossier: Dossier, saisie: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of one closing: why partners are not waited for is told only where one is."""
    faits = {"motif_cloture": saisie["motif_cloture"]}
    if saisie.get("motif_levee") and dossier.est_a_demander("motif_levee"):
        faits["motif_levee"] = saisie["motif_levee"]
    return faits
