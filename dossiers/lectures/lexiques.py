"""The words the call screen understands on a territory: made ready for reading notes, and listed for a supervisor."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Max, Q

from dossiers.lectures.communes import choix
from dossiers.models import Commune, Demarche, Lexique, Personne
from dossiers.regles.saisie.alertes import PHRASES
from dossiers.regles.saisie.communes import Communes
from dossiers.regles.saisie.lexique import RIEN, Lexiques, Terme

FAMILLES = {
    "besoin": "Besoins",
    "statut": "Statut du médecin",
    "issue": "Sorte d’appel",
    "alerte": "Alertes",
    "canal": "Canal de l’appel",
    "metier": "Métiers du conjoint",
    "conjoint": "Mots du conjoint",
    "niveau": "Classes des enfants",
    "negation": "Négations",
    "role": "Qui appelle",
    "organisme": "Partenaires",
    "profession_autre": "Autres professions",
    "urgence": "Urgence",
    "couple": "Deux médecins",
    "diplome": "Mots du diplôme",
    "pays": "Pays des diplômes",
    "medecin": "Mots du médecin",
    "presse": "Presse",
    "patient": "Patients",
    "foyer": "Personne seule",
    "commune_ancienne": "Anciens noms de communes (code INSEE)",
    "commune_voisine": "Communes voisines (code INSEE)",
    "commune_mot": "Communes qui sont aussi des mots",
    "prenom": "Prénoms",
    "hors_nom": "Mots qui ne sont pas des noms",
}
"""The families, in the order a supervisor reads them."""


def preparer(territoire_id: int) -> tuple[Lexiques, Communes]:
    """Return a territory's lexicons and communes, ready to read notes with.

    Making them ready takes 60 ms: the process keeps them, under the key of the last change made to any lexicon, so that what a
    supervisor writes is understood at the next call, on every server.
    """
    version = Lexique.history.aggregate(n=Max("history_id"))["n"] or 0
    return _lexiques(territoire_id, version), _communes(territoire_id, tuple(choix(territoire_id)))


@lru_cache(maxsize=8)
def _lexiques(territoire_id: int, version: int) -> Lexiques:
    return Lexiques(termes(territoire_id))


@lru_cache(maxsize=8)
def _communes(territoire_id: int, proches: tuple[tuple[str, str], ...]) -> Communes:
    autres = Commune.objects.exclude(territoire_id=territoire_id).values_list("code_insee", "nom")
    return Communes.preparer(proches, autres)


def termes(territoire_id: int) -> list[Terme]:
    """Return the terms in use on a territory: the common ones but those taken out, and its own."""
    lus = list(Lexique.objects.filter(Q(territoire=None) | Q(territoire_id=territoire_id)))
    retires = _retires(lus)
    return [
        Terme(x.famille, x.valeur, e, x.poids)
        for x in lus
        if x.poids != Lexique.RETIRE
        for e in x.expressions
        if x.territoire_id or (x.famille, x.valeur, e) not in retires
    ]


def _retires(lus: list[Lexique]) -> set[tuple[str, str, str]]:
    return {(x.famille, x.valeur, e) for x in lus if x.poids == Lexique.RETIRE for e in x.expressions}


@dataclass(frozen=True)
class Mot:
    """An expression as the settings page lists it; `cle` names it in a form."""

    valeur: str
    poids: int
    expression: str
    propre: bool
    retire: bool

    @property
    def cle(self) -> str:
        return f"{self.valeur}|{self.poids}|{self.expression}"


def mots(territoire_id: int, famille: str) -> dict[str, list[Mot]]:
    """Return the expressions of a family by the label of what they mean, in alphabetical order, those taken out last."""
    lus = list(Lexique.objects.filter(Q(territoire=None) | Q(territoire_id=territoire_id), famille=famille))
    retires = _retires(lus)
    groupes: dict[str, list[Mot]] = defaultdict(list)
    for x in lus:
        if x.poids == Lexique.RETIRE:
            continue
        for e in x.expressions:
            retire = x.territoire_id is None and (famille, x.valeur, e) in retires
            groupes[libelle(famille, x.valeur)].append(Mot(x.valeur, x.poids, e, x.territoire_id is not None, retire))
    return {
        nom: sorted(groupe, key=lambda m: (m.retire, -m.poids, m.expression)) for nom, groupe in sorted(groupes.items())
    }


def valeurs(famille: str) -> list[tuple[str, str]]:
    """Return what the expressions of a family may mean."""
    connues = Lexique.objects.filter(famille=famille, territoire=None).values_list("valeur", flat=True).distinct()
    return sorted(((v, libelle(famille, v)) for v in set(connues)), key=lambda v: (v[0] == RIEN, v[1]))


def libelle(famille: str, valeur: str) -> str:
    """Return what a value means, in words."""
    if valeur == RIEN:
        return "rien (mots à ignorer)"
    if famille == "besoin" and valeur in Demarche.REGISTRE:
        return Demarche.REGISTRE[valeur].libelle_besoin
    if famille == "statut" and valeur in Personne.Statut.values:
        return str(Personne.Statut(valeur).label)
    if famille == "alerte" and valeur in PHRASES:
        return PHRASES[valeur].partition(" : ")[0]
    return valeur.replace("_", " ")
