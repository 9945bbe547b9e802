"""Beside the notes of a call: what they suggest for the fields still empty, what to beware of, what is left to ask."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from dossiers.lectures.lexiques import preparer
from dossiers.models import Agent, Appel, Demarche, Dossier, Personne
from dossiers.regles.communes import resoudre
from dossiers.regles.delais import PARIS
from dossiers.regles.information import annonce
from dossiers.regles.saisie.alertes import SENSIBLES
from dossiers.regles.saisie.communes import SURE
from dossiers.regles.saisie.enfants import Enfant
from dossiers.regles.saisie.lecture import Lu, date_dite, lire
from dossiers.regles.saisie.notes import Proposition
from dossiers.regles.saisie.questions import Connu, questions
from dossiers.regles.telephones import formater_telephone, lire_telephone
from dossiers.regles.texte import normaliser
from dossiers.regles.typographie import typographier

TOUCHES = 9
"""Chips reached by a digit; all of them by Tab."""
NIVEAUX = {
    "creche": "crèche", "assistante_maternelle": "assistante maternelle", "maternelle": "maternelle", "elementaire": "élémentaire",
    "college": "collège", "lycee": "lycée", "periscolaire": "périscolaire",
}  # fmt: skip
INITIALES = {"urgence": Dossier.Urgence.NORMALE, "canal": Appel.Canal.TELEPHONE, "issue": Appel.Issue.INFORMATION}
"""Values a field opens with: an agent who left them has chosen nothing."""
ENFANTS = 4


@dataclass(frozen=True)
class Puce:
    """A proposition as the screen shows it."""

    proposition: Proposition
    famille: str
    extrait: str
    touche: int = 0

    @property
    def cle(self) -> str:
        return self.proposition.cle

    @property
    def sure(self) -> bool:
        """Taken by « tout accepter »; two homonyms are for the agent to tell apart."""
        return self.proposition.confiance >= SURE

    @property
    def grave(self) -> bool:
        """An alert about what must not stay written."""
        return self.proposition.valeur in SENSIBLES

    @property
    def champs_json(self) -> str:
        """The same, for the page's script."""
        return json.dumps(self.champs, ensure_ascii=False)

    @property
    def champs(self) -> dict[str, str]:
        """The fields it fills."""
        return {self.proposition.champ: self.proposition.valeur, **dict(self.proposition.avec)}


@dataclass(frozen=True)
class Panneau:
    """The side panel of a call."""

    puces: list[Puce] = field(default_factory=list)
    alertes: list[Puce] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    annonce: str = ""

    @property
    def resume(self) -> str:
        """What a screen reader says of it: « 3 propositions, 1 alerte »."""
        dits = [(len(self.puces), "proposition"), (len(self.alertes), "alerte")]
        return ", ".join(f"{n} {mot}{'s' if n > 1 else ''}" for n, mot in dits if n)

    @property
    def sures(self) -> int:
        return sum(p.sure for p in self.puces)


def panneau(agent: Agent, saisie: QueryDict | Mapping[str, str]) -> Panneau:
    """Read the notes being typed; what a field already holds, or what was put aside for this call, is not proposed again."""
    donnees = saisie if isinstance(saisie, QueryDict) else _querydict(saisie)
    lexiques, communes = preparer(agent.territoire_id)
    lu = lire(donnees.get("texte", ""), lexiques, communes, _jour(donnees.get("recu_le", "")))
    ecartees = set(donnees.getlist("ecartees"))
    puces = [p for p in _proposees(lu, donnees, agent) if p.cle not in ecartees]
    # what only the agent can tell apart comes last: the digits go to what is sure
    puces.sort(key=lambda p: p.confiance < SURE)
    rangees = [
        Puce(p, FAMILLES[p.champ], lu.notes.extrait(*p.mots), rang if rang <= TOUCHES else 0)
        for rang, p in enumerate(puces, start=1)
    ]
    alertes = [
        Puce(a._replace(libelle=typographier(a.libelle)), "", lu.notes.extrait(*a.mots))
        for a in lu.alertes
        if a.cle not in ecartees
    ]
    posees = [typographier(q) for q in questions(lu, _connu(donnees))]
    return Panneau(rangees, alertes, posees, typographier(annonce(agent.territoire.dpo)))


FAMILLES = {
    "nom": "Nom", "role": "Qui appelle", "statut": "Statut", "numero": "Numéro", "conjoint_numero": "Numéro du conjoint",
    "courriel": "Courriel", "besoins": "Besoin", "communes": "Commune", "pour_quand": "Pour quand", "urgence": "Urgence",
    "conjoint_metier": "Métier du conjoint", "promesse": "Je promets", "issue": "Sans dossier", "canal": "Canal",
    **{f"enfant_{rang}": "Enfant" for rang in range(1, ENFANTS + 1)},
}  # fmt: skip


def _querydict(saisie: Mapping[str, str]) -> QueryDict:
    donnees = QueryDict(mutable=True)
    donnees.update(saisie)
    return donnees


