"""The eligibility table: statuses × zones × dates × modes, and never a promise."""

import datetime as dt
import itertools
import json
import re

import pytest
from django.conf import settings

from dossiers.regles import eligibilite
from dossiers.regles.criteres import REGLES
from dossiers.regles.droits import Nature
from dossiers.regles.eligibilite import MODES, SECTEURS, FicheAide, Issue, Projet, juger, natures_de, zones

JOUR = dt.date(2026, 9, 1)
ZIP, ZAC, HORS = zones(["ZIP"], False), zones(["ZAC"], False), zones(["HZ"], False)
FICHES = {
    f["code"]: FicheAide(
        code=f["code"], ouverture=f["ouverture"], ferme_depuis=f["ferme_depuis"], autorite=f["autorite"],
        confiance=f["confiance"], source=f["source"],
    )
    for f in json.loads((settings.BASE_DIR / "dossiers/donnees/dispositifs.json").read_text(encoding="utf-8"))
}  # fmt: skip
COMPLET = Projet(
    statut="primo_installation", mode="liberal", secteur="1", installation_le=JOUR, zones=ZIP, territoire="ales"
)


def projet(**faits):
    from dataclasses import replace

    return replace(COMPLET, **faits)


def avis(code, p):
    reponse = juger(FICHES[code], p)
    return str(reponse.issue), reponse.phrase


PROBABLE_CPAM = "Les conditions connues sont réunies ; seul l’organisme payeur (CPAM) répond."
AVANT_2026 = "Il vaut pour les installations depuis le 1ᵉʳ\u00a0janvier\u00a02026."
PAS_ZIP = "Le lieu n’y est pas classé à la date d’installation : il demande ZIP."
LIBERAL = "Il demande : installation libérale ou collaboration libérale."

