"""RFC 5545: escaping, folding, and a whole file."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.ics import Journee, calendrier, echapper, plier


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("a, b; c", "a\\, b\\; c"), ("l\\n", "l\\\\n"), ("un\ndeux\r\ntrois\rquatre", "un\\ndeux\\ntrois\\nquatre")],
)
def test_un_texte_s_echappe(texte, attendu):
    assert echapper(texte) == attendu


def test_une_ligne_courte_ne_se_plie_pas():
    assert plier("a" * 75) == "a" * 75


def test_une_ligne_longue_se_plie_sans_couper_un_caractere():
    assert plier("a" * 76) == "a" * 75 + "\r\n a"
    assert plier("a" * 74 + "éé") == "a" * 74 + "\r\n éé"


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=400))
def test_pliee_puis_depliee_la_ligne_est_la_meme_et_tient_en_75_octets(texte):
    pliee = plier(texte)
    assert pliee.replace("\r\n ", "") == texte
    assert max(len(morceau.encode()) for morceau in pliee.split("\r\n")) <= 75


def test_un_calendrier_entier():
    jour = Journee(
        "X-1@guichet", "VPA : logement, visites", dt.date(2027, 3, 1), dt.date(2027, 3, 5), "Qui agit : le guichet"
    )
    paris = dt.timezone(dt.timedelta(hours=1))
    assert calendrier("Dossier VPA", [jour], dt.datetime(2026, 11, 24, 9, 30, tzinfo=paris)).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Guichet//Retroplanning//FR",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Dossier VPA",
        "BEGIN:VEVENT",
        "UID:X-1@guichet",
        "DTSTAMP:20261124T083000Z",
        "DTSTART;VALUE=DATE:20270301",
        "DTEND;VALUE=DATE:20270306",
        "SUMMARY:VPA : logement\\, visites",
        "DESCRIPTION:Qui agit : le guichet",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
