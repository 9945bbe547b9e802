"""What each organisation may not know never reaches its pages, letters, exports nor searches.

Every section of a household carries a word found nowhere else; each actor follows every link from their home and must meet
none of the words of a section closed to them (domaine.md §5).
"""

import re
import uuid

import pytest
from django.urls import reverse

from dossiers.actions.affectations import reunir_intervenants
from dossiers.actions.appels import PersonneSaisie
from dossiers.actions.demarches import ouvrir_besoins
from dossiers.actions.dossiers import enregistrer_personne
from dossiers.actions.suivi import noter
from dossiers.courriers.taches import produire
from dossiers.models import Commune, Organisme
from dossiers.regles.droits import Section
from tests.aides import besoin, client_de, dans, donner_referent, enchainer, faire, ouvrir_dossier, personne, relu

pytestmark = pytest.mark.django_db

CANARIS = {
    Section.IDENTITE: "Zibeline",
    Section.APPELS: "Pangolin",
    Section.FORMALITES: "Ocelot",
    Section.LOGEMENT: "Caribou",
    Section.CONJOINT: "Mangouste",
    Section.EMPLOI_CONJOINT: "Wallaby",
    Section.ENFANTS: "Tamanoir",
    "note interne agglo": "Chevreuil",
    "note interne cpam": "Marabout",
    "autre territoire": "Fennec",
}


@pytest.fixture
def foyer_marque(bruno, chloe, fabien):
    """Return a household whose every section bears its word, and another one in the Gers."""
    conjoint = PersonneSaisie(
        role="conjoint", nom="Mangouste", prenom="Paul", metier="Wallaby", courriel="mangouste@example.org"
    )
    dossier = ouvrir_dossier(
        bruno,
        personnes=(personne("Zibeline", courriel="zibeline@example.org"), conjoint),
        texte="Pangolin, cherche un cabinet",
        nom_appelant="Claire Zibeline",
        pour_quand=dans(5),
    )
    dossier = donner_referent(dossier, bruno)
    reunir_intervenants(dossier, [Organisme.objects.get(code="ars-occitanie").pk])
    formalites = faire(besoin(dossier, "formalites"), "etablir_parcours", bruno, profil="LIB")
    enchainer(
        formalites.etapes.filter(responsable="cpam").first(),
        bruno,
        [("declarer_sans_objet", {"motif": "autre", "raison": "Ocelot"})],
    )
    faire(
        besoin(dossier, "logement"), "heberger", bruno, hebergement="Gîte Caribou", raison="Caribou",
    )  # fmt: skip
    faire(besoin(dossier, "emploi_conjoint"), "recueillir_profil", bruno, metier="Wallaby", situation="salarie")
    faire(
        besoin(dossier, "scolarisation"), "qualifier", bruno, niveau="college", annee_naissance=2014,
        arrivee_le=dans(30), enfant="Tamanoir",
    )  # fmt: skip
    for agent, texte in ((bruno, "Chevreuil"), (chloe, "Marabout")):
        noter(dossier, agent=agent, cle=uuid.uuid4(), texte=texte, partagee=False)
    conjointe = dossier.participants.get(role="conjoint").personne
    enregistrer_personne(
        dossier, conjointe, agent=bruno, version=relu(dossier).version, cle=uuid.uuid4(), role="conjoint",
        telephones=["04 65 71 12 20"], metier="Wallaby confirmé",
    )  # fmt: skip
    for courrier in dossier.courriers.all():
        assert produire(courrier.pk) == "produit"
    ouvrir_dossier(
        fabien, personnes=(personne("Fennec"),), texte="Fennec", nom_appelant="Fennec",
        communes=tuple(Commune.objects.filter(nom="Condom")),
    )  # fmt: skip
    return relu(dossier)


ACTEURS = {
    "amina": {"note interne cpam", "autre territoire", Section.FORMALITES, Section.EMPLOI_CONJOINT},
    "bruno": {"note interne cpam", "autre territoire"},
    "estelle": {"note interne cpam", "autre territoire"},
    "chloe": {
        "note interne agglo", "autre territoire", Section.APPELS, Section.LOGEMENT, Section.CONJOINT,
        Section.EMPLOI_CONJOINT, Section.ENFANTS,
    },
    "driss": {
        "note interne agglo", "note interne cpam", "autre territoire", Section.APPELS, Section.LOGEMENT, Section.CONJOINT,
        Section.EMPLOI_CONJOINT, Section.ENFANTS,
    },
    "hugo": {
        "note interne cpam", "autre territoire", Section.FORMALITES, Section.LOGEMENT, Section.CONJOINT,
        Section.EMPLOI_CONJOINT, Section.ENFANTS,
    },
    "gaelle": set(CANARIS) - {"rien"},
    "fabien": set(CANARIS) - {"autre territoire"},
}  # fmt: skip


