"""The last visit, the secret address of an agenda, the hand-over note, the call typed from paper."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from dossiers.actions import agendas, appels, passations
from dossiers.actions.appels import Promesse
from dossiers.actions.journee import marquer_vu, visiter
from dossiers.actions.operation import DejaFait
from dossiers.actions.ressaisie import Ressaisie
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures import agenda as lecture_agenda
from dossiers.lectures import passations as lecture_passations
from dossiers.lectures.chronologie import lire as lire_chronologie
from dossiers.models import Agenda, Appel, LecturePassation, Passation
from dossiers.regles.delais import PARIS
from tests.aides import dans, ouvrir_dossier, personne, refuse, relu, saisie

pytestmark = pytest.mark.django_db

LUNDI = dt.datetime(2026, 11, 23, 9, tzinfo=PARIS)
HEURE = dt.timedelta(hours=1)


def test_la_premiere_visite_montre_une_semaine(amina):
    assert visiter(amina, LUNDI) == LUNDI - dt.timedelta(days=7)


def test_revenir_le_meme_jour_ne_rend_rien_vieux(amina):
    premiere = visiter(amina, LUNDI)
    assert [visiter(amina, LUNDI + n * HEURE) for n in (1, 2, 14)] == [premiere] * 3


def test_le_lendemain_part_de_la_derniere_fois_qu_on_a_regarde(amina):
    visiter(amina, LUNDI)
    visiter(amina, LUNDI + 5 * HEURE)
    mardi = LUNDI + 24 * HEURE
    assert [visiter(amina, mardi), visiter(amina, mardi + HEURE)] == [LUNDI + 5 * HEURE] * 2


def test_j_ai_vu_avance_jusqu_a_la_page_montree_et_jamais_ne_recule(amina):
    visiter(amina, LUNDI)
    marquer_vu(amina, LUNDI + HEURE, LUNDI + 2 * HEURE)
    apres = visiter(amina, LUNDI + 3 * HEURE)
    marquer_vu(amina, LUNDI - HEURE, LUNDI + 4 * HEURE)
    marquer_vu(amina, LUNDI + 90 * HEURE, LUNDI + 5 * HEURE)
    assert (apres, visiter(amina, LUNDI + 6 * HEURE)) == (LUNDI + HEURE, LUNDI + 5 * HEURE)


def test_apres_un_long_conge_on_ne_remonte_qu_un_mois(amina):
    visiter(amina, LUNDI)
    retour = LUNDI + dt.timedelta(days=90)
    assert visiter(amina, retour) == retour - dt.timedelta(days=30)


def test_l_adresse_d_agenda_ouvre_puis_se_renouvelle_et_se_revoque(amina):
    premier = agendas.creer(agent=amina, cle=uuid.uuid4())
    second = agendas.creer(agent=amina, cle=uuid.uuid4())
    entre = [lecture_agenda.trouver(j) for j in (premier, second, "", "x" * 300)]
    agendas.revoquer(agent=amina, cle=uuid.uuid4())
    assert (entre, lecture_agenda.trouver(second)) == ([None, amina, None, None], None)


def test_rien_de_l_adresse_d_agenda_n_est_garde_qu_une_empreinte(amina):
    jeton = agendas.creer(agent=amina, cle=uuid.uuid4())
    ligne = Agenda.objects.values().get()
    histoire = Agenda.history.values().get()
    assert jeton not in str(ligne) + str(histoire)
    assert ("empreinte" in histoire, histoire["history_geste"], len(ligne["empreinte"])) == (False, "creer_agenda", 64)


def test_un_second_clic_ne_change_pas_l_adresse_d_agenda(amina):
    cle = uuid.uuid4()
    jeton = agendas.creer(agent=amina, cle=cle)
    with pytest.raises(DejaFait):
        agendas.creer(agent=amina, cle=cle)
    assert lecture_agenda.trouver(jeton) == amina


def passer(agent, **champs):
    base = {"texte": "Rappeler K7F-4Q2-M avant midi.", "jusqu_au": dans(1), "cle": uuid.uuid4()}
    return passations.ecrire(agent=agent, **{**base, **champs})


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"texte": " \x00 "}, "Écrivez ce que vos collègues doivent savoir."),
        ({"texte": "NIR 1 84 12 76 451 089 46"}, "Ce texte contient un numéro de sécurité sociale : retirez-le."),
        ({"jusqu_au": dans(-1)}, "Choisissez un jour entre aujourd’hui et dans un mois."),
        ({"jusqu_au": dans(40)}, "Choisissez un jour entre aujourd’hui et dans un mois."),
    ],
)
def test_une_passation_qui_ne_tient_pas_est_refusee(amina, champs, phrase):
    assert (refuse(lambda: passer(amina, **champs), Refus), Passation.objects.count()) == (phrase, 0)


def test_une_passation_est_a_lire_par_sa_maison_jusqu_a_ce_que_chacun_l_ait_lue(amina, bruno, estelle, chloe, fabien):
    passation = passer(amina)
    passations.lire(passation, agent=bruno, cle=uuid.uuid4())
    a_lire = {
        a.prenom: lecture_passations.a_lire(a, timezone.localdate()) for a in (amina, bruno, estelle, chloe, fabien)
    }
    assert {p: len(lues) for p, lues in a_lire.items()} == {
        "Amina": 0, "Bruno": 0, "Estelle": 1, "Chloé": 0, "Fabien": 0,
    }  # fmt: skip
    assert [lecture.agent for lecture in lecture_passations.liste(amina, "").lignes[0].lues] == [bruno]


def test_une_passation_tombe_apres_son_dernier_jour(amina, bruno):
    passer(amina, jusqu_au=dans(0))
    vues = [len(lecture_passations.a_lire(bruno, dans(n))) for n in (0, 1)]
    assert (vues, len(lecture_passations.liste(bruno, "").lignes)) == ([1, 0], 1)


def test_une_passation_d_ailleurs_ne_se_lit_pas(amina, chloe):
    passation = passer(amina)
    refuse(lambda: passations.lire(passation, agent=chloe, cle=uuid.uuid4()), Introuvable)
    assert LecturePassation.objects.count() == 0


def test_une_passation_ne_montre_que_les_dossiers_de_son_lecteur(estelle, bruno, amina):
    """The direction names a confidential file: who may not know of it is not told its number."""
    from dossiers.models import Dossier

    cache, ouvert = (ouvrir_dossier(bruno, besoins=("logement",), enfants=()) for _ in range(2))
    Dossier.objects.filter(pk=cache.pk).update(confidentiel=True)
    passer(estelle, dossiers=[cache, ouvert])
    (lue,) = lecture_passations.a_lire(amina, timezone.localdate())
    (entiere,) = lecture_passations.liste(estelle, "").lignes
    assert ([d.numero for d in lue.dossiers_vus], len(entiere.dossiers_vus)) == ([ouvert.numero], 2)


def test_la_passation_commence_par_ce_qui_reste_ouvert_et_ne_nomme_personne(amina):
    debut = timezone.localtime().replace(hour=0, minute=1, second=0, microsecond=0) - dt.timedelta(days=1)
    tenir = Promesse(nature="rappel", pour_le=debut + dt.timedelta(hours=8), quoi="Claire Delmas veut savoir")
    dossier = ouvrir_dossier(amina, recu_le=debut, promesse=tenir)
    ouverture = lecture_passations.ouverture(amina, timezone.now())
    assert (ouverture.count("\n"), dossier.numero in ouverture, "échu" in ouverture) == (0, True, True)
    assert [m for m in ("Delmas", "Claire", "04", "Anduze") if m in ouverture.replace(dossier.numero, "")] == []


PASSE = timezone.now().replace(microsecond=0) - dt.timedelta(days=3)


def papier(pris_par, **champs):
    return Ressaisie(**{"pris_par": pris_par, "fini_le": PASSE + dt.timedelta(minutes=12), **champs})


def test_un_appel_ressaisi_garde_son_heure_et_son_agent(amina, estelle):
    promesse = Promesse(nature="rappel", pour_le=PASSE + dt.timedelta(days=1))
    dossier = ouvrir_dossier(estelle, recu_le=PASSE, ressaisie=papier(amina), promesse=promesse)
    appel = dossier.appels.get()
    assert (appel.agent, appel.recu_le, appel.fini_le, appel.saisi_par) == (
        amina, PASSE, PASSE + dt.timedelta(minutes=12), estelle,
    )  # fmt: skip
    assert appel.saisi_le > timezone.now() - dt.timedelta(minutes=1)
    histoire = Appel.history.get()
    assert (histoire.history_user, histoire.history_geste) == (estelle, "ressaisir_appel")
    assert (dossier.cree_le, dossier.engagements.get().agent) == (PASSE, amina)


def test_la_chronologie_dit_qui_a_ressaisi_et_quand(amina, estelle):
    dossier = ouvrir_dossier(estelle, recu_le=PASSE, ressaisie=papier(amina))
    appel = next(e for e in lire_chronologie(relu(dossier), amina, []) if e.genre == "appel")
    assert (appel.quand, appel.qui, len(appel.details)) == (PASSE, str(amina), 1)
    assert appel.details[0].startswith("ressaisi le ")
    assert appel.details[0].endswith(f"par {estelle}")


def test_un_appel_pris_a_l_ecran_n_est_pas_ressaisi(amina):
    appel = ouvrir_dossier(amina).appels.get()
    assert (appel.agent, appel.saisi_le, appel.saisi_par, appel.fini_le) == (amina, None, None, None)


@pytest.mark.parametrize(
    ("recu", "fin", "phrase", "champ"),
    [
        (dt.timedelta(hours=1), 10, "L’heure de l’appel est dans le futur.", "recu_le"),
        (-dt.timedelta(days=61), 10, "Cet appel a plus de 60 jours\u00a0: relisez sa date, ou notez-le dans le dossier.", "recu_le"),
        (-dt.timedelta(days=2), -10, "L’appel finit avant d’avoir commencé.", "fin"),
        (-dt.timedelta(minutes=5), 30, "L’heure de fin est dans le futur.", "fin"),
    ],
)  # fmt: skip
def test_une_ressaisie_aux_heures_impossibles_est_refusee(amina, estelle, recu, fin, phrase, champ):
    recu_le = timezone.now() + recu
    feuille = Ressaisie(pris_par=amina, fini_le=recu_le + dt.timedelta(minutes=fin))
    with pytest.raises(Refus) as refus:
        appels.enregistrer(saisie(recu_le=recu_le, ressaisie=feuille), agent=estelle, cle=uuid.uuid4())
    assert (refus.value.phrase, refus.value.champ, Appel.objects.count()) == (phrase, champ, 0)


def test_on_ne_ressaisit_pas_au_nom_d_un_autre_organisme(amina, chloe):
    agir = lambda: appels.enregistrer(  # noqa: E731
        saisie(recu_le=PASSE, ressaisie=papier(chloe), personnes=(personne(),)), agent=amina, cle=uuid.uuid4()
    )
    assert refuse(agir, Refus) == "Choisissez un agent de votre organisme, sur votre territoire."
