"""From the cells of one line to the fields of the call's form, with what is wrong, what to reread, what has no field."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dossiers.regles.communes import NOM_CLAIR, resoudre
from dossiers.regles.imports import valeurs
from dossiers.regles.imports.classeur import FORMULE
from dossiers.regles.imports.valeurs import Illisible
from dossiers.regles.saisie.communes import Communes
from dossiers.regles.saisie.lecture import Lu, lire
from dossiers.regles.saisie.lexique import Lexiques
from dossiers.regles.telephones import extraire_telephones, lire_telephone
from dossiers.regles.texte import normaliser

ECART_NET = 0.05
RETIRE = "[numéro retiré]"
"""What `sans_nir` leaves in the place of a social security number."""
SANS_DOSSIER = frozenset((
    "information_donnee", "reoriente", "opportunite_enregistree", "inscription_evenement", "demande_rgpd", "partenaire_traite",
    "message_vocal", "appel_interrompu", "erreur_numero", "appel_muet", "demarchage",
))  # fmt: skip


@dataclass(frozen=True)
class Reperes:
    """What lines are read with, the same for a whole file; labels by code."""

    lexiques: Lexiques
    communes: Communes
    noms_communes: list[tuple[str, str]]
    prenoms: frozenset[str]
    agents: Mapping[str, int]
    """Keys of the agents a file may name, by their normalised names."""
    libelles: Mapping[str, Mapping[str, str]]
    """Labels by code, for besoins, canaux, roles, statuts, issues, urgences."""
    maintenant: dt.datetime


@dataclass
class LigneLue:
    """A line as read: `champs` are those of the call's form, `hors` what it has no field for."""

    champs: dict[str, list[str]] = field(default_factory=dict)
    hors: dict[str, str] = field(default_factory=dict)
    erreurs: list[tuple[str, str]] = field(default_factory=list)
    avis: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def poser(self, champ: str, valeur: str) -> None:
        if valeur:
            self.champs[champ] = [valeur]


def lire_ligne(cellules: list[tuple[str, str, str]], reperes: Reperes) -> LigneLue:
    """Read the cells of a line, given as (field, header, text); never raises."""
    lue, textes = LigneLue(), _rassembler(cellules)
    for champ, entete, texte in cellules:
        if champ and texte.startswith("=") and champ not in ("texte", "notes"):
            lue.erreurs.append((champ, "cette cellule contient une formule : écrivez sa valeur"))
            textes.pop(champ, None)
        if champ == "notes" and texte and texte != FORMULE:
            lue.notes.append(f"{entete} : {texte}")
    for lecteur in (_quand, _qui, _joindre, _choix, _besoins, _communes, _arrivee, _conjoint, _suite, _rappel):
        lecteur(lue, textes, reperes)
    _texte(lue, textes)
    return lue


def _rassembler(cellules: list[tuple[str, str, str]]) -> dict[str, str]:
    """Return one text a field; the columns that share one are joined."""
    textes: dict[str, str] = {}
    for champ, _, texte in cellules:
        if champ and texte and champ != "notes":
            signe = "\n" if champ == "texte" else ", "
            textes[champ] = f"{textes[champ]}{signe}{texte}" if champ in textes else texte
    return textes


