"""Saved views and chosen columns: an agent arranges the lists they may open, and may share a view with their house."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers.actions.operation import operation
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Operation, Vue, auteur
from dossiers.regles.listes import LISTES
from dossiers.regles.texte import assainir

MAX_PAR_LISTE = 20


def enregistrer_vue(
    *,
    agent: Agent,
    cle: uuid.UUID,
    liste: str,
    nom: str,
    parametres: Mapping[str, str],
    colonnes: Sequence[str],
    partagee: bool = False,
    par_defaut: bool = False,
) -> Vue:
    """Name the filters, order and columns a list now has; raises `Refus` when the name is taken."""
    with operation(agent, cle=cle, geste="enregistrer_vue", resultat=LISTES[liste].ecran):
        propre = _nom_libre(agent, liste, nom)
        if Vue.objects.filter(agent=agent, liste=liste, retiree_le=None).count() >= MAX_PAR_LISTE:
            raise Refus(f"Vous avez déjà {MAX_PAR_LISTE} vues de cette liste : supprimez-en une d’abord.", "nom")
        vue = Vue.objects.create(
            agent=agent, organisme_id=agent.organisme_id, territoire_id=agent.territoire_id, liste=liste, nom=propre,
            parametres=LISTES[liste].retenir(parametres), colonnes=list(colonnes), partagee=partagee,
        )  # fmt: skip
        if par_defaut:
            _ranger(agent, liste, vue=vue.pk)
    return vue


def modifier_vue(
    vue: Vue, *, agent: Agent, cle: uuid.UUID, nom: str | None = None, partagee: bool | None = None,
    colonnes: Sequence[str] | None = None,
) -> Vue:  # fmt: skip
    """Rename a view, share it or not, change its columns: its author, or a supervisor for a shared one."""
    with operation(agent, cle=cle, geste="modifier_vue", resultat=f"vues.gerer:{vue.liste}"):
        vue = _a_modifier(vue, agent)
        if nom is not None and nom != vue.nom:
            vue.nom = _nom_libre(vue.agent, vue.liste, nom)
        if partagee is not None:
            vue.partagee = partagee
        if colonnes is not None:
            vue.colonnes = list(colonnes)
        vue.save()
    return vue


def supprimer_vue(vue: Vue, *, agent: Agent, cle: uuid.UUID) -> None:
    """Take a view away, for everybody when it was shared; it may be given back for some seconds."""
    with operation(agent, cle=cle, geste="supprimer_vue", resultat=f"vues.gerer:{vue.liste}"):
        vue = _a_modifier(vue, agent)
        vue.retiree_le = timezone.now()
        vue.save(update_fields=["retiree_le"])
        Operation.objects.filter(cle=cle).update(retour={"genre": "vue", "vue": vue.pk})


def _a_modifier(vue: Vue, agent: Agent) -> Vue:
    relue = Vue.objects.visibles_par(agent).select_for_update(of=("self",)).filter(pk=vue.pk).first()
    if relue is None or not relue.modifiable_par(agent):
        raise Introuvable("Cette vue n’est pas à vous.")
    return relue


def _nom_libre(agent: Agent, liste: str, nom: str) -> str:
    propre = " ".join(assainir(nom).split())[:60]
    if not propre:
        raise Refus("Donnez un nom à cette vue.", "nom")
    siennes = Vue.objects.filter(agent=agent, territoire_id=agent.territoire_id, liste=liste, retiree_le=None)
    if siennes.filter(nom=propre).exists():
        raise Refus(f"Vous avez déjà une vue « {propre} ».", "nom")
    return propre


@transaction.atomic
def ouvrir_par_defaut(agent: Agent, liste: str, vue: Vue | None) -> None:
    """Choose the view a list opens with, for oneself; none to open it whole."""
    with auteur(agent, geste="ouvrir_par_defaut"):
        _ranger(agent, liste, vue=vue.pk if vue else None)


@transaction.atomic
def choisir_colonnes(agent: Agent, liste: str, colonnes: Sequence[str]) -> None:
    """Keep the columns an agent wants in a list; none for those of everybody."""
    with auteur(agent, geste="choisir_colonnes"):
        _ranger(agent, liste, colonnes=list(colonnes))


def _ranger(agent: Agent, liste: str, **rangements: Any) -> None:
    """Write one list's arrangement on the agent's row, re-read under lock: another tab may have arranged another list."""
    present = Agent.objects.select_for_update(of=("self",)).get(pk=agent.pk)
    siens = {**present.listes.get(liste, {}), **rangements}
    present.listes = {**present.listes, liste: {nom: valeur for nom, valeur in siens.items() if valeur}}
    present.save(update_fields=["listes"])
    agent.listes = present.listes
