"""The sheet of the day: what an agent must do today, with whom and on which number, to work on it without a screen."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from dossiers.lectures.dossiers import nommer_foyers, types_lus
from dossiers.lectures.journee import a_moi
from dossiers.models import Agent, Demarche, Dossier, Engagement, Participant, Telephone
from dossiers.regles.droits import Section
from dossiers.regles.telephones import formater_telephone

LONGUEUR = 40


@dataclass(frozen=True)
class Rang:
    """One promise to keep: when, whom, on which number, and what to say."""

    engagement: Engagement
    nom: str
    telephone: str

    @property
    def ne_pas_rappeler(self) -> bool:
        """Whether they asked not to be called: paper must say it as the screen does."""
        e = self.engagement
        return bool((e.personne and e.personne.ne_pas_rappeler) or (e.appel and e.appel.ne_pas_rappeler))

    @property
    def a_dire(self) -> str:
        """One line of what to say; the promise itself when nothing more was noted."""
        e = self.engagement
        if e.quoi:
            return e.quoi
        dites = {
            Engagement.Nature.RAPPEL: "Vous nous avez appelés\u00a0: je vous rappelle comme promis.",
            Engagement.Nature.ENVOI: "Je vous ai promis un envoi\u00a0: le voici, ou voici quand il part.",
            Engagement.Nature.INFORMATION: "Je vous ai promis une réponse.",
        }
        return dites[Engagement.Nature(e.nature)]


@dataclass(frozen=True)
class Feuille:
    """The sheet of one agent for one day."""

    promesses: list[Rang]
    demarches: list[Demarche]
    reste: bool
    """Whether more had to be left off."""


def lire(agent: Agent, maintenant: dt.datetime) -> Feuille:
    """Return the promises due by tonight and my démarches due by today, the most pressing first."""
    soir = timezone.localtime(maintenant).replace(hour=23, minute=59, second=59)
    promesses = list(
        Engagement.objects.visibles_par(agent)
        .a_tenir()
        .filter(a_moi(agent), pour_le__lte=soir)
        .select_related("dossier", "personne", "appel")
        .order_by("pour_le")[: LONGUEUR + 1]
    )
    demarches = list(
        Demarche.objects.ouvertes()
        .filter(
            responsable=agent,
            echeance__lte=timezone.localdate(maintenant),
            type__in=types_lus(agent),
            dossier__in=Dossier.objects.visibles_par(agent),
        )
        .select_related("dossier")
        .order_by("echeance", "pk")[: LONGUEUR + 1]
    )
    reste = len(promesses) > LONGUEUR or len(demarches) > LONGUEUR
    promesses, demarches = promesses[:LONGUEUR], demarches[:LONGUEUR]
    dossiers = [e.dossier for e in promesses if e.dossier] + [d.dossier for d in demarches]
    nommer_foyers(agent, dossiers)
    numeros = _numeros(agent, [e for e in promesses if e.dossier_id])
    rangs = [_rang(agent, e, numeros) for e in promesses]
    return Feuille(promesses=rangs, demarches=demarches, reste=reste)


def _rang(agent: Agent, engagement: Engagement, numeros: dict[int, list[tuple[int, str]]]) -> Rang:
    foyer = engagement.dossier.foyer_vu if engagement.dossier else []  # type: ignore[attr-defined]
    siens = numeros.get(engagement.dossier_id or 0, [])
    lus = [numero for personne, numero in siens if personne == engagement.personne_id] or [n for _, n in siens]
    if engagement.appel and engagement.appel.numero and agent.peut_lire(Section.APPELS):
        # the number they called from is the one they expect to be called back on
        lus = [engagement.appel.numero]
    return Rang(
        engagement=engagement,
        nom=engagement.a_qui or " et ".join(foyer),
        telephone=formater_telephone(lus[0]) if lus else "",
    )


def _numeros(agent: Agent, promesses: list[Engagement]) -> dict[int, list[tuple[int, str]]]:
    """Return, by file, whom the agent may read there and their numbers."""
    chez: dict[int, list[tuple[int, str]]] = {}
    lus = Participant.objects.filter(
        dossier_id__in=[e.dossier_id for e in promesses], role__in=Participant.roles_lus(agent)
    )
    personnes: dict[int, list[int]] = {}
    for dossier_id, personne_id in lus.order_by("pk").values_list("dossier_id", "personne_id"):
        personnes.setdefault(personne_id, []).append(dossier_id)
    telephones = Telephone.objects.filter(personne_id__in=list(personnes)).exclude(e164="").order_by("pk")
    for personne_id, numero in telephones.values_list("personne_id", "e164"):
        for dossier_id in personnes[personne_id]:
            chez.setdefault(dossier_id, []).append((personne_id, numero))
    return chez
