"""Every address × method × actor: nothing opens by accident, another's object answers 404."""

import uuid

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from dossiers.actions.affectations import solliciter
from dossiers.actions.agendas import creer as creer_agenda
from dossiers.actions.brouillons import Saisie, enregistrer
from dossiers.actions.fusions import fusionner
from dossiers.actions.imports import deposer
from dossiers.actions.passations import ecrire
from dossiers.actions.pieces import recevoir
from dossiers.actions.suivi import noter, promettre_sur_dossier
from dossiers.actions.vues import enregistrer_vue
from dossiers.models import (
    Absence,
    Agent,
    Commune,
    Courrier,
    DemandeAcces,
    Dispositif,
    Dossier,
    Fermeture,
    JeuRegles,
    Organisme,
    RegleAffectation,
    Suppleance,
    auteur,
)
from dossiers.regles import droits
from tests.aides import besoin, client_de, dans, donner_referent, faire, ouvrir_dossier

pytestmark = pytest.mark.django_db

ACTEURS = (
    "anonyme",
    "ferme",
    "amina",
    "bruno",
    "chloe",
    "driss",
    "estelle",
    "fabien",
    "gaelle",
    "hugo",
    "sup_ars",
    "sup_cpam",
)
PUBLICS = {n for n, exigence in droits.ECRANS.items() if exigence == droits.PUBLIC}
ECRITS_SEULS = {
    "recherche", "recherche.palette", "acces.demander", "acces.repondre",
    "appels.qui", "appels.propositions", "demarches.prendre", "engagements.issue", "engagements.prendre", "courriers.relancer",
    "deconnexion",
    "reglages.absence_annuler", "reglages.rendre", "reglages.jeu_publier", "reglages.jeu_effacer", "reglages.regle_retirer",
    "dossiers.fusion_annuler", "dossiers.aide",
    "vues.vue", "vues.colonnes", "annuler",
    "reglages.rouvrir", "brouillons.abandonner", "brouillons.reprendre", "dossiers.presence",
    "journee.vu", "passations.lue",
    "imports.decider", "imports.phase", "imports.corriger",
}  # fmt: skip
"""Screens that answer to POST alone."""


@pytest.fixture
def objets(bruno, fabien):
    """Return two households with all that can be opened in each: one of Alès, one of the Gers."""
    return {"ales": _vie(bruno, "Anduze"), "gers": _vie(fabien, "Condom")}


def _vie(agent, commune):
    dossier = donner_referent(ouvrir_dossier(agent, communes=tuple(Commune.objects.filter(nom=commune))), agent)
    formalites = faire(besoin(dossier, "formalites"), "etablir_parcours", agent, profil="LIB")
    promesse = promettre_sur_dossier(
        dossier, agent=agent, cle=uuid.uuid4(), nature="rappel", pour_le=timezone.now() + timezone.timedelta(days=1), quoi="",
    )  # fmt: skip
    noter(dossier, agent=agent, cle=uuid.uuid4(), texte="Préfère le matin.", partagee=True)
    with auteur(None, geste="essai"):
        fermeture = Fermeture.objects.create(organisme=agent.organisme, jour=dans(40), raison="Pont")
    version = Dossier.objects.get(pk=dossier.pk).version
    piece = recevoir(dossier, agent=agent, version=version, cle=uuid.uuid4(), nature="rib")
    return {
        "dossier": dossier,
        "piece": piece,
        "appel": dossier.appels.get(),
        "logement": besoin(dossier, "logement"),
        "formalites": formalites,
        "etape": formalites.etapes.filter(responsable="cpam").first() or formalites.etapes.first(),
        "promesse": promesse,
        "courrier": dossier.courriers.get(modele__code="C02"),
        **_reglages(agent, formalites),
        "position": _demander_a_l_ars(formalites, agent),
        "participant": dossier.participants.get(role="medecin"),
        "fusion": _fusion(agent),
        "acces": _demande(dossier, agent),
        "fermeture": fermeture,
        "vue": enregistrer_vue(
            agent=agent, cle=uuid.uuid4(), liste="dossiers", nom="À relire", parametres={}, colonnes=["foyer"]
        ),
        "brouillon": _brouillon(agent),
        "passation": ecrire(agent=agent, cle=uuid.uuid4(), texte="Rappeler.", jusqu_au=dans(1), dossiers=[dossier]),
        "agenda": creer_agenda(agent=agent, cle=uuid.uuid4()),
        "import": _import(agent),
    }


