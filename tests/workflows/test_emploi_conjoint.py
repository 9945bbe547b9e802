"""The spouse's work: their own consent first, counters only, mutation for civil servants."""

import pytest

from dossiers.erreurs import Refus
from dossiers.models import auteur
from tests.aides import besoin, dans, enchainer, faire, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

PROFIL = ("recueillir_profil", {"metier": "professeur", "situation": "salarie", "mobilite": "30 minutes autour d’Alès"})
FONCTIONNAIRE = ("recueillir_profil", {"metier": "professeur", "situation": "fonctionnaire"})
ACCORD = ("noter_accord", {"accord_le": dans(0), "destinataires": "France Travail, service éco"})
ORIENTATION = ("orienter", {"partenaire": "France Travail Alès"})
MUTATION = (
    "engager_mutation",
    {"academie_ou_corps": "Montpellier, certifié", "mouvement": "inter", "reponse_attendue_le": dans(90)},
)
RESULTAT = {"resultat_le": dans(30)}


@pytest.fixture
def emploi(foyer):
    return besoin(foyer, "emploi_conjoint")


def test_le_besoin_est_celui_du_conjoint(emploi):
    assert str(emploi.personne) == "Julien Delmas"


def test_du_profil_a_l_embauche(emploi, bruno):
    fini = enchainer(
        emploi,
        bruno,
        [
            PROFIL,
            ACCORD,
            ORIENTATION,
            ("mettre_en_relation", {}),
            ("noter_candidatures", {"candidatures_envoyees": 4}),
            ("noter_entretien", {}),
            ("entretien_sans_suite", {}),
            ("noter_entretien", {}),
            ("embaucher", {**RESULTAT, "secteur": "enseignement"}),
            ("clore", {}),
        ],
    )
    ecrit = relu(fini)
    assert (ecrit.etat, ecrit.attend, ecrit.echeance, ecrit.candidatures_envoyees, ecrit.secteur, ecrit.resultat_le) == (
        "clos", "personne", None, 4, "enseignement", dans(30),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("geste", "faits", "etat"),
    [
        ("installer_independant", {**RESULTAT, "secteur": "artisanat"}, "installe_independant"),
        ("entrer_en_formation", RESULTAT, "formation"),
    ],
)
def test_les_deux_autres_issues_closent_aussi(emploi, bruno, geste, faits, etat):
    place = enchainer(emploi, bruno, [PROFIL, ACCORD, ORIENTATION, (geste, faits)])
    assert (place.etat, faire(place, "clore", bruno).etat) == (etat, "clos")


def test_rien_ne_se_transmet_sans_l_accord_du_conjoint(emploi, bruno):
    faire(emploi, PROFIL[0], bruno, **PROFIL[1])
    assert refuse(lambda: faire(emploi, "orienter", bruno, partenaire="France Travail Alès"), Refus) == (
        "« Orienter vers un partenaire » n’est pas possible à l’état « Profil recueilli »."
    )


@pytest.mark.parametrize("retire", [{"accord_le": None}, {"destinataires": ""}])
def test_un_accord_retire_arrete_l_orientation(emploi, bruno, retire):
    accorde = enchainer(emploi, bruno, [PROFIL, ACCORD])
    with auteur(None, geste="essai"):
        for champ, valeur in retire.items():
            setattr(accorde, champ, valeur)
        accorde.save(update_fields=list(retire))
    assert refuse(lambda: faire(emploi, "orienter", bruno, partenaire="France Travail Alès"), Refus) == (
        "Sans l’accord daté du conjoint et ses destinataires, rien ne se transmet."
    )


@pytest.mark.parametrize("manque", ["accord_le", "destinataires"])
def test_un_accord_est_date_et_nomme_ses_destinataires(emploi, bruno, manque):
    faire(emploi, PROFIL[0], bruno, **PROFIL[1])
    faits = {**ACCORD[1], manque: ""}
    assert refuse(lambda: faire(emploi, "noter_accord", bruno, **faits), Refus) == (
        "Il manque des informations pour « Noter l’accord »."
    )


@pytest.mark.parametrize("situation", ["salarie", "independant", "recherche", "autre"])
def test_la_mutation_est_aux_fonctionnaires(emploi, bruno, situation):
    faire(emploi, "recueillir_profil", bruno, metier="professeur", situation=situation)
    assert refuse(
        lambda: faire(emploi, "engager_mutation", bruno, academie_ou_corps="Montpellier", mouvement="inter"), Refus
    ) == ("La mutation ne concerne que les fonctionnaires.")


@pytest.mark.parametrize("chemin", [[FONCTIONNAIRE], [FONCTIONNAIRE, ACCORD]], ids=["sans accord", "avec accord"])
def test_un_fonctionnaire_demande_et_obtient_sa_mutation(emploi, bruno, chemin):
    mute = enchainer(emploi, bruno, [*chemin, MUTATION])
    assert (mute.etat, mute.attend, mute.mouvement) == ("mutation", "conjoint", "inter")
    assert enchainer(mute, bruno, [("obtenir_mutation", RESULTAT), ("clore", {})]).etat == "clos"


def test_une_mutation_refusee_se_redemande_autrement(emploi, bruno):
    mute = enchainer(emploi, bruno, [FONCTIONNAIRE, MUTATION])
    refusee = faire(mute, "refuser_mutation", bruno, motif="bareme")
    assert (refusee.etat, refusee.attend, refusee.mouvement, refusee.reponse_attendue_le) == (
        "profil_recueilli", "conjoint", "", None,
    )  # fmt: skip
    autre = faire(refusee, "engager_mutation", bruno, academie_ou_corps="Montpellier", mouvement="disponibilite")
    assert (autre.etat, autre.get_mouvement_display()) == ("mutation", "disponibilité pour suivre le conjoint")


def test_on_est_parfois_embauche_sans_entretien_note(emploi, bruno):
    pas = [PROFIL, ACCORD, ORIENTATION, ("mettre_en_relation", {}), ("embaucher_directement", RESULTAT)]
    assert enchainer(emploi, bruno, pas).etat == "embauche"


def test_reorienter_oublie_le_partenaire_et_garde_l_accord(emploi, bruno):
    enchainer(emploi, bruno, [PROFIL, ACCORD, ORIENTATION, ("mettre_en_relation", {})])
    reoriente = relu(faire(emploi, "reorienter", bruno, motif="sans_reponse"))
    assert (reoriente.etat, reoriente.partenaire, reoriente.accord_le, reoriente.destinataires) == (
        "accord_transmission", "", dans(0), "France Travail, service éco",
    )  # fmt: skip
    assert faire(emploi, "orienter", bruno, partenaire="Service éco").partenaire == "Service éco"


@pytest.mark.parametrize("prenom", ["amina", "chloe", "driss"])
def test_le_besoin_du_conjoint_n_avance_que_par_la_ligne(emploi, request, prenom):
    from dossiers.erreurs import Introuvable

    with pytest.raises(Introuvable):
        faire(emploi, PROFIL[0], request.getfixturevalue(prenom), **PROFIL[1])