def _quand(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    if any(champ in ("date", "heure") for champ, _ in lue.erreurs):
        return
    try:
        recu_le, dite = valeurs.lire_moment(textes.get("date", ""), textes.get("heure", ""))
    except Illisible as pourquoi:
        champ = "heure" if "heure" in str(pourquoi) else "date"
        lue.erreurs.append((champ, str(pourquoi)))
        return
    lue.poser("recu_le", f"{recu_le:%Y-%m-%dT%H:%M:%S}")
    if not dite:
        lue.avis.append("L’heure n’est pas dite : midi est noté.")


def _qui(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    qui = textes.get("qui", "")
    if role := valeurs.lire_organisation(qui):
        nom, prenom, civilite = qui, "", ""
        lue.poser("role", role)
    else:
        nom, prenom, civilite = valeurs.lire_qui(qui, reperes.prenoms)
    nom = (
        valeurs.lire_qui(textes["nom"])[0] if len(textes.get("nom", "").split()) == 1 else textes.get("nom", "") or nom
    )
    prenom, _, second = (textes.get("prenom", "") or prenom).partition(" et ")
    lue.poser("nom", nom[:80])
    lue.poser("prenom", prenom[:80])
    if second:  # « Pierre et Jeanne Maurin »: two people on one line
        lue.poser("conjoint_prenom", second[:80])
        lue.poser("conjoint_nom", nom[:80])
    civilite = (
        valeurs.lire_choix(textes.get("civilite", ""), valeurs.CIVILITES, dict.fromkeys(valeurs.CIVILITES, ""))
        or civilite
    )
    if civilite:
        lue.hors["civilite"] = civilite
    if pris_par := normaliser(textes.get("pris_par", "")):
        if cle := reperes.agents.get(pris_par):
            lue.hors["pris_par"] = str(cle)
        else:
            lue.notes.append(f"Pris par : {textes['pris_par']}")


def _joindre(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    """Read how to call back: several numbers in a cell, a leading zero that the spreadsheet ate, a withheld number."""
    for champ, cible in (("numero", "numero"), ("conjoint_numero", "conjoint_numero")):
        brut = textes.get(champ, "")
        if re.fullmatch(r"[1-9]\d{8}", brut):
            brut = "0" + brut
        lus = extraire_telephones(brut)
        lu = lus[0] if lus else lire_telephone(brut)
        lue.poser(cible, (lu.brut if lus else brut)[:40])
        lue.notes += [f"Autre téléphone : {autre.brut}" for autre in lus[1:]]
        if brut and not lu.e164 and lu.avertissement:
            lue.avis.append(f"Téléphone : {lu.avertissement}")
    if textes.get("numero_2"):
        lue.notes.append(f"Autre téléphone : {textes['numero_2']}")
    lue.poser("courriel", textes.get("courriel", "").removeprefix("mailto:").strip(" <>;,."))
    lue.poser("rpps", textes.get("rpps", ""))


def _choix(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    """Read the cells that name one thing among few; what is not recognised is corrected or, for a status, kept in the notes."""
    for champ, famille, mots, exemple in (
        ("canal", "canaux", valeurs.CANAUX, "téléphone, répondeur, courriel"),
        ("role", "roles", valeurs.ROLES, "médecin, conjoint, partenaire"),
        ("urgence", "urgences", valeurs.URGENCES, "normale, haute, critique"),
    ):
        if texte := textes.get(champ, ""):
            code = valeurs.lire_choix(texte, mots, reperes.libelles[famille])
            lue.poser(champ, code)
            if not code:
                lue.erreurs.append((champ, f"« {_court(texte)} » n’est pas reconnu : écrivez par exemple {exemple}"))
    if texte := textes.get("statut", ""):
        lu = _lu(texte, reperes)
        code = valeurs.lire_choix(texte, {}, reperes.libelles["statuts"]) or (lu.statut.valeur if lu.statut else "")
        if code in reperes.libelles["statuts"]:
            lue.poser("statut", code)
        else:
            lue.notes.append(f"Statut : {texte}")
            lue.avis.append(f"Statut « {_court(texte)} » non reconnu : il est mis dans les notes.")


def _lu(texte: str, reperes: Reperes) -> Lu:
    return lire(texte, reperes.lexiques, reperes.communes, reperes.maintenant.date())


def _besoins(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    """Read the needs by their usual names, then by the words calls are read with; what names none stays in the notes."""
    texte = textes.get("besoins", "")
    trouves, restes = valeurs.lire_besoins(texte, reperes.libelles["besoins"])
    for reste in restes:
        # « démarchage », « faux numéro »: the object of the call says how it ended
        if issue := valeurs.lire_choix(reste, valeurs.ISSUES, reperes.libelles["issues"]):
            textes.setdefault("suite", issue)
            continue
        lus = [b.valeur for b in _lu(reste, reperes).besoins if b.valeur in reperes.libelles["besoins"]]
        trouves += lus
        if not lus:
            lue.notes.append(f"Demande : {reste}")
            lue.avis.append(f"Besoin « {_court(reste)} » non reconnu : il est mis dans les notes.")
    if trouves:
        lue.champs["besoins"] = list(dict.fromkeys(trouves))


def _communes(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    """Keep the communes of the territory; one of elsewhere goes to the notes, two that one text may name are asked back."""
    gardees = []
    for ecrite in valeurs.separer_communes(textes.get("communes", "")):
        proches = resoudre(ecrite, reperes.noms_communes)
        seule = len(proches) == 1 or (len(proches) > 1 and proches[0].score - proches[1].score >= ECART_NET)
        if seule and proches[0].score >= NOM_CLAIR:
            gardees.append(proches[0].nom)
        elif proches and proches[0].score >= NOM_CLAIR:
            noms = " ou ".join(p.nom for p in proches[:3])
            lue.erreurs.append(("communes", f"« {_court(ecrite)} » : écrivez {noms}"))
        else:
            lue.notes.append(f"Où : {ecrite}")
            lue.avis.append(
                f"« {_court(ecrite)} » n’est pas une commune du territoire : le nom est mis dans les notes."
            )
    lue.poser("communes", ", ".join(dict.fromkeys(gardees)))


def _arrivee(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    """Read when the household comes: a date, else words (« rentrée », « mi-septembre ») counted from the day of the call."""
    texte = textes.get("pour_quand", "")
    if not texte:
        return
    try:
        jour = valeurs.lire_jour(texte)
    except Illisible:
        recu = dt.date.fromisoformat(lue.champs["recu_le"][0][:10]) if "recu_le" in lue.champs else None
        lu = lire(f"pour {texte}", reperes.lexiques, reperes.communes, recu).echeance if recu else None
        if lu is None:
            lue.notes.append(f"Pour quand : {texte}")
            return
        jour = lu.jour
    lue.poser("pour_quand", jour.isoformat())


def _conjoint(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    nom, prenom, _ = valeurs.lire_qui(textes.get("conjoint", ""), reperes.prenoms)
    lue.poser("conjoint_nom", (textes.get("conjoint_nom", "") or nom)[:80])
    lue.poser("conjoint_prenom", (textes.get("conjoint_prenom", "") or prenom)[:80])
    lue.poser("conjoint_metier", textes.get("conjoint_metier", ""))
    if texte := textes.get("enfants", ""):
        enfants = _lu(
            texte if re.search("enf|fils|fille", normaliser(texte)) else f"enfants : {texte}", reperes
        ).enfants
        for rang, enfant in enumerate([e for e in enfants if e.niveau][:4], start=1):
            lue.poser(f"enfant_{rang}", enfant.niveau)
        lue.notes.append(f"Enfants : {texte}")


def _suite(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    texte = textes.get("suite", "")
    issue = valeurs.lire_choix(texte, valeurs.ISSUES, reperes.libelles["issues"])
    if issue in SANS_DOSSIER:
        lue.poser("issue", issue)
        lue.poser("suite", "seul")
    elif texte and not issue:
        lue.notes.append(f"Suite : {texte}")


def _rappel(lue: LigneLue, textes: dict[str, str], reperes: Reperes) -> None:
    """Promise a callback that is still to come; one whose day is past is history, in the notes."""
    texte = textes.get("rappel", "")
    if not texte:
        return
    try:
        moment, dite = valeurs.lire_moment(texte)
    except Illisible:
        moment, dite = reperes.maintenant, False
    if moment.date() <= reperes.maintenant.date():
        lue.notes.append(f"Rappel : {texte}")
        return
    lue.poser("promesse", "rappel")
    lue.poser("promesse_le", moment.date().isoformat())
    if dite:
        lue.poser("promesse_heure", f"{moment:%H:%M}")


def _texte(lue: LigneLue, textes: dict[str, str]) -> None:
    dits: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("ancien_numero", lambda t: f"Ancien numéro : {t}"), ("fin", lambda t: f"Fin de l’appel : {t}"),
    )  # fmt: skip
    ajouts = [dire(textes[champ]) for champ, dire in dits if textes.get(champ)]
    texte = "\n".join(filter(None, [textes.get("texte", ""), *lue.notes, *ajouts]))
    lue.poser("texte", texte)
    if RETIRE in texte:
        lue.avis.append("Un numéro de sécurité sociale a été retiré du texte.")


def _court(texte: str) -> str:
    return texte if len(texte) <= 40 else texte[:39] + "…"
