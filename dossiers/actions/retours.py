"""What would undo an act, written with it: keys and codes on the row of its key, nobody's name."""

import uuid
from typing import Any

from dossiers.models import Demarche, Dossier, Operation, Position, Suppleance


def noter_retour(cle: uuid.UUID, genre: str, dossier: Dossier, retour: dict[str, Any]) -> None:
    """Write, inside a running operation that has touched its dossier, what its undoing will need."""
    complet = {"genre": genre, "dossier": dossier.pk, "version": dossier.version, **retour}
    Operation.objects.filter(cle=cle).update(retour=complet)


def photo_affectation(demarche: Demarche, dossier: Dossier) -> dict[str, Any]:
    """Return who carries a démarche and who is waited for on it, before an assignment."""
    return {
        "demarche": demarche.pk,
        "organisme": demarche.organisme_id,
        "responsable": demarche.responsable_id,
        "pourquoi": demarche.pourquoi,
        "positions": photo_positions(list(demarche.positions.all())),
        "suppleances": list(Suppleance.objects.filter(demarche_id=demarche.pk).values_list("pk", flat=True)),
        "intervenants": list(dossier.intervenants),
    }


def photo_positions(positions: list[Position]) -> dict[str, dict[str, Any]]:
    """Return where partners stand, by key."""
    return {
        str(p.pk): {
            "etat": p.etat,
            "etat_depuis": p.etat_depuis.isoformat(),
            "attend": p.attend,
            "echeance": p.echeance.isoformat() if p.echeance else None,
            "demande": p.demande,
            "proposition": p.proposition,
        }
        for p in positions
    }
