"""Somebody leaves: their account closes, and nothing they carried is left to nobody."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from dossiers.actions.affectations import attribuer
from dossiers.actions.operation import operation, toucher
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Absence, Agent, Demarche, Dossier, Engagement, auteur
from dossiers.models.equipe import equipier, lire_equipe
from dossiers.regles.droits import Section


@dataclass(frozen=True)
class Remise:
    """What was handed over: démarches, promises, dossiers as référent; how many démarches had to go to somebody else."""

    demarches: int
    promesses: int
    dossiers: int
    a_d_autres: int


def partir(parti: Agent, *, agent: Agent, cle: uuid.UUID, successeur: Agent) -> Remise:
    """Close an account and hand over all it carried; only a supervisor of the same organisation may."""
    if agent.organisme_id != parti.organisme_id or not agent.peut_ecrire(Section.AFFECTATION):
        raise Introuvable("Cette personne n’est pas de votre équipe.")
    if agent.pk == parti.pk:
        raise Refus("On ne ferme pas son propre compte : demandez à un autre superviseur.")
    with operation(agent, cle=cle, geste="fermer_compte", resultat="reglages.equipe"):
        return remettre(parti, successeur, par=str(agent))


@transaction.atomic
def partir_par_commande(parti: Agent, successeur: Agent) -> Remise:
    """The same, from `manage.py quitter`: signed by the automatic task."""
    with auteur(None, geste="fermer_compte"):
        return remettre(parti, successeur, par="l’administration")


def remettre(parti: Agent, successeur: Agent, *, par: str) -> Remise:
    """Close the account inside a running operation. Dossiers are locked in the order of their keys, confidential ones too:
    a file its référent alone could see must not be left to nobody."""
    parti = Agent.objects.select_for_update(of=("self",)).get(pk=parti.pk)
    _verifier(parti, successeur)
    demarches = list(Demarche.objects.ouvertes().filter(responsable=parti).order_by("dossier_id", "pk"))
    promesses = list(Engagement.objects.a_tenir().filter(agent=parti).order_by("dossier_id", "pk"))
    suivis = list(Dossier.objects.filter(referent=parti).values_list("pk", flat=True))
    cles = {d.dossier_id for d in demarches} | {p.dossier_id for p in promesses if p.dossier_id} | set(suivis)
    dossiers = {d.pk: d for d in Dossier.objects.filter(pk__in=cles).order_by("pk").select_for_update(of=("self",))}
    a_d_autres = _remettre_demarches(demarches, parti, successeur, par)
    for promesse in promesses:
        promesse.agent = successeur
        promesse.save(update_fields=["agent"])
    for cle in suivis:
        dossiers[cle].referent = successeur
        dossiers[cle].save(update_fields=["referent"])
    for dossier in dossiers.values():
        toucher(dossier)
    for absence in Absence.objects.filter(remplacant=parti, fin__gte=timezone.localdate()):
        absence.remplacant = successeur if absence.agent_id != successeur.pk else None
        absence.save(update_fields=["remplacant"])
    parti.is_active = False
    parti.save(update_fields=["is_active"])
    return Remise(len(demarches), len(promesses), len(suivis), a_d_autres)


def _verifier(parti: Agent, successeur: Agent) -> None:
    if not parti.is_active:
        raise Refus("Ce compte est déjà fermé.")
    if successeur.pk == parti.pk or not successeur.is_active or successeur.organisme_id != parti.organisme_id:
        raise Refus(f"{successeur} ne peut pas prendre la suite : choisissez un collègue présent.", "successeur")
    if successeur.territoire_id != parti.territoire_id:
        raise Refus(f"{successeur} travaille sur un autre territoire.", "successeur")


def _remettre_demarches(demarches: list[Demarche], parti: Agent, successeur: Agent, par: str) -> int:
    """Give each démarche to the successor, or to the least loaded who may carry it; return how many went elsewhere."""
    ailleurs = 0
    equipe = {pk: a for pk, a in lire_equipe(parti.territoire, [parti.organisme_id]).items() if pk != parti.pk}
    charges = {pk: a.charge for pk, a in equipe.items()}  # type: ignore[attr-defined]
    besoins = {pk: equipier(a).besoins for pk, a in equipe.items()}
    for socle in demarches:
        demarche = socle.classe._default_manager.select_related("organisme").get(pk=socle.pk)
        repreneur: Agent | None = successeur
        if not successeur.peut_porter(demarche.section):
            admis = sorted((a for a in equipe if socle.type in besoins[a]), key=lambda a: (charges[a], a))
            repreneur = equipe[admis[0]] if admis else None
            ailleurs += 1
        if repreneur:
            charges[repreneur.pk] = charges.get(repreneur.pk, 0) + 1
        attribuer(demarche, demarche.organisme, repreneur, f"Suite d’un départ ({parti}), décidée par {par}.")
    return ailleurs
