"""The call screen's form: what is typed, read as it was meant."""

import pytest
from django.urls import reverse

from dossiers.forms.appels import AppelForm
from dossiers.models import Dossier
from tests.aides import client_de, dans, ouvrir_dossier, saisie, texte_de
from tests.views.test_saisies import appel

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typees", "lues"),
    [
        ("Anduze", ["Anduze"]),
        ("anduze , GENERARGUES", ["Anduze", "Générargues"]),
        ("la grd combe", ["La Grand-Combe"]),
        ("st hilaire de brethmas", ["Saint-Hilaire-de-Brethmas"]),
        ("ales", ["Alès"]),
        ("", []),
    ],
)
def test_les_communes_se_lisent_comme_on_les_tape(amina, typees, lues):
    form = AppelForm(appel(communes=typees), agent=amina)
    assert (form.is_valid(), [c.nom for c in form.cleaned_data["communes"]]) == (True, lues)


@pytest.mark.parametrize(("typee", "proposee"), [("saint", "Saint"), ("Anduse", "Anduze"), ("Marseille", "le texte")])
def test_un_nom_douteux_est_demande_et_non_choisi(amina, typee, proposee):
    form = AppelForm(appel(communes=typee), agent=amina)
    assert (form.is_valid(), proposee in form.errors["communes"][0]) == (False, True)


def test_un_interne_n_est_pas_encore_docteur(amina):
    for statut, docteur in (("interne", False), ("remplacant_these", True), ("", False)):
        form = AppelForm(appel(statut=statut), agent=amina)
        assert form.is_valid()
        assert form.saisi().personnes[0].these_soutenue is docteur


def test_le_conjoint_qui_appelle_est_le_conjoint(amina):
    form = AppelForm(appel(role="conjoint", prenom="Julien", conjoint_nom=""), agent=amina)
    assert (form.is_valid(), [(p.role, p.prenom) for p in form.saisi().personnes]) == (True, [("conjoint", "Julien")])


@pytest.mark.parametrize(("jours", "urgence"), [(3, "critique"), (20, "haute"), (90, "normale")])
def test_une_arrivee_proche_sans_logement_est_urgente(amina, jours, urgence):
    form = AppelForm(appel(pour_quand=dans(jours).isoformat(), besoins=["logement"]), agent=amina)
    assert (form.is_valid(), form.saisi().urgence) == (True, urgence)


MARC = {"role": "conjoint", "nom": "", "prenom": "", "numero": "04 65 71 12 21"}


@pytest.mark.parametrize(
    ("champs", "attendus"),
    [
        # what is said of a spouse nobody named is kept all the same
        ({"conjoint_metier": "professeur"}, [("medecin", "Claire", "", 1), ("conjoint", "", "professeur", 0)]),
        ({"conjoint_numero": "04 65 71 12 22"}, [("medecin", "Claire", "", 1), ("conjoint", "", "", 1)]),
        # a spouse who calls is one person, in whichever fields
        ({**MARC, "prenom": "Marc", "conjoint_metier": "menuisier"}, [("conjoint", "Marc", "menuisier", 1)]),
        ({**MARC, "conjoint_prenom": "Marc", "conjoint_metier": "menuisier"}, [("conjoint", "Marc", "menuisier", 1)]),
        ({**MARC, "conjoint_numero": "06 39 98 00 11"}, [("conjoint", "", "", 2)]),
    ],
)
def test_ce_qui_est_dit_du_conjoint_est_garde(amina, champs, attendus):
    form = AppelForm(appel(**champs), agent=amina)
    assert form.is_valid()
    lues = form.saisi().personnes
    assert [(p.role, p.prenom, p.metier, len(p.telephones)) for p in lues] == attendus
    assert [p.statut for p in lues if p.role == "conjoint"] == ["non_medecin"]


def test_le_conjoint_qui_appelle_donne_son_nom_a_l_appel(amina):
    form = AppelForm(appel(**MARC, conjoint_prenom="Marc", conjoint_nom="Exemple"), agent=amina)
    assert (form.is_valid(), form.saisi().nom_appelant) == (True, "Marc Exemple")


def test_rattacher_depuis_la_page_de_l_appel(amina, bruno):
    import uuid

    from dossiers.actions import appels

    dossier = ouvrir_dossier(bruno)
    seul = appels.enregistrer(saisie(), agent=amina, cle=uuid.uuid4())
    client, adresse = client_de(amina), reverse("appels.rattacher", args=[seul.pk])
    inconnu = client.post(adresse, {"numero": "ZZZ-ZZZ-Z", "cle": str(uuid.uuid4())})
    assert (inconnu.status_code, "Aucun dossier ne porte ce numéro" in texte_de(inconnu)) == (422, True)
    fait = client.post(adresse, {"numero": dossier.numero.lower().replace("-", " "), "cle": str(uuid.uuid4())})
    assert (fait.url, list(seul.dossiers.all())) == (reverse("dossiers.fiche", args=[dossier.pk]), [dossier])


def test_le_numero_douteux_avertit_sans_bloquer(amina):
    client = client_de(amina)
    page = client.post(reverse("appels.nouveau"), {**appel(numero="04 65 71 12"), "chercher": "1"})
    assert (page.status_code, 'class="message warning"' in page.content.decode()) == (200, True)
    assert client.post(reverse("appels.nouveau"), appel(numero="04 65 71 12")).status_code == 302
    assert Dossier.objects.count() == 1
