"""Ma journée around its lists: news, hand-over, agenda, paper, and the call typed afterwards."""

import datetime as dt
import re
import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.actions import agendas, passations
from dossiers.actions.appels import Promesse
from dossiers.actions.departs import partir
from dossiers.actions.suivi import noter
from dossiers.forms.appels import AppelForm
from dossiers.models import Agenda, Appel, Passation, Visite
from dossiers.regles.dates import heure as heure_dite
from tests.aides import NUMERO, besoin, client_de, dans, donner_referent, ouvrir_dossier, relu, texte_de

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def memoire_vide():
    cache.clear()


# -- news ---------------------------------------------------------------------------------------------------------------


def test_regarder_ne_change_rien_et_ma_journee_note_la_visite(foyer, bruno):
    client, adresse = client_de(bruno), reverse("journee.nouvelles")
    client.get(reverse("journee"))
    client.get(adresse)
    avant = Visite.objects.count()
    page = client.post(adresse, headers={"HX-Request": "true"})
    assert (avant, Visite.objects.get().agent, "<html" in page.content.decode()) == (0, bruno, False)


def test_le_fragment_est_celui_de_la_page_entiere(foyer, bruno, estelle):
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Perdrix", partagee=False)
    client, adresse = client_de(bruno), reverse("journee.nouvelles")
    client.post(adresse)  # a visit noted: both readings go back to the same moment
    jetons = re.compile(r'name="(csrf\w+|jusqu_a)" value="[^"]*"')
    fragment, page = (
        jetons.sub("", client.get(adresse, headers=entetes).content.decode())
        for entetes in ({"HX-Request": "true"}, {})
    )
    assert ("Perdrix" in fragment, fragment.strip() in page) == (True, True)


def test_j_ai_vu_vide_la_liste_sans_avaler_ce_qui_arrive_pendant_la_lecture(foyer, bruno, estelle):
    client = client_de(bruno)
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Perdrix", partagee=False)
    page = client.post(reverse("journee.nouvelles")).content.decode()
    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Bécasse", partagee=False)
    jusqu_a = re.search(r'name="jusqu_a" value="([^"]+)"', page)[1]
    retour = client.post(reverse("journee.vu"), {"jusqu_a": jusqu_a})
    apres = client.get(reverse("journee.nouvelles")).content.decode()
    assert (retour.url, "Perdrix" in page, "Perdrix" in apres, "Bécasse" in apres) == (
        reverse("journee"), True, False, True,
    )  # fmt: skip


@pytest.mark.parametrize("jusqu_a", ["", "hier", "2026-11-27T10:00:00", "\x00", "9" * 5000])
def test_un_j_ai_vu_illisible_ne_casse_rien(bruno, jusqu_a):
    assert client_de(bruno).post(reverse("journee.vu"), {"jusqu_a": jusqu_a}).status_code == 302
    assert Visite.objects.count() == 0


def test_la_page_des_nouvelles_a_son_propre_compte_de_requetes(foyer, bruno, estelle):
    client, adresse = client_de(bruno), reverse("journee.nouvelles")

    def compter():
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse)
        return len(requetes)

    noter(foyer, agent=estelle, cle=uuid.uuid4(), texte="Note", partagee=False)
    une = compter()
    for _ in range(8):
        autre = donner_referent(ouvrir_dossier(estelle), bruno)
        noter(autre, agent=estelle, cle=uuid.uuid4(), texte="Note", partagee=False)
    assert (compter(), une <= 12) == (une, True), une


# -- the lists themselves -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jours", "groupe"), [(-1, "En retard"), (0, "Aujourd’hui"), (30, "Plus tard"), (None, "Sans échéance")]
)
def test_mes_demarches_se_rangent_par_date(foyer, bruno, jours, groupe):
    from dossiers.actions.affectations import prendre
    from dossiers.lectures import journee
    from dossiers.models import Demarche

    prendre(besoin(foyer, "logement"), agent=bruno, version=relu(foyer).version, cle=uuid.uuid4())
    Demarche.objects.filter(type="logement").update(echeance=dans(jours) if jours is not None else None)
    lues = journee.lire(bruno, timezone.now()).par_date
    assert [libelle for libelle, demarches in lues if "logement" in {d.type for d in demarches}] == [groupe]


