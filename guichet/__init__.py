"""The counter: it plugs the rooms together and decides nothing."""

from guichet.celery import app as celery_app

__all__ = ["celery_app"]
