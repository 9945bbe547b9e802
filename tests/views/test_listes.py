"""Lists as their readers arrange them, the gestures on several lines, and « Annuler », through the pages."""

import logging
import re
import uuid

import pytest
from django.urls import reverse

from dossiers.actions.vues import enregistrer_vue
from dossiers.lectures import tableurs
from dossiers.models import Agent, Appel, Dossier, Vue
from tests.actions.test_annulations import finir
from tests.actions.test_etiquettes import creer, poser
from tests.aides import client_de, jetons, ouvrir_dossier, relu, texte_de

pytestmark = pytest.mark.django_db

LISTES = ("dossiers", "promesses", "courriers", "appels", "dispositifs")


def cle():
    return str(uuid.uuid4())


def entetes(page):
    tete = re.search(r"<thead>(.*?)</thead>", page.content.decode(), re.S)[1]
    return re.findall(r'<th scope="col">([^<]+)</th>', tete)


def csv_de(client, ecran, **parametres):
    return client.get(reverse(ecran), parametres).getvalue().decode("utf-8-sig").splitlines()


@pytest.fixture
def trois(bruno):
    return [ouvrir_dossier(bruno, besoins=("logement",), enfants=()) for _ in range(3)]


def test_enregistrer_une_vue_puis_l_ouvrir_par_son_lien(foyer, bruno):
    client = client_de(bruno)
    envoi = {"nom": "Logements", "parametres": "besoin=logement&q=Delmas", "cle": cle(), "par_defaut": "on"}
    reponse = client.post(reverse("vues.gerer", args=["dossiers"]), envoi)
    vue = Vue.objects.get()
    assert (vue.parametres, reponse.url) == ({"besoin": "logement"}, f"/dossiers/?besoin=logement&vue={vue.pk}")
    # the list opened bare goes to the view chosen for it; « sans vue » does not
    assert client.get(reverse("dossiers.liste")).url == reponse.url
    assert client.get(reverse("dossiers.liste"), {"vue": "0"}).status_code == 200
    assert 'aria-current="true">Logements' in client.get(reponse.url).content.decode()


@pytest.mark.parametrize("nom", ["", " ", "\x00", "x" * 1_000_000, "1 85 05 78 006 084 91"])
def test_un_nom_illisible_revient_avec_sa_phrase(bruno, nom):
    reponse = client_de(bruno).post(reverse("vues.gerer", args=["dossiers"]), {"nom": nom, "cle": cle()})
    assert (reponse.status_code, Vue.objects.count()) == (422, 0)


def test_renommer_partager_supprimer_et_rendre(bruno):
    client = client_de(bruno)
    vue = enregistrer_vue(
        agent=bruno, cle=uuid.uuid4(), liste="appels", nom="Sourds", parametres={"canal": "relais"}, colonnes=[]
    )
    adresse, page = reverse("vues.vue", args=[vue.pk]), reverse("vues.gerer", args=["appels"])
    client.post(adresse, {"nom": "Relais", "partagee": "on", "faire": "modifier", "cle": cle()})
    assert (relu(vue).nom, relu(vue).partagee) == ("Relais", True)
    reponse = client.post(adresse, {"faire": "supprimer", "cle": cle()}, follow=True)
    retour = re.search(r'action="(/annuler/[^"]+)"', reponse.content.decode())[1]
    assert "Relais" not in texte_de(client.get(page))
    client.post(retour)
    assert "Relais" in client.get(page).content.decode()


def test_une_vue_partagee_n_elargit_les_droits_de_personne(foyer, bruno, amina, estelle):
    """The view names filters, never rows: a confidential file stays unknown to whom it is closed."""
    vue = enregistrer_vue(
        agent=estelle,
        cle=uuid.uuid4(),
        liste="dossiers",
        nom="Tous",
        parametres={"clos": "on"},
        colonnes=[],
        partagee=True,
    )
    Dossier.objects.filter(pk=foyer.pk).update(confidentiel=True, referent=estelle)
    adresse = f"/dossiers/?clos=on&vue={vue.pk}"
    vus = [foyer.numero in client_de(a).get(adresse).content.decode() for a in (estelle, amina)]
    assert vus == [True, False]


