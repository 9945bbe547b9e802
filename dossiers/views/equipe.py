"""My absences, my team's, and departures."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import absences, departs
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.forms.equipe import AbsenceForm, DepartForm
from dossiers.lectures import equipe as lecture
from dossiers.models import Absence, Agent, Suppleance
from dossiers.views.porte import Requete, atterrir, envoye, jetons, trouver

ecrire = require_http_methods(["GET", "HEAD", "POST"])


def tenter(
    request: Requete, agir: Callable[[dict[str, Any]], Any], reussite: str, form: forms.BaseForm | None = None
) -> HttpResponse | None:
    """Run an action of the settings; return where a second sending lands, None when the page must be shown again.

    A refusal stands beside its field when there is a form, above the page otherwise.
    """
    try:
        agir(jetons(request))
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except (Perime, Refus) as refus:
        if form is None:
            messages.warning(request, refus.phrase)
        else:
            form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return None
    messages.success(request, reussite)
    return atterrir("")


@ecrire
def mes_absences(request: Requete) -> HttpResponse:
    """My absences, and what was received in my name."""
    return _absences(request, request.user, "reglages.absences")


@ecrire
def absences_equipe(request: Requete, pk: int) -> HttpResponse:
    """A colleague's absences, for their supervisor."""
    return _absences(request, trouver(_collegues(request), pk), "reglages.equipe")


def _absences(request: Requete, absent: Agent, retour: str) -> HttpResponse:
    jour = timezone.localdate()
    propose = lecture.remplacant_propose(absent, jour) if request.method != "POST" else None
    form = AbsenceForm(envoye(request), absent=absent, initial={"remplacant": propose.pk if propose else None})
    statut = 200
    if request.method == "POST":

        def agir(jeton: dict[str, Any]) -> None:
            absences.declarer(absent, agent=request.user, cle=jeton["cle"], **form.cleaned_data)

        if form.is_valid() and tenter(request, agir, "L’absence est notée.", form):
            return redirect(retour)
        statut = 422
    contexte = {
        "form": form,
        "absent": absent,
        "absences": lecture.absences_de(absent, jour),
        "suppleances": lecture.a_rendre(request.user, jour) if absent.pk == request.user.pk else [],
        "a_moi": absent.pk == request.user.pk,
    }
    return render(request, "reglages/absences.html", contexte, status=statut)


def _collegues(request: Requete) -> Any:
    return Agent.objects.filter(organisme=request.user.organisme_id, territoire=request.user.territoire_id)


@require_POST
def annuler(request: Requete, pk: int) -> HttpResponse:
    absence = trouver(Absence.objects.visibles_par(request.user).select_related("agent"), pk)

    def agir(jeton: dict[str, Any]) -> None:
        absences.annuler(absence, agent=request.user, cle=jeton["cle"])

    tenter(request, agir, "L’absence est levée.")
    return redirect("reglages.absences" if absence.agent_id == request.user.pk else "reglages.equipe")


@require_POST
def rendre(request: Requete, pk: int) -> HttpResponse:
    """« Je reprends » or « je laisse »."""
    miennes = Suppleance.objects.filter(absence__agent=request.user).select_related("absence", "demarche")
    suppleance = trouver(miennes, pk)
    reprend = request.POST.get("suite") == "reprendre"

    def agir(jeton: dict[str, Any]) -> None:
        absences.rendre(suppleance, agent=request.user, reprendre=reprend, **jeton)

    tenter(request, agir, "La démarche est de nouveau à vous." if reprend else "La démarche reste à votre remplaçant.")
    return redirect("reglages.absences")


@require_safe
def equipe(request: Requete) -> HttpResponse:
    return render(request, "reglages/equipe.html", {"equipe": lecture.equipe(request.user, timezone.localdate())})


@ecrire
def depart(request: Requete, pk: int) -> HttpResponse:
    """Close an account: what it carries, and who takes over."""
    parti = (
        trouver(_collegues(request).filter(is_active=True), pk)
        if request.method != "POST"
        else trouver(_collegues(request), pk)
    )
    form = DepartForm(envoye(request), parti=parti)
    statut = 200
    if request.method == "POST":

        def agir(jeton: dict[str, Any]) -> None:
            departs.partir(parti, agent=request.user, cle=jeton["cle"], successeur=form.cleaned_data["successeur"])

        if form.is_valid() and tenter(request, agir, f"Le compte de {parti} est fermé, tout est remis.", form):
            return redirect("reglages.equipe")
        statut = 422
    contexte = {"form": form, "parti": parti, "porte": lecture.inventaire(parti)}
    return render(request, "reglages/depart.html", contexte, status=statut)
