"""Callbacks: attempts, the half-day that follows, and the letter after three."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.operation import DejaFait
from dossiers.actions.rappels import ouvrir, tenter
from dossiers.actions.suivi import promettre_sur_dossier, tenir
from dossiers.courriers.taches import produire
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures.engagements import condition
from dossiers.models import Absence, Agent, Courrier, Dossier, Engagement, Fermeture, Personne, Tentative, auteur
from dossiers.regles.delais import NATIONAL, PARIS
from dossiers.regles.rappels import Demi, demi_de
from tests.aides import ouvrir_dossier, personne, refuse, relu, saisie

pytestmark = pytest.mark.django_db


def rappel(dossier, agent, **champs):
    """Return a callback promised on a dossier for two hours from now, as if long before its attempts."""
    promesse = promettre_sur_dossier(
        dossier, agent=agent, cle=uuid.uuid4(), nature=champs.pop("nature", "rappel"),
        pour_le=timezone.now() + dt.timedelta(hours=2), quoi="",
    )  # fmt: skip
    return poser(promesse, **champs)


def poser(promesse, **champs):
    if champs:
        with auteur(None, geste="essai"):
            for nom, valeur in champs.items():
                setattr(promesse, nom, valeur)
            promesse.save(update_fields=list(champs))
            Engagement.objects.filter(pk=promesse.pk).update(**champs)
    return relu(promesse)


def il_y_a(jours, heure=10):
    """Return an hour of the working day so many working days ago."""
    jour = NATIONAL.ajouter_ouvres(timezone.localdate(), -jours)
    return dt.datetime.combine(jour, dt.time(heure), PARIS)


def essayer(promesse, agent, resultat="vide", **champs):
    return tenter(relu(promesse), agent=agent, cle=uuid.uuid4(), resultat=resultat, **champs)


def trois_echecs(promesse, agent):
    """Try in vain on three half-days: the morning, another afternoon, and now."""
    essayer(promesse, agent, le=il_y_a(4, 10))
    essayer(promesse, agent, "message", le=il_y_a(3, 15))
    return essayer(promesse, agent, "occupe", le=il_y_a(1, 10))


def faits(promesse):
    p = relu(promesse)
    return (p.resultat, p.fait_le is not None, p.manquee_le, p.courrier_id is not None)


def sortes(promesse):
    """Return all the sorts a promise is counted in, at this moment."""
    noms = ("tenues", "tenues_tard", "non_tenues", "rompues", "sans_reponse", "annulees")
    return {n for n in noms if Engagement.objects.filter(condition(n, timezone.now()), pk=promesse.pk).exists()}


def test_joindre_tient_la_promesse_et_garde_la_tentative(foyer, bruno):
    promesse = rappel(foyer, bruno)
    suite = essayer(promesse, bruno, "joint")
    (tentative,) = Tentative.objects.all()
    assert (suite.courrier, faits(promesse), sortes(promesse)) == (None, ("joint", True, None, False), {"tenues"})
    assert (tentative.agent, tentative.resultat, tentative.prevue_le) == (bruno, "joint", promesse.pour_le)
    assert tentative.history.get().history_geste == "tenter_rappel"


def test_un_echec_a_temps_deplace_la_promesse_sans_la_rompre(foyer, bruno):
    promesse = rappel(foyer, bruno)
    suite = essayer(promesse, bruno, "repondeur")
    apres = relu(promesse)
    assert (suite.essayees, apres.fait_le, apres.manquee_le, sortes(promesse)) == (1, None, None, set())
    tentee, suivante = demi_de(timezone.now()), demi_de(apres.pour_le)
    assert (suivante.apres_midi, suivante.jour > tentee.jour) == (not tentee.apres_midi, True)
    # kept in the end: in time, though after the hour first promised
    essayer(promesse, bruno, "joint")
    assert sortes(promesse) == {"tenues"}


def test_un_echec_apres_l_heure_laisse_la_promesse_en_retard_pour_toujours(foyer, bruno):
    heure = il_y_a(2, 12)
    promesse = rappel(foyer, bruno, pour_le=heure)
    essayer(promesse, bruno)
    assert (relu(promesse).manquee_le, sortes(promesse)) == (heure, {"non_tenues", "rompues"})
    essayer(promesse, bruno, "joint")
    assert (relu(promesse).manquee_le, sortes(promesse)) == (heure, {"tenues_tard", "rompues"})


def test_deux_essais_dans_la_meme_demi_journee_comptent_une_fois(foyer, bruno):
    promesse = rappel(foyer, bruno)
    suites = [essayer(promesse, bruno, le=il_y_a(4, heure)) for heure in (9, 11)]
    assert [(s.essayees, s.en_double) for s in suites] == [(1, False), (1, True)]
    suites = [essayer(promesse, bruno, le=il_y_a(4, heure)) for heure in (14, 16)]
    assert [(s.essayees, s.en_double) for s in suites] == [(2, False), (2, True)]
    assert (Tentative.objects.count(), relu(promesse).fait_le) == (4, None)


def test_trois_demi_journees_finissent_la_promesse_par_le_courrier(foyer, bruno):
    promesse = rappel(foyer, bruno)
    suite = trois_echecs(promesse, bruno)
    courrier = Courrier.objects.get(modele__code="C12")
    assert (suite.courrier, faits(promesse)) == (courrier, ("sans_reponse", True, None, True))
    assert sortes(promesse) == {"sans_reponse"}
    assert (courrier.etat, courrier.sections, courrier.demande_par) == ("a_produire", ["appels", "identite"], bruno)
    assert courrier.destinataire.prenom == "Claire"


def test_le_courrier_porte_les_trois_heures_et_nul_recours(foyer, bruno):
    promesse = rappel(foyer, bruno)
    courrier = trois_echecs(promesse, bruno).courrier
    assert produire(courrier.pk) == "produit"
    courrier = relu(courrier)
    assert len(courrier.donnees["tentatives"]) == 3
    assert [t.endswith(("10\u00a0h", "15\u00a0h")) for t in courrier.donnees["tentatives"]] == [True] * 3
    assert courrier.modele.nature == "information"
    texte = str(courrier.modele.contenu)
    assert ("recours" in texte, "[[territoire.telephone]]" in texte, "[[territoire.horaires]]" in texte) == (
        False, True, True,
    )  # fmt: skip


def test_un_double_clic_ne_finit_qu_une_fois(foyer, bruno):
    promesse = rappel(foyer, bruno)
    essayer(promesse, bruno, le=il_y_a(4, 10))
    essayer(promesse, bruno, le=il_y_a(3, 15))
    cle, vue = uuid.uuid4(), relu(promesse)
    tenter(vue, agent=bruno, cle=cle, resultat="vide", le=il_y_a(1, 10))
    with pytest.raises(DejaFait):
        tenter(vue, agent=bruno, cle=cle, resultat="vide", le=il_y_a(1, 10))
    # another tab, another key: the promise has its outcome
    assert "déjà reçu sa suite" in refuse(lambda: essayer(vue, bruno), Refus)
    assert (Tentative.objects.count(), Courrier.objects.filter(modele__code="C12").count()) == (3, 1)


@pytest.mark.parametrize("cas", ["personne", "appel", "masque", "anonyme", "confidentiel"])
def test_qui_ne_doit_pas_etre_ecrit_ne_l_est_pas(bruno, cas):
    dossier = ouvrir_dossier(
        bruno, besoins=("logement",), enfants=(), personnes=(personne(),), ne_pas_rappeler=cas == "appel"
    )
    promesse = rappel(dossier, bruno, appel=dossier.appels.get(), personne=dossier.participants.get().personne)
    with auteur(None, geste="essai"):
        if cas == "personne":
            promesse.personne.ne_pas_rappeler = True
            promesse.personne.save()
        elif cas == "masque":
            promesse.appel.numero, promesse.appel.numero_brut = "", "masqué"
            promesse.appel.save()
        elif cas == "anonyme":
            promesse.personne.nom = promesse.personne.prenom = ""
            promesse.personne.save()
        elif cas == "confidentiel":
            dossier = Dossier.objects.get(pk=dossier.pk)
            dossier.confidentiel, dossier.referent = True, bruno
            dossier.save()
    suite = trois_echecs(promesse, bruno)
    assert (
        suite.sans_lettre
        == {
            "personne": "la personne ne souhaite pas être rappelée",
            "appel": "la personne ne souhaite pas être rappelée",
            "masque": "la personne a masqué son numéro",
            "anonyme": "la personne n’a pas donné son nom",
            "confidentiel": "le dossier est à confidentialité renforcée",
        }[cas]
    )
    assert (suite.courrier, faits(promesse)) == (None, ("sans_reponse", True, None, False))
    assert not Courrier.objects.filter(modele__code="C12").exists()


def test_un_appel_sans_dossier_finit_sans_courrier(bruno):
    from dossiers.actions.appels import Promesse, enregistrer

    appel = enregistrer(
        saisie(promesse=Promesse(nature="rappel", pour_le=timezone.now() + dt.timedelta(hours=3))),
        agent=bruno, cle=uuid.uuid4(),
    )  # fmt: skip
    promesse = appel.engagements.get()
    assert trois_echecs(promesse, bruno).sans_lettre == "cet appel n’a pas de dossier"
    assert faits(promesse) == ("sans_reponse", True, None, False)


def test_un_partenaire_n_ecrit_pas_au_nom_de_la_ligne(foyer, chloe):
    promesse = rappel(foyer, chloe)
    suite = trois_echecs(promesse, chloe)
    assert (suite.courrier, suite.sans_lettre) == (None, "seul l’organisme qui tient la ligne écrit en son nom")


def test_l_absence_et_la_fermeture_repoussent_le_prochain_essai(foyer, bruno):
    promesse = rappel(foyer, bruno)
    demain, ensuite = (NATIONAL.ajouter_ouvres(timezone.localdate(), n) for n in (1, 2))
    with auteur(None, geste="essai"):
        Absence.objects.create(agent=bruno, debut=demain, fin=demain)
        Fermeture.objects.create(organisme=bruno.organisme, jour=ensuite, raison="Pont")
    essayer(promesse, bruno)
    assert timezone.localdate(relu(promesse).pour_le) == NATIONAL.ajouter_ouvres(timezone.localdate(), 3)


def test_l_agent_choisit_un_autre_jour_ouvre_a_venir(foyer, bruno):
    promesse = rappel(foyer, bruno)
    jour = NATIONAL.ajouter_ouvres(timezone.localdate(), 4)
    essayer(promesse, bruno, ensuite=Demi(jour, False))
    assert relu(promesse).pour_le == Demi(jour, False).terme
    avant = Tentative.objects.count()
    hier, dimanche = timezone.localdate() - dt.timedelta(days=1), jour + dt.timedelta(days=6 - jour.weekday())
    assert (
        refuse(lambda: essayer(promesse, bruno, ensuite=Demi(hier, True)), Refus)
        == "Choisissez une demi-journée à venir."
    )
    assert "dimanche" in refuse(lambda: essayer(promesse, bruno, ensuite=Demi(dimanche, False)), Refus)
    assert Tentative.objects.count() == avant


def test_une_promesse_d_envoi_ne_se_rappelle_pas(foyer, bruno):
    promesse = rappel(foyer, bruno, nature="envoi")
    refuse(lambda: essayer(promesse, bruno), Introuvable)
    assert "Choisissez un résultat" in refuse(lambda: essayer(rappel(foyer, bruno), bruno, "peut-être"), Refus)


def test_le_rappel_d_un_autre_territoire_n_existe_pas(foyer, bruno, fabien, driss):
    promesse = rappel(foyer, bruno)
    for etranger in (fabien, driss):
        refuse(lambda e=etranger: essayer(promesse, e), Introuvable)
        refuse(lambda e=etranger: ouvrir(promesse, agent=e, cle=uuid.uuid4()), Introuvable)
    assert Tentative.objects.count() == 0


def test_repondeur_n_est_pas_une_facon_de_tenir(foyer, bruno):
    promesse = rappel(foyer, bruno)
    for resultat in ("repondeur", "injoignable", "sans_reponse", ""):
        phrase = refuse(lambda r=resultat: tenir(promesse, agent=bruno, cle=uuid.uuid4(), resultat=r), Refus)
        assert phrase == "Choisissez un résultat dans la liste."
    assert relu(promesse).fait_le is None


def test_je_le_prends_change_de_main_une_seule_fois(foyer, amina, bruno, estelle):
    promesse = rappel(foyer, amina)
    ouvrir(promesse, agent=bruno, cle=uuid.uuid4(), a_moi=True)
    assert (relu(promesse).agent, relu(promesse).vu_le is not None) == (bruno, True)
    phrase = refuse(lambda: ouvrir(promesse, agent=estelle, cle=uuid.uuid4(), a_moi=True), Refus)
    assert (phrase, relu(promesse).agent) == ("Bruno Lefèvre s’occupe déjà de ce rappel.", bruno)
    # looking at it without taking it changes nothing
    ouvrir(promesse, agent=estelle, cle=uuid.uuid4())
    assert relu(promesse).agent == bruno


def test_le_rappel_de_qui_est_parti_devient_celui_de_qui_essaie(foyer, bruno, amina):
    promesse = rappel(foyer, amina)
    Agent.objects.filter(pk=amina.pk).update(is_active=False)
    essayer(promesse, bruno)
    assert relu(promesse).agent == bruno


def test_chaque_retard_garde_se_recalcule_des_tentatives(foyer, bruno):
    """`manquee_le` is what the attempts say: the first due hour an attempt came after."""
    for heures in (-30, 2):
        promesse = rappel(foyer, bruno, pour_le=timezone.now() + dt.timedelta(hours=heures))
        essayer(promesse, bruno)
        essayer(promesse, bruno, "joint")
        tardives = [t.prevue_le for t in promesse.tentatives.all() if t.faite_le > t.prevue_le]
        assert relu(promesse).manquee_le == min(tardives, default=None)
    assert Personne.objects.exists()
