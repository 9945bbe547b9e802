"""The routing rules: versions, draft, simulation, publication."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.actions import regles
from dossiers.forms.equipe import PublicationForm, RegleForm
from dossiers.lectures import routage as lecture
from dossiers.models import JeuRegles, RegleAffectation
from dossiers.views.equipe import tenter
from dossiers.views.porte import Requete, envoye, trouver

ecrire = require_http_methods(["GET", "HEAD", "POST"])
PERIODES = (1, 3, 6, 12)


def _jeu(request: Requete, pk: int) -> JeuRegles:
    return trouver(JeuRegles.objects.filter(territoire=request.user.territoire_id).select_related("territoire"), pk)


@ecrire
def routage(request: Requete) -> HttpResponse:
    """The rules in force and the versions; a POST opens a draft, from a version when it names one to restore."""
    if request.method == "POST":
        cle_jeu = request.POST.get("depuis", "")
        depuis = _jeu(request, int(cle_jeu)) if cle_jeu.isascii() and cle_jeu.isdigit() else None

        def agir(jeton: dict[str, Any]) -> None:
            regles.ouvrir_brouillon(agent=request.user, cle=jeton["cle"], depuis=depuis)

        tenter(request, agir, "Le brouillon est ouvert : rien ne change avant sa publication.")
        brouillon = JeuRegles.objects.filter(territoire=request.user.territoire_id, publie_le=None).first()
        return redirect("reglages.jeu", brouillon.pk) if brouillon else redirect("reglages.routage")
    territoire = request.user.territoire
    contexte = {"jeux": lecture.jeux(territoire), "regles": lecture.regles_en_vigueur(territoire)}
    return render(request, "reglages/routage.html", contexte)


@ecrire
def jeu(request: Requete, pk: int) -> HttpResponse:
    """A version or the draft, with its simulation; a POST writes a rule in the draft."""
    objet = _jeu(request, pk)
    form = RegleForm(envoye(request), territoire=objet.territoire)
    if request.method == "POST":

        def agir(jeton: dict[str, Any]) -> None:
            regles.ajouter_regle(objet, agent=request.user, cle=jeton["cle"], **form.cleaned_data)

        if form.is_valid() and tenter(request, agir, "La règle est dans le brouillon.", form):
            return redirect("reglages.jeu", objet.pk)
        return _montrer(request, objet, form, statut=422)
    return _montrer(request, objet, form)


def _montrer(
    request: Requete, objet: JeuRegles, form: RegleForm, *, statut: int = 200, publication: Any = None
) -> HttpResponse:
    mois = request.GET.get("mois", "")
    contexte = {
        "jeu": objet,
        "regles": lecture.regles_de(objet),
        "form": form,
        "publication": publication or PublicationForm(initial={"effet_le": timezone.localdate()}),
        "simulation": lecture.simuler(objet, int(mois) if mois in {str(p) for p in PERIODES} else PERIODES[1]),
        "periodes": PERIODES,
    }
    return render(request, "reglages/jeu.html", contexte, status=statut)


@require_POST
def publier(request: Requete, pk: int) -> HttpResponse:
    objet = _jeu(request, pk)
    form = PublicationForm(request.POST)

    def agir(jeton: dict[str, Any]) -> None:
        regles.publier(objet, agent=request.user, cle=jeton["cle"], effet_le=form.cleaned_data["effet_le"])

    if form.is_valid() and tenter(request, agir, "La version est publiée.", form):
        return redirect("reglages.routage")
    return _montrer(request, objet, RegleForm(territoire=objet.territoire), statut=422, publication=form)


@require_POST
def effacer(request: Requete, pk: int) -> HttpResponse:
    objet = _jeu(request, pk)

    def agir(jeton: dict[str, Any]) -> None:
        regles.effacer_brouillon(objet, agent=request.user, cle=jeton["cle"])

    tenter(request, agir, "Le brouillon est effacé.")
    return redirect("reglages.routage")


@require_POST
def retirer(request: Requete, pk: int) -> HttpResponse:
    regle = trouver(
        RegleAffectation.objects.filter(territoire=request.user.territoire_id, jeu__isnull=False).select_related("jeu"),
        pk,
    )

    def agir(jeton: dict[str, Any]) -> None:
        regles.retirer_regle(regle, agent=request.user, cle=jeton["cle"])

    tenter(request, agir, "La règle est retirée du brouillon.")
    return redirect("reglages.jeu", regle.jeu_id or 0)
