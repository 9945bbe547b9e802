"""One gesture on several dossiers: what it asks, what it will and will not do, what it did."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.actions import lots as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Refus
from dossiers.forms.dossiers import FiltresForm
from dossiers.forms.listes import LotForm
from dossiers.lectures import communes
from dossiers.lectures import lots as lecture
from dossiers.lectures.dossiers import cles
from dossiers.models import Etiquette
from dossiers.regles.droits import Section
from dossiers.regles.listes import LISTES
from dossiers.regles.lots import GESTES, PLAFOND
from dossiers.views.annulations import dire
from dossiers.views.porte import Requete, atterrir, jetons

Lignes = list[tuple[int, int]]


@require_http_methods(["GET", "HEAD", "POST"])
def lot(request: Requete) -> HttpResponse:
    """From the list with lines ticked: ask, preview, confirm. Nothing is written before the last step."""
    if request.method != "POST":
        return redirect("dossiers.liste")
    geste = request.POST.get("geste", "")
    lignes = _toute_la_liste(request) if "tous" in request.POST else _lignes(request)
    if geste not in GESTES or (geste in {"poser", "retirer"} and not request.user.peut_ecrire(Section.ETIQUETTES)):
        raise Http404
    if not lignes or len(lignes) > PLAFOND:
        dit = (
            "Cochez au moins un dossier." if not lignes else f"Cochez {PLAFOND} dossiers au plus : la liste en a trop."
        )
        messages.warning(request, dit)
        return redirect("dossiers.liste")
    etape = request.POST.get("etape", "")
    form = LotForm(request.POST if etape else None, geste=geste, agent=request.user)
    contexte = {"form": form, "geste": geste, "titre": GESTES[geste], "combien": len(lignes), "lignes": lignes}
    if not etape or not form.is_valid():
        return render(request, "dossiers/lot.html", contexte, status=422 if form.errors else 200)
    if etape == "confirmer":
        return _confirmer(request, geste, lignes, form)
    contexte["choisi"] = _dire_le_choix(form)
    contexte["lot"] = lecture.apercu(request.user, geste, form.cleaned_data, [pk for pk, _ in lignes])
    # each line carries the version it was shown at: what moves before the confirmation is not done
    contexte["lignes"] = [(x.dossier.pk, x.dossier.version) for x in contexte["lot"].faites]
    return render(request, "dossiers/lot.html", contexte)


def _dire_le_choix(form: LotForm) -> list[tuple[str, str]]:
    """Return what was chosen, in words, to read once more before it is done."""
    dits = []
    for nom, valeur in form.cleaned_data.items():
        choix = dict(getattr(form.fields[nom], "choices", ())) if isinstance(valeur, str) else {}
        if valeur:
            dits.append((str(form.fields[nom].label), str(choix.get(valeur, valeur))))
    return dits


def _lignes(request: Requete) -> Lignes:
    """Return the (dossier, version) pairs ticked; what is not a pair of numbers is not one."""
    lues = []
    for brute in request.POST.getlist("d")[: PLAFOND * 5]:
        pk, _, version = brute.partition(":")
        if all(n.isascii() and n.isdigit() and len(n) < 16 for n in (pk, version or "0")):
            lues.append((int(pk), int(version or "0")))
    return list(dict.fromkeys(lues))


def _toute_la_liste(request: Requete) -> Lignes:
    """Return the lines of the list its filters name, one more than the cap at most."""
    dits = LISTES["dossiers"].retenir(QueryDict(request.POST.get("parametres", "")[:2000]))
    lieux = communes.choix(request.user.territoire_id)
    connues = [(str(e.pk), e.nom) for e in Etiquette.objects.visibles_par(request.user)]
    form = FiltresForm(dits, agent=request.user, communes=lieux, etiquettes=connues)
    return cles(request.user, form.filtres(), timezone.localdate(), PLAFOND + 1)


def _confirmer(request: Requete, geste: str, lignes: Lignes, form: LotForm) -> HttpResponse:
    cle = jetons(request)["cle"]
    try:
        actions.executer(geste, lignes, agent=request.user, cle=cle, **form.cleaned_data)
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Refus as refus:
        messages.warning(request, refus.phrase)
        return redirect("dossiers.liste")
    fait = lecture.fait(request.user, cle)
    combien = len(fait[1].faites) if fait else 0
    if combien:
        mot = "dossiers traités" if combien > 1 else "dossier traité"
        dire(request, f"{GESTES[geste]} : {combien} {mot}.", cle)
    else:
        messages.warning(request, "Aucun dossier n’a pu être traité.")
    return redirect("dossiers.lot_fait", cle)


@require_safe
def fait(request: Requete, cle: uuid.UUID) -> HttpResponse:
    """What was done and what was not, with the reasons; only for whoever did it."""
    trouve = lecture.fait(request.user, cle)
    if trouve is None:
        raise Http404
    geste, lot_, annule = trouve
    return render(request, "dossiers/lot_fait.html", {"titre": GESTES[geste], "lot": lot_, "annule": annule})
