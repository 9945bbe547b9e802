"""Tags and saved views for the demonstration: a list that somebody has already arranged."""

import uuid

from dossiers.actions.etiquettes import ecrire_etiquette, etiqueter
from dossiers.actions.vues import enregistrer_vue
from dossiers.models import Agent, Dossier, Etiquette

ETIQUETTES = (
    ("À relire", "alerte"),
    ("Réunion de mai", "info"),
    ("Maison de santé", "succes"),
    ("Attend la rentrée", "neutre"),
)
VUES: tuple[tuple[str, dict[str, str], list[str], bool], ...] = (
    ("Logement en retard", {"besoin": "logement", "retard": "on"}, ["foyer", "communes", "qui_agit", "referent"], True),
    ("Réunion de mai", {"etiquette": "Réunion de mai"}, ["foyer", "etape", "besoins", "etiquettes"], True),
    ("Mes démarches", {"a_qui": "moi"}, [], False),
)


def ranger(direction: Agent, instructeur: Agent) -> None:
    """Write the territory's tags, put some on its dossiers, and name three views of the list."""
    etiquettes = {nom: ecrire_etiquette(agent=direction, cle=uuid.uuid4(), nom=nom, ton=ton) for nom, ton in ETIQUETTES}
    for rang, dossier in enumerate(Dossier.objects.visibles_par(instructeur).ouverts().order_by("pk")[:9]):
        _poser(dossier, list(etiquettes.values())[rang % 3 :: 3], instructeur)
    for nom, parametres, colonnes, partagee in VUES:
        dits = {c: str(etiquettes[v].pk) if c == "etiquette" else v for c, v in parametres.items()}
        enregistrer_vue(
            agent=direction if partagee else instructeur, cle=uuid.uuid4(), liste="dossiers", nom=nom, parametres=dits,
            colonnes=colonnes, partagee=partagee,
        )  # fmt: skip


def _poser(dossier: Dossier, etiquettes: list[Etiquette], agent: Agent) -> None:
    etiqueter(dossier, agent=agent, version=dossier.version, cle=uuid.uuid4(), poser=etiquettes)
