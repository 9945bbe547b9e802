"""The household's plan, read backwards from the wished day: computed over all its needs, shown as far as the reader may."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from dossiers.models import Agent, Attend, Demarche, Dossier
from dossiers.models.machine import libelles
from dossiers.regles.ics import Journee, calendrier
from dossiers.regles.retroplanning import Difference, Ligne, Tache, comparer, lier, planifier

LARGEUR = 200
"""Width of the bars' drawing."""


@dataclass(frozen=True)
class Rang:
    """One task as a row: its need, who must act, whom it holds back, what it waits for, its bar (left, width)."""

    besoin: str
    ligne: Ligne
    qui: str
    retient: list[str]
    attend: list[str]
    barre: tuple[int, int]

    @property
    def etat(self) -> str:
        """« fait », « en retard », « en cours » or « à venir »."""
        if self.ligne.tache.finie_le:
            return "fait"
        if self.ligne.retard:
            return "en retard"
        return "en cours" if self.ligne.tache.commencee_le else "à venir"


@dataclass(frozen=True)
class Groupe:
    """One need of the plan."""

    demarche: Demarche
    rangs: list[Rang]
    annonces: list[str]

    @property
    def fin(self) -> dt.date:
        """The last day of its last task."""
        return max(r.ligne.fin for r in self.rangs)

    @property
    def retards(self) -> int:
        """How many of its tasks are late."""
        return sum(r.ligne.retard > 0 for r in self.rangs)


@dataclass(frozen=True)
class Retroplanning:
    """The whole plan as one reader sees it; `repere` is where today falls in the bars, `liens` what joins the needs."""

    but: dt.date
    groupes: list[Groupe]
    repere: int
    liens: list[tuple[str, str, str]]

    @property
    def retards(self) -> list[Rang]:
        """What is late, the most late first."""
        tous = [r for g in self.groupes for r in g.rangs if r.ligne.retard]
        return sorted(tous, key=lambda r: -r.ligne.retard)

    @property
    def debut(self) -> dt.date:
        """The first day of what is still to do."""
        ouverts = [r.ligne.debut for g in self.groupes for r in g.rangs if not r.ligne.tache.finie_le]
        return min(ouverts, default=self.but)


def date_visee(dossier: Dossier) -> dt.date | None:
    """Return the household's wished day: the opening's when an open path has one, else the arrival's."""
    visees = [d.visee_le for d in _besoins(dossier) if d.visee_le and not d.est_finie]
    return min(visees, default=dossier.echeance)


def lire(agent: Agent, dossier: Dossier, but: dt.date, aujourdhui: dt.date) -> Retroplanning:
    """Return the plan of a dossier found by `fiche.trouver`, counted back from a day."""
    demarches = _besoins(dossier)
    lignes = {ligne.tache.cle: ligne for ligne in _planifier(demarches, but, aujourdhui)}
    vues = [d for d in demarches if agent.peut_lire(d.section)]
    taches = {d.pk: d.taches() for d in vues}
    noms = {t.cle: nommer(t, d) for d in vues for t in taches[d.pk]}
    bornes = _bornes([lignes[c] for c in noms], but, aujourdhui)
    groupes = [
        Groupe(d, _rangs(d, [lignes[t.cle] for t in taches[d.pk]], noms, bornes), d.annonces(aujourdhui))
        for d in vues
        if taches[d.pk]
    ]
    reperes = {t.repere: noms[t.cle] for d in vues for t in taches[d.pk]}
    return Retroplanning(but, groupes, _place(aujourdhui, bornes), _liens(reperes))


def _liens(reperes: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return what joins the needs the reader sees both ends of: the first, the second, why."""
    liens = [li for li in Demarche.PLAN.liens if {li.avant, li.apres} <= reperes.keys()]
    return [(reperes[li.avant], reperes[li.apres], li.pourquoi) for li in liens]


def differences(
    agent: Agent, dossier: Dossier, avant: dt.date, apres: dt.date, aujourdhui: dt.date
) -> list[tuple[str, Difference]]:
    """Return what a new wished day moves, each with its need, among what this agent may read."""
    demarches = _besoins(dossier)
    besoins = {t.cle: d.libelle_besoin for d in demarches if agent.peut_lire(d.section) for t in d.taches()}
    plans = (_planifier(demarches, jour, aujourdhui) for jour in (avant, apres))
    return [(besoins[d.tache.cle], d) for d in comparer(*plans) if d.tache.cle in besoins]


def en_calendrier(dossier: Dossier, plan: Retroplanning, ecrit_le: dt.datetime) -> str:
    """Return the plan as a calendar file: what is still to do, named by the dossier's number alone."""
    journees = [Journee(f"{dossier.numero}-but@guichet", f"{dossier.numero} : date visée", plan.but, plan.but)]
    for groupe in plan.groupes:
        for rang in groupe.rangs:
            ligne = rang.ligne
            if not ligne.tache.finie_le:
                titre = f"{dossier.numero} : {groupe.demarche.libelle_besoin.lower()}, {ligne.tache.libelle}"
                uid = f"{dossier.numero}-{ligne.tache.cle}@guichet"
                journees.append(Journee(uid, titre, ligne.debut, ligne.fin, f"Qui agit : {rang.qui}"))
    return calendrier(f"Dossier {dossier.numero}", journees, ecrit_le)


def nommer(tache: Tache, demarche: Demarche) -> str:
    """Name a task shortly from another's row: « F08 », « logement (visites) »."""
    code = tache.libelle.partition(" ")[0]
    if tache.repere.endswith(f".{code}"):
        return code
    return f"{demarche.libelle_besoin.lower()} ({tache.libelle.lower()})"


def _besoins(dossier: Dossier) -> list[Demarche]:
    """Return the needs with their own columns, their steps read at once the first time."""
    demarches = [d.specifique for d in dossier.demarches.all()]
    par_etapes = [d for d in demarches if hasattr(d, "etapes")]
    prefetch_related_objects(par_etapes, "etapes")
    return demarches


def _planifier(demarches: list[Demarche], but: dt.date, aujourdhui: dt.date) -> list[Ligne]:
    return planifier(lier([t for d in demarches for t in d.taches()], Demarche.PLAN.liens), but, aujourdhui)


def _rangs(demarche: Demarche, lignes: list[Ligne], noms: dict[str, str], bornes: tuple[dt.date, int]) -> list[Rang]:
    """Return a need's rows as the calendar meets them; on one day, in the need's own order."""
    rangs = []
    for ligne in sorted(lignes, key=lambda li: (li.debut, li.fin)):
        gauche = _place(ligne.debut, bornes)
        rang = Rang(
            besoin=demarche.libelle_besoin,
            ligne=ligne,
            qui=libelles(Attend).get(ligne.tache.qui, ""),
            retient=[noms[c] for c in ligne.retient if c in noms],
            attend=[noms[c] for c in ligne.attend if c in noms],
            barre=(gauche, max(2, _place(ligne.fin, bornes) - gauche)),
        )
        rangs.append(rang)
    return rangs


def _bornes(lignes: list[Ligne], but: dt.date, aujourdhui: dt.date) -> tuple[dt.date, int]:
    """Return the first day drawn, and how many days the drawing holds."""
    debut = min([aujourdhui, *(li.debut for li in lignes)])
    return debut, max(1, (max([but, aujourdhui, *(li.fin for li in lignes)]) - debut).days)


def _place(jour: dt.date, bornes: tuple[dt.date, int]) -> int:
    return (jour - bornes[0]).days * LARGEUR // bornes[1]
