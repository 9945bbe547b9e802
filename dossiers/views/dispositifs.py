"""The catalogue of aids, the zoning and the eligibility assistant."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import dispositifs as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.forms.dispositifs import EligibiliteForm, VerifierForm, ZonageForm
from dossiers.lectures import communes
from dossiers.lectures import dispositifs as lecture
from dossiers.lectures import vues as lecture_vues
from dossiers.models import Dispositif, Dossier
from dossiers.regles.droits import Section
from dossiers.regles.eligibilite import juger
from dossiers.regles.texte import assainir
from dossiers.views.listes import exporter, par_defaut
from dossiers.views.porte import Requete, atterrir, envoye, jetons, trouver

ecrire = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def liste(request: Requete) -> HttpResponse:
    barre = lecture_vues.lire(request.user, "dispositifs", request.GET)
    if ailleurs := par_defaut(request, barre):
        return ailleurs
    ouverture, mots = _filtres(request)
    contexte = {
        "barre": barre,
        "catalogue": lecture.catalogue(ouverture, mots, timezone.localdate()),
        "mots": mots,
        "ouverture": ouverture,
    }
    return render(request, "dispositifs/liste.html", contexte)


def _filtres(request: Requete) -> tuple[str, str]:
    return request.GET.get("etat", ""), assainir(request.GET.get("q", ""))[:80]


@require_safe
def export(request: Requete) -> StreamingHttpResponse:
    """The catalogue as a spreadsheet file, in the columns shown."""
    barre = lecture_vues.lire(request.user, "dispositifs", request.GET)
    return exporter(request, barre, lecture.catalogue(*_filtres(request), timezone.localdate()).lignes)


@require_safe
def fiche(request: Requete, pk: int) -> HttpResponse:
    dispositif = trouver(Dispositif.objects.select_related("verifie_par"), pk)
    contexte = {
        "dispositif": dispositif,
        "avertissement": dispositif.avertissement(timezone.localdate()),
        "verifications": lecture.verifications(dispositif),
        "peut_verifier": request.user.peut_ecrire(Section.DISPOSITIFS),
    }
    return render(request, "dispositifs/fiche.html", contexte)


@ecrire
def verifier(request: Requete, pk: int) -> HttpResponse:
    dispositif = trouver(Dispositif.objects.all(), pk)
    form = VerifierForm(envoye(request), instance=dispositif)

    def agir(cle: Any) -> None:
        actions.verifier(dispositif, agent=request.user, cle=cle, **form.cleaned_data)

    return _conduire(
        request, form, agir, titre=f"J’ai vérifié : {dispositif}", verbe="J’ai vérifié",
        retour=("dispositifs.fiche", dispositif.pk), parent=dispositif.code,
        reussite="La fiche est vérifiée aujourd’hui, par vous.",
    )  # fmt: skip


@require_safe
def zonages(request: Requete) -> HttpResponse:
    contexte = {
        "zonages": lecture.zonage(request.user.territoire_id),
        "aujourdhui": timezone.localdate(),
        "peut_classer": request.user.peut_ecrire(Section.ZONAGE),
    }
    return render(request, "dispositifs/zonages.html", contexte)


@ecrire
def classer(request: Requete) -> HttpResponse:
    agent = request.user
    form = ZonageForm(envoye(request), agent=agent)

    def agir(cle: Any) -> None:
        actions.classer(agent.territoire, agent=agent, cle=cle, **form.cleaned_data)

    return _conduire(
        request, form, agir, titre="Ajouter un classement", verbe="Ajouter", retour=("zonages.liste",), parent="Zonage",
        reussite="Le classement est enregistré.",
    )  # fmt: skip


def _conduire(
    request: Requete,
    form: forms.BaseForm,
    agir: Callable[[Any], Any],
    *,
    titre: str,
    verbe: str,
    retour: tuple[Any, ...],
    parent: str,
    reussite: str,
) -> HttpResponse:
    """Show a form of reference data, or run its action; a refusal comes back beside its field."""
    contexte = {"form": form, "titre": titre, "verbe": verbe, "retour": redirect(*retour).url, "parent": parent}
    if request.method != "POST":
        return render(request, "dispositifs/formulaire.html", contexte)
    if not form.is_valid():
        return render(request, "dispositifs/formulaire.html", contexte, status=422)
    try:
        agir(jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return render(request, "dispositifs/formulaire.html", contexte, status=422)
    messages.success(request, reussite)
    return redirect(*retour)


@require_safe
def eligibilite(request: Requete) -> HttpResponse:
    """The assistant, reached from the catalogue: a project without a dossier."""
    return _assistant(request, None)


@require_safe
def eligibilite_du_dossier(request: Requete, pk: int) -> HttpResponse:
    """The assistant, reached from a dossier: what it says is filled in, and an aid may be opened."""
    return _assistant(request, trouver(Dossier.objects.visibles_par(request.user), pk))


def _assistant(request: Requete, dossier: Dossier | None) -> HttpResponse:
    donnees: Any = request.GET
    if dossier and not request.GET:
        donnees = {nom: valeur for nom, valeur in lecture.connu(dossier).items() if valeur}
    form = _formulaire(request, donnees)
    projet = form.projet()
    contexte = {
        "form": form,
        "dossier": dossier,
        "groupes": lecture.repondre(projet, timezone.localdate(), dossier) if request.GET or dossier else [],
        "faits": [(nom, form[nom].value() or "") for nom in form.fields],
    }
    return render(request, "dispositifs/eligibilite.html", contexte)


def _formulaire(request: Requete, donnees: QueryDict) -> EligibiliteForm:
    agent = request.user
    return EligibiliteForm(
        donnees,
        agent=agent,
        communes=communes.choix(agent.territoire_id),
        quartiers=lecture.quartiers(agent.territoire_id),
    )


@require_POST
def ouvrir_aide(request: Requete, pk: int, code: str) -> HttpResponse:
    """Open the démarche of one aid, with what the assistant said of it."""
    dossier = trouver(Dossier.objects.visibles_par(request.user), pk)
    dispositif = Dispositif.objects.filter(code=code).first()
    if dispositif is None:
        raise Http404
    avis = juger(dispositif.fiche, _formulaire(request, request.POST).projet())
    try:
        actions.ouvrir_aide(dossier, dispositif, avis, agent=request.user, **jetons(request))
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Perime as perime:
        messages.warning(request, f"{perime.phrase} Relisez, puis recommencez.")
        return redirect("dossiers.eligibilite", dossier.pk)
    except Refus as refus:
        messages.warning(request, refus.phrase)
        return redirect("dossiers.eligibilite", dossier.pk)
    messages.success(request, f"L’aide {dispositif.code} est ouverte ; l’organisme qui en répond la voit.")
    return redirect("dossiers.fiche", dossier.pk)
