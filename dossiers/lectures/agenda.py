"""What an agent's calendar reads: their dates, told by the dossier's number and the kind of gesture, and nothing else.

A calendar lives on a telephone, often at a company far away: neither name, nor number to dial, nor commune, nor need.
"""

import datetime as dt
import hmac

from dossiers.lectures.dossiers import types_lus
from dossiers.models import Agenda, Agent, Demarche, Dossier, Engagement
from dossiers.regles.agenda import empreinte
from dossiers.regles.droits import Section
from dossiers.regles.ics import Journee, Moment, calendrier

AVANT = dt.timedelta(minutes=15)
"""A promise fills the quarter of an hour that ends at its promised hour."""
PLAFOND = 500
RELIRE = "PT1H"
GESTES = {
    Engagement.Nature.RAPPEL: "Rappeler",
    Engagement.Nature.ENVOI: "Envoyer",
    Engagement.Nature.INFORMATION: "Répondre",
}


def trouver(jeton: str) -> Agent | None:
    """Return whose secret address this is; nobody's once revoked, or once the account is closed.

    Found by its fingerprint: what a stranger tries tells nothing of how near they came.
    """
    cherchee = empreinte(jeton)
    vivants = Agenda.objects.filter(revoque_le=None, agent__is_active=True)
    agenda = vivants.filter(empreinte=cherchee).select_related("agent__organisme", "agent__territoire").first()
    if agenda is None or not hmac.compare_digest(agenda.empreinte, cherchee):
        return None
    return agenda.agent if agenda.agent.peut_lire(Section.IDENTITE) else None


def adresse_de(agent: Agent) -> Agenda | None:
    """Return the agent's address in force, without its secret."""
    return Agenda.objects.filter(agent=agent, revoque_le=None).first()


def flux(agent: Agent, maintenant: dt.datetime) -> str:
    """Return the calendar file of an agent: promises to keep, deadlines of the démarches they answer for."""
    return calendrier("Guichet", [*_promesses(agent), *_echeances(agent)], maintenant, relire=RELIRE)


def _promesses(agent: Agent) -> list[Moment]:
    miennes = Engagement.objects.visibles_par(agent).a_tenir().filter(agent=agent)
    lues = miennes.order_by("pour_le").values_list("pk", "nature", "pour_le", "dossier__numero")[:PLAFOND]
    return [
        Moment(
            uid=f"promesse-{pk}@guichet",
            titre=f"{GESTES[Engagement.Nature(nature)]} : {numero or 'appel sans dossier'}",
            debut=pour_le - AVANT,
            fin=pour_le,
        )
        for pk, nature, pour_le, numero in lues
    ]


def _echeances(agent: Agent) -> list[Journee]:
    miennes = Demarche.objects.ouvertes().filter(
        responsable=agent, echeance__isnull=False, type__in=types_lus(agent),
        dossier__in=Dossier.objects.visibles_par(agent),
    )  # fmt: skip
    lues = miennes.order_by("echeance", "pk").values_list("pk", "echeance", "dossier__numero")[:PLAFOND]
    return [Journee(f"demarche-{pk}@guichet", f"Échéance : {numero}", jour, jour) for pk, jour, numero in lues if jour]
