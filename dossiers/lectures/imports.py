"""Imports: the list, one import with its counts and lines, and what its lines are read with."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from dossiers.lectures import communes, doublons
from dossiers.lectures.doublons import Saisie
from dossiers.lectures.lexiques import preparer
from dossiers.models import Agent, Appel, Demarche, Dossier, Import, LigneImport, Personne
from dossiers.regles.dates import date_longue
from dossiers.regles.delais import PARIS
from dossiers.regles.doublons import Identite, rapprocher
from dossiers.regles.imports.brut import REPRISE
from dossiers.regles.imports.champs import CHAMPS, deviner
from dossiers.regles.imports.classeur import ecrire
from dossiers.regles.imports.ligne import Reperes
from dossiers.regles.phonetique import sonner
from dossiers.regles.telephones import lire_telephone
from dossiers.regles.texte import normaliser

PAR_PAGE = 50
MONTRES = 30
ESSAI = 40
"""Lines a column's content is guessed from."""


def liste(agent: Agent) -> list[Import]:
    """Return the latest imports this agent may see."""
    return list(Import.objects.visibles_par(agent).select_related("agent")[:MONTRES])


def meme_fichier(importation: Import, agent: Agent) -> Import | None:
    """Return the import of the very same file made before, when there is one this agent may see."""
    autres = Import.objects.visibles_par(agent).filter(sha256=importation.sha256, pk__lt=importation.pk)
    return autres.exclude(phase=Import.Phase.ANNULE).select_related("agent").first()


def colonnes_connues(importation: Import) -> list[str]:
    """Return the fields this organisation gave last to a file of the same headers; an empty list when it never had one."""
    memes = Import.objects.filter(
        organisme_id=importation.organisme_id, territoire_id=importation.territoire_id, entetes=importation.entetes
    )
    dernier = memes.exclude(colonnes=[]).exclude(pk=importation.pk).first()
    return list(dernier.colonnes) if dernier else []


def comptes(importation: Import) -> dict[str, int]:
    """Return how many lines have each fate; those of a wiped import as they were counted then."""
    if importation.vide_le:
        return {s: importation.bilan.get(s, 0) for s in LigneImport.Sort.values}
    lus = dict(importation.lignes.order_by().values_list("sort").annotate(n=Count("pk")))
    return {s: lus.get(s, 0) for s in LigneImport.Sort.values}


def colonnes_devinees(importation: Import) -> list[str]:
    """Return what each column becomes by default: as last time for the same headers, else as it looks."""
    if connues := colonnes_connues(importation):
        return connues
    lignes = list(importation.lignes.order_by("numero").values_list("cellules", flat=True)[:ESSAI])
    return deviner(importation.entetes, [[c[r] for c in lignes] for r in range(len(importation.entetes))])


def exemples(importation: Import) -> list[list[str]]:
    """Return the first three values of each column, cut short."""
    lignes = list(importation.lignes.order_by("numero").values_list("cellules", flat=True)[:ESSAI])
    return [[c[r][:80] for c in lignes if c[r]][:3] for r in range(len(importation.entetes))]


@dataclass(frozen=True)
class Avancement:
    """How far the worker is: `fait` of `total`, both in lines."""

    fait: int
    total: int
    quoi: str

    @property
    def pour_cent(self) -> int:
        return 100 * self.fait // self.total if self.total else 0


def avancement(importation: Import, comptes: dict[str, int]) -> Avancement | None:
    """Return how far an import at work is; None when nothing is being done."""
    total = sum(comptes.values())
    if importation.phase == Import.Phase.LECTURE:
        return Avancement(total - comptes["a_lire"], total, "lues")
    if importation.phase in (Import.Phase.EN_COURS, Import.Phase.INTERROMPU):
        restent = a_importer(importation).count()
        return Avancement(comptes["importee"], comptes["importee"] + restent, "importées")
    return None


def a_importer(importation: Import) -> QuerySet[LigneImport]:
    """Return the lines that may be imported now, in the order of the file."""
    return importation.lignes.filter(sort=LigneImport.Sort.VALIDE).order_by("numero")


