"""« Annuler », beside the sentence that says what was just done."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from dossiers.actions import annulations as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import Operation
from dossiers.views.porte import Requete, atterrir


def dire(request: HttpRequest, phrase: str, cle: uuid.UUID | None) -> None:
    """Say that an act is done, with what undoes it beside the sentence when it can be undone."""
    messages.success(request, phrase, extra_tags=f"annuler:{cle}" if cle else "")


@require_POST
def annuler(request: Requete, cle: uuid.UUID) -> HttpResponse:
    """Undo what was just done, or say why not; either way, land where the act had landed."""
    faite = Operation.objects.filter(cle=cle, agent=request.user).first()
    try:
        resultat = actions.annuler(cle, agent=request.user)
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except (Refus, Perime) as refus:
        messages.warning(request, refus.phrase)
        return atterrir(faite.resultat if faite else "")
    reste = _pas_annulees(request, cle)
    if reste:
        messages.warning(
            request, f"Pas annulé pour {reste} dossier{'s' if reste > 1 else ''} : la raison est sur sa ligne."
        )
    else:
        messages.success(request, "C’est annulé.")
    return atterrir(resultat)


def _pas_annulees(request: Requete, cle: uuid.UUID) -> int:
    """Return how many lines of a gesture on several dossiers were done and could not be undone."""
    acte = Operation.objects.filter(cle=cle, agent=request.user).first()
    lignes = ((acte.retour if acte else None) or {}).get("lignes", [])
    return sum(1 for ligne in lignes if not ligne["refus"] and ligne.get("annulee") != "oui")
