"""The suite guards the house: what no reviewer should have to look for."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.template import engines
from django.urls import get_resolver

from dossiers.models import Demarche, Machine
from dossiers.regles import droits

RACINE = Path(settings.BASE_DIR)
SOURCES = [f for piece in ("guichet", "dossiers", "workflows") for f in (RACINE / piece).rglob("*.py")]
GABARITS = list((RACINE / "templates").rglob("*.html"))
ECRITURES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
    "delete",
    "update",
    "save_base",
}
PIECES_QUI_ECRIVENT = ("dossiers/actions/", "dossiers/courriers/taches.py", "dossiers/tasks.py", "dossiers/management/")
REGISTRES = {"hashlib", "dict", "set", "messages", "contexte"}
"""`update` of a digest, a dict or a set is not a write."""


def court(fichier: Path) -> str:
    return fichier.relative_to(RACINE).as_posix()


def appels(fichier: Path):
    for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Attribute):
            yield noeud


def test_seules_les_pieces_qui_ecrivent_ecrivent():
    """Views, forms, readings and rules never write: one room does."""
    muettes = [f for f in SOURCES if re.match(r"dossiers/(views|forms|lectures|regles|templatetags)/", court(f))]
    trouves = [
        f"{court(f)}:{appel.lineno} .{appel.func.attr}()"
        for f in muettes
        for appel in appels(f)
        if appel.func.attr in ECRITURES and "objects" in ast.unparse(appel.func.value)
    ]
    trouves += [
        f"{court(f)}:{appel.lineno} .{appel.func.attr}()"
        for f in muettes
        for appel in appels(f)
        if appel.func.attr in {"save", "save_base", "bulk_create"}
    ]
    assert (trouves, len(muettes) > 20) == ([], True)


def test_nul_n_ecrit_d_etat_hors_d_un_geste():
    """An assignment to `.etat` is a gesture's business; `Courrier` has a plain field that only its two rooms set."""
    motif = re.compile(r"\.etat\s*=[^=]|\.etat\s*,.*=[^=]|setattr\([^)]*[\"']etat|update\([^)]*\betat\s*=")
    trouves = {
        court(f)
        for f in SOURCES
        if "migrations" not in f.parts
        for ligne in f.read_text(encoding="utf-8").splitlines()
        if motif.search(ligne) and "objet.etat ==" not in ligne and not ligne.lstrip().startswith("#")
    }
    assert trouves <= {"dossiers/actions/courriers.py", "dossiers/courriers/taches.py"}, trouves


def test_aucune_machine_ne_nait_deja_avancee():
    """`create(etat=…)` would pass by the protection and leave no history: only a base row copied to its child may."""
    trouves = [
        f"{court(f)}:{appel.lineno}"
        for f in SOURCES
        if not court(f).startswith("dossiers/management/peupl")
        for appel in appels(f)
        if any(m.arg == "etat" for m in appel.keywords) and appel.func.attr in {"create", "update", "bulk_create"}
    ]
    assert trouves == []


def test_seul_l_executeur_fait_un_geste():
    appelants = {court(f) for f in SOURCES for appel in appels(f) if appel.func.attr == "faire"}
    assert appelants == {"dossiers/actions/demarches.py"}


def test_aucune_source_n_est_une_etoile():
    assert [court(f) for f in SOURCES if 'source="*"' in f.read_text(encoding="utf-8")] == []


def test_tout_etat_est_protege():
    machines = [m for m in apps.get_models() if issubclass(m, Machine)]
    assert {m.__name__: m._meta.get_field("etat").protected for m in machines} == {m.__name__: True for m in machines}


def test_chaque_modele_metier_a_son_histoire():
    """Technical rows and pure links aside, whatever can change says who changed it."""
    sans = {
        "Commune",
        "CourrierFichier",
        "Operation",
        "TexteRecherche",
        "Battement",
        "Transition",
        "Brouillon",
        "Presence",
        "LecturePassation",
        "Visite",
        "FichierImport",
        "LigneImport",
    }
    metier = [
        m
        for m in apps.get_models()
        if m._meta.app_label in {"dossiers", "workflows"} and "Historical" not in m.__name__
    ]
    assert {m.__name__ for m in metier if not hasattr(m, "history")} == sans


def test_chaque_besoin_est_dans_une_section_de_la_matrice():
    assert {c.section for c in Demarche.REGISTRE.values()} <= set(droits.Section)


def test_chaque_adresse_a_sa_ligne_dans_la_matrice_et_inversement():
    noms = {patron.name for patron in get_resolver().url_patterns}
    assert noms == set(droits.ECRANS)


