"""A file brought in from elsewhere, and its lines: what each says, what it will become, what it became."""

import datetime as dt
import uuid
from typing import Self

from django.db import models
from django.utils import timezone

from dossiers.models.appels import Appel
from dossiers.models.dossiers import Dossier
from dossiers.models.historique import historique
from dossiers.models.organismes import Agent, Organisme
from dossiers.models.territoires import Territoire
from dossiers.regles.droits import Section
from dossiers.regles.imports.champs import CHAMPS

GARDE = dt.timedelta(days=30)
"""How long the lines of an import that is over stay readable; its calls and dossiers are elsewhere by then."""
ABANDON = dt.timedelta(days=90)
"""After so long without a move, an import nobody finishes is over too."""
REUNIS = {
    "nom": "qui",
    "prenom": "qui",
    "conjoint_nom": "conjoint",
    "conjoint_prenom": "conjoint",
    "role": "qui",
    "heure": "date",
}
"""The field whose column holds another one too."""


class ImportQuerySet(models.QuerySet["Import"]):
    """Reads imports: their author's, and those of their organisation for whoever supervises it."""

    def visibles_par(self, agent: Agent) -> Self:
        if not agent.peut_ecrire(Section.IMPORT):
            return self.none()
        siens = self.filter(organisme_id=agent.organisme_id, territoire_id=agent.territoire_id)
        # likenesses are looked for with the author's eyes: only who sees as much may read them
        return siens if agent.peut_lire(Section.CONFIDENTIEL) else siens.filter(agent=agent)


class Import(models.Model):
    """One file of calls, voicemails and mails, from its upload to its last line."""

    class Genre(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "classeur"
        JSON = "json", "JSON"

    class Phase(models.TextChoices):
        A_RELIER = "a_relier", "Colonnes à relier"
        LECTURE = "lecture", "Lecture en cours"
        A_VERIFIER = "a_verifier", "À vérifier"
        EN_COURS = "en_cours", "Import en cours"
        INTERROMPU = "interrompu", "Interrompu"
        TERMINE = "termine", "Terminé"
        ANNULE = "annule", "Annulé"

    AU_TRAVAIL = (Phase.LECTURE, Phase.EN_COURS)
    FINIES = (Phase.TERMINE, Phase.ANNULE)

    section = Section.IMPORT

    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="imports")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="imports")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="imports", verbose_name="apporté par")
    lance_par = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lancé par"
    )
    """Who has the lines written, and signs them."""
    cle = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    """What the key of each line's call derives from: a line makes one call, however often it is run."""
    nom = models.CharField("nom du fichier", max_length=120)
    genre = models.CharField("format", max_length=4, choices=Genre)
    sha256 = models.CharField("empreinte", max_length=64, db_index=True)
    taille = models.PositiveIntegerField("taille")
    feuilles = models.JSONField("feuilles", default=list)
    feuille = models.CharField("feuille", max_length=120, blank=True)
    entetes = models.JSONField("titres des colonnes", default=list)
    colonnes = models.JSONField("champ de chaque colonne", default=list)
    lire_texte = models.BooleanField("lire aussi le texte libre", default=True)
    phase = models.CharField("phase", max_length=10, choices=Phase, default=Phase.A_RELIER)
    depose_le = models.DateTimeField("déposé le", default=timezone.now)
    bouge_le = models.DateTimeField("dernier mouvement", default=timezone.now, db_index=True)
    """Also the worker's sign of life: an import at work that stays still is taken up again."""
    vide_le = models.DateTimeField("lignes effacées le", null=True, blank=True)
    bilan = models.JSONField("nombre de lignes par sort", default=dict)
    """Filled when the lines are wiped: until then they are counted."""

    objects = ImportQuerySet.as_manager()
    history = historique(excluded_fields=["bouge_le"])

    class Meta:
        verbose_name = "import"
        ordering = ("-depose_le", "-id")

    def __str__(self) -> str:
        return f"Import n° {self.pk}"

    @property
    def au_travail(self) -> bool:
        return self.phase in self.AU_TRAVAIL

    @property
    def est_fini(self) -> bool:
        return self.phase in self.FINIES

    @property
    def relie(self) -> bool:
        """Whether it is said what the columns become."""
        return any(self.colonnes)

    @property
    def titre_feuille(self) -> str:
        """How the sheet of lines to correct is called: it says which import it belongs to."""
        return f"Import {self.pk}"

    def colonnes_de(self, champ: str) -> list[int]:
        return [rang for rang, code in enumerate(self.colonnes) if code == champ]

    def titre_du_champ(self, champ: str) -> str:
        """Return the title of the column a field comes from, else the field's own name."""
        rangs = self.colonnes_de(champ) or self.colonnes_de(REUNIS.get(champ, ""))
        return self.entetes[rangs[0]] if rangs else CHAMPS[champ].libelle if champ in CHAMPS else ""


