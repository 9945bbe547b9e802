"""Bring in a file: keep its lines, say what its columns are, read them, decide, and have them written.

What takes long is the worker's (`imports_lots`); here an agent decides, and the import's phase says where it stands.
"""

import functools
import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone

from dossiers.actions import appels
from dossiers.actions.operation import operation
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Dossier, FichierImport, Import, LigneImport
from dossiers.regles.imports.brut import REPRISE
from dossiers.regles.imports.champs import CHAMPS
from dossiers.regles.imports.fichiers import Tableau, lire_fichier
from dossiers.regles.texte import assainir, sans_nir

Phase, Sort, Decision = Import.Phase, LigneImport.Sort, LigneImport.Decision


def deposer(nom: str, octets: bytes, *, agent: Agent, cle: uuid.UUID) -> Import:
    """Keep a file and its lines; raises `FichierIllisible` when it is none, `DejaFait` on a second sending."""
    tableau = lire_fichier(octets)
    with operation(agent, cle=cle, geste="deposer_import"):
        importation = Import(
            territoire_id=agent.territoire_id,
            organisme_id=agent.organisme_id,
            agent=agent,
            nom=assainir(nom)[-120:] or "fichier",
            genre=tableau.genre,
            sha256=hashlib.sha256(octets).hexdigest(),
            taille=len(octets),
        )
        importation.save()
        FichierImport.objects.create(importation=importation, octets=octets)
        _ranger(importation, tableau)
        appels.noter_resultat(cle, f"imports.fiche:{importation.pk}")
    return importation


def choisir_feuille(importation: Import, feuille: str, *, agent: Agent, cle: uuid.UUID) -> Import:
    """Read another sheet of the workbook instead; raises `Refus` once the columns are said."""
    with operation(agent, cle=cle, geste="choisir_feuille", resultat=f"imports.fiche:{importation.pk}"):
        relu = _prendre(importation, agent, (Phase.A_RELIER,))
        if feuille not in relu.feuilles:
            raise Refus("Cette feuille n’est pas dans le classeur.", "feuille")
        tableau = lire_fichier(bytes(relu.fichier.octets), feuille)
        relu.lignes.all().delete()
        _ranger(relu, tableau)
    return relu


def _ranger(importation: Import, tableau: Tableau) -> None:
    importation.feuilles, importation.feuille = list(tableau.feuilles), tableau.feuille
    importation.entetes = list(tableau.entetes)
    importation.bouge_le = timezone.now()
    importation.save()
    LigneImport.objects.bulk_create(
        [LigneImport(importation=importation, numero=n, cellules=_cellules(c)) for n, c in tableau.lignes],
        batch_size=500,
    )


def _cellules(cellules: Sequence[str]) -> list[str]:
    """Return the cells as they may be kept: never with a social security number (regles.md C18)."""
    return [sans_nir(c) if sum(s.isdigit() for s in c) >= 13 else c for c in cellules]


def relier(importation: Import, colonnes: Sequence[str], *, lire_texte: bool, agent: Agent, cle: uuid.UUID) -> Import:
    """Say what the columns are, and have the lines read; raises `Refus` naming the column when one field is given twice."""
    _verifier_colonnes(colonnes)
    with operation(agent, cle=cle, geste="relier_import", resultat=f"imports.fiche:{importation.pk}"):
        relu = _prendre(importation, agent, (Phase.A_RELIER, Phase.A_VERIFIER))
        if relu.lignes.filter(sort=Sort.IMPORTEE).exists():
            raise Refus("Des lignes sont déjà importées : les colonnes ne changent plus.")
        relu.colonnes, relu.lire_texte, relu.phase = list(colonnes), lire_texte, Phase.LECTURE
        _bouger(relu, "colonnes", "lire_texte", "phase")
        relu.lignes.update(sort=Sort.A_LIRE, decision="", choisi=None, voisine=None, motif_double="")
        FichierImport.objects.filter(importation=relu).delete()
        _reveiller(relu.pk)
    return relu


def _verifier_colonnes(colonnes: Sequence[str]) -> None:
    for rang, code in enumerate(colonnes):
        if code and not CHAMPS[code].plusieurs and code in colonnes[:rang]:
            raise Refus(f"« {CHAMPS[code].libelle} » est déjà donné à une autre colonne.", f"colonne_{rang}")
    if "date" not in colonnes:
        raise Refus("Dites quelle colonne porte la date de l’appel : sans elle, aucune ligne ne s’importe.")
    if not set(colonnes) & {"texte", "besoins", "notes"}:
        raise Refus("Dites quelle colonne porte les besoins ou les notes : un appel dit au moins l’un ou l’autre.")


def _prendre(importation: Import, agent: Agent, phases: Sequence[str]) -> Import:
    """Lock an import in one of these phases; raises `Introuvable` when it must not be known, `Refus` in another phase."""
    relu = Import.objects.visibles_par(agent).select_for_update(of=("self",)).filter(pk=importation.pk).first()
    if relu is None:
        raise Introuvable("Cet import n’existe pas, ou n’est pas dans votre champ.")
    if relu.phase not in phases:
        raise Refus(f"Cela ne se fait plus : l’import est à « {relu.get_phase_display()} ».")
    return relu


