"""The supervisor's board: every figure is the length of the list it opens."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.suivi import promettre_sur_dossier, tenir
from dossiers.courriers.taches import produire
from dossiers.lectures import tableau
from dossiers.lectures.engagements import SORTES, filtrer
from dossiers.models import Agent, Engagement, auteur
from tests.aides import besoin, client_de, clore, donner_referent, faire, ouvrir_dossier, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def maison(bruno, estelle):
    """Return a territory with a bit of everything: late, without référent, closed, promises of each sort, a failed letter."""
    maintenant = timezone.now()
    suivi = donner_referent(ouvrir_dossier(bruno), bruno)
    faire(suivi, "qualifier", bruno)
    ouvrir_dossier(bruno, besoins=("logement",), enfants=(), recu_le=maintenant - dt.timedelta(days=40))
    clore(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    for heures, fait, resultat in ((2, None, ""), (3, 1, "joint"), (4, 5, "joint"), (1, 6, "annule")):
        e = promettre_sur_dossier(
            suivi,
            agent=bruno,
            cle=uuid.uuid4(),
            nature="rappel",
            pour_le=maintenant + dt.timedelta(hours=heures),
            quoi="",
        )
        if fait:
            tenir(e, agent=bruno, cle=uuid.uuid4(), resultat=resultat, le=maintenant + dt.timedelta(hours=fait))
    with auteur(None, geste="essai"):
        echue = Engagement.objects.filter(fait_le=None).earliest("pk")
        echue.pour_le = maintenant - dt.timedelta(hours=1)
        echue.save(update_fields=["pour_le"])
        accuse = suivi.courriers.get()
        accuse.donnees = {"date": ""}
        accuse.save(update_fields=["donnees"])
    produire(accuse.pk)
    for _ in range(2):
        produire(accuse.pk)
    return suivi


def chiffres(agent):
    """Return every figure of the board with the address it opens."""
    t = tableau.lire(agent, timezone.now())
    besoins = [c for b in t.besoins for c in (b.ouvertes, b.en_retard)]
    return [*t.exceptions, *t.etapes, *besoins, *t.organismes, *t.promesses]


@pytest.mark.parametrize("prenom", ["Estelle", "Chloé"])
def test_chaque_chiffre_ouvre_une_liste_de_cette_longueur(maison, bruno, prenom):
    # one a partner still sees, where nothing of its own is open any more
    fini = ouvrir_dossier(bruno, besoins=("formalites", "logement"), enfants=())
    faire(besoin(fini, "formalites"), "abandonner", bruno, motif="famille")
    agent = Agent.objects.get(prenom=prenom)
    client = client_de(agent)
    differents = []
    for chiffre in chiffres(agent):
        page = client.get(chiffre.url).content.decode()
        lu = re.search(r'class="discret">\s*(\d+)', page)
        if lu is None or int(lu.group(1)) != chiffre.nombre:
            differents.append((chiffre.libelle, chiffre.nombre, lu and lu.group(1)))
    assert differents == []


@pytest.mark.parametrize("plafond", [0, 1])
@pytest.mark.parametrize("prenom", ["Estelle", "Chloé"])
def test_un_compte_plein_ne_remplit_que_ce_qui_contient_ses_lignes(maison, prenom, plafond, borner):
    """A figure whose rows are among another's is not read when that one is full: it must be full indeed."""
    agent = Agent.objects.get(prenom=prenom)
    vrais = [(c.libelle, c.nombre) for c in chiffres(agent)]
    borner(PLAFOND=plafond)
    assert [(c.libelle, c.nombre) for c in chiffres(agent)] == [(mot, min(n, plafond + 1)) for mot, n in vrais]


def test_les_exceptions_disent_ce_qui_ne_va_pas(maison, estelle):
    assert {c.libelle: c.nombre for c in tableau.lire(estelle, timezone.now()).exceptions} == {
        "rappels que personne ne prend": 0,
        "dossiers sans référent": 1, "dossiers à réveiller": 0, "dossiers en retard": 1, "partenaires muets depuis 15 j": 0,
        "promesses échues": 1, "courriers en échec": 1,
    }  # fmt: skip


def test_une_promesse_tenue_apres_l_heure_est_rompue_et_une_annulee_n_est_ni_l_une_ni_l_autre(maison, bruno):
    maintenant = timezone.now()
    comptes = {sorte: filtrer(bruno, sorte, maintenant).count() for sorte in SORTES}
    assert comptes == {"a_tenir": 1, "echues": 1, "tenues": 1, "rompues": 2}


def test_un_partenaire_n_a_pas_les_chiffres_des_autres(maison, chloe):
    vus = {c.libelle for c in chiffres(chloe)} & {"Logement", "Emploi du conjoint", "Scolarisation"}
    assert (vus, [b.libelle for b in tableau.lire(chloe, timezone.now()).besoins]) == (
        set(), ["Aide financière", "Formalités", "Visite du territoire"],
    )  # fmt: skip


def test_le_tableau_se_lit_en_deux_requetes(maison, estelle, django_assert_num_queries):
    with django_assert_num_queries(2):
        tableau.lire(estelle, timezone.now())


def test_une_demarche_avancee_quitte_le_retard(maison, bruno, estelle):
    vieux = next(
        d for d in besoin(relu(maison), "logement").__class__.objects.all() if d.echeance < timezone.localdate()
    )
    faire(vieux, "abandonner", bruno, motif="famille")
    assert {c.libelle: c.nombre for c in tableau.lire(estelle, timezone.now()).exceptions}["dossiers en retard"] == 0
