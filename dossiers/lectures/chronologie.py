"""The life of a dossier, read from the history rows themselves: never a second truth (design.md §3).

One query whatever the number of events: every historised model that belongs to a dossier is united by name, so a new need
enters the timeline by being defined.
"""

import datetime as dt
import json
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from dossiers.lectures.evenements import Evenement
from dossiers.lectures.mots import LIBELLES, MUETS, RESERVES
from dossiers.lectures.valeurs import Noms, champs, dire
from dossiers.models import (
    Agent,
    Appel,
    DemandeAcces,
    Demarche,
    Dossier,
    EtiquettePosee,
    Machine,
    Participant,
    Pause,
    Piece,
    Position,
    Relance,
)
from dossiers.models.machine import libelles
from dossiers.models.personnes import Personne, Telephone
from dossiers.regles.dates import date_longue, heure
from dossiers.regles.droits import PORTEURS, Section
from dossiers.regles.telephones import formater_telephone

Ligne = dict[str, Any]


@cache
def modeles_historises() -> tuple[type[models.Model], ...]:
    """Return every historised model that belongs to a dossier by a `dossier` column, in a stable order."""
    return tuple(
        m
        for m in sorted(apps.get_models(), key=lambda m: m.__name__)
        if hasattr(m, "history") and m is not Demarche and any(f.name == "dossier" for f in m._meta.concrete_fields)
    )


def lire(dossier: Dossier, agent: Agent, personnes: list[int]) -> list[Evenement]:
    """Return the events of a dossier this agent may read, newest first; `personnes` are those they may read."""
    lignes = _lire_lignes(FAMILLE, agent, [dossier.pk], personnes)
    return _raconter_tout(lignes, agent, _lire_noms(lignes))


def lire_plusieurs(dossiers: dict[int, list[int]], agent: Agent) -> dict[int, list[Evenement]]:
    """Return the events of several dossiers at once, by key, as `lire` tells each one; what a file lived before it was
    taken in stays with that file. The values are the people to read in each."""
    personnes = {personne for lues in dossiers.values() for personne in lues}
    lignes = _lire_lignes(ENSEMBLE, agent, sorted(dossiers), sorted(personnes)) if dossiers else []
    noms = _lire_noms(lignes) if lignes else {}
    chez: dict[int, list[Ligne]] = {cle: [] for cle in dossiers}
    for ligne in lignes:
        # somebody may take part in two files: their row is told in both, each with its own before and after
        fiche = ligne["donnees"].get("personne_id" if ligne["modele"] == "Telephone" else "id")
        cles = [ligne["cle"]] if ligne["cle"] else [cle for cle, lues in dossiers.items() if fiche in lues]
        for cle in cles:
            chez[cle].append(dict(ligne))
    return {cle: _raconter_tout(siennes, agent, noms) for cle, siennes in chez.items()}


def _raconter_tout(lignes: list[Ligne], agent: Agent, noms: Noms) -> list[Evenement]:
    """Turn the rows of one dossier, oldest first, into its events, newest first."""
    precedentes: dict[tuple[str, int], Ligne] = {}
    groupes: dict[Any, list[Ligne]] = {}
    tus = MUETS | {champ for champ, section in RESERVES.items() if not agent.peut_lire(section)}
    if not agent.organisme.est_porteur:
        tus |= {"organisme_id"}  # from whom a démarche came is not a partner's to know
    for ligne in lignes:
        ligne["tus"] = tus
        if _mots_d_un_autre(ligne, agent):
            ligne["raison"] = ""
        cle = (ligne["modele"], ligne["donnees"].get("id") or ligne["history_id"])
        ligne["avant"] = precedentes.get(cle)
        precedentes[cle] = ligne["donnees"]
        groupes.setdefault((ligne["operation"] or ligne["history_id"], ligne["modele"] == "Appel"), []).append(ligne)
    return [_raconter(groupe, noms) for groupe in reversed(groupes.values())]


