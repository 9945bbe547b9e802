"""The frozen values of each letter, from a dossier that lived by its real gestures."""

import datetime as dt
import json
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.affectations import affecter
from dossiers.actions.appels import PersonneSaisie, Promesse
from dossiers.actions.courriers import apercevoir
from dossiers.courriers.catalogue import CATALOGUE
from dossiers.courriers.collecte import collecter
from dossiers.courriers.demandes import DEMANDES
from dossiers.models import Commune, Demarche, Personne, auteur
from dossiers.regles.dates import INSECABLE, date_avec_jour, date_longue, heure
from dossiers.regles.droits import Section
from tests.aides import besoin, clore, dans, donner_referent, enchainer, faire, ouvrir_dossier, personne, relu
from workflows.etapes import Etape
from workflows.graphe_formalites import etapes_du_profil

pytestmark = [pytest.mark.django_db, pytest.mark.services]

PROMIS = timezone.now() + dt.timedelta(days=1)
DU_TERRITOIRE = {
    "territoire.nom": "Alès Agglomération",
    "territoire.service": "Service Santé publique – Guichet unique des médecins",
    "territoire.telephone": "04 65 71 10 00".replace(" ", INSECABLE),
    "territoire.courriel": "guichet.medecins@ales.example.org",
    "territoire.adresse": "Guichet unique des médecins\n2 rue des Exemples\n30100 ALÈS",
    "territoire.horaires": "du lundi au vendredi, de 9 h à 17 h",
    "territoire.ville": "Alès",
    "territoire.dpo": "dpo@ales.example.org",
    "territoire.partenaires": "ARS Occitanie, CPAM du Gard",
    "territoire.couleur": "#1f5c46",
}
DE_BRUNO = {
    "agent.nom": "Bruno Lefèvre",
    "agent.qualite": "Chargé d’accompagnement des médecins",
    "agent.telephone": "04 65 71 10 02".replace(" ", INSECABLE),
    "agent.courriel": "bruno@ales.example.org",
}
DE_CLAIRE = {"personne.appel": "Docteur", "personne.nom": "Docteur Claire DELMAS", "personne_adresse": []}


@pytest.fixture
def projet(amina, bruno):
    """A call taken by Amina, with a promise and a wished date; Bruno answers for the household."""
    dossier = ouvrir_dossier(
        amina, promesse=Promesse(nature="rappel", pour_le=PROMIS, quoi="Préparer la suite"), pour_quand=dans(60)
    )
    return donner_referent(dossier, bruno)


def commun(dossier, **autres):
    aujourdhui = date_longue(timezone.localdate())
    return {
        "date": aujourdhui,
        **DU_TERRITOIRE,
        **DE_BRUNO,
        **DE_CLAIRE,
        "dossier.numero": dossier.numero,
        "dossier.ouvert_le": aujourdhui,
        "dossier.etape": "Nouveau",
        "dossier.motif_cloture": "",
        "dossier.communes": "Anduze",
        "dossier.echeance": date_longue(dans(60)),
        **autres,
    }


def courrier(dossier, code):
    return dossier.courriers.select_related("modele", "demande_par__organisme", "destinataire").get(modele__code=code)


def test_l_accuse_de_reception_redit_l_appel_et_la_promesse(projet):
    assert collecter(courrier(projet, "C01")) == commun(
        projet,
        **{
            "appel.date": date_longue(timezone.localdate()),
            "rappel.date": f"le {date_avec_jour(PROMIS)} à {heure(PROMIS)}",
            "volets": ["Formalités", "Logement", "Emploi du conjoint", "Scolarisation"],
        },
    )


def test_sans_referent_l_accuse_est_signe_de_qui_a_pris_l_appel(amina):
    dossier = ouvrir_dossier(amina)
    donnees = collecter(courrier(dossier, "C01"))
    assert (donnees["agent.nom"], donnees["agent.qualite"], donnees["rappel.date"], donnees["dossier.echeance"]) == (
        "Amina Benkirane", "Chargée d’accueil du guichet unique", "", "",
    )  # fmt: skip


def test_deux_enfants_font_un_seul_volet(amina):
    dossier = ouvrir_dossier(
        amina, besoins=("scolarisation",), enfants=({"niveau": "maternelle"}, {"niveau": "college"})
    )
    assert collecter(courrier(dossier, "C01"))["volets"] == ["Scolarisation"]


