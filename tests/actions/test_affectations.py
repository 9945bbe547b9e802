"""Who carries a démarche."""

import uuid

import pytest
from django.urls import reverse

from dossiers.actions.affectations import affecter, prendre, proposer
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import Agent, Commune, Organisme, RegleAffectation, auteur
from tests.aides import besoin, client_de, clore, intervenants, jetons, ouvrir_dossier, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def organisme(code):
    return Organisme.objects.get(code=code)


def envoyer(demarche, agent, code, responsable=None, **options):
    version = options.get("version", relu(demarche.dossier).version)
    return affecter(
        demarche, agent=agent, organisme=organisme(code), responsable=responsable, version=version, cle=uuid.uuid4(),
        raison=options.get("raison", ""),
    )  # fmt: skip


def test_la_regle_de_la_commune_passe_avant_celle_du_besoin(bruno):
    anduze = Commune.objects.get(nom="Anduze")
    with auteur(None, geste="essai"):
        RegleAffectation.objects.create(
            territoire=bruno.territoire, besoin="logement", commune=anduze, organisme=bruno.organisme, agent=bruno
        )
    ici = proposer(bruno.territoire, ["logement"], [anduze])["logement"]
    ailleurs = proposer(bruno.territoire, ["logement"], [Commune.objects.get(nom="Alès")])["logement"]
    assert (ici.agent, ici.pourquoi) == (bruno, "Règle du territoire : logement à Anduze.")
    assert (ailleurs.agent, ailleurs.pourquoi) == (None, "Règle du territoire : logement.")


def test_un_agent_parti_n_est_plus_propose(bruno):
    with auteur(None, geste="essai"):
        parti = Agent.objects.create_user(
            courriel="parti@ales.example.org", prenom="Paul", nom="Parti", qualite="Agent", organisme=bruno.organisme,
            territoire=bruno.territoire, role="instructeur", is_active=False,
        )  # fmt: skip
        RegleAffectation.objects.filter(territoire=bruno.territoire, besoin="logement").update(agent=parti)
    assert proposer(bruno.territoire, ["logement"], [])["logement"].agent is None


def test_sans_regle_c_est_le_guichet(fabien):
    with auteur(None, geste="essai"):
        RegleAffectation.objects.filter(territoire=fabien.territoire).delete()
    attribution = proposer(fabien.territoire, ["logement"], [])["logement"]
    assert (attribution.organisme.code, attribution.pourquoi) == ("cd32", "Aucune règle : à la charge du guichet.")


def test_affecter_ouvre_le_dossier_a_l_organisme_et_dit_pourquoi(foyer, bruno, driss):
    formalites = envoyer(besoin(foyer, "formalites"), bruno, "ars-occitanie", driss, raison="Aides à étudier")
    assert (relu(formalites).responsable, relu(formalites).pourquoi) == (driss, "Affectée par Bruno Lefèvre.")
    assert "ars-occitanie" in intervenants(foyer)
    assert formalites.history.first().history_change_reason == "Aides à étudier"


@pytest.mark.parametrize(
    ("type_", "code", "prenom", "phrase"),
    [
        ("logement", "cd32", None, "CD 32 n’intervient pas sur ce territoire."),
        ("logement", "ars-occitanie", None, "ARS n’a pas accès aux démarches « Logement »."),
        ("logement", "cpam-gard", "chloe", "CPAM du Gard n’a pas accès aux démarches « Logement »."),
        ("formalites", "cpam-gard", "bruno", "Bruno Lefèvre ne travaille pas à CPAM du Gard."),
        ("logement", "ales-agglo", "amina", "Amina Benkirane n’a pas accès aux démarches « Logement »."),
        ("logement", "ales-agglo", "gaelle", "Gaëlle Vidal n’a pas accès aux démarches « Logement »."),
    ],
)
def test_une_demarche_ne_va_qu_a_qui_peut_la_porter(foyer, bruno, request, type_, code, prenom, phrase):
    responsable = request.getfixturevalue(prenom) if prenom else None
    demarche = besoin(foyer, type_)
    assert refuse(lambda: envoyer(demarche, bruno, code, responsable), Refus) == phrase
    assert (relu(demarche).responsable, len(intervenants(foyer))) == (None, 2)


@pytest.mark.parametrize(("prenom", "type_"), [("chloe", "formalites"), ("driss", "formalites"), ("amina", "logement")])
def test_qui_n_affecte_pas_ne_peut_pas_affecter(foyer, request, prenom, type_):
    with pytest.raises(Introuvable):
        envoyer(besoin(foyer, type_), request.getfixturevalue(prenom), "cpam-gard")


def test_une_version_perimee_n_affecte_pas(foyer, bruno):
    with pytest.raises(Perime):
        envoyer(besoin(foyer, "logement"), bruno, "ales-agglo", bruno, version=1)


@pytest.mark.parametrize(
    ("prenom", "type_", "permis"),
    [
        ("bruno", "logement", True),
        ("chloe", "formalites", True),
        ("amina", "logement", False),
        ("bruno", "formalites", False),
    ],
)
def test_je_prends_ce_qui_est_a_mon_organisme_et_que_je_peux_porter(foyer, request, prenom, type_, permis):
    agent, demarche = request.getfixturevalue(prenom), besoin(foyer, type_)
    if permis:
        prendre(demarche, agent=agent, version=relu(foyer).version, cle=uuid.uuid4())
        assert relu(demarche).responsable == agent
    else:
        with pytest.raises(Introuvable):
            prendre(demarche, agent=agent, version=relu(foyer).version, cle=uuid.uuid4())


def test_une_demarche_finie_ne_se_prend_plus(foyer, bruno):
    clore(foyer, bruno)
    with pytest.raises(Introuvable):
        prendre(besoin(foyer, "logement"), agent=bruno, version=relu(foyer).version, cle=uuid.uuid4())


def test_l_ecran_ne_propose_que_ceux_qui_peuvent(foyer, bruno):
    page = client_de(bruno).get(reverse("demarches.affecter", args=[besoin(foyer, "logement").pk])).content.decode()
    proposes = [
        nom
        for nom in ("Bruno Lefèvre", "Estelle Roux", "Amina Benkirane", "Chloé Martinez", "CPAM du Gard")
        if f">{nom}" in page
    ]
    assert proposes == ["Bruno Lefèvre", "Estelle Roux"]


def test_affecter_par_l_ecran(foyer, bruno, estelle):
    logement = besoin(foyer, "logement")
    donnees = {"organisme": estelle.organisme_id, "responsable": estelle.pk, "raison": "", **jetons(foyer)}
    reponse = client_de(bruno).post(reverse("demarches.affecter", args=[logement.pk]), donnees)
    assert (reponse.status_code, relu(logement).responsable) == (302, estelle)


def test_ouvrir_un_dossier_n_ouvre_rien_a_un_organisme_qui_n_y_travaille_pas(bruno):
    dossier = ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    assert intervenants(dossier) == {"ales-agglo"}
