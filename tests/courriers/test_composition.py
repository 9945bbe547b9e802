"""From a model and frozen values to the paragraphs of a letter, and to the HTML the PDF is made from."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.html import escape

from dossiers.courriers.catalogue import CATALOGUE
from dossiers.courriers.champs import CHAMPS, MARQUE
from dossiers.courriers.collecte import COLLECTES
from dossiers.courriers.composition import CONDITIONS, Bloc, composer
from dossiers.courriers.rendu import rendre_html
from dossiers.erreurs import Refus
from tests.aides import refuse

MODELES = json.loads(Path(settings.BASE_DIR, "dossiers/donnees/modeles_courriers.json").read_text(encoding="utf-8"))
DONNEES = {
    **{champ.code: champ.exemple for champ in CHAMPS.values()},
    "territoire.couleur": "#1f5c46",
    "personne_adresse": [],
    "volets": ["Logement"],
    "cloture": "installe",
}
DATE = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)

tous_les_modeles = pytest.mark.parametrize("modele", MODELES, ids=lambda m: m["code"])


def lettre(blocs, objet="Votre dossier", **donnees):
    return composer("C01", {"objet": objet, "blocs": blocs}, {**DONNEES, **donnees})


def html_de(blocs, **donnees):
    return rendre_html(lettre(blocs, **donnees), date=DATE)


def test_le_catalogue_les_modeles_et_les_collectes_se_repondent():
    assert set(CATALOGUE) == {m["code"] for m in MODELES} == set(COLLECTES)


@tous_les_modeles
def test_un_modele_ne_nomme_que_des_champs_et_des_conditions_connus(modele):
    blocs = modele["contenu"]["blocs"]
    textes = [modele["contenu"]["objet"], *(b.get("texte", "") for b in blocs)]
    assert {code for texte in textes for code in MARQUE.findall(texte)} <= set(CHAMPS)
    assert {b["si"] for b in blocs if "si" in b} <= set(CONDITIONS)


@tous_les_modeles
def test_un_modele_se_compose_et_rien_n_y_reste_a_remplir(modele):
    composee = composer(modele["code"], modele["contenu"], DONNEES)
    textes = " ".join([composee.objet, *(b.texte for b in composee.blocs)])
    assert ("[[" in textes, "None" in textes, composee.personnelle) == (False, False, modele["code"] != "C14")


@pytest.mark.parametrize(
    ("cloture", "debut"),
    [
        ("installe", "Votre installation est faite"),
        ("abandon", "Vous nous avez fait savoir"),
        ("hors_perimetre", "Votre demande ne relève pas du guichet"),
    ],
)
def test_une_cloture_a_une_seule_raison(cloture, debut):
    contenu = next(m["contenu"] for m in MODELES if m["code"] == "C13")
    premier, deuxieme = composer("C13", contenu, {**DONNEES, "cloture": cloture}).blocs[:2]
    assert (premier.texte.startswith(debut), deuxieme.texte) == (True, "Voici où en était chacun de vos besoins\u00a0:")


def test_un_bloc_sans_rien_a_dire_disparait():
    blocs = [
        {"type": "liste", "source": "volets"},
        {"type": "paragraphe", "texte": "Voici :", "si": "volets_ouverts"},
        {"type": "titre", "texte": "Fin"},
    ]
    assert lettre(blocs, volets=[]).blocs == [Bloc("titre", texte="Fin")]


def test_une_condition_fausse_ne_demande_pas_ses_champs():
    blocs = [{"type": "paragraphe", "texte": "au plus tard [[rappel.date]]", "si": "rappel_promis"}]
    assert lettre(blocs, **{"rappel.date": ""}).blocs == []


@pytest.mark.parametrize(
    ("bloc", "phrase"),
    [
        ({"type": "image", "texte": "x"}, "Bloc inconnu dans le modèle : image."),
        ({"type": "titre", "texte": "x", "si": "plein_ete"}, "Condition inconnue dans le modèle : plein_ete."),
        ({"type": "titre", "texte": "[[mot.secret]]"}, "Champ inconnu dans le modèle : mot.secret."),
    ],
)
def test_un_modele_fautif_est_refuse_par_ce_qu_il_nomme(bloc, phrase):
    assert refuse(lambda: lettre([bloc]), Refus) == phrase


def test_un_objet_vide_de_sens_est_refuse_aussi():
    assert refuse(lambda: lettre([], objet="Dossier [[dossier.numero]]", **{"dossier.numero": ""}), Refus) == (
        "Champ vide : numéro du dossier."
    )


@pytest.mark.parametrize("texte", ["{{ 7|add:7 }}", "{% load static %}", "{% include 'base.html' %}", "<b>gras</b>"])
def test_le_texte_d_un_modele_s_imprime_tel_quel(texte):
    html = html_de([{"type": "paragraphe", "texte": texte}, {"type": "liste", "source": "volets"}], volets=[texte])
    assert (html.count(escape(texte)), "14" in html.split("<article")[1].replace("04 65 71", "")) == (2, False)


PIEGE = "<script>alert('Delmas')</script><img src=x onerror=y>"


@pytest.mark.parametrize(
    "code", ["personne.nom", "agent.nom", "territoire.nom", "territoire.adresse", "dossier.numero"]
)
def test_le_cadre_d_une_lettre_echappe_ses_valeurs(code):
    html = html_de([{"type": "paragraphe", "texte": "Bonjour"}], **{code: PIEGE})
    assert ("<script>alert" in html, "<img" in html, "&lt;script&gt;" in html) == (False, False, True)


@pytest.mark.parametrize(
    "bloc",
    [
        {"type": "paragraphe", "texte": "Bonjour [[dossier.communes]]"},
        {"type": "titre", "texte": "[[dossier.communes]]"},
        {"type": "liste", "source": "volets"},
        {"type": "tableau", "source": "etapes", "colonnes": [PIEGE, "Où"]},
    ],
    ids=lambda b: b["type"],
)
def test_les_blocs_echappent_leurs_valeurs(bloc):
    html = html_de([bloc], **{"dossier.communes": PIEGE, "volets": [PIEGE], "etapes": [[PIEGE, "ici"]]})
    assert ("<script>alert" in html, "<img" in html, "&lt;script&gt;" in html) == (False, False, True)


def test_l_adresse_du_destinataire_echappe_ses_lignes():
    html = html_de([], personne_adresse=[PIEGE, "30140 ANDUZE"])
    assert ("<script>alert" in html, "30140 ANDUZE" in html) == (False, True)


def test_un_tableau_dit_ses_colonnes_aux_lecteurs_d_ecran():
    html = html_de([{"type": "tableau", "source": "etapes", "colonnes": ["Étape", "Qui"]}], etapes=[["F01", "vous"]])
    assert html.count('<th scope="col">') == 2
    assert "<td>F01</td><td>vous</td>" in html
