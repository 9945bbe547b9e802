"""What a column may become, and which one it looks like: by its header first, then by what its cells hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dossiers.regles.telephones import lire_telephone
from dossiers.regles.texte import normaliser


@dataclass(frozen=True)
class Champ:
    """A field of ours: how it is called on screen, and the headers that mean it (normalised; « * » ends a beginning)."""

    libelle: str
    entetes: tuple[str, ...]
    plusieurs: bool = False
    """Whether several columns may be it: they are joined."""


CHAMPS: dict[str, Champ] = {
    "date": Champ("Date de l’appel (avec ou sans heure)", (
        "date", "date appel", "date de l appel", "date d appel", "jour", "date heure", "date et heure", "recu le", "horodatage",
        "date reception", "date de reception", "date contact", "date du contact", "le", "date demande", "date du message",
    )),
    "heure": Champ("Heure de l’appel", ("heure", "h", "heure appel", "heure de l appel", "heure d appel", "heure debut", "debut")),
    "fin": Champ("Fin de l’appel", ("fin", "heure fin", "heure de fin", "fin appel", "fin de l appel")),
    "canal": Champ("Canal", ("canal", "mode", "moyen", "type", "type contact", "type de contact", "origine", "mode de contact",
        "source", "via")),
    "pris_par": Champ("Pris par (agent)", (
        "pris par", "agent", "agente", "operateur", "qui a pris l appel", "conseiller", "saisi par", "traite par",
        "reference agent", "par",
    )),
    "qui": Champ("Prénom et nom ensemble", (
        "nom prenom", "nom et prenom", "prenom nom", "prenom et nom", "nom du medecin", "medecin", "nom medecin", "appelant", "qui",
        "candidat", "praticien", "dr", "docteur", "identite", "nom de l appelant", "nom complet", "personne", "contact",
    )),
    "civilite": Champ("Civilité", ("civilite", "civ", "titre", "m mme", "mme m")),
    "nom": Champ("Nom", ("nom", "nom de famille", "nom usage", "noms", "last name")),
    "prenom": Champ("Prénom", ("prenom", "prenoms", "pren")),
    "role": Champ("Qui appelle (médecin, conjoint, partenaire…)", ("role", "qui appelle", "qualite", "qualite appelant",
        "type appelant", "profil appelant")),
    "statut": Champ("Statut du médecin", ("statut", "statut medecin", "situation", "situation pro*", "profil", "exercice",
        "statut actuel")),
    "rpps": Champ("Numéro RPPS", ("rpps", "n rpps", "numero rpps", "no rpps")),
    "numero": Champ("Téléphone", (
        "tel", "tel*", "telephone", "numero", "num", "num tel", "n tel", "n de tel", "portable", "mobile", "port", "gsm",
        "numero de telephone",
        "no tel", "coordonnees tel*", "ligne", "numero appelant",
    )),
    "numero_2": Champ("Autre téléphone (mis dans les notes)", ("tel 2", "telephone 2", "autre tel*", "fixe", "tel fixe",
        "tel pro*", "autre numero")),
    "courriel": Champ("Courriel", ("mail", "mel", "e mail", "email", "courriel", "adresse mail", "adresse e mail",
        "adresse courriel", "mail medecin")),
    "besoins": Champ("Besoins", (
        "besoin", "besoins", "demande", "demandes", "objet", "objet de l appel", "objet appel", "motif", "motifs", "sujet",
        "theme", "themes",
        "type de demande", "nature de la demande", "besoins exprimes",
    ), plusieurs=True),
    "communes": Champ("Communes visées", (
        "commune", "communes", "ville", "villes", "lieu", "secteur", "commune visee", "communes visees", "commune souhaitee", "ou",
        "lieu d installation", "commune d installation", "localite", "secteur vise", "zone",
    ), plusieurs=True),
    "pour_quand": Champ("Pour quand", (
        "pour quand", "echeance", "arrivee", "date arrivee", "date d arrivee", "date installation", "date d installation",
        "arrivee prevue",
        "installation prevue", "date souhaitee", "delai", "quand",
    )),
    "enfants": Champ("Enfants", ("enfant", "enfants", "nb enfants", "enfants et classes", "scolarite", "enfants ages")),
    "conjoint": Champ("Conjoint, prénom et nom ensemble", ("conjoint", "conjointe", "epoux", "epouse", "nom prenom conjoint",
        "mari", "femme", "compagnon")),
    "conjoint_nom": Champ("Nom du conjoint", ("nom conjoint", "nom du conjoint", "nom de la conjointe", "nom conjoint e")),
    "conjoint_prenom": Champ("Prénom du conjoint", ("prenom conjoint", "prenom du conjoint", "prenom de la conjointe")),
    "conjoint_metier": Champ("Métier du conjoint", (
        "metier conjoint", "metier du conjoint", "profession conjoint", "profession du conjoint", "prof conjoint",
        "emploi conjoint", "metier conj",
    )),
    "conjoint_numero": Champ("Téléphone du conjoint", ("tel conjoint", "telephone conjoint", "telephone du conjoint",
        "tel du conjoint", "tel conj")),
    "texte": Champ("Notes, texte libre", (
        "texte", "note", "notes", "observation", "observations", "obs", "commentaire", "commentaires", "remarque", "remarques",
        "message",
        "resume", "detail", "details", "contenu", "compte rendu", "description", "transcription", "precisions",
    ), plusieurs=True),
    "suite": Champ("Suite donnée", ("suite", "suite donnee", "suites", "issue", "reponse", "reponse apportee", "resultat",
        "traitement", "etat", "action")),
    "rappel": Champ("À rappeler le", ("rappel", "rappel le", "a rappeler", "a rappeler le", "date rappel", "date de rappel",
        "relance", "rappeler le")),
    "urgence": Champ("Urgence", ("urgence", "urgent", "priorite", "prio")),
    "ancien_numero": Champ("Ancien numéro (mis dans les notes)", ("id", "n", "no", "num appel", "n appel", "ref", "reference",
        "ancien numero", "n ordre", "ligne n")),
    "notes": Champ("Ajouter aux notes, avec son titre", (), plusieurs=True),
}  # fmt: skip
"""The fields a column may be, in the order screens offer them."""

_PAR_ENTETE = {e: code for code, champ in CHAMPS.items() for e in champ.entetes if not e.endswith("*")}
_DEBUTS = [(e[:-1], code) for code, champ in CHAMPS.items() for e in champ.entetes if e.endswith("*")]
_MOTS = (
    ("conjoint", (("metier", "conjoint_metier"), ("prof", "conjoint_metier"), ("tel", "conjoint_numero"), ("prenom", "conjoint_prenom"),
                  ("nom", "conjoint_nom"))),
    ("rappel", (("date", "rappel"),)),
    ("mail", (("", "courriel"),)),
    ("telephone", (("", "numero"),)),
    ("commune", (("", "communes"),)),
    ("enfant", (("", "enfants"),)),
    ("observation", (("", "texte"),)),
    ("besoin", (("", "besoins"),)),
)  # fmt: skip
_COURRIEL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d?:\d\d.*)?|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(\D.*)?")
_HEURE = re.compile(r"\d{1,2} ?[h:] ?\d{0,2}(:\d\d)?", re.IGNORECASE)
MAJORITE = 0.6


def deviner_entete(entete: str) -> str:
    """Return the field a header names, an empty text when none does: « Tél », « Nom du médecin », « Date appel »."""
    mots = normaliser(re.sub(r"\(\d+\)$", "", entete))
    if code := _PAR_ENTETE.get(mots):
        return code
    if code := next((code for debut, code in _DEBUTS if mots.startswith(debut)), ""):
        return code if "conjoint" not in mots else "conjoint_numero"
    for mot, suites in _MOTS:
        if mot in mots:
            return next((code for precision, code in suites if precision in mots), "")
    return ""


def est_entete(cellule: str) -> bool:
    """Tell whether a cell may be a column's title."""
    return len(cellule) <= 60 and bool(deviner_entete(cellule))