class FichierImport(models.Model):
    """The bytes of the file, while its sheet may still be chosen."""

    importation = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="fichier")
    octets = models.BinaryField()

    objects = models.Manager["FichierImport"]()

    class Meta:
        verbose_name = "fichier d’import"

    def __str__(self) -> str:
        return str(self.importation_id)


class LigneImport(models.Model):
    """One line of the file."""

    class Sort(models.TextChoices):
        A_LIRE = "a_lire", "À lire"
        VALIDE = "valide", "À importer"
        A_CORRIGER = "a_corriger", "À corriger"
        DOUBLON = "doublon", "Déjà connu ?"
        IMPORTEE = "importee", "Importée"
        ECARTEE = "ecartee", "Laissée de côté"

    class Decision(models.TextChoices):
        AUCUNE = "", "à décider"
        OUVRIR = "ouvrir", "Ouvrir un dossier"
        REJOINDRE = "rejoindre", "Rejoindre un dossier"
        SUIVRE = "suivre", "Rejoindre le dossier d’une autre ligne"
        SEUL = "seul", "Noter l’appel seul"

    importation = models.ForeignKey(Import, models.CASCADE, related_name="lignes")
    numero = models.PositiveIntegerField("ligne")
    cellules = models.JSONField("cellules")
    sort = models.CharField("sort", max_length=10, choices=Sort, default=Sort.A_LIRE)
    saisie = models.JSONField("appel lu", default=dict)
    """The call's form as it will be sent: field → values; what the form has no field for under « _ »."""
    erreurs = models.JSONField("à corriger", default=list)
    """Pairs (field, sentence)."""
    avis = models.JSONField("à relire", default=list)
    proposes = models.JSONField("champs lus dans le texte", default=list)
    proches = models.JSONField("dossiers proches", default=list)
    """Of each near dossier: its key, its reasons, whether it is very near; read again through `visibles_par` when shown."""
    cache = models.BooleanField("un dossier existe hors du champ", default=False)
    voisine = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    """The earlier line of the same file that names the same person."""
    decision = models.CharField("décision", max_length=10, choices=Decision, blank=True, default=Decision.AUCUNE)
    choisi = models.ForeignKey(Dossier, models.SET_NULL, null=True, blank=True, related_name="+")
    motif_double = models.CharField("pourquoi un dossier de plus", max_length=20, blank=True)
    appel = models.ForeignKey(Appel, models.SET_NULL, null=True, blank=True, related_name="+")
    dossier = models.ForeignKey(Dossier, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = models.Manager["LigneImport"]()

    class Meta:
        verbose_name = "ligne d’import"
        ordering = ("numero",)
        constraints = [
            models.UniqueConstraint(fields=["importation", "numero"], name="une_ligne_par_numero"),
        ]
        indexes = [models.Index(fields=["importation", "sort", "numero"], name="ligne_import_sort")]

    def __str__(self) -> str:
        return f"{self.importation_id}:{self.numero}"

    @property
    def cle(self) -> uuid.UUID:
        """The key its call is written with: once."""
        return uuid.uuid5(self.importation.cle, f"ligne-{self.numero}")
