"""Rules with agents, loads and covers; drafts published with a date; and « pourquoi moi ? »."""

import uuid

import pytest
from django.utils import timezone

from dossiers.actions.absences import annuler, declarer, rendre
from dossiers.actions.affectations import affecter, prendre, proposer
from dossiers.actions.regles import ajouter_regle, effacer_brouillon, ouvrir_brouillon, publier, retirer_regle
from dossiers.erreurs import Introuvable, Refus
from dossiers.lectures.equipe import a_rendre, remplacant_propose
from dossiers.lectures.routage import jeux, regles_en_vigueur
from dossiers.models import Absence, Agent, Commune, JeuRegles, Organisme, Suppleance, auteur
from dossiers.regles.dates import date_longue
from tests.aides import besoin, dans, ouvrir_dossier, personne, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def cle():
    return uuid.uuid4()


def rediger(estelle, *regles, effet_le=None, publie=True):
    """Write a version of rules, each given as the action takes it, and publish it."""
    jeu = ouvrir_brouillon(agent=estelle, cle=cle())
    for regle in regles:
        ajouter_regle(jeu, agent=estelle, cle=cle(), **{"organisme": estelle.organisme, **regle})
    return publier(jeu, agent=estelle, cle=cle(), effet_le=effet_le or dans(0)) if publie else jeu


def absenter(absent, remplacant, debut=0, fin=4):
    return declarer(absent, agent=absent, cle=cle(), debut=dans(debut), fin=dans(fin), remplacant=remplacant)


def vers(agent, besoin_="logement", communes=(), statut=""):
    attribution = proposer(agent.territoire, [besoin_], communes, statut=statut)[besoin_]
    return attribution.agent, attribution.pourquoi


def logements(agent, combien, **champs):
    """Open dossiers that need a home alone; return whom each went to."""
    ouverts = [ouvrir_dossier(agent, besoins=("logement",), enfants=(), **champs) for _ in range(combien)]
    return [str(besoin(d, "logement").responsable) for d in ouverts]


def test_une_regle_par_statut(estelle, bruno):
    rediger(estelle, {"besoin": "logement", "statut": "interne", "nomme": bruno})
    assert vers(bruno, statut="interne") == (bruno, "Règle du territoire, version 1 : logement, interne.")
    assert vers(bruno, statut="salarie") == (None, "Règle du territoire, version 1 : logement.")


def test_l_appel_regarde_le_statut_du_medecin(estelle, bruno, amina):
    rediger(estelle, {"besoin": "logement", "statut": "interne", "nomme": bruno})
    interne = (personne(statut="interne"),)
    assert logements(amina, 1, personnes=interne) + logements(amina, 1) == ["Bruno Lefèvre", "None"]


def test_au_moins_charge_dit_les_charges(estelle, bruno):
    rediger(estelle, {"besoin": "logement", "moins_charge": True})
    assert logements(bruno, 3) == ["Bruno Lefèvre", "Estelle Roux", "Bruno Lefèvre"]
    assert vers(bruno) == (
        estelle, "Règle du territoire, version 1 : logement ; le moins chargé : Estelle Roux, 1 (Bruno Lefèvre 2).",
    )  # fmt: skip


def test_l_absent_est_remplace_et_la_phrase_le_dit(estelle, bruno):
    rediger(estelle, {"besoin": "logement", "commune": Commune.objects.get(nom="Anduze"), "nomme": bruno})
    absenter(bruno, estelle)
    dossier = ouvrir_dossier(estelle, besoins=("logement",), enfants=())
    logement = besoin(dossier, "logement")
    assert (logement.responsable, logement.pourquoi) == (
        estelle,
        "Règle du territoire, version 1 : logement à Anduze ; à la place de Bruno Lefèvre"
        f" (absence jusqu’au {date_longue(dans(4))}).",
    )
    assert [(s.demarche_id, s.issue) for s in Suppleance.objects.all()] == [(logement.pk, "")]


