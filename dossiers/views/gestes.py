"""Every write on a dossier's page: the gesture's form, and the small acts around it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.actions import affectations, demarches, suivi
from dossiers.actions import dossiers as actions
from dossiers.actions.demarches import BesoinDemande
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.forms.conflit import comparer
from dossiers.forms.dossiers import (
    AffectationForm,
    BesoinForm,
    NoteForm,
    PersonneForm,
    ProjetForm,
    PromesseForm,
    ReferentForm,
    SollicitationForm,
)
from dossiers.forms.gestes import formulaire
from dossiers.lectures import fiche as lecture
from dossiers.models import Demarche, Dossier, Engagement, Machine, Participant, Position
from dossiers.regles.droits import Niveau
from dossiers.views.annulations import dire
from dossiers.views.brouillons import conserver, saisie_de
from dossiers.views.porte import Requete, atterrir, envoye, jetons, trouver
from dossiers.views.rappels import prevenir_si_plein

ecrire = require_http_methods(["GET", "HEAD", "POST"])


def conduire(
    request: Requete,
    dossier: Dossier,
    form: forms.BaseForm,
    agir: Callable[[dict[str, Any]], Any],
    *,
    titre: str,
    verbe: str,
    reussite: str,
    aide: str = "",
    ensuite: str = "",
    annulable: bool = False,
) -> HttpResponse:
    """Show a form, or run its action and return to the dossier.

    A refusal comes back beside the field with all that was typed; a stale version shows what happened meanwhile and keeps
    the agent's own text, ready to be sent on the present version. `ensuite` names the page to go to when the dossier's own is
    no longer the agent's to see. `annulable` offers to undo it beside the sentence that says it is done.
    """
    contexte: dict[str, Any] = {"form": form, "dossier": dossier, "version": dossier.version}
    contexte |= {"titre": titre, "verbe": verbe, "aide": aide}
    if request.method != "POST":
        return render(request, "dossiers/formulaire.html", {**contexte, **saisie_de(request, form)})
    if not form.is_valid():
        return render(request, "dossiers/formulaire.html", {**contexte, **conserver(request)}, status=422)
    jeton = jetons(request)
    try:
        agir(jeton)
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Perime:
        return _montrer_les_deux(request, dossier, form, contexte)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return render(request, "dossiers/formulaire.html", {**contexte, **conserver(request)}, status=422)
    dire(request, reussite, jeton["cle"] if annulable else None)
    return redirect(ensuite) if ensuite else redirect("dossiers.fiche", dossier.pk)


def _montrer_les_deux(
    request: Requete, dossier: Dossier, form: forms.BaseForm, contexte: dict[str, Any]
) -> HttpResponse:
    """Show what the dossier holds now beside what was typed on an older page: one button applies, one gives up."""
    ecart = dossier.version - jetons(request)["version"]
    evenements = lecture.derniers_evenements(request.user, dossier, max(1, min(ecart, 6)))
    contexte |= {"perime": True, "evenements": evenements, "cotes": comparer(form), **conserver(request)}
    return render(request, "dossiers/conflit.html", contexte, status=409)


def _dossier(request: Requete, pk: int) -> Dossier:
    return trouver(Dossier.objects.visibles_par(request.user).select_related("territoire"), pk)


def _demarche(request: Requete, pk: int) -> Demarche:
    # the state is enough to come here: `permet` says which gestures are open, and the form shows only its own columns
    visibles = Demarche.objects.visibles_par(request.user).specifiques()
    return trouver(visibles.select_related("dossier__territoire", "organisme"), pk).specifique


@ecrire
def dossier(request: Requete, pk: int, code: str) -> HttpResponse:
    """A gesture on the dossier itself."""
    return _geste(request, _dossier(request, pk), code)


@ecrire
def demarche(request: Requete, pk: int, code: str) -> HttpResponse:
    """A gesture on a need."""
    return _geste(request, _demarche(request, pk), code)


@ecrire
def etape(request: Requete, pk: int, code: str) -> HttpResponse:
    """A gesture on a step of a path."""
    etapes = apps.get_model("workflows", "Etape")._default_manager
    visibles = etapes.filter(dossier__in=Dossier.objects.visibles_par(request.user))
    return _geste(request, trouver(visibles.select_related("dossier__territoire", "formalites"), pk), code)


@ecrire
def position(request: Requete, pk: int, code: str) -> HttpResponse:
    """A gesture on where a partner stands."""
    visibles = Position.objects.visibles_par(request.user).select_related("dossier__territoire", "demarche")
    return _geste(request, trouver(visibles, pk), code)


@ecrire
def solliciter(request: Requete, pk: int) -> HttpResponse:
    """Ask one more partner to work on a démarche."""
    visibles = Demarche.objects.visibles_par(request.user, au_moins=Niveau.ECRIRE)
    objet = trouver(visibles.select_related("dossier__territoire", "organisme"), pk)
    if not objet.sollicitable_par(request.user):
        raise Http404
    form = SollicitationForm(envoye(request), demarche=objet)

    def agir(jeton: dict[str, Any]) -> None:
        affectations.solliciter(objet, agent=request.user, **jeton, **form.cleaned_data)

    return conduire(
        request, objet.dossier, form, agir, titre=f"Solliciter un partenaire : {objet.nom_besoin}", verbe="Solliciter",
        reussite="Le partenaire est sollicité.",
        aide="Il verra sa part du dossier, ce que vous lui demandez et pour quand ; rien de ce que font les autres.",
    )  # fmt: skip


def _geste(request: Requete, objet: Machine, code: str) -> HttpResponse:
    try:
        declare = demarches.geste_permis(objet, code, request.user)
    except Introuvable:
        raise Http404 from None
    classe = formulaire(objet, declare)
    form = classe(envoye(request), instance=objet)

    def agir(jeton: dict[str, Any]) -> None:
        demarches.avancer(objet, code, agent=request.user, **jeton, **form.saisie())

    if request.method != "POST" and (phrase := declare.refus(objet)):
        messages.warning(request, phrase)
        return redirect("dossiers.fiche", objet.dossier_id)
    return conduire(
        request, objet.dossier, form, agir, titre=declare.libelle, verbe=declare.libelle, aide=declare.aide,
        reussite=f"« {declare.libelle} » est enregistré.", annulable=isinstance(objet, Dossier) and code == "clore",
    )  # fmt: skip


@ecrire
def affecter(request: Requete, pk: int) -> HttpResponse:
    objet = _affectable(request, pk)
    initial = {"organisme": objet.organisme_id, "responsable": objet.responsable_id}
    form = AffectationForm(envoye(request), demarche=objet, agent=request.user, initial=initial)

    def agir(jeton: dict[str, Any]) -> None:
        affectations.affecter(objet, agent=request.user, **jeton, **form.cleaned_data)

    return conduire(
        request, objet.dossier, form, agir, titre=f"Affecter : {objet.nom_besoin}", verbe="Affecter",
        reussite="La démarche est affectée.", aide=objet.pourquoi, annulable=True,
    )  # fmt: skip


def _affectable(request: Requete, pk: int) -> Demarche:
    visibles = Demarche.objects.visibles_par(request.user, au_moins=Niveau.LIRE)
    objet = trouver(visibles.select_related("dossier__territoire", "organisme"), pk)
    if not objet.affectable_par(request.user):
        raise Http404
    return objet


@require_POST
def prendre(request: Requete, pk: int) -> HttpResponse:
    visibles = Demarche.objects.visibles_par(request.user, au_moins=Niveau.LIRE)
    objet = trouver(visibles.select_related("dossier"), pk)

    def agir(jeton: dict[str, Any]) -> None:
        affectations.prendre(objet, agent=request.user, **jeton)

    return conduire(
        request, objet.dossier, forms.Form(request.POST), agir, titre="Je prends", verbe="Je prends",
        reussite="La démarche est à vous.", annulable=True,
    )  # fmt: skip


@ecrire
def referent(request: Requete, pk: int) -> HttpResponse:
    objet = _dossier(request, pk)
    form = ReferentForm(envoye(request), dossier=objet, initial={"referent": objet.referent_id or request.user.pk})

    def agir(jeton: dict[str, Any]) -> None:
        actions.nommer_referent(objet, form.cleaned_data["referent"], agent=request.user, **jeton)

    return conduire(
        request, objet, form, agir, titre="Nommer le référent", verbe="Nommer", reussite="Le référent est nommé.",
        annulable=True,
    )  # fmt: skip


@ecrire
def besoin(request: Requete, pk: int) -> HttpResponse:
    objet = _dossier(request, pk)
    form = BesoinForm(envoye(request), agent=request.user)
    if not form.fields["besoin"].choices:  # type: ignore[attr-defined]
        raise Http404

    def agir(jeton: dict[str, Any]) -> None:
        demandes = [BesoinDemande(form.cleaned_data["besoin"])]
        demarches.ouvrir_besoins(objet, demandes, agent=request.user, **jeton)

    return conduire(
        request, objet, form, agir, titre="Ouvrir un besoin", verbe="Ouvrir", reussite="Le besoin est ouvert."
    )


@ecrire
def projet(request: Requete, pk: int) -> HttpResponse:
    objet = _dossier(request, pk)
    initial = {
        "communes": list(objet.communes.values_list("pk", flat=True)),
        "echeance": objet.echeance,
        "urgence": objet.urgence,
        "confidentiel": objet.confidentiel,
    }
    form = ProjetForm(envoye(request), dossier=objet, agent=request.user, initial=initial)

    def agir(jeton: dict[str, Any]) -> None:
        champs = {**form.cleaned_data, "communes": list(form.cleaned_data["communes"])}
        actions.modifier(objet, agent=request.user, **jeton, **champs)

    return conduire(
        request, objet, form, agir, titre="Modifier le projet", verbe="Enregistrer", reussite="Le projet est à jour."
    )


@ecrire
def personne(request: Requete, pk: int, participant: int | None = None) -> HttpResponse:
    """Add somebody to the household, or correct them."""
    objet = _dossier(request, pk)
    vues = [
        p for p in Participant.Role.values if p != Participant.Role.CONJOINT or request.user.peut_ecrire("conjoint")
    ]
    ligne = trouver(Participant.objects.filter(dossier=objet, role__in=vues), participant) if participant else None
    connue = ligne.personne if ligne else None
    numeros = "\n".join(t.brut or t.e164 for t in connue.telephones.all()) if connue else ""
    initial = {"role": ligne.role if ligne else Participant.Role.CONJOINT, "telephones": numeros}
    form = PersonneForm(envoye(request), instance=connue, initial=initial)
    form.fields["role"].choices = [c for c in Participant.Role.choices if c[0] in vues]  # type: ignore[attr-defined]

    def agir(jeton: dict[str, Any]) -> None:
        champs = {nom: form.cleaned_data[nom] for nom in PersonneForm.Meta.fields}
        actions.enregistrer_personne(
            objet,
            connue,
            agent=request.user,
            **jeton,
            role=form.cleaned_data["role"],
            telephones=form.numeros(),
            **champs,
        )

    titre = f"Modifier {connue}" if connue else "Ajouter une personne"
    return conduire(
        request, objet, form, agir, titre=titre, verbe="Enregistrer", reussite="La personne est enregistrée."
    )


@ecrire
def note(request: Requete, pk: int) -> HttpResponse:
    objet = _dossier(request, pk)
    form = NoteForm(envoye(request))

    def agir(jeton: dict[str, Any]) -> None:
        suivi.noter(objet, agent=request.user, cle=jeton["cle"], **form.cleaned_data)

    return conduire(
        request, objet, form, agir, titre="Écrire une note", verbe="Noter", reussite="La note est enregistrée."
    )


@ecrire
def promesse(request: Requete, pk: int) -> HttpResponse:
    objet = _dossier(request, pk)
    form = PromesseForm(envoye(request))

    def agir(jeton: dict[str, Any]) -> None:
        d = form.cleaned_data
        suivi.promettre_sur_dossier(
            objet, agent=request.user, cle=jeton["cle"], nature=d["nature"], pour_le=d["pour_le"], quoi=d["quoi"]
        )
        if d["nature"] == Engagement.Nature.RAPPEL:
            prevenir_si_plein(request, d["pour_le"])

    return conduire(request, objet, form, agir, titre="Promettre", verbe="Promettre", reussite="La promesse est notée.")


@require_POST
def issue(request: Requete, pk: int) -> HttpResponse:
    """Close a promise with its result."""
    engagement = trouver(Engagement.objects.visibles_par(request.user).select_related("dossier"), pk)
    try:
        suivi.tenir(
            engagement, agent=request.user, cle=jetons(request)["cle"], resultat=request.POST.get("resultat", "")
        )
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        messages.warning(request, refus.phrase)
    else:
        messages.success(request, "La suite est notée.")
    if request.POST.get("retour") == "dossier" and engagement.dossier_id:
        return redirect("dossiers.fiche", engagement.dossier_id)
    return redirect("journee")
