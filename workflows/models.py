"""Every need, so that Django and the register know them."""

from workflows.aide import Aide
from workflows.emploi_conjoint import EmploiConjoint
from workflows.formalites import Etape, Formalites
from workflows.logement import Logement
from workflows.loisirs import Loisirs
from workflows.reseau import Reseau
from workflows.scolarisation import Scolarisation
from workflows.visite import Visite

__all__ = [
    "Aide",
    "EmploiConjoint",
    "Etape",
    "Formalites",
    "Logement",
    "Loisirs",
    "Reseau",
    "Scolarisation",
    "Visite",
]
