"""One step of the administrative path, and its small life (domaine.md §2.2)."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dossiers.erreurs import Refus
from dossiers.models import Attend, Dossier, Geste, Machine, champ_etat, geste, historique
from dossiers.regles.delais import jour_de
from dossiers.regles.droits import PORTEURS, Nature, Section
from workflows.chemin_critique import Avancee
from workflows.ecarts_legaux import OUVERTURE, REMPLACEMENT, Constat, constater, interdire, refuser_expiration
from workflows.graphe_formalites import Formalite, codes_du_profil, formalite, prerequis


def attend_de(etape: Formalite) -> str:
    """Return who must act on a step, from its owner in the reference data."""
    propres = {"agglo": Attend.GUICHET, "candidat": Attend.CANDIDAT, "ars": Attend.ARS, "cpam": Attend.CPAM}
    return propres.get(etape.responsable, Attend.PARTENAIRE)


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


PROPRES = {"signe_le": "F13", "expire_le": "R01"}
"""Facts asked for on one step alone: when the contracts were signed, when the licence ends."""

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
    DATES_DE_FAITS = frozenset({"depose_le", "decision_le", "signe_le"})
    FINAUX = frozenset({Etat.OBTENUE.value, Etat.SANS_OBJET.value})

    formalites = models.ForeignKey("workflows.Formalites", models.CASCADE, related_name="etapes")
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
    signe_le = models.DateField("contrats signés le", null=True, blank=True)
    expire_le = models.DateField("licence valable jusqu’au", null=True, blank=True)

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
        """What the step is under its path's profile."""
        return formalite(self.code, self.formalites.profil)

    @property
    def demarche(self) -> Any:
        """The path it belongs to, whose calendar and pauses its deadline is counted with."""
        return self.formalites

    @property
    def cle_delai(self) -> str:
        return "etape"

    @property
    def hors_profil(self) -> bool:
        """Whether it was begun under another profile, and kept for what is done in it."""
        return self.code not in codes_du_profil(self.formalites.profil)

    @property
    def bloqueurs(self) -> list["Etape"]:
        """The steps this one still waits for, among those of its own path; what left the profile holds nobody."""
        soeurs = _par_code(self.formalites.etapes.all())
        attendues = [soeurs[p] for p in prerequis(self.formalite, soeurs)]
        return [e for e in attendues if not e.est_finie and not e.hors_profil]

    @property
    def avancee(self) -> Avancee:
        """When it began and ended, for the projection; refused, it is to be begun again."""
        depuis = jour_de(self.etat_depuis)
        if self.est_finie:
            return Avancee(finie_le=self.decision_le or depuis)
        commencee = self.etat not in {self.Etat.A_FAIRE, self.Etat.REFUSEE}
        return Avancee(commencee_le=(self.depose_le or depuis) if commencee else None)

    def marques(self, aujourdhui: dt.date) -> list[Constat]:
        """Return what its line says besides its state: off the profile, decisive, and what the law spaces."""
        if self.hors_profil:
            return [Constat("hors du nouveau profil")]
        projection = self.formalites.projection(aujourdhui)
        decisive = [Constat("décide de la date")] if projection and self.code in projection.chemin else []
        faits = _par_code(self.formalites.etapes.all())
        return decisive + constater(self.code, faits, self.formalites.ouverture_le, aujourdhui)

    def facultatifs_de(self, declare: Geste) -> tuple[str, ...]:
        return tuple(c for c in declare.facultatifs if PROPRES.get(c, self.code) == self.code)

    def acteur_admis(self, nature: str) -> bool:
        """The line moves every step, the CPAM only its own."""
        return nature in PORTEURS or nature == self.responsable

    def _debloquee(self) -> str | None:
        bloqueurs = self.bloqueurs
        if not bloqueurs:
            return None
        return f"Bloquée par {', '.join(f'{b.code} {b.formalite.libelle}' for b in bloqueurs)}."

    def _permise_aujourd_hui(self) -> str | None:
        """An opening the law does not allow yet cannot have taken place."""
        if self.code != OUVERTURE:
            return None
        return interdire(self.code, _par_code(self.formalites.etapes.all()), timezone.localdate())

    def _respecter_la_loi(self, champ: str) -> None:
        """Decline a date the law does not allow, beside the field it was typed in."""
        faits = _par_code(self.formalites.etapes.all())
        if phrase := interdire(self.code, faits, getattr(self, champ)):
            raise Refus(phrase, champ)

    @geste(
        "Commencer",
        de=Etat.A_FAIRE,
        vers=Etat.EN_COURS,
        par=ACTEURS_ETAPE,
        si=[_debloquee],
        facultatifs=["signe_le"],
    )
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
        facultatifs=["recepisse", "signe_le"],
        attend=Attend.PARTENAIRE,
        delai=10,
        secondaire=[Etat.A_FAIRE],
    )
    def deposer(self) -> None:
        """Le dossier est parti chez l’organisme."""
        if self.code == REMPLACEMENT:
            self._respecter_la_loi("depose_le")

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
        si=[_permise_aujourd_hui],
        champs=["decision_le"],
        facultatifs=["expire_le"],
        attend=Attend.PERSONNE,
        secondaire=[Etat.EN_COURS, Etat.DEPOSEE],
    )
    def obtenir(self) -> None:
        """L’étape est acquise."""
        self._respecter_la_loi("decision_le")
        if self.expire_le and (phrase := refuser_expiration(self.expire_le, self.decision_le)):
            raise Refus(phrase, "expire_le")

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
