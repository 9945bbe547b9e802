"""Who writes, and why: the author that every history row carries.

django-simple-history's middleware knows no user in tasks and commands, so the author is declared by the writing room
itself: `with auteur(agent, geste="…")`. A historised row saved outside such a block is refused (regles.md C36).
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.dispatch import receiver
from django.utils import timezone
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from dossiers.models.ensemble import ecrire_ensemble

if TYPE_CHECKING:
    from dossiers.models.organismes import Agent


class SansAuteur(RuntimeError):
    """A business row was about to change with nobody to answer for it."""


@dataclass(frozen=True)
class Signature:
    """Who writes, in one operation: the agent (or the named automatic task), the gesture and its reason."""

    agent: "Agent | None"
    geste: str
    motif: str = ""
    raison: str = ""
    operation: uuid.UUID = field(default_factory=uuid.uuid4)
    en_attente: list[models.Model] = field(default_factory=list)
    """History rows to write at the end of the act, all in one statement."""

    def colonnes(self) -> dict[str, Any]:
        """Return the history columns this signature fills."""
        return {
            "history_user_id": self.agent.pk if self.agent else None,
            "history_change_reason": self.raison or None,
            "history_geste": self.geste,
            "history_motif": self.motif,
            "history_organisme_id": self.agent.organisme_id if self.agent else None,
            "history_operation": self.operation,
        }


_signature: ContextVar[Signature | None] = ContextVar("signature", default=None)


@contextmanager
def auteur(
    agent: "Agent | None", *, geste: str, motif: str = "", raison: str = "", operation: uuid.UUID | None = None
) -> Iterator[Signature]:
    """Declare who writes until the end of the block; `agent=None` means the automatic task named by `geste`.

    `motif` is a coded reason, `raison` the agent's own words; `operation` groups the rows of one act in the timeline. The
    history rows left by `historiser` are written when the block ends well.
    """
    signature = Signature(agent, geste, motif, raison, operation or uuid.uuid4())
    jeton = _signature.set(signature)
    try:
        yield signature
        ecrire_ensemble(signature.en_attente)
    finally:
        _signature.reset(jeton)


def signature_courante() -> Signature:
    """Return the author declared for this operation; raises `SansAuteur` when nobody is."""
    signature = _signature.get()
    if signature is None:
        raise SansAuteur("Écriture sans auteur : passer par une action (dossiers/actions).")
    return signature


class LigneHistorique(models.Model):
    """What every history row says besides the row itself: gesture, coded reason, organisation, operation."""

    history_geste = models.CharField(max_length=60, default="")
    history_motif = models.CharField(max_length=40, default="", blank=True)
    history_organisme_id = models.BigIntegerField(null=True)
    history_operation = models.UUIDField(null=True)

    class Meta:
        abstract = True


def historique(**options: Any) -> HistoricalRecords:
    """Return the history declaration shared by every business model."""
    return HistoricalRecords(bases=[LigneHistorique], **options)


@receiver(pre_create_historical_record)
def _signer(sender: type, history_instance: models.Model, **_: Any) -> None:
    for colonne, valeur in signature_courante().colonnes().items():
        setattr(history_instance, colonne, valeur)


def historiser(objets: Iterable[models.Model], *, sorte: str = "+") -> None:
    """Leave the history rows of objects written in bulk to the end of the act, in one statement.

    `sorte` is « + » for rows just inserted, « ~ » for rows changed.
    """
    signature = signature_courante()
    colonnes = signature.colonnes()
    raison, agent_id = colonnes.pop("history_change_reason"), colonnes.pop("history_user_id")
    for objet in objets:
        modele = type(objet).history.model  # type: ignore[attr-defined]
        signature.en_attente.append(
            modele(
                history_date=timezone.now(),
                history_type=sorte,
                history_change_reason=raison,
                history_user_id=agent_id,
                **colonnes,
                **{champ.attname: getattr(objet, champ.attname) for champ in modele.tracked_fields},
            )
        )


def creer[M: models.Model](objets: list[M]) -> list[M]:
    """Insert new objects of one class in one statement, their history rows left for the end of the act."""
    if objets:
        type(objets[0])._default_manager.bulk_create(objets)
        historiser(objets)
    return objets