def _import(agent):
    """Return a file of calls this agent has just sent."""
    octets = b"Date;Nom;Observations\n05/01/2026;Roux;Cherche un logement"
    return deposer("appels.csv", octets, agent=agent, cle=uuid.uuid4())


def _brouillon(agent):
    """Return the key of a call this agent left half typed."""
    saisie = Saisie(
        cle=uuid.uuid4(), chemin="/appels/nouveau", ecran="appels.nouveau", champs={"texte": ["Cherche"]},
        onglet=uuid.uuid4(), rang=1,
    )  # fmt: skip
    enregistrer(saisie, agent=agent)
    return saisie.cle


def _demande(dossier, agent):
    with auteur(None, geste="essai"):
        return DemandeAcces.objects.create(dossier=dossier, agent=agent, organisme=agent.organisme)


def _fusion(agent):
    un, double = (ouvrir_dossier(agent, besoins=("logement",), enfants=(), communes=()) for _ in range(2))
    return fusionner(un, double, agent=agent, versions=(un.version, double.version), cle=uuid.uuid4())


def _reglages(agent, formalites):
    """Return an absence, what was received in its name, and a draft of rules, in the agent's territory."""
    jour = timezone.localdate()
    with auteur(None, geste="essai"):
        absence = Absence.objects.create(agent=agent, debut=jour, fin=jour)
        jeu = JeuRegles.objects.create(territoire=agent.territoire, numero=1)
        return {
            "agent": agent,
            "absence": absence,
            "suppleance": Suppleance.objects.create(absence=absence, demarche_id=formalites.pk),
            "jeu": jeu,
            "regle": RegleAffectation.objects.create(
                territoire=agent.territoire, jeu=jeu, besoin="logement", organisme=agent.organisme
            ),
        }


def _demander_a_l_ars(formalites, agent):
    return solliciter(
        formalites, agent=agent, organisme=Organisme.objects.get(code="ars-occitanie"), demande="Zonage ?", avant_le=None,
        version=Dossier.objects.get(pk=formalites.dossier_id).version, cle=uuid.uuid4(),
    )  # fmt: skip


