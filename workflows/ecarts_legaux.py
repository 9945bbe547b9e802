"""What the law spaces: declaration and opening, contracts, CARMF, licence, the Order's answer (domaine.md §1, rule 2).

Pure functions over the dated facts of a path. Each finding is a French sentence shown on the step's line; what the law forbids
outright also refuses the gesture, with the same sentence.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from dossiers.regles.dates import date_longue
from dossiers.regles.delais import mois_apres

INSCRIPTION, CONTRATS, DECLARATION, CARMF, OUVERTURE = "F08", "F13", "F17", "F24", "F35"
LICENCE, REMPLACEMENT = "R01", "R02"

JOURS_DECLARATION = 30
"""Days between the declaration to the Order and the opening (domaine.md §1, F17)."""
JOURS_CONTRATS = 30
"""Days to communicate a signed contract to the Order (CSP L4113-9)."""
MOIS_ORDRE = 3
"""Months the Order has to decide on a complete file (CSP L4112-3)."""
JOURS_RAPPEL_LICENCE = 60
EXPIRATIONS = ((11, 15), (11, 30))
"""Month and days a replacement licence may end, according to the Order's council (domaine.md §1, R01)."""


class Faits(Protocol):
    """The dated facts of one step: a row of `Etape`, or anything that has them."""

    etat: str
    depose_le: dt.date | None
    decision_le: dt.date | None
    signe_le: dt.date | None
    expire_le: dt.date | None


@dataclass(frozen=True)
class Constat:
    """A sentence about a legal spacing, and how grave it is: info, alerte (soon) or danger (passed)."""

    phrase: str
    ton: str = "info"


def jour_d_ouverture_permis(declaree_le: dt.date) -> dt.date:
    """Return the first day a practice may open after its declaration to the Order."""
    return declaree_le + dt.timedelta(days=JOURS_DECLARATION)


def fin_de_licence(obtenue_le: dt.date) -> dt.date:
    """Return when a licence ends if nobody wrote it down: the next 15 November, the more prudent of both usages."""
    fin = dt.date(obtenue_le.year, 11, 15)
    return fin if fin > obtenue_le else fin.replace(year=fin.year + 1)


def constater(code: str, faits: Mapping[str, Faits], ouverture: dt.date | None, aujourdhui: dt.date) -> list[Constat]:
    """Return what the law says of one step today; `ouverture` is the wished opening, when it is known."""
    regle = _REGLES.get(code)
    if regle is None or code not in faits or faits[code].etat == "sans_objet":
        return []
    ouvert = faits[OUVERTURE].decision_le if OUVERTURE in faits else None
    constat = regle(faits, ouvert or ouverture, aujourdhui)
    return [constat] if constat else []


def interdire(code: str, faits: Mapping[str, Faits], jour: dt.date) -> str | None:
    """Return the sentence by which the law forbids this step on a day, None when it allows it."""
    if code == OUVERTURE and DECLARATION in faits and (declaree := faits[DECLARATION].depose_le):
        permis = jour_d_ouverture_permis(declaree)
        if jour < permis:
            return (
                f"Déclarée à l’Ordre le {date_longue(declaree)} (F17) : le cabinet n’ouvre pas avant le"
                f" {date_longue(permis)}, 30 jours après."
            )
    if code == REMPLACEMENT and (fin := _licence(faits)) and jour > fin:
        return f"La licence de remplacement a expiré le {date_longue(fin)} (R01) : renouvelez-la d’abord."
    return None


def refuser_expiration(expire_le: dt.date, obtenue_le: dt.date | None) -> str | None:
    """Return why a licence cannot end on that day, None when it can."""
    if (expire_le.month, expire_le.day) not in EXPIRATIONS:
        return "Une licence de remplacement expire un 15 ou un 30 novembre."
    if obtenue_le and expire_le <= obtenue_le:
        return "La licence expirerait avant d’être obtenue."
    return None


def _licence(faits: Mapping[str, Faits]) -> dt.date | None:
    licence = faits.get(LICENCE)
    if licence is None or not licence.decision_le or licence.etat != "obtenue":
        return None
    return licence.expire_le or fin_de_licence(licence.decision_le)


