"""Merging and sending files, by their pages and without a script."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.courriers.taches import produire
from dossiers.lectures import journee, tableau
from dossiers.models import Dossier, Fusion, Transfert, auteur
from tests.actions.test_fusions import unir
from tests.aides import besoin, client_de, dans, donner_referent, faire, ouvrir_dossier, relu, texte_de

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(bruno):
    """The same doctor, called in again by somebody who did not look first."""
    dossier = ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    assert produire(dossier.courriers.get().pk) == "produit"
    return dossier


def page_fusion(dossier):
    return reverse("dossiers.fusion", args=[dossier.pk])


def test_le_dossier_qui_ressemble_est_propose(foyer, double, bruno):
    page = texte_de(client_de(bruno).get(page_fusion(foyer)))
    assert f"Peut-être le même foyer {double.numero}" in page


def test_l_apercu_dit_ce_qui_passera_et_n_ecrit_rien(foyer, double, bruno):
    page = client_de(bruno).get(page_fusion(foyer), {"autre": double.numero.lower(), "reste": "ici"})
    mots = texte_de(page)
    for phrase in (
        f"Ce qui va passer de {double.numero} à {foyer.numero}",
        "Logement exprimé",
        "1 appel",
        "Dr Claire Delmas : même personne",
        "Courriers produits : 1",
        "Ouverts deux fois, côte à côte : Logement.",
    ):
        assert phrase in mots
    assert (page.status_code, Fusion.objects.count(), relu(double).etat) == (200, 0, "nouveau")


@pytest.mark.parametrize("reste", ["ici", "autre"])
def test_on_choisit_le_dossier_qui_reste(foyer, double, bruno, reste):
    client = client_de(bruno)
    maitre, absorbe = (foyer, double) if reste == "ici" else (double, foyer)
    champs = {"version": relu(maitre).version, "version_absorbe": relu(absorbe).version, "cle": str(uuid.uuid4())}
    adresse = f"{page_fusion(foyer)}?autre={double.numero}&reste={reste}"
    reponses = [client.post(adresse, champs) for _ in range(2)]
    assert [r.url for r in reponses] == [reverse("dossiers.fiche", args=[maitre.pk])] * 2
    assert (relu(absorbe).absorbe_par_id, Fusion.objects.count()) == (maitre.pk, 1)
    fiche = client.get(reverse("dossiers.fiche", args=[maitre.pk]))
    assert f"Le dossier {absorbe.numero} a été fusionné ici" in texte_de(fiche)
    assert f"Ce dossier est fusionné dans {maitre.numero}" in texte_de(
        client.get(reverse("dossiers.fiche", args=[absorbe.pk]))
    )


def test_un_apercu_perime_revient_avec_sa_phrase(foyer, double, bruno):
    champs = {"version": foyer.version, "version_absorbe": 99, "cle": str(uuid.uuid4()), "raison": "Même foyer"}
    reponse = client_de(bruno).post(f"{page_fusion(foyer)}?autre={double.numero}&reste=ici", champs)
    assert (reponse.status_code, Fusion.objects.count()) == (409, 0)
    assert "Le dossier a changé depuis que vous avez ouvert cette page." in texte_de(reponse)
    assert "Même foyer" in reponse.content.decode()


@pytest.mark.parametrize("numero", ["", "ZZZ-ZZZ-Z", "{ici}", "{gers}"])
def test_un_numero_inconnu_ou_d_ailleurs_est_dit_inconnu(foyer, bruno, fabien, numero):
    ailleurs = ouvrir_dossier(fabien, communes=())
    autre = numero.format(ici=foyer.numero, gers=ailleurs.numero)
    reponse = client_de(bruno).get(page_fusion(foyer), {"autre": autre, "reste": "ici"})
    phrase = "Aucun autre dossier ne porte ce numéro." if numero else "Ce champ est obligatoire."
    assert (reponse.status_code, phrase in texte_de(reponse)) == (422, True)


def test_defaire_par_la_page(foyer, double, bruno):
    fusion = unir(foyer, double, bruno)
    adresse = reverse("dossiers.fusion_annuler", args=[fusion.pk])
    client = client_de(bruno)
    assert "Défaire la fusion" in texte_de(client.get(reverse("dossiers.fiche", args=[foyer.pk])))
    reponse = client.post(adresse, {"cle": str(uuid.uuid4())})
    assert (reponse.url, relu(double).etat) == (reverse("dossiers.fiche", args=[double.pk]), "nouveau")
    encore = client.post(adresse, {"cle": str(uuid.uuid4())}, follow=True)
    assert "Cette fusion est déjà défaite." in texte_de(encore)


def test_qui_ne_fusionne_pas_sait_seulement_que_c_est_fait(foyer, double, bruno, amina):
    unir(foyer, double, bruno)
    page = texte_de(client_de(amina).get(reverse("dossiers.fiche", args=[double.pk])))
    offres = [mot in page for mot in ("Défaire", "Ajouter une personne", "Promettre…", "Ouvrir un besoin")]
    assert ("Ce dossier est fusionné dans un autre." in page, offres) == (True, [False] * 4)
    assert client_de(amina).get(page_fusion(foyer)).status_code == 404


def test_la_page_du_maitre_montre_les_lettres_des_deux_et_coute_autant(foyer, double, bruno):
    client, adresse = client_de(bruno), reverse("dossiers.fiche", args=[foyer.pk])
    unir(foyer, double, bruno)
    with CaptureQueriesContext(connection) as requetes:
        page = client.get(adresse)
    assert page.content.decode().count("/courriers/") >= 2 + 1
    assert len(page.context["fiche"].courriers) == 2
    assert len(requetes) <= 14, "\n".join(q["sql"][:100] for q in requetes)


def test_transferer_par_la_page_laisse_une_ligne(foyer, estelle, fabien):
    client, adresse = client_de(estelle), reverse("dossiers.transfert", args=[foyer.pk])
    gers = Dossier.objects.filter(pk=foyer.pk).values("territoire__code")
    cible = fabien.territoire_id
    assert client.post(adresse, {"cible": cible, "version": relu(foyer).version}).status_code == 422
    champs = {"cible": cible, "motif": "projet", "version": relu(foyer).version, "cle": str(uuid.uuid4())}
    reponse = client.post(adresse, champs, follow=True)
    assert reponse.redirect_chain[0][0] == reverse("transferts.liste")
    assert f"{foyer.numero} aujourd’hui" in texte_de(reponse).replace("\N{NO-BREAK SPACE}", " ")
    assert f'href="{reverse("dossiers.fiche", args=[foyer.pk])}"' not in reponse.content.decode()
    assert client.get(reverse("dossiers.fiche", args=[foyer.pk])).status_code == 404
    assert client.post(adresse, champs).status_code == 404
    assert (Transfert.objects.count(), gers.get()["territoire__code"]) == (1, "gers")
    assert "Référent à nommer" in texte_de(client_de(fabien).get(reverse("dossiers.fiche", args=[foyer.pk])))


def test_la_cible_ouvre_ce_qu_elle_a_recu(foyer, estelle, fabien):
    from dossiers.actions.transferts import transferer

    transferer(foyer, fabien.territoire, agent=estelle, version=relu(foyer).version, cle=uuid.uuid4(), motif="domicile")
    with auteur(None, geste="essai"):
        fabien.role = "superviseur"
        fabien.save(update_fields=["role"])
    page = client_de(fabien).get(reverse("transferts.liste"))
    assert f'href="{reverse("dossiers.fiche", args=[foyer.pk])}"' in page.content.decode()


def suspendre(dossier, agent, jours):
    """Pause a file until so many days from now, then let the days pass."""
    faire(dossier, "suspendre", agent, reveil_le=dans(max(jours, 1)), motif="delai")
    with auteur(None, geste="essai"):
        dossier = relu(dossier)
        dossier.reveil_le = dans(jours)
        dossier.save(update_fields=["reveil_le"])
    return dossier


def test_un_dossier_suspendu_se_reveille_a_sa_date(foyer, bruno, estelle):
    plus_tard = donner_referent(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    suspendre(foyer, bruno, 0)
    suspendre(plus_tard, bruno, 1)
    maintenant = timezone.now()

    def reveils(agent, moment):
        return [d.numero for d in journee.lire(agent, moment).reveils]

    def exception(moment):
        return next(c.nombre for c in tableau.lire(estelle, moment).exceptions if c.libelle == "dossiers à réveiller")

    demain = maintenant + dt.timedelta(days=1)
    assert [reveils(bruno, maintenant), reveils(bruno, demain), reveils(estelle, maintenant)] == [
        [foyer.numero], [foyer.numero, plus_tard.numero], [],
    ]  # fmt: skip
    assert [exception(maintenant), exception(demain)] == [1, 2]
    assert "Dossiers à réveiller" in texte_de(client_de(bruno).get(reverse("journee")))
    liste = texte_de(client_de(estelle).get("/dossiers/?reveil=on"))
    assert (foyer.numero in liste, plus_tard.numero in liste) == (True, False)


def test_repris_il_ne_se_reveille_plus(foyer, bruno):
    suspendre(foyer, bruno, -3)
    faire(foyer, "reprendre", bruno)
    assert journee.lire(bruno, timezone.now()).reveils == []
    assert besoin(foyer, "logement").etat == "exprime"
