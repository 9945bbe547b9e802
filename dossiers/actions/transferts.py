"""A file goes to another territory: it takes its history with it, the territory it leaves keeps a trace without content."""

import uuid

from dossiers.actions.affectations import attribuer
from dossiers.actions.demarches import accomplir, attendre
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.recherche import indexer
from dossiers.actions.routage import porteur_de, proposer
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Appel, Demarche, Dossier, Organisme, Territoire, Transfert, creer
from dossiers.regles.droits import Section


def transferer(
    dossier: Dossier,
    cible: Territoire,
    *,
    agent: Agent,
    version: int,
    cle: uuid.UUID,
    motif: str,
    raison: str = "",
) -> Transfert:
    """Send a file to another territory's line, which receives it « sans référent ».

    Organisations and people in charge are those the target's rules name; calls and promises follow; letters stay with the
    file. Raises `Refus` when the target cannot receive it.
    """
    with operation(agent, cle=cle, geste="transferer", resultat="transferts.liste", motif=motif, raison=raison):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        if not agent.peut_ecrire(Section.TRANSFERT):
            raise Introuvable("Le transfert n’est pas ouvert à votre organisme.")
        if motif not in Transfert.Motif.values:
            raise Refus("Choisissez un motif dans la liste.", "motif")
        if cible.pk == dossier.territoire_id:
            raise Refus("Ce dossier est déjà sur ce territoire.", "cible")
        porteur = porteur_de(cible)
        trace = Transfert(
            dossier=dossier, numero=dossier.numero, source=dossier.territoire, cible=cible, motif=motif, agent=agent
        )
        creer([trace])
        _reaffecter(dossier, cible)
        _emmener(dossier, cible, porteur)
        _changer_de_territoire(dossier, cible, porteur)
        indexer(dossier)
        toucher(dossier)
    return trace


def _reaffecter(dossier: Dossier, cible: Territoire) -> None:
    """Give each need to whom the target's rules name; none of the people who carried it there is known here."""
    dossier.communes.remove(*dossier.communes.exclude(territoire=cible))
    demarches = [d.specifique for d in Demarche.objects.specifiques().filter(dossier=dossier)]
    attributions = proposer(cible, [d.type for d in demarches], list(dossier.communes.all()))
    for position in dossier.positions.a_decider():
        accomplir(position, "lever", {})
    for demarche in demarches:
        a = attributions[demarche.type]
        attribuer(demarche, a.organisme, a.agent, a.pourquoi)
        if not (demarche.est_finie or a.organisme.est_porteur):
            attendre(dossier, demarche, a.organisme)
    dossier.intervenants = sorted({d.organisme_id for d in demarches})


def _emmener(dossier: Dossier, cible: Territoire, porteur: Organisme) -> None:
    """Take along the calls that concern no other file here, and the promises; those still to keep become the line's."""
    for appel in Appel.objects.filter(dossiers=dossier).exclude(
        dossiers__in=Dossier.objects.filter(territoire=dossier.territoire_id).exclude(pk=dossier.pk)
    ):
        appel.territoire = cible
        appel.save(update_fields=["territoire"])
    for engagement in dossier.engagements.all():
        engagement.territoire = cible
        if engagement.fait_le is None:
            engagement.agent, engagement.organisme = None, porteur
        engagement.save(update_fields=["territoire", "agent", "organisme"])


def _changer_de_territoire(dossier: Dossier, cible: Territoire, porteur: Organisme) -> None:
    dossier.territoire, dossier.pilote, dossier.referent = cible, porteur, None
    dossier.save(update_fields=["territoire", "pilote", "referent", "intervenants"])
    # the files it once took in go with it: their letters are this household's
    for absorbe in dossier.absorbes.all():
        absorbe.territoire, absorbe.pilote, absorbe.referent, absorbe.intervenants = cible, porteur, None, []
        absorbe.save(update_fields=["territoire", "pilote", "referent", "intervenants"])
