"""The PDF: accessible, archivable, the same bytes everywhere, and blind to the network."""

import hashlib
import io
import json
import re
import socket
import subprocess
import sys
import uuid
from xml.etree import ElementTree as etree

import pikepdf
import pytest
from django.conf import settings
from django.utils import timezone
from weasyprint.urls import FatalURLFetchingError

from dossiers.actions.courriers import demander_sur_dossier
from dossiers.courriers import taches
from dossiers.courriers.collecte import collecter
from dossiers.courriers.rendu import rendre_pdf
from dossiers.models import Agent, Dossier
from dossiers.regles.dates import date_longue
from tests.aides import besoin, clore, donner_referent, faire, ouvrir_dossier, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

CODES = ("C01", "C02", "C13", "C14")
TITRES = {
    "C01": "Nous avons bien reçu votre demande",
    "C02": "Vos démarches d’installation, dans l’ordre",
    "C13": "Votre dossier est clos",
    "C14": "Synthèse du dossier",
}
TOUTES: dict[str, bytes] = {}
"""The four letters are made once for the module: WeasyPrint is slow, and their bytes do not change."""


def quatre_lettres(bruno: Agent) -> dict[str, tuple[object, dict]]:
    """Lead one dossier from its first call to its end; return each letter's row and its frozen values."""
    dossier = donner_referent(ouvrir_dossier(bruno), bruno)
    faire(besoin(dossier, "formalites"), "etablir_parcours", bruno, profil="LIB")
    demander_sur_dossier(dossier, "C14", agent=bruno, version=relu(dossier).version, cle=uuid.uuid4())
    clore(dossier, bruno, "installe")
    courriers = Dossier.objects.get(pk=dossier.pk).courriers.select_related("modele", "demande_par__organisme")
    return {c.modele.code: (c, collecter(c)) for c in courriers}


@pytest.fixture
def lettres(bruno):
    return quatre_lettres(bruno)


@pytest.fixture(params=CODES)
def code(request):
    return request.param


@pytest.fixture
def pdf(code, request):
    if not TOUTES:
        for nom, (courrier, donnees) in quatre_lettres(request.getfixturevalue("bruno")).items():
            TOUTES[nom] = taches.pdf(courrier, donnees)
            TOUTES[f"{nom}.numero"] = donnees["dossier.numero"].encode()
    return TOUTES[code]


def ouvert(octets: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(octets))


def texte(octets: bytes) -> str:
    """Return the words of a PDF on one line, as a screen reader or a search would find them."""
    brut = subprocess.run(["pdftotext", "-q", "-", "-"], input=octets, capture_output=True, check=True).stdout.decode()
    return " ".join(brut.split())


