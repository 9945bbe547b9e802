"""The administrative path: the graph of steps, each with its life, and the need that holds them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.erreurs import Introuvable, Refus
from dossiers.regles.dates import date_longue
from dossiers.regles.delais import echeance
from tests.aides import (
    besoin,
    client_de,
    dans,
    enchainer,
    faire,
    jetons,
    ouvrir_dossier,
    personne,
    refuse,
    relu,
    texte_de,
)
from workflows.etapes import Etape
from workflows.formalites import PRIVE_FERME
from workflows.graphe_formalites import PRIVES, PROFILS, etapes_du_profil, graphe, prerequis, rangs

en_base = [pytest.mark.django_db, pytest.mark.services]
tous_les_profils = pytest.mark.parametrize("profil", PROFILS)
OBTENIR = [("deposer", {"depose_le": dans(0), "recepisse": "R-1"}), ("obtenir", {"decision_le": dans(0)})]


@pytest.fixture
def formalites(foyer):
    return besoin(foyer, "formalites")


def etape(formalites, code):
    return Etape.objects.get(formalites=formalites, code=code)


def codes(formalites):
    return list(Etape.objects.filter(formalites=formalites).values_list("code", flat=True))


# -- the graph ---------------------------------------------------------------------------------------------------------


def test_le_graphe_a_quarante_etapes_sans_cercle_ni_prerequis_inconnu():
    connus = set(graphe())
    assert (len(connus), {p for f in graphe().values() for p in f.prerequis} - connus, set(rangs()) == connus) == (
        40, set(), True,
    )  # fmt: skip


@tous_les_profils
def test_les_etapes_d_un_profil_viennent_apres_ce_qu_elles_attendent(profil):
    etapes = etapes_du_profil(profil)
    retenues = frozenset(f.code for f in etapes)
    places = {f.code: place for place, f in enumerate(etapes)}
    trop_tot = [(f.code, p) for f in etapes for p in prerequis(f, retenues) if places[p] >= places[f.code]]
    assert (trop_tot, sorted(places, key=rangs().get)) == ([], list(places))


@pytest.mark.parametrize(
    ("profil", "nombre"),
    [
        ("LIB", 34),
        ("COLL", 32),
        ("REMP", 15),
        ("REMP_NON_THESE", 14),
        ("SAL", 17),
        ("UE", 32),
        ("PADHUE", 7),
        ("DOCTEUR_JUNIOR", 6),
    ],
)
def test_chaque_profil_a_ses_etapes(profil, nombre):
    assert len(etapes_du_profil(profil)) == nombre


def test_un_remplacant_non_these_a_sa_licence_et_pas_le_tableau_de_l_ordre():
    these, sans_these = ({f.code for f in etapes_du_profil(p)} for p in ("REMP", "REMP_NON_THESE"))
    assert (these - sans_these, sans_these - these) == ({"F08", "F09"}, {"R01"})


def test_les_diplomes_etrangers_ne_bloquent_que_ceux_qui_en_ont():
    porteurs = {code: {p for p in PROFILS if code in {f.code for f in etapes_du_profil(p)}} for code in ("F05", "F06")}
    assert porteurs == {"F05": {"UE"}, "F06": {"PADHUE"}}


def test_un_diplome_hors_union_n_ouvre_aucune_etape_liberale():
    communes = {"F01", "F06", "F08", "F09", "F10", "F14", "F18"}
    assert {f.code for f in etapes_du_profil("PADHUE")} == communes
    assert [c for c in communes if not graphe()[c].profils >= {"SAL"} and c != "F06"] == []


def test_un_docteur_junior_entre_au_tableau_special_apres_sa_these():
    etapes = {f.code: (f.libelle, f.prerequis) for f in etapes_du_profil("DOCTEUR_JUNIOR")}
    assert set(etapes) == {"F01", "F03", "F08", "F09", "F14", "F18"}
    assert etapes["F08"] == ("Inscription au tableau spécial de l’Ordre (docteurs juniors)", ("F03",))
    assert graphe()["F08"].libelle.startswith("Inscription (ou transfert) au tableau")


def test_un_profil_inconnu_est_refuse():
    assert refuse(lambda: etapes_du_profil("DENTISTE"), ValueError) == "Profil inconnu : DENTISTE"


# -- the path ----------------------------------------------------------------------------------------------------------


class TestParcours:
    pytestmark = en_base

    @tous_les_profils
    def test_etablir_le_parcours_ecrit_les_etapes_du_profil_dans_l_ordre(self, formalites, bruno, profil):
        etabli = faire(formalites, "etablir_parcours", bruno, profil=profil, ouverture_le=dans(200))
        assert (etabli.etat, etabli.precision, etabli.progres()) == (
            "parcours_etabli", PROFILS[profil], (0, len(etapes_du_profil(profil))),
        )  # fmt: skip
        assert codes(formalites) == [f.code for f in etapes_du_profil(profil)]

    def test_avant_le_parcours_le_besoin_compte_pour_un(self, formalites):
        assert formalites.progres() == (0, 1)

    def test_chaque_etape_nait_dans_l_histoire_et_attend_son_responsable(self, formalites, bruno):
        faire(formalites, "etablir_parcours", bruno, profil="LIB")
        assert {
            (e.responsable, e.attend, e.history.get().history_geste) for e in Etape.objects.filter(formalites=formalites)
        } == {
            (qui, attend, "etablir_parcours")
            for qui, attend in [
                ("agglo", "guichet"), ("ars", "ars"), ("candidat", "candidat"), ("ordre", "partenaire"),
                ("ans", "partenaire"), ("urssaf", "partenaire"), ("cpam", "cpam"),
            ]
        }  # fmt: skip

    @pytest.mark.parametrize("profil", ["LIB", "REMP_NON_THESE"])
    def test_le_chemin_entier_se_suit_dans_l_ordre_des_etapes(self, formalites, bruno, profil):
        enchainer(formalites, bruno, [("etablir_parcours", {"profil": profil}), ("lancer", {})])
        for code in codes(formalites):
            # the declaration to the Order comes thirty days before the opening
            deposee = ("deposer", {"depose_le": dans(-30 if code == "F17" else 0)})
            enchainer(etape(formalites, code), bruno, [deposee, OBTENIR[1]])
        total = len(etapes_du_profil(profil))
        fini = relu(faire(formalites, "clore", bruno))
        assert (fini.etat, fini.attend, fini.progres()) == ("clos", "personne", (total, total))

    def test_le_facultatif_n_empeche_pas_de_clore(self, formalites, bruno):
        enchainer(formalites, bruno, [("etablir_parcours", {"profil": "PADHUE"}), ("lancer", {})])
        obligatoires = [c for c in codes(formalites) if graphe()[c].obligatoire]
        assert refuse(lambda: faire(formalites, "clore", bruno), Refus) == (
            f"Étapes obligatoires à finir ou à déclarer sans objet : {', '.join(obligatoires)}."
        )
        for code in obligatoires:
            faire(etape(formalites, code), "declarer_sans_objet", bruno, motif="deja_fait")
        assert faire(formalites, "clore", bruno).etat == "clos"

    def test_les_etapes_obligatoires_qui_restent_sont_nommees(self, formalites, bruno):
        enchainer(formalites, bruno, [("etablir_parcours", {"profil": "REMP"}), ("lancer", {})])
        for code in codes(formalites):
            if graphe()[code].obligatoire and code not in {"F14", "R02"}:
                faire(etape(formalites, code), "declarer_sans_objet", bruno, motif="deja_fait")
        assert refuse(lambda: faire(formalites, "clore", bruno), Refus) == (
            "Étapes obligatoires à finir ou à déclarer sans objet : F14, R02."
        )

    def test_corriger_le_profil_garde_ce_qui_est_fait_et_oublie_le_reste(self, formalites, bruno):
        faire(formalites, "etablir_parcours", bruno, profil="LIB")
        enchainer(etape(formalites, "F03"), bruno, OBTENIR)
        faire(etape(formalites, "F11"), "declarer_sans_objet", bruno, motif="deja_fait")
        faire(etape(formalites, "F01"), "commencer", bruno)
        corrige = faire(formalites, "corriger_profil", bruno)
        assert (corrige.etat, codes(formalites)) == ("exprime", ["F01", "F03", "F11"])
        refait = faire(formalites, "etablir_parcours", bruno, profil="REMP")
        attendus = {f.code for f in etapes_du_profil("REMP")} | {"F03", "F11"}
        assert codes(formalites) == sorted(attendus, key=rangs().get)
        assert {c: etape(formalites, c).etat for c in ("F01", "F03", "F11", "F08")} == {
            "F01": "en_cours", "F03": "obtenue", "F11": "sans_objet", "F08": "a_faire",
        }  # fmt: skip
        assert refait.progres() == (2, len(attendus))

    def test_une_etape_refusee_puis_a_refaire_garde_sa_vie_au_changement_de_profil(self, formalites, bruno):
        faire(formalites, "etablir_parcours", bruno, profil="LIB")
        enchainer(
            etape(formalites, "F03"),
            bruno,
            [OBTENIR[0], ("refuser", {"decision_le": dans(0), "motif": "incomplet"}), ("representer", {})],
        )
        faire(formalites, "corriger_profil", bruno)
        assert codes(formalites) == ["F03"]

    def test_les_etapes_d_un_autre_profil_ne_bloquent_plus(self, formalites, bruno):
        """F19 waits for the Order's register (F08), which a locum under licence never enters."""
        faire(formalites, "etablir_parcours", bruno, profil="REMP")
        assert [b.code for b in etape(formalites, "F19").bloqueurs] == ["F08", "F10"]
        enchainer(formalites, bruno, [("corriger_profil", {}), ("etablir_parcours", {"profil": "REMP_NON_THESE"})])
        assert [b.code for b in etape(formalites, "F19").bloqueurs] == ["F10"]

    def test_la_page_du_dossier_se_lit_encore_apres_un_changement_de_profil(self, formalites, bruno):
        enchainer(
            formalites,
            bruno,
            [
                ("etablir_parcours", {"profil": "LIB"}),
                ("corriger_profil", {}),
                ("etablir_parcours", {"profil": "PADHUE"}),
            ],
        )
        page = client_de(bruno).get(f"/dossiers/{formalites.dossier_id}/")
        assert (page.status_code, "corriger le profil" in texte_de(page)) == (200, True)


