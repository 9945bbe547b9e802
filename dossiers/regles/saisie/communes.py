"""The communes named in notes: whole, abbreviated, half written, mistyped, merged into another; homonyms all come back."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from dossiers.regles.communes import PETITS, decouper
from dossiers.regles.doublons import a_une_faute_pres
from dossiers.regles.saisie.lexique import Lexiques, Trouve
from dossiers.regles.saisie.notes import Jeton, Notes, Proposition

AILLEURS = "commune_ailleurs"
"""Field of a commune the agent's territory does not hold: said, never put in the form."""
SURE = 0.7
_FENETRE = 8
_LIEN = re.compile(r"[\s\-'’./]{0,3}")
_LIEUX = frozenset(
    [
        "a", "au", "aux", "en", "sur", "vers", "d", "de", "du", "des", "pres", "cote", "secteur", "autour", "commune",
        "mairie", "entre", "ou", "et", "ville", "centre",
    ]
)  # fmt: skip
_TITRES = frozenset([
    "dr", "docteur", "docteure", "m", "mme", "mr", "monsieur", "madame", "mlle", "melle", "me", "maitre",
])  # fmt: skip
_GENERIQUES = frozenset(["saint", "sainte", "saints", "saintes", "grand", "grande", "notre", "chateau", "mont"])
_LONGUEUR_PARLANTE = 6


@dataclass(frozen=True)
class Nom:
    """A commune by its name, cut into the words that tell it from another."""

    insee: str
    nom: str
    proche: bool
    mots: tuple[str, ...]

    @property
    def colle(self) -> str:
        return "".join(self.mots)


@dataclass
class Communes:
    """The communes a text may name, ready for many texts: those of the territory (`proches`) first, then others."""

    noms: list[Nom]
    colles: dict[str, list[Nom]] = field(default_factory=lambda: defaultdict(list))
    debuts: dict[str, list[Nom]] = field(default_factory=lambda: defaultdict(list))
    uniques: dict[str, Nom] = field(default_factory=dict)

    @classmethod
    def preparer(cls, proches: Iterable[tuple[str, str]], autres: Iterable[tuple[str, str]] = ()) -> "Communes":
        """Build the index from (INSEE code, name) pairs."""
        noms = [Nom(code, nom, True, decouper(nom)[1]) for code, nom in proches]
        noms += [Nom(code, nom, False, decouper(nom)[1]) for code, nom in autres]
        index = cls(noms)
        parlants: dict[str, list[Nom]] = defaultdict(list)
        for nom in noms:
            index.colles[nom.colle].append(nom)
            index.debuts[nom.mots[0]].append(nom)
            if nom.proche:
                for mot in nom.mots:
                    parlants[mot].append(nom)
        index.uniques = {m: ns[0] for m, ns in parlants.items() if len(ns) == 1 and len(m) > _LONGUEUR_PARLANTE}
        return index


def proposer_communes(
    notes: Notes, communes: Communes, lexiques: Lexiques, anciennes: list[Trouve], voisines: list[Trouve]
) -> list[Proposition]:
    """Return the communes a text names, in order, each once."""
    lecteur = _Lecteur(notes, communes, lexiques.mots("commune_mot"), lexiques.mots("prenom"))
    trouvees = lecteur.lire()
    par_code = {n.insee: n for n in communes.noms}
    prises = [p.mots for p in trouvees]
    for t in anciennes:
        ou = notes.jetons[t.debut].debut
        if (
            not any(a <= ou < b for a, b in prises)
            and (nom := par_code.get(t.valeur))
            and notes.jetons[t.debut].majuscule
        ):
            trouvees.append(_proposition(nom, notes, t.debut, t.fin, 0.9))
    for t in voisines:
        if notes.jetons[t.debut].majuscule:
            libelle = notes.extrait(notes.jetons[t.debut].debut, notes.jetons[t.fin - 1].fin)
            mots = (notes.jetons[t.debut].debut, notes.jetons[t.fin - 1].fin)
            trouvees.append(Proposition(AILLEURS, t.valeur, libelle, mots, 0.8))
    meilleures: dict[str, Proposition] = {}
    for p in sorted(trouvees, key=lambda p: (p.mots[0], -p.confiance)):
        if p.valeur not in meilleures or p.confiance > meilleures[p.valeur].confiance:
            meilleures[p.valeur] = p
    return list(meilleures.values())


def _proposition(nom: Nom, notes: Notes, debut: int, fin: int, confiance: float) -> Proposition:
    mots = (notes.jetons[debut].debut, notes.jetons[fin - 1].fin)
    return Proposition("communes" if nom.proche else AILLEURS, nom.insee, nom.nom, mots, confiance)


