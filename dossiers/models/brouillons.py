"""What is being typed and not yet saved, and who looks at a dossier at this moment: rows that live minutes or days."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from dossiers.models.dossiers import Dossier
from dossiers.models.organismes import Agent
from dossiers.models.technique import Operation

SUJETS = {
    "appels.nouveau": "Un appel",
    "appels.ressaisie": "Un appel sur papier",
    "passations.nouvelle": "Une passation",
    "dossiers.note": "Une note",
    "dossiers.promesse": "Une promesse",
    "dossiers.personne": "Une fiche de personne",
    "dossiers.personne_nouvelle": "Une fiche de personne",
}
VIE = dt.timedelta(days=7)
"""How long a draft waits for its author: a long week-end and a day of illness."""
REPENTIR = dt.timedelta(minutes=10)
"""How long an abandoned draft can still be taken back."""


class BrouillonQuerySet(models.QuerySet["Brouillon"]):
    """Reads drafts: nobody but their author ever does."""

    def a_finir(self, agent: Agent, maintenant: dt.datetime) -> Self:
        """Keep the agent's drafts that no saved form has made useless, abandoned ones while they can be taken back."""
        deja = Operation.objects.filter(cle=OuterRef("cle"))
        recents = Q(abandonne_le=None) | Q(abandonne_le__gt=maintenant - REPENTIR)
        miens = self.filter(recents, ~Exists(deja), agent=agent, enregistre_le__gt=maintenant - VIE)
        return miens.order_by("-enregistre_le")


class Brouillon(models.Model):
    """A form as last typed, under the key it will be saved with: saving it deletes this row in the same transaction."""

    cle = models.UUIDField(primary_key=True)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    chemin = models.CharField(max_length=200)
    """The address the form is sent to: numbers of rows and codes, never what is typed."""
    ecran = models.CharField(max_length=60)
    champs = models.JSONField()
    """What was typed, as the browser sends it: name → list of values, the version it was shown with included."""
    onglet = models.UUIDField()
    rang = models.PositiveIntegerField()
    """Which tab wrote last, and its own count: a late sending never covers a newer one."""
    commence_le = models.DateTimeField()
    enregistre_le = models.DateTimeField(db_index=True)
    abandonne_le = models.DateTimeField(null=True, blank=True)

    objects = BrouillonQuerySet.as_manager()

    class Meta:
        verbose_name = "saisie à finir"
        indexes = [models.Index(fields=["agent", "chemin"], name="brouillon_de_page")]

    def __str__(self) -> str:
        return str(self.cle)

    @property
    def sujet(self) -> str:
        return SUJETS.get(self.ecran, "Une saisie")

    @property
    def accord(self) -> str:
        """The ending that agrees with `sujet`."""
        return "e" if self.sujet.startswith("Une") else ""

    @property
    def textes(self) -> list[str]:
        """What was typed, to be read when its form can no longer be opened."""
        valeurs = [v.strip() for nom, lues in self.champs.items() if nom != "version" for v in lues]
        return [v for v in valeurs if v and v != "on"]

    @property
    def marque(self) -> str:
        """What the next writer must have seen."""
        return f"{self.onglet}:{self.rang}"

    @property
    def apercu(self) -> str:
        """Enough to recognise it: a name and a number, else the first words."""
        dit = [self._champ(nom) for nom in ("prenom", "nom", "numero")]
        return " ".join(filter(None, dit)) or next(filter(None, map(self._champ, ("texte", "quoi", "raison"))), "")[:80]

    def _champ(self, nom: str) -> str:
        valeurs = self.champs.get(nom) or [""]
        return str(valeurs[0]).strip()


class Presence(models.Model):
    """An agent has a dossier's page open; the table is not logged by PostgreSQL: a crash may empty it."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    vu_le = models.DateTimeField(db_index=True)
    ecrit_le = models.DateTimeField(null=True, blank=True)

    objects = models.Manager["Presence"]()

    class Meta:
        verbose_name = "présence"
        constraints = [models.UniqueConstraint(fields=["dossier", "agent"], name="une_presence_par_agent")]

    def __str__(self) -> str:
        return f"{self.agent_id} sur {self.dossier_id}"
