"""Somebody leaves: no démarche, promise nor dossier is left in the name of a closed account."""

import io
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dossiers.actions.affectations import affecter
from dossiers.actions.departs import partir
from dossiers.actions.suivi import promettre_sur_dossier
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures.equipe import inventaire, orphelins
from dossiers.models import Agent, auteur
from tests.actions.test_routage import absenter
from tests.aides import besoin, client_de, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]
RIEN = {"démarches": 0, "promesses": 0, "dossiers": 0}


@pytest.fixture
def charge(foyer, bruno):
    """Bruno carries two démarches, a promise and the dossier itself, which is confidential."""
    for type_ in ("logement", "scolarisation"):
        affecter(
            besoin(foyer, type_), agent=bruno, organisme=bruno.organisme, responsable=bruno, version=relu(foyer).version,
            cle=uuid.uuid4(),
        )  # fmt: skip
    promettre_sur_dossier(
        foyer, agent=bruno, cle=uuid.uuid4(), nature="rappel", pour_le=timezone.now() + timezone.timedelta(days=1), quoi="",
    )  # fmt: skip
    with auteur(None, geste="essai"):
        dossier = relu(foyer)
        dossier.confidentiel = True
        dossier.save(update_fields=["confidentiel"])
    return dossier


def quitter(bruno, estelle, successeur=None):
    return partir(bruno, agent=estelle, cle=uuid.uuid4(), successeur=successeur or estelle)


def test_tout_ce_qu_il_portait_est_remis(charge, bruno, estelle):
    porte = inventaire(bruno)
    assert (len(porte.demarches), len(porte.promesses), len(porte.dossiers)) == (2, 1, 1)
    remise = quitter(bruno, estelle)
    assert (remise.demarches, remise.promesses, remise.dossiers, remise.a_d_autres) == (2, 1, 1, 0)
    assert (relu(bruno).is_active, inventaire(bruno).vide, orphelins()) == (False, True, RIEN)
    assert (relu(charge).referent, charge.engagements.get().agent) == (estelle, estelle)
    assert {d.pourquoi for d in charge.demarches.filter(responsable=estelle)} == {
        "Suite d’un départ (Bruno Lefèvre), décidée par Estelle Roux."
    }


def test_fermer_un_compte_sans_remettre_laisse_des_orphelins_que_l_on_compte(charge, bruno):
    Agent.objects.filter(pk=bruno.pk).update(is_active=False)
    assert orphelins() == {"démarches": 2, "promesses": 1, "dossiers": 1}


def test_ce_que_le_successeur_ne_peut_pas_porter_va_au_moins_charge(charge, bruno, estelle, amina):
    remise = quitter(bruno, estelle, amina)
    assert remise.a_d_autres == 2
    assert {str(d.responsable) for d in charge.demarches.filter(type__in=["logement", "scolarisation"])} == {
        "Estelle Roux"
    }
    assert (relu(charge).referent, orphelins()) == (amina, RIEN)


def test_qui_devait_le_voir_remplacer_le_verra_par_le_successeur(charge, bruno, estelle, amina):
    absence = absenter(amina, bruno)
    quitter(bruno, estelle)
    assert relu(absence).remplacant == estelle


def test_sa_session_se_ferme(charge, bruno, estelle):
    client = client_de(bruno)
    quitter(bruno, estelle)
    assert client.get("/journee/").url.startswith("/connexion/")


@pytest.mark.parametrize("prenom", ["amina", "chloe", "driss", "fabien"])
def test_seul_un_superviseur_de_sa_maison_ferme_un_compte(charge, bruno, estelle, request, prenom):
    with pytest.raises(Introuvable):
        quitter(bruno, request.getfixturevalue(prenom), estelle)


def test_on_ne_ferme_pas_son_compte_ni_deux_fois_ni_vers_n_importe_qui(charge, bruno, estelle, chloe):
    phrases = [
        refuse(lambda: quitter(estelle, estelle, bruno), Refus),
        refuse(lambda: quitter(bruno, estelle, chloe), Refus),
        refuse(lambda: quitter(bruno, estelle, bruno), Refus),
    ]
    quitter(bruno, estelle)
    phrases.append(refuse(lambda: quitter(bruno, estelle), Refus))
    assert phrases == [
        "On ne ferme pas son propre compte : demandez à un autre superviseur.",
        "Chloé Martinez ne peut pas prendre la suite : choisissez un collègue présent.",
        "Bruno Lefèvre ne peut pas prendre la suite : choisissez un collègue présent.",
        "Ce compte est déjà fermé.",
    ]


def commande(*args):
    sortie = io.StringIO()
    call_command("quitter", *args, stdout=sortie)
    return sortie.getvalue()


def test_la_commande_liste_puis_remet_puis_compte_zero(charge, bruno):
    avant = commande("bruno@ales.example.org")
    assert avant.startswith(
        "Bruno Lefèvre : 2 démarches, 1 promesses, 1 dossiers dont il est référent. Rien n’est changé"
    )
    apres = commande("bruno@ales.example.org", "--successeur", "estelle@ales.example.org")
    assert apres == (
        "Compte de Bruno Lefèvre fermé : 2 démarches, 1 promesses et 1 dossiers remis.\n"
        "0 démarches, 0 promesses, 0 dossiers sans personne.\n"
    )
    with pytest.raises(CommandError, match="Ce compte est déjà fermé"):
        commande("bruno@ales.example.org", "--successeur", "estelle@ales.example.org")


def test_verifier_echoue_quand_il_reste_des_orphelins(charge, bruno):
    Agent.objects.filter(pk=bruno.pk).update(is_active=False)
    with pytest.raises(SystemExit):
        commande("--verifier")
