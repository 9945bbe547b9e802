"""`make bench`: figures and ratios taken in one run, through the product's own server, on bases of the bench's own.

Two bases, of a thousand dossiers and of N, are made when missing and kept. Each has its gunicorn; a page is asked in turn
of the empty screen, of the large base and of the small one, so that what slows the machine slows all three alike.
"""

import hashlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from dossiers.management.sondes import formulaire_appel

PETITE = 1000
TOURS, ECHAUFFEMENT = 40, 12
MEMOIRE_MAX = 90
CROISSANCE_MAX = 1.3
RELANCES: dict[str, dict[str, float]] = {
    "cent dossiers dus": {"ratio": 4, "requetes": 20},
    "rien de dû": {"ratio": 8, "requetes": 4},
}
"""What a run of the reminders may cost: times its own statements sent bare, then times one bare look at every open need."""
BIN = Path(sys.executable).parent
AUTRES_VOLUMES = frozenset({"recherche par nom", "doublons", "doublons par nom", "palette", "palette par numéro"})
"""Pages that show more rows in the large base than the small one holds: their growth would compare pages, not volumes."""
JETON = "c" * 32
"""CSRF token of the bench, sent as cookie and as field."""

Donnees = dict[str, Any]
Dire = Callable[[str], None]


def mesurer(nombre: int, dire: Dire) -> Donnees:
    """Measure everything at `nombre` dossiers; return the object that `var/bench.json` holds."""
    tailles = list(dict.fromkeys((PETITE, nombre)))
    for taille in tailles:
        preparer(taille, dire)
    _gerer(nom_de_base(nombre), "collectstatic", "--noinput", "--verbosity", "0")
    contextes = {t: _sonder(t, "contexte", {"grand": t == nombre and t > PETITE}) for t in tailles}
    with Serveur.ouvrir(nombre) as grand, Serveur.ouvrir(PETITE) as petit:
        pages = {
            nombre: [*pages_de(contextes[nombre], grand), *recherches_de(contextes[nombre])],
            PETITE: [*pages_de(contextes[PETITE], petit), *recherches_de(contextes[PETITE])],
        }
        mesures = []
        for grande, petite in zip(pages[nombre], pages[PETITE], strict=True):
            dire(f"  {grande['nom']}")
            mesures.append(_mesurer_page(grand, petit, grande, petite))
        mesures.append(_mesurer_appel(grand, petit, [contextes[t]["sessions"]["bruno"] for t in (nombre, PETITE)]))
        memoire, importe = grand.memoire(), grand.a_importe("libpango")
    dire("  requêtes, gestes et courriers")
    sondes = {t: _sonder(t, "sondes", {"pages": pages[t], "sessions": contextes[t]["sessions"]}) for t in tailles}
    lignes = _rassembler(mesures, sondes[nombre], sondes[PETITE], nombre)
    return {"n": nombre, "mesures": [*lignes, *_du_web(memoire, importe)]}


# -- bases ---------------------------------------------------------------------------------------------------------


def nom_de_base(taille: int) -> str:
    """Return the database of the bench that holds so many dossiers."""
    return f"guichet_bench_{taille}"


def preparer(taille: int, dire: Dire) -> None:
    """Make a base, or make it again when migrations or the way of filling it changed since."""
    base, empreinte = nom_de_base(taille), _empreinte()
    if _marque(base) == empreinte:
        return
    dire(f"Base de {taille} dossiers : création")
    with _maintenance() as connexion:
        connexion.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {}").format(psycopg.sql.Identifier(base)))
        connexion.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(base)))
    _gerer(base, "migrate", "--verbosity", "0")
    _gerer(base, "peupler", "--dossiers", str(taille))
    with _maintenance() as connexion:
        ordre = psycopg.sql.SQL("COMMENT ON DATABASE {} IS {}")
        connexion.execute(ordre.format(psycopg.sql.Identifier(base), psycopg.sql.Literal(empreinte)))


def _empreinte() -> str:
    """Digest what a base depends on; a base bears the digest once it is whole."""
    racine = Path(__file__).resolve().parents[2]
    noms = ("copie", "entourage", "foyers", "monde", "parcours", "peuplement", "plume", "rappels")
    sources = [Path(__file__).with_name(f"{nom}.py") for nom in noms] + sorted(racine.glob("*/migrations/*.py"))
    return hashlib.sha256(b"".join(s.read_bytes() for s in sources)).hexdigest()


