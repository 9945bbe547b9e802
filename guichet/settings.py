"""The one settings file: every choice of a deployment comes from the environment, and a bad value stops the start.

DATABASE_URL (postgres://…; none: the embedded server), BROKER_URL (redis://…; none: the queue in the same PostgreSQL),
GUICHET_SECRET_KEY (none: written once in `var/secret`), GUICHET_HOTES (comma-separated hosts), GUICHET_HTTPS (0 or 1),
GUICHET_DEBUG (0 or 1), GUICHET_JOURNAL (log level), GUICHET_VAR (folder of the data), GUICHET_BASE (database of the embedded
server).
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.csp import CSP

from guichet import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("GUICHET_VAR", BASE_DIR / "var"))


def _oui_non(nom: str, defaut: bool) -> bool:
    """Read a yes/no environment variable; anything but 0 or 1 is refused."""
    valeur = os.environ.get(nom, "1" if defaut else "0")
    if valeur not in {"0", "1"}:
        raise ImproperlyConfigured(f"{nom} vaut « {valeur} » : seuls 0 et 1 sont admis.")
    return valeur == "1"


DEBUG = _oui_non("GUICHET_DEBUG", False)
HTTPS = _oui_non("GUICHET_HTTPS", False)


def _secret() -> str:
    """Return the secret of this installation: from the environment, else the one the first start wrote in `var/`."""
    if donne := os.environ.get("GUICHET_SECRET_KEY"):
        return donne
    fichier = VAR_DIR / "secret"
    if not fichier.exists():
        fichier.parent.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.suppress(FileExistsError),
            os.fdopen(os.open(fichier, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as neuf,
        ):
            neuf.write(get_random_secret_key() + get_random_secret_key())
    return fichier.read_text()


SECRET_KEY = _secret()
ALLOWED_HOSTS = [hote.strip() for hote in os.environ.get("GUICHET_HOTES", "127.0.0.1,localhost").split(",")]
CSRF_TRUSTED_ORIGINS = [f"https://{hote}" for hote in ALLOWED_HOSTS if HTTPS and hote]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_fsm",
    "simple_history",
    "django_htmx",
    "dossiers",
    "workflows",
]

MIDDLEWARE = [
    "dossiers.views.porte.Journal",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dossiers.views.porte.Porte",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dossiers.views.typographie.Typographie",
]

ROOT_URLCONF = "guichet.urls"
WSGI_APPLICATION = "guichet.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "dossiers.views.contexte.cadre",
            ],
        },
    },
]

FORM_RENDERER = "dossiers.forms.rendu.Rendu"

ESSAI = "pytest" in sys.modules
"""Under pytest the throw-away cluster serves, so that no test can touch a caseworker's data."""

GRAPPE = postgres.ESSAI if ESSAI else postgres.DEMO
CONNEXIONS: dict[str, Any] = {"CONN_MAX_AGE": 0 if ESSAI else 600, "CONN_HEALTH_CHECKS": not ESSAI}


def _base() -> dict[str, Any]:
    """Return the outside server named by DATABASE_URL, else the embedded one."""
    if url := os.environ.get("DATABASE_URL"):
        if not url.startswith(("postgres://", "postgresql://")):
            raise ImproperlyConfigured("DATABASE_URL commence par postgres:// : seul PostgreSQL est admis.")
        return {**dj_database_url.parse(url), **CONNEXIONS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("GUICHET_BASE", "guichet"),
        "USER": postgres.UTILISATEUR,
        "HOST": str(GRAPPE.prise),
        "PORT": postgres.PORT,
        **CONNEXIONS,
    }


DATABASES = {"default": _base()}


def conn_string(base: dict[str, Any]) -> str:
    """Return the database in libpq's keyword form: the only one that names a Unix socket's folder."""
    cles = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return " ".join(f"{cle}='{base[nom]}'" for cle, nom in cles.items() if base.get(nom))


BROKER_URL = os.environ.get("BROKER_URL", "")
if BROKER_URL and not BROKER_URL.startswith(("redis://", "rediss://", "pgmq://")):
    raise ImproperlyConfigured("BROKER_URL commence par redis://, rediss:// ou pgmq://.")

CELERY_BROKER_URL = BROKER_URL or "pgmq://localhost"
if CELERY_BROKER_URL.startswith("pgmq"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "conn_string": conn_string(DATABASES["default"]),
        "init_extension": False,
        # the defaults make each queue wait for the other: more than 20 s of latency
        "wait_time_seconds": 0,
        "polling_interval": 0.1,
        # longer than the longest task, or a letter still being made would be handed to a second worker
        "visibility_timeout": 180,
        "pool_size": 2,
    }
else:
    # without these, the tasks of a killed worker come back after an hour
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 180,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat")
CELERY_BEAT_SCHEDULE = {
    "balayer": {"task": "dossiers.tasks.balayer_courriers", "schedule": 30.0},
    "battre": {"task": "dossiers.tasks.battre", "schedule": 30.0},
    # in working hours: a household gets its letter, and an agent the alert, when somebody may answer
    "relancer": {"task": "dossiers.tasks.relancer", "schedule": crontab(minute=5, hour="7-18", day_of_week="mon-fri")},
    "ranger": {"task": "dossiers.tasks.oublier_operations", "schedule": 86400.0},
    "imports": {"task": "dossiers.tasks.reprendre_imports", "schedule": 60.0},
    # an abandoned draft can be taken back for ten minutes, then it is personal data nobody needs
    "vider": {"task": "dossiers.tasks.oublier_brouillons", "schedule": 600.0},
}

AUTH_USER_MODEL = "dossiers.Agent"
LOGIN_URL = "connexion"
LOGIN_REDIRECT_URL = "accueil"
LOGOUT_REDIRECT_URL = "connexion"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ESSAI or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if ESSAI:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# far above what a form accepts: a text too long comes back beside its field, with all that was typed
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "guichet.journal.Formateur",
            "format": "%(levelname)s %(name)s %(message)s",
            "rename_fields": {"levelname": "niveau", "name": "source"},
            "timestamp": "quand",
            "json_ensure_ascii": False,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": os.environ.get("GUICHET_JOURNAL", "WARNING")},
    "loggers": {
        "guichet": {"level": "INFO"},
        # the request's line would carry what was searched: our own middleware logs the screen's name instead
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "ERROR"},
    },
}
