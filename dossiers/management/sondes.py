"""What a bench reads from inside the process: whom to be, what to ask for, how many queries, gestures and letters."""

import datetime as dt
import logging
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

import celery
from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import Count, F
from django.db.models.functions import Abs
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.courriers import apercevoir
from dossiers.actions.demarches import avancer
from dossiers.courriers import rendu
from dossiers.courriers.composition import composer
from dossiers.lectures.doublons import Saisie
from dossiers.management.sonde_relances import mesurer_relances
from dossiers.models import Agent, Demarche, Dossier, ModeleCourrier, Participant, Telephone, auteur
from dossiers.regles.droits import Niveau

SUPERVISEUR = "bench.superviseur@cpam.example.org"
TOURS = 24
LIGNES = 19
"""Dossiers found by the name searched for in both bases: what the commonest name of a thousand dossiers finds."""
Donnees = dict[str, Any]


def contexte(grand: bool) -> Donnees:
    """Return what the pages of a base are asked with; `grand` says that it is the large one of the two.

    The dossier read is the longest of the first thousand, the same in both bases. A number searched for finds as few
    dossiers in the large base as it can, as many in the small one; a name of a few households finds about `LIGNES` in
    either: two pages that show as many rows compare volumes.
    """
    chloe = Agent.objects.get(courriel="chloe@cpam.example.org")
    bruno = Agent.objects.get(courriel="bruno@ales.example.org")
    visibles = Dossier.objects.visibles_par(chloe)
    borne = max(Dossier.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    medecins = {"personne__participations__dossier__in": visibles, "personne__participations__role": "medecin"}
    compte = Count("personne__participations__dossier", distinct=True)
    telephones = Telephone.objects.filter(**medecins).values("e164").annotate(n=compte)
    anciens = Dossier.objects.filter(pk__in=visibles.filter(pk__lte=borne))
    medecins_lus = Participant.objects.filter(dossier__in=visibles, role="medecin")
    noms = medecins_lus.values("personne__nom").annotate(n=Count("dossier")).order_by("-n", "personne__nom")
    entiers = medecins_lus.values("personne__prenom", "personne__nom").annotate(n=Count("dossier"))
    proche = (entiers if grand else noms).order_by(Abs(F("n") - LIGNES), "personne__nom")[0]
    return {
        "sessions": {
            "chloe": ouvrir_session(chloe),
            "superviseur": ouvrir_session(_superviseur(chloe)),
            "bruno": ouvrir_session(bruno),
        },
        "fiche": _plus_long(visibles.filter(pk__lte=borne)),
        **_complet(borne, bruno),
        "recherches": {
            "nom": noms[0]["personne__nom"],
            "nom de quelques foyers": f"{proche.get('personne__prenom', '')} {proche['personne__nom']}",
            "telephone": "0" + telephones.order_by("n" if grand else "-n", "e164")[0]["e164"][3:],
            "numero": anciens.order_by("-pk")[0].numero,
            "mot": "anduze",
        },
    }


def ouvrir_session(agent: Agent) -> str:
    """Return the key of a new session of this agent: signing in, hence hashing a password, is not measured."""
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _superviseur(modele: Agent) -> Agent:
    connu = Agent.objects.filter(courriel=SUPERVISEUR).first()
    if connu:
        return connu
    with auteur(None, geste="bench"):
        return Agent.objects.create_user(
            SUPERVISEUR,
            prenom="Inès",
            nom="Bench",
            qualite="Responsable de service",
            role=Agent.Role.SUPERVISEUR,
            organisme=modele.organisme,
            territoire=modele.territoire,
        )


def _plus_long(dossiers: Any) -> int:
    """Return the dossier whose needs and steps have lived most."""
    histoire = apps.get_model("workflows", "Etape").history.filter(dossier__in=dossiers)  # type: ignore[attr-defined]
    return int(histoire.values("dossier").annotate(n=Count("history_id")).order_by("-n", "dossier")[0]["dossier"])


def _complet(borne: int, agent: Agent) -> dict[str, int]:
    """Return the open dossier, of the first ones, that asks for every need and has lived most, and one of its needs.

    Its household wishes a day, so that its rétroplanning is drawn; the need has a deadline to explain to this agent.
    """
    besoins = Count("demarches__type", distinct=True)
    ouverts = Dossier.objects.ouverts().filter(pk__lte=borne, confidentiel=False, echeance__isnull=False)
    lues = Demarche.objects.visibles_par(agent, au_moins=Niveau.LIRE)
    avec_delai = lues.ouvertes().filter(echeance__isnull=False, delai__isnull=False)
    complets = ouverts.annotate(n=besoins).filter(n=len(Demarche.REGISTRE), pk__in=avec_delai.values("dossier_id"))
    cle = _plus_long(complets)
    return {"complet": cle, "delai": avec_delai.filter(dossier_id=cle).order_by("-delai", "pk")[0].pk}


def formulaire_appel() -> Donnees:
    """Return a call as the screen sends it: a doctor and a spouse, four needs, two communes, a promise, a dossier."""
    maintenant = timezone.localtime()
    qui = {"numero": "04 65 71 12 20", "prenom": "Claire", "nom": "Delmas", "communes": "Anduze, Générargues"}
    conjoint = {"conjoint_prenom": "Julien", "conjoint_nom": "Delmas"}
    return {
        # what « Qui appelle ? » has just answered: the same couple called at each turn, each time for one dossier more
        "vu": Saisie(**qui, **conjoint).empreinte,
        "double_vu": "on",
        "motif_double": "autre_projet",
        "cle": str(uuid.uuid4()),
        "recu_le": (maintenant - dt.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S"),
        "canal": "telephone",
        "numero": "04 65 71 12 20",
        "role": "candidat",
        "prenom": "Claire",
        "nom": "Delmas",
        "statut": "interne",
        "besoins": ["formalites", "logement", "emploi_conjoint", "scolarisation"],
        "communes": "Anduze, Générargues",
        "urgence": "normale",
        "conjoint_prenom": "Julien",
        "conjoint_nom": "Delmas",
        "conjoint_metier": "enseignant",
        "texte": "Souhaite s’installer en maison de santé à l’automne.",
        "promesse": "rappel",
        "promesse_le": (maintenant + dt.timedelta(days=3)).date().isoformat(),
        "suite": "ouvrir",
        "enfant_1": "elementaire",
    }


def sonder(pages: list[Donnees], sessions: dict[str, str]) -> Donnees:
    """Return the queries of each page, then gesture, call and letters: times in milliseconds."""
    # the door logs each request: here they are hundreds, and nobody reads them
    logging.getLogger("guichet").setLevel(logging.WARNING)
    # a message sent on commit would open the broker's pool, whose threads outlive a short process
    celery.current_app.conf.update(broker_url="memory://", broker_transport_options={})
    requetes = {}
    for page in pages:
        client = _client(sessions[page["agent"]])
        for _ in range(2):
            requetes[page["nom"]] = _compter(client, page["chemin"], page["corps"])
    bruno = _client(sessions["bruno"])
    for _ in range(2):
        requetes["appel"] = _compter(bruno, reverse("appels.nouveau"), formulaire_appel())
    agent = Agent.objects.get(courriel="bruno@ales.example.org")
    demarches = _en_attente()
    cible = demarches[0]
    chemin = reverse("demarches.geste", args=[cible.pk, "lancer_recherche"])
    jetons = {"cle": str(uuid.uuid4()), "version": cible.dossier.version}
    _compter(bruno, chemin, {**jetons, "cle": str(uuid.uuid4())})
    requetes["geste"] = _compter(bruno, chemin, jetons)
    return {
        "requetes": requetes,
        "geste": _mesurer_gestes(demarches, agent),
        "relances": mesurer_relances(),
        "lettres": {code: _mesurer_lettre(code, agent) for code in ("C01", "C02", "C14")},
    }


def _client(session: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = session
    return client


def _compter(client: Client, chemin: str, corps: Donnees | None) -> int:
    """Ask for a page and undo what it wrote, deferred constraints checked; return its queries."""
    with transaction.atomic(), CaptureQueriesContext(connection) as vues:
        reponse = client.get(chemin) if corps is None else client.post(chemin, corps)
        connection.check_constraints()
        transaction.set_rollback(True)
    if reponse.status_code not in {200, 302}:
        raise RuntimeError(f"{chemin} répond {reponse.status_code}.")
    comptees = [
        v for v in vues.captured_queries if not v["sql"].startswith(("SAVEPOINT", "RELEASE", "SET CONSTRAINTS"))
    ]
    return len(comptees)


# -- a gesture -----------------------------------------------------------------------------------------------------


def _en_attente() -> list[Demarche]:
    classe = Demarche.REGISTRE["logement"]
    pretes = classe._default_manager.filter(etat="criteres_valides", dossier__ouvert=True, dossier__confidentiel=False)
    return list(pretes.select_related("dossier").order_by("pk")[:TOURS])


def _mesurer_gestes(demarches: list[Demarche], agent: Agent) -> dict[str, float]:
    """Time a gesture and, on the same démarche, the very rows it writes sent by bare psycopg; both commit.

    Two unmeasured gestures bring each démarche back to where it was.
    """
    gestes, nus = [], []
    for demarche in demarches:
        ecritures = _relever(demarche, agent)
        nus.append(_chronometrer(lambda e=ecritures: _rejouer(e)))  # type: ignore[misc]
        _revenir(demarche, agent)
        gestes.append(_chronometrer(lambda d=demarche: _avancer(d, "lancer_recherche", agent)))  # type: ignore[misc]
        _revenir(demarche, agent)
    return {"ms": statistics.median(gestes), "plancher_ms": statistics.median(nus)}


def _avancer(demarche: Demarche, geste: str, agent: Agent, **faits: Any) -> None:
    version = Dossier.objects.values_list("version", flat=True).get(pk=demarche.dossier_id)
    avancer(demarche, geste, agent=agent, version=version, cle=uuid.uuid4(), **faits)


def _revenir(demarche: Demarche, agent: Agent) -> None:
    champs = ("sous_type", "pieces", "budget_max", "entree_le")
    _avancer(demarche, "revoir_criteres", agent)
    _avancer(demarche, "valider_criteres", agent, **{c: getattr(demarche, c) for c in champs})


def _relever(demarche: Demarche, agent: Agent) -> list[tuple[str, Any]]:
    """Return the writes of a gesture, undone at once."""
    ecritures: list[tuple[str, Any]] = []

    def noter(executer: Callable[..., Any], sql: str, params: Any, many: bool, suite: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "WITH")):
            ecritures.append((sql, params))
        return executer(sql, params, many, suite)

    with transaction.atomic():
        with connection.execute_wrapper(noter):
            _avancer(demarche, "lancer_recherche", agent)
        transaction.set_rollback(True)
    return ecritures


def _rejouer(ecritures: list[tuple[str, Any]]) -> None:
    connexion = connection.connection
    with connexion.transaction(), connexion.cursor() as curseur:
        for sql, params in ecritures:
            curseur.execute(sql, params)


def _chronometrer(faire: Callable[[], None], horloge: Callable[[], float] = time.perf_counter) -> float:
    depart = horloge()
    faire()
    return (horloge() - depart) * 1000


# -- a letter ------------------------------------------------------------------------------------------------------


def _mesurer_lettre(code: str, agent: Agent) -> dict[str, float]:
    """Compare the CPU of a letter, from its frozen data to its bytes, with WeasyPrint's own on the same HTML.

    The bare `write_pdf` gets the same style sheet and fonts, already parsed; it makes neither tags nor PDF/A.
    """
    dossier = Dossier.objects.filter(demarches__type="formalites", demarches__etat="en_cours", ouvert=True)[0]
    donnees = apercevoir(dossier, code, agent=agent).donnees
    contenu = ModeleCourrier.objects.filter(code=code).order_by("-version")[0].contenu
    maintenant = timezone.now()

    def html() -> str:
        return rendu.rendre_html(composer(code, contenu, donnees), date=maintenant)

    def entiere() -> None:
        rendu.rendre_pdf(html(), identifiant=code, couleur="#1f5c46")

    atelier, texte = rendu._atelier(), html()

    def nue() -> None:
        document = atelier["HTML"](string=texte, url_fetcher=atelier["fetcher"])
        document.write_pdf(font_config=atelier["polices"], stylesheets=[atelier["style"]("#1f5c46")])

    temps = [(_chronometrer(entiere, time.process_time), _chronometrer(nue, time.process_time)) for _ in range(14)]
    entieres, nues = zip(*temps[2:], strict=True)
    return {"ms": statistics.median(entieres), "plancher_ms": statistics.median(nues)}
