"""Asking to see a hidden file: nothing of it is told before its référent or the direction answers."""

import uuid

import pytest
from django.urls import reverse

from dossiers.actions import acces
from dossiers.actions.acces import recalculer
from dossiers.actions.dossiers import modifier
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, DemandeAcces, Dossier
from tests.aides import client_de, donner_referent, intervenants, ouvrir_dossier, refuse, relu, texte_de

pytestmark = pytest.mark.django_db


def demander(dossier, agent, motif="appel"):
    (demande,) = acces.demander([dossier.pk], agent=agent, cle=uuid.uuid4(), motif=motif)
    return demande


@pytest.fixture
def hors_champ(bruno):
    """Return a file of Bruno's where no partner is at work."""
    dossier = donner_referent(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    Dossier.objects.filter(pk=dossier.pk).update(intervenants=[bruno.organisme_id])
    return relu(dossier)


@pytest.fixture
def confidentiel(hors_champ, estelle):
    return modifier(hors_champ, agent=estelle, version=hors_champ.version, cle=uuid.uuid4(), confidentiel=True)


def visible(dossier, agent):
    return Dossier.objects.visibles_par(Agent.objects.get(pk=agent.pk)).filter(pk=dossier.pk).exists()


def test_accorder_fait_entrer_l_organisme_du_partenaire(hors_champ, bruno, chloe):
    demande = demander(hors_champ, chloe)
    assert visible(hors_champ, chloe) is False
    acces.accorder(demande, agent=bruno, cle=uuid.uuid4())
    assert (visible(hors_champ, chloe), "cpam-gard" in intervenants(hors_champ), relu(demande).reponse) == (
        True,
        True,
        "accorde",
    )


def test_un_dossier_confidentiel_ne_s_ouvre_qu_a_la_personne(confidentiel, bruno, amina, estelle):
    demande = demander(confidentiel, amina)
    acces.accorder(demande, agent=bruno, cle=uuid.uuid4())
    ouverts = {a.prenom: visible(confidentiel, a) for a in (amina, bruno, estelle)}
    assert (ouverts, relu(amina).acces) == ({"Amina": True, "Bruno": True, "Estelle": True}, [confidentiel.pk])
    appel = reverse("appels.fiche", args=[confidentiel.appels.get().pk])
    assert client_de(relu(amina)).get(appel).status_code == 200


def test_la_colonne_des_acces_est_celle_que_les_reponses_donnent(confidentiel, bruno, amina):
    acces.accorder(demander(confidentiel, amina), agent=bruno, cle=uuid.uuid4())
    garde = relu(amina).acces
    Agent.objects.filter(pk=amina.pk).update(acces=[])
    recalculer(relu(amina))
    assert relu(amina).acces == garde == [confidentiel.pk]


def test_a_un_autre_territoire_rien_ne_s_ouvre_mais_on_sait_qui_appeler(hors_champ, bruno, fabien):
    demande = demander(hors_champ, fabien)
    avant = texte_de(client_de(fabien).get(reverse("acces.liste")))
    acces.accorder(demande, agent=bruno, cle=uuid.uuid4())
    apres = texte_de(client_de(fabien).get(reverse("acces.liste")))
    assert (hors_champ.numero in avant, "Bruno" in avant, hors_champ.numero in apres, "Bruno Lefèvre" in apres) == (
        False, False, True, True,
    )  # fmt: skip
    assert ("Delmas" in apres, visible(hors_champ, fabien)) == (False, False)


def test_un_refus_dit_sa_raison_et_rien_du_dossier(hors_champ, bruno, chloe):
    demande = demander(hors_champ, chloe)
    assert refuse(lambda: acces.refuser(demande, agent=bruno, cle=uuid.uuid4(), raison=" "), Refus).startswith(
        "Dites en un mot"
    )
    acces.refuser(demande, agent=bruno, cle=uuid.uuid4(), raison="La CPAM n’a rien à faire sur ce projet.")
    page = texte_de(client_de(chloe).get(reverse("acces.liste")))
    assert ("La CPAM n’a rien à faire" in page, hors_champ.numero in page, "Delmas" in page) == (True, False, False)
    assert (
        refuse(lambda: acces.accorder(demande, agent=bruno, cle=uuid.uuid4()), Refus)
        == "Cette demande a déjà reçu sa réponse."
    )


def test_une_demande_en_attente_n_est_pas_faite_deux_fois(hors_champ, chloe):
    demander(hors_champ, chloe)
    assert acces.demander([hors_champ.pk], agent=chloe, cle=uuid.uuid4(), motif="appel") == []
    assert DemandeAcces.objects.count() == 1


def test_ne_repond_que_le_referent_ou_la_direction(hors_champ, bruno, amina, chloe, estelle, fabien, driss):
    demande = demander(hors_champ, driss)
    qui = {
        a.prenom: DemandeAcces.objects.a_decider_par(a).exists() for a in (bruno, amina, chloe, estelle, fabien, driss)
    }
    assert qui == {"Bruno": True, "Amina": False, "Chloé": False, "Estelle": True, "Fabien": False, "Driss": False}
    for agent in (amina, chloe, fabien, driss):
        refuse(lambda a=agent: acces.accorder(demande, agent=a, cle=uuid.uuid4()), Introuvable)
    assert relu(demande).reponse == ""


def test_le_dpo_ne_demande_pas(hors_champ, hugo):
    refuse(lambda: demander(hors_champ, hugo), Introuvable)


def test_l_histoire_dit_qui_a_demande_et_qui_a_repondu_a_la_ligne_seule(hors_champ, bruno, chloe, driss):
    for agent in (chloe, driss):
        acces.accorder(demander(hors_champ, agent, "adressee"), agent=bruno, cle=uuid.uuid4())
    fiche = reverse("dossiers.fiche", args=[hors_champ.pk])
    porteur, partenaire = (texte_de(client_de(a).get(fiche)) for a in (bruno, driss))
    assert (
        "Accès demandé" in porteur,
        "Motif : un partenaire nous l’adresse" in porteur,
        "Accès accordé" in porteur,
    ) == (True,) * 3
    assert ("Accès" in partenaire, "Chloé" in partenaire) == (False, False)


def test_ma_journee_annonce_la_demande_a_qui_doit_repondre(confidentiel, bruno, estelle, amina, chloe):
    demander(confidentiel, chloe)
    phrases = {
        a.prenom: "1 demande d’accès" in texte_de(client_de(a).get(reverse("journee")))
        for a in (bruno, estelle, amina, chloe)
    }
    assert phrases == {"Bruno": True, "Estelle": True, "Amina": False, "Chloé": False}


def test_l_ecran_repond_et_refuse_avec_sa_phrase(hors_champ, bruno, chloe):
    demande = demander(hors_champ, chloe)
    client, adresse = client_de(bruno), reverse("acces.repondre", args=[demande.pk])
    vide = client.post(adresse, {"reponse": "refuser", "raison": "", "cle": str(uuid.uuid4())})
    assert (vide.status_code, "Dites en un mot pourquoi" in texte_de(vide)) == (422, True)
    cle = str(uuid.uuid4())
    codes = [client.post(adresse, {"reponse": "accorder", "cle": cle}).status_code for _ in range(2)]
    assert (codes, relu(demande).reponse) == ([302, 404], "accorde")
    assert client_de(chloe).get(reverse("dossiers.fiche", args=[hors_champ.pk])).status_code == 200


def test_depuis_l_appel_on_demande_sans_rien_perdre_ni_rien_apprendre(hors_champ, estelle, fabien):
    saisie = {"numero": "04 65 71 12 20", "texte": "Un long texte", "cle": str(uuid.uuid4())}
    client = client_de(fabien)
    annonce = texte_de(client.post(reverse("appels.qui"), saisie))
    assert ("Un dossier existe, hors de votre champ" in annonce, "Delmas" in annonce, hors_champ.numero in annonce) == (
        True,
        False,
        False,
    )
    page = client.post(reverse("appels.nouveau"), {**saisie, "demander_acces": "1"})
    dite = texte_de(page)
    assert (
        page.status_code,
        "Un long texte" in dite,
        "attend sa réponse" in dite,
        "Erreur : Nouvel appel" in dite,
    ) == (
        200,
        True,
        True,
        False,
    )
    assert [(d.dossier_id, d.agent_id) for d in DemandeAcces.objects.all()] == [(hors_champ.pk, fabien.pk)]


def test_depuis_la_recherche_on_demande_et_rien_ne_nomme_le_dossier(hors_champ, chloe):
    client = client_de(chloe)
    page = client.post(reverse("recherche.palette"), {"q": "Claire Delmas"})
    assert ("Un dossier existe" in texte_de(page), hors_champ.numero in page.content.decode()) == (True, False)
    assert f"/{hors_champ.pk}/" not in page.content.decode()
    assert (
        client.post(
            reverse("acces.demander"), {"q": "Claire Delmas", "motif": "adressee", "cle": str(uuid.uuid4())}
        ).status_code
        == 302
    )
    assert DemandeAcces.objects.get().motif == "adressee"
    client.post(reverse("acces.demander"), {"q": "Personne Dutout", "motif": "appel", "cle": str(uuid.uuid4())})
    assert DemandeAcces.objects.count() == 1
