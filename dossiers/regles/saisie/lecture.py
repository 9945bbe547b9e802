"""All that the notes of a call suggest, read at once: the order matters, each rule uses what the ones before found."""

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import pairwise

from dossiers.regles.dates import date_longue
from dossiers.regles.saisie import alertes as regles_alertes
from dossiers.regles.saisie import issue as regles_issue
from dossiers.regles.saisie.besoins import Besoin, Indices, besoins, metier_du_conjoint
from dossiers.regles.saisie.communes import SURE, Communes, proposer_communes
from dossiers.regles.saisie.dates import DateLue, echeance
from dossiers.regles.saisie.enfants import Enfant, enfants
from dossiers.regles.saisie.issue import SUIVIES, Appelant
from dossiers.regles.saisie.lexique import Lexiques, Trouve, nier
from dossiers.regles.saisie.noms import Nomme, nommes
from dossiers.regles.saisie.notes import LONGUEUR_LUE, Notes, Proposition
from dossiers.regles.saisie.numeros import numero_incomplet, proposer_numeros
from dossiers.regles.saisie.rappel import Rappel, rappel
from dossiers.regles.saisie.statut import statut
from dossiers.regles.saisie.urgence import urgence

_COURRIEL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)


@dataclass
class Lu:
    """What was understood of a call; every part says which words it came from."""

    notes: Notes
    lus: dict[str, list[Trouve]] = field(default_factory=dict)
    telephones: list[Proposition] = field(default_factory=list)
    courriels: list[Proposition] = field(default_factory=list)
    communes: list[Proposition] = field(default_factory=list)
    personnes: list[Nomme] = field(default_factory=list)
    statut: Trouve | None = None
    appelant: Appelant | None = None
    issue: Trouve | None = None
    enfants: list[Enfant] = field(default_factory=list)
    conjoint: Trouve | None = None
    metier_conjoint: Trouve | None = None
    couple: bool = False
    besoins: list[Besoin] = field(default_factory=list)
    echeance: DateLue | None = None
    rappel: Rappel | None = None
    urgence: str = "normale"
    alertes: list[Proposition] = field(default_factory=list)

    @property
    def nouveau(self) -> bool:
        """Whether nothing in the words says that the household is known already."""
        return self.issue is None or self.issue.valeur != "rattache"

    def mots(self, t: Trouve | Besoin | Appelant) -> tuple[int, int]:
        """Return the offsets of the words something was read from."""
        jetons = self.notes.jetons
        return (jetons[t.debut].debut, jetons[min(t.fin, len(jetons)) - 1].fin) if jetons else (0, 0)


def lire(texte: str, lexiques: Lexiques, communes: Communes, appel: dt.date) -> Lu:
    """Read the notes of a call taken on a day; never raises on any text, however broken."""
    notes = Notes(texte[:LONGUEUR_LUE])
    if not notes.jetons:
        return Lu(notes)
    lus = lexiques.lire(notes)
    for famille in ("besoin", "alerte"):
        lus[famille] = nier(lus.get(famille, []), lus.get("negation", []), notes.phrases)
    lu = Lu(notes, lus)
    lu.telephones = proposer_numeros(notes)
    lu.courriels = [
        Proposition("courriel", m.group().lower(), m.group(), m.span()) for m in _COURRIEL.finditer(notes.brut)
    ]
    lu.communes = proposer_communes(
        notes, communes, lexiques, lus.get("commune_ancienne", []), lus.get("commune_voisine", [])
    )
    _lire_qui(lu, lexiques)
    _lire_quoi(lu, appel)
    return lu


def _lire_qui(lu: Lu, lexiques: Lexiques) -> None:
    notes, lus = lu.notes, lu.lus
    proches = [c.mots for c in lu.communes if c.champ == "communes" and c.confiance >= SURE]
    rangs = [(i, i + 1) for i, j in enumerate(notes.jetons) if any(a <= j.debut < b for a, b in proches)]
    courriels = [c.mots for c in lu.courriels]
    lieux = [c.mots for c in lu.communes if c.confiance >= SURE] + courriels
    lu.personnes = nommes(notes, lexiques.mots("prenom"), lexiques.mots("hors_nom"), lieux)
    lu.statut = statut(notes, lus, rangs)
    lu.appelant = regles_issue.appelant(notes, lus, lu.statut)
    lu.couple = bool(lus.get("couple")) or _deux_docteurs(lu)
    candidat = any(p.est_medecin for p in lu.personnes) or (lu.statut is not None)
    lu.issue = regles_issue.issue(lus, lu.appelant, lu.statut, candidat=candidat)
    lu.conjoint = next(iter(lus.get("conjoint", ())), None)