@pytest.mark.parametrize("liste", LISTES)
def test_les_colonnes_choisies_sont_celles_de_la_page_et_de_l_export(foyer, bruno, liste):
    from dossiers.regles.listes import LISTES as DECLAREES

    declaree, client = DECLAREES[liste], client_de(bruno)
    une = next(c for c in declaree.colonnes if c not in declaree.fixes and c != "besoins")
    client.post(reverse("vues.colonnes", args=[liste]), {"colonne": [une]})
    attendues = [declaree.colonnes[c] for c in (*declaree.fixes, une)]
    page = client.get(reverse(declaree.ecran))
    export = csv_de(client, declaree.export)
    assert export[0].split(";") == attendues
    if "<thead>" in page.content.decode():
        assert entetes(page) == attendues


def test_sans_choix_on_retrouve_les_colonnes_habituelles(foyer, bruno):
    client = client_de(bruno)
    habituelles = entetes(client.get(reverse("dossiers.liste")))
    client.post(reverse("vues.colonnes", args=["dossiers"]), {"colonne": ["foyer"]})
    client.post(reverse("vues.colonnes", args=["dossiers"]), {"toutes": "1", "colonne": ["foyer"]})
    assert entetes(client.get(reverse("dossiers.liste"))) == habituelles


def test_les_colonnes_se_gardent_dans_une_vue_par_son_auteur_seul(foyer, bruno, amina):
    vue = enregistrer_vue(
        agent=bruno, cle=uuid.uuid4(), liste="dossiers", nom="Mai", parametres={}, colonnes=["etape"], partagee=True
    )
    envoi = {"colonne": ["foyer"], "parametres": f"vue={vue.pk}", "dans_la_vue": "1"}
    reponses = [
        client_de(a).post(reverse("vues.colonnes", args=["dossiers"]), envoi).status_code for a in (amina, bruno)
    ]
    assert (reponses, relu(vue).colonnes) == ([404, 302], ["numero", "foyer"])


def test_un_partenaire_n_a_ni_lot_ni_etiquette_ni_appels(foyer, chloe, bruno, estelle):
    poser(foyer, bruno, creer(estelle, "Chamois"))
    client = client_de(chloe)
    pages = [client.get(reverse("dossiers.liste")), client.get(reverse("dossiers.fiche", args=[foyer.pk]))]
    textes = " ".join(p.content.decode() for p in pages) + "\n".join(csv_de(client, "dossiers.export"))
    assert [mot for mot in ("Chamois", "Étiquette", 'name="d"', "data-lot") if mot in textes] == []
    assert foyer.numero in textes
    assert [client.get(reverse(n)).status_code for n in ("appels.export", "reglages.etiquettes")] == [404, 404]
    assert client.post(reverse("dossiers.lot"), {"geste": "clore", "d": f"{foyer.pk}:1"}).status_code == 404
    assert client.get(reverse("vues.gerer", args=["appels"])).status_code == 404


def test_le_filtre_par_etiquette_n_agit_que_pour_qui_les_lit(trois, bruno, estelle, fabien):
    relire = creer(estelle)
    poser(trois[0], bruno, relire)
    page = client_de(bruno).get(reverse("dossiers.liste"), {"etiquette": relire.pk}).content.decode()
    assert [d.numero in page for d in trois] == [True, False, False]
    assert 'name="etiquette"' not in client_de(fabien).get(reverse("dossiers.liste")).content.decode()


def test_les_etiquettes_d_un_dossier_se_cochent_et_s_annulent(foyer, bruno, estelle):
    relire, client = creer(estelle), client_de(bruno)
    adresse = reverse("dossiers.etiquettes", args=[foyer.pk])
    reponse = client.post(adresse, {"etiquettes": [relire.pk], **jetons(foyer)}, follow=True)
    assert "À relire" in texte_de(reponse)
    retour = re.search(r'action="(/annuler/[^"]+)"', reponse.content.decode())[1]
    reponse = client.post(retour, follow=True)
    assert ("C’est annulé." in texte_de(reponse), foyer.etiquettes_posees.count()) == (True, 0)


