"""A home: from the wish to the keys, with the refusals on the way."""

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.erreurs import Refus
from dossiers.models import auteur
from dossiers.regles.dates import date_avec_jour, date_longue
from tests.aides import besoin, dans, enchainer, faire, ouvrir_dossier, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

CRITERES = {"sous_type": "location", "pieces": 4, "budget_max": 1100, "entree_le": dans(60)}
CRITERES_PROCHES = {**CRITERES, "entree_le": dans(7)}
OFFRE = {"offre": "T4 rue des Exemples", "bailleur": "Agence du Pont", "loyer": 980}
VISITE = {"visite_le": timezone.now() + dt.timedelta(days=3)}
RECHERCHE = [("valider_criteres", CRITERES), ("lancer_recherche", {})]
JUSQU_AU_BAILLEUR = [
    *RECHERCHE,
    ("proposer", {**OFFRE, "offre_valable_le": dans(10)}),
    ("programmer_visite", VISITE),
    ("noter_visite", {}),
    ("retenir", {}),
    ("remettre_dossier", {}),
]
FAITS_DE_L_OFFRE = ("offre", "bailleur", "loyer", "offre_valable_le", "visite_le")


@pytest.fixture
def logement(foyer):
    return besoin(foyer, "logement")


def offre_de(logement):
    return tuple(getattr(relu(logement), champ) for champ in FAITS_DE_L_OFFRE)


def test_de_l_envie_aux_cles(logement, bruno):
    fini = enchainer(
        logement,
        bruno,
        [*JUSQU_AU_BAILLEUR, ("accorder", {}), ("emmenager", {"bail_signe_le": dans(0)}), ("clore", {})],
    )
    ecrit = relu(fini)
    assert (ecrit.etat, ecrit.libelle_etat, ecrit.est_finie, ecrit.attend, ecrit.echeance, ecrit.bail_signe_le) == (
        "clos", "Logé", True, "personne", None, dans(0),
    )  # fmt: skip
    assert ecrit.progres() == (1, 1)


def test_chaque_pas_est_dans_l_histoire(logement, bruno):
    enchainer(logement, bruno, JUSQU_AU_BAILLEUR)
    assert list(logement.history.order_by("history_id").values_list("history_geste", "etat")) == [
        ("enregistrer_appel", "exprime"),
        ("valider_criteres", "criteres_valides"),
        ("lancer_recherche", "en_recherche"),
        ("proposer", "propose"),
        ("programmer_visite", "visite_programmee"),
        ("noter_visite", "visite"),
        ("retenir", "retenu"),
        ("remettre_dossier", "dossier_bailleur"),
    ]


def test_une_offre_se_retient_sans_visite(logement, bruno):
    assert enchainer(logement, bruno, [*RECHERCHE, ("proposer", OFFRE), ("retenir_sans_visite", {})]).etat == "retenu"


@pytest.mark.parametrize(
    "chemin",
    [[], [("programmer_visite", VISITE)], [("programmer_visite", VISITE), ("noter_visite", {})]],
    ids=["proposée", "visite prévue", "visitée"],
)
def test_une_offre_refusee_s_oublie_et_se_compte(logement, bruno, chemin):
    enchainer(logement, bruno, [*RECHERCHE, ("proposer", {**OFFRE, "offre_valable_le": dans(10)}), *chemin])
    refusee = faire(logement, "refuser_offre", bruno, motif="loyer")
    assert (refusee.etat, refusee.attend, relu(refusee).offres_refusees) == ("en_recherche", "guichet", 1)
    assert offre_de(logement) == ("", "", None, None, None)


def test_le_refus_du_bailleur_oublie_l_offre_mais_ne_se_compte_pas(logement, bruno):
    """Its validity date would otherwise pass for the next offer's."""
    enchainer(logement, bruno, JUSQU_AU_BAILLEUR)
    refuse_ = faire(logement, "refuser_bailleur", bruno, motif="deja_loue")
    assert (refuse_.etat, relu(refuse_).offres_refusees) == ("en_recherche", 0)
    assert offre_de(logement) == ("", "", None, None, None)
    faire(logement, "proposer", bruno, **OFFRE)
    assert offre_de(logement) == (*OFFRE.values(), None, None)


def test_un_refus_veut_son_motif(logement, bruno):
    enchainer(logement, bruno, [*RECHERCHE, ("proposer", OFFRE)])
    assert refuse(lambda: faire(logement, "refuser_offre", bruno), Refus) == "Choisissez un motif dans la liste."
    # a reason of abandoning is not a reason to decline an offer
    assert refuse(lambda: faire(logement, "refuser_offre", bruno, motif="famille"), Refus) == (
        "Choisissez un motif dans la liste."
    )


