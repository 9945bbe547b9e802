"""The pages of the house: home, health, legal pages, the matrix of rights, the theme, preferences."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from dossiers.actions import comptes
from dossiers.lectures import routage as lecture_routage
from dossiers.lectures import sante as lecture_sante
from dossiers.models import Agent, Organisme, Territoire
from dossiers.regles import droits
from dossiers.regles.droits import LIBELLES_NIVEAUX, LIBELLES_SECTIONS, Niveau, Section
from dossiers.views.porte import Requete, envoye


@require_safe
def accueil(request: Requete) -> HttpResponse:
    """Send each agent where their day begins."""
    return redirect("journee" if request.user.peut_lire(Section.IDENTITE) else "reglages")


@login_not_required
@require_safe
def sante(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a letter asked for now would be made, 503 otherwise."""
    etat = lecture_sante.lire(timezone.now())
    return JsonResponse(etat, status=200 if etat["ok"] else 503)


@login_not_required
@require_safe
def theme(request: HttpRequest, code: str) -> HttpResponse:
    """Give the territory's colours as variables: inline styles are forbidden, and the theme knows no territory."""
    territoire = Territoire.objects.filter(code=code).first()
    clair, sombre = (territoire.couleur, territoire.couleur_sombre) if territoire else ("#1f5c46", "#7fc8a9")
    reponse = HttpResponse(f":root{{--accent-clair:{clair};--accent-sombre:{sombre}}}", content_type="text/css")
    reponse.headers["Cache-Control"] = "public, max-age=3600"
    return reponse


@login_not_required
@require_safe
def logo(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the territory's mark, its initials on its colour; an unknown territory has Guichet's own."""
    territoire = Territoire.objects.filter(code=code).first()
    reponse = render(request, "pages/logo.svg", {"pour": territoire}, content_type="image/svg+xml")
    reponse.headers["Cache-Control"] = "public, max-age=3600"
    return reponse


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibilite.html")


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/donnees_personnelles.html", {"territoires": Territoire.objects.all()})


@login_not_required
@require_safe
def mentions(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/mentions.html", {"territoires": Territoire.objects.all()})


class MotDePasse(PasswordChangeView):
    """Change one's own password; signed in the history like any other change."""

    template_name = "registration/mot_de_passe.html"
    success_url = reverse_lazy("mot_de_passe_change")

    def form_valid(self, form: Any) -> HttpResponse:
        comptes.changer_mot_de_passe(form.user, form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, form.user)
        return redirect("mot_de_passe_change")


@require_GET
def matrice(request: Requete) -> HttpResponse:
    """Show the matrix of rights as the code applies it."""
    colonnes = [
        (nature, role)
        for nature in Organisme.Nature
        for role in Agent.Role
        if droits.droits_de(nature, role) and nature != Organisme.Nature.DEPARTEMENT
    ]
    entetes = [f"{Organisme.Nature(n).label}, {Agent.Role(r).label.lower()}" for n, r in colonnes]
    lignes = [
        (
            LIBELLES_SECTIONS[s],
            [(e, LIBELLES_NIVEAUX[droits.niveau(*c, s)]) for e, c in zip(entetes, colonnes, strict=True)],
        )
        for s in Section
    ]
    return render(request, "pages/matrice.html", {"entetes": entetes, "lignes": lignes})


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the agent likes their screen, and which of their organisation's territories they work on."""

    class Meta:
        model = Agent
        fields = ("theme", "raccourcis", "territoire")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territoire"].queryset = self.instance.organisme.territoires.all()  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def reglages(request: Requete) -> HttpResponse:
    """My preferences, and the territory's rules for who may read them."""
    agent = request.user
    form = PreferencesForm(envoye(request), instance=Agent.objects.get(pk=agent.pk))
    if request.method == "POST" and form.is_valid():
        comptes.preferer(agent, **form.cleaned_data)
        messages.success(request, "Vos réglages sont enregistrés.")
        return redirect("reglages")
    contexte = {
        "form": form,
        "regles": [],
        "agents": [],
        "peut_equipe": agent.peut_ecrire(Section.AFFECTATION),
        "peut_router": agent.peut_ecrire(Section.ROUTAGE),
        "peut_fermer": agent.peut_ecrire(Section.AFFECTATION),
        "peut_regler": agent.peut_ecrire(Section.HORLOGE),
        "peut_lexique": agent.peut_ecrire(Section.LEXIQUE),
        "peut_agenda": agent.peut_lire(Section.IDENTITE),
        "peut_etiqueter": agent.peut_ecrire(Section.LISTE_ETIQUETTES),
        "peut_demander": agent.peut_lire(Section.STATUT),
    }
    if agent.peut(Section.REGLAGES, Niveau.LIRE):
        contexte["regles"] = lecture_routage.regles_en_vigueur(agent.territoire)
        contexte["agents"] = Agent.objects.filter(territoire=agent.territoire)
    return render(request, "reglages/reglages.html", contexte)