class TestChangerDeProfil:
    pytestmark = en_base

    @pytest.fixture
    def en_cours(self, formalites, bruno):
        return enchainer(formalites, bruno, [("etablir_parcours", {"profil": "LIB"}), ("lancer", {})])

    def test_en_cours_les_etapes_suivent_le_profil_sans_perdre_ce_qui_est_fait(self, en_cours, bruno):
        enchainer(etape(en_cours, "F03"), bruno, OBTENIR)
        faire(etape(en_cours, "F01"), "commencer", bruno)
        faire(etape(en_cours, "F27"), "declarer_sans_objet", bruno, motif="deja_fait")
        change = faire(en_cours, "changer_profil", bruno, profil="REMP", ouverture_le=dans(90))
        attendus = {f.code for f in etapes_du_profil("REMP")} | {"F03", "F27"}
        assert (change.etat, change.profil, change.ouverture_le) == ("en_cours", "REMP", dans(90))
        assert codes(en_cours) == sorted(attendus, key=rangs().get)
        assert {e.code for e in Etape.objects.filter(formalites=en_cours) if e.hors_profil} == {"F03", "F27"}
        assert etape(en_cours, "F01").etat == "en_cours"

    def test_une_etape_commune_aux_deux_profils_n_est_pas_recreee(self, en_cours, bruno):
        avant = etape(en_cours, "F10").pk
        faire(en_cours, "changer_profil", bruno, profil="SAL")
        assert (etape(en_cours, "F10").pk, etape(en_cours, "F10").history.count()) == (avant, 1)

    def test_une_etape_hors_du_profil_ne_bloque_ni_n_oblige_personne(self, en_cours, bruno):
        faire(etape(en_cours, "F04"), "commencer", bruno)
        faire(en_cours, "changer_profil", bruno, profil="UE")
        hors = etape(en_cours, "F04")
        assert [(m.phrase, m.ton) for m in hors.marques(dans(0))] == [("hors du nouveau profil", "info")]
        assert relu(en_cours).progres() == (0, len(etapes_du_profil("UE")))
        assert "F04" not in refuse(lambda: faire(en_cours, "clore", bruno), Refus)

    def test_pas_d_exercice_liberal_pendant_la_consolidation(self, formalites, bruno):
        enchainer(formalites, bruno, [("etablir_parcours", {"profil": "PADHUE"}), ("lancer", {})])
        phrase = (
            "Pas d’exercice libéral pendant le parcours de consolidation : l’autorisation ministérielle d’exercice (F06)"
            " n’est pas obtenue."
        )
        for profil in ("LIB", "COLL", "REMP", "REMP_NON_THESE", "UE"):
            assert refuse(lambda p=profil: faire(formalites, "changer_profil", bruno, profil=p), Refus) == phrase
        assert faire(formalites, "changer_profil", bruno, profil="SAL").profil == "SAL"

    def test_une_fois_autorise_le_liberal_s_ouvre(self, formalites, bruno):
        enchainer(formalites, bruno, [("etablir_parcours", {"profil": "PADHUE"}), ("lancer", {})])
        enchainer(etape(formalites, "F06"), bruno, OBTENIR)
        assert faire(formalites, "changer_profil", bruno, profil="LIB").profil == "LIB"

    def test_un_medecin_note_en_consolidation_n_ouvre_pas_de_parcours_liberal(self, bruno):
        padhue = personne(statut="padhue_pcc", these_soutenue=False)
        dossier = ouvrir_dossier(bruno, personnes=(padhue,), besoins=("formalites",))
        formalites = besoin(dossier, "formalites")
        assert refuse(lambda: faire(formalites, "etablir_parcours", bruno, profil="LIB"), Refus).startswith(
            "Pas d’exercice libéral pendant le parcours de consolidation"
        )
        assert faire(formalites, "etablir_parcours", bruno, profil="PADHUE").etat == "parcours_etabli"

    def test_le_formulaire_ne_propose_pas_le_liberal_en_consolidation_et_dit_pourquoi(self, bruno):
        padhue = personne(statut="padhue_pcc", these_soutenue=False)
        dossier = ouvrir_dossier(bruno, personnes=(padhue,), besoins=("formalites",))
        formalites = besoin(dossier, "formalites")
        client, adresse = client_de(bruno), reverse("demarches.geste", args=[formalites.pk, "etablir_parcours"])
        form = client.get(adresse).context["form"]
        assert {code for code, _ in form.fields["profil"].choices} == {"", "SAL", "PADHUE", "DOCTEUR_JUNIOR"}
        assert PRIVE_FERME in texte_de(client.get(adresse))
        force = client.post(adresse, {"profil": "LIB", **jetons(dossier)})
        assert (force.status_code, texte_de(force).count(PRIVE_FERME), relu(formalites).etat) == (422, 3, "exprime")
        assert PRIVE_FERME in texte_de(client.get(f"/dossiers/{dossier.pk}/"))

    def test_une_fois_autorise_la_page_ne_ferme_plus_le_liberal(self, formalites, bruno):
        enchainer(formalites, bruno, [("etablir_parcours", {"profil": "PADHUE"}), ("lancer", {})])
        assert formalites.choix_ecartes("profil") == (PRIVES, PRIVE_FERME)
        enchainer(etape(formalites, "F06"), bruno, OBTENIR)
        assert (relu(formalites).choix_ecartes("profil"), relu(formalites).choix_ecartes("ouverture_le")) == (
            (frozenset(), ""), (frozenset(), ""),
        )  # fmt: skip

    def test_le_mode_d_exercice_attend_l_autorisation(self, formalites, bruno):
        enchainer(formalites, bruno, [("etablir_parcours", {"profil": "PADHUE"}), ("lancer", {})])
        enchainer(etape(formalites, "F01"), bruno, OBTENIR)
        assert [b.code for b in etape(formalites, "F10").bloqueurs] == ["F06"]
        assert not any("libéral" in e.formalite.libelle for e in Etape.objects.filter(formalites=formalites))

    def test_d_un_profil_a_l_autre_rien_de_commence_ne_se_perd(self, en_cours, bruno):
        """Through every profile in turn, a step touched under each: all stay, and nothing else of the past does."""
        touchees = set()
        for profil in ("COLL", "UE", "SAL", "REMP_NON_THESE", "REMP", "DOCTEUR_JUNIOR", "LIB", "PADHUE"):
            faire(en_cours, "changer_profil", bruno, profil=profil)
            attendus = {f.code for f in etapes_du_profil(profil)} | touchees
            assert codes(en_cours) == sorted(attendus, key=rangs().get)
            libre = next(c for c in reversed(codes(en_cours)) if c not in touchees)
            faire(etape(en_cours, libre), "declarer_sans_objet", bruno, motif="autre")
            touchees.add(libre)

    def test_la_page_dit_quelles_etapes_sont_seulement_recommandees(self, en_cours, bruno):
        page = texte_de(client_de(bruno).get(f"/dossiers/{en_cours.dossier_id}/"))
        recommandees = [f for f in etapes_du_profil(en_cours.profil) if not f.obligatoire]
        assert (page.count(" recommandée "), "F02" in {f.code for f in recommandees}) == (len(recommandees), True)

    def test_la_page_marque_ce_qui_est_hors_du_profil(self, en_cours, bruno):
        enchainer(etape(en_cours, "F03"), bruno, OBTENIR)
        faire(en_cours, "changer_profil", bruno, profil="REMP")
        page = texte_de(client_de(bruno).get(f"/dossiers/{en_cours.dossier_id}/"))
        assert page.count("hors du nouveau profil") == 1


