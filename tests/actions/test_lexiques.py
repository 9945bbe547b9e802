"""A supervisor's words: added, taken out, given back; a territory never changes another's."""

import uuid

import pytest
from django.core.management import call_command

from dossiers.actions.lexiques import ajouter_expression, retirer_expression
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures.lexiques import mots, preparer, termes
from dossiers.lectures.saisie import panneau
from dossiers.models import Lexique
from tests.aides import refuse

pytestmark = pytest.mark.django_db


def besoins(agent, texte):
    return [p.proposition.valeur for p in panneau(agent, {"texte": texte}).puces if p.proposition.champ == "besoins"]


def ajouter(agent, expression="bicoque", valeur="logement", poids=2, famille="besoin", cle=None):
    return ajouter_expression(
        agent=agent, cle=cle or uuid.uuid4(), famille=famille, valeur=valeur, expression=expression, poids=poids
    )


def retirer(agent, expression, valeur="logement", poids=2, famille="besoin"):
    return retirer_expression(
        agent=agent, cle=uuid.uuid4(), famille=famille, valeur=valeur, expression=expression, poids=poids
    )


def test_un_mot_ajoute_est_compris_aussitot_et_ici_seulement(estelle, amina, fabien):
    phrase = "interne, cherche une bicoque"
    avant = besoins(amina, phrase)
    ligne = ajouter(estelle)
    assert (avant, besoins(amina, phrase), besoins(fabien, phrase)) == ([], ["logement"], [])
    assert ligne.history.latest().history_user == estelle
    retirer(estelle, "bicoque")
    assert besoins(amina, phrase) == []


def test_un_mot_commun_se_retire_ici_se_rend_et_reste_ailleurs(estelle, amina, fabien):
    phrase = "interne, cherche un studio"
    retirer(estelle, "studio*")
    assert (besoins(amina, phrase), besoins(fabien, phrase)) == ([], ["logement"])
    assert [m.retire for m in mots(estelle.territoire_id, "besoin")["Logement"] if m.expression == "studio*"] == [True]
    ajouter(estelle, "studio*")
    assert besoins(amina, phrase) == ["logement"]


def test_recharger_les_mots_livres_garde_ceux_du_territoire(estelle):
    ajouter(estelle)
    retirer(estelle, "studio*")
    Lexique.objects.filter(territoire=None, famille="besoin", valeur="loisirs").update(expressions=["vieux mot"])
    call_command("charger_territoire", verbosity=0)
    connus = {(t.valeur, t.expression) for t in termes(estelle.territoire_id)}
    assert (
        ("logement", "bicoque") in connus, ("logement", "studio*") in connus, ("loisirs", "vieux mot") in connus,
        ("loisirs", "club*") in connus
    ) == (True, False, False, True)  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "valeur", "phrase"),
    [
        ("*", "logement", "Écrivez au moins un mot : « cherche … maison », « install* »."),
        ("… maison", "logement", "Écrivez au moins un mot : « cherche … maison », « install* »."),
        ("bicoque", "inconnu", "Choisissez ce que ces mots veulent dire."),
        ("STUDIO*", "logement", "« STUDIO* » est déjà dans la liste."),
    ],
)
def test_ce_qui_ne_dit_rien_ou_est_deja_la_est_refuse(estelle, expression, valeur, phrase):
    assert refuse(lambda: ajouter(estelle, expression, valeur), Refus) == phrase


def test_seul_un_superviseur_change_les_mots(amina, bruno):
    assert [refuse(lambda a=a: ajouter(a), Introuvable) for a in (amina, bruno)] == [
        "Ce réglage n’est pas ouvert à votre rôle."
    ] * 2
    assert refuse(lambda: retirer(amina, "studio*"), Introuvable) == "Ce réglage n’est pas ouvert à votre rôle."


def test_les_mots_prets_servent_tant_que_rien_ne_change(estelle):
    premiers = preparer(estelle.territoire_id)[0]
    assert preparer(estelle.territoire_id)[0] is premiers
    ajouter(estelle)
    assert preparer(estelle.territoire_id)[0] is not premiers
