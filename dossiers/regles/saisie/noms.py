"""Who is named: « Dr Claire DELMAS », « NGUYEN Linh », « Ben Ali Yannis », « Mme Caron (dossier Vanhoutte) »."""

import re
from dataclasses import dataclass

from dossiers.regles.saisie.notes import Jeton, Notes

_TITRES = frozenset(["dr", "docteur", "docteure", "m", "mr", "mme", "monsieur", "madame", "mlle", "melle"])
_MEDECIN = frozenset(["dr", "docteur", "docteure"])
_PARTICULES = frozenset([
    "de", "du", "le", "la", "ben", "ibn", "el", "al", "van", "von", "da", "di", "dos", "des", "d", "o", "mac",
    "bou", "abd", "der", "den",
])  # fmt: skip
_ANNONCES = (("appelle",), ("nom",), ("dossier",), ("interne",), ("nomme",))
_LIEN = re.compile(r"[ .\-'’\u00a0]{0,2}")
_OU = re.compile(
    r"\b(?:dr|docteur|docteure|mme|m|monsieur|madame)\.? +([^\W\d_][\w()'-]+) +ou +([^\W\d_][\w()'-]+)", re.IGNORECASE
)
LONGUEUR_MAX = 5


@dataclass(frozen=True)
class Nomme:
    """Somebody named in the notes, as spelt there; `titre` is what came before, folded (« dr », « mme »)."""

    nom: str
    prenom: str
    titre: str
    debut: int
    fin: int

    @property
    def est_medecin(self) -> bool:
        return self.titre in _MEDECIN


def nommes(
    notes: Notes, prenoms: dict[str, str], hors_nom: dict[str, str], lieux: list[tuple[int, int]]
) -> list[Nomme]:
    """Return who is named, in order, each once; `lieux` are the stretches that name a commune."""
    lecteur = _Lecteur(notes, prenoms, hors_nom, lieux)
    trouves = lecteur.lire()
    for m in _OU.finditer(notes.brut):
        for groupe in (1, 2):
            nom = m.group(groupe).replace("(", "").replace(")", "")
            trouves.append(Nomme(nom, "", "dr", m.start(), m.end()))
    vus: dict[tuple[str, str], Nomme] = {}
    for n in sorted(trouves, key=lambda n: n.debut):
        vus.setdefault((n.nom.casefold(), n.prenom.casefold()), n)
    return list(vus.values())