CONFIER = frozenset({"affecter", "prendre", "annuler_affecter", "annuler_prendre"})
"""The acts that say who carries a démarche."""
AFFECTER = CONFIER | {"solliciter", "nommer_referent", "annuler_nommer_referent"}

FAMILLE = (
    "ANY(ARRAY(SELECT id FROM dossiers_dossier WHERE id = ANY(%(dossiers)s) OR absorbe_par_id = ANY(%(dossiers)s)))"
)
"""The file and those it took in: what they lived before goes on being told."""
ENSEMBLE = "ANY(%(dossiers)s)"
"""Several files, each by itself."""


@cache
def _requete(avec_appels: bool, parmi: str) -> str:
    colonnes = (
        "h.history_id, h.history_date AS quand, h.history_type AS sorte, h.history_user_id AS agent_id,"
        " h.history_change_reason AS raison, h.history_geste AS geste, h.history_motif AS motif,"
        " h.history_operation AS operation, to_jsonb(h) AS donnees"
    )
    siens = ("h.dossier_id", f"h.dossier_id = {parmi}")
    filtres: dict[type[models.Model], tuple[str, str]] = dict.fromkeys(modeles_historises(), siens)
    filtres[Dossier] = ("h.id", f"h.id = {parmi}")
    filtres[Personne] = ("NULL::bigint", "h.id = ANY(%(personnes)s)")
    filtres[Telephone] = ("NULL::bigint", "h.personne_id = ANY(%(personnes)s)")
    unions = [
        f"SELECT '{m.__name__}' AS modele, {cle} AS cle, {colonnes} FROM {m.history.model._meta.db_table} h WHERE {filtre}"  # type: ignore[attr-defined]  # noqa: S608
        for m, (cle, filtre) in filtres.items()
    ]
    if avec_appels:
        unions.append(
            "SELECT 'Appel', d.dossier_id, a.id, a.recu_le, '+', a.agent_id, NULL, 'appel', '', NULL::uuid, to_jsonb(a)"
            " FROM dossiers_appel a JOIN dossiers_appel_dossiers d ON d.appel_id = a.id"
            " WHERE d.dossier_id = ANY(%(dossiers)s)"
        )
    return (
        "SELECT u.*, g.prenom || ' ' || g.nom AS qui, o.sigle AS organisme, o.id AS organisme_id, o.nature"  # noqa: S608
        f" FROM ({' UNION ALL '.join(unions)}) u"
        " LEFT JOIN dossiers_agent g ON g.id = u.agent_id LEFT JOIN dossiers_organisme o ON o.id = g.organisme_id"
        " ORDER BY u.quand, u.history_id"
    )


def _lire_lignes(parmi: str, agent: Agent, dossiers: list[int], personnes: list[int]) -> list[Ligne]:
    """Return the rows this agent may read, oldest first."""
    requete = _requete(agent.peut_lire(Section.APPELS), parmi)
    with connection.cursor() as curseur:
        curseur.execute(requete, {"dossiers": dossiers, "personnes": personnes})
        noms = [c.name for c in curseur.description]
        lignes = [dict(zip(noms, valeurs, strict=True)) for valeurs in curseur.fetchall()]
    for ligne in lignes:
        if isinstance(ligne["donnees"], str):
            ligne["donnees"] = json.loads(ligne["donnees"])
    return [ligne for ligne in lignes if _visible(ligne, agent)]


@cache
def _classe(nom: str) -> type[models.Model]:
    connus: dict[str, type[models.Model]] = {
        m.__name__: m for m in (*modeles_historises(), Dossier, Personne, Telephone, Appel)
    }
    return connus[nom]