def _bouger(importation: Import, *champs: str) -> None:
    importation.bouge_le = timezone.now()
    importation.save(update_fields=[*champs, "bouge_le"])


def _reveiller(pk: int) -> None:
    # a broker that is down never fails the act: the clock takes up what stays still
    transaction.on_commit(functools.partial(reveiller, pk), robust=True)


def reveiller(pk: int) -> None:
    """Wake the worker for an import, by its key alone; by name, for tasks stand above this room."""
    current_app.send_task("dossiers.tasks.avancer_import", [pk])


# -- the agent corrects -------------------------------------------------------------------------------------------


def corriger(importation: Import, octets: bytes, *, agent: Agent, cle: uuid.UUID) -> tuple[int, int]:
    """Take the corrected workbook back; return how many lines are replaced, and how many were imported already.

    Raises `FichierIllisible` or `Refus` when it is not the workbook of this import.
    """
    tableau = lire_fichier(octets, importation.titre_feuille)
    if tableau.entetes[:2] != REPRISE or tableau.feuille not in ("", importation.titre_feuille):
        raise Refus(
            "Ce fichier n’est pas celui des lignes à corriger de cet import : téléchargez-le ci-dessous.", "fichier"
        )
    absentes = [e for e in importation.entetes if e not in tableau.entetes]
    if absentes:
        raise Refus(f"Il manque la colonne « {absentes[0]} » : gardez toutes les colonnes du fichier.", "fichier")
    rangs = [tableau.entetes.index(e) for e in importation.entetes]
    corrigees = {
        int(c[0]): _cellules([c[r] for r in rangs]) for _, c in tableau.lignes if c[0].isdecimal() and len(c[0]) < 9
    }
    with operation(agent, cle=cle, geste="corriger_import", resultat=f"imports.fiche:{importation.pk}"):
        relu = _prendre(importation, agent, (Phase.A_VERIFIER, Phase.INTERROMPU, Phase.TERMINE))
        if relu.vide_le:
            raise Refus("Les lignes de cet import sont effacées : importez le fichier corrigé comme un nouveau.")
        visees = list(relu.lignes.filter(numero__in=corrigees))
        a_relire = [ligne for ligne in visees if ligne.sort != Sort.IMPORTEE]
        if not a_relire:
            raise Refus("Aucune ligne de ce fichier n’est à corriger : elles sont déjà importées.", "fichier")
        for ligne in a_relire:
            ligne.cellules, ligne.sort, ligne.decision = corrigees[ligne.numero], Sort.A_LIRE, Decision.AUCUNE
            ligne.choisi, ligne.motif_double = None, ""
        LigneImport.objects.bulk_update(
            a_relire, ["cellules", "sort", "decision", "choisi", "motif_double"], batch_size=500
        )
        relu.phase = Phase.LECTURE
        _bouger(relu, "phase")
        _reveiller(relu.pk)
    return len(a_relire), len(visees) - len(a_relire)


# -- the agent decides ---------------------------------------------------------------------------------------------


def decider(
    importation: Import, suite: str, *, agent: Agent, cle: uuid.UUID, motif_double: str = "", numero: int | None = None
) -> int:
    """Decide of one line, or of all those already known when `numero` is None; return how many were decided.

    `suite` is « rejoindre » (the file of somebody very like, or the earlier line's), « dossier:12 », « ouvrir » (with its
    reason), « seul », « ecarter » or « reprendre » (a line left out comes back). Raises `Refus` naming what is missing.
    """
    if suite == Decision.OUVRIR and motif_double not in Dossier.MotifDouble.values:
        raise Refus("Dites pourquoi ouvrir un dossier de plus.", "motif_double")
    with operation(agent, cle=cle, geste="decider_import", resultat=f"imports.fiche:{importation.pk}"):
        relu = _prendre(importation, agent, (Phase.A_VERIFIER, Phase.INTERROMPU))
        visees = relu.lignes.exclude(sort=Sort.IMPORTEE).order_by("numero")
        visees = visees.filter(numero=numero) if numero is not None else visees.filter(sort=Sort.DOUBLON)
        lignes = list(visees.select_related("voisine"))
        if not lignes:
            raise Refus("Cette ligne n’attend pas de décision.")
        decidees = [ligne for ligne in lignes if _decider(ligne, suite, motif_double, agent)]
        if not decidees and numero is not None:
            raise Refus("Ce choix n’est plus possible pour cette ligne : choisissez de nouveau.", "suite")
        LigneImport.objects.bulk_update(decidees, ["sort", "decision", "choisi", "motif_double"], batch_size=500)
        _bouger(relu)
    return len(decidees)


