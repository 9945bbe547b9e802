"""The probable opening: hand-made tables per profile (domaine.md §1), and what happens on the way."""

import datetime as dt

import pytest

from workflows.chemin_critique import JALONS, Avancee, calculer_fins, chemin_critique, projeter
from workflows.ecarts_legaux import jour_d_ouverture_permis
from workflows.graphe_formalites import PROFILS, codes_du_profil, etapes_du_profil

JOUR = dt.date(2026, 11, 24)
FAIT = Avancee(finie_le=JOUR)
ACQUIS = {"F03": FAIT, "F04": FAIT}
"""Thesis and specialised diploma are there already."""

TABLE = {
    # profile: days of the shortest, usual and longest path, added up by hand
    "LIB": (54, 165, 465),
    "COLL": (54, 165, 460),
    "UE": (60, 165, 465),
    "SAL": (33, 85, 195),
    "REMP": (15, 47, 97),
    "REMP_NON_THESE": (9, 33, 90),
    "PADHUE": (380, 947, 1597),
    "DOCTEUR_JUNIOR": (15, 47, 97),
}
CHEMINS = {
    "LIB": "F01 F10 F11 F12 F13 F17 F21 F29 F35",
    "COLL": "F01 F10 F11 F12 F13 F17 F21 F29 F35",
    "UE": "F01 F10 F11 F12 F13 F17 F21 F29 F35",
    "SAL": "F07 F08 S02",
    "REMP": "F08 F09",
    "REMP_NON_THESE": "F01 F10 F14",
    "PADHUE": "F06 F08 F09",
    "DOCTEUR_JUNIOR": "F08 F09",
}


def dans(jours):
    return JOUR + dt.timedelta(days=jours)


def durees(profil, avancees):
    etapes = etapes_du_profil(profil)
    return tuple(
        max((calculer_fins(etapes, avancees, JOUR, k)[c] - JOUR).days for c in JALONS[profil][1]) for k in range(3)
    )


def test_chaque_profil_a_un_but_parmi_ses_etapes():
    assert set(JALONS) == set(PROFILS)
    assert [p for p, (_, but) in JALONS.items() if not set(but) <= codes_du_profil(p)] == []


@pytest.mark.parametrize("profil", TABLE)
def test_les_durees_d_un_profil_sont_celles_de_la_table(profil):
    assert durees(profil, ACQUIS) == TABLE[profil]


@pytest.mark.parametrize("profil", CHEMINS)
def test_le_chemin_critique_est_celui_de_la_table(profil):
    assert " ".join(chemin_critique(profil, ACQUIS, JOUR)) == CHEMINS[profil]


def test_la_loi_repousse_une_ouverture_trop_proche_de_la_declaration():
    """The declaration ends at D+40 at the earliest and D+136 usually: thirty days more are due (F17, F35)."""
    p = projeter("LIB", ACQUIS, JOUR)
    assert (p.libelle, p.au_plus_tot, p.probable, p.au_plus_tard, p.legal_le) == (
        "Ouverture", dans(70), dans(166), dans(465), dans(70),
    )  # fmt: skip


def test_la_loi_ne_dit_rien_d_un_salarie():
    p = projeter("SAL", ACQUIS, JOUR)
    assert (p.libelle, p.au_plus_tot, p.probable, p.au_plus_tard, p.legal_le) == (
        "Prise de poste", dans(33), dans(85), dans(195), None,
    )  # fmt: skip


def test_une_etape_commencee_finit_a_son_heure_et_jamais_avant_aujourd_hui():
    """F11 begun forty days ago usually has twenty left; begun a hundred days ago it may end today: the Order decides."""
    debut = {**ACQUIS, "F01": FAIT, "F10": FAIT}
    reste = [
        (
            projeter("LIB", {**debut, "F11": Avancee(commencee_le=dans(-j))}, JOUR).probable - JOUR
        ).days
        for j in (0, 40, 100)
    ]  # fmt: skip
    assert reste == [140, 100, 90]
    assert chemin_critique("LIB", {**debut, "F11": Avancee(commencee_le=dans(-40))}, JOUR)[0] == "F11"


def test_une_etape_faite_quitte_le_chemin():
    assert chemin_critique("LIB", {**ACQUIS, "F01": FAIT, "F10": FAIT}, JOUR)[0] == "F11"


def test_le_but_atteint_il_n_y_a_plus_de_projection():
    assert projeter("LIB", {"F35": FAIT}, JOUR) is None


def test_sans_these_ni_specialite_le_plus_tard_s_eloigne():
    """F04 may take 730 days, then F07, F08, F19 and F20 at their longest."""
    assert durees("LIB", {}) == (54, 165, 730 + 30 + 90 + 30 + 60)


def test_trente_jours_separent_declaration_et_ouverture():
    assert jour_d_ouverture_permis(dt.date(2027, 1, 31)) == dt.date(2027, 3, 2)
