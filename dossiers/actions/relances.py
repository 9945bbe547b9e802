"""The reminder ladder: what is due for each wait, decided from dated rows, written once, caught up after any outage.

One statement names the dossiers with something due (`relances_dues`); they are locked by lots, read and written, and the
others are left alone. A rung is a unique row (wait, rung): running twice, or after a month of silence, sends nothing twice
and skips nothing; of several rungs passed meanwhile, the last one acts and the others are marked as caught up.
"""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from dossiers.actions.echeances import classe_des_etapes
from dossiers.actions.relances_dues import dossiers_dus
from dossiers.courriers.taches import signaler_apres_commit
from dossiers.models import (
    Agent,
    Courrier,
    Demarche,
    Dossier,
    Horloge,
    ModeleCourrier,
    Participant,
    Relance,
    auteur,
    creer,
)
from dossiers.regles.delais import jour_de
from dossiers.regles.droits import Role, Section
from dossiers.regles.relances import ESPACEMENT, PARTENAIRES, SILENCE, Attente, Echelon, Faites, echelons_dus

LOT = 250
"""Dossiers locked at once: a caseworker never waits for more than the few tenths of a second their rows take."""
SIGNALES = 50
"""Letters announced to the worker at once by a lot; the sweep announces the others, two hundred at a time."""


@dataclass
class Bilan:
    """What a run did to so many dossiers with something due; `suite` is where the next one goes on when time was short."""

    dossiers: int = 0
    lettres: int = 0
    alertes: int = 0
    rattrapees: int = 0
    suite: int | None = None


@dataclass
class Plan:
    """What is due in some dossiers: rows to write, and which rows share a letter (dossier, addressee, model)."""

    relances: list[Relance] = field(default_factory=list)
    lettres: dict[tuple[int, int | None, str], list[Relance]] = field(default_factory=lambda: defaultdict(list))
    sections: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The sections of each dossier's open needs: a progress report names them all."""


@dataclass(frozen=True)
class Bureau:
    """What letters need besides their dossier: the models in force, and who signs where there is no référent."""

    modeles: dict[str, ModeleCourrier]
    signataires: dict[tuple[int, int], Agent]

    @classmethod
    def ouvrir(cls, maintenant: dt.datetime) -> "Bureau":
        """Read it once a run; a supervisor signs rather than an instructeur."""
        agents = Agent.objects.filter(is_active=True, role__in=[Role.SUPERVISEUR, Role.INSTRUCTEUR])
        modeles = ModeleCourrier.objects.filter(code__in=["C11", "C22"], effet_le__lte=jour_de(maintenant))
        return cls(
            {m.code: m for m in modeles.order_by("version")},
            {(a.organisme_id, a.territoire_id): a for a in agents.order_by("role", "-pk")},
        )

    def signataire(self, dossier: Dossier) -> Agent | None:
        referent = dossier.referent
        if referent and referent.is_active:
            return referent
        return self.signataires.get((dossier.pilote_id, dossier.territoire_id))


