"""An issued letter is never rewritten, not even by SQL; what came before it stays in the history."""

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction

from dossiers.courriers import taches
from dossiers.models import Courrier, CourrierFichier, auteur
from tests.aides import ouvrir_dossier, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

PHRASE = "Un courrier produit ne se modifie pas : émettre un nouveau courrier."


@pytest.fixture
def demande(bruno):
    return ouvrir_dossier(bruno).courriers.get()


@pytest.fixture
def produit(demande):
    assert taches.produire(demande.pk) == "produit"
    return relu(demande)


def test_un_courrier_produit_porte_l_empreinte_de_ses_octets(produit):
    octets = bytes(produit.fichier.octets)
    assert (produit.etat, produit.sha256, produit.taille, produit.erreur, octets[:5]) == (
        "produit", hashlib.sha256(octets).hexdigest(), len(octets), "", b"%PDF-",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("colonne", "valeur"),
    [
        ("donnees", "{}"),
        ("sha256", "0" * 64),
        ("etat", "a_produire"),
        ("produit_le", "2020-01-01"),
        ("sections", "{}"),
        ("taille", 1),
        ("tentatives", 9),
        ("dossier_id", 1),
    ],
)
def test_le_sql_ne_recrit_pas_un_courrier_produit(produit, colonne, valeur):
    avant = Courrier.objects.filter(pk=produit.pk).values().get()
    with pytest.raises(IntegrityError, match=PHRASE), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"UPDATE dossiers_courrier SET {colonne} = %s WHERE id = %s", [valeur, produit.pk])
    assert Courrier.objects.filter(pk=produit.pk).values().get() == avant


def test_le_sql_ne_recrit_pas_les_octets(produit):
    avant = bytes(produit.fichier.octets)
    with pytest.raises(IntegrityError, match=PHRASE), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("UPDATE dossiers_courrierfichier SET octets = %s", [b"%PDF-faux"])
    assert bytes(CourrierFichier.objects.get(pk=produit.pk).octets) == avant


def test_l_orm_non_plus(produit):
    with pytest.raises(IntegrityError, match=PHRASE), transaction.atomic(), auteur(None, geste="essai"):
        produit.save()
    with pytest.raises(IntegrityError, match=PHRASE), transaction.atomic():
        produit.fichier.save()
    with pytest.raises(IntegrityError, match=PHRASE), transaction.atomic():
        Courrier.objects.filter(pk=produit.pk).update(occurrence="autre")


def test_un_courrier_a_produire_se_corrige_encore(demande):
    Courrier.objects.filter(pk=demande.pk).update(tentatives=1)
    assert relu(demande).tentatives == 1


def test_un_courrier_n_est_produit_qu_avec_date_et_empreinte(demande):
    with pytest.raises(IntegrityError, match="courrier_produit_avec_empreinte"), transaction.atomic():
        Courrier.objects.filter(pk=demande.pk).update(etat="produit")


def test_un_courrier_n_a_qu_un_fichier(produit):
    with pytest.raises(IntegrityError), transaction.atomic():
        CourrierFichier.objects.create(courrier=produit, octets=b"%PDF-second")


def test_l_histoire_garde_chaque_etat_du_courrier(produit, bruno):
    assert list(
        produit.history.order_by("history_id").values_list("history_geste", "history_user", "etat", "sha256")
    ) == [("enregistrer_appel", bruno.pk, "a_produire", ""), ("produire_courrier", None, "produit", produit.sha256)]


def test_une_nouvelle_version_du_modele_ne_change_pas_un_courrier_produit(produit):
    avant = bytes(produit.fichier.octets)
    with auteur(None, geste="essai"):
        produit.modele.contenu = {"objet": "Autre", "blocs": []}
        produit.modele.save()
    assert taches.produire(produit.pk) == "rien à faire"
    assert (bytes(relu(produit).fichier.octets), relu(produit).sha256) == (avant, produit.sha256)