def _jour(recu_le: str) -> dt.date:
    """Return the day dates are relative to: the call's, today when it cannot be read."""
    try:
        lu = parse_datetime(recu_le[:30])
    except ValueError:
        lu = None
    return lu.date() if lu else dt.datetime.now(PARIS).date()


def _proposees(lu: Lu, donnees: QueryDict, agent: Agent) -> list[Proposition]:
    """Return the propositions for fields the agent has not filled, in the order of the screen."""

    def libre(champ: str) -> bool:
        valeur = donnees.get(champ, "").strip()
        return not valeur or valeur == INITIALES.get(champ)

    trouvees = [
        *_personne(lu, donnees),
        *_role(lu),
        *_numeros(lu, donnees),
        *lu.courriels[:1],
        *_statut(lu),
        *_besoins(lu, set(donnees.getlist("besoins"))),
        *_communes(lu, donnees.get("communes", ""), agent),
        *_quand(lu),
        *_enfants(lu, donnees),
        *_reste(lu),
    ]
    seule = not donnees.get("personne")
    return [
        p
        for p in trouvees
        if (p.champ in ("besoins", "communes") or libre(p.champ)) and (seule or p.champ not in ("nom", "statut"))
    ]


def _personne(lu: Lu, donnees: QueryDict) -> list[Proposition]:
    if donnees.get("nom", "").strip() or donnees.get("prenom", "").strip():
        return []
    conjoint = lu.appelant is not None and lu.appelant.role == "conjoint"
    gens = (
        [p for p in lu.personnes if p.est_medecin] if not conjoint else [p for p in lu.personnes if not p.est_medecin]
    )
    qui = next(iter(gens or lu.personnes), None)
    if qui is None:
        return []
    nom, prenom = (_en_minuscules(x) for x in (qui.nom, qui.prenom))
    complet = f"{prenom} {nom}".strip()
    avec = (("prenom", prenom),) if prenom else ()
    return [Proposition("nom", nom, complet, (qui.debut, qui.fin), 0.9, avec)]


def _en_minuscules(nom: str) -> str:
    """Return a name as forms keep it: DELMAS becomes Delmas, De Smet stays."""
    return nom.title() if nom.isupper() or nom.islower() else nom


def _role(lu: Lu) -> list[Proposition]:
    qui = lu.appelant
    if qui is None or qui.role not in Appel.Role.values:
        return []
    offre = lu.issue is not None and lu.issue.valeur == Appel.Issue.OPPORTUNITE
    role = Appel.Role.OFFREUR if offre and qui.role == Appel.Role.CANDIDAT else Appel.Role(qui.role)
    return [Proposition("role", role, str(role.label), lu.mots(qui))]


def _numeros(lu: Lu, donnees: QueryDict) -> list[Proposition]:
    """Propose the first number for the caller, a second one for the spouse, unless they are already there."""
    deja = {lire_telephone(donnees.get(c, "")).e164 for c in ("numero", "conjoint_numero")}
    neufs = [t for t in lu.telephones if t.valeur not in deja]
    lisibles = [t._replace(valeur=t.libelle.replace("\u00a0", " ")) for t in neufs]
    if donnees.get("numero", "").strip():
        return [t._replace(champ="conjoint_numero") for t in lisibles[:1] if lu.conjoint or lu.couple]
    suite = [t._replace(champ="conjoint_numero") for t in lisibles[1:2] if lu.conjoint or lu.couple]
    return [*lisibles[:1], *suite]


def _statut(lu: Lu) -> list[Proposition]:
    if lu.statut is None or lu.statut.valeur not in Personne.Statut.values:
        return []
    libelle = str(Personne.Statut(lu.statut.valeur).label)
    return [Proposition("statut", lu.statut.valeur, libelle, lu.mots(lu.statut))]


def _besoins(lu: Lu, coches: set[str]) -> list[Proposition]:
    return [
        Proposition(
            "besoins", b.valeur, Demarche.REGISTRE[b.valeur].libelle_besoin, lu.mots(b), min(1.0, 0.6 + b.poids / 10)
        )
        for b in lu.besoins
        if b.valeur in Demarche.REGISTRE and b.valeur not in coches
    ]


def _communes(lu: Lu, ecrites: str, agent: Agent) -> list[Proposition]:
    """Propose the communes not yet written; one half written by the agent is the agent's."""
    noms = [(c.valeur, c.libelle) for c in lu.communes if c.champ == "communes"]
    deja = {r.code_insee for e in ecrites.split(",") if normaliser(e) for r in resoudre(e, noms)[:1]}
    return [c._replace(valeur=c.libelle) for c in lu.communes if c.champ == "communes" and c.valeur not in deja]


def _quand(lu: Lu) -> list[Proposition]:
    if lu.echeance is None:
        return []
    confiance = 0.75 if lu.echeance.vague else 0.9
    mots = (lu.echeance.debut, lu.echeance.fin)
    return [Proposition("pour_quand", lu.echeance.jour.isoformat(), date_dite(lu.echeance), mots, confiance)]


