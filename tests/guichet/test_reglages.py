"""The one settings file: everything from the environment, bad values refused by name."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

CORPS = "import django; from django.conf import settings; django.setup(); print({})"


def lancer(expression, **env):
    """Start the product in a process of its own with this environment; return its code and its last line."""
    propre = {k: v for k, v in os.environ.items() if not k.startswith(("GUICHET_", "DATABASE_", "BROKER_"))}
    fini = subprocess.run(
        [sys.executable, "-c", CORPS.format(expression)],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
        env={**propre, "DJANGO_SETTINGS_MODULE": "guichet.settings", **env},
    )  # fmt: skip
    return fini.returncode, (fini.stdout or fini.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("env", "phrase"),
    [
        ({"GUICHET_DEBUG": "oui"}, "GUICHET_DEBUG vaut « oui » : seuls 0 et 1 sont admis."),
        ({"GUICHET_HTTPS": "true"}, "GUICHET_HTTPS vaut « true » : seuls 0 et 1 sont admis."),
        ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL commence par postgres:// : seul PostgreSQL est admis."),
        ({"BROKER_URL": "amqp://x"}, "BROKER_URL commence par redis://, rediss:// ou pgmq://."),
    ],
)
def test_une_valeur_fausse_arrete_le_depart_et_se_nomme(env, phrase):
    code, derniere = lancer("1", **env)
    assert (code, derniere.endswith(phrase)) == (1, True)


def test_un_serveur_exterieur_remplace_celui_du_projet():
    code, lu = lancer(
        "(settings.DATABASES['default']['HOST'], settings.CELERY_BROKER_URL, settings.CELERY_BROKER_TRANSPORT_OPTIONS)",
        DATABASE_URL="postgres://g:m@base.example.org:5433/guichet", BROKER_URL="redis://file.example.org/0",
    )  # fmt: skip
    assert (code, lu) == (
        0,
        "('base.example.org', 'redis://file.example.org/0',"
        " {'visibility_timeout': 180, 'unacked_restore_interval': 2, 'unacked_restore_throttle': 1})",
    )


def test_sans_rien_dire_c_est_le_serveur_du_projet_et_sa_file():
    code, lu = lancer(
        "(settings.DATABASES['default']['HOST'].endswith('pg-demo/prise') or 'guichet-' in settings.DATABASES['default']['HOST'],"
        " settings.CELERY_BROKER_URL, settings.DEBUG, settings.CELERY_TASK_ACKS_LATE)"
    )
    assert (code, lu) == (0, "(True, 'pgmq://localhost', False, True)")


def test_en_https_les_cookies_et_l_hsts_suivent():
    code, lu = lancer(
        "(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT,"
        " settings.SECURE_HSTS_SECONDS, settings.CSRF_TRUSTED_ORIGINS)",
        GUICHET_HTTPS="1", GUICHET_HOTES="guichet.example.org",
    )  # fmt: skip
    assert (code, lu) == (0, "(True, True, True, 31536000, ['https://guichet.example.org'])")


def test_le_secret_est_ecrit_une_fois_et_lisible_de_son_proprietaire_seul(tmp_path):
    premier, second = (lancer("settings.SECRET_KEY", GUICHET_VAR=str(tmp_path)) for _ in range(2))
    assert (premier, (tmp_path / "secret").stat().st_mode & 0o777) == (second, 0o600)


def test_le_web_ne_charge_ni_weasyprint_ni_ses_bibliotheques():
    """The web worker stays light: making a PDF is the worker's business."""
    code, lu = lancer(
        "__import__('guichet.wsgi') and __import__('guichet.urls') and __import__('django.urls').urls.get_resolver().url_patterns"
        " and [m for m in __import__('sys').modules if m.startswith(('weasyprint', 'pydyf', 'fontTools'))]"
    )
    assert (code, lu) == (0, "[]")
