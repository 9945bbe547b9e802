"""A supervisor adds words to what the call screen understands on their territory, or takes some out."""

import uuid

from dossiers.actions.operation import operation
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Lexique
from dossiers.regles.droits import Section
from dossiers.regles.saisie.lexique import elements
from dossiers.regles.texte import assainir, cle_tri

POIDS = (2, 1, -3)
"""Enough alone, a hint, a counter-hint."""


def ajouter_expression(
    *, agent: Agent, cle: uuid.UUID, famille: str, valeur: str, expression: str, poids: int
) -> Lexique:
    """Add an expression to the territory's own words; one taken out earlier simply comes back.

    Raises `Refus` when it says nothing, is there already, or names no value of the family.
    """
    _exiger(agent)
    with operation(agent, cle=cle, geste="ajouter_expression", resultat="reglages.lexique"):
        propre = " ".join(assainir(expression).split())[:80]
        if sum(len(e) for e in elements(propre)) < 2 or propre.startswith(("…", "...")):
            raise Refus("Écrivez au moins un mot : « cherche … maison », « install* ».", "expression")
        if not Lexique.objects.filter(famille=famille, valeur=valeur, territoire=None).exists():
            raise Refus("Choisissez ce que ces mots veulent dire.", "valeur")
        if rendue := _rendre(agent, famille, valeur, propre):
            return rendue
        if _connue(agent, famille, valeur, propre):
            raise Refus(f"« {propre} » est déjà dans la liste.", "expression")
        ligne = _ligne(agent, famille, valeur, poids)
        ligne.expressions = [*ligne.expressions, propre]
        ligne.save()
    return ligne


def retirer_expression(
    *, agent: Agent, cle: uuid.UUID, famille: str, valeur: str, expression: str, poids: int
) -> Lexique:
    """Take an expression out for the territory: its own is dropped, a common one is set aside here only."""
    _exiger(agent)
    with operation(agent, cle=cle, geste="retirer_expression", resultat="reglages.lexique"):
        memes = Lexique.objects.select_for_update().filter(
            famille=famille, valeur=valeur, poids=poids, expressions__contains=[expression]
        )
        if propre := memes.filter(territoire_id=agent.territoire_id).first():
            propre.expressions = [e for e in propre.expressions if e != expression]
            propre.save(update_fields=["expressions"])
            return propre
        if not memes.filter(territoire=None).exists():
            raise Introuvable("Cette expression n’est plus dans la liste.")
        ligne = _ligne(agent, famille, valeur, Lexique.RETIRE)
        if expression not in ligne.expressions:
            ligne.expressions = [*ligne.expressions, expression]
            ligne.save()
    return ligne


def _rendre(agent: Agent, famille: str, valeur: str, expression: str) -> Lexique | None:
    mises = Lexique.objects.select_for_update().filter(
        territoire_id=agent.territoire_id, famille=famille, valeur=valeur, poids=Lexique.RETIRE
    )
    for ligne in mises:
        reste = [e for e in ligne.expressions if cle_tri(e) != cle_tri(expression)]
        if len(reste) < len(ligne.expressions):
            ligne.expressions = reste
            ligne.save(update_fields=["expressions"])
            return ligne
    return None


def _connue(agent: Agent, famille: str, valeur: str, expression: str) -> bool:
    lignes = Lexique.objects.filter(famille=famille, valeur=valeur, territoire=None) | Lexique.objects.filter(
        famille=famille, valeur=valeur, territoire_id=agent.territoire_id
    )
    return any(elements(e) == elements(expression) for x in lignes for e in x.expressions if x.poids)


def _ligne(agent: Agent, famille: str, valeur: str, poids: int) -> Lexique:
    cle = {"territoire_id": agent.territoire_id, "famille": famille, "valeur": valeur, "poids": poids}
    return Lexique.objects.select_for_update().filter(**cle).first() or Lexique(**cle, expressions=[])


def _exiger(agent: Agent) -> None:
    if not agent.peut_ecrire(Section.LEXIQUE):
        raise Introuvable("Ce réglage n’est pas ouvert à votre rôle.")
