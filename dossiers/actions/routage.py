"""Who should carry a need: rules propose, people decide (`affectations`)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from dossiers.erreurs import Refus
from dossiers.models import (
    Agent,
    Commune,
    Dossier,
    Organisme,
    Participant,
    Personne,
    RegleAffectation,
    Territoire,
)
from dossiers.models.equipe import equipier, lire_conges, lire_equipe, regle_pure
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import PORTEURS
from dossiers.regles.routage import Choix, Demande, choisir, regle_de


@dataclass(frozen=True)
class Attribution:
    """An organisation, perhaps an agent, and the sentence that answers « pourquoi moi ? »."""

    organisme: Organisme
    agent: Agent | None
    pourquoi: str
    absence: int | None = None
    """The absence this agent covers, when they receive it in somebody else's name."""


def proposer(
    territoire: Territoire, besoins: Iterable[str], communes: Iterable[Commune], *, statut: str = ""
) -> dict[str, Attribution]:
    """Return who should carry each need, by the most precise rule in force today, else the line's holder.

    One query when no rule names anybody; agents with their load and absences are read only when one does. Raises `Refus`
    when the territory has no line holder.
    """
    jour = timezone.localdate()
    lues = RegleAffectation.objects.filter(territoire=territoire).en_vigueur(jour)
    modeles = {r.pk: r for r in lues.select_related("organisme", "agent", "commune", "jeu")}
    regles = [regle_pure(r) for r in modeles.values()]
    codes = frozenset(c.pk for c in communes)
    demandes = {b: Demande(besoin=b, jour=jour, communes=codes, statut=statut) for b in sorted(set(besoins))}
    appliquees = [r for d in demandes.values() if (r := regle_de(d, regles))]
    nommees = {r.organisme for r in appliquees if r.agent or r.moins_charge}
    agents = lire_equipe(territoire, nommees)
    equipe = {pk: equipier(a) for pk, a in agents.items()}
    conges = lire_conges(agents, jour)
    charges = {pk: a.charge for pk, a in agents.items()}  # type: ignore[attr-defined]
    attributions: dict[str, Attribution] = {}
    for besoin, demande in demandes.items():
        choix = choisir(demande, regles, equipe, conges, charges)
        if choix.agent is not None:
            charges[choix.agent] += 1
        attributions[besoin] = _attribution(choix, modeles, agents, territoire)
    return attributions


def _attribution(
    choix: Choix, modeles: dict[int, RegleAffectation], agents: dict[int, Agent], territoire: Territoire
) -> Attribution:
    if choix.regle is None:
        return Attribution(porteur_de(territoire), None, "Aucune règle : à la charge du guichet.")
    regle = modeles[choix.regle.cle]
    agent = agents.get(choix.agent) if choix.agent else None
    absence = choix.conge.cle if choix.conge and agent else None
    return Attribution(regle.organisme, agent, expliquer(choix, regle, agents), absence)


def expliquer(choix: Choix, regle: RegleAffectation, agents: dict[int, Agent]) -> str:
    """Answer « pourquoi moi ? » in one sentence: the rule, the loads compared, whom one stands in for."""
    version = f", version {regle.jeu.numero}" if regle.jeu else ""
    suite = ""
    if choix.charges:
        (elu, charge), *autres = choix.charges
        voisins = ", ".join(f"{agents[a]} {n}" for a, n in autres[:2])
        suite = f" ; le moins chargé : {agents[elu]}, {charge}{f' ({voisins})' if voisins else ''}"
    elif regle.moins_charge:
        suite = " ; personne n’est présent : à prendre"
    if choix.conge:
        retour = f"{agents[choix.conge.agent]} (absence jusqu’au {date_longue(choix.conge.fin)})"
        suite = f" ; à la place de {retour}" if choix.agent else f" ; {retour} n’a pas de remplaçant : à prendre"
    return f"Règle du territoire{version} : {regle.objet}{suite}."[:200]


def statut_du_foyer(foyer: Iterable[tuple[Personne, str]]) -> str:
    """Return the doctor's status, which rules may look at; empty when nobody noted it."""
    return next((str(p.statut) for p, role in foyer if role == Participant.Role.MEDECIN), "")


def porteur_de(territoire: Territoire) -> Organisme:
    """Return the organisation that holds the territory's line; raises `Refus` when none is set."""
    porteur = Organisme.objects.filter(territoires=territoire, nature__in=PORTEURS).order_by("id").first()
    if porteur is None:
        raise Refus("Ce territoire n’a pas d’organisme porteur : voyez les réglages.")
    return porteur


def reunir_intervenants(dossier: Dossier, organismes: Iterable[int]) -> None:
    """Let organisations see the dossier they now work on; those already there stay as they are."""
    presents = sorted({*dossier.intervenants, *organismes})
    if presents != dossier.intervenants:
        dossier.intervenants = presents
        Dossier.objects.filter(pk=dossier.pk).update(intervenants=presents)
