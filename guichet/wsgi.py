"""The WSGI door gunicorn opens."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
application = get_wsgi_application()

# What is loaded now lives as long as the worker: the collector need not go through it again. A page makes some tens of
# thousands of objects, nearly all freed as soon as it is sent: looking for cycles every two thousand cost a tenth of its
# time, every fifty thousand let seven megabytes pile up.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 5, 5)
