"""The commands an installation runs: territories, demonstration, search texts, documentation."""

import io
import uuid

import pytest
from django.core.management import call_command
from django.utils import timezone

from dossiers.actions.dossiers import enregistrer_personne, modifier
from dossiers.lectures.rappels import Seuils, delaisses
from dossiers.management.appels_demo import corpus
from dossiers.models import (
    Agent,
    Appel,
    Commune,
    Courrier,
    Demarche,
    Dispositif,
    Dossier,
    Engagement,
    ModeleCourrier,
    Organisme,
    Personne,
    RegleAffectation,
    Territoire,
    TexteRecherche,
    Zonage,
)
from tests.aides import ouvrir_dossier, personne, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]


MODELES = (Territoire, Commune, Organisme, RegleAffectation, ModeleCourrier, Dispositif, Zonage)


def textes():
    return set(TexteRecherche.objects.values_list("dossier_id", "section", "texte"))


def test_les_deux_territoires_sont_entiers():
    assert {t.code: t.communes.count() for t in Territoire.objects.all()} == {"ales": 71, "gers": 458}
    ales = Commune.objects.get(code_insee="30007")
    assert (ales.nom, ales.codes_postaux, ales.population > 40_000, 44 < ales.latitude < 44.3) == (
        "Alès",
        ["30100"],
        True,
        True,
    )
    assert {o.code: sorted(t.code for t in o.territoires.all()) for o in Organisme.objects.all()} == {
        "ales-agglo": ["ales"], "ars-occitanie": ["ales", "gers"], "cpam-gard": ["ales"], "cd32": ["gers"],
    }  # fmt: skip


def test_charger_deux_fois_n_ajoute_rien():
    def compter():
        return [m.objects.count() for m in MODELES]

    avant = compter()
    call_command("charger_territoire", verbosity=0)
    assert compter() == avant


def test_un_territoire_inconnu_est_nomme_avec_ceux_qui_existent():
    sortie = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("charger_territoire", "lozere", stderr=sortie)
    assert sortie.getvalue().strip() == "Territoire inconnu : lozere. Connus : ales, gers."


def test_les_trente_appels_vivent_et_les_recharger_n_ajoute_rien():
    sortie = io.StringIO()
    call_command("charger_demo", stdout=sortie)
    attendus = [a["attendu"]["issue"] for a in corpus()]
    assert (len(attendus), Appel.objects.count()) == (30, 30)
    seuls = {"dossier_cree", "rattache"}
    assert Appel.objects.exclude(issue__in=seuls).count() == sum(1 for i in attendus if i not in seuls)
    assert {d.type for d in Demarche.objects.all()} == set(Demarche.REGISTRE)
    assert {d.etat for d in Dossier.objects.all()} >= {"nouveau", "qualifie", "en_accompagnement"}
    # callbacks: one tried twice, one nobody takes, one that ended by its letter
    essais = {e.pk: e.tentatives.count() for e in Engagement.objects.exclude(tentatives=None)}
    lettres = Courrier.objects.filter(modele__code="C12").count()
    estelle = Agent.objects.get(courriel__startswith="estelle@")
    seuls = delaisses(estelle, Seuils.au(timezone.now())).count()
    assert (sorted(essais.values()), lettres, seuls) == ([2, 3], 1, 1)
    assert Engagement.objects.exclude(fait_le=None).exists()
    assert "amina@ales.example.org" in sortie.getvalue()
    avant = [Appel.objects.count(), Dossier.objects.count(), Dossier.history.count()]
    call_command("charger_demo", stdout=io.StringIO())
    assert [Appel.objects.count(), Dossier.objects.count(), Dossier.history.count()] == avant


def test_un_foyer_qui_rappelle_retrouve_son_dossier():
    """Calls of one household in the corpus land in one dossier; a call back to a voicemail opens the first one."""
    call_command("charger_demo", stdout=io.StringIO())
    attendus = {a["id"]: a["attendu"] for a in corpus()}
    rappels = [a["doublon_de"] for a in attendus.values() if a["doublon_de"]]
    avec_dossier = [r for r in rappels if attendus[r]["issue"] in {"dossier_cree", "rattache"}]
    rattaches = Appel.objects.filter(issue="rattache")
    assert (rattaches.count(), len(rappels)) == (len(avec_dossier), len(avec_dossier) + 1)
    assert all(a.dossiers.count() == 1 for a in rattaches)


def test_la_recherche_recalculee_est_celle_qui_etait_tenue_a_jour(bruno):
    """What the actions keep along the way never differs from what the command computes."""
    dossier = ouvrir_dossier(bruno)
    ouvrir_dossier(bruno, personnes=(personne("Faure", "Élise", telephones=()),), besoins=("logement",), enfants=())
    modifier(
        dossier,
        agent=bruno,
        version=dossier.version,
        cle=uuid.uuid4(),
        communes=list(Commune.objects.filter(nom="Alès")),
    )
    enregistrer_personne(
        dossier, None, agent=bruno, version=relu(dossier).version, cle=uuid.uuid4(), role="second_medecin",
        telephones=["06 39 98 00 11", "+41 44 668 18 00"], nom="Rey", prenom="Luc", courriel="Luc.Rey@example.org",
    )  # fmt: skip
    tenus = textes()
    TexteRecherche.objects.update(texte="périmé")
    call_command("reindexer", stdout=io.StringIO())
    assert (textes(), len(tenus)) == (tenus, 4)


def test_la_documentation_perimee_se_voit(tmp_path):
    call_command("documenter_workflows", dossier=str(tmp_path), stdout=io.StringIO())
    pages = sorted(f.name for f in tmp_path.iterdir())
    assert pages == [
        "README.md",
        "aide.md",
        "dossier.md",
        "emploiconjoint.md",
        "etape.md",
        "formalites.md",
        "logement.md",
        "loisirs.md",
        "position.md",
        "reseau.md",
        "scolarisation.md",
        "visite.md",
    ]
    call_command("documenter_workflows", "--verifier", dossier=str(tmp_path), stdout=io.StringIO())
    (tmp_path / "logement.md").write_text("vieux", encoding="utf-8")
    erreurs = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("documenter_workflows", "--verifier", dossier=str(tmp_path), stderr=erreurs)
    assert erreurs.getvalue().strip() == "Pages périmées : logement.md. Lancez « make documenter »."


def test_les_comptes_de_l_equipe_gardent_leur_mot_de_passe(bruno):
    from dossiers.management.commands.charger_demo import charger_equipe

    Agent.objects.filter(pk=bruno.pk).update(password="choisi")
    charger_equipe()
    assert (relu(bruno).password, Agent.objects.count(), Personne.objects.count()) == ("choisi", 8, 0)
