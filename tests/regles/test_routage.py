"""Routing as plain facts: which rule, whom, whom they stand in for, and the same over past months."""

import datetime as dt

import pytest

from dossiers.regles.routage import Conge, Demande, Equipier, Regle, choisir, regle_de, rejouer, remplacer

LUNDI = dt.date(2026, 11, 23)
ANDUZE, ALES = 1, 2
AGGLO, CPAM = 10, 20
BRUNO, ESTELLE, CHLOE = 100, 101, 200

EQUIPE = {
    BRUNO: Equipier(cle=BRUNO, nom="Lefèvre Bruno", organisme=AGGLO, besoins=frozenset({"logement", "formalites"})),
    ESTELLE: Equipier(cle=ESTELLE, nom="Roux Estelle", organisme=AGGLO, besoins=frozenset({"logement"})),
    CHLOE: Equipier(cle=CHLOE, nom="Martinez Chloé", organisme=CPAM, besoins=frozenset({"formalites"})),
}


def regle(cle, besoin="logement", organisme=AGGLO, **faits):
    return Regle(cle=cle, besoin=besoin, organisme=organisme, **faits)


def demande(besoin="logement", communes=(ANDUZE,), statut="interne", jour=LUNDI, fin=None):
    return Demande(besoin=besoin, communes=frozenset(communes), statut=statut, jour=jour, fin=fin)


def conge(cle, agent, remplacant=None, debut=LUNDI, jours=4):
    return Conge(cle=cle, agent=agent, debut=debut, fin=debut + dt.timedelta(days=jours), remplacant=remplacant)


REGLES = [
    regle(1),
    regle(2, statut="interne"),
    regle(3, commune=ANDUZE),
    regle(4, commune=ANDUZE, statut="interne"),
    regle(5, commune=ALES),
    regle(6, "formalites", CPAM),
    regle(7, "scolarisation", commune=ALES),
]


@pytest.mark.parametrize(
    ("besoin", "communes", "statut", "attendue"),
    [
        ("logement", (ANDUZE,), "interne", 4),
        ("logement", (ANDUZE,), "salarie", 3),
        ("logement", (ALES,), "interne", 5),
        ("logement", (), "interne", 2),
        ("logement", (), "", 1),
        ("logement", (ANDUZE, ALES), "salarie", 3),
        ("formalites", (ALES,), "interne", 6),
        ("scolarisation", (ANDUZE,), "interne", None),
        ("emploi_conjoint", (ALES,), "interne", None),
    ],
)
def test_la_regle_la_plus_precise_l_emporte(besoin, communes, statut, attendue):
    trouvee = regle_de(demande(besoin, communes, statut), REGLES)
    assert (trouvee and trouvee.cle) == attendue


def test_l_ordre_des_regles_ne_change_rien():
    assert regle_de(demande(), REGLES) == regle_de(demande(), REGLES[::-1])


def test_une_version_publiee_passe_avant_les_regles_d_origine():
    assert regle_de(demande(), [*REGLES, regle(9, version=2)]).cle == 9


@pytest.mark.parametrize(
    ("charges", "conges", "attendu"),
    [
        ({}, [], BRUNO),
        ({BRUNO: 3, ESTELLE: 2}, [], ESTELLE),
        ({BRUNO: 2, ESTELLE: 2}, [], BRUNO),
        ({BRUNO: 0, ESTELLE: 9}, [conge(1, BRUNO)], ESTELLE),
        ({}, [conge(1, BRUNO), conge(2, ESTELLE)], None),
        ({}, [conge(1, BRUNO, debut=LUNDI - dt.timedelta(days=9))], BRUNO),
    ],
)
def test_le_moins_charge_des_presents(charges, conges, attendu):
    assert choisir(demande(), [regle(1, moins_charge=True)], EQUIPE, conges, charges).agent == attendu


def test_le_moins_charge_ne_va_qu_a_qui_peut_porter_le_besoin():
    choix = choisir(demande("formalites"), [regle(1, "formalites", moins_charge=True)], EQUIPE, [], {BRUNO: 50})
    assert (choix.agent, choix.charges) == (BRUNO, ((BRUNO, 50),))


@pytest.mark.parametrize(
    ("conges", "attendu"),
    [
        ([], (BRUNO, None)),
        ([conge(1, BRUNO, ESTELLE)], (ESTELLE, 1)),
        ([conge(1, BRUNO, ESTELLE), conge(2, ESTELLE, CHLOE)], (CHLOE, 1)),
        ([conge(1, BRUNO, ESTELLE), conge(2, ESTELLE, BRUNO)], (None, 1)),
        ([conge(1, BRUNO)], (None, 1)),
        ([conge(1, BRUNO, ESTELLE, debut=LUNDI + dt.timedelta(days=1))], (BRUNO, None)),
        ([conge(1, BRUNO, ESTELLE, debut=LUNDI - dt.timedelta(days=4))], (ESTELLE, 1)),
    ],
)
def test_qui_remplace_qui(conges, attendu):
    present, absence = remplacer(BRUNO, LUNDI, conges)
    assert (present, absence and absence.cle) == attendu


def test_un_remplacant_qui_ne_peut_pas_porter_le_besoin_ne_le_recoit_pas():
    regles = [regle(1, "formalites", agent=BRUNO)]
    choix = choisir(demande("formalites"), regles, EQUIPE, [conge(1, BRUNO, ESTELLE)], {})
    assert (choix.agent, choix.conge.cle) == (None, 1)


def test_un_agent_d_un_autre_organisme_que_la_regle_ne_recoit_rien():
    assert choisir(demande("formalites"), [regle(1, "formalites", CPAM, agent=BRUNO)], EQUIPE, [], {}).agent is None


def test_rejouer_fait_monter_et_descendre_les_charges():
    jours = [LUNDI + dt.timedelta(days=n) for n in range(5)]
    demandes = [
        demande(jour=jours[0], fin=jours[3]),
        demande(jour=jours[1]),
        demande(jour=jours[2]),
        demande(jour=jours[3]),
        demande(jour=jours[4]),
    ]
    choix = rejouer(demandes, [regle(1, moins_charge=True)], EQUIPE, [], {})
    # Bruno's first need ends on the fourth day: he is the least loaded again, by name then by count
    assert [c.agent for c in choix] == [BRUNO, ESTELLE, BRUNO, BRUNO, ESTELLE]


def test_rejouer_respecte_les_absences_du_jour():
    jours = [LUNDI + dt.timedelta(days=n) for n in range(3)]
    regles = [regle(1, agent=BRUNO)]
    choix = rejouer(
        [demande(jour=j) for j in jours], regles, EQUIPE, [conge(1, BRUNO, ESTELLE, debut=jours[1], jours=0)], {}
    )
    assert [c.agent for c in choix] == [BRUNO, ESTELLE, BRUNO]
