"""Score what the rules understand of calls whose expected reading is known (format of `donnees/appels.json`)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dossiers.regles.doublons import Identite, Rapprochement, rapprocher
from dossiers.regles.saisie.communes import SURE, Communes
from dossiers.regles.saisie.lecture import Lu, lire
from dossiers.regles.saisie.lexique import Lexiques
from dossiers.regles.telephones import lire_telephone

CHAMPS = ("besoins", "communes", "telephones", "statut", "urgence", "issue", "doublon")
BESOINS_COTES = frozenset(("formalites", "logement", "emploi_conjoint", "scolarisation", "reseau", "aides", "loisirs"))
"""The seven needs of the corpus; a visit is an alert there (« visite_a_organiser »), so it is compared only where a file asks for it."""
STATUTS_COTES = frozenset(
    [
        "interne", "docteur_junior", "remplacant_licence", "remplacant_these", "collaborateur", "primo_installation",
        "installe_autre_departement", "salarie", "diplome_ue", "padhue_pcc",
    ]
)  # fmt: skip
"""The statuses a file of ours can hold; « journaliste » or « mairie » in a file are roles, not a doctor's status."""
PREMIERS = 3
ALARME = 0.25
"""A proposition this likely, on a call that repeats none, is a false alarm."""


@dataclass
class Compte:
    """Right, wrong and missed values of one field; for duplicates, also where the right one stood."""

    justes: int = 0
    faux: int = 0
    manques: int = 0

    def noter(self, attendus: set[Any], trouves: set[Any]) -> None:
        self.justes += len(attendus & trouves)
        self.faux += len(trouves - attendus)
        self.manques += len(attendus - trouves)

    @property
    def precision(self) -> float:
        total = self.justes + self.faux
        return self.justes / total if total else 1.0

    @property
    def rappel(self) -> float:
        total = self.justes + self.manques
        return self.justes / total if total else 1.0

    @property
    def f1(self) -> float:
        somme = self.precision + self.rappel
        return 2 * self.precision * self.rappel / somme if somme else 0.0


@dataclass
class Bilan:
    """The scores of a file, and each call read differently from what was expected."""

    n: int = 0
    champs: dict[str, Compte] = field(default_factory=lambda: {c: Compte() for c in CHAMPS})
    ecarts: list[tuple[int, str, set[Any], set[Any]]] = field(default_factory=list)

    def en_json(self) -> dict[str, Any]:
        """Return `{"n", "champs": {field: {"precision", "rappel", "f1"}}}`, rounded to four places."""
        return {
            "n": self.n,
            "champs": {
                nom: {"precision": round(c.precision, 4), "rappel": round(c.rappel, 4), "f1": round(c.f1, 4)}
                for nom, c in self.champs.items()
            },
        }


def evaluer(appels: Iterable[Mapping[str, Any]], lexiques: Lexiques, communes: Communes) -> Bilan:
    """Read the calls in order, as they were taken, and compare; only `texte`, `date` and earlier calls are read to answer."""
    bilan = Bilan()
    appels = list(appels)
    cotes = BESOINS_COTES | {b for a in appels for b in a["attendu"].get("besoins") or ()}
    connus: list[Identite] = []
    for appel in appels:
        bilan.n += 1
        attendu = appel["attendu"]
        lu = lire(appel["texte"], lexiques, communes, dt.datetime.fromisoformat(appel["date"]).date())
        proches = rapprochements(lu, connus)
        trouves = {
            "besoins": {b.valeur for b in lu.besoins} & cotes,
            "communes": {c.valeur for c in lu.communes if c.confiance >= SURE},
            "telephones": {_national(t.valeur) for t in lu.telephones},
            "statut": {lu.statut.valeur} if lu.statut and _parle_d_un_medecin(lu) else set(),
            "urgence": {lu.urgence},
            "issue": {issue_probable(lu, bool(proches))},
        }
        for nom, valeurs in trouves.items():
            _noter(bilan, appel["id"], nom, attendus(attendu, nom), valeurs)
        _noter_doublon(bilan, appel["id"], attendu.get("doublon_de"), proches)
        connus += _identites(attendu, attendu.get("doublon_de") or appel["id"])
    return bilan


