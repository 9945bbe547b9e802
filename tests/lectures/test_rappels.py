"""Callbacks nobody takes, what a half-day holds, what one needs to call back, and how a month was kept."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from dossiers.actions.rappels import ouvrir, tenter
from dossiers.actions.suivi import promettre_sur_dossier, tenir
from dossiers.lectures import bilan, engagements, journee, rappels, tableau
from dossiers.lectures.bilan import Mois, dire_delai
from dossiers.models import Absence, Agent, Engagement, Fermeture, auteur
from dossiers.regles.delais import NATIONAL, PARIS
from dossiers.regles.droits import Section
from dossiers.regles.rappels import Demi
from tests.aides import ouvrir_dossier, relu
from tests.regles.test_rappels import a

pytestmark = pytest.mark.django_db
LUNDI_MIDI = a("2026-11-30T12:00")


def promettre(dossier, agent, pour_le, nature="rappel"):
    """Return a promise due at a moment, past ones too."""
    demain = timezone.now() + dt.timedelta(days=1)
    promesse = promettre_sur_dossier(dossier, agent=agent, cle=uuid.uuid4(), nature=nature, pour_le=demain, quoi="")
    Engagement.objects.filter(pk=promesse.pk).update(pour_le=pour_le)
    return relu(promesse)


def alarmes(agent, maintenant):
    """Return the keys in alarm, read the three ways that must agree: the day, the list, the board's figure."""
    du_jour = [e.pk for e in journee.lire(agent, maintenant).delaisses]
    de_la_liste = set(engagements.filtrer(agent, engagements.DELAISSES, maintenant).values_list("pk", flat=True))
    assert set(du_jour) == de_la_liste
    if not agent.peut_lire(Section.PILOTAGE):
        return du_jour
    compte = {c.libelle: c.nombre for c in tableau.lire(agent, maintenant).exceptions}
    assert compte.get("rappels que personne ne prend", 0) == len(du_jour)
    return du_jour


# -- the alarm -----------------------------------------------------------------------------------------------------


def test_une_heure_de_travail_apres_l_heure_le_rappel_ferme_alarme(foyer, bruno, estelle):
    promesse = promettre(foyer, bruno, LUNDI_MIDI)
    vus = [alarmes(estelle, LUNDI_MIDI + dt.timedelta(minutes=n)) for n in (0, 59, 60, 300)]
    assert vus == [[], [], [promesse.pk], [promesse.pk]]


@pytest.mark.parametrize("cas", ["absent", "parti", "personne"])
def test_sans_personne_pour_le_faire_le_rappel_du_jour_alarme_aussitot(foyer, bruno, amina, estelle, cas):
    du_jour = promettre(foyer, amina, LUNDI_MIDI)
    promettre(foyer, amina, LUNDI_MIDI + dt.timedelta(days=1))
    promettre(foyer, bruno, LUNDI_MIDI)
    matin = LUNDI_MIDI - dt.timedelta(hours=3)
    assert alarmes(estelle, matin) == []
    with auteur(None, geste="essai"):
        if cas == "absent":
            Absence.objects.create(agent=amina, debut=LUNDI_MIDI.date(), fin=LUNDI_MIDI.date())
    if cas == "parti":
        Agent.objects.filter(pk=amina.pk).update(is_active=False)
    elif cas == "personne":
        Engagement.objects.filter(agent=amina).update(agent=None)
    assert alarmes(estelle, matin) == [du_jour.pk]


def test_ouvrir_un_rappel_tait_l_alarme_une_heure(foyer, bruno, estelle):
    promesse = promettre(foyer, bruno, LUNDI_MIDI)
    Engagement.objects.filter(pk=promesse.pk).update(vu_le=LUNDI_MIDI + dt.timedelta(minutes=90))
    vus = [alarmes(estelle, LUNDI_MIDI + dt.timedelta(minutes=n)) for n in (100, 149, 150)]
    assert vus == [[], [], [promesse.pk]]


