"""What is written down of what happens: nothing personal, whatever a library attaches."""

import json
import logging

from django.conf import settings
from django.test import RequestFactory
from django.utils.module_loading import import_string


def formateur():
    options = dict(settings.LOGGING["formatters"]["json"])
    return import_string(options.pop("()"))(options.pop("format"), **options)


def test_une_ligne_ne_dit_que_quand_ou_quoi():
    demande = RequestFactory().get("/appels/nouveau", {"tel": "04 65 71 12 20"})
    ligne = logging.makeLogRecord(
        {"name": "django.request", "levelname": "ERROR", "msg": "Erreur à %s", "args": ("l’appel",), "request": demande}
    )
    ecrite = formateur().format(ligne)
    lue = json.loads(ecrite)
    assert (lue.pop("quand")[:2], lue) == (
        "20", {"niveau": "ERROR", "source": "django.request", "message": "Erreur à l’appel"},
    )  # fmt: skip
    assert "65" not in ecrite.partition('"quand"')[0]
