"""A file changes territory: nothing of it stays behind but a line."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.operation import DejaFait
from dossiers.actions.suivi import noter, promettre_sur_dossier
from dossiers.actions.transferts import transferer
from dossiers.courriers.taches import produire
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.lectures import chronologie
from dossiers.models import Appel, Courrier, Dossier, Engagement, Organisme, Territoire, Transfert, auteur
from tests.actions.test_fusions import unir
from tests.aides import besoin, dans, faire, ouvrir_dossier, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def gers():
    return Territoire.objects.get(code="gers")


def envoyer(dossier, gers, agent, **options):
    base = {"version": relu(dossier).version, "cle": uuid.uuid4(), "motif": "projet"}
    return transferer(dossier, gers, agent=agent, **{**base, **options})


@pytest.fixture
def vecu(foyer, bruno, chloe):
    faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    noter(foyer, agent=bruno, cle=uuid.uuid4(), texte="Vu au marché.", partagee=False)
    moment = timezone.now() + dt.timedelta(days=2)
    promettre_sur_dossier(foyer, agent=bruno, cle=uuid.uuid4(), nature="rappel", pour_le=moment, quoi="le logement")
    assert produire(foyer.courriers.get(modele__code="C01").pk) == "produit"
    return relu(foyer)


def test_le_dossier_arrive_sans_referent_chez_le_porteur_de_l_autre_ligne(vecu, gers, estelle):
    envoyer(vecu, gers, estelle)
    cd32 = Organisme.objects.get(code="cd32")
    dossier = relu(vecu)
    assert (dossier.territoire, dossier.referent, dossier.pilote, dossier.etat, dossier.communes.count()) == (
        gers, None, cd32, "nouveau", 0,
    )  # fmt: skip
    regles = {r.besoin: r.organisme_id for r in gers.regles_affectation.filter(commune=None)}
    assert {d.type: d.organisme_id for d in dossier.demarches.all()} == {
        d.type: regles.get(d.type, cd32.pk) for d in dossier.demarches.all()
    }
    assert {d.responsable_id for d in dossier.demarches.all()} <= {r.agent_id for r in gers.regles_affectation.all()}
    assert set(dossier.intervenants) == {d.organisme_id for d in dossier.demarches.all()}


def test_la_source_ne_garde_qu_une_trace(vecu, gers, estelle, bruno, chloe):
    envoyer(vecu, gers, estelle, raison="Le cabinet est à Condom")
    for agent in (estelle, bruno, chloe):
        assert not Dossier.objects.visibles_par(agent).exists()
        assert not Appel.objects.visibles_par(agent).exists()
        assert not Engagement.objects.visibles_par(agent).exists()
        assert not Courrier.objects.visibles_par(agent).exists()
    trace = Transfert.objects.visibles_par(estelle).get()
    assert (trace.numero, trace.source.code, trace.cible, trace.motif, trace.agent) == (
        vecu.numero, "ales", gers, "projet", estelle,
    )  # fmt: skip
    assert not Transfert.objects.visibles_par(bruno).exists()


def test_la_cible_recoit_tout_avec_son_histoire(vecu, gers, estelle, fabien):
    envoyer(vecu, gers, estelle)
    dossier = Dossier.objects.visibles_par(fabien).get()
    personnes = list(dossier.participants.values_list("personne_id", flat=True))
    titres = [e.titre for e in chronologie.lire(dossier, fabien, personnes)]
    assert titres[0] == "Dossier transféré"
    assert {"Appel, téléphone", "Note", "Référent nommé", "Formalités : établir le parcours"} <= set(titres)
    assert sorted(c.modele.code for c in Courrier.objects.visibles_par(fabien)) == ["C01", "C02"]
    promesse = Engagement.objects.visibles_par(fabien).get()
    assert (promesse.agent, promesse.organisme.code) == (None, "cd32")
    assert Appel.objects.visibles_par(fabien).get().texte == "Cherche pour septembre à Anduze."


def test_l_appel_qui_concerne_aussi_un_autre_dossier_reste_a_la_ligne_qui_l_a_pris(vecu, gers, estelle, bruno):
    autre = ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    vecu.appels.get().dossiers.add(autre)
    envoyer(vecu, gers, estelle)
    assert Appel.objects.visibles_par(bruno).count() == 2


def test_le_dossier_absorbe_part_avec_le_sien(vecu, gers, estelle, bruno, fabien):
    autre = ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    assert produire(autre.courriers.get().pk) == "produit"
    unir(vecu, autre, bruno)
    envoyer(vecu, gers, estelle)
    assert relu(autre).territoire == gers
    assert Courrier.objects.visibles_par(fabien).filter(dossier=autre).count() == 1


def test_le_dossier_transfere_vit_chez_l_autre(vecu, gers, estelle, fabien, bruno):
    envoyer(vecu, gers, estelle)
    assert faire(besoin(vecu, "logement"), "abandonner", fabien, motif="famille").etat == "abandonnee"
    with pytest.raises(Introuvable):
        faire(besoin(vecu, "logement"), "reprendre", bruno)


def test_qui_transfere_et_ou(vecu, gers, estelle, bruno, amina, chloe, fabien):
    for agent in (bruno, amina, chloe, fabien):
        with pytest.raises(Introuvable):
            envoyer(vecu, gers, agent)
    assert [
        refuse(lambda: envoyer(vecu, estelle.territoire, estelle), Refus),
        refuse(lambda: envoyer(vecu, gers, estelle, motif="invente"), Refus),
    ] == ["Ce dossier est déjà sur ce territoire.", "Choisissez un motif dans la liste."]
    with pytest.raises(Perime):
        envoyer(vecu, gers, estelle, version=1)
    with auteur(None, geste="essai"):
        Organisme.objects.get(code="cd32").territoires.remove(gers)
    assert refuse(lambda: envoyer(vecu, gers, estelle), Refus) == (
        "Ce territoire n’a pas d’organisme porteur : voyez les réglages."
    )
    assert (relu(vecu).territoire.code, Transfert.objects.count(), dans(0) <= dans(1)) == ("ales", 0, True)


def test_un_second_envoi_ne_transfere_pas_deux_fois(vecu, gers, estelle):
    cle, version = uuid.uuid4(), vecu.version
    envoyer(vecu, gers, estelle, cle=cle, version=version)
    with pytest.raises(DejaFait) as deja:
        envoyer(vecu, gers, estelle, cle=cle, version=version)
    assert (deja.value.resultat, Transfert.objects.count()) == ("transferts.liste", 1)