def _declaration(faits: Mapping[str, Faits], ouverture: dt.date | None, aujourdhui: dt.date) -> Constat | None:
    declaree = faits[DECLARATION].depose_le
    if ouverture is None:
        return None
    limite = ouverture - dt.timedelta(days=JOURS_DECLARATION)
    if declaree and declaree > limite:
        permis = jour_d_ouverture_permis(declaree)
        return Constat(
            f"Déclarée le {date_longue(declaree)} : l’ouverture du {date_longue(ouverture)} est trop proche, elle est"
            f" possible à partir du {date_longue(permis)}.",
            "danger",
        )
    if declaree:
        return None
    if aujourdhui > limite:
        permis = jour_d_ouverture_permis(aujourdhui)
        return Constat(
            f"À déposer avant le {date_longue(limite)} pour ouvrir le {date_longue(ouverture)} : c’est passé."
            f" Déposée aujourd’hui, l’ouverture serait possible à partir du {date_longue(permis)}.",
            "danger",
        )
    phrase = f"À déposer au plus tard le {date_longue(limite)}, 30 jours avant l’ouverture."
    return Constat(phrase, "alerte" if (limite - aujourdhui).days < JOURS_DECLARATION else "info")


def _ouverture(faits: Mapping[str, Faits], ouverture: dt.date | None, aujourdhui: dt.date) -> Constat | None:
    jalon, declaration = faits[OUVERTURE], faits.get(DECLARATION)
    if jalon.decision_le or declaration is None or not declaration.depose_le:
        return None
    permis = jour_d_ouverture_permis(declaration.depose_le)
    if permis <= aujourdhui:
        return None
    phrase = f"Possible à partir du {date_longue(permis)}, 30 jours après la déclaration à l’Ordre (F17)."
    return Constat(phrase, "danger" if ouverture and ouverture < permis else "info")


def _contrats(faits: Mapping[str, Faits], ouverture: dt.date | None, aujourdhui: dt.date) -> Constat | None:
    signes, communiques = faits[CONTRATS].signe_le, faits[CONTRATS].depose_le or faits[CONTRATS].decision_le
    if signes is None:
        return None
    limite = signes + dt.timedelta(days=JOURS_CONTRATS)
    if communiques:
        if communiques <= limite:
            return None
        tard = (communiques - limite).days
        jours = f"{tard} jour{'s' if tard > 1 else ''}"
        return Constat(f"Communiqués à l’Ordre {jours} après la limite du {date_longue(limite)}.", "danger")
    if aujourdhui > limite:
        return Constat(f"À communiquer à l’Ordre : la limite du {date_longue(limite)} est passée.", "danger")
    phrase = f"À communiquer à l’Ordre au plus tard le {date_longue(limite)}, 30 jours après la signature."
    return Constat(phrase, "alerte")


def _carmf(faits: Mapping[str, Faits], ouverture: dt.date | None, aujourdhui: dt.date) -> Constat | None:
    declaree = faits[CARMF].depose_le or faits[CARMF].decision_le
    if ouverture is None:
        return None
    limite = mois_apres(ouverture, 1)
    if declaree:
        return Constat(f"Déclarée après la limite du {date_longue(limite)}.", "danger") if declaree > limite else None
    if aujourdhui > limite:
        return Constat(f"La limite du {date_longue(limite)} est passée : à déclarer sans attendre.", "danger")
    phrase = f"À déclarer au plus tard le {date_longue(limite)}, un mois après le début d’activité."
    return Constat(phrase, "alerte" if aujourdhui >= ouverture else "info")


def _inscription(faits: Mapping[str, Faits], ouverture: dt.date | None, aujourdhui: dt.date) -> Constat | None:
    inscription = faits[INSCRIPTION]
    if inscription.etat not in {"deposee", "en_instruction"} or not inscription.depose_le:
        return None
    limite = mois_apres(inscription.depose_le, MOIS_ORDRE)
    if aujourdhui > limite:
        return Constat(
            f"L’Ordre devait répondre avant le {date_longue(limite)} : les trois mois sont passés.", "danger"
        )
    return Constat(f"L’Ordre répond au plus tard le {date_longue(limite)}, trois mois après un dossier complet.")


def _fin_de_licence(faits: Mapping[str, Faits], ouverture: dt.date | None, aujourdhui: dt.date) -> Constat | None:
    fin = _licence(faits)
    if fin is None:
        return None
    if fin < aujourdhui:
        phrase = f"Licence expirée le {date_longue(fin)} : plus de remplacement avant son renouvellement."
        return Constat(phrase, "danger")
    a_verifier = "" if faits[LICENCE].expire_le else " (15 novembre supposé, à vérifier)"
    proche = (fin - aujourdhui).days <= JOURS_RAPPEL_LICENCE
    suite = " : demandez le renouvellement" if proche else ""
    return Constat(f"Licence valable jusqu’au {date_longue(fin)}{a_verifier}{suite}.", "alerte" if proche else "info")


_REGLES = {
    INSCRIPTION: _inscription,
    CONTRATS: _contrats,
    DECLARATION: _declaration,
    CARMF: _carmf,
    OUVERTURE: _ouverture,
    LICENCE: _fin_de_licence,
}