def test_sans_remplacant_la_demarche_est_a_prendre(estelle, bruno):
    rediger(estelle, {"besoin": "logement", "nomme": bruno})
    absenter(bruno, None)
    assert vers(bruno) == (
        None,
        f"Règle du territoire, version 1 : logement ; Bruno Lefèvre (absence jusqu’au {date_longue(dans(4))})"
        " n’a pas de remplaçant : à prendre.",
    )


def test_le_moins_charge_n_est_jamais_un_absent(estelle, bruno):
    rediger(estelle, {"besoin": "logement", "moins_charge": True})
    absenter(bruno, None)
    assert logements(estelle, 2) == ["Estelle Roux", "Estelle Roux"]


def test_affecter_a_un_absent_va_a_son_remplacant(foyer, estelle, bruno):
    absenter(bruno, estelle)
    logement = affecter(
        besoin(foyer, "logement"), agent=estelle, organisme=bruno.organisme, responsable=bruno,
        version=relu(foyer).version, cle=cle(),
    )  # fmt: skip
    assert (logement.responsable, logement.pourquoi) == (
        estelle,
        f"Affectée par Estelle Roux ; à la place de Bruno Lefèvre (absence jusqu’au {date_longue(dans(4))}).",
    )


def revenir(absence):
    """Let the absence end yesterday."""
    with auteur(None, geste="essai"):
        absence.debut, absence.fin = dans(-5), dans(-1)
        absence.save()


@pytest.mark.parametrize(
    ("reprendre", "qui", "issue"), [(True, "Bruno Lefèvre", "reprise"), (False, "Estelle Roux", "laissee")]
)
def test_au_retour_on_reprend_ou_on_laisse(estelle, bruno, reprendre, qui, issue):
    rediger(estelle, {"besoin": "logement", "nomme": bruno})
    absence = absenter(bruno, estelle)
    dossier = ouvrir_dossier(estelle, besoins=("logement",), enfants=())
    assert a_rendre(bruno, timezone.localdate()) == []
    revenir(absence)
    (recue,) = a_rendre(bruno, timezone.localdate())
    rendre(recue, agent=bruno, cle=cle(), version=relu(dossier).version, reprendre=reprendre)
    assert (str(besoin(dossier, "logement").responsable), relu(recue).issue, a_rendre(bruno, timezone.localdate())) == (
        qui, issue, [],
    )  # fmt: skip
    phrase = refuse(lambda: rendre(recue, agent=bruno, cle=cle(), version=relu(dossier).version, reprendre=True), Refus)
    assert phrase == "Vous avez déjà décidé pour cette démarche."


def test_nul_ne_decide_du_retour_d_un_autre(estelle, bruno):
    rediger(estelle, {"besoin": "logement", "nomme": bruno})
    absence = absenter(bruno, estelle)
    ouvrir_dossier(estelle, besoins=("logement",), enfants=())
    revenir(absence)
    (recue,) = a_rendre(bruno, timezone.localdate())
    with pytest.raises(Introuvable):
        rendre(recue, agent=estelle, cle=cle(), version=1, reprendre=True)


@pytest.mark.parametrize(
    ("debut", "fin", "remplacant", "phrase"),
    [
        (4, 2, None, "L’absence finit avant d’avoir commencé."),
        (-9, -2, None, "Cette absence est déjà passée."),
        (0, 2, "bruno", "On ne se remplace pas soi-même."),
        (0, 2, "chloe", "Chloé Martinez ne travaille pas à Alès Agglo."),
    ],
)
def test_une_absence_mal_dite_est_refusee(bruno, request, debut, fin, remplacant, phrase):
    qui = request.getfixturevalue(remplacant) if remplacant else None
    assert refuse(lambda: absenter(bruno, qui, debut, fin), Refus) == phrase
    assert Absence.objects.count() == 0


def test_deux_absences_ne_se_recouvrent_pas_et_un_absent_ne_remplace_pas(bruno, estelle):
    absenter(bruno, None, 0, 4)
    du_au = f"du {date_longue(dans(0))} au {date_longue(dans(4))}"
    assert refuse(lambda: absenter(bruno, None, 3, 9), Refus) == f"Une absence est déjà notée {du_au}."
    assert refuse(lambda: absenter(estelle, bruno, 2, 3), Refus) == f"Bruno Lefèvre est absent aussi, {du_au}."


