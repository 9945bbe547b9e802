"""What tests build with: the actions themselves, never rows made by hand."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

from dossiers.actions import appels, demarches
from dossiers.actions.appels import AppelSaisi, PersonneSaisie
from dossiers.actions.dossiers import nommer_referent
from dossiers.models import Agent, Appel, Commune, Demarche, Dossier, Machine, Organisme

QUATRE_BESOINS = ("formalites", "logement", "emploi_conjoint", "scolarisation")
NUMERO = "04 65 71 12 20"


def saisie(**champs: Any) -> AppelSaisi:
    """Return a call ready to record: a doctor, a number, a text; each fact can be given."""
    base: dict[str, Any] = {
        "recu_le": timezone.now(),
        "canal": Appel.Canal.TELEPHONE,
        "role": Appel.Role.CANDIDAT,
        "nom_appelant": "Claire Delmas",
        "numero": NUMERO,
        "texte": "Cherche pour septembre à Anduze.",
    }
    return AppelSaisi(**{**base, **champs})


def personne(nom: str = "Delmas", prenom: str = "Claire", **champs: Any) -> PersonneSaisie:
    """Return somebody named during a call, a doctor unless said otherwise."""
    base = {"role": "medecin", "telephones": (NUMERO,), "statut": "remplacant_these", "these_soutenue": True}
    return PersonneSaisie(nom=nom, prenom=prenom, **{**base, **champs})


CONJOINT = PersonneSaisie(
    role="conjoint", nom="Delmas", prenom="Julien", statut="non_medecin", metier="professeur", telephones=(NUMERO,)
)


def ouvrir_dossier(agent: Agent, *, cle: uuid.UUID | None = None, **champs: Any) -> Dossier:
    """Open a dossier by a call, as the capture screen does; by default a couple with the four needs, in Anduze."""
    base: dict[str, Any] = {
        "besoins": QUATRE_BESOINS,
        "personnes": (personne(), CONJOINT),
        "communes": tuple(Commune.objects.filter(nom="Anduze")),
        "enfants": ({"niveau": "elementaire"},),
        "ouvrir": True,
    }
    appel = appels.enregistrer(saisie(**{**base, **champs}), agent=agent, cle=cle or uuid.uuid4())
    return appel.dossiers.get()


def faire[M: Machine](objet: M, code: str, agent: Agent, **faits: Any) -> M:
    """Run one gesture through the executor, on the present version."""
    version = Dossier.objects.values_list("version", flat=True).get(pk=objet.dossier_id)
    return demarches.avancer(objet, code, agent=agent, version=version, cle=uuid.uuid4(), **faits)


def enchainer[M: Machine](objet: M, agent: Agent, pas: list[tuple[str, dict[str, Any]]]) -> M:
    """Run gestures one after the other."""
    for code, faits in pas:
        objet = faire(objet, code, agent, **faits)
    return objet


def ouvrir_besoin(dossier: Dossier, type_: str, agent: Agent, **faits: Any) -> Demarche:
    """Open one more need on a dossier and return it with its own columns."""
    version = Dossier.objects.values_list("version", flat=True).get(pk=dossier.pk)
    demandes = [demarches.BesoinDemande(type_, faits=faits)]
    (ouverte,) = demarches.ouvrir_besoins(dossier, demandes, agent=agent, version=version, cle=uuid.uuid4())
    return Demarche.REGISTRE[type_]._default_manager.select_related("dossier").get(pk=ouverte.pk)


def besoin(dossier: Dossier, type_: str) -> Demarche:
    """Return a dossier's démarche of one need, with its own columns."""
    return Demarche.REGISTRE[type_]._default_manager.filter(dossier=dossier).select_related("dossier").get()


def donner_referent(dossier: Dossier, agent: Agent) -> Dossier:
    return nommer_referent(dossier, agent, agent=agent, version=relu(dossier).version, cle=uuid.uuid4())


def clore(dossier: Dossier, agent: Agent, motif: str = "erreur") -> Dossier:
    """Close a dossier, its open needs declared without object first."""
    for demarche in dossier.demarches.ouvertes().specifiques():
        faire(demarche.specifique, "declarer_sans_objet", agent, motif="erreur")
    return faire(dossier, "clore", agent, motif_cloture=motif)


def relu[M: Any](objet: M) -> M:
    """Return the row as the database now holds it."""
    return type(objet)._default_manager.get(pk=objet.pk)


def client_de(agent: Agent) -> Client:
    """Return a browser signed in as this agent."""
    client = Client()
    client.force_login(agent)
    return client


def jetons(dossier: Dossier) -> dict[str, str]:
    """Return what a writing form carries: a new key and the present version."""
    return {"cle": str(uuid.uuid4()), "version": str(relu(dossier).version)}


def texte_de(reponse: Any) -> str:
    """Return a page's words, on one line, without its tags."""
    sans_tete = re.sub(r"<(script|style|datalist)\b.*?</\1>", " ", reponse.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", sans_tete).split())


def source_de(reponse: Any) -> str:
    """Return a page's HTML, with the plain spaces its sentences were written with before « : ; ? ! »."""
    return re.sub(r"[\u00a0\u202f](?=[:;?!])", " ", reponse.content.decode())


def dans(jours: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=jours)


def refuse(agir: Callable[[], Any], erreur: type[Exception]) -> str:
    """Run what must be declined and return the sentence it was declined with."""
    try:
        agir()
    except erreur as refus:
        return str(refus)
    raise AssertionError("Le geste a été accepté.")


def intervenants(dossier: Dossier) -> set[str]:
    """Return the codes of the organisations at work on a dossier."""
    return set(Organisme.objects.filter(pk__in=relu(dossier).intervenants).values_list("code", flat=True))
