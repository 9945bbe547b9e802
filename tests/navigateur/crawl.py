"""Every screen an agent can reach, found by following the links: one address a form."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page

DEPARTS = (
    "/journee/",
    "/dossiers/",
    "/appels/",
    "/tableau/",
    "/reglages/",
    "/dispositifs/",
    "/courriers/",
    "/promesses/",
)
SANS_PAGE = re.compile(r"/pdf|/deconnexion|\.ics$|\.csv|\.xlsx|\.json|/static/|/export|/sante|/piece|telecharger")
"""What is no screen: a file, a way out."""


def forme(adresse: str) -> str:
    """Return an address without what makes it this one: numbers of rows, and the values of its query."""
    chemin, _, demande = adresse.partition("#")[0].partition("?")
    cles = sorted({morceau.partition("=")[0] for morceau in demande.split("&") if morceau})
    return re.sub(r"/\d+(?=/)", "/N", chemin) + ("?" + "&".join(cles) if cles else "")


def parcourir(page: Page, plafond: int = 150) -> Iterator[str]:
    """Open one page of each form reachable by links and yield its address, the page standing on it."""
    a_voir, vues = list(DEPARTS), {forme(d) for d in DEPARTS}
    while a_voir and len(vues) <= plafond:
        adresse = a_voir.pop(0)
        reponse = page.goto(adresse)
        if reponse is None or "text/html" not in (reponse.headers.get("content-type") or "") or not reponse.ok:
            continue
        yield adresse
        liens = page.locator("a[href^='/'], a[href^='?']").evaluate_all("as => as.map(a => a.pathname + a.search)")
        for lien in liens:
            if not SANS_PAGE.search(lien) and forme(lien) not in vues:
                vues.add(forme(lien))
                a_voir.append(lien)
