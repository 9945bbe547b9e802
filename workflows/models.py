"""Every need, so that Django and the register know them."""

from workflows.aide import Aide
from workflows.emploi_conjoint import EmploiConjoint
from workflows.etapes import Etape
from workflows.formalites import Formalites
from workflows.logement import Logement
from workflows.loisirs import Loisirs
from workflows.plan_foyer import PLAN
from workflows.reseau import Reseau
from workflows.scolarisation import Scolarisation
from workflows.visite import Visite

__all__ = [
    "PLAN",
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
