"""One line of JSON an event: when, how grave, from where, what; and nothing that a library attaches to it."""

import logging

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

GARDES = frozenset(RESERVED_ATTRS)


class Formateur(JsonFormatter):
    """Drops what is attached to a record: Django attaches the request, whose address may hold a telephone number."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(logging.makeLogRecord({nom: v for nom, v in record.__dict__.items() if nom in GARDES}))