@pytest.mark.parametrize(("prenom", "permis"), [("bruno", True), ("estelle", True), ("amina", False), ("chloe", False)])
def test_une_absence_se_note_pour_soi_ou_par_son_superviseur(bruno, request, prenom, permis):
    agent = request.getfixturevalue(prenom)

    def noter():
        return declarer(bruno, agent=agent, cle=cle(), debut=dans(1), fin=dans(2), remplacant=None)

    if permis:
        assert noter().agent == bruno
    else:
        with pytest.raises(Introuvable):
            noter()


def test_lever_une_absence_a_venir_l_efface_une_absence_commencee_s_arrete_hier(bruno):
    annuler(absenter(bruno, None, 3, 5), agent=bruno, cle=cle())
    assert Absence.objects.count() == 0
    absence = absenter(bruno, None, 0, 5)
    with auteur(None, geste="essai"):
        absence.debut = dans(-3)
        absence.save()
    annuler(absence, agent=bruno, cle=cle())
    assert relu(absence).fin == dans(-1)


def test_le_remplacant_propose_est_le_moins_charge_des_presents(foyer, bruno, estelle):
    assert remplacant_propose(bruno, dans(0)) == estelle
    absenter(estelle, None)
    assert remplacant_propose(bruno, dans(0)) is None


def test_un_brouillon_ne_change_rien_avant_sa_date(estelle, bruno):
    jeu = rediger(estelle, {"besoin": "logement", "nomme": bruno}, publie=False)
    assert vers(bruno)[0] is None
    publier(jeu, agent=estelle, cle=cle(), effet_le=dans(1))
    assert vers(bruno)[0] is None
    JeuRegles.objects.filter(pk=jeu.pk).update(effet_le=dans(0))
    assert vers(bruno)[0] == bruno


def test_un_brouillon_part_des_regles_en_vigueur(estelle, bruno):
    jeu = rediger(estelle, {"besoin": "logement", "nomme": bruno}, publie=False)
    assert {(r.besoin, r.organisme.code, r.a_qui) for r in jeu.regles.all()} == {
        ("logement", "ales-agglo", "Bruno Lefèvre"),
        ("formalites", "cpam-gard", "à prendre"),
        *((b, "ales-agglo", "à prendre") for b in ("emploi_conjoint", "scolarisation")),
        *(
            (r.besoin, r.organisme.code, r.a_qui)
            for r in regles_en_vigueur(estelle.territoire)
            if r.besoin not in CONNUS
        ),
    }


CONNUS = {"logement", "formalites", "emploi_conjoint", "scolarisation"}


def test_les_versions_se_gardent_et_se_restaurent(estelle, bruno):
    premiere = rediger(estelle, {"besoin": "logement", "nomme": bruno})
    rediger(estelle, {"besoin": "logement", "nomme": estelle})
    assert vers(bruno)[0] == estelle
    brouillon = ouvrir_brouillon(agent=estelle, cle=cle(), depuis=premiere)
    publier(brouillon, agent=estelle, cle=cle(), effet_le=dans(0))
    assert vers(bruno) == (bruno, "Règle du territoire, version 3 : logement.")
    assert [(j.numero, j.en_vigueur, j.origine) for j in jeux(estelle.territoire)] == [
        (3, True, "version 1"), (2, False, "règles en vigueur"), (1, False, "règles en vigueur"),
    ]  # fmt: skip


def test_une_version_publiee_ne_change_plus(estelle, bruno):
    jeu = rediger(estelle, {"besoin": "logement", "nomme": bruno})
    phrase = "La version 1 est publiée : elle ne change plus. Restaurez-la dans un brouillon."
    regle = jeu.regles.get(besoin="logement")
    essais = [
        lambda: ajouter_regle(jeu, agent=estelle, cle=cle(), besoin="logement", organisme=bruno.organisme),
        lambda: retirer_regle(regle, agent=estelle, cle=cle()),
        lambda: publier(jeu, agent=estelle, cle=cle(), effet_le=dans(3)),
        lambda: effacer_brouillon(jeu, agent=estelle, cle=cle()),
    ]
    assert [refuse(essai, Refus) for essai in essais] == [phrase] * 4