# -- one step ----------------------------------------------------------------------------------------------------------


class TestEtape:
    pytestmark = en_base

    @pytest.fixture
    def parcours(self, formalites, bruno):
        return faire(formalites, "etablir_parcours", bruno, profil="LIB")

    def test_une_etape_attend_celles_d_avant(self, parcours, bruno):
        f07 = etape(parcours, "F07")
        phrase = f"Bloquée par F03 {graphe()['F03'].libelle}, F04 {graphe()['F04'].libelle}."
        assert refuse(lambda: faire(f07, "commencer", bruno), Refus) == phrase
        assert refuse(lambda: faire(f07, "deposer", bruno, depose_le=dans(0)), Refus) == phrase
        enchainer(etape(parcours, "F03"), bruno, OBTENIR)
        assert refuse(lambda: faire(f07, "commencer", bruno), Refus) == f"Bloquée par F04 {graphe()['F04'].libelle}."
        # an end without success unblocks as well (domaine.md §1, rule 1)
        faire(etape(parcours, "F04"), "declarer_sans_objet", bruno, motif="non_concerne")
        assert faire(f07, "commencer", bruno).etat == "en_cours"

    def test_une_etape_bloquee_peut_etre_sans_objet(self, parcours, bruno):
        assert faire(etape(parcours, "F08"), "declarer_sans_objet", bruno, motif="deja_fait").est_finie

    def test_une_etape_refusee_bloque_encore_la_suite(self, parcours, bruno):
        enchainer(etape(parcours, "F01"), bruno, [OBTENIR[0], ("refuser", {"decision_le": dans(0), "motif": "autre"})])
        assert [b.code for b in etape(parcours, "F10").bloqueurs] == ["F01"]

    def test_commencer_donne_l_echeance_de_la_duree_habituelle(self, parcours, bruno):
        """F01 usually takes five days, that is four working days."""
        commencee = relu(faire(etape(parcours, "F01"), "commencer", bruno))
        assert (commencee.etat, commencee.attend, commencee.echeance) == (
            "en_cours", "guichet", echeance(timezone.now(), 4),
        )  # fmt: skip

    def test_une_etape_immediate_laisse_un_jour(self, parcours, bruno):
        assert graphe()["F03"].delai_j[1] == 0
        assert faire(etape(parcours, "F03"), "commencer", bruno).echeance == echeance(timezone.now(), 1)

    def test_la_piece_manquante_revient_chez_le_candidat_puis_repart(self, parcours, bruno):
        chez_lui = enchainer(
            etape(parcours, "F01"),
            bruno,
            [OBTENIR[0], ("instruire", {}), ("demander_piece", {"piece_demandee": "CV", "piece_avant_le": dans(7)})],
        )
        assert (chez_lui.etat, chez_lui.attend, chez_lui.piece_demandee, chez_lui.piece_avant_le) == (
            "piece_manquante", "candidat", "CV", dans(7),
        )  # fmt: skip
        obtenue = enchainer(chez_lui, bruno, [("completer", {"depose_le": dans(-1)}), OBTENIR[1]])
        assert (obtenue.etat, obtenue.attend, obtenue.depose_le, obtenue.decision_le, obtenue.echeance) == (
            "obtenue", "personne", dans(-1), dans(0), None,
        )  # fmt: skip

    def test_un_refus_veut_un_motif_et_permet_de_redemander(self, parcours, bruno):
        deposee = enchainer(etape(parcours, "F01"), bruno, OBTENIR[:1])
        assert refuse(lambda: faire(deposee, "refuser", bruno, decision_le=dans(0)), Refus) == (
            "Choisissez un motif dans la liste."
        )
        refusee = faire(deposee, "refuser", bruno, decision_le=dans(0), motif="conditions")
        assert (refusee.etat, refusee.est_finie, faire(refusee, "representer", bruno).etat) == (
            "refusee",
            False,
            "a_faire",
        )

    def test_ce_qui_est_obtenu_ne_bouge_plus(self, parcours, bruno):
        enchainer(etape(parcours, "F01"), bruno, OBTENIR)
        assert refuse(lambda: faire(etape(parcours, "F01"), "declarer_sans_objet", bruno, motif="autre"), Refus) == (
            "« Sans objet » n’est pas possible à l’état « Obtenue »."
        )

    def test_une_etape_sans_objet_se_retablit(self, parcours, bruno):
        retablie = enchainer(
            etape(parcours, "F01"), bruno, [("declarer_sans_objet", {"motif": "deja_fait"}), ("reprendre", {})]
        )
        assert (retablie.etat, retablie.attend) == ("a_faire", "candidat")

    def test_la_cpam_avance_les_siennes_du_debut_a_la_fin(self, parcours, bruno, chloe):
        for bloqueur in etape(parcours, "F21").bloqueurs:
            faire(bloqueur, "declarer_sans_objet", bruno, motif="deja_fait")
        assert enchainer(etape(parcours, "F21"), chloe, OBTENIR).etat == "obtenue"
        with pytest.raises(Introuvable):
            faire(etape(parcours, "F01"), "commencer", chloe)


