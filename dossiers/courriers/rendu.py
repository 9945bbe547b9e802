"""HTML and PDF of a letter. WeasyPrint is slow and heavy: it is imported inside the one function that needs it."""

import atexit
import datetime as dt
import os
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from dossiers.courriers.composition import Lettre

POLICES = Path(__file__).resolve().parent.parent / "static" / "dossiers" / "polices"
STYLE = Path(__file__).resolve().parent.parent / "static" / "dossiers" / "courrier.css"

XMP_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    b"<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 followed</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)
"""The PDF/UA mark, and the description of its schema that PDF/A asks for (ISO 19005-3, 6.6.2.3)."""


def rendre_html(lettre: Lettre, *, date: dt.datetime) -> str:
    """Return the whole HTML document the PDF is made from; `date` is the one written in the file's properties."""
    contexte = {"lettre": lettre, "date_iso": date.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), **lettre.cadre}
    return render_to_string("courriers/pdf.html", contexte)


def rendre_pdf(html: str, *, identifiant: str, couleur: str = "#1f5c46") -> bytes:
    """Return the PDF bytes (PDF/A-3a, tagged, PDF/UA marked, fonts embedded); the same input gives the same bytes.

    `identifiant` becomes the file's identifier, `couleur` the territory's accent (`#rrggbb`).
    """
    atelier = _atelier()
    document = atelier["HTML"](string=html, url_fetcher=atelier["fetcher"])
    rendu = document.render(font_config=atelier["polices"], stylesheets=[atelier["style"](couleur)])
    _marquer_accessible(rendu.metadata)
    octets: bytes = rendu.write_pdf(
        pdf_variant="pdf/a-3a", pdf_identifier=identifiant.encode(), pdf_tags=True, custom_metadata=False
    )
    return octets


def _marquer_accessible(metadonnees: Any) -> None:
    """Add the PDF/UA mark to the metadata WeasyPrint writes: as a block of its own (`xmp_metadata`) no reader saw it,
    for an XMP packet holds one `rdf:RDF`."""
    sans_marque = metadonnees.generate_rdf_metadata

    def avec_marque(*arguments: Any) -> bytes:
        xmp: bytes = sans_marque(*arguments)
        return xmp.replace(b"</rdf:RDF>", XMP_UA + b"</rdf:RDF>")

    metadonnees.generate_rdf_metadata = avec_marque


@cache
def _atelier() -> dict[str, Any]:
    """Prepare WeasyPrint once a process: style sheet and fonts parsed once cost half the time of a letter."""
    os.environ["FONTCONFIG_FILE"] = str(_fontconfig())
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from dossiers.courriers.aucun_reseau import AucunReseau

    fetcher = AucunReseau(POLICES)
    polices = FontConfiguration()
    texte = STYLE.read_text(encoding="utf-8")

    @cache
    def style(couleur: str) -> Any:
        accent = f":root{{--accent:{couleur}}}"
        return CSS(string=texte + accent, font_config=polices, url_fetcher=fetcher, base_url="police:")

    # left to the interpreter's end, the fonts would be freed after the library they need
    atexit.register(_atelier.cache_clear)
    return {"HTML": HTML, "fetcher": fetcher, "polices": polices, "style": style}


def _fontconfig() -> Path:
    """Write a configuration that knows no font of the machine: the same letter everywhere, byte for byte."""
    cache_polices = settings.VAR_DIR / "fontconfig"
    cache_polices.mkdir(parents=True, exist_ok=True)
    fichier: Path = cache_polices / "fonts.conf"
    texte = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{POLICES}</dir><cachedir>{cache_polices}</cachedir></fontconfig>"
    )
    # whole or not at all: two workers may start at the same instant
    provisoire = fichier.with_suffix(f".{os.getpid()}")
    provisoire.write_text(texte, encoding="utf-8")
    provisoire.replace(fichier)
    return fichier
