"""Ask to see a file that is out of one's field, and answer: open it, or say why not."""

import uuid
from collections.abc import Iterable

from django.utils import timezone

from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.routage import reunir_intervenants
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, DemandeAcces, Dossier
from dossiers.regles.droits import Section
from dossiers.regles.texte import assainir, contient_nir


def demander(dossiers: Iterable[int], *, agent: Agent, cle: uuid.UUID, motif: str) -> list[DemandeAcces]:
    """Ask for each of these files, by their keys; one that waits for an answer already is not asked for twice."""
    if not agent.peut_lire(Section.STATUT):
        raise Introuvable("Les demandes d’accès ne sont pas ouvertes à votre rôle.")
    if motif not in DemandeAcces.Motif.values:
        raise Refus("Dites pourquoi vous demandez cet accès.", "motif")
    with operation(agent, cle=cle, geste="demander_acces", resultat="acces.liste", motif=motif):
        # locked in their order: two agents asking for the same files wait for each other
        connus = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=dossiers).order_by("pk")
        deja = set(DemandeAcces.objects.de(agent).filter(reponse="").values_list("dossier_id", flat=True))
        return [
            DemandeAcces.objects.create(dossier=dossier, agent=agent, organisme=agent.organisme, motif=motif)
            for dossier in connus
            if dossier.pk not in deja
        ]


def accorder(demande: DemandeAcces, *, agent: Agent, cle: uuid.UUID) -> DemandeAcces:
    """Open the file: to the partner's organisation, to the agent alone when it is confidential.

    To another territory nothing opens: two lines are two controllers of data (decision 0032). The answer gives the number
    and whom to call, and the file moves by a transfer.
    """
    with operation(agent, cle=cle, geste="accorder_acces", resultat="acces.liste"):
        demande = _verrouiller(demande, agent)
        dossier, qui = demande.dossier, demande.agent
        demande.nominatif = dossier.confidentiel and qui.territoire_id == dossier.territoire_id
        _repondre(demande, agent, DemandeAcces.Reponse.ACCORDE)
        if qui.territoire_id == dossier.territoire_id:
            if not qui.organisme.est_porteur:
                reunir_intervenants(dossier, [demande.organisme_id])
            recalculer(qui)
        toucher(dossier)
    return demande


def refuser(demande: DemandeAcces, *, agent: Agent, cle: uuid.UUID, raison: str) -> DemandeAcces:
    """Decline with a reason, which whoever asked will read."""
    raison = assainir(raison)[:200]
    if not raison:
        raise Refus("Dites en un mot pourquoi : la personne qui demande le lira.", "raison")
    if contient_nir(raison):
        raise Refus("Ce texte contient un numéro de sécurité sociale : retirez-le.", "raison")
    with operation(agent, cle=cle, geste="refuser_acces", resultat="acces.liste", raison=raison):
        demande = _verrouiller(demande, agent)
        demande.raison = raison
        _repondre(demande, agent, DemandeAcces.Reponse.REFUSE)
    return demande


def _verrouiller(demande: DemandeAcces, agent: Agent) -> DemandeAcces:
    """Lock the file, re-read the request, check that it is this agent's to answer and still waits."""
    dossier = verrouiller(demande.dossier_id, agent=agent, version=None, fusionne=True)
    relue = DemandeAcces.objects.a_decider_par(agent).select_related("agent").filter(pk=demande.pk).first()
    if relue is None:
        if DemandeAcces.objects.filter(pk=demande.pk).exclude(reponse="").exists():
            raise Refus("Cette demande a déjà reçu sa réponse.")
        raise Introuvable("Cette demande ne vous revient pas.")
    relue.dossier = dossier
    return relue


def _repondre(demande: DemandeAcces, agent: Agent, reponse: str) -> None:
    demande.reponse, demande.repondue_le, demande.repondue_par = reponse, timezone.now(), agent
    demande.save(update_fields=["reponse", "repondue_le", "repondue_par", "raison", "nominatif"])


def recalculer(agent: Agent) -> None:
    """Recompute the confidential files opened to one agent from the answers given: a column, read with the agent."""
    accordees = DemandeAcces.objects.de(agent).filter(reponse=DemandeAcces.Reponse.ACCORDE, nominatif=True)
    agent.acces = sorted(set(accordees.values_list("dossier_id", flat=True)))
    Agent.objects.filter(pk=agent.pk).update(acces=agent.acces)
