"""Scolarisation: one démarche a child (domaine.md §2.5)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from dossiers.models import Attend, Demarche, geste
from dossiers.regles.droits import PORTEURS, Section


class MotifDerogation(models.TextChoices):
    PLACES = "places", "plus de place"
    SECTEUR = "secteur", "motif non retenu par l’autorité"
    HORS_DELAI = "hors_delai", "demande hors délai"


class Scolarisation(Demarche):
    """A child's school or day-care; neither health nor handicap is ever written here."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "Exprimé"
        BESOIN_QUALIFIE = "besoin_qualifie", "Besoin qualifié"
        SECTEUR_IDENTIFIE = "secteur_identifie", "Secteur identifié"
        DEROGATION_DEMANDEE = "derogation_demandee", "Dérogation demandée"
        DEROGATION_ACCORDEE = "derogation_accordee", "Dérogation accordée"
        DEROGATION_REFUSEE = "derogation_refusee", "Dérogation refusée"
        DOSSIER_DEPOSE = "dossier_depose", "Dossier déposé"
        LISTE_ATTENTE = "liste_attente", "Liste d’attente"
        RELAIS = "relais", "En relais"
        AFFECTE = "affecte", "Affecté"
        INSCRIT = "inscrit", "Inscrit"
        RENTRE = "rentre", "Rentré"
        CLOS = "clos", "Terminé"
        ABANDONNEE = "abandonnee", "Abandonné"
        SANS_OBJET = "sans_objet", "Sans objet"

    class Niveau(models.TextChoices):
        CRECHE = "creche", "crèche"
        ASSISTANTE = "assistante_maternelle", "assistante maternelle"
        MATERNELLE = "maternelle", "maternelle"
        ELEMENTAIRE = "elementaire", "élémentaire"
        COLLEGE = "college", "collège"
        LYCEE = "lycee", "lycée"
        PERISCOLAIRE = "periscolaire", "périscolaire"

    class Secteur(models.TextChoices):
        PUBLIC = "public", "public"
        PRIVE = "prive", "privé"
        INDIFFERENT = "indifferent", "indifférent"

    class RaisonDerogation(models.TextChoices):
        FRATRIE = "fratrie", "frère ou sœur déjà inscrit"
        GARDE = "garde", "mode de garde"
        TRAVAIL = "travail", "obligations professionnelles des parents"
        AUTRE = "autre", "autre raison"

    besoin = "scolarisation"
    libelle_besoin = "Scolarisation"
    section = Section.ENFANTS
    DATES_DE_FAITS = frozenset({"depose_le", "rentree_le"})
    icone = "ecole"
    par_enfant = True
    RESUME = ("arrivee_le", "preference", "etablissement", "contact", "relais", "rentree_le")

    enfant = models.CharField(
        "prénom ou initiale", max_length=40, blank=True, help_text="Facultatif : une initiale suffit."
    )
    annee_naissance = models.PositiveSmallIntegerField(
        "année de naissance", null=True, blank=True, validators=[MinValueValidator(1995), MaxValueValidator(2040)]
    )
    niveau = models.CharField("niveau", max_length=24, choices=Niveau, blank=True)
    arrivee_le = models.DateField("arrivée prévue le", null=True, blank=True)
    preference = models.CharField("public ou privé", max_length=12, choices=Secteur, blank=True)
    etablissement = models.CharField("établissement", max_length=160, blank=True)
    contact = models.CharField("contact sur place", max_length=160, blank=True)
    raison_derogation = models.CharField(
        "raison de la dérogation", max_length=10, choices=RaisonDerogation, blank=True, help_text="Jamais de santé."
    )
    depose_le = models.DateField("dossier déposé le", null=True, blank=True)
    relais = models.CharField("solution de relais", max_length=160, blank=True)
    rentree_le = models.DateField("rentrée le", null=True, blank=True)

    class Meta:
        verbose_name = "scolarisation"

    @property
    def precision(self) -> str:
        """« élémentaire, né(e) en 2018 »: what tells one child's démarche from another's."""
        morceaux = [self.enfant, self.get_niveau_display() if self.niveau else ""]
        if self.annee_naissance:
            morceaux.append(f"né(e) en {self.annee_naissance}")
        return ", ".join(filter(None, morceaux))

    @geste(
        "Qualifier le besoin",
        de=Etat.EXPRIME,
        vers=Etat.BESOIN_QUALIFIE,
        par=PORTEURS,
        champs=["niveau", "annee_naissance", "arrivee_le"],
        facultatifs=["enfant", "preference"],
        attend=Attend.GUICHET,
        delai=3,
    )
    def qualifier(self) -> None:
        """Le parent a dit l’âge, la classe et la date d’arrivée."""

    @geste(
        "Identifier l’établissement",
        de=Etat.BESOIN_QUALIFIE,
        vers=Etat.SECTEUR_IDENTIFIE,
        par=PORTEURS,
        champs=["etablissement"],
        facultatifs=["contact"],
        attend=Attend.CANDIDAT,
        delai=10,
    )
    def identifier_secteur(self) -> None:
        """L’établissement de secteur, ou la crèche, est connu avec son contact."""

    @geste(
        "Dossier déposé",
        de=[Etat.SECTEUR_IDENTIFIE, Etat.DEROGATION_ACCORDEE, Etat.DEROGATION_REFUSEE],
        vers=Etat.DOSSIER_DEPOSE,
        par=PORTEURS,
        champs=["depose_le"],
        attend=Attend.PARTENAIRE,
        delai=10,
    )
    def deposer(self) -> None:
        """Le parent a déposé le dossier en mairie, à l’établissement ou à la commission."""

    @geste(
        "Demander une dérogation",
        de=Etat.SECTEUR_IDENTIFIE,
        vers=Etat.DEROGATION_DEMANDEE,
        par=PORTEURS,
        champs=["etablissement"],
        facultatifs=["raison_derogation"],
        attend=Attend.PARTENAIRE,
        delai=20,
        secondaire=True,
    )
    def demander_derogation(self) -> None:
        """Le parent demande un autre établissement que celui du secteur."""

    @geste(
        "Dérogation accordée",
        de=Etat.DEROGATION_DEMANDEE,
        vers=Etat.DEROGATION_ACCORDEE,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=5,
    )
    def accorder_derogation(self) -> None:
        """Le maire ou le rectorat accorde la dérogation."""

    @geste(
        "Dérogation refusée",
        de=Etat.DEROGATION_DEMANDEE,
        vers=Etat.DEROGATION_REFUSEE,
        par=PORTEURS,
        motifs=MotifDerogation,
        attend=Attend.CANDIDAT,
        delai=5,
        secondaire=True,
    )
    def refuser_derogation(self) -> None:
        """L’établissement de secteur reste ouvert à l’enfant."""

    @geste(
        "Place attribuée",
        de=[Etat.DOSSIER_DEPOSE, Etat.LISTE_ATTENTE, Etat.RELAIS],
        vers=Etat.AFFECTE,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=5,
    )
    def affecter_place(self) -> None:
        """Une place est attribuée à l’enfant."""

    @geste(
        "Mis en liste d’attente",
        de=Etat.DOSSIER_DEPOSE,
        vers=Etat.LISTE_ATTENTE,
        par=PORTEURS,
        attend=Attend.PARTENAIRE,
        delai=20,
        secondaire=True,
    )
    def mettre_en_attente(self) -> None:
        """Pas de place pour l’instant ; un relais est cherché."""

    @geste(
        "Noter le relais trouvé",
        de=Etat.LISTE_ATTENTE,
        vers=Etat.RELAIS,
        par=PORTEURS,
        champs=["relais"],
        attend=Attend.PARTENAIRE,
        delai=20,
        secondaire=True,
    )
    def trouver_relais(self) -> None:
        """Une assistante maternelle, une micro-crèche garde l’enfant en attendant la place."""

    @geste(
        "Garder le relais",
        de=Etat.RELAIS,
        vers=Etat.INSCRIT,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=10,
        secondaire=True,
    )
    def garder_relais(self) -> None:
        """Le relais convient à la famille : la place n’est plus attendue."""
        self.etablissement = self.relais

    @geste("Inscription faite", de=Etat.AFFECTE, vers=Etat.INSCRIT, par=PORTEURS, attend=Attend.CANDIDAT, delai=10)
    def inscrire(self) -> None:
        """Le parent a inscrit l’enfant."""

    @geste(
        "Rentrée faite",
        de=Etat.INSCRIT,
        vers=Etat.RENTRE,
        par=PORTEURS,
        champs=["rentree_le"],
        attend=Attend.GUICHET,
        delai=10,
    )
    def rentrer(self) -> None:
        """L’enfant a fait sa rentrée."""

    @geste("Clore", de=Etat.RENTRE, vers=Etat.CLOS, par=PORTEURS, attend=Attend.PERSONNE)
    def clore(self) -> None:
        """L’enfant est à l’école, tout va bien."""
