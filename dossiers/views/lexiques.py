"""The words the call screen understands: read, add, take out, try."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dossiers.actions import lexiques as actions
from dossiers.forms.lexiques import EssaiForm, ExpressionForm
from dossiers.lectures import lexiques as lecture
from dossiers.lectures.saisie import panneau
from dossiers.views.equipe import tenter
from dossiers.views.porte import Requete


@require_http_methods(["GET", "HEAD", "POST"])
def lexique(request: Requete) -> HttpResponse:
    """One family at a time; the same address adds, takes out and tries."""
    demandee = request.GET.get("famille", "")
    famille = demandee if demandee in lecture.FAMILLES else "besoin"
    form, essai = ExpressionForm(famille=famille), EssaiForm()
    contexte: dict[str, Any] = {}
    statut = 200
    if request.method == "POST" and "essayer" in request.POST:
        essai = EssaiForm(request.POST)
        if essai.is_valid():
            contexte["panneau"] = panneau(request.user, {"texte": essai.cleaned_data["texte"]})
        statut = 422 if essai.errors else 200
    elif request.method == "POST" and "retirer" in request.POST:
        _retirer(request, famille)
        return redirect(_adresse(famille))
    elif request.method == "POST":
        form = ExpressionForm(request.POST, famille=famille)
        if form.is_valid() and _ajouter(request, famille, form):
            return redirect(_adresse(famille))
        statut = 422
    contexte |= {
        "form": form if not essai.errors else essai,
        "ajout": form,
        "essai": essai,
        "famille": famille,
        "familles": lecture.FAMILLES,
        "titre": lecture.FAMILLES[famille],
        "groupes": lecture.mots(request.user.territoire_id, famille),
    }
    return render(request, "reglages/lexique.html", contexte, status=statut)


def _adresse(famille: str) -> str:
    return f"{reverse('reglages.lexique')}?famille={famille}"


def _ajouter(request: Requete, famille: str, form: ExpressionForm) -> bool:
    def agir(jeton: dict[str, Any]) -> None:
        actions.ajouter_expression(agent=request.user, cle=jeton["cle"], famille=famille, **form.cleaned_data)

    dits = f"« {form.cleaned_data['expression']} » est compris dès maintenant."
    return bool(tenter(request, agir, dits, form))


def _retirer(request: Requete, famille: str) -> None:
    valeur, _, reste = request.POST["retirer"].partition("|")
    poids, _, expression = reste.partition("|")

    def agir(jeton: dict[str, Any]) -> None:
        actions.retirer_expression(
            agent=request.user, cle=jeton["cle"], famille=famille, valeur=valeur, expression=expression,
            poids=int(poids) if poids.lstrip("-").isascii() and poids.lstrip("-").isdigit() and len(poids) < 4 else 0,
        )  # fmt: skip

    tenter(request, agir, f"« {expression[:80]} » n’est plus compris sur votre territoire.")
