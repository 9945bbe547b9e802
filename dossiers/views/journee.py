"""The day, the promises and the board."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.lectures import bilan as lecture_bilan
from dossiers.lectures import engagements as lecture_engagements
from dossiers.lectures import journee as lecture_journee
from dossiers.lectures import tableau as lecture_tableau
from dossiers.models import Engagement
from dossiers.regles.droits import Section
from dossiers.views.porte import Requete


@require_safe
def journee(request: Requete) -> HttpResponse:
    maintenant = timezone.now()
    contexte = {
        "journee": lecture_journee.lire(request.user, maintenant),
        "peut_tenir": request.user.peut_lire(Section.STATUT),
        "resultats": [(r.value, r.label) for r in Engagement.SUITES],
        "maintenant": maintenant,
    }
    return render(request, "journee/journee.html", contexte)


@require_safe
def engagements(request: Requete) -> HttpResponse:
    sorte, maintenant = request.GET.get("sorte", "a_tenir"), timezone.now()
    restreint, precision = lecture_bilan.restreindre(request.user, request.GET)
    suite = request.GET.get("suite", "")
    contexte = {
        "page": lecture_engagements.liste(request.user, sorte, suite, maintenant, restreint),
        "sortes": lecture_engagements.SORTES,
        "sorte": sorte,
        "titre": lecture_engagements.AUTRES_SORTES.get(sorte, ""),
        "precision": precision,
        "parametres": lecture_bilan.parametres(request.GET),
        "peut_tenir": request.user.peut_lire(Section.STATUT),
        "peut_bilan": request.user.peut_lire(Section.PILOTAGE),
        "maintenant": maintenant,
    }
    return render(request, "journee/engagements.html", contexte)


@require_safe
def tableau(request: Requete) -> HttpResponse:
    maintenant = timezone.now()
    contexte = {
        "tableau": lecture_tableau.lire(request.user, maintenant),
        "maintenant": maintenant,
        "peut_transferer": request.user.peut_lire(Section.TRANSFERT),
    }
    return render(request, "tableau/tableau.html", contexte)
