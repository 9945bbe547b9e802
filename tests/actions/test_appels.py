"""Taking a call."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.actions import appels
from dossiers.actions.appels import PersonneSaisie, Promesse
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Appel, Commune, Courrier, Demarche, Dossier, Engagement, Personne, Telephone
from tests.aides import (
    CONJOINT,
    QUATRE_BESOINS,
    besoin,
    clore,
    intervenants,
    ouvrir_dossier,
    personne,
    refuse,
    relu,
    saisie,
)

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def enregistrer(agent, **champs):
    return appels.enregistrer(saisie(**champs), agent=agent, cle=uuid.uuid4())


def test_un_appel_sans_suite_reste_seul(amina):
    appel = enregistrer(amina, issue=Appel.Issue.INFORMATION)
    assert (appel.issue, list(appel.dossiers.all()), Dossier.objects.count(), Personne.objects.count()) == (
        "information_donnee", [], 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("champs", "phrase", "champ"),
    [
        ({"role": "", "nom_appelant": ""}, "Indiquez qui appelle : un rôle ou un nom suffit.", "role"),
        ({"numero": ""}, "Notez un numéro ou un courriel, ou cochez « ne souhaite pas être rappelé ».", "numero"),
        ({"texte": "  "}, "Cochez un besoin ou notez ce qui est dit.", "texte"),
        (
            {"texte": "son numéro : 2 69 05 49 588 157 80"},
            "Ce texte contient un numéro de sécurité sociale : retirez-le.",
            "texte",
        ),
        (
            {"recu_le": timezone.now() + dt.timedelta(hours=2)},
            "L’heure de l’appel est dans le futur.",
            "recu_le",
        ),
        (
            {"ouvrir": True, "nom_appelant": "", "role": "candidat"},
            "Pour ouvrir un dossier, notez au moins un nom ou un moyen de joindre la personne.",
            "nom",
        ),
    ],
)
def test_ce_qui_manque_est_nomme_avec_son_champ(amina, champs, phrase, champ):
    with pytest.raises(Refus) as refus:
        enregistrer(amina, **champs)
    assert (refus.value.phrase, refus.value.champ, Appel.objects.count()) == (phrase, champ, 0)


@pytest.mark.parametrize(
    "champs",
    [
        {"nom_appelant": ""},
        {"role": ""},
        {"numero": "", "courriel": "claire.delmas@example.org"},
        {"numero": "", "ne_pas_rappeler": True},
        {"texte": "", "besoins": ("logement",)},
    ],
)
def test_le_minimum_suffit(amina, champs):
    assert enregistrer(amina, **champs).pk


def test_un_appel_ouvre_un_dossier_avec_ses_besoins_sa_promesse_et_son_accuse(bruno):
    demain = timezone.now() + dt.timedelta(days=1)
    promesse = Promesse(nature=Engagement.Nature.RAPPEL, pour_le=demain, quoi="les écoles")
    dossier = ouvrir_dossier(bruno, promesse=promesse, pour_quand=dt.date(2027, 9, 1), urgence="haute")
    assert {
        "pilote": dossier.pilote.code,
        "etat": dossier.etat,
        "urgence": dossier.urgence,
        "echeance": dossier.echeance,
        "communes": [c.nom for c in dossier.communes.all()],
        "foyer": [(p.role, str(p.personne)) for p in dossier.participants.all()],
        "besoins": sorted(d.type for d in dossier.demarches.all()),
        "promesse": [(e.nature, e.pour_le, str(e.personne)) for e in dossier.engagements.all()],
        "courriers": [(c.modele.code, c.etat) for c in dossier.courriers.all()],
        "appel": dossier.appels.get().issue,
    } == {
        "pilote": "ales-agglo",
        "etat": "nouveau",
        "urgence": "haute",
        "echeance": dt.date(2027, 9, 1),
        "communes": ["Anduze"],
        "foyer": [("medecin", "Dr Claire Delmas"), ("conjoint", "Julien Delmas")],
        "besoins": sorted(QUATRE_BESOINS),
        "promesse": [("rappel", demain, "Dr Claire Delmas")],
        "courriers": [("C01", "a_produire")],
        "appel": "dossier_cree",
    }


def test_chaque_besoin_va_a_qui_de_droit(bruno):
    dossier = ouvrir_dossier(bruno)
    assert {(d.type, d.organisme.code, str(d.personne or "")) for d in dossier.demarches.all()} == {
        ("formalites", "cpam-gard", "Dr Claire Delmas"),
        ("logement", "ales-agglo", "Dr Claire Delmas"),
        ("emploi_conjoint", "ales-agglo", "Julien Delmas"),
        ("scolarisation", "ales-agglo", ""),
    }
    assert intervenants(dossier) == {"cpam-gard", "ales-agglo"}


def test_deux_enfants_font_deux_scolarisations(bruno):
    dossier = ouvrir_dossier(
        bruno, besoins=("scolarisation",), enfants=({"niveau": "maternelle"}, {"niveau": "college"})
    )
    assert [d.specifique.niveau for d in dossier.demarches.all()] == ["maternelle", "college"]


def test_un_couple_sur_un_numero_est_deux_personnes(bruno):
    ouvrir_dossier(bruno)
    numeros = Telephone.objects.filter(e164="+33465711220").values_list("personne__prenom", flat=True)
    assert sorted(numeros) == ["Claire", "Julien"]


def test_un_appel_rejoint_un_dossier_sans_rouvrir_les_besoins_deja_ouverts(amina, bruno):
    dossier = ouvrir_dossier(bruno, besoins=("logement",), enfants=())
    claire = dossier.participants.get(role="medecin").personne
    appel = enregistrer(
        amina,
        rattacher=dossier,
        personnes_connues=(claire,),
        besoins=("logement", "emploi_conjoint"),
        personnes=(),
    )
    assert (appel.issue, [d.type for d in dossier.demarches.all()], list(appel.personnes.all())) == (
        "rattache",
        ["logement", "emploi_conjoint"],
        [claire],
    )
    assert (dossier.participants.count(), relu(dossier).version) == (2, dossier.version + 1)


def test_le_conjoint_sans_nom_du_premier_appel_est_celui_qui_rappelle(amina, bruno):
    anonyme = PersonneSaisie(role="conjoint", statut="non_medecin", metier="professeur")
    dossier = ouvrir_dossier(bruno, personnes=(personne(), anonyme))
    assert besoin(dossier, "emploi_conjoint").metier == "professeur"
    julien = PersonneSaisie(role="conjoint", prenom="Julien", nom="Delmas", telephones=("04 65 71 12 21",))
    enregistrer(amina, rattacher=dossier, personnes=(julien,), role="conjoint")
    (seul,) = dossier.participants.filter(role="conjoint")
    assert (str(seul.personne), seul.personne.metier, str(seul.personne.telephones.get())) == (
        "Julien Delmas", "professeur", "04\xa065\xa071\xa012\xa021",
    )  # fmt: skip


def test_qui_entre_plus_tard_est_celui_que_ses_besoins_attendaient(amina, bruno):
    """The spouse called alone; the doctor's consolidation period is known once the doctor is."""
    dossier = ouvrir_dossier(bruno, personnes=(CONJOINT,), besoins=("formalites", "emploi_conjoint", "scolarisation"))
    assert (besoin(dossier, "formalites").personne, besoin(dossier, "emploi_conjoint").metier) == (None, "professeur")
    padhue = personne(statut="padhue_pcc", these_soutenue=False)
    enregistrer(amina, rattacher=dossier, personnes=(padhue,))
    concernes = {d.type: str(d.personne) for d in dossier.demarches.all()}
    assert concernes == {"formalites": "Claire Delmas", "emploi_conjoint": "Julien Delmas", "scolarisation": "None"}
    assert besoin(dossier, "formalites").prive_ferme


