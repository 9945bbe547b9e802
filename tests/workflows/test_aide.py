"""An aid: opened by the line, answered by its payer, whose dates and amounts nobody else reads."""

import re
import uuid

import pytest
from django.urls import reverse

from dossiers.actions.dispositifs import ouvrir_aide
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures.chronologie import lire
from dossiers.models import Demarche, Dispositif, auteur
from dossiers.regles.eligibilite import Projet, juger
from tests.aides import client_de, clore, dans, enchainer, faire, intervenants, ouvrir_besoin, refuse, relu, texte_de

pytestmark = [pytest.mark.django_db, pytest.mark.services]

REPONSE = {"reponse_le": dans(0), "reponse_source": "courrier CPAM 2026-114"}
JUSQU_A_L_INSTRUCTION = [
    ("verifier", {}),
    ("declarer_eligible", REPONSE),
    ("constituer", {}),
    ("deposer_demande", {"demandee_le": dans(0)}),
    ("instruire", {}),
]
MONTANT = 9471


def dispositif(code):
    return Dispositif.objects.get(code=code)


def aide_de(dossier, code, agent):
    """Open an aid as the assistant does."""
    avis = juger(dispositif(code).fiche, Projet())
    ouverte = ouvrir_aide(dossier, dispositif(code), avis, agent=agent, version=relu(dossier).version, cle=uuid.uuid4())
    return Demarche.REGISTRE["aides"]._default_manager.select_related("dossier").get(pk=ouverte.pk)


@pytest.fixture
def aide(foyer, bruno):
    return aide_de(foyer, "D01", bruno)


def test_de_la_reponse_au_versement(aide, chloe):
    accordee = enchainer(
        aide,
        chloe,
        [
            *JUSQU_A_L_INSTRUCTION,
            ("accorder_aide", {"accordee_le": dans(0), "montant": MONTANT, "engagement_jusqu_au": dans(900)}),
        ],
    )
    assert (accordee.etat, accordee.attend, accordee.montant) == ("accordee", "cpam", MONTANT)
    fini = relu(enchainer(aide, chloe, [("verser", {"versee_le": dans(0)}), ("clore", {})]))
    assert (fini.etat, fini.libelle_etat, fini.attend, fini.versee_le) == (
        "clos", "Arrivée à son terme", "personne", dans(0),
    )  # fmt: skip


def test_la_ligne_ouvre_une_aide_et_son_payeur_la_recoit(foyer, aide):
    assert (aide.etat, aide.libelle_etat, aide.organisme.code, aide.attend, aide.presume) == (
        "exprime", "Repérée", "cpam-gard", "cpam", "a_verifier",
    )  # fmt: skip
    assert (aide.objet, aide.pourquoi) == ("D01 Aide ponctuelle à la primo-installation ZIP", "Répond de D01 : CPAM.")


@pytest.mark.parametrize(
    ("code", "organisme", "attend"),
    [("D06", "ars-occitanie", "ars"), ("D07", "ars-occitanie", "ars"), ("D08", "ars-occitanie", "ars"),
     ("D05", "cpam-gard", "cpam"), ("D14", "cpam-gard", "cpam"), ("D15", "cpam-gard", "cpam")],
)  # fmt: skip
def test_chaque_aide_va_a_qui_en_repond(foyer, bruno, code, organisme, attend):
    aide = aide_de(foyer, code, bruno)
    assert (aide.organisme.code, aide.attend, organisme in intervenants(foyer)) == (organisme, attend, True)


@pytest.mark.parametrize("prenom", ["amina", "bruno", "estelle", "driss"])
def test_eligible_n_est_dit_que_par_le_payeur(aide, chloe, driss, request, prenom):
    from dossiers.actions.affectations import reunir_intervenants

    reunir_intervenants(aide.dossier, [driss.organisme_id])
    faire(aide, "verifier", chloe)
    with pytest.raises(Introuvable):
        faire(aide, "declarer_eligible", request.getfixturevalue(prenom), **REPONSE)
    assert faire(aide, "declarer_eligible", chloe, **REPONSE).etat == "eligible"


def test_la_cpam_ne_conduit_pas_un_contrat_de_l_ars(foyer, bruno, chloe, driss):
    contrat = aide_de(foyer, "D06", bruno)
    with pytest.raises(Introuvable):
        faire(contrat, "verifier", chloe)
    assert (faire(contrat, "verifier", driss).etat, relu(contrat).attend) == ("eligibilite_a_verifier", "ars")


def test_un_foyer_renonce_par_la_ligne_et_l_aide_ferme_n_empeche_pas_de_clore(foyer, aide, bruno, amina):
    with pytest.raises(Introuvable):
        faire(aide, "abandonner", amina, motif="famille")
    assert faire(aide, "abandonner", bruno, motif="famille").etat == "abandonnee"
    assert faire(aide, "reprendre", bruno).etat == "exprime"
    assert clore(foyer, bruno).etat == "clos"


def test_une_aide_d_un_appel_attend_qu_on_precise_laquelle(foyer, bruno, chloe):
    aide = ouvrir_besoin(foyer, "aides", bruno)
    assert (aide.organisme.code, aide.attend, aide.objet) == ("cpam-gard", "cpam", "")
    assert (
        refuse(lambda: faire(aide, "verifier", chloe), Refus)
        == "Précisez d’abord le dispositif, sous « Autres gestes »."
    )
    assert refuse(lambda: faire(aide, "preciser", chloe, dispositif=dispositif("D06")), Refus) == (
        "D06 relève d’un autre organisme (ARS) : ouvrez-la depuis le catalogue."
    )
    precise = faire(aide, "preciser", chloe, dispositif=dispositif("D02"))
    assert (precise.etat, precise.objet) == ("exprime", "D02 Aide ponctuelle à la primo-installation ZAC")
    assert refuse(lambda: faire(aide, "preciser", chloe, dispositif=dispositif("D01")), Refus) == (
        "Le dispositif est déjà choisi : pour un autre, ouvrez une autre aide."
    )


