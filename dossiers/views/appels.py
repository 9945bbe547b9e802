"""Calls: take one, see them, see one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import appels as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.appels import AppelForm, RattacherForm, besoins
from dossiers.lectures import appels as lecture
from dossiers.lectures import communes
from dossiers.models import Appel
from dossiers.regles.droits import Section
from dossiers.regles.texte import assainir
from dossiers.views.brouillons import conserver, saisie_de
from dossiers.views.porte import Requete, atterrir, jetons, trouver

QUI = ("numero", "nom", "prenom", "courriel")
"""What is typed that may tell who is calling."""


@require_safe
def liste(request: Requete) -> HttpResponse:
    issue = request.GET.get("issue", "")
    page = lecture.liste(request.user, request.GET.get("suite", ""), issue if issue in Appel.Issue.values else "")
    return render(request, "appels/liste.html", {"page": page, "issues": Appel.Issue.choices, "issue": issue})


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """One screen; « chercher » looks up the caller without saving, for browsers without JavaScript."""
    if request.method != "POST":
        initial = {"recu_le": timezone.localtime().replace(microsecond=0), "numero": request.GET.get("tel", "")[:40]}
        form = AppelForm(agent=request.user, initial=initial)
        return _ecran(request, form, saisie_de(request, form))
    form = AppelForm(request.POST, agent=request.user)
    if "chercher" in request.POST or not form.is_valid():
        return _ecran(request, form, conserver(request))
    try:
        appel = actions.enregistrer(form.saisi(), agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return _ecran(request, form, conserver(request))
    dossier = appel.dossiers.first()
    if dossier is None:
        messages.success(request, "L’appel est enregistré, sans dossier.")
        return redirect("appels.fiche", appel.pk)
    messages.success(request, f"L’appel est enregistré dans le dossier {dossier.numero}.")
    return redirect("dossiers.fiche", dossier.pk)


def _ecran(request: Requete, form: AppelForm, saisie: dict[str, Any]) -> HttpResponse:
    en_erreur = form.is_bound and "chercher" not in request.POST and bool(form.errors)
    contexte = {
        "form": form,
        "en_erreur": en_erreur,
        "communes": [nom for _, nom in communes.choix(request.user.territoire_id)],
        **_qui(request, {nom: form[nom].value() for nom in QUI}),
        "choisie": form["personne"].value() or "",
        "suite": form["suite"].value() or "ouvrir",
        "avertissement": form.avertissement_numero,
        **saisie,
    }
    return render(request, "appels/nouveau.html", contexte, status=422 if en_erreur else 200)


def _qui(request: Requete, saisie: Mapping[str, str | None]) -> dict[str, object]:
    saisis = {nom: assainir(saisie.get(nom) or "") for nom in QUI}
    reconnus = lecture.reconnaitre(request.user, **saisis) if any(saisis.values()) else []
    dossiers = {d.pk: d for r in reconnus for d in r.dossiers if d.ouvert}
    return {"reconnus": reconnus, "dossiers": dossiers.values(), "cherche": any(saisis.values())}


@require_POST
def qui(request: Requete) -> HttpResponse:
    """Who may be calling, as a piece of the same page; by POST, so that no number nor name enters an address."""
    contexte = _qui(request, request.POST)
    contexte |= {"choisie": request.POST.get("personne", ""), "suite": request.POST.get("suite", "ouvrir")}
    contexte["avertissement"] = AppelForm(request.POST, agent=request.user).avertissement_numero
    return render(request, "appels/nouveau.html#qui", contexte)


@require_safe
def fiche(request: Requete, pk: int) -> HttpResponse:
    appel = trouver(lecture.trouver(request.user), pk)
    return _page(request, appel, RattacherForm(agent=request.user))


def _page(request: Requete, appel: Appel, form: RattacherForm) -> HttpResponse:
    libelles = dict(besoins())
    contexte = {
        "appel": appel,
        "besoins": [libelles.get(b, b) for b in appel.besoins],
        "form": form,
        "peut_rattacher": request.user.peut_ecrire(Section.APPELS),
    }
    return render(request, "appels/fiche.html", contexte, status=422 if form.errors else 200)


@require_POST
def rattacher(request: Requete, pk: int) -> HttpResponse:
    """Join a call kept alone to the dossier whose number is typed."""
    appel = trouver(lecture.trouver(request.user), pk)
    form = RattacherForm(request.POST, agent=request.user)
    if not form.is_valid():
        return _page(request, appel, form)
    dossier = form.cleaned_data["numero"]
    try:
        actions.rattacher(appel, dossier, agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error("numero", refus.phrase)
        return _page(request, appel, form)
    messages.success(request, f"L’appel est rattaché au dossier {dossier.numero}.")
    return redirect("dossiers.fiche", dossier.pk)
