"""Formalités d’installation: the steps of a profile, each with its small life (domaine.md §1, §2.2)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.models import Attend, Demarche, Dossier, Machine, champ_etat, creer, geste, historique
from dossiers.regles.droits import PORTEURS, Nature, Section
from workflows.graphe_formalites import PROFILS, Formalite, etapes_du_profil, graphe, prerequis, rangs


class Formalites(Demarche):
    """The administrative path of one doctor; it ends when every compulsory step is obtained or without object."""

    class Etat(models.TextChoices):
        EXPRIME = "exprime", "Exprimées"
        PARCOURS_ETABLI = "parcours_etabli", "Parcours établi"
        EN_COURS = "en_cours", "En cours"
        CLOS = "clos", "Terminées"
        ABANDONNEE = "abandonnee", "Abandonnées"
        SANS_OBJET = "sans_objet", "Sans objet"

    besoin = "formalites"
    libelle_besoin = "Formalités"
    section = Section.FORMALITES
    icone = "tampon"
    RESUME = ("profil", "ouverture_le")

    profil = models.CharField("profil du médecin", max_length=16, choices=list(PROFILS.items()), blank=True)
    ouverture_le = models.DateField("ouverture souhaitée le", null=True, blank=True)

    class Meta:
        verbose_name = "formalités"

    @property
    def precision(self) -> str:
        return self.get_profil_display() if self.profil else ""

    def progres(self) -> tuple[int, int]:
        """Return (finished steps, steps); before the path is drawn the need counts for one."""
        etapes = list(self.etapes.all())
        if not etapes:
            return super().progres()
        return (sum(1 for e in etapes if e.est_finie), len(etapes))

    def _tout_est_fait(self) -> str | None:
        reste = [e.code for e in self.etapes.all() if e.formalite.obligatoire and not e.est_finie]
        if not reste:
            return None
        return f"Étapes obligatoires à finir ou à déclarer sans objet : {', '.join(reste)}."

    def creer_etapes(self) -> None:
        """Write the steps of the chosen profile; those already there keep their life."""
        presentes = set(self.etapes.values_list("code", flat=True))
        nouvelles = [
            Etape(
                formalites=self,
                dossier_id=self.dossier_id,
                code=f.code,
                rang=rangs()[f.code],
                responsable=f.responsable,
                attend=attend_de(f),
            )
            for f in etapes_du_profil(self.profil)
            if f.code not in presentes
        ]
        creer(nouvelles)

    @geste(
        "Établir le parcours",
        de=Etat.EXPRIME,
        vers=Etat.PARCOURS_ETABLI,
        par=PORTEURS,
        champs=["profil"],
        facultatifs=["ouverture_le"],
        attend=Attend.GUICHET,
        delai=5,
        courrier="C02",
    )
    def etablir_parcours(self) -> None:
        """Le profil est choisi, ses étapes sont écrites ; la liste des démarches part au candidat."""
        self.creer_etapes()

    @geste(
        "Lancer les démarches",
        de=Etat.PARCOURS_ETABLI,
        vers=Etat.EN_COURS,
        par=PORTEURS,
        attend=Attend.CANDIDAT,
        delai=10,
    )
    def lancer(self) -> None:
        """Le candidat a sa liste et commence."""

    @geste(
        "Corriger le profil",
        de=Etat.PARCOURS_ETABLI,
        vers=Etat.EXPRIME,
        par=PORTEURS,
        attend=Attend.GUICHET,
        delai=3,
        secondaire=True,
    )
    def corriger_profil(self) -> None:
        """Le profil n’était pas le bon : on rétablit le parcours, ce qui est fait reste fait."""
        # a step nobody touched would otherwise stay compulsory, and block others, under a profile it is not part of
        self.etapes.filter(etat=Etape.Etat.A_FAIRE, depose_le=None, decision_le=None).delete()

    @geste(
        "Clore les formalités",
        de=Etat.EN_COURS,
        vers=Etat.CLOS,
        par=PORTEURS,
        si=[_tout_est_fait],
        attend=Attend.PERSONNE,
    )
    def clore(self) -> None:
        """Tout ce qui est obligatoire est obtenu."""


def attend_de(formalite: Formalite) -> str:
    """Return who must act on a step, from its owner in the reference data."""
    propres = {"agglo": Attend.GUICHET, "candidat": Attend.CANDIDAT, "ars": Attend.ARS, "cpam": Attend.CPAM}
    return propres.get(formalite.responsable, Attend.PARTENAIRE)


def _par_code(etapes: Any) -> "dict[str, Etape]":
    """Return a path's steps by code; steps read once for a page are sorted once, not once a step."""
    connues: dict[str, Etape] | None = etapes.__dict__.get("par_code")
    if connues is None:
        connues = etapes.par_code = {e.code: e for e in etapes}
    return connues


