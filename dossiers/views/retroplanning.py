"""The household's plan: read it, move its date, take it away as a calendar."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.actions import retroplanning as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.forms.retroplanning import DateViseeForm
from dossiers.lectures import fiche as lecture_fiche
from dossiers.lectures import retroplanning as lecture
from dossiers.models import Dossier
from dossiers.regles.droits import Section
from dossiers.views.gestes import ecrire
from dossiers.views.porte import Requete, atterrir, jetons


@require_safe
def retroplanning(request: Requete, pk: int) -> HttpResponse:
    dossier = _dossier(request, pk)
    but = lecture.date_visee(dossier)
    plan = lecture.lire(request.user, dossier, but, timezone.localdate()) if but else None
    contexte = {
        "dossier": dossier,
        "plan": plan,
        "largeur": lecture.LARGEUR,
        "peut_fixer": _peut_fixer(request, dossier),
    }
    return render(request, "retroplanning/retroplanning.html", contexte)


@require_safe
def calendrier(request: Requete, pk: int) -> HttpResponse:
    """The plan as an ICS file; without a wished day there is none."""
    dossier = _dossier(request, pk)
    but = lecture.date_visee(dossier)
    if but is None:
        raise Http404
    plan = lecture.lire(request.user, dossier, but, timezone.localdate())
    reponse = HttpResponse(
        lecture.en_calendrier(dossier, plan, timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    reponse.headers["Content-Disposition"] = f'attachment; filename="guichet-{dossier.numero}.ics"'
    return reponse


@ecrire
def date(request: Requete, pk: int) -> HttpResponse:
    """Choose a day (GET), see what it moves, confirm (POST)."""
    dossier = _dossier(request, pk)
    if not _peut_fixer(request, dossier):
        raise Http404
    donnees = request.POST if request.method == "POST" else (request.GET if "date" in request.GET else None)
    form = DateViseeForm(donnees, initial={"date": lecture.date_visee(dossier)})
    contexte = {"dossier": dossier, "form": form, **_apercu(request, dossier, form)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "retroplanning/date.html", contexte, status=422 if form.errors else 200)
    try:
        actions.fixer_date(dossier, form.cleaned_data["date"], agent=request.user, **jetons(request))
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Perime as perime:
        contexte |= {"perime": perime.phrase, "evenements": lecture_fiche.derniers_evenements(request.user, dossier)}
        return render(request, "retroplanning/date.html", contexte, status=409)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return render(request, "retroplanning/date.html", contexte, status=422)
    messages.success(request, "La date visée est enregistrée, le rétroplanning la suit.")
    return redirect("dossiers.retroplanning", dossier.pk)


def _dossier(request: Requete, pk: int) -> Dossier:
    dossier = lecture_fiche.trouver(request.user, pk) if pk < 2**63 else None
    if dossier is None:
        raise Http404
    return dossier


def _peut_fixer(request: Requete, dossier: Dossier) -> bool:
    ecrit = request.user.peut_ecrire(Section.IDENTITE) and request.user.peut_ecrire(Section.FORMALITES)
    return ecrit and dossier.ouvert


def _apercu(request: Requete, dossier: Dossier, form: DateViseeForm) -> dict[str, Any]:
    """What the chosen day moves, when it can be read; the whole plan when there was no day before."""
    vide: dict[str, Any] = {"choisie": None, "differences": [], "plan": None, "avant": lecture.date_visee(dossier)}
    if not form.is_bound or not form.is_valid():
        return vide
    choisie: dt.date = form.cleaned_data["date"]
    aujourdhui, avant = timezone.localdate(), vide["avant"]
    if avant is None:
        return {**vide, "choisie": choisie, "plan": lecture.lire(request.user, dossier, choisie, aujourdhui)}
    return {
        **vide,
        "choisie": choisie,
        "differences": lecture.differences(request.user, dossier, avant, choisie, aujourdhui),
    }