def a_corriger(importation: Import) -> list[LigneImport]:
    """Return the lines somebody has to correct, those put aside with their faults included."""
    sorts = (LigneImport.Sort.A_CORRIGER, LigneImport.Sort.ECARTEE)
    return list(importation.lignes.filter(sort__in=sorts).exclude(erreurs=[]).order_by("numero"))


def a_des_fautes(importation: Import) -> bool:
    """Tell whether a line put aside still has faults that could be corrected."""
    return importation.lignes.filter(sort=LigneImport.Sort.ECARTEE).exclude(erreurs=[]).exists()


def classeur_a_corriger(importation: Import) -> bytes:
    """Return the workbook of the lines to correct: what is wrong beside what the file said."""
    lignes = [
        [str(x.numero), " ; ".join(dire_erreur(importation, *e) for e in x.erreurs), *x.cellules]
        for x in a_corriger(importation)
    ]
    return ecrire(importation.titre_feuille, [*REPRISE, *importation.entetes], lignes)


def dire_erreur(importation: Import, champ: str, phrase: str) -> str:
    """Name the column, then what is wrong with it."""
    titre = importation.titre_du_champ(champ)
    return f"{titre} : {phrase}" if titre else phrase


# -- the lines, as the preview shows them --------------------------------------------------------------------------


@dataclass(frozen=True)
class Proche:
    """A dossier somebody of the line may already have."""

    dossier: Dossier
    personne: int
    raisons: list[str]
    fort: bool

    @property
    def choix(self) -> str:
        return f"dossier:{self.dossier.pk}"


@dataclass
class Vue:
    """A line of the preview: what it becomes, what is wrong, who may be known already."""

    ligne: LigneImport
    erreurs: list[tuple[str, str]]
    proches: list[Proche]
    resume: list[tuple[str, str, bool]]
    """(what, value, read in the free text)."""
    vu: bool

    @property
    def recu_le(self) -> dt.datetime | None:
        """When the call was received."""
        lu = self.ligne.saisie.get("recu_le")
        return dt.datetime.fromisoformat(lu[0]).replace(tzinfo=PARIS) if lu else None

    @property
    def canal(self) -> str:
        """By what the call came."""
        lu = self.ligne.saisie.get("canal", [Appel.Canal.TELEPHONE])[0]
        return str(Appel.Canal(lu).label) if lu in Appel.Canal.values else ""

    @property
    def devient(self) -> str:
        """What importing the line will do."""
        ligne = self.ligne
        if ligne.sort == LigneImport.Sort.DOUBLON or not ligne.saisie:
            return ""
        if ligne.decision == LigneImport.Decision.REJOINDRE:
            return (
                f"un appel dans le dossier {ligne.choisi.numero}" if ligne.choisi and self.vu else "un appel rattaché"
            )
        if ligne.decision == LigneImport.Decision.SUIVRE and ligne.voisine:
            return f"un appel dans le dossier de la ligne {ligne.voisine.numero}"
        return "un dossier" if ligne.decision == LigneImport.Decision.OUVRIR else "un appel seul"


def lignes(importation: Import, agent: Agent, sort: str, depuis: int) -> tuple[list[Vue], int]:
    """Return a page of lines after a number, with those of one fate alone when asked, and where the next page starts (0: none)."""
    requete = importation.lignes.select_related("voisine", "choisi", "dossier", "appel").filter(numero__gt=depuis)
    if sort:
        requete = requete.filter(sort=sort)
    lues = list(requete.order_by("numero")[: PAR_PAGE + 1])
    suite = lues[PAR_PAGE - 1].numero if len(lues) > PAR_PAGE else 0
    lues = lues[:PAR_PAGE]
    cles = {p[0] for ligne in lues for p in ligne.proches} | {c for x in lues for c in (x.choisi_id, x.dossier_id) if c}
    visibles = {d.pk: d for d in Dossier.objects.visibles_par(agent).filter(pk__in=cles)}
    libelles = _libelles()
    return [_voir(importation, ligne, visibles, libelles) for ligne in lues], suite


