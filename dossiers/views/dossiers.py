"""The list of dossiers, the search, and the dossier's page."""

import csv
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.courriers.catalogue import CATALOGUE
from dossiers.forms.dossiers import FiltresForm, NoteForm, PromesseForm
from dossiers.lectures import communes
from dossiers.lectures import dossiers as lecture
from dossiers.lectures import fiche as lecture_fiche
from dossiers.models import Agent, Demarche, Dossier, Engagement
from dossiers.regles.droits import Niveau, Section
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
    form = FiltresForm(request.GET, agent=request.user, communes=communes.choix(request.user.territoire_id))
    page = lecture.liste(request.user, form.filtres(), request.GET.get("suite", ""), aujourdhui=timezone.localdate())
    parametres = request.GET.copy()
    parametres.pop("suite", None)
    return render(request, "dossiers/liste.html", {"page": page, "form": form, "parametres": parametres.urlencode()})


@require_safe
def export(request: Requete) -> HttpResponse:
    """The filtered list as a spreadsheet file, at most a thousand rows, formulas neutralised (regles.md C42)."""
    form = FiltresForm(request.GET, agent=request.user, communes=communes.choix(request.user.territoire_id))
    reponse = HttpResponse(content_type="text/csv; charset=utf-8")
    reponse.headers["Content-Disposition"] = 'attachment; filename="dossiers.csv"'
    reponse.write("\ufeff")
    ecrivain = csv.writer(reponse, delimiter=";")
    ecrivain.writerow(["Numéro", "Foyer", "Étape", "Communes", "Référent", "Ouvert le"])
    for dossier in lecture.pour_export(request.user, form.filtres(), timezone.localdate()):
        foyer = " et ".join(dossier.foyer_vu)
        ouvert_le = timezone.localtime(dossier.cree_le).strftime("%d/%m/%Y")
        cellules = [
            dossier.numero,
            foyer,
            dossier.libelle_etat,
            ", ".join(dossier.noms_communes),
            dossier.referent or "",
            ouvert_le,
        ]
        ecrivain.writerow([neutraliser(str(c)) for c in cellules])
    return reponse


def neutraliser(cellule: str) -> str:
    """Return a cell no spreadsheet takes for a formula."""
    return f"'{cellule}" if cellule[:1] in {"=", "+", "-", "@", "\t"} else cellule


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