class MotifEtape(models.TextChoices):
    INCOMPLET = "incomplet", "dossier incomplet"
    CONDITIONS = "conditions", "conditions non remplies"
    HORS_DELAI = "hors_delai", "hors délai"
    NON_CONCERNE = "non_concerne", "le médecin n’est pas concerné"
    DEJA_FAIT = "deja_fait", "déjà fait auparavant"
    AUTRE = "autre", "autre raison"


ACTEURS_ETAPE = PORTEURS | {Nature.CPAM}


class Etape(Machine):
    """One step of a path. « Bloquée » is read from the prerequisites, never stored: it can always be derived."""

    class Etat(models.TextChoices):
        A_FAIRE = "a_faire", "À faire"
        EN_COURS = "en_cours", "En cours"
        DEPOSEE = "deposee", "Déposée"
        EN_INSTRUCTION = "en_instruction", "En instruction"
        PIECE_MANQUANTE = "piece_manquante", "Pièce manquante"
        OBTENUE = "obtenue", "Obtenue"
        REFUSEE = "refusee", "Refusée"
        SANS_OBJET = "sans_objet", "Sans objet"

    section = Section.FORMALITES
    FINAUX = frozenset({Etat.OBTENUE.value, Etat.SANS_OBJET.value})

    formalites = models.ForeignKey(Formalites, models.CASCADE, related_name="etapes")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="etapes")
    code = models.CharField("code", max_length=4)
    rang = models.PositiveSmallIntegerField("rang")
    responsable = models.CharField("responsable", max_length=20)
    etat = champ_etat(Etat.A_FAIRE)
    etat_depuis = models.DateTimeField(default=timezone.now)
    attend = models.CharField("qui doit agir", max_length=12, choices=Attend)
    echeance = models.DateField("à faire avant le", null=True, blank=True)
    delai = models.PositiveSmallIntegerField("délai en jours ouvrés", null=True, blank=True, editable=False)
    echeance_fixee = models.DateField("date fixée par un organisme", null=True, blank=True, editable=False)
    depose_le = models.DateField("déposée le", null=True, blank=True)
    recepisse = models.CharField("numéro de récépissé", max_length=60, blank=True)
    piece_demandee = models.CharField("pièce demandée", max_length=160, blank=True)
    piece_avant_le = models.DateField("à fournir avant le", null=True, blank=True)
    decision_le = models.DateField("décision du", null=True, blank=True)

    objects = models.Manager["Etape"]()
    history = historique()

    class Meta:
        verbose_name = "étape"
        ordering = ("formalites_id", "rang")
        constraints = [
            models.UniqueConstraint(fields=["formalites", "code"], name="une_etape_par_formalite"),
        ]
        indexes = [
            models.Index(fields=["dossier"], condition=~Q(etat__in=["obtenue", "sans_objet"]), name="etape_ouvertes")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.formalite.libelle}"

    @property
    def formalite(self) -> Formalite:
        return graphe()[self.code]

    @property
    def demarche(self) -> Formalites:
        """The path it belongs to, whose calendar and pauses its deadline is counted with."""
        return self.formalites

    @property
    def cle_delai(self) -> str:
        return "etape"

    @property
    def bloqueurs(self) -> list["Etape"]:
        """The steps this one still waits for, among those of its own path."""
        soeurs = _par_code(self.formalites.etapes.all())
        return [soeurs[p] for p in prerequis(self.formalite, soeurs) if not soeurs[p].est_finie]

    def acteur_admis(self, nature: str) -> bool:
        """The line moves every step, the CPAM only its own."""
        return nature in PORTEURS or nature == self.responsable

    def _debloquee(self) -> str | None:
        bloqueurs = self.bloqueurs
        if not bloqueurs:
            return None
        return f"Bloquée par {', '.join(f'{b.code} {b.formalite.libelle}' for b in bloqueurs)}."

    @geste("Commencer", de=Etat.A_FAIRE, vers=Etat.EN_COURS, par=ACTEURS_ETAPE, si=[_debloquee])
    def commencer(self) -> None:
        """Le dossier de cette étape se prépare."""
        self.delai = max(1, round(self.formalite.delai_j[1] * 5 / 7))

    @geste(
        "Déposer",
        de=[Etat.A_FAIRE, Etat.EN_COURS],
        vers=Etat.DEPOSEE,
        par=ACTEURS_ETAPE,
        si=[_debloquee],
        champs=["depose_le"],
        facultatifs=["recepisse"],
        attend=Attend.PARTENAIRE,
        delai=10,
        secondaire=[Etat.A_FAIRE],
    )
    def deposer(self) -> None:
        """Le dossier est parti chez l’organisme."""

    @geste(
        "Noter l’instruction",
        de=Etat.DEPOSEE,
        vers=Etat.EN_INSTRUCTION,
        par=ACTEURS_ETAPE,
        attend=Attend.PARTENAIRE,
        delai=15,
    )
    def instruire(self) -> None:
        """L’organisme a accusé réception et instruit."""

    @geste(
        "Pièce manquante",
        de=[Etat.DEPOSEE, Etat.EN_INSTRUCTION],
        vers=Etat.PIECE_MANQUANTE,
        par=ACTEURS_ETAPE,
        champs=["piece_demandee"],
        facultatifs=["piece_avant_le"],
        attend=Attend.CANDIDAT,
        delai=7,
        secondaire=True,
    )
    def demander_piece(self) -> None:
        """L’organisme demande une pièce."""
        # the organisation's own date, when it gave one, is the deadline
        self.echeance_fixee = self.piece_avant_le

    @geste(
        "Pièce fournie",
        de=Etat.PIECE_MANQUANTE,
        vers=Etat.DEPOSEE,
        par=ACTEURS_ETAPE,
        champs=["depose_le"],
        attend=Attend.PARTENAIRE,
        delai=10,
    )
    def completer(self) -> None:
        """La pièce demandée est remise."""

    @geste(
        "Obtenue",
        de=[Etat.EN_COURS, Etat.DEPOSEE, Etat.EN_INSTRUCTION],
        vers=Etat.OBTENUE,
        par=ACTEURS_ETAPE,
        champs=["decision_le"],
        attend=Attend.PERSONNE,
        secondaire=[Etat.EN_COURS, Etat.DEPOSEE],
    )
    def obtenir(self) -> None:
        """L’étape est acquise."""

    @geste(
        "Refusée",
        de=[Etat.DEPOSEE, Etat.EN_INSTRUCTION],
        vers=Etat.REFUSEE,
        par=ACTEURS_ETAPE,
        champs=["decision_le"],
        motifs=MotifEtape,
        attend=Attend.CANDIDAT,
        delai=10,
        secondaire=True,
    )
    def refuser(self) -> None:
        """L’organisme a dit non ; un recours ou une nouvelle demande restent possibles."""

    @geste("Nouvelle demande", de=Etat.REFUSEE, vers=Etat.A_FAIRE, par=ACTEURS_ETAPE, attend=Attend.CANDIDAT, delai=10)
    def representer(self) -> None:
        """On dépose une nouvelle demande ou un recours."""

    @geste(
        "Sans objet",
        de=[Etat.A_FAIRE, Etat.EN_COURS, Etat.DEPOSEE, Etat.EN_INSTRUCTION, Etat.PIECE_MANQUANTE, Etat.REFUSEE],
        vers=Etat.SANS_OBJET,
        par=ACTEURS_ETAPE,
        motifs=MotifEtape,
        attend=Attend.PERSONNE,
        secondaire=True,
    )
    def declarer_sans_objet(self) -> None:
        """Cette étape ne concerne pas ce médecin."""

    @geste(
        "Rétablir",
        de=Etat.SANS_OBJET,
        vers=Etat.A_FAIRE,
        par=ACTEURS_ETAPE,
        attend=Attend.CANDIDAT,
        delai=10,
        secondaire=True,
    )
    def reprendre(self) -> None:
        """L’étape redevient nécessaire."""
