"""The clock: what Celery beat wakes up. Each task is thin and repeatable; twice gives the same result."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from dossiers.actions import brouillons, imports_lots, presences, relances
from dossiers.courriers import taches
from dossiers.forms.imports import LecteurDeLignes, saisi
from dossiers.models import Battement, Operation


@shared_task
def battre() -> None:
    """Give a sign of life of the worker (and of the clock that sent this), for `GET /sante/`."""
    Battement.objects.update_or_create(nom="worker", defaults={"vu_le": timezone.now()})


@shared_task
def balayer_courriers() -> int:
    """Re-drive the letters a dead worker or a lost message left behind; return how many were sent again."""
    return taches.balayer()


@shared_task
def oublier_operations() -> int:
    """Forget the keys of forms sent more than thirty days ago, and the lines of imports long over: no tab lives that long."""
    imports_lots.purger(timezone.now())
    return Operation.objects.filter(fait_le__lt=timezone.now() - dt.timedelta(days=30)).delete()[0]


@shared_task
def oublier_brouillons() -> int:
    """Forget the drafts nobody will finish, and who looked at which dossier; return how many drafts."""
    maintenant = timezone.now()
    presences.purger(maintenant)
    return brouillons.purger(maintenant)


@shared_task
def relancer(depuis: int = 0) -> int:
    """Climb the reminder ladder of every dossier; what time does not allow is left to the next message of the same run."""
    bilan = relances.relancer(timezone.now(), depuis=depuis, secondes=40)
    if bilan.suite:
        relancer.delay(bilan.suite)
    return bilan.lettres + bilan.alertes


@shared_task
def avancer_import(import_id: int) -> None:
    """Read or write the lines of an import; what time does not allow is left to the next message of the same run."""
    reste = imports_lots.lire_les_lignes(import_id, LecteurDeLignes, secondes=40)
    reste = reste or imports_lots.importer(import_id, saisi, secondes=40)
    if reste:
        avancer_import.delay(import_id)


@shared_task
def reprendre_imports() -> int:
    """Take up the imports left in the middle by a dead worker or a lost message; return how many."""
    return imports_lots.reprendre(timezone.now())


produire = taches.produire
