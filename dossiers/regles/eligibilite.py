"""What may be said of an aid before its payer answers: probable, impossible, or to be checked (domaine.md §3).

Pure functions over what is known of a project. Never a promise nor a tax calculation; the word that grants belongs to
the ARS and the CPAM alone, by their own gestures. An unknown fact never counts for or against: it is named.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from dossiers.regles.criteres import MEDICALES, REGLES, Criteres
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import Nature

PAYEURS = frozenset({Nature.ARS, Nature.CPAM})
"""The organisations of this house that answer on an aid."""


class Issue(StrEnum):
    """The three answers."""

    PROBABLE = "probable"
    A_VERIFIER = "a_verifier"
    IMPOSSIBLE = "impossible"


LIBELLES_ISSUES = MappingProxyType(
    {Issue.PROBABLE: "probable", Issue.A_VERIFIER: "à vérifier", Issue.IMPOSSIBLE: "impossible"}
)
MODES = MappingProxyType(
    {
        "liberal": "installation libérale",
        "collaborateur": "collaboration libérale",
        "remplacant": "remplacement",
        "salarie": "salariat",
    }
)
SECTEURS = MappingProxyType({"1": "secteur 1", "2_optam": "secteur 2 avec OPTAM", "2": "secteur 2 sans OPTAM"})
PREMIERE_PAR_STATUT = MappingProxyType(
    {"primo_installation": True, "installe_autre_departement": False, "collaborateur": False}
)
"""What a status already says of a first installation."""


@dataclass(frozen=True, kw_only=True)
class Projet:
    """What is known of an installation; an empty value or None is unknown."""

    statut: str = ""
    """A code of `Personne.Statut`."""
    mode: str = ""
    secteur: str = ""
    installation_le: dt.date | None = None
    premiere: bool | None = None
    zones: Mapping[str, bool | None] = field(default_factory=dict)
    """By class of `Zonage`, at the installation's date: in it, not in it; absent or None when nobody knows."""
    zones_sures: bool = True
    """Whether somebody has checked the zoning rows this rests on."""
    territoire: str = ""

    @property
    def premiere_connue(self) -> bool | None:
        return PREMIERE_PAR_STATUT.get(self.statut) if self.premiere is None else self.premiere


@dataclass(frozen=True, kw_only=True)
class FicheAide:
    """What the catalogue says of an aid, as the rules need it."""

    code: str
    ouverture: str
    """« ouvert », « ferme » or « a_verifier »."""
    ferme_depuis: str = ""
    autorite: str = ""
    confiance: str = "A"
    source: str = ""


@dataclass(frozen=True)
class Avis:
    """One answer: its sentence, its source, and the facts that are missing."""

    issue: Issue
    phrase: str
    source: str
    manque: tuple[str, ...] = ()

    @property
    def libelle(self) -> str:
        return LIBELLES_ISSUES[self.issue]


@dataclass(frozen=True)
class Constat:
    """What one criterion says: against (`contre`), or unknown (`manque`), or nothing."""

    contre: str = ""
    manque: str = ""


RIEN = Constat()


def juger(fiche: FicheAide, projet: Projet) -> Avis:
    """Return the answer for one aid and one project."""
    if fiche.ouverture == "ferme":
        return Avis(Issue.IMPOSSIBLE, f"Fermé depuis {fiche.ferme_depuis}.", fiche.source)
    criteres = REGLES.get(fiche.code)
    if criteres is None:
        return Avis(
            Issue.A_VERIFIER, f"Ses conditions ne se jugent pas d’ici : demandez à {fiche.autorite}.", fiche.source
        )
    constats = [examiner(criteres, projet) for examiner in EXAMENS]
    if contre := [c.contre for c in constats if c.contre]:
        return Avis(Issue.IMPOSSIBLE, contre[0], fiche.source)
    manque = tuple(c.manque for c in constats if c.manque)
    if manque:
        return Avis(Issue.A_VERIFIER, f"Il manque : {', '.join(manque)}.", fiche.source, manque)
    if reserve := _reserve(fiche, criteres, projet):
        return Avis(Issue.A_VERIFIER, reserve, fiche.source)
    return Avis(
        Issue.PROBABLE, f"Les conditions connues sont réunies ; seul l’organisme payeur ({fiche.autorite}) répond.", fiche.source
    )  # fmt: skip


def _reserve(fiche: FicheAide, criteres: Criteres, projet: Projet) -> str:
    """Return why an answer without objection still is not probable, an empty text when nothing holds it back."""
    if criteres.a_confirmer:
        return f"À confirmer : {criteres.a_confirmer}."
    if fiche.ouverture != "ouvert":
        return f"On ne sait pas si ce dispositif est ouvert aujourd’hui : demandez à {fiche.autorite}."
    if criteres.zones and not projet.zones_sures:
        return "Le classement du lieu n’a pas été vérifié : demandez à l’ARS."
    if fiche.confiance == "C":
        return f"La fiche de ce dispositif est fragile : demandez à {fiche.autorite}."
    return ""