@dataclass
class _Lecteur:
    notes: Notes
    communes: Communes
    mots_courants: dict[str, str]
    prenoms: dict[str, str]

    def lire(self) -> list[Proposition]:
        trouvees: list[Proposition] = []
        i = 0
        while i < len(self.notes.jetons):
            noms, fin, confiance = self._a_partir_de(i)
            trouvees += [_proposition(nom, self.notes, i, fin, confiance) for nom in noms]
            i = fin if noms else i + 1
        return trouvees

    def _a_partir_de(self, i: int) -> tuple[list[Nom], int, float]:
        """Return the communes named from a word on, the longest reading first, and where the name ends."""
        jetons = self.notes.jetons
        if jetons[i].plie.isdigit() or jetons[i].plie in _PREPOSITIONS or self._est_quelqu_un(i):
            return [], i, 0.0
        fenetres = list(self._fenetres(i))
        for fin, mots in fenetres:
            noms = [n for n in self.communes.colles.get("".join(mots), ()) if self._convient(n, i, fin)]
            if noms:
                return self._les_proches(noms), fin, 0.95
        for fin, mots in fenetres:
            if noms := self._commencees(i, fin, mots):
                return noms, fin, 0.85 if len(noms) == 1 else 0.5
        for fin, mots in fenetres:
            if nom := self._mal_tapee(i, fin, mots):
                return [nom], fin, 0.75
        return [], i, 0.0

    def _fenetres(self, i: int) -> list[tuple[int, tuple[str, ...]]]:
        """Return the runs of joined words that start here, longest first, as (end, telling words)."""
        jetons, runs = self.notes.jetons, []
        mots: list[str] = []
        for j in range(i, min(i + _FENETRE, len(jetons))):
            jeton = jetons[j]
            if j > i and not _LIEN.fullmatch(self.notes.brut[jetons[j - 1].fin : jeton.debut]):
                break
            if jeton.plie.isdigit():
                break
            tous, parlants = decouper(jeton.brut)
            # « de », « la » alone come back as their own telling word
            petit = tous == parlants and len(jeton.plie) <= 4 and jeton.plie in PETITS
            if not petit:
                mots = [*mots, *parlants]
                runs.append((j + 1, tuple(mots)))
        return runs[::-1]

    def _convient(self, nom: Nom, i: int, fin: int) -> bool:
        """Tell whether an exact name is meant: a name that is also a word needs its capital and a place word before."""
        jeton = self.notes.jetons[i]
        courant = " ".join(nom.mots) in self.mots_courants
        if nom.proche and not courant:
            return True
        if not jeton.majuscule:
            return False
        return self._situe(i) if courant else fin - i > 1 or self._situe(i) or self._enumere(i)

    def _situe(self, i: int) -> bool:
        """Tell whether a place word, an article aside, stands before, or a place was just named (« Anduze/Mialet »)."""
        avant = [j.plie for j in self.notes.jetons[max(0, i - 3) : i]]
        return bool({*avant[-1:]} & _LIEUX) or (
            avant[-1:] in (["l"], ["la"], ["le"], ["les"]) and bool({*avant} & _LIEUX)
        )

    def _enumere(self, i: int) -> bool:
        """Tell whether a name opens a bracket or goes on a list: « le Gers (Fleurance, Condom) »."""
        avant = self.notes.brut[self.notes.jetons[i - 1].fin : self.notes.jetons[i].debut] if i else ""
        return avant.strip() in ("(", ",", "/", "+", "&")

    def _est_quelqu_un(self, i: int) -> bool:
        avant = self.notes.jetons[i - 1] if i else None
        return avant is not None and (avant.plie in _TITRES or (avant.majuscule and avant.plie in self.prenoms))

    def _les_proches(self, noms: list[Nom]) -> list[Nom]:
        return [n for n in noms if n.proche] or noms

    def _commencees(self, i: int, fin: int, mots: tuple[str, ...]) -> list[Nom]:
        """Return the communes of the territory whose name begins so: « St Hilaire de B. », « Boucoiran »."""
        parlants = [m for m in mots if m not in _GENERIQUES]
        seul = len(mots) == 1
        if not parlants or (len(parlants[0]) < 4 and seul):
            return []
        if seul and not (len(mots[0]) >= _LONGUEUR_PARLANTE and self.notes.jetons[i].majuscule):
            return []
        proches = [n for n in self.communes.debuts.get(mots[0], ()) if n.proche and len(n.mots) > len(mots) - 1]
        entieres = [n for n in proches if n.mots[: len(mots)] == mots]
        if entieres:
            return entieres
        if len(mots) > 2 and mots[-1]:
            return [n for n in proches if n.mots[: len(mots) - 1] == mots[:-1] and n.mots[len(mots) - 1 :][:1] and
                    n.mots[len(mots) - 1].startswith(mots[-1]) and self._abrege(fin)]  # fmt: skip
        if seul and (nom := self.communes.uniques.get(mots[0])) and self._situe(i):
            return [nom]
        return []

    def _abrege(self, fin: int) -> bool:
        """Tell whether the last word looks cut short: one to three letters, or followed by a point."""
        jeton = self.notes.jetons[fin - 1]
        return len(jeton.plie) <= 3 or self.notes.brut[jeton.fin : jeton.fin + 1] == "."

    def _mal_tapee(self, i: int, fin: int, mots: tuple[str, ...]) -> Nom | None:
        """Return the one commune of the territory a mistyped name may be: six letters at least, a capital or a place word."""
        colle = "".join(mots)
        premier: Jeton = self.notes.jetons[i]
        if len(colle) < _LONGUEUR_PARLANTE or not (premier.majuscule or self._situe(i)):
            return None
        # a usual word is nobody's mistake: « mages » is not « images »
        if fin - i == 1 and (premier.plie in self.prenoms or (not premier.majuscule and len(colle) < 8)):
            return None
        noms = [
            n
            for n in self.communes.noms
            if n.proche and abs(len(n.colle) - len(colle)) <= 1 and n.colle[0] == colle[0]
            and a_une_faute_pres(n.colle, colle)
        ]  # fmt: skip
        return noms[0] if len(noms) == 1 else None


_PREPOSITIONS = frozenset(["d", "de", "du", "des", "en", "et", "a", "au", "aux", "sur", "sous", "s", "lez", "pres"])
