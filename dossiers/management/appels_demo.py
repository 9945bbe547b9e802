"""Turn the corpus of thirty calls into what the capture screen would have sent for each."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone

from dossiers.actions import appels as actions
from dossiers.actions.affectations import prendre
from dossiers.actions.appels import AppelSaisi, PersonneSaisie, Promesse
from dossiers.actions.demarches import BesoinDemande, avancer, ouvrir_besoins
from dossiers.actions.dossiers import nommer_referent
from dossiers.actions.operation import toucher
from dossiers.actions.suivi import tenir
from dossiers.models import (
    Agent,
    Appel,
    Commune,
    Demarche,
    Dispositif,
    Dossier,
    Engagement,
    Participant,
    Personne,
    Position,
)
from dossiers.regles.delais import NATIONAL, PARIS
from dossiers.regles.texte import normaliser

CORPUS = Path(__file__).resolve().parents[1] / "donnees" / "appels.json"
ESPACE = uuid.UUID("6f1ad6c4-2a58-4c5e-9a3c-0b8f6d1f7a10")
NUMERO_TRONQUE = re.compile(r"0\d(?:[ .]?\d{1,2}){3,5}")
PROFILS = {
    "remplacant_licence": "REMP_NON_THESE",
    "docteur_junior": "DOCTEUR_JUNIOR",
    "salarie": "SAL",
    "diplome_ue": "UE",
    "padhue_pcc": "PADHUE",
}
"""The path each status starts with; the others settle in private practice."""
SILENCE = dt.timedelta(days=12)
"""Since when two households of the demo have not answered: past the first rung of the ladder."""
FOYERS_SILENCIEUX = {0, 8}
"""Their ranks among the files of the corpus: one whose spouse's work, one whose leisure waits for an answer."""
THESES = {"remplacant_these", "installe_autre_departement", "primo_installation", "salarie", "diplome_ue", "padhue_pcc"}
NON_MEDECINS = {"candidat": "", "conjoint": "non_medecin"}


@contextmanager
def au_moment(moment: dt.datetime) -> Iterator[None]:
    """Let the block happen at a moment of the past: what the demo tells was not all done this morning.

    Only for a loader that runs alone in its process; what the database or a column's default dates stays at the real hour.
    """
    vraie = timezone.now
    timezone.now = lambda: min(moment, vraie())
    try:
        yield
    finally:
        timezone.now = vraie


def cle_de(rang: int) -> uuid.UUID:
    """Return the idempotency key of a call of the corpus: loading it twice makes it once."""
    return uuid.uuid5(ESPACE, f"appel-{rang}")


