"""Deadlines: the executor's value is the recomputed one, and the command says it."""

import datetime as dt
import io
import uuid

import pytest
from django.core.management import call_command
from django.utils import timezone

from dossiers.actions.affectations import affecter
from dossiers.models import DelaiEtat, Demarche, Dispositif, Dossier, Fermeture, Horloge, Organisme, auteur
from dossiers.regles.delais import PREMIER_DELAI, Calendrier, Compte, Pause, echeance
from tests.aides import QUATRE_BESOINS, besoin, dans, enchainer, faire, ouvrir_besoin, relu
from workflows.aide import Aide
from workflows.etapes import Etape

pytestmark = [pytest.mark.django_db, pytest.mark.services]

AUJOURDHUI = timezone.localdate()


def recalculer():
    sortie = io.StringIO()
    call_command("recalculer_echeances", stdout=sortie)
    return sortie.getvalue().splitlines()


def fermer(organisme, jour, raison="pont"):
    with auteur(None, geste="essai"):
        return Fermeture.objects.create(organisme=organisme, jour=jour, raison=raison)


def prochain_ouvre(n=1):
    return Calendrier().ajouter_ouvres(AUJOURDHUI, n)


def valeur(champ):
    """Return something a gesture's column accepts, whatever the gesture."""
    if champ.choices:
        codes = [code for code, _ in champ.flatchoices if code]
        return "fonctionnaire" if "fonctionnaire" in codes else codes[0]
    genre = champ.get_internal_type()
    if genre == "ForeignKey":
        return Dispositif.objects.get(code="D01")
    return {
        "DateField": dans(0),
        "DateTimeField": timezone.now(),
        "BooleanField": True,
        "CharField": "essai",
        "TextField": "essai",
    }.get(genre, 6)


def vers_l_inconnu(machine, objet, restants):
    """Return the first gesture of a shortest way from where an object stands to one of the gestures that remain."""
    vus, file = {objet.etat}, [(objet.etat, None)]
    for ici, premier in file:
        for declare in machine.gestes().values():
            if ici not in declare.de or (premier is None and declare.refus(objet)):
                continue
            if declare.code in restants:
                return premier or declare.code
            if declare.vers not in (None, *vus):
                vus.add(declare.vers)
                file.append((declare.vers, premier or declare.code))
    return None


def neuf(machine, foyer, bruno, objet):
    if machine is Etape:
        return objet.formalites.etapes.filter(etat="a_faire").exclude(code__in=["F08", "F36"]).first()
    # the first aid comes from a call, which one is said later; the others from the catalogue
    faits = {"dispositif": Dispositif.objects.get(code="D01")} if machine is Aide and objet else {}
    if machine is not Etape and machine.besoin == "visite":
        faits = {"lieu_1": "Anduze", "lieu_2": "Alès"}
    return ouvrir_besoin(foyer, machine.besoin, bruno, **faits)


def saisie(machine, declare):
    champs = {nom: valeur(machine._meta.get_field(nom)) for nom in declare.champs}
    if declare.code == "noter_lieux":  # a visit needs two
        champs["lieu_2"] = "essai"
    if declare.code == "parrainer":  # six to twelve months
        champs["parrainage_jusqu_au"] = dans(200)
    return {**champs, "motif": declare.motifs.values[0]} if declare.motifs else champs


MACHINES = [*Demarche.REGISTRE.values(), Etape]


def objets(machine, foyer, bruno):
    if machine is Etape:
        return faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB").etapes.first()
    return besoin(foyer, machine.besoin) if machine.besoin in QUATRE_BESOINS else neuf(machine, foyer, bruno, None)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.__name__)
def test_ce_que_l_executeur_ecrit_est_ce_qui_se_recalcule(machine, foyer, bruno, chloe):
    """Every gesture that can be reached is made, on a calendar with a closure and a supervisor's delay; after each, the
    stored deadline equals the computed one."""
    fermer(foyer.demarches.first().organisme, prochain_ouvre(2))
    recalculer()
    objet, faits = objets(machine, foyer, bruno), set()
    restants = set(machine.gestes()) - {"clore"}  # a path with compulsory steps left cannot be closed
    for _ in range(150):
        # towards the nearest gesture not made yet; from where none is left, with a fresh démarche
        code = vers_l_inconnu(machine, objet, restants - faits)
        if code is None:
            if restants <= faits:
                break
            objet = neuf(machine, foyer, bruno, objet)
            continue
        declare = machine.gestes()[code]
        acteur = bruno if bruno.organisme.nature in declare.par else chloe
        objet = relu(faire(objet, code, acteur, **saisie(machine, declare)))
        faits.add(code)
        assert objet.echeance == Horloge.pour([objet.demarche]).echeance(objet), code
        assert (objet.echeance is None) == (objet.est_finie or (objet.delai is None and objet.echeance_fixee is None))
    assert restants - faits == set()
    assert recalculer()[-1] == f"{Demarche.objects.count()} démarches, 0 écart"