def _visible(ligne: Ligne, agent: Agent) -> bool:
    """Apply the matrix to one row, by what it holds."""
    donnees, nom = ligne["donnees"], ligne["modele"]
    classe = _classe(nom)
    if nom == "Position":
        sien = agent.organisme.est_porteur or donnees["organisme_id"] == agent.organisme_id
        return sien and agent.peut_lire(Demarche.REGISTRE[donnees["besoin"]].section)
    if issubclass(classe, Demarche) and ligne["geste"] in CONFIER and _d_un_autre(donnees, agent):
        return False
    if nom == "Note":
        # the line's own notes follow the file when another line takes it over
        de_la_ligne = agent.organisme.est_porteur and ligne["nature"] in PORTEURS
        return bool(donnees["organisme_id"] == agent.organisme_id or donnees["partagee"] or de_la_ligne)
    if nom == "Engagement":
        return agent.peut_lire(Section.APPELS) or donnees["organisme_id"] == agent.organisme_id
    if nom == "Relance":
        return agent.peut_lire(donnees["section"])
    if nom == "Courrier":
        return set(donnees["sections"]) <= agent.sections_lues
    if nom == "Participant":
        return agent.peut_lire(Participant.section_de(donnees["role"]))
    return agent.peut_lire(getattr(classe, "section", Section.IDENTITE))


def _d_un_autre(donnees: Ligne, agent: Agent) -> bool:
    """Tell whether a démarche is in the hands of another organisation, which a partner is not told (decision 0028)."""
    return not agent.organisme.est_porteur and donnees["organisme_id"] != agent.organisme_id


def _mots_d_un_autre(ligne: Ligne, agent: Agent) -> bool:
    """Tell whether a partner typed these words: its own organisation and the line read them, another partner does not."""
    if agent.organisme.est_porteur or ligne["organisme_id"] in (None, agent.organisme_id):
        return False
    return ligne["nature"] not in PORTEURS


def _raconter(groupe: list[Ligne], noms: Noms) -> Evenement:
    """Turn the rows of one act into one event."""
    chef = min(groupe, key=_importance)
    evenement = Evenement(
        quand=chef["quand"],
        qui=chef["qui"] or "Guichet",
        organisme=chef["organisme"] or "",
        genre=_genre(chef),
        titre=_titre(chef),
        motif=_motif(chef),
        raison=""
        if "motif_cloture" in chef["tus"] and chef["geste"] in {"clore", "suspendre"}
        else chef["raison"] or "",
        sujet=chef["modele"],
        geste=chef["geste"],
        agent_id=chef["agent_id"],
    )
    for ligne in groupe:
        _detailler(evenement, ligne, noms)
    return evenement


def _importance(ligne: Ligne) -> int:
    """Rank the rows of one act: what it was about comes first, the letter it caused last."""
    classe = _classe(ligne["modele"])
    if ligne["modele"] in {"Appel", "Note"}:
        return 0
    if ligne["modele"] == "Courrier":
        return 9
    if ligne["sorte"] == "~" and issubclass(classe, Machine) and ligne["geste"] in classe.gestes():
        return 1
    return 3 if issubclass(classe, Machine) and classe is not Dossier else 4


def _genre(ligne: Ligne) -> str:
    if ligne["modele"] in {"Appel", "Note", "Courrier"}:
        return str(ligne["modele"]).lower()
    if ligne["geste"] in AFFECTER:
        return "affectation"
    return "geste" if issubclass(_classe(ligne["modele"]), Machine) else "modification"


def _titre(ligne: Ligne) -> str:
    nom, donnees = ligne["modele"], ligne["donnees"]
    if nom == "Appel":
        return f"Appel, {Appel.Canal(donnees['canal']).label.lower()}"
    if nom == "Courrier" and donnees["etat"] == "a_produire":
        return "Courrier demandé"
    if ligne["geste"] in LIBELLES:
        return LIBELLES[ligne["geste"]]
    classe = _classe(nom)
    if issubclass(classe, Machine) and ligne["geste"] in classe.gestes():
        return f"{_nommer(ligne)} : {classe.gestes()[ligne['geste']].libelle.lower()}"
    return "Modification"


def _nommer(ligne: Ligne) -> str:
    classe, donnees = _classe(ligne["modele"]), ligne["donnees"]
    if classe is Dossier:
        return "Dossier"
    if issubclass(classe, Demarche):
        return classe.libelle_besoin
    return str(donnees.get("code") or classe._meta.verbose_name).capitalize()


