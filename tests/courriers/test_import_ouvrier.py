"""An import with a real worker in its own process: killed in the middle, it leaves neither a double nor a loss."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from dossiers.actions import imports as actions
from dossiers.actions import imports_lots as lots
from dossiers.models import Appel, Dossier, Import
from tests.actions.test_imports import CHAMPS, beaucoup, fichier
from tests.aides import relu
from tests.courriers.conftest import attendre

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.xdist_group("ouvrier")]


def attendre_la_phase(importation, phase):
    attendre(lambda: relu(importation).phase == phase, f"l’import à « {phase} »")


def test_un_ouvrier_tue_au_milieu_ne_laisse_ni_double_ni_perte(ouvrier, bruno):
    importation = actions.deposer("appels.xlsx", fichier(*beaucoup(26)), agent=bruno, cle=uuid.uuid4())
    actions.relier(importation, CHAMPS, lire_texte=True, agent=bruno, cle=uuid.uuid4())
    attendre_la_phase(importation, "a_verifier")
    actions.lancer(importation, agent=bruno, cle=uuid.uuid4())
    attendre(lambda: Appel.objects.count() >= 3, "les premières lignes")
    ouvrier.tuer()
    ecrites = importation.lignes.filter(sort="importee").count()
    # what is written and what is said to be are one: the line is marked in the very transaction of its call
    assert (3 <= ecrites < 26, Appel.objects.count(), relu(importation).phase) == (True, ecrites, "en_cours")
    ouvrier.demarrer()
    Import.objects.update(bouge_le=timezone.now() - dt.timedelta(minutes=5))
    assert lots.reprendre(timezone.now()) == 1
    attendre_la_phase(importation, "termine")
    noms = list(Appel.objects.values_list("nom_appelant", flat=True))
    assert (len(noms), len(set(noms)), Dossier.objects.count()) == (26, 26, 26)
    assert "NOMA" not in ouvrier.dires().upper()
