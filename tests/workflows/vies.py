"""Lives of a household drawn at random from the declarations: one rule a gesture and a role, and what must always hold."""

import datetime as dt
import uuid
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dossiers.actions.demarches import avancer
from dossiers.actions.operation import DejaFait
from dossiers.actions.recherche import textes_de
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.lectures import fiche
from dossiers.models import Agent, Attend, Courrier, Demarche, Dossier, TexteRecherche, Transition
from dossiers.models.transitions import machines
from dossiers.regles import droits
from dossiers.regles.delais import echeance
from tests.aides import dans, donner_referent, ouvrir_dossier

ROLES = ("amina", "bruno", "chloe", "driss", "estelle", "fabien", "gaelle", "hugo")
RETOURS = {"reprendre", "rouvrir"}
BESOINS = ("formalites", "logement", "emploi_conjoint", "scolarisation")


SAISIE_REFUSEE = "saisie refusée"
DATES_ET_RANGS = (
    "offre_2",
    "offre_3",
    "choix",
    "offre_valable_le",
    "debut_le",
    "fin_le",
    "parrainage_jusqu_au",
    "expire_le",
)
"""Fields a body may ask for when the others do not go together."""


def valeur(champ: Any, hasard: Random) -> Any:
    """Return a plausible value of a column, as a form would give it; None where only another screen could."""
    if champ.choices:
        return hasard.choice([code for code, _ in champ.flatchoices if code not in ("", None)])
    if isinstance(champ, models.BooleanField):
        return hasard.random() < 0.5
    if isinstance(champ, models.DateTimeField):
        return dt.datetime.combine(dans(hasard.randrange(1, 60)), dt.time(10), dt.UTC)
    if isinstance(champ, models.DateField):
        fait = champ.name in champ.model.DATES_DE_FAITS
        return dans(hasard.randrange(-30, 1 if fait else 90))
    if isinstance(champ, models.DecimalField | models.IntegerField):
        return hasard.randrange(1, 12)
    return "Exemple" if isinstance(champ, models.CharField | models.TextField) else None


def saisie(objet: Any, declare: Any, hasard: Random) -> dict[str, Any]:
    faits = {nom: valeur(objet._meta.get_field(nom), hasard) for nom in declare.champs}
    faits |= {
        nom: valeur(objet._meta.get_field(nom), hasard)
        for nom in objet.facultatifs_de(declare)
        if hasard.random() < 0.3
    }
    if declare.motifs:
        faits["motif"] = hasard.choice(declare.motifs.values)
    return faits


def histoires() -> list[str]:
    """Return the history tables of all that belongs to files."""
    return sorted(
        m.history.model._meta.db_table
        for m in apps.get_models()
        if hasattr(m, "history") and m._meta.app_label in {"dossiers", "workflows"}
    )


def compter() -> dict[str, int]:
    """Count history rows, acts and letters, all in one query: what a refused gesture must leave as it was."""
    tables = [*histoires(), "dossiers_operation", "dossiers_courrier"]
    with connection.cursor() as curseur:
        curseur.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {t})" for t in tables))
        return dict(zip(tables, curseur.fetchone(), strict=True))