def test_la_liste_des_demarches_dit_ou_en_est_chaque_etape(projet, bruno):
    formalites = faire(besoin(projet, "formalites"), "etablir_parcours", bruno, profil="PADHUE")
    f01 = Etape.objects.get(formalites=formalites, code="F01")
    enchainer(f01, bruno, [("deposer", {"depose_le": dans(0)}), ("obtenir", {"decision_le": dans(0)})])
    donnees = collecter(courrier(projet, "C02"))
    etapes, pieces = donnees.pop("etapes"), donnees.pop("pieces")
    assert donnees == commun(projet, **{"profil.libelle": "Diplôme hors Union européenne"})
    libelle = {f.code: f.libelle for f in etapes_du_profil("PADHUE")}
    a_faire = f"À{INSECABLE}faire"
    assert etapes == [
        ["☑", libelle["F01"], "le guichet", "5 j", "Obtenue"],
        ["☐", libelle["F06"], "Centre national de gestion", "30 mois", a_faire],
        ["☐", libelle["F08"], "Ordre des médecins", "6 semaines", a_faire],
        ["☐", libelle["F09"], "Ordre des médecins", "2 j", a_faire],
        ["☐", libelle["F10"], "vous", "3 semaines", a_faire],
        ["☐", libelle["F14"], "vous", "7 j", a_faire],
        ["☐", libelle["F18"], "Agence du numérique en santé", "12 j", a_faire],
    ]
    assert [p for p in pieces if "RCP" in p[2] or "revenu" in p[2]] == [
        ["☐", "Choix du mode d’exercice et du statut", "simulation de revenu"],
        ["☐", "Responsabilité civile professionnelle", "attestation RCP"],
    ]


def test_une_etape_finie_ne_demande_plus_de_piece(projet, bruno):
    formalites = faire(besoin(projet, "formalites"), "etablir_parcours", bruno, profil="PADHUE")
    for etape in Etape.objects.filter(formalites=formalites):
        faire(etape, "declarer_sans_objet", bruno, motif="deja_fait")
    assert collecter(courrier(projet, "C02"))["pieces"] == []


def test_aucune_piece_ne_parle_de_sante(projet, bruno):
    """F15 names a state of health that the office must never write (domaine.md §1)."""
    faire(besoin(projet, "formalites"), "etablir_parcours", bruno, profil="LIB")
    textes = json.dumps(collecter(courrier(projet, "C02"))["pieces"], ensure_ascii=False).lower()
    assert [mot for mot in ("santé (", "état de santé", "ne pas saisir") if mot in textes] == []


@pytest.mark.parametrize(
    ("motif", "cloture", "libelle"),
    [
        ("installe", "installe", "installation réussie et suivie"),
        ("hors_perimetre", "hors_perimetre", "hors périmètre du guichet"),
        ("famille", "abandon", "raison familiale"),
        ("sans_nouvelles", "abandon", "sans nouvelles"),
    ],
)
def test_la_cloture_dit_sa_raison_et_comment_chaque_besoin_finit(projet, bruno, motif, cloture, libelle):
    faire(besoin(projet, "logement"), "abandonner", bruno, motif="famille")
    clore(projet, bruno, motif)
    assert collecter(courrier(projet, "C13")) == commun(
        projet,
        **{
            "dossier.etape": "Clos",
            "dossier.motif_cloture": libelle,
            "cloture": cloture,
            "volets": [
                "Formalités : sans objet",
                "Logement : abandonné",
                "Emploi du conjoint : sans objet",
                "Scolarisation (élémentaire) : sans objet",
            ],
        },
    )


def test_la_synthese_d_un_instructeur_de_la_ligne_dit_tout_le_foyer(projet, bruno):
    donnees = apercevoir(projet, "C14", agent=bruno).donnees
    aujourdhui, limite = date_longue(timezone.localdate()), donnees["besoins"][0][3]
    telephone = "04 65 71 12 20".replace(" ", INSECABLE)
    assert donnees == commun(
        projet,
        **{
            "organisme.nom": "Alès Agglomération",
            "volets": [],
            "resume": [
                ["Étape", "Nouveau"],
                ["Ouvert le", aujourdhui],
                ["Référent", "Bruno Lefèvre"],
                ["Organisme pilote", "Alès Agglomération"],
                ["Communes visées", "Anduze"],
                ["Arrivée souhaitée", date_longue(dans(60))],
                ["Avancement", "0 sur 4"],
            ],
            "personnes": [
                ["Dr Claire Delmas", "médecin", telephone],
                ["Julien Delmas", "conjoint", telephone],
            ],
            "besoins": [
                [nom, etat, "le guichet", limite]
                for nom, etat in [
                    ("Formalités", "Exprimées"),
                    ("Logement", "Exprimé"),
                    ("Emploi du conjoint", "Exprimé"),
                    ("Scolarisation (élémentaire)", "Exprimé"),
                ]
            ],
            "etapes_synthese": [],
            "evenements": [
                *(
                    [aujourdhui, f"{nom} : besoin ouvert ou modifié", "Amina Benkirane"]
                    for nom in ("Scolarisation", "Emploi du conjoint", "Logement", "Formalités")
                ),
                [aujourdhui, "Appel (téléphone)", "Amina Benkirane"],
            ],
        },
    )


