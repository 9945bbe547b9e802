"""The door every request passes: closed by default, 404 for what must not be known, and a log without personal data."""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse

from dossiers.models import Agent
from dossiers.regles import droits

journal = logging.getLogger("guichet.acces")


class Requete(HttpRequest):
    """A request that passed the door: its user is an agent."""

    user: Agent


class Porte(LoginRequiredMiddleware):
    """Opens a screen only when the matrix has a line for it and the agent's role reaches it."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        ecran = request.resolver_match.view_name if request.resolver_match else ""
        exigence = droits.ECRANS.get(ecran)
        if exigence is None:
            raise Http404
        if exigence == droits.PUBLIC:
            return None
        agent = request.user
        if not isinstance(agent, Agent):
            return super().process_view(request, view_func, view_args, view_kwargs)  # type: ignore[no-any-return]
        if not droits.peut_ouvrir(agent.organisme.nature, agent.role, ecran):
            raise Http404
        # from here on the agent itself, known: Django's lazy one asks at each attribute whether it is there yet
        request.user = get_user(request)
        return None


class Journal:
    """Logs one line a request: screen's name, method, status, time, agent's id; never an address nor what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        depart = time.perf_counter()
        reponse = self.get_response(request)
        duree = round((time.perf_counter() - depart) * 1000)
        ecran = request.resolver_match.view_name if request.resolver_match else "inconnu"
        agent_id = getattr(getattr(request, "user", None), "pk", None)
        journal.info("%s %s %s %s ms agent=%s", request.method, ecran, reponse.status_code, duree, agent_id)
        reponse.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        if ecran not in {"theme", "logo"}:
            # a shared computer must not keep a candidate's page after the agent left
            reponse.headers.setdefault("Cache-Control", "no-store, private")
        return reponse


def trouver[M: Model](requete: QuerySet[M], pk: int) -> M:
    """Return the row of a queryset already narrowed by `visibles_par`, or answer 404."""
    objet = requete.filter(pk=pk).first() if pk < 2**63 else None
    if objet is None:
        raise Http404
    return objet


def envoye(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, None when the page is only looked at; an empty sending is still one."""
    return request.POST if request.method == "POST" else None


def jetons(request: HttpRequest) -> dict[str, Any]:
    """Return the key and version a writing form carries; a missing or broken key is a new one, a broken version 0."""
    try:
        cle = uuid.UUID(request.POST.get("cle", ""))
    except ValueError:
        cle = uuid.uuid4()
    version = request.POST.get("version", "")
    return {"cle": cle, "version": int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0}


def atterrir(resultat: str) -> HttpResponseRedirect:
    """Send a repeated form where its first sending landed (« dossiers.fiche:12 »)."""
    nom, _, pk = (resultat or "journee").partition(":")
    return HttpResponseRedirect(reverse(nom, args=[int(pk) if pk.isdigit() else pk] if pk else None))
