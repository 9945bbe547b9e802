"""The law's spacings, sentence by sentence, on days written down."""

import datetime as dt
from dataclasses import dataclass

import pytest

from dossiers.regles.delais import mois_apres
from workflows.ecarts_legaux import Constat, constater, fin_de_licence, interdire, refuser_expiration


@dataclass
class Ligne:
    etat: str = "a_faire"
    depose_le: dt.date | None = None
    decision_le: dt.date | None = None
    signe_le: dt.date | None = None
    expire_le: dt.date | None = None


def le(texte):
    return dt.date.fromisoformat(texte)


def dit(code, aujourdhui, ouverture=None, **faits):
    lignes = {code: Ligne(**faits)}
    constats = constater(code, lignes, le(ouverture) if ouverture else None, le(aujourdhui))
    return [(c.phrase.replace("\u00a0", " "), c.ton) for c in constats]


def test_la_declaration_precede_l_ouverture_de_trente_jours():
    assert dit("F17", "2027-03-01", "2027-09-01") == [
        ("À déposer au plus tard le 2 août 2027, 30 jours avant l’ouverture.", "info")
    ]
    assert dit("F17", "2027-07-20", "2027-09-01")[0][1] == "alerte"
    assert dit("F17", "2027-08-10", "2027-09-01") == [
        (
            "À déposer avant le 2 août 2027 pour ouvrir le 1ᵉʳ septembre 2027 : c’est passé. Déposée aujourd’hui,"
            " l’ouverture serait possible à partir du 9 septembre 2027.",
            "danger",
        )
    ]
    assert dit("F17", "2027-08-20", "2027-09-01", etat="deposee", depose_le=le("2027-08-10")) == [
        (
            "Déclarée le 10 août 2027 : l’ouverture du 1ᵉʳ septembre 2027 est trop proche, elle est possible à partir du"
            " 9 septembre 2027.",
            "danger",
        )
    ]
    assert dit("F17", "2027-08-20", "2027-09-01", etat="deposee", depose_le=le("2027-08-02")) == []


def test_sans_date_d_ouverture_la_declaration_n_a_pas_de_limite():
    assert dit("F17", "2027-03-01") == []


@pytest.mark.parametrize(
    ("aujourdhui", "faits", "attendu"),
    [
        ("2027-03-01", {}, []),
        (
            "2027-03-15",
            {"signe_le": le("2027-03-01")},
            [("À communiquer à l’Ordre au plus tard le 31 mars 2027, 30 jours après la signature.", "alerte")],
        ),
        (
            "2027-04-01",
            {"signe_le": le("2027-03-01")},
            [("À communiquer à l’Ordre : la limite du 31 mars 2027 est passée.", "danger")],
        ),
        ("2027-04-01", {"signe_le": le("2027-03-01"), "depose_le": le("2027-03-31")}, []),
        (
            "2027-05-01",
            {"signe_le": le("2027-03-01"), "depose_le": le("2027-04-01")},
            [("Communiqués à l’Ordre 1 jour après la limite du 31 mars 2027.", "danger")],
        ),
    ],
)
def test_les_contrats_vont_a_l_ordre_dans_les_trente_jours(aujourdhui, faits, attendu):
    assert dit("F13", aujourdhui, **faits) == attendu


@pytest.mark.parametrize(
    ("aujourdhui", "faits", "attendu"),
    [
        ("2027-01-15", {}, [("À déclarer au plus tard le 28 février 2027, un mois après le début d’activité.", "info")]),
        ("2027-02-01", {}, [("À déclarer au plus tard le 28 février 2027, un mois après le début d’activité.", "alerte")]),
        ("2027-03-01", {}, [("La limite du 28 février 2027 est passée : à déclarer sans attendre.", "danger")]),
        ("2027-03-01", {"depose_le": le("2027-02-28")}, []),
        ("2027-03-09", {"depose_le": le("2027-03-01")}, [("Déclarée après la limite du 28 février 2027.", "danger")]),
    ],
)  # fmt: skip
def test_la_carmf_se_declare_dans_le_mois(aujourdhui, faits, attendu):
    assert dit("F24", aujourdhui, "2027-01-31", **faits) == attendu


