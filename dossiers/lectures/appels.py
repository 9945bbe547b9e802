"""Calls: the list, one call, and who may be calling."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Appel, Dossier, Participant, Personne
from dossiers.regles.telephones import lire_telephone
from dossiers.regles.texte import normaliser


def liste(agent: Agent, curseur: str, issue: str = "") -> Page[Appel]:
    """Return one page of calls, latest first."""
    requete = Appel.objects.visibles_par(agent).select_related("agent").prefetch_related("communes", "dossiers")
    if issue:
        requete = requete.filter(issue=issue)
    return paginer(requete, "recu_le", curseur)


def trouver(agent: Agent) -> QuerySet[Appel]:
    """Return the calls this agent may open, with what a call's page shows."""
    visibles = Appel.objects.visibles_par(agent).select_related("agent", "territoire")
    dossiers = Dossier.objects.visibles_par(agent)
    return visibles.prefetch_related("communes", "personnes", "engagements", Prefetch("dossiers", dossiers))


@dataclass
class Reconnu:
    """Somebody already known who may be calling, with why, their files, and the last promise made to them."""

    personne: Personne
    raisons: list[str] = field(default_factory=list)
    dossiers: list[Dossier] = field(default_factory=list)
    role: str = ""


def reconnaitre(agent: Agent, *, numero: str = "", nom: str = "", courriel: str = "") -> list[Reconnu]:
    """Return the people who may be calling, best first: same number, same e-mail, near name (a couple is two lines).

    A person of a territory or section the agent may not see is not in the list.
    """
    e164 = lire_telephone(numero).e164
    criteres = Q(pk=None)
    if e164:
        criteres |= Q(telephones__e164=e164)
    if courriel:
        criteres |= Q(courriel__iexact=courriel)
    mots = [m for m in normaliser(nom).split() if len(m) >= 3]
    if mots:
        proche = Q()
        for mot in mots:
            proche &= Q(cle_nom__trigram_word_similar=mot) if len(mot) > 3 else Q(cle_nom__contains=mot)
        criteres |= proche
    participations = Participant.objects.filter(dossier__in=Dossier.objects.visibles_par(agent))
    candidats = (
        Personne.objects.filter(criteres, participations__in=participations)
        .distinct()
        .prefetch_related(
            "telephones", Prefetch("participations", participations.select_related("dossier"), to_attr="vues")
        )[:20]
    )
    return _classer(agent, candidats, e164=e164, courriel=courriel.lower(), nom=normaliser(nom))


def _classer(agent: Agent, candidats: Any, *, e164: str, courriel: str, nom: str) -> list[Reconnu]:
    trouves = []
    for personne in candidats:
        vues = [p for p in personne.vues if agent.peut_lire(p.section)]
        if not vues:
            continue
        raisons = []
        if e164 and any(t.e164 == e164 for t in personne.telephones.all()):
            raisons.append("même numéro")
        if courriel and personne.courriel.lower() == courriel:
            raisons.append("même courriel")
        if nom and set(nom.split()) & set(personne.cle_nom.split()):
            raisons.append("même nom")
        role = vues[0].get_role_display()
        trouves.append(Reconnu(personne, raisons or ["nom voisin"], [p.dossier for p in vues], role))
    return sorted(trouves, key=lambda r: (-len(r.raisons), "même numéro" not in r.raisons, r.personne.cle_nom))[:6]