def _motif(ligne: Ligne) -> str:
    classe = _classe(ligne["modele"])
    if ligne["geste"] == "mettre_en_pause":
        return libelles(Pause.Motif).get(ligne["motif"], "")
    if ligne["geste"] in {"enregistrer_appel", "ressaisir_appel"}:
        # a household that split up is the line holder's alone to know
        return "" if "motif_cloture" in ligne["tus"] else libelles(Dossier.MotifDouble).get(ligne["motif"], "")
    if ligne["geste"] == "demander_acces":
        return libelles(DemandeAcces.Motif).get(ligne["motif"], "")
    if not ligne["motif"] or not issubclass(classe, Machine) or (classe is Dossier and "motif_cloture" in ligne["tus"]):
        return ""
    geste = classe.gestes().get(ligne["geste"])
    return libelles(geste.motifs).get(ligne["motif"], "") if geste and geste.motifs else ""


def _detailler(evenement: Evenement, ligne: Ligne, noms: Noms) -> None:
    nom, donnees = ligne["modele"], ligne["donnees"]
    classe = _classe(nom)
    if nom in {"Appel", "Note"}:
        evenement.texte = donnees["texte"]
        if donnees.get("saisi_le"):
            _dire_ressaisie(evenement, donnees, noms)
        return
    if nom == "Courrier":
        # a gesture says that it asked for one; the letter's own line says which it is
        lettre = noms.get(("modelecourrier", donnees["modele_id"]), "courrier")
        evenement.details.append(lettre if evenement.genre == "courrier" else f"Courrier demandé : {lettre}")
    if classe is Position:
        _dire_position(evenement, ligne, noms)
    elif classe is EtiquettePosee:
        verbe = "retirée" if ligne["sorte"] == "-" else "posée"
        dite = noms.get(("etiquette", donnees["etiquette_id"]), "retirée de la liste")
        evenement.details.append(f"Étiquette {verbe} : {dite}")
    elif ligne["sorte"] == "+":
        _annoncer(evenement, ligne)
    elif ligne["sorte"] == "-":
        if issubclass(classe, Machine):  # steps of a profile corrected at once: the gesture's name says it
            return
        evenement.details.append(f"{str(classe._meta.verbose_name).capitalize()} retiré")
    elif ligne["avant"]:
        _comparer(evenement, classe, ligne, noms)


def _dire_ressaisie(evenement: Evenement, donnees: Ligne, noms: Noms) -> None:
    """Say who typed a call noted on paper: the event keeps the hour and the agent of the call itself."""
    evenement.ecrit_le = dt.datetime.fromisoformat(donnees["saisi_le"])
    evenement.agent_id = donnees["saisi_par_id"]
    qui = noms.get(("agent", donnees["saisi_par_id"]), "un agent")
    evenement.details.append(f"ressaisi le {date_longue(evenement.ecrit_le)} à {heure(evenement.ecrit_le)} par {qui}")


def _dire_position(evenement: Evenement, ligne: Ligne, noms: Noms) -> None:
    """Say where a partner stands: « CPAM du Gard, formalités : position attendue → acceptée »."""
    avant, donnees = ligne["avant"], ligne["donnees"]
    qui = noms.get(("organisme", donnees["organisme_id"]), "un partenaire")
    sujet = f"{qui}, {Demarche.REGISTRE[donnees['besoin']].libelle_besoin.lower()}"
    etat = _etat(Position, donnees["etat"]).lower()
    if not avant:
        evenement.details.append(f"{sujet} : position {etat}")
    elif avant["etat"] != donnees["etat"]:
        evenement.details.append(f"{sujet} : position {_etat(Position, avant['etat']).lower()} → {etat}")
    for champ, mot in (("demande", "Demandé"), ("proposition", "Proposé")):
        if donnees[champ] and (not avant or avant[champ] != donnees[champ]):
            evenement.details.append(f"{mot} : {donnees[champ]}")


