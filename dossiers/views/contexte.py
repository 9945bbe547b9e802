"""What every page's frame shows: the agent, the territory, the rail."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from dossiers.lectures import rail
from dossiers.models import Agent
from dossiers.regles import droits

ENTREES = (
    ("journee", "Ma journée", "journee"),
    ("appels.liste", "Appels", "appel"),
    ("dossiers.liste", "Dossiers", "dossier"),
    ("courriers.liste", "Courriers", "courrier"),
    ("dispositifs.liste", "Aides", "tampon"),
    ("tableau", "Tableau de bord", "tableau"),
    ("reglages", "Réglages", "reglages"),
)


@dataclass(frozen=True)
class Entree:
    """One line of the rail."""

    url: str
    libelle: str
    icone: str
    compte: str
    actif: bool


def cadre(request: HttpRequest) -> dict[str, Any]:
    """Give the frame its values; a screen the agent may not open is not even named."""
    agent = getattr(request, "user", None)
    if not isinstance(agent, Agent):
        vides = dict.fromkeys(("a_rendre", "a_finir", "acces_a_decider", "a_lire"), "")
        fermes = dict.fromkeys(("peut_appeler", "peut_chercher"), False)
        return {"agent": None, "territoire": None, "theme": "auto", "rail": [], **vides, **fermes}
    nature, ici = agent.organisme.nature, request.resolver_match.view_name if request.resolver_match else ""
    comptes = rail.comptes(agent, timezone.now())
    return {
        "agent": agent,
        "territoire": agent.territoire,
        "theme": agent.theme,
        "a_rendre": comptes["reglages"],
        "a_finir": comptes["a_finir"],
        "acces_a_decider": comptes["acces"],
        "a_lire": comptes["passations"],
        "peut_appeler": droits.peut_ouvrir(nature, agent.role, "appels.nouveau"),
        "peut_chercher": droits.peut_ouvrir(nature, agent.role, "recherche.palette"),
        "rail": [
            Entree(reverse(nom), libelle, icone, comptes.get(nom, ""), nom.split(".")[0] == ici.split(".")[0])
            for nom, libelle, icone in ENTREES
            if droits.peut_ouvrir(nature, agent.role, nom)
        ],
    }
