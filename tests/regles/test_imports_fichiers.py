"""Any file becomes a table or a sentence, never a breakdown; what is written back runs nothing."""

import datetime as dt
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from dossiers.regles.imports import classeur
from dossiers.regles.imports.fichiers import FichierIllisible, lire_fichier

ENTETES = ("Date appel", "Nom du médecin", "Tél", "Observations")
LIGNE = ("05/01/2026 9h12", "Hélène Roux", "04 65 71 12 20", "cherche une maison")


def csv(*rangees, signe=";", codage="utf-8"):
    return "\r\n".join(signe.join(r) for r in rangees).encode(codage)


def xlsx(remplir):
    livre = Workbook()
    remplir(livre)
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def refus(octets):
    with pytest.raises(FichierIllisible) as dit:
        lire_fichier(octets)
    return dit.value.phrase


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("signe", [";", ",", "\t"])
def test_un_csv_se_lit_dans_tout_codage_et_avec_tout_separateur(codage, signe):
    lu = lire_fichier(csv(ENTETES, LIGNE, signe=signe, codage=codage))
    assert (lu.genre, lu.entetes, lu.lignes) == ("csv", ENTETES, ((2, LIGNE),))


def test_une_cellule_de_csv_tient_sur_plusieurs_lignes():
    lu = lire_fichier(
        csv(ENTETES, ("05/01/2026", "Roux", "", '"cherche ;\nune maison"'), ("06/01/2026", "Vidal", "", ""))
    )
    assert [c[3] for _, c in lu.lignes] == ["cherche ;\nune maison", ""]
    # the number is the one a spreadsheet shows beside the row
    assert [n for n, _ in lu.lignes] == [2, 3]


def test_les_titres_se_trouvent_sous_un_titre_et_ne_font_pas_d_appel_quand_ils_reviennent():
    lu = lire_fichier(csv(("Suivi 2026", "", "", ""), ("", "", "", ""), ENTETES, LIGNE, ENTETES, LIGNE))
    assert (lu.entetes, [n for n, _ in lu.lignes]) == (ENTETES, [4, 6])


def test_une_colonne_sans_titre_a_sa_lettre_et_deux_memes_titres_se_distinguent():
    lu = lire_fichier(csv(("Date", "", "Tél", "Tél"), ("05/01/2026", "x", "1", "2")))
    assert lu.entetes == ("Date", "Colonne B", "Tél", "Tél (2)")


def test_un_classeur_dit_ses_dates_ses_nombres_et_ses_cellules_fusionnees():
    def remplir(livre):
        feuille = livre.active
        feuille.append(ENTETES)
        feuille.append((dt.datetime(2026, 1, 5), "Roux", 465711220, "a"))
        feuille.append((None, "Vidal", 4.5, True))
        feuille.append((dt.datetime(2026, 1, 6, 9, 12, 43), dt.time(9, 30), dt.date(2026, 2, 1), "é"))
        feuille.merge_cells("A2:A3")

    lu = lire_fichier(xlsx(remplir))
    assert [c for _, c in lu.lignes] == [
        ("2026-01-05", "Roux", "465711220", "a"),
        ("2026-01-05", "Vidal", "4.5", "oui"),
        ("2026-01-06T09:12:43", "09:30:00", "2026-02-01", "é"),
    ]


def test_une_formule_sans_valeur_est_marquee_et_sa_valeur_gardee_est_lue():
    def remplir(livre):
        livre.active.append(ENTETES)
        livre.active.append(("05/01/2026", "=A1", "=1+1", "x"))

    octets = xlsx(remplir)
    assert lire_fichier(octets).lignes[0][1] == ("05/01/2026", "=…", "=…", "x")
    # a spreadsheet that computed it keeps the value beside the formula
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        morceaux = {n: archive.read(n) for n in archive.namelist()}
    feuille = "xl/worksheets/sheet1.xml"
    morceaux[feuille] = (
        morceaux[feuille]
        .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    )
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom, contenu in morceaux.items():
            archive.writestr(nom, contenu)
    assert lire_fichier(sortie.getvalue()).lignes[0][1] == ("05/01/2026", "=…", "2", "x")


def test_on_choisit_la_feuille_les_cachees_ne_se_proposent_pas():
    def remplir(livre):
        livre.active.title = "Vide"
        for titre, nom in (("2025", "Roux"), ("2026", "Vidal"), ("Listes", "x")):
            feuille = livre.create_sheet(titre)
            feuille.append(ENTETES)
            feuille.append(("05/01/2026", nom, "", ""))
        livre["Listes"].sheet_state = "hidden"

    octets = xlsx(remplir)
    premiere, seconde = lire_fichier(octets), lire_fichier(octets, "2026")
    assert (premiere.feuilles, premiere.feuille, premiere.lignes[0][1][1]) == (("Vide", "2025", "2026"), "2025", "Roux")
    assert (seconde.feuille, seconde.lignes[0][1][1]) == ("2026", "Vidal")


