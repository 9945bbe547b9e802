"""The hand-over from one shift to the next."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import passations as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.passations import PassationForm
from dossiers.lectures import passations as lecture
from dossiers.views.brouillons import conserver, saisie_de
from dossiers.views.porte import Requete, atterrir, envoye, jetons, trouver


@require_safe
def liste(request: Requete) -> HttpResponse:
    """What my organisation handed over, the latest first."""
    page = lecture.liste(request.user, request.GET.get("suite", ""))
    return render(request, "passations/liste.html", {"page": page})


@require_safe
def a_lire(request: Requete) -> HttpResponse:
    """What colleagues left me; the same page gives « Ma journée » its block."""
    gabarit = "passations/a_lire.html#passations" if request.headers.get("HX-Request") else "passations/a_lire.html"
    return render(request, gabarit, {"passations": lecture.a_lire(request.user, timezone.localdate())})


@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: Requete) -> HttpResponse:
    """Write one; it begins with what I leave open today."""
    if request.method != "POST":
        maintenant = timezone.now()
        initial = {
            "texte": lecture.ouverture(request.user, maintenant),
            "jusqu_au": lecture.jusqu_a(timezone.localdate(maintenant)),
        }
        form = PassationForm(agent=request.user, initial=initial)
        return render(request, "passations/nouvelle.html", {"form": form, **saisie_de(request, form)})
    form = PassationForm(envoye(request), agent=request.user)
    if form.is_valid():
        try:
            actions.ecrire(agent=request.user, cle=jetons(request)["cle"], **form.cleaned_data)
        except DejaFait as deja:
            return atterrir(deja.resultat)
        except Refus as refus:
            form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        else:
            messages.success(request, "La passation est laissée à vos collègues.")
            return redirect("passations.liste")
    return render(request, "passations/nouvelle.html", {"form": form, **conserver(request)}, status=422)


@require_POST
def lue(request: Requete, pk: int) -> HttpResponse:
    """« Lu »."""
    passation = trouver(lecture.trouver(request.user), pk)
    try:
        actions.lire(passation, agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    messages.success(request, "C’est lu\u202f; la passation reste dans «\u00a0Passations\u00a0».")
    return redirect("journee")
