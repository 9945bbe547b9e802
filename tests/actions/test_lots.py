"""One gesture on several dossiers: each line by itself, none stops the others, the whole undone line by line."""

import uuid

import pytest

from dossiers.actions.annulations import annuler
from dossiers.actions.lots import executer
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Refus
from dossiers.lectures.lots import apercu, fait
from dossiers.models import Dossier, Operation
from tests.actions.test_annulations import finir
from tests.actions.test_etiquettes import creer, noms
from tests.aides import clore, donner_referent, faire, ouvrir_dossier, refuse, relu

pytestmark = pytest.mark.django_db


@pytest.fixture
def trois(bruno):
    return [ouvrir_dossier(bruno, besoins=("logement",), enfants=()) for _ in range(3)]


def paires(*dossiers):
    return [(d.pk, relu(d).version) for d in dossiers]


def refus(lot):
    return [ligne.refus for ligne in lot.lignes]


def test_chaque_ligne_est_le_geste_seul_avec_son_histoire(trois, bruno, amina):
    cle = executer("referent", paires(*trois), agent=bruno, cle=uuid.uuid4(), referent=amina)
    assert [relu(d).referent for d in trois] == [amina] * 3
    gestes = [Dossier.history.filter(id=d.pk).latest().history_geste for d in trois]
    assert (gestes, refus(fait(bruno, cle)[1])) == (["nommer_referent"] * 3, ["", "", ""])


def test_une_ligne_refusee_n_arrete_pas_les_autres(trois, bruno, amina, fabien):
    perime, deja, libre = trois
    lignes = [(perime.pk, 1), *paires(deja, libre), (ouvrir_dossier(fabien, communes=()).pk, 1), (2**40, 1)]
    faire(perime, "qualifier", bruno) if relu(perime).referent_id else donner_referent(perime, bruno)
    donner_referent(deja, amina)
    lignes[1] = paires(deja)[0]
    cle = executer("referent", lignes, agent=bruno, cle=uuid.uuid4(), referent=amina)
    inconnu = "Ce dossier n’existe pas, ou n’est pas dans votre champ."
    assert refus(fait(bruno, cle)[1]) == [
        "Le dossier a changé depuis l’aperçu.", f"{amina} est déjà le référent.", "", inconnu, inconnu,
    ]  # fmt: skip
    assert relu(libre).referent == amina


def test_renvoye_il_ne_refait_rien_et_reprend_ce_qu_une_panne_a_laisse(trois, bruno, amina):
    cle, lignes = uuid.uuid4(), paires(*trois)
    executer("referent", lignes, agent=bruno, cle=cle, referent=amina)
    assert refuse(lambda: executer("referent", lignes, agent=bruno, cle=cle, referent=amina), DejaFait) == (
        f"dossiers.lot_fait:{cle}"
    )
    # as a server killed before the last line leaves it
    Operation.objects.filter(cle=cle).update(retour={"genre": "lot", "geste": "referent", "lignes": []})
    executer("referent", lignes, agent=bruno, cle=cle, referent=amina)
    assert refus(fait(bruno, cle)[1]) == ["", "", ""]
    assert Dossier.history.filter(id=trois[0].pk, history_geste="nommer_referent").count() == 1


@pytest.mark.parametrize("combien", [0, 201])
def test_ni_aucun_ni_plus_de_deux_cents(bruno, amina, combien):
    lignes = [(n, 1) for n in range(1, combien + 1)]
    dit = refuse(lambda: executer("referent", lignes, agent=bruno, cle=uuid.uuid4(), referent=amina), Refus)
    assert dit == "Choisissez de 1 à 200 dossiers."


def test_l_apercu_dit_ce_que_le_geste_dira(trois, bruno, driss):
    """The preview and the act refuse the same lines, with the same sentence."""
    _ouvert, pret, clos = trois
    finir(pret, bruno)
    clore(clos, bruno)
    saisie = {"motif_cloture": "sans_nouvelles", "motif_levee": ""}
    dits = refus(apercu(bruno, "clore", saisie, [d.pk for d in trois]))
    cle = executer("clore", paires(*trois), agent=bruno, cle=uuid.uuid4(), **saisie)
    assert refus(fait(bruno, cle)[1]) == dits
    assert dits == [
        "Terminez ou déclarez sans objet ce qui reste ouvert : logement.",
        "",
        "« Clore » n’est pas possible à l’état « Clos ».",
    ]


def test_l_apercu_n_ecrit_rien_et_coute_autant_pour_trois_que_pour_un(trois, bruno, django_assert_num_queries):
    saisie = {"motif_cloture": "sans_nouvelles", "motif_levee": ""}
    avant = list(Dossier.objects.order_by("pk").values_list("version", "etat"))
    for cles in ([trois[0].pk], [d.pk for d in trois]):
        with django_assert_num_queries(4):
            apercu(bruno, "clore", saisie, cles)
    assert list(Dossier.objects.order_by("pk").values_list("version", "etat")) == avant


def test_poser_puis_retirer_une_etiquette_a_plusieurs(trois, bruno, estelle):
    relire = creer(estelle)
    executer("poser", paires(*trois[:2]), agent=bruno, cle=uuid.uuid4(), etiquette=relire)
    assert refus(apercu(bruno, "poser", {"etiquette": relire}, [d.pk for d in trois])) == [
        "L’étiquette est déjà posée.", "L’étiquette est déjà posée.", "",
    ]  # fmt: skip
    cle = executer("retirer", paires(*trois), agent=bruno, cle=uuid.uuid4(), etiquette=relire)
    assert refus(fait(bruno, cle)[1]) == ["", "", "Le dossier n’a pas cette étiquette."]
    assert [noms(d) for d in trois] == [[], [], []]


def test_le_tout_s_annule_sauf_ce_qui_a_bouge_depuis(trois, bruno, amina):
    cle = executer("referent", paires(*trois), agent=bruno, cle=uuid.uuid4(), referent=amina)
    faire(trois[1], "qualifier", bruno)
    assert annuler(cle, agent=bruno) == f"dossiers.lot_fait:{cle}"
    assert [relu(d).referent for d in trois] == [None, amina, None]
    lignes = fait(bruno, cle)[1].lignes
    assert [ligne.annulee for ligne in lignes] == [
        "oui", "Le dossier a changé depuis : l’annulation n’est plus possible.", "oui",
    ]  # fmt: skip


def test_ce_qu_un_agent_a_fait_n_est_lu_que_de_lui(trois, bruno, amina, estelle):
    cle = executer("referent", paires(*trois), agent=bruno, cle=uuid.uuid4(), referent=amina)
    assert [fait(a, cle) is None for a in (bruno, amina, estelle)] == [False, True, True]
