"""The hands of whoever works in the browser: find a need's card, make a gesture, read the letter that left."""

import datetime as dt
import subprocess
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.navigateur.maison import Maison, attendre

type Pas = tuple[str, dict[str, str], str]
"""A gesture's button, what its form asks, the state that follows."""


def dans(jours: int) -> str:
    return (dt.date.today() + dt.timedelta(days=jours)).isoformat()


HIER, AUJOURDHUI, DEMAIN, BIENTOT = dans(-1), dans(0), dans(1), dans(90)


def noter_l_appel(page: Page, besoins: tuple[str, ...] = (), **champs: str) -> str:
    """Take a call and open its dossier; `champs` are the form's own names. Return the dossier's number."""
    page.goto("/appels/nouveau")
    for besoin in besoins:
        page.get_by_label(besoin, exact=True).check()
    page.get_by_label("information « données personnelles » dite").check()
    remplir(page, **champs)
    page.get_by_role("button", name="Enregistrer l’appel").click()
    expect(page.get_by_role("status").filter(has_text="L’appel est enregistré dans le dossier")).to_be_visible()
    return page.locator(".identite .numero").inner_text().strip()


def ouvrir(page: Page, numero: str) -> None:
    """Open a dossier by the search, as one does with a number read out on the phone."""
    page.goto("/journee/")
    page.locator("#recherche-globale").fill(numero)
    with page.expect_navigation():  # the day's page may list this number too
        page.keyboard.press("Enter")
    page.get_by_role("link", name=numero).click()


def accompagner(page: Page) -> None:
    """Become the dossier's référent, and bring it to where needs move."""
    page.get_by_role("link", name="Nommer le référent…").click()
    page.get_by_role("button", name="Nommer").click()
    page.get_by_role("button", name="Qualifier", exact=True).click()
    page.get_by_role("button", name="Accompagner", exact=True).click()
    expect(page.locator(".identite .pastille").first).to_have_text("En accompagnement")


def carte(page: Page, besoin: str, precision: str = "") -> Locator:
    """Return a need's card; `precision` tells one child, or one aid, from another."""
    cartes = page.locator("section.carte", has=page.get_by_role("heading", level=3, name=besoin, exact=True))
    return cartes.filter(has=page.get_by_text(precision)) if precision else cartes


def etat(zone: Locator) -> Locator:
    return zone.locator(".carte-titre .pastille")


def cliquer(page: Page, zone: Locator, bouton: str, **saisie: str) -> None:
    """Make one gesture on a card or a line, its form filled when it has one."""
    fermes = zone.locator("details:not([open]) > summary")
    while fermes.count():
        fermes.first.click()
    cible = zone.get_by_role("link", name=f"{bouton}…", exact=True)
    if not cible.count():
        zone.get_by_role("button", name=bouton, exact=True).click()
        return
    cible.click()
    remplir(page, **saisie)
    envoyer(page)


def mener(page: Page, zone: Locator, pas: list[Pas]) -> None:
    """Make gestures one after the other, each seen on the card."""
    for bouton, saisie, suivant in pas:
        cliquer(page, zone, bouton, **saisie)
        expect(etat(zone)).to_have_text(suivant)


def remplir(page: Page, **saisie: str) -> None:
    for nom, valeur in saisie.items():
        champ = page.locator(f"form[data-principal] [name={nom}]")
        if champ.evaluate("e => e.tagName") == "SELECT":
            champ.select_option(valeur)
        else:
            champ.fill(valeur)


def envoyer(page: Page) -> None:
    page.locator("form[data-principal] button.principal").click()


def texte_du_pdf(page: Page, document: str, maison: Maison, dossier: Path, secondes: float = 40) -> str:
    """Wait for a letter to be made, download it by its button, return its text."""
    page.locator("aside").get_by_role("link", name=document, exact=True).first.click()

    def produit() -> bool:
        page.reload()
        return page.get_by_role("link", name="Télécharger le PDF").count() == 1

    attendre(produit, f"« {document} » n’est pas produit", maison, secondes)
    octets = page.request.get(page.get_by_role("link", name="Télécharger le PDF").get_attribute("href")).body()
    fichier = dossier / "lettre.pdf"
    fichier.write_bytes(octets)
    page.go_back()
    return subprocess.run(
        ["pdftotext", "-layout", str(fichier), "-"], capture_output=True, text=True, check=True
    ).stdout
