"""What holds for every machine, present and to come: read from the declarations alone, or from one row."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from dossiers.apps import gestes_sans_ambiguite
from dossiers.courriers.catalogue import CATALOGUE
from dossiers.erreurs import Refus
from dossiers.models import Attend, Demarche, Dossier, Position, geste
from dossiers.regles.droits import PORTEURS, Nature, Section
from dossiers.regles.eligibilite import PAYEURS
from tests.aides import QUATRE_BESOINS, besoin, dans, faire, ouvrir_besoin, refuse
from workflows.aide import SORTIES, Aide
from workflows.etapes import Etape

MACHINES = [*Demarche.REGISTRE.values(), Etape, Position, Dossier]
GESTES = [(machine, declare) for machine in MACHINES for declare in machine.gestes().values()]
RETOURS = {"reprendre", "rouvrir"}

toutes = pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.__name__)
tous_les_gestes = pytest.mark.parametrize(
    ("machine", "declare"), GESTES, ids=[f"{m.__name__}.{d.code}" for m, d in GESTES]
)


def cibles(machine, declare):
    """Return the states a gesture may lead to; for `reprendre`, those its body may return."""
    if declare.vers is not None:
        return {declare.vers}
    transitions = vars(machine)[declare.code]._django_fsm.transitions.values()
    return {str(etat) for t in transitions for etat in t.target.allowed_states}


def fleches(machine, *, retours=True):
    return {
        (depart, arrivee)
        for declare in machine.gestes().values()
        if retours or declare.code not in RETOURS
        for depart in declare.de
        for arrivee in cibles(machine, declare)
    }


def atteints(depuis, arcs):
    vus, a_voir = set(depuis), list(depuis)
    while a_voir:
        ici = a_voir.pop()
        suite = {arrivee for depart, arrivee in arcs if depart == ici} - vus
        vus |= suite
        a_voir += suite
    return vus


def initial(machine):
    return str(machine._meta.get_field("etat").default)


def etats(machine):
    return {str(etat) for etat in machine.Etat.values}


@pytest.fixture
def exemplaire(foyer, bruno):
    """Return one real row of a machine, opened as people open it."""

    def trouver(machine):
        if machine is Dossier:
            return foyer
        if machine is Position:
            return foyer.positions.get()
        if machine is Etape:
            return faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB").etapes.first()
        if machine.besoin in QUATRE_BESOINS:
            return besoin(foyer, machine.besoin)
        return ouvrir_besoin(foyer, machine.besoin, bruno)

    return trouver


def test_les_huit_besoins_sont_inscrits_et_chacun_a_sa_section():
    assert {nom: classe.section for nom, classe in Demarche.REGISTRE.items()} == {
        "formalites": Section.FORMALITES,
        "logement": Section.LOGEMENT,
        "emploi_conjoint": Section.EMPLOI_CONJOINT,
        "scolarisation": Section.ENFANTS,
        "reseau": Section.RESEAU,
        "loisirs": Section.LOISIRS,
        "aides": Section.AIDES,
        "visite": Section.VISITES,
    }


@toutes
def test_tout_etat_s_atteint_depuis_le_premier(machine):
    # coming back from an end does not count: a state must be reached by going forward
    assert atteints({initial(machine)}, fleches(machine, retours=machine is Dossier)) == etats(machine)


@toutes
def test_depuis_tout_etat_une_fin_s_atteint(machine):
    arcs = fleches(machine)
    sans_issue = {etat for etat in etats(machine) if not atteints({etat}, arcs) & machine.FINAUX}
    assert sans_issue == set()


@toutes
def test_d_une_fin_on_ne_sort_que_par_le_retour(machine):
    sorties = {declare.code for declare in machine.gestes().values() if set(declare.de) & machine.FINAUX}
    # a file taken in by another comes back when the merger is undone; a closed one may still be taken in; what an act has
    # just moved goes back when it is undone
    propres = {
        Dossier: {"rouvrir", "annuler_cloture", "fusionner", "defaire_fusion"},
        Position: {"reprendre", "rendre"},
    }
    assert sorties == propres.get(machine, {"reprendre"})


@toutes
def test_d_un_besoin_abouti_on_ne_sort_plus(machine):
    """A success is over; what was abandoned or put aside may come back."""
    definitif = {Dossier: set(), Position: set(), Etape: {"obtenue"}}.get(machine, {"clos"})
    assert machine.FINAUX - {depart for depart, _ in fleches(machine)} == definitif


@toutes
def test_les_fins_et_le_premier_etat_existent(machine):
    assert (machine.FINAUX | {initial(machine)}) <= etats(machine)


@toutes
def test_les_etats_tiennent_dans_leur_colonne_et_ont_un_nom(machine):
    longueur = machine._meta.get_field("etat").max_length
    assert [e for e in machine.Etat if len(e.value) > longueur or not e.label or e.label == e.value] == []


@tous_les_gestes
def test_un_geste_part_d_etats_qui_existent_et_y_mene(machine, declare):
    assert declare.de != ()
    assert set(declare.de) | cibles(machine, declare) <= etats(machine)


@tous_les_gestes
def test_un_geste_n_apporte_que_des_champs_qui_existent_une_fois_et_se_saisissent(machine, declare):
    champs = [*declare.champs, *declare.facultatifs]
    assert sorted(champs) == sorted(set(champs))
    assert [c for c in champs if not machine._meta.get_field(c).editable] == []


@tous_les_gestes
def test_un_champ_facultatif_peut_rester_vide(machine, declare):
    colonnes = [machine._meta.get_field(c) for c in declare.facultatifs]
    assert [c.name for c in colonnes if not (c.null or c.blank or isinstance(c, models.BooleanField))] == []


@tous_les_gestes
def test_un_geste_est_ouvert_a_quelqu_un_de_connu(machine, declare):
    assert declare.par != frozenset()
    assert declare.par <= set(Nature)
    if machine is Position:  # a partner answers for itself
        return
    if machine is Aide and declare.code not in SORTIES:
        assert declare.par == PAYEURS, "une aide n’avance que par qui en répond"
    else:
        assert declare.par >= PORTEURS, "le guichet peut tout faire avancer"


@tous_les_gestes
def test_un_geste_dit_en_francais_ce_qui_s_est_passe(machine, declare):
    assert re.fullmatch(r"[A-ZÀÉÊ].+\.", declare.aide)
    assert re.search(r"(?i)\b(l[ea]s?|l’\w+|une?|on|cette|ce|rien|tout|d[eu]s?)\b", declare.aide)
    assert re.search(r"\b(the|is|are|of|and)\b", declare.aide) is None


@tous_les_gestes
def test_un_geste_a_un_libelle_court(machine, declare):
    assert declare.libelle[0].isupper()
    assert not declare.libelle.endswith(".")
    assert len(declare.libelle) <= 40


@toutes
def test_deux_gestes_du_meme_etat_ne_portent_pas_le_meme_nom(machine):
    for etat in etats(machine):
        libelles = [d.libelle for d in machine.gestes().values() if etat in d.de]
        assert sorted(libelles) == sorted(set(libelles))


@tous_les_gestes
def test_un_geste_dit_qui_doit_agir_ensuite(machine, declare):
    """A dossier waits for whom its needs wait for; of a finished need, nobody is waited for."""
    assert declare.attend is None or declare.attend in Attend.values
    if machine is Dossier:
        return
    if cibles(machine, declare) <= machine.FINAUX:
        assert (declare.attend, declare.delai) == (Attend.PERSONNE, None)
    elif declare.code != "commencer":  # a step just begun still waits for its owner, as its body says
        # of an aid, the payer is found by the body
        assert declare.attend != Attend.PERSONNE
        assert declare.attend is not None or machine is Aide
        assert declare.delai > 0


@tous_les_gestes
def test_une_sortie_negative_porte_un_motif_code(machine, declare):
    negatifs = {
        "annulee",
        "non_eligible",
        "sans_suite",
        "abandonnee",
        "sans_objet",
        "refusee",
        "derogation_refusee",
        "suspendu",
    }
    if not ((cibles(machine, declare) & negatifs and declare.vers) or declare.code.startswith("refuser")):
        return
    assert declare.motifs is not None
    assert len(declare.motifs.values) >= 3
    assert all(declare.motifs.labels)


def test_les_sorties_negatives_sont_bien_celles_que_l_on_croit():
    """The test above is silent on what it does not recognise: these are the gestures with a reason, all of them."""
    assert {f"{m.__name__}.{d.code}" for m, d in GESTES if d.motifs} == {
        *(f"{m.__name__}.abandonner" for m in Demarche.REGISTRE.values()),
        *(f"{m.__name__}.declarer_sans_objet" for m in [*Demarche.REGISTRE.values(), Etape]),
        "Logement.refuser_offre",
        "Logement.refuser_bailleur",
        "EmploiConjoint.reorienter",
        "EmploiConjoint.refuser_mutation",
        "Reseau.noter_sans_suite",
        "Reseau.chercher_ailleurs",
        "Loisirs.chercher_accueil",
        "Visite.annuler",
        "Aide.declarer_non_eligible",
        "Aide.refuser_aide",
        "Scolarisation.refuser_derogation",
        "Etape.refuser",
        "Position.refuser",
        "Position.lever",
        "Dossier.suspendre",
    }
    assert "motif_cloture" in Dossier.gestes()["clore"].champs


@pytest.mark.parametrize("classe", Demarche.REGISTRE.values(), ids=lambda c: c.__name__)
def test_chaque_besoin_a_les_trois_gestes_partages(classe):
    actifs = etats(classe) - classe.FINAUX
    partages = {c: classe.gestes()[c] for c in ("abandonner", "declarer_sans_objet", "reprendre")}
    assert {code: (set(d.de), cibles(classe, d), d.par) for code, d in partages.items()} == {
        "abandonner": (actifs, {"abandonnee"}, classe.SORTIES_PAR),
        "declarer_sans_objet": (actifs, {"sans_objet"}, classe.SORTIES_PAR),
        "reprendre": ({"abandonnee", "sans_objet"}, actifs, classe.SORTIES_PAR),
    }


def test_seules_les_aides_s_arretent_aussi_par_un_partenaire():
    assert {c.besoin: c.SORTIES_PAR for c in Demarche.REGISTRE.values() if c.SORTIES_PAR != PORTEURS} == {
        "aides": PORTEURS | PAYEURS
    }


@pytest.mark.parametrize("classe", Demarche.REGISTRE.values(), ids=lambda c: c.__name__)
def test_un_etat_n_a_qu_un_geste_principal_par_organisme(classe):
    """Exactly one thing to do next; whatever else is possible stands under « Autres gestes »."""
    principaux = {
        (etat, nature): [d.code for d in classe.gestes().values() if d.est_principal(etat) and nature in d.par]
        for etat in etats(classe)
        for nature in Nature
    }
    assert {cle: codes for cle, codes in principaux.items() if len(codes) > 1} == {}
    actifs = etats(classe) - classe.FINAUX
    sans = {etat for etat in actifs if not any(principaux[etat, nature] for nature in Nature)}
    assert sans == set()


@tous_les_gestes
def test_le_courrier_d_un_geste_existe_et_son_modele_aussi(machine, declare):
    modeles = json.loads(Path(settings.BASE_DIR, "dossiers/donnees/modeles_courriers.json").read_text(encoding="utf-8"))
    assert declare.courrier is None or declare.courrier in CATALOGUE.keys() & {m["code"] for m in modeles}


def test_les_gestes_qui_ecrivent_un_courrier():
    assert {f"{m.__name__}.{d.code}": d.courrier for m, d in GESTES if d.courrier} == {
        "Formalites.etablir_parcours": "C02",
        "Dossier.clore": "C13",
    }


def test_un_geste_ouvert_a_personne_ne_se_declare_pas():
    phrase = refuse(lambda: geste("Signer", de="a", vers="b", par=[])(lambda objet: None), ValueError)
    assert phrase == "Le geste « Signer » n’est ouvert à personne : préciser par=."


@toutes
def test_a_chaque_etat_chacun_trouve_un_geste_principal_et_un_seul(machine):
    """Read from the declarations for each kind of organisation; nothing is expected of what has ended."""
    assert machine.ambiguites() == []


def test_deux_gestes_principaux_au_meme_etat_empechent_de_demarrer(monkeypatch):
    logement = Demarche.REGISTRE["logement"]
    double = replace(logement.gestes()["retenir_sans_visite"], secondaire=frozenset())
    monkeypatch.setitem(logement.gestes(), "retenir_sans_visite", double)
    assert [e.msg for e in gestes_sans_ambiguite()] == [
        f"Logement, état « propose », {nature} : un geste principal attendu, « Programmer la visite », « Retenir sans visite »."
        for nature in sorted(PORTEURS)
    ]


def test_une_source_etoile_n_est_jamais_employee():
    assert [f"{m.__name__}.{d.code}" for m, d in GESTES if "*" in d.de or "+" in d.de] == []


@pytest.mark.django_db
@pytest.mark.services
@toutes
def test_un_etat_ne_s_ecrit_pas_a_la_main(machine, exemplaire):
    objet = exemplaire(machine)
    avant = objet.etat
    with pytest.raises(AttributeError):
        objet.etat = "clos"
    assert objet.etat == avant


@pytest.mark.django_db
@pytest.mark.services
@toutes
def test_relire_la_ligne_garde_la_protection(machine, exemplaire):
    objet = exemplaire(machine)
    for champs in (None, ["etat"], ["etat_depuis"], iter(["etat"])):
        objet.refresh_from_db(fields=champs)
        with pytest.raises(AttributeError):
            objet.etat = "clos"
    assert objet._meta.get_field("etat").protected is True


@pytest.mark.django_db
@pytest.mark.services
@toutes
def test_relire_une_ligne_disparue_garde_la_protection(machine, exemplaire):
    """django-fsm's own version left the field unprotected, for every thread, when the read failed."""
    objet = exemplaire(machine)
    avant = objet.etat
    objet.pk = -1
    with pytest.raises(ObjectDoesNotExist):
        objet.refresh_from_db()
    with pytest.raises(AttributeError):
        objet.etat = "clos"
    assert (objet.etat, objet._meta.get_field("etat").protected) == (avant, True)


