"""Imports: send a file, say what its columns are, look at what each line becomes, decide, correct, run."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import imports as actions
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.imports import ColonnesForm, DecisionForm, DepotForm
from dossiers.lectures import imports as lecture
from dossiers.models import Dossier, Import, LigneImport
from dossiers.views.porte import Requete, atterrir, jetons, trouver

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILTRES = ("a_corriger", "doublon", "valide", "importee", "ecartee")


@require_safe
def liste(request: Requete) -> HttpResponse:
    return render(request, "imports/liste.html", {"imports": lecture.liste(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """Send a file; a broken one comes back with a sentence."""
    form = DepotForm(*_envoi(request))
    if request.method == "POST" and form.is_valid():
        fichier, cle = form.cleaned_data["fichier"], jetons(request)["cle"]
        try:
            importation = actions.deposer(fichier.name or "", fichier.read(), agent=request.user, cle=cle)
        except DejaFait as deja:
            return atterrir(deja.resultat)
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
        else:
            return redirect("imports.colonnes", importation.pk)
    return render(request, "imports/nouveau.html", {"form": form}, status=422 if form.errors else 200)


def _envoi(request: Requete) -> tuple[Any, Any]:
    """Return what a form with a file was sent with; nothing when the page is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _trouver(request: Requete, pk: int) -> Import:
    return trouver(Import.objects.visibles_par(request.user).select_related("agent"), pk)


@require_http_methods(["GET", "HEAD", "POST"])
def colonnes(request: Requete, pk: int) -> HttpResponse:
    """Say what each column becomes, or choose another sheet of the workbook."""
    importation = _trouver(request, pk)
    if importation.phase not in (Import.Phase.A_RELIER, Import.Phase.A_VERIFIER):
        return redirect("imports.fiche", pk)
    if request.method == "POST" and "feuille" in request.POST:
        feuille = request.POST["feuille"][:120]
        _agir(request, lambda cle: actions.choisir_feuille(importation, feuille, agent=request.user, cle=cle), "")
        return redirect("imports.colonnes", pk)
    choisies = importation.colonnes if importation.relie else lecture.colonnes_devinees(importation)
    form = ColonnesForm(request.POST or None, importation=importation, colonnes=choisies)
    if request.method == "POST" and form.is_valid():

        def relier(cle: Any) -> None:
            lire_texte = form.cleaned_data["lire_texte"]
            actions.relier(importation, form.colonnes, lire_texte=lire_texte, agent=request.user, cle=cle)

        if reponse := _agir(request, relier, "", form):
            return reponse
    contexte = {
        "importation": importation,
        "form": form,
        "lignes": zip(form.selects, lecture.exemples(importation), strict=True),
        "deja": lecture.meme_fichier(importation, request.user),
        "connues": bool(lecture.colonnes_connues(importation)) and not importation.relie,
        "combien": importation.lignes.count(),
    }
    return render(request, "imports/colonnes.html", contexte, status=422 if form.errors else 200)


@require_safe
def fiche(request: Requete, pk: int) -> HttpResponse:
    """One import: how far it is while the worker works, then its lines and what each becomes."""
    importation = _trouver(request, pk)
    if importation.phase == Import.Phase.A_RELIER:
        return redirect("imports.colonnes", pk)
    if request.headers.get("HX-Request"):
        return _avancement(request, importation)
    return _page(request, importation, DepotForm())


def _avancement(request: Requete, importation: Import) -> HttpResponse:
    comptes = lecture.comptes(importation)
    contexte = {"importation": importation, "avancement": lecture.avancement(importation, comptes)}
    reponse = render(request, "imports/fiche.html#avancement", contexte)
    if not importation.au_travail:
        # what was being waited for is there: the whole page says more than this piece
        reponse.headers["HX-Refresh"] = "true"
    return reponse


def _page(request: Requete, importation: Import, form: DepotForm) -> HttpResponse:
    comptes = lecture.comptes(importation)
    sort = request.GET.get("sort", "")
    sort = sort if sort in FILTRES else ""
    depuis = request.GET.get("depuis", "")
    debut = int(depuis) if depuis.isascii() and depuis.isdigit() and len(depuis) < 9 else 0
    lignes, suite = ([], 0) if importation.au_travail else lecture.lignes(importation, request.user, sort, debut)
    contexte = {
        "importation": importation,
        "comptes": comptes,
        "filtres": [(code, LigneImport.Sort(code).label, comptes[code]) for code in FILTRES if comptes[code]],
        "total": sum(comptes.values()),
        "avancement": lecture.avancement(importation, comptes),
        "vues": lignes,
        "sort": sort,
        "depuis": debut,
        "suite": suite,
        "motifs": Dossier.MotifDouble.choices,
        "form": form,
        "decidable": importation.phase in (Import.Phase.A_VERIFIER, Import.Phase.INTERROMPU),
        "a_corriger": bool(comptes["a_corriger"] or lecture.a_des_fautes(importation)),
    }
    return render(request, "imports/fiche.html", contexte, status=422 if form.errors else 200)