TABLE = [
    # D01: first liberal installation, sector 1 or 2 OPTAM, ZIP, since 2026
    ("D01", {}, "probable", PROBABLE_CPAM),
    ("D01", {"mode": "collaborateur"}, "probable", PROBABLE_CPAM),
    ("D01", {"secteur": "2_optam"}, "probable", PROBABLE_CPAM),
    ("D01", {"secteur": "2"}, "impossible", "Il demande : secteur 1 ou secteur 2 avec OPTAM."),
    ("D01", {"mode": "salarie"}, "impossible", LIBERAL),
    ("D01", {"mode": "remplacant"}, "impossible", LIBERAL),
    ("D01", {"zones": ZAC}, "impossible", PAS_ZIP),
    ("D01", {"zones": HORS}, "impossible", PAS_ZIP),
    ("D01", {"installation_le": dt.date(2025, 12, 31)}, "impossible", AVANT_2026),
    ("D01", {"installation_le": dt.date(2026, 1, 1)}, "probable", PROBABLE_CPAM),
    ("D01", {"statut": "installe_autre_departement"}, "impossible", "Il est réservé à une première installation libérale."),
    ("D01", {"premiere": False}, "impossible", "Il est réservé à une première installation libérale."),
    ("D01", {"statut": "non_medecin"}, "impossible", "Ce dispositif s’adresse à un médecin."),
    (
        "D01", {"statut": "padhue_pcc", "premiere": True}, "impossible",
        "Pas d’exercice libéral pendant le parcours de consolidation des compétences.",
    ),
    ("D01", {"statut": "remplacant_these"}, "a_verifier", "Il manque : s’agit-il d’une première installation."),
    ("D01", {"zones": {}}, "a_verifier", "Il manque : le classement du lieu à cette date (ZIP)."),
    ("D01", {"installation_le": None}, "a_verifier", "Il manque : la date d’installation."),
    ("D01", {"secteur": "", "mode": ""}, "a_verifier", "Il manque : le mode d’exercice, le secteur conventionnel."),
    ("D01", {"zones_sures": False}, "a_verifier", "Le classement du lieu n’a pas été vérifié : demandez à l’ARS."),
    # a known fact against it wins over what is missing
    ("D01", {"secteur": "", "zones": HORS}, "impossible", PAS_ZIP),
    ("D02", {"zones": ZAC}, "probable", PROBABLE_CPAM),
    ("D02", {}, "impossible", "Le lieu n’y est pas classé à la date d’installation : il demande ZAC."),
    # D03 supposes a practice already open
    ("D03", {"statut": "installe_autre_departement"}, "probable", PROBABLE_CPAM),
    ("D03", {}, "impossible", "Il suppose une installation déjà faite."),
    # D04, D05: ZIP, or a district judged at the address
    ("D04", {"zones": zones(["HZ"], True)}, "probable", PROBABLE_CPAM),
    ("D04", {"zones": zones(["HZ"], None)}, "a_verifier", "Il manque : le classement du lieu à cette date (QPV)."),
    ("D04", {"zones": HORS}, "impossible", "Le lieu n’y est pas classé à la date d’installation : il demande ZIP ou QPV."),
    ("D05", {"statut": "installe_autre_departement", "zones": zones([], True)}, "probable", PROBABLE_CPAM),
    # D06: also within ten kilometres
    ("D06", {"zones": HORS}, "a_verifier", "Il manque : la distance à la zone la plus proche (10 km au plus)."),
    (
        "D06", {}, "a_verifier",
        "À confirmer : cinq demi-journées par semaine, installé depuis moins d’un an, exercice coordonné sous deux ans.",
    ),
    ("D07", {}, "impossible", "Ce statut n’est pas dans ses conditions."),
    (
        "D07", {"statut": "remplacant_licence", "mode": "remplacant"}, "a_verifier",
        "À confirmer : 29 jours par trimestre, dont 80 % en zone.",
    ),
    ("D08", {"statut": "padhue_pcc", "mode": "salarie"}, "a_verifier", "À confirmer : le calendrier de la faculté et la liste des postes."),
    # closed: since when, whatever the project
    ("D09", {}, "impossible", "Fermé depuis le 31/12/2025."),
    ("D10", {}, "impossible", "Fermé depuis le 31/12/2025."),
    ("D11", {}, "impossible", "Fermé depuis fin 2020 et février 2021."),
    # FRR: known, known not to be, unknown; and its end
    ("D15", {"zones": zones(["FRR"], False)}, "a_verifier", "À confirmer : le régime fiscal, avec le service des impôts."),
    ("D15", {"zones": zones(["HFRR"], False)}, "impossible", "Le lieu n’y est pas classé à la date d’installation : il demande FRR."),
    ("D15", {}, "a_verifier", "Il manque : le classement du lieu à cette date (FRR)."),
    (
        "D15", {"installation_le": dt.date(2030, 1, 1), "zones": zones(["FRR"], False)}, "impossible",
        "Il vaut pour les installations jusqu’au 31\u00a0décembre\u00a02029.",
    ),
    (
        "D25", {"statut": "docteur_junior", "mode": "remplacant"}, "impossible",
        "Il vaut pour les installations depuis le 1ᵉʳ\u00a0novembre\u00a02026.",
    ),
    ("D27", {"mode": "salarie"}, "impossible", "Il est propre à un autre territoire."),
    ("D27", {"mode": "salarie", "territoire": "gers"}, "a_verifier", "À confirmer : un poste ouvert au département du Gers."),
]  # fmt: skip


@pytest.mark.parametrize(("code", "faits", "issue", "phrase"), TABLE)
def test_la_table(code, faits, issue, phrase):
    assert avis(code, projet(**faits)) == (issue, phrase)


def test_chaque_reponse_a_sa_source():
    assert {code: juger(fiche, COMPLET).source for code, fiche in FICHES.items()} == {
        code: fiche.source for code, fiche in FICHES.items()
    }


def test_les_trente_quatre_lignes_et_les_huit_contrats_fermes():
    fermes = [code for code, fiche in FICHES.items() if fiche.ouverture == "ferme"]
    assert (len(FICHES), fermes, set(FICHES) - set(REGLES)) == (34, ["D09", "D10", "D11"], set(fermes))
    noms = {"D09": "CAIM", "D10": "COTRAM / COSCOM / CSTM", "D11": "PTMG / PTMA / PTMR / PIAS"}
    assert sum(nom.count("/") + 1 for nom in noms.values()) == 8


