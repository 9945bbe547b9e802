"""The worker's half of an import: read the lines, make a call of each, take up what stopped, wipe what is over.

It works by short lots: a lot that dies is done again, and a line's key makes its call exactly once.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from dossiers.actions import appels
from dossiers.actions.appels import AppelSaisi
from dossiers.actions.imports import Decision, Phase, Sort, a_demander, reveiller, vider
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Refus
from dossiers.models import Agent, Import, LigneImport, auteur
from dossiers.models.imports import ABANDON, GARDE

journal = logging.getLogger("guichet.imports")

LOT = 100
SILENCE = dt.timedelta(minutes=2)
"""How long an import at work may stay still before it is taken up again."""


@dataclass
class Lecture:
    """What reading a line gives: the call's form, what is wrong, what to reread, what the free text filled."""

    saisie: dict[str, list[str]]
    erreurs: list[tuple[str, str]] = field(default_factory=list)
    avis: list[str] = field(default_factory=list)
    proposes: list[str] = field(default_factory=list)
    proches: list[list[Any]] = field(default_factory=list)
    cache: bool = False
    voisine: LigneImport | None = None

    @property
    def connu(self) -> bool:
        """Whether somebody of the line may be known already, enough to ask."""
        return self.cache or self.voisine is not None or a_demander(self.proches)


class Connu(Exception):
    """Somebody very like got a file since the line was read; `proches` are theirs."""

    def __init__(self, proches: list[list[Any]]) -> None:
        super().__init__("connu depuis")
        self.proches = proches


class Lecteur(Protocol):
    """Reads the lines of one import, in their order."""

    def lire(self, ligne: LigneImport) -> Lecture:
        """Return what a line says, and which files and earlier line name the same person."""

    def noter(self, ligne: LigneImport) -> None:
        """Remember a line that later ones may name again."""


type Redacteur = Callable[[LigneImport, Agent, dict[str, str], Agent | None], AppelSaisi]


def lire_les_lignes(pk: int, preparer: Callable[[Import], Lecteur], *, secondes: float) -> bool:
    """Read the lines not yet read, for so many seconds; return whether some are left. Twice gives the same result."""
    importation = Import.objects.select_related("agent").filter(pk=pk, phase=Phase.LECTURE).first()
    if importation is None:
        return False
    arret, lecteur = time.monotonic() + secondes, preparer(importation)
    while lot := list(importation.lignes.filter(sort=Sort.A_LIRE).order_by("numero")[:LOT]):
        for ligne in lot:
            _lire(ligne, lecteur)
        if not _garder(importation, lot):
            return False
        if time.monotonic() > arret:
            return True
    with transaction.atomic(), auteur(importation.agent, geste="lire_import"):
        relu = Import.objects.select_for_update().get(pk=pk)
        if relu.phase == Phase.LECTURE:
            relu.phase = Phase.A_VERIFIER
            relu.bouge_le = timezone.now()
            relu.save(update_fields=["phase", "bouge_le"])
    return False


def _garder(importation: Import, lot: list[LigneImport]) -> bool:
    """Write the lines of a lot; return False when the import was cancelled meanwhile."""
    champs = ["sort", "saisie", "erreurs", "avis", "proposes", "proches", "cache", "voisine", "decision"]
    with transaction.atomic():
        LigneImport.objects.bulk_update(lot, champs)
        return bool(Import.objects.filter(pk=importation.pk, phase=Phase.LECTURE).update(bouge_le=timezone.now()))


def _lire(ligne: LigneImport, lecteur: Lecteur) -> None:
    try:
        lue = lecteur.lire(ligne)
    except Exception as cause:  # noqa: BLE001 - whatever a line holds, the others are read
        journal.warning("import %s, ligne %s illisible (%s)", ligne.importation_id, ligne.numero, type(cause).__name__)
        lue = Lecture({}, [("", "cette ligne ne se lit pas")])
    ligne.saisie, ligne.erreurs, ligne.avis, ligne.proposes = lue.saisie, lue.erreurs, lue.avis, lue.proposes
    ligne.proches, ligne.cache, ligne.voisine = lue.proches, lue.cache, lue.voisine
    ligne.decision = Decision.AUCUNE
    if lue.erreurs:
        ligne.sort = Sort.A_CORRIGER
        return
    ligne.sort = Sort.DOUBLON if lue.connu else Sort.VALIDE
    if not lue.connu:
        ligne.decision = Decision.OUVRIR if lue.saisie.get("suite") == ["ouvrir"] else Decision.SEUL
    lecteur.noter(ligne)


def importer(pk: int, rediger: Redacteur, *, secondes: float) -> bool:
    """Make a call of each line that is ready, for so many seconds; return whether some are left.

    Each line is one transaction, under a key of its own: killed anywhere, a run is taken up without a double nor a loss.
    """
    importation = Import.objects.select_related("agent", "lance_par").filter(pk=pk, phase=Phase.EN_COURS).first()
    if importation is None:
        return False
    arret = time.monotonic() + secondes
    pretes = importation.lignes.filter(sort=Sort.VALIDE).order_by("numero")
    while lot := list(pretes.select_related("voisine__dossier", "voisine__appel", "choisi")[:LOT]):
        for ligne in lot:
            if not Import.objects.filter(pk=pk, phase=Phase.EN_COURS).update(bouge_le=timezone.now()):
                return False
            _importer(ligne, importation, rediger)
            if time.monotonic() > arret:
                return True
    _conclure(importation)
    return False


