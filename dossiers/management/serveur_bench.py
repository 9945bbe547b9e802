"""The product's own server plus one empty screen: what a signed-in page costs before it shows anything.

Only `manage.py bench` opens it: gunicorn loads this module instead of the product's. The empty screen passes the same
middleware, reads the same session and the same agent; its time is the floor (« F ») every page is compared with.
"""

import os
from types import MappingProxyType

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
application = import_string(settings.WSGI_APPLICATION)

from dossiers.regles import droits  # noqa: E402 - once Django is ready


def vide(request: HttpRequest) -> HttpResponse:
    """Answer nothing, to whom the door let in."""
    return HttpResponse()


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(settings.ROOT_URLCONF)),
    path("bench/vide/", vide, name="bench.vide"),
]
droits.ECRANS = MappingProxyType({**droits.ECRANS, "bench.vide": droits.TOUT_AGENT})
settings.ROOT_URLCONF = __name__