def test_aucun_gabarit_n_est_inutile():
    textes = " ".join(f.read_text(encoding="utf-8") for f in (*SOURCES, *GABARITS))
    d_office = {"400.html", "403_csrf.html", "404.html", "500.html", "registration/login.html"}
    noms = {f.relative_to(RACINE / "templates").as_posix() for f in GABARITS}
    assert {n for n in noms - d_office if n not in textes} == set()


@pytest.mark.parametrize("gabarit", GABARITS, ids=court)
def test_chaque_gabarit_se_lit_et_n_a_ni_style_ni_script_ni_gestionnaire_en_ligne(gabarit):
    texte = gabarit.read_text(encoding="utf-8")
    engines["django"].get_template(gabarit.relative_to(RACINE / "templates").as_posix())
    assert (
        re.findall(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:|\|safe\b|autoescape off", texte) == []
    )


@pytest.mark.parametrize("gabarit", [f for f in GABARITS if "composants" in f.parts], ids=court)
def test_chaque_composant_dit_en_tete_ce_qu_il_attend(gabarit):
    assert gabarit.read_text(encoding="utf-8").startswith("{% comment %}")


def test_rien_ne_vient_d_ailleurs():
    """No page, style or script fetches anything outside."""
    fichiers = [
        *GABARITS,
        *(RACINE / "dossiers" / "static").rglob("*.css"),
        *(RACINE / "dossiers" / "static").rglob("*.js"),
    ]
    trouves = [
        f"{court(f)}: {adresse}"
        for f in fichiers
        for adresse in re.findall(
            r"(?:src|href|action|url\(|import)\s*[=(]?\s*[\"']?(https?://[^\"')\s]+)", f.read_text(encoding="utf-8")
        )
    ]
    assert trouves == []


def test_aucun_essai_n_est_saute_ni_truque():
    """No skipped test, no mock of our own code: a test that cannot fail is worse than none."""
    motifs = re.compile(r"pytest\.(skip|mark\.skip|mark\.xfail|importorskip)|unittest\.mock|mocker\b|MagicMock")
    moi = Path(__file__).resolve()
    trouves = [
        court(f) for f in (RACINE / "tests").rglob("*.py") if f != moi and motifs.search(f.read_text(encoding="utf-8"))
    ]
    assert trouves == []


def test_aucune_donnee_de_demonstration_n_est_celle_de_quelqu_un():
    """Phones in the reserved ranges, mails in example.org, in all the files that are ours."""
    donnees = [*(RACINE / "dossiers" / "donnees").glob("*.json"), *(f for f in SOURCES if "migrations" not in f.parts)]
    reserves = ("+336399800", "+33465711", "+3346571", "+33536490", "+33639980", "+33261910", "+33353010", "+33199000")
    for f in donnees:
        texte = f.read_text(encoding="utf-8")
        for courriel in re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]+\w", texte):
            assert courriel.endswith(("example.org", "example.net", "example.com")), f"{court(f)} {courriel}"
        for numero in re.findall(r"\+33\d{9}\b", texte):
            assert numero.startswith(reserves), f"{court(f)} {numero}"


def test_les_fichiers_restent_petits():
    longs = {
        court(f): n
        for f in SOURCES
        if "migrations" not in f.parts and (n := len(f.read_text(encoding="utf-8").splitlines())) > 400
    }
    fonctions = {
        f"{court(f)}:{noeud.name}": noeud.end_lineno - noeud.lineno + 1
        for f in SOURCES
        if "migrations" not in f.parts
        for noeud in ast.walk(ast.parse(f.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.FunctionDef) and noeud.end_lineno - noeud.lineno >= 45
    }
    assert (longs, fonctions) == ({}, {})


def test_une_ecriture_sans_auteur_est_refusee(db):
    from dossiers.models import Personne
    from dossiers.models.historique import SansAuteur

    with pytest.raises(SansAuteur):
        Personne(nom="Delmas").save()


def test_chaque_contrainte_parle_francais():
    phrases = [
        (m.__name__, c.name, str(c.violation_error_message))
        for m in apps.get_models()
        if m._meta.app_label in {"dossiers", "workflows"}
        for c in m._meta.constraints
        if isinstance(c, models.CheckConstraint)
    ]
    defaut = str(models.CheckConstraint(condition=models.Q(pk=1), name="x").violation_error_message)
    assert [p for p in phrases if p[2] == defaut or not p[2]] == []
