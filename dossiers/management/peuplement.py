"""Fill a database with plausible dossiers: what a bench needs, and what a demonstration at full size shows.

Rows go straight to the tables, a batch a transaction, with the history rows the actions would have left.
"""

import datetime as dt
import json
from collections.abc import Iterable
from random import Random

from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from dossiers.management.commands.charger_demo import charger_equipe
from dossiers.management.commands.charger_territoire import DONNEES, charger, charger_dispositifs, charger_modeles
from dossiers.management.copie import Ecrivain
from dossiers.management.foyers import Conteur
from dossiers.management.monde import Monde
from dossiers.models import Agent, Dispositif, Dossier, ModeleCourrier, Territoire, auteur

LOT = 500


def preparer() -> Territoire:
    """Load territories, letter models and cast where they are missing; return the territory of the dossiers."""
    complet = (
        Territoire.objects.filter(code__in=["ales", "gers"]).count() == 2
        and ModeleCourrier.objects.exists()
        and Dispositif.objects.exists()
        and Agent.objects.filter(courriel="hugo@ales.example.org").exists()
    )
    if not complet:
        fiches = json.loads((DONNEES / "territoires.json").read_text(encoding="utf-8"))
        with transaction.atomic(), auteur(None, geste="peupler"):
            charger_modeles()
            charger_dispositifs()
            for code in ("ales", "gers"):
                charger(code, fiches[code])
            charger_equipe()
    return Territoire.objects.get(code="ales")


def peupler(nombre: int, *, graine: int, jusqu_au: dt.date | None = None) -> None:
    """Add dossiers whose lives end at the latest the day before `jusqu_au` (today by default).

    The same seed, number and day give the same rows on a database that holds none yet; a second run adds as many others.
    """
    territoire = preparer()
    ecrivain = Ecrivain()
    monde = Monde.lire(territoire, jusqu_au or timezone.localdate())
    conteur = Conteur(ecrivain, monde, ecrivain.sequence_nommee("dossiers_numero_seq"), Random())  # noqa: S311 - imagined, not secret
    with tqdm(total=nombre, desc="Dossiers", unit="dossier", mininterval=0.5) as barre:
        for debut in range(0, nombre, LOT):
            combien = min(LOT, nombre - debut)
            # sown again at each batch: the same thousand dossiers open a base of a thousand and one of a million
            semence = f"{graine}/{ecrivain.sequence(Dossier).suivant()}"
            conteur.hasard.seed(semence)
            conteur.a_part.seed(f"{semence}/a-part")
            for _ in range(combien):
                conteur.raconter()
            ecrivain.envoyer()
            barre.update(combien)
        ecrivain.attendre()
    analyser(t.nom for t in ecrivain.tables.values())


def analyser(tables: Iterable[str]) -> None:
    """Let the planner know what the tables now hold; VACUUM too, which a transaction forbids."""
    verbe = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
    with connection.cursor() as curseur:
        for nom in tables:
            curseur.execute(f"{verbe} {connection.ops.quote_name(nom)}")