def test_ouvrir_donne_le_premier_delai_du_calendrier_de_l_organisme(bruno):
    from tests.aides import ouvrir_dossier

    fermer(bruno.organisme, prochain_ouvre(1))
    logement = besoin(ouvrir_dossier(bruno), "logement")
    assert (logement.delai, logement.echeance) == (PREMIER_DELAI, prochain_ouvre(PREMIER_DELAI + 1))


def test_un_delai_garde_la_version_en_vigueur_au_debut_de_son_etat(foyer, bruno):
    logement = besoin(foyer, "logement")
    with auteur(None, geste="essai"):
        for jours, effet in ((9, dans(3)), (20, dans(30))):
            DelaiEtat.objects.create(
                territoire=foyer.territoire, besoin="logement", etat="exprime", jours=jours, effet_le=effet
            )
    avant = Horloge.pour([logement]).compter(logement)
    logement.etat_depuis = timezone.now() + dt.timedelta(days=3)
    pendant = Horloge.pour([logement]).compter(logement)
    logement.etat_depuis = timezone.now() + dt.timedelta(days=40)
    apres = Horloge.pour([logement]).compter(logement)
    assert (avant.delai, pendant.delai, apres.delai) == (PREMIER_DELAI, 9, 20)


def test_une_date_fixee_par_l_organisme_est_gardee(foyer, bruno):
    formalites = faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    etape = Etape.objects.get(formalites=formalites, code="F01")
    pas = [
        ("deposer", {"depose_le": dans(0)}),
        ("demander_piece", {"piece_demandee": "RIB", "piece_avant_le": dans(17)}),
    ]
    attend = relu(enchainer(etape, bruno, pas))
    assert (attend.echeance_fixee, attend.echeance) == (dans(17), dans(17))
    fournie = relu(faire(attend, "completer", bruno, depose_le=dans(0)))
    assert (fournie.echeance_fixee, fournie.delai, fournie.echeance) == (None, 10, echeance(timezone.now(), 10))


def test_changer_d_organisme_change_de_calendrier(foyer, bruno, chloe):
    fermer(chloe.organisme, prochain_ouvre(1))
    formalites = affecter(
        besoin(foyer, "formalites"), agent=bruno, organisme=Organisme.objects.get(code="ales-agglo"), responsable=None,
        version=relu(foyer).version, cle=uuid.uuid4(),
    )  # fmt: skip
    assert relu(formalites).echeance == prochain_ouvre(3)
    formalites = affecter(
        formalites, agent=bruno, organisme=chloe.organisme, responsable=None, version=relu(foyer).version,
        cle=uuid.uuid4(),
    )  # fmt: skip
    assert relu(formalites).echeance == prochain_ouvre(4)
    assert recalculer()[-1].endswith("démarches, 0 écart")


def test_la_commande_dit_et_corrige_les_ecarts(foyer, bruno):
    logement = besoin(foyer, "logement")
    juste = logement.echeance
    Demarche.objects.filter(pk=logement.pk).update(echeance=dans(300))
    premiere, seconde = recalculer(), recalculer()
    assert (premiere[-1], seconde[-1]) == ("4 démarches, 1 écart corrigé", "4 démarches, 0 écart")
    assert premiere[0] == f"Logement (dossier {foyer.numero}) : {dans(300):%d/%m/%Y} → {juste:%d/%m/%Y}"
    assert (relu(logement).echeance, relu(logement).history.first().history_geste) == (juste, "recalculer_echeances")


def test_ce_que_peupler_ecrit_n_a_aucun_ecart(bruno):
    fermer(bruno.organisme, dans(5))
    call_command("peupler", dossiers=60, graine=3, verbosity=0)
    assert recalculer()[-1] == f"{Demarche.objects.count()} démarches, 0 écart"
    assert (Dossier.objects.count(), Demarche.objects.filter(delai=None).exists()) == (60, True)


def test_un_compte_sans_delai_n_a_ni_terme_ni_jours():
    depart = dt.date(2026, 3, 2)
    assert (Compte(depart).terme, Compte(depart).jours) == (None, [])
    assert (Compte(depart, 3, depart).terme, Compte(depart, 3, depart).jours) == (depart, [])
    ouverte = Pause(dt.date(2026, 3, 3), None, "reporté")
    assert Compte(depart, 3, pauses=(ouverte,)).terme is None
