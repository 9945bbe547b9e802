"""The humans of a household: one row each, with their phones."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from dossiers.models.historique import historique
from dossiers.regles.information import CANAUX
from dossiers.regles.phonetique import cles_phonetiques
from dossiers.regles.telephones import formater_telephone
from dossiers.regles.texte import cle_tri, normaliser


class Personne(models.Model):
    """One human. Never a NIR, health, religion nor opinion (domaine.md §5)."""

    class Civilite(models.TextChoices):
        INCONNUE = "", "non précisée"
        MADAME = "madame", "Madame"
        MONSIEUR = "monsieur", "Monsieur"

    class Statut(models.TextChoices):
        INCONNU = "", "non précisé"
        INTERNE = "interne", "interne"
        DOCTEUR_JUNIOR = "docteur_junior", "docteur junior"
        REMPLACANT_LICENCE = "remplacant_licence", "remplaçant non thésé"
        REMPLACANT_THESE = "remplacant_these", "remplaçant thésé"
        COLLABORATEUR = "collaborateur", "collaborateur"
        PRIMO_INSTALLATION = "primo_installation", "première installation"
        INSTALLE = "installe_autre_departement", "installé ailleurs"
        SALARIE = "salarie", "médecin salarié"
        DIPLOME_UE = "diplome_ue", "diplôme de l’Union européenne"
        PADHUE = "padhue_pcc", "diplôme hors Union européenne"
        NON_MEDECIN = "non_medecin", "n’est pas médecin"

    civilite = models.CharField("civilité", max_length=8, choices=Civilite, blank=True)
    nom = models.CharField("nom de famille", max_length=80, blank=True)
    nom_usage = models.CharField("nom d’usage", max_length=80, blank=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    cle_nom = models.CharField(max_length=250, editable=False, default="", blank=True)
    cles = ArrayField(models.CharField(max_length=250), editable=False, default=list, blank=True)
    """How the names sound, and what is left of them once a sound is dropped (`regles/phonetique.py`)."""
    statut = models.CharField("statut", max_length=30, choices=Statut, blank=True)
    these_soutenue = models.BooleanField("thèse soutenue", default=False)
    rpps = models.CharField("numéro RPPS", max_length=11, blank=True)
    metier = models.CharField("métier", max_length=120, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    adresse = models.TextField("adresse postale", blank=True)
    ne_pas_rappeler = models.BooleanField("ne souhaite pas être rappelé", default=False)
    information_le = models.DateField("information « données personnelles » donnée le", null=True, blank=True)
    information_version = models.CharField("version de l’information donnée", max_length=20, blank=True, default="")
    information_canal = models.CharField("canal de l’information donnée", max_length=12, blank=True, default="")

    objects = models.Manager["Personne"]()
    history = historique(excluded_fields=["cle_nom", "cles"])
    CLES = ("cle_nom", "cles")
    """Derived from the names; whoever saves a name by `update_fields` names them too."""

    class Meta:
        verbose_name = "personne"
        indexes = [
            GinIndex(fields=["cle_nom"], opclasses=["gin_trgm_ops"], name="personne_cle_nom_trgm"),
            models.Index(models.functions.Lower("courriel"), name="personne_courriel"),
            models.Index(fields=["rpps"], condition=~models.Q(rpps=""), name="personne_rpps_connu"),
            GinIndex(fields=["cles"], name="personne_cles"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rpps="") | models.Q(rpps__regex=r"^\d{11}$"),
                name="personne_rpps",
                violation_error_message="Le numéro RPPS compte onze chiffres.",
            )
        ]

    def __str__(self) -> str:
        return nommer(self.prenom, self.nom, these_soutenue=self.these_soutenue)

    def save(self, *args: object, **kwargs: object) -> None:
        self.calculer_cle()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def calculer_cle(self) -> None:
        """Set the keys names are compared by; bulk writers call it themselves."""
        self.cle_nom = normaliser(f"{self.nom} {self.nom_usage} {self.prenom}")
        self.cles = cles_phonetiques(self.nom, self.nom_usage, self.prenom)

    @property
    def cle_tri(self) -> str:
        return cle_tri(f"{self.nom} {self.prenom}")

    @property
    def information_precision(self) -> str:
        """How the information on their data was given: « par téléphone, version 2026-11 »; empty when not recorded."""
        version = f"version {self.information_version}" if self.information_version else ""
        return ", ".join(filter(None, (CANAUX.get(self.information_canal, ""), version)))

    @property
    def nom_complet(self) -> str:
        """« Claire Delmas », with « Dr » only once the thesis is held (domaine.md §7)."""
        return nommer(self.prenom, self.nom, these_soutenue=self.these_soutenue, sans_nom="")


def nommer(prenom: str, nom: str, *, these_soutenue: bool, sans_nom: str = "Personne sans nom") -> str:
    """Return a person's name as screens say it, also where only these columns were read."""
    titre = "Dr " if these_soutenue else ""
    return (titre + f"{prenom} {nom}".strip()).strip() or sans_nom


class Telephone(models.Model):
    """A number as it was typed and as it dials; a couple on one number is normal."""

    personne = models.ForeignKey(Personne, models.CASCADE, related_name="telephones")
    brut = models.CharField("numéro tel que saisi", max_length=40)
    e164 = models.CharField("numéro", max_length=20, blank=True, db_index=True)

    objects = models.Manager["Telephone"]()
    history = historique()

    class Meta:
        verbose_name = "téléphone"
        constraints = [
            models.UniqueConstraint(
                fields=["personne", "e164"],
                condition=~models.Q(e164=""),
                name="un_numero_une_fois_par_personne",
                violation_error_message="Ce numéro est déjà noté pour cette personne.",
            )
        ]

    def __str__(self) -> str:
        return formater_telephone(self.e164) if self.e164 else self.brut
