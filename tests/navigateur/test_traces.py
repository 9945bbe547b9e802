"""What is left behind after work: nothing personal in the logs, the addresses, nor the browser."""

import re

import pytest

pytestmark = pytest.mark.xdist_group("navigateur")

PERSONNEL = re.compile(r"zibeline|delmas|bruno|amina|65[ .]?71|63998|639 ?98|anduze", re.IGNORECASE)


def test_ni_journal_ni_adresse_ni_navigateur_ne_gardent_rien_de_personnel(page_de, maison):
    page, adresses = page_de("amina"), []
    # a draft's key is a random number: its digits are nobody's
    page.on(
        "request",
        lambda r: adresses.append(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", r.url.replace(maison.adresse, ""))),
    )
    page.goto("/appels/nouveau")
    page.locator("#id_numero").fill("04 65 71 55 55")
    page.locator("#id_nom").fill("Zibeline")
    page.locator("#id_nom").press("Tab")
    page.locator("#id_texte").fill("Zibeline cherche à Anduze")
    page.get_by_role("button", name="Enregistrer l’appel").click()
    page.wait_for_url("**/dossiers/*/")
    page.locator("#recherche-globale").fill("Delmas 06 39 98 11 20")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Recherche").wait_for()
    garde = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    cookies = {c["name"]: c["httpOnly"] for c in page.context.cookies()}
    assert (garde, cookies) == ("[{},{}]", {"sessionid": True, "csrftoken": False})
    assert [a for a in adresses if PERSONNEL.search(a)] == []
    # the digits of a moment are nobody's number
    dites = [re.sub(r'"quand": "[^"]*"', "", ligne) for ligne in maison.dit().splitlines()]
    lignes = [ligne for ligne in dites if PERSONNEL.search(ligne)]
    assert lignes == []
    assert re.search(r"POST appels\.nouveau 302 \d+ ms agent=\d+", maison.dit())