def test_chaque_ligne_de_ma_journee_a_un_seul_geste_principal(foyer, bruno, amina):
    promesse = Promesse(nature="rappel", pour_le=timezone.now() + dt.timedelta(hours=1))
    donner_referent(ouvrir_dossier(bruno, promesse=promesse), bruno)
    page = client_de(bruno).get(reverse("journee")).content.decode()
    lignes = re.findall(r"<li data-ligne>(.*?)</li>", page, re.S)
    hors_menu = [re.sub(r"<details.*?</details>", "", ligne, flags=re.S) for ligne in lignes]
    assert {len(re.findall(r'class="bouton[ "]|<button', ligne)) for ligne in hors_menu} == {1}
    assert ">Rappeler<" in page


# -- hand-over ----------------------------------------------------------------------------------------------------------


def test_une_passation_s_ecrit_se_lit_et_dit_qui_l_a_lue(foyer, amina, bruno, chloe):
    texte = f"Rappeler {foyer.numero} avant midi"
    champs = {
        "texte": texte,
        "dossiers": foyer.numero.lower(),
        "jusqu_au": dans(1).isoformat(),
        "cle": str(uuid.uuid4()),
    }
    ecrite = client_de(amina).post(reverse("passations.nouvelle"), champs)
    bruno_, chloe_ = client_de(bruno), client_de(chloe)
    annonce = [reverse("passations.a_lire") in c.get(reverse("journee")).content.decode() for c in (bruno_, chloe_)]
    bloc = bruno_.get(reverse("passations.a_lire"), headers={"HX-Request": "true"}).content.decode()
    passation = Passation.objects.get()
    lue = bruno_.post(reverse("passations.lue", args=[passation.pk]), {"cle": str(uuid.uuid4())})
    reste = reverse("passations.a_lire") in bruno_.get(reverse("journee")).content.decode()
    assert (ecrite.url, annonce, texte in bloc, lue.url, reste) == (
        reverse("passations.liste"), [True, False], True, reverse("journee"), False,
    )  # fmt: skip
    assert f"Lue par {bruno}" in texte_de(client_de(amina).get(reverse("passations.liste")))
    assert "Lue par" not in texte_de(bruno_.get(reverse("passations.liste")))
    assert texte not in texte_de(chloe_.get(reverse("passations.liste")))


def test_une_passation_ne_nomme_que_des_dossiers_de_son_champ(foyer, fabien, chloe):
    champs = {"texte": "À suivre", "dossiers": f"{foyer.numero}, ABC", "jusqu_au": dans(1).isoformat()}
    reponse = client_de(fabien).post(reverse("passations.nouvelle"), champs)
    page = texte_de(reponse)
    assert (reponse.status_code, "À suivre" in page, Passation.objects.count()) == (422, True, 0)
    assert f"Aucun dossier de votre champ ne porte ce numéro : « {foyer.numero} », « ABC »." in page


@pytest.mark.parametrize("texte", ["\x00", "x" * 1_000_000, " "])
def test_une_passation_impossible_revient_a_l_ecran(amina, texte):
    reponse = client_de(amina).post(reverse("passations.nouvelle"), {"texte": texte, "jusqu_au": "demain"})
    assert (reponse.status_code, Passation.objects.count()) == (422, 0)


def test_deux_envois_de_la_meme_passation_n_en_laissent_qu_une(amina):
    champs = {"texte": "Une fois", "jusqu_au": dans(1).isoformat(), "cle": str(uuid.uuid4())}
    client = client_de(amina)
    urls = [client.post(reverse("passations.nouvelle"), champs).url for _ in range(2)]
    assert (urls, Passation.objects.count()) == ([reverse("passations.liste")] * 2, 1)


def test_la_passation_d_un_autre_organisme_n_existe_pas(amina, chloe):
    passation = passations.ecrire(agent=chloe, cle=uuid.uuid4(), texte="CPAM", jusqu_au=dans(1))
    assert client_de(amina).post(reverse("passations.lue", args=[passation.pk])).status_code == 404


# -- agenda -------------------------------------------------------------------------------------------------------------