def deviner_contenu(valeurs: Sequence[str]) -> str:
    """Return the field a column's cells look like, an empty text when they could be anything."""
    pleines = [v for v in valeurs if v]
    if not pleines:
        return ""

    def surtout(vrai: object) -> bool:
        return sum(bool(vrai(v)) for v in pleines) >= MAJORITE * len(pleines)  # type: ignore[operator]

    if surtout(_COURRIEL.fullmatch):
        return "courriel"
    if surtout(_DATE.fullmatch):
        return "date"
    if surtout(lambda v: len(v) < 40 and lire_telephone(v).e164):
        return "numero"
    if surtout(_HEURE.fullmatch):
        return "heure"
    return "texte" if sum(map(len, pleines)) > 60 * len(pleines) else ""


def deviner(entetes: Sequence[str], valeurs: Sequence[Sequence[str]]) -> list[str]:
    """Return the field of each column, each field once but those that join; what cannot be guessed is left out.

    A header is believed before the cells; two columns of one field: the first has it, a second phone goes to the notes.
    """
    choisis = [""] * len(entetes)
    pris: set[str] = set()

    def prendre(rang: int, code: str) -> None:
        if code == "numero" and code in pris:
            code = "numero_2"
        if code and (CHAMPS[code].plusieurs or code not in pris):
            choisis[rang] = code
            pris.add(code)

    for rang, entete in enumerate(entetes):
        prendre(rang, deviner_entete(entete))
    for rang, cellules in enumerate(valeurs):
        if not choisis[rang] and not deviner_entete(entetes[rang]):
            prendre(rang, deviner_contenu(cellules))
    # « Nom » beside no « Prénom », whose cells hold both
    if "nom" in pris and not pris & {"prenom", "qui"}:
        rang = choisis.index("nom")
        if sum(len(v.split()) > 1 for v in valeurs[rang]) >= MAJORITE * max(1, len([v for v in valeurs[rang] if v])):
            choisis[rang] = "qui"
    return choisis
