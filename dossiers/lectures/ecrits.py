"""Letters, calls and notes by the words in them; only what the reader may read."""

import datetime as dt
import re
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value

from dossiers.lectures.dossiers import chercher, nommer_foyers
from dossiers.lectures.resultats import FILET, PAR_GROUPE, Groupe, Resultat, mots_de
from dossiers.models import Agent, Appel, Courrier, Dossier, ModeleCourrier, Note
from dossiers.models.recherche import question, vecteur
from dossiers.regles.telephones import formater_telephone, lire_telephone
from dossiers.regles.texte import normaliser

DERNIERS = 200
"""Letters of a model read when nothing else is said of them."""


def courriers(agent: Agent, texte: str) -> Groupe:
    """Look for « accusé Delmas » or « C01 »: words that name a model of letter, the others a file."""
    mots = mots_de(texte)
    modeles, reste = _modeles(mots)
    if not modeles:
        return Groupe("Courriers", "courrier")
    lettres = Courrier.objects.visibles_par(agent).filter(modele_id__in=modeles)
    if not reste:
        # of the latest alone: who may read none of a model would otherwise have them all read
        derniers = Courrier.objects.filter(modele_id__in=modeles).order_by("-demande_le", "-pk")
        lettres = lettres.filter(pk__in=list(derniers.values_list("pk", flat=True)[:DERNIERS]))
    else:
        dossiers = chercher(Dossier.objects.visibles_par(agent), " ".join(reste), agent).order_by("-mouvement_le")
        lettres = lettres.filter(dossier_id__in=list(dossiers.values_list("pk", flat=True)[:FILET]))
    lues = list(
        lettres.select_related("modele", "dossier").defer("donnees").order_by("-demande_le", "-pk")[:PAR_GROUPE]
    )
    nommer_foyers(agent, [c.dossier for c in lues])
    lignes = [
        Resultat(
            titre=f"{c.modele.libelle}, {', '.join(c.dossier.foyer_vu) or 'sans nom'}",  # type: ignore[attr-defined]
            detail=c.get_etat_display(),
            ecran="courriers.fiche",
            cle=c.pk,
            numero=c.dossier.numero,
            note=0.95,
        )
        for c in lues
    ]
    return Groupe("Courriers", "courrier", lignes)


def _modeles(mots: list[str]) -> tuple[list[int], list[str]]:
    """Return the models that the words name, and the words left over."""
    noms = {
        m.pk: {m.code.lower(), *normaliser(m.libelle).split()} for m in ModeleCourrier.objects.only("code", "libelle")
    }
    du_genre = {"lettre", "lettres", "courrier", "courriers"}

    def nomme(mot: str, porte: set[str]) -> bool:
        return mot in porte or (len(mot) >= 4 and any(p.startswith(mot) for p in porte))

    parlants = [mot for mot in mots if mot not in du_genre and any(nomme(mot, porte) for porte in noms.values())]
    if not parlants and not du_genre & set(mots):
        return [], mots
    gardes = [pk for pk, porte in noms.items() if all(nomme(mot, porte) for mot in parlants)]
    return gardes, [mot for mot in mots if mot not in parlants and mot not in du_genre]


def appels_du_numero(agent: Agent, texte: str) -> Groupe:
    e164 = lire_telephone(texte).e164
    if not e164:
        return Groupe("Appels", "appel")
    return Groupe("Appels", "appel", _dire_appels(Appel.objects.visibles_par(agent).filter(numero=e164), "", 0.8))


def appels(agent: Agent, texte: str) -> Groupe:
    trouves = Appel.objects.visibles_par(agent).alias(v=vecteur("nom_appelant", "texte")).filter(v=question(texte))
    return Groupe("Appels", "appel", _dire_appels(trouves, texte, 0.5))


def _dire_appels(appels: QuerySet[Appel], texte: str, note: float) -> list[Resultat]:
    return [
        Resultat(
            titre=a.nom_appelant or a.get_role_display() or formater_telephone(a.numero) or "Appel",
            detail=f"{a.recu_le:%d/%m/%Y}, « {extrait(a.texte, texte)} »" if a.texte else f"{a.recu_le:%d/%m/%Y}",
            ecran="appels.fiche",
            cle=a.pk,
            note=note,
        )
        for a in appels.order_by(_recent("recu_le"))[:3]
    ]


def notes(agent: Agent, texte: str) -> Groupe:
    """Look into the notes this agent's timeline would show: their house's, the shared ones, the line's for the line."""
    trouvees = Note.objects.visibles_par(agent).alias(v=vecteur("texte")).filter(v=question(texte))
    lignes = [
        Resultat(
            titre=f"« {extrait(n.texte, texte)} »",
            detail=f"note du {n.ecrite_le:%d/%m/%Y}",
            ecran="dossiers.fiche",
            cle=n.dossier_id,
            numero=n.dossier.numero,
            note=0.49,
        )
        for n in trouvees.select_related("dossier").order_by(_recent("ecrite_le"))[:3]
    ]
    return Groupe("Notes", "note", lignes)


def _recent(champ: str) -> Any:
    """Sort by a moment, latest first, without its index: a walk down it would read every row for a word that none holds."""
    return ExpressionWrapper(F(champ) + Value(dt.timedelta(0)), DateTimeField()).desc()


def extrait(long: str, cherche: str, largeur: int = 90) -> str:
    """Return the part of a text around the first word found in it."""
    plat = " ".join(long.split())
    trouves = [m.start() for mot in cherche.split() if len(mot) > 2 and (m := re.search(re.escape(mot), plat, re.I))]
    debut = max(0, min(trouves, default=0) - largeur // 3)
    if debut:
        debut = plat.find(" ", debut) + 1
    fin = plat[debut : debut + largeur]
    if debut + largeur < len(plat):
        fin = fin.rpartition(" ")[0] or fin
    return f"{'… ' if debut else ''}{fin}{' …' if debut + largeur < len(plat) else ''}"