def test_l_adresse_de_l_agenda_se_montre_une_fois_et_s_ouvre_sans_compte(bruno):
    client, page = client_de(bruno), reverse("reglages.agenda")
    montree = re.search(
        r'value="http://testserver(/agenda/[\w-]+\.ics)"', client.post(page, {"faire": "creer"}).content.decode()
    )[1]
    apres = client.get(page).content.decode()
    lue = Client().get(montree)
    assert (montree in apres, lue.status_code, lue.headers["Content-Type"]) == (
        False, 200, "text/calendar; charset=utf-8",
    )  # fmt: skip
    assert lue.content.decode().startswith("BEGIN:VCALENDAR\r\n")


def test_un_second_envoi_ne_montre_ni_ne_change_l_adresse(bruno):
    client, cle = client_de(bruno), str(uuid.uuid4())
    client.post(reverse("reglages.agenda"), {"faire": "creer", "cle": cle})
    seconde = client.post(reverse("reglages.agenda"), {"faire": "creer", "cle": cle})
    assert (seconde.status_code, seconde.url, Agenda.objects.count()) == (302, reverse("reglages.agenda"), 1)


def test_une_adresse_revoquee_ou_d_un_compte_ferme_ne_repond_plus(bruno, amina, estelle):
    revoquee, fermee = (agendas.creer(agent=a, cle=uuid.uuid4()) for a in (bruno, amina))
    adresses = [reverse("agenda.flux", args=[j]) for j in (revoquee, fermee)]
    avant = [Client().get(a).status_code for a in adresses]
    client_de(bruno).post(reverse("reglages.agenda"), {"faire": "revoquer"})
    partir(amina, agent=estelle, cle=uuid.uuid4(), successeur=bruno)
    apres = [Client().get(a).status_code for a in (*adresses, "/agenda/inconnue.ics")]
    assert (avant, apres) == ([200, 200], [404, 404, 404])


def test_une_adresse_ne_se_lit_pas_sans_fin(bruno):
    adresse = reverse("agenda.flux", args=[agendas.creer(agent=bruno, cle=uuid.uuid4())])
    statuts = [Client().get(adresse).status_code for _ in range(42)]
    assert (statuts[0], 429 in statuts, set(statuts)) == (200, True, {200, 429})


def test_l_agenda_n_est_pas_a_qui_ne_suit_aucun_dossier(gaelle):
    assert client_de(gaelle).get(reverse("reglages.agenda")).status_code == 404
    assert Client().get(reverse("agenda.flux", args=[agendas.creer(agent=gaelle, cle=uuid.uuid4())])).status_code == 404


# -- paper --------------------------------------------------------------------------------------------------------------


def test_la_feuille_du_jour_dit_a_qui_sur_quel_numero_et_quoi(bruno, amina):
    recu_le = timezone.now() - dt.timedelta(hours=2)
    promesse = Promesse(nature="rappel", pour_le=recu_le + dt.timedelta(hours=1), quoi="l’adresse du cabinet")
    dossier = ouvrir_dossier(bruno, recu_le=recu_le, promesse=promesse)
    page = texte_de(client_de(bruno).get(reverse("journee.feuille")))
    heure = " ".join(heure_dite(promesse.pour_le).split())
    vus = [m in page for m in (heure, dossier.numero, "Claire Delmas", "l’adresse du cabinet")]
    assert (vus, "04 65 71 12 20" in page) == ([True] * 4, True)
    assert dossier.numero not in texte_de(client_de(amina).get(reverse("journee.feuille")))


def test_la_feuille_dit_qui_ne_veut_pas_etre_rappele(bruno):
    recu_le = timezone.now() - dt.timedelta(hours=2)
    promesse = Promesse(nature="envoi", pour_le=recu_le + dt.timedelta(hours=1))
    ouvrir_dossier(bruno, recu_le=recu_le, promesse=promesse, ne_pas_rappeler=True)
    assert "ne souhaite pas être rappelé" in texte_de(client_de(bruno).get(reverse("journee.feuille")))