def _marque(base: str) -> str | None:
    with _maintenance() as connexion:
        ordre = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        ligne = connexion.execute(ordre, [base]).fetchone()
        return ligne[0] if ligne else None


def _maintenance() -> psycopg.Connection[Any]:
    parametres = connection.get_connection_params()
    connus = {c: parametres[c] for c in ("user", "password", "host", "port") if parametres.get(c)}
    return psycopg.connect(**connus, dbname="postgres", autocommit=True)


def _environnement(base: str) -> dict[str, str]:
    environnement = {**os.environ, "GUICHET_BASE": base}
    if url := os.environ.get("DATABASE_URL"):
        environnement["DATABASE_URL"] = urllib.parse.urlsplit(url)._replace(path=f"/{base}").geturl()
    return environnement


def _gerer(base: str, *arguments: str, entree: str = "") -> str:
    """Run a command of ours on another base; its progress goes to our own stderr."""
    fini = subprocess.run(  # noqa: S603 - every word of the command is ours
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=_environnement(base), input=entree,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return fini.stdout


def _sonder(taille: int, etape: str, demande: Donnees) -> Donnees:
    reponse: Donnees = json.loads(_gerer(nom_de_base(taille), "bench", "--etape", etape, entree=json.dumps(demande)))
    return reponse


# -- pages ---------------------------------------------------------------------------------------------------------


def pages_de(contexte: Donnees, serveur: "Serveur") -> Iterator[Donnees]:
    """Yield what is measured: name, who asks, address, body of a POST, and what to reach (times F, queries)."""
    sessions, fiche = contexte["sessions"], f"/dossiers/{contexte['fiche']}/"

    def page(
        nom: str, chemin: str, ratio: float | None, requetes: int, *, agent: str = "chloe", corps: Any = None
    ) -> Donnees:
        cible = {"requetes": requetes} if ratio is None else {"ratio": ratio, "requetes": requetes}
        return {
            "nom": nom,
            "chemin": chemin,
            "agent": agent,
            "session": sessions[agent],
            "corps": corps,
            "cible": cible,
        }

    yield page("liste", "/dossiers/", 5, 8)
    yield page("filtres", "/dossiers/?besoin=formalites&retard=on", 5, 8)
    yield page("page 50", serveur.feuilleter("/dossiers/", sessions["chloe"], 49), 5, 8)
    yield page("tableau", "/tableau/", 5, 8, agent="superviseur")
    yield page("journée", "/journee/", None, 8)
    for nom, mots in contexte["recherches"].items():
        yield page(f"recherche par {nom}", "/recherche/", 8, 8, corps={"q": mots})
    yield page("fiche", fiche, 9, 12)
    yield page("fiche, vue du porteur", fiche, 9, 12, agent="bruno")
    complet = f"/dossiers/{contexte['complet']}/"
    yield page("fiche, huit besoins", complet, 9, 12, agent="bruno")
    yield page("rétroplanning", f"{complet}retroplanning/", 9, 12, agent="bruno")
    yield page("délai expliqué", f"/demarches/{contexte['delai']}/delai/", 9, 12, agent="bruno")


def recherches_de(contexte: Donnees) -> Iterator[Donnees]:
    """Yield what answers while one types: who is calling, and the palette, by a name and a number; bounds in milliseconds."""
    cherches = contexte["recherches"]
    prenom, _, nom = cherches["nom de quelques foyers"].partition(" ")
    qui = {
        "nom": nom,
        "prenom": prenom,
        "numero": cherches["telephone"],
        "communes": "Anduze",
        "conjoint_prenom": "Claire",
    }
    demandes = [
        ("doublons", "/appels/qui/", qui, 150),
        ("doublons par nom", "/appels/qui/", {"nom": cherches["nom"]}, 150),
        ("palette", "/recherche/palette/", {"q": f"{nom} {prenom}"}, 100),
        ("palette par numéro", "/recherche/palette/", {"q": cherches["telephone"]}, 100),
    ]
    for libelle, chemin, corps, ms in demandes:
        yield {
            "nom": libelle,
            "chemin": chemin,
            "agent": "bruno",
            "session": contexte["sessions"]["bruno"],
            "corps": corps,
            "cible": {"ms": ms},
        }


class Serveur:
    """A gunicorn of one worker on a free local port, and the connection kept open to it."""

    def __init__(self, processus: subprocess.Popen[bytes], port: int) -> None:
        self.processus = processus
        self.connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    @classmethod
    @contextmanager
    def ouvrir(cls, taille: int) -> "Iterator[Serveur]":
        """Start it on the base of this size, and stop it at the end."""
        with socket.socket() as prise:
            prise.bind(("127.0.0.1", 0))
            port = prise.getsockname()[1]
        commande = [str(BIN / "gunicorn"), "dossiers.management.serveur_bench:application", "--workers", "1", "--threads", "4",
                    "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--keep-alive", "75"]  # fmt: skip
        # kept alive: one base waits while the other answers, longer than gunicorn's two seconds on a busy machine
        with (settings.VAR_DIR / f"bench-{taille}.journal").open("wb") as journal:
            processus = subprocess.Popen(  # noqa: S603 - every word of the command is ours
                commande,
                cwd=settings.BASE_DIR,
                stdout=journal,
                stderr=journal,
                env={**_environnement(nom_de_base(taille)), "MALLOC_ARENA_MAX": "2"},  # as `make demo` sets it
            )
            try:
                _attendre(port)
                yield cls(processus, port)
            finally:
                processus.terminate()
                processus.wait()

    def demander(self, chemin: str, session: str, corps: Donnees | None = None) -> tuple[bytes, float]:
        """Return a page's bytes and its time in milliseconds, from the first byte sent to the last one read."""
        entetes = {"Cookie": f"sessionid={session}; csrftoken={JETON}"}
        envoi = None
        if corps is not None:
            envoi = urllib.parse.urlencode({**corps, "csrfmiddlewaretoken": JETON}, doseq=True)
            entetes["Content-Type"] = "application/x-www-form-urlencoded"
        depart = time.perf_counter()
        self.connexion.request("POST" if envoi else "GET", chemin, envoi, entetes)
        reponse = self.connexion.getresponse()
        octets = reponse.read()
        duree = (time.perf_counter() - depart) * 1000
        if reponse.status != 200 and not (reponse.status == 302 and "connexion" not in reponse.headers["Location"]):
            raise RuntimeError(f"{chemin} répond {reponse.status}.")
        return octets, duree

    def feuilleter(self, chemin: str, session: str, fois: int) -> str:
        """Follow « suivants » so many times, or to the last full page; return the address reached."""
        for _ in range(fois):
            octets, _duree = self.demander(chemin, session)
            _, marque, reste = octets.decode().partition("?suite=")
            suite = f"/dossiers/?suite={reste.partition('"')[0].replace('&amp;', '&')}"
            if not marque or b"?suite=" not in self.demander(suite, session)[0]:
                break
            chemin = suite
        return chemin

    def _travailleur(self) -> Path:
        enfants = Path(f"/proc/{self.processus.pid}/task/{self.processus.pid}/children").read_text().split()
        return Path(f"/proc/{enfants[0]}")

    def memoire(self) -> float:
        """Return the worker's resident memory in megabytes."""
        etat = (self._travailleur() / "status").read_text()
        return int(etat.partition("VmRSS:")[2].split()[0]) / 1024

    def a_importe(self, bibliotheque: str) -> bool:
        """Tell whether the worker has loaded a shared library."""
        return bibliotheque in (self._travailleur() / "maps").read_text()


def _attendre(port: int) -> None:
    for _ in range(200):
        with socket.socket() as prise:
            if prise.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("Le serveur du bench ne répond pas : voyez var/bench-*.journal.")


def _mesurer_page(grand: Serveur, petit: Serveur, page: Donnees, petite: Donnees) -> Donnees:
    """Time a page against the empty screen and against itself in the small base, turn by turn."""
    temps: list[tuple[float, float, float]] = [
        (
            grand.demander("/bench/vide/", page["session"])[1],
            grand.demander(page["chemin"], page["session"], page["corps"])[1],
            petit.demander(petite["chemin"], petite["session"], petite["corps"])[1],
        )
        for _ in range(ECHAUFFEMENT + TOURS)
    ]
    colonnes = list(zip(*temps[ECHAUFFEMENT:], strict=True))
    vide, ms, ms_petite = map(statistics.median, colonnes)
    return {**page, "ms": ms, "min_ms": min(colonnes[1]), "plancher_min_ms": min(colonnes[0]),
            "plancher_ms": vide, "ms_petite": ms_petite, "comparable": page["nom"] not in AUTRES_VOLUMES}  # fmt: skip


def _mesurer_appel(grand: Serveur, petit: Serveur, sessions: list[str]) -> Donnees:
    """Time a call sent from its screen, committed, its letter handed to the broker; in both bases, turn by turn."""
    temps = [
        (
            grand.demander("/bench/vide/", sessions[0])[1],
            grand.demander("/appels/nouveau", sessions[0], formulaire_appel())[1],
            petit.demander("/appels/nouveau", sessions[1], formulaire_appel())[1],
        )
        for _ in range(ECHAUFFEMENT + TOURS // 2)
    ]
    vides, appels, petits = zip(*temps[ECHAUFFEMENT:], strict=True)
    return {
        "nom": "appel",
        "ms": statistics.median(appels),
        "ms_petite": statistics.median(petits),
        "comparable": True,
        "min_ms": min(appels),
        "plancher_min_ms": min(vides),
        "plancher_ms": statistics.median(vides),
        "cible": {"requetes": 25},
    }


# -- results -------------------------------------------------------------------------------------------------------


def ligne(
    nom: str, cible: dict[str, float], *, ms: float | None = None, plancher_ms: float | None = None,
    requetes: int | None = None, **autres: float,
) -> Donnees:  # fmt: skip
    """Return a measure as it is published; `tenu` when every figure named in `cible` is reached."""
    ratio = ms / plancher_ms if ms is not None and plancher_ms else None
    valeurs = {"ms": ms, "requetes": requetes, "ratio": ratio, **autres}
    arrondis = {"ms": ms, "requetes": requetes, "plancher_ms": plancher_ms, "ratio": ratio, **autres}
    return {
        "nom": nom,
        **{c: round(v, 2) if isinstance(v, float) else v for c, v in arrondis.items()},
        "cible": cible,
        "tenu": all((valeur := valeurs[c]) is not None and round(valeur, 2) <= v for c, v in cible.items()),
    }


def _rassembler(mesures: list[Donnees], sondes: Donnees, petites: Donnees, nombre: int) -> list[Donnees]:
    lignes = [
        ligne(
            m["nom"],
            m["cible"],
            ms=m["ms"],
            plancher_ms=m["plancher_ms"],
            requetes=sondes["requetes"][m["nom"]],
            min_ms=m["min_ms"],
            plancher_min_ms=m["plancher_min_ms"],
        )
        for m in mesures
    ]
    lignes.append(ligne("geste", {"ratio": 8, "requetes": 12}, **sondes["geste"], requetes=sondes["requetes"]["geste"]))
    lignes += [ligne(f"relances, {nom}", RELANCES[nom], **passe) for nom, passe in sondes["relances"].items()]
    lignes += [ligne(f"lettre {code}", {"ratio": 1.6}, **temps) for code, temps in sondes["lettres"].items()]
    if nombre > PETITE:
        cible = {"ratio": CROISSANCE_MAX}
        croissances = {m["nom"]: (m["ms"], m["ms_petite"]) for m in mesures if m.get("comparable")}
        croissances |= {"geste": (sondes["geste"]["ms"], petites["geste"]["ms"])}
        croissances |= {
            # finding what is due looks at every open need, and grows with these; what was found must not
            "relances, hors recherche": tuple(
                s["relances"]["cent dossiers dus"]["hors_recherche_ms"] for s in (sondes, petites)
            )
        }
        lignes += [ligne(f"croissance {n}", cible, ms=g, plancher_ms=p) for n, (g, p) in croissances.items()]
    return lignes


def _du_web(memoire: float, importe: bool) -> list[Donnees]:
    return [
        ligne("mémoire du web", {"mo": MEMOIRE_MAX}, mo=memoire),
        ligne("WeasyPrint dans le web", {"charge": 0}, charge=int(importe)),
    ]


def tableau(resultat: Donnees) -> str:
    """Return the measures as a table to read."""
    lignes = [f"{'mesure':<36}{'ms':>9}{'plancher':>10}{'ratio':>7}{'requêtes':>10}  cible"]
    for m in resultat["mesures"]:
        chiffres = [m["ms"], m["plancher_ms"], m["ratio"], m["requetes"]]
        ms, plancher, ratio, requetes = ("" if v is None else str(v) for v in chiffres)
        autre = "".join(f" {c} = {m[c]}" for c in ("mo", "charge") if c in m)
        cible = ", ".join(f"{c} ≤ {v}" for c, v in m["cible"].items())
        lignes.append(
            f"{m['nom']:<36}{ms:>9}{plancher:>10}{ratio:>7}{requetes:>10}  {'✓' if m['tenu'] else '✗'} {cible}{autre}"
        )
    return "\n".join(lignes)