def attendus(attendu: Mapping[str, Any], champ: str) -> set[Any]:
    """Return what a file expects of a field, as a set."""
    if champ == "communes":
        return {c["insee"] for c in attendu.get("communes") or ()}
    if champ == "telephones":
        return {_national(t) for t in attendu.get("telephones") or ()}
    if champ == "statut":
        medecins = [p for p in attendu.get("personnes") or () if p.get("statut") in STATUTS_COTES]
        return {p["statut"] for p in medecins}
    if champ == "besoins":
        return set(attendu.get("besoins") or ())
    return {attendu[champ]} if attendu.get(champ) else set()


def _noter(bilan: Bilan, rang: int, champ: str, voulus: set[Any], trouves: set[Any]) -> None:
    bilan.champs[champ].noter(voulus, trouves)
    if voulus != trouves:
        bilan.ecarts.append((rang, champ, voulus, trouves))


def _noter_doublon(bilan: Bilan, rang: int, voulu: int | None, proches: list[Rapprochement]) -> None:
    """Found when the right case is among the first three; a false alarm when a call that repeats none gets one."""
    premiers = [r.candidat.cle for r in proches[:PREMIERS]]
    compte = bilan.champs["doublon"]
    if voulu is None:
        compte.faux += bool(premiers)
    elif voulu in premiers:
        compte.justes += 1
    else:
        compte.manques += 1
    if (voulu is None and premiers) or (voulu is not None and voulu not in premiers):
        bilan.ecarts.append((rang, "doublon", {voulu} - {None}, set(premiers)))


def rapprochements(lu: Lu, connus: list[Identite]) -> list[Rapprochement]:
    """Return the earlier cases the call may repeat, most likely first, each once, as the screen's search would say."""
    telephones = tuple(t.valeur for t in lu.telephones)
    courriel = lu.courriels[0].valeur if lu.courriels else ""
    # a number is looked up before any name is typed: a couple or flatmates share one under other names
    nommes = [("", ""), *((p.nom, p.prenom) for p in lu.personnes)]
    meilleurs: dict[int | None, Rapprochement] = {}
    for nom, prenom in nommes:
        for r in rapprocher(Identite(nom, prenom, telephones=telephones, courriel=courriel), connus):
            if r.score >= ALARME and (r.candidat.cle not in meilleurs or r.score > meilleurs[r.candidat.cle].score):
                meilleurs[r.candidat.cle] = r
    return sorted(meilleurs.values(), key=lambda r: -r.score)


def issue_probable(lu: Lu, connu: bool) -> str:
    """Return how the call ends once the duplicate search has spoken: an ordinary call joins a known case or opens one."""
    dit = lu.issue.valeur if lu.issue else ""
    if dit in ("", "rattache", "information_donnee") and connu:
        return "rattache"
    return dit or "dossier_cree"


def _parle_d_un_medecin(lu: Lu) -> bool:
    return not (lu.appelant and lu.appelant.role == "tiers") and not (
        lu.issue and lu.issue.valeur == "opportunite_enregistree"
    )


def _identites(attendu: Mapping[str, Any], affaire: int) -> list[Identite]:
    """Return the people of a call as the agent recorded them, under the case they belong to."""
    telephones = tuple(lire_telephone(t).e164 for t in attendu.get("telephones") or ())
    courriel = attendu.get("courriel") or ""
    gens = [p for p in attendu.get("personnes") or () if p.get("role") in ("candidat", "conjoint")]
    identites = [
        Identite(nom, p.get("prenom") or "", telephones=telephones, courriel=courriel, cle=affaire)
        for p in gens
        for nom in (p.get("nom") or "").split("|")
    ]
    return [i for i in identites if i.nom or i.prenom or any(i.telephones) or i.courriel]


def _national(numero: str) -> str:
    """Return a number as files write it: ten digits for France, + and country code elsewhere."""
    e164 = lire_telephone(numero).e164 or numero
    return f"0{e164[3:]}" if e164.startswith("+33") else e164
