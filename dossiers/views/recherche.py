"""Find anything: the palette, its page for browsers without a script, and the whole list of dossiers found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers.forms.acces import DemandeForm
from dossiers.lectures import dossiers as lecture
from dossiers.lectures import palette as lecture_palette
from dossiers.lectures.dossiers import Filtres
from dossiers.regles.droits import Section
from dossiers.regles.texte import assainir
from dossiers.views.porte import Requete


@require_POST
def recherche(request: Requete) -> HttpResponse:
    """Search by POST: a name or a number never enters an address, hence never a log nor a browser's history."""
    texte = assainir(request.POST.get("q", ""))[:120]
    filtres = Filtres(recherche=texte or " ", clos=True)
    page = lecture.liste(request.user, filtres, request.POST.get("suite", ""), aujourdhui=timezone.localdate())
    return render(request, "dossiers/recherche.html", {"page": page, "q": texte})


@require_POST
def palette(request: Requete) -> HttpResponse:
    """Everything a text finds, by kind: a piece for the palette, a page of its own without it."""
    texte = assainir(request.POST.get("q", ""))[:120]
    contexte = {
        "trouve": lecture_palette.trouver(request.user, texte),
        "q": texte,
        "demande": DemandeForm(initial={"q": texte}),
        "peut_demander": request.user.peut_lire(Section.STATUT),
    }
    piece = "#resultats" if "HX-Request" in request.headers else ""
    return render(request, f"recherche/palette.html{piece}", contexte)
