"""Who may be calling, and the lists of calls, promises and days."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from dossiers.actions import appels as actions
from dossiers.actions.affectations import prendre
from dossiers.actions.appels import Promesse
from dossiers.lectures import journee
from dossiers.lectures.appels import reconnaitre
from tests.aides import besoin, donner_referent, ouvrir_dossier, personne, relu, saisie

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def reconnus(agent, **saisis):
    return [(str(r.personne), r.role, r.raisons) for r in reconnaitre(agent, **saisis)]


@pytest.mark.parametrize("ecrit", ["04 65 71 12 20", "+33465711220", "0033 4 65 71 12 20", "(0)4.65.71.12.20"])
def test_le_numero_propose_les_deux_du_couple(amina, bruno, ecrit):
    ouvrir_dossier(bruno)
    assert reconnus(amina, numero=ecrit) == [
        ("Dr Claire Delmas", "médecin", ["même téléphone"]),
        ("Julien Delmas", "conjoint", ["même téléphone"]),
    ]


def test_le_numero_et_le_nom_mettent_la_bonne_personne_en_tete(amina, bruno):
    ouvrir_dossier(bruno)
    trouves = reconnus(amina, numero="0465711220", nom="Delmas", prenom="Julien")
    assert trouves[0] == ("Julien Delmas", "conjoint", ["même téléphone", "même nom", "même prénom"])


def test_un_nom_mal_entendu_est_propose_comme_voisin(amina, bruno):
    ouvrir_dossier(bruno, personnes=(personne("Delmas-Rouvière", "Clémence", telephones=()),))
    assert [r[0] for r in reconnus(amina, nom="Delmas Rouviere")] == ["Dr Clémence Delmas-Rouvière"]
    ouvrir_dossier(bruno, personnes=(personne("Carron", "Luc", telephones=()),))
    assert reconnus(amina, nom="Caron") == [("Dr Luc Carron", "médecin", ["nom voisin"])]


def test_personne_d_un_autre_territoire_n_est_reconnu(amina, fabien):
    ouvrir_dossier(fabien, communes=())
    assert reconnus(amina, numero="0465711220", nom="Delmas") == []


def test_un_numero_inconnu_ne_propose_personne(amina, bruno):
    ouvrir_dossier(bruno)
    assert (reconnus(amina, numero="04 65 71 99 99"), reconnus(amina, numero="04"), reconnus(amina)) == ([], [], [])


def test_la_journee_commence_par_ce_qui_est_promis(amina, bruno):
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    maintenant = timezone.now()
    for heures in (30, 2, 200):
        promesse = Promesse(nature="rappel", pour_le=maintenant + dt.timedelta(hours=heures))
        actions.enregistrer(saisie(rattacher=dossier, promesse=promesse), agent=amina, cle=uuid.uuid4())
    prendre(besoin(dossier, "logement"), agent=bruno, version=relu(dossier).version, cle=uuid.uuid4())
    de_bruno, d_amina = journee.lire(bruno, maintenant), journee.lire(amina, maintenant)
    heures = [round((e.pour_le - maintenant).total_seconds() / 3600) for e in d_amina.promesses]
    assert (heures[0], len(heures), len(de_bruno.promesses)) == (2, len(de_bruno.promesses), len(heures))
    assert ([d.type for d in de_bruno.demarches], d_amina.demarches) == (["logement"], [])
    assert {d.type for d in de_bruno.a_prendre} == {"emploi_conjoint", "scolarisation"}


def test_nul_ne_se_voit_proposer_ce_qu_il_ne_pourra_porter(amina, bruno, driss, chloe):
    """The call-taker moves no need; the ARS may follow the formalités it reads; the CPAM carries them."""
    ouvrir_dossier(bruno)
    journees = {a.prenom: journee.lire(a, timezone.now()) for a in (amina, bruno, driss, chloe)}
    vus = {prenom: (j.peut_prendre, len(j.a_prendre)) for prenom, j in journees.items()}
    assert vus == {"Amina": (False, 0), "Bruno": (True, 3), "Driss": (True, 0), "Chloé": (True, 1)}