def test_un_dossier_clos_ne_se_rejoint_pas(bruno, foyer):
    clore(foyer, bruno)
    assert refuse(lambda: enregistrer(bruno, rattacher=relu(foyer)), Refus) == (
        "Ce dossier est clos : rouvrez-le d’abord, ou ouvrez un nouveau dossier."
    )


def test_le_dossier_d_un_autre_territoire_ne_se_rejoint_pas(bruno, fabien):
    ailleurs = ouvrir_dossier(fabien, communes=tuple(Commune.objects.filter(nom="Condom")))
    with pytest.raises(Introuvable):
        enregistrer(bruno, rattacher=ailleurs)
    assert Appel.objects.filter(agent=bruno).count() == 0


def test_envoyer_deux_fois_le_meme_formulaire_fait_un_seul_dossier(bruno):
    cle = uuid.uuid4()
    dossier = ouvrir_dossier(bruno, cle=cle)
    with pytest.raises(DejaFait) as deja:
        ouvrir_dossier(bruno, cle=cle)
    assert (deja.value.resultat, Dossier.objects.count(), Appel.objects.count()) == (
        f"dossiers.fiche:{dossier.pk}", 1, 1,
    )  # fmt: skip


def test_un_refus_au_milieu_ne_laisse_rien(bruno):
    hier = timezone.now() - dt.timedelta(days=1)
    with pytest.raises(Refus):
        ouvrir_dossier(bruno, promesse=Promesse(nature="rappel", pour_le=hier))
    assert (Appel.objects.count(), Dossier.objects.count(), Personne.objects.count()) == (0, 0, 0)
    assert (Demarche.objects.count(), Courrier.objects.count(), Appel.history.count()) == (0, 0, 0)