def adresse(nom, o):
    """Return a screen's address for one household's objects."""
    cles = {
        "theme": ["ales"],
        "vues.gerer": ["dossiers"],
        "vues.colonnes": ["dossiers"],
        "vues.vue": [o["vue"].pk],
        "annuler": [o["brouillon"]],
        "dossiers.lot_fait": [o["brouillon"]],
        "brouillons.abandonner": [o["brouillon"]],
        "brouillons.reprendre": [o["brouillon"]],
        "logo": ["ales"],
        "agenda.flux": [o["agenda"]],
        "passations.lue": [o["passation"].pk],
        "appels.fiche": [o["appel"].pk],
        "appels.rattacher": [o["appel"].pk],
        "engagements.issue": [o["promesse"].pk],
        "engagements.rappeler": [o["promesse"].pk],
        "engagements.prendre": [o["promesse"].pk],
        "dossiers.fusion_annuler": [o["fusion"].pk],
        "acces.repondre": [o["acces"].pk],
        "dossiers.geste": [o["dossier"].pk, "qualifier"],
        "dossiers.personne": [o["dossier"].pk, o["participant"].pk],
        "dossiers.piece": [o["dossier"].pk, o["piece"].pk],
        "courriers.nouveau": [o["dossier"].pk, "C14"],
        "dossiers.aide": [o["dossier"].pk, "D01"],
        "dispositifs.fiche": [Dispositif.objects.get(code="D01").pk],
        "dispositifs.verifier": [Dispositif.objects.get(code="D01").pk],
        "demarches.geste": [o["logement"].pk, "valider_criteres"],
        "reglages.absence_annuler": [o["absence"].pk],
        "reglages.rendre": [o["suppleance"].pk],
        "reglages.absences_equipe": [o["agent"].pk],
        "reglages.depart": [o["agent"].pk],
        "reglages.jeu": [o["jeu"].pk],
        "reglages.jeu_publier": [o["jeu"].pk],
        "reglages.jeu_effacer": [o["jeu"].pk],
        "reglages.regle_retirer": [o["regle"].pk],
        "demarches.affecter": [o["formalites"].pk],
        "demarches.prendre": [o["formalites"].pk],
        "demarches.solliciter": [o["formalites"].pk],
        "positions.geste": [o["position"].pk, "reprendre"],
        "etapes.geste": [o["etape"].pk, "declarer_sans_objet"],
        "demarches.delai": [o["logement"].pk],
        "demarches.pause": [o["logement"].pk],
        "demarches.reprise": [o["logement"].pk],
        "etapes.delai": [o["etape"].pk],
        "reglages.rouvrir": [o["fermeture"].pk],
        "courriers.fiche": [o["courrier"].pk],
        "courriers.pdf": [o["courrier"].pk],
        "courriers.relancer": [o["courrier"].pk],
        **{
            f"imports.{ecran}": [o["import"].pk]
            for ecran in ("fiche", "colonnes", "decider", "phase", "a_corriger", "corriger")
        },
    }
    if nom in cles:
        return reverse(nom, args=cles[nom])
    if nom.startswith("dossiers.") and nom not in {"dossiers.liste", "dossiers.export", "dossiers.lot"}:
        return reverse(nom, args=[o["dossier"].pk])
    return reverse(nom)


def superviseur(code):
    modele = Agent.objects.get(courriel__startswith="driss@" if code == "ars-occitanie" else "chloe@")
    with auteur(None, geste="essai"):
        return Agent.objects.create_user(
            courriel=f"superviseur@{code}.example.org", password="x", prenom="Solène", nom="Marty", qualite="Cheffe",
            organisme=Organisme.objects.get(code=code), territoire=modele.territoire, role="superviseur",
        )  # fmt: skip


@pytest.fixture
def acteurs(objets, request):
    """Return a browser per actor; the closed account had an open session when it was closed."""
    agents = {a: request.getfixturevalue(a) for a in ACTEURS if a not in {"anonyme", "ferme", "sup_ars", "sup_cpam"}}
    agents |= {"sup_ars": superviseur("ars-occitanie"), "sup_cpam": superviseur("cpam-gard")}
    clients = {nom: client_de(agent) for nom, agent in agents.items()}
    with auteur(None, geste="essai"):
        parti = Agent.objects.create_user(
            courriel="parti@ales.example.org", password="x", prenom="Paul", nom="Parti", qualite="Agent",
            organisme=agents["bruno"].organisme, territoire=agents["bruno"].territoire, role="superviseur",
        )  # fmt: skip
        clients["ferme"] = client_de(parti)
        parti.is_active = False
        parti.save(update_fields=["is_active"])
    return {"agents": agents, "clients": {**clients, "anonyme": Client()}}


NOMS = sorted(patron.name for patron in get_resolver().url_patterns)


@pytest.mark.parametrize("methode", ["get", "post", "put", "delete", "head"])
def test_chaque_adresse_ne_s_ouvre_qu_a_qui_la_matrice_l_ouvre(acteurs, objets, methode):
    """One pass over every screen and actor; the expected answer comes from the matrix alone."""
    fautes = []
    for nom in NOMS:
        for acteur in ACTEURS:
            client = acteurs["clients"][acteur]
            reponse = getattr(client, methode)(adresse(nom, objets["gers" if acteur == "fabien" else "ales"]))
            attendu = _attendu(nom, acteurs["agents"].get(acteur))
            recu = _classe(reponse)
            if nom == "deconnexion" and acteur not in {"anonyme", "ferme"}:
                client.force_login(acteurs["agents"][acteur])
            if recu not in attendu:
                fautes.append(f"{methode} {nom} {acteur} : {reponse.status_code} {recu}, attendu {attendu}")
    assert fautes == []


