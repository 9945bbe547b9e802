"""Who somebody typed may already be, with why; and what may be said of a file out of one's field: that it exists."""

import uuid

import pytest

from dossiers.actions.appels import PersonneSaisie
from dossiers.actions.dossiers import modifier
from dossiers.actions.suivi import promettre_sur_dossier
from dossiers.lectures.doublons import Saisie, caches, identite, reconnaitre
from dossiers.models import Commune, Dossier
from tests.aides import clore, dans, donner_referent, ouvrir_dossier, personne, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def chercher(agent, **saisie):
    return reconnaitre(agent, identite(agent, Saisie(**saisie)))


def dits(agent, **saisie):
    return [(str(r.personne), r.raisons) for r in chercher(agent, **saisie)]


def un_medecin(agent, nom, prenom, **champs):
    return ouvrir_dossier(
        agent,
        personnes=(personne(nom, prenom, **{"telephones": (), "these_soutenue": False, **champs}),),
        besoins=("logement",),
        enfants=(),
        numero="04 65 71 90 90",
    )


@pytest.mark.parametrize(
    ("connu", "saisie", "raisons"),
    [
        (("Benali", "Yanis"), {"nom": "Ben Ali", "prenom": "Yannis"}, ["même nom", "prénom voisin"]),
        (("Carron", "Luc"), {"nom": "Caron"}, ["nom voisin"]),
        (("Renault", "Luc"), {"nom": "Renaud"}, ["nom qui se prononce pareil"]),
        (("Thibault", "Luc"), {"nom": "Tibo", "prenom": "Luc"}, ["nom qui se prononce pareil", "même prénom"]),
        (("Delmas", "Claire"), {"nom": "Dlemas", "prenom": "Clair"}, ["nom voisin", "prénom voisin"]),
        (("Delmas", "Claire"), {"nom": "Claire", "prenom": "Delmas"}, ["nom et prénom inversés"]),
        (("Élie-Œillet", "Zoé"), {"nom": "ELIE OEILLET"}, ["même nom"]),
        (("Vasseur-Lemoine", "Anne"), {"nom": "Lemoine", "prenom": "Anne"}, ["nom composé voisin", "même prénom"]),
        (("Péléguet", "Luc"), {"nom": "Péléguet", "prenom": "L."}, ["même nom", "même initiale"]),
    ],
)  # fmt: skip
def test_un_nom_mal_ecrit_ramene_la_personne_et_dit_pourquoi(amina, bruno, connu, saisie, raisons):
    dossier = un_medecin(bruno, *connu)
    trouves = chercher(amina, **saisie)
    assert [(r.raisons, r.dossiers) for r in trouves] == [(raisons, [dossier])]


def test_le_courriel_le_rpps_et_le_nom_d_usage_ramenent_la_personne(amina, bruno):
    un_medecin(bruno, "Delmas", "Claire", courriel="Claire.D@example.org", rpps="10002909371")
    assert dits(amina, courriel="claire.d@EXAMPLE.org") == [("Claire Delmas", ["même courriel"])]
    assert dits(amina, rpps="1000 2909 371") == [("Claire Delmas", ["même numéro RPPS"])]
    assert dits(amina, rpps="10002909372") == []


def test_le_nom_de_naissance_ou_d_usage_est_le_meme_nom(amina, bruno):
    from dossiers.actions.dossiers import enregistrer_personne

    dossier = un_medecin(bruno, "Faure", "Élise")
    enregistrer_personne(
        dossier, dossier.participants.get().personne, agent=bruno, version=relu(dossier).version, cle=uuid.uuid4(),
        role="medecin", telephones=[], nom_usage="Volpilière",
    )  # fmt: skip
    assert dits(amina, nom="Volpilliere", prenom="Elise") == [("Élise Faure", ["nom voisin", "même prénom"])]


def test_la_commune_et_le_conjoint_departagent_deux_homonymes(amina, bruno):
    loin = un_medecin(bruno, "Serre", "Luc")
    conjoint = PersonneSaisie(role="conjoint", nom="Serre", prenom="Inès")
    pres = ouvrir_dossier(
        bruno, personnes=(personne("Serre", "Luc", telephones=()), conjoint), besoins=("logement",), enfants=(),
        communes=tuple(Commune.objects.filter(nom="Générargues")),
    )  # fmt: skip
    modifier(loin, agent=bruno, version=relu(loin).version, cle=uuid.uuid4(), communes=[])
    trouves = chercher(amina, nom="Serre", prenom="Luc", communes="generargues", conjoint_prenom="Inès")
    assert [(r.dossiers, r.raisons) for r in trouves][:2] == [
        ([pres], ["même nom", "même prénom", "même conjoint", "même commune visée"]),
        ([loin], ["même nom", "même prénom"]),
    ]


