"""From a dossier to the frozen values of a letter: read once, kept with the letter, never read again for it.

Only values, never objects: what is kept is JSON, so the same letter can be made again years later.
"""

from typing import Any

from django.utils import timezone

from dossiers.courriers.demandes import DEMANDES
from dossiers.erreurs import Refus, SansObjet
from dossiers.models import Attend, Courrier, Demarche, Dossier, Participant, Relance
from dossiers.models.demarches import ETAT_INITIAL
from dossiers.models.organismes import Agent
from dossiers.regles.dates import INSECABLE, date_avec_jour, date_longue, heure
from dossiers.regles.droits import Section
from dossiers.regles.telephones import formater_telephone

MEDECINS = (Participant.Role.MEDECIN, Participant.Role.SECOND_MEDECIN)


def collecter(courrier: Courrier) -> dict[str, Any]:
    """Return the values of a letter by field code, plus the lists its blocks name."""
    dossier = Dossier.objects.select_related("territoire", "pilote", "referent").get(pk=courrier.dossier_id)
    agent = dossier.referent or courrier.demande_par
    if courrier.modele.code == "C14":
        agent = courrier.demande_par
    return {
        "date": date_longue(courrier.demande_le),
        **_du_territoire(dossier),
        **_de_l_agent(agent, dossier),
        **_du_dossier(dossier),
        **_du_destinataire(courrier, dossier),
        **COLLECTES[courrier.modele.code](courrier, dossier),
    }


def _du_territoire(dossier: Dossier) -> dict[str, Any]:
    t = dossier.territoire
    return {
        "territoire.nom": t.nom,
        "territoire.service": t.service,
        "territoire.telephone": formater_telephone(t.telephone),
        "territoire.courriel": t.courriel,
        "territoire.adresse": t.adresse,
        "territoire.horaires": t.horaires,
        "territoire.ville": t.ville,
        "territoire.dpo": t.dpo,
        "territoire.partenaires": ", ".join(t.partenaires),
        "territoire.couleur": t.couleur,
    }


def _de_l_agent(agent: Agent, dossier: Dossier) -> dict[str, Any]:
    """CRPA L111-2: first name, surname, quality and address of the agent in charge."""
    return {
        "agent.nom": agent.get_full_name(),
        "agent.qualite": agent.qualite,
        "agent.telephone": formater_telephone(agent.telephone or dossier.territoire.telephone),
        "agent.courriel": agent.courriel,
    }


def _du_dossier(dossier: Dossier) -> dict[str, Any]:
    return {
        "dossier.numero": dossier.numero,
        "dossier.ouvert_le": date_longue(dossier.cree_le),
        "dossier.etape": dossier.libelle_etat,
        "dossier.motif_cloture": dossier.get_motif_cloture_display(),
        "dossier.communes": ", ".join(c.nom for c in dossier.communes.all()),
        "dossier.echeance": date_longue(dossier.echeance) if dossier.echeance else "",
    }


