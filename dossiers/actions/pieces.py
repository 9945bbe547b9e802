"""The documents of a household: written down, awaited or received, and corrected."""

import uuid
from typing import Any

from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Dossier, Piece
from dossiers.regles.droits import Section
from dossiers.regles.pieces import SERT

CHAMPS = ("nature", "libelle", "etapes", "etabli_le", "recue_le", "expire_le")


def recevoir(dossier: Dossier, *, agent: Agent, version: int, cle: uuid.UUID, nature: str, **champs: Any) -> Piece:
    """Write a document down; without `recue_le` it is only awaited, without `etapes` it serves the usual ones."""
    with operation(agent, cle=cle, geste="recevoir_piece", resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = _ouvrir(dossier.pk, agent, version)
        piece = Piece(dossier=dossier)
        _poser(piece, {**champs, "nature": nature, "etapes": champs.get("etapes") or list(SERT.get(nature, ()))})
        piece.save()
        toucher(dossier)
    return piece


def corriger(piece: Piece, *, agent: Agent, version: int, cle: uuid.UUID, **champs: Any) -> Piece:
    """Correct a document: it came, it was renewed, it serves another step."""
    with operation(agent, cle=cle, geste="corriger_piece", resultat=f"dossiers.fiche:{piece.dossier_id}"):
        dossier = _ouvrir(piece.dossier_id, agent, version)
        relue = Piece.objects.filter(pk=piece.pk, dossier=dossier).first()
        if relue is None:
            raise Introuvable("Ce document n’existe plus.")
        _poser(relue, champs)
        relue.save(update_fields=sorted(champs) or ["nature"])
        toucher(dossier)
    return relue


def _ouvrir(dossier_id: int, agent: Agent, version: int) -> Dossier:
    dossier = verrouiller(dossier_id, agent=agent, version=version)
    if not agent.peut_ecrire(Section.FORMALITES):
        raise Introuvable("Les documents ne sont pas ouverts à votre organisme.")
    if not dossier.ouvert:
        raise Refus("Le dossier est clos : rouvrez-le d’abord.")
    return dossier


def _poser(piece: Piece, champs: dict[str, Any]) -> None:
    """Set the facts; raises `Refus` beside the field that cannot hold."""
    if set(champs) - set(CHAMPS):
        raise Introuvable("Ce champ ne se modifie pas ici.")
    for nom, valeur in champs.items():
        setattr(piece, nom, valeur)
    if piece.nature not in Piece.Nature.values:
        raise Refus("Choisissez dans la liste.", "nature")
    if piece.nature == Piece.Nature.AUTRE and not piece.libelle:
        raise Refus("Dites de quel document il s’agit.", "libelle")
    if piece.expire_le and piece.etabli_le and piece.expire_le < piece.etabli_le:
        raise Refus("Un document n’expire pas avant d’être établi.", "expire_le")
