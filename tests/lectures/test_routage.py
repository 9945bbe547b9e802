"""« Qui aurait reçu quoi »: what the simulation shows is what publication then does."""

import uuid
from datetime import timedelta

import pytest

from dossiers.actions.regles import publier
from dossiers.lectures.routage import simuler
from dossiers.models import Commune, Demarche, auteur
from tests.actions.test_routage import absenter, rediger
from tests.aides import dans, ouvrir_dossier, personne

pytestmark = [pytest.mark.django_db, pytest.mark.services]

APPELS = [
    ("Anduze", "interne"), ("Alès", "salarie"), ("Anduze", "salarie"), ("Alès", "interne"), ("Alès", "salarie"),
    ("Anduze", "interne"),
]  # fmt: skip


def jouer(amina):
    """Take the same calls once more; return the démarches they opened."""
    avant = set(Demarche.objects.values_list("pk", flat=True))
    for commune, statut in APPELS:
        communes = tuple(Commune.objects.filter(nom=commune))
        ouvrir_dossier(
            amina,
            besoins=("logement", "formalites"),
            enfants=(),
            communes=communes,
            personnes=(personne(statut=statut),),
        )
    return Demarche.objects.exclude(pk__in=avant)


def compter(demarches):
    tenus = {}
    for d in demarches.select_related("organisme", "responsable"):
        qui = (d.organisme.sigle, str(d.responsable) if d.responsable else "")
        tenus[qui] = tenus.get(qui, 0) + 1
    return tenus


def redige(estelle, bruno):
    anduze = Commune.objects.get(nom="Anduze")
    return rediger(
        estelle,
        {"besoin": "logement", "moins_charge": True},
        {"besoin": "logement", "commune": anduze, "statut": "interne", "nomme": bruno},
        publie=False,
    )


@pytest.mark.parametrize("absent", [False, True])
def test_la_simulation_dit_ce_que_la_publication_fait(amina, bruno, estelle, absent):
    if absent:
        absenter(bruno, estelle)
    jouer(amina)
    jeu = redige(estelle, bruno)
    simulee = simuler(jeu, 1)
    publier(jeu, agent=estelle, cle=uuid.uuid4(), effet_le=dans(0))
    faits = compter(jouer(amina))
    assert {(ligne.organisme, ligne.agent): ligne.apres for ligne in simulee.lignes if ligne.apres} == faits
    assert faits == {
        ("CPAM du Gard", ""): 6,
        **(
            {("Alès Agglo", "Estelle Roux"): 6}
            if absent
            else {("Alès Agglo", "Bruno Lefèvre"): 4, ("Alès Agglo", "Estelle Roux"): 2}
        ),
    }


def test_la_simulation_compare_a_ce_qui_fut_recu_a_l_ouverture(amina, bruno, estelle):
    jouer(amina)
    simulee = simuler(redige(estelle, bruno), 3)
    assert [(ligne.organisme, ligne.agent, ligne.avant, ligne.apres, ligne.ecart) for ligne in simulee.lignes] == [
        ("Alès Agglo", "", 6, 0, "−6"),
        ("Alès Agglo", "Bruno Lefèvre", 0, 4, "+4"),
        ("Alès Agglo", "Estelle Roux", 0, 2, "+2"),
        ("CPAM du Gard", "", 6, 6, "0"),
    ]
    assert (simulee.demarches, simulee.changeraient, simulee.sans_regle) == (12, 6, 0)


def test_la_simulation_n_ecrit_rien_et_ne_voit_que_son_territoire_et_sa_periode(amina, bruno, estelle, fabien):
    ouvrir_dossier(fabien, besoins=("logement",), enfants=(), communes=tuple(Commune.objects.filter(nom="Condom")))
    dossier = ouvrir_dossier(amina, besoins=("logement",), enfants=())
    with auteur(None, geste="essai"):
        jeu = redige(estelle, bruno)
    avant = Demarche.objects.values_list("pk", "responsable_id")
    naissances = dossier.demarches.get().specifique.history
    assert (simuler(jeu, 1).demarches, list(avant)) == (1, list(Demarche.objects.values_list("pk", "responsable_id")))
    naissances.update(etat_depuis=naissances.get().etat_depuis - timedelta(days=45))
    assert [simuler(jeu, mois).demarches for mois in (1, 3)] == [0, 1]


def test_le_cout_de_la_simulation_ne_depend_pas_du_nombre_de_demarches(
    amina, bruno, estelle, django_assert_max_num_queries
):
    jeu = redige(estelle, bruno)
    jouer(amina)
    # one reading of the past a need, whatever it holds
    plafond = 18 + len(Demarche.REGISTRE)
    with django_assert_max_num_queries(plafond):
        simuler(jeu, 3)
    jouer(amina)
    with django_assert_max_num_queries(plafond):
        simuler(jeu, 3)