def test_la_direction_ecrit_la_liste_des_etiquettes(estelle):
    client, adresse = client_de(estelle), reverse("reglages.etiquettes")
    client.post(adresse, {"nom": "À relire", "ton": "alerte", "cle": cle()})
    double = client.post(adresse, {"nom": "a relire", "ton": "info", "cle": cle()})
    assert (double.status_code, "déjà dans la liste" in texte_de(double)) == (422, True)
    pk = re.search(r'name="etiquette" value="(\d+)"', double.content.decode())[1]
    client.post(adresse, {"etiquette": pk, "nom": "Relu", "ton": "succes", "cle": cle()})
    assert 'value="Relu"' in client.get(adresse).content.decode()
    client.post(adresse, {"etiquette": pk, "retirer": "1", "cle": cle()})
    assert "Aucune étiquette encore." in texte_de(client.get(adresse))


def test_du_choix_des_lignes_a_l_annulation_sans_script(trois, bruno, amina):
    client, lot = client_de(bruno), reverse("dossiers.lot")
    liste = client.get(reverse("dossiers.liste"), {"cocher": "tout"}).content.decode()
    cochees = re.findall(r'name="d" value="(\d+:\d+)"[^>]* checked', liste)
    assert len(cochees) == 3
    demande = client.post(lot, {"geste": "referent", "d": cochees})
    assert "Rien n’est fait avant votre confirmation." in texte_de(demande)
    apercu = client.post(lot, {"geste": "referent", "etape": "apercu", "referent": amina.pk, "d": cochees})
    assert f"Référent {amina}" in texte_de(apercu)
    assert ("Sera fait : 3 dossiers" in texte_de(apercu), relu(trois[0]).referent) == (True, None)
    lignes = re.findall(r'name="d" value="(\d+:\d+)"', apercu.content.decode())
    confirmation = {"geste": "referent", "etape": "confirmer", "referent": amina.pk, "d": lignes, "cle": cle()}
    fait = client.post(lot, confirmation, follow=True)
    assert ("Fait : 3 dossiers" in texte_de(fait), [relu(d).referent for d in trois]) == (True, [amina] * 3)
    # sent twice, it lands on the same page and does nothing more
    assert client.post(lot, confirmation).url == fait.redirect_chain[0][0]
    retour = re.search(r'action="(/annuler/[^"]+)"', fait.content.decode())[1]
    annule = client.post(retour, follow=True)
    assert ("Annulé : 3 dossiers" in texte_de(annule), [relu(d).referent for d in trois]) == (True, [None] * 3)


def test_l_apercu_nomme_chaque_ligne_qui_ne_sera_pas_faite(trois, bruno):
    finir(trois[0], bruno)
    envoi = {"geste": "clore", "etape": "apercu", "motif_cloture": "sans_nouvelles", "d": [f"{d.pk}:0" for d in trois]}
    texte = texte_de(client_de(bruno).post(reverse("dossiers.lot"), envoi))
    assert ("Sera fait : 1 dossier" in texte, "Ne sera pas fait : 2 dossiers" in texte) == (True, True)
    assert texte.count("Terminez ou déclarez sans objet ce qui reste ouvert : logement.") == 2


def test_toute_la_liste_filtree_entre_dans_le_lot_sauf_au_dela_du_plafond(trois, bruno, amina, monkeypatch):
    autre = ouvrir_dossier(bruno, besoins=("reseau",), enfants=())
    client, envoi = client_de(bruno), {"geste": "referent", "tous": "on", "parametres": "besoin=logement"}
    demande = client.post(reverse("dossiers.lot"), envoi).content.decode()
    cochees = {int(pk) for pk in re.findall(r'name="d" value="(\d+):\d+"', demande)}
    assert (cochees, autre.pk in cochees) == ({d.pk for d in trois}, False)
    monkeypatch.setattr("dossiers.views.lots.PLAFOND", 2)
    reponse = client.post(reverse("dossiers.lot"), envoi, follow=True)
    assert "Cochez 2 dossiers au plus" in texte_de(reponse)


