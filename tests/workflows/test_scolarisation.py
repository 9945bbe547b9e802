"""A child's school: one démarche a child, with its waiting list and its derogation."""

import pytest

from dossiers.erreurs import Refus
from tests.aides import besoin, dans, enchainer, faire, ouvrir_dossier, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

QUALIFIER = ("qualifier", {"niveau": "elementaire", "annee_naissance": 2018, "arrivee_le": dans(60), "enfant": "L."})
SECTEUR = ("identifier_secteur", {"etablissement": "École des Exemples", "contact": "La directrice"})
DEPOSER = ("deposer", {"depose_le": dans(0)})
RENTREE = [("affecter_place", {}), ("inscrire", {}), ("rentrer", {"rentree_le": dans(0)}), ("clore", {})]


@pytest.fixture
def ecole(foyer):
    return besoin(foyer, "scolarisation")


def test_du_besoin_a_la_rentree(ecole, bruno):
    ecrit = relu(enchainer(ecole, bruno, [QUALIFIER, SECTEUR, DEPOSER, *RENTREE]))
    assert (ecrit.etat, ecrit.attend, ecrit.echeance, ecrit.etablissement, ecrit.contact, ecrit.rentree_le) == (
        "clos", "personne", None, "École des Exemples", "La directrice", dans(0),
    )  # fmt: skip


def test_la_liste_d_attente_garde_son_relais(ecole, bruno):
    attend = enchainer(
        ecole,
        bruno,
        [
            QUALIFIER,
            SECTEUR,
            DEPOSER,
            ("mettre_en_attente", {}),
            ("trouver_relais", {"relais": "Assistante maternelle"}),
        ],
    )
    assert (attend.etat, attend.relais, attend.attend) == ("relais", "Assistante maternelle", "partenaire")
    assert enchainer(attend, bruno, RENTREE).etat == "clos"


def test_une_derogation_accordee_change_d_etablissement(ecole, bruno):
    enchainer(ecole, bruno, [QUALIFIER, SECTEUR, ("demander_derogation", {"etablissement": "École du Centre"})])
    accordee = enchainer(ecole, bruno, [("accorder_derogation", {}), DEPOSER])
    assert (accordee.etat, accordee.etablissement) == ("dossier_depose", "École du Centre")


def test_une_derogation_refusee_a_son_motif_et_n_arrete_rien(ecole, bruno):
    enchainer(ecole, bruno, [QUALIFIER, SECTEUR, ("demander_derogation", {"etablissement": "École du Centre"})])
    assert refuse(lambda: faire(ecole, "refuser_derogation", bruno), Refus) == "Choisissez un motif dans la liste."
    refusee = faire(ecole, "refuser_derogation", bruno, motif="places")
    assert (refusee.etat, refusee.attend, refusee.est_finie) == ("derogation_refusee", "candidat", False)
    assert enchainer(ecole, bruno, [DEPOSER, *RENTREE]).etat == "clos"


def test_on_ne_depose_pas_sans_etablissement(ecole, bruno):
    faire(ecole, QUALIFIER[0], bruno, **QUALIFIER[1])
    assert refuse(lambda: faire(ecole, "deposer", bruno, depose_le=dans(0)), Refus) == (
        "« Dossier déposé » n’est pas possible à l’état « Besoin qualifié »."
    )
    assert refuse(lambda: faire(ecole, "identifier_secteur", bruno, contact="Le maire"), Refus) == (
        "Il manque des informations pour « Identifier l’établissement »."
    )


def test_une_demarche_par_enfant_et_chacune_sa_vie(bruno):
    dossier = ouvrir_dossier(
        bruno, besoins=("scolarisation",), enfants=({"niveau": "maternelle"}, {"niveau": "college"})
    )
    petit, grand = (d.specifique for d in dossier.demarches.order_by("id").specifiques())
    faire(grand, "qualifier", bruno, niveau="lycee", annee_naissance=2011, arrivee_le=dans(60))
    assert [(d.niveau, d.etat, d.personne) for d in (relu(petit), relu(grand))] == [
        ("maternelle", "exprime", None),
        ("lycee", "besoin_qualifie", None),
    ]
    assert [d.precision for d in (relu(petit), relu(grand))] == ["maternelle", "lycée, né(e) en 2011"]


def test_une_initiale_suffit_a_nommer_l_enfant(ecole, bruno):
    assert faire(ecole, QUALIFIER[0], bruno, **QUALIFIER[1]).precision == "L., élémentaire, né(e) en 2018"
