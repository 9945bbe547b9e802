"""What is read on screen is French, set as French is: no English word, no missing unbreakable space, no hollow label."""

import re

import pytest
from playwright.sync_api import Page

from tests.navigateur.crawl import parcourir

pytestmark = pytest.mark.xdist_group("navigateur")

ANGLAIS = re.compile(
    r"\b(?:the|and|with|your|you|this|that|please|submit|search|loading|save|saved|cancel|delete|edit|update|add|new|next|"
    r"previous|back|home|settings|login|logout|sign in|password|user|users|email|phone|name|date picker|click|close|open|"
    r"error|warning|success|failed|invalid|required|field|fields|file|files|upload|download|none|null|true|false|undefined|"
    r"nan|yes|no results|filter|filters|sort by|by|from|for|are|is|of|not found|dashboard|workflow|ticket|template|draft|"
    r"feedback|planning poker|deadline|checkbox|dropdown|item|items|view|views|bulk|tags?|undo|import file|mapping)\b",
    re.IGNORECASE,
)
ADMIS = re.compile(r"mobil home|ticket d entree|[\w.+-]+@[\w.-]+")
"""Words of the lexicons that are French all the same, and addresses."""
FINES = re.compile(
    r"(?<=[\wÀ-ÿ)»”’%]) [:;?!»]|« |[\wÀ-ÿ)][;?!](?=\s|$)|«(?=\w)|(?<=\w)»|(?<=\d) (?:€|%|h\b|km\b|min\b)"
)
"""An ordinary space, or none, where French wants an unbreakable one."""
DROITES = re.compile(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]")
CREUX = re.compile(
    r"^(?:soumettre|valider|ok|envoyer|cliquez(?: ici)?|ici|continuer|suivant|go|en savoir plus|lire la suite|plus|voir)$",
    re.I,
)
"""Labels that do not say what they do."""

LU = """() => {
  const dits = [];
  const marcheur = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (marcheur.nextNode()) {
    const p = marcheur.currentNode.parentElement;
    if (!p.closest('script, style, template, code, kbd, pre, textarea, [lang]:not([lang=fr]), [data-saisi]'))
      dits.push(marcheur.currentNode.textContent);
  }
  const nommes = [];
  for (const e of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
    for (const a of ['aria-label', 'placeholder', 'title', 'alt']) if (e.getAttribute(a)) nommes.push(e.getAttribute(a));
  const nus = ts => ts.map(t => t.replace(/[ \\n\\t]+/g, ' ').trim()).filter(Boolean);
  return [nus([document.title, ...dits]), nus(nommes)];
}"""
BOUTONS = "button, input[type=submit], a.bouton, a.principal"


def fautes_de(page: Page, adresse: str) -> list[str]:
    """Return what a French reader would stumble on."""
    fautes = []
    lus, nommes = page.evaluate(LU)
    for textes, motifs in (
        (lus, {"anglais": ANGLAIS, "espace": FINES, "apostrophe": DROITES}),
        (nommes, {"anglais": ANGLAIS}),
    ):
        for texte in textes:
            for nom, motif in motifs.items():
                if trouve := motif.search(ADMIS.sub("", texte)):
                    fautes.append(f"{adresse} : {nom} « {trouve.group()} » dans « {texte[:90]} »")
    for libelle in page.locator(BOUTONS).evaluate_all("bs => bs.map(b => b.innerText.trim())"):
        if CREUX.match(libelle):
            fautes.append(f"{adresse} : bouton « {libelle} »")
    return fautes


@pytest.mark.parametrize("prenom", ["estelle", "chloe"])
def test_tout_ce_qui_se_lit_est_du_francais_bien_compose(page_de, prenom):
    page, fautes, vues = page_de(prenom), [], []
    for adresse in parcourir(page):
        vues.append(adresse)
        fautes += fautes_de(page, adresse)
    print(len(vues), "pages", *vues, sep="\n")
    assert len(vues) > 25
    assert not fautes, "\n".join(dict.fromkeys(fautes))


@pytest.mark.parametrize("phrase", ["Please wait", "Vraiment ?", "Oui!", "« Oui »", "l'appel", "12 €"], ids=lambda p: p)
def test_le_lecteur_voit_ce_qui_cloche(page_de, phrase):
    page = page_de(None)
    page.goto("/accessibilite/")
    assert fautes_de(page, "avant") == []
    page.locator("main p").first.evaluate("(e, t) => { e.textContent = t }", phrase)
    assert fautes_de(page, "après")
