"""The README's screenshots, taken from the thirty calls; without `--captures` they are taken and checked all the same."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.navigateur.maison import RACINE, attendre

pytestmark = pytest.mark.xdist_group("navigateur")

TAILLE = {"width": 1280, "height": 800}


def dossier_de(page: Page, nom: str) -> None:
    page.goto("/dossiers/")
    page.locator("tr[data-ligne]", has_text=nom).locator("a").first.click()


def photographier(page: Page, dossier: Path) -> None:
    """Take the four screens."""
    page.goto("/journee/")
    page.screenshot(path=dossier / "ma-journee.png")
    page.goto("/appels/nouveau")
    page.locator("#id_numero").fill("06 39 98 11 20")
    page.locator("#id_numero").press("Tab")
    page.locator("#qui").get_by_text("Dr Claire Delmas").wait_for()
    page.locator("#id_texte").fill("Rappelle : la maison d’Anduze est trop petite, cherche plutôt à Générargues.")
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=dossier / "nouvel-appel.png")
    dossier_de(page, "Delmas")
    page.screenshot(path=dossier / "dossier.png")


def lettre(page: Page, dossier: Path, maison) -> None:
    """Make an image of the first page of an acknowledgement."""

    def produit() -> bool:
        page.goto("/courriers/?etat=produit")
        return page.get_by_role("link", name="Accusé de réception").count() > 0

    attendre(produit, "Aucun accusé de réception n’est produit", maison)
    page.get_by_role("link", name="Accusé de réception").first.click()
    octets = page.request.get(page.get_by_role("link", name="Télécharger le PDF").get_attribute("href")).body()
    (dossier / "courrier.pdf").write_bytes(octets)
    subprocess.run(
        [
            "pdftoppm",
            "-png",
            "-r",
            "80",
            "-f",
            "1",
            "-singlefile",
            str(dossier / "courrier.pdf"),
            str(dossier / "courrier"),
        ],
        check=True,
    )


def test_les_captures_du_readme(page_de, maison, tmp_path, request):
    bruno, estelle = page_de("bruno", viewport=TAILLE), page_de("estelle", viewport=TAILLE)
    photographier(bruno, tmp_path)
    estelle.goto("/tableau/")
    estelle.screenshot(path=tmp_path / "tableau.png")
    lettre(bruno, tmp_path, maison)
    images = {f.stem: Image.open(f) for f in tmp_path.glob("*.png")}
    tailles = {nom: image.size for nom, image in images.items()}
    assert tailles == {
        **dict.fromkeys(["ma-journee", "nouvel-appel", "dossier", "tableau"], (1280, 800)),
        "courrier": (662, 936),
    }
    assert all(len(image.getcolors(1 << 24)) > 20 for image in images.values())
    if request.config.getoption("--captures"):
        cible = RACINE / "docs" / "captures"
        cible.mkdir(parents=True, exist_ok=True)
        for nom, image in images.items():
            image.convert("RGB").quantize(128).save(cible / f"{nom}.png", optimize=True)