def test_un_partenaire_n_a_sur_sa_feuille_que_ce_qu_il_lit(foyer, bruno, driss):
    from dossiers.actions.affectations import reunir_intervenants
    from dossiers.actions.suivi import promettre_sur_dossier
    from dossiers.models import Organisme

    reunir_intervenants(foyer, [Organisme.objects.get(code="ars-occitanie").pk])
    bientot = timezone.now() + dt.timedelta(seconds=1)
    promettre_sur_dossier(foyer, agent=driss, cle=uuid.uuid4(), nature="rappel", pour_le=bientot, quoi="Zonage")
    page = texte_de(client_de(driss).get(reverse("journee.feuille")))
    assert (foyer.numero in page, "Claire Delmas" in page, "Julien" in page) == (True, True, False)


def test_la_feuille_coute_autant_pour_une_promesse_que_pour_vingt(bruno):
    recu_le = timezone.now() - dt.timedelta(hours=2)
    promesse = Promesse(nature="rappel", pour_le=recu_le + dt.timedelta(hours=1))
    client = client_de(bruno)

    def compter():
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse("journee.feuille"))
        return len(requetes)

    ouvrir_dossier(bruno, recu_le=recu_le, promesse=promesse)
    une = compter()
    for _ in range(10):
        ouvrir_dossier(bruno, recu_le=recu_le, promesse=promesse)
    assert (compter(), une <= 9) == (une, True), une


def test_le_formulaire_vierge_pose_les_questions_de_l_ecran_dans_le_meme_ordre(amina):
    client = client_de(amina)
    ecran, papier = (texte_de(client.get(reverse(n))) for n in ("appels.nouveau", "appels.vierge"))
    noms = [
        "numero", "courriel", "role", "prenom", "nom", "statut", "rpps", "masque", "ne_pas_rappeler", "besoins", "communes",
        "pour_quand", "urgence", "conjoint_prenom", "conjoint_nom", "conjoint_metier", "conjoint_numero",
        "information_dite", "promesse_le", "promesse_heure",
    ]  # fmt: skip
    form = AppelForm(agent=amina)
    corps = [t.split("Qui appelle ?", 1)[1] for t in (ecran, papier)]
    ordres = []
    for texte in corps:
        place, ordre = 0, []
        for nom in noms:
            trouve = texte.find(str(form[nom].label), place)
            ordre.append(nom if trouve >= 0 else f"{nom} manque")
            place = max(place, trouve)
        ordres.append(ordre)
    assert ordres == [noms, noms]
    poses = {nom for nom, champ in form.fields.items() if champ.label} - {"suite", "personne", "vu", "double_vu"}
    libelles = {
        nom: str(form[nom].label) for nom in poses if not nom.startswith(("enfant_", "recu_le", "motif_double"))
    }
    assert {n: lib for n, lib in libelles.items() if lib not in papier and n != "texte"} == {}
    assert "Ce que vous me dites est noté pour préparer votre installation" in papier


# -- typed from paper ---------------------------------------------------------------------------------------------------


def feuille(agent, debut, **champs):
    base = {
        "recu_le": f"{timezone.localtime(debut):%Y-%m-%dT%H:%M}", "fin": f"{timezone.localtime(debut + dt.timedelta(minutes=9)):%H:%M}",
        "pris_par": agent.pk, "canal": "telephone", "numero": NUMERO, "role": "candidat", "nom": "Delmas", "prenom": "Claire",
        "texte": "Cherche à Anduze", "urgence": "normale", "issue": "information_donnee", "suite": "ouvrir",
        "cle": str(uuid.uuid4()),
    }  # fmt: skip
    return {**base, **champs}


HIER = (timezone.localtime() - dt.timedelta(days=1)).replace(hour=10, minute=5, second=0, microsecond=0)


