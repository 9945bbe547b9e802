"""The usual plan of a household, as data: each need's phases, and what waits for what across needs.

Durations are the usual ones of domaine.md §2 (working days where the office acts, calendar days where others do). The steps of
the formalités come from their own graph. A need without phases here counts as one stretch of four weeks.
"""

from dossiers.models import Demarche
from dossiers.regles.retroplanning import Lien, Phase, Plan

PHASES = {
    "formalites": (Phase("parcours", "Parcours à établir et à suivre", ("exprime",), 165, "jours", "guichet"),),
    "logement": (
        Phase("criteres", "Critères validés avec le foyer", ("exprime",), 3),
        Phase("recherche", "Recherche", ("criteres_valides", "en_recherche", "hebergement_temporaire"), 14, "jours"),
        Phase("visites", "Offres et visites", ("propose", "visite_programmee", "visite"), 14, "jours", "candidat"),
        Phase("bailleur", "Dossier chez le bailleur", ("retenu", "dossier_bailleur"), 14, "jours", "partenaire"),
        Phase("emmenagement", "Bail et emménagement", ("accorde", "emmenage"), 14, "jours", "candidat"),
    ),
    "emploi_conjoint": (
        Phase("profil", "Profil recueilli", ("exprime",), 5, qui="conjoint"),
        Phase("accord", "Accord de transmission", ("profil_recueilli",), 2, qui="conjoint"),
        Phase("orientation", "Orientation vers un partenaire", ("accord_transmission", "mutation"), 3),
        Phase("relation", "Mise en relation", ("oriente",), 10, qui="partenaire"),
        Phase("candidatures", "Candidatures et entretiens", ("en_relation", "candidatures", "entretien"), 90, "jours", "conjoint"),
        Phase("poste", "Prise de poste", ("embauche", "installe_independant", "formation"), 30, "jours", "conjoint"),
    ),
    "scolarisation": (
        Phase("besoin", "Besoin qualifié", ("exprime",), 3),
        Phase("secteur", "Établissement identifié", ("besoin_qualifie",), 5),
        Phase(
            "dossier", "Dossier déposé",
            ("secteur_identifie", "derogation_demandee", "derogation_accordee", "derogation_refusee"), 10, "jours", "candidat",
        ),
        Phase("place", "Place attribuée", ("dossier_depose", "liste_attente", "relais"), 20, "jours", "partenaire"),
        Phase("rentree", "Inscription et rentrée", ("affecte", "inscrit", "rentre"), 10, "jours", "candidat"),
    ),
}  # fmt: skip

LIENS = (
    Lien("formalites.F11", "logement.visites", "on visite une fois connu le lieu d’exercice"),
    Lien("logement.bailleur", "scolarisation.dossier", "l’école de secteur dépend de l’adresse"),
    Lien("logement.bailleur", "emploi_conjoint.poste", "le conjoint prend son poste là où le foyer habite"),
    Lien("logement.emmenagement", "scolarisation.rentree", "l’enfant fait sa rentrée une fois la famille installée"),
)

PLAN = Plan(PHASES, LIENS)

Demarche.PLAN = PLAN