def _enfants(lu: Lu, donnees: QueryDict) -> list[Proposition]:
    """Propose one line a child in the lines still empty; children already noted are counted off by level."""
    notes = [v for rang in range(1, ENFANTS + 1) if (v := donnees.get(f"enfant_{rang}", ""))]
    libres = [f"enfant_{rang}" for rang in range(1, ENFANTS + 1) if not donnees.get(f"enfant_{rang}")]
    restants: list[Enfant] = []
    for enfant in lu.enfants:
        if enfant.niveau in notes:
            notes.remove(enfant.niveau)
        elif enfant.niveau:
            restants.append(enfant)
    return [
        Proposition(champ, e.niveau, NIVEAUX[e.niveau], (e.debut, e.fin), 0.85)
        for champ, e in zip(libres, restants, strict=False)
    ]


def _reste(lu: Lu) -> list[Proposition]:
    """Propose the spouse's trade, the urgency, the callback, and how a call without dossier ends."""
    trouvees = []
    if (m := lu.metier_conjoint) is not None:
        trouvees.append(Proposition("conjoint_metier", m.valeur, m.valeur, lu.mots(m), 0.8))
    if lu.urgence != Dossier.Urgence.NORMALE and lu.notes.jetons:
        libelle = f"urgence {Dossier.Urgence(lu.urgence).label.lower()}"
        trouvees.append(Proposition("urgence", lu.urgence, libelle, _mots_de_l_urgence(lu), 0.8))
    if (r := lu.rappel) is not None:
        avec = [("promesse_le", r.jour.isoformat())]
        if r.avant:
            avec.append(("promesse_heure", f"{r.avant:%H:%M}"))
        trouvees.append(Proposition("promesse", "rappel", r.libelle, (r.debut, r.fin), 0.85, tuple(avec)))
    canal = {"message_vocal": "repondeur"}.get(lu.issue.valeur if lu.issue else "")
    if canal and lu.issue:
        trouvees.append(Proposition("canal", canal, "répondeur", lu.mots(lu.issue)))
    elif dits := lu.lus.get("canal"):
        libelle = str(Appel.Canal(dits[0].valeur).label).lower()
        trouvees.append(Proposition("canal", dits[0].valeur, libelle, lu.mots(dits[0])))
    if lu.issue and lu.issue.valeur in Appel.Issue.values and lu.issue.valeur not in ("dossier_cree", "rattache"):
        libelle = str(Appel.Issue(lu.issue.valeur).label)
        suite = (("suite", "seul"),)
        trouvees.append(Proposition("issue", lu.issue.valeur, libelle, lu.mots(lu.issue), 0.8, suite))
    return trouvees


def _mots_de_l_urgence(lu: Lu) -> tuple[int, int]:
    dits = [*lu.lus.get("urgence", ()), *(a for a in lu.lus.get("alerte", ()) if a.valeur == "reclamation")]
    if dits:
        return lu.mots(dits[0])
    if lu.urgence != "basse" and lu.echeance:
        return (lu.echeance.debut, lu.echeance.fin)
    return lu.mots(lu.issue) if lu.issue else (0, 0)


def _connu(donnees: QueryDict) -> Connu:
    """Return what the form holds, for the script."""

    def rempli(*champs: str) -> bool:
        return any(donnees.get(c, "").strip() for c in champs)

    numero = lire_telephone(donnees.get("numero", "")).e164
    return Connu(
        qui=rempli("nom", "prenom", "personne"),
        statut=rempli("statut", "personne"),
        joindre=rempli("numero", "courriel", "ne_pas_rappeler", "personne"),
        numero=formater_telephone(numero) if numero else "",
        communes=rempli("communes"),
        quand=rempli("pour_quand"),
        besoins=frozenset(donnees.getlist("besoins")),
        conjoint=rempli("conjoint_prenom", "conjoint_nom", "conjoint_metier", "conjoint_numero"),
        metier=rempli("conjoint_metier"),
        enfants=sum(rempli(f"enfant_{rang}") for rang in range(1, ENFANTS + 1)),
        promesse=rempli("promesse"),
        reconnu=rempli("personne"),
        role=donnees.get("role", ""),
        relais=donnees.get("canal") == Appel.Canal.RELAIS,
    )


def accepter(donnees: QueryDict, puces: list[Puce]) -> QueryDict:
    """Return a copy of what was typed with these propositions in its empty fields; nothing typed or chosen is replaced."""
    copie = donnees.copy()
    for puce in puces:
        for champ, valeur in puce.champs.items():
            if champ == "besoins":
                copie.setlist("besoins", list(dict.fromkeys([*copie.getlist("besoins"), valeur])))
            elif champ == "communes":
                ecrites = [e.strip() for e in copie.get("communes", "").split(",") if e.strip()]
                copie["communes"] = ", ".join(dict.fromkeys([*ecrites, valeur]))
            elif (
                not copie.get(champ)
                or copie.get(champ) == INITIALES.get(champ)
                or (champ, copie.get(champ)) == ("suite", "ouvrir")
            ):
                copie[champ] = valeur
    return copie
