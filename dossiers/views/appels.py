"""Calls: take one, see them, see one."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
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
from dossiers.lectures import saisie as lecture_saisie
from dossiers.models import Appel, DemandeAcces, Engagement
from dossiers.regles.droits import Section
from dossiers.regles.telephones import lire_pousse, lire_telephone, pays
from dossiers.views.brouillons import conserver, saisie_de
from dossiers.views.porte import Requete, atterrir, jetons, trouver
from dossiers.views.rappels import charge_de, prevenir_si_plein

AIDES = frozenset(("chercher", "demander_acces", "proposer", "accepter", "tout_accepter", "ecarter"))
"""Buttons that help and save nothing, for browsers without JavaScript."""


@require_safe
def liste(request: Requete) -> HttpResponse:
    issue = request.GET.get("issue", "")
    page = lecture.liste(request.user, request.GET.get("suite", ""), issue if issue in Appel.Issue.values else "")
    return render(request, "appels/liste.html", {"page": page, "issues": Appel.Issue.choices, "issue": issue})


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """One screen; looking up the caller, reading the notes, accepting what they suggest: nothing of that saves."""
    if request.method != "POST":
        numero, masque = lire_pousse(request.GET.get("tel", ""))
        maintenant = timezone.localtime().replace(microsecond=0)
        initial = {"recu_le": maintenant, "numero": numero, "masque": masque}
        form = AppelForm(agent=request.user, initial=initial)
        return _ecran(request, form, QueryDict(), saisie_de(request, form))
    if AIDES & set(request.POST):
        donnees = _aider(request)
        form = AppelForm.en_cours(donnees, agent=request.user)
        return _ecran(request, form, donnees, conserver(request))
    form = AppelForm(request.POST, agent=request.user)
    if not form.is_valid():
        return _ecran(request, form, request.POST, conserver(request))
    try:
        appel = actions.enregistrer(form.saisi(), agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return _ecran(request, form, request.POST, conserver(request))
    if (promesse := form.saisi().promesse) and promesse.nature == Engagement.Nature.RAPPEL:
        prevenir_si_plein(request, promesse.pour_le)
    dossier = appel.dossiers.first()
    if dossier is None:
        messages.success(request, "L’appel est enregistré, sans dossier.")
        return redirect("appels.fiche", appel.pk)
    messages.success(request, f"L’appel est enregistré dans le dossier {dossier.numero}.")
    return redirect("dossiers.fiche", dossier.pk)


def _aider(request: Requete) -> QueryDict:
    """Return what was typed, with what the agent has just accepted or put aside."""
    donnees = request.POST.copy()
    if ecartee := donnees.get("ecarter", ""):
        donnees.appendlist("ecartees", ecartee[:200])
    if "tout_accepter" in donnees or "accepter" in donnees:
        puces = lecture_saisie.panneau(request.user, donnees).puces
        choisies = [p for p in puces if (p.sure if "tout_accepter" in donnees else p.cle == donnees["accepter"])]
        return lecture_saisie.accepter(donnees, choisies)
    return donnees


def _ecran(request: Requete, form: AppelForm, donnees: QueryDict, saisie: dict[str, Any]) -> HttpResponse:
    en_erreur = form.is_bound and bool(form.errors)
    contexte = {
        "form": form,
        "en_erreur": en_erreur,
        "communes": [nom for _, nom in communes.choix(request.user.territoire_id)],
        **_qui(request, form),
        "panneau": lecture_saisie.panneau(request.user, donnees),
        **charge_de(request, donnees),
        "ecartees": donnees.getlist("ecartees"),
        **saisie,
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
    return render(
        request, "appels/nouveau.html#qui", _qui(request, AppelForm.en_cours(request.POST, agent=request.user))
    )


@require_POST
def propositions(request: Requete) -> HttpResponse:
    """What the notes suggest, as a piece of the same page; by POST, so that no word of a call enters an address."""
    contexte = {"panneau": lecture_saisie.panneau(request.user, request.POST)}
    return render(request, "appels/propositions.html", contexte)


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
