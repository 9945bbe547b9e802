"""The list of dossiers, the search, and the dossier's page."""

from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.courriers.catalogue import CATALOGUE
from dossiers.forms.dossiers import FiltresForm, NoteForm, PromesseForm
from dossiers.lectures import communes
from dossiers.lectures import dossiers as lecture
from dossiers.lectures import fiche as lecture_fiche
from dossiers.lectures import vues as lecture_vues
from dossiers.lectures.tableurs import PLAFOND
from dossiers.lectures.vues import Barre
from dossiers.models import Agent, Demarche, Dossier, Engagement
from dossiers.regles.droits import Niveau, Section
from dossiers.regles.lots import GESTES
from dossiers.views.listes import exporter, par_defaut
from dossiers.views.porte import Requete

GENRES = {
    "": "tout",
    "appel": "appels",
    "geste": "gestes",
    "note": "notes",
    "courrier": "courriers",
    "affectation": "affectations",
    "modification": "modifications",
}


@require_safe
def liste(request: Requete) -> HttpResponse:
    barre = lecture_vues.lire(request.user, "dossiers", request.GET)
    if ailleurs := par_defaut(request, barre):
        return ailleurs
    form = _filtres(request, barre)
    page = lecture.liste(request.user, form.filtres(), request.GET.get("suite", ""), aujourdhui=timezone.localdate())
    contexte = {
        "page": page,
        "form": form,
        "barre": barre,
        "gestes": _gestes_du_lot(request.user),
        "tout_coche": request.GET.get("cocher") == "tout",
    }
    return render(request, "dossiers/liste.html", contexte)


def _filtres(request: Requete, barre: Barre) -> FiltresForm:
    lieux = communes.choix(request.user.territoire_id)
    return FiltresForm(request.GET, agent=request.user, communes=lieux, etiquettes=barre.etiquettes)


def _gestes_du_lot(agent: Agent) -> list[tuple[str, str]]:
    """Return what this agent may do on several dossiers; nothing for a partner, who has no column to tick."""
    if not agent.peut_ecrire(Section.IDENTITE):
        return []
    etiquettes = agent.peut_ecrire(Section.ETIQUETTES)
    return [(code, mot) for code, mot in GESTES.items() if etiquettes or code not in {"poser", "retirer"}]


@require_safe
def export(request: Requete) -> StreamingHttpResponse:
    """The filtered list as a spreadsheet file, in the columns shown."""
    barre = lecture_vues.lire(request.user, "dossiers", request.GET)
    filtres = _filtres(request, barre).filtres()
    lus = lecture.pour_export(request.user, filtres, timezone.localdate(), plafond=PLAFOND + 1)
    return exporter(request, barre, lus)


def _permis(agent: Agent, dossier: Dossier) -> dict[str, Any]:
    """Return what the page offers besides the gestures; nothing more is written in a file another took in."""
    vivant = dossier.absorbe_par_id is None
    return {
        "peut_modifier": vivant and agent.peut_ecrire(Section.IDENTITE),
        "peut_fusionner": vivant and agent.peut_ecrire(Section.FUSION),
        "peut_transferer": vivant and agent.peut_ecrire(Section.TRANSFERT),
        "peut_noter": vivant and agent.peut_lire(Section.STATUT),
        "peut_ouvrir_besoin": any(c.ouvrable_par(agent) for c in Demarche.REGISTRE.values()),
        "peut_aider": vivant and agent.peut(Section.AIDES, Niveau.ETAT),
        "lit_formalites": agent.peut_lire(Section.FORMALITES),
        "peut_piece": agent.peut_ecrire(Section.FORMALITES) and dossier.ouvert,
        "peut_etiqueter": vivant and agent.peut_ecrire(Section.ETIQUETTES),
        "modeles": [e for e in CATALOGUE.values() if vivant and e.ouvert_a(agent)],
    }


@require_safe
def fiche(request: Requete, pk: int) -> HttpResponse:
    dossier = lecture_fiche.trouver(request.user, pk) if pk < 2**63 else None
    if dossier is None:
        raise Http404
    genre = request.GET.get("genre", "")
    contexte = {
        "fiche": lecture_fiche.lire(request.user, dossier, genre if genre in GENRES else ""),
        "dossier": dossier,
        "note": NoteForm(),
        "promesse": PromesseForm(),
        "resultats": [(r.value, r.label) for r in Engagement.SUITES],
        "genres": GENRES,
        "genre": genre,
        "maintenant": timezone.now(),
        **_permis(request.user, dossier),
    }
    return render(request, "dossiers/fiche.html", contexte)
