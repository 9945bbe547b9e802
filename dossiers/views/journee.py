"""The day, what moved since the last one, the promises and the board."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import journee as actions
from dossiers.lectures import bilan as lecture_bilan
from dossiers.lectures import engagements as lecture_engagements
from dossiers.lectures import journee as lecture_journee
from dossiers.lectures import nouvelles as lecture_nouvelles
from dossiers.lectures import tableau as lecture_tableau
from dossiers.lectures import vues as lecture_vues
from dossiers.lectures.tableurs import PLAFOND
from dossiers.models import Engagement
from dossiers.regles.droits import Section
from dossiers.views.listes import exporter, par_defaut
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


@require_http_methods(["GET", "HEAD", "POST"])
def nouvelles(request: Requete) -> HttpResponse:
    """What others did since I last looked. « Ma journée » asks for it by POST, which notes the visit; a GET notes nothing."""
    maintenant = timezone.now()
    depuis = (actions.visiter if request.method == "POST" else lecture_nouvelles.depuis)(request.user, maintenant)
    contexte = {"nouvelles": lecture_nouvelles.lire(request.user, depuis, maintenant)}
    gabarit = "journee/nouvelles.html#nouvelles" if request.headers.get("HX-Request") else "journee/nouvelles.html"
    return render(request, gabarit, contexte)


@require_POST
def vu(request: Requete) -> HttpResponse:
    """« J’ai vu »: until the moment the page was made."""
    maintenant = timezone.now()
    try:
        jusqu_a = dt.datetime.fromisoformat(request.POST.get("jusqu_a", ""))
    except ValueError:
        jusqu_a = None
    if jusqu_a is not None and jusqu_a.tzinfo is not None:
        actions.marquer_vu(request.user, jusqu_a, maintenant)
        messages.success(request, "C’est vu\u00a0: seul ce qui bouge à partir de maintenant sera nouveau.")
    return redirect("journee")


@require_safe
def engagements(request: Requete) -> HttpResponse:
    barre = lecture_vues.lire(request.user, "promesses", request.GET)
    if ailleurs := par_defaut(request, barre):
        return ailleurs
    sorte, maintenant = _sorte(request), timezone.now()
    restreint, precision = lecture_bilan.restreindre(request.user, request.GET)
    contexte = {
        "page": lecture_engagements.liste(request.user, sorte, request.GET.get("suite", ""), maintenant, restreint),
        "barre": barre,
        "sortes": lecture_engagements.SORTES,
        "sorte": sorte,
        "titre": lecture_engagements.AUTRES_SORTES.get(sorte, ""),
        "precision": precision,
        "peut_tenir": request.user.peut_lire(Section.STATUT),
        "peut_bilan": request.user.peut_lire(Section.PILOTAGE),
        "maintenant": maintenant,
    }
    return render(request, "journee/engagements.html", contexte)


def _sorte(request: Requete) -> str:
    return request.GET.get("sorte", "a_tenir")


@require_safe
def export(request: Requete) -> StreamingHttpResponse:
    """The promises of the list as a spreadsheet file, in the columns shown."""
    barre = lecture_vues.lire(request.user, "promesses", request.GET)
    restreint, _mots = lecture_bilan.restreindre(request.user, request.GET)
    lus = lecture_engagements.avec_lignes(request.user, _sorte(request), timezone.now(), restreint)
    return exporter(request, barre, lus.order_by("-pour_le", "-pk")[: PLAFOND + 1])


@require_safe
def tableau(request: Requete) -> HttpResponse:
    maintenant = timezone.now()
    contexte = {
        "tableau": lecture_tableau.lire(request.user, maintenant),
        "maintenant": maintenant,
        "peut_transferer": request.user.peut_lire(Section.TRANSFERT),
    }
    return render(request, "tableau/tableau.html", contexte)
