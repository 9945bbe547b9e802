"""The worker and its clock; tasks live in `dossiers`, this file only plugs them to the broker."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")

app = Celery("guichet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["dossiers"])


@worker_ready.connect
def se_montrer(**_: Any) -> None:
    """Say at once that the worker lives: `GET /sante/` must not wait for the clock's first tick."""
    app.send_task("dossiers.tasks.battre")