def test_une_tentative_tait_l_alarme_jusqu_au_prochain_essai(foyer, bruno, estelle):
    promesse = promettre(foyer, bruno, timezone.now() - dt.timedelta(days=7))
    assert alarmes(estelle, timezone.now()) == [promesse.pk]
    tenter(promesse, agent=bruno, cle=uuid.uuid4(), resultat="vide")
    assert alarmes(estelle, timezone.now()) == []
    suivante = relu(promesse).pour_le
    assert alarmes(estelle, suivante + dt.timedelta(days=7)) == [promesse.pk]


def test_je_le_prends_retire_l_alarme_de_tous_les_ecrans(foyer, bruno, amina, estelle):
    promesse = promettre(foyer, bruno, timezone.now() - dt.timedelta(days=7))
    assert [alarmes(a_qui, timezone.now()) for a_qui in (amina, estelle)] == [[promesse.pk]] * 2
    ouvrir(promesse, agent=amina, cle=uuid.uuid4(), a_moi=True)
    assert [alarmes(a_qui, timezone.now()) for a_qui in (amina, estelle)] == [[], []]
    assert [e.pk for e in journee.lire(amina, timezone.now()).promesses] == [promesse.pk]


def test_qui_n_appelle_pas_et_les_autres_maisons_n_entendent_pas_l_alarme(foyer, bruno, chloe, driss, fabien, hugo):
    promettre(foyer, bruno, LUNDI_MIDI)
    tard = LUNDI_MIDI + dt.timedelta(days=3)
    assert [alarmes(a_qui, tard) for a_qui in (chloe, driss, fabien, hugo)] == [[], [], [], []]


def test_la_direction_d_un_partenaire_entend_les_siens_seuls(foyer, bruno, chloe):
    sien = promettre(foyer, chloe, LUNDI_MIDI)
    promettre(foyer, bruno, LUNDI_MIDI)
    Agent.objects.filter(pk=chloe.pk).update(role="superviseur")
    assert alarmes(relu(chloe), LUNDI_MIDI + dt.timedelta(days=1)) == [sien.pk]


def test_un_envoi_et_un_rappel_tenu_n_alarment_pas(foyer, bruno, estelle):
    promettre(foyer, bruno, LUNDI_MIDI, nature="envoi")
    tenu = promettre(foyer, bruno, LUNDI_MIDI)
    tenir(tenu, agent=bruno, cle=uuid.uuid4(), resultat="joint")
    assert alarmes(estelle, LUNDI_MIDI + dt.timedelta(days=3)) == []


def test_l_alarme_n_est_pas_dite_deux_fois_a_son_agent(foyer, bruno):
    promesse = promettre(foyer, bruno, LUNDI_MIDI)
    lue = journee.lire(bruno, LUNDI_MIDI + dt.timedelta(hours=4))
    assert ([e.pk for e in lue.delaisses], lue.promesses) == ([promesse.pk], [])


# -- what a half-day holds -----------------------------------------------------------------------------------------


def test_une_demi_journee_compte_les_presents_et_les_promesses(foyer, amina, bruno, estelle):
    jeudi = NATIONAL.ajouter_ouvres(timezone.localdate(), 6)
    midi = Demi(jeudi, False).terme
    for minutes in (0, 30, 200):
        promettre(foyer, bruno, midi - dt.timedelta(minutes=minutes))
    promettre(foyer, bruno, Demi(jeudi, True).terme)
    promettre(foyer, bruno, midi, nature="envoi")
    tenir(promettre(foyer, bruno, midi), agent=bruno, cle=uuid.uuid4(), resultat="joint")
    lue = rappels.charge(bruno, midi, timezone.now())
    # Amina, Bruno, Estelle take calls; neither the administrator nor the data protection officer do
    assert (lue.demi, lue.promis, lue.possibles, lue.pleine, lue.libre) == (Demi(jeudi, False), 3, 24, False, None)
    with auteur(None, geste="essai"):
        Absence.objects.create(agent=amina, debut=jeudi, fin=jeudi)
    Agent.objects.filter(pk=estelle.pk).update(is_active=False)
    assert rappels.charge(bruno, midi, timezone.now()).possibles == 8