def test_un_json_est_une_liste_d_objets_ou_les_trente_appels():
    lu = lire_fichier(
        json.dumps(
            {"appels": [{"Date": "05/01/2026", "Besoins": ["logement", "école"]}, {"Nom": None}, {"Nom": "Roux"}]}
        ).encode()
    )
    assert (lu.entetes, lu.lignes) == (
        ("Date", "Besoins", "Nom"), ((2, ("05/01/2026", "logement, école", "")), (4, ("", "", "Roux")))
    )  # fmt: skip
    appels = json.dumps([{"id": 1, "date": "2026-01-05T09:12:43", "texte": "Cherche", "attendu": {
        "canal": "telephone", "personnes": [{"role": "candidat", "nom": "ROUX", "prenom": "Hélène", "statut": "interne"}],
        "telephones": ["0465711220"], "besoins": ["logement"], "communes": [{"nom": "Anduze", "insee": "30010"}],
    }}]).encode()  # fmt: skip
    lu = lire_fichier(appels)
    ligne = dict(zip(lu.entetes, lu.lignes[0][1], strict=True))
    assert {k: v for k, v in ligne.items() if v} == {
        "Ancien numéro": "1", "Date": "2026-01-05T09:12:43", "Texte": "Cherche", "Canal": "telephone", "Nom": "ROUX", "Prénom": "Hélène",
        "Statut": "interne", "Téléphone": "0465711220", "Besoins": "logement", "Communes": "Anduze",
    }  # fmt: skip


def bombe():
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 200_000_000)
    return sortie.getvalue()


def entites():
    octets = xlsx(lambda livre: livre.active.append(ENTETES))
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(sortie, "w") as archive:
        for nom in source.namelist():
            contenu = source.read(nom)
            if nom.endswith("sheet1.xml"):
                contenu = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + contenu.split(b"?>", 1)[-1]
            archive.writestr(nom, contenu)
    return sortie.getvalue()


def autre_archive():
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return sortie.getvalue()


ABIME = "Ce classeur est abîmé ou n’en est pas un : rouvrez-le dans votre tableur et enregistrez-le en .xlsx."
ANCIEN = "Ce classeur est d’un ancien format (.xls) ou protégé : enregistrez-le en .xlsx, sans mot de passe."
COLONNES = "Ce tableau a plus de 100 colonnes : gardez celles qui servent."
SANS_TABLEAU = "Ce fichier ne contient pas de tableau : il faut une ligne de titres et au moins deux colonnes."
HOSTILES = {
    "vide": (b"", "Ce fichier est vide."),
    "blancs": (b"\n\r\n \0", "Ce fichier est vide."),
    "ancien format": (b"\xd0\xcf\x11\xe0\xa1\xb1", ANCIEN),
    "pdf": (b"%PDF-1.7 ...", "Ce fichier est un PDF : envoyez le tableau lui-même, en .xlsx ou en .csv."),
    "image": (b"\x89PNG\r\n", "Ce fichier est une image : envoyez le tableau lui-même, en .xlsx ou en .csv."),
    "binaire": (bytes(range(256)) * 40, "Ce fichier n’est ni un tableau .csv, ni un classeur .xlsx, ni un fichier .json."),
    "archive abîmée": (b"PK\x03\x04 n'importe quoi", ABIME),
    "document": (autre_archive(), ABIME),
    "entités": (entites(), ABIME),
    "bombe": (bombe(), "Ce classeur est trop gros une fois ouvert : gardez la seule feuille des appels."),
    "trop de colonnes": (csv(["Date", *(f"c{i}" for i in range(1_000_000))], ["x"] * 10), COLONNES),
    "trop de lignes": (csv(ENTETES, *[LIGNE] * 5_001), "Ce tableau a plus de 5000 lignes : partagez-le en plusieurs fichiers."),
    "trop gros": (b"a;b\n" * 3_000_000, "Ce fichier dépasse 10 Mo : partagez-le en plusieurs."),
    "des titres seuls": (csv(ENTETES), "Ce fichier n’a que des titres : aucune ligne à importer."),
    "une seule colonne": (b"bonjour\nau revoir\n", SANS_TABLEAU),
    "json abîmé": (b'[{"a": 1', "Ce fichier .json ne se lit pas : il faut une liste d’appels, « [{…}, {…}] »."),
    "json profond": (b"[" * 200_000, "Ce fichier .json ne se lit pas : il faut une liste d’appels, « [{…}, {…}] »."),
    "json sans objets": (b"[1, 2]", "Ce fichier .json ne se lit pas : il faut une liste d’appels, « [{…}, {…}] »."),
}  # fmt: skip


@pytest.mark.parametrize("cas", HOSTILES)
def test_un_fichier_hostile_ou_abime_a_sa_phrase(cas):
    octets, phrase = HOSTILES[cas]
    assert refus(octets) == phrase


@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda t: t.encode("utf-8", "surrogatepass")),
                 st.binary(max_size=200).map(lambda o: b"PK\x03\x04" + o), st.binary(max_size=100).map(lambda o: b"[" + o)))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_n_importe_quoi_donne_un_tableau_ou_une_phrase(octets):
    phrase = "."
    try:
        lu = lire_fichier(octets)
    except FichierIllisible as dit:
        phrase = dit.phrase
    else:
        assert all(len(c) == len(lu.entetes) for _, c in lu.lignes)
    assert phrase.endswith(".")


@pytest.mark.parametrize(
    "texte", ["=1+1", "+33 4 65 71 12 20", "-2", "@SOMME(A1)", "=cmd|' /C calc'!A0", "a\x07b", "é\n2"]
)
def test_ce_qu_on_ecrit_n_est_jamais_une_formule(texte):
    octets = classeur.ecrire("Import 1", ("Ligne", "À corriger"), [("2", texte)])
    cellule = load_workbook(io.BytesIO(octets)).active["B2"]
    assert (cellule.data_type, cellule.value) == ("s", texte.replace("\x07", ""))
    assert cellule.quotePrefix is (texte[0] in "=+-@")
    assert lire_fichier(octets).lignes[0][1] == ("2", texte.replace("\x07", ""))
