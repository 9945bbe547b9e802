"""Drafts and presences: written once, read by their author alone, gone with what they become, forgotten by the clock."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.actions import brouillons, presences
from dossiers.actions.brouillons import AutreOnglet, Saisie
from dossiers.actions.operation import DejaFait
from dossiers.actions.suivi import noter
from dossiers.erreurs import Introuvable
from dossiers.lectures import brouillons as lecture
from dossiers.models import Brouillon, Presence
from dossiers.models.brouillons import REPENTIR, VIE
from dossiers.regles.texte import sans_nir
from dossiers.tasks import oublier_brouillons
from tests.aides import client_de, refuse, relu, texte_de

pytestmark = pytest.mark.django_db

APPEL = "/appels/nouveau"


def saisie(texte="Cherche", **champs):
    base = {
        "cle": uuid.uuid4(), "chemin": APPEL, "ecran": "appels.nouveau", "champs": {"texte": [texte]}, "onglet": uuid.uuid4(),
        "rang": 1,
    }  # fmt: skip
    return Saisie(**{**base, **champs})


def suite(s, texte, **champs):
    """Return what the same form sends next, from the same tab unless said otherwise."""
    return saisie(texte, **{"cle": s.cle, "onglet": s.onglet, "rang": s.rang + 1, **champs})


def ecrit():
    return list(Brouillon.objects.order_by("commence_le").values_list("champs__texte__0", flat=True))


def test_un_onglet_ecrit_par_dessus_lui_meme_et_son_retard_est_ignore(amina):
    premiere = saisie("C")
    deuxieme, troisieme = suite(premiere, "Cl"), suite(premiere, "Claire", rang=3)
    for envoi in (premiere, troisieme, deuxieme):
        brouillons.enregistrer(envoi, agent=amina)
    assert ecrit() == ["Claire"]


def test_un_autre_onglet_qui_n_a_pas_vu_le_dernier_texte_est_prevenu(amina):
    premiere = saisie("premier")
    brouillons.enregistrer(premiere, agent=amina)
    ailleurs = suite(premiere, "second", onglet=uuid.uuid4(), rang=1, vue="")
    refuse(lambda: brouillons.enregistrer(ailleurs, agent=amina), AutreOnglet)
    assert ecrit() == ["premier"]
    vue = Brouillon.objects.get().marque
    brouillons.enregistrer(suite(premiere, "second", onglet=ailleurs.onglet, rang=1, vue=vue), agent=amina)
    refuse(lambda: brouillons.enregistrer(suite(premiere, "encore"), agent=amina), AutreOnglet)
    brouillons.enregistrer(suite(premiere, "encore"), agent=amina, malgre=True)
    assert ecrit() == ["encore"]


def test_la_cle_d_un_autre_n_ouvre_rien(amina, bruno):
    mienne = saisie("à moi")
    brouillons.enregistrer(mienne, agent=amina)
    for geste in (
        lambda: brouillons.enregistrer(suite(mienne, "volé"), agent=bruno, malgre=True),
        lambda: brouillons.abandonner(mienne.cle, agent=bruno),
        lambda: brouillons.reprendre(mienne.cle, agent=bruno),
    ):
        refuse(geste, Introuvable)
    assert (ecrit(), lecture.tous(bruno), len(lecture.tous(amina))) == (["à moi"], [], 1)


def test_le_formulaire_enregistre_emporte_son_brouillon_et_ferme_sa_cle(foyer, bruno):
    envoi = saisie("Préfère le matin")
    brouillons.enregistrer(envoi, agent=bruno)
    noter(foyer, agent=bruno, cle=envoi.cle, texte="Préfère le matin", partagee=False)
    assert ecrit() == []
    assert (
        refuse(lambda: brouillons.enregistrer(suite(envoi, "tard"), agent=bruno), DejaFait)
        == f"dossiers.fiche:{foyer.pk}"
    )
    assert ecrit() == []


def test_une_operation_refusee_rend_son_brouillon(foyer, bruno):
    envoi = saisie("un texte", chemin=reverse("dossiers.projet", args=[foyer.pk]))
    brouillons.enregistrer(envoi, agent=bruno)
    reponse = client_de(bruno).post(envoi.chemin, {"cle": str(envoi.cle), "version": 0, "urgence": "haute"})
    assert (reponse.status_code, len(lecture.tous(bruno))) == (409, 1)


def test_enregistrer_un_brouillon_coute_une_requete(amina):
    with CaptureQueriesContext(connection) as requetes:
        brouillons.enregistrer(saisie(), agent=amina)
    assert len(requetes) == 1


def test_l_horloge_oublie_le_vieux_l_abandonne_et_le_deja_fait(foyer, bruno):
    maintenant = timezone.now()
    vieux, abandonne, fait, vivant = saisie("vieux"), saisie("abandonné"), saisie("fait"), saisie("vivant")
    noter(foyer, agent=bruno, cle=fait.cle, texte="fait", partagee=False)
    for envoi in (vieux, abandonne, vivant):
        brouillons.enregistrer(envoi, agent=bruno)
    Brouillon.objects.filter(cle=vieux.cle).update(enregistre_le=maintenant - VIE - dt.timedelta(seconds=1))
    Brouillon.objects.filter(cle=abandonne.cle).update(abandonne_le=maintenant - REPENTIR - dt.timedelta(seconds=1))
    # what a sending that crossed the form's own leaves behind
    orphelin = Brouillon.objects.get(cle=vivant.cle)
    orphelin.pk = fait.cle
    orphelin.save(force_insert=True)
    Presence.objects.create(dossier=foyer, agent=bruno, vu_le=maintenant - presences.ABSENT * 2)
    assert [b.cle for b in lecture.tous(bruno)] == [vivant.cle]
    assert (oublier_brouillons(), ecrit(), Presence.objects.count()) == (3, ["vivant"], 0)


def test_l_abandon_se_reprend_dix_minutes(amina):
    envoi = saisie()
    brouillons.enregistrer(envoi, agent=amina)
    brouillons.abandonner(envoi.cle, agent=amina)
    assert lecture.tous(amina)[0].abandonne_le
    brouillons.reprendre(envoi.cle, agent=amina)
    assert lecture.tous(amina)[0].abandonne_le is None
    brouillons.abandonner(envoi.cle, agent=amina)
    Brouillon.objects.update(abandonne_le=timezone.now() - REPENTIR)
    refuse(lambda: brouillons.reprendre(envoi.cle, agent=amina), Introuvable)


@pytest.mark.parametrize(
    ("donnees", "statut"),
    [
        ({"_chemin": "/nulle-part"}, 400), ({"_chemin": "//ailleurs.example.org/"}, 400), ({"_marque": "x"}, 400), ({"cle": "x"}, 400),
        ({"_chemin": "/reglages/equipe/"}, 400), ({}, 200), ({"texte": "\x00 zéro"}, 200),
    ],
)  # fmt: skip
def test_ce_que_l_envoi_dit_de_lui_meme_est_verifie(amina, donnees, statut):
    base = {"cle": str(uuid.uuid4()), "_chemin": APPEL, "_marque": f"{uuid.uuid4()}:1", "texte": "Cherche"}
    reponse = client_de(amina).post(reverse("brouillons"), {**base, **donnees})
    assert (reponse.status_code, len(ecrit())) == (statut, int(statut == 200))


def test_un_formulaire_refuse_est_garde_sans_javascript_sous_sa_cle(amina):
    client, cle = client_de(amina), str(uuid.uuid4())
    page = client.post(reverse("appels.nouveau"), {"texte": "Sans script", "cle": cle}).content.decode()
    assert (f'name="cle" value="{cle}"' in page, ecrit()) == (True, ["Sans script"])
    reprise = client.get(f"{APPEL}?reprendre={cle}").content.decode()
    assert ("Sans script</textarea>" in reprise, f'name="cle" value="{cle}"' in reprise) == (True, True)
    assert "n’est pas enregistré (Sans script)" in texte_de(client.get(APPEL))


def test_un_brouillon_se_reprend_sur_la_version_ou_il_a_ete_tape(foyer, bruno):
    chemin = reverse("dossiers.projet", args=[foyer.pk])
    envoi = saisie(
        chemin=chemin, ecran="dossiers.projet", champs={"urgence": ["haute"], "version": [str(relu(foyer).version)]}
    )
    brouillons.enregistrer(envoi, agent=bruno)
    noter(foyer, agent=bruno, cle=uuid.uuid4(), texte="Entre-temps", partagee=False)
    page = client_de(bruno).get(f"{chemin}?reprendre={envoi.cle}").content.decode()
    assert f'name="version" value="{envoi.champs["version"][0]}"' in page
    assert '<option value="haute" selected>' in page


def test_un_numero_de_securite_sociale_disparait_du_texte_garde():
    assert sans_nir("sécu 2 69 05 49 588 157 80, tél 04 65 71 12 20") == "sécu [numéro retiré], tél 04 65 71 12 20"
    assert sans_nir("½ sans rien à retirer") == "½ sans rien à retirer"


def test_presents_sur_un_dossier_chacun_sait_ce_qu_il_doit_savoir(foyer, bruno, estelle, chloe):
    maintenant = timezone.now()

    def voit(agent, ecrit=False, dans=0):
        moment = maintenant + dt.timedelta(seconds=dans)
        lus = presences.signaler(foyer, agent=agent, ecrit=ecrit, maintenant=moment)
        return [(p.nom, p.ecrit) for p in lus]

    assert voit(estelle, ecrit=True) == []
    assert voit(bruno) == [(str(estelle), True)]
    assert voit(chloe) == [("Un autre organisme", False), ("Un autre organisme", True)]
    assert voit(bruno, dans=61) == [(str(chloe), False), (str(estelle), False)]
    assert voit(estelle, dans=140) == []


def test_la_presence_se_tait_tant_que_rien_ne_change_et_coute_cinq_requetes(foyer, bruno, estelle, fabien):
    adresse = reverse("dossiers.presence", args=[foyer.pk])
    client = client_de(bruno)
    premiere = client.post(adresse)
    empreinte = premiere.content.decode().split('name="vu" value="')[1][:8]
    with CaptureQueriesContext(connection) as requetes:
        assert client.post(adresse, {"vu": empreinte}).status_code == 204
    assert len(requetes) <= 5
    client_de(estelle).post(adresse)
    assert f"{estelle} consulte aussi ce dossier" in texte_de(client.post(adresse, {"vu": empreinte}))
    assert client_de(fabien).post(adresse).status_code == 404
