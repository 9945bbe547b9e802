"""« Expliquer ce délai », and the delays of each state with their versions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dossiers.models import Agent, DelaiEtat, Demarche, Fermeture, Horloge, Machine, Pause
from dossiers.models.demarches import ETAT_INITIAL
from dossiers.models.machine import libelles
from dossiers.regles.dates import date_avec_jour, date_longue
from dossiers.regles.delais import PREMIER_DELAI, Compte, JourCompte, jour_de


@dataclass(frozen=True)
class Explication:
    """One deadline in the order it is worked out: what is known, day by day, then the sentence that sums it up."""

    objet: Any
    donnees: list[tuple[str, str]]
    jours: list[JourCompte]
    resume: str
    pauses: list[Pause]
    en_pause: Pause | None


def expliquer(objet: Any) -> Explication:
    """Return how the deadline of a démarche or a step, its dossier already read, comes out of its dated events."""
    demarche = objet.demarche
    horloge = Horloge.pour([demarche])
    compte = horloge.compter(objet)
    pauses = list(Pause.objects.filter(demarche_id=demarche.pk))
    return Explication(
        objet=objet,
        donnees=_donnees(objet, compte, horloge),
        jours=compte.jours,
        resume=_resumer(objet, compte),
        pauses=pauses,
        en_pause=next((p for p in pauses if p.fin is None), None),
    )


def _donnees(objet: Any, compte: Compte, horloge: Horloge) -> list[tuple[str, str]]:
    lignes = [
        ("État", f"{objet.libelle_etat}, depuis le {date_longue(objet.etat_depuis)}"),
        ("Qui doit agir", objet.get_attend_display()),
    ]
    if compte.fixee:
        lignes.append(("Date donnée", f"le {date_longue(compte.fixee)}, fixée telle quelle"))
    elif compte.delai is not None:
        demarche = objet.demarche
        version = horloge.version(
            demarche.dossier.territoire_id, objet.cle_delai, objet.etat, jour_de(objet.etat_depuis)
        )
        source = (
            f"réglé par la supervision à partir du {date_longue(version[0])}"
            if version
            else "délai d’origine de cet état"
        )
        lignes.append(("Délai", f"{_ouvres(compte.delai)} ({source})"))
        lignes.append(("Calendrier", f"jours fériés de France, et jours de fermeture ({demarche.organisme})"))
    return lignes


def _ouvres(nombre: int) -> str:
    pluriel = "s" if nombre > 1 else ""
    return f"{nombre} jour{pluriel} ouvré{pluriel}"


def _resumer(objet: Any, compte: Compte) -> str:
    if compte.terme is None and compte.delai is None:
        return "Cette démarche est finie : rien n’y court." if objet.est_finie else "Aucun délai ne court à cet état."
    if compte.fixee:
        return f"À faire avant le {date_avec_jour(compte.fixee)} : la date est donnée, aucun jour n’est compté."
    non_comptes = sum(not j.compte for j in compte.jours[1:])
    if compte.terme is None:
        faits = max(j.rang for j in compte.jours)
        return f"Pas d’échéance tant que la pause dure : {faits} sur {_ouvres(compte.delai or 0)} sont écoulés."
    sans = f", {non_comptes} jour{'s' if non_comptes > 1 else ''} non compté{'s' if non_comptes > 1 else ''}"
    depart = date_longue(compte.depart)
    return (
        f"À faire avant le {date_avec_jour(compte.terme)} : {_ouvres(compte.delai or 0)} après le {depart}"
        f"{sans if non_comptes else ''}."
    )


@dataclass(frozen=True)
class LigneDelai:
    """One state that a delay is given to: the gesture's own, then the versions a supervisor decided, latest first."""

    besoin: str
    etat: str
    libelle_besoin: str
    libelle_etat: str
    du_geste: str
    versions: list[DelaiEtat]

    @property
    def cle(self) -> str:
        return f"{self.besoin}.{self.etat}"


def delais(agent: Agent) -> list[LigneDelai]:
    """Return every state a gesture gives a delay to, with this territory's versions."""
    versions: dict[tuple[str, str], list[DelaiEtat]] = {}
    for version in DelaiEtat.objects.filter(territoire_id=agent.territoire_id):
        versions.setdefault((version.besoin, version.etat), []).append(version)
    return [
        LigneDelai(cle, etat, nom, libelles(machine.Etat)[etat], du_geste, versions.get((cle, etat), []))
        for cle, nom, machine in _machines()
        for etat, du_geste in _etats(machine, premier=cle != DelaiEtat.ETAPE).items()
    ]


def choix_des_etats() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the states a delay may be set for, by need, as a form's choices."""
    return [
        (
            nom,
            [(f"{cle}.{etat}", libelles(machine.Etat)[etat]) for etat in _etats(machine, premier=cle != DelaiEtat.ETAPE)],
        )
        for cle, nom, machine in _machines()
    ]  # fmt: skip


def _machines() -> Iterable[tuple[str, str, type[Machine]]]:
    for besoin, classe in Demarche.REGISTRE.items():
        yield besoin, classe.libelle_besoin, classe
        if hasattr(classe, "etapes"):
            etape: Any = classe._meta.get_field("etapes").related_model
            yield DelaiEtat.ETAPE, "Étape de formalité", etape


def _etats(machine: type[Machine], *, premier: bool) -> dict[str, str]:
    """Return the states a gesture gives a delay to, with that delay in words (several gestures may lead to one state)."""
    trouves: dict[str, set[int]] = {ETAT_INITIAL: {PREMIER_DELAI}} if premier else {}
    for geste in machine.gestes().values():
        if geste.delai and geste.vers:
            trouves.setdefault(geste.vers, set()).add(geste.delai)
    return {etat: " ou ".join(map(str, sorted(jours))) for etat, jours in trouves.items()}


def fermetures(agent: Agent, aujourdhui: dt.date) -> list[Fermeture]:
    """Return the closures of the agent's organisation, those to come and those of the last year."""
    depuis = aujourdhui - dt.timedelta(days=365)
    return list(Fermeture.objects.filter(organisme_id=agent.organisme_id, jour__gte=depuis))