def test_l_ordre_a_trois_mois_pour_repondre():
    depose = {"etat": "deposee", "depose_le": le("2026-11-30")}
    assert dit("F08", "2027-02-28", **depose) == [
        ("L’Ordre répond au plus tard le 28 février 2027, trois mois après un dossier complet.", "info")
    ]
    assert dit("F08", "2027-03-01", **depose) == [
        ("L’Ordre devait répondre avant le 28 février 2027 : les trois mois sont passés.", "danger")
    ]
    assert dit("F08", "2027-03-01", etat="obtenue", depose_le=le("2026-11-30")) == []


def test_une_licence_se_renouvelle_avant_de_remplacer():
    licence = {"etat": "obtenue", "decision_le": le("2026-12-01")}
    assert dit("R01", "2027-03-01", **licence) == [
        ("Licence valable jusqu’au 15 novembre 2027 (15 novembre supposé, à vérifier).", "info")
    ]
    assert dit("R01", "2027-10-15", **licence, expire_le=le("2027-11-30")) == [
        ("Licence valable jusqu’au 30 novembre 2027 : demandez le renouvellement.", "alerte")
    ]
    assert dit("R01", "2027-12-01", **licence, expire_le=le("2027-11-30")) == [
        ("Licence expirée le 30 novembre 2027 : plus de remplacement avant son renouvellement.", "danger")
    ]
    faits = {"R01": Ligne(**licence, expire_le=le("2027-11-30")), "R02": Ligne()}
    assert interdire("R02", faits, le("2027-11-30")) is None
    assert interdire("R02", faits, le("2027-12-01")).replace("\u00a0", " ") == (
        "La licence de remplacement a expiré le 30 novembre 2027 (R01) : renouvelez-la d’abord."
    )


def test_sans_date_la_licence_finit_au_prochain_quinze_novembre():
    fins = [fin_de_licence(le(j)) for j in ("2027-01-10", "2027-11-14", "2027-11-15")]
    assert fins == [le("2027-11-15"), le("2027-11-15"), le("2028-11-15")]


def test_une_licence_n_expire_pas_avant_d_etre_obtenue():
    assert refuser_expiration(le("2026-11-15"), le("2026-12-01")) == "La licence expirerait avant d’être obtenue."
    assert refuser_expiration(le("2027-11-15"), le("2026-12-01")) is None


def test_l_ouverture_attend_trente_jours_pleins():
    faits = {"F17": Ligne(etat="deposee", depose_le=le("2027-08-02")), "F35": Ligne()}
    jours = [interdire("F35", faits, le(j)) is None for j in ("2027-08-31", "2027-09-01")]
    assert jours == [False, True]
    assert constater("F35", faits, None, le("2027-08-20")) == [
        Constat("Possible à partir du 1ᵉʳ\u00a0septembre\u00a02027, 30 jours après la déclaration à l’Ordre (F17).")
    ]
    assert constater("F35", faits, le("2027-08-25"), le("2027-08-20"))[0].ton == "danger"


def test_ce_qui_est_sans_objet_n_a_plus_de_limite():
    assert dit("F24", "2027-03-01", "2027-01-31", etat="sans_objet") == []


def test_une_etape_sans_regle_ne_dit_rien():
    assert dit("F01", "2027-03-01", "2027-01-31") == []


def test_un_mois_apres_la_fin_d_un_mois():
    assert [mois_apres(le(j), n) for j, n in (("2027-01-31", 1), ("2027-11-30", 3), ("2028-02-29", 12))] == [
        le("2027-02-28"), le("2028-02-29"), le("2029-02-28"),
    ]  # fmt: skip
