"""Which documents grow old, and what a step still lacks."""

import datetime as dt
from dataclasses import dataclass, field

from dossiers.regles.pieces import DEMANDES, MOIS_DE_VALIDITE, SERT, Manque, est_valable, manques, peremption
from workflows.graphe_formalites import graphe

JOUR = dt.date(2027, 3, 1)


@dataclass
class Papier:
    nature: str
    etapes: list[str] = field(default_factory=list)
    recue_le: dt.date | None = JOUR
    perime_le: dt.date | None = None


def test_ce_que_les_bureaux_veulent_frais_vaut_trois_mois():
    etabli = dt.date(2026, 11, 30)
    assert {n: peremption(n, etabli, None) for n in (*MOIS_DE_VALIDITE, "rib")} == {
        "casier": dt.date(2027, 2, 28), "bonne_situation": dt.date(2027, 2, 28), "domicile": dt.date(2027, 2, 28), "rib": None,
    }  # fmt: skip
    assert peremption("casier", etabli, dt.date(2027, 1, 1)) == dt.date(2027, 1, 1)
    assert peremption("casier", None, None) is None


def test_un_document_attendu_ou_perime_ne_vaut_rien():
    papiers = [
        Papier("rib"),
        Papier("rib", recue_le=None),
        Papier("rib", perime_le=JOUR),
        Papier("rib", perime_le=JOUR - dt.timedelta(1)),
    ]
    assert [est_valable(p, JOUR) for p in papiers] == [True, False, True, False]


def test_les_etapes_servies_existent():
    assert {c for codes in SERT.values() for c in codes} - set(graphe()) == set()
    assert DEMANDES["F19"] == ("identite", "inscription")


def test_un_document_sert_plusieurs_etapes():
    inscription = Papier("inscription", ["F19", "F21", "F24"])
    assert {c: [m.nature for m in manques([inscription], c, JOUR)] for c in ("F19", "F21", "F24", "F27")} == {
        "F19": ["identite"], "F21": ["identite", "diplome", "contrat", "rib"], "F24": [], "F27": [],
    }  # fmt: skip


def test_la_licence_tient_lieu_d_inscription():
    assert manques([Papier("licence", ["F19", "F24"])], "F24", JOUR) == []


def test_un_document_perime_manque_avec_sa_date():
    casier = Papier("casier", ["F08"], perime_le=dt.date(2027, 2, 1))
    assert manques([casier, Papier("identite", ["F08"])], "F08", JOUR) == [Manque("casier", dt.date(2027, 2, 1))]
    assert manques([casier, Papier("casier", ["F08"]), Papier("identite", ["F08"])], "F08", JOUR) == []


def test_un_autre_document_manque_par_son_nom():
    photos = Papier("autre", ["F27"], recue_le=None)
    assert manques([photos], "F27", JOUR) == [Manque("autre", None, photos)]