def decalage(maintenant: dt.datetime) -> dt.timedelta:
    """Return the whole weeks that bring the corpus up to now, days and hours of the week kept."""
    dernier = max(dt.datetime.fromisoformat(a["date"]).replace(tzinfo=PARIS) for a in corpus())
    return dt.timedelta(weeks=max(0, (maintenant - dernier).days // 7))


def corpus() -> list[dict[str, Any]]:
    """Return the calls as noted, with what is expected of each."""
    appels: list[dict[str, Any]] = json.loads(CORPUS.read_text(encoding="utf-8"))
    return appels


class Chargeur:
    """Enters the calls one after the other, each able to join the dossier an earlier one opened."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.ecart = decalage(timezone.now())
        self.communes = {c.code_insee: c for c in Commune.objects.filter(territoire=agent.territoire)}
        self.dossiers: dict[int, Dossier] = {}

    def entrer(self, brut: dict[str, Any]) -> Appel:
        """Enter one call by the same action as the capture screen."""
        attendu = brut["attendu"]
        voulu = self.dossiers.get(attendu["doublon_de"] or 0)
        ouvrir = attendu["issue"] in {"dossier_cree", "rattache"} and voulu is None
        saisie = self._saisie(brut, voulu, ouvrir)
        with au_moment(saisie.recu_le + dt.timedelta(minutes=12)):
            appel = actions.enregistrer(saisie, agent=self.agent, cle=cle_de(brut["id"]))
            if dossier := appel.dossiers.first():
                self.dossiers[brut["id"]] = dossier
                toucher(dossier)  # its last movement is the call, not this loading
        return appel

    def _saisie(self, brut: dict[str, Any], voulu: Dossier | None, ouvrir: bool) -> AppelSaisi:
        attendu = brut["attendu"]
        recu_le = dt.datetime.fromisoformat(brut["date"]).replace(tzinfo=PARIS) + self.ecart
        connues, nouvelles = self._personnes(attendu, voulu)
        appelant = attendu["personnes"][0]
        numero = attendu["telephones"][0] if attendu["telephones"] else _tronque(brut)
        return AppelSaisi(
            recu_le=recu_le,
            canal=attendu["canal"],
            issue=attendu["issue"],
            role=appelant["role"],
            nom_appelant=_nom(appelant),
            numero=numero,
            courriel=attendu["courriel"] or "",
            ne_pas_rappeler=not numero and not attendu["courriel"],
            besoins=tuple(attendu["besoins"]),
            communes=tuple(self.communes[c["insee"]] for c in attendu["communes"] if c["insee"] in self.communes),
            pour_quand=self._jour(attendu["echeance"]),
            urgence=attendu["urgence"],
            texte=brut["texte"],
            information_dite=ouvrir,
            enfants=tuple({"niveau": e["niveau"]} for e in attendu["enfants"] if e.get("niveau")),
            personnes_connues=connues,
            personnes=nouvelles,
            promesse=self._promesse(attendu, recu_le, ouvrir or voulu is not None),
            ouvrir=ouvrir,
            rattacher=voulu,
        )

    def _jour(self, texte: str | None) -> dt.date | None:
        return dt.date.fromisoformat(texte) + self.ecart if texte else None

    def _promesse(self, attendu: dict[str, Any], recu_le: dt.datetime, suivi: bool) -> Promesse | None:
        """A callback at the day asked for, else within two working days for whoever has a file."""
        if not suivi and not attendu["rappel_le"]:
            return None
        jour = self._jour(attendu["rappel_le"]) or NATIONAL.ajouter_ouvres(recu_le.astimezone(PARIS).date(), 2)
        pour_le = dt.datetime.combine(jour, dt.time(17), PARIS)
        return Promesse(nature=Engagement.Nature.RAPPEL, pour_le=max(pour_le, recu_le + dt.timedelta(hours=1)))

    def _personnes(
        self, attendu: dict[str, Any], voulu: Dossier | None
    ) -> tuple[tuple[Personne, ...], tuple[PersonneSaisie, ...]]:
        presents = [p.personne for p in voulu.participants.select_related("personne")] if voulu else []
        connues: list[Personne] = []
        nouvelles: list[PersonneSaisie] = []
        for rang, fiche in enumerate(p for p in attendu["personnes"] if p["role"] in NON_MEDECINS):
            if not fiche["nom"] and rang > 0:
                continue
            meme = next((p for p in presents if normaliser(p.nom) == normaliser(fiche["nom"] or "")), None)
            if meme and (not fiche["prenom"] or normaliser(meme.prenom) == normaliser(fiche["prenom"])):
                connues.append(meme)
            else:
                nouvelles.append(_personne(fiche, attendu, rang))
        return tuple(connues), tuple(nouvelles)


def _personne(fiche: dict[str, Any], attendu: dict[str, Any], rang: int) -> PersonneSaisie:
    conjoint = fiche["role"] == "conjoint"
    role = (
        Participant.Role.CONJOINT
        if conjoint
        else (Participant.Role.SECOND_MEDECIN if rang else Participant.Role.MEDECIN)
    )
    numeros = attendu["telephones"]
    return PersonneSaisie(
        role=role,
        nom=(fiche["nom"] or "").title(),
        prenom=fiche["prenom"] or "",
        statut="non_medecin" if conjoint else (fiche["statut"] if fiche["statut"] in Personne.Statut.values else ""),
        these_soutenue=fiche["statut"] in THESES,
        metier=(fiche["statut"] or "").replace("_", " ") if conjoint else "",
        courriel=(attendu["courriel"] or "") if rang == 0 else "",
        telephones=tuple(numeros[rang : rang + 1]),
    )


def _nom(fiche: dict[str, Any]) -> str:
    return f"{fiche['prenom'] or ''} {(fiche['nom'] or '').replace('|', ' ou ').title()}".strip()


def _tronque(brut: dict[str, Any]) -> str:
    """Return the incomplete number of a broken voicemail: kept as heard, it cannot be dialled."""
    trouve = NUMERO_TRONQUE.search(brut["texte"]) if brut["attendu"]["issue"] == "message_vocal" else None
    return trouve.group() if trouve else ""


def faire_vivre(bruno: Agent) -> int:
    """Let the caseworker work on the first files, gesture by gesture; return how many gestures were made."""
    gestes = _tenir_les_promesses(bruno)
    maintenant = timezone.now()
    for rang, dossier in enumerate(Dossier.objects.filter(territoire=bruno.territoire).order_by("id")):
        if rang % 4 == 3 or dossier.etat != Dossier.Etat.NOUVEAU:
            continue
        gestes += _mener(dossier, rang, bruno, maintenant)
    return (
        gestes + _etudier_les_aides(bruno) + _repondre_pour_la_cpam(bruno, maintenant) + _suspendre(bruno, maintenant)
    )


def _mener(dossier: Dossier, rang: int, bruno: Agent, maintenant: dt.datetime) -> int:
    """Lead one file today; of two households, what waits for their answer was led long enough ago to be reminded of."""
    gestes, silencieux = 0, rang in FOYERS_SILENCIEUX
    with au_moment(maintenant - SILENCE if silencieux else maintenant):
        dossier = nommer_referent(dossier, bruno, agent=bruno, version=dossier.version, cle=uuid.uuid4())
        suivre = rang % 2 and dossier.demarches.exists()
        for code in ("qualifier", "accompagner") if suivre else ("qualifier",):
            dossier = avancer(dossier, code, agent=bruno, version=dossier.version, cle=uuid.uuid4())
            gestes += 1
        _ouvrir_la_suite(dossier, rang, bruno)
    for demarche in dossier.demarches.specifiques():
        muette = silencieux and demarche.type in {"emploi_conjoint", "loisirs"}
        with au_moment(maintenant - SILENCE if muette else maintenant):
            gestes += _premier_pas(demarche.specifique, dossier, bruno)
    return gestes


def _repondre_pour_la_cpam(bruno: Agent, maintenant: dt.datetime) -> int:
    """Let the CPAM answer what is older than a week: it takes on one in two, accepts the others, and sends one elsewhere."""
    attendues = Position.objects.filter(etat=Position.Etat.ATTENDUE, organisme__nature="cpam").order_by(
        "echeance", "id"
    )
    anciennes = attendues.filter(echeance__lt=timezone.localdate(maintenant) - dt.timedelta(days=4))
    chloe = Agent.objects.filter(territoire=bruno.territoire, organisme__nature="cpam").first()
    if chloe is None:
        return 0
    # what nobody has looked at yet waits on both sides, and is what a progress report is for
    anciennes = anciennes.exclude(dossier__etat=Dossier.Etat.NOUVEAU)
    liste = list(anciennes.select_related("demarche__dossier"))
    for rang, position in enumerate(liste):
        demarche, cle = position.demarche, uuid.uuid4()
        version = _version(demarche.dossier)
        # answers of the last days, one after the other: their ten days still run
        with au_moment(maintenant - dt.timedelta(days=1 + rang % 4, hours=rang)):
            if rang == len(liste) - 1:
                ailleurs = {
                    "motif": "delai_impossible",
                    "proposition": "Possible à partir du mois prochain, après le comité.",
                }
                avancer(position, "refuser", agent=chloe, version=version, cle=cle, **ailleurs)
            elif rang % 2 == 0 and demarche.prenable_par(chloe):
                prendre(demarche, agent=chloe, version=version, cle=cle)
            else:
                avancer(position, "accepter", agent=chloe, version=version, cle=cle)
    return len(liste)


def _suspendre(bruno: Agent, maintenant: dt.datetime) -> int:
    """Put to sleep the file of a doctor who hesitates between two territories."""
    dossier = (
        Dossier.objects.filter(territoire=bruno.territoire, etat=Dossier.Etat.EN_ACCOMPAGNEMENT).order_by("-id").first()
    )
    if dossier is None:
        return 0
    reveil = timezone.localdate(maintenant) + dt.timedelta(days=60)
    avancer(
        dossier, "suspendre", agent=bruno, version=dossier.version, cle=uuid.uuid4(), motif="delai", reveil_le=reveil
    )  # fmt: skip
    return 1


def _ouvrir_la_suite(dossier: Dossier, rang: int, bruno: Agent) -> None:
    """Open what no call asks for and the interview brings up: a visit, a welcome, an aid."""
    besoin = {1: "visite", 2: "loisirs", 4: "aides", 5: "visite"}.get(rang % 6)
    if besoin and not dossier.demarches.filter(type=besoin).exists():
        ouvrir_besoins(dossier, [BesoinDemande(besoin)], agent=bruno, version=_version(dossier), cle=uuid.uuid4())


def _etudier_les_aides(bruno: Agent) -> int:
    """Let the CPAM say which aid it is about and begin to study it; the line may not."""
    chloe = Agent.objects.filter(territoire=bruno.territoire, organisme__nature="cpam").first()
    dispositif = Dispositif.objects.filter(code="D01").first()
    gestes = 0
    for rang, demarche in enumerate(Demarche.objects.filter(type="aides").ouvertes().order_by("id").specifiques()):
        if chloe is None or dispositif is None or demarche.organisme_id != chloe.organisme_id:
            continue
        pas: list[tuple[str, dict[str, Any]]] = [("preciser", {"dispositif": dispositif}), ("verifier", {})]
        for code, saisie in pas[: rang % 3]:
            avancer(demarche, code, agent=chloe, version=_version(demarche.dossier), cle=uuid.uuid4(), **saisie)
            gestes += 1
    return gestes


def _tenir_les_promesses(bruno: Agent) -> int:
    """Keep the promises of past weeks in time, but one in six."""
    recentes = timezone.now() - dt.timedelta(days=6)
    for rang, engagement in enumerate(Engagement.objects.a_tenir().filter(pour_le__lt=recentes).order_by("pour_le")):
        if rang % 6 != 5:
            a_temps = engagement.pour_le - dt.timedelta(hours=2)
            with au_moment(a_temps):
                tenir(engagement, agent=bruno, cle=uuid.uuid4(), resultat=Engagement.Resultat.JOINT, le=a_temps)
    return 0


def _premier_pas(demarche: Demarche, dossier: Dossier, bruno: Agent) -> int:
    """Take a need and make its first gesture with plausible facts; return 1 when it was made."""
    dans_un_mois = timezone.localdate() + dt.timedelta(days=30)
    profil = PROFILS.get(demarche.personne.statut if demarche.personne else "", "LIB")
    pas: dict[str, tuple[str, dict[str, Any]]] = {
        "formalites": ("etablir_parcours", {"profil": profil, "ouverture_le": dossier.echeance}),
        "logement": (
            "valider_criteres",
            {"sous_type": "location", "pieces": 4, "budget_max": 1100, "entree_le": dossier.echeance or dans_un_mois},
        ),
        "scolarisation": ("qualifier", {"niveau": "elementaire", "annee_naissance": 2019, "arrivee_le": dans_un_mois}),
        "emploi_conjoint": ("recueillir_profil", {"metier": "enseignant", "situation": "fonctionnaire"}),
        "reseau": ("identifier", {"genre_cible": "msp", "cible": "Maison de santé des Exemples"}),
        "loisirs": ("adresser", {"interet": "nature", "accueil": "office_tourisme"}),
        "visite": ("noter_lieux", {"lieu_1": "Maison de santé des Exemples", "lieu_2": "Mairie des Exemples"}),
    }
    if demarche.pk % 5 == 0 or demarche.type not in pas:
        return 0
    code, saisie = pas[demarche.type]
    if demarche.prenable_par(bruno):
        prendre(demarche, agent=bruno, version=_version(dossier), cle=uuid.uuid4())
    avancer(demarche, code, agent=bruno, version=_version(dossier), cle=uuid.uuid4(), **saisie)
    return 1


def _version(dossier: Dossier) -> int:
    return Dossier.objects.values_list("version", flat=True).get(pk=dossier.pk)