def _agir(
    request: Requete, agir: Callable[[Any], Any], reussite: str, form: Any = None, ensuite: str = ""
) -> HttpResponse | None:
    """Run an action; return where to go, None when the page must be shown again with the refusal in its form."""
    try:
        fait = agir(jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        if form is not None:
            form.add_error(refus.champ if refus.champ in form.fields else None, refus.phrase)
            return None
        messages.warning(request, refus.phrase)
    else:
        if reussite:
            messages.success(request, reussite.format(fait))
    return redirect(ensuite or reverse("imports.fiche", args=[request.resolver_match.kwargs["pk"]]))  # type: ignore[union-attr]


@require_POST
def decider(request: Requete, pk: int) -> HttpResponse:
    """Decide of one line, or of all those already known."""
    importation = _trouver(request, pk)
    form = DecisionForm(request.POST)
    retour = f"{reverse('imports.fiche', args=[pk])}?{_ou(request)}"
    if not form.is_valid():
        messages.warning(request, "Choisissez ce que devient la ligne.")
        return redirect(retour)
    d = form.cleaned_data

    def agir(cle: Any) -> str:
        n = actions.decider(
            importation, d["suite"], agent=request.user, cle=cle, motif_double=d["motif_double"], numero=d["ligne"]
        )
        return f"{n} ligne décidée" if n < 2 else f"{n} lignes décidées"

    return _agir(request, agir, "{}.", ensuite=retour) or redirect(retour)


def _ou(request: Requete) -> str:
    """Return where in the lines the agent was."""
    sort, depuis = request.POST.get("sort", ""), request.POST.get("depuis", "")
    ou = {"sort": sort if sort in FILTRES else "", "depuis": depuis if depuis.isdigit() and len(depuis) < 9 else ""}
    return urlencode({k: v for k, v in ou.items() if v and v != "0"})


GESTES: dict[str, tuple[Callable[..., Any], str]] = {
    "lancer": (actions.lancer, ""),
    "interrompre": (actions.interrompre, "L’import s’arrête après la ligne en cours."),
    "annuler": (actions.annuler, "L’import est annulé : ses lignes sont effacées."),
    "terminer": (actions.terminer, "L’import est terminé."),
}


@require_POST
def phase(request: Requete, pk: int) -> HttpResponse:
    """Run, stop, go on, cancel, end."""
    importation = _trouver(request, pk)
    geste = GESTES.get(request.POST.get("geste", ""))
    if geste is None:
        messages.warning(request, "Choisissez un geste.")
        return redirect("imports.fiche", pk)
    faire, reussite = geste
    ensuite = reverse("imports.liste") if faire is actions.annuler else ""
    reponse = _agir(request, lambda cle: faire(importation, agent=request.user, cle=cle), reussite, ensuite=ensuite)
    return reponse or redirect("imports.fiche", pk)


@require_safe
def a_corriger(request: Requete, pk: int) -> HttpResponse:
    """Download the lines to correct, with what is wrong beside each."""
    importation = _trouver(request, pk)
    reponse = HttpResponse(lecture.classeur_a_corriger(importation), content_type=XLSX)
    reponse.headers["Content-Disposition"] = f'attachment; filename="import-{importation.pk}-a-corriger.xlsx"'
    return reponse


@require_POST
def corriger(request: Requete, pk: int) -> HttpResponse:
    """Take the corrected lines back."""
    importation = _trouver(request, pk)
    form = DepotForm(*_envoi(request))
    if not form.is_valid():
        return _page(request, importation, form)

    def agir(cle: Any) -> str:
        octets = form.cleaned_data["fichier"].read()
        relues, deja = actions.corriger(importation, octets, agent=request.user, cle=cle)
        dites = "1 ligne corrigée est relue" if relues == 1 else f"{relues} lignes corrigées sont relues"
        return f"{dites} ; déjà importées et laissées telles quelles : {deja}" if deja else dites

    return _agir(request, agir, "{}.", form) or _page(request, importation, form)
