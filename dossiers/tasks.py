"""The clock: what Celery beat wakes up. Each task is thin and repeatable; twice gives the same result."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from dossiers.actions import brouillons, presences, relances
from dossiers.courriers import taches
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
    """Forget the keys of forms sent more than thirty days ago: no tab lives that long."""
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


produire = taches.produire
