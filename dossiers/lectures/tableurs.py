"""A list as lines of a spreadsheet: the columns the reader chose, the words the page shows, formulas neutralised (regles.md C42)."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone

from dossiers.lectures.dossiers import prochaine
from dossiers.models import Appel, Courrier, Dossier, Engagement
from dossiers.regles.listes import Liste
from dossiers.regles.telephones import formater_telephone

PLAFOND = 1000
"""Lines of one file at most: beyond, the filters have to be narrowed, and the file says so."""
COUPEE = f"Liste coupée à {PLAFOND} lignes : affinez les filtres pour avoir les suivantes."

Cellules = dict[str, Callable[[Any], Any]]


def _jour(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y") if moment else ""


def _minute(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M") if moment else ""


def _besoins(dossier: Any) -> str:
    ouvertes = [d for d in dossier.demarches_vues if not d.est_finie]
    return ", ".join(f"{d.nom_besoin} : {d.libelle_etat.lower() if d.lisible else d.avancee}" for d in ouvertes)


def _qui_agit(dossier: Any) -> str:
    demarche = prochaine(dossier.demarches_vues)
    return f"{demarche.get_attend_display()}, {demarche.echeance:%d/%m/%Y}" if demarche else ""


def _suite(promesse: Engagement) -> str:
    if promesse.fait_le:
        return f"{promesse.get_resultat_display()}, {_minute(promesse.fait_le)}"
    return "échue" if promesse.pour_le < timezone.now() else "à tenir"


CELLULES: dict[str, Cellules] = {
    "dossiers": {
        "numero": lambda d: d.numero,
        "foyer": lambda d: " et ".join(d.foyer_vu),
        "communes": lambda d: ", ".join(d.noms_communes),
        "etape": lambda d: d.libelle_etat,
        "besoins": _besoins,
        "qui_agit": _qui_agit,
        "referent": lambda d: f"{d.prenom_referent} {d.nom_referent}" if d.referent_id else "",
        "etiquettes": lambda d: ", ".join(e["nom"] for e in d.etiquettes),
        "urgence": Dossier.get_urgence_display,
        "ouvert_le": lambda d: _jour(d.cree_le),
        "mouvement": lambda d: _minute(d.mouvement_le),
    },
    "promesses": {
        "pour": lambda e: _minute(e.pour_le),
        "promesse": lambda e: f"{e.get_nature_display()} : {e.quoi}" if e.quoi else e.get_nature_display(),
        "a_qui": lambda e: e.a_qui,
        "dossier": lambda e: e.dossier.numero if e.dossier else "",
        "par": lambda e: e.agent or "",
        "suite": _suite,
    },
    "courriers": {
        "demande": lambda c: _minute(c.demande_le),
        "document": lambda c: c.modele.libelle,
        "dossier": lambda c: c.dossier.numero,
        "par": lambda c: c.demande_par,
        "etat": Courrier.get_etat_display,
    },
    "dispositifs": {
        "etat": lambda ligne: ligne[0].get_ouverture_display(),
        "dispositif": lambda ligne: ligne[0],
        "autorite": lambda ligne: ligne[0].autorite,
        "zone": lambda ligne: ligne[0].zone,
        "verification": lambda ligne: ligne[1] or f"vérifiée le {ligne[0].verifie_le:%d/%m/%Y}",
    },
    "appels": {
        "recu": lambda a: _minute(a.recu_le),
        "de": lambda a: a.nom_appelant or a.get_role_display(),
        "numero": lambda a: formater_telephone(a.numero) if a.numero else a.numero_brut,
        "canal": Appel.get_canal_display,
        "issue": Appel.get_issue_display,
        "dossier": lambda a: ", ".join(d.numero for d in a.dossiers.all()),
        "par": lambda a: a.agent,
        "note": lambda a: a.texte,
    },
}


def lignes_csv(liste: Liste, colonnes: Sequence[str], objets: Iterable[Any]) -> Iterator[str]:
    """Yield the file line by line: a mark for spreadsheets, the headings, the rows, and a last word when it was cut."""
    yield "\ufeff" + _ligne([liste.colonnes[c] for c in colonnes])
    cellules = CELLULES[liste.code]
    for rang, objet in enumerate(objets):
        if rang == PLAFOND:
            yield _ligne([COUPEE])
            return
        yield _ligne([neutraliser(str(cellules[c](objet))) for c in colonnes])


def _ligne(valeurs: Sequence[str]) -> str:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";").writerow(valeurs)
    return tampon.getvalue()


def neutraliser(cellule: str) -> str:
    return f"'{cellule}" if cellule.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r"} else cellule
