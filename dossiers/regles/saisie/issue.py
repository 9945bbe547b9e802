"""What kind of call it is, who is calling, and how it may end (domaine.md §6)."""

from dataclasses import dataclass

from dossiers.regles.saisie.lexique import RIEN, Trouve
from dossiers.regles.saisie.notes import Notes

TETE = 6
"""Words a caller is announced in: « CPAM 30 relation PS (M. Arnaud) », « infirmière libérale veut… »."""
SUIVIES = frozenset(
    ("dossier_cree", "rattache", "message_vocal", "information_donnee", "inscription_evenement", "appel_interrompu")
)
"""Outcomes of a call in which needs are expressed; elsewhere a word like « logement » is an offer, or somebody else's."""
_ORDRE = (
    "numero_invalide", "injoignable", "repondeur_2", "repondeur_1", "joint", "message_vocal",
    "demande_rgpd", "appel_muet", "refus_divulgation",
     "demarchage", "erreur_numero", "reoriente",
    "opportunite_enregistree", "inscription_evenement", "suivi_realise", "appel_interrompu", "information_donnee",
    "contact_direct_demande",
)  # fmt: skip


@dataclass(frozen=True)
class Appelant:
    """Who calls: a role of the call, its organisation or trade when it says one, and the words."""

    role: str
    metier: str
    debut: int
    fin: int


def appelant(notes: Notes, lus: dict[str, list[Trouve]], statut: Trouve | None) -> Appelant | None:
    """Return who calls; None when the text does not say."""
    presse = lus.get("presse", ())
    if presse and presse[0].debut < TETE * 2:
        return Appelant("tiers", "journaliste", presse[0].debut, presse[0].fin)
    medecins = lus.get("medecin", ())
    conjoint = next(iter(lus.get("role", ())), None)
    if conjoint and (conjoint.valeur == "conjoint" or conjoint.debut < TETE):
        return Appelant(conjoint.valeur, "", conjoint.debut, conjoint.fin)
    if patient := next((t for t in lus.get("patient", ()) if t.debut < TETE * 2 and not _avant(medecins, t)), None):
        return Appelant("tiers", "patient", patient.debut, patient.fin)
    organisme = next((t for t in lus.get("organisme", ()) if t.debut < 3), None)
    if organisme and not any(m.debut < organisme.debut for m in medecins):
        return Appelant("partenaire", "", organisme.debut, organisme.fin)
    if autre := _autre_profession(notes, lus):
        return Appelant("tiers", autre.valeur, autre.debut, autre.fin)
    if statut:
        return Appelant("candidat", "", statut.debut, statut.fin)
    return Appelant("candidat", "", medecins[0].debut, medecins[0].fin) if medecins else None


def _avant(medecins: list[Trouve] | tuple[Trouve, ...], t: Trouve) -> bool:
    return any(m.debut < t.debut for m in medecins)


def _autre_profession(notes: Notes, lus: dict[str, list[Trouve]]) -> Trouve | None:
    """Return the trade of a caller who is no doctor: said first, not the spouse's, or followed by « pas généraliste »."""
    conjoints = [c.fin for c in lus.get("conjoint", ())]
    reoriente = any(t.valeur == "reoriente" for t in lus.get("issue", ()))
    for t in lus.get("profession_autre", ()):
        if any(0 <= t.debut - fin <= 4 for fin in conjoints):
            continue
        if (t.debut < TETE and not _avant(lus.get("medecin", []), t)) or (reoriente and t.debut < 2 * TETE):
            return t
    return None


def issue(
    lus: dict[str, list[Trouve]], qui: Appelant | None, statut: Trouve | None, *, candidat: bool
) -> Trouve | None:
    """Return how the call may end, with its words, from what is said alone; None for an ordinary call.

    A doctor settled elsewhere gives up a practice there: it is no offer here. `candidat` tells whether a doctor is named, so
    that a partner who speaks of one is not a partner's own question.
    """
    dits = {v: t for v in _ORDRE if (t := _premiere(lus, v))}
    if qui and qui.metier:
        dits.setdefault("reoriente", Trouve("reoriente", 4, qui.debut, qui.fin))
    offre = dits.get("opportunite_enregistree")
    if offre and qui and qui.role == "candidat" and statut and statut.valeur == "installe_autre_departement":
        dits.pop("opportunite_enregistree")
    if "reoriente" in dits and not (qui and qui.metier) and candidat:
        dits.pop("reoriente")
    trouve = next((dits[v] for v in _ORDRE if v in dits), None)
    if trouve is None and qui and qui.role == "partenaire" and not candidat:
        return Trouve("partenaire_traite", 2, qui.debut, qui.fin)
    return trouve or _premiere(lus, "rattache")


def _premiere(lus: dict[str, list[Trouve]], valeur: str) -> Trouve | None:
    return next((t for t in lus.get("issue", ()) if t.valeur == valeur and t.valeur != RIEN), None)
