"""The screens of absences, departures and rules, as people go through them."""

import uuid

import pytest
from django.urls import reverse

from dossiers.models import Absence, JeuRegles, RegleAffectation
from tests.actions.test_routage import absenter, rediger, revenir
from tests.aides import besoin, client_de, dans, donner_referent, ouvrir_dossier, relu, texte_de

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def cle(**champs):
    return {"cle": str(uuid.uuid4()), **champs}


def iso(jours):
    return dans(jours).isoformat()


def test_un_agent_note_son_absence_avec_le_remplacant_propose(bruno, estelle):
    client, chemin = client_de(bruno), reverse("reglages.absences")
    assert f'<option value="{estelle.pk}" selected>' in client.get(chemin).content.decode()
    envoi = cle(debut=iso(0), fin=iso(3), remplacant=estelle.pk)
    assert [client.post(chemin, envoi).status_code for _ in range(2)] == [302, 302]
    assert [(a.agent, a.remplacant, a.fin) for a in Absence.objects.all()] == [(bruno, estelle, dans(3))]
    assert "remplacement par Estelle Roux" in texte_de(client.get(chemin))
    refusee = client.post(chemin, cle(debut=iso(1), fin=iso(2), remplacant=""))
    assert (refusee.status_code, "Une absence est déjà notée" in texte_de(refusee)) == (422, True)


def test_au_retour_la_page_montre_ce_qui_fut_recu_et_rend_la_main(bruno, estelle):
    rediger(estelle, {"besoin": "logement", "nomme": bruno})
    absence = absenter(bruno, estelle)
    dossier = ouvrir_dossier(estelle, besoins=("logement",), enfants=())
    revenir(absence)
    client = client_de(bruno)
    page = client.get(reverse("reglages.absences"))
    assert "1 démarche reçue en votre nom pendant votre absence" in texte_de(client.get(reverse("journee")))
    assert ("Reçu en votre nom" in texte_de(page), dossier.numero in texte_de(page)) == (True, True)
    (recue,) = absence.suppleances.all()
    client.post(reverse("reglages.rendre", args=[recue.pk]), cle(suite="reprendre", version=relu(dossier).version))
    assert (besoin(dossier, "logement").responsable, "Reçu en votre nom" in texte_de(client.get(reverse("reglages.absences")))) == (
        bruno, False,
    )  # fmt: skip


def test_la_carte_dit_pourquoi_moi(bruno, estelle):
    rediger(estelle, {"besoin": "logement", "nomme": bruno})
    dossier = ouvrir_dossier(estelle, besoins=("logement",), enfants=())
    page = texte_de(client_de(bruno).get(reverse("dossiers.fiche", args=[dossier.pk])))
    assert "Règle du territoire, version 1 : logement." in page


def test_la_carte_du_partenaire_dit_aussi_pourquoi(foyer, chloe):
    page = texte_de(client_de(chloe).get(reverse("dossiers.fiche", args=[foyer.pk])))
    assert "CPAM du Gard, personne encore Règle du territoire : formalités." in page


def test_le_superviseur_voit_les_charges_et_leve_une_absence(bruno, estelle):
    absence = absenter(bruno, estelle, 1, 4)
    client = client_de(estelle)
    page = texte_de(client.get(reverse("reglages.equipe")))
    assert ("remplacement par Estelle Roux" in page, "Chloé" in page) == (True, False)
    client.post(reverse("reglages.absence_annuler", args=[absence.pk]), cle())
    assert Absence.objects.count() == 0


def test_un_superviseur_partenaire_ne_gere_que_sa_maison(bruno, chloe):
    from tests.views.test_droits import superviseur

    chef = superviseur("cpam-gard")
    client = client_de(chef)
    page = texte_de(client.get(reverse("reglages.equipe")))
    codes = [
        client.get(reverse("reglages.depart", args=[bruno.pk])).status_code,
        client.get(reverse("reglages.depart", args=[chloe.pk])).status_code,
        client.get(reverse("reglages.routage")).status_code,
    ]
    assert ("Chloé Martinez" in page, "Bruno Lefèvre" in page, codes) == (True, False, [404, 200, 404])