@pytest.mark.django_db
@pytest.mark.services
@toutes
def test_relire_la_ligne_rend_l_etat_de_la_base(machine, exemplaire, bruno):
    """The state comes with the rest, in the same query: a lazy read would show a later moment than its neighbours."""
    objet = exemplaire(machine)
    geste_ = {Dossier: ("qualifier", {}), Etape: ("commencer", {}), Position: ("lever", {"motif": "erreur"})}.get(
        machine, ("abandonner", {"motif": "famille"})
    )
    fait = faire(objet, geste_[0], bruno, **geste_[1])
    assert objet.etat != fait.etat
    with CaptureQueriesContext(connection) as requetes:
        objet.refresh_from_db()
        lu = objet.etat
    assert (lu, len(requetes)) == (fait.etat, 1)


@pytest.mark.django_db
@pytest.mark.services
@toutes
def test_une_ligne_lue_sans_son_etat_reste_protegee(machine, exemplaire):
    objet = machine._base_manager.only("etat_depuis").get(pk=exemplaire(machine).pk)
    with pytest.raises(AttributeError):
        objet.etat = "clos"
    assert objet.etat == initial(machine)


@pytest.mark.django_db
@pytest.mark.services
@toutes
def test_a_l_etat_present_les_gestes_possibles_sont_ceux_declares(machine, exemplaire):
    objet = exemplaire(machine)
    assert [g.code for g in objet.gestes_possibles()] == [
        code for code, declare in machine.gestes().items() if objet.etat in declare.de
    ]


DATES_DE_FAITS = [
    (machine, declare, champ)
    for machine, declare in GESTES
    for champ in (*declare.champs, *declare.facultatifs)
    if champ in machine.DATES_DE_FAITS
]


@pytest.mark.parametrize(
    ("machine", "declare", "champ"), DATES_DE_FAITS, ids=[f"{m.__name__}.{d.code}.{c}" for m, d, c in DATES_DE_FAITS]
)
def test_ce_qui_est_fait_ne_se_date_pas_de_demain(machine, declare, champ):
    assert type(machine._meta.get_field(champ)) is models.DateField
    geste_nu = getattr(machine, declare.code).__wrapped__
    with pytest.raises(Refus) as refus:
        geste_nu(machine(), **{champ: dans(1)})
    assert (refus.value.champ, str(refus.value)) == (champ, "Cette date n’est pas encore venue : notez-la ce jour-là.")


@toutes
def test_toute_date_de_fait_est_demandee_par_un_geste(machine):
    demandees = {c for g in machine.gestes().values() for c in (*g.champs, *g.facultatifs)}
    assert demandees >= machine.DATES_DE_FAITS
