"""Work on paper when the screen is out of reach: the sheet of the day, the blank call form, the re-entry afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.forms.appels import AppelForm
from dossiers.forms.ressaisie import RessaisieForm
from dossiers.lectures import appels as lecture_appels
from dossiers.lectures import feuille as lecture
from dossiers.models import Appel
from dossiers.regles.information import annonce
from dossiers.regles.typographie import typographier
from dossiers.views.appels import prendre
from dossiers.views.porte import Requete


@require_safe
def feuille(request: Requete) -> HttpResponse:
    """My day on one sheet, to be printed before an outage or a visit."""
    maintenant = timezone.now()
    contexte = {"feuille": lecture.lire(request.user, maintenant), "maintenant": maintenant}
    return render(request, "papier/feuille.html", contexte)


@require_safe
def vierge(request: Requete) -> HttpResponse:
    """The questions of the call screen, to be filled by hand; made from the same form, so that none is forgotten."""
    dite = typographier(annonce(request.user.territoire.dpo))
    contexte = {"form": AppelForm(agent=request.user), "annonce": dite}
    return render(request, "papier/vierge.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def ressaisie(request: Requete) -> HttpResponse:
    """Type a call noted on paper; `?apres=` names the one just typed, whose day and agent stay."""
    return prendre(request, RessaisieForm, _initial(request), "papier/ressaisie.html", _apres)


def _initial(request: Requete) -> dict[str, Any]:
    apres = request.GET.get("apres", "")
    precedent = None
    if apres.isascii() and apres.isdigit() and len(apres) < 18:
        precedent = lecture_appels.trouver(request.user).filter(pk=int(apres)).first()
    if precedent is None:
        return {"pris_par": request.user.pk}
    # calls on a pile of sheets follow each other: the next one began when this one ended, or later
    return {
        "recu_le": timezone.localtime(precedent.fini_le or precedent.recu_le).replace(second=0, microsecond=0),
        "pris_par": precedent.agent_id,
        "canal": precedent.canal,
    }


def _apres(request: Requete, appel: Appel) -> HttpResponse:
    """Stay at the pile: the call's page offers the next sheet, and leads to the dossier."""
    dossier = appel.dossiers.first()
    ou = f"dans le dossier {dossier.numero}" if dossier else "sans dossier"
    messages.success(request, f"L’appel est ressaisi, {ou}.")
    return redirect("appels.fiche", appel.pk)
