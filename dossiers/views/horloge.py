"""The clock's screens: why this deadline, pause and resume, days closed, delays of each state."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers.actions import calendrier, pauses
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.horloge import DelaiForm, FermetureForm, PauseForm, RappelsForm, RepriseForm
from dossiers.lectures import delais as lecture
from dossiers.models import Demarche, Dossier, Fermeture
from dossiers.regles.droits import Niveau
from dossiers.views.gestes import conduire, ecrire
from dossiers.views.porte import Requete, atterrir, envoye, jetons, trouver


@require_safe
def demarche(request: Requete, pk: int) -> HttpResponse:
    """« Expliquer ce délai » for a need."""
    objet = _demarche(request, pk, Niveau.LIRE)
    contexte = {"explication": lecture.expliquer(objet), "titre": objet.nom_besoin, "dossier": objet.dossier}
    contexte["peut_regler"] = request.user.peut_ecrire(objet.section) and not objet.est_finie
    return render(request, "delais/explication.html", contexte)


@require_safe
def etape(request: Requete, pk: int) -> HttpResponse:
    """« Expliquer ce délai » for a step of a path."""
    etapes = apps.get_model("workflows", "Etape")._default_manager
    visibles = etapes.filter(dossier__in=Dossier.objects.visibles_par(request.user))
    objet = trouver(visibles.select_related("formalites__dossier", "formalites__organisme"), pk)
    contexte = {"explication": lecture.expliquer(objet), "titre": str(objet), "dossier": objet.demarche.dossier}
    return render(request, "delais/explication.html", {**contexte, "peut_regler": False})


@ecrire
def pause(request: Requete, pk: int) -> HttpResponse:
    objet = _demarche(request, pk, Niveau.ECRIRE)
    form = PauseForm(envoye(request), initial={"debut": timezone.localdate()})

    def agir(jeton: dict[str, Any]) -> None:
        pauses.mettre_en_pause(objet, agent=request.user, **jeton, **form.cleaned_data)

    return conduire(
        request, objet.dossier, form, agir, titre=f"Mettre en pause : {objet.nom_besoin}", verbe="Mettre en pause",
        aide="Les jours de pause ne sont pas comptés ; l’échéance est recalculée aussitôt.",
        reussite="La pause est notée.",
    )  # fmt: skip


@ecrire
def reprise(request: Requete, pk: int) -> HttpResponse:
    objet = _demarche(request, pk, Niveau.ECRIRE)
    form = RepriseForm(envoye(request), initial={"fin": timezone.localdate()})

    def agir(jeton: dict[str, Any]) -> None:
        pauses.reprendre_delai(objet, agent=request.user, **jeton, **form.cleaned_data)

    return conduire(
        request, objet.dossier, form, agir, titre=f"Reprendre le délai : {objet.nom_besoin}", verbe="Reprendre le délai",
        aide="Le jour de la reprise peut être compté.", reussite="Le délai court de nouveau.",
    )  # fmt: skip


def _demarche(request: Requete, pk: int, niveau: Niveau) -> Demarche:
    visibles = Demarche.objects.visibles_par(request.user, au_moins=niveau).specifiques()
    return trouver(visibles.select_related("dossier", "organisme"), pk).specifique


@ecrire
def fermetures(request: Requete) -> HttpResponse:
    """The days my organisation closes; a new one moves the deadlines that cross it."""
    form = FermetureForm(envoye(request))
    aujourdhui = timezone.localdate()
    contexte = {
        "form": form,
        "fermetures": lecture.fermetures(request.user, aujourdhui),
        "aujourdhui": aujourdhui,
    }

    def agir(jeton: dict[str, Any]) -> str:
        deplacees = calendrier.fermer_service(agent=request.user, cle=jeton["cle"], **form.cleaned_data)
        return f"La fermeture est déclarée. {_dire(deplacees)}"

    return _regler(request, form, agir, "reglages/fermetures.html", contexte, "reglages.fermetures")


def _dire(deplacees: int) -> str:
    if not deplacees:
        return "Aucune échéance ne change."
    return f"{deplacees} échéances changent." if deplacees > 1 else "Une échéance change."


@require_POST
def rouvrir(request: Requete, pk: int) -> HttpResponse:
    """Withdraw a closure still to come."""
    fermeture = trouver(Fermeture.objects.filter(organisme_id=request.user.organisme_id), pk)
    try:
        deplacees = calendrier.rouvrir_service(fermeture, agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat or "reglages.fermetures")
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        messages.warning(request, refus.phrase)
    else:
        messages.success(request, f"La fermeture est retirée. {_dire(deplacees)}")
    return redirect("reglages.fermetures")


@ecrire
def delais(request: Requete) -> HttpResponse:
    """How long each state may last on my territory, with all the versions."""
    form = DelaiForm(envoye(request))
    contexte = {"form": form, "lignes": lecture.delais(request.user), "aujourdhui": timezone.localdate()}

    def agir(jeton: dict[str, Any]) -> str:
        calendrier.regler_delai(agent=request.user, cle=jeton["cle"], **form.reglage())
        return "Le délai est réglé. Les échéances déjà comptées gardent le leur."

    return _regler(request, form, agir, "reglages/delais.html", contexte, "reglages.delais")


@ecrire
def rappels(request: Requete) -> HttpResponse:
    """How many callbacks a half-day can hold on my territory, for each agent who is there."""
    form = RappelsForm(envoye(request), initial={"par_agent": request.user.territoire.rappels_par_demi_journee})

    def agir(jeton: dict[str, Any]) -> str:
        calendrier.regler_rappels(agent=request.user, cle=jeton["cle"], **form.cleaned_data)
        return "Le nombre de rappels est réglé."

    return _regler(request, form, agir, "reglages/rappels.html", {"form": form}, "reglages.rappels")


def _regler(
    request: Requete,
    form: Form,
    agir: Callable[[dict[str, Any]], str],
    gabarit: str,
    contexte: dict[str, Any],
    ensuite: str,
) -> HttpResponse:
    """Show a setting's page, or run its action and come back to it; a refusal keeps what was typed."""
    if request.method != "POST":
        return render(request, gabarit, contexte)
    if not form.is_valid():
        return render(request, gabarit, contexte, status=422)
    try:
        messages.success(request, agir(jetons(request)))
    except DejaFait:
        return redirect(ensuite)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return render(request, gabarit, contexte, status=422)
    return redirect(ensuite)
