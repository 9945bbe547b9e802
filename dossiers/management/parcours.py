"""The plausible lives of needs: which gestures follow which, and what facts each brings."""

import datetime as dt
from random import Random
from typing import Any

PRENOMS = (
    "Adèle", "Agnès", "Alban", "Alice", "Antoine", "Anne-Laure", "Aurélien", "Baptiste", "Bastien", "Béatrice",
    "Benoît", "Camille", "Caroline", "Cécile", "Charlotte", "Claire", "Clémence", "Cyril", "Damien", "Delphine",
    "Denis", "Élise", "Émilie", "Estéban", "Étienne", "Fabrice", "Faustine", "Florian", "Gabriel", "Guillaume",
    "Hélène", "Hortense", "Inès", "Jérôme", "Jeanne", "Joséphine", "Julien", "Karim", "Léa", "Louis", "Lucie", "Maël",
    "Margaux", "Mathilde", "Maxime", "Mélanie", "Nadia", "Nicolas", "Noémie", "Olivier", "Pauline", "Philippe",
    "Quentin", "Raphaël", "Rémi", "Salomé", "Solène", "Thibault", "Victor", "Yasmine",
)  # fmt: skip
NOMS = (
    "Arnaud", "Aubert", "Barthélemy", "Bénézet", "Bonnefoy", "Bouvier", "Brunel", "Cabanel", "Carrière", "Castanier",
    "Chabert", "Chazalon", "Combes", "Coste", "Dalmas", "Delmas", "Deleuze", "Desmarest", "Durieux", "Escoffier",
    "Estève", "Fabrègue", "Faucher", "Gauthier", "Gaillard", "Gervais", "Gibelin", "Guiraud", "Hébrard", "Issartel",
    "Jourdan", "Jaussaud", "Lacombe", "Lafont", "Larguier", "Laurens", "Lefort", "Maurin", "Mazoyer", "Méjean",
    "Monteil", "Nègre", "Nouguier", "Œillet", "Pagès", "Pellet", "Pélissier", "Peyre", "Plantier", "Portal", "Poujol",
    "Ravel", "Rouvière", "Sabatier", "Saint-Martin", "Serre", "Teissier", "Vernède", "Veyrier", "Volpilière",
)  # fmt: skip
METIERS = ("enseignant", "ingénieure", "infirmier", "comptable", "architecte", "graphiste", "juriste", "menuisier")
TEXTES = (
    "Souhaite s’installer en maison de santé, préfère un secteur proche d’une école. Disponible après le stage.",
    "Rappelle pour savoir où en est le logement. Le conjoint cherche un poste à mi-temps dans la région.",
    "Visite prévue la semaine prochaine, demande la liste des communes en zone d’action complémentaire.",
    "Hésite encore entre deux cabinets. A besoin d’une réponse avant la fin du mois pour donner son préavis.",
    "Question sur l’inscription à l’Ordre et sur les aides à l’installation ; renvoi vers l’ARS proposé.",
    "Message laissé sur le répondeur, voix claire, demande à être rappelé en fin de journée.",
)
NOTES = (
    "Pièces reçues, dossier complet.", "Rendez-vous pris avec le maire pour visiter le local.", "À relancer après les congés.",
    "La maison de santé confirme qu’un cabinet se libère au printemps.", "Préfère être joint le soir, par courriel.",
)  # fmt: skip

CHEMINS = {
    "formalites": ("etablir_parcours", "lancer", "clore"),
    "logement": (
        "valider_criteres", "lancer_recherche", "proposer", "programmer_visite", "noter_visite", "retenir",
        "remettre_dossier", "accorder", "emmenager", "clore",
    ),
    "logement_refus": (
        "valider_criteres", "lancer_recherche", "proposer", "refuser_offre", "proposer", "retenir_sans_visite", "remettre_dossier",
        "accorder", "emmenager", "clore",
    ),
    "emploi_conjoint": (
        "recueillir_profil", "noter_accord", "orienter", "mettre_en_relation", "noter_candidatures", "noter_entretien",
        "embaucher", "clore",
    ),
    "scolarisation": ("qualifier", "identifier_secteur", "deposer", "affecter_place", "inscrire", "rentrer", "clore"),
    "reseau": ("identifier", "noter_accords", "relier", "noter_rencontre", "clore"),
    "loisirs": ("adresser", "contacter", "integrer", "clore"),
    "visite": ("noter_lieux", "programmer", "confirmer", "realiser", "clore"),
    "aides": (
        "verifier", "declarer_eligible", "constituer", "deposer_demande", "instruire", "accorder_aide", "verser", "clore",
    ),
}  # fmt: skip
"""The usual gestures of each need, in order; « logement_refus » is a first offer that did not suit."""

