"""Nothing typed is lost: drafts kept while one types, found again, given up; and who else is on a dossier."""

import re
import uuid
import zlib
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.actions import brouillons as actions
from dossiers.actions import presences
from dossiers.actions.brouillons import AutreOnglet, Saisie
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable
from dossiers.forms.brouillons import champs_de, remplir
from dossiers.lectures import brouillons as lecture
from dossiers.models import Dossier
from dossiers.regles import droits
from dossiers.views.porte import Requete, atterrir, jetons, trouver

MARQUE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9]{1,9})")


@require_http_methods(["GET", "HEAD", "POST"])
def brouillons(request: Requete) -> HttpResponse:
    """Show all my unfinished forms; by POST, keep one as it is typed."""
    if request.method != "POST":
        return render(request, "pages/brouillons.html", {"saisies": lecture.tous(request.user)})
    marque = MARQUE.fullmatch(request.POST.get("_marque", ""))
    ecran = _ecran(request, request.POST.get("_chemin", ""))
    if marque is None or not ecran or not _uuid(request.POST.get("cle", "")):
        return JsonResponse({"raison": "illisible"}, status=400)
    return _garder(request, ecran, marque)


def _garder(request: Requete, ecran: str, marque: re.Match[str]) -> JsonResponse:
    champs, retire = champs_de(request.POST)
    saisie = Saisie(
        cle=uuid.UUID(request.POST["cle"]), chemin=request.POST["_chemin"], ecran=ecran, champs=champs,
        onglet=uuid.UUID(marque[1]), rang=int(marque[2]), vue=request.POST.get("_vue", "")[:60],
    )  # fmt: skip
    try:
        le = actions.enregistrer(saisie, agent=request.user, malgre="_malgre" in request.POST)
    except DejaFait as deja:
        ou = atterrir(deja.resultat).url
        return JsonResponse({"raison": "deja", "ou": ou, "cle_neuve": str(uuid.uuid4())}, status=409)
    except AutreOnglet as autre:
        neuve = str(uuid.uuid4())
        return JsonResponse({"raison": "autre_onglet", "heure": _heure(autre.le), "cle_neuve": neuve}, status=409)
    except Introuvable:
        return JsonResponse({"raison": "autre_agent"}, status=409)
    dit = f"enregistré à {_heure(le)}" + (", sans le numéro de sécurité sociale" if retire else "")
    return JsonResponse({"dit": dit, "vue": f"{saisie.onglet}:{saisie.rang}"})


def _heure(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S}"


def _ecran(request: Requete, chemin: str) -> str:
    """Return the name of the screen an address leads to, empty when it is none of ours, or none this agent may open."""
    try:
        nom = resolve(chemin).view_name if len(chemin) <= 200 else ""
    except Resolver404:
        return ""
    return nom if droits.peut_ouvrir(request.user.organisme.nature, request.user.role, nom) else ""


def _uuid(texte: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(texte)
    except ValueError:
        return None


def saisie_de(request: Requete, form: forms.BaseForm) -> dict[str, Any]:
    """Return what a page shown for the first time says of drafts, the one asked for (« ?reprendre= ») put in its form.

    `version` is the one the draft was typed on: what changed since is shown when it is sent, never covered in silence.
    """
    lus = lecture.de_page(request.user, request.path)
    voulue = _uuid(request.GET.get("reprendre", ""))
    reprise = next((b for b in lus if b.cle == voulue), None)
    if reprise is None:
        deja = lecture.issue(request.user, voulue) if voulue else None
        return {"saisies": lus, "reprise": None, "deja": atterrir(deja).url if deja is not None else ""}
    remplir(form, reprise.champs)
    contexte = {"saisies": [b for b in lus if b is not reprise], "reprise": reprise, "deja": ""}
    version = (reprise.champs.get("version") or [""])[0]
    if version.isascii() and version.isdigit():
        contexte["version"] = int(version[:9])
    return {**contexte, "cle_gardee": reprise.cle, "marque": reprise.marque}


def conserver(request: Requete) -> dict[str, Any]:
    """Keep a sent form that comes back, refused or overtaken, as a draft under its own key; return what its page needs."""
    cle = jetons(request)["cle"]
    vue = MARQUE.fullmatch(request.POST.get("marque", ""))
    onglet, rang = (uuid.UUID(vue[1]), int(vue[2]) + 1) if vue else (uuid.uuid4(), 1)
    ecran = request.resolver_match.view_name if request.resolver_match else ""
    saisie = Saisie(
        cle=cle,
        chemin=request.path,
        ecran=ecran,
        champs=champs_de(request.POST)[0],
        onglet=onglet,
        rang=min(rang, 10**9),
    )
    try:
        actions.enregistrer(saisie, agent=request.user, malgre=True)
    except (DejaFait, Introuvable):
        return {"saisies": [], "reprise": None, "deja": "", "cle_gardee": cle}
    return {"saisies": [], "reprise": None, "deja": "", "cle_gardee": cle, "marque": f"{onglet}:{rang}"}


@require_POST
def abandonner(request: Requete, cle: uuid.UUID) -> HttpResponse:
    """Give up what was typed, and go where it was typed, to its dossier (`retour`), or to the list it was seen in."""
    try:
        brouillon = actions.abandonner(cle, agent=request.user)
    except Introuvable:
        raise Http404 from None
    messages.success(
        request, "La saisie est abandonnée ; « Mes saisies à finir » permet de la reprendre pendant dix minutes."
    )
    retour = request.POST.get("retour", "")
    if retour.isascii() and retour.isdigit() and len(retour) < 18:
        return redirect("dossiers.fiche", int(retour))
    return HttpResponseRedirect(reverse("brouillons") if retour else brouillon.chemin)


@require_POST
def reprendre(request: Requete, cle: uuid.UUID) -> HttpResponse:
    """Take an abandoned draft back, and go on with it."""
    try:
        brouillon = actions.reprendre(cle, agent=request.user)
    except Introuvable:
        raise Http404 from None
    return redirect(f"{brouillon.chemin}?reprendre={brouillon.cle}")


@require_POST
def presence(request: Requete, pk: int) -> HttpResponse:
    """Say that I have this dossier open and learn who else has; silent (204) while nothing changes."""
    dossier = trouver(Dossier.objects.visibles_par(request.user), pk)
    presents = presences.signaler(
        dossier, agent=request.user, ecrit=bool(request.POST.get("ecrit")), maintenant=timezone.now()
    )
    saisies = []
    if "saisies" in request.POST:
        ouvertes = set(request.POST.getlist("cle"))
        lues = lecture.de_page(request.user, reverse("dossiers.note", args=[pk]))
        saisies = [b for b in lues if str(b.cle) not in ouvertes and b.abandonne_le is None]
    # without the request: the frame's own query is not for a line read every half minute
    page = render_to_string("dossiers/presence.html", {"presents": presents, "saisies": saisies})
    empreinte = f"{zlib.crc32(page.encode()):08x}"
    if request.POST.get("vu") == empreinte:
        return HttpResponse(status=204)
    return HttpResponse(f'{page}<input type="hidden" name="vu" value="{empreinte}">')