def test_un_appel_sur_papier_se_ressaisit_et_le_suivant_garde_le_jour_et_l_agent(amina, estelle):
    client = client_de(estelle)
    reponse = client.post(reverse("appels.ressaisie"), feuille(amina, HIER))
    appel = Appel.objects.get()
    assert (reponse.url, appel.agent, appel.recu_le, appel.fini_le, appel.saisi_par) == (
        reverse("appels.fiche", args=[appel.pk]), amina, HIER, HIER + dt.timedelta(minutes=9), estelle,
    )  # fmt: skip
    page = client.get(reponse.url)
    suivant = re.search(r'href="([^"]+)">Ressaisir le suivant', page.content.decode())[1]
    assert f"par {estelle}" in texte_de(page)
    formulaire = client.get(suivant).content.decode()
    assert f'value="{HIER + dt.timedelta(minutes=9):%Y-%m-%dT%H:%M}"' in formulaire
    assert f'<option value="{amina.pk}" selected>' in formulaire
    dossier = client.get(reverse("dossiers.fiche", args=[appel.dossiers.get().pk]))
    assert "ressaisi le" in texte_de(dossier)


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"recu_le": (timezone.localtime() - dt.timedelta(days=61)).strftime("%Y-%m-%dT10:05")}, "Cet appel a plus de 60 jours"),
        ({"recu_le": (timezone.localtime() + dt.timedelta(days=1)).strftime("%Y-%m-%dT10:05")}, "L’heure de l’appel est dans le futur."),
        ({"fin": "09:00"}, "L’appel finit avant d’avoir commencé."),
        ({"fin": ""}, "Ce champ est obligatoire."),
        ({"pris_par": "999999"}, "Sélectionnez un choix valide"),
    ],
)  # fmt: skip
def test_une_feuille_illisible_revient_avec_ce_qui_est_tape(amina, estelle, champs, phrase):
    reponse = client_de(estelle).post(reverse("appels.ressaisie"), feuille(amina, HIER, **champs))
    page = texte_de(reponse)
    assert (reponse.status_code, phrase in page, "Cherche à Anduze" in page, Appel.objects.count()) == (
        422,
        True,
        True,
        0,
    )


def test_chercher_sans_script_laisse_la_feuille_telle_quelle(amina, estelle):
    ouvrir_dossier(amina)
    reponse = client_de(estelle).post(reverse("appels.ressaisie"), feuille(amina, HIER, chercher="1"))
    page = reponse.content.decode()
    gardes = [f'value="{HIER:%Y-%m-%dT%H:%M}"' in page, f'<option value="{amina.pk}" selected>' in page]
    assert (reponse.status_code, gardes, "Déjà connus" in page, Appel.objects.count()) == (200, [True, True], True, 1)


def test_une_feuille_refusee_reste_une_saisie_a_finir(amina, estelle):
    client = client_de(estelle)
    client.post(reverse("appels.ressaisie"), feuille(amina, HIER, fin="09:00"))
    page = texte_de(client.get(reverse("brouillons")))
    assert ("Un appel sur papier" in page, "Claire Delmas" in page) == (True, True)


def test_un_appel_qui_passe_minuit_finit_le_lendemain(amina, estelle):
    debut = HIER.replace(hour=23, minute=50) - dt.timedelta(days=1)
    client_de(estelle).post(reverse("appels.ressaisie"), feuille(amina, debut, fin="00:20"))
    assert Appel.objects.get().fini_le == debut + dt.timedelta(minutes=30)


def test_on_ne_ressaisit_que_pour_son_equipe(amina, chloe, fabien, hugo, gaelle, estelle):
    page = client_de(estelle).get(reverse("appels.ressaisie")).content.decode()
    choix = page.split('id="id_pris_par"')[1].split("</select>")[0]
    proposes = {a.prenom for a in (amina, chloe, fabien, hugo, gaelle) if f'value="{a.pk}"' in choix}
    assert proposes == {"Amina"}
    assert client_de(estelle).post(reverse("appels.ressaisie"), feuille(chloe, HIER)).status_code == 422


def test_ressaisir_deux_fois_la_meme_feuille_n_ecrit_qu_un_appel(amina, estelle):
    champs = feuille(amina, HIER)
    client = client_de(estelle)
    statuts = [client.post(reverse("appels.ressaisie"), champs).status_code for _ in range(2)]
    assert (statuts, Appel.objects.count()) == ([302, 302], 1)


def test_l_appel_d_un_autre_ne_prete_ni_son_jour_ni_son_agent(fabien, estelle):
    appel = ouvrir_dossier(fabien, communes=()).appels.get()
    page = client_de(estelle).get(reverse("appels.ressaisie"), {"apres": appel.pk}).content.decode()
    assert (f'<option value="{estelle.pk}" selected>' in page, f"{appel.recu_le:%Y-%m-%d}T" in page) == (True, False)
