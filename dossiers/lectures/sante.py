"""Is the house alive: database, broker, worker, and the oldest letter waiting."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from dossiers.models import Battement, Courrier

SILENCE_MAX = dt.timedelta(minutes=3)


def lire(maintenant: dt.datetime) -> dict[str, Any]:
    """Return the state of each part; `ok` is true when a letter asked for now would be made.

    `worker_vu_le` is an ISO moment or null, `plus_ancien_courrier_s` an age in seconds or null.
    """
    try:
        return _lire(maintenant)
    except DatabaseError:
        return {"ok": False, "base": "injoignable", "broker": "inconnu", "worker": "inconnu"}


def _lire(maintenant: dt.datetime) -> dict[str, Any]:
    vu = Battement.objects.filter(nom="worker").values_list("vu_le", flat=True).first()
    attente = Courrier.objects.filter(etat=Courrier.Etat.A_PRODUIRE).order_by("demande_le")
    ancien = attente.values_list("demande_le", flat=True).first()
    vivant = bool(vu and maintenant - vu < SILENCE_MAX)
    broker = _broker()
    return {
        "ok": vivant and broker == "joignable",
        "base": "joignable",
        "broker": broker,
        "worker": "vu" if vivant else "silencieux",
        "worker_vu_le": vu.isoformat() if vu else None,
        "plus_ancien_courrier_s": round((maintenant - ancien).total_seconds()) if ancien else None,
    }


def _broker() -> str:
    """Tell whether the queue answers: PGMQ by its own catalogue, Redis by a ping."""
    url = settings.CELERY_BROKER_URL
    if url.startswith("pgmq"):
        with connection.cursor() as curseur:
            curseur.execute("SELECT to_regclass('pgmq.meta') IS NOT NULL")
            return "joignable" if curseur.fetchone()[0] else "non installé"
    import redis

    try:
        redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError:
        return "injoignable"
    return "joignable"