TOUS = [
    projet(statut=s, mode=m, secteur=c, zones=z, installation_le=j, premiere=p)
    for s, m, c, z, j, p in itertools.product(
        ["", "interne", "primo_installation", "padhue_pcc", "salarie"], ["", *MODES], ["", *SECTEURS],
        [{}, ZIP, ZAC, HORS, zones([], True)], [None, dt.date(2025, 6, 1), JOUR], [None, True, False],
    )
]  # fmt: skip


@pytest.mark.parametrize("code", FICHES)
def test_sur_tous_les_projets_ce_qui_manque_est_nomme_et_rien_n_est_promis(code):
    for p in TOUS:
        reponse = juger(FICHES[code], p)
        assert reponse.issue in set(Issue)
        assert re.search(r"(?i)éligible|vous aurez|garanti|\d+ ?€", reponse.phrase) is None
        if reponse.manque:
            assert reponse.issue == Issue.A_VERIFIER
            assert all(fait in reponse.phrase for fait in reponse.manque)
        if FICHES[code].ouverture == "ferme":
            assert reponse.issue == Issue.IMPOSSIBLE
        if reponse.issue == Issue.PROBABLE:
            assert (FICHES[code].ouverture, FICHES[code].confiance != "C") == ("ouvert", True)


@pytest.mark.parametrize("code", ["D01", "D02", "D04", "D05", "D06"])
def test_savoir_plus_ne_rend_jamais_possible_ce_qui_etait_impossible(code):
    """From unknown to known, « impossible » stays; only « à vérifier » may become something else."""
    for p in TOUS:
        if juger(FICHES[code], p).issue != Issue.IMPOSSIBLE or p.secteur:
            continue
        from dataclasses import replace

        assert juger(FICHES[code], replace(p, secteur="1")).issue == Issue.IMPOSSIBLE


@pytest.mark.parametrize(
    ("classes", "quartier", "dites"),
    [
        ([], None, {"ZIP": None, "ZAC": None, "FRR": None, "ZFU": None, "QPV": None}),
        (["ZIP"], None, {"ZIP": True, "ZAC": False, "FRR": None, "ZFU": None, "QPV": None}),
        (["HZ", "FRR"], False, {"ZIP": False, "ZAC": False, "FRR": True, "ZFU": None, "QPV": False}),
        (["ZAC", "HFRR", "ZFU"], True, {"ZIP": False, "ZAC": True, "FRR": False, "ZFU": True, "QPV": True}),
    ],
)
def test_ce_que_nulle_ligne_ne_dit_est_inconnu(classes, quartier, dites):
    assert zones(classes, quartier) == dites


@pytest.mark.parametrize(
    ("autorite", "natures"),
    [
        ("CPAM", {Nature.CPAM}),
        ("ARS", {Nature.ARS}),
        ("CNG / ARS / UFR", {Nature.ARS}),
        ("ARS / CPAM", {Nature.ARS, Nature.CPAM}),
        ("SIE / DDFiP", {Nature.ARS, Nature.CPAM}),
        ("préfet / ARS / Ordre", {Nature.ARS}),
    ],
)
def test_qui_repond_d_une_aide(autorite, natures):
    assert natures_de(autorite) == natures


def test_les_regles_ne_connaissent_que_des_codes_connus():
    assert set(REGLES) <= set(FICHES)
    statuts = set().union(*(c.statuts for c in REGLES.values()))
    assert set().union(*(c.modes for c in REGLES.values())) <= set(MODES)
    assert set().union(*(c.secteurs for c in REGLES.values())) <= set(SECTEURS)
    assert set().union(*(set(c.zones) for c in REGLES.values())) <= set(zones([], None))
    from dossiers.models import Personne

    assert statuts <= set(Personne.Statut.values)
    assert set(eligibilite.PREMIERE_PAR_STATUT) <= set(Personne.Statut.values)
