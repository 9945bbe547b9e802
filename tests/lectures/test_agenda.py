"""What leaves for a calendar: dates, gestures, dossier numbers, and nothing of anybody."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.affectations import prendre
from dossiers.actions.appels import Promesse
from dossiers.lectures.agenda import flux
from dossiers.models import Dossier, Engagement
from tests.aides import besoin, donner_referent, ouvrir_dossier, personne, relu

pytestmark = pytest.mark.django_db

DEMAIN = timezone.now().replace(microsecond=0) + dt.timedelta(days=1)


@pytest.fixture
def occupe(bruno):
    """Return a dossier on which Bruno owes a callback and carries the housing."""
    promesse = Promesse(nature="rappel", pour_le=DEMAIN, quoi="Zibeline attend l’adresse du cabinet")
    dossier = ouvrir_dossier(
        bruno, personnes=(personne("Zibeline", courriel="zibeline@example.org"),), nom_appelant="Claire Zibeline",
        texte="Pangolin", promesse=promesse,
    )  # fmt: skip
    dossier = donner_referent(dossier, bruno)
    prendre(besoin(dossier, "logement"), agent=bruno, version=relu(dossier).version, cle=uuid.uuid4())
    return relu(dossier)


def evenements(agent):
    """Return the events of a feed, unfolded, property by property."""
    texte = flux(agent, timezone.now()).replace("\r\n ", "")
    blocs = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", texte, re.S)
    return [dict(ligne.split(":", 1) for ligne in bloc.strip().split("\r\n")) for bloc in blocs]


def test_l_agenda_tient_mes_promesses_et_mes_echeances(occupe, bruno):
    promesse, logement = Engagement.objects.get(), besoin(occupe, "logement")
    attendus = [
        (f"promesse-{promesse.pk}@guichet", f"Rappeler : {occupe.numero}"),
        (f"demarche-{logement.pk}@guichet", f"Échéance : {occupe.numero}"),
    ]
    assert [(e["UID"], e["SUMMARY"]) for e in evenements(bruno)] == attendus


def test_une_promesse_finit_a_son_heure_en_temps_universel(occupe, bruno):
    rappel, echeance = evenements(bruno)
    fin = DEMAIN.astimezone(dt.UTC)
    assert (rappel["DTSTART"], rappel["DTEND"]) == (
        f"{fin - dt.timedelta(minutes=15):%Y%m%dT%H%M%SZ}", f"{fin:%Y%m%dT%H%M%SZ}",
    )  # fmt: skip
    assert echeance["DTSTART;VALUE=DATE"] == f"{besoin(occupe, 'logement').echeance:%Y%m%d}"


def test_rien_de_personne_ne_part_dans_l_agenda(occupe, bruno):
    texte = flux(bruno, timezone.now()).replace("\r\n ", "").lower()
    mots = (
        "zibeline",
        "claire",
        "pangolin",
        "anduze",
        "cabinet",
        "logement",
        "0465",
        "+33",
        "tel:",
        "example.org",
        "bruno",
    )
    assert [m for m in mots if m in texte] == []


def test_l_agenda_d_un_autre_ne_dit_rien_de_mes_dates(occupe, amina, chloe, fabien):
    assert [evenements(a) for a in (amina, chloe, fabien)] == [[], [], []]


def test_ce_que_l_agent_ne_voit_plus_quitte_son_agenda(occupe, amina):
    Engagement.objects.update(agent=amina)
    avant = [e["SUMMARY"] for e in evenements(amina)]
    Dossier.objects.filter(pk=occupe.pk).update(confidentiel=True)
    assert (avant, evenements(amina)) == ([f"Rappeler : {occupe.numero}"], [])


def test_une_promesse_tenue_quitte_l_agenda(occupe, bruno):
    Engagement.objects.update(fait_le=timezone.now(), resultat="fait")
    assert [e["UID"].split("-")[0] for e in evenements(bruno)] == ["demarche"]
