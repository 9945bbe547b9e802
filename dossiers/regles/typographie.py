"""French typography by function: idempotent, and blind to what must stay as typed (regles.md §3e, C58)."""

import re

from dossiers.regles.numeros import ALPHABET

FINE = "\u202f"
INSECABLE = "\u00a0"

_MOIS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_UNITES = (
    "ans?|mois|semaines?|jours?|heures?|minutes?|min|s|km|m|cm|mm|m²|m2|ha|kg|g|k€|M€|euros?"
    "|habitants?|enfants?|pièces?"
)
_VOIES = "rue|avenue|boulevard|place|chemin|impasse|allée|route|quai|cours|square|montée|faubourg"
_INTOUCHABLES = re.compile(
    r"\ue000"  # the mark that stands for a protected piece, should somebody type it
    r"|\[\[[^\[\]]{0,80}\]\]|\{\{?[^{}]{0,80}\}?\}"  # merge fields
    r"|(?<!\w)(?!(?i:[cdjlmnst]|qu)')\w[\w.+%'-]{0,63}@[\w-]+(?:\.[\w-]+)+"  # e-mails, o'neill@… but not d'anna@…
    r"|(?:\b[a-z][a-z0-9+.-]{0,15}://|www\.)[^\s«»<>\"]*[^\s«»<>\".,:;!?)\]…]"  # web addresses
    rf"|\b[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}-[{ALPHABET}]\b"  # dossier numbers
    r"|\+\d[\d ().\u00a0\u202f-]{6,}\d|\b0\d(?:[ ./\u00a0\u202f-]?\d{2}){4}\b"  # phones
    r"|\b0\d{3}(?:[ \u00a0\u202f]\d{3}){2}\b"
    r"|\b\d{3}[ \u00a0\u202f]\d{3}[ \u00a0\u202f]\d{3}[ \u00a0\u202f]\d{5}\b"  # SIRET
    r"|(?<!\w)(?=[^\s'’]{0,80}[A-Z_])(?=[^\s'’]{0,80}\d)\w+(?:[-_/.:#]\w+)+"  # codes: L1511-8, DGP/SIAF/2014, piece_12
)
_MARQUE = "\ue000"
_BLANCS = r"[ \u00a0\u202f\u2009]"
_ESPACE = re.compile(rf"{_BLANCS}+")


def _remplacements(*couples: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(motif.replace("~", _BLANCS)), par) for motif, par in couples)


# in order; « ~ » stands for any blank that is not a line end. What a rule writes, no later rule may undo
_REGLES = _remplacements(
    (r"(?<=[^\W\d_])['ʼ](?=[\w«\ue000])", "’"),
    (r"\.{3,}", "…"),
    (r"\b1er\b", "1ᵉʳ"),
    (r"\b1(?:re|ère)\b", "1ʳᵉ"),
    (r"\b([2-9]|[1-9]\d)(?:e|ème)\b(?!/)", r"\1ᵉ"),
    # n° 5, M. Dupont, art. 3, 12 h 30, 14 rue, 3 mars 2026, 35 %, 650 €, 4 ans
    (r"\b([Nn])°~*(?=[\w\ue000])", rf"\1°{INSECABLE}"),
    (r"\b(MM?\.|Mmes?|Mlles?|Drs?|Prs?|Me)~+(?=[A-ZÀ-ÖØ-Þ\ue000])", rf"\1{INSECABLE}"),
    (r"\b(art\.|p\.|chap\.)~+(?=[\dA-Z\ue000])", rf"\1{INSECABLE}"),
    (r"(?<![\w,.:/])([01]?\d|2[0-4])~*h~*([0-5]\d)(?!\w)", rf"\1{INSECABLE}h{INSECABLE}\2"),
    (r"(?<![\w,.:/])(\d{1,3})~*h(?!\w)", rf"\1{INSECABLE}h"),
    (rf"(?<!\w)(\d{{1,2}}|1ᵉʳ)~+(?=(?:{_MOIS})\b)", rf"\1{INSECABLE}"),
    (rf"\b({_MOIS})~+(?=\d{{4}}\b)", rf"\1{INSECABLE}"),
    (rf"\b(\d{{1,4}}(?:~(?:bis|ter))?)~+(?=(?:{_VOIES})\b)", rf"\1{INSECABLE}"),
    (r"(?<=\d)~*(?=[%‰€])", INSECABLE),
    (rf"(?<=\d)~+(?=(?:{_UNITES})(?!\w))", INSECABLE),
    # high punctuation: a fine space, even where none was typed, save after an opening sign
    (r"(?<=\S)~+(?=[;!?])", FINE),
    (r"(?<=[^\s;!?(\[{«¿¡])(?=[;!?]+(?:[\s»”)\]…]|$))", FINE),
    (r"(?<=\S)~+(?=:)", INSECABLE),
    (r"(?<=[^\s:;!?(\[{«])(?=:(?:[\s»]|$))", INSECABLE),
    (r"«~*(?=\S)", f"«{INSECABLE}"),
    (r"(?<=\S)~*»", f"{INSECABLE}»"),
)
_MILLIERS = re.compile(rf"(?<![\w.,{FINE}{INSECABLE}])(?<!\d )\d{{1,3}}(?:{_BLANCS}\d{{3}})+(?![\w])(?!{_BLANCS}\d)")
_SOMMES = re.compile(rf"(?<![\w.,])\d{{4,}}(?=(?:,\d+)?{_BLANCS}*(?:€|euros?\b))")