@contextmanager
def seul(travail: str) -> Iterator[bool]:
    """Hold a job's advisory lock: of two clocks, one runs; yields False to the other."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [travail])
        (obtenu,) = curseur.fetchone()
    try:
        yield obtenu
    finally:
        if obtenu:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_unlock(hashtext(%s))", [travail])


def relancer(maintenant: dt.datetime, *, depuis: int = 0, secondes: float = 3600) -> Bilan:
    """Climb the ladder of every dossier after the key `depuis`, for so many seconds at most; return what was done."""
    bilan, arret = Bilan(), time.monotonic() + secondes
    with seul("relancer") as a_moi:
        if not a_moi:
            return bilan
        dus = dossiers_dus(maintenant, depuis=depuis)
        bureau = Bureau.ouvrir(maintenant) if dus else Bureau({}, {})
        for debut in range(0, len(dus), LOT):
            lot = dus[debut : debut + LOT]
            bilan.dossiers += len(lot)
            _ecrire(lot, maintenant, bureau, bilan)
            if debut + LOT < len(dus) and time.monotonic() > arret:
                bilan.suite = lot[-1]
                break
    return bilan


def _relancables() -> Any:
    """Open files that may be written to by themselves: never a confidential one, never a suspended one."""
    return Dossier.objects.ouverts().filter(confidentiel=False).exclude(etat=Dossier.Etat.SUSPENDU)


def _ecrire(cles: list[int], maintenant: dt.datetime, bureau: Bureau, bilan: Bilan) -> None:
    with transaction.atomic(), auteur(None, geste="relancer"):
        # somebody at work on a file right now is left in peace: the next run comes back to it
        verrouilles = _relancables().select_for_update(of=("self",), skip_locked=True).filter(pk__in=cles)
        dossiers = {d.pk: d for d in verrouilles.order_by("pk").select_related("referent")}
        plan = _prevoir(Dossier.objects.filter(pk__in=dossiers), maintenant)
        courriers = _courriers(plan, dossiers, bureau, maintenant)
        creer(courriers)
        creer(plan.relances)
        for courrier in courriers[:SIGNALES]:
            signaler_apres_commit(courrier.pk)
    bilan.lettres += len(courriers)
    bilan.alertes += sum(r.issue == Relance.Issue.ALERTE for r in plan.relances)
    bilan.rattrapees += sum(r.issue == Relance.Issue.RATTRAPEE for r in plan.relances)


# -- what is due ---------------------------------------------------------------------------------------------------


def _prevoir(dossiers: Any, maintenant: dt.datetime) -> Plan:
    """Read the waits of some dossiers and return what is due, in six queries whatever their number."""
    lus = {d.pk: d for d in dossiers.only("pk", "etat", "mouvement_le", "territoire_id")}
    attentes, horloge = _attentes(list(lus), maintenant)
    faites, derniere_lettre = _deja(list(lus))
    conjoints = dict(
        Participant.objects.filter(dossier_id__in=lus, role=Participant.Role.CONJOINT).values_list(
            "dossier_id", "personne_id"
        )
    )
    plan, aujourdhui = Plan(), jour_de(maintenant)
    for attente in attentes:
        plan.sections[attente.dossier_id].add(attente.section)
        if horloge.en_pause(attente.demarche_id, aujourdhui):
            continue
        cle = (attente.dossier_id, attente.demarche_id, attente.precision, attente.depuis)
        destinataire = conjoints.get(attente.dossier_id) if attente.attend == "conjoint" else None
        sans_personne = attente.attend == "conjoint" and destinataire is None
        recente = derniere_lettre.get((attente.dossier_id, destinataire))
        peut_ecrire = recente is None or (aujourdhui - recente).days >= ESPACEMENT
        for du in echelons_dus(attente, faites.get(cle, {}), aujourdhui, peut_ecrire=peut_ecrire):
            relance = _relance(attente, du, maintenant)
            if relance.issue == Relance.Issue.LETTRE and sans_personne:
                relance.issue = Relance.Issue.SANS_DESTINATAIRE
            elif relance.issue == Relance.Issue.LETTRE:
                plan.lettres[attente.dossier_id, destinataire, "C11"].append(relance)
            plan.relances.append(relance)
    _points_d_etape(plan, lus, attentes, horloge, faites, derniere_lettre, maintenant)
    return plan


def _attentes(cles: list[int], maintenant: dt.datetime) -> tuple[list[Attente], Horloge]:
    """Return what the open démarches and steps of these dossiers wait for, and the calendar they are counted with."""
    demarches = list(Demarche.objects.ouvertes().filter(dossier_id__in=cles).select_related("dossier"))
    etapes: dict[int, list[Any]] = defaultdict(list)
    for etape in classe_des_etapes()._default_manager.filter(dossier_id__in=cles):
        etapes[etape.formalites_id].append(etape)  # type: ignore[attr-defined]
    horloge = Horloge.pour(demarches)
    attentes = []
    for demarche in demarches:
        siennes = etapes.get(demarche.pk, [])
        en_route = [e for e in siennes if not e.est_finie and (e.delai or e.echeance_fixee)]
        # a path waits by its steps; by itself only while none of them does, and from the last that moved
        for objet in en_route or [demarche]:
            depart = objet.etat_depuis if en_route else max([demarche.etat_depuis, *(e.etat_depuis for e in siennes)])
            attentes.append(_attente(objet, demarche, depart, horloge))
    return attentes, horloge


def _attente(objet: Any, demarche: Demarche, depart: dt.datetime, horloge: Horloge) -> Attente:
    return Attente(
        dossier_id=demarche.dossier_id,
        demarche_id=demarche.pk,
        precision="" if objet is demarche else objet.code,
        attend=str(objet.attend),
        depuis=objet.etat_depuis,
        depart=jour_de(depart),
        calendrier=horloge.calendrier(demarche.organisme_id),
        pauses=tuple(horloge.pauses.get(demarche.pk, ())),
        section=str(demarche.classe.section),
    )


def _deja(cles: list[int]) -> tuple[dict[Any, Faites], dict[tuple[int, int | None], dt.date]]:
    """Return the rungs reached by wait, and the day of the last reminder by dossier and addressee."""
    faites: dict[Any, Faites] = defaultdict(dict)
    derniere: dict[tuple[int, int | None], dt.date] = {}
    lignes = Relance.objects.filter(dossier_id__in=cles).values_list(
        "dossier_id", "demarche_id", "precision", "attente_depuis", "echelon", "issue", "faite_le",
        "courrier__destinataire_id",
    )  # fmt: skip
    for dossier, demarche, precision, depuis, echelon, issue, faite_le, destinataire in lignes:
        jour = jour_de(faite_le)
        faites[dossier, demarche, precision, depuis][Echelon(echelon)] = (issue, jour)
        if issue == Relance.Issue.LETTRE and demarche:
            derniere[dossier, destinataire] = max(jour, derniere.get((dossier, destinataire), jour))
    # a reminder somebody asked for by hand is one more letter received: the clock keeps its week after it
    a_la_main = Courrier.objects.filter(dossier_id__in=cles, modele__code="C11", relances=None)
    for dossier, destinataire, demande_le in a_la_main.values_list("dossier_id", "destinataire_id", "demande_le"):
        jour = jour_de(demande_le)
        derniere[dossier, destinataire] = max(jour, derniere.get((dossier, destinataire), jour))
    return faites, derniere


def _relance(attente: Attente, du: tuple[Echelon, str], maintenant: dt.datetime) -> Relance:
    return Relance(
        dossier_id=attente.dossier_id, demarche_id=attente.demarche_id, section=attente.section,
        precision=attente.precision, attente_depuis=attente.depuis, echelon=str(du[0]), issue=du[1], faite_le=maintenant,
    )  # fmt: skip


def _points_d_etape(
    plan: Plan,
    dossiers: dict[int, Dossier],
    attentes: list[Attente],
    horloge: Horloge,
    faites: dict[Any, Faites],
    derniere_lettre: dict[tuple[int, int | None], dt.date],
    maintenant: dt.datetime,
) -> None:
    """Tell the candidate honestly, once a stillness, that nothing moved though nothing is asked of them."""
    aujourdhui = jour_de(maintenant)
    dues = {
        a.dossier_id
        for a in attentes
        if a.attend in (*PARTENAIRES, "guichet") and not horloge.en_pause(a.demarche_id, aujourdhui)
    }
    for cle in dues:
        dossier = dossiers[cle]
        immobile = (aujourdhui - jour_de(dossier.mouvement_le)).days >= SILENCE
        recente = derniere_lettre.get((cle, None))
        ecrite = (cle, None, "C11") in plan.lettres or (recente and (aujourdhui - recente).days < ESPACEMENT)
        connue = (cle, None, "", dossier.mouvement_le) in faites
        if not immobile or ecrite or connue or dossier.etat not in Dossier.VIVANTS:
            continue
        point = Relance(
            dossier_id=cle, section=str(Section.IDENTITE), attente_depuis=dossier.mouvement_le,
            echelon=Relance.Echelon.POINT_ETAPE, issue=Relance.Issue.LETTRE, faite_le=maintenant,
        )  # fmt: skip
        plan.relances.append(point)
        plan.lettres[cle, None, "C22"].append(point)


# -- letters -------------------------------------------------------------------------------------------------------


def _courriers(plan: Plan, dossiers: dict[int, Dossier], bureau: Bureau, maintenant: dt.datetime) -> list[Courrier]:
    """Return one letter for all that is due to one person; nobody to sign it, or no model: the next run tries again."""
    courriers, remises = [], set()
    for (cle, destinataire, code), relances in plan.lettres.items():
        dossier = dossiers[cle]
        agent, modele = bureau.signataire(dossier), bureau.modeles.get(code)
        if agent is None or modele is None:
            remises |= {id(r) for r in relances}
            continue
        courrier = Courrier(
            dossier=dossier, modele=modele, occurrence=f"horloge-{jour_de(maintenant)}-{destinataire or 0}",
            destinataire_id=destinataire, demande_par=agent, demande_le=maintenant,
            sections=sorted({str(Section.IDENTITE), *(plan.sections[cle] if code == "C22" else {r.section for r in relances})}),
        )  # fmt: skip
        for relance in relances:
            relance.courrier = courrier
        courriers.append(courrier)
    plan.relances = [r for r in plan.relances if id(r) not in remises]
    return courriers
