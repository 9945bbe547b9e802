"""What `peupler` writes by COPY is what the actions would have left."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import F

from dossiers.actions.relances import relancer
from dossiers.models import (
    Appel,
    Courrier,
    Demarche,
    Dossier,
    Engagement,
    Machine,
    Personne,
    Piece,
    Relance,
    TexteRecherche,
)
from dossiers.regles.delais import PARIS
from dossiers.regles.numeros import lire_numero
from dossiers.regles.telephones import lire_telephone

pytestmark = pytest.mark.django_db

JOUR = dt.date(2026, 9, 1)


@pytest.fixture
def peuple():
    call_command("peupler", dossiers=60, graine=7, jusqu_au=JOUR, verbosity=0)


def historises():
    return [
        m for m in apps.get_models() if hasattr(m, "history") and m is not Demarche and "Historical" not in m.__name__
    ]


def test_chaque_ligne_est_la_derniere_de_son_histoire(peuple):
    faux = []
    for modele in historises():
        histoire = modele.history.model
        communs = {f.attname for f in histoire._meta.concrete_fields} & {
            f.attname for f in modele._meta.concrete_fields
        }
        cle = modele._meta.pk.attname
        derniers = {}
        for ligne in histoire.objects.order_by("history_date", "history_id").values(*communs):
            derniers[ligne[cle]] = ligne
        vivants = {ligne[cle]: ligne for ligne in modele._default_manager.values(*communs)}
        faux += [(modele.__name__, cle) for cle, ligne in vivants.items() if cle in derniers and derniers[cle] != ligne]
    assert faux == []


def test_les_dossiers_sont_plausibles(peuple):
    assert Dossier.objects.count() == 60
    etats = {d.etat for d in Dossier.objects.all()}
    assert (etats <= set(Dossier.Etat.values), len(etats) >= 4) == (True, True)
    for machine in (
        m for m in apps.get_models() if issubclass(m, Machine) and m is not Demarche and "Historical" not in m.__name__
    ):
        assert {o.etat for o in machine._default_manager.all()} <= set(machine.Etat.values)
    assert all(lire_numero(n) == n for n in Dossier.objects.values_list("numero", flat=True))
    assert (Appel.objects.count() >= 60, Courrier.objects.exists(), Engagement.objects.exists()) == (True, True, True)
    assert not Appel.objects.filter(recu_le__date__gte=JOUR).exists()


def test_personnes_et_numeros_sont_imagines(peuple):
    courriels = Personne.objects.exclude(courriel="").values_list("courriel", flat=True)
    numeros = [t.e164 for p in Personne.objects.prefetch_related("telephones") for t in p.telephones.all()]
    assert [c for c in courriels if not c.endswith("@example.org")] == []
    assert (
        len(numeros) > 60,
        [n for n in numeros if not n.startswith("+3346571") or not lire_telephone(n).valide],
    ) == (True, [])


def test_ce_qui_sert_a_chercher_est_ce_que_la_commande_recalcule(peuple):
    ecrits = sorted(TexteRecherche.objects.values_list("dossier_id", "section", "texte"))
    call_command("reindexer", verbosity=0)
    assert sorted(TexteRecherche.objects.values_list("dossier_id", "section", "texte")) == ecrits


def test_les_organismes_a_l_oeuvre_sont_ceux_des_demarches(peuple):
    oublies = [
        d.numero
        for d in Dossier.objects.prefetch_related("demarches")
        if not {x.organisme_id for x in d.demarches.all()} <= set(d.intervenants)
    ]
    assert oublies == []


def test_une_seconde_fois_en_ajoute_d_autres(peuple):
    call_command("peupler", dossiers=20, graine=7, jusqu_au=JOUR, verbosity=0)
    numeros = list(Dossier.objects.values_list("numero", flat=True))
    assert (len(numeros), len(set(numeros))) == (80, 80)


def test_quelques_foyers_demandent_tout(peuple):
    call_command("peupler", dossiers=340, graine=7, jusqu_au=JOUR, verbosity=0)
    dossiers = Dossier.objects.prefetch_related("demarches")
    complets = [d for d in dossiers if {x.type for x in d.demarches.all()} == set(Demarche.REGISTRE)]
    assert (0 < len(complets) < 30, [d for d in complets if d.echeance is None]) == (True, [])


def test_un_parcours_a_ses_documents_recus_et_attendus(peuple):
    recues = [p.recue_le is not None for p in Piece.objects.filter(dossier__etapes__isnull=False).distinct()]
    assert (len(recues) > 20, {*recues}) == (True, {True, False})


def test_les_relances_sont_celles_que_l_horloge_aurait_faites(peuple):
    """The last run of the day before finds nothing more to do: every rung was reached on its own day."""
    issues = {r.issue for r in Relance.objects.all()}
    assert Relance.objects.exclude(precision="").exists()
    veille = dt.datetime.combine(JOUR - dt.timedelta(days=1), dt.time(18, 5), PARIS)
    bilan = relancer(veille)
    assert (bilan.lettres, bilan.alertes, bilan.rattrapees) == (0, 0, 0)
    assert issues == {"lettre", "alerte"}
    assert relancer(veille + dt.timedelta(days=10)).lettres > 0
    assert not Relance.objects.filter(faite_le__lt=F("attente_depuis")).exists()