def _du_destinataire(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    """The addressee under their family name (CRPA L111-3); « Docteur » only once the thesis is held."""
    personne = courrier.destinataire
    if personne is None:
        participants = list(dossier.participants.select_related("personne").order_by("id"))
        choisi = next((p for p in participants if p.role in MEDECINS), participants[0] if participants else None)
        personne = choisi.personne if choisi else None
    civilites = {"madame": "Madame", "monsieur": "Monsieur"}
    appel = "Madame, Monsieur"
    if personne and personne.these_soutenue:
        appel = "Docteur"
    elif personne and personne.civilite:
        appel = civilites[personne.civilite]
    nom = f"{personne.prenom} {personne.nom.upper()}".strip() if personne else ""
    titre = "" if appel == "Madame, Monsieur" and nom else appel
    return {
        "personne.appel": appel,
        "personne.nom": f"{titre} {nom}".strip() or "Madame, Monsieur",
        "personne_adresse": personne.adresse.splitlines() if personne and personne.adresse else [],
    }


def _volets(dossier: Dossier) -> list[str]:
    """Name each need once: who reads the calls knows what was asked for, not more (domaine.md §5)."""
    return list(dict.fromkeys(d.nom_besoin for d in dossier.demarches.all()))


def _issues(dossier: Dossier, sections: frozenset[str]) -> list[str]:
    """Say how each need ended, one line a child; of an aid, only that it is over: its payer answers for the rest."""
    finies = [d.specifique for d in dossier.demarches.specifiques()]
    return [
        f"{_nom(d)} : {d.libelle_etat.lower()}"
        if d.section in sections
        else f"{d.nom_besoin}{f' ({d.objet})' if d.objet else ''} : {d.avancee}, voyez l’organisme qui l’instruit"
        for d in finies
    ]


def _nom(demarche: Demarche) -> str:
    return demarche.nom_besoin + (f" ({demarche.precision})" if demarche.precision else "")


def _c01(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    appel = dossier.appels.order_by("recu_le").first()
    # a call written down late may hold a promise whose hour has passed: the letter does not repeat it
    promesse = dossier.engagements.a_tenir().filter(pour_le__gt=courrier.demande_le).order_by("pour_le").first()
    rappel = ""
    if promesse:
        rappel = f"le {date_avec_jour(promesse.pour_le)} à {heure(promesse.pour_le)}"
    return {
        "appel.date": date_longue(appel.recu_le) if appel else "",
        "rappel.date": rappel,
        "volets": _volets(dossier),
    }


def _c13(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    motif = dossier.motif_cloture
    cloture = motif if motif in {"installe", "hors_perimetre"} else "abandon"
    return {"cloture": cloture, "volets": _issues(dossier, frozenset(courrier.sections))}


def _formalites(dossier: Dossier) -> list[Demarche]:
    return [d.specifique for d in dossier.demarches.filter(type="formalites").specifiques()]


def _c02(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    etapes: list[list[str]] = []
    pieces: list[list[str]] = []
    profil = ""
    for demarche in _formalites(dossier):
        profil = profil or demarche.precision
        for etape in demarche.etapes.all():  # type: ignore[attr-defined]
            if etape.hors_profil:
                continue
            f = etape.formalite
            fini = "☑" if etape.est_finie else "☐"
            etapes.append(
                [fini, f.libelle, RESPONSABLES.get(f.responsable, f.responsable), _duree(f.delai_j), _etat(etape)]
            )
            if f.pieces and not etape.est_finie:
                pieces.append(["☐", f.libelle.partition(" (")[0], ", ".join(f.pieces)])
    return {"profil.libelle": profil, "etapes": etapes, "pieces": pieces}


def _etat(etape: Any) -> str:
    """Say a step's state in one breath: in a narrow column « À faire » must not break."""
    return str(etape.libelle_etat).replace(" ", INSECABLE)


RESPONSABLES = {
    "agglo": "le guichet",
    "candidat": "vous",
    "ordre": "Ordre des médecins",
    "cpam": "CPAM",
    "ars": "ARS",
    "ans": "Agence du numérique en santé",
    "urssaf": "URSSAF",
    "cng": "Centre national de gestion",
}


RESPONSABLES_TIERS = {**RESPONSABLES, "candidat": "le médecin"}
"""The same, for a document whose reader is not the doctor."""


def _duree(delai_j: tuple[int, int, int]) -> str:
    typique = delai_j[1]
    if typique == 0:
        return "immédiat"
    if typique < 14:
        return f"{typique} j"
    if typique < 75:
        return f"{round(typique / 7)} semaines"
    return f"{round(typique / 30)} mois"


def _c14(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    """The summary an organisation may see: only the sections frozen on the letter's row."""
    sections = frozenset(courrier.sections)
    demarches = [d.specifique for d in dossier.demarches.specifiques() if d.classe.section in sections]
    return {
        "organisme.nom": courrier.demande_par.organisme.nom,
        # the title of a table stands only over its table
        "volets": [d.nom_besoin for d in demarches if d.type == "formalites" and d.etapes.exists()],  # type: ignore[attr-defined]
        "resume": _resume(dossier, demarches),
        "personnes": _personnes(dossier, sections),
        "besoins": [_ligne_besoin(d) for d in demarches],
        "etapes_synthese": [
            [str(e), RESPONSABLES_TIERS.get(e.responsable, e.responsable), _etat(e)]
            for d in demarches
            if d.type == "formalites"
            for e in d.etapes.all()  # type: ignore[attr-defined]
        ],
        "evenements": _evenements(dossier, demarches, sections),
    }


def _resume(dossier: Dossier, demarches: list[Demarche]) -> list[list[str]]:
    fait = sum(d.progres()[0] for d in demarches)
    total = sum(d.progres()[1] for d in demarches)
    lignes = [
        ["Étape", dossier.libelle_etat],
        ["Ouvert le", date_longue(dossier.cree_le)],
        ["Référent", str(dossier.referent) if dossier.referent else "à nommer"],
        ["Organisme pilote", dossier.pilote.nom],
        ["Communes visées", ", ".join(c.nom for c in dossier.communes.all()) or "à préciser"],
        ["Arrivée souhaitée", date_longue(dossier.echeance) if dossier.echeance else "à préciser"],
    ]
    return [*lignes, ["Avancement", f"{fait} sur {total}"]] if total else lignes


def _personnes(dossier: Dossier, sections: frozenset[str]) -> list[list[str]]:
    lignes = []
    participants = dossier.participants.select_related("personne").prefetch_related("personne__telephones")
    for participant in participants:
        if participant.section not in sections:
            continue
        personne = participant.personne
        joindre = [str(t) for t in personne.telephones.all()] + [personne.courriel]
        lignes.append([str(personne), participant.get_role_display(), ", ".join(filter(None, joindre)) or "non noté"])
    return lignes


def _ligne_besoin(demarche: Demarche) -> list[str]:
    limite = date_longue(demarche.echeance) if demarche.echeance and not demarche.est_finie else "sans échéance"
    return [_nom(demarche), demarche.libelle_etat, demarche.get_attend_display(), limite]


def _evenements(dossier: Dossier, demarches: list[Demarche], sections: frozenset[str]) -> list[list[str]]:
    """The latest gestures of the needs this version may tell, and the calls for who may read them."""
    lignes: list[tuple[Any, str, str]] = []
    for demarche in demarches:
        gestes = demarche.gestes()
        for ligne in type(demarche).history.filter(id=demarche.pk).select_related("history_user")[:20]:  # type: ignore[attr-defined]
            geste = gestes[ligne.history_geste].libelle if ligne.history_geste in gestes else "Besoin ouvert ou modifié"
            lignes.append(
                (ligne.history_date, f"{demarche.nom_besoin} : {geste.lower()}", str(ligne.history_user or "Guichet"))
            )
    if Section.APPELS in sections:
        for appel in dossier.appels.select_related("agent"):
            lignes.append((appel.recu_le, f"Appel ({appel.get_canal_display().lower()})", str(appel.agent)))
    lignes.sort(key=lambda ligne: ligne[0], reverse=True)
    return [[date_longue(timezone.localtime(quand)), quoi, qui] for quand, quoi, qui in lignes[:25]]


def _c11(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    """What the household is waited for, as it still is: a wait that ended meanwhile is not asked for again."""
    if courrier.pk is None or not courrier.relances.exists():
        return _c11_a_la_main(courrier, dossier)
    attendus, rangs = [], []
    for relance in courrier.relances.select_related("demarche__dossier").order_by("id"):
        if phrase := _attendu(relance):
            attendus.append(phrase)
            rangs.append(1 + _lettres_avant(relance))
    if not attendus:
        raise SansObjet("La réponse est arrivée entre-temps : cette relance n’a plus d’objet.")
    return {"relance.rang": max(rangs), "attendus": attendus}


def _c11_a_la_main(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    """What the doctor is waited for today, among what the letter may tell; the spouse's part is never told to the doctor."""
    sections, attendus, depuis = frozenset(courrier.sections), [], []
    for demarche in [d.specifique for d in dossier.demarches.ouvertes().specifiques()]:
        etapes = demarche.etapes.all() if hasattr(demarche, "etapes") else []
        en_route = [e for e in etapes if not e.est_finie and (e.delai or e.echeance_fixee)]
        for objet in en_route or [demarche]:
            if objet.attend == Attend.CANDIDAT and demarche.section in sections:
                attendus.append(_demander(demarche, objet))
                depuis.append(objet.etat_depuis)
    if not attendus:
        raise Refus("Rien n’attend le candidat dans ce dossier : il n’y a rien à lui rappeler.")
    deja = dossier.courriers.filter(modele__code="C11", etat=Courrier.Etat.PRODUIT, destinataire=None)
    return {"relance.rang": 1 + deja.filter(demande_le__gte=min(depuis)).count(), "attendus": attendus}


def _attendu(relance: Relance) -> str:
    demarche = relance.demarche
    objet: Any = demarche
    if demarche and relance.precision:
        objet = demarche.specifique.etapes.filter(code=relance.precision).first()  # type: ignore[attr-defined]
    if demarche is None or objet is None or objet.etat_depuis != relance.attente_depuis or objet.est_finie:
        return ""
    return _demander(demarche, objet)


def _demander(demarche: Demarche, objet: Any) -> str:
    """Name what is waited for and since when, without reproach."""
    quoi = demarche.nom_besoin if objet is demarche else f"{demarche.nom_besoin}, {objet.formalite.libelle}"
    mots = DEMANDES.get((demarche.type if objet is demarche else "etape", objet.etat), objet.libelle_etat.lower())
    piece = getattr(objet, "piece_demandee", "")
    manque = f" (pièce demandée : {piece})" if piece and objet.etat == "piece_manquante" else ""
    return f"{quoi} : {mots}{manque} (attendu depuis le {date_longue(objet.etat_depuis)})"


def _lettres_avant(relance: Relance) -> int:
    """Count the reminders really sent for this wait before this one: a second letter says it is the second."""
    meme = {"demarche": relance.demarche, "precision": relance.precision, "attente_depuis": relance.attente_depuis}
    return Relance.objects.filter(issue=Relance.Issue.LETTRE, pk__lt=relance.pk, **meme).count()


def _c12(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    """When somebody was called in vain, and the call that had asked for it; never why, which others might read."""
    engagement = courrier.engagements.select_related("appel").first() if courrier.pk else None
    if engagement is None:
        raise SansObjet("Aucun rappel n’est resté sans réponse : ce courrier n’a pas d’objet.")
    appel = engagement.appel
    return {
        "appel.date": date_longue(appel.recu_le) if appel else "",
        "tentatives": [
            f"le {date_avec_jour(t.faite_le)} à {heure(t.faite_le)}" for t in engagement.tentatives.all().echouees()
        ],
    }


def _c22(courrier: Courrier, dossier: Dossier) -> dict[str, Any]:
    """Since when nothing moved, and who is waited for on each open need."""
    relance = courrier.relances.first()
    if relance is None or relance.attente_depuis != dossier.mouvement_le:
        raise SansObjet("Le dossier a bougé entre-temps : ce point d’étape n’a plus d’objet.")
    sections = frozenset(courrier.sections)
    ouvertes = [d for d in dossier.demarches.ouvertes() if str(d.classe.section) in sections]
    return {
        "point.depuis": date_longue(dossier.mouvement_le),
        "attendus": [f"{d.nom_besoin} : {_ou_en_est(d)}, {_de_qui(d)}" for d in ouvertes],
    }


def _ou_en_est(demarche: Demarche) -> str:
    return "demande notée" if demarche.etat == ETAT_INITIAL else demarche.libelle_etat.lower()


def _de_qui(demarche: Demarche) -> str:
    if demarche.attend == Attend.GUICHET:
        return "c’est à nous d’avancer"
    return f"nous attendons {demarche.get_attend_display()}"


COLLECTES = {"C01": _c01, "C02": _c02, "C11": _c11, "C12": _c12, "C13": _c13, "C14": _c14, "C22": _c22}
