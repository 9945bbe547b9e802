"""One browser, one house, one signed-in state an agent; whatever breaks on a page fails its test."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.navigateur import maison as demeure
from tests.navigateur.maison import MOT_DE_PASSE, Maison

DRAPEAUX = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--lang=fr-FR",
]  # fmt: skip


@pytest.fixture(scope="session")
def maison(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maison]:
    nom = f"navigateur_{os.environ.get('PYTEST_XDIST_WORKER', 'seul')}"
    with demeure.ouvrir(nom, tmp_path_factory.mktemp("maison")) as ouverte:
        yield ouverte


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # the browser's own widgets (dates) follow the environment, not the page's locale
        langue = {**os.environ, "LANGUAGE": "fr", "LANG": "fr_FR.UTF-8"}
        chromium = playwright.chromium.launch(executable_path=demeure.chromium(), args=DRAPEAUX, env=langue)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """What each agent's browser remembers once signed in."""
    return {}


@pytest.fixture
def page_de(maison: Maison, navigateur: Browser, sessions: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """Return `page_de("bruno")`: a fresh tab signed in as this agent; `None` for nobody. Options are the context's."""
    contextes, fautes = [], []

    def ouvrir(prenom: str | None = None, **options: Any) -> Page:
        choix = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "base_url": maison.adresse, **options}
        if prenom and prenom not in sessions:
            sessions[prenom] = _se_connecter(navigateur, choix, prenom)
        contexte = navigateur.new_context(**choix, storage_state=sessions.get(prenom) if prenom else None)
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        page = contexte.new_page()
        _surveiller(page, fautes)
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert fautes == []


def _se_connecter(navigateur: Browser, options: dict[str, Any], prenom: str) -> Any:
    domaine = {"chloe": "cpam", "driss": "ars", "fabien": "gers"}.get(prenom, "ales")
    contexte = navigateur.new_context(**options)
    page = contexte.new_page()
    page.goto("/")
    page.get_by_label("Courriel professionnel").fill(f"{prenom}@{domaine}.example.org")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion/" not in url)
    etat = contexte.storage_state()
    contexte.close()
    return etat


def _surveiller(page: Page, fautes: list[str]) -> None:
    """Note every console error, script error and breakdown; an expected refusal (404, 409, 422) is not one."""
    page.on("pageerror", lambda erreur: fautes.append(f"script : {erreur}"))
    page.on(
        "console",
        lambda m: fautes.append(f"console : {m.text}") if m.type == "error" and "status of 4" not in m.text else None,
    )
    page.on("response", lambda r: fautes.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    page.on(
        "requestfailed", lambda r: fautes.append(f"perdu : {r.url}") if "ERR_ABORTED" not in (r.failure or "") else None
    )
