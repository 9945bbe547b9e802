"""Calls: take one, see them, see one."""

import uuid
from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import acces
from dossiers.actions import appels as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.appels import AppelForm, RattacherForm, besoins
from dossiers.lectures import acces as lecture_acces
from dossiers.lectures import appels as lecture
from dossiers.lectures import communes, doublons
from dossiers.models import Appel, DemandeAcces
from dossiers.regles.droits import Section
from dossiers.regles.telephones import lire_pousse, lire_telephone, pays
from dossiers.views.porte import Requete, atterrir, jetons, trouver


@require_safe
def liste(request: Requete) -> HttpResponse:
    issue = request.GET.get("issue", "")
    page = lecture.liste(request.user, request.GET.get("suite", ""), issue if issue in Appel.Issue.values else "")
    return render(request, "appels/liste.html", {"page": page, "issues": Appel.Issue.choices, "issue": issue})


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """One screen; « chercher » looks up the caller without saving, for browsers without JavaScript."""
    if request.method != "POST":
        numero, masque = lire_pousse(request.GET.get("tel", ""))
        maintenant = timezone.localtime().replace(microsecond=0)
        initial = {"recu_le": maintenant, "numero": numero, "masque": masque}
        return _ecran(request, AppelForm(agent=request.user, initial=initial))
    form = AppelForm(request.POST, agent=request.user)
    if {"chercher", "demander_acces"} & set(request.POST) or not form.is_valid():
        return _ecran(request, form)
    try:
        appel = actions.enregistrer(form.saisi(), agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return _ecran(request, form)
    dossier = appel.dossiers.first()
    if dossier is None:
        messages.success(request, "L’appel est enregistré, sans dossier.")
        return redirect("appels.fiche", appel.pk)
    messages.success(request, f"L’appel est enregistré dans le dossier {dossier.numero}.")
    return redirect("dossiers.fiche", dossier.pk)


def _ecran(request: Requete, form: AppelForm) -> HttpResponse:
    cherche_seul = {"chercher", "demander_acces"} & set(request.POST)
    en_erreur = form.is_bound and not cherche_seul and bool(form.errors)
    contexte = {
        "form": form,
        "en_erreur": en_erreur,
        "communes": [nom for _, nom in communes.choix(request.user.territoire_id)],
        **_qui(request, form),
    }
    return render(request, "appels/nouveau.html", contexte, status=422 if en_erreur else 200)


def _qui(request: Requete, form: AppelForm) -> dict[str, object]:
    """Return what « Qui appelle ? » shows for what is typed: the number as read, who it may be, what to do next."""
    agent, saisie = request.user, form.qui
    identite = doublons.identite(agent, saisie)
    reconnus = doublons.reconnaitre(agent, identite) if saisie else []
    caches = doublons.caches(agent, identite) if saisie else []
    if caches and "demander_acces" in request.POST:
        with suppress(DejaFait):
            cle = uuid.uuid5(jetons(request)["cle"], "acces")
            acces.demander(caches, agent=agent, cle=cle, motif=DemandeAcces.Motif.APPEL)
    lu = lire_telephone(saisie.numero)
    return {
        "form": form,
        "lu": lu,
        "pays": pays(lu.e164),
        "reconnus": reconnus,
        "dossiers": {f"dossier:{d.pk}": d for r in reconnus for d in r.ouverts}.items(),
        "maintenant": timezone.now(),
        "cherche": bool(saisie),
        "empreinte": saisie.empreinte,
        "double": any(r.est_fort for r in reconnus),
        "cache": bool(caches),
        "demande": bool(caches) and lecture_acces.est_demande(agent, caches),
        "choisie": str(form["personne"].value() or ""),
        "suite": form["suite"].value() or "ouvrir",
    }


@require_POST
def qui(request: Requete) -> HttpResponse:
    """Who may be calling, as a piece of the same page; by POST, so that no number nor name enters an address."""
    return render(request, "appels/nouveau.html#qui", _qui(request, AppelForm(request.POST, agent=request.user)))


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
