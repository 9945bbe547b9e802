"""A prepared read gives each reader the rows its query gives them, whoever read it before."""

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.lectures.dossiers import Filtres, filtrer, liste
from dossiers.lectures.fiche import trouver
from dossiers.models import Agent, Demarche, Dossier
from dossiers.models.personnes import nommer
from tests.aides import besoin, clore, donner_referent, faire, ouvrir_dossier

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def dossiers(bruno, estelle):
    donner_referent(ouvrir_dossier(bruno), bruno)
    ouvrir_dossier(bruno, besoins=("logement",), enfants=(), recu_le=timezone.now() - dt.timedelta(days=40))
    ouvrir_dossier(bruno, besoins=("formalites", "emploi_conjoint"), enfants=())
    clore(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    discret = ouvrir_dossier(estelle, besoins=("formalites",), enfants=())
    Dossier.objects.filter(pk=discret.pk).update(confidentiel=True)
    # one its partner still sees, where nothing of its own is open any more
    fini = ouvrir_dossier(bruno, besoins=("formalites", "logement"), enfants=())
    faire(besoin(fini, "formalites"), "abandonner", bruno, motif="famille")
    return list(Dossier.objects.order_by("pk"))


@pytest.fixture
def agents(amina, bruno, chloe, driss, estelle, fabien, gaelle):
    return [amina, bruno, chloe, driss, estelle, fabien, gaelle]


def demandes(agent):
    cpam = Agent.objects.get(prenom="Chloé").organisme_id
    return [
        Filtres(),
        Filtres(clos=True),
        Filtres(besoin="formalites"),
        Filtres(retard=True),
        Filtres(besoin="logement", retard=True),
        Filtres(a_qui="organisme"),
        Filtres(a_qui="moi"),
        Filtres(organisme=agent.organisme_id),
        Filtres(organisme=cpam),
        Filtres(sans_referent=True),
        Filtres(muet=True),
    ]


def test_la_liste_preparee_est_celle_que_les_filtres_nomment(dossiers, agents):
    jour = timezone.localdate()
    lues = 0
    for agent in [*agents, *reversed(agents)]:
        for filtres in demandes(agent):
            attendus = list(filtrer(agent, filtres, jour).order_by("-mouvement_le", "-pk").values_list("pk", flat=True))
            assert [d.pk for d in liste(agent, filtres, "", aujourdhui=jour).lignes] == attendus, (agent, filtres)
            lues += len(attendus)
    assert lues > 50


def test_la_suite_reprend_apres_le_curseur(dossiers, bruno, borner):
    borner(PAR_PAGE=2)
    vus, curseur = [], ""
    while True:
        page = liste(bruno, Filtres(clos=True), curseur, aujourdhui=timezone.localdate())
        vus += [d.pk for d in page.lignes]
        if not (curseur := page.suite):
            break
    assert vus == list(
        filtrer(bruno, Filtres(clos=True), timezone.localdate())
        .order_by("-mouvement_le", "-pk")
        .values_list("pk", flat=True)
    )


def test_la_fiche_preparee_ouvre_a_qui_le_dossier_est_visible(dossiers, agents):
    for agent in agents:
        visibles = set(Dossier.objects.visibles_par(agent).values_list("pk", flat=True))
        for dossier in dossiers:
            lu = trouver(agent, dossier.pk)
            assert (lu is not None) == (dossier.pk in visibles), (agent, dossier)
            if lu:
                assert [d.pk for d in lu.demarches.all()] == list(
                    Demarche.objects.filter(dossier=dossier).values_list("pk", flat=True)
                )


def test_un_acces_donne_a_l_un_n_ouvre_rien_a_son_collegue(dossiers, bruno, amina):
    """Two agents of one sort but for the file opened to one of them by name."""
    discret = next(d for d in dossiers if d.confidentiel)
    Agent.objects.filter(pk=amina.pk).update(role=bruno.role)
    assert trouver(bruno, discret.pk) is None
    bruno.acces = [discret.pk]
    amina.refresh_from_db()
    jour = timezone.localdate()
    vus = [{d.pk for d in liste(a, Filtres(), "", aujourdhui=jour).lignes} for a in (bruno, amina)]
    assert [trouver(a, discret.pk) is not None for a in (bruno, amina)] == [True, False]
    assert [discret.pk in lus for lus in vus] == [True, False]


def test_une_ligne_de_liste_porte_ses_demarches_et_ses_noms(dossiers, bruno):
    for ligne in liste(bruno, Filtres(clos=True), "", aujourdhui=timezone.localdate()).lignes:
        assert {d.pk for d in ligne.demarches_vues} == set(
            Demarche.objects.filter(dossier=ligne).values_list("pk", flat=True)
        )
        noms = [
            nommer(p.personne.prenom, p.personne.nom, these_soutenue=p.personne.these_soutenue)
            for p in ligne.participants.all()
        ]
        assert sorted(ligne.foyer_vu) == sorted(noms)
