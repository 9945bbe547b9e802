"""Beside the call: propositions by POST only, nothing imposed, the information recorded as it was said."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Appel, Dossier, Personne
from dossiers.regles.information import VERSION
from tests.aides import client_de, ouvrir_dossier, texte_de

pytestmark = pytest.mark.django_db

NOTES = "Dr Odile VASSEUR MG rempl thesee, s'installe à Anduze, mari prof maths, cherche maison à louer, 06 39 98 77 01"


def proposer(agent, **champs):
    return client_de(agent).post(reverse("appels.propositions"), {"texte": NOTES, **champs})


def puces(reponse):
    return {p.proposition.champ: p.proposition for p in reponse.context["panneau"].puces}


def appel(**champs):
    base = {
        "recu_le": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S"), "canal": "relais", "role": "candidat", "nom": "Vasseur",
        "numero": "04 65 71 12 20", "texte": "Cherche", "urgence": "normale", "suite": "ouvrir", "issue": "information_donnee",
        "information_dite": "on", "cle": str(uuid.uuid4()),
    }  # fmt: skip
    return {**base, **champs}


def test_les_notes_remplissent_ce_qui_est_vide(amina):
    trouvees = puces(proposer(amina))
    assert (trouvees["nom"].libelle, trouvees["nom"].avec) == ("Odile Vasseur", (("prenom", "Odile"),))
    assert (trouvees["numero"].valeur, trouvees["statut"].valeur, trouvees["communes"].valeur) == (
        "06 39 98 77 01", "remplacant_these", "Anduze",
    )  # fmt: skip


def test_ce_qui_est_rempli_coche_ou_ecarte_n_est_pas_propose(amina):
    champs = {"nom": "Roux", "numero": "04 65 71 12 20", "statut": "salarie", "communes": "Anduze"}
    reponse = proposer(amina, **champs, besoins=["logement"], ecartees=["besoins:formalites"])
    restantes = [(p.proposition.champ, p.proposition.valeur) for p in reponse.context["panneau"].puces]
    assert [r for r in restantes if r[0] in champs] == []
    assert [v for c, v in restantes if c == "besoins"] == ["emploi_conjoint"]


def test_le_fragment_se_lit_vite_et_demande_peu_a_la_base(amina):
    client = client_de(amina)
    client.post(reverse("appels.propositions"), {"texte": NOTES})
    with CaptureQueriesContext(
        connection,
    ) as requetes:
        client.post(reverse("appels.propositions"), {"texte": NOTES})
    # session, agent, last change of the lexicons; the communes of the territory come from the cache
    assert len(requetes) <= 5, [q["sql"] for q in requetes]


def test_les_mots_d_un_appel_ne_passent_jamais_par_une_adresse(amina):
    assert client_de(amina).get(reverse("appels.propositions"), {"texte": NOTES}).status_code == 405


def test_les_mots_d_ou_vient_une_proposition_sont_echappes(amina):
    page = proposer(amina, texte="Dr <b>DELMAS</b> Claire cherche <script>studio</script>").content.decode()
    assert ("<script>" in page, "<b>" in page) == (False, False)


def test_accepter_sans_script_remplit_sans_remplacer_et_n_enregistre_rien(amina):
    donnees = {**appel(texte=NOTES, nom="Roux", numero=""), "tout_accepter": "1"}
    reponse = client_de(amina).post(reverse("appels.nouveau"), donnees)
    page = reponse.content.decode()
    assert (reponse.status_code, Appel.objects.count(), 'value="Roux"' in page, 'value="06 39 98 77 01"' in page) == (
        200,
        0,
        True,
        True,
    )
    assert "À corriger" not in texte_de(reponse)


def test_l_information_est_gardee_avec_sa_date_sa_version_et_son_canal(amina):
    client_de(amina).post(reverse("appels.nouveau"), appel(conjoint_prenom="Paul"))
    medecin, conjoint = (Personne.objects.get(participations__role=r) for r in ("medecin", "conjoint"))
    assert (medecin.information_le, medecin.information_version, medecin.information_canal) == (
        timezone.localdate(),
        VERSION,
        "relais",
    )
    # who was not on the phone was told nothing
    assert (conjoint.information_le, conjoint.information_version) == (None, "")
    page = texte_de(client_de(amina).get(reverse("dossiers.fiche", args=[Dossier.objects.get().pk])))
    assert f"(par relais téléphonique, version {VERSION})" in page


def test_quelqu_un_de_connu_qu_on_informe_l_est_aussi(amina):
    dossier = ouvrir_dossier(amina)
    connue = dossier.participants.get(role="medecin").personne
    client_de(amina).post(reverse("appels.nouveau"), appel(personne=connue.pk, suite="seul", canal="telephone"))
    connue.refresh_from_db()
    assert (connue.information_version, connue.information_canal) == (VERSION, "telephone")
    assert connue.history.latest().history_user == amina


def test_un_superviseur_essaie_une_phrase_ajoute_et_retire_un_mot(estelle):
    client, adresse = client_de(estelle), reverse("reglages.lexique")
    essai = texte_de(client.post(adresse, {"essayer": "1", "texte": "interne cherche une bicoque à Anduze"}))
    assert ("Commune : Anduze" in essai, "Besoin : Logement" in essai) == (True, False)
    mot = {"expression": "bicoque", "valeur": "logement", "poids": "2", "cle": str(uuid.uuid4())}
    assert client.post(f"{adresse}?famille=besoin", mot).status_code == 302
    essai = texte_de(client.post(adresse, {"essayer": "1", "texte": "interne cherche une bicoque à Anduze"}))
    assert "Besoin : Logement" in essai
    client.post(f"{adresse}?famille=besoin", {"retirer": "logement|2|bicoque", "cle": str(uuid.uuid4())})
    assert "logement|2|bicoque" not in client.get(adresse).content.decode()


@pytest.mark.parametrize("retrait", ["", "a|b|c", "logement|9999999|x", "logement|2|jamais vu", "|||"])
def test_un_retrait_abime_repond_404(estelle, retrait):
    reponse = client_de(estelle).post(reverse("reglages.lexique"), {"retirer": retrait, "cle": str(uuid.uuid4())})
    assert reponse.status_code == 404


def test_une_famille_inconnue_montre_les_besoins(estelle):
    assert "Besoins : ajouter des mots" in texte_de(
        client_de(estelle).get(reverse("reglages.lexique"), {"famille": "%00"})
    )


def test_la_commande_donne_un_seul_objet_json():
    import io

    from django.core.management import call_command

    from dossiers.management.appels_demo import CORPUS

    sortie = io.StringIO()
    call_command("evaluer_saisie", str(CORPUS), "--json", stdout=sortie)
    bilan = json.loads(sortie.getvalue())
    assert (bilan["n"], set(bilan["champs"]), set(bilan["champs"]["besoins"])) == (
        30, {"besoins", "communes", "telephones", "statut", "urgence", "issue", "doublon"}, {"precision", "rappel", "f1"},
    )  # fmt: skip
    assert (Appel.objects.count(), bilan["champs"]["telephones"]["f1"]) == (0, 1.0)