def _voir(
    importation: Import, ligne: LigneImport, visibles: dict[int, Dossier], libelles: dict[str, dict[str, str]]
) -> Vue:
    proches = [
        Proche(visibles[d], personne, raisons, fort)
        for d, personne, raisons, fort in ligne.proches
        if d in visibles and visibles[d].ouvert
    ]
    if ligne.dossier_id not in visibles:
        ligne.dossier = None
    erreurs = [(importation.titre_du_champ(champ), phrase) for champ, phrase in ligne.erreurs]
    return Vue(ligne, erreurs, proches, _resumer(ligne, libelles), ligne.choisi_id in visibles)


def _resumer(ligne: LigneImport, libelles: dict[str, dict[str, str]]) -> list[tuple[str, str, bool]]:
    """Return the few facts a line is recognised by."""

    def dit(champ: str) -> str:
        return ", ".join(ligne.saisie.get(champ, []))

    besoins = ", ".join(libelles["besoins"].get(b, b) for b in ligne.saisie.get("besoins", []))
    nom = " ".join(filter(None, (dit("prenom"), dit("nom"))))
    conjoint = " ".join(filter(None, (dit("conjoint_prenom"), dit("conjoint_nom"))))
    quand = date_longue(dt.date.fromisoformat(dit("pour_quand"))) if dit("pour_quand") else ""  # ISO: `ligne` wrote it
    statut = libelles["statuts"][dit("statut")] if dit("statut") else ""
    faits = (
        ("Nom", nom, "nom"),
        ("Statut", statut, "statut"),
        ("Téléphone", dit("numero"), "numero"),
        ("Courriel", dit("courriel"), "courriel"),
        ("Besoins", besoins, "besoins"),
        ("Où", dit("communes"), "communes"),
        ("Pour quand", quand, "pour_quand"),
        ("Conjoint", conjoint, "conjoint_nom"),
        ("Notes", dit("texte")[:140].replace("\n", " · "), "texte"),
    )
    return [(quoi, valeur, champ in ligne.proposes) for quoi, valeur, champ in faits if valeur]


# -- what the lines are read with ----------------------------------------------------------------------------------


def _libelles() -> dict[str, dict[str, str]]:
    return {
        "besoins": {t: c.libelle_besoin for t, c in Demarche.REGISTRE.items()},
        "canaux": dict(Appel.Canal.choices),
        "roles": dict(Appel.Role.choices),
        "issues": dict(Appel.Issue.choices),
        "statuts": dict(Personne.Statut.choices),
        "urgences": dict(Dossier.Urgence.choices),
    }


def reperes(importation: Import) -> Reperes:
    """Return what a file's lines are read with, read once a batch."""
    lexiques, connues = preparer(importation.territoire_id)
    agents = Agent.objects.filter(organisme_id=importation.organisme_id, territoire_id=importation.territoire_id)
    noms: dict[str, int] = {}
    for a in agents:
        for nom in (f"{a.prenom} {a.nom}", f"{a.nom} {a.prenom}", a.prenom, a.nom):
            # a first name that two agents bear names neither
            noms[normaliser(nom)] = a.pk if noms.get(normaliser(nom), a.pk) == a.pk else 0
    return Reperes(
        lexiques=lexiques,
        communes=connues,
        noms_communes=communes.choix(importation.territoire_id),
        prenoms=frozenset(lexiques.mots("prenom")),
        agents=noms,
        libelles=_libelles(),
        maintenant=timezone.localtime(),
    )


class Registre:
    """The people of the lines already read, to tell a later line that names one of them; likely pairs only are compared."""

    def __init__(self, lignes: Iterable[LigneImport]) -> None:
        self.par_cle: dict[str, list[tuple[LigneImport, Identite]]] = {}
        for ligne in lignes:
            self.noter(ligne)

    def noter(self, ligne: LigneImport) -> None:
        """Add a line that will become something."""
        for connue in (identite_de(ligne), _conjoint_de(ligne)):
            for cle in _cles(connue):
                self.par_cle.setdefault(cle, []).append((ligne, connue))

    def voisine(self, ligne: LigneImport) -> LigneImport | None:
        """Return the first line that names the same person without much doubt."""
        saisie = identite_de(ligne)
        vues = [paire for cle in _cles(saisie) for paire in self.par_cle.get(cle, []) if paire[0].numero < ligne.numero]
        for autre, connue in sorted(vues, key=lambda paire: paire[0].numero):
            if any(r.est_fort for r in rapprocher(saisie, [connue])):
                return autre
        return None


