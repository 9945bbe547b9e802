"""What stands above a list: its saved views, the columns to show, what its address keeps from page to page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from dossiers.lectures.preparees import TERRITOIRE, Preparee, Sorte, lecteur, sorte
from dossiers.models import Agent, Etiquette, Territoire, Vue
from dossiers.regles.listes import LISTES, Liste

SANS_VUE = "0"
"""In the place of a view's key: the list as it is, whatever view it usually opens with."""


@dataclass(frozen=True)
class VueLue:
    """A saved view as a link: where it leads, whether it is the one open, whose it is."""

    pk: int
    nom: str
    auteur_id: int
    partagee: bool
    parametres: dict[str, str]
    colonnes: list[str]
    liste: Liste

    @property
    def adresse(self) -> str:
        """The list narrowed as the view says; its filters pass through the reader's own rights."""
        dits = {**self.liste.retenir(self.parametres), "vue": str(self.pk)}
        return f"{reverse(self.liste.ecran)}?{urlencode(dits)}"


@dataclass(frozen=True)
class Barre:
    """The bar above a list for one reader."""

    liste: Liste
    vues: list[VueLue]
    ici: VueLue | None
    """The view the address names, None when none or when it is not the reader's to open."""
    par_defaut: VueLue | None
    colonnes: tuple[str, ...]
    offertes: dict[str, str]
    retenus: dict[str, str]
    etiquettes: list[tuple[str, str]]
    """The territory's tags (key, name), for a reader who knows of tags."""

    @property
    def choix(self) -> list[tuple[str, str, bool]]:
        """The columns that may be ticked: code, words, whether it is shown."""
        libres = {c: mot for c, mot in self.offertes.items() if c not in self.liste.fixes}
        return [(c, mot, c in self.colonnes) for c, mot in libres.items()]

    @property
    def parametres(self) -> str:
        """What the address keeps from page to page and in the export."""
        dits = {**self.retenus, "vue": str(self.ici.pk)} if self.ici else self.retenus
        return urlencode(dits)

    @property
    def est_filtree(self) -> bool:
        return bool(self.retenus)


def lire(agent: Agent, code: str, demande: Mapping[str, str]) -> Barre:
    """Return the bar of a list, in one query."""
    liste, siens = LISTES[code], agent.listes.get(code, {})
    ((brutes, etiquettes),) = _outils(sorte(agent), code).lire(agent)
    vues = [VueLue(**brute, liste=liste) for brute in brutes]
    par_cle = {str(v.pk): v for v in vues}
    ici = par_cle.get(demande.get("vue", ""))
    voulues = (ici.colonnes if ici else None) or siens.get("colonnes")
    return Barre(
        liste=liste,
        vues=vues,
        ici=ici,
        par_defaut=par_cle.get(str(siens.get("vue", ""))),
        colonnes=liste.choisir(voulues, agent.sections_lues),
        offertes=liste.offertes(agent.sections_lues),
        retenus=liste.retenir(demande),
        etiquettes=[(str(e["pk"]), e["nom"]) for e in etiquettes or ()],
    )


@lru_cache(maxsize=64)
def _outils(pour: Sorte, code: str) -> Preparee[Any]:
    """The views and the tags together: the list of dossiers has one query to spare, not two."""
    inconnu = lecteur(pour)
    vue = JSONObject(
        pk="pk", nom="nom", auteur_id="agent_id", partagee="partagee", parametres="parametres", colonnes="colonnes"
    )
    vues = Vue.objects.visibles_par(inconnu).filter(liste=code).order_by("nom", "pk").values(j=vue)
    etiquettes = Etiquette.objects.visibles_par(inconnu).order_by("nom", "pk")
    etiquettes = etiquettes if code == "dossiers" else etiquettes.none()
    return Preparee(
        Territoire.objects.filter(pk=TERRITOIRE).values_list(
            ArraySubquery(vues), ArraySubquery(etiquettes.values(j=JSONObject(pk="pk", nom="nom")))
        )
    )


def a_gerer(agent: Agent, code: str) -> list[Vue]:
    """Return the views of a list this agent may open, with their author; `modifiable_par` says which are theirs to change."""
    return list(Vue.objects.visibles_par(agent).filter(liste=code).select_related("agent"))
