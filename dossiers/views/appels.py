"""Calls: take one, see them, see one."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
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
from dossiers.lectures import vues as lecture_vues
from dossiers.lectures.tableurs import PLAFOND
from dossiers.lectures.vues import Barre
from dossiers.models import Appel, DemandeAcces, Engagement
from dossiers.regles.droits import Section
from dossiers.regles.telephones import lire_pousse, lire_telephone, pays
from dossiers.views.brouillons import conserver, saisie_de
from dossiers.views.listes import exporter, par_defaut
from dossiers.views.porte import Requete, atterrir, jetons, trouver
from dossiers.views.rappels import charge_de, prevenir_si_plein

AIDES = frozenset(("chercher", "demander_acces", "proposer", "accepter", "tout_accepter", "ecarter"))
"""Buttons that help and save nothing, for browsers without JavaScript."""


@require_safe
def liste(request: Requete) -> HttpResponse:
    barre = lecture_vues.lire(request.user, "appels", request.GET)
    if ailleurs := par_defaut(request, barre):
        return ailleurs
    page = lecture.liste(request.user, request.GET.get("suite", ""), *_filtres(barre))
    contexte = {"page": page, "barre": barre, "issues": Appel.Issue.choices, "canaux": Appel.Canal.choices}
    issue, canal, recents = _filtres(barre)
    contexte |= {
        "issue": issue,
        "canal": canal,
        "recents": recents,
        "peut_importer": request.user.peut_ecrire(Section.IMPORT),
    }
    return render(request, "appels/liste.html", contexte)


def _filtres(barre: Barre) -> tuple[str, str, bool]:
    return barre.retenus.get("issue", ""), barre.retenus.get("canal", ""), "recents" in barre.retenus


@require_safe
def export(request: Requete) -> StreamingHttpResponse:
    """The calls of the list as a spreadsheet file, in the columns shown."""
    barre = lecture_vues.lire(request.user, "appels", request.GET)
    lus = lecture.filtrer(request.user, *_filtres(barre)).order_by("-recu_le", "-pk")
    return exporter(request, barre, lus[: PLAFOND + 1])


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """One screen; looking up the caller, reading the notes, accepting what they suggest: nothing of that saves."""
    numero, masque = lire_pousse(request.GET.get("tel", ""))
    maintenant = timezone.localtime().replace(microsecond=0)
    initial = {"recu_le": maintenant, "numero": numero, "masque": masque}
    return prendre(request, AppelForm, initial, "appels/nouveau.html", _apres)


def _apres(request: Requete, appel: Appel) -> HttpResponse:
    """Go where the call led: its dossier, or its own page."""
    dossier = appel.dossiers.first()
    if dossier is None:
        messages.success(request, "L’appel est enregistré, sans dossier.")
        return redirect("appels.fiche", appel.pk)
    messages.success(request, f"L’appel est enregistré dans le dossier {dossier.numero}.")
    return redirect("dossiers.fiche", dossier.pk)


def prendre(
    request: Requete,
    formulaire: type[AppelForm],
    initial: dict[str, Any],
    gabarit: str,
    apres: Callable[[Requete, Appel], HttpResponse],
) -> HttpResponse:
    """The one way a call is recorded, live or from paper: show, help, refuse with all that was typed, or keep it once."""
    if request.method != "POST":
        form = formulaire(agent=request.user, initial=initial)
        return _ecran(request, form, QueryDict(), saisie_de(request, form), gabarit)
    if AIDES & set(request.POST):
        donnees = _aider(request)
        form = formulaire.en_cours(donnees, agent=request.user)
        return _ecran(request, form, donnees, conserver(request), gabarit)
    form = formulaire(request.POST, agent=request.user)
    if not form.is_valid():
        return _ecran(request, form, request.POST, conserver(request), gabarit)
    try:
        appel = actions.enregistrer(form.saisi(), agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return _ecran(request, form, request.POST, conserver(request), gabarit)
    if (promesse := form.saisi().promesse) and promesse.nature == Engagement.Nature.RAPPEL:
        prevenir_si_plein(request, promesse.pour_le)
    return apres(request, appel)


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


def _ecran(request: Requete, form: AppelForm, donnees: QueryDict, saisie: dict[str, Any], gabarit: str) -> HttpResponse:
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
    return render(request, gabarit, contexte, status=422 if en_erreur else 200)


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
        "suivant": _vient_d_etre_ressaisi(appel, request),
    }
    return render(request, "appels/fiche.html", contexte, status=422 if form.errors else 200)


def _vient_d_etre_ressaisi(appel: Appel, request: Requete) -> bool:
    """Tell whether this agent is at a pile of sheets, this call being one of them."""
    mien = appel.saisi_par_id == request.user.pk
    return bool(mien and appel.saisi_le and timezone.localdate(appel.saisi_le) == timezone.localdate())


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