def polices(doc: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Return every font descriptor a PDF holds."""
    return [o for o in doc.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]


def test_la_lettre_se_lit_a_l_oreille(pdf):
    """Tagged, in French, with a title that readers announce (RGAA, PDF/UA)."""
    with ouvert(pdf) as doc:
        racine = doc.Root
        assert {
            "balisé": bool(racine.MarkInfo.Marked),
            "structure": "/StructTreeRoot" in racine,
            "langue": str(racine.Lang)[:2],
            "titre affiché": bool(racine.ViewerPreferences.DisplayDocTitle),
        } == {"balisé": True, "structure": True, "langue": "fr", "titre affiché": True}
        with doc.open_metadata() as xmp:
            assert xmp["pdfuaid:part"] == "1"


def test_les_metadonnees_tiennent_en_un_seul_bloc_que_pdf_a_admet(pdf):
    """A second `rdf:RDF` goes unread, and PDF/A wants the PDF/UA schema described beside its mark."""
    with ouvert(pdf) as doc:
        xmp = doc.Root.Metadata.read_bytes()
    etree.fromstring(xmp)
    assert (xmp.count(b"<rdf:RDF"), xmp.count(b"<pdfuaid:part>1<"), xmp.count(b"<pdfaSchema:prefix>pdfuaid<")) == (
        1,
        1,
        1,
    )


def test_la_lettre_porte_son_titre(pdf, code):
    with ouvert(pdf) as doc, doc.open_metadata() as xmp:
        assert (xmp["dc:title"].split(" – ")[0].startswith(TITRES[code]), str(doc.docinfo["/Title"])) == (
            True, xmp["dc:title"],
        )  # fmt: skip


def test_la_lettre_se_garde_dix_ans(pdf):
    """PDF/A-3a, every font inside."""
    with ouvert(pdf) as doc:
        with doc.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"].upper()) == ("3", "A")
        descriptions = polices(doc)
        assert descriptions != []
        assert [
            str(d.FontName) for d in descriptions if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(d.keys())
        ] == []
        assert {str(d.FontName).split("+")[-1].split("-")[0] for d in descriptions} == {"Source"}


def test_la_lettre_a_ses_titres_et_ses_tableaux_balises(pdf, code):
    with ouvert(pdf) as doc:
        genres = {str(o.S) for o in doc.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/P" in o}
    tableaux = {"/Table", "/TR", "/TH", "/TD"} if code in {"C02", "C14"} else set()
    assert ({"/H1", "/P"} | tableaux) <= genres


def test_la_lettre_dit_qui_ecrit_a_qui_ou_et_quand(pdf, code):
    """CRPA L111-2: first name, surname, quality and address of the agent in charge."""
    mots = texte(pdf)
    date = " ".join(date_longue(timezone.localdate()).split())
    attendus = [
        "Bruno Lefèvre",
        "Chargé d’accompagnement des médecins",
        f"Alès, le {date}",
        f"dossier {TOUTES[f'{code}.numero'].decode()}",
        TITRES[code],
    ]
    if code != "C14":
        attendus += [
            "Affaire suivie par Bruno Lefèvre Chargé d’accompagnement des médecins",
            "04 65 71 10 02 bruno@ales.example.org",
            "2 rue des Exemples 30100 ALÈS",
            "Docteur Claire DELMAS",
        ]
    assert [a for a in attendus if a not in mots] == []
    assert [m for m in ("None", "[[", "{{", "\ufffd") if m in mots] == []


def test_la_lettre_n_emporte_ni_script_ni_lien_ni_fichier(pdf):
    with ouvert(pdf) as doc:
        cles = {cle for o in doc.objects if isinstance(o, pikepdf.Dictionary) for cle in o}
    assert cles & {"/JavaScript", "/JS", "/OpenAction", "/AA", "/EmbeddedFiles", "/EF", "/URI"} == set()


def test_la_meme_lettre_a_toujours_les_memes_octets(lettres, code):
    courrier, donnees = lettres[code]
    premier = taches.pdf(courrier, donnees)
    assert taches.pdf(courrier, json.loads(json.dumps(donnees))) == premier


def test_un_autre_processus_fait_les_memes_octets(lettres):
    """What proves a letter is its digest: it must not depend on the process, the hour, nor the fonts of the machine."""
    from dossiers.courriers.composition import composer
    from dossiers.courriers.rendu import rendre_html

    courrier, donnees = lettres["C02"]
    html = rendre_html(composer("C02", courrier.modele.contenu, donnees), date=courrier.demande_le)
    ici = hashlib.sha256(rendre_pdf(html, identifiant="essai", couleur="#7a3b1d")).hexdigest()
    script = (
        "import hashlib, sys, django; django.setup(); from dossiers.courriers.rendu import rendre_pdf;"
        "print(hashlib.sha256(rendre_pdf(sys.stdin.read(), identifiant='essai', couleur='#7a3b1d')).hexdigest())"
    )
    autre = subprocess.run(
        [sys.executable, "-c", script], input=html, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "guichet.settings", "PATH": "/usr/bin:/bin", "TZ": "Pacific/Auckland"},
    )  # fmt: skip
    assert (autre.stdout.strip(), autre.stderr) == (ici, "")


def test_deux_lettres_ne_partagent_pas_leur_identifiant():
    html = "<!doctype html><html lang='fr'><title>Essai</title><body><p>Bonjour"
    identifiants = []
    for nom in ("C01-K7F", "C01-M2P"):
        with ouvert(rendre_pdf(html, identifiant=nom)) as doc:
            identifiants.append(bytes(doc.trailer.ID[0]))
    assert identifiants[0] != identifiants[1]


# -- the letter goes nowhere -------------------------------------------------------------------------------------------


@pytest.fixture
def oreille():
    """A port of this machine that notes whether anybody knocked."""
    with socket.create_server(("127.0.0.1", 0)) as serveur:
        serveur.settimeout(0.05)
        yield serveur


def a_frappe(serveur) -> bool:
    try:
        serveur.accept()[0].close()
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    "morceau",
    [
        '<img src="ADRESSE/logo.png" alt="">',
        '<link rel="stylesheet" href="ADRESSE/style.css">',
        '<link rel="attachment" href="ADRESSE/piece.pdf">',
        "<style>@import url(ADRESSE/style.css);</style>",
        "<style>body { background: url(ADRESSE/fond.png) }</style>",
        "<style>@font-face { font-family: X; src: url(ADRESSE/x.ttf) } p { font-family: X }</style>",
        '<object data="ADRESSE/x.svg"></object>',
        '<embed src="ADRESSE/x.svg">',
        '<base href="ADRESSE/"><img src="logo.png" alt="">',
    ],
    ids=lambda m: re.sub(r"\W+", "-", m)[:30],
)
@pytest.mark.parametrize("ailleurs", ["http", "file"])
def test_une_adresse_dans_une_lettre_l_arrete_sans_rien_chercher(oreille, tmp_path, morceau, ailleurs):
    (tmp_path / "secret.txt").write_text("SECRET-DE-LA-MACHINE")
    adresse = f"http://127.0.0.1:{oreille.getsockname()[1]}" if ailleurs == "http" else f"file://{tmp_path}/secret.txt?"
    html = f"<!doctype html><html lang='fr'><title>Essai</title><body><p>Bonjour {morceau.replace('ADRESSE', adresse)}"
    with pytest.raises(FatalURLFetchingError, match="ne va rien chercher au dehors"):
        rendre_pdf(html, identifiant="essai")
    assert a_frappe(oreille) is False


@pytest.mark.parametrize(
    "adresse",
    [
        "file:///etc/passwd",
        "police:../../guichet/settings.py",
        "police:absente.ttf",
        "ftp://127.0.0.1/x",
    ],
)
def test_aucune_autre_sorte_d_adresse_ne_passe(adresse):
    with pytest.raises(FatalURLFetchingError):
        rendre_pdf(f"<html lang='fr'><title>Essai</title><img alt='' src='{adresse}'>", identifiant="essai")


@pytest.mark.parametrize(
    "morceau",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="ADRESSE/x.png" width="9" height="9"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="ADRESSE/x.svg#a"/></svg>',
        '<img alt="" src="SANS-PROTOCOLE/x.png">',
        '<iframe src="ADRESSE/x.html"></iframe>',
        '<script src="ADRESSE/x.js"></script>',
    ],
    ids=["svg image", "svg use", "sans protocole", "iframe", "script"],
)
def test_ce_que_weasyprint_passe_sous_silence_ne_cherche_rien_non_plus(oreille, morceau):
    adresse = f"http://127.0.0.1:{oreille.getsockname()[1]}"
    morceau = morceau.replace("ADRESSE", adresse).replace("SANS-PROTOCOLE", adresse.removeprefix("http:"))
    html = f"<!doctype html><html lang='fr'><title>Essai</title><body><p>Bonjour</p>{morceau}"
    with ouvert(rendre_pdf(html, identifiant="essai")) as doc:
        images = [o for o in doc.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
    assert (images, a_frappe(oreille)) == ([], False)


def test_le_web_n_importe_jamais_weasyprint():
    """It weighs more than the rest of the web process together."""
    script = (
        "import sys, pkgutil, importlib, django; django.setup();"
        "import guichet.urls, guichet.wsgi, dossiers.views, dossiers.actions, dossiers.lectures, dossiers.forms;"
        "[importlib.import_module(m.name) for p in (dossiers.views, dossiers.actions, dossiers.lectures, dossiers.forms)"
        " for m in pkgutil.iter_modules(p.__path__, p.__name__ + '.')];"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in {'weasyprint', 'pydyf', 'fontTools'}))"
    )
    vu = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "guichet.settings", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert vu.stdout.strip() == "[]"
