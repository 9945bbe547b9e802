"""Saved views and chosen columns: whose they are, who may change them, and that they widen nobody's rights."""

import uuid

import pytest

from dossiers.actions.annulations import annuler
from dossiers.actions.vues import (
    choisir_colonnes,
    enregistrer_vue,
    modifier_vue,
    ouvrir_par_defaut,
    supprimer_vue,
)
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures.vues import lire
from dossiers.models import Agent, Vue
from tests.aides import refuse, relu

pytestmark = pytest.mark.django_db


def enregistrer(agent, nom="En retard", **autres):
    base = {"liste": "dossiers", "parametres": {"retard": "on", "q": "Delmas"}, "colonnes": ["foyer", "referent"]}
    return enregistrer_vue(agent=agent, cle=uuid.uuid4(), nom=nom, **{**base, **autres})


def noms(agent, liste="dossiers"):
    return [v.nom for v in lire(Agent.objects.get(pk=agent.pk), liste, {}).vues]


def test_une_vue_garde_filtres_et_colonnes_et_rien_d_autre(bruno):
    vue = enregistrer(bruno)
    barre = lire(bruno, "dossiers", {"vue": str(vue.pk)})
    assert (barre.ici.adresse, barre.colonnes) == (
        f"/dossiers/?retard=on&vue={vue.pk}", ("numero", "foyer", "referent"),
    )  # fmt: skip


def test_une_vue_est_a_son_auteur_ou_a_sa_maison_quand_il_la_partage(bruno, amina, chloe, fabien):
    enregistrer(bruno)
    enregistrer(bruno, "Partagée", partagee=True)
    vues = {a.prenom: noms(a) for a in (bruno, amina, chloe, fabien)}
    assert vues == {"Bruno": ["En retard", "Partagée"], "Amina": ["Partagée"], "Chloé": [], "Fabien": []}


def test_une_vue_partagee_se_change_par_son_auteur_ou_la_direction(bruno, amina, estelle, chloe):
    vue = enregistrer(bruno, partagee=True)
    for autre in (amina, chloe):
        refuse(lambda autre=autre: modifier_vue(vue, agent=autre, cle=uuid.uuid4(), nom="À moi"), Introuvable)
    modifier_vue(vue, agent=estelle, cle=uuid.uuid4(), nom="Retards de la maison")
    assert noms(bruno) == ["Retards de la maison"]
    seule = enregistrer(bruno, "Seule")
    refuse(lambda: supprimer_vue(seule, agent=estelle, cle=uuid.uuid4()), Introuvable)


def test_un_nom_ne_sert_qu_une_fois_par_liste(bruno, amina):
    enregistrer(bruno)
    assert refuse(lambda: enregistrer(bruno), Refus) == "Vous avez déjà une vue « En retard »."
    enregistrer(bruno, liste="appels")
    enregistrer(amina)


def test_supprimee_elle_se_rend_quelques_secondes(bruno):
    vue, cle = enregistrer(bruno), uuid.uuid4()
    supprimer_vue(vue, agent=bruno, cle=cle)
    assert noms(bruno) == []
    annuler(cle, agent=bruno)
    assert noms(bruno) == ["En retard"]


def test_supprimee_et_remplacee_elle_ne_revient_pas(bruno):
    vue, cle = enregistrer(bruno), uuid.uuid4()
    supprimer_vue(vue, agent=bruno, cle=cle)
    enregistrer(bruno)
    assert "pris ce nom" in refuse(lambda: annuler(cle, agent=bruno), Refus)


def test_la_vue_par_defaut_s_ouvre_et_se_quitte(bruno):
    vue = enregistrer(bruno, par_defaut=True)
    assert lire(Agent.objects.get(pk=bruno.pk), "dossiers", {}).par_defaut.pk == vue.pk
    ouvrir_par_defaut(bruno, "dossiers", None)
    assert lire(Agent.objects.get(pk=bruno.pk), "dossiers", {}).par_defaut is None


def test_les_colonnes_se_gardent_liste_par_liste(bruno):
    choisir_colonnes(bruno, "dossiers", ("foyer",))
    choisir_colonnes(bruno, "appels", ("issue",))
    present = Agent.objects.get(pk=bruno.pk)
    assert [lire(present, c, {}).colonnes for c in ("dossiers", "appels")] == [("numero", "foyer"), ("recu", "issue")]
    choisir_colonnes(bruno, "dossiers", ())
    assert "etape" in lire(Agent.objects.get(pk=bruno.pk), "dossiers", {}).colonnes


def test_une_vue_d_un_autre_ne_s_ouvre_pas(bruno, amina):
    vue = enregistrer(bruno)
    assert lire(amina, "dossiers", {"vue": str(vue.pk)}).ici is None


def test_qui_a_change_une_vue_est_dans_l_histoire(bruno, estelle):
    vue = enregistrer(bruno, partagee=True)
    modifier_vue(vue, agent=estelle, cle=uuid.uuid4(), partagee=False)
    gestes = list(Vue.history.filter(id=vue.pk).order_by("history_id").values_list("history_geste", "history_user"))
    assert (gestes, relu(vue).partagee) == (
        [("enregistrer_vue", bruno.pk), ("modifier_vue", estelle.pk)], False,
    )  # fmt: skip
