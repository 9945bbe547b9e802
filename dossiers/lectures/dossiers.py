"""The list of dossiers: filters said as sentences, one page at a time, only what the reader may see."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, JSONObject

from dossiers.lectures.pagination import (
    Page,
    compte_plafonne,
    compter,
    lire_curseur,
    mettre_en_page,
    paginer,
    tranche,
)
from dossiers.lectures.preparees import CLE, JOUR, MAISON, MOMENT, Preparee, Sorte, lecteur, parmi, remplir, sorte
from dossiers.lectures.relances import muets
from dossiers.models import (
    Agent,
    Commune,
    Demarche,
    Dossier,
    Etiquette,
    EtiquettePosee,
    Participant,
    TexteRecherche,
)
from dossiers.models.personnes import nommer
from dossiers.regles.droits import Section
from dossiers.regles.numeros import lire_numero
from dossiers.regles.telephones import chiffres_recherche, lire_telephone
from dossiers.regles.texte import normaliser


@dataclass(frozen=True, kw_only=True)
class Filtres:
    """What a list is narrowed by; empty values narrow nothing."""

    etat: str = ""
    besoin: str = ""
    a_qui: str = ""
    """« moi », « organisme », « sans » (no agent in charge): whose démarches."""
    attend: str = ""
    organisme: int | None = None
    commune: str = ""
    """INSEE code."""
    retard: bool = False
    sans_referent: bool = False
    reveil: bool = False
    """Paused files whose date has come."""
    muet: bool = False
    """A partner has been silent for more than fifteen working days."""
    clos: bool = False
    recherche: str = ""
    etiquette: int | None = None
    """Key of a tag; narrows nothing for who knows of no tags."""
    tri: str = ""
    """« ouverture » for the latest opened first, the latest moved otherwise."""

    @property
    def champ(self) -> str:
        """The column the list is in the order of, latest first."""
        return "cree_le" if self.tri == "ouverture" else "mouvement_le"


def liste(agent: Agent, filtres: Filtres, curseur: str, *, aujourdhui: dt.date) -> Page[Dossier]:
    """Return one page of dossiers, latest movement first, with what a row shows already read."""
    if filtres.recherche:
        page = paginer(
            _lignes(agent, filtres, aujourdhui),
            filtres.champ,
            curseur,
            a_compter=filtrer(agent, filtres, aujourdhui, compter=True),
        )
    else:
        page = _page(agent, filtres, curseur, aujourdhui)
    completer(agent, page.lignes)
    return page


def _lignes(agent: Agent, filtres: Filtres, aujourdhui: dt.date) -> QuerySet[Dossier]:
    return (
        filtrer(agent, filtres, aujourdhui)
        .only("numero", "etat", "mouvement_le", "cree_le", "urgence", "version", "referent_id")
        .annotate(
            noms_communes=_noms_communes(),
            etiquettes=etiquettes_lues(agent),
            prenom_referent=F("referent__prenom"),
            nom_referent=F("referent__nom"),
        )
    )


def _page(agent: Agent, filtres: Filtres, curseur: str, aujourdhui: dt.date) -> Page[Dossier]:
    """Return a page of a list without search: who reads it and from where is all that changes (lectures/preparees.py)."""
    pour, depart = sorte(agent), lire_curseur(curseur)
    moment, cle = depart or (None, None)
    if filtres.organisme and not agent.organisme.est_porteur:
        # a partner may ask for its own organisation alone, which the prepared query knows as « the reader's »
        filtres = replace(filtres, organisme=MAISON if filtres.organisme == agent.organisme_id else None)
    lignes = _tranche(pour, filtres, depart is not None).lire(agent, cle, moment=moment, jour=aujourdhui)

    def compte() -> int:
        sql, parametres = _compte(pour, filtres)
        return compter(sql, remplir(parametres, agent, jour=aujourdhui))

    return mettre_en_page(lignes, filtres.champ, depart, compte)


@lru_cache(maxsize=64)
def _tranche(pour: Sorte, filtres: Filtres, suite: bool) -> Preparee[Dossier]:
    lignes = _lignes(lecteur(pour), filtres, JOUR)
    return Preparee(tranche(lignes, filtres.champ, (MOMENT, CLE) if suite else None))


@lru_cache(maxsize=64)
def _compte(pour: Sorte, filtres: Filtres) -> tuple[str, Sequence[Any]]:
    return compte_plafonne(filtrer(lecteur(pour), filtres, JOUR, compter=True))


def _noms_communes() -> ArraySubquery:
    return ArraySubquery(Commune.objects.filter(dossiers=OuterRef("pk")).order_by("cle_tri").values("nom"))


def etiquettes_lues(agent: Agent) -> ArraySubquery:
    """Return the tags of each dossier this agent may know of, as {pk, nom, ton}."""
    posees = EtiquettePosee.objects.filter(dossier=OuterRef("pk"), etiquette__in=Etiquette.objects.visibles_par(agent))
    dite = JSONObject(pk="etiquette_id", nom="etiquette__nom", ton="etiquette__ton")
    return ArraySubquery(posees.order_by("etiquette__nom").values(j=dite))


def completer(agent: Agent, dossiers: list[Dossier]) -> None:
    """Read what a row shows, in two queries: `foyer_vu`, names, and `demarches_vues`; of what this agent may know only."""
    nommer_foyers(agent, dossiers)
    lus = types_lus(agent)
    vues: dict[int, list[Demarche]] = {}
    for demarche in _demarches_vues(sorte(agent)).lire(agent, [d.pk for d in dossiers]):
        demarche.lisible = demarche.type in lus  # type: ignore[attr-defined]
        vues.setdefault(demarche.dossier_id, []).append(demarche)
    for dossier in dossiers:
        dossier.demarches_vues = vues.get(dossier.pk, [])  # type: ignore[attr-defined]


@lru_cache(maxsize=64)
def _demarches_vues(pour: Sorte) -> Preparee[Demarche]:
    demarches = Demarche.objects.filter(parmi("dossiers_demarche.dossier_id"), type__in=types_vus(lecteur(pour)))
    return Preparee(demarches.only("dossier_id", "type", "etat", "attend", "echeance"))


def nommer_foyers(agent: Agent, dossiers: Iterable[Dossier]) -> None:
    """Read the names of each household this agent may know of, as `foyer_vu`, in one query."""
    par_cle: dict[int, list[Dossier]] = {}
    for dossier in dossiers:
        dossier.foyer_vu = []  # type: ignore[attr-defined]
        par_cle.setdefault(dossier.pk, []).append(dossier)
    lus = _noms_des_foyers(sorte(agent)).lire(agent, list(par_cle))
    for cle, prenom, nom, these in lus:
        for dossier in par_cle[cle]:
            dossier.foyer_vu.append(nommer(prenom, nom, these_soutenue=these))  # type: ignore[attr-defined]


@lru_cache(maxsize=64)
def _noms_des_foyers(pour: Sorte) -> Preparee[Any]:
    roles = Participant.roles_lus(lecteur(pour))
    lus = Participant.objects.filter(parmi("dossiers_participant.dossier_id"), role__in=roles)
    return Preparee(lus.values_list("dossier_id", "personne__prenom", "personne__nom", "personne__these_soutenue"))


def types_vus(agent: Agent) -> list[str]:
    """Return the needs whose state at least this agent may see."""
    return [t for t, classe in Demarche.REGISTRE.items() if str(classe.section) in agent.sections_vues]


def types_lus(agent: Agent) -> list[str]:
    """Return the needs whose content this agent may read: whose they are, who must act, by when."""
    return [t for t, classe in Demarche.REGISTRE.items() if str(classe.section) in agent.sections_lues]


def filtrer(agent: Agent, filtres: Filtres, aujourdhui: dt.date, *, compter: bool = False) -> QuerySet[Dossier]:
    """Return the dossiers a reader may see, narrowed by the filters.

    With `compter` the same rows, asked the way that counts them fastest: from the démarches, in the order of their index,
    where a page walks the dossiers by their last move and looks at each one's démarches.
    """
    requete: QuerySet[Dossier] = Dossier.objects.visibles_par(agent)
    if filtres.recherche:
        requete = chercher(requete, filtres.recherche, agent)
    elif not filtres.clos and filtres.etat not in Dossier.FINAUX:
        requete = requete.ouverts()
    if filtres.etat:
        requete = requete.filter(etat=filtres.etat)
    if filtres.sans_referent:
        requete = requete.filter(referent=None, ouvert=True)
    if filtres.reveil:
        requete = requete.filter(etat=Dossier.Etat.SUSPENDU, reveil_le__lte=aujourdhui)
    if filtres.muet:
        requete = requete.filter(Exists(muets(agent).filter(dossier_id=OuterRef("pk"))))
    if filtres.commune:
        requete = requete.filter(communes__code_insee=filtres.commune)
    if filtres.etiquette and agent.peut_lire(Section.ETIQUETTES):
        posees = EtiquettePosee.objects.filter(etiquette_id=filtres.etiquette, etiquette__retiree_le=None)
        requete = requete.filter(pk__in=posees.values("dossier_id"))
    conditions, types = _conditions(filtres, agent, aujourdhui)
    if not conditions:
        return requete
    demarches = Demarche.objects.ouvertes().filter(*conditions, type__in=types)
    if compter:
        return requete.filter(pk__in=demarches.order_by("dossier_id").distinct("dossier_id").values("dossier_id"))
    return requete.filter(Exists(demarches.filter(dossier_id=OuterRef("pk"))))


def _conditions(filtres: Filtres, agent: Agent, aujourdhui: dt.date) -> tuple[list[Q], list[str]]:
    """Return what an open démarche must meet, and the needs it may be of."""
    conditions: list[Q] = []
    if filtres.a_qui == "moi":
        conditions.append(Q(responsable_id=agent.pk))
    if filtres.a_qui == "organisme":
        conditions.append(Q(organisme_id=agent.organisme_id))
    if filtres.a_qui == "sans":
        conditions.append(Q(organisme_id=agent.organisme_id, responsable=None))
    if filtres.organisme and (agent.organisme.est_porteur or filtres.organisme == agent.organisme_id):
        conditions.append(Q(organisme_id=filtres.organisme))
    if filtres.attend:
        conditions.append(Q(attend=filtres.attend))
    if filtres.retard:
        conditions.append(Q(echeance__lt=aujourdhui))
    types = types_lus(agent) if conditions else types_vus(agent)
    if filtres.besoin:
        conditions.append(Q(type=filtres.besoin))
    return conditions, types


def chercher(requete: QuerySet[Dossier], texte: str, agent: Agent) -> QuerySet[Dossier]:
    """Keep the dossiers whose readable sections hold every word; a phone is found in any spelling.

    A word under three letters finds nothing: it would match everything, and trigrams need three.
    """
    if numero := lire_numero(texte):
        # from the number to the file that now answers to it: an « or » over the two would read the whole table
        return requete.filter(pk__in=Dossier.objects.filter(numero=numero).values(ici=Coalesce("absorbe_par_id", "pk")))
    if e164 := _numero_entier(texte):
        joints = Participant.objects.filter(personne__telephones__e164=e164, role__in=Participant.roles_lus(agent))
        return requete.filter(pk__in=joints.values("dossier_id"), absorbe_par=None)
    mots = _mots(texte)
    if not mots:
        return requete.none()
    textes = TexteRecherche.objects.filter(section__in=agent.sections_lues)
    for mot in mots:
        textes = textes.filter(texte__contains=mot)
    return requete.filter(pk__in=textes.values("dossier_id"))


EN_CHIFFRES = re.compile(r"[\d\s.+()/-]+")


def _numero_entier(texte: str) -> str:
    """Return the number a whole phone number dials, empty for anything else: a beginning of number is looked up as a word."""
    return lire_telephone(texte).e164 if EN_CHIFFRES.fullmatch(texte.strip()) else ""


def _mots(texte: str) -> list[str]:
    if EN_CHIFFRES.fullmatch(texte.strip()) and (chiffres := chiffres_recherche(texte)):
        return [chiffres]
    if "@" in texte:
        return [texte.strip().lower()]
    return [mot for mot in normaliser(texte).split() if len(mot) >= 3]


def pour_export(agent: Agent, filtres: Filtres, aujourdhui: dt.date, plafond: int) -> list[Dossier]:
    """Return the filtered dossiers as the list shows them, in its order, up to a cap."""
    requete = _lignes(agent, filtres, aujourdhui)
    dossiers: list[Any] = list(requete.order_by(f"-{filtres.champ}", "-pk")[:plafond])
    completer(agent, dossiers)
    return dossiers


def cles(agent: Agent, filtres: Filtres, aujourdhui: dt.date, plafond: int) -> list[tuple[int, int]]:
    """Return the keys and versions of the filtered dossiers, in the list's order, up to a cap."""
    requete = filtrer(agent, filtres, aujourdhui).order_by(f"-{filtres.champ}", "-pk")
    return list(requete.values_list("pk", "version")[:plafond])


def prochaine(demarches: list[Any]) -> Any:
    """Return the open démarche the reader may read with the nearest deadline, None when nothing waits."""
    datees = [d for d in demarches if d.lisible and d.echeance and not d.est_finie]
    return min(datees, key=lambda d: d.echeance, default=None)