def test_le_conjoint_nomme_ramene_le_dossier_qu_il_a_deja(amina, bruno):
    dossier = un_medecin(bruno, "Brunel", "Camille")
    trouves = chercher(amina, nom="Brunel", prenom="Alix", conjoint_prenom="Camille")
    assert [(r.dossiers, "c’est le conjoint nommé" in r.raisons) for r in trouves] == [([dossier], True)]


def test_trois_au_plus_sauf_ceux_du_numero_meme(amina, bruno):
    for prenom in ("Ana", "Bob", "Cléo", "Dan"):
        un_medecin(bruno, "Delmas", prenom)
        un_medecin(bruno, "Peyre", prenom, telephones=("06 39 98 11 20",))
    assert len(chercher(amina, nom="Delmas")) == 3
    assert {str(r.personne) for r in chercher(amina, numero="0639981120")} == {
        f"{p} Peyre" for p in ("Ana", "Bob", "Cléo", "Dan")
    }
    melange = dits(amina, numero="0639981120", nom="Delmas", prenom="Ana")
    assert ("Ana Delmas", ["même nom", "même prénom"]) in melange


def test_chacun_vient_avec_foyer_dossiers_ouverts_et_derniere_promesse(amina, bruno):
    dossier = ouvrir_dossier(bruno)
    for jours, quoi in ((2, "ancienne"), (3, "dernière")):
        promettre_sur_dossier(
            dossier, agent=bruno, cle=uuid.uuid4(), nature="rappel", quoi=quoi, pour_le=_moment(jours),
        )  # fmt: skip
    claire, julien = chercher(amina, numero="04 65 71 12 20")
    assert ([str(f.personne) for f in claire.foyer], claire.ouverts, claire.promesse.quoi) == (
        ["Julien Delmas"],
        [dossier],
        "dernière",
    )
    assert [str(f.personne) for f in julien.foyer] == ["Dr Claire Delmas"]


def _moment(jours):
    from datetime import datetime, time

    from dossiers.regles.delais import PARIS

    return datetime.combine(dans(jours), time(9), PARIS)


def test_un_dossier_clos_ne_demande_pas_de_motif(amina, bruno):
    dossier = un_medecin(bruno, "Delmas", "Claire")
    assert [r.est_fort for r in chercher(amina, nom="Delmas", prenom="Claire")] == [True]
    clore(donner_referent(dossier, bruno), bruno)
    assert [(r.est_fort, r.dossiers) for r in chercher(amina, nom="Delmas", prenom="Claire")] == [(False, [dossier])]


def annonce(agent, **saisie):
    return caches(agent, identite(agent, Saisie(**saisie)))


def test_un_dossier_d_une_autre_ligne_est_annonce_et_seulement_annonce(amina, fabien):
    dossier = ouvrir_dossier(fabien, communes=())
    for saisie in (
        {"numero": "0465711220"},
        {"nom": "Delmas", "prenom": "Claire"},
        {"nom": "claire", "prenom": "DELMAS"},
    ):
        assert (annonce(amina, **saisie), chercher(amina, **saisie)) == ([dossier.pk], []), saisie
    for saisie in (
        {"nom": "Delmas"},
        {"nom": "Dalmas", "prenom": "Claire"},
        {"numero": "0465711221"},
        {"prenom": "Claire"},
    ):
        assert annonce(amina, **saisie) == [], saisie
    assert annonce(fabien, numero="0465711220") == []


def test_un_dossier_confidentiel_est_annonce_a_qui_ne_le_voit_pas(amina, bruno, estelle):
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    modifier(dossier, agent=estelle, version=relu(dossier).version, cle=uuid.uuid4(), confidentiel=True)
    vus = {a.prenom: annonce(a, numero="0465711220") for a in (amina, bruno, estelle)}
    assert vus == {"Amina": [dossier.pk], "Bruno": [], "Estelle": []}


def test_un_partenaire_n_apprend_rien_par_le_conjoint_qu_il_ne_peut_lire(driss, bruno, hugo):
    julien = PersonneSaisie(role="conjoint", nom="Ravel", prenom="Julien", telephones=("06 39 98 55 55",))
    dossier = ouvrir_dossier(bruno, personnes=(personne(), julien), besoins=("logement",), enfants=())
    Dossier.objects.filter(pk=dossier.pk).update(intervenants=[])
    assert (annonce(driss, numero="0465711220"), annonce(driss, numero="0639985555"), annonce(driss, nom="Ravel", prenom="Julien")) == (
        [dossier.pk], [], [],
    )  # fmt: skip
    assert annonce(hugo, numero="0465711220") == []
