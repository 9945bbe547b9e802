"""What others did since the last visit, in the files an agent answers for, and nothing they may not know."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.actions.acces import demander, refuser
from dossiers.actions.affectations import solliciter
from dossiers.actions.ressaisie import Ressaisie
from dossiers.actions.suivi import noter
from dossiers.lectures import nouvelles
from dossiers.lectures.chronologie import lire, lire_plusieurs
from dossiers.models import Dossier, Organisme, Position
from tests.aides import besoin, donner_referent, faire, ouvrir_dossier, relu

pytestmark = pytest.mark.django_db


def lire_depuis(agent, depuis):
    return nouvelles.lire(agent, depuis, timezone.now())


def titres(agent, depuis):
    return {b.dossier.numero: [e.titre for e in b.evenements] for b in lire_depuis(agent, depuis).dossiers}


def test_seul_ce_que_d_autres_ont_fait_depuis_est_nouveau(foyer, bruno, estelle):
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Avant", partagee=False)
    depuis = timezone.now()
    noter(foyer, agent=bruno, cle=uuid.uuid4(), texte="De moi", partagee=False)
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="D’une autre", partagee=False)
    (bouge,) = lire_depuis(bruno, depuis).dossiers
    assert ([e.texte for e in bouge.evenements], bouge.autres) == (["D’une autre"], 0)


def test_un_dossier_qui_n_est_pas_le_mien_ne_fait_pas_de_bruit(foyer, bruno, amina, estelle):
    depuis = timezone.now()
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Note", partagee=False)
    assert (titres(amina, depuis), titres(bruno, depuis)) == ({}, {foyer.numero: ["Note"]})


def test_la_suite_d_un_dossier_bavard_est_comptee(foyer, bruno, estelle):
    depuis = timezone.now()
    for rang in range(7):
        noter(foyer, agent=estelle, cle=uuid.uuid4(), texte=f"Note {rang}", partagee=False)
    (bouge,) = lire_depuis(bruno, depuis).dossiers
    assert ([e.texte for e in bouge.evenements], bouge.autres) == ([f"Note {n}" for n in (6, 5, 4, 3, 2)], 2)


@pytest.fixture
def position(foyer, bruno):
    formalites = faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    return solliciter(
        formalites, agent=bruno, organisme=Organisme.objects.get(code="ars-occitanie"), demande="Zonage ?", avant_le=None,
        version=relu(foyer).version, cle=uuid.uuid4(),
    )  # fmt: skip


def test_la_reponse_d_un_partenaire_est_dite_une_fois_a_qui_l_attend(position, foyer, bruno, driss, amina):
    depuis = timezone.now()
    faire(position, "accepter", driss)
    lues = lire_depuis(bruno, depuis)
    assert ([(p.pk, p.etat) for p in lues.positions], lues.dossiers) == ([(position.pk, "acceptee")], [])
    assert (lire_depuis(amina, depuis).positions, lire_depuis(bruno, timezone.now()).positions) == ([], [])


def test_un_partenaire_ne_sait_rien_de_la_reponse_d_un_autre(position, foyer, bruno, driss, chloe):
    ars, cpam = Organisme.objects.get(code="ars-occitanie"), Organisme.objects.get(code="cpam-gard")
    if not Position.objects.filter(organisme=cpam, demarche=position.demarche).exists():
        solliciter(
            position.demarche.specifique, agent=bruno, organisme=cpam, demande="", avant_le=None,
            version=relu(foyer).version, cle=uuid.uuid4(),
        )  # fmt: skip
    depuis = timezone.now()
    faire(
        position, "refuser", driss, motif="hors_competence", proposition="Demander au Département du Gard",
    )  # fmt: skip
    lues = lire_depuis(chloe, depuis)
    assert (lues.positions, [e.lignes for b in lues.dossiers for e in b.evenements]) == ([], [])
    assert ars.sigle in {p.organisme.sigle for p in lire_depuis(bruno, depuis).positions}


def test_les_mots_d_une_section_fermee_ne_passent_pas_par_ce_qui_a_bouge(position, foyer, bruno, estelle, driss):
    depuis = timezone.now()
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Chevreuil", partagee=False)
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Perdrix", partagee=True)
    faire(besoin(foyer, "emploi_conjoint"), "recueillir_profil", estelle, metier="Caribou", situation="salarie")
    dits = {a.prenom: str([b.evenements for b in lire_depuis(a, depuis).dossiers]) for a in (bruno, driss)}
    vus = {p: [m for m in ("Chevreuil", "Perdrix", "Caribou") if m in dit] for p, dit in dits.items()}
    assert vus == {"Bruno": ["Chevreuil", "Perdrix", "Caribou"], "Driss": ["Perdrix"]}


def test_un_dossier_devenu_confidentiel_ne_bouge_plus_pour_qui_ne_le_voit_plus(position, foyer, estelle, driss):
    depuis = timezone.now()
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Perdrix", partagee=True)
    avant = titres(driss, depuis)
    Dossier.objects.filter(pk=foyer.pk).update(confidentiel=True)
    assert (avant, titres(driss, depuis)) == ({foyer.numero: ["Note"]}, {})


def test_un_appel_ressaisi_est_nouveau_le_jour_ou_on_le_ressaisit(foyer, bruno, amina, estelle):
    depuis = timezone.now()
    recu_le = depuis - dt.timedelta(days=2)
    feuille = Ressaisie(pris_par=amina, fini_le=recu_le)
    ouvrir_dossier(estelle, recu_le=recu_le, ressaisie=feuille, ouvrir=False, rattacher=foyer, texte="Papier")
    (bouge,) = lire_depuis(bruno, depuis).dossiers
    assert "Papier" in [e.texte for e in bouge.evenements]


def test_la_reponse_a_ma_demande_d_acces_ne_donne_le_numero_que_si_je_vois_le_dossier(foyer, bruno, amina):
    Dossier.objects.filter(pk=foyer.pk).update(confidentiel=True)
    depuis = timezone.now()
    demander([foyer.pk], agent=amina, cle=uuid.uuid4(), motif="appel")
    refuser(foyer.demandes_acces.get(), agent=bruno, cle=uuid.uuid4(), raison="Déjà suivi")
    (lue,) = lire_depuis(amina, depuis).acces
    assert (lue.raison, lue.dossier_vu) == ("Déjà suivi", False)


def test_plusieurs_dossiers_se_racontent_comme_chacun(foyer, bruno, estelle):
    autre = donner_referent(ouvrir_dossier(bruno), bruno)
    noter(autre, agent=estelle, cle=uuid.uuid4(), texte="Là", partagee=False)
    chez = {d.pk: [p.personne_id for p in d.participants.all()] for d in (foyer, autre)}
    assert lire_plusieurs(chez, bruno) == {d.pk: lire(relu(d), bruno, chez[d.pk]) for d in (foyer, autre)}


def test_les_nouvelles_coutent_autant_pour_un_dossier_que_pour_quinze(foyer, bruno, estelle):
    depuis = timezone.now()

    def compter():
        with CaptureQueriesContext(connection) as requetes:
            lues = lire_depuis(bruno, depuis)
        return len(lues.dossiers), len(requetes)

    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Note", partagee=False)
    un = compter()
    for _ in range(14):
        dossier = donner_referent(ouvrir_dossier(estelle), bruno)
        noter(dossier, agent=estelle, cle=uuid.uuid4(), texte="Note", partagee=False)
    quinze = compter()
    assert (un[0], quinze[0], un[1] == quinze[1], quinze[1] <= 8) == (1, 15, True, True), (un, quinze)
