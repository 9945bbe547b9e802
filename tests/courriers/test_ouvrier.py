"""The outbox with a real worker in its own process, on the real broker: what happens when all goes well, and when it dies."""

import datetime as dt
import hashlib
import signal
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.courriers import demander_sur_dossier
from dossiers.courriers import taches
from dossiers.models import Battement, Courrier, CourrierFichier
from dossiers.tasks import battre
from tests.aides import besoin, clore, donner_referent, faire, ouvrir_dossier, relu
from tests.courriers.conftest import attendre, messages, rangement_empeche

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.xdist_group("ouvrier")]

UNE_SEULE_LETTRE = {"fichiers": 1, "produit": 1, "histoire": 1}


def bilan(courrier):
    """Count what exists of one letter, everywhere it could exist twice."""
    return {
        "fichiers": CourrierFichier.objects.filter(courrier=courrier).count(),
        "produit": Courrier.objects.filter(pk=courrier.pk, etat="produit").count(),
        "histoire": courrier.history.filter(history_geste="produire_courrier").count(),
    }


def attendre_l_etat(courrier, etat):
    return attendre(lambda: relu(courrier).etat == etat, f"le courrier {courrier.pk} à l’état {etat}")


def test_un_appel_enregistre_devient_une_lettre_en_quelques_secondes(ouvrier, bruno):
    courrier = ouvrir_dossier(bruno).courriers.get()
    attendre_l_etat(courrier, "produit")
    fait = relu(courrier)
    octets = bytes(fait.fichier.octets)
    assert (fait.modele.code, fait.sha256, fait.taille, octets[:5]) == (
        "C01", hashlib.sha256(octets).hexdigest(), len(octets), b"%PDF-",
    )  # fmt: skip
    # the worker's process and this one make the same bytes
    assert taches.pdf(fait, fait.donnees) == octets
    attendre(lambda: messages() == [], "la file vide")


def test_les_quatre_lettres_d_un_dossier_partent_seules(ouvrier, bruno):
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    faire(besoin(dossier, "formalites"), "etablir_parcours", bruno, profil="LIB")
    demander_sur_dossier(dossier, "C14", agent=bruno, version=relu(dossier).version, cle=uuid.uuid4())
    clore(dossier, bruno, "installe")
    attendre(lambda: dossier.courriers.filter(etat="produit").count() == 4, "les quatre lettres", patience=75)
    assert [bilan(c) for c in dossier.courriers.all()] == [UNE_SEULE_LETTRE] * 4


def test_un_ouvrier_tue_au_milieu_d_une_lettre_n_en_laisse_qu_une(ouvrier, bruno):
    """The power goes while the bytes are being stored; the sweep sends the row again to a new worker."""
    with rangement_empeche() as quelqu_un_attend:
        courrier = ouvrir_dossier(bruno).courriers.get()
        attendre(quelqu_un_attend, "l’ouvrier au milieu de la lettre")
        ouvrier.tuer()
    assert bilan(courrier) == {"fichiers": 0, "produit": 0, "histoire": 0}
    Courrier.objects.filter(pk=courrier.pk).update(demande_le=timezone.now() - dt.timedelta(minutes=5))
    ouvrier.demarrer()
    assert taches.balayer() == 1
    attendre_l_etat(courrier, "produit")
    # the first message comes back as well, sooner or later: it finds nothing left to do
    encore = taches.produire.delay(courrier.pk)
    attendre(lambda: f"[{encore.id}] succeeded" in ouvrier.dires(), "la tâche d’après")
    assert bilan(courrier) == UNE_SEULE_LETTRE


def test_l_enfant_tue_au_milieu_d_une_lettre_le_meme_ouvrier_recommence(ouvrier, bruno):
    """Out of memory kills the child alone: its message goes back to the queue, no sweep needed."""
    with rangement_empeche() as quelqu_un_attend:
        courrier = ouvrir_dossier(bruno).courriers.get()
        attendre(quelqu_un_attend, "l’ouvrier au milieu de la lettre")
        ouvrier.enfant().send_signal(signal.SIGKILL)
    attendre_l_etat(courrier, "produit")
    assert bilan(courrier) == UNE_SEULE_LETTRE


def test_deux_messages_pour_la_meme_ligne_font_une_lettre(ouvrier, bruno):
    courrier = ouvrir_dossier(bruno).courriers.get()
    for _ in range(3):
        taches.produire.delay(courrier.pk)
    attendre_l_etat(courrier, "produit")
    attendre(lambda: messages() == [], "la file vide")
    assert bilan(courrier) == UNE_SEULE_LETTRE


def test_l_ouvrier_bat_et_la_maison_le_sait(ouvrier, client):
    Battement.objects.all().delete()
    assert client.get("/sante/").status_code == 503
    battre.delay()
    attendre(lambda: Battement.objects.exists(), "le battement de l’ouvrier")
    reponse = client.get("/sante/")
    assert (reponse.status_code, reponse.json()["worker"]) == (200, "vu")


def test_ce_que_l_ouvrier_ecrit_ne_nomme_personne(ouvrier, bruno):
    """One letter made, one refused, one crashed: the journal at its most talkative holds identifiers alone."""
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    refusee = demander_sur_dossier(dossier, "C02", agent=bruno, version=relu(dossier).version, cle=uuid.uuid4())
    attendre_l_etat(refusee, "echec")
    attendre_l_etat(dossier.courriers.get(modele__code="C01"), "produit")
    dires = ouvrier.dires()
    assert f"courrier {refusee.pk} en échec (Refus)" in dires
    secrets = (
        "Delmas",
        "DELMAS",
        "Claire",
        "Julien",
        "65 71 12 20",
        "465711220",
        "Anduze",
        dossier.numero,
        "Champ vide",
    )
    assert [mot for mot in secrets if mot in dires] == []
