"""From a model's blocks and frozen data to the paragraphs, lists and tables of one letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dossiers.courriers.champs import remplacer
from dossiers.erreurs import Refus

Donnees = Mapping[str, Any]

CONDITIONS: dict[str, Callable[[Donnees], bool]] = {
    "rappel_promis": lambda d: bool(d.get("rappel.date")),
    "sans_rappel": lambda d: not d.get("rappel.date"),
    "volets_ouverts": lambda d: bool(d.get("volets")),
    "echeance_connue": lambda d: bool(d.get("dossier.echeance")),
    "communes_connues": lambda d: bool(d.get("dossier.communes")),
    "installe": lambda d: d.get("cloture") == "installe",
    "abandon": lambda d: d.get("cloture") == "abandon",
    "hors_perimetre": lambda d: d.get("cloture") == "hors_perimetre",
    "premiere_relance": lambda d: d.get("relance.rang") == 1,
    "seconde_relance": lambda d: (d.get("relance.rang") or 0) > 1,
    "appel_connu": lambda d: bool(d.get("appel.date")),
    "appel_inconnu": lambda d: not d.get("appel.date"),
}
"""The closed list a model's optional blocks may choose from."""


@dataclass(frozen=True)
class Bloc:
    """One block ready to print: a paragraph, a title, a list of items, or a table with its columns."""

    type: str
    texte: str = ""
    lignes: list[Any] = field(default_factory=list)
    colonnes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lettre:
    """A letter ready to lay out; `donnees` are the frozen values its frame (letterhead, addressee, foot) also reads."""

    code: str
    objet: str
    blocs: list[Bloc]
    donnees: Donnees
    personnelle: bool
    """A personal letter has an appeal and a closing formula that repeat each other; a document has neither."""

    @property
    def cadre(self) -> dict[str, Any]:
        """The frozen values under names a page template can read (« dossier_numero »)."""
        return {code.replace(".", "_"): valeur for code, valeur in self.donnees.items()}


def composer(code: str, contenu: Mapping[str, Any], donnees: Donnees) -> Lettre:
    """Return the letter of a model's stored content and frozen data; raises `Refus` naming what is missing."""
    blocs = [_bloc(brut, donnees) for brut in contenu["blocs"] if _retenu(brut, donnees)]
    return Lettre(
        code=code,
        objet=remplacer(contenu["objet"], donnees),
        blocs=[b for b in blocs if b.texte or b.lignes],
        donnees=donnees,
        personnelle=bool(contenu.get("personnelle", True)),
    )


def _retenu(brut: Mapping[str, Any], donnees: Donnees) -> bool:
    condition = brut.get("si")
    if condition is None:
        return True
    if condition not in CONDITIONS:
        raise Refus(f"Condition inconnue dans le modèle : {condition}.")
    return CONDITIONS[condition](donnees)


def _bloc(brut: Mapping[str, Any], donnees: Donnees) -> Bloc:
    type_ = brut["type"]
    if type_ in {"paragraphe", "titre"}:
        return Bloc(type_, texte=remplacer(brut["texte"], donnees))
    if type_ in {"liste", "tableau"}:
        return Bloc(type_, lignes=list(donnees.get(brut["source"]) or []), colonnes=list(brut.get("colonnes", [])))
    raise Refus(f"Bloc inconnu dans le modèle : {type_}.")
