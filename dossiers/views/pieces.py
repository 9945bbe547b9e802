"""The documents of a household."""

from typing import Any

from django.apps import apps
from django.http import HttpResponse

from dossiers.actions import pieces as actions
from dossiers.forms.pieces import PieceForm
from dossiers.models import Dossier, Piece
from dossiers.views.gestes import conduire, ecrire
from dossiers.views.porte import Requete, envoye, trouver


@ecrire
def piece(request: Requete, pk: int, piece: int | None = None) -> HttpResponse:
    """Write a document down, or correct one."""
    dossier = trouver(Dossier.objects.visibles_par(request.user), pk)
    connue = trouver(Piece.objects.visibles_par(request.user).filter(dossier=dossier), piece) if piece else None
    initial = {nom: getattr(connue, nom) for nom in actions.CHAMPS} if connue else {}
    form = PieceForm(envoye(request), initial=initial, etapes=_etapes(dossier, connue))

    def agir(jeton: dict[str, Any]) -> None:
        if connue:
            actions.corriger(connue, agent=request.user, **jeton, **form.cleaned_data)
        else:
            actions.recevoir(dossier, agent=request.user, **jeton, **form.cleaned_data)

    titre = f"Corriger : {connue}" if connue else "Noter un document"
    return conduire(
        request, dossier, form, agir, titre=titre, verbe="Enregistrer", reussite="Le document est enregistré."
    )


def _etapes(dossier: Dossier, connue: Piece | None) -> list[tuple[str, str]]:
    """The steps of the dossier, and those the document names already: a profile may have changed since."""
    etapes = apps.get_model("workflows", "Etape")._default_manager.filter(dossier=dossier).select_related("formalites")
    choix = {e.code: str(e) for e in etapes}
    return [*choix.items(), *((c, c) for c in (connue.etapes if connue else ()) if c not in choix)]
