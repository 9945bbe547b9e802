"""Letters: the list, one letter with its HTML version beside its PDF, preview and request."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import courriers as actions
from dossiers.actions.operation import DejaFait
from dossiers.courriers.catalogue import CATALOGUE
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.lectures import courriers as lecture
from dossiers.lectures import vues as lecture_vues
from dossiers.lectures.tableurs import PLAFOND
from dossiers.models import Courrier, Dossier
from dossiers.views.listes import exporter, par_defaut
from dossiers.views.porte import Requete, atterrir, jetons, trouver


@require_safe
def liste(request: Requete) -> HttpResponse:
    barre = lecture_vues.lire(request.user, "courriers", request.GET)
    if ailleurs := par_defaut(request, barre):
        return ailleurs
    etat = barre.retenus.get("etat", "")
    page = lecture.liste(request.user, etat, request.GET.get("suite", ""))
    contexte = {"page": page, "barre": barre, "etats": Courrier.Etat.choices, "etat": etat}
    return render(request, "courriers/liste.html", contexte)


@require_safe
def export(request: Requete) -> StreamingHttpResponse:
    """The letters of the list as a spreadsheet file, in the columns shown."""
    barre = lecture_vues.lire(request.user, "courriers", request.GET)
    lus = lecture.filtrer(request.user, barre.retenus.get("etat", "")).order_by("-demande_le", "-pk")
    return exporter(request, barre, lus[: PLAFOND + 1])


@require_safe
def fiche(request: Requete, pk: int) -> HttpResponse:
    """A letter's page: its state, its accessible HTML version, its PDF."""
    courrier = trouver(lecture.trouver(request.user), pk)
    lettre = actions.lettre_de(courrier) if courrier.donnees else None
    return render(
        request, "courriers/fiche.html", {"courrier": courrier, "lettre": lettre, **(lettre.cadre if lettre else {})}
    )


@require_safe
def pdf(request: Requete, pk: int) -> HttpResponse:
    """The bytes as issued, named by the dossier's number alone."""
    courrier = trouver(lecture.trouver(request.user).select_related("fichier").filter(fichier__isnull=False), pk)
    nom = f"{courrier.modele.code}-{courrier.dossier.numero}.pdf"
    reponse = HttpResponse(bytes(courrier.fichier.octets), content_type="application/pdf")
    reponse.headers["Content-Disposition"] = f'inline; filename="{nom}"'
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete, pk: int, code: str) -> HttpResponse:
    """Preview a letter on this dossier, then ask for it: what leaves is what was shown."""
    dossier = trouver(Dossier.objects.visibles_par(request.user).select_related("territoire", "referent"), pk)
    if code not in CATALOGUE or not CATALOGUE[code].ouvert_a(request.user):
        raise Http404
    contexte = {"dossier": dossier, "code": code, "entree": CATALOGUE[code]}
    try:
        apercu = actions.apercevoir(dossier, code, agent=request.user)
    except Refus as refus:
        return render(request, "courriers/nouveau.html", {**contexte, "refus": refus.phrase}, status=422)
    if request.method == "POST":
        return _demander(request, dossier, code, apercu)
    return render(request, "courriers/nouveau.html", {**contexte, "lettre": apercu.lettre, **apercu.lettre.cadre})


def _demander(request: Requete, dossier: Dossier, code: str, apercu: actions.Apercu) -> HttpResponse:
    try:
        courrier = actions.demander_sur_dossier(
            dossier, code, agent=request.user, donnees=apercu.donnees, **jetons(request)
        )
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Perime as perime:
        messages.warning(request, f"{perime.phrase} Relisez l’aperçu, puis demandez de nouveau.")
        return redirect("courriers.nouveau", dossier.pk, code)
    except Introuvable:
        raise Http404 from None
    messages.success(request, f"« {courrier.modele.libelle} » est demandé ; il sera prêt dans quelques secondes.")
    return redirect("courriers.fiche", courrier.pk)


@require_POST
def relancer(request: Requete, pk: int) -> HttpResponse:
    courrier = trouver(Courrier.objects.visibles_par(request.user), pk)
    try:
        actions.relancer(courrier, agent=request.user, cle=jetons(request)["cle"])
    except DejaFait:
        pass
    except Refus as refus:
        messages.warning(request, refus.phrase)
    else:
        messages.success(request, "Le courrier repart en fabrication.")
    return redirect("courriers.fiche", courrier.pk)
