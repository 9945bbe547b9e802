"""The dossier's life, told from the history rows."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.actions.affectations import affecter, prendre
from dossiers.actions.dossiers import modifier
from dossiers.actions.suivi import noter
from dossiers.courriers.taches import produire
from dossiers.lectures import chronologie
from dossiers.models import Commune, Organisme
from tests.aides import besoin, donner_referent, faire, ouvrir_dossier, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def raconter(dossier, agent):
    """Return the events as (kind, title, who, organisation, changes, reason, text), oldest first."""
    personnes = list(dossier.participants.values_list("personne_id", flat=True))
    return [
        (e.genre, e.titre, e.qui, e.organisme, e.changements, e.motif or e.raison, e.texte)
        for e in reversed(chronologie.lire(dossier, agent, personnes))
    ]


def test_toute_la_vie_d_un_dossier_se_lit_avec_qui_quoi_avant_apres_pourquoi(amina, bruno, estelle, chloe):
    dossier = donner_referent(ouvrir_dossier(amina, besoins=("logement",), enfants=()), bruno)
    faire(dossier, "qualifier", bruno)
    logement = besoin(dossier, "logement")
    affecter(
        logement, agent=estelle, organisme=Organisme.objects.get(code="ales-agglo"), responsable=bruno,
        version=relu(dossier).version, cle=uuid.uuid4(), raison="Bruno connaît le bailleur",
    )  # fmt: skip
    noter(dossier, agent=bruno, cle=uuid.uuid4(), texte="Préfère une maison.", partagee=False)
    modifier(
        dossier, agent=bruno, version=relu(dossier).version, cle=uuid.uuid4(), urgence="haute",
        communes=list(Commune.objects.filter(nom="Alès")),
    )  # fmt: skip
    faire(logement, "abandonner", bruno, motif="famille", raison="Naissance")
    produire(dossier.courriers.get().pk)
    recit = raconter(dossier, bruno)
    assert [e[:4] for e in recit] == [
        ("appel", "Appel, téléphone", "Amina Benkirane", "Alès Agglo"),
        ("geste", "Appel enregistré", "Amina Benkirane", "Alès Agglo"),
        ("affectation", "Référent nommé", "Bruno Lefèvre", "Alès Agglo"),
        ("geste", "Dossier : qualifier", "Bruno Lefèvre", "Alès Agglo"),
        ("affectation", "Démarche affectée", "Estelle Roux", "Alès Agglo"),
        ("note", "Note", "Bruno Lefèvre", "Alès Agglo"),
        ("geste", "Projet modifié", "Bruno Lefèvre", "Alès Agglo"),
        ("geste", "Logement : abandonner", "Bruno Lefèvre", "Alès Agglo"),
        ("courrier", "Courrier produit", "Guichet", ""),
    ]
    assert [e[4:] for e in recit[2:]] == [
        ([("référent", "vide", "Bruno Lefèvre")], "", ""),
        ([("état", "Nouveau", "Qualifié")], "", ""),
        ([("responsable", "vide", "Bruno Lefèvre")], "Bruno connaît le bailleur", ""),
        ([], "", "Préfère une maison."),
        ([("urgence", "normale", "haute")], "Communes : Alès", ""),
        (
            [
                ("état", "Exprimé", "Abandonné"),
                ("qui doit agir", "le guichet", "personne"),
                ("à faire avant le", recit[7][4][2][1], "vide"),
            ],
            "raison familiale",
            "",
        ),
        ([], "", ""),
    ]


def test_un_courrier_dit_lequel_demande_comme_produit(foyer, bruno):
    libelle = foyer.courriers.get().modele.libelle
    produire(foyer.courriers.get().pk)
    personnes = list(foyer.participants.values_list("personne_id", flat=True))
    evenements = chronologie.lire(foyer, bruno, personnes)
    assert [e.details for e in evenements if e.titre == "Courrier produit"] == [[libelle]]
    assert [d for e in evenements for d in e.details if d.startswith("Courrier demandé")] == [
        f"Courrier demandé : {libelle}"
    ]


def test_un_parcours_etabli_porte_le_nom_du_geste_et_non_de_ses_etapes(foyer, bruno):
    faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    assert raconter(foyer, bruno)[-1][1] == "Formalités : établir le parcours"


def test_je_prends_se_lit_comme_une_affectation(foyer, bruno):
    prendre(besoin(foyer, "logement"), agent=bruno, version=relu(foyer).version, cle=uuid.uuid4())
    assert raconter(foyer, bruno)[-1][:2] == ("affectation", "Démarche prise en charge")


def test_l_interne_ne_lit_ni_le_metier_ni_le_motif_de_cloture(foyer, bruno, chloe):
    faire(foyer, "suspendre", bruno, motif="emploi_conjoint", raison="Le mari hésite", reveil_le="2027-01-15")
    pour_bruno, pour_chloe = (str(raconter(foyer, a)[-1]) for a in (bruno, chloe))
    assert ("emploi du conjoint" in pour_bruno, "emploi du conjoint" in pour_chloe, "hésite" in pour_chloe) == (
        True, False, False,
    )  # fmt: skip


def test_la_chronologie_se_lit_en_deux_requetes_quelle_que_soit_sa_longueur(foyer, bruno):
    for rang in range(20):
        noter(foyer, agent=bruno, cle=uuid.uuid4(), texte=f"Note {rang}", partagee=False)
    with CaptureQueriesContext(connection) as requetes:
        evenements = chronologie.lire(foyer, bruno, [])
    assert (len(requetes), len(evenements)) == (2, 23)


def test_un_nouveau_besoin_entre_dans_la_chronologie_en_etant_defini():
    from dossiers.models import Demarche

    assert set(Demarche.REGISTRE.values()) <= set(chronologie.modeles_historises())
