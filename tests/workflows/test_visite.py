"""A visit: two places agree, then a date, one or two days."""

import pytest

from dossiers.erreurs import Introuvable, Refus
from dossiers.models import auteur
from tests.aides import dans, enchainer, faire, ouvrir_besoin, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

LIEUX = ("noter_lieux", {"lieu_1": "Maison de santé d’Anduze", "lieu_2": "Mairie d’Anduze"})
DATES = ("programmer", {"debut_le": dans(20), "fin_le": dans(21), "etape_cabinet": True, "hebergement": "Gîte"})


@pytest.fixture
def visite(foyer, bruno):
    return ouvrir_besoin(foyer, "visite", bruno)


def avancer_le_temps(visite, jours):
    """Bring the visit's days back, as if they had passed."""
    with auteur(None, geste="essai"):
        visite.debut_le = visite.fin_le = dans(jours)
        visite.save(update_fields=["debut_le", "fin_le"])


def test_de_l_idee_au_retour(visite, bruno):
    confirmee = enchainer(visite, bruno, [LIEUX, DATES, ("confirmer", {})])
    assert (confirmee.etat, confirmee.attend, confirmee.etape_cabinet, confirmee.etape_ecole) == (
        "confirmee", "guichet", True, False,
    )  # fmt: skip
    avancer_le_temps(confirmee, -1)
    fini = relu(enchainer(visite, bruno, [("realiser", {"retour": "Très bon accueil"}), ("clore", {})]))
    assert (fini.etat, fini.retour, fini.echeance) == ("clos", "Très bon accueil", None)


@pytest.mark.parametrize("lieux", [None, {"lieu_1": "Maison de santé d’Anduze"}])
def test_sans_deux_lieux_d_accord_pas_de_date(visite, bruno, lieux):
    if lieux:
        faire(visite, "noter_lieux", bruno, **lieux)
    assert refuse(lambda: faire(visite, DATES[0], bruno, **DATES[1]), Refus) == (
        "Notez d’abord l’accord de deux lieux, sous « Autres gestes »."
    )


@pytest.mark.parametrize(
    ("debut", "fin", "phrase"),
    [
        (-1, 0, "Une visite se programme pour un jour à venir."),
        (20, 22, "Une visite dure un ou deux jours."),
        (20, 19, "Une visite dure un ou deux jours."),
    ],
)
def test_une_visite_est_a_venir_et_dure_un_ou_deux_jours(visite, bruno, debut, fin, phrase):
    faire(visite, LIEUX[0], bruno, **LIEUX[1])
    assert refuse(lambda: faire(visite, "programmer", bruno, debut_le=dans(debut), fin_le=dans(fin)), Refus) == phrase
    assert relu(visite).etat == "exprime"


def test_une_visite_a_venir_n_est_pas_realisee(visite, bruno):
    enchainer(visite, bruno, [LIEUX, DATES, ("confirmer", {})])
    assert refuse(lambda: faire(visite, "realiser", bruno), Refus) == "La visite n’a pas encore eu lieu."


@pytest.mark.parametrize("pas", [[LIEUX, DATES], [LIEUX, DATES, ("confirmer", {})]])
def test_une_visite_annulee_se_reprogramme_dans_les_memes_lieux(visite, bruno, pas):
    enchainer(visite, bruno, pas)
    annulee = faire(visite, "annuler", bruno, motif="meteo")
    assert (annulee.etat, annulee.debut_le, annulee.lieu_2) == ("annulee", None, "Mairie d’Anduze")
    assert faire(annulee, DATES[0], bruno, **DATES[1]).etat == "programmee"


def test_la_cpam_lit_la_visite_et_ne_la_conduit_pas(visite, amina, chloe, driss):
    from dossiers.actions.affectations import reunir_intervenants

    reunir_intervenants(visite.dossier, [driss.organisme_id])
    for agent in (amina, chloe):
        with pytest.raises(Introuvable):
            faire(visite, LIEUX[0], agent, **LIEUX[1])
    assert faire(visite, LIEUX[0], driss, **LIEUX[1]).lieu_1 == "Maison de santé d’Anduze"
