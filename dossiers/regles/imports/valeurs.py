"""From a cell's words to what the call's form takes: dates, hours, channels, statuses, needs, names, as people write them."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from dossiers.regles.delais import PARIS
from dossiers.regles.texte import cle_tri, normaliser

MIDI = dt.time(12)
"""The hour of a call whose file says only the day."""
_MOIS = {
    mot: rang
    for rang, mots in enumerate(
        ("janvier janv jan", "fevrier fevr fev", "mars mar", "avril avr", "mai", "juin", "juillet juil", "aout", "septembre sept sep",
         "octobre oct", "novembre nov", "decembre dec"), start=1)
    for mot in mots.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CHIFFRES = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?!\d)")
_LETTRES = re.compile(r"(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?\s+(\d{4}|\d{2})(?!\d)")
_HEURE = re.compile(r"(?<!\d)(\d{1,2})\s*(?:h|:|heures?)\s*(\d{1,2})?(?:\s*(?:mn|min|:|m)\s*(\d{2})?)?(?!\d)")
_SERIE = re.compile(r"\d{5}(?:[.,]\d+)?")
_FRACTION = re.compile(r"0[.,]\d+")
_ORIGINE = dt.datetime(1899, 12, 30)
DATE_ATTENDUE = "écrivez par exemple 05/01/2026 9 h 12"


class Illisible(ValueError):
    """A cell that says nothing we understand; its text is the sentence to show."""


def lire_moment(date: str, heure: str = "") -> tuple[dt.datetime, bool]:
    """Return the moment of a call, and whether its hour is said (else noon); raises `Illisible`.

    Day before month, always; ISO, numbers of a spreadsheet and « lundi 5 janvier 2026 à 9 h » are read too.
    """
    if not date.strip():
        raise Illisible("la date de l’appel manque")
    if _SERIE.fullmatch(date.strip()):
        serie = _ORIGINE + dt.timedelta(days=float(date.strip().replace(",", ".")))
        jour, dite = serie.date(), serie.time().replace(microsecond=0)
        lue = dite if dite != dt.time() else None
    else:
        jour, reste = _jour(date)
        lue = lire_heure(reste, exiger=False)
    if heure.strip():
        lue = lire_heure(heure)
    return dt.datetime.combine(jour, lue or MIDI, PARIS), lue is not None


def lire_jour(texte: str) -> dt.date:
    """Return a day; raises `Illisible`."""
    return lire_moment(texte)[0].date()


def _jour(texte: str) -> tuple[dt.date, str]:
    plie = cle_tri(texte)
    for motif, ordre in ((_ISO, (1, 2, 3)), (_CHIFFRES, (3, 2, 1)), (_LETTRES, (3, 2, 1))):
        if m := motif.search(plie):
            annee, mois_lu, jour = (m.group(i) for i in ordre)
            mois = _MOIS.get(mois_lu) or (int(mois_lu) if mois_lu.isdigit() else 0)
            try:
                return dt.date(int(annee) + (2000 if len(annee) == 2 else 0), mois, int(jour)), plie[m.end() :]
            except ValueError:
                raise Illisible(f"cette date n’existe pas : {DATE_ATTENDUE}") from None
    raise Illisible(f"cette date ne se lit pas : {DATE_ATTENDUE}")


def lire_heure(texte: str, *, exiger: bool = True) -> dt.time | None:
    """Return an hour: « 9h12 », « 09:12:43 », « 9 h », a fraction of a day; None when none is said and none is asked."""
    plie = cle_tri(texte).strip()
    if _FRACTION.fullmatch(plie):
        return (_ORIGINE + dt.timedelta(days=float(plie.replace(",", ".")), seconds=0.5)).time().replace(microsecond=0)
    m = _HEURE.search(plie)
    try:
        if m:
            return dt.time(int(m.group(1)), int(m.group(2) or 0), int(m.group(3) or 0))
    except ValueError:
        m = None
    if exiger:
        raise Illisible("cette heure ne se lit pas : écrivez par exemple 9 h 12")
    return None


CANAUX = {
    "telephone": ("telephone", "tel", "appel", "phone", "t", "appel telephonique", "appel entrant", "entrant"),
    "relais": ("relais", "relais telephonique", "sourd", "lsf"),
    "repondeur": (
        "repondeur",
        "message",
        "message vocal",
        "msg",
        "vocal",
        "messagerie",
        "rep",
        "boite vocale",
        "message repondeur",
    ),
    "courriel": ("courriel", "mail", "mel", "email", "e mail", "m"),
    "accueil": ("accueil", "visite", "guichet", "physique", "sur place", "accueil physique", "rdv", "rendez vous"),
}
ROLES = {
    "candidat": ("candidat", "candidate", "medecin", "interne", "docteur", "dr", "praticien", "remplacant"),
    "conjoint": ("conjoint", "conjointe", "epoux", "epouse", "mari", "femme", "compagnon", "compagne"),
    "partenaire": ("partenaire", "cpam", "ars", "ordre", "cdom", "mairie", "hopital", "ch", "faculte", "urps"),
    "offreur": ("offreur", "offre", "cabinet", "proprietaire", "bailleur"),
    "tiers": ("tiers", "autre", "journaliste", "laboratoire", "labo", "patient", "patiente", "famille"),
    "inconnu": ("inconnu", "inconnue", "nsp"),
}
ISSUES = {
    "information_donnee": ("information donnee", "info donnee", "info", "information", "renseigne", "infos donnees", "ok info",
        "repondu"),
    "reoriente": ("reoriente", "oriente", "reorientation", "transmis", "transfere"),
    "opportunite_enregistree": ("offre", "opportunite", "offre notee", "opportunite enregistree"),
    "inscription_evenement": ("inscription", "evenement", "inscrit", "inscription evenement"),
    "demande_rgpd": ("rgpd", "demande rgpd", "effacement", "donnees personnelles"),
    "partenaire_traite": ("partenaire", "partenaire traite"),
    "message_vocal": ("message vocal",),
    "appel_interrompu": ("coupe", "interrompu", "appel coupe", "raccroche", "appel interrompu"),
    "erreur_numero": ("erreur", "erreur de numero", "faux numero", "erreur numero"),
    "appel_muet": ("muet", "appel muet", "blanc", "pas de reponse"),
    "demarchage": ("demarchage", "pub", "commercial", "demarcheur"),
    # these open or join a dossier
    "dossier_cree": ("dossier", "dossier cree", "dossier ouvert", "ouverture dossier", "a suivre", "en cours", "suivi",
        "a traiter", "a rappeler", "rappel"),
    "rattache": ("rattache", "deja connu", "relance", "suite dossier"),
}  # fmt: skip
URGENCES = {
    "critique": ("critique", "tres urgent", "tres urgente", "immediat"),
    "haute": ("haute", "urgent", "urgente", "oui", "x", "elevee", "1", "prioritaire", "forte"),
    "normale": ("normale", "non", "moyenne", "2", "normal", "standard"),
    "basse": ("basse", "faible", "3", "pas urgent"),
}
CIVILITES = {"madame": ("madame", "mme", "mlle", "mademoiselle", "f"), "monsieur": ("monsieur", "m", "mr", "h")}
BESOINS = {
    "formalites": (
        "formalites",
        "formalite",
        "installation",
        "demarches",
        "ordre",
        "administratif",
        "demarches administratives",
        "admin",
    ),
    "logement": ("logement", "logt", "log", "maison", "appartement", "location", "hebergement", "appart"),
    "emploi_conjoint": (
        "emploi conjoint",
        "emploi du conjoint",
        "conjoint",
        "travail conjoint",
        "job conjoint",
        "emploi epouse",
        "emploi mari",
    ),
    "scolarisation": (
        "scolarisation",
        "ecole",
        "ecoles",
        "scolarite",
        "creche",
        "enfants",
        "college",
        "lycee",
        "garde",
    ),
    "reseau": ("reseau", "mise en reseau", "confreres", "msp", "cpts", "remplacements", "reseau pro"),
    "aides": ("aides", "aide", "aides financieres", "financement", "zrr", "cotram", "primes"),
    "loisirs": ("loisirs", "loisir", "sport", "associations", "culture"),
    "visite": ("visite", "visites", "visite du territoire", "sejour decouverte"),
}
_SEPARE = re.compile(r"[,;/+\n•|]| et (?!de\b)|\s-\s")


def lire_choix(texte: str, mots: Mapping[str, Sequence[str]], libelles: Mapping[str, str]) -> str:
    """Return the code a cell names, by its code, its label or a usual word; an empty text when it names none."""
    dit = normaliser(texte)
    if not dit:
        return ""
    for code, libelle in libelles.items():
        if code and dit in (normaliser(code), normaliser(libelle)):
            return code
    return next((code for code, synonymes in mots.items() if code in libelles and dit in synonymes), "")


def lire_besoins(texte: str, libelles: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the needs a cell lists, and the words that name none."""
    trouves, restes = [], []
    for morceau in _SEPARE.split(texte):
        if not normaliser(morceau):
            continue
        if code := lire_choix(morceau, BESOINS, libelles):
            trouves.append(code)
        else:
            restes.append(morceau.strip())
    return list(dict.fromkeys(trouves)), restes


