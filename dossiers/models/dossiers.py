"""The household's project: who takes part, where it stands, and its own life."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import RETURN_VALUE

from dossiers.erreurs import Refus
from dossiers.models.historique import historique
from dossiers.models.machine import Attend, Machine, Motif, champ_etat, geste
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.personnes import Personne
from dossiers.models.territoires import Commune, Territoire
from dossiers.regles.droits import PORTEURS, Section

if TYPE_CHECKING:
    from dossiers.models.demarches import Demarche


class DossierQuerySet(models.QuerySet["Dossier"]):
    """The one door to read dossiers."""

    def visibles_par(self, agent: Agent) -> Self:
        """Keep what this agent may know of: the whole territory for the line's holder, its own cases for a partner.

        A file under reinforced confidentiality is seen by its référent and the direction alone (domaine.md §5), and by
        whom either of them let in by name.
        """
        visibles = self.filter(territoire_id=agent.territoire_id)
        if not agent.peut_lire(Section.IDENTITE):
            return visibles.none()
        if not agent.organisme.est_porteur:
            visibles = visibles.filter(intervenants__contains=[agent.organisme_id])
        if not agent.peut_lire(Section.CONFIDENTIEL):
            admis = Q(confidentiel=False) | Q(referent_id=agent.pk)
            visibles = visibles.filter(admis | Q(pk__in=agent.acces) if agent.acces else admis)
        return visibles

    def ouverts(self) -> Self:
        """Keep the files that still live."""
        return self.filter(ouvert=True)


class Dossier(Machine):
    """One household's project: one or two doctors, a spouse, children, a référent and a pilot organisation."""

    class Etat(models.TextChoices):
        NOUVEAU = "nouveau", "Nouveau"
        QUALIFIE = "qualifie", "Qualifié"
        EN_ACCOMPAGNEMENT = "en_accompagnement", "En accompagnement"
        SUSPENDU = "suspendu", "Suspendu"
        INSTALLE = "installe", "Installé"
        SUIVI = "suivi", "Suivi"
        CLOS = "clos", "Clos"
        ROUVERT = "rouvert", "Rouvert"
        FUSIONNE = "fusionne", "Fusionné"

    section = Section.IDENTITE
    DATES_DE_FAITS = frozenset({"installe_le"})
    FINAUX = frozenset({Etat.CLOS.value, Etat.FUSIONNE.value})
    VIVANTS = (Etat.NOUVEAU, Etat.QUALIFIE, Etat.EN_ACCOMPAGNEMENT, Etat.ROUVERT)

    class MotifCloture(models.TextChoices):
        INSTALLE = "installe", "installation réussie et suivie"
        HORS_PERIMETRE = "hors_perimetre", "hors périmètre du guichet"
        AUTRE_TERRITOIRE = Motif.AUTRE_TERRITOIRE.value, Motif.AUTRE_TERRITOIRE.label
        FAMILLE = Motif.FAMILLE.value, Motif.FAMILLE.label
        EMPLOI_CONJOINT = Motif.EMPLOI_CONJOINT.value, Motif.EMPLOI_CONJOINT.label
        LOGEMENT = Motif.LOGEMENT.value, Motif.LOGEMENT.label
        DELAI = Motif.DELAI.value, Motif.DELAI.label
        FINANCE = Motif.FINANCE.value, Motif.FINANCE.label
        REFUS_ORDRE = Motif.REFUS_ORDRE.value, Motif.REFUS_ORDRE.label
        SANTE_NON_SAISIE = Motif.SANTE_NON_SAISIE.value, Motif.SANTE_NON_SAISIE.label
        SANS_NOUVELLES = Motif.SANS_NOUVELLES.value, Motif.SANS_NOUVELLES.label
        ERREUR = Motif.ERREUR.value, Motif.ERREUR.label

    class MotifLevee(models.TextChoices):
        SANS_REPONSE = "sans_reponse", "le partenaire ne répond pas malgré les relances"
        AUTRE_VOIE = "autre_voie", "sa réponse est venue autrement"
        PLUS_UTILE = "plus_utile", "sa réponse ne changerait plus rien"
        FOYER = "foyer", "le foyer ne souhaite pas attendre"

    class MotifDouble(models.TextChoices):
        HOMONYME = "homonyme", "un homonyme, pas la même personne"
        AUTRE_FOYER = "autre_foyer", "le même numéro, mais un autre foyer"
        SEPARATION = "separation", "le foyer s’est séparé, chacun a son projet"
        AUTRE_PROJET = "autre_projet", "un autre projet, à mener à part"
        INCERTAIN = "incertain", "identité à confirmer, fusion possible ensuite"

    class Urgence(models.TextChoices):
        CRITIQUE = "critique", "critique"
        HAUTE = "haute", "haute"
        NORMALE = "normale", "normale"
        BASSE = "basse", "basse"

    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="dossiers")
    numero = models.CharField("numéro", max_length=16, unique=True)
    etat = champ_etat(Etat.NOUVEAU)
    etat_depuis = models.DateTimeField("à cet état depuis", default=timezone.now)
    etat_avant = models.CharField("état avant la fusion", max_length=40, blank=True, editable=False)
    absorbe_par = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbes", verbose_name="fusionné dans"
    )
    """The file that took this one in; always the last of a chain of mergers, so that one step finds it."""
    ouvert = models.GeneratedField(
        expression=models.ExpressionWrapper(~Q(etat__in=["clos", "fusionne"]), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name="ouvert",
    )
    referent = models.ForeignKey(
        Agent, models.SET_NULL, null=True, blank=True, related_name="dossiers_suivis", verbose_name="référent"
    )
    pilote = models.ForeignKey(
        Organisme, models.PROTECT, related_name="dossiers_pilotes", verbose_name="organisme pilote"
    )
    communes = models.ManyToManyField(Commune, blank=True, related_name="dossiers", verbose_name="communes visées")
    echeance = models.DateField("arrivée souhaitée", null=True, blank=True)
    urgence = models.CharField("urgence", max_length=8, choices=Urgence, default=Urgence.NORMALE)
    intervenants = ArrayField(
        models.BigIntegerField(), verbose_name="organismes à l’œuvre", default=list, blank=True, editable=False
    )
    """Keys of the organisations at work on the file, hence allowed to see their part of it.

    A column and not a table: every list, count and search of a partner starts by this question.
    """
    confidentiel = models.BooleanField("confidentialité renforcée", default=False)
    reveil_le = models.DateField("date de réveil", null=True, blank=True)
    installe_le = models.DateField("premier jour d’exercice", null=True, blank=True)
    lieu_installation = models.CharField("lieu d’exercice", max_length=120, blank=True)
    motif_cloture = models.CharField("motif de clôture", max_length=30, choices=MotifCloture, blank=True)
    motif_levee = models.CharField(
        "clore sans attendre les partenaires parce que", max_length=20, choices=MotifLevee, blank=True
    )
    cree_le = models.DateTimeField("ouvert le", default=timezone.now, editable=False)
    mouvement_le = models.DateTimeField("dernier mouvement", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    etat_a_rendre = ""
    """The state an undone closing gives back; not a column."""

    objects = DossierQuerySet.as_manager()
    history = historique(excluded_fields=["version", "mouvement_le", "ouvert", "intervenants"])

    class Meta:
        verbose_name = "dossier"
        indexes = [
            models.Index(fields=["territoire", "-mouvement_le", "-id"], name="dossier_mouvement"),
            # the list shows open files: among the latest moved, many have just been closed
            models.Index(
                fields=["territoire", "-mouvement_le", "-id"],
                condition=Q(ouvert=True),
                name="dossier_ouverts_mouvement",
            ),
            models.Index(fields=["territoire", "-cree_le", "-id"], name="dossier_creation"),
            # the board counts from this index alone, rights included
            models.Index(
                fields=["territoire", "etat"],
                include=["id", "intervenants", "confidentiel", "referent"],
                condition=Q(ouvert=True),
                name="dossier_ouverts_par_etat",
            ),
            models.Index(fields=["territoire"], condition=Q(ouvert=True, referent=None), name="dossier_sans_referent"),
            # a pause ends on its date: those due are few, and read on every day's page
            models.Index(fields=["territoire", "reveil_le"], condition=Q(etat="suspendu"), name="dossier_reveils"),
            # a partner called to few files finds them without reading the territory's
            GinIndex(fields=["intervenants"], condition=Q(ouvert=True), name="dossier_intervenants"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat="clos") | ~Q(motif_cloture=""),
                name="dossier_clos_motive",
                violation_error_message="Un dossier clos porte le motif de sa clôture.",
            ),
            models.CheckConstraint(
                condition=~Q(etat="suspendu") | Q(reveil_le__isnull=False),
                name="dossier_suspendu_date",
                violation_error_message="Un dossier suspendu porte une date de réveil.",
            ),
            models.CheckConstraint(
                condition=Q(etat="fusionne", absorbe_par__isnull=False)
                | (~Q(etat="fusionne") & Q(absorbe_par__isnull=True)),
                name="dossier_fusionne_dans",
                violation_error_message="Un dossier fusionné nomme celui qui l’a pris, et lui seul.",
            ),
        ]

    def __str__(self) -> str:
        return self.numero

    @property
    def dossier(self) -> "Dossier":
        """Itself: every machine the executor moves answers to `.dossier`."""
        return self

    @property
    def dossier_id(self) -> int:
        return self.pk

    def est_a_reveiller(self, aujourdhui: dt.date) -> bool:
        """Whether its pause is over: read from the date, no task needs to pass."""
        return self.etat == self.Etat.SUSPENDU and self.reveil_le is not None and self.reveil_le <= aujourdhui

    # -- conditions ------------------------------------------------------------------------------------------------

    def _referent_nomme(self) -> str | None:
        return None if self.referent_id else "Nommez d’abord le référent du dossier."

    def _un_besoin_ouvert(self) -> str | None:
        return None if self.demarches.exists() else "Ouvrez d’abord au moins un besoin."

    def _plus_rien_en_cours(self) -> str | None:
        restantes: list[Demarche] = [d for d in self.demarches.all() if not d.est_finie]
        if not restantes:
            return None
        noms = ", ".join(sorted({d.nom_besoin.lower() for d in restantes}))
        return f"Terminez ou déclarez sans objet ce qui reste ouvert : {noms}."

    def _positions_a_decider(self) -> list[str]:
        """Return who is still waited for, and on what: « CPAM du Gard (formalités) »."""
        restantes = self.positions.a_decider().select_related("organisme")
        return [f"{p.organisme} ({p.nom_besoin.lower()})" for p in restantes]

    def est_a_demander(self, champ: str) -> bool:
        """To close without the partners asks why only when one of them is still waited for."""
        return champ != "motif_levee" or bool(self._positions_a_decider())

    def _reouvrable(self) -> str | None:
        """`domaine.md` §2.1: a file reopens within 24 months, later a new linked file is made."""
        if timezone.now() - self.etat_depuis < dt.timedelta(days=730):
            return None
        return "Clos depuis plus de 24 mois : ouvrez un nouveau dossier."

    # -- gestures --------------------------------------------------------------------------------------------------

    @geste("Qualifier", de=[Etat.NOUVEAU, Etat.ROUVERT], vers=Etat.QUALIFIE, par=PORTEURS, si=[_referent_nomme])
    def qualifier(self) -> None:
        """L’entretien de cadrage a eu lieu : profil, calendrier et besoins sont connus."""

    @geste("Accompagner", de=Etat.QUALIFIE, vers=Etat.EN_ACCOMPAGNEMENT, par=PORTEURS, si=[_un_besoin_ouvert])
    def accompagner(self) -> None:
        """Le travail commence sur au moins un besoin."""

    @geste(
        "Constater l’installation",
        de=Etat.EN_ACCOMPAGNEMENT,
        vers=Etat.INSTALLE,
        par=PORTEURS,
        champs=["installe_le", "lieu_installation"],
    )
    def installer(self) -> None:
        """Le premier jour d’exercice est constaté."""

    @geste("Passer en suivi", de=Etat.INSTALLE, vers=Etat.SUIVI, par=PORTEURS)
    def suivre(self) -> None:
        """Le point des trois mois est fait ; le prochain est à douze mois."""

    @geste(
        "Suspendre",
        de=VIVANTS,
        vers=Etat.SUSPENDU,
        par=PORTEURS,
        champs=["reveil_le"],
        motifs=Motif,
        secondaire=True,
    )
    def suspendre(self) -> None:
        """Le projet est reporté ; le dossier se réveille à la date choisie."""

    @geste("Reprendre", de=Etat.SUSPENDU, vers=Etat.QUALIFIE, par=PORTEURS)
    def reprendre(self) -> None:
        """Le projet repart."""
        self.reveil_le = None

    @geste(
        "Clore",
        de=[*VIVANTS, Etat.SUSPENDU, Etat.INSTALLE, Etat.SUIVI],
        vers=Etat.CLOS,
        par=PORTEURS,
        si=[_plus_rien_en_cours],
        champs=["motif_cloture"],
        facultatifs=["motif_levee"],
        courrier="C13",
        attend=Attend.PERSONNE,
        secondaire=[*VIVANTS, Etat.SUSPENDU, Etat.INSTALLE],
    )
    def clore(self) -> None:
        """Le dossier se ferme avec son motif ; le courrier de clôture part au candidat."""
        attendus = self._positions_a_decider()
        if attendus and not self.motif_levee:
            raise Refus(position_attendue(attendus), "motif_levee")
        if not attendus:
            self.motif_levee = ""
        self.reveil_le = None

    # performed by `actions.annulations`, seconds after the closing: neither a button nor an address

    @geste(
        "Annuler la clôture",
        de=Etat.CLOS,
        vers=RETURN_VALUE(*VIVANTS, Etat.SUSPENDU, Etat.INSTALLE, Etat.SUIVI),
        par=PORTEURS,
        facultatifs=["reveil_le"],
        interne=True,
    )
    def annuler_cloture(self) -> str:
        """Le dossier vient d’être clos par erreur : il retrouve son étape."""
        self.motif_cloture, self.motif_levee = "", ""
        return self.etat_a_rendre

    @geste("Rouvrir", de=Etat.CLOS, vers=Etat.ROUVERT, par=PORTEURS, si=[_reouvrable])
    def rouvrir(self) -> None:
        """Le foyer rappelle : tout l’historique est conservé."""
        self.motif_cloture, self.motif_levee = "", ""

    # performed by `actions.fusions`, which knows the other file: neither a button nor an address

    @geste(
        "Fusionner dans un autre dossier",
        de=[*VIVANTS, Etat.SUSPENDU, Etat.INSTALLE, Etat.SUIVI, Etat.CLOS],
        vers=Etat.FUSIONNE,
        par=PORTEURS,
        champs=["absorbe_par"],
        attend=Attend.PERSONNE,
        interne=True,
    )
    def fusionner(self) -> None:
        """Le foyer avait un autre dossier : tout y passe, celui-ci n’en garde que le numéro."""
        self.etat_avant = self.etat

    @geste(
        "Défaire la fusion",
        de=Etat.FUSIONNE,
        vers=RETURN_VALUE(*VIVANTS, Etat.SUSPENDU, Etat.INSTALLE, Etat.SUIVI, Etat.CLOS),
        par=PORTEURS,
        interne=True,
    )
    def defaire_fusion(self) -> str:
        """Ce n’était pas le même foyer : le dossier retrouve tout et son état d’avant."""
        dernier_etat: str = self.etat_avant
        self.etat_avant, self.absorbe_par = "", None
        return dernier_etat


def position_attendue(attendus: list[str]) -> str:
    """Return the sentence that keeps a file open while partners are waited for."""
    return f"Position attendue de : {', '.join(attendus)}. Attendez-la, ou dites pourquoi vous passez outre."


class Participant(models.Model):
    """A person's part in a household's project."""

    class Role(models.TextChoices):
        MEDECIN = "medecin", "médecin"
        SECOND_MEDECIN = "second_medecin", "second médecin"
        CONJOINT = "conjoint", "conjoint"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="participants")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="participations")
    role = models.CharField("rôle", max_length=16, choices=Role)

    objects = models.Manager["Participant"]()
    history = historique()

    class Meta:
        verbose_name = "participant"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "personne"],
                name="une_personne_une_fois_par_dossier",
                violation_error_message="Cette personne est déjà dans le dossier.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.personne}, {self.get_role_display()}"

    @property
    def section(self) -> Section:
        """The section of the rights matrix this person's identity belongs to."""
        return self.section_de(self.role)

    @classmethod
    def section_de(cls, role: str) -> Section:
        """Return the section of the rights matrix a part of the household belongs to."""
        return Section.CONJOINT if role == cls.Role.CONJOINT else Section.IDENTITE

    @classmethod
    def roles_lus(cls, agent: Agent) -> list[str]:
        """Return the parts of a household whose names this agent may read."""
        return [r for r in cls.Role.values if agent.peut_lire(cls.section_de(r))]
