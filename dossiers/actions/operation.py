"""The frame of every write: done once by its key, one lock, a known version, a named author.

The dossier row is the only row ever locked, so no two locks can cross (style.md 6).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import Agent, Dossier, Operation, auteur


class DejaFait(Exception):
    """The same form was sent twice; `resultat` names where the first sending landed."""

    def __init__(self, resultat: str) -> None:
        super().__init__(resultat)
        self.resultat = resultat


@contextmanager
def operation(
    agent: Agent, *, cle: uuid.UUID, geste: str, resultat: str = "", motif: str = "", raison: str = ""
) -> Iterator[None]:
    """Run the block once for this key, in one transaction, signed by the agent.

    `resultat` is where a second click lands (« dossiers.fiche:12 »); when it is only known at the end, call `noter_resultat`.
    Raises `DejaFait` when the key has served; a second sending at the same instant waits for the first to commit.
    """
    with transaction.atomic():
        _reserver(cle, agent, resultat)
        with auteur(agent, geste=geste, motif=motif, raison=raison, operation=cle):
            yield


def _reserver(cle: uuid.UUID, agent: Agent, resultat: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            # the draft goes with what it becomes, in the same statement: rolled back together, and no query more
            "WITH fini AS (DELETE FROM dossiers_brouillon WHERE cle = %s AND agent_id = %s)"
            " INSERT INTO dossiers_operation (cle, agent_id, fait_le, resultat) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (cle) DO NOTHING RETURNING cle",
            [cle, agent.pk, cle, agent.pk, timezone.now(), resultat],
        )
        if curseur.fetchone():
            return
    faite = Operation.objects.filter(cle=cle, agent=agent).first()
    raise DejaFait(faite.resultat if faite else "")


def noter_resultat(cle: uuid.UUID, resultat: str) -> None:
    """Write where a repeated sending of this form will land."""
    Operation.objects.filter(cle=cle).update(resultat=resultat)


def verrouiller(dossier_id: int, *, agent: Agent, version: int | None, fusionne: bool = False) -> Dossier:
    """Lock the dossier and re-read it as this agent may see it.

    Raises `Introuvable` when the agent must not know of it, `Perime` when somebody wrote since `version` was shown
    (`version=None` for writes that cannot conflict, such as a note or a call), `Refus` when another file took this one in,
    unless `fusionne` says that the act is about that.
    """
    visibles = Dossier.objects.visibles_par(agent)
    dossier = visibles.select_for_update(of=("self",)).filter(pk=dossier_id).first()
    if dossier is None:
        raise Introuvable("Ce dossier n’existe pas, ou n’est pas dans votre champ.")
    if version is not None and version != dossier.version:
        raise Perime("Le dossier a changé depuis que vous avez ouvert cette page.")
    if dossier.absorbe_par_id and not fusionne:
        maitre = Dossier.objects.only("numero").get(pk=dossier.absorbe_par_id)
        raise Refus(f"Ce dossier est fusionné : travaillez dans le dossier {maitre.numero}.")
    return dossier


def toucher(dossier: Dossier) -> None:
    """Mark that the dossier moved: a new version, a new time; not a business change, hence no history row."""
    Dossier.objects.filter(pk=dossier.pk).update(version=F("version") + 1, mouvement_le=timezone.now())
    dossier.version += 1