def _annoncer(evenement: Evenement, ligne: Ligne) -> None:
    """Say what a new row brought, for the rows a reader cares about."""
    classe, donnees = _classe(ligne["modele"]), ligne["donnees"]
    if issubclass(classe, Demarche):
        evenement.details.append(f"Besoin ouvert : {classe.libelle_besoin.lower()}")
    elif classe is Dossier:
        evenement.details.append(f"Dossier {donnees['numero']} ouvert")
    elif classe is Telephone:
        evenement.details.append(f"Numéro noté : {formater_telephone(donnees['e164']) or donnees['brut']}")
    elif classe is Personne:
        evenement.details.append(f"{donnees['prenom']} {donnees['nom']} entre dans le dossier".strip())
    elif classe is Piece:
        evenement.details.append(f"Document : {donnees['libelle'] or libelles(Piece.Nature)[donnees['nature']]}")
    elif ligne["modele"] == "Relance":
        evenement.details.append(_dire_relance(donnees))
    elif ligne["modele"] == "Engagement":
        pour_le = dt.datetime.fromisoformat(donnees["pour_le"])
        evenement.details.append(f"Promis pour le {date_longue(pour_le)} à {heure(pour_le)}")


def _dire_relance(donnees: Ligne) -> str:
    """Say a rung of the ladder and what came of it."""
    echelon, issue = Relance.Echelon(donnees["echelon"]).label, Relance.Issue(donnees["issue"]).label
    return f"{echelon[:1].upper()}{echelon[1:]} : {issue}"


def _comparer(evenement: Evenement, classe: type[models.Model], ligne: Ligne, noms: Noms) -> None:
    avant, apres = ligne["avant"], ligne["donnees"]
    if "etat" in apres and avant.get("etat") != apres["etat"] and issubclass(classe, Machine):
        evenement.changements.append(("état", _etat(classe, avant["etat"]), _etat(classe, apres["etat"])))
    for champ in champs(classe):
        cle = champ.cle
        if cle in ligne["tus"] or cle not in apres or cle not in avant or avant[cle] == apres[cle]:
            continue
        evenement.changements.append((champ.nom, dire(champ, avant[cle], noms), dire(champ, apres[cle], noms)))


def _etat(classe: type[Machine], etat: str) -> str:
    return libelles(classe.Etat).get(etat, etat)


def _lire_noms(lignes: list[Ligne]) -> Noms:
    """Read at once the names of every agent and organisation the rows point to."""
    agents = {
        ligne["donnees"].get(c) for ligne in lignes for c in ("referent_id", "responsable_id", "saisi_par_id")
    } - {None}
    organismes = {ligne["donnees"].get(c) for ligne in lignes for c in ("organisme_id", "pilote_id")} - {None}
    etiquettes = {ligne["donnees"].get("etiquette_id") for ligne in lignes} - {None}
    dispositifs = {ligne["donnees"].get("dispositif_id") for ligne in lignes} - {None}
    modeles = {ligne["donnees"].get("modele_id") for ligne in lignes} - {None}
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT 'agent', id, prenom || ' ' || nom FROM dossiers_agent WHERE id = ANY(%s)"
            " UNION ALL SELECT 'organisme', id, sigle FROM dossiers_organisme WHERE id = ANY(%s)"
            " UNION ALL SELECT 'dispositif', id, code || ' ' || nom FROM dossiers_dispositif WHERE id = ANY(%s)"
            " UNION ALL SELECT 'modelecourrier', id, libelle FROM dossiers_modelecourrier WHERE id = ANY(%s)"
            " UNION ALL SELECT 'etiquette', id, nom FROM dossiers_etiquette WHERE id = ANY(%s)",
            [sorted(agents), sorted(organismes), sorted(dispositifs), sorted(modeles), sorted(etiquettes)],
        )
        return {(table, identifiant): nom for table, identifiant, nom in curseur.fetchall()}