class TestEcarts:
    """The law's spacings, as the page shows them and as gestures refuse."""

    pytestmark = en_base

    @pytest.fixture
    def parcours(self, formalites, bruno):
        return faire(formalites, "etablir_parcours", bruno, profil="LIB", ouverture_le=dans(200))

    def liberer(self, parcours, code, bruno):
        for bloqueur in etape(parcours, code).bloqueurs:
            faire(bloqueur, "declarer_sans_objet", bruno, motif="deja_fait")
        return etape(parcours, code)

    def test_le_cabinet_n_ouvre_pas_moins_de_trente_jours_apres_sa_declaration(self, parcours, bruno):
        faire(self.liberer(parcours, "F17", bruno), "deposer", bruno, depose_le=dans(-20))
        faire(self.liberer(parcours, "F35", bruno), "commencer", bruno)
        assert refuse(lambda: faire(etape(parcours, "F35"), "obtenir", bruno, decision_le=dans(0)), Refus) == (
            f"Déclarée à l’Ordre le {date_longue(dans(-20))} (F17) : le cabinet n’ouvre pas avant le"
            f" {date_longue(dans(10))}, 30 jours après."
        )

    def test_la_date_saisie_est_jugee_elle_aussi(self, parcours, bruno):
        faire(self.liberer(parcours, "F17", bruno), "deposer", bruno, depose_le=dans(-40))
        faire(self.liberer(parcours, "F35", bruno), "commencer", bruno)
        with pytest.raises(Refus) as refus:
            faire(etape(parcours, "F35"), "obtenir", bruno, decision_le=dans(-11))
        assert refus.value.champ == "decision_le"
        assert faire(etape(parcours, "F35"), "obtenir", bruno, decision_le=dans(-10)).etat == "obtenue"

    def test_les_dates_propres_a_une_etape_ne_se_demandent_que_la(self, parcours):
        demandes = {
            code: [
                champ for geste in ("commencer", "deposer", "obtenir")
                for champ in etape(parcours, code).facultatifs_de(Etape.gestes()[geste])
            ]
            for code in ("F01", "F13")
        }  # fmt: skip
        assert demandes == {"F01": ["recepisse"], "F13": ["signe_le", "recepisse", "signe_le"]}

    def test_l_executeur_refuse_une_date_propre_a_une_autre_etape(self, parcours, bruno):
        phrase = refuse(lambda: faire(etape(parcours, "F01"), "commencer", bruno, signe_le=dans(0)), Refus)
        assert phrase == "Ce geste ne demande pas ces informations."

    def test_une_licence_expire_un_quinze_ou_un_trente_novembre(self, formalites, bruno):
        faire(formalites, "etablir_parcours", bruno, profil="REMP_NON_THESE")
        licence = faire(etape(formalites, "R01"), "commencer", bruno)
        annee = timezone.localdate().year + 1
        faux = {"decision_le": dans(0), "expire_le": dt.date(annee, 11, 20)}
        assert refuse(lambda: faire(licence, "obtenir", bruno, **faux), Refus) == (
            "Une licence de remplacement expire un 15 ou un 30 novembre."
        )
        obtenue = faire(licence, "obtenir", bruno, decision_le=dans(0), expire_le=dt.date(annee, 11, 30))
        assert [m.phrase for m in relu(obtenue).marques(dans(0))] == [
            f"Licence valable jusqu’au {date_longue(dt.date(annee, 11, 30))}."
        ]

    def test_on_ne_remplace_pas_sur_une_licence_expiree(self, formalites, bruno):
        faire(formalites, "etablir_parcours", bruno, profil="REMP_NON_THESE")
        licence = faire(etape(formalites, "R01"), "commencer", bruno)
        expire = dt.date(timezone.localdate().year - 1, 11, 30)
        faire(licence, "obtenir", bruno, decision_le=expire - dt.timedelta(days=300), expire_le=expire)
        contrat = etape(formalites, "R02")
        assert refuse(lambda: faire(contrat, "deposer", bruno, depose_le=dans(0)), Refus) == (
            f"La licence de remplacement a expiré le {date_longue(expire)} (R01) : renouvelez-la d’abord."
        )

    def test_la_page_dit_les_ecarts_et_la_date_probable(self, parcours, bruno):
        page = texte_de(client_de(bruno).get(f"/dossiers/{parcours.dossier_id}/"))
        limite, probable, tot = (" ".join(date_longue(dans(j)).split()) for j in (170, 166, 70))
        assert f"À déposer au plus tard le {limite}, 30 jours avant l’ouverture." in page
        assert f"Ouverture probable : {probable} (au plus tôt {tot}" in page
        assert page.count("décide de la date") == 9
