"""What must be said to the agent while they type, as sentences; an alert changes nothing by itself."""

from types import MappingProxyType

from dossiers.regles.saisie.lexique import RIEN, Trouve
from dossiers.regles.saisie.notes import Notes, Proposition
from dossiers.regles.texte import contient_nir, ressemble_nir

PHRASES = MappingProxyType(
    {
        "nir_refuse": "Un numéro de sécurité sociale est écrit : retirez-le, l’appel ne sera pas enregistré avec lui.",
        "nir_possible": "Ces chiffres ressemblent à un numéro de sécurité sociale : ne le gardez pas.",
        "donnee_sante": "Santé : ne l’écrivez pas. Notez le besoin (« logement accessible », « école à voir »), pas la cause.",
        "donnee_sensible": "Opinion, religion ou vie privée : ne l’écrivez pas.",
        "confidentiel": "Discrétion demandée : dites-le au responsable, le dossier peut être à confidentialité renforcée.",
        "padhue": "Diplôme hors Union européenne : l’ARS et le CNG répondent des étapes, ne promettez pas de date.",
        "exercice_liberal_interdit_pendant_pcc": "Pas d’exercice libéral pendant le parcours de consolidation, même à temps partiel.",
        "diplome_ue": "Diplôme de l’Union européenne : attestations de conformité et traduction assermentée à prévoir.",
        "rgpd_effacement": "Demande d’effacement : ne supprimez rien vous-même, notez-la ; réponse sous un mois par le DPO.",
        "rgpd_acces": "Demande d’accès à ses données : notez-la ; réponse sous un mois par le DPO, identité à vérifier.",
        "rgpd_opposition": "Ne veut plus être sollicité : aucun message ne doit plus partir.",
        "ne_pas_divulguer": "Presse : ne donnez rien sur les dossiers, orientez vers le service communication.",
        "ne_pas_confirmer": "Un proche demande des nouvelles : ne confirmez même pas que la personne est suivie.",
        "hors_perimetre": "Hors périmètre du guichet : orientez, sans ouvrir de dossier.",
        "hors_perimetre_profession": "Pas un médecin généraliste : orientez vers l’ARS ou l’assurance maladie.",
        "reclamation": "Réclamation : qui rappelle, et avant quand ?",
        "telephone_incomplet": "Le numéro semble incomplet : faites-le répéter.",
        "couple_de_medecins": "Deux médecins : notez les deux noms, un seul dossier pour le foyer.",
        "logement_a_demander": "Le logement n’a pas été évoqué : demandez où en est la famille.",
        "consentement_a_tracer": "Transmis par un partenaire : notez l’accord de la personne, sa date et sa forme.",
        "zonage_a_verifier": "Zonage et montants : ne promettez rien, l’organisme payeur répond par écrit.",
        "visite_a_organiser": "Une visite est à organiser : proposez deux dates.",
        "commune_hors_agglo": "Une commune citée n’est pas du territoire : laissez-la dans les notes.",
        "import_de_contacts": "Liste de contacts : pas d’import ni d’appel avant la base légale (DPO).",
        "anonyme": "La personne ne se nomme pas : c’est son droit, l’information se donne quand même.",
        "recherche_msu": "Recherche d’un maître de stage : la faculté tient la liste.",
        "temps_partiel": "Exercice à temps partiel : les aides peuvent en dépendre.",
    }
)
"""Alert → what is said of it; a code without a sentence here is not shown."""
SENSIBLES = frozenset(("donnee_sante", "donnee_sensible", "nir_refuse", "nir_possible"))


def alertes(notes: Notes, trouves: list[Trouve], ajoutees: list[tuple[str, tuple[int, int]]]) -> list[Proposition]:
    """Return the alerts of a text, the gravest first, each once; `ajoutees` are those other rules raise, with their words."""
    tout: dict[str, tuple[int, int]] = {}
    if contient_nir(notes.brut):
        tout["nir_refuse"] = (0, 0)
    elif ressemble_nir(notes.brut):
        tout["nir_possible"] = (0, 0)
    for t in trouves:
        if t.valeur != RIEN and not t.nie:
            tout.setdefault(t.valeur, (notes.jetons[t.debut].debut, notes.jetons[t.fin - 1].fin))
    for code, mots in ajoutees:
        tout.setdefault(code, mots)
    ordre = list(PHRASES)
    connues = sorted((c for c in tout if c in PHRASES), key=ordre.index)
    return [Proposition("alerte", c, PHRASES[c], tout[c]) for c in connues]