def _deux_docteurs(lu: Lu) -> bool:
    """Two « Dr » joined by « et »: « Dr Paul et Dr Anne Mercier »."""
    medecins = [p for p in lu.personnes if p.est_medecin]
    return any(
        re.fullmatch(r"\W*(?:et|&)(?: sa \w+| son \w+)?\W*", lu.notes.brut[un.fin : autre.debut])
        for un, autre in pairwise(medecins)
    )


def _lire_quoi(lu: Lu, appel: dt.date) -> None:
    notes, lus = lu.notes, lu.lus
    issue = lu.issue.valeur if lu.issue else ""
    role = lu.appelant.role if lu.appelant else ""
    suivi = not issue or issue in SUIVIES
    conjoints, metiers = lus.get("conjoint", []), lus.get("metier", [])
    # « sa fille », said by a parent of the doctor, is the doctor
    if suivi and role != "tiers":
        lu.enfants = enfants(notes, lus.get("niveau", []), conjoints, metiers)
    indices = Indices(
        statut=lu.statut.valeur if lu.statut else "",
        nouveau=lu.nouveau,
        enfants=_rangs(notes, lu.enfants[0].debut, lu.enfants[0].fin) if lu.enfants else None,
        conjoint_medecin=lu.couple,
        appelant_conjoint=role == "conjoint",
        transmis=role == "partenaire",
        metiers=metiers,
    )
    lu.metier_conjoint = metier_du_conjoint(notes, conjoints, indices) if not lu.couple else None
    lu.besoins = besoins(notes, _hors_appelant(lu), conjoints, indices) if suivi else []
    lu.echeance = echeance(notes, appel)
    lu.rappel = rappel(notes, appel)
    presse = bool(lu.appelant and lu.appelant.metier == "journaliste")
    lu.urgence = urgence(appel, lu.echeance.jour if lu.echeance else None, issue, lus, presse=presse)
    lu.alertes = regles_alertes.alertes(notes, lus.get("alerte", []), _alertes_deduites(lu))


def _hors_appelant(lu: Lu) -> list[Trouve]:
    """Leave out what only says which partner is calling: « CDOM 30 : Dr Ziani… » asks nothing of the Order."""
    indices = lu.lus.get("besoin", [])
    if not lu.appelant or lu.appelant.role != "partenaire":
        return indices
    return [t for t in indices if t.debut >= lu.appelant.fin]


def _rangs(notes: Notes, debut: int, fin: int) -> tuple[int, int]:
    dedans = [i for i, j in enumerate(notes.jetons) if debut <= j.debut < fin]
    return (dedans[0], dedans[-1] + 1) if dedans else (0, 1)


def _alertes_deduites(lu: Lu) -> list[tuple[str, tuple[int, int]]]:
    """Return the alerts that come from what was understood rather than from a word."""
    deduites: list[tuple[str, tuple[int, int]]] = []
    if lu.statut and lu.statut.valeur == "padhue_pcc":
        deduites.append(("padhue", lu.mots(lu.statut)))
        if m := re.search(r"\bliberal\w*", lu.notes.plie):
            deduites.append(("exercice_liberal_interdit_pendant_pcc", m.span()))
    if lu.statut and lu.statut.valeur == "diplome_ue":
        deduites.append(("diplome_ue", lu.mots(lu.statut)))
    if lu.appelant and lu.appelant.role == "tiers":
        codes = {"journaliste": "ne_pas_divulguer", "patient": "hors_perimetre", "": "ne_pas_confirmer"}
        deduites.append((codes.get(lu.appelant.metier, "hors_perimetre_profession"), lu.mots(lu.appelant)))
    if lu.issue and lu.issue.valeur in ("erreur_numero", "demarchage"):
        deduites.append(("hors_perimetre", lu.mots(lu.issue)))
    if lu.couple:
        deduites.append(("couple_de_medecins", lu.mots(lu.lus["couple"][0]) if lu.lus.get("couple") else (0, 0)))
    if not lu.telephones and (mots := numero_incomplet(lu.notes)):
        deduites.append(("telephone_incomplet", mots))
    loge = any(t.valeur == "logement" for t in lu.lus.get("besoin", ()))
    if (lu.conjoint or lu.enfants) and lu.besoins and not loge:
        deduites.append(("logement_a_demander", lu.mots(lu.conjoint) if lu.conjoint else (0, 0)))
    if ailleurs := next((c for c in lu.communes if c.champ != "communes"), None):
        deduites.append(("commune_hors_agglo", ailleurs.mots))
    return deduites


def date_dite(lue: DateLue) -> str:
    """Return a day as a chip says it."""
    return f"{'vers le ' if lue.vague else ''}{date_longue(lue.jour)}"