def typographier(texte: str) -> str:
    """Return a text with French spacing and signs; a second pass changes nothing more.

    Addresses, e-mails, merge fields, dossier numbers, phones and codes come through unchanged. Works on plain text,
    before HTML escaping; line breaks stay where they are.
    """
    # what one pass writes may complete what another looks for (« ...1 000 », once the points are one sign): go on until
    # nothing moves; two passes do nearly always, and the bound keeps a rule added one day from turning for ever
    for _ in range(5):
        avant, texte = texte, _passer(texte)
        if texte == avant:
            break
    return texte


def _passer(texte: str) -> str:
    gardes = iter(_INTOUCHABLES.findall(texte))
    regle = _regler(_INTOUCHABLES.sub(_MARQUE, texte))
    return re.sub(_MARQUE, lambda _: next(gardes), regle)


def _regler(texte: str) -> str:
    texte = _MILLIERS.sub(lambda m: _ESPACE.sub(FINE, m.group()), texte)
    texte = _SOMMES.sub(lambda m: f"{int(m.group()):,}".replace(",", FINE), texte)
    for motif, remplacement in _REGLES:
        texte = motif.sub(remplacement, texte)
    return texte


_SUITE_DE_TEXTE = r"(?=[^<>]*(?:<(?!/(?:textarea|script|style))|\Z))"
"""In the text of a page: the next bracket opens a tag, and closes nothing that must stay as typed."""
# each branch begins by its own sign, so that the search leaps from one to the next over a page of a hundred thousand
_ECRAN = re.compile(
    r"(?: (?:(?<=\S )(?=[:;?!»€%])|(?<=\d )(?=(?:km|h|min)\b)|(?<=« ))"
    r"|'(?<=[^\W\d_]')(?=[^\W\d_])|&\#x27;(?<=[^\W\d_]&\#x27;)(?=[^\W\d_])|&\#39;(?<=[^\W\d_]&\#39;)(?=[^\W\d_]))"
    rf"{_SUITE_DE_TEXTE}"
)


def typographier_page(html: str) -> str:
    """Return a page whose text has its unbreakable spaces and its apostrophes; tags, and what is typed in, are untouched.

    The light half of `typographier`, for a whole screen at once: it changes a blank or a sign for another, and adds none.
    """
    return _ECRAN.sub(lambda trouve: _signe(trouve, html), html)


def _signe(trouve: re.Match[str], html: str) -> str:
    if trouve.group() != " ":
        return "’"
    return FINE if html[trouve.end()] in ";?!" and html[trouve.start() - 1] != "«" else INSECABLE