def _classe(reponse):
    if reponse.status_code == 302 and reponse.url.startswith("/connexion/"):
        return "connexion"
    return {404: "introuvable", 405: "ouvert", 403: "interdit", 500: "panne"}.get(reponse.status_code, "ouvert")


def _attendu(nom, agent):
    if nom in PUBLICS:
        return {"ouvert"}
    if agent is None:
        return {"connexion"}
    if nom == "deconnexion":
        return {"connexion", "ouvert"}
    if not droits.peut_ouvrir(agent.organisme.nature, agent.role, nom):
        return {"introuvable"}
    # the screen opens; the very object may still be out of the actor's field (a need, a step, a letter)
    return {"ouvert", "introuvable"} if nom in A_VOIR_DE_PRES else {"ouvert"}


A_VOIR_DE_PRES = {
    "brouillons.abandonner", "brouillons.reprendre", "vues.gerer", "vues.vue", "vues.colonnes", "annuler",
    "dossiers.lot", "dossiers.lot_fait",
    "reglages.absence_annuler", "reglages.rendre", "reglages.absences_equipe", "reglages.depart", "reglages.jeu",
    "reglages.jeu_publier", "reglages.jeu_effacer", "reglages.regle_retirer",
    "demarches.geste", "demarches.solliciter", "demarches.affecter", "positions.geste",
    "demarches.prendre", "etapes.geste", "courriers.fiche", "courriers.pdf",
    "courriers.relancer", "courriers.nouveau", "dossiers.geste", "engagements.issue", "dossiers.besoin",
    "engagements.rappeler", "engagements.prendre",
    "demarches.delai", "demarches.pause", "demarches.reprise", "etapes.delai", "reglages.rouvrir",
    "dossiers.calendrier", "dossiers.retroplanning_date", "acces.repondre", "passations.lue",
    # seen by who sent the file, and by who supervises
    "imports.fiche", "imports.colonnes", "imports.decider", "imports.phase", "imports.a_corriger", "imports.corriger",
}  # fmt: skip
"""Screens whose object has rights of its own: their exact answers are in the tests below."""

PAR_OBJET = {
    # actor: gesture on housing, on a CPAM step, letter C02, letter C01, assign, another's promise
    "amina": "404 404 404 200 404 302",
    "bruno": "200 200 200 200 200 302",
    "chloe": "404 200 200 404 404 404",
    "driss": "404 404 200 404 404 404",
    "estelle": "200 200 200 200 200 302",
    "hugo": "404 404 404 200 404 404",
    "sup_ars": "404 404 200 404 404 404",
    "sup_cpam": "404 200 200 404 200 404",
    "fabien": "404 404 404 404 404 404",
    "gaelle": "404 404 404 404 404 404",
}


@pytest.mark.parametrize("acteur", PAR_OBJET)
def test_chaque_objet_a_ses_lecteurs(acteurs, objets, acteur):
    client, o = acteurs["clients"][acteur], objets["ales"]
    accuse = o["dossier"].courriers.get(modele__code="C01")
    recus = [
        client.get(adresse("demarches.geste", o)).status_code,
        client.get(adresse("etapes.geste", o)).status_code,
        client.get(adresse("courriers.fiche", o)).status_code,
        client.get(reverse("courriers.fiche", args=[accuse.pk])).status_code,
        client.get(adresse("demarches.affecter", o)).status_code,
        client.post(adresse("engagements.issue", o), {"resultat": "joint"}).status_code,
    ]
    assert " ".join(map(str, recus)) == PAR_OBJET[acteur]


