"""Every need, so that Django and the register know them."""

from workflows.emploi_conjoint import EmploiConjoint
from workflows.etapes import Etape
from workflows.formalites import Formalites
from workflows.logement import Logement
from workflows.plan_foyer import PLAN
from workflows.scolarisation import Scolarisation

__all__ = ["PLAN", "EmploiConjoint", "Etape", "Formalites", "Logement", "Scolarisation"]
