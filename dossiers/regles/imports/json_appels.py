"""JSON: a list of objects, one a call; also the format of the thirty calls (`donnees/appels.json`)."""

import json
from typing import Any

from dossiers.regles.imports.brut import CELLULE_MAX, COLONNES_MAX, LIGNES_MAX, Brut, FichierIllisible
from dossiers.regles.texte import assainir

_ABIME = "Ce fichier .json ne se lit pas : il faut une liste d’appels, « [{…}, {…}] »."


def lire(octets: bytes, _feuille: str = "") -> Brut:
    """Return the rows of a JSON file, its keys as headers; raises `FichierIllisible`."""
    try:
        lu = json.loads(octets.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FichierIllisible(_ABIME) from None
    objets = _liste(lu)
    if len(objets) > LIGNES_MAX:
        raise FichierIllisible(f"Ce fichier a plus de {LIGNES_MAX} appels : partagez-le en plusieurs.")
    fiches = [_aplatir(o) for o in objets]
    cles = list(dict.fromkeys(cle for fiche in fiches for cle in fiche))
    if len(cles) > COLONNES_MAX:
        raise FichierIllisible(f"Ce fichier a plus de {COLONNES_MAX} sortes de champs : gardez ceux qui servent.")
    rangees = [(1, cles)] + [(n, [f.get(c, "") for c in cles]) for n, f in enumerate(fiches, start=2)]
    return Brut(rangees)


def _liste(lu: Any) -> list[dict[str, Any]]:
    """Return the list of objects, also when it is the value of a single key."""
    if isinstance(lu, dict):
        lu = next((v for v in lu.values() if isinstance(v, list)), None)
    if not isinstance(lu, list) or not all(isinstance(o, dict) for o in lu):
        raise FichierIllisible(_ABIME)
    return lu


def _aplatir(objet: dict[str, Any]) -> dict[str, str]:
    if isinstance(objet.get("attendu"), dict) and isinstance(objet["attendu"].get("personnes"), list):
        objet = _appel(objet)
    return {assainir(str(cle))[:80]: _texte(valeur)[:CELLULE_MAX] for cle, valeur in objet.items()}


def _appel(objet: dict[str, Any]) -> dict[str, Any]:
    """Return one of the thirty calls as a row of a spreadsheet would say it."""
    attendu = objet["attendu"]
    gens = [p for p in attendu["personnes"] if isinstance(p, dict)]
    medecin: dict[str, Any] = next((p for p in gens if p.get("role") != "conjoint"), {})
    conjoint: dict[str, Any] = next((p for p in gens if p.get("role") == "conjoint"), {})
    return {
        "Ancien numéro": objet.get("id"),
        "Date": objet.get("date"),
        "Texte": objet.get("texte"),
        "Canal": attendu.get("canal"),
        "Nom": medecin.get("nom"),
        "Prénom": medecin.get("prenom"),
        "Statut": medecin.get("statut"),
        "Nom du conjoint": conjoint.get("nom"),
        "Prénom du conjoint": conjoint.get("prenom"),
        "Téléphone": (attendu.get("telephones") or [None])[0] if isinstance(attendu.get("telephones"), list) else None,
        "Courriel": attendu.get("courriel"),
        "Besoins": attendu.get("besoins"),
        "Communes": attendu.get("communes"),
        "Pour quand": attendu.get("echeance"),
        "Issue": attendu.get("issue"),
    }


def _texte(valeur: Any) -> str:
    """Return a value as a cell shows it; what is nested is named by its « nom » when it has one."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(filter(None, map(_texte, valeur[:100])))
    if isinstance(valeur, dict):
        return _texte(valeur["nom"]) if isinstance(valeur.get("nom"), str) else json.dumps(valeur, ensure_ascii=False)
    return assainir(str(valeur))
