"""The household's plan on screen: its dates, who sees what, the date changed after its differences were shown, the calendar."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.actions.affectations import reunir_intervenants
from dossiers.actions.operation import DejaFait
from dossiers.actions.retroplanning import fixer_date
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import Organisme
from dossiers.regles.dates import date_longue
from tests.aides import besoin, client_de, clore, dans, enchainer, faire, jetons, refuse, relu, texte_de

pytestmark = pytest.mark.django_db


def dite(jours):
    return " ".join(date_longue(dans(jours)).split())


@pytest.fixture
def projet(foyer, bruno):
    """Return a couple with a child, private practice wished in three hundred days."""
    reunir_intervenants(foyer, [Organisme.objects.get(code="ars-occitanie").pk])
    faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB", ouverture_le=dans(300))
    return relu(foyer)


def page(agent, dossier, suite="", **params):
    return client_de(agent).get(f"/dossiers/{dossier.pk}/retroplanning/{suite}", params)


def test_tous_les_besoins_sont_dates_a_rebours_de_l_ouverture(projet, bruno):
    texte = texte_de(page(bruno, projet))
    # legal spacing: the declaration ends thirty days before, then the contracts and the place are counted back
    assert (
        f"F17 Formulaire de déclaration d’installation au CDOM (au plus tard 1 mois avant l’ouverture) {dite(265)} {dite(270)}"
        in texte
    )
    assert f"F35 Ouverture du cabinet (jalon) {dite(300)} {dite(300)}" in texte
    assert f"Bail et emménagement {dite(276)} {dite(290)}" in texte
    assert f"Inscription et rentrée {dite(290)} {dite(300)}" in texte
    assert f"Prise de poste {dite(270)} {dite(300)}" in texte
    assert "Qui retient quoi" not in texte
    assert f"Ouverture probable : {dite(166)}" in texte
    assert "F11 avant logement (offres et visites) : on visite une fois connu le lieu d’exercice." in texte
    lien = "Logement (dossier chez le bailleur) avant scolarisation (dossier déposé) : l’école de secteur dépend de l’adresse."
    assert lien in texte


def test_un_lien_ne_se_dit_qu_a_qui_lit_ses_deux_bouts(projet, amina, chloe):
    textes = {agent.prenom: texte_de(page(agent, projet)) for agent in (amina, chloe)}
    assert {qui: ("F11 avant" in t, "l’école de secteur" in t, "Prise de poste" in t) for qui, t in textes.items()} == {
        "Amina": (False, True, False), "Chloé": (False, False, False),
    }  # fmt: skip


def test_une_etape_en_retard_dit_qui_retient_quoi(projet, bruno):
    fixer_date(projet, dans(100), agent=bruno, version=projet.version, cle=uuid.uuid4())
    texte = texte_de(page(bruno, projet))
    assert "Qui retient quoi" in texte
    retard = re.search(r"F01 Entretien de cadrage[^:]* : (.*?)\.", texte)[1]
    assert retard == "66 jours de retard, le guichet doit agir ; retient F02, F10, F11"
    assert re.search(
        r"F11 Recherche du lieu.*? ; attend F01, F10 ; retient F12, F26, .*?logement \(offres et visites\)", texte
    )


def test_sans_date_la_page_propose_d_en_choisir_une(foyer, bruno, amina):
    assert "Aucune date n’est encore visée" in texte_de(page(bruno, foyer))
    assert "Choisir une date" not in texte_de(page(amina, foyer))
    assert client_de(bruno).get(f"/dossiers/{foyer.pk}/calendrier.ics").status_code == 404


def test_un_parcours_abandonne_laisse_la_date_d_arrivee_et_ses_etapes_s_effacent(projet, bruno):
    fixer_date(projet, dans(310), agent=bruno, version=projet.version, cle=uuid.uuid4())
    faire(besoin(projet, "formalites"), "abandonner", bruno, motif="famille")
    fixer_date(projet, dans(320), agent=bruno, version=relu(projet).version, cle=uuid.uuid4())
    texte = texte_de(page(bruno, projet))
    assert (f"Date visée : {dite(320)}" in texte, "F35" in texte, "Prise de poste" in texte) == (True, False, True)
    assert besoin(projet, "formalites").ouverture_le == dans(310)


def test_les_differences_se_voient_avant_de_confirmer(projet, bruno):
    texte = texte_de(page(bruno, projet, "date/", date=dans(330).isoformat()))
    assert f"F35 Ouverture du cabinet (jalon) {dite(300)} → {dite(300)} {dite(330)} → {dite(330)} +30 j" in texte
    assert relu(projet).echeance is None
    reponse = client_de(bruno).post(
        f"/dossiers/{projet.pk}/retroplanning/date/", {"date": dans(330).isoformat(), **jetons(projet)}, follow=True
    )
    assert "La date visée est enregistrée" in texte_de(reponse)
    assert (relu(projet).echeance, besoin(projet, "formalites").ouverture_le) == (dans(330), dans(330))
    assert "Date visée modifiée" in texte_de(client_de(bruno).get(f"/dossiers/{projet.pk}/"))


def test_une_date_passee_ou_illisible_est_refusee(projet, bruno):
    for date, phrase in (
        ("2020-01-01", "Choisissez une date à venir."),
        ("3020-01-01", "dans les dix ans"),
        ("demain", "date"),
    ):
        reponse = page(bruno, projet, "date/", date=date)
        assert (reponse.status_code, phrase in texte_de(reponse)) == (422, True)
    phrase = refuse(lambda: fixer_date(projet, dans(-1), agent=bruno, version=projet.version, cle=uuid.uuid4()), Refus)
    assert phrase == "Choisissez une date à venir."


def test_une_page_perimee_garde_la_date_choisie(projet, bruno):
    vieux = {**jetons(projet), "date": dans(330).isoformat()}
    fixer_date(projet, dans(310), agent=bruno, version=projet.version, cle=uuid.uuid4())
    reponse = client_de(bruno).post(f"/dossiers/{projet.pk}/retroplanning/date/", vieux)
    assert (reponse.status_code, dans(330).isoformat() in reponse.content.decode()) == (409, True)
    assert relu(projet).echeance == dans(310)
    with pytest.raises(Perime):
        fixer_date(projet, dans(330), agent=bruno, version=projet.version, cle=uuid.uuid4())


def test_confirmer_deux_fois_n_ecrit_qu_une_fois(projet, bruno):
    envoi = {**jetons(projet), "date": dans(330).isoformat()}
    chemin = f"/dossiers/{projet.pk}/retroplanning/date/"
    client = client_de(bruno)
    reponses = [client.post(chemin, envoi) for _ in range(2)]
    assert [(r.status_code, r.url) for r in reponses] == [(302, f"/dossiers/{projet.pk}/retroplanning/")] * 2
    assert relu(projet).version == projet.version + 1
    with pytest.raises(DejaFait):
        fixer_date(projet, dans(330), agent=bruno, version=relu(projet).version, cle=uuid.UUID(envoi["cle"]))


def test_un_dossier_clos_ne_change_plus_de_date(projet, bruno):
    clos = clore(projet, bruno)
    assert page(bruno, clos, "date/").status_code == 404
    phrase = refuse(lambda: fixer_date(clos, dans(9), agent=bruno, version=relu(clos).version, cle=uuid.uuid4()), Refus)
    assert phrase == "Le dossier est clos : rouvrez-le d’abord."


DROITS = {
    # actor: the page, the needs it shows, the date's page, the calendar
    "amina": (200, {"Logement", "Scolarisation"}, 404, 200),
    "bruno": (200, {"Formalités", "Logement", "Emploi du conjoint", "Scolarisation"}, 200, 200),
    "chloe": (200, {"Formalités"}, 404, 200),
    "driss": (200, {"Formalités"}, 404, 200),
    "estelle": (200, {"Formalités", "Logement", "Emploi du conjoint", "Scolarisation"}, 200, 200),
    "fabien": (404, set(), 404, 404),
    "hugo": (200, set(), 404, 200),
    "gaelle": (404, set(), 404, 404),
}


@pytest.mark.parametrize("acteur", DROITS)
def test_chacun_ne_voit_que_les_etapes_de_ses_sections(projet, acteur, request):
    agent = request.getfixturevalue(acteur)
    plan = page(agent, projet)
    titres = set(re.findall(r'<h2 id="besoin-\d+">(.*?)</h2>', plan.content.decode()))
    date = page(agent, projet, "date/").status_code
    ics = client_de(agent).get(f"/dossiers/{projet.pk}/calendrier.ics")
    assert (plan.status_code, titres, date, ics.status_code) == DROITS[acteur]


@pytest.mark.parametrize("acteur", ["amina", "chloe", "fabien"])
def test_qui_n_ecrit_pas_tout_ne_fixe_pas_la_date(projet, acteur, request):
    agent = request.getfixturevalue(acteur)
    with pytest.raises(Introuvable):
        fixer_date(projet, dans(310), agent=agent, version=projet.version, cle=uuid.uuid4())


def test_la_meme_etape_a_la_meme_date_pour_tous_ceux_qui_la_lisent(projet, bruno, chloe):
    """The plan counts the whole household, also the needs a reader does not see."""
    lues = []
    for agent in (bruno, chloe):
        texte = texte_de(page(agent, projet))
        rang = re.search(r"F11 Recherche du lieu : cabinet à reprendre, MSP, centre de santé(.*?à venir)", texte)
        lues.append(rang[1].strip())
    assert lues == [f"{dite(300 - 140)} {dite(300 - 80)} le guichet à venir"] * 2


def test_le_calendrier_ne_nomme_personne(projet, bruno):
    enchainer(besoin(projet, "scolarisation"), bruno, [
        ("qualifier", {"niveau": "college", "annee_naissance": 2014, "arrivee_le": dans(30), "enfant": "Tamanoir"}),
    ])  # fmt: skip
    reponse = client_de(bruno).get(f"/dossiers/{projet.pk}/calendrier.ics")
    texte = reponse.content.decode()
    deplie = texte.replace("\r\n ", "")
    assert reponse.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert reponse.headers["Content-Disposition"] == f'attachment; filename="guichet-{projet.numero}.ics"'
    assert (texte.startswith("BEGIN:VCALENDAR\r\n"), texte.endswith("END:VCALENDAR\r\n")) == (True, True)
    assert [
        mot
        for mot in ("Delmas", "Claire", "Julien", "Tamanoir", "Anduze", "65")
        if mot in re.sub(r"UID.*|DT.*", "", deplie)
    ] == []
    assert f"SUMMARY:{projet.numero} : formalités\\, F35 Ouverture du cabinet (jalon)" in deplie
    assert deplie.count("BEGIN:VEVENT") == 1 + 34 + 5 + 6 + 4


def test_l_heure_d_ecriture_est_universelle(projet, bruno):
    texte = client_de(bruno).get(f"/dossiers/{projet.pk}/calendrier.ics").content.decode()
    tampon = re.search(r"DTSTAMP:(\d{8}T\d{6})Z", texte)[1]
    ecart = dt.datetime.now(dt.UTC) - dt.datetime.strptime(tampon, "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
    assert abs(ecart) < dt.timedelta(minutes=1)


def test_le_plan_se_lit_en_un_nombre_borne_de_requetes(projet, bruno):
    client = client_de(bruno)
    client.get(f"/dossiers/{projet.pk}/retroplanning/")
    with CaptureQueriesContext(connection) as requetes:
        client.get(f"/dossiers/{projet.pk}/retroplanning/")
    utiles = [q["sql"] for q in requetes if "SAVEPOINT" not in q["sql"]]
    assert len(utiles) <= 8, "\n".join(u[:120] for u in utiles)


def test_le_dossier_mene_a_son_retroplanning(projet, chloe):
    assert (
        f'href="/dossiers/{projet.pk}/retroplanning/"'
        in client_de(chloe).get(f"/dossiers/{projet.pk}/").content.decode()
    )