def test_la_synthese_de_la_cpam_ne_dit_que_ce_que_la_cpam_lit(projet, bruno, chloe):
    faire(besoin(projet, "formalites"), "etablir_parcours", bruno, profil="PADHUE")
    faire(
        besoin(projet, "logement"),
        "valider_criteres",
        bruno,
        sous_type="location",
        pieces=3,
        budget_max=900,
        entree_le=dans(9),
    )
    affecter(
        besoin(projet, "formalites"), agent=bruno, organisme=chloe.organisme, responsable=chloe, version=relu(projet).version,
        cle=uuid.uuid4(),
    )  # fmt: skip
    donnees = apercevoir(projet, "C14", agent=chloe).donnees
    assert (donnees["agent.nom"], donnees["organisme.nom"]) == (
        "Chloé Martinez", "CPAM du Gard, relations avec les professionnels de santé",
    )  # fmt: skip
    assert [ligne[0] for ligne in donnees["besoins"]] == ["Formalités (Diplôme hors Union européenne)"]
    assert (donnees["volets"], len(donnees["etapes_synthese"])) == (["Formalités"], 7)
    assert [ligne[0] for ligne in donnees["personnes"]] == ["Dr Claire Delmas"]
    assert {ligne[1].split(" : ")[0] for ligne in donnees["evenements"]} == {"Formalités"}
    tout = json.dumps(donnees, ensure_ascii=False)
    assert [mot for mot in ("Julien", "Logement", "Scolarisation", "Gîte", "Appel (", "conjoint") if mot in tout] == []


def test_une_synthese_figee_garde_les_sections_de_qui_l_a_demandee(projet, chloe):
    assert CATALOGUE["C14"].sections_pour(chloe) == {
        Section.IDENTITE, Section.FORMALITES, Section.AIDES, Section.VISITES,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fiche", "appel", "nom"),
    [
        ({"these_soutenue": True, "civilite": "madame"}, "Docteur", "Docteur Claire DELMAS"),
        ({"these_soutenue": False, "civilite": "madame"}, "Madame", "Madame Claire DELMAS"),
        ({"these_soutenue": False, "civilite": "monsieur"}, "Monsieur", "Monsieur Claire DELMAS"),
        ({"these_soutenue": False}, "Madame, Monsieur", "Claire DELMAS"),
        ({"these_soutenue": False, "nom": "", "prenom": ""}, "Madame, Monsieur", "Madame, Monsieur"),
        ({"these_soutenue": True, "nom": "d’Aubais", "prenom": ""}, "Docteur", "Docteur D’AUBAIS"),
    ],
)
def test_docteur_se_dit_a_qui_a_soutenu_sa_these(amina, fiche, appel, nom):
    dossier = ouvrir_dossier(amina, besoins=("logement",), personnes=(personne(**fiche),))
    donnees = collecter(courrier(dossier, "C01"))
    assert (donnees["personne.appel"], donnees["personne.nom"]) == (appel, nom)


def test_l_adresse_postale_va_ligne_par_ligne(projet):
    with auteur(None, geste="essai"):
        claire = Personne.objects.get(prenom="Claire")
        claire.adresse = "4 rue des Exemples\n30140 ANDUZE"
        claire.save()
    assert collecter(courrier(projet, "C01"))["personne_adresse"] == ["4 rue des Exemples", "30140 ANDUZE"]


def test_un_foyer_sans_medecin_recoit_quand_meme_sa_lettre(amina):
    julien = PersonneSaisie(role="conjoint", nom="Delmas", prenom="Julien", civilite="monsieur")
    dossier = ouvrir_dossier(amina, besoins=("logement",), personnes=(julien,), communes=tuple(Commune.objects.none()))
    donnees = collecter(courrier(dossier, "C01"))
    assert (donnees["personne.nom"], donnees["dossier.communes"]) == ("Monsieur Julien DELMAS", "")


def test_ce_qui_est_fige_est_du_json(projet, bruno):
    faire(besoin(projet, "formalites"), "etablir_parcours", bruno, profil="LIB")
    clore(projet, bruno)
    for code in ("C01", "C02", "C13"):
        donnees = collecter(courrier(projet, code))
        assert json.loads(json.dumps(donnees)) == donnees


def test_une_relance_dit_ce_qui_est_attendu_a_chaque_etat_ou_le_foyer_doit_agir():
    machines = {
        b: c for b, c in (*Demarche.REGISTRE.items(), ("etape", Etape)) if c.__module__.startswith("workflows.")
    }
    attendus = {
        (besoin, geste.vers)
        for besoin, classe in machines.items()
        for geste in classe.gestes().values()
        if str(geste.attend) in {"candidat", "conjoint"}
    }
    assert set(DEMANDES) == attendus
