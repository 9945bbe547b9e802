"""Who this may already be: the traps of the thirty calls, then properties."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.doublons import SEUIL, Identite, Rapprochement, a_une_faute_pres, rapprocher

YANIS = Identite(nom="BENALI", prenom="Yanis", telephones=("+33639981207",), cle=2)
AMELIE = Identite(nom="CARON", prenom="Amélie", telephones=("+33639982015",), cle=6)
THOMAS = Identite(nom="VANHOUTTE", prenom="Thomas", telephones=("+33639982014",), cle=7)
CLAIRE = Identite(
    nom="DELMAS", prenom="Claire", telephones=("+33639981120",), courriel="claire.delmas@example.org", cle=1
)
LUC = Identite(nom="GRENIER", prenom="Luc", telephones=("+33639984153",), cle=15)
ANNE = Identite(nom="VASSEUR-LEMOINE", prenom="Anne-Marie", rpps="10002909371", cle=40)
HAMON = Identite(nom="HAMON", prenom="P.", courriel="p.hamon@example.org", cle=17)
BART = Identite(nom="DE SMET", prenom="Bart", nom_usage="Desmet-Roux", cle=23)
CONNUS = [YANIS, AMELIE, THOMAS, CLAIRE, LUC, ANNE, HAMON, BART]


@pytest.mark.parametrize(
    ("saisie", "attendu"),
    [
        (
            Identite(nom="Ben Ali", prenom="Yannis", telephones=("+33639981207",)),
            [(YANIS, 1.0, ("même téléphone", "même nom", "prénom voisin"))],
        ),
        (
            Identite(nom="CARRON", prenom="Amelie", telephones=("+33353012290",)),
            [(AMELIE, 0.45, ("nom voisin", "même prénom"))],
        ),
        (Identite(nom="caron"), [(AMELIE, 0.35, ("même nom",))]),
        (Identite(nom="Garnier", prenom="Luc"), [(LUC, 0.35, ("nom approchant", "même prénom"))]),
        (Identite(nom="Garnier"), []),
        (Identite(nom="GARNIER|GRENIER"), [(LUC, 0.25, ("nom composé voisin",))]),
        (Identite(nom="Claire", prenom="Delmas"), [(CLAIRE, 0.5, ("nom et prénom inversés",))]),
        (Identite(courriel="Claire.Delmas@Example.org "), [(CLAIRE, 0.6, ("même courriel",))]),
        (Identite(nom="Vasseur", prenom="Anne"), [(ANNE, 0.4, ("nom composé voisin", "prénom voisin"))]),
        (Identite(nom="Lemoine", rpps="10002909371"), [(ANNE, 1.0, ("même numéro RPPS", "nom composé voisin"))]),
        (Identite(nom="Hamon", prenom="Pierre"), [(HAMON, 0.45, ("même nom", "même initiale"))]),
        (Identite(nom="Desmet", prenom="Bart"), [(BART, 0.55, ("même nom", "même prénom"))]),
        # a couple, then flatmates, on one phone: shown, with what does not fit
        (
            Identite(nom="Delmas", prenom="Julien", telephones=("+33639981120",)),
            [(CLAIRE, 0.6, ("même téléphone", "même nom", "autre prénom"))],
        ),
        (
            Identite(nom="Roy", prenom="Marc", telephones=("+33639981120",), courriel="claire.delmas@example.org"),
            [(CLAIRE, 0.75, ("même courriel", "même téléphone", "autre nom", "autre prénom"))],
        ),
        # a namesake of another first name is nobody's double
        (Identite(nom="Delmas", prenom="Julien"), []),
        (Identite(prenom="Claire"), []),
        (Identite(), []),
        (Identite(telephones=("",)), []),
    ],
)
def test_une_identite_saisie_retrouve_qui_elle_peut_etre_et_dit_pourquoi(saisie, attendu):
    assert rapprocher(saisie, CONNUS) == [Rapprochement(*ligne) for ligne in attendu]


def test_le_plus_probable_vient_d_abord():
    homonyme = Identite(nom="Delmas", prenom="Claire", cle=49)
    saisie = Identite(nom="Delmas", prenom="Claire", telephones=("+33639981120",))
    assert [(r.candidat.cle, r.score) for r in rapprocher(saisie, [homonyme, *CONNUS])] == [(1, 1.0), (49, 0.55)]


def test_des_telephones_absents_ne_rapprochent_personne():
    assert rapprocher(Identite(nom="Roy", telephones=("",)), [Identite(nom="Ali", telephones=("",))]) == []


def fautes(mot: str) -> set[str]:
    """Every word one mistake away, built rather than recognised."""
    coupes = [(mot[:i], mot[i:]) for i in range(len(mot) + 1)]
    lettres = string.ascii_lowercase
    return (
        {a + c + b for a, b in coupes for c in lettres}
        | {a + b[1:] for a, b in coupes if b}
        | {a + c + b[1:] for a, b in coupes if b for c in lettres}
        | {a + b[1] + b[0] + b[2:] for a, b in coupes if len(b) > 1}
    )


MOTS = st.text("abc", min_size=1, max_size=5)


@given(MOTS, MOTS)
def test_une_faute_est_une_lettre_ajoutee_oubliee_changee_ou_echangee(un, autre):
    assert a_une_faute_pres(un, autre) is (autre in fautes(un))


@given(MOTS)
def test_toute_faute_d_une_lettre_est_reconnue(mot):
    assert [faute for faute in fautes(mot) if not a_une_faute_pres(mot, faute)] == []


IDENTITES = st.builds(
    Identite,
    nom=st.text("abé -", max_size=12) | st.text(max_size=4),
    prenom=st.text("abé -", max_size=6),
    nom_usage=st.text("ab", max_size=4),
    telephones=st.lists(st.sampled_from(["", "+33639981120", "+33639981121"]), max_size=2).map(tuple),
    courriel=st.sampled_from(["", "a@example.org"]),
)


@given(IDENTITES, st.lists(IDENTITES, max_size=4))
def test_les_rapprochements_sont_ordonnes_motives_et_parmi_les_candidats(saisie, candidats):
    trouves = rapprocher(saisie, candidats)
    assert [r.score for r in trouves] == sorted((r.score for r in trouves), reverse=True)
    assert all(SEUIL <= r.score <= 1 and r.raisons and r.candidat in candidats for r in trouves)


@given(IDENTITES, IDENTITES)
def test_se_ressembler_est_reciproque(un, autre):
    aller, retour = rapprocher(un, [autre]), rapprocher(autre, [un])
    assert [(r.score, r.raisons) for r in aller] == [(r.score, r.raisons) for r in retour]