PROFILS = ("LIB", "LIB", "LIB", "COLL", "REMP", "REMP_NON_THESE", "SAL", "UE", "PADHUE")


def chemin(besoin: str, hasard: Random) -> tuple[str, ...]:
    """Return the gestures a need is likely to go through, up to its end."""
    return CHEMINS["logement_refus" if besoin == "logement" and hasard.random() < 0.3 else besoin]


def faits(code: str, jour: dt.date, hasard: Random) -> dict[str, Any]:
    """Return the columns a gesture brings on a given day; most bring none."""
    plus_tard = jour + dt.timedelta(days=hasard.randrange(20, 120))
    match code:
        case "etablir_parcours":
            return {"profil": hasard.choice(PROFILS), "ouverture_le": plus_tard}
        case "valider_criteres":
            genre = hasard.choice(("location", "location", "achat", "meuble_semestre"))
            loyer = 240_000 if genre == "achat" else hasard.randrange(500, 1400, 50)
            return {"sous_type": genre, "pieces": hasard.randrange(2, 6), "budget_max": loyer, "entree_le": plus_tard}
        case "proposer":
            offre = f"T{hasard.randrange(2, 6)}, {hasard.randrange(40, 130)} m²"
            return {"offre": offre, "bailleur": "Agence des Exemples", "loyer": hasard.randrange(500, 1400, 10)}
        case "refuser_offre":
            return {"offres_refusees": 1, "offre": "", "bailleur": "", "loyer": None}
        case "programmer_visite":
            return {"visite_le": dt.datetime.combine(jour + dt.timedelta(days=4), dt.time(14, 30), dt.UTC)}
        case "emmenager":
            return {"bail_signe_le": jour}
        case "recueillir_profil":
            return {
                "metier": hasard.choice(METIERS),
                "situation": hasard.choice(("salarie", "fonctionnaire", "recherche")),
            }
        case "noter_accord":
            return {"accord_le": jour, "destinataires": "France Travail, service économique"}
    return _autres_faits(code, jour, plus_tard, hasard)


def _autres_faits(code: str, jour: dt.date, plus_tard: dt.date, hasard: Random) -> dict[str, Any]:
    match code:
        case "orienter":
            return {"partenaire": "France Travail"}
        case "noter_candidatures":
            return {"candidatures_envoyees": hasard.randrange(1, 12)}
        case "embaucher":
            return {"resultat_le": plus_tard}
        case "qualifier":
            naissance = jour.year - hasard.randrange(3, 17)
            return {"niveau": niveau_de(jour.year - naissance), "annee_naissance": naissance, "arrivee_le": plus_tard}
        case "identifier_secteur":
            return {"etablissement": f"établissement de secteur n° {hasard.randrange(1, 40)}"}
        case "deposer":
            return {"depose_le": jour}
        case "rentrer":
            return {"rentree_le": jour}
        case "obtenir":
            return {"decision_le": jour}
    return _faits_du_territoire(code, jour, plus_tard) or _faits_d_une_aide(code, jour, plus_tard)


def _faits_du_territoire(code: str, jour: dt.date, plus_tard: dt.date) -> dict[str, Any]:
    match code:
        case "identifier":
            return {"genre_cible": "msp", "cible": "Maison de santé des Exemples", "creneaux": "le jeudi après-midi"}
        case "noter_accords":
            return {"accord_candidat_le": jour, "accord_cible_le": jour}
        case "noter_rencontre":
            return {"rencontre_le": jour}
        case "adresser":
            return {"interet": "sport", "accueil": "club", "structure": "Club des Exemples"}
        case "integrer":
            return {"participation_le": jour}
        case "noter_lieux":
            return {"lieu_1": "Maison de santé des Exemples", "lieu_2": "Mairie des Exemples"}
        case "programmer":
            return {"debut_le": plus_tard, "fin_le": plus_tard, "etape_cabinet": True}
    return {}


def _faits_d_une_aide(code: str, jour: dt.date, plus_tard: dt.date) -> dict[str, Any]:
    match code:
        case "declarer_eligible":
            return {"reponse_le": jour, "reponse_source": "courrier de réponse"}
        case "deposer_demande":
            return {"demandee_le": jour}
        case "accorder_aide":
            return {"accordee_le": jour, "engagement_jusqu_au": plus_tard}
        case "verser":
            return {"versee_le": jour}
    return {}


def niveau_de(age: int) -> str:
    """Return the school level of an age."""
    if age < 6:
        return "maternelle"
    if age < 11:
        return "elementaire"
    return "college" if age < 15 else "lycee"
