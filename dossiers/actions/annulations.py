"""« Annuler »: for some seconds, the act an agent has just done is undone by an act of its own, kept in the history.

What would undo an act is written with it (`noter`), on the row of its key. Nothing is rewound: the inverse passes by the same
lock, and is refused as soon as somebody wrote since.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from dossiers.actions import courriers
from dossiers.actions.affectations import attribuer
from dossiers.actions.demarches import accomplir
from dossiers.actions.operation import DejaFait, operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import (
    Agent,
    Courrier,
    Demarche,
    Dossier,
    EtiquettePosee,
    Operation,
    Organisme,
    Suppleance,
    Vue,
)
from dossiers.regles.annulation import ACCEPTEE

Retour = dict[str, Any]

TROP_TARD = "Il est trop tard pour annuler : défaites le geste depuis le dossier."
CHANGE = "Le dossier a changé depuis : l’annulation n’est plus possible."


def annuler(faite: uuid.UUID, *, agent: Agent, maintenant: dt.datetime | None = None) -> str:
    """Undo the act of this key and return where to land (« dossiers.fiche:12 »).

    Raises `Introuvable` when this agent did no such act, `Refus` when it is too late or something changed since, `DejaFait` when
    it is undone already.
    """
    acte = _retrouver(faite, agent)
    retour: Retour = acte.retour or {}
    fini = parse_datetime(retour["fini_le"]) if "fini_le" in retour else acte.fait_le
    if (maintenant or timezone.now()) - (fini or acte.fait_le) > ACCEPTEE:
        raise Refus(TROP_TARD)
    if retour["genre"] == "lot":
        return _annuler_le_lot(acte, agent)
    _annuler_un(acte, agent)
    return acte.resultat


def _retrouver(faite: uuid.UUID, agent: Agent) -> Operation:
    acte = Operation.objects.filter(cle=faite, agent=agent, retour__isnull=False).first()
    if acte is None:
        raise Introuvable("Il n’y a rien à annuler.")
    return acte


def _annuler_un(acte: Operation, agent: Agent) -> None:
    retour: Retour = acte.retour or {}
    genre = retour["genre"]
    with operation(agent, cle=_cle(acte.cle), geste=f"annuler_{genre}", resultat=acte.resultat):
        if genre == "vue":
            _rendre_la_vue(retour, agent)
            return
        dossier = verrouiller(retour["dossier"], agent=agent, version=None)
        if dossier.version != retour["version"]:
            raise Refus(CHANGE)
        INVERSES[genre](dossier, retour)
        toucher(dossier)


def _cle(faite: uuid.UUID) -> uuid.UUID:
    """Return the key of the undoing of an act: pressed twice, it is undone once."""
    return uuid.uuid5(faite, "annuler")


def _annuler_le_lot(acte: Operation, agent: Agent) -> str:
    """Undo line by line what was done on several files; a line that moved since stays as it is, and says so."""
    retour: Retour = acte.retour or {}
    for ligne in retour["lignes"]:
        if ligne["refus"]:
            continue
        faite = Operation.objects.filter(cle=uuid.uuid5(acte.cle, str(ligne["dossier"])), agent=agent).first()
        if faite is None or faite.retour is None:
            continue
        try:
            _annuler_un(faite, agent)
            ligne["annulee"] = "oui"
        except DejaFait:
            ligne["annulee"] = "oui"
        except (Refus, Perime, Introuvable) as refus:
            ligne["annulee"] = refus.phrase
    Operation.objects.filter(pk=acte.pk).update(retour={**retour, "annule_le": timezone.now().isoformat()})
    return acte.resultat


# -- each act's inverse -------------------------------------------------------------------------------------------------


def _rendre_le_referent(dossier: Dossier, retour: Retour) -> None:
    avant = Agent.objects.filter(pk=retour["referent"], is_active=True).first() if retour["referent"] else None
    if retour["referent"] and avant is None:
        raise Refus("Le référent d’avant n’a plus de compte : nommez-en un autre.")
    dossier.referent = avant
    dossier.save(update_fields=["referent"])


def _rendre_l_affectation(dossier: Dossier, retour: Retour) -> None:
    demarche = Demarche.objects.filter(dossier=dossier, pk=retour["demarche"]).specifiques().get().specifique
    demarche.dossier = dossier
    organisme = Organisme.objects.get(pk=retour["organisme"])
    attribuer(demarche, organisme, Agent.objects.filter(pk=retour["responsable"]).first(), retour["pourquoi"])
    for position in demarche.positions.all():
        position.dossier, position.demarche = dossier, demarche
        avant = retour["positions"].get(str(position.pk))
        _rendre_la_position(position, avant or {"etat": "levee", "attend": "personne", "echeance": None})
    for suppleance in Suppleance.objects.filter(demarche_id=demarche.pk).exclude(pk__in=retour["suppleances"]):
        suppleance.delete()
    # by `update`: a history row of the file would tell its partners that something they may not know of was undone
    Dossier.objects.filter(pk=dossier.pk).update(intervenants=retour["intervenants"])


def _rendre_la_position(position: Any, avant: Retour) -> None:
    if position.etat == avant["etat"]:
        return
    position.etat_a_rendre = avant["etat"]
    depuis = parse_datetime(avant["etat_depuis"]) if "etat_depuis" in avant else None
    faits: Retour = {nom: avant[nom] for nom in ("demande", "proposition") if nom in avant}
    accomplir(position, "rendre", faits, depuis=depuis)
    position.attend, position.echeance = avant["attend"], parse_date(avant["echeance"] or "")
    position.save(update_fields=["attend", "echeance"])


def _rouvrir(dossier: Dossier, retour: Retour) -> None:
    for courrier in Courrier.objects.select_for_update().filter(pk__in=retour["courriers"]):
        courriers.retenir(courrier)
    dossier.etat_a_rendre = retour["etat"]
    reveil_le = parse_date(retour["reveil_le"] or "")
    accomplir(dossier, "annuler_cloture", {"reveil_le": reveil_le}, depuis=parse_datetime(retour["etat_depuis"]))
    for position in dossier.positions.select_related("demarche"):
        position.dossier = dossier
        if avant := retour["positions"].get(str(position.pk)):
            _rendre_la_position(position, avant)


def _reprendre_les_etiquettes(dossier: Dossier, retour: Retour) -> None:
    for posee in EtiquettePosee.objects.filter(dossier=dossier, etiquette__in=retour["posees"]):
        posee.delete()
    for cle in retour["retirees"]:
        EtiquettePosee.objects.create(dossier=dossier, etiquette_id=cle)


INVERSES: dict[str, Callable[[Dossier, Retour], None]] = {
    "nommer_referent": _rendre_le_referent,
    "affecter": _rendre_l_affectation,
    "prendre": _rendre_l_affectation,
    "clore": _rouvrir,
    "etiqueter": _reprendre_les_etiquettes,
}


def _rendre_la_vue(retour: Retour, agent: Agent) -> None:
    vue = Vue.objects.select_for_update().filter(pk=retour["vue"]).first()
    if vue is None or not vue.modifiable_par(agent):
        raise Introuvable("Cette vue n’existe plus.")
    memes = Vue.objects.filter(agent_id=vue.agent_id, liste=vue.liste, nom=vue.nom, territoire_id=vue.territoire_id)
    if memes.filter(retiree_le=None).exists():
        raise Refus("Une autre vue a pris ce nom : renommez-la d’abord.")
    vue.retiree_le = None
    vue.save(update_fields=["retiree_le"])