@pytest.mark.parametrize(
    "envoi",
    [{}, {"d": "x"}, {"d": "1:2:3"}, {"d": "\x00"}, {"d": f"{2**80}:1"}, {"d": [f"{n}:1" for n in range(1, 260)]}],
)
def test_un_choix_vide_trop_long_ou_illisible_revient_a_la_liste(bruno, envoi):
    reponse = client_de(bruno).post(reverse("dossiers.lot"), {"geste": "referent", **envoi})
    assert (reponse.status_code, reponse.url) == (302, reverse("dossiers.liste"))


def test_une_seule_fiche_s_annule_apres_la_nomination(foyer, bruno, amina):
    client = client_de(bruno)
    page = client.post(
        reverse("dossiers.referent", args=[foyer.pk]), {"referent": amina.pk, **jetons(foyer)}, follow=True
    )
    retour = re.search(r'action="(/annuler/[^"]+)"', page.content.decode())[1]
    # no right is borrowed: the link of one agent is nothing for another
    assert client_de(amina).post(retour).status_code == 404
    client.post(retour)
    assert relu(foyer).referent == bruno


def test_l_export_est_borne_trace_et_sans_nom_dans_le_journal(trois, bruno, monkeypatch, caplog):
    monkeypatch.setattr(tableurs, "PLAFOND", 2)
    monkeypatch.setattr("dossiers.views.dossiers.PLAFOND", 2)
    with caplog.at_level(logging.INFO, "guichet.exports"):
        lignes = csv_de(client_de(bruno), "dossiers.export", besoin="logement")
    assert (len(lignes), lignes[-1]) == (4, tableurs.COUPEE)
    assert [r.getMessage() for r in caplog.records if r.name == "guichet.exports"] == [
        f"export liste=dossiers agent={bruno.pk} filtres=besoin"
    ]


def test_l_export_des_appels_neutralise_les_formules(bruno):
    ouvrir_dossier(bruno, nom_appelant="=cmd|' /C calc'!A0", texte="\t@SUM(1)")
    (ligne,) = csv_de(client_de(bruno), "appels.export")[1:]
    assert [c for c in ligne.split(";") if c.lstrip()[:1] in "=+-@"] == []


def test_l_appel_par_relais_se_voit_partout(bruno, estelle):
    dossier = ouvrir_dossier(bruno, canal=Appel.Canal.RELAIS)
    client = client_de(bruno)
    ecran = client.post(reverse("appels.propositions"), {"canal": "relais"})
    assert "parlez à la personne, pas à l’interprète" in texte_de(ecran)
    assert "parlez à la personne" not in texte_de(client.post(reverse("appels.propositions"), {"canal": "telephone"}))
    propose = client.post(reverse("appels.propositions"), {"texte": "appel via RogerVoice, cherche un cabinet"})
    assert "relais téléphonique" in texte_de(propose)
    liste = client.get(reverse("appels.liste"), {"canal": "relais"})
    fiche = client.get(reverse("dossiers.fiche", args=[dossier.pk]))
    assert ["Relais téléphonique" in texte_de(liste), "relais téléphonique" in texte_de(fiche)] == [True, True]
    tableau = client_de(estelle).get(reverse("tableau")).content.decode()
    assert re.search(r'canal=relais&amp;recents=on">Relais téléphonique.*?<td class="nombre">1</td>', tableau, re.S)


def test_la_vue_d_un_compte_d_un_autre_territoire_n_existe_pas(bruno, fabien):
    vue = enregistrer_vue(
        agent=fabien, cle=uuid.uuid4(), liste="dossiers", nom="Gers", parametres={}, colonnes=[], partagee=True
    )
    assert client_de(bruno).post(reverse("vues.vue", args=[vue.pk]), {"faire": "defaut"}).status_code == 404
    assert Agent.objects.get(pk=bruno.pk).listes == {}