@dataclass
class _Lecteur:
    notes: Notes
    prenoms: dict[str, str]
    hors_nom: dict[str, str]
    lieux: list[tuple[int, int]]

    def lire(self) -> list[Nomme]:
        trouves: list[Nomme] = []
        i = 0
        while i < len(self.notes.jetons):
            trouve, fin = self._a_partir_de(i)
            if trouve:
                trouves.append(trouve)
            i = max(fin, i + 1)
        return trouves

    def _a_partir_de(self, i: int) -> tuple[Nomme | None, int]:
        jetons = self.notes.jetons
        titre = jetons[i].plie if jetons[i].plie in _TITRES and self._suivi(i) else ""
        debut = i + 1 if titre else i
        while titre and debut < len(jetons) and jetons[debut].plie in _TITRES and self._suivi(debut):
            debut += 1
        annonce = i > 0 and (jetons[i - 1].plie,) in _ANNONCES and jetons[i].majuscule and self._suivi(i - 1)
        fin = self._etendre(debut, bool(titre), annonce)
        mots = list(jetons[debut:fin])
        if not mots or (not titre and not annonce and not self._parait_un_nom(mots)):
            return None, i + 1
        nom, prenom = self._partager(mots, bool(titre))
        if len(nom) < 2 and len(prenom) < 2:
            return None, i + 1
        return Nomme(nom, prenom, titre, jetons[i].debut, mots[-1].fin), fin

    def _suivi(self, i: int) -> bool:
        """Tell whether a title's next word is right behind it."""
        jetons = self.notes.jetons
        return i + 1 < len(jetons) and bool(_LIEN.fullmatch(self.notes.brut[jetons[i].fin : jetons[i + 1].debut]))

    def _etendre(self, debut: int, titre: bool, annonce: bool) -> int:
        """Return where the run of name-like words ends."""
        jetons, fin = self.notes.jetons, debut
        while fin < len(jetons) and fin - debut < LONGUEUR_MAX:
            jeton = jetons[fin]
            if fin > debut and not _LIEN.fullmatch(self.notes.brut[jetons[fin - 1].fin : jeton.debut]):
                break
            if not self._peut_nommer(fin, debut, titre or annonce):
                break
            fin += 1
        while fin > debut and jetons[fin - 1].plie in _PARTICULES and not jetons[fin - 1].capitales:
            fin -= 1
        return fin

    def _peut_nommer(self, i: int, debut: int, attendu: bool) -> bool:
        jeton = self.notes.jetons[i]
        if jeton.plie.isdigit() or (jeton.plie in self.hors_nom and not self._particule(i)):
            return False
        if any(a <= jeton.debut < b for a, b in self.lieux) and not (attendu and i == debut):
            return False
        if jeton.majuscule or self._particule(i):
            return True
        # « dr petit nina », « mme fournier » : no capital, right behind a title
        return (
            attendu
            and i - debut < 2
            and (i == debut or jeton.plie in self.prenoms or self.notes.jetons[debut].plie in self.prenoms)
        )

    def _particule(self, i: int) -> bool:
        jetons = self.notes.jetons
        suivant = jetons[i + 1] if i + 1 < len(jetons) else None
        return (
            jetons[i].plie in _PARTICULES
            and suivant is not None
            and suivant.majuscule
            and suivant.plie not in self.hors_nom
        )

    def _parait_un_nom(self, mots: list[Jeton]) -> bool:
        """Tell whether capitals alone make a name: a known first name beside another word, or a name in capitals."""
        utiles = [m for m in mots if m.plie not in _PARTICULES]
        if len(utiles) >= 2 and any(m.plie in self.prenoms for m in utiles):
            return True
        en_capitales = [m for m in utiles if m.capitales and len(m.plie) >= 3]
        return bool(en_capitales) and len(utiles) >= 2 and any(not m.capitales for m in utiles)

    def _partager(self, mots: list[Jeton], titre: bool) -> tuple[str, str]:
        """Return family name and first name; capitals tell them apart, else the list of first names, else their order."""

        def joindre(choisis: list[Jeton]) -> str:
            if not choisis:
                return ""
            texte = self.notes.brut[choisis[0].debut : choisis[-1].fin]
            initiale = len(choisis) == 1 and len(choisis[0].brut) == 1
            return f"{texte}." if initiale else texte

        capitales = [m for m in mots if m.capitales or (m.plie in _PARTICULES and m.brut.isupper())]
        autres = [m for m in mots if m not in capitales]
        if capitales and autres and self._d_un_bloc(mots, capitales):
            return joindre(capitales), joindre(autres)
        if len(mots) == 1:
            return ("", joindre(mots)) if mots[0].plie in self.prenoms and not titre else (joindre(mots), "")
        tete = 1
        while (
            tete < len(mots) - 1
            and mots[tete].plie in self.prenoms
            and self.notes.brut[mots[tete - 1].fin : mots[tete].debut] == "-"
        ):
            tete += 1
        if mots[0].plie in self.prenoms or len(mots[0].brut) == 1:
            return joindre(mots[tete:]), joindre(mots[:tete])
        if mots[-1].plie in self.prenoms or (len(mots[-1].brut) == 1):
            return joindre(mots[:-1]), joindre(mots[-1:])
        return joindre(mots[1:]), joindre(mots[:1])

    def _d_un_bloc(self, mots: list[Jeton], capitales: list[Jeton]) -> bool:
        rangs = [mots.index(m) for m in capitales]
        return rangs == list(range(rangs[0], rangs[0] + len(rangs))) and (rangs[0] == 0 or rangs[-1] == len(mots) - 1)
