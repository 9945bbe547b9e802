"""What every list shares: its bar, the view it opens with, its export, and the pages where views are kept."""

import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.actions import vues as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.listes import VueForm
from dossiers.lectures import tableurs
from dossiers.lectures import vues as lecture
from dossiers.lectures.vues import Barre
from dossiers.models import Vue
from dossiers.regles import droits
from dossiers.regles.listes import LISTES, Liste
from dossiers.views.annulations import dire
from dossiers.views.porte import Requete, atterrir, jetons, trouver

journal = logging.getLogger("guichet.exports")


def par_defaut(request: Requete, barre: Barre) -> HttpResponseRedirect | None:
    """Send a list opened bare to the view its reader chose for it; None when there is none."""
    if request.GET or barre.par_defaut is None:
        return None
    return HttpResponseRedirect(barre.par_defaut.adresse)


def exporter(request: Requete, barre: Barre, objets: Iterable[Any]) -> StreamingHttpResponse:
    """Send a list as a spreadsheet file; the log keeps who took which list, never what was in it."""
    journal.info("export liste=%s agent=%s filtres=%s", barre.liste.code, request.user.pk, ",".join(barre.retenus))
    lignes = tableurs.lignes_csv(barre.liste, barre.colonnes, objets)
    reponse = StreamingHttpResponse(lignes, content_type="text/csv; charset=utf-8")
    reponse.headers["Content-Disposition"] = f'attachment; filename="{barre.liste.code}.csv"'
    return reponse


def _liste(request: Requete, code: str) -> Liste:
    liste = LISTES.get(code)
    agent = request.user
    if liste is None or not droits.peut_ouvrir(agent.organisme.nature, agent.role, liste.ecran):
        raise Http404
    return liste


def _dits(request: Requete) -> QueryDict:
    """Return what the list's address said, as the form below it kept it."""
    return QueryDict(request.POST.get("parametres", "")[:2000])


def _retour(liste: Liste, dits: QueryDict, vue: Vue | str | None = None) -> HttpResponse:
    retenus = liste.retenir(dits)
    parametres = QueryDict(mutable=True)
    parametres.update({**retenus, "vue": str(vue.pk if isinstance(vue, Vue) else vue or lecture.SANS_VUE)})
    return redirect(f"{reverse(liste.ecran)}?{parametres.urlencode()}")


@require_http_methods(["GET", "HEAD", "POST"])
def gerer(request: Requete, liste: str) -> HttpResponse:
    """The views of one list; a new one is named here, from the filters its list had."""
    liste_ = _liste(request, liste)
    form = VueForm(request.POST or None)
    statut = 200
    if request.method == "POST":
        if form.is_valid() and (reponse := _enregistrer(request, liste_, form)):
            return reponse
        statut = 422
    dits = _dits(request) if request.method == "POST" else request.GET
    contexte = {
        "liste": liste_,
        "form": form,
        "vues": [(v, v.modifiable_par(request.user)) for v in lecture.a_gerer(request.user, liste_.code)],
        "par_defaut": request.user.listes.get(liste_.code, {}).get("vue"),
        "parametres": dits.urlencode(),
    }
    return render(request, "listes/vues.html", contexte, status=statut)


def _enregistrer(request: Requete, liste: Liste, form: VueForm) -> HttpResponse | None:
    dits = _dits(request)
    colonnes = lecture.lire(request.user, liste.code, dits).colonnes
    try:
        vue = actions.enregistrer_vue(
            agent=request.user, cle=jetons(request)["cle"], liste=liste.code, parametres=dits, colonnes=colonnes,
            **form.cleaned_data,
        )  # fmt: skip
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Refus as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
        return None
    messages.success(request, f"La vue « {vue.nom} » est enregistrée.")
    return _retour(liste, dits, vue)


@require_POST
def vue(request: Requete, pk: int) -> HttpResponse:
    """What the page of views does with one of them: rename and share, open by default, delete."""
    objet = trouver(Vue.objects.visibles_par(request.user), pk)
    faire, cle = request.POST.get("faire", ""), jetons(request)["cle"]
    try:
        if faire == "defaut":
            deja = request.user.listes.get(objet.liste, {}).get("vue") == objet.pk
            actions.ouvrir_par_defaut(request.user, objet.liste, None if deja else objet)
            dit = "La liste s’ouvre de nouveau entière." if deja else f"La liste s’ouvrira sur « {objet.nom} »."
            messages.success(request, dit)
        elif faire == "supprimer":
            actions.supprimer_vue(objet, agent=request.user, cle=cle)
            dire(request, f"La vue « {objet.nom} » est supprimée.", cle)
        elif (form := VueForm(request.POST)).is_valid():
            d = form.cleaned_data
            actions.modifier_vue(objet, agent=request.user, cle=cle, nom=d["nom"], partagee=d["partagee"])
            messages.success(request, "La vue est à jour.")
        else:
            messages.warning(
                request, " ".join(str(e) for e in form.errors.get("nom", ["Le nom de la vue ne convient pas."]))
            )
    except DejaFait as deja_fait:
        return atterrir(deja_fait.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        messages.warning(request, refus.phrase)
    return redirect("vues.gerer", objet.liste)


@require_POST
def colonnes(request: Requete, liste: str) -> HttpResponse:
    """Keep the columns ticked: for oneself on this list, or in the view that is open."""
    liste_, agent, dits = _liste(request, liste), request.user, _dits(request)
    voulues = [] if "toutes" in request.POST else request.POST.getlist("colonne")
    choisies = liste_.choisir(voulues, agent.sections_lues) if voulues else ()
    ouverte = lecture.lire(agent, liste_.code, dits).ici
    if "dans_la_vue" not in request.POST or ouverte is None:
        actions.choisir_colonnes(agent, liste_.code, choisies)
        messages.success(
            request,
            "Les colonnes de cette liste sont les vôtres." if choisies else "Toutes les colonnes habituelles sont là.",
        )
        return _retour(liste_, dits)
    objet = trouver(Vue.objects.visibles_par(agent), ouverte.pk)
    try:
        actions.modifier_vue(objet, agent=agent, cle=uuid.uuid4(), colonnes=choisies)
    except Introuvable:
        raise Http404 from None
    messages.success(request, f"La vue « {objet.nom} » garde ces colonnes.")
    return _retour(liste_, dits, objet)