def test_une_demi_journee_pleine_propose_la_plus_proche(foyer, bruno):
    jour = NATIONAL.ajouter_ouvres(timezone.localdate(), 6)
    bruno.territoire.rappels_par_demi_journee = 1
    with auteur(None, geste="essai"):
        bruno.territoire.save()
    for _ in range(3):
        promettre(foyer, bruno, Demi(jour, False).terme)
    lue = rappels.charge(bruno, Demi(jour, False).terme, timezone.now())
    assert (lue.promis, lue.possibles, lue.pleine, lue.libre) == (3, 3, True, Demi(jour, True))


def test_un_jour_ferme_n_a_pas_de_place(foyer, bruno):
    jour = NATIONAL.ajouter_ouvres(timezone.localdate(), 6)
    with auteur(None, geste="essai"):
        Fermeture.objects.create(organisme=bruno.organisme, jour=jour, raison="Pont")
    lue = rappels.charge(bruno, Demi(jour, True).terme, timezone.now())
    assert (lue.possibles, lue.chomee, lue.libre.jour != jour) == (0, "fermeture du service\u00a0: Pont", True)


def test_la_charge_se_lit_en_quatre_requetes(foyer, bruno, django_assert_num_queries):
    with django_assert_num_queries(4):
        rappels.charge(bruno, timezone.now() + dt.timedelta(days=3), timezone.now())


# -- one callback --------------------------------------------------------------------------------------------------


def test_l_ecran_donne_les_numeros_que_l_agent_peut_lire(bruno, driss):
    dossier = ouvrir_dossier(bruno)
    promesse = promettre(dossier, bruno, timezone.now() + dt.timedelta(hours=3))
    lu = rappels.lire(rappels.trouver(bruno).get(pk=promesse.pk), bruno, timezone.now())
    assert lu.numeros == [("+33465711220", "Dr Claire Delmas")]
    assert (lu.restent, lu.tentatives, lu.ensuite is not None) == (3, [], True)


def test_le_script_ne_dit_ni_le_nom_ni_la_raison(foyer, bruno):
    promesse = promettre(foyer, bruno, timezone.now() + dt.timedelta(hours=3))
    Engagement.objects.filter(pk=promesse.pk).update(quoi="grossesse, école de Léa")
    script = " ".join(rappels.lire(rappels.trouver(bruno).get(pk=promesse.pk), bruno, timezone.now()).script)
    tus = ("Delmas", "Claire", "grossesse", "Léa", "Santé", "médecin", foyer.numero)
    assert ([mot for mot in tus if mot in script], "04 65 71 10 00" in script.replace("\u00a0", " ")) == ([], True)


# -- how a month was kept ------------------------------------------------------------------------------------------


def test_le_mois_se_compte_exactement_et_chaque_promesse_une_fois(foyer, bruno, amina, estelle):
    maintenant = a("2026-11-20T12:00")
    le_dix = a("2026-11-10T12:00")

    def une(agent, **champs):
        promesse = promettre(foyer, agent, champs.pop("pour_le", le_dix))
        Engagement.objects.filter(pk=promesse.pk).update(**champs)
        return promesse

    heure = dt.timedelta(hours=1)
    une(bruno, fait_le=le_dix - heure, resultat="joint")
    une(bruno, fait_le=le_dix, resultat="fait")
    une(bruno, fait_le=le_dix + heure, resultat="joint")
    # tried late, then reached in time of the new date: late, and of the month first missed
    une(bruno, pour_le=a("2026-12-02T12:00"), manquee_le=le_dix, fait_le=a("2026-12-01T10:00"), resultat="joint")
    une(amina)
    une(amina, pour_le=a("2026-11-25T12:00"), manquee_le=le_dix)
    une(amina, fait_le=le_dix + heure, resultat="sans_reponse", manquee_le=le_dix)
    une(amina, fait_le=le_dix + heure, resultat="annule")
    une(amina, pour_le=a("2026-11-28T12:00"))
    une(amina, pour_le=a("2026-12-01T00:00"))
    lu = bilan.lire(estelle, Mois(2026, 11), maintenant)

    def nombres(ligne):
        return [ligne.total.nombre, *(c.nombre for c in ligne.chiffres)]

    # total, in time, late, not kept, no answer, cancelled; one is still to come
    assert nombres(lu.total) == [9, 2, 2, 2, 1, 1]
    assert {ligne.libelle: nombres(ligne) for ligne in lu.agents} == {
        "Bruno Lefèvre": [4, 2, 2, 0, 0, 0], "Amina Benkirane": [5, 0, 0, 2, 1, 1],
    }  # fmt: skip
    assert [(ligne.libelle, nombres(ligne)) for ligne in lu.organismes] == [("Alès Agglo", [9, 2, 2, 2, 1, 1])]


