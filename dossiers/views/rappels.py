"""Callbacks: open one, note an attempt, see what a half-day holds, and how promises are kept."""

import csv
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import rappels as actions
from dossiers.actions.operation import DejaFait
from dossiers.actions.rappels import Suite
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.rappels import DERNIERE_ANNEE, ChargeForm, TentativeForm
from dossiers.lectures import bilan as lecture_bilan
from dossiers.lectures import rappels as lecture
from dossiers.lectures.tableurs import neutraliser
from dossiers.models import Engagement, Tentative
from dossiers.regles.droits import Section
from dossiers.regles.rappels import DEMI_JOURNEES, demi_de
from dossiers.views.porte import Requete, atterrir, envoye, jetons, trouver


@require_POST
def prendre(request: Requete, pk: int) -> HttpResponse:
    """Open a callback in order to make it; « Je le prends » makes it mine too."""
    engagement = trouver(lecture.trouver(request.user), pk)
    a_moi = request.POST.get("a_moi") == "1"
    try:
        actions.ouvrir(engagement, agent=request.user, cle=jetons(request)["cle"], a_moi=a_moi)
    except DejaFait:
        pass
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        messages.warning(request, refus.phrase)
    return redirect("engagements.rappeler", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def rappeler(request: Requete, pk: int) -> HttpResponse:
    """The screen one calls back from: numbers, what was promised, what to say; its buttons note what came of it."""
    engagement = trouver(lecture.trouver(request.user), pk)
    rappel = lecture.lire(engagement, request.user, timezone.now())
    form = TentativeForm(envoye(request), ensuite=rappel.ensuite)
    if request.method == "POST" and form.is_valid():
        try:
            suite = actions.tenter(
                engagement, agent=request.user, cle=jetons(request)["cle"], resultat=form.cleaned_data["resultat"],
                ensuite=form.demi(),
            )  # fmt: skip
        except DejaFait as deja:
            return atterrir(deja.resultat)
        except Introuvable:
            raise Http404 from None
        except Refus as refus:
            form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        else:
            _annoncer(request, suite)
            return redirect("engagements.rappeler", pk)
    contexte = {
        "rappel": rappel,
        "engagement": engagement,
        "form": form,
        "maintenant": timezone.now(),
        "peut_appeler": request.user.peut_ecrire(Section.APPELS),
        "echecs": [(t.value, t.label) for t in Tentative.Resultat if t != Tentative.Resultat.JOINT],
        "demi_journees": DEMI_JOURNEES,
    }
    return render(request, "journee/rappel.html", contexte, status=422 if form.errors else 200)


def _annoncer(request: Requete, suite: Suite) -> None:
    """Say what the attempt led to, and what the agent should know of it."""
    engagement = suite.engagement
    if engagement.resultat == Engagement.Resultat.JOINT:
        messages.success(request, "La personne est jointe\u00a0: la promesse est tenue.")
    elif suite.courrier:
        messages.success(
            request, "Trois demi-journées sans réponse\u00a0: le courrier C12 est préparé, la promesse est finie."
        )
    elif engagement.fait_le:
        messages.warning(
            request,
            f"Trois demi-journées sans réponse\u00a0: la promesse est finie. Aucun courrier ne part\u00a0: {suite.sans_lettre}.",
        )
    else:
        if suite.en_double:
            messages.warning(
                request,
                "Tentative gardée. Cette demi-journée avait déjà été essayée\u00a0: elle ne compte qu’une fois.",
            )
        messages.success(
            request, f"{suite.essayees} demi-journée{'s' if suite.essayees > 1 else ''} sur {DEMI_JOURNEES} sans réponse. "
            f"Prochain essai\u00a0: {demi_de(engagement.pour_le).nom_long}.",
        )  # fmt: skip


@require_safe
def charge(request: Requete) -> HttpResponse:
    """What the half-day of a promise holds, as a piece of the form that dates it; empty until it is dated."""
    return render(request, "journee/charge.html", charge_de(request, request.GET))


def charge_de(request: Requete, donnees: Any) -> dict[str, Any]:
    """Return what a page says of the half-day typed in a form, nothing when no callback is dated there."""
    form = ChargeForm(donnees)
    moment = form.moment()
    return {"charge": lecture.charge(request.user, moment, timezone.now()) if moment else None}


def prevenir_si_plein(request: Requete, moment: dt.datetime) -> None:
    """Warn, once the promise is made, that its half-day holds more than can be made; nothing is forbidden."""
    if moment.year >= DERNIERE_ANNEE:
        return
    lue = lecture.charge(request.user, moment, timezone.now())
    if lue.promis <= lue.possibles and not lue.chomee:
        return
    ailleurs = f" La plus proche libre\u00a0: {lue.libre.nom_long}." if lue.libre else ""
    pourquoi = f" ({lue.chomee})" if lue.chomee else ""
    messages.warning(
        request,
        f"{lue.demi.nom.capitalize()}{pourquoi}\u00a0: {lue.promis} rappels promis pour {lue.possibles} possibles.{ailleurs}",
    )


@require_safe
def bilan(request: Requete) -> HttpResponse:
    """How a month's promises were kept, by organisation and by agent."""
    maintenant = timezone.now()
    mois = lecture_bilan.Mois.lire(request.GET.get("mois", ""), timezone.localdate(maintenant))
    lu = lecture_bilan.lire(request.user, mois, maintenant)
    contexte = {
        "bilan": lu,
        "tableaux": [("En tout", [lu.total]), ("Par organisme", lu.organismes), ("Par agent", lu.agents)],
        "colonnes": lecture_bilan.COLONNES.values(),
    }
    return render(request, "tableau/promesses.html", contexte)


@require_safe
def bilan_export(request: Requete) -> HttpResponse:
    """The same table as a spreadsheet file."""
    maintenant = timezone.now()
    mois = lecture_bilan.Mois.lire(request.GET.get("mois", ""), timezone.localdate(maintenant))
    lu = lecture_bilan.lire(request.user, mois, maintenant)
    reponse = HttpResponse(content_type="text/csv; charset=utf-8")
    reponse.headers["Content-Disposition"] = f'attachment; filename="promesses-{mois.code}.csv"'
    reponse.write("\ufeff")
    ecrivain = csv.writer(reponse, delimiter=";")
    colonnes = [nom.capitalize() for nom in lecture_bilan.COLONNES.values()]
    ecrivain.writerow(["Mois", "Par", "Nom", "Promesses", *colonnes, "Délai médian du premier essai (min)"])
    for par, lignes in (("territoire", [lu.total]), ("organisme", lu.organismes), ("agent", lu.agents)):
        for ligne in lignes:
            nombres = [ligne.total.nombre, *(c.nombre for c in ligne.chiffres)]
            ecrivain.writerow([mois.code, par, neutraliser(ligne.libelle), *nombres, ligne.minutes])
    return reponse
