"""What the case file is made of."""

from dossiers.models.appels import Appel
from dossiers.models.courriers import Courrier, CourrierFichier, ModeleCourrier
from dossiers.models.demarches import FINAUX_COMMUNS, Demarche
from dossiers.models.dossiers import Dossier, Participant
from dossiers.models.ensemble import ecrire_ensemble
from dossiers.models.historique import auteur, creer, historique, historiser, signature_courante
from dossiers.models.machine import Attend, Geste, Machine, Motif, champ_etat, geste
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.personnes import Personne, Telephone
from dossiers.models.pieces import Piece
from dossiers.models.regles_affectation import RegleAffectation
from dossiers.models.suivi import Engagement, Note
from dossiers.models.technique import Battement, Operation, TexteRecherche
from dossiers.models.territoires import Commune, Territoire

__all__ = [
    "FINAUX_COMMUNS",
    "Agent",
    "Appel",
    "Attend",
    "Battement",
    "Commune",
    "Courrier",
    "CourrierFichier",
    "Demarche",
    "Dossier",
    "Engagement",
    "Geste",
    "Machine",
    "ModeleCourrier",
    "Motif",
    "Note",
    "Operation",
    "Organisme",
    "Participant",
    "Personne",
    "Piece",
    "RegleAffectation",
    "Telephone",
    "Territoire",
    "TexteRecherche",
    "auteur",
    "champ_etat",
    "creer",
    "ecrire_ensemble",
    "geste",
    "historique",
    "historiser",
    "signature_courante",
]