def parcourir(client, depart="/"):
    """Return every page an agent can reach by links, by address; the letters' PDFs are read as text elsewhere."""
    a_voir, vues = [depart, *(reverse(n) for n in ("journee", "appels.liste", "dossiers.liste", "tableau"))], {}
    a_voir += [
        reverse("engagements.liste") + "?sorte=",
        reverse("dossiers.liste") + "?clos=on",
        reverse("dossiers.export"),
    ]
    while a_voir:
        adresse = a_voir.pop()
        if adresse in vues:
            continue
        reponse = client.get(adresse, follow=True)
        assert reponse.status_code in {200, 404, 422}, f"{adresse} : {reponse.status_code}"
        texte = reponse.getvalue().decode(errors="replace")
        vues[adresse] = texte
        liens = re.findall(r'href="(/[^"#]*|\?[^"#]*)', texte)
        a_voir += [
            f"{adresse.partition('?')[0]}{lien}" if lien[0] == "?" else lien for lien in liens if "/static/" not in lien
        ]
    return {adresse: texte.replace("&amp;", "&") for adresse, texte in vues.items()}


@pytest.mark.parametrize("prenom", ACTEURS)
def test_le_mot_d_une_section_fermee_n_apparait_sur_aucune_page(foyer_marque, request, prenom):
    client = client_de(request.getfixturevalue(prenom))
    pages = parcourir(client)
    trouves = [
        f"{CANARIS[section]} ({section}) sur {adresse}"
        for section in ACTEURS[prenom]
        for adresse, texte in pages.items()
        if CANARIS[section].lower() in texte.lower()
    ]
    assert trouves == []


@pytest.mark.parametrize("prenom", ["amina", "bruno", "chloe", "driss", "hugo", "fabien"])
def test_le_mot_d_une_section_ouverte_apparait_bien(foyer_marque, request, prenom):
    """The other half: a crawl that meets nothing would prove nothing."""
    tout = " ".join(parcourir(client_de(request.getfixturevalue(prenom))).values())
    invisibles = {"note interne agglo": {"amina", "bruno", "hugo"}, "note interne cpam": {"chloe"}}
    ouverts = {
        s
        for s in CANARIS
        if s not in ACTEURS[prenom] and prenom in invisibles.get(s, {prenom}) and s not in {"autre territoire"}
    }
    if prenom == "fabien":
        ouverts = {"autre territoire"}
    assert {CANARIS[s] for s in ouverts if CANARIS[s] not in tout} == set()


@pytest.mark.parametrize("prenom", ["amina", "bruno", "chloe", "driss", "estelle", "hugo", "fabien"])
def test_la_recherche_ne_trouve_que_par_ce_qu_on_peut_lire(foyer_marque, request, prenom):
    client = client_de(request.getfixturevalue(prenom))
    cherches = {"Zibeline": Section.IDENTITE, "Mangouste": Section.CONJOINT, "mangouste@example.org": Section.CONJOINT}
    trouves = {
        mot for mot in cherches if foyer_marque.numero in client.post(reverse("recherche"), {"q": mot}).content.decode()
    }
    attendus = (
        {mot for mot, section in cherches.items() if section not in ACTEURS[prenom]} if prenom != "fabien" else set()
    )
    assert trouves == attendus


def test_la_synthese_d_un_partenaire_n_est_faite_que_de_ce_qu_il_lit(foyer_marque, chloe, driss, bruno):
    """C14 is made for its reader: words of closed sections are in none of the values it is frozen with."""
    from dossiers.actions.courriers import apercevoir

    trouves = {}
    for prenom, agent in (("chloe", chloe), ("driss", driss), ("bruno", bruno)):
        donnees = str(apercevoir(foyer_marque, "C14", agent=agent).donnees)
        trouves[prenom] = {s for s in ACTEURS[prenom] if CANARIS[s] in donnees}
    assert trouves == {"chloe": set(), "driss": set(), "bruno": set()}


def test_la_cpam_ne_sait_pas_meme_qu_un_besoin_ferme_existe(foyer_marque, chloe):
    pages = parcourir(client_de(chloe))
    page = pages[reverse("dossiers.fiche", args=[foyer_marque.pk])]
    assert [m for m in ("Logement", "Scolarisation", "Emploi du conjoint", "conjoint") if m in page] == []


def test_ouvrir_un_besoin_ne_montre_rien_a_qui_ne_peut_le_lire(foyer_marque, chloe, bruno):
    from dossiers.actions.demarches import BesoinDemande

    avant = client_de(chloe).get(reverse("dossiers.fiche", args=[foyer_marque.pk])).content.decode().count("<li>")
    ouvrir_besoins(
        foyer_marque, [BesoinDemande("logement")], agent=bruno, version=relu(foyer_marque).version, cle=uuid.uuid4()
    )
    apres = client_de(chloe).get(reverse("dossiers.fiche", args=[foyer_marque.pk])).content.decode().count("<li>")
    assert apres == avant