def _statut(criteres: Criteres, projet: Projet) -> Constat:
    if projet.statut == "non_medecin":
        return Constat(contre="Ce dispositif s’adresse à un médecin.")
    if projet.statut == "padhue_pcc" and projet.mode in {"liberal", "collaborateur"}:
        return Constat(contre="Pas d’exercice libéral pendant le parcours de consolidation des compétences.")
    if not criteres.statuts:
        return RIEN
    if not projet.statut:
        return Constat(manque="le statut du médecin")
    return RIEN if projet.statut in criteres.statuts else Constat(contre="Ce statut n’est pas dans ses conditions.")


def _mode(criteres: Criteres, projet: Projet) -> Constat:
    if not criteres.modes:
        return RIEN
    if not projet.mode:
        return Constat(manque="le mode d’exercice")
    if projet.mode in criteres.modes:
        return RIEN
    admis = " ou ".join(nom for code, nom in MODES.items() if code in criteres.modes)
    return Constat(contre=f"Il demande : {admis}.")


def _secteur(criteres: Criteres, projet: Projet) -> Constat:
    if not criteres.secteurs:
        return RIEN
    if not projet.secteur:
        return Constat(manque="le secteur conventionnel")
    if projet.secteur in criteres.secteurs:
        return RIEN
    admis = " ou ".join(nom for code, nom in SECTEURS.items() if code in criteres.secteurs)
    return Constat(contre=f"Il demande : {admis}.")


def _premiere(criteres: Criteres, projet: Projet) -> Constat:
    if criteres.premiere is None:
        return RIEN
    if projet.premiere_connue is None:
        return Constat(manque="s’agit-il d’une première installation")
    if projet.premiere_connue == criteres.premiere:
        return RIEN
    if criteres.premiere:
        return Constat(contre="Il est réservé à une première installation libérale.")
    return Constat(contre="Il suppose une installation déjà faite.")


def _dates(criteres: Criteres, projet: Projet) -> Constat:
    jour = projet.installation_le
    if jour is None:
        # the zone is judged at that date, hence also when the aid itself has no limit in time
        return Constat(manque="la date d’installation") if criteres.zones or criteres.depuis else RIEN
    if criteres.depuis and jour < criteres.depuis:
        return Constat(contre=f"Il vaut pour les installations depuis le {date_longue(criteres.depuis)}.")
    if criteres.jusqu_au and jour > criteres.jusqu_au:
        return Constat(contre=f"Il vaut pour les installations jusqu’au {date_longue(criteres.jusqu_au)}.")
    return RIEN


def _zone(criteres: Criteres, projet: Projet) -> Constat:
    """One of the classes is enough; all must be known not to be, before the place stands against it."""
    if not criteres.zones:
        return RIEN
    connues = [projet.zones.get(zone) for zone in criteres.zones]
    if True in connues:
        return RIEN
    if None in connues:
        inconnues = [z for z, v in zip(criteres.zones, connues, strict=True) if v is None]
        return Constat(manque=f"le classement du lieu à cette date ({_noms(inconnues)})")
    if criteres.voisinage:
        return Constat(manque="la distance à la zone la plus proche (10 km au plus)")
    return Constat(contre=f"Le lieu n’y est pas classé à la date d’installation : il demande {_noms(criteres.zones)}.")


def _noms(zones: tuple[str, ...] | list[str]) -> str:
    noms = [z for z in zones if z in MEDICALES] + [z for z in zones if z not in MEDICALES]
    return " ou ".join(noms)


def _territoire(criteres: Criteres, projet: Projet) -> Constat:
    if not criteres.territoire:
        return RIEN
    if not projet.territoire:
        return Constat(manque="le territoire")
    return RIEN if projet.territoire == criteres.territoire else Constat(contre="Il est propre à un autre territoire.")


EXAMENS: tuple[Callable[[Criteres, Projet], Constat], ...] = (
    _statut,
    _mode,
    _premiere,
    _secteur,
    _dates,
    _zone,
    _territoire,
)


def natures_de(autorite: str) -> frozenset[Nature]:
    """Return who of this house answers on an aid, by its authority (domaine.md §2.8).

    The ARS for its own contracts and the CNG's, the CPAM for the convention; either reports the written answer of an
    authority that does not work here (tax office, local council, hospital).
    """
    natures = set()
    if "ARS" in autorite or "CNG" in autorite:
        natures.add(Nature.ARS)
    if "CPAM" in autorite:
        natures.add(Nature.CPAM)
    return frozenset(natures) or PAYEURS


def zones(classes: Iterable[str], quartier: bool | None) -> dict[str, bool | None]:
    """Return what the classes in force say of each zone: in it, not in it, or unknown.

    One medical class answers for both; a priority district is judged at the address, hence told by `quartier`. What no
    row says is unknown, never « no ».
    """
    presentes = set(classes)
    medicale = bool(presentes & {*MEDICALES, "HZ"})
    dites: dict[str, bool | None] = {z: z in presentes if medicale else None for z in MEDICALES}
    dites["FRR"] = True if "FRR" in presentes else (False if "HFRR" in presentes else None)
    dites["ZFU"] = True if "ZFU" in presentes else None
    dites["QPV"] = quartier
    return dites