def test_un_depart_par_l_ecran(bruno, estelle):
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    client, chemin = client_de(estelle), reverse("reglages.depart", args=[bruno.pk])
    page = texte_de(client.get(chemin))
    assert ("1 dossier suivi" in page, dossier.numero in page) == (True, True)
    assert client.post(chemin, cle(successeur="")).status_code == 422
    envoi = cle(successeur=estelle.pk)
    assert [client.post(chemin, envoi).status_code for _ in range(2)] == [302, 302]
    assert (relu(bruno).is_active, relu(dossier).referent) == (False, estelle)
    assert "compte fermé" in texte_de(client.get(reverse("reglages.equipe")))


def test_ecrire_simuler_publier_et_restaurer_par_l_ecran(bruno, estelle):
    ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    client = client_de(estelle)
    client.post(reverse("reglages.routage"), cle())
    jeu = JeuRegles.objects.get()
    chemin = reverse("reglages.jeu", args=[jeu.pk])
    regle = {"besoin": "logement", "commune": "", "statut": "", "organisme": bruno.organisme_id, "nomme": bruno.pk}
    assert client.post(chemin, cle(**regle)).status_code == 302
    double = client.post(chemin, cle(**regle, moins_charge="on"))
    assert (double.status_code, "pas les deux" in texte_de(double)) == (422, True)
    page = texte_de(client.get(chemin + "?mois=1"))
    assert "1 démarche ouverte sur la période ; 1 serait allée à quelqu’un d’autre." in page
    assert "Bruno Lefèvre 0 1 +1" in page
    assert client.post(reverse("reglages.jeu_publier", args=[jeu.pk]), cle(effet_le=iso(-1))).status_code == 422
    assert client.post(reverse("reglages.jeu_publier", args=[jeu.pk]), cle(effet_le=iso(0))).status_code == 302
    assert "en vigueur" in texte_de(client.get(reverse("reglages.routage")))
    client.post(reverse("reglages.routage"), cle(depuis=jeu.pk))
    brouillon = JeuRegles.objects.get(publie_le=None)
    assert [(r.besoin, r.a_qui) for r in brouillon.regles.filter(besoin="logement")] == [("logement", "Bruno Lefèvre")]
    client.post(reverse("reglages.regle_retirer", args=[brouillon.regles.get(besoin="logement").pk]), cle())
    assert not brouillon.regles.filter(besoin="logement").exists()
    client.post(reverse("reglages.jeu_effacer", args=[brouillon.pk]), cle())
    assert (JeuRegles.objects.count(), RegleAffectation.objects.filter(jeu=jeu).exists()) == (1, True)


def test_une_version_publiee_se_lit_sans_formulaire(bruno, estelle):
    jeu = rediger(estelle, {"besoin": "logement", "nomme": bruno})
    page = texte_de(client_de(estelle).get(reverse("reglages.jeu", args=[jeu.pk])))
    assert ("ne change plus" in page, "Écrire une règle" in page, "Publier la version" in page) == (True, False, False)


@pytest.mark.parametrize(("prenom", "liens"), [
    ("amina", ["reglages.absences"]),
    ("bruno", ["reglages.absences"]),
    ("chloe", ["reglages.absences"]),
    ("gaelle", ["reglages.absences"]),
    ("estelle", ["reglages.absences", "reglages.equipe", "reglages.routage"]),
])  # fmt: skip
def test_les_reglages_ne_menent_qu_ou_l_on_peut_aller(request, prenom, liens):
    page = client_de(request.getfixturevalue(prenom)).get(reverse("reglages")).content.decode()
    tous = ("reglages.absences", "reglages.equipe", "reglages.routage")
    assert [nom for nom in tous if f'href="{reverse(nom)}"' in page] == liens
