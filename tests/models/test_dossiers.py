"""The file's own life: référent, needs, pause with a date, closing with a reason, reopening within 24 months."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.actions.dossiers import nommer_referent
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Dossier, auteur
from dossiers.regles.dates import date_longue
from tests.aides import (
    besoin,
    client_de,
    clore,
    dans,
    donner_referent,
    enchainer,
    faire,
    ouvrir_dossier,
    refuse,
    relu,
    texte_de,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.services]

INSTALLER = ("installer", {"installe_le": dans(0), "lieu_installation": "Anduze"})


def vieillir(dossier, jours):
    """Set the moment the file entered its state back by so many days."""
    with auteur(None, geste="essai"):
        dossier.etat_depuis = timezone.now() - dt.timedelta(days=jours)
        dossier.save(update_fields=["etat_depuis"])
    return dossier


def test_du_premier_appel_au_suivi(foyer, bruno):
    for demarche in foyer.demarches.specifiques():
        faire(demarche.specifique, "declarer_sans_objet", bruno, motif="erreur")
    suivi = enchainer(foyer, bruno, [("qualifier", {}), ("accompagner", {}), INSTALLER, ("suivre", {})])
    assert (suivi.etat, suivi.installe_le, suivi.lieu_installation, relu(suivi).ouvert) == (
        "suivi", dans(0), "Anduze", True,
    )  # fmt: skip
    ferme = relu(faire(suivi, "clore", bruno, motif_cloture="installe"))
    assert (ferme.etat, ferme.motif_cloture, ferme.ouvert, ferme.est_finie) == ("clos", "installe", False, True)


def test_l_installation_se_constate_le_jour_venu_et_se_lit_sur_la_page(foyer, bruno):
    enchainer(foyer, bruno, [("qualifier", {}), ("accompagner", {})])
    demain = {"installe_le": dans(1), "lieu_installation": "Anduze"}
    assert refuse(lambda: faire(foyer, "installer", bruno, **demain), Refus) == (
        "Cette date n’est pas encore venue : notez-la ce jour-là."
    )
    faire(foyer, *INSTALLER[:1], bruno, **INSTALLER[1])
    page = texte_de(client_de(bruno).get(f"/dossiers/{foyer.pk}/"))
    assert f"Installé depuis le {' '.join(date_longue(dans(0)).split())}, Anduze" in page


def test_on_qualifie_avec_un_referent(bruno):
    dossier = ouvrir_dossier(bruno)
    assert refuse(lambda: faire(dossier, "qualifier", bruno), Refus) == "Nommez d’abord le référent du dossier."
    assert faire(donner_referent(dossier, bruno), "qualifier", bruno).etat == "qualifie"


def test_le_referent_est_de_la_ligne_et_du_territoire(foyer, bruno, chloe, fabien):
    def nommer(referent):
        return nommer_referent(foyer, referent, agent=bruno, version=foyer.version, cle=uuid.uuid4())

    assert [refuse(lambda a=a: nommer(a), Refus) for a in (chloe, fabien)] == [
        "Chloé Martinez ne peut pas être référent de ce dossier.",
        "Fabien Dupouy ne peut pas être référent de ce dossier.",
    ]


def test_on_accompagne_avec_un_besoin(bruno):
    dossier = donner_referent(ouvrir_dossier(bruno, besoins=(), enfants=()), bruno)
    qualifie = faire(dossier, "qualifier", bruno)
    assert refuse(lambda: faire(qualifie, "accompagner", bruno), Refus) == "Ouvrez d’abord au moins un besoin."


def test_suspendre_veut_une_date_et_un_motif(foyer, bruno):
    assert refuse(lambda: faire(foyer, "suspendre", bruno, motif="delai"), Refus) == (
        "Il manque des informations pour « Suspendre »."
    )
    assert refuse(lambda: faire(foyer, "suspendre", bruno, reveil_le=dans(90)), Refus) == (
        "Choisissez un motif dans la liste."
    )
    suspendu = relu(faire(foyer, "suspendre", bruno, reveil_le=dans(90), motif="delai"))
    assert (suspendu.etat, suspendu.reveil_le, suspendu.ouvert) == ("suspendu", dans(90), True)
    assert suspendu.history.first().history_motif == "delai"


def test_reprendre_oublie_la_date_de_reveil(foyer, bruno):
    repris = enchainer(foyer, bruno, [("suspendre", {"reveil_le": dans(90), "motif": "famille"}), ("reprendre", {})])
    assert (relu(repris).etat, relu(repris).reveil_le) == ("qualifie", None)


def test_un_dossier_suspendu_se_clot_sans_garder_de_reveil(foyer, bruno):
    faire(foyer, "suspendre", bruno, reveil_le=dans(90), motif="sans_nouvelles")
    ferme = relu(clore(foyer, bruno, "sans_nouvelles"))
    assert (ferme.etat, ferme.reveil_le, ferme.motif_cloture) == ("clos", None, "sans_nouvelles")


def test_clore_veut_un_motif(foyer, bruno):
    for demarche in foyer.demarches.specifiques():
        faire(demarche.specifique, "declarer_sans_objet", bruno, motif="erreur")
    assert refuse(lambda: faire(foyer, "clore", bruno), Refus) == "Il manque des informations pour « Clore »."
    assert refuse(lambda: faire(foyer, "clore", bruno, motif_cloture=""), Refus) == (
        "Il manque des informations pour « Clore »."
    )


def test_clore_nomme_ce_qui_reste_ouvert(foyer, bruno):
    for type_ in ("formalites", "emploi_conjoint", "logement"):
        faire(besoin(foyer, type_), "abandonner", bruno, motif="famille")
    assert refuse(lambda: faire(foyer, "clore", bruno, motif_cloture="famille"), Refus) == (
        "Terminez ou déclarez sans objet ce qui reste ouvert : scolarisation."
    )


def test_rouvrir_garde_tout_et_oublie_le_motif(foyer, bruno):
    rouvert = relu(faire(clore(foyer, bruno, "famille"), "rouvrir", bruno))
    assert (rouvert.etat, rouvert.motif_cloture, rouvert.ouvert, rouvert.referent_id) == ("rouvert", "", True, bruno.pk)
    gestes = rouvert.history.order_by("history_id").values_list("history_geste", flat=True)
    assert list(gestes) == ["enregistrer_appel", "nommer_referent", "clore", "rouvrir"]
    assert enchainer(rouvert, bruno, [("qualifier", {}), ("accompagner", {}), INSTALLER]).etat == "installe"


@pytest.mark.parametrize(("jours", "admis"), [(729, True), (731, False)])
def test_on_rouvre_pendant_vingt_quatre_mois(foyer, bruno, jours, admis):
    vieillir(clore(foyer, bruno), jours)
    if admis:
        assert faire(foyer, "rouvrir", bruno).etat == "rouvert"
    else:
        assert refuse(lambda: faire(foyer, "rouvrir", bruno), Refus) == (
            "Clos depuis plus de 24 mois : ouvrez un nouveau dossier."
        )


@pytest.mark.parametrize(
    ("code", "faits", "phrase"),
    [
        ("accompagner", {}, "« Accompagner » n’est pas possible à l’état « Nouveau »."),
        (*INSTALLER, "« Constater l’installation » n’est pas possible à l’état « Nouveau »."),
        ("reprendre", {}, "« Reprendre » n’est pas possible à l’état « Nouveau »."),
        ("rouvrir", {}, "« Rouvrir » n’est pas possible à l’état « Nouveau »."),
    ],
)
def test_les_pas_ne_se_sautent_pas(foyer, bruno, code, faits, phrase):
    assert refuse(lambda: faire(foyer, code, bruno, **faits), Refus) == phrase


@pytest.mark.parametrize(
    ("etat", "contrainte"), [("clos", "dossier_clos_motive"), ("suspendu", "dossier_suspendu_date")]
)
def test_la_base_refuse_un_dossier_clos_sans_motif_ou_suspendu_sans_date(foyer, etat, contrainte):
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        Dossier.objects.filter(pk=foyer.pk).update(etat=etat)


def test_la_base_deduit_ouvert_de_l_etat(foyer, bruno):
    assert list(Dossier.objects.ouverts()) == [foyer]
    clore(foyer, bruno)
    assert list(Dossier.objects.ouverts()) == []


def test_rien_n_avance_sous_un_dossier_d_un_autre_territoire(foyer, fabien):
    with pytest.raises(Introuvable):
        faire(besoin(foyer, "logement"), "abandonner", fabien, motif="famille")
