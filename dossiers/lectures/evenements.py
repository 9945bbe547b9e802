"""One act on a dossier, as its timeline tells it."""

import datetime as dt
from dataclasses import dataclass, field

from dossiers.lectures.mots import VIDE


@dataclass
class Evenement:
    """One act on the dossier: when, who, of which organisation, what, and what it changed (label, before, after)."""

    quand: dt.datetime
    qui: str
    organisme: str
    genre: str
    titre: str
    details: list[str] = field(default_factory=list)
    changements: list[tuple[str, str, str]] = field(default_factory=list)
    motif: str = ""
    raison: str = ""
    texte: str = ""
    sujet: str = ""
    """The class of the row the act was about."""
    geste: str = ""
    agent_id: int | None = None
    ecrit_le: dt.datetime | None = None
    """When it was written, for what happened earlier and was typed afterwards."""

    @property
    def auteur(self) -> str:
        """« Bruno Lefèvre, Alès Agglo »."""
        return f"{self.qui}, {self.organisme}" if self.organisme else self.qui

    @property
    def lignes(self) -> list[str]:
        """What the act brought and changed, a sentence each."""
        return [
            *self.details,
            *(_changement(f"{nom[:1].upper()}{nom[1:]}", avant, apres) for nom, avant, apres in self.changements),
        ]


def _changement(nom: str, avant: str, apres: str) -> str:
    """Say one column's change; a first value is simply told."""
    return f"{nom} : {apres}" if avant == VIDE else f"{nom} : {avant} → {apres}"