@pytest.mark.parametrize("acteur", [a for a in ACTEURS if a not in {"anonyme", "ferme", "fabien"}])
def test_l_objet_d_un_autre_territoire_n_existe_pas(acteurs, objets, acteur):
    """Every screen that names an object answers 404 for a Gers object to everybody in Alès, read or write."""
    fautes = []
    for nom in NOMS:
        chemin = adresse(nom, objets["gers"])
        # the catalogue is the same for all
        # so is an agent's calendar for whoever holds its secret address
        if nom in {"theme", "logo", "dispositifs.fiche", "dispositifs.verifier", "agenda.flux"} or not any(
            c.isdigit() for c in chemin
        ):
            continue
        for methode in ("get", "post"):
            reponse = getattr(acteurs["clients"][acteur], methode)(chemin, {"version": 1, "cle": str(uuid.uuid4())})
            if reponse.status_code not in {404, 405}:
                fautes.append(f"{methode} {nom} : {reponse.status_code}")
    assert fautes == []


def test_le_dossier_confidentiel_n_est_vu_que_du_referent_et_de_la_direction(acteurs, objets, bruno, estelle):
    dossier = objets["ales"]["dossier"]
    with auteur(None, geste="essai"):
        dossier.confidentiel = True
        dossier.save(update_fields=["confidentiel"])
    vus = {
        acteur: acteurs["clients"][acteur].get(reverse("dossiers.fiche", args=[dossier.pk])).status_code
        for acteur in ("amina", "bruno", "chloe", "estelle", "hugo")
    }
    assert vus == {"amina": 404, "bruno": 200, "chloe": 404, "estelle": 200, "hugo": 404}
    appel = reverse("appels.fiche", args=[objets["ales"]["appel"].pk])
    assert [acteurs["clients"][a].get(appel).status_code for a in ("amina", "bruno", "estelle")] == [404, 200, 200]


def test_un_partenaire_ne_voit_que_les_dossiers_ou_il_intervient(acteurs, objets):
    dossier = objets["ales"]["dossier"]
    chemin = reverse("dossiers.fiche", args=[dossier.pk])
    avant = [acteurs["clients"][a].get(chemin).status_code for a in ("chloe", "driss")]
    ars = Organisme.objects.get(code="ars-occitanie")
    Dossier.objects.filter(pk=dossier.pk).update(intervenants=[o for o in dossier.intervenants if o != ars.pk])
    assert (avant, acteurs["clients"]["driss"].get(chemin).status_code) == ([200, 200], 404)


@pytest.mark.parametrize("acteur", ["amina", "bruno"])
def test_seule_la_direction_rend_un_dossier_confidentiel(acteurs, objets, acteur):
    dossier = objets["ales"]["dossier"]
    champs = {"urgence": "normale", "confidentiel": "on", "version": dossier.version, "cle": str(uuid.uuid4())}
    acteurs["clients"][acteur].post(reverse("dossiers.projet", args=[dossier.pk]), champs)
    dossier.refresh_from_db()
    assert dossier.confidentiel is False


def test_changer_de_territoire_ne_va_que_vers_ceux_de_son_organisme(acteurs, fabien):
    from dossiers.models import Territoire

    ales = Territoire.objects.get(code="ales")
    reponse = acteurs["clients"]["fabien"].post(
        reverse("reglages"), {"theme": "auto", "raccourcis": "on", "territoire": ales.pk}
    )
    assert (reponse.status_code, Agent.objects.get(pk=fabien.pk).territoire.code) == (200, "gers")


def test_la_matrice_affichee_est_celle_du_code(bruno):
    page = client_de(bruno).get(reverse("matrice")).content.decode()
    for libelle in (
        *droits.LIBELLES_SECTIONS.values(),
        "Agglomération, téléconseiller",
        "Assurance maladie, superviseur",
    ):
        assert libelle in page


def test_un_courrier_ne_se_relance_pas_sans_en_lire_toutes_les_sections(acteurs, objets):
    accuse = objets["ales"]["dossier"].courriers.get(modele__code="C01")
    assert acteurs["clients"]["chloe"].post(reverse("courriers.relancer", args=[accuse.pk])).status_code == 404
    assert Courrier.objects.get(pk=accuse.pk).etat == "a_produire"