def registre(importation: Import) -> Registre:
    """Return the people of the lines of an import that are read already."""
    sorts = (LigneImport.Sort.VALIDE, LigneImport.Sort.DOUBLON, LigneImport.Sort.IMPORTEE)
    return Registre(importation.lignes.filter(sort__in=sorts))


def identite_de(ligne: LigneImport) -> Identite:
    """Return who a line names, as far as it was read; communes aside, which prove nothing here."""
    s = saisie_de(ligne)
    return Identite(
        nom=s.nom, prenom=s.prenom, telephones=tuple(filter(None, [lire_telephone(s.numero).e164])), courriel=s.courriel, rpps=s.rpps
    )  # fmt: skip


def _conjoint_de(ligne: LigneImport) -> Identite:
    """Return the spouse a line names, who may call in turn."""
    s = saisie_de(ligne)
    nom = s.conjoint_nom or (s.nom if s.conjoint_prenom else "")
    return Identite(
        nom=nom, prenom=s.conjoint_prenom, telephones=tuple(filter(None, [lire_telephone(s.conjoint_numero).e164]))
    )


def qui_est(ligne: LigneImport, dossier: int, agent: Agent) -> int | None:
    """Return who of a dossier a line speaks for, when that is hardly in doubt; else whoever it names enters the dossier."""
    gens = doublons.participations_vues(agent).filter(dossier_id=dossier).select_related("personne")
    connus = [
        Identite(p.personne.nom, p.personne.prenom, p.personne.nom_usage,
                 tuple(t.e164 for t in p.personne.telephones.all()), p.personne.courriel, p.personne.rpps, p.personne_id)
        for p in gens.prefetch_related("personne__telephones").order_by("pk")
    ]  # fmt: skip
    saisie = identite_de(ligne)
    proches_ = rapprocher(saisie, connus)
    if not (saisie.nom or saisie.prenom):
        return proches_[0].candidat.cle if proches_ else None
    return next((r.candidat.cle for r in proches_ if r.est_fort and "autre prénom" not in r.raisons), None)


def saisie_de(ligne: LigneImport) -> Saisie:
    """Return what of a line may tell who somebody is."""
    champs = (
        "numero",
        "courriel",
        "rpps",
        "nom",
        "prenom",
        "conjoint_nom",
        "conjoint_prenom",
        "conjoint_numero",
        "communes",
    )
    return Saisie(**{c: ", ".join(ligne.saisie.get(c, [])) for c in champs})


def _cles(identite: Identite) -> list[str]:
    noms = [f"n{sonner(identite.nom)}|{sonner(identite.prenom)}"] if identite.nom and identite.prenom else []
    autres = [f"c{identite.courriel.lower()}"] if identite.courriel else []
    return [*(f"t{t}" for t in identite.telephones), *autres, *noms]


def proches(ligne: LigneImport, agent: Agent) -> tuple[list[list[Any]], bool]:
    """Return the open files of people a line may name, and whether one exists out of the agent's field."""
    saisie = saisie_de(ligne)
    if not saisie:
        return [], False
    identite = doublons.identite(agent, saisie)
    trouves: dict[int, list[Any]] = {}
    for r in doublons.reconnaitre(agent, identite):
        for d in r.ouverts[:2]:
            # a couple is two people of one file: the likeliest speaks
            trouves.setdefault(d.pk, [d.pk, r.personne.pk, r.raisons, r.rapprochement.est_fort])
    return list(trouves.values())[:4], bool(doublons.caches(agent, identite))


def champs_proposes() -> list[tuple[str, str]]:
    """Return what a column may become, in the order of the screen."""
    return [(code, champ.libelle) for code, champ in CHAMPS.items()]