def test_un_dispositif_ferme_depuis_ne_s_etudie_plus(aide, chloe):
    with auteur(None, geste="essai"):
        ferme = aide.dispositif
        ferme.ouverture, ferme.ferme_depuis = "ferme", "le 31/12/2025"
        ferme.save(update_fields=["ouverture", "ferme_depuis"])
    assert refuse(lambda: faire(aide, "verifier", chloe), Refus) == "Ce dispositif est fermé depuis le 31/12/2025."


def test_une_reponse_est_datee_et_a_sa_source(aide, chloe):
    faire(aide, "verifier", chloe)
    for manque in REPONSE:
        assert refuse(lambda m=manque: faire(aide, "declarer_eligible", chloe, **{**REPONSE, m: ""}), Refus) == (
            "Il manque des informations pour « Déclarer éligible »."
        )


def test_une_reponse_negative_a_son_motif_et_se_reprend(aide, chloe):
    faire(aide, "verifier", chloe)
    assert refuse(lambda: faire(aide, "declarer_non_eligible", chloe, **REPONSE), Refus) == (
        "Choisissez un motif dans la liste."
    )
    non = faire(aide, "declarer_non_eligible", chloe, motif="zone", **REPONSE)
    assert (non.etat, non.attend) == ("non_eligible", "guichet")
    repris = relu(faire(non, "reverifier", chloe))
    assert (repris.etat, repris.reponse_le, repris.reponse_source, repris.attend) == (
        "eligibilite_a_verifier", None, "", "cpam",
    )  # fmt: skip


@pytest.mark.parametrize("pas", [JUSQU_A_L_INSTRUCTION[:4], JUSQU_A_L_INSTRUCTION])
def test_un_refus_motive_se_clot(aide, chloe, pas):
    refusee = enchainer(aide, chloe, [*pas, ("refuser_aide", {"motif": "hors_delai"})])
    assert (refusee.etat, faire(refusee, "clore", chloe).etat) == ("refusee", "clos")


def page(agent, dossier):
    return texte_de(client_de(agent).get(reverse("dossiers.fiche", args=[dossier.pk])))


def test_seul_le_payeur_lit_dates_et_montant(aide, foyer, chloe, bruno, driss, estelle, amina):
    """« L’Agglo voit l’état » ; the ARS reads an aid of the CPAM, never its amount."""
    from dossiers.actions.affectations import reunir_intervenants

    reunir_intervenants(foyer, [driss.organisme_id])
    enchainer(
        aide,
        chloe,
        [
            *JUSQU_A_L_INSTRUCTION,
            ("accorder_aide", {"accordee_le": dans(0), "montant": MONTANT, "raison": "Décision notifiée"}),
        ],
    )
    vues = {a.prenom: page(a, foyer) for a in (chloe, bruno, driss, estelle, amina)}
    assert {nom: bool(re.search(r"9\s?471", vue)) for nom, vue in vues.items()} == {
        "Chloé": True, "Bruno": False, "Driss": False, "Estelle": False, "Amina": False,
    }  # fmt: skip
    assert {nom: "Accordée" in vue for nom, vue in vues.items()} == {
        "Chloé": True, "Bruno": False, "Driss": True, "Estelle": False, "Amina": False,
    }  # fmt: skip
    assert {nom: "demande déposée" in vue.lower() for nom, vue in vues.items() if nom != "Chloé"} == dict.fromkeys(
        ["Bruno", "Driss", "Estelle", "Amina"], False
    )
    assert {nom: "D01 Aide ponctuelle" in vue for nom, vue in vues.items()} == dict.fromkeys(vues, True)


def test_la_ligne_ne_voit_d_une_aide_que_ou_elle_en_est(aide, foyer, chloe, bruno):
    enchainer(aide, chloe, [("verifier", {}), ("declarer_eligible", REPONSE)])
    vue = page(bruno, foyer)
    assert ("en cours" in vue, "Éligible" in vue, "courrier CPAM" in vue, "Abandonner" in vue) == (
        True, False, False, True,
    )  # fmt: skip


def test_dans_le_gers_une_aide_de_la_cpam_se_demande_par_ecrit(fabien):
    from dossiers.models import Commune
    from tests.aides import ouvrir_dossier

    dossier = ouvrir_dossier(fabien, communes=tuple(Commune.objects.filter(nom="Condom")))
    assert refuse(lambda: aide_de(dossier, "D01", fabien), Refus) == (
        "CPAM n’utilise pas Guichet dans ce territoire : demandez-lui par écrit."
    )
    assert aide_de(dossier, "D06", fabien).organisme.code == "ars-occitanie"


def test_les_mots_d_un_payeur_ne_se_lisent_pas_chez_l_autre(aide, foyer, chloe, driss):
    from dossiers.actions.affectations import reunir_intervenants

    reunir_intervenants(foyer, [driss.organisme_id])
    mots = "Convention refusée en commission, voir le courrier du service médical."
    faire(aide, "verifier", chloe)
    faire(aide, "declarer_non_eligible", chloe, motif="zone", raison=mots, **REPONSE)
    titre = "Aide financière : déclarer non éligible"
    vus = {a.prenom: [(e.titre, e.raison) for e in lire(foyer, a, []) if e.titre == titre] for a in (chloe, driss)}
    assert vus == {"Chloé": [(titre, mots)], "Driss": [(titre, "")]}
