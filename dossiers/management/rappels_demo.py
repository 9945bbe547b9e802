"""Show callbacks alive: one tried twice, one nobody takes, one that ended by a letter; the other late ones were made."""

import datetime as dt
import uuid

from django.utils import timezone

from dossiers.actions.rappels import ouvrir, tenter
from dossiers.actions.suivi import tenir
from dossiers.management.appels_demo import au_moment
from dossiers.models import Agent, Engagement, Tentative
from dossiers.regles.delais import NATIONAL, PARIS

VIDE, MESSAGE, OCCUPE = Tentative.Resultat.VIDE, Tentative.Resultat.MESSAGE, Tentative.Resultat.OCCUPE
SANS_REPONSE = ((4, 10, VIDE), (3, 15, MESSAGE), (1, 11, OCCUPE))
"""Working days ago, hour, result: three half-days, hence the letter."""
DEUX_ESSAIS = ((2, 15, VIDE), (1, 10, MESSAGE))


def montrer_les_rappels(agent: Agent) -> int:
    """Bring the callbacks of the demo to where each screen has something to show; return how many attempts were made."""
    maintenant = timezone.now()
    rappels = list(
        Engagement.objects.visibles_par(agent).a_tenir().filter(nature="rappel", dossier__ouvert=True)
        .select_related("dossier", "personne", "appel").order_by("pour_le")
    )  # fmt: skip
    dues = [e for e in rappels if e.pour_le < maintenant]
    a_ecrire = [e for e in rappels if not e.pourquoi_sans_lettre()]
    for essais in (SANS_REPONSE, DEUX_ESSAIS):
        if a_ecrire:
            _essayer(a_ecrire.pop(0), agent, essais, maintenant)
    # the oldest of those still due is left to the alarm
    for engagement in [e for e in dues if not e.tentatives.exists()][1:]:
        tenir(engagement, agent=agent, cle=uuid.uuid4(), resultat=Engagement.Resultat.JOINT)
    return Tentative.objects.count()


def _essayer(
    engagement: Engagement, agent: Agent, essais: tuple[tuple[int, int, str], ...], maintenant: dt.datetime
) -> None:
    for jours, heure, resultat in essais:
        jour = NATIONAL.ajouter_ouvres(timezone.localdate(maintenant), -jours)
        moment = dt.datetime.combine(jour, dt.time(heure, 12), PARIS)
        with au_moment(moment):
            ouvrir(engagement, agent=agent, cle=uuid.uuid4())
            tenter(engagement, agent=agent, cle=uuid.uuid4(), resultat=resultat, le=moment)
