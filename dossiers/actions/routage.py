"""Who should carry a need: rules propose, people decide (`affectations`)."""

from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.erreurs import Refus
from dossiers.models import Agent, Commune, Demarche, Dossier, Organisme, RegleAffectation, Territoire
from dossiers.regles.droits import PORTEURS


@dataclass(frozen=True)
class Attribution:
    """An organisation, perhaps an agent, and the sentence that answers « pourquoi moi ? »."""

    organisme: Organisme
    agent: Agent | None
    pourquoi: str


def proposer(territoire: Territoire, besoins: Iterable[str], communes: Iterable[Commune]) -> dict[str, Attribution]:
    """Return who should carry each need: the rule of the commune first, then the need's, then the line's holder.

    Reads all the rules of the territory in one query. Raises `Refus` when the territory has no line holder.
    """
    regles = list(
        RegleAffectation.objects.filter(territoire=territoire).select_related("organisme", "agent", "commune")
    )
    codes = {c.pk for c in communes}
    return {besoin: _choisir(besoin, regles, codes, territoire) for besoin in set(besoins)}


def _choisir(besoin: str, regles: list[RegleAffectation], communes: set[int], territoire: Territoire) -> Attribution:
    du_besoin = [r for r in regles if r.besoin == besoin and (r.commune_id is None or r.commune_id in communes)]
    if not du_besoin:
        return Attribution(porteur_de(territoire), None, "Aucune règle : à la charge du guichet.")
    regle = max(du_besoin, key=lambda r: r.commune_id is not None)
    lieu = f" à {regle.commune}" if regle.commune else ""
    agent = regle.agent if regle.agent and regle.agent.is_active else None
    libelle = Demarche.REGISTRE[besoin].libelle_besoin
    return Attribution(regle.organisme, agent, f"Règle du territoire : {libelle.lower()}{lieu}.")


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
