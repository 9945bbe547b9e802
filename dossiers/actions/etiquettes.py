"""Tags: a supervisor writes the territory's short list, the line puts them on dossiers; nobody types a tag."""

import uuid
from collections.abc import Iterable

from django.utils import timezone

from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.retours import noter_retour
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Dossier, Etiquette, EtiquettePosee
from dossiers.regles.droits import Section
from dossiers.regles.lots import DEJA_POSEE, PAS_POSEE
from dossiers.regles.texte import assainir, cle_tri

MAX_PAR_TERRITOIRE = 30
"""A list longer than that is no list any more: free words would be back."""


def etiqueter(
    dossier: Dossier,
    *,
    agent: Agent,
    version: int,
    cle: uuid.UUID,
    poser: Iterable[Etiquette] = (),
    retirer: Iterable[Etiquette] = (),
) -> Dossier:
    """Put tags on a dossier and take others off; raises `Refus` when that changes nothing."""
    if not agent.peut_ecrire(Section.ETIQUETTES):
        raise Introuvable("Les étiquettes ne sont pas ouvertes à votre organisme.")
    with operation(agent, cle=cle, geste="etiqueter", resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        voulues = {e.pk: e for e in poser}
        if any(e.territoire_id != dossier.territoire_id or e.retiree_le for e in voulues.values()):
            raise Introuvable("Cette étiquette n’est pas de votre territoire.")
        posees = {p.etiquette_id: p for p in dossier.etiquettes_posees.select_related("etiquette")}
        nouvelles = [cle_ for cle_ in voulues if cle_ not in posees]
        otees = [posees[e.pk] for e in retirer if e.pk in posees]
        if not nouvelles and not otees:
            raise Refus(DEJA_POSEE if voulues else PAS_POSEE)
        for cle_ in nouvelles:
            EtiquettePosee.objects.create(dossier=dossier, etiquette_id=cle_)
        for posee in otees:
            posee.delete()
        toucher(dossier)
        retour = {"posees": nouvelles, "retirees": [p.etiquette_id for p in otees]}
        noter_retour(cle, "etiqueter", dossier, retour)
    return dossier


def ecrire_etiquette(
    *, agent: Agent, cle: uuid.UUID, nom: str, ton: str, etiquette: Etiquette | None = None
) -> Etiquette:
    """Add a tag to the territory's list, or correct one; raises `Refus` when its name is taken or the list is full."""
    _exiger(agent)
    geste = "corriger_etiquette" if etiquette else "ajouter_etiquette"
    with operation(agent, cle=cle, geste=geste, resultat="reglages.etiquettes"):
        propre = " ".join(assainir(nom).split())[:30]
        autres = list(Etiquette.objects.select_for_update().filter(territoire_id=agent.territoire_id, retiree_le=None))
        if etiquette is None and len(autres) >= MAX_PAR_TERRITOIRE:
            raise Refus(f"La liste a déjà {MAX_PAR_TERRITOIRE} étiquettes : retirez-en une d’abord.", "nom")
        if any(cle_tri(e.nom) == cle_tri(propre) and (etiquette is None or e.pk != etiquette.pk) for e in autres):
            raise Refus(f"« {propre} » est déjà dans la liste.", "nom")
        etiquette = etiquette or Etiquette(territoire_id=agent.territoire_id)
        etiquette.nom, etiquette.ton = propre, ton
        etiquette.save()
    return etiquette


def retirer_etiquette(etiquette: Etiquette, *, agent: Agent, cle: uuid.UUID) -> None:
    """Take a tag off the list: it is not offered any more; what it was put on keeps it in the history, not on the page."""
    _exiger(agent)
    with operation(agent, cle=cle, geste="retirer_etiquette", resultat="reglages.etiquettes"):
        etiquette.retiree_le = timezone.now()
        etiquette.save(update_fields=["retiree_le"])


def _exiger(agent: Agent) -> None:
    if not agent.peut_ecrire(Section.LISTE_ETIQUETTES):
        raise Introuvable("Ce réglage n’est pas ouvert à votre rôle.")
