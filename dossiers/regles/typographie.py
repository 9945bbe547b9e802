"""French typography by function: idempotent, and blind to what must stay as typed (regles.md C58)."""

import re

FINE = "\u202f"
INSECABLE = "\u00a0"

_INTOUCHABLES = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+"  # addresses
    r"|\b[23456789A-HJ-NP-TVXZ]{3}-[23456789A-HJ-NP-TVXZ]{3}-[23456789A-HJ-NP-TVXZ]\b"  # dossier numbers
    r"|\+?\d{2}(?:[   .]\d{2}){4}"  # phones
    r"|\b\d{1,2}:\d{2}\b|\b[A-Z]\d{2}\b"  # clock times and codes
)

_REGLES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"\b1er\b"), "1ᵉʳ"),
    (re.compile(r"[  \u202f]*([;!?]+)(?=[\s»)]|$)"), FINE + r"\1"),
    (re.compile(r"(?<=[\w»)…\d])[  \u202f]*:(?=\s|$)"), INSECABLE + ":"),
    (re.compile(r"«[  \u202f]*"), "«" + INSECABLE),
    (re.compile(r"[  \u202f]*»"), INSECABLE + "»"),
    (re.compile(r"\b(n°|M\.|MM\.|Mme|Mmes|Dr|Pr|art\.|p\.) (?=\S)"), r"\1" + INSECABLE),
    (re.compile(r"(?<=\d)[  \u202f]?(%|€)"), INSECABLE + r"\1"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), FINE),
    (re.compile(r"\b(\d{1,2}) ?h ?(\d{2})\b"), r"\1" + INSECABLE + "h" + INSECABLE + r"\2"),
    (re.compile(r"\b(\d{1,2}) h\b"), r"\1" + INSECABLE + "h"),
    (
        re.compile(
            r"\b(\d{1,2}|1ᵉʳ) (?=janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
        ),
        r"\1" + INSECABLE,
    ),
)


def typographier(texte: str) -> str:
    """Return a text with French spacing and signs; applying it twice changes nothing more.

    Addresses, e-mails, dossier numbers, phones, clock times and codes are left alone.
    """
    morceaux: list[str] = []
    debut = 0
    for garde in _INTOUCHABLES.finditer(texte):
        morceaux += [_regler(texte[debut : garde.start()]), garde.group()]
        debut = garde.end()
    morceaux.append(_regler(texte[debut:]))
    return "".join(morceaux)


def _regler(texte: str) -> str:
    for motif, remplacement in _REGLES:
        texte = motif.sub(remplacement, texte)
    return texte
