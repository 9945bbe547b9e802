"""Who carries a démarche: rules propose, people decide."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.actions.echeances import recompter
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import (
    Agent,
    Commune,
    Demarche,
    Dossier,
    Organisme,
    RegleAffectation,
    Territoire,
)
from dossiers.regles.droits import PORTEURS


@dataclass(frozen=True)
class Attribution:
    """An organisation, perhaps an agent, and the sentence that answers « pourquoi moi ? »."""

    organisme: Organisme
    agent: Agent | None
    pourquoi: str


def proposer(territoire: Territoire, besoins: Iterable[str], communes: Iterable[Commune]) -> dict[str, Attribution]:
    """Return who should carry each need: the rule of the commune first, then the need's, then the line's holder.

    Reads all the rules of the territory in one query. Raises `Refus` when the territory has no line holder.
    """
    regles = list(
        RegleAffectation.objects.filter(territoire=territoire).select_related("organisme", "agent", "commune")
    )
    codes = {c.pk for c in communes}
    return {besoin: _choisir(besoin, regles, codes, territoire) for besoin in set(besoins)}


def _choisir(besoin: str, regles: list[RegleAffectation], communes: set[int], territoire: Territoire) -> Attribution:
    du_besoin = [r for r in regles if r.besoin == besoin and (r.commune_id is None or r.commune_id in communes)]
    if not du_besoin:
        return Attribution(porteur_de(territoire), None, "Aucune règle : à la charge du guichet.")
    regle = max(du_besoin, key=lambda r: r.commune_id is not None)
    lieu = f" à {regle.commune}" if regle.commune else ""
    agent = regle.agent if regle.agent and regle.agent.is_active else None
    libelle = Demarche.REGISTRE[besoin].libelle_besoin
    return Attribution(regle.organisme, agent, f"Règle du territoire : {libelle.lower()}{lieu}.")


def porteur_de(territoire: Territoire) -> Organisme:
    """Return the organisation that holds the territory's line; raises `Refus` when none is set."""
    porteur = Organisme.objects.filter(territoires=territoire, nature__in=PORTEURS).order_by("id").first()
    if porteur is None:
        raise Refus("Ce territoire n’a pas d’organisme porteur : voyez les réglages.")
    return porteur


def reunir_intervenants(dossier: Dossier, organismes: Iterable[int]) -> None:
    """Let organisations see the dossier they now work on; those already there stay as they are."""
    presents = sorted({*dossier.intervenants, *organismes})
    if presents != dossier.intervenants:
        dossier.intervenants = presents
        Dossier.objects.filter(pk=dossier.pk).update(intervenants=presents)


def affecter(
    demarche: Demarche,
    *,
    agent: Agent,
    organisme: Organisme,
    responsable: Agent | None,
    version: int,
    cle: uuid.UUID,
    raison: str = "",
) -> Demarche:
    """Give a démarche to an organisation and perhaps one of its agents.

    A caseworker of the line may route any démarche, a partner's supervisor only inside their own organisation.
    Raises `Refus` when the chosen agent cannot carry it, `Introuvable` when the author may not assign.
    """
    ici = f"dossiers.fiche:{demarche.dossier_id}"
    with operation(agent, cle=cle, geste="affecter", resultat=ici, raison=raison):
        dossier = verrouiller(demarche.dossier_id, agent=agent, version=version)
        demarche = _relire(demarche, dossier, agent)
        if not demarche.affectable_par(agent, organisme):
            raise Introuvable("Vous ne pouvez pas affecter cette démarche.")
        _verifier_destinataire(demarche, organisme, responsable)
        _attribuer(demarche, organisme, responsable, f"Affectée par {agent}.")
        reunir_intervenants(dossier, [organisme.pk])
        toucher(dossier)
    return demarche


def prendre(demarche: Demarche, *, agent: Agent, version: int, cle: uuid.UUID) -> Demarche:
    """« Je prends » : an agent takes a démarche of their own organisation."""
    ici = f"dossiers.fiche:{demarche.dossier_id}"
    with operation(agent, cle=cle, geste="prendre", resultat=ici):
        dossier = verrouiller(demarche.dossier_id, agent=agent, version=version)
        demarche = _relire(demarche, dossier, agent)
        if not demarche.prenable_par(agent):
            raise Introuvable("Cette démarche est à la charge d’un autre organisme.")
        _attribuer(demarche, demarche.organisme, agent, f"Prise par {agent}.")
        toucher(dossier)
    return demarche


def _relire(demarche: Demarche, dossier: Dossier, agent: Agent) -> Demarche:
    classe = demarche.classe
    relue = classe._default_manager.filter(pk=demarche.pk, dossier=dossier).select_related("organisme").first()
    if relue is None or not agent.peut_lire(classe.section):
        raise Introuvable("Cette démarche n’existe pas, ou n’est pas dans votre champ.")
    relue.dossier = dossier
    return relue


def _verifier_destinataire(demarche: Demarche, organisme: Organisme, responsable: Agent | None) -> None:
    if not organisme.territoires.filter(pk=demarche.dossier.territoire_id).exists():
        raise Refus(f"{organisme} n’intervient pas sur ce territoire.", "organisme")
    if not organisme.lit(demarche.classe.section):
        raise Refus(f"{organisme} n’a pas accès aux démarches « {demarche.nom_besoin} ».", "organisme")
    if responsable is None:
        return
    if responsable.organisme_id != organisme.pk or not responsable.is_active:
        raise Refus(f"{responsable} ne travaille pas à {organisme}.", "responsable")
    if not responsable.peut_porter(demarche.classe.section):
        raise Refus(f"{responsable} n’a pas accès aux démarches « {demarche.nom_besoin} ».", "responsable")


def _attribuer(demarche: Demarche, organisme: Organisme, responsable: Agent | None, pourquoi: str) -> None:
    ailleurs = demarche.organisme_id != organisme.pk
    demarche.organisme, demarche.responsable, demarche.pourquoi = organisme, responsable, pourquoi
    demarche.save(update_fields=["organisme", "responsable", "pourquoi"])
    if ailleurs:
        # another organisation has other closing days
        recompter(demarche)