def test_apres_cinq_offres_refusees_on_revoit_les_criteres(logement, bruno):
    enchainer(logement, bruno, [*RECHERCHE, *[("proposer", OFFRE), ("refuser_offre", {"motif": "lieu"})] * 4])
    enchainer(logement, bruno, [("proposer", OFFRE), ("refuser_offre", {"motif": "taille"})])
    assert refuse(lambda: faire(logement, "proposer", bruno, **OFFRE), Refus) == (
        "Cinq offres refusées : revoyez d’abord les critères avec le foyer."
    )
    assert (relu(logement).etat, relu(logement).offres_refusees) == ("en_recherche", 5)
    repris = enchainer(logement, bruno, [("revoir_criteres", {}), *RECHERCHE, ("proposer", OFFRE)])
    assert (repris.etat, repris.offres_refusees) == ("propose", 0)


def test_cinq_refus_ne_ferment_pas_l_hebergement_d_attente_aux_criteres(logement, bruno):
    refus = [("proposer", OFFRE), ("refuser_offre", {"motif": "lieu"})] * 5
    enchainer(logement, bruno, [("valider_criteres", CRITERES_PROCHES), ("lancer_recherche", {}), *refus])
    heberge = faire(logement, "heberger", bruno, hebergement="Internat de l’hôpital")
    assert refuse(lambda: faire(heberge, "proposer", bruno, **OFFRE), Refus) == (
        "Cinq offres refusées : revoyez d’abord les critères avec le foyer."
    )
    assert faire(heberge, "revoir_criteres", bruno).etat == "exprime"


def test_on_propose_encore_a_qui_est_heberge(logement, bruno):
    faire(logement, "valider_criteres", bruno, **CRITERES_PROCHES)
    heberge = faire(logement, "heberger", bruno, hebergement="Gîte des Exemples")
    assert (heberge.etat, heberge.hebergement, heberge.attend) == (
        "hebergement_temporaire",
        "Gîte des Exemples",
        "guichet",
    )
    assert faire(heberge, "proposer", bruno, **OFFRE).etat == "propose"


@pytest.mark.parametrize(
    ("code", "faits", "phrase"),
    [
        ("lancer_recherche", {}, "« Lancer la recherche » n’est pas possible à l’état « Exprimé »."),
        ("proposer", OFFRE, "« Proposer une offre » n’est pas possible à l’état « Exprimé »."),
        ("accorder", {}, "« Accord du bailleur » n’est pas possible à l’état « Exprimé »."),
        ("reprendre", {}, "« Reprendre » n’est pas possible à l’état « Exprimé »."),
    ],
)
def test_les_pas_ne_se_sautent_pas(logement, bruno, code, faits, phrase):
    assert refuse(lambda: faire(logement, code, bruno, **faits), Refus) == phrase


def test_un_foyer_loge_ne_s_abandonne_plus(logement, bruno):
    enchainer(
        logement,
        bruno,
        [*JUSQU_AU_BAILLEUR, ("accorder", {}), ("emmenager", {"bail_signe_le": dans(0)}), ("clore", {})],
    )
    assert refuse(lambda: faire(logement, "abandonner", bruno, motif="famille"), Refus) == (
        "« Abandonner » n’est pas possible à l’état « Logé »."
    )


def test_reprendre_rend_l_offre_en_cours(logement, bruno):
    enchainer(logement, bruno, [*RECHERCHE, ("proposer", OFFRE), ("abandonner", {"motif": "delai"})])
    repris = faire(logement, "reprendre", bruno)
    assert (repris.etat, repris.offre, repris.loyer) == ("propose", OFFRE["offre"], OFFRE["loyer"])


@pytest.mark.parametrize("jours", [8, 60])
def test_l_hebergement_d_attente_est_pour_une_arrivee_dans_la_semaine(logement, bruno, jours):
    faire(logement, "valider_criteres", bruno, **{**CRITERES, "entree_le": dans(jours)})
    assert refuse(lambda: faire(logement, "heberger", bruno, hebergement="Gîte des Exemples"), Refus) == (
        f"L’hébergement d’attente est pour une arrivée dans les sept jours, pas le {date_longue(dans(jours))}."
    )


def test_sans_date_d_arrivee_pas_d_hebergement_d_attente(logement, bruno):
    assert refuse(lambda: faire(logement, "heberger", bruno, hebergement="Gîte des Exemples"), Refus) == (
        "Notez d’abord la date d’arrivée : l’hébergement d’attente est pour une arrivée dans les sept jours."
    )


