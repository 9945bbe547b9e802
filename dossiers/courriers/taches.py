"""Make the letters the outbox asks for: the row is the truth, the queue a hint, the result exactly one letter."""

import datetime as dt
import functools
import hashlib
import logging
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from dossiers.courriers.collecte import collecter
from dossiers.courriers.composition import composer
from dossiers.courriers.rendu import rendre_html, rendre_pdf
from dossiers.erreurs import Refus, SansObjet
from dossiers.models import Courrier, CourrierFichier, auteur

journal = logging.getLogger("guichet.courriers")

TENTATIVES_MAX = 3
REPOS = dt.timedelta(seconds=60)
"""How long a row may wait for its message before the sweep sends it again."""


@shared_task
def produire(courrier_id: int) -> str:
    """Make one letter unless it is made already; return what happened. Twice gives the same result.

    The bytes are made outside any transaction; the row is locked only to store them, so of two workers one wins.
    """
    courrier = (
        Courrier.objects.select_related("modele", "demande_par__organisme", "destinataire")
        .filter(pk=courrier_id, etat=Courrier.Etat.A_PRODUIRE)
        .first()
    )
    if courrier is None:
        return "rien à faire"
    if courrier.a_partir_de and courrier.a_partir_de > timezone.now():
        return "pas encore"
    try:
        donnees = courrier.donnees or collecter(courrier)
        octets = pdf(courrier, donnees)
    except Exception as cause:  # noqa: BLE001 - whatever the cause, one letter must not delay the others
        return _noter_echec(courrier_id, cause)
    return _ranger(courrier_id, donnees, octets)


def _ranger(courrier_id: int, donnees: dict[str, Any], octets: bytes) -> str:
    with transaction.atomic(), auteur(None, geste="produire_courrier"):
        courrier = _verrouiller(courrier_id)
        if courrier is None:
            return "déjà fait"
        CourrierFichier.objects.create(courrier=courrier, octets=octets)
        courrier.donnees, courrier.etat, courrier.produit_le = donnees, Courrier.Etat.PRODUIT, timezone.now()
        courrier.sha256, courrier.taille, courrier.erreur = hashlib.sha256(octets).hexdigest(), len(octets), ""
        courrier.save(update_fields=["donnees", "etat", "produit_le", "sha256", "taille", "erreur"])
    return "produit"


def _verrouiller(courrier_id: int) -> Courrier | None:
    return Courrier.objects.select_for_update().filter(pk=courrier_id, etat=Courrier.Etat.A_PRODUIRE).first()


def pdf(courrier: Courrier, donnees: dict[str, Any]) -> bytes:
    """Return the bytes of a letter for given frozen data: what the preview shows is what leaves."""
    lettre = composer(courrier.modele.code, courrier.modele.contenu, donnees)
    html = rendre_html(lettre, date=courrier.demande_le)
    identifiant = f"{courrier.modele.code}-{donnees['dossier.numero']}-{courrier.demande_le:%Y%m%d%H%M%S}"
    return rendre_pdf(html, identifiant=identifiant, couleur=donnees["territoire.couleur"])


def _noter_echec(courrier_id: int, cause: Exception) -> str:
    with transaction.atomic(), auteur(None, geste="produire_courrier"):
        courrier = _verrouiller(courrier_id)
        if courrier is None:
            return "déjà fait"
        courrier.tentatives += 1
        courrier.erreur = (cause.phrase if isinstance(cause, Refus) else "Le document n’a pas pu être fabriqué.")[:200]
        if isinstance(cause, SansObjet):
            courrier.etat = Courrier.Etat.ANNULE
        # a refusal will be the same in a minute: no use trying again before somebody fills the missing field
        elif isinstance(cause, Refus) or courrier.tentatives >= TENTATIVES_MAX:
            courrier.etat = Courrier.Etat.ECHEC
        courrier.save(update_fields=["tentatives", "erreur", "etat"])
    if courrier.etat == Courrier.Etat.ANNULE:
        return "sans objet"
    # the exception's own text may hold personal data: only its class is logged
    journal.warning("courrier %s en échec (%s)", courrier_id, type(cause).__name__)
    return "échec"


def signaler_apres_commit(courrier_id: int, *, attendre: dt.timedelta | None = None) -> None:
    """Send the hint to the worker once the row is committed; a broker that is down never fails the caseworker's act.

    A letter kept back for `attendre` is hinted at for then; would the hint be lost, the sweep finds the row.
    """
    secondes = attendre.total_seconds() + 1 if attendre else None
    envoyer = functools.partial(produire.apply_async, (courrier_id,), countdown=secondes)
    transaction.on_commit(envoyer if secondes else functools.partial(produire.delay, courrier_id), robust=True)


def balayer() -> int:
    """Send again the letters whose message was lost or whose worker died; return how many."""
    maintenant = timezone.now()
    a_produire = Courrier.objects.filter(etat=Courrier.Etat.A_PRODUIRE, demande_le__lt=maintenant - REPOS)
    en_attente = a_produire.exclude(a_partir_de__gt=maintenant).order_by("demande_le")
    identifiants = list(en_attente.values_list("pk", flat=True)[:200])
    for identifiant in identifiants:
        produire.delay(identifiant)
    return len(identifiants)