class Vies(RuleBasedStateMachine):
    """One household in one transaction, thrown away at the end; every agent of the cast tries every gesture."""

    reussites_de_tous: set[str] = set()
    """The gestures that succeeded at least once over all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.agents = {a.courriel.split("@")[0]: a for a in Agent.objects.filter(is_active=True)}
        bruno = self.agents["bruno"]
        self.dossier = donner_referent(ouvrir_dossier(bruno, besoins=BESOINS), bruno)
        self.depart = Dossier.objects.values_list("version", flat=True).get(pk=self.dossier.pk)
        self.pas = 0
        self.reussites: list[dict[str, Any]] = []
        self.fautes: list[str] = []
        self.derniere: dict[str, Any] | None = None
        self.base = compter()
        self.relire()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def relire(self) -> None:
        """Read the household once a step; rules and invariants look at this reading."""
        self.dossier = Dossier.objects.get(pk=self.dossier.pk)
        self.demarches = [d.specifique for d in Demarche.objects.specifiques().filter(dossier=self.dossier)]
        self.etapes = list(machines()["etape"]._default_manager.filter(dossier=self.dossier).order_by("pk"))
        self.comptes = compter()

    def lignes(self, nom: str) -> list[Any]:
        if nom == "dossier":
            return [self.dossier]
        return self.etapes if nom == "etape" else [d for d in self.demarches if d.type == nom]

    def propice(self, nom: str, declare: Any, role: str) -> bool:
        """Mostly what may succeed, the expected way; each sixth try, anything by anybody."""
        lignes = self.lignes(nom)
        if not lignes:
            return False
        if self.pas % 6 == 5:
            return True
        attendu = any(ligne.etat in declare.de for ligne in lignes)
        if not attendu or not permis(declare, self.agents[role], lignes[0]):
            return False
        return self.pas % 4 == 3 or any(declare.est_principal(ligne.etat) for ligne in lignes)

    def tenter(self, nom: str, declare: Any, role: str, graine: int) -> None:
        """Try a gesture, and note what it did against what the declarations alone foretell."""
        hasard, agent = Random(graine), self.agents[role]
        lignes = self.lignes(nom)
        objet = hasard.choice([ligne for ligne in lignes if ligne.etat in declare.de] or lignes)
        if nom != "dossier":
            objet.dossier = self.dossier
        essai = {
            "objet": objet,
            "geste": declare.code,
            "agent": agent,
            "version": self.dossier.version,
            "cle": uuid.uuid4(),
        }
        faits = saisie(objet, declare, hasard)
        attendu = predire(objet, declare, agent, faits)
        recu = self.lancer(essai, faits)
        if recu != attendu and (recu, attendu) != (SAISIE_REFUSEE, "fait"):
            self.fautes.append(f"{nom}.{declare.code} par {role} à {objet.etat} : {recu}, attendu {attendu}")
        self.suivre(essai, faits, recu, declare, objet.etat, nom)

    def lancer(self, essai: dict[str, Any], faits: dict[str, Any]) -> str:
        arguments = {k: v for k, v in essai.items() if k not in {"objet", "geste"}}
        try:
            avancer(essai["objet"], essai["geste"], **arguments, **faits)
        except DejaFait:
            return "déjà fait"
        except Perime:
            return "périmé"
        except Introuvable:
            return "introuvable"
        except Refus as refus:
            # facts drawn at random may not go together: the body of a gesture then names the field
            return SAISIE_REFUSEE if refus.champ in (*DATES_ET_RANGS, *faits) else f"refusé : {refus.phrase}"
        return "fait"

    def suivre(self, essai: Any, faits: Any, recu: str, declare: Any, avant: str, nom: str) -> None:
        comptes = self.comptes
        self.pas += 1
        self.relire()
        if recu == "fait":
            apres = next(ligne for ligne in self.lignes(nom) if ligne.pk == essai["objet"].pk)
            self.reussites.append(
                {"nom": nom, "declare": declare, "agent": essai["agent"], "cle": essai["cle"], "pk": apres.pk,
                 "de": avant, "vers": apres.etat, "echeance": getattr(apres, "echeance", None), "ligne": apres}
            )  # fmt: skip
            self.derniere = {"essai": essai, "faits": faits}
            self.reussites_de_tous.add(f"{nom}.{declare.code}")
        elif self.comptes != comptes:
            self.fautes.append(f"« {recu} » a laissé une trace")

    # -- besides the gestures: the same form twice, a page shown before another wrote ----------------------------------

    @precondition(lambda self: self.derniere is not None)
    @rule()
    def rejouer(self) -> None:
        """A second sending of the last form changes nothing."""
        comptes, version = self.comptes, self.dossier.version
        recu = self.lancer(self.derniere["essai"], self.derniere["faits"])
        self.pas += 1
        self.relire()
        if (recu, self.comptes, self.dossier.version) != ("déjà fait", comptes, version):
            self.fautes.append(f"un second envoi : {recu}")

    @rule(ecart=st.sampled_from([-1, 1]))
    def page_perimee(self, ecart: int) -> None:
        comptes = self.comptes
        essai = {"objet": self.dossier, "geste": "suspendre", "agent": self.agents["bruno"], "cle": uuid.uuid4()}
        recu = self.lancer({**essai, "version": self.dossier.version + ecart}, {"reveil_le": dans(9), "motif": "delai"})
        self.pas += 1
        self.relire()
        if (recu, self.comptes) != ("périmé", comptes):
            self.fautes.append(f"une page périmée : {recu}")

    # -- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def chaque_issue_est_celle_que_les_declarations_predisent(self) -> None:
        assert self.fautes == [], self.fautes

    @invariant()
    def la_version_avance_d_un_par_reussite(self) -> None:
        assert self.dossier.version == self.depart + len(self.reussites)

    @invariant()
    def chaque_reussite_laisse_une_ligne_d_histoire_signee(self) -> None:
        for r in self.reussites[-3:]:
            (ligne,) = r["ligne"].history.filter(history_operation=r["cle"])
            assert (ligne.etat, ligne.history_geste, ligne.history_user_id, ligne.history_organisme_id) == (
                r["vers"], r["declare"].code, r["agent"].pk, r["agent"].organisme_id,
            )  # fmt: skip

    @invariant()
    def chaque_acte_est_compte_une_fois(self) -> None:
        assert self.comptes["dossiers_operation"] - self.base["dossiers_operation"] == len(self.reussites)

    @invariant()
    def chaque_etat_est_declare(self) -> None:
        for objet in (self.dossier, *self.demarches, *self.etapes):
            assert objet.etat in type(objet).Etat.values

    @invariant()
    def seul_qui_en_a_le_droit_reussit(self) -> None:
        for r in self.reussites[-3:]:
            agent, declare = r["agent"], r["declare"]
            assert agent.organisme.nature in declare.par
            assert droits.niveau(agent.organisme.nature, agent.role, r["ligne"].section) == droits.Niveau.ECRIRE
            assert agent.territoire_id == self.dossier.territoire_id

    @invariant()
    def d_une_fin_on_ne_sort_que_par_une_reprise(self) -> None:
        assert {r["declare"].code for r in self.reussites if r["de"] in type(r["ligne"]).FINAUX} <= RETOURS

    @invariant()
    def aucun_pas_hors_de_la_table_des_transitions(self) -> None:
        if self.reussites and (r := self.reussites[-1])["de"] != r["vers"]:
            assert Transition.objects.filter(machine=r["nom"], de=r["de"], vers=r["vers"]).exists()

    @invariant()
    def l_echeance_est_celle_du_dernier_geste(self) -> None:
        for demarche in self.demarches:
            if demarche.est_finie:
                assert (demarche.attend, demarche.echeance) == (Attend.PERSONNE, None)
            else:
                assert demarche.attend != Attend.PERSONNE
        if self.reussites and (r := self.reussites[-1])["declare"].delai:
            assert r["echeance"] == echeance(r["ligne"].etat_depuis, r["declare"].delai)

    @invariant()
    def les_organismes_des_demarches_sont_a_l_oeuvre(self) -> None:
        assert {d.organisme_id for d in self.demarches} <= set(self.dossier.intervenants)

    @invariant()
    def la_derniere_ligne_d_histoire_dit_l_etat_present(self) -> None:
        for objet in (self.dossier, *self.demarches):
            assert objet.history.order_by("-history_id").values_list("etat", flat=True)[0] == objet.etat
        if self.etapes:
            table = type(self.etapes[0]).history.model._default_manager.filter(dossier=self.dossier)
            derniers = dict(table.order_by("history_id").values_list("id", "etat"))
            assert {e.pk: derniers[e.pk] for e in self.etapes} == {e.pk: e.etat for e in self.etapes}

    @invariant()
    def une_lettre_par_geste_qui_en_declare_une(self) -> None:
        voulues = sorted(["C01", *(r["declare"].courrier for r in self.reussites if r["declare"].courrier)])
        ecrites = Courrier.objects.filter(dossier=self.dossier).order_by("modele__code")
        assert list(ecrites.values_list("modele__code", flat=True)) == voulues

    @invariant()
    def l_etat_a_reprendre_est_garde_tant_qu_il_le_faut(self) -> None:
        for demarche in self.demarches:
            assert bool(demarche.etat_avant) == (demarche.etat in {"abandonnee", "sans_objet"})

    @invariant()
    def ce_qui_se_deduit_egale_ce_qui_se_recompte(self) -> None:
        assert self.dossier.ouvert == (self.dossier.etat not in Dossier.FINAUX)
        bruno = self.agents["bruno"]
        page = fiche.trouver(bruno, self.dossier.pk)
        assert page is not None
        cartes = fiche.lire(bruno, page).cartes if self.pas % 5 == 0 else []
        for carte in cartes:
            ouverte = not carte.demarche.est_finie
            assert (carte.principal is not None) or not ouverte
            if carte.etapes:
                faites = sum(e.etape.est_finie for e in carte.etapes)
                assert carte.progres == (faites, len(carte.etapes))

    @invariant()
    def les_textes_de_recherche_sont_ceux_que_l_on_recalcule(self) -> None:
        if self.pas % 10 == 0:
            participants = list(self.dossier.participants.select_related("personne"))
            voulus = textes_de(self.dossier, participants, list(self.dossier.communes.all()))
            assert dict(TexteRecherche.objects.filter(dossier=self.dossier).values_list("section", "texte")) == voulus

    @invariant()
    def un_autre_territoire_n_en_sait_rien(self) -> None:
        assert not Dossier.objects.visibles_par(self.agents["fabien"]).filter(pk=self.dossier.pk).exists()


def permis(declare: Any, agent: Agent, objet: Any) -> bool:
    """Say from the matrix alone whether an agent may perform a gesture on a row."""
    nature = agent.organisme.nature
    ecrit = droits.niveau(nature, agent.role, objet.section) == droits.Niveau.ECRIRE
    return nature in declare.par and ecrit and objet.acteur_admis(nature)


def predire(objet: Any, declare: Any, agent: Agent, faits: dict[str, Any]) -> str:
    """Foretell the executor's answer from declarations, matrix and conditions."""
    visible = Dossier.objects.visibles_par(agent).filter(pk=objet.dossier_id).exists()
    if not visible or declare.interne or not permis(declare, agent, objet):
        return "introuvable"
    if any(faits.get(champ) is None for champ in declare.champs):
        return f"refusé : Il manque des informations pour « {declare.libelle} »."
    phrase = declare.refus(objet)
    return f"refusé : {phrase}" if phrase else "fait"


def _regle(nom: str, declare: Any, role: str) -> Any:
    def agir(self: Vies, graine: int) -> None:
        self.tenter(nom, declare, role, graine)

    agir.__name__ = f"{nom}_{declare.code}_{role}"
    permise = precondition(lambda self: self.propice(nom, declare, role))
    return permise(rule(graine=st.integers(0, 2**16))(agir))


for _nom, _classe in machines().items():
    for _declare in _classe.gestes().values():
        for _role in ROLES:
            _r = _regle(_nom, _declare, _role)
            setattr(Vies, f"{_nom}_{_declare.code}_{_role}", _r)
