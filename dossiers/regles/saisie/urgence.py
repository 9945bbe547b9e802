"""How pressing a call is (domaine.md §6): seven days without a solution, forty-five days, a legal delay, or information."""

import datetime as dt

from dossiers.regles.saisie.lexique import Trouve

CRITIQUE = dt.timedelta(days=7)
HAUTE = dt.timedelta(days=45)
SANS_SUITE = frozenset(
    (
        "erreur_numero",
        "appel_muet",
        "demarchage",
        "information_donnee",
        "reoriente",
        "refus_divulgation",
        "suivi_realise",
    )
)


def urgence(appel: dt.date, jour: dt.date | None, issue: str, lus: dict[str, list[Trouve]], *, presse: bool) -> str:
    """Return « critique », « haute », « normale » or « basse »."""
    dits = {t.valeur for t in lus.get("urgence", ())}
    reclamation = any(t.valeur == "reclamation" for t in lus.get("alerte", ()))
    proche = jour is not None and jour - appel <= CRITIQUE
    if presse or issue == "demande_rgpd":
        return "haute"
    if issue in SANS_SUITE:
        return "basse"
    if (reclamation and (jour or "aujourd_hui" in dits)) or (proche and "sans_solution" in dits):
        return "critique"
    if issue in ("opportunite_enregistree", "inscription_evenement", "partenaire_traite"):
        return "normale"
    if reclamation or "sans_solution" in dits or (jour is not None and jour - appel <= HAUTE):
        return "haute"
    return "normale"
