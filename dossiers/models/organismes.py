"""The organisations and the people who work the line."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from dossiers.models.historique import historique
from dossiers.models.territoires import Territoire
from dossiers.regles import droits
from dossiers.regles.droits import Niveau, Section


class Organisme(models.Model):
    """A partner of the line: agglomération, département, ARS, CPAM…"""

    class Nature(models.TextChoices):
        AGGLO = droits.Nature.AGGLO.value, "Agglomération"
        DEPARTEMENT = droits.Nature.DEPARTEMENT.value, "Département"
        ARS = droits.Nature.ARS.value, "Agence régionale de santé"
        CPAM = droits.Nature.CPAM.value, "Assurance maladie"

    code = models.SlugField("code", unique=True)
    nature = models.CharField("nature", max_length=12, choices=Nature)
    nom = models.CharField("nom", max_length=120)
    sigle = models.CharField("nom court", max_length=40)
    territoires = models.ManyToManyField(Territoire, related_name="organismes", verbose_name="territoires servis")
    adresse = models.TextField("adresse postale", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)

    objects = models.Manager["Organisme"]()
    history = historique()

    class Meta:
        verbose_name = "organisme"
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.sigle

    @property
    def est_porteur(self) -> bool:
        """Whether this organisation holds the phone line, hence the household's whole file."""
        return self.nature in droits.PORTEURS

    def lit(self, section: str) -> bool:
        """Whether anybody here may read a section: a démarche nobody could open is not sent to them."""
        return any(droits.niveau(self.nature, role, section) >= Niveau.LIRE for role in droits.Role)


class AgentManager(BaseUserManager["Agent"]):
    """Reads an agent with organisation and territory at once: every right needs them, every page asks for them."""

    def get_queryset(self) -> models.QuerySet["Agent"]:
        return super().get_queryset().select_related("organisme", "territoire")

    def create_user(self, courriel: str, password: str | None = None, **champs: Any) -> "Agent":
        agent = self.model(courriel=self.normalize_email(courriel).lower(), **champs)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(courriel=(username or "").strip().lower())


class Agent(AbstractBaseUser):
    """A person who uses Guichet; letters bear their name, quality and phone (CRPA L111-2)."""

    class Role(models.TextChoices):
        TELECONSEILLER = droits.Role.TELECONSEILLER.value, "Téléconseiller"
        INSTRUCTEUR = droits.Role.INSTRUCTEUR.value, "Instructeur"
        SUPERVISEUR = droits.Role.SUPERVISEUR.value, "Superviseur"
        ADMINISTRATEUR = droits.Role.ADMINISTRATEUR.value, "Administrateur"
        DPO = droits.Role.DPO.value, "Délégué à la protection des données"

    class Theme(models.TextChoices):
        AUTO = "auto", "comme mon poste"
        CLAIR = "clair", "clair"
        SOMBRE = "sombre", "sombre"

    courriel = models.EmailField("courriel professionnel", unique=True)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    qualite = models.CharField("qualité, pour les courriers", max_length=120)
    telephone = models.CharField("téléphone direct", max_length=20, blank=True)
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="agents", verbose_name="organisme")
    territoire = models.ForeignKey(
        Territoire, models.PROTECT, related_name="agents", verbose_name="territoire de travail"
    )
    role = models.CharField("rôle", max_length=16, choices=Role)
    is_active = models.BooleanField("compte actif", default=True)
    theme = models.CharField("apparence", max_length=6, choices=Theme, default=Theme.AUTO)
    raccourcis = models.BooleanField("raccourcis clavier", default=True)
    listes = models.JSONField("listes", default=dict, blank=True, editable=False)
    """By list, the columns this agent chose and the view it opens with: read with the agent, no query on any page."""
    acces = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    """Keys of the confidential files opened to this agent by name: derived by `actions.acces.recalculer`.

    Read with the agent, so that what is nearly always empty costs no query on any page.
    """

    objects: ClassVar[AgentManager] = AgentManager()
    history = historique(excluded_fields=["password", "last_login", "acces"])

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["prenom", "nom"]

    class Meta:
        verbose_name = "agent"
        ordering = ("nom", "prenom")

    def __str__(self) -> str:
        return self.get_full_name()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep a history row of what an agent is, not of each login nor of a password hashed anew."""
        silencieux = bool(kwargs.get("update_fields")) and set(kwargs["update_fields"]) <= {"password", "last_login"}
        if silencieux:
            self.skip_history_when_saving = True
        try:
            super().save(*args, **kwargs)
        finally:
            if silencieux:
                del self.skip_history_when_saving

    def get_full_name(self) -> str:
        return f"{self.prenom} {self.nom}"

    def get_short_name(self) -> str:
        return self.prenom

    @cached_property
    def droits(self) -> Mapping[Section, Niveau]:
        """The sections open to this agent, from the matrix of `regles/droits.py`."""
        return droits.droits_de(self.organisme.nature, self.role)

    def peut(self, section: str, au_moins: Niveau) -> bool:
        """Tell whether this agent reaches a level in a section."""
        return self.droits.get(Section(section), Niveau.RIEN) >= au_moins

    def peut_lire(self, section: str) -> bool:
        return self.peut(section, Niveau.LIRE)

    def peut_ecrire(self, section: str) -> bool:
        return self.peut(section, Niveau.ECRIRE)

    def peut_porter(self, section: str) -> bool:
        """Tell whether this agent may be in charge of a démarche of this section.

        At the line, who moves it; at a partner, who reads it: the ARS follows formalités it never writes (domaine.md §5).
        """
        return self.peut_ecrire(section) if self.organisme.est_porteur else self.peut_lire(section)

    @cached_property
    def sections_lues(self) -> frozenset[str]:
        """The sections whose content this agent may read."""
        return frozenset(str(s) for s, n in self.droits.items() if n >= Niveau.LIRE)

    @cached_property
    def sections_vues(self) -> frozenset[str]:
        """The sections whose state at least this agent may see."""
        return frozenset(str(s) for s, n in self.droits.items() if n >= Niveau.ETAT)
