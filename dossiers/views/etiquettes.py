"""Tags: those of a dossier, and the territory's list for its supervisor."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dossiers.actions import etiquettes as actions
from dossiers.forms.listes import EtiquetteForm, EtiquettesForm
from dossiers.models import Dossier, Etiquette
from dossiers.views.equipe import tenter
from dossiers.views.gestes import conduire
from dossiers.views.porte import Requete, envoye, trouver


@require_http_methods(["GET", "HEAD", "POST"])
def etiqueter(request: Requete, pk: int) -> HttpResponse:
    """The tags of one dossier, ticked from the territory's list."""
    dossier = trouver(Dossier.objects.visibles_par(request.user).select_related("territoire"), pk)
    posees = set(Etiquette.objects.visibles_par(request.user).filter(poses__dossier=dossier))
    form = EtiquettesForm(envoye(request), agent=request.user, initial={"etiquettes": posees})

    def agir(jeton: dict[str, Any]) -> None:
        voulues = set(form.cleaned_data["etiquettes"])
        actions.etiqueter(dossier, agent=request.user, poser=voulues - posees, retirer=posees - voulues, **jeton)

    return conduire(
        request, dossier, form, agir, titre="Étiquettes du dossier", verbe="Enregistrer", annulable=True,
        reussite="Les étiquettes sont à jour.", aide="La liste est celle du territoire ; les partenaires ne la voient pas.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: Requete) -> HttpResponse:
    """The territory's tags: add, rename, colour, take away."""
    siennes = Etiquette.objects.visibles_par(request.user)
    cle = request.POST.get("etiquette", "")
    objet = trouver(siennes, int(cle)) if cle.isascii() and cle.isdigit() else None
    form = EtiquetteForm(envoye(request) if "retirer" not in request.POST else None)
    statut = 200
    if request.method == "POST":
        if _ecrire(request, objet, form):
            return redirect("reglages.etiquettes")
        statut = 422
    ajout = form if objet is None else EtiquetteForm()
    contexte = {"form": form, "ajout": ajout, "etiquettes": list(siennes), "tons": Etiquette.Ton.choices}
    return render(request, "reglages/etiquettes.html", contexte, status=statut)


def _ecrire(request: Requete, objet: Etiquette | None, form: EtiquetteForm) -> bool:
    if objet is not None and "retirer" in request.POST:
        retiree = objet

        def retirer(jeton: dict[str, Any]) -> None:
            actions.retirer_etiquette(retiree, agent=request.user, cle=jeton["cle"])

        tenter(request, retirer, f"« {objet} » n’est plus dans la liste.")
        return True
    if not form.is_valid():
        return False

    def ecrire(jeton: dict[str, Any]) -> None:
        actions.ecrire_etiquette(agent=request.user, cle=jeton["cle"], etiquette=objet, **form.cleaned_data)

    return bool(tenter(request, ecrire, "La liste des étiquettes est à jour.", form))
