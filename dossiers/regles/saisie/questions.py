"""What is left to say or ask, in the order of speech: the script shrinks as the household becomes known (domaine.md §6)."""

from dataclasses import dataclass

from dossiers.regles.saisie.lecture import Lu

SANS_QUESTION = frozenset(("appel_muet", "demarchage", "erreur_numero", "appel_interrompu"))


@dataclass(frozen=True)
class Connu:
    """What the form holds already, whatever the notes say."""

    qui: bool = False
    statut: bool = False
    joindre: bool = False
    numero: str = ""
    """The number to read back, in pairs."""
    communes: bool = False
    quand: bool = False
    besoins: frozenset[str] = frozenset()
    conjoint: bool = False
    metier: bool = False
    enfants: int = 0
    promesse: bool = False
    reconnu: bool = False
    role: str = ""
    relais: bool = False
    """The call comes through a telephone relay service."""


RELAIS = (
    "Relais téléphonique : parlez à la personne, pas à l’interprète ; prévoyez plus de temps.",
    "Rappelez par le même service, à l’heure qui convient à la personne.",
)
"""What a call through a relay asks of who answers: a deaf, hard of hearing or aphasic person is speaking."""


def questions(lu: Lu, connu: Connu) -> list[str]:
    """Return the questions still open for this household, the information notice aside."""
    return [*(RELAIS if connu.relais else ()), *_a_demander(lu, connu)]


def _a_demander(lu: Lu, connu: Connu) -> list[str]:
    issue = lu.issue.valeur if lu.issue else ""
    if issue in SANS_QUESTION:
        return []
    role = connu.role or (lu.appelant.role if lu.appelant else "")
    ouvertes = [*_qui(lu, connu), *_joindre(lu, connu, issue)]
    if role in ("tiers", "partenaire", "offreur") or issue in ("demande_rgpd", "opportunite_enregistree"):
        return ouvertes
    ouvertes += _projet(lu, connu)
    ouvertes += _famille(lu, connu)
    if not connu.promesse and not lu.rappel:
        ouvertes.append("Je vous rappelle quel jour, à quelle heure ?")
    return ouvertes


def _qui(lu: Lu, connu: Connu) -> list[str]:
    posees = []
    if not connu.qui and not lu.personnes:
        posees.append("Vous êtes médecin, interne, conjoint ? À quel nom ?")
    if not connu.reconnu and lu.nouveau:
        posees.append("Avez-vous déjà appelé ?")
    medecin = connu.role == "candidat" or (lu.appelant is not None and lu.appelant.role == "candidat")
    if medecin and not connu.statut and not lu.statut:
        posees.append("Vous êtes installé, remplaçant, interne, salarié ?")
    return posees


def _joindre(lu: Lu, connu: Connu, issue: str) -> list[str]:
    if any(a.valeur == "telephone_incomplet" for a in lu.alertes) and not connu.joindre:
        return ["Il manque un chiffre à votre numéro : pouvez-vous le redire ?"]
    numero = connu.numero or (lu.telephones[0].libelle if lu.telephones else "")
    if numero:
        return [f"Je relis votre numéro : {numero}."]
    if connu.joindre or lu.courriels:
        return []
    return ["À quelle adresse répondre ?" if issue == "demande_rgpd" else "À quel numéro vous rappeler ?"]


def _projet(lu: Lu, connu: Connu) -> list[str]:
    posees = []
    if not connu.communes and not lu.communes:
        posees.append("Où : quelle commune, quel secteur ?")
    if not connu.quand and not lu.echeance:
        posees.append("Pour quand : une idée, une date fixée ?")
    if not connu.besoins and not lu.besoins:
        posees.append("De quoi avez-vous besoin d’abord ?")
    return posees


def _famille(lu: Lu, connu: Connu) -> list[str]:
    dits = connu.besoins | {t.valeur for t in lu.lus.get("besoin", ())}
    conjoint = connu.conjoint or lu.conjoint is not None or lu.couple
    enfants = connu.enfants or len(lu.enfants)
    posees = []
    if not (conjoint or enfants or lu.lus.get("foyer")):
        posees.append("Vous venez seul ou en famille ?")
    if conjoint and not (lu.couple or connu.metier or lu.metier_conjoint or "emploi_conjoint" in dits):
        posees.append("Votre conjoint cherchera-t-il un emploi ? Dans quel métier ?")
    if lu.enfants and not connu.enfants and not any(e.niveau for e in lu.enfants):
        posees.append("Quel âge ont les enfants, dans quelle classe ?")
    if "logement" not in dits:
        posees.append("Et le logement ?")
    return posees
