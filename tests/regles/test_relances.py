"""The ladder as a pure function, by its table of days."""

import datetime as dt
from itertools import pairwise

import pytest

from dossiers.regles.delais import Calendrier, Pause
from dossiers.regles.relances import ALERTE, LETTRE, RATTRAPEE, Attente, Echelon, echelons_dus

LUNDI = dt.date(2026, 3, 2)
C10, C25, C40 = Echelon.CANDIDAT_10, Echelon.CANDIDAT_25, Echelon.CANDIDAT_40
P5, P10, P15 = Echelon.PARTENAIRE_5, Echelon.PARTENAIRE_10, Echelon.PARTENAIRE_15


def attente(attend, **champs):
    depuis = dt.datetime.combine(LUNDI, dt.time(9), dt.UTC)
    return Attente(dossier_id=1, demarche_id=1, precision="", attend=attend, depuis=depuis, depart=LUNDI, **champs)


def apres(jours):
    return LUNDI + dt.timedelta(days=jours)


@pytest.mark.parametrize(
    ("jours", "attendus"),
    [
        (0, []),
        (9, []),
        (10, [(C10, LETTRE)]),
        (24, [(C10, LETTRE)]),
        (25, [(C10, RATTRAPEE), (C25, LETTRE)]),
        (39, [(C10, RATTRAPEE), (C25, LETTRE)]),
        (40, [(C10, RATTRAPEE), (C25, LETTRE), (C40, ALERTE)]),
        (400, [(C10, RATTRAPEE), (C25, LETTRE), (C40, ALERTE)]),
    ],
)
@pytest.mark.parametrize("attend", ["candidat", "conjoint"])
def test_ce_qu_un_foyer_silencieux_recoit_apres_un_si_long_silence(attend, jours, attendus):
    assert echelons_dus(attente(attend), {}, apres(jours)) == attendus


@pytest.mark.parametrize(
    ("jours", "attendus"),
    [
        (7, []),  # the fifth working day is Monday the 9th: it is not over
        (8, [(P5, ALERTE)]),
        (14, [(P5, ALERTE)]),
        (15, [(P5, RATTRAPEE), (P10, ALERTE)]),
        (21, [(P5, RATTRAPEE), (P10, ALERTE)]),
        (22, [(P5, RATTRAPEE), (P10, RATTRAPEE), (P15, ALERTE)]),
        (300, [(P5, RATTRAPEE), (P10, RATTRAPEE), (P15, ALERTE)]),
    ],
)
@pytest.mark.parametrize("attend", ["partenaire", "ars", "cpam"])
def test_un_partenaire_muet_se_signale_en_jours_ouvres(attend, jours, attendus):
    assert echelons_dus(attente(attend), {}, apres(jours)) == attendus


@pytest.mark.parametrize("attend", ["guichet", "personne"])
def test_le_guichet_ne_se_relance_pas_lui_meme(attend):
    assert echelons_dus(attente(attend), {}, apres(400)) == []


def test_une_fermeture_et_une_pause_repoussent_l_echelon():
    fermee = attente("cpam", calendrier=Calendrier("x", frozenset({apres(1)})))
    assert [echelons_dus(fermee, {}, apres(n)) for n in (8, 9)] == [[], [(P5, ALERTE)]]
    arretee = attente("candidat", pauses=(Pause(apres(2), apres(7), "x"),))
    assert [echelons_dus(arretee, {}, apres(n)) for n in (14, 15)] == [[], [(C10, LETTRE)]]


def test_la_seconde_lettre_suit_la_premiere_de_quinze_jours_meme_partie_tard():
    faites = {C10: (LETTRE, apres(24))}
    assert [echelons_dus(attente("candidat"), faites, apres(n)) for n in (25, 38, 39)] == [[], [], [(C25, LETTRE)]]


def test_une_personne_a_qui_l_on_vient_d_ecrire_attend_sans_rien_perdre():
    silence = attente("candidat")
    assert echelons_dus(silence, {}, apres(12), peut_ecrire=False) == []
    assert echelons_dus(silence, {}, apres(14)) == [(C10, LETTRE)]


@pytest.mark.parametrize("attend", ["candidat", "cpam"])
@pytest.mark.parametrize("pas", [1, 2, 3, 7, 11, 17, 29, 45, 90])
def test_quel_que_soit_le_rythme_de_l_horloge_chaque_echelon_est_franchi_une_fois(attend, pas):
    """The clock may stop for any length: each rung ends written once, no letter follows another within fifteen days."""
    faites, lettres = {}, []
    for jour in range(0, 200, pas):
        for echelon, issue in echelons_dus(attente(attend), faites, apres(jour)):
            assert echelon not in faites
            faites[echelon] = (issue, apres(jour))
            lettres += [jour] * (issue == LETTRE)
    assert set(faites) == ({C10, C25, C40} if attend == "candidat" else {P5, P10, P15})
    assert all(b - a >= 15 for a, b in pairwise(lettres))