def _decider(ligne: LigneImport, suite: str, motif_double: str, agent: Agent) -> bool:
    """Set what becomes of a line; return whether that is possible for it."""
    ligne.choisi, ligne.motif_double = None, ""
    if suite == "ecarter":
        ligne.sort, ligne.decision = Sort.ECARTEE, Decision.AUCUNE
        return True
    if suite == "reprendre":
        connu = ligne.cache or ligne.voisine_id or a_demander(ligne.proches)
        ligne.sort = Sort.A_CORRIGER if ligne.erreurs else Sort.DOUBLON if connu else Sort.VALIDE
        ligne.decision = Decision.AUCUNE
        if ligne.sort == Sort.VALIDE:
            ligne.decision = Decision.OUVRIR if ligne.saisie.get("suite") == ["ouvrir"] else Decision.SEUL
        return True
    if ligne.erreurs:
        return False
    if suite in (Decision.OUVRIR, Decision.SEUL):
        ligne.sort, ligne.decision = Sort.VALIDE, Decision(suite)
        ligne.motif_double = motif_double if suite == Decision.OUVRIR else ""
        return True
    return _rejoindre(ligne, suite, agent)


def a_demander(proches: list[list[Any]]) -> bool:
    """Tell whether near files are worth asking about: a very like person, or somebody else on the same number or mail."""
    return any(fort or {"même téléphone", "même courriel"} & set(raisons) for *_, raisons, fort in proches)


def _rejoindre(ligne: LigneImport, suite: str, agent: Agent) -> bool:
    genre, _, pk = suite.partition(":")
    if genre == "dossier":
        permis = [d for d, *_ in ligne.proches if str(d) == pk]
    else:  # said of all at once: never of somebody who only shares a number
        permis = [d for d, *_, fort in ligne.proches if fort and suite == "rejoindre"]
    ouverts = {d.pk: d for d in Dossier.objects.visibles_par(agent).ouverts().filter(pk__in=permis)}
    ligne.choisi = next((ouverts[d] for d in permis if d in ouverts), None)
    if ligne.choisi:
        ligne.sort, ligne.decision = Sort.VALIDE, Decision.REJOINDRE
        return True
    if ligne.voisine_id and suite in ("rejoindre", "suivre"):
        ligne.sort, ligne.decision = Sort.VALIDE, Decision.SUIVRE
        return True
    return False


def lancer(importation: Import, *, agent: Agent, cle: uuid.UUID) -> Import:
    """Have the lines imported, or go on after a stop; raises `Refus` when there is nothing to import."""
    with operation(agent, cle=cle, geste="lancer_import", resultat=f"imports.fiche:{importation.pk}"):
        relu = _prendre(importation, agent, (Phase.A_VERIFIER, Phase.INTERROMPU))
        if not relu.lignes.filter(sort=Sort.VALIDE).exists():
            raise Refus("Aucune ligne n’est prête : corrigez-les ou décidez de celles qui sont déjà connues.")
        relu.phase, relu.lance_par = Phase.EN_COURS, agent
        _bouger(relu, "phase", "lance_par")
        _reveiller(relu.pk)
    return relu


def interrompre(importation: Import, *, agent: Agent, cle: uuid.UUID) -> Import:
    """Stop after the line being written; what is imported stays."""
    return _changer(importation, Phase.INTERROMPU, (Phase.EN_COURS,), agent=agent, cle=cle, geste="interrompre_import")


def annuler(importation: Import, *, agent: Agent, cle: uuid.UUID) -> Import:
    """Give an import up before any line is written: its lines and its file are wiped at once."""
    with operation(agent, cle=cle, geste="annuler_import", resultat="imports.liste"):
        relu = _prendre(importation, agent, (Phase.A_RELIER, Phase.LECTURE, Phase.A_VERIFIER, Phase.INTERROMPU))
        if relu.lignes.filter(sort=Sort.IMPORTEE).exists():
            raise Refus("Des lignes sont déjà importées : l’import se termine, il ne s’annule plus.")
        relu.phase = Phase.ANNULE
        vider(relu)
    return relu


def terminer(importation: Import, *, agent: Agent, cle: uuid.UUID) -> Import:
    """Close an import, what is left put aside."""
    with operation(agent, cle=cle, geste="terminer_import", resultat=f"imports.fiche:{importation.pk}"):
        relu = _prendre(importation, agent, (Phase.A_VERIFIER, Phase.INTERROMPU))
        relu.lignes.exclude(sort=Sort.IMPORTEE).update(sort=Sort.ECARTEE)
        relu.phase = Phase.TERMINE
        _bouger(relu, "phase")
    return relu


def _changer(
    importation: Import, phase: str, depuis: Sequence[str], *, agent: Agent, cle: uuid.UUID, geste: str
) -> Import:
    with operation(agent, cle=cle, geste=geste, resultat=f"imports.fiche:{importation.pk}"):
        relu = _prendre(importation, agent, depuis)
        relu.phase = phase
        _bouger(relu, "phase")
    return relu


def vider(importation: Import) -> None:
    """Wipe the lines and the file of an import that is over; what they became is elsewhere, how many they were stays."""
    sorts = list(importation.lignes.values_list("sort", flat=True))
    importation.bilan = {s: sorts.count(s) for s in set(sorts)}
    importation.lignes.all().delete()
    FichierImport.objects.filter(importation=importation).delete()
    importation.vide_le = timezone.now()
    importation.save(update_fields=["bilan", "vide_le", "phase"])
