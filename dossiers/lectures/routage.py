"""Routing rules as a supervisor reads them: versions, draft, and « qui aurait reçu quoi » on the past months."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils import timezone

from dossiers.models import (
    FINAUX_COMMUNS,
    Agent,
    Demarche,
    Dossier,
    JeuRegles,
    Organisme,
    Participant,
    RegleAffectation,
    Territoire,
)
from dossiers.models.equipe import equipier, lire_conges, lire_equipe, regle_pure
from dossiers.regles.routage import Choix, Demande, regle_de, rejouer

MOIS_MAX = 24
AVANT = dt.timedelta(days=30)
"""What a month counts for when going back."""

Destinataire = tuple[int, int | None]
"""An organisation and one of its agents, or nobody yet."""


@dataclass(frozen=True)
class Passee:
    """A démarche of the past: what is routed, and who received it when it was opened."""

    demande: Demande
    recue_par: Destinataire


@dataclass(frozen=True)
class LigneSimulation:
    """One organisation or agent: how many démarches it received, how many it would have received."""

    organisme: str
    agent: str
    avant: int
    apres: int

    @property
    def ecart(self) -> str:
        """« +3 », « −2 », « 0 »."""
        ecart = self.apres - self.avant
        return f"+{ecart}" if ecart > 0 else str(ecart).replace("-", "−")


@dataclass(frozen=True)
class Simulation:
    """What the past months would have been under a set of rules."""

    mois: int
    demarches: int
    changeraient: int
    sans_regle: int
    lignes: list[LigneSimulation]


def jeux(territoire: Territoire) -> list[JeuRegles]:
    """Return the versions, the latest first; the one in force is marked `en_vigueur`."""
    lus = list(JeuRegles.objects.filter(territoire=territoire).select_related("publie_par").prefetch_related("regles"))
    courants = [j for j in lus if j.publie_le and j.effet_le and j.effet_le <= timezone.localdate()]
    courant = max(courants, key=lambda j: (j.effet_le, j.numero), default=None)
    for jeu in lus:
        jeu.en_vigueur = jeu is courant  # type: ignore[attr-defined]
    return lus


def regles_en_vigueur(territoire: Territoire) -> list[RegleAffectation]:
    """Return the rules that decide today."""
    lues = RegleAffectation.objects.filter(territoire=territoire).en_vigueur(timezone.localdate())
    return trier(lues)


def regles_de(jeu: JeuRegles) -> list[RegleAffectation]:
    """Return the rules of a version, by need."""
    return trier(jeu.regles.all())


def trier(regles: Any) -> list[RegleAffectation]:
    lues = list(regles.select_related("organisme", "agent", "commune", "jeu"))
    return sorted(lues, key=lambda r: (r.libelle_besoin, r.commune.cle_tri if r.commune else "", r.statut, r.pk))


def simuler(jeu: JeuRegles, mois: int) -> Simulation:
    """Replay the démarches opened in the last months under a set of rules, as if it had been in force.

    The same pure function routes the calls of today, absences and loads included, so what is shown is what publication
    will do. « Avant » is who received the démarche when it was opened.
    """
    mois = max(1, min(mois, MOIS_MAX))
    aujourdhui = timezone.localdate()
    depuis = aujourdhui - AVANT * mois
    passees = _passees(jeu.territoire, depuis)
    base = RegleAffectation.objects.filter(territoire=jeu.territoire, jeu=None)
    regles = [regle_pure(r) for r in (*jeu.regles.select_related("jeu"), *base)]
    equipes = lire_equipe(
        jeu.territoire, Organisme.objects.filter(territoires=jeu.territoire).values_list("pk", flat=True)
    )
    choix = rejouer(
        [p.demande for p in passees],
        regles,
        {pk: equipier(a) for pk, a in equipes.items()},
        lire_conges(equipes, depuis, aujourdhui),
        _charges_au_depart(jeu.territoire, depuis),
    )
    apres = [_destinataire(c) for c in choix]
    return Simulation(
        mois=mois,
        demarches=len(passees),
        changeraient=sum(1 for p, a in zip(passees, apres, strict=True) if a != p.recue_par),
        sans_regle=sum(1 for p in passees if regle_de(p.demande, regles) is None),
        lignes=_lignes(Counter(p.recue_par for p in passees), Counter(apres)),
    )


def _destinataire(choix: Choix) -> Destinataire:
    return (choix.regle.organisme if choix.regle else 0, choix.agent)


def _passees(territoire: Territoire, depuis: dt.date) -> list[Passee]:
    """Read the démarches opened since a day from the first row of their history, in the order they were opened."""
    nees: dict[int, dict[str, Any]] = {}
    for classe in Demarche.REGISTRE.values():
        naissances = classe.history.filter(  # type: ignore[attr-defined]
            history_type="+", etat_depuis__date__gte=depuis, dossier__territoire=territoire
        )
        for ligne in naissances.values("id", "dossier_id", "etat_depuis", "organisme_id", "responsable_id"):
            nees[ligne["id"]] = ligne
    vivantes = {d.pk: d for d in Demarche.objects.filter(pk__in=nees)}
    foyers = _foyers({ligne["dossier_id"] for ligne in nees.values()})
    passees = []
    for cle, ligne in sorted(nees.items(), key=lambda n: (n[1]["etat_depuis"], n[0])):
        if demarche := vivantes.get(cle):
            communes, statut = foyers[ligne["dossier_id"]]
            passees.append(
                Passee(
                    Demande(
                        besoin=demarche.type,
                        jour=timezone.localdate(ligne["etat_depuis"]),
                        communes=communes,
                        statut=statut,
                        fin=timezone.localdate(demarche.etat_depuis) if demarche.est_finie else None,
                    ),
                    (ligne["organisme_id"], ligne["responsable_id"]),
                )
            )
    return passees


def _foyers(dossiers: Iterable[int]) -> dict[int, tuple[frozenset[int], str]]:
    medecin = Q(participants__role=Participant.Role.MEDECIN)
    lus = (
        Dossier.objects.filter(pk__in=list(dossiers))
        .annotate(
            cles=ArrayAgg("communes", filter=Q(communes__isnull=False), distinct=True, default=[]),
            statuts=ArrayAgg("participants__personne__statut", filter=medecin, distinct=True, default=[]),
        )
        .values_list("pk", "cles", "statuts")
    )
    return {pk: (frozenset(communes), next(iter(statuts), "")) for pk, communes, statuts in lus}


def _charges_au_depart(territoire: Territoire, depuis: dt.date) -> Counter[int]:
    """Count what each agent already had open when the period began."""
    tenues = Demarche.objects.filter(dossier__territoire=territoire, responsable__isnull=False).exclude(
        etat__in=FINAUX_COMMUNS, etat_depuis__date__lt=depuis
    )
    nees = {
        cle
        for classe in Demarche.REGISTRE.values()
        for cle in classe.history.filter(history_type="+", etat_depuis__date__gte=depuis).values_list("id", flat=True)  # type: ignore[attr-defined]
    }
    return Counter(agent for pk, agent in tenues.values_list("pk", "responsable_id") if pk not in nees)


def _lignes(avant: Counter[Destinataire], apres: Counter[Destinataire]) -> list[LigneSimulation]:
    cles = set(avant) | set(apres)
    organismes = {o.pk: o.sigle for o in Organisme.objects.filter(pk__in={o for o, _ in cles})}
    agents = {a.pk: str(a) for a in Agent.objects.filter(pk__in={a for _, a in cles if a})}
    lignes = [
        LigneSimulation(
            organismes.get(o, "Guichet, sans règle"), agents.get(a, "") if a else "", avant[(o, a)], apres[(o, a)]
        )
        for o, a in cles
    ]
    return sorted(lignes, key=lambda ligne: (ligne.organisme, ligne.agent))
