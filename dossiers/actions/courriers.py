"""Ask for a letter: a row now, bytes by the worker after the commit (design.md §4.5)."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.courriers.catalogue import CATALOGUE
from dossiers.courriers.collecte import collecter
from dossiers.courriers.composition import Lettre, composer
from dossiers.courriers.taches import signaler_apres_commit
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Courrier, Dossier, ModeleCourrier, Personne, creer
from dossiers.regles.annulation import RETENUE


def demander(
    dossier: Dossier,
    code: str,
    *,
    agent: Agent,
    occurrence: str,
    destinataire: Personne | None = None,
    donnees: dict[str, Any] | None = None,
    retenu: bool = False,
) -> Courrier:
    """Write the outbox row of a letter inside the running operation; the task leaves after the commit.

    `occurrence` makes the letter unique for its dossier and model; `donnees` are given when the agent saw a preview, so that
    what leaves is what was shown, otherwise the worker freezes them. `retenu` keeps it back until the act it follows from can no
    longer be undone. Raises `Refus` when the model has no version in force.
    """
    entree = CATALOGUE[code]
    modele = _modele_en_vigueur(code)
    courrier = Courrier(
        dossier=dossier,
        modele=modele,
        occurrence=occurrence,
        destinataire=destinataire,
        sections=sorted(entree.sections_pour(agent)),
        demande_par=agent,
        donnees=donnees,
        a_partir_de=timezone.now() + RETENUE if retenu else None,
    )
    creer([courrier])
    signaler_apres_commit(courrier.pk, attendre=RETENUE if retenu else None)
    return courrier


def retenir(courrier: Courrier) -> None:
    """Cancel, inside a running operation, a locked letter that has not left; raises `Refus` when it has."""
    if courrier.etat not in {Courrier.Etat.A_PRODUIRE, Courrier.Etat.ECHEC}:
        raise Refus("Le courrier est déjà parti : l’annulation n’est plus possible.")
    courrier.etat = Courrier.Etat.ANNULE
    courrier.save(update_fields=["etat"])


def _modele_en_vigueur(code: str) -> ModeleCourrier:
    modele = ModeleCourrier.objects.filter(code=code, effet_le__lte=timezone.localdate()).order_by("-version").first()
    if modele is None:
        raise Refus(f"Le modèle de courrier {code} n’est pas chargé : voyez les réglages.")
    return modele


@dataclass(frozen=True)
class Apercu:
    """A letter as it would leave now: its composition and the data it is frozen with."""

    lettre: Lettre
    donnees: dict[str, Any]


def apercevoir(dossier: Dossier, code: str, *, agent: Agent) -> Apercu:
    """Compose a letter without writing anything; raises `Refus` naming the missing field."""
    brouillon = Courrier(
        dossier=dossier,
        modele=_modele_en_vigueur(code),
        sections=sorted(CATALOGUE[code].sections_pour(agent)),
        demande_par=agent,
    )
    donnees = collecter(brouillon)
    return Apercu(composer(code, brouillon.modele.contenu, donnees), donnees)


def lettre_de(courrier: Courrier) -> Lettre:
    """Return the composition of a letter from its own frozen data."""
    return composer(courrier.modele.code, courrier.modele.contenu, courrier.donnees or {})


def demander_sur_dossier(
    dossier: Dossier, code: str, *, agent: Agent, version: int, cle: uuid.UUID, donnees: dict[str, Any] | None = None
) -> Courrier:
    """An agent asks for a letter from the dossier's page, after its preview."""
    with operation(agent, cle=cle, geste=f"courrier_{code}", resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        if code not in CATALOGUE or not CATALOGUE[code].ouvert_a(agent):
            raise Introuvable("Ce courrier n’est pas ouvert à votre organisme.")
        courrier = demander(dossier, code, agent=agent, occurrence=str(cle), donnees=donnees)
        toucher(dossier)
    return courrier


def relancer(courrier: Courrier, *, agent: Agent, cle: uuid.UUID) -> Courrier:
    """Try again a letter that failed; raises `Refus` when it did not fail."""
    with operation(agent, cle=cle, geste="relancer_courrier", resultat=f"courriers.fiche:{courrier.pk}"):
        verrouiller(courrier.dossier_id, agent=agent, version=None, fusionne=True)
        courrier = Courrier.objects.get(pk=courrier.pk)
        if courrier.etat != Courrier.Etat.ECHEC:
            raise Refus("Ce courrier n’est pas en échec.")
        courrier.etat, courrier.tentatives, courrier.erreur = Courrier.Etat.A_PRODUIRE, 0, ""
        courrier.save(update_fields=["etat", "tentatives", "erreur"])
        signaler_apres_commit(courrier.pk)
    return courrier
