"""What happens to whole files: two become one, one goes to another territory."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.actions import fusions, transferts
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.forms.mouvements import AutreForm, FusionForm, TransfertForm
from dossiers.lectures import mouvements as lecture
from dossiers.models import Dossier
from dossiers.views.gestes import conduire
from dossiers.views.porte import Requete, atterrir, envoye, jetons, trouver

ecrire = require_http_methods(["GET", "HEAD", "POST"])


def _dossier(request: Requete, pk: int) -> Dossier:
    return trouver(Dossier.objects.visibles_par(request.user).select_related("territoire"), pk)


@ecrire
def fusion(request: Requete, pk: int) -> HttpResponse:
    """Choose the other file, see what would move, then merge: three steps of one address, none of which needs a script."""
    dossier = _dossier(request, pk)
    choix = AutreForm(request.GET if "autre" in request.GET else None, dossier=dossier)
    contexte: dict[str, Any] = {"dossier": dossier, "choix": choix, "apercu": None, "form": FusionForm(memes=[])}
    autre = None
    if choix.is_bound and choix.is_valid():
        autre = lecture.trouver_autre(request.user, dossier, choix.cleaned_data["autre"])
        if autre is None:
            choix.add_error("autre", "Aucun autre dossier ne porte ce numéro.")
    if autre is None:
        contexte["proches"] = lecture.proches(request.user, dossier)
        return render(request, "dossiers/fusion.html", contexte, status=422 if choix.errors else 200)
    ici_reste = choix.cleaned_data["reste"] == "ici"
    maitre, absorbe = (dossier, autre) if ici_reste else (autre, dossier)
    contexte["apercu"] = apercu = lecture.apercevoir(maitre, absorbe)
    contexte["form"] = form = FusionForm(envoye(request), memes=apercu.memes)
    if request.method == "POST" and form.is_valid():
        return _fusionner(request, maitre, absorbe, contexte)
    return render(request, "dossiers/fusion.html", contexte, status=422 if form.errors else 200)


def _fusionner(request: Requete, maitre: Dossier, absorbe: Dossier, contexte: dict[str, Any]) -> HttpResponse:
    saisie = contexte["form"].cleaned_data
    versions = (_version(request, "version"), _version(request, "version_absorbe"))
    try:
        fusions.fusionner(
            maitre,
            absorbe,
            agent=request.user,
            versions=versions,
            cle=jetons(request)["cle"],
            distinctes=frozenset(saisie.get("distinctes", ())),
            raison=saisie["raison"],
        )
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        contexte["form"].add_error(None, refus.phrase)
        return render(request, "dossiers/fusion.html", contexte, status=409 if isinstance(refus, Perime) else 422)
    messages.success(request, f"Le dossier {absorbe.numero} est fusionné ici ; cela se défait pendant 30 jours.")
    return redirect("dossiers.fiche", maitre.pk)


def _version(request: Requete, nom: str) -> int:
    brute = request.POST.get(nom, "")
    return int(brute) if brute.isascii() and brute.isdigit() and len(brute) < 9 else 0


@require_POST
def fusion_annuler(request: Requete, pk: int) -> HttpResponse:
    objet = trouver(lecture.fusion_a_defaire(request.user, pk), pk)
    try:
        fusions.defaire(objet, agent=request.user, cle=jetons(request)["cle"])
    except DejaFait as deja:
        return atterrir(deja.resultat)
    except Introuvable:
        raise Http404 from None
    except Refus as refus:
        messages.warning(request, refus.phrase)
        return redirect("dossiers.fiche", objet.dossier_id)
    messages.success(request, "La fusion est défaite : le dossier a retrouvé ce qui était à lui.")
    return redirect("dossiers.fiche", objet.absorbe_id)


@ecrire
def transfert(request: Requete, pk: int) -> HttpResponse:
    dossier = _dossier(request, pk)
    form = TransfertForm(envoye(request), dossier=dossier)

    def agir(jeton: dict[str, Any]) -> None:
        d = form.cleaned_data
        transferts.transferer(dossier, d["cible"], agent=request.user, motif=d["motif"], raison=d["raison"], **jeton)

    return conduire(
        request, dossier, form, agir, titre="Transférer à un autre territoire", verbe="Transférer",
        reussite=f"Le dossier {dossier.numero} est parti ; il reste ici cette ligne, sans contenu.",
        aide="L’autre ligne reçoit le dossier, son histoire et ses courriers, sans référent. Vous ne le verrez plus.",
        ensuite="transferts.liste",
    )  # fmt: skip


@require_safe
def liste_transferts(request: Requete) -> HttpResponse:
    return render(request, "dossiers/transferts.html", {"transferts": lecture.transferts(request.user)})