def _conclure(importation: Import) -> None:
    """Close the import when nothing is left to correct nor to decide; else give it back to the agent."""
    with transaction.atomic(), auteur(importation.agent, geste="importer"):
        relu = Import.objects.select_for_update().get(pk=importation.pk)
        if relu.phase == Phase.EN_COURS:
            reste = relu.lignes.filter(sort__in=[Sort.A_CORRIGER, Sort.DOUBLON, Sort.VALIDE]).exists()
            relu.phase = Phase.A_VERIFIER if reste else Phase.TERMINE
            relu.bouge_le = timezone.now()
            relu.save(update_fields=["phase", "bouge_le"])


def _importer(ligne: LigneImport, importation: Import, rediger: Redacteur) -> None:
    agent = importation.lance_par or importation.agent
    decision = _suite_de(ligne)
    if decision is None:
        _rendre(ligne, Sort.DOUBLON, "La ligne à rejoindre n’a pas ouvert de dossier : choisissez de nouveau.")
        return
    try:
        saisi = rediger(ligne, agent, decision, _pris_par(ligne, importation))
        with transaction.atomic():
            appel = appels.enregistrer(
                saisi, agent=agent, cle=ligne.cle, raison=f"Import n° {importation.pk}, ligne {ligne.numero}"
            )
            LigneImport.objects.filter(pk=ligne.pk).update(
                sort=Sort.IMPORTEE, appel=appel, dossier=appel.dossiers.first(), erreurs=[]
            )
    except DejaFait:
        # another worker has just written it, in the very transaction that marked the line: nothing to give back then
        _rendre(ligne, Sort.A_CORRIGER, "Cette ligne a déjà été écrite : laissez-la de côté.")
    except Connu as connu:
        LigneImport.objects.filter(pk=ligne.pk).exclude(sort=Sort.IMPORTEE).update(
            sort=Sort.DOUBLON, decision=Decision.AUCUNE, proches=connu.proches
        )
    except (Refus, ValueError) as refus:
        _rendre(ligne, Sort.A_CORRIGER, str(refus))
    except Exception as cause:  # noqa: BLE001 - whatever the cause, one line must not stop the others
        journal.warning("import %s, ligne %s en échec (%s)", importation.pk, ligne.numero, type(cause).__name__)
        _rendre(ligne, Sort.A_CORRIGER, "Cette ligne n’a pas pu être écrite.")


def _rendre(ligne: LigneImport, sort: str, phrase: str) -> None:
    """Give a line back to the agent with the reason."""
    champs: dict[str, Any] = {"sort": sort, "decision": Decision.AUCUNE}
    champs["erreurs" if sort == Sort.A_CORRIGER else "avis"] = [["", phrase]] if sort == Sort.A_CORRIGER else [phrase]
    LigneImport.objects.filter(pk=ligne.pk).exclude(sort=Sort.IMPORTEE).update(**champs)


def _suite_de(ligne: LigneImport) -> dict[str, str] | None:
    """Return the fields the decision sets in the call's form; None when the line it follows opened nothing."""
    if ligne.decision == Decision.REJOINDRE and ligne.choisi_id:
        personne = next((p for d, p, *_ in ligne.proches if d == ligne.choisi_id), "")
        return {"suite": f"dossier:{ligne.choisi_id}", "personne": str(personne)}
    if ligne.decision == Decision.SUIVRE:
        dossier = LigneImport.objects.filter(pk=ligne.voisine_id).values_list("dossier_id", flat=True).first()
        return {"suite": f"dossier:{dossier}"} if dossier else None
    if ligne.decision == Decision.OUVRIR:
        return {"suite": "ouvrir", "motif_double": ligne.motif_double}
    return {"suite": "seul"}


def _pris_par(ligne: LigneImport, importation: Import) -> Agent | None:
    hors = dict(un.split("=", 1) for un in ligne.saisie.get("_", []))
    cle = hors.get("pris_par", "")
    siens = Agent.objects.filter(organisme_id=importation.organisme_id, territoire_id=importation.territoire_id)
    return siens.filter(pk=int(cle)).first() if cle.isdigit() else None


# -- the clock -----------------------------------------------------------------------------------------------------


def reprendre(maintenant: dt.datetime) -> int:
    """Wake the imports whose worker died or whose message was lost; return how many."""
    muets = Import.objects.filter(phase__in=Import.AU_TRAVAIL, bouge_le__lt=maintenant - SILENCE)
    cles = list(muets.values_list("pk", flat=True))
    for cle in cles:
        reveiller(cle)
    return len(cles)


def purger(maintenant: dt.datetime) -> int:
    """Wipe the lines of the imports that are over for long, or that nobody came back to; return how many imports."""
    finis = Import.objects.filter(vide_le=None, phase__in=Import.FINIES, bouge_le__lt=maintenant - GARDE)
    oublies = Import.objects.filter(vide_le=None, bouge_le__lt=maintenant - ABANDON)
    combien = 0
    for importation in (finis | oublies).distinct():
        with transaction.atomic(), auteur(None, geste="purger_import"):
            if not importation.est_fini:
                importation.phase = Phase.TERMINE
            vider(importation)
            combien += 1
    return combien
