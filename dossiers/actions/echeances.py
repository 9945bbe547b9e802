"""Write again the deadlines that follow from dated events, when one of these is declared after the fact."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from dossiers.models import Demarche, Dossier, Horloge, auteur, historiser

LOT = 1000


@dataclass(frozen=True)
class Ecart:
    """A stored deadline that is not the one its dated events give."""

    quoi: str
    avant: Any
    apres: Any


def classe_des_etapes() -> type[models.Model]:
    """Return the class of the steps some need is made of: the case file knows no particular need."""
    for classe in Demarche.REGISTRE.values():
        if hasattr(classe, "etapes"):
            etapes: type[models.Model] = classe._meta.get_field("etapes").related_model  # type: ignore[assignment]
            return etapes
    raise LookupError("Aucun besoin n’a d’étapes.")


def recompter(demarche: Demarche, *, toujours: bool = False) -> None:
    """Compute again the deadlines of a locked dossier's démarche and of its steps, and save those that moved.

    With `toujours` the démarche keeps a history row even if its own date stays: the timeline tells the act.
    """
    horloge = Horloge.pour([demarche])
    etapes: Iterable[Any] = demarche.etapes.exclude(delai=None) if hasattr(demarche, "etapes") else ()
    for objet in (demarche, *etapes):
        terme = horloge.echeance(objet)
        if terme != objet.echeance or (toujours and objet is demarche):
            objet.echeance = terme
            objet.save(update_fields=["echeance"])


def recompter_organisme(organisme_id: int, jour: Any) -> int:
    """Compute again the open deadlines a closure of this day may move, inside a running operation; return how many did."""
    touchees = Q(echeance__gte=jour) | Q(echeance=None, delai__isnull=False)
    demarches = Demarche.objects.ouvertes().filter(touchees, organisme_id=organisme_id)
    etapes = classe_des_etapes()._default_manager.filter(touchees, formalites__organisme_id=organisme_id)
    return sum(len(_corriger(*requete)) for requete in ((demarches, _demarches), (etapes, _etapes)))


def verifier() -> Iterator[tuple[str, int, list[Ecart]]]:
    """Compare every stored deadline with the computed one, a lot at a time, and correct those that differ.

    Yields what was read (« démarches » or « étapes »), how many, and the differences found, corrected already.
    """
    for nom, requete, lire in (
        ("démarches", Demarche.objects.all(), _demarches),
        ("étapes", classe_des_etapes()._default_manager.all(), _etapes),
    ):
        dernier = 0
        while lot := list(lire(requete.filter(pk__gt=dernier).order_by("pk"))[:LOT]):  # type: ignore[attr-defined]
            dernier = lot[-1].pk
            faux = [objet.pk for objet, terme in _termes(lot) if terme != objet.echeance]
            ecarts = []
            if faux:
                with transaction.atomic(), auteur(None, geste="recalculer_echeances"):
                    ecarts = _corriger(requete.filter(pk__in=faux), lire)  # type: ignore[attr-defined]
            yield nom, len(lot), ecarts


def _demarches(requete: Any) -> Any:
    return requete.select_related("dossier")


def _etapes(requete: Any) -> Any:
    return requete.select_related("formalites__dossier")


def _termes(objets: list[Any]) -> Iterator[tuple[Any, Any]]:
    horloge = Horloge.pour(objet.demarche for objet in objets)
    return ((objet, horloge.echeance(objet)) for objet in objets)


def _corriger(requete: Any, lire: Callable[[Any], Any]) -> list[Ecart]:
    """Lock the dossiers of these rows, read them again and write the deadlines that differ, with their history."""
    cles = sorted(requete.values_list("pk", "dossier_id"), key=lambda paire: paire[1])
    # in the order of their keys, so that two corrections never wait for each other
    list(Dossier.objects.select_for_update().filter(pk__in={d for _, d in cles}).order_by("pk").values_list("pk"))
    relus = requete.model._default_manager.filter(pk__in=[cle for cle, _ in cles])
    ecarts, changes = [], []
    for objet, terme in _termes(list(lire(_entiers(relus)))):
        if terme != objet.echeance:
            quoi = f"{objet.nom_besoin if isinstance(objet, Demarche) else objet} (dossier {objet.demarche.dossier.numero})"
            ecarts.append(Ecart(quoi, objet.echeance, terme))
            objet.echeance = terme
            changes.append(objet)
    requete.model._default_manager.bulk_update(changes, ["echeance"], batch_size=LOT)
    historiser([_complet(objet) for objet in changes], sorte="~")
    return ecarts


def _entiers(requete: Any) -> Any:
    """Read démarches as the needs they are: their history row holds all their columns."""
    return requete.specifiques() if requete.model is Demarche else requete


def _complet(objet: Any) -> Any:
    if not isinstance(objet, Demarche):
        return objet
    complet = objet.specifique
    complet.echeance = objet.echeance
    return complet
