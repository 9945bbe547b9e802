"""The children a call speaks of: how many, how old or in which class; a first name is never asked nor proposed."""

import re
from dataclasses import dataclass

from dossiers.regles.saisie.lexique import RIEN, Trouve
from dossiers.regles.saisie.notes import Notes

_COMBIEN = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
_NOMBRE = r"(\d|un|une|deux|trois|quatre|cinq|six)"
_ENFANTS = re.compile(
    rf"\b{_NOMBRE}?\s*(?:petite?s?\s+|jeunes?\s+|grande?s?\s+)?"
    r"\b(enfants?|enfts?|enf|gosses?|gamins?|gamines?|bebes?|bb|fils|filles?|garcons?|ados?|jumeaux|jumelles|aines?|ainees?|cadette?|benjamine?|petits|loulous?)\b"
)
_UN_AGE = re.compile(r"\b(\d{1,2})\s*(?:ans|an|a)\b")
_MOIS = re.compile(r"\b(\d{1,2})\s*mois\b")
_LISTE = re.compile(
    r"^\W*(?:de|ages? de|agees? de|:)?\W*((?:\d{1,2}\s*(?:ans?|a)?\s*(?:,|/|et|&|\+|-)\s*)*\d{1,2})\s*(?:ans?|a)\b"
)
_SANS = re.compile(r"\b(?:pas|sans|0|aucun)\s*(?:d\s*[’']?\s*)?(?:enfants?|enf)\b")
_BEBE = frozenset(("bebe", "bebes", "bb"))
FAMILLE_MAX = 8
PORTEE = 60


@dataclass(frozen=True)
class Enfant:
    """A child spoken of: a level (empty when only counted) and the words that say so."""

    niveau: str
    debut: int
    fin: int


def niveau_de(age: int) -> str:
    """Return the level of an age in years, as French schools go."""
    for limite, niveau in ((3, "creche"), (6, "maternelle"), (11, "elementaire"), (15, "college"), (19, "lycee")):
        if age < limite:
            return niveau
    return ""


def enfants(notes: Notes, niveaux: list[Trouve], conjoint: list[Trouve], metier: list[Trouve]) -> list[Enfant]:
    """Return the children, each once: ages first, then classes, then a bare count; none when the text says there are none."""
    plie = notes.plie
    if _SANS.search(plie):
        return []
    mentions = [m for m in _ENFANTS.finditer(plie) if _est_du_foyer(plie, m)]
    bornes = [*(m.start() for m in mentions[1:]), len(plie)]
    ages = [e for m, borne in zip(mentions, bornes, strict=False) for e in _ages_apres(plie, m, borne)]
    classes = _classes(notes, niveaux, metier, mentions)
    compte = max([_compter(m) for m in mentions], default=0)
    if ages and len(ages) >= len(classes):
        return ages[:FAMILLE_MAX]
    if classes:
        return classes[:FAMILLE_MAX]
    if not mentions:
        return []
    return [Enfant("creche" if m.group(2) in _BEBE else "", *m.span()) for m in _repetees(mentions, compte)][
        :FAMILLE_MAX
    ]


def _est_du_foyer(plie: str, mention: re.Match[str]) -> bool:
    """Leave out « sa fille » of a parent who calls, and « petits » that is an adjective."""
    avant = plie[max(0, mention.start() - 14) : mention.start()]
    if mention.group(2) == "petits" and not mention.group(1):
        return bool(re.search(r"\b(?:les|ses|nos|leurs)\s*$", avant))
    return not re.search(r"(?:dossier|nouvelles) de (?:sa|son|ma|mon)\s*$", avant)


def _compter(mention: re.Match[str]) -> int:
    dit = mention.group(1)
    if dit:
        return int(dit) if dit.isdigit() else _COMBIEN[dit]
    return 2 if mention.group(2).endswith(("s", "x")) and mention.group(2) != "fils" else 1


def _repetees(mentions: list[re.Match[str]], compte: int) -> list[re.Match[str]]:
    """Return one mention a child: the largest count wins over the sum when it stands for the whole household."""
    totaux = [m for m in mentions if m.group(2) in ("enfants", "enfant", "enf", "enfts", "gosses")]
    if totaux:
        return [totaux[0]] * max(_compter(totaux[0]), 1)
    return [m for m in mentions for _ in range(_compter(m))] if len(mentions) > 1 else [mentions[0]] * compte


def _ages_apres(plie: str, mention: re.Match[str], borne: int) -> list[Enfant]:
    """Read the ages between a mention and the next: « 4a et 7a », « 11, 8 et 5 ans », « (7 ans et 10 ans) », « de 18 mois »."""
    suite = plie[mention.end() : min(mention.end() + PORTEE, borne)]
    if mois := _MOIS.search(suite[:25]):
        return [Enfant(niveau_de(int(mois.group(1)) // 12), mention.start(), mention.end() + mois.end())]
    if liste := _LISTE.match(suite):
        nombres = [int(n) for n in re.findall(r"\d{1,2}", liste.group(1))]
    else:
        nombres = [int(m.group(1)) for m in _UN_AGE.finditer(suite)][: max(_compter(mention), 1)]
        if nombres and _UN_AGE.search(suite).start() > 30:  # type: ignore[union-attr]
            nombres = []
    fin = mention.end() + (liste.end() if liste else 0)
    return [Enfant(n, mention.start(), fin) for age in nombres if (n := niveau_de(age))]


def _classes(notes: Notes, niveaux: list[Trouve], metier: list[Trouve], mentions: list[re.Match[str]]) -> list[Enfant]:
    """Return the classes named, but those that belong to a job (« prof au collège »)."""
    trouvees = []
    enseigne = any(m.valeur == "enseignant" for m in metier)
    for t in niveaux:
        if t.valeur == RIEN:
            continue
        if any(
            abs(t.debut - m.fin) <= 3
            and notes.phrases[t.debut] == notes.phrases[m.debut]
            and m.fin <= t.debut
            and m.valeur == "enseignant"
            for m in metier
        ):
            continue
        trouvees.append(Enfant(t.valeur, notes.jetons[t.debut].debut, notes.jetons[t.fin - 1].fin))
    precises = [e for e in trouvees if notes.plie[e.debut : e.fin] not in _VAGUES]
    return precises or ([] if enseigne and not mentions else _une_par_niveau(trouvees))


_VAGUES = frozenset(
    ("college", "lycee", "creche", "maternelle", "primaire", "ecole primaire", "place en creche", "elementaire")
)


def _une_par_niveau(enfants: list[Enfant]) -> list[Enfant]:
    """Keep one child a level when only places were named: « crèche » said twice is one child."""
    vus: dict[str, Enfant] = {}
    for enfant in enfants:
        vus.setdefault(enfant.niveau, enfant)
    return list(vus.values())
