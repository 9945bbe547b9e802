"""Requests to see a file out of one's field: ask, answer, read the answers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dossiers.actions import acces as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.acces import DemandeForm, ReponseForm
from dossiers.lectures import acces as lecture
from dossiers.lectures import palette
from dossiers.models import DemandeAcces
from dossiers.views.porte import Requete, atterrir, jetons, trouver


@require_safe
def liste(request: Requete) -> HttpResponse:
    return _page(request, ReponseForm())


def _page(request: Requete, form: ReponseForm, pk: int | None = None) -> HttpResponse:
    contexte = {"demandes": lecture.lire(request.user), "form": form, "en_erreur": pk}
    return render(request, "acces/liste.html", contexte, status=422 if form.errors else 200)


@require_POST
def demander(request: Requete) -> HttpResponse:
    """Ask for the file that a search announced; it is looked for again, so that the page names none."""
    form = DemandeForm(request.POST)
    trouves = palette.caches(request.user, form.cleaned_data["q"]) if form.is_valid() else []
    if not trouves:
        messages.warning(request, "Aucun dossier ne répond plus à cette recherche.")
        return redirect("acces.liste")
    try:
        actions.demander(trouves, agent=request.user, cle=jetons(request)["cle"], motif=form.cleaned_data["motif"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    messages.success(request, "Votre demande est partie : la réponse s’affichera ici.")
    return redirect("acces.liste")


@require_POST
def repondre(request: Requete, pk: int) -> HttpResponse:
    demande = trouver(DemandeAcces.objects.a_decider_par(request.user), pk)
    form = ReponseForm(request.POST)
    if not form.is_valid():
        return _page(request, form, pk)
    cle = jetons(request)["cle"]
    try:
        if form.cleaned_data["reponse"] == "accorder":
            actions.accorder(demande, agent=request.user, cle=cle)
        else:
            actions.refuser(demande, agent=request.user, cle=cle, raison=form.cleaned_data["raison"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ, refus.phrase)
        return _page(request, form, pk)
    accorde = form.cleaned_data["reponse"] == "accorder"
    messages.success(request, "L’accès est accordé." if accorde else "Le refus est noté, avec sa raison.")
    return redirect("acces.liste")