def test_tout_ce_qu_un_appel_ecrit_porte_son_auteur_et_le_meme_acte(bruno):
    dossier = ouvrir_dossier(bruno)
    lignes = [
        *dossier.history.all(),
        *dossier.appels.get().history.all(),
        *(h for p in dossier.participants.all() for h in (*p.history.all(), *p.personne.history.all())),
        *(h for d in dossier.demarches.specifiques() for h in d.specifique.history.all()),
        *(h for c in dossier.courriers.all() for h in c.history.all()),
    ]
    assert {(h.history_user_id, h.history_geste, h.history_organisme_id) for h in lignes} == {
        (bruno.pk, "enregistrer_appel", bruno.organisme_id)
    }
    assert (len({h.history_operation for h in lignes}), len(lignes)) == (1, 11)


def test_enregistrer_un_appel_coute_au_plus_vingt_cinq_requetes(bruno):
    complet = {
        "besoins": QUATRE_BESOINS,
        "personnes": (personne(), CONJOINT),
        "communes": tuple(Commune.objects.filter(nom__in=["Anduze", "Alès"])),
        "enfants": ({"niveau": "elementaire"},),
        "promesse": Promesse(nature="rappel", pour_le=timezone.now() + dt.timedelta(days=1)),
        "ouvrir": True,
    }
    with CaptureQueriesContext(connection) as requetes:
        appels.enregistrer(saisie(**complet), agent=bruno, cle=uuid.uuid4())
    utiles = [q for q in requetes if "SAVEPOINT" not in q["sql"]]
    assert len(utiles) <= 25, "\n".join(q["sql"][:120] for q in utiles)


def test_le_texte_est_nettoye_de_ce_qu_aucun_clavier_ne_veut_dire(amina):
    appel = enregistrer(amina, texte="Bonjour\x00 \u202eNom\u202c 🏠", nom_appelant="Cl\x00aire")
    assert (appel.texte, appel.nom_appelant) == ("Bonjour Nom 🏠", "Claire")


@pytest.mark.parametrize(
    "ecrit", ["04 65 71 12 20", "0465711220", "+33 4 65 71 12 20", "0033465711220", "04.65.71.12.20"]
)
def test_un_numero_est_le_meme_dans_toutes_ses_ecritures(amina, ecrit):
    assert enregistrer(amina, numero=ecrit).numero == "+33465711220"


def test_rattacher_apres_coup_emmene_la_promesse(amina, bruno):
    dossier = ouvrir_dossier(bruno)
    demain = timezone.now() + dt.timedelta(days=1)
    appel = enregistrer(amina, promesse=Promesse(nature="rappel", pour_le=demain))
    appels.rattacher(appel, dossier, agent=amina, cle=uuid.uuid4())
    assert (relu(appel).issue, list(appel.dossiers.all()), appel.engagements.get().dossier) == (
        "rattache", [dossier], dossier,
    )  # fmt: skip


def test_un_appel_deja_rattache_ne_se_rattache_pas_ailleurs(bruno, amina):
    premier, second = ouvrir_dossier(bruno), ouvrir_dossier(bruno)
    appel = premier.appels.get()
    assert refuse(lambda: appels.rattacher(appel, second, agent=amina, cle=uuid.uuid4()), Refus) == (
        "Cet appel a déjà un dossier."
    )
    assert list(appel.dossiers.all()) == [premier]


def test_un_appel_ne_se_rattache_pas_a_un_dossier_d_ailleurs(amina, fabien):
    ailleurs = ouvrir_dossier(fabien, communes=())
    with pytest.raises(Introuvable):
        appels.rattacher(enregistrer(amina), ailleurs, agent=amina, cle=uuid.uuid4())


def test_une_personne_au_nom_seul_ouvre_un_dossier(amina):
    dossier = ouvrir_dossier(
        amina, besoins=("logement",), enfants=(), personnes=(PersonneSaisie(role="medecin", nom="Faure"),)
    )
    assert [str(p.personne) for p in dossier.participants.all()] == ["Faure"]
