"""What the case file is made of."""

from dossiers.models.absences import Absence, Suppleance
from dossiers.models.acces import DemandeAcces
from dossiers.models.appels import Appel
from dossiers.models.brouillons import Brouillon, Presence
from dossiers.models.courriers import Courrier, CourrierFichier, ModeleCourrier
from dossiers.models.demarches import FINAUX_COMMUNS, Demarche
from dossiers.models.dispositifs import Dispositif, Zonage
from dossiers.models.dossiers import Dossier, Participant
from dossiers.models.echeances import Echeancable, Horloge
from dossiers.models.ensemble import ecrire_ensemble
from dossiers.models.historique import auteur, creer, historique, historiser, signature_courante
from dossiers.models.horloge import DelaiEtat, Fermeture, Pause
from dossiers.models.imports import FichierImport, Import, LigneImport
from dossiers.models.journee import Agenda, LecturePassation, Passation, Visite
from dossiers.models.lexiques import Lexique
from dossiers.models.listes import Etiquette, EtiquettePosee, Vue
from dossiers.models.machine import Attend, Geste, Machine, Motif, champ_etat, geste
from dossiers.models.mouvements import Fusion, Transfert
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.personnes import Personne, Telephone
from dossiers.models.pieces import Piece
from dossiers.models.positions import Position
from dossiers.models.regles_affectation import JeuRegles, RegleAffectation
from dossiers.models.relances import Relance
from dossiers.models.suivi import Engagement, Note, Tentative
from dossiers.models.technique import Battement, Operation, TexteRecherche
from dossiers.models.territoires import Commune, Territoire
from dossiers.models.transitions import Transition

__all__ = [
    "FINAUX_COMMUNS",
    "Absence",
    "Agenda",
    "Agent",
    "Appel",
    "Attend",
    "Battement",
    "Brouillon",
    "Commune",
    "Courrier",
    "CourrierFichier",
    "DelaiEtat",
    "DemandeAcces",
    "Demarche",
    "Dispositif",
    "Dossier",
    "Echeancable",
    "Engagement",
    "Etiquette",
    "EtiquettePosee",
    "Fermeture",
    "FichierImport",
    "Fusion",
    "Geste",
    "Horloge",
    "Import",
    "JeuRegles",
    "LecturePassation",
    "Lexique",
    "LigneImport",
    "Machine",
    "ModeleCourrier",
    "Motif",
    "Note",
    "Operation",
    "Organisme",
    "Participant",
    "Passation",
    "Pause",
    "Personne",
    "Piece",
    "Position",
    "Presence",
    "RegleAffectation",
    "Relance",
    "Suppleance",
    "Telephone",
    "Tentative",
    "Territoire",
    "TexteRecherche",
    "Transfert",
    "Transition",
    "Visite",
    "Vue",
    "Zonage",
    "auteur",
    "champ_etat",
    "creer",
    "ecrire_ensemble",
    "geste",
    "historique",
    "historiser",
    "signature_courante",
]
