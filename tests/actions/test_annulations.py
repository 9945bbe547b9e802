"""« Annuler »: the inverse of what was just done, by an act of its own, and refused once something changed."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.affectations import affecter, prendre, solliciter
from dossiers.actions.annulations import CHANGE, TROP_TARD, annuler
from dossiers.actions.demarches import avancer
from dossiers.actions.dossiers import nommer_referent
from dossiers.actions.etiquettes import etiqueter
from dossiers.actions.operation import DejaFait
from dossiers.actions.suivi import noter
from dossiers.courriers.taches import balayer, produire
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures.chronologie import lire
from dossiers.models import Courrier, Demarche, Dossier, Organisme
from tests.actions.test_etiquettes import creer, noms
from tests.aides import besoin, faire, intervenants, ouvrir_dossier, refuse, relu

pytestmark = pytest.mark.django_db


def nommer(dossier, referent, agent):
    cle = uuid.uuid4()
    nommer_referent(dossier, referent, agent=agent, version=relu(dossier).version, cle=cle)
    return cle


def clore(dossier, agent, **faits):
    cle = uuid.uuid4()
    faits = {"motif_cloture": "sans_nouvelles", **faits}
    avancer(dossier, "clore", agent=agent, version=relu(dossier).version, cle=cle, **faits)
    return cle


def finir(dossier, agent):
    for demarche in dossier.demarches.ouvertes().specifiques():
        faire(demarche.specifique, "declarer_sans_objet", agent, motif="erreur")


def test_le_referent_d_avant_revient_et_l_histoire_le_dit(foyer, bruno, amina):
    cle = nommer(foyer, amina, bruno)
    assert annuler(cle, agent=bruno) == f"dossiers.fiche:{foyer.pk}"
    assert relu(foyer).referent == bruno
    assert [e.titre for e in lire(relu(foyer), bruno, [])[:2]] == ["Nomination du référent annulée", "Référent nommé"]


def test_sans_referent_avant_il_n_y_en_a_plus(bruno):
    dossier = ouvrir_dossier(bruno)
    annuler(nommer(dossier, bruno, bruno), agent=bruno)
    assert relu(dossier).referent is None


def test_trop_tard_au_bout_de_trente_secondes(foyer, bruno, amina):
    cle = nommer(foyer, amina, bruno)
    tard = timezone.now() + dt.timedelta(seconds=31)
    assert refuse(lambda: annuler(cle, agent=bruno, maintenant=tard), Refus) == TROP_TARD
    annuler(cle, agent=bruno, maintenant=tard - dt.timedelta(seconds=2))
    assert relu(foyer).referent == bruno


def test_refuse_des_que_quelque_chose_a_change(foyer, bruno, amina):
    cle = nommer(foyer, amina, bruno)
    faire(foyer, "qualifier", amina)
    assert refuse(lambda: annuler(cle, agent=bruno), Refus) == CHANGE
    assert relu(foyer).referent == amina


def test_deux_fois_n_annule_qu_une_fois_et_nul_n_annule_pour_un_autre(foyer, bruno, amina):
    cle = nommer(foyer, amina, bruno)
    refuse(lambda: annuler(cle, agent=amina), Introuvable)
    annuler(cle, agent=bruno)
    refuse(lambda: annuler(cle, agent=bruno), DejaFait)
    assert Dossier.history.filter(id=foyer.pk, history_geste="annuler_nommer_referent").count() == 1


def test_ce_qui_ne_s_annule_pas_n_est_pas_trouve(foyer, bruno):
    cle = uuid.uuid4()
    noter(foyer, agent=bruno, cle=cle, texte="Préfère le matin.", partagee=False)
    refuse(lambda: annuler(cle, agent=bruno), Introuvable)


def test_l_affectation_rendue_remet_organisme_positions_et_acces(foyer, bruno):
    formalites, cle = besoin(foyer, "formalites"), uuid.uuid4()
    avant = Demarche.objects.values("organisme", "responsable", "pourquoi", "echeance").get(pk=formalites.pk)
    acces = intervenants(foyer)
    positions = dict(formalites.positions.values_list("organisme__code", "etat"))
    ars = Organisme.objects.get(code="ars-occitanie")
    affecter(formalites, agent=bruno, organisme=ars, responsable=None, version=relu(foyer).version, cle=cle)
    assert (intervenants(foyer) - acces, relu(formalites).organisme) == ({"ars-occitanie"}, ars)
    annuler(cle, agent=bruno)
    apres = Demarche.objects.values("organisme", "responsable", "pourquoi", "echeance").get(pk=formalites.pk)
    assert (apres, intervenants(foyer)) == (avant, acces)
    rendues = dict(formalites.positions.values_list("organisme__code", "etat"))
    assert rendues == {**positions, "ars-occitanie": "levee"}


def test_la_cpam_ne_sait_pas_qui_avait_recu_la_demarche_d_un_autre(foyer, bruno, estelle, chloe):
    """What another organisation carried for some seconds is not told to a partner, no more than the assignment was."""
    formalites = besoin(foyer, "formalites")

    def confier(responsable):
        cle = uuid.uuid4()
        affecter(
            relu(formalites), agent=bruno, organisme=bruno.organisme, responsable=responsable,
            version=relu(foyer).version, cle=cle,
        )  # fmt: skip
        return cle

    confier(bruno)
    avant = len(lire(relu(foyer), chloe, []))
    annuler(confier(estelle), agent=bruno)
    assert relu(formalites).responsable == bruno
    assert (len(lire(relu(foyer), chloe, [])), lire(relu(foyer), bruno, [])[0].titre) == (avant, "Affectation annulée")


def test_prendre_s_annule_et_la_position_redevient_attendue(foyer, bruno, chloe):
    formalites, cle = besoin(foyer, "formalites"), uuid.uuid4()
    affecter(
        formalites, agent=bruno, organisme=chloe.organisme, responsable=None, version=relu(foyer).version,
        cle=uuid.uuid4(),
    )  # fmt: skip
    prendre(relu(formalites), agent=chloe, version=relu(foyer).version, cle=cle)
    assert formalites.positions.get(organisme=chloe.organisme).etat == "acceptee"
    annuler(cle, agent=chloe)
    position = formalites.positions.get(organisme=chloe.organisme)
    assert (relu(formalites).responsable, position.etat, position.attend) == (None, "attendue", "partenaire")


def test_la_cloture_annulee_rend_l_etape_la_date_et_retient_le_courrier(foyer, bruno):
    finir(foyer, bruno)
    reveil = timezone.localdate() + dt.timedelta(days=30)
    faire(foyer, "suspendre", bruno, motif="famille", reveil_le=reveil)
    depuis = relu(foyer).etat_depuis
    cle = clore(foyer, bruno)
    courrier = Courrier.objects.get(dossier=foyer, modele__code="C13")
    assert (produire(courrier.pk), balayer()) == ("pas encore", 0)
    annuler(cle, agent=bruno)
    rendu = relu(foyer)
    assert (rendu.etat, rendu.reveil_le, rendu.motif_cloture, rendu.etat_depuis) == ("suspendu", reveil, "", depuis)
    assert (relu(courrier).etat, produire(courrier.pk)) == ("annule", "rien à faire")
    assert lire(rendu, bruno, [])[0].titre == "Clôture annulée"


def test_le_courrier_de_cloture_part_apres_le_delai(foyer, bruno):
    finir(foyer, bruno)
    clore(foyer, bruno)
    courrier = Courrier.objects.get(dossier=foyer, modele__code="C13")
    passe = timezone.now() - dt.timedelta(seconds=90)
    Courrier.objects.filter(pk=courrier.pk).update(a_partir_de=passe, demande_le=passe)
    assert balayer() >= 1
    assert produire(courrier.pk) == "produit"


def test_un_courrier_deja_parti_refuse_l_annulation(foyer, bruno):
    finir(foyer, bruno)
    cle = clore(foyer, bruno)
    courrier = Courrier.objects.get(dossier=foyer, modele__code="C13")
    Courrier.objects.filter(pk=courrier.pk).update(a_partir_de=None)
    assert produire(courrier.pk) == "produit"
    assert "déjà parti" in refuse(lambda: annuler(cle, agent=bruno), Refus)
    assert relu(foyer).etat == "clos"


def test_clore_sans_attendre_un_partenaire_puis_annuler_le_fait_attendre_de_nouveau(foyer, bruno, driss):
    formalites = besoin(foyer, "formalites")
    solliciter(
        formalites, agent=bruno, organisme=driss.organisme, demande="Zonage ?", avant_le=None,
        version=relu(foyer).version, cle=uuid.uuid4(),
    )  # fmt: skip
    finir(foyer, bruno)
    position = formalites.positions.get(organisme=driss.organisme)
    avant = (position.etat, position.echeance, position.demande)
    cle = clore(foyer, bruno, motif_levee="plus_utile")
    assert relu(position).etat == "levee"
    annuler(cle, agent=bruno)
    rendue = relu(position)
    assert (rendue.etat, rendue.echeance, rendue.demande) == avant


def test_les_etiquettes_reviennent_comme_elles_etaient(foyer, bruno, estelle):
    relire, mai = creer(estelle), creer(estelle, "Réunion de mai", "info")
    etiqueter(foyer, agent=bruno, version=relu(foyer).version, cle=uuid.uuid4(), poser=[relire])
    cle = uuid.uuid4()
    etiqueter(foyer, agent=bruno, version=relu(foyer).version, cle=cle, poser=[mai], retirer=[relire])
    annuler(cle, agent=bruno)
    assert noms(foyer) == ["À relire"]
