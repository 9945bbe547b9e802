"""Who carries a démarche, and whom the line asks for help: rules propose (`routage`), people decide."""

import datetime as dt
import uuid

from django.utils import timezone

from dossiers.actions.demarches import accomplir, attendre, liberer
from dossiers.actions.echeances import recompter
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.retours import noter_retour, photo_affectation
from dossiers.actions.routage import porteur_de, proposer, reunir_intervenants
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Demarche, Dossier, Organisme, Position, Suppleance, creer
from dossiers.models.equipe import lire_conges
from dossiers.regles.dates import date_longue
from dossiers.regles.routage import remplacer
from dossiers.regles.texte import assainir

__all__ = ["affecter", "porteur_de", "prendre", "proposer", "reunir_intervenants", "solliciter"]


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
        avant = photo_affectation(demarche, dossier)
        if organisme.pk != demarche.organisme_id:
            liberer(demarche)
        _confier(demarche, organisme, responsable, f"Affectée par {agent}")
        attendre(dossier, demarche, organisme)
        reunir_intervenants(dossier, [organisme.pk])
        toucher(dossier)
        noter_retour(cle, "affecter", dossier, avant)
    return demarche


def prendre(demarche: Demarche, *, agent: Agent, version: int, cle: uuid.UUID) -> Demarche:
    """« Je prends » : an agent takes a démarche of their own organisation."""
    ici = f"dossiers.fiche:{demarche.dossier_id}"
    with operation(agent, cle=cle, geste="prendre", resultat=ici):
        dossier = verrouiller(demarche.dossier_id, agent=agent, version=version)
        demarche = _relire(demarche, dossier, agent)
        if not demarche.prenable_par(agent):
            raise Introuvable("Cette démarche est à la charge d’un autre organisme.")
        avant = photo_affectation(demarche, dossier)
        attribuer(demarche, demarche.organisme, agent, f"Prise par {agent}.")
        _accepter(demarche, agent)
        toucher(dossier)
        noter_retour(cle, "prendre", dossier, avant)
    return demarche


def solliciter(
    demarche: Demarche,
    *,
    agent: Agent,
    organisme: Organisme,
    demande: str,
    avant_le: dt.date | None,
    version: int,
    cle: uuid.UUID,
) -> Position:
    """Ask one more partner to work on a démarche: it gets a task and a deadline of its own, and sees its part of the file.

    Only the line asks. Raises `Refus` when this partner may not read such démarches, or is waited for already.
    """
    ici = f"dossiers.fiche:{demarche.dossier_id}"
    with operation(agent, cle=cle, geste="solliciter", resultat=ici):
        dossier = verrouiller(demarche.dossier_id, agent=agent, version=version)
        demarche = _relire(demarche, dossier, agent)
        if not demarche.sollicitable_par(agent):
            raise Introuvable("Vous ne pouvez pas solliciter un partenaire sur cette démarche.")
        if organisme.est_porteur:
            raise Refus(f"{organisme} tient la ligne : affectez-lui la démarche.", "organisme")
        _verifier_destinataire(demarche, organisme, None)
        if demarche.positions.a_decider().filter(organisme=organisme).exists():
            raise Refus(f"{organisme} est déjà sollicité sur cette démarche.", "organisme")
        position = attendre(dossier, demarche, organisme, demande=assainir(demande)[:200], avant_le=avant_le)
        reunir_intervenants(dossier, [organisme.pk])
        toucher(dossier)
    return position


def _accepter(demarche: Demarche, agent: Agent) -> None:
    """To take a démarche of one's organisation is to accept what it was asked."""
    attendue = demarche.positions.filter(organisme_id=agent.organisme_id, etat=Position.Etat.ATTENDUE).first()
    if attendue and not agent.organisme.est_porteur:
        accomplir(attendue, "accepter", {})


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


def _confier(demarche: Demarche, organisme: Organisme, responsable: Agent | None, pourquoi: str) -> None:
    """Give a démarche to an agent, or to their cover while they are away; without a cover, it waits for them."""
    jour = timezone.localdate()
    conges = lire_conges(_presents(organisme), jour) if responsable else []
    present, conge = remplacer(responsable.pk, jour, conges) if responsable else (None, None)
    remplacant = Agent.objects.filter(pk=present, is_active=True, organisme=organisme).first() if conge else None
    if not (conge and responsable and remplacant and remplacant.peut_porter(demarche.section)):
        attribuer(demarche, organisme, responsable, f"{pourquoi}.")
        return
    absent = f"{responsable} (absence jusqu’au {date_longue(conge.fin)})"
    attribuer(demarche, organisme, remplacant, f"{pourquoi} ; à la place de {absent}.")
    if not Suppleance.objects.filter(absence=conge.cle, demarche=demarche.pk).exists():
        creer([Suppleance(absence_id=conge.cle, demarche_id=demarche.pk)])


def _presents(organisme: Organisme) -> list[int]:
    return list(organisme.agents.values_list("pk", flat=True))


def attribuer(demarche: Demarche, organisme: Organisme, responsable: Agent | None, pourquoi: str) -> None:
    """Write who carries a démarche and why, inside a running operation."""
    ailleurs = demarche.organisme_id != organisme.pk
    demarche.organisme, demarche.responsable, demarche.pourquoi = organisme, responsable, pourquoi[:200]
    demarche.save(update_fields=["organisme", "responsable", "pourquoi"])
    if ailleurs:
        # another organisation has other closing days
        recompter(demarche)
