"""« Mon agenda »: a secret address a calendar reads, made, renewed and revoked by its agent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.actions import agendas as actions
from dossiers.actions.operation import DejaFait
from dossiers.lectures import agenda as lecture
from dossiers.views.porte import Requete, atterrir, jetons

PAR_MINUTE = 20
"""How often one address may be read: calendars ask every quarter of an hour or less."""


@require_http_methods(["GET", "HEAD", "POST"])
def reglage(request: Requete) -> HttpResponse:
    """See whether there is an address, make one, renew it, revoke it; a new one is shown this once."""
    adresse = ""
    if request.method == "POST":
        cle = jetons(request)["cle"]
        try:
            if request.POST.get("faire") == "revoquer":
                actions.revoquer(agent=request.user, cle=cle)
                messages.success(request, "L’adresse est révoquée\u00a0: plus aucun agenda ne la lit.")
                return redirect("reglages.agenda")
            jeton = actions.creer(agent=request.user, cle=cle)
        except DejaFait as deja:
            messages.warning(request, "Cette adresse a déjà été montrée. Si vous ne l’avez pas copiée, renouvelez-la.")
            return atterrir(deja.resultat)
        adresse = request.build_absolute_uri(reverse("agenda.flux", args=[jeton]))
    contexte = {"en_vigueur": lecture.adresse_de(request.user), "adresse": adresse}
    return render(request, "reglages/agenda.html", contexte)


@login_not_required
@require_safe
def flux(request: HttpRequest, jeton: str) -> HttpResponse:
    """Give a calendar its dates; an address revoked, never made or of a closed account is the same 404."""
    agent = lecture.trouver(jeton)
    if agent is None:
        raise Http404
    maintenant = timezone.now()
    # counted in each process's own memory: nothing to write for whoever only reads
    compteur = f"agenda:{agent.pk}:{maintenant:%H%M}"
    cache.add(compteur, 0, timeout=120)
    if cache.incr(compteur) > PAR_MINUTE:
        return HttpResponse(
            "Trop de lectures\u00a0: réessayez dans une minute.", status=429, headers={"Retry-After": "60"}
        )
    reponse = HttpResponse(lecture.flux(agent, maintenant), content_type="text/calendar; charset=utf-8")
    reponse.headers["Content-Disposition"] = 'inline; filename="guichet.ics"'
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse
