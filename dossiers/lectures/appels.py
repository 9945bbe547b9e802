"""Calls: the list, one call, and who may be calling."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet

from dossiers.lectures.pagination import Page, paginer
from dossiers.models import Agent, Appel, Dossier, Participant, Personne
from dossiers.regles.doublons import Identite, rapprocher
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


MONTRES = 6


@dataclass
class Reconnu:
    """Somebody already known who may be calling, with why, their files, and the last promise made to them."""

    personne: Personne
    raisons: list[str] = field(default_factory=list)
    dossiers: list[Dossier] = field(default_factory=list)
    role: str = ""


def reconnaitre(
    agent: Agent, *, numero: str = "", nom: str = "", prenom: str = "", courriel: str = ""
) -> list[Reconnu]:
    """Return the people who may be calling, most likely first: same number, same e-mail, near name (a couple is two lines).

    A person of a territory or section the agent may not see is not in the list.
    """
    saisie = Identite(nom, prenom, telephones=(lire_telephone(numero).e164,), courriel=courriel)
    # a file taken in by another keeps its household's list: the master's is the one to answer by
    vivants = Dossier.objects.visibles_par(agent).filter(absorbe_par=None)
    participations = Participant.objects.filter(dossier__in=vivants)
    candidats = (
        Personne.objects.filter(_criteres(saisie), participations__in=participations)
        .distinct()
        .prefetch_related(
            "telephones", Prefetch("participations", participations.select_related("dossier"), to_attr="vues")
        )[:20]
    )
    vus = {p.pk: (p, vues) for p in candidats if (vues := [v for v in p.vues if agent.peut_lire(v.section)])}
    proches = rapprocher(saisie, [_identite(personne) for personne, _ in vus.values()])
    return [_reconnu(*vus[r.candidat.cle], r.raisons) for r in proches[:MONTRES] if r.candidat.cle is not None]


def _criteres(saisie: Identite) -> Q:
    """Return the wide net cast in the database; `rapprocher` then says who is near, and why."""
    criteres = Q(pk=None)
    if any(saisie.telephones):
        criteres |= Q(telephones__e164__in=saisie.telephones)
    if saisie.courriel:
        criteres |= Q(courriel__iexact=saisie.courriel)
    mots = [m for m in normaliser(saisie.nom).split() if len(m) >= 3]
    if mots:
        proche = Q()
        for mot in mots:
            proche &= Q(cle_nom__trigram_word_similar=mot) if len(mot) > 3 else Q(cle_nom__contains=mot)
        criteres |= proche
    return criteres


def _identite(personne: Personne) -> Identite:
    telephones = tuple(t.e164 for t in personne.telephones.all())
    return Identite(personne.nom, personne.prenom, personne.nom_usage, telephones, personne.courriel, cle=personne.pk)


def _reconnu(personne: Personne, vues: list[Participant], raisons: tuple[str, ...]) -> Reconnu:
    return Reconnu(personne, list(raisons), [p.dossier for p in vues], vues[0].get_role_display())
