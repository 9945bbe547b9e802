"""Callbacks: take one, note an attempt, and after three half-days without an answer end the promise by a letter."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone

from dossiers.actions import courriers
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Courrier, Engagement, Tentative, creer
from dossiers.models.equipe import presence_de
from dossiers.regles.rappels import DEMI_JOURNEES, Demi, demi_de, distinctes, prochaine, reculer

REPORT = dt.timedelta(days=92)
"""How far an agent may put off the next attempt: beyond, it is another promise to make."""
FINI = "Cette promesse a déjà reçu sa suite."


@dataclass(frozen=True)
class Suite:
    """What an attempt led to: the promise as it is now, the half-days tried in vain, and the letter or why there is none."""

    engagement: Engagement
    essayees: int = 0
    en_double: bool = False
    """Whether this half-day had been tried already: the attempt is kept, and does not count once more."""
    courrier: Courrier | None = None
    sans_lettre: str = ""


def ouvrir(engagement: Engagement, *, agent: Agent, cle: uuid.UUID, a_moi: bool = False) -> Engagement:
    """Note that somebody opens a callback to make it; `a_moi` makes it theirs (« Je le prends »).

    Raises `Refus` when it has its outcome, or when a colleague took it within the hour.
    """
    ici = f"engagements.rappeler:{engagement.pk}"
    with operation(agent, cle=cle, geste="prendre_rappel", resultat=ici):
        engagement = _verrouiller(engagement, agent)
        if a_moi and engagement.agent_id != agent.pk:
            _refuser_si_pris(engagement, agent)
            engagement.agent, engagement.organisme_id = agent, agent.organisme_id
            engagement.save(update_fields=["agent", "organisme"])
        # who looked is no fact of the file: no history row for it
        Engagement.objects.filter(pk=engagement.pk).update(vu_le=timezone.now())
    return engagement


def _refuser_si_pris(engagement: Engagement, agent: Agent) -> None:
    recente = engagement.vu_le is not None and engagement.vu_le > reculer(timezone.now())
    proprietaire = engagement.agent
    present = proprietaire and proprietaire.is_active and presence_de(proprietaire).est_la(timezone.localdate())
    if recente and present:
        raise Refus(f"{proprietaire} s’occupe déjà de ce rappel.")


def tenter(
    engagement: Engagement,
    *,
    agent: Agent,
    cle: uuid.UUID,
    resultat: str,
    ensuite: Demi | None = None,
    le: dt.datetime | None = None,
) -> Suite:
    """Note an attempt at a callback and what follows from it, in one transaction.

    Somebody answered: the promise is kept. Nobody did: it moves to `ensuite`, or to the half-day that
    `regles.rappels.prochaine` gives; after three half-days it ends and the letter C12 is asked for. `le` is when it was made:
    earlier than now for what was written on paper first. Raises `Refus` when there is nothing to call for any more.
    """
    fait_le = le or timezone.now()
    with operation(
        agent, cle=cle, geste="tenter_rappel", motif=resultat[:40], resultat=f"engagements.rappeler:{engagement.pk}"
    ):
        engagement = _verrouiller(engagement, agent)
        _verifier(resultat, fait_le)
        avant = list(engagement.tentatives.all())
        tentative = Tentative(
            engagement=engagement, agent=agent, faite_le=fait_le, prevue_le=engagement.pour_le, resultat=resultat
        )
        creer([tentative])
        if fait_le > engagement.pour_le and engagement.manquee_le is None:
            engagement.manquee_le = engagement.pour_le
        if resultat == Tentative.Resultat.JOINT:
            return _finir(engagement, fait_le, Engagement.Resultat.JOINT)
        demis = distinctes([t.faite_le for t in (*avant, tentative)])
        en_double = any(demi_de(t.faite_le) == demi_de(fait_le) for t in avant)
        if len(demis) >= DEMI_JOURNEES:
            return _renoncer(engagement, fait_le, agent)
        _reporter(engagement, agent, demi_de(fait_le), ensuite)
    return Suite(engagement, essayees=len(demis), en_double=en_double)


def _verrouiller(engagement: Engagement, agent: Agent) -> Engagement:
    """Lock the file, then the promise, and read it again as this agent may see it."""
    if engagement.dossier_id:
        toucher(verrouiller(engagement.dossier_id, agent=agent, version=None))
    visibles = Engagement.objects.visibles_par(agent).select_for_update(of=("self",))
    relu = visibles.select_related("agent", "dossier", "personne", "appel").filter(pk=engagement.pk).first()
    if relu is None or not relu.est_rappel:
        raise Introuvable("Ce rappel n’existe pas, ou n’est pas dans votre champ.")
    if relu.fait_le:
        raise Refus(FINI)
    return relu


def _verifier(resultat: str, fait_le: dt.datetime) -> None:
    if resultat not in Tentative.Resultat.values:
        raise Refus("Choisissez un résultat dans la liste.", "resultat")
    if fait_le > timezone.now() + dt.timedelta(minutes=1):
        raise Refus("L’heure de la tentative est dans le futur.")


def _finir(engagement: Engagement, fait_le: dt.datetime, resultat: str) -> Suite:
    engagement.fait_le, engagement.resultat = fait_le, resultat
    engagement.save(update_fields=["fait_le", "resultat", "manquee_le", "courrier"])
    return Suite(engagement, essayees=DEMI_JOURNEES, courrier=engagement.courrier)


def _renoncer(engagement: Engagement, fait_le: dt.datetime, agent: Agent) -> Suite:
    """End the promise, neither kept nor broken, by the letter that says how to call back, when one may be written."""
    sans_lettre = engagement.pourquoi_sans_lettre()
    if not agent.organisme.est_porteur:
        sans_lettre = "seul l’organisme qui tient la ligne écrit en son nom"
    if not sans_lettre and engagement.dossier:
        engagement.courrier = courriers.demander(
            engagement.dossier, "C12", agent=agent, occurrence=f"rappel-{engagement.pk}",
            destinataire=engagement.destinataire(),
        )  # fmt: skip
    suite = _finir(engagement, fait_le, Engagement.Resultat.SANS_REPONSE)
    return Suite(engagement, essayees=DEMI_JOURNEES, courrier=suite.courrier, sans_lettre=sans_lettre)


def _reporter(engagement: Engagement, agent: Agent, tentee: Demi, ensuite: Demi | None) -> None:
    """Move the promise to its next attempt; one whose owner left becomes the caller's."""
    if engagement.agent is None or not engagement.agent.is_active:
        engagement.agent, engagement.organisme_id = agent, agent.organisme_id
    presence, maintenant = presence_de(engagement.agent), timezone.now()
    if ensuite is None:
        ensuite = prochaine(tentee, maintenant, presence)
    if ensuite.terme <= maintenant:
        raise Refus("Choisissez une demi-journée à venir.", "ensuite_le")
    if ensuite.jour > (maintenant + REPORT).date():
        raise Refus("Un rappel se reporte de trois mois au plus.", "ensuite_le")
    if chomee := presence.calendrier.raison_chomee(ensuite.jour):
        raise Refus(f"Ce jour n’est pas travaillé ({chomee}).", "ensuite_le")
    engagement.pour_le, engagement.vu_le = ensuite.terme, None
    engagement.save(update_fields=["pour_le", "vu_le", "manquee_le", "agent", "organisme"])