@pytest.mark.parametrize(("jours", "dit"), [(8, None), (7, "attendue"), (0, "attendue"), (-2, "passée")])
def test_une_arrivee_proche_sans_logement_se_dit_sur_la_carte(logement, bruno, jours, dit):
    faire(logement, "valider_criteres", bruno, **{**CRITERES, "entree_le": dans(jours)})
    attendu = [f"Arrivée {dit} le {date_avec_jour(dans(jours))}, sans logement : pensez à l’hébergement d’attente."]
    assert relu(logement).annonces(dans(0)) == (attendu if dit else [])
    if dit:
        faire(logement, "heberger", bruno, hebergement="Gîte des Exemples")
        assert relu(logement).annonces(dans(0)) == []


def test_un_interne_attendu_lundi_s_heberge_des_l_appel(bruno):
    """The arrival said during the call is enough: the interview has not taken place yet."""
    dossier = ouvrir_dossier(bruno, besoins=("logement",), enfants=(), pour_quand=dans(3))
    assert (
        faire(besoin(dossier, "logement"), "heberger", bruno, hebergement="Internat").etat == "hebergement_temporaire"
    )


TROIS_OFFRES = {
    **OFFRE,
    "offre_2": "T3 place des Exemples", "bailleur_2": "Logis Cévenols", "loyer_2": 640,
    "offre_3": "Maison des Exemples", "bailleur_3": "particulier", "loyer_3": 1050,
    "offre_valable_le": dans(10),
}  # fmt: skip


def test_trois_offres_se_montrent_et_une_se_retient(logement, bruno):
    propose = enchainer(logement, bruno, [*RECHERCHE, ("proposer", TROIS_OFFRES)])
    assert propose.nombre_offres == 3
    assert refuse(lambda: faire(logement, "retenir_sans_visite", bruno), Refus) == (
        "Plusieurs offres sont proposées : dites laquelle."
    )
    retenu = relu(faire(logement, "retenir_sans_visite", bruno, choix="2"))
    assert (retenu.etat, retenu.offre, retenu.bailleur, retenu.loyer, retenu.nombre_offres, retenu.choix) == (
        "retenu", "T3 place des Exemples", "Logis Cévenols", 640, 1, "",
    )  # fmt: skip


def test_on_visite_une_offre_sans_perdre_les_autres(logement, bruno):
    enchainer(logement, bruno, [*RECHERCHE, ("proposer", TROIS_OFFRES)])
    vue = enchainer(logement, bruno, [("programmer_visite", {**VISITE, "choix": "3"}), ("noter_visite", {})])
    assert [vue.offre, vue.offre_2, vue.offre_3] == [
        "Maison des Exemples",
        "T3 place des Exemples",
        "T4 rue des Exemples",
    ]
    assert relu(faire(vue, "retenir", bruno)).nombre_offres == 1


def test_trois_offres_refusees_comptent_pour_trois(logement, bruno):
    pas = [("proposer", TROIS_OFFRES), ("refuser_offre", {"motif": "loyer"})]
    refuse_ = enchainer(logement, bruno, [*RECHERCHE, *pas, *pas])
    assert (refuse_.offres_refusees, refuse_.nombre_offres) == (6, 0)
    assert refuse(lambda: faire(logement, "proposer", bruno, **OFFRE), Refus) == (
        "Cinq offres refusées : revoyez d’abord les critères avec le foyer."
    )


@pytest.mark.parametrize(
    ("faits", "phrase"),
    [
        ({**OFFRE, "offre_2": "T3"}, "Chaque offre a sa description, son bailleur et son loyer."),
        ({**OFFRE, "loyer_3": 500}, "Chaque offre a sa description, son bailleur et son loyer."),
        ({**OFFRE, "offre_valable_le": dans(-1)}, "Cette offre n’est déjà plus valable."),
    ],
)
def test_une_offre_est_entiere_et_valable(logement, bruno, faits, phrase):
    enchainer(logement, bruno, RECHERCHE)
    assert refuse(lambda: faire(logement, "proposer", bruno, **faits), Refus) == phrase
    assert relu(logement).etat == "en_recherche"


def test_une_offre_perimee_ne_se_retient_plus(logement, bruno):
    enchainer(logement, bruno, [*RECHERCHE, ("proposer", {**OFFRE, "offre_valable_le": dans(0)})])
    with auteur(None, geste="essai"):
        perimee = relu(logement)
        perimee.offre_valable_le = dans(-2)
        perimee.save(update_fields=["offre_valable_le"])
    assert refuse(lambda: faire(logement, "retenir_sans_visite", bruno), Refus) == (
        f"L’offre valait jusqu’au {date_longue(dans(-2))} : revoyez-la avec le bailleur."
    )


def test_choisir_une_offre_qui_n_existe_pas_est_refuse(logement, bruno):
    enchainer(logement, bruno, [*RECHERCHE, ("proposer", OFFRE)])
    assert refuse(lambda: faire(logement, "retenir_sans_visite", bruno, choix="2"), Refus) == (
        "Il n’y a pas d’offre à ce rang."
    )
