"""The list of dossiers: search, filters, pages, and what each costs."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.affectations import prendre
from dossiers.actions.appels import PersonneSaisie
from dossiers.lectures.dossiers import Filtres, liste
from dossiers.models import Commune, Dossier
from tests.aides import CONJOINT, besoin, client_de, clore, donner_referent, faire, ouvrir_dossier, personne, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

JOUR = dt.date(2026, 11, 24)


def numeros(agent, **filtres):
    page = liste(agent, Filtres(**filtres), "", aujourdhui=timezone.localdate())
    return {d.numero for d in page.lignes}


@pytest.fixture
def delmas(bruno):
    return donner_referent(ouvrir_dossier(bruno), bruno)


@pytest.fixture
def faure(bruno):
    return ouvrir_dossier(
        bruno,
        personnes=(
            personne("Faure-Péléguet", "Élise", telephones=("06 39 98 12 34",), courriel="elise.faure@example.org"),
        ),
        communes=tuple(Commune.objects.filter(nom="Générargues")),
        besoins=("logement",),
        enfants=(),
    )


@pytest.mark.parametrize(
    "texte",
    [
        "Delmas", "delmas", "DELMAS", "delmas claire", "Claire Delmas", "delm", "elmas", "julien", "04 65 71 12 20", "0465711220",
        "+33 4 65 71 12 20", "71 12 20", "04.65.71", "Anduze", "anduze delmas",
    ],
)  # fmt: skip
def test_un_dossier_se_trouve_par_nom_numero_ou_commune_dans_toute_ecriture(bruno, delmas, faure, texte):
    assert numeros(bruno, recherche=texte, clos=True) == {delmas.numero}


@pytest.mark.parametrize(
    "texte", ["faure", "peleguet", "PÉLÉGUET", "Elise", "elise.faure@example.org", "générargues", "0639981234"]
)
def test_les_accents_et_les_traits_ne_comptent_pas(bruno, delmas, faure, texte):
    assert numeros(bruno, recherche=texte, clos=True) == {faure.numero}


def test_le_numero_de_dossier_se_lit_comme_on_le_dit(bruno, delmas, faure):
    for dit in (delmas.numero, delmas.numero.lower(), delmas.numero.replace("-", " "), delmas.numero.replace("-", "")):
        assert numeros(bruno, recherche=dit, clos=True) == {delmas.numero}


@pytest.mark.parametrize("texte", ["zz", "a", "%", "_", "delmas faure", "\\", "0", "delmas%"])
def test_une_recherche_sans_reponse_ne_ramene_pas_tout(bruno, delmas, faure, texte):
    assert numeros(bruno, recherche=texte, clos=True) <= ({delmas.numero} if texte == "delmas%" else set())


def test_le_numero_du_conjoint_ne_mene_nulle_part_pour_qui_ne_le_connait_pas(bruno, chloe):
    """A number of one person, whole or begun, is found by who may know that person only."""
    conjoint = PersonneSaisie(role="conjoint", nom="Roche", prenom="Paul", telephones=("04 65 71 44 55",))
    dossier = ouvrir_dossier(bruno, personnes=(personne(), conjoint))
    trouves = {
        (agent.prenom, texte): numeros(agent, recherche=texte, clos=True)
        for agent in (bruno, chloe)
        for texte in ("04 65 71 44 55", "+33465714455", "04 65 71 44")
    }
    assert trouves == {cle: {dossier.numero} if cle[0] == "Bruno" else set() for cle in trouves}


def test_chaque_filtre_garde_les_siens(bruno, chloe, delmas, faure):
    prendre(besoin(delmas, "logement"), agent=bruno, version=relu(delmas).version, cle=uuid.uuid4())
    faire(besoin(delmas, "emploi_conjoint"), "recueillir_profil", bruno, metier="prof", situation="salarie")
    ferme = clore(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    trouves = {
        "rien": numeros(bruno),
        "clos": numeros(bruno, clos=True),
        "etat clos": numeros(bruno, etat="clos"),
        "besoin": numeros(bruno, besoin="emploi_conjoint"),
        "à moi": numeros(bruno, a_qui="moi"),
        "à mon organisme": numeros(chloe, a_qui="organisme"),
        "sans responsable": numeros(bruno, a_qui="sans"),
        "attend": numeros(bruno, attend="conjoint"),
        "commune": numeros(bruno, commune="30010"),
        "sans référent": numeros(bruno, sans_referent=True),
        "retard": numeros(bruno, retard=True),
    }
    d, f, c = delmas.numero, faure.numero, ferme.numero
    assert trouves == {
        "rien": {d, f},
        "clos": {d, f, c},
        "etat clos": {c},
        "besoin": {d},
        "à moi": {d},
        "à mon organisme": {d},
        "sans responsable": {d, f},
        "attend": {d},
        "commune": {d},
        "sans référent": {f},
        "retard": set(),
    }


def test_le_retard_se_voit_le_lendemain_de_l_echeance(bruno, faure):
    (demarche,) = faure.demarches.all()
    lendemain = demarche.echeance + dt.timedelta(days=1)
    assert [
        [x.numero for x in liste(bruno, Filtres(retard=True), "", aujourdhui=jour).lignes]
        for jour in (demarche.echeance, lendemain)
    ] == [[], [faure.numero]]


def test_les_pages_ne_sautent_ni_ne_repetent_personne(bruno, borner):
    """Also when several files moved at the very same instant, and when one moves while we turn the pages."""
    borner(PAR_PAGE=4)
    dossiers = [ouvrir_dossier(bruno, besoins=("logement",), enfants=()) for _ in range(11)]
    meme_instant = timezone.now()
    Dossier.objects.filter(pk__in=[d.pk for d in dossiers[2:9]]).update(mouvement_le=meme_instant)
    vus, curseur = [], ""
    while True:
        page = liste(bruno, Filtres(), curseur, aujourdhui=JOUR)
        vus += [d.pk for d in page.lignes]
        curseur = page.suite
        if not curseur:
            break
    assert (sorted(vus), len(vus)) == (sorted(d.pk for d in dossiers), 11)


def test_un_compte_au_dela_du_plafond_le_dit(bruno, borner):
    borner(PAR_PAGE=2, PLAFOND=2)
    for _ in range(3):
        ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    assert liste(bruno, Filtres(), "", aujourdhui=JOUR).total == "plus de 2"


def compter(client, methode, adresse, donnees=None):
    with CaptureQueriesContext(connection) as requetes:
        reponse = getattr(client, methode)(adresse, donnees or {})
    assert reponse.status_code == 200
    return len([q for q in requetes if "SAVEPOINT" not in q["sql"]])


@pytest.mark.parametrize(
    ("nom", "plafond"),
    [
        ("dossiers.liste", 8), ("journee", 9), ("appels.liste", 8), ("courriers.liste", 8), ("engagements.liste", 8),
        ("tableau", 8), ("dossiers.export", 8), ("recherche", 8), ("dossiers.fiche", 12),
    ],
)  # fmt: skip
def test_une_page_coute_autant_avec_une_ligne_qu_avec_trente(bruno, estelle, nom, plafond):
    from dossiers.actions.suivi import noter, promettre_sur_dossier

    premier = donner_referent(ouvrir_dossier(estelle), estelle)
    prendre(besoin(premier, "logement"), agent=estelle, version=relu(premier).version, cle=uuid.uuid4())
    client = client_de(estelle)
    methode, donnees = ("post", {"q": "delmas"}) if nom == "recherche" else ("get", {})
    adresse = reverse(nom, args=[premier.pk] if nom == "dossiers.fiche" else [])
    compter(client, methode, adresse, donnees)
    avec_une = compter(client, methode, adresse, donnees)
    for _ in range(30 if nom != "dossiers.fiche" else 2):
        autre = donner_referent(ouvrir_dossier(estelle, personnes=(personne(), CONJOINT)), estelle)
        prendre(besoin(autre, "logement"), agent=estelle, version=relu(autre).version, cle=uuid.uuid4())
        promettre_sur_dossier(
            autre,
            agent=estelle,
            cle=uuid.uuid4(),
            nature="rappel",
            pour_le=timezone.now() + dt.timedelta(hours=1),
            quoi="x",
        )
    for rang in range(30 if nom == "dossiers.fiche" else 0):
        noter(premier, agent=bruno, cle=uuid.uuid4(), texte=f"Note {rang}", partagee=True)
        faire(premier, "suspendre", estelle, motif="famille", reveil_le=JOUR)
        faire(premier, "reprendre", estelle)
    avec_trente = compter(client, methode, adresse, donnees)
    # beyond its first page a list is counted, by one query whatever the number
    comptee = int(nom in {"dossiers.liste", "appels.liste", "courriers.liste", "engagements.liste", "recherche"})
    assert (avec_trente - avec_une, avec_trente <= plafond) == (comptee, True), (
        f"{avec_une} puis {avec_trente} requêtes"
    )
