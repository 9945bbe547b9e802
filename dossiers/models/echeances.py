"""The one function that computes a deadline, and the one reading of what it depends on.

Executor, opening of needs, imagined dossiers, recomputation and « Expliquer ce délai » all pass here (style.md 14).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Protocol

from django.db import connection

from dossiers.models.demarches import Demarche
from dossiers.models.horloge import Pause
from dossiers.models.machine import libelles
from dossiers.regles import delais
from dossiers.regles.delais import NATIONAL, Calendrier, Compte, jour_de


class Echeancable(Protocol):
    """What has a deadline: a démarche, or a step of its path."""

    pk: Any
    etat: Any
    etat_depuis: Any
    delai: Any
    echeance_fixee: Any
    echeance: Any

    @property
    def est_finie(self) -> bool: ...

    @property
    def demarche(self) -> Demarche: ...

    @property
    def cle_delai(self) -> str: ...


LIRE = (
    "SELECT 'fermeture', organisme_id, jour, NULL::date, raison, '', 0 FROM dossiers_fermeture WHERE organisme_id = ANY(%s)"
    " UNION ALL SELECT 'pause', demarche_id, debut, fin, motif, '', 0 FROM dossiers_pause WHERE demarche_id = ANY(%s)"
    " UNION ALL SELECT 'delai', territoire_id, effet_le, NULL, besoin, etat, jours FROM dossiers_delaietat"
    " WHERE territoire_id = ANY(%s)"
)


class Horloge:
    """Closures, pauses and delays in force for some démarches, read once; it then answers without the database."""

    def __init__(self) -> None:
        self.fermetures: dict[int, dict[dt.date, str]] = {}
        self.pauses: dict[int, list[delais.Pause]] = {}
        self.versions: dict[tuple[int, str, str], list[tuple[dt.date, int]]] = {}
        self._calendriers: dict[int, Calendrier] = {}

    @classmethod
    def lire(cls, *, organismes: Iterable[int], territoires: Iterable[int], demarches: Iterable[int] = ()) -> "Horloge":
        """Read in one query what the deadlines of these démarches, organisations and territories depend on."""
        horloge = cls()
        motifs = libelles(Pause.Motif)
        with connection.cursor() as curseur:
            curseur.execute(LIRE, [sorted(set(organismes)), sorted(set(demarches)), sorted(set(territoires))])
            for sorte, cle, debut, fin, mot, etat, jours in curseur.fetchall():
                if sorte == "fermeture":
                    horloge.fermetures.setdefault(cle, {})[debut] = mot
                elif sorte == "pause":
                    horloge.pauses.setdefault(cle, []).append(delais.Pause(debut, fin, motifs[mot]))
                else:
                    horloge.versions.setdefault((cle, mot, etat), []).append((debut, jours))
        return horloge

    @classmethod
    def pour(cls, demarches: Iterable[Demarche]) -> "Horloge":
        """Read it for some démarches, their dossiers already read."""
        lues = list(demarches)
        return cls.lire(
            organismes={d.organisme_id for d in lues},
            territoires={d.dossier.territoire_id for d in lues},
            demarches=[d.pk for d in lues if d.pk],
        )

    def calendrier(self, organisme_id: int) -> Calendrier:
        """Return the working days of an organisation: the law's, less the days it closes."""
        if organisme_id not in self.fermetures:
            return NATIONAL
        if organisme_id not in self._calendriers:
            jours = self.fermetures[organisme_id]
            self._calendriers[organisme_id] = Calendrier(f"organisme-{organisme_id}", frozenset(jours), jours)
        return self._calendriers[organisme_id]

    def version(self, territoire_id: int, besoin: str, etat: str, jour: dt.date) -> tuple[dt.date, int] | None:
        """Return the (effect date, working days) a supervisor had set for a state on a day; None when none had."""
        connues = self.versions.get((territoire_id, besoin, etat), [])
        return max((v for v in connues if v[0] <= jour), default=None)

    def compter(self, objet: Echeancable) -> Compte:
        """Return all the deadline of a démarche or a step depends on; the delay is that in force when its state began."""
        demarche = objet.demarche
        delai = None if objet.est_finie else objet.delai
        if delai is not None:
            version = self.version(
                demarche.dossier.territoire_id, objet.cle_delai, objet.etat, jour_de(objet.etat_depuis)
            )
            delai = version[1] if version else delai
        return Compte(
            depart=objet.etat_depuis,
            delai=delai,
            fixee=None if objet.est_finie else objet.echeance_fixee,
            calendrier=self.calendrier(demarche.organisme_id),
            pauses=tuple(self.pauses.get(demarche.pk, ())),
        )

    def echeance(self, objet: Echeancable) -> dt.date | None:
        """Return the deadline of a démarche or a step."""
        return self.compter(objet).terme

    def en_pause(self, demarche_id: int, jour: dt.date) -> bool:
        """Tell whether a démarche's clock stands still on a day."""
        return any(pause.couvre(jour) for pause in self.pauses.get(demarche_id, ()))
