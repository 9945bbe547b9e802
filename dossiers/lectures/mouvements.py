"""Before two files become one: what would move, who is the same; and the transfers a territory keeps the trace of."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q

from dossiers.models import (
    Agent,
    Appel,
    Courrier,
    DemandeAcces,
    Demarche,
    Dossier,
    Engagement,
    Fusion,
    Participant,
    Personne,
    Transfert,
)
from dossiers.models.mouvements import deplacables, memes_personnes, modeles_deplaces
from dossiers.regles.droits import Section
from dossiers.regles.numeros import lire_numero

MONTRES = 6


@dataclass(frozen=True)
class ApercuFusion:
    """What a merger would do, said before it is done."""

    maitre: Dossier
    absorbe: Dossier
    demarches: list[Demarche]
    memes: list[tuple[Personne, Personne]]
    """People of the absorbed file with whom of the master they surely are."""
    entrants: list[Personne]
    comptes: list[str] = field(default_factory=list)
    lettres_restees: int = 0

    @property
    def doubles(self) -> list[str]:
        """The needs that would be open twice, side by side."""
        ouverts = {d.type for d in self.maitre.demarches.all() if not d.est_finie}
        return sorted({d.nom_besoin for d in self.demarches if d.type in ouverts and not d.est_finie})

    @property
    def personne_en_commun(self) -> bool:
        return bool(self.memes)


def trouver_autre(agent: Agent, dossier: Dossier, numero: str) -> Dossier | None:
    """Return the other file by its number, as this agent may see it."""
    lu = lire_numero(numero)
    return Dossier.objects.visibles_par(agent).exclude(pk=dossier.pk).filter(numero=lu).first() if lu else None


def proches(agent: Agent, dossier: Dossier) -> list[Dossier]:
    """Return the files that may be the same household's: somebody or a number in common."""
    personnes = Participant.objects.filter(dossier=dossier).values("personne_id")
    numeros = Participant.objects.filter(dossier=dossier).exclude(personne__telephones__e164="")
    commun = Participant.objects.filter(
        Q(personne_id__in=personnes) | Q(personne__telephones__e164__in=numeros.values("personne__telephones__e164"))
    )
    visibles = Dossier.objects.visibles_par(agent).exclude(pk=dossier.pk).filter(absorbe_par=None)
    return list(visibles.filter(pk__in=commun.values("dossier_id")).order_by("-mouvement_le")[:MONTRES])


def apercevoir(maitre: Dossier, absorbe: Dossier) -> ApercuFusion:
    """Return what moving one file into another would do, without writing anything."""
    memes = memes_personnes(absorbe, maitre)
    fiches = Personne.objects.in_bulk({*memes, *memes.values()})
    deja = set(maitre.participants.values_list("personne_id", flat=True))
    arrivants = absorbe.participants.exclude(personne_id__in={*memes, *deja}).select_related("personne")
    comptes: list[tuple[type[Model], int]] = [
        (Appel, Appel.objects.filter(dossiers=absorbe).exclude(dossiers=maitre).count())
    ]
    comptes += [(m, deplacables(m, absorbe).count()) for m in modeles_deplaces() if m is not Demarche]
    return ApercuFusion(
        maitre=maitre,
        absorbe=absorbe,
        demarches=list(absorbe.demarches.all()),
        memes=[(fiches[de], fiches[vers]) for de, vers in memes.items()],
        entrants=[p.personne for p in arrivants],
        comptes=[_dire_combien(m, combien) for m, combien in comptes if combien],
        lettres_restees=absorbe.courriers.filter(etat=Courrier.Etat.PRODUIT).count(),
    )


def _dire_combien(modele: type[Model], combien: int) -> str:
    """Say how many rows of a sort move, in the words of the screens: « 2 promesses »."""
    mots = {Engagement: ("promesse", "promesses"), DemandeAcces: ("demande d’accès", "demandes d’accès")}
    un, plusieurs = mots.get(modele, (str(modele._meta.verbose_name), str(modele._meta.verbose_name_plural)))
    return f"{combien} {un if combien == 1 else plusieurs}"


def fusion_a_defaire(agent: Agent, pk: int) -> Any:
    """Return the merger this agent may look at, by the file that was taken in."""
    visibles = Dossier.objects.visibles_par(agent)
    return Fusion.objects.filter(pk=pk, absorbe__in=visibles, dossier__in=visibles).select_related("dossier", "absorbe")


def fusions_de(agent: Agent, dossier: Dossier) -> list[Fusion]:
    """Return the mergers in force a file is part of, as master or absorbed; nothing for who may not merge."""
    if not agent.peut_lire(Section.FUSION):
        return []
    en_vigueur = Fusion.objects.filter(annulee_le=None).select_related("dossier", "absorbe")
    return list(en_vigueur.filter(Q(dossier=dossier) | Q(absorbe=dossier)))


def transferts(agent: Agent) -> list[Transfert]:
    """Return the files sent and received, latest first."""
    lus = Transfert.objects.visibles_par(agent).select_related("source", "cible", "agent")
    return list(lus[:200])