def test_le_delai_median_va_de_l_appel_au_premier_essai(bruno, estelle):
    recus = []
    for minutes in (10, 30, 200):
        dossier = ouvrir_dossier(bruno, besoins=("logement",), enfants=())
        promesse = promettre(dossier, bruno, a("2026-11-10T12:00"))
        appel = dossier.appels.get()
        Engagement.objects.filter(pk=promesse.pk).update(
            appel=appel, fait_le=appel.recu_le + dt.timedelta(minutes=minutes), resultat="joint"
        )
        recus.append(appel)
    tente = Engagement.objects.get(appel=recus[2])
    Engagement.objects.filter(pk=tente.pk).update(fait_le=None, resultat="")
    tenter(tente, agent=bruno, cle=uuid.uuid4(), resultat="vide", le=recus[2].recu_le + dt.timedelta(seconds=1))
    Engagement.objects.filter(pk=tente.pk).update(pour_le=a("2026-11-10T12:00"), manquee_le=None)
    lu = bilan.lire(estelle, Mois(2026, 11), timezone.now())
    # 1 s for the one tried at once, then 10 and 30 minutes
    assert lu.total.delai == dt.timedelta(minutes=10)


def test_un_partenaire_ne_compte_que_les_siennes(foyer, bruno, chloe):
    promettre(foyer, bruno, a("2026-11-10T12:00"))
    promettre(foyer, chloe, a("2026-11-10T12:00"))
    lu = bilan.lire(chloe, Mois(2026, 11), timezone.now())
    assert (lu.total.total.nombre, [o.libelle for o in lu.organismes]) == (1, ["CPAM du Gard"])


def test_le_bilan_se_lit_en_quatre_requetes(foyer, bruno, estelle, django_assert_num_queries):
    for _ in range(3):
        promettre(foyer, bruno, a("2026-11-10T12:00"))
    with django_assert_num_queries(4):
        bilan.lire(estelle, Mois(2026, 11), timezone.now())


def test_les_mois_s_arretent_ou_les_promesses_s_arretent(foyer, bruno, estelle):
    promettre(foyer, bruno, a("2026-11-10T12:00"))
    promettre(foyer, bruno, a("2027-01-10T12:00"))
    autour = [bilan.lire(estelle, Mois(*m), timezone.now()) for m in ((2026, 11), (2026, 12), (2027, 1))]
    assert [(b.avant and b.avant.code, b.apres and b.apres.code) for b in autour] == [
        (None, "2026-12"), ("2026-11", "2027-01"), ("2026-12", None),
    ]  # fmt: skip


def test_le_mois_se_lit_et_se_decale():
    ici = dt.date(2026, 11, 5)
    lus = [Mois.lire(texte, ici).code for texte in ("2025-02", "", "2026-13", "\x00", "0001-01", "9999-12")]
    assert lus == ["2025-02", "2026-11", "2026-11", "2026-11", "2026-11", "2026-11"]
    assert [Mois(2026, 12).decale(1).code, Mois(2026, 1).decale(-1).code] == ["2027-01", "2025-12"]
    assert [Mois(2026, 11).debut, Mois(2026, 11).nom] == [dt.datetime(2026, 11, 1, tzinfo=PARIS), "novembre\u00a02026"]


@pytest.mark.parametrize(
    ("minutes", "mots"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (190, "3 h 10"), (1440, "1 j"), (3000, "2 j 2 h")]
)
def test_un_delai_se_dit_en_mots(minutes, mots):
    assert dire_delai(dt.timedelta(minutes=minutes)).replace("\u00a0", " ") == mots
