"""Formalités d’installation: the steps of a profile, and the need that holds them (domaine.md §1, §2.2)."""

import datetime as dt

from django.db import models

from dossiers.erreurs import Refus
from dossiers.models import Attend, Demarche, creer, geste
from dossiers.models.personnes import Personne
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import PORTEURS, Section
from dossiers.regles.retroplanning import Attache, Tache
from workflows.chemin_critique import JALONS, Projection, projeter
from workflows.ecarts_legaux import DECLARATION, JOURS_DECLARATION, OUVERTURE
from workflows.etapes import Etape, attend_de
from workflows.graphe_formalites import PRIVES, PROFILS, codes_du_profil, etapes_du_profil, prerequis, rangs

PRIVE_FERME = (
    "Pas d’exercice libéral pendant le parcours de consolidation : l’autorisation ministérielle d’exercice (F06)"
    " n’est pas obtenue."
)


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
    colonne_visee = "ouverture_le"

    profil = models.CharField("profil du médecin", max_length=16, choices=list(PROFILS.items()), blank=True)
    ouverture_le = models.DateField("ouverture souhaitée le", null=True, blank=True)

    class Meta:
        verbose_name = "formalités"

    @property
    def precision(self) -> str:
        return self.get_profil_display() if self.profil else ""

    def progres(self) -> tuple[int, int]:
        """Return (finished steps, steps); before the path is drawn the need counts for one."""
        etapes = [e for e in self.etapes.all() if e.est_finie or not e.hors_profil]
        if not etapes:
            return super().progres()
        return (sum(1 for e in etapes if e.est_finie), len(etapes))

    def projection(self, aujourdhui: dt.date) -> Projection | None:
        """Return when the path may end, computed once an instance and a day; None without a path, or at its end."""
        connue: tuple[dt.date, Projection | None] | None = self.__dict__.get("_projection")
        if connue is None or connue[0] != aujourdhui:
            avancees = {e.code: e.avancee for e in self.etapes.all()} if self.profil and not self.est_finie else {}
            connue = (aujourdhui, projeter(self.profil, avancees, aujourdhui) if avancees else None)
            self.__dict__["_projection"] = connue
        return connue[1]

    def annonces(self, aujourdhui: dt.date) -> list[str]:
        projection = self.projection(aujourdhui)
        phrases = _dire(projection, self.ouverture_le) if projection else []
        return phrases if self.est_finie or not self.prive_ferme else [PRIVE_FERME, *phrases]

    def taches(self) -> list[Tache]:
        """One task a step, in the order of the graph, the legal spacing before the opening included."""
        etapes = {e.code: e for e in self.etapes.all() if not e.hors_profil}
        if not (etapes and self.profil) or self.etat in (self.Etat.ABANDONNEE, self.Etat.SANS_OBJET):
            return super().taches()
        return [self._tache(etape, etapes) for etape in etapes.values()]

    def _tache(self, etape: Etape, etapes: dict[str, Etape]) -> Tache:
        prefixe, avancee, f = f"{self.besoin}-{self.pk}", etape.avancee, etape.formalite
        attaches = [Attache(f"{prefixe}.{p}") for p in prerequis(f, etapes)]
        if etape.code == OUVERTURE and DECLARATION in etapes:
            attaches.append(Attache(f"{prefixe}.{DECLARATION}", JOURS_DECLARATION))
        return Tache(
            cle=f"{prefixe}.{etape.code}",
            repere=f"{self.besoin}.{etape.code}",
            libelle=str(etape),
            duree=f.delai_j[1],
            unite="jours",
            qui=str(attend_de(f)),
            apres=tuple(attaches),
            but=etape.code in JALONS[self.profil][1],
            commencee_le=avancee.commencee_le,
            finie_le=avancee.finie_le,
        )

    def _tout_est_fait(self) -> str | None:
        reste = [e.code for e in self.etapes.all() if not e.hors_profil and e.formalite.obligatoire and not e.est_finie]
        if not reste:
            return None
        return f"Étapes obligatoires à finir ou à déclarer sans objet : {', '.join(reste)}."

    @property
    def prive_ferme(self) -> bool:
        """Whether the doctor is in a consolidation period, without private practice (domaine.md §1, F06)."""
        consolidation = next((e for e in self.etapes.all() if e.code == "F06"), None)
        if consolidation:
            return not consolidation.est_finie
        return bool(self.personne and self.personne.statut == Personne.Statut.PADHUE)

    def refuser_le_prive(self) -> None:
        """Decline a profile of private practice during a consolidation period."""
        if self.profil in PRIVES and self.prive_ferme:
            raise Refus(PRIVE_FERME, "profil")

    def choix_ecartes(self, champ: str) -> tuple[frozenset[str], str]:
        return (PRIVES, PRIVE_FERME) if champ == "profil" and self.prive_ferme else super().choix_ecartes(champ)

    def oublier_les_intactes(self, *, sauf: frozenset[str] = frozenset()) -> None:
        """Delete the steps nobody touched, but for those of `sauf`.

        One left behind would stay compulsory, and block others, under a profile it is not part of.
        """
        intactes = self.etapes.filter(etat=Etape.Etat.A_FAIRE, depose_le=None, decision_le=None)
        intactes.exclude(code__in=sauf).delete()

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
        self.refuser_le_prive()
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
        self.oublier_les_intactes()

    @geste(
        "Changer le profil",
        de=Etat.EN_COURS,
        vers=Etat.EN_COURS,
        par=PORTEURS,
        champs=["profil"],
        facultatifs=["ouverture_le"],
        attend=Attend.CANDIDAT,
        delai=10,
        secondaire=True,
    )
    def changer_profil(self) -> None:
        """Le projet change en cours de route : les étapes suivent, ce qui est commencé ou fait reste."""
        self.refuser_le_prive()
        self.oublier_les_intactes(sauf=codes_du_profil(self.profil))
        self.creer_etapes()

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


def _dire(projection: Projection, voulue_le: dt.date | None) -> list[str]:
    """Say a projection in sentences: the three dates, the law's own limit, the wish it cannot meet."""
    tot, probable, tard = (
        date_longue(j) for j in (projection.au_plus_tot, projection.probable, projection.au_plus_tard)
    )
    phrases = [f"{projection.libelle} probable : {probable} (au plus tôt {tot}, au plus tard {tard})."]
    if projection.legal_le:
        phrases.append("Compte tenu des 30 jours légaux entre la déclaration à l’Ordre (F17) et l’ouverture.")
    if voulue_le and voulue_le < projection.au_plus_tot:
        phrases.append(f"La date souhaitée, le {date_longue(voulue_le)}, ne peut plus être tenue.")
    elif voulue_le and voulue_le < projection.probable:
        phrases.append(f"La date souhaitée, le {date_longue(voulue_le)}, demande d’aller plus vite que d’habitude.")
    return phrases