@pytest.mark.parametrize(
    ("regle", "phrase"),
    [
        ({"besoin": "inconnu"}, "Choisissez un besoin dans la liste."),
        ({"besoin": "logement", "organisme": "cd32"}, "CD 32 n’intervient pas sur ce territoire."),
        ({"besoin": "logement", "organisme": "ars-occitanie"}, "ARS n’a pas accès aux démarches « Logement »."),
        ({"besoin": "logement", "nomme": "chloe"}, "Chloé Martinez ne travaille pas à Alès Agglo."),
        ({"besoin": "logement", "nomme": "amina"}, "Amina Benkirane n’a pas accès aux démarches « Logement »."),
        (
            {"besoin": "logement", "nomme": "bruno", "moins_charge": True},
            "Choisissez un agent, ou le moins chargé : pas les deux.",
        ),
        ({"besoin": "logement", "commune": "Condom"}, "Cette commune est d’un autre territoire."),
    ],
)
def test_une_regle_impossible_est_refusee(estelle, request, regle, phrase):
    faits = dict(regle)
    if "organisme" in faits:
        faits["organisme"] = Organisme.objects.get(code=faits["organisme"])
    if "nomme" in faits:
        faits["nomme"] = request.getfixturevalue(faits["nomme"])
    if "commune" in faits:
        faits["commune"] = Commune.objects.get(nom=faits["commune"])
    assert refuse(lambda: rediger(estelle, faits), Refus) == phrase


@pytest.mark.parametrize("prenom", ["bruno", "chloe", "amina", "gaelle"])
def test_seul_un_superviseur_du_guichet_ecrit_les_regles(request, prenom):
    with pytest.raises(Introuvable):
        ouvrir_brouillon(agent=request.getfixturevalue(prenom), cle=cle())


def test_publier_dans_le_passe_ou_deux_brouillons_sont_refuses(estelle):
    jeu = rediger(estelle, publie=False)
    passe = refuse(lambda: publier(jeu, agent=estelle, cle=cle(), effet_le=dans(-1)), Refus)
    second = refuse(lambda: ouvrir_brouillon(agent=estelle, cle=cle()), Refus)
    assert (passe, second) == (
        "Une version prend effet aujourd’hui ou plus tard.",
        "Un brouillon est déjà ouvert : publiez-le, ou effacez-le d’abord.",
    )
    effacer_brouillon(jeu, agent=estelle, cle=cle())
    assert (JeuRegles.objects.count(), jeu.history.model.objects.filter(history_type="-").count()) == (0, 1)


def test_un_agent_parti_ne_recoit_plus_rien(estelle, bruno):
    rediger(estelle, {"besoin": "logement", "nomme": bruno})
    Agent.objects.filter(pk=bruno.pk).update(is_active=False)
    assert vers(estelle)[0] is None


def test_sans_nom_dans_les_regles_proposer_coute_une_requete(bruno, django_assert_num_queries):
    with django_assert_num_queries(1):
        proposer(bruno.territoire, ["logement", "formalites"], [])


def test_avec_charges_et_absences_proposer_en_coute_trois(estelle, bruno, django_assert_num_queries):
    rediger(estelle, {"besoin": "logement", "moins_charge": True}, {"besoin": "scolarisation", "nomme": bruno})
    with django_assert_num_queries(3):
        proposer(bruno.territoire, ["logement", "scolarisation"], [])


def test_prendre_dit_pourquoi(foyer, bruno):
    prise = prendre(besoin(foyer, "logement"), agent=bruno, version=relu(foyer).version, cle=cle())
    assert prise.pourquoi == "Prise par Bruno Lefèvre."