def separer_communes(texte: str) -> list[str]:
    """Return the communes a cell lists, each as written."""
    return [m.strip() for m in re.split(r"[,;/\n|]| ou | et ", texte) if normaliser(m)]


_TITRES = re.compile(r"^(?:(?:le|la|dr|docteur|pr|mme|m|mr|madame|monsieur|mlle)\b\.?\s+)+", re.IGNORECASE)
_CIVILITE = re.compile(r"\b(mme|madame|mlle|m|mr|monsieur)\b\.?\s", re.IGNORECASE)
_INITIALE = re.compile(r"[A-Za-zÀ-ÿ]\.?(?:-?[A-Za-zÀ-ÿ]\.)?")


def lire_organisation(texte: str) -> str:
    """Return the role of a cell that names no person: « CPAM du Gard », « journaliste Midi Info »; an empty text otherwise."""
    premier = normaliser(texte).partition(" ")[0]
    return next((r for r in ("partenaire", "tiers") if premier in ROLES[r]), "")


def lire_qui(texte: str, prenoms: frozenset[str] = frozenset()) -> tuple[str, str, str]:
    """Return (family name, first name, civility) of a cell that holds both names.

    Capitals are the family name (« DELMAS Claire », « Claire DELMAS »), a comma comes after it; else a known first name tells,
    else the last word is the family name, as in « Claire Delmas ».
    """
    plein = " ".join(re.sub(r"\(.*?\)", " ", texte).split())
    m = _CIVILITE.search(plein + " ")
    civilite = lire_choix(m.group(1), CIVILITES, dict.fromkeys(CIVILITES, "")) if m else ""
    sans = _TITRES.sub("", plein + " ").strip()
    if "," in sans:
        nom, _, prenom = (p.strip() for p in sans.partition(","))
        return _poser(nom), _poser(prenom), civilite
    mots = sans.split()
    if len(mots) < 2:
        return _poser(sans), "", civilite
    grands = [m for m in mots if m.isupper() and len(m.strip(".")) > 1]
    if grands and len(grands) < len(mots):
        petits = [m for m in mots if m not in grands]
        return _poser(" ".join(grands)), _poser(" ".join(petits)), civilite
    if not _INITIALE.fullmatch(mots[0]) and cle_tri(mots[0]) not in prenoms and cle_tri(mots[-1]) in prenoms:
        return _poser(" ".join(mots[:-1])), _poser(mots[-1]), civilite
    return _poser(" ".join(mots[1:])), _poser(mots[0]), civilite


def _poser(nom: str) -> str:
    """Return a name as forms keep it: DELMAS becomes Delmas, De Smet stays."""
    return nom.title() if nom.isupper() or nom.islower() else nom
