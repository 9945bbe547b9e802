"""The catalogue of aids, the zoning, and what the eligibility assistant says of a project."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from dossiers.models import Agent, Commune, Demarche, Dispositif, Dossier, Participant, Zonage
from dossiers.regles.eligibilite import Avis, Issue, Projet, juger, zones

ETATS_D_ABORD = (Dispositif.Ouverture.OUVERT, Dispositif.Ouverture.A_VERIFIER, Dispositif.Ouverture.FERME)


@dataclass(frozen=True)
class Catalogue:
    """The rows asked for, and how many of each state there are in all."""

    lignes: list[tuple[Dispositif, str]]
    """An aid, and why it must be checked first."""
    comptes: list[tuple[str, str, int]]


def catalogue(ouverture: str, mots: str, aujourdhui: dt.date) -> Catalogue:
    """Return the catalogue, what is open first, narrowed by state and words."""
    comptes = dict(Dispositif.objects.values_list("ouverture").annotate(n=Count("pk")).order_by())
    requete = _par_etat(Dispositif.objects.chercher(mots))
    if ouverture in Dispositif.Ouverture.values:
        requete = requete.filter(ouverture=ouverture)
    return Catalogue(
        [(d, d.avertissement(aujourdhui)) for d in requete.select_related("verifie_par")],
        [(str(e), str(e.label), comptes.get(str(e), 0)) for e in ETATS_D_ABORD],
    )


def _par_etat(requete: QuerySet[Dispositif]) -> QuerySet[Dispositif]:
    rangs = [When(ouverture=e, then=Value(rang)) for rang, e in enumerate(ETATS_D_ABORD)]
    return requete.order_by(Case(*rangs, output_field=IntegerField()), "code")


def verifications(dispositif: Dispositif) -> list[Any]:
    """Return who checked a row and when, latest first, from its history."""
    lignes = dispositif.history.filter(history_geste="verifier_dispositif").select_related("history_user")  # type: ignore[attr-defined]
    return list(lignes.order_by("-history_date")[:20])


def zonage(territoire_id: int, *, a_la_date: dt.date | None = None) -> list[Zonage]:
    """Return how a territory's places are classed, all periods or those in force on a day."""
    lignes = Zonage.objects.filter(territoire_id=territoire_id).select_related("commune")
    return list(lignes.filter(_en_vigueur(a_la_date)) if a_la_date else lignes)


def _en_vigueur(jour: dt.date) -> Q:
    return Q(du__lte=jour) & (Q(au__isnull=True) | Q(au__gte=jour))


def quartiers(territoire_id: int) -> list[str]:
    """Return the priority districts known in a territory."""
    noms = Zonage.objects.filter(territoire_id=territoire_id).exclude(qpv="").values_list("qpv", flat=True)
    return list(noms.order_by("qpv").distinct())


def situer(agent: Agent, commune: str, quartier: str, jour: dt.date | None) -> tuple[dict[str, bool | None], bool]:
    """Return the zones of a place on a day, and whether the rows that say so were checked.

    `commune` is an INSEE code, `quartier` the name of a district, « non » or nothing.
    """
    lignes = []
    if jour:
        lieu = Q(commune__code_insee=commune, qpv="") if commune else Q(pk=None)
        if quartier and quartier != "non":
            lieu |= Q(qpv=quartier)
        lignes = list(Zonage.objects.filter(_en_vigueur(jour), lieu, territoire_id=agent.territoire_id))
    dans_un_quartier = None if not quartier else quartier != "non"
    # a district may be a ZIP inside a ZAC (domaine.md §4): its own class stands
    propres = [z for z in lignes if z.qpv and z.famille == "medicale"]
    retenues = [z for z in lignes if not (propres and z.famille == "medicale" and not z.qpv)]
    return zones([z.classe for z in retenues], dans_un_quartier), all(z.verifie_le for z in retenues)


@dataclass(frozen=True)
class Reponse:
    """What the assistant says of one aid."""

    dispositif: Dispositif
    avis: Avis
    avertissement: str
    ouverte: bool = False
    """Whether the dossier already has this aid under way."""

    @property
    def ouvrable(self) -> bool:
        return self.avis.issue != Issue.IMPOSSIBLE and not self.ouverte


def repondre(projet: Projet, aujourdhui: dt.date, dossier: Dossier | None = None) -> list[tuple[str, list[Reponse]]]:
    """Return the answers for all aids, probable first, each group under its word."""
    ouvertes = _deja_ouvertes(dossier) if dossier else set()
    reponses = [
        Reponse(d, juger(d.fiche, projet), d.avertissement(aujourdhui), d.pk in ouvertes)
        for d in _par_etat(Dispositif.objects.all())
    ]
    groupes = {issue: [r for r in reponses if r.avis.issue == issue] for issue in Issue}
    return [(groupe[0].avis.libelle, groupe) for groupe in groupes.values() if groupe]


def _deja_ouvertes(dossier: Dossier) -> set[int]:
    aides = Demarche.REGISTRE["aides"]._default_manager.filter(dossier=dossier).exclude(etat__in=Demarche.FINAUX)
    return set(aides.exclude(dispositif=None).values_list("dispositif", flat=True))


def connu(dossier: Dossier) -> dict[str, Any]:
    """Return what a dossier already says of the project: the doctor's status, the place, the date."""
    medecin = (
        dossier.participants.filter(role=Participant.Role.MEDECIN).values_list("personne__statut", flat=True).first()
    )
    commune = Commune.objects.filter(dossiers=dossier).order_by("cle_tri").values_list("code_insee", flat=True).first()
    return {
        "statut": medecin or "",
        "commune": commune or "",
        "installation_le": dossier.installe_le or dossier.echeance,
    }
