"""A file becomes calls and dossiers: each line once, at its own hours, whatever stops in between."""

import datetime as dt
import io
import uuid

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from dossiers.actions import imports as actions
from dossiers.actions import imports_lots as lots
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Refus
from dossiers.forms.imports import LecteurDeLignes, saisi
from dossiers.lectures import imports as lecture
from dossiers.models import Appel, Courrier, Dossier, Engagement, FichierImport, Import, LigneImport, Personne
from dossiers.regles.delais import PARIS
from dossiers.regles.imports import classeur
from dossiers.tasks import avancer_import
from tests.aides import clore, ouvrir_dossier, personne, refuse, relu

pytestmark = pytest.mark.django_db

ENTETES = [
    "Date appel",
    "Nom du médecin",
    "Statut",
    "Tél",
    "Ville",
    "Besoins",
    "Observations",
    "Suite",
    "Rappel le",
    "Agent",
]
CHAMPS = ["date", "qui", "statut", "numero", "communes", "besoins", "texte", "suite", "rappel", "pris_par"]
BONNE = {
    "Date appel": "05/01/2026 9h12", "Nom du médecin": "Mme Hélène ROUX", "Statut": "interne", "Tél": "04 65 71 20 40", "Ville": "Anduze",
    "Besoins": "logement", "Observations": "Cherche un meublé.",
}  # fmt: skip

PAUL = {**BONNE, "Nom du médecin": "Paul Vidal", "Tél": "04 65 71 20 43"}


def fichier(*lignes):
    """Return the bytes of a workbook of these lines, each given by header."""
    return classeur.ecrire("Appels", ENTETES, [[ligne.get(e, "") for e in ENTETES] for ligne in lignes])


def deposer(agent, *lignes):
    return actions.deposer("appels.xlsx", fichier(*lignes), agent=agent, cle=uuid.uuid4())


def lire(agent, *lignes, lire_texte=True):
    """Send a file, say its columns, have it read as the worker does; return the import."""
    importation = deposer(agent, *lignes)
    actions.relier(importation, CHAMPS, lire_texte=lire_texte, agent=agent, cle=uuid.uuid4())
    travailler(importation)
    return relu(importation)


def travailler(importation):
    assert not lots.lire_les_lignes(importation.pk, LecteurDeLignes, secondes=60)
    assert not lots.importer(importation.pk, saisi, secondes=60)


def lancer(importation, agent):
    actions.lancer(importation, agent=agent, cle=uuid.uuid4())
    travailler(importation)
    return relu(importation)


def decider(importation, suite, agent, **options):
    return actions.decider(importation, suite, agent=agent, cle=uuid.uuid4(), **options)


def sorts(importation):
    return {x.numero: x.sort for x in importation.lignes.all()}


def test_une_ligne_devient_un_dossier_a_sa_date_avec_son_histoire(bruno):
    importation = lancer(lire(bruno, BONNE), bruno)
    ligne = importation.lignes.get()
    appel, dossier = ligne.appel, ligne.dossier
    medecin = dossier.participants.get().personne
    assert (importation.phase, ligne.sort, appel.recu_le, appel.canal, appel.issue) == (
        "termine", "importee", dt.datetime(2026, 1, 5, 9, 12, tzinfo=PARIS), "telephone", "dossier_cree",
    )  # fmt: skip
    assert (medecin.civilite, medecin.prenom, medecin.nom, medecin.statut) == ("madame", "Hélène", "Roux", "interne")
    assert [c.nom for c in dossier.communes.all()] == ["Anduze"]
    assert (set(dossier.demarches.values_list("type", flat=True)), dossier.cree_le) == ({"logement"}, appel.recu_le)
    histoire = appel.history.get()
    assert (histoire.history_user, histoire.history_change_reason) == (bruno, f"Import n° {importation.pk}, ligne 2")
    # who called last winter is not thanked today for calling
    assert Courrier.objects.filter(dossier=dossier).count() == 0


def test_l_appel_est_a_qui_l_a_pris_et_signe_par_qui_importe(bruno, amina):
    importation = lancer(
        lire(
            bruno,
            {**BONNE, "Agent": "Amina"},
            {**PAUL, "Agent": "Mme Inconnue"},
        ),
        bruno,
    )
    pris, autre = (x.appel for x in importation.lignes.all())
    assert (pris.agent, pris.history.get().history_user, autre.agent) == (amina, bruno, bruno)
    assert autre.texte == "Cherche un meublé.\nPris par : Mme Inconnue"


def test_le_texte_libre_remplit_ce_qui_est_vide_et_cela_se_voit(bruno):
    brute = {
        "Date appel": "05/01/2026",
        "Nom du médecin": "Paul Vidal",
        "Observations": "interne, cherche un meublé à Anduze, 04 65 71 20 42",
    }
    avec, sans = (lire(bruno, brute, lire_texte=oui).lignes.get() for oui in (True, False))
    assert (avec.saisie["besoins"], avec.saisie["communes"], avec.saisie["statut"], avec.decision) == (
        ["logement"],
        ["Anduze"],
        ["interne"],
        "ouvrir",
    )
    assert {"besoins", "communes", "statut", "numero"} <= set(avec.proposes)
    assert (sans.saisie.get("besoins"), sans.proposes, sans.decision) == (None, [], "seul")


def test_une_ligne_sans_besoin_ou_qui_n_en_demande_pas_reste_un_appel(bruno):
    importation = lire(
        bruno, {**BONNE, "Besoins": "", "Observations": "rappellera"}, {**PAUL, "Suite": "faux numéro"},
        {**BONNE, "Nom du médecin": "CPAM du Gard", "Tél": "04 65 71 20 44"}, lire_texte=False,
    )  # fmt: skip
    importation = lancer(importation, bruno)
    issues = [(x.dossier, x.appel.issue, x.appel.role) for x in importation.lignes.all()]
    assert issues == [
        (None, "information_donnee", "candidat"), (None, "erreur_numero", "candidat"), (None, "information_donnee", "partenaire"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "champ", "phrase"),
    [
        ({"Date appel": ""}, "date", "la date de l’appel manque"),
        ({"Date appel": "05/01/2099"}, "date", "L’heure de l’appel est dans le futur."),
        ({"Date appel": "05/01/1999"}, "date", "Relisez la date de l’appel : elle est trop ancienne."),
        ({"Besoins": "", "Observations": ""}, "texte", "Notez ce qui est dit, ou cochez un besoin."),
        ({"Nom du médecin": "=A1"}, "qui", "cette cellule contient une formule : écrivez sa valeur"),
        ({"Ville": "Saint-Jean"}, "communes", "« Saint-Jean » : écrivez Saint-Jean-du-Pin ou Saint-Jean-du-Gard ou Saint-Jean-de-Serres"),
        ({"Observations": "x" * 20_001}, "texte", "Assurez-vous que cette valeur comporte au plus 20000 caractères (actuellement 20001)."),
    ],
)  # fmt: skip
def test_une_ligne_fautive_dit_sa_colonne_et_n_est_pas_importee(bruno, change, champ, phrase):
    importation = lire(bruno, {**BONNE, **change}, lire_texte=False)
    ligne = importation.lignes.get()
    assert (ligne.sort, ligne.erreurs) == ("a_corriger", [[champ, phrase]])
    assert refuse(lambda: lancer(importation, bruno), Refus).startswith("Aucune ligne n’est prête")


def test_un_numero_de_securite_sociale_n_entre_pas(bruno):
    importation = lire(bruno, {**BONNE, "Observations": "NIR 1 85 05 78 006 084 91 dicté"})
    ligne = importation.lignes.get()
    assert ("1 85 05" in str(ligne.cellules), ligne.saisie["texte"], ligne.sort) == (
        False,
        ["NIR [numéro retiré] dicté"],
        "valide",
    )
    assert FichierImport.objects.count() == 0


def test_un_rappel_a_venir_est_promis_un_rappel_passe_est_note(bruno):
    demain = timezone.localdate() + dt.timedelta(days=1)
    importation = lancer(
        lire(bruno, {**BONNE, "Rappel le": f"{demain:%d/%m/%Y} 10h"}, {**PAUL, "Rappel le": "12/01/2026"}),
        bruno,
    )  # fmt: skip
    promis = Engagement.objects.get()
    assert (promis.pour_le, promis.dossier) == (
        dt.datetime.combine(demain, dt.time(10), PARIS),
        importation.lignes.first().dossier,
    )
    assert importation.lignes.last().appel.texte.endswith("Rappel : 12/01/2026")


# -- who may be known already --------------------------------------------------------------------------------------


def connu(agent, **champs):
    return ouvrir_dossier(agent, personnes=(personne("Roux", "Hélène", telephones=("04 65 71 20 40",)),), **champs)


def test_qui_a_deja_un_dossier_est_montre_avec_ses_raisons_et_rien_n_est_decide(bruno):
    dossier = connu(bruno)
    importation = lire(bruno, BONNE)
    (vue,), _ = lecture.lignes(importation, bruno, "", 0)
    (proche,) = vue.proches
    assert (vue.ligne.sort, vue.ligne.decision, proche.dossier, proche.fort) == ("doublon", "", dossier, True)
    assert proche.raisons == ["même téléphone", "même nom", "même prénom", "même commune visée"]
    assert refuse(lambda: lancer(importation, bruno), Refus).startswith("Aucune ligne n’est prête")


def test_rejoindre_ajoute_l_appel_au_dossier_sans_y_mettre_la_personne_deux_fois(bruno):
    dossier = connu(bruno)
    importation = lire(bruno, BONNE)
    assert decider(importation, "rejoindre", bruno) == 1
    lancer(importation, bruno)
    assert (Dossier.objects.count(), dossier.appels.count(), dossier.participants.count()) == (1, 2, 1)
    assert Personne.objects.count() == 1


def test_ouvrir_un_dossier_de_plus_demande_pourquoi(bruno):
    connu(bruno)
    importation = lire(bruno, BONNE)
    assert refuse(lambda: decider(importation, "ouvrir", bruno), Refus) == "Dites pourquoi ouvrir un dossier de plus."
    decider(importation, "ouvrir", bruno, motif_double="homonyme", numero=2)
    dossier = lancer(importation, bruno).lignes.get().dossier
    assert (Dossier.objects.count(), dossier.history.first().history_motif) == (2, "homonyme")


def test_laisser_de_cote_puis_reprendre(bruno):
    connu(bruno)
    importation = lire(bruno, BONNE)
    decider(importation, "ecarter", bruno, numero=2)
    ecartee = sorts(importation)
    decider(importation, "reprendre", bruno, numero=2)
    assert (ecartee, sorts(importation)) == ({2: "ecartee"}, {2: "doublon"})


def test_deux_lignes_d_une_personne_font_un_dossier(bruno):
    importation = lire(
        bruno, BONNE, {**BONNE, "Date appel": "06/01/2026 10h", "Nom du médecin": "ROUX Helene"}, lire_texte=False
    )
    premiere, seconde = importation.lignes.all()
    assert (sorts(importation), seconde.voisine) == ({2: "valide", 3: "doublon"}, premiere)
    decider(importation, "suivre", bruno, numero=3)
    importation = lancer(importation, bruno)
    dossier = importation.lignes.first().dossier
    assert (Dossier.objects.count(), dossier.appels.count(), dossier.participants.count()) == (1, 2, 1)


def test_une_ligne_qui_en_suit_une_autre_restee_sans_dossier_est_rendue(bruno):
    importation = lire(bruno, BONNE, {**BONNE, "Date appel": "06/01/2026 10h"})
    decider(importation, "suivre", bruno, numero=3)
    decider(importation, "seul", bruno, numero=2)
    importation = lancer(importation, bruno)
    assert (sorts(importation), importation.phase) == ({2: "importee", 3: "doublon"}, "a_verifier")


def test_un_dossier_cache_est_annonce_sans_rien_en_dire(bruno, estelle):
    cache = connu(estelle)
    Dossier.objects.filter(pk=cache.pk).update(confidentiel=True)
    importation = lire(bruno, BONNE)
    ligne = importation.lignes.get()
    assert (ligne.sort, ligne.proches, ligne.cache) == ("doublon", [], True)
    dit = refuse(lambda: decider(importation, f"dossier:{cache.pk}", bruno, numero=2), Refus)
    assert dit.startswith("Ce choix n’est plus possible")
    assert decider(importation, "rejoindre", bruno) == 0


def test_le_dossier_a_rejoindre_clos_entre_temps_rend_la_ligne(bruno):
    dossier = connu(bruno)
    importation = lire(bruno, BONNE)
    decider(importation, "rejoindre", bruno)
    clore(dossier, bruno)
    ligne = lancer(importation, bruno).lignes.get()
    assert (ligne.sort, ligne.erreurs[0][1]) == (
        "a_corriger",
        "Ce dossier est clos : rouvrez-le d’abord, ou ouvrez un nouveau dossier.",
    )
    assert dossier.appels.count() == 1


def test_qui_n_a_que_le_meme_numero_se_decide_un_par_un(bruno):
    dossier = connu(bruno)
    importation = lire(bruno, {**BONNE, "Nom du médecin": "", "Ville": "Bagard"})
    assert (sorts(importation), decider(importation, "rejoindre", bruno)) == ({2: "doublon"}, 0)
    decider(importation, f"dossier:{dossier.pk}", bruno, numero=2)
    assert importation.lignes.get().choisi == dossier


def test_un_dossier_ouvert_pendant_ce_temps_fait_redemander(bruno, amina):
    importation = lire(bruno, BONNE)
    dossier = connu(amina)
    importation = lancer(importation, bruno)
    ligne = importation.lignes.get()
    assert (ligne.sort, ligne.proches[0][0], importation.phase, Dossier.objects.count()) == (
        "doublon",
        dossier.pk,
        "a_verifier",
        1,
    )


# -- stopped, taken up again, twice --------------------------------------------------------------------------------


def beaucoup(n):
    return [
        {**BONNE, "Nom du médecin": f"NOM{chr(65 + i)} Prénom{chr(65 + i)}", "Tél": f"04 65 71 30 {i:02}"}
        for i in range(n)
    ]


def test_un_import_arrete_au_milieu_reprend_sans_double_ni_perte(bruno):
    importation = lire(bruno, *beaucoup(8), lire_texte=False)
    actions.lancer(importation, agent=bruno, cle=uuid.uuid4())
    assert lots.importer(importation.pk, saisi, secondes=-1)
    assert list(sorts(importation).values()).count("importee") == 1

    class Mort(BaseException):
        pass

    def mourir(ligne, *reste):
        if ligne.numero == 5:
            raise Mort
        return saisi(ligne, *reste)

    with pytest.raises(Mort):
        lots.importer(importation.pk, mourir, secondes=60)
    assert list(sorts(importation).values()).count("importee") == 3
    for _ in range(2):
        avancer_import(importation.pk)
    assert (set(sorts(importation).values()), relu(importation).phase) == ({"importee"}, "termine")
    assert (Appel.objects.count(), Dossier.objects.count()) == (8, 8)


def test_une_ligne_deja_ecrite_sous_sa_cle_ne_l_est_pas_deux_fois(bruno):
    importation = lire(bruno, {**BONNE, "Suite": "info donnée"})
    actions.lancer(importation, agent=bruno, cle=uuid.uuid4())
    ancienne = LigneImport.objects.get()
    lots._importer(ancienne, importation, saisi)
    lots._importer(ancienne, importation, saisi)  # what a second worker, late, still holds in memory
    assert (Appel.objects.count(), sorts(importation)) == (1, {2: "importee"})


def test_une_ligne_qui_casse_n_arrete_pas_les_autres(bruno, caplog):
    importation = lire(bruno, *beaucoup(3), lire_texte=False)
    actions.lancer(importation, agent=bruno, cle=uuid.uuid4())

    def casser(ligne, *reste):
        if ligne.numero == 3:
            raise RuntimeError("NOMB Prénom")
        return saisi(ligne, *reste)

    assert not lots.importer(importation.pk, casser, secondes=60)
    assert sorts(importation) == {2: "importee", 3: "a_corriger", 4: "importee"}
    # nothing a line holds is logged
    assert (f"import {importation.pk}, ligne 3 en échec (RuntimeError)" in caplog.text, "NOMB" in caplog.text) == (
        True,
        False,
    )


def test_interrompre_puis_reprendre(bruno):
    importation = lire(bruno, *beaucoup(3), lire_texte=False)
    actions.lancer(importation, agent=bruno, cle=uuid.uuid4())
    actions.interrompre(importation, agent=bruno, cle=uuid.uuid4())
    assert (lots.importer(importation.pk, saisi, secondes=60), Appel.objects.count()) == (False, 0)
    assert lancer(importation, bruno).phase == "termine"


def test_un_import_muet_est_repris_par_l_horloge(bruno, monkeypatch):
    reveilles = []
    monkeypatch.setattr(lots, "reveiller", reveilles.append)
    importation = deposer(bruno, BONNE)
    actions.relier(importation, CHAMPS, lire_texte=True, agent=bruno, cle=uuid.uuid4())
    assert lots.reprendre(timezone.now()) == 0
    assert (lots.reprendre(timezone.now() + dt.timedelta(minutes=5)), reveilles) == (1, [importation.pk])


def test_le_meme_envoi_deux_fois_ne_depose_qu_un_import(bruno):
    cle, octets = uuid.uuid4(), fichier(BONNE)
    importation = actions.deposer("a.xlsx", octets, agent=bruno, cle=cle)
    with pytest.raises(DejaFait) as deja:
        actions.deposer("a.xlsx", octets, agent=bruno, cle=cle)
    assert (deja.value.resultat, Import.objects.count()) == (f"imports.fiche:{importation.pk}", 1)
    encore = actions.deposer("b.xlsx", octets, agent=bruno, cle=uuid.uuid4())
    assert lecture.meme_fichier(encore, bruno) == importation


# -- correct, cancel, wipe -----------------------------------------------------------------------------------------


def test_le_fichier_corrige_reprend_le_meme_import(bruno):
    importation = lire(
        bruno, BONNE, {**BONNE, "Date appel": "hier", "Nom du médecin": "=Paul", "Tél": "+33 4 65 71 20 46"}
    )
    importation = lancer(importation, bruno)
    assert (sorts(importation), importation.phase) == ({2: "importee", 3: "a_corriger"}, "a_verifier")
    livre = load_workbook(io.BytesIO(lecture.classeur_a_corriger(importation)))
    feuille = livre.active
    assert [[c.value or "" for c in r][:4] for r in feuille.iter_rows()] == [
        ["Ligne", "À corriger", "Date appel", "Nom du médecin"],
        ["3", "Nom du médecin : cette cellule contient une formule : écrivez sa valeur ; Date appel : cette date ne se lit pas : "
              "écrivez par exemple 05/01/2026 9 h 12", "hier", "=Paul"],
    ]  # fmt: skip
    feuille["C2"], feuille["D2"] = dt.datetime(2026, 1, 6, 15, 30), "Paul Vidal"
    feuille.append(["2", "", "07/01/2026 8h", "Autre Nom"])
    sortie = io.BytesIO()
    livre.save(sortie)
    assert actions.corriger(importation, sortie.getvalue(), agent=bruno, cle=uuid.uuid4()) == (1, 1)
    travailler(importation)
    importation = lancer(importation, bruno)
    assert (importation.phase, Appel.objects.count(), Dossier.objects.count()) == ("termine", 2, 2)
    assert Appel.objects.get(nom_appelant="Paul Vidal").recu_le == dt.datetime(2026, 1, 6, 15, 30, tzinfo=PARIS)


def test_le_fichier_d_un_autre_import_est_refuse(bruno):
    un, autre = (lire(bruno, {**BONNE, "Date appel": "hier"}) for _ in range(2))
    octets = lecture.classeur_a_corriger(autre)
    dit = refuse(lambda: actions.corriger(un, octets, agent=bruno, cle=uuid.uuid4()), Refus)
    assert dit == "Ce fichier n’est pas celui des lignes à corriger de cet import : téléchargez-le ci-dessous."
    assert refuse(lambda: actions.corriger(un, fichier(BONNE), agent=bruno, cle=uuid.uuid4()), Refus) == dit


def test_annuler_efface_les_lignes_et_n_est_plus_possible_ensuite(bruno):
    importation = lire(bruno, BONNE)
    actions.annuler(importation, agent=bruno, cle=uuid.uuid4())
    assert (relu(importation).phase, LigneImport.objects.count(), lecture.comptes(relu(importation))["valide"]) == (
        "annule",
        0,
        1,
    )
    fini = lancer(lire(bruno, BONNE), bruno)
    assert (
        refuse(lambda: actions.annuler(fini, agent=bruno, cle=uuid.uuid4()), Refus)
        == "Cela ne se fait plus : l’import est à « Terminé »."
    )


def test_les_lignes_sont_effacees_trente_jours_apres_la_fin(bruno):
    importation = lancer(lire(bruno, BONNE), bruno)
    assert lots.purger(timezone.now() + dt.timedelta(days=29)) == 0
    assert lots.purger(timezone.now() + dt.timedelta(days=31)) == 1
    importation = relu(importation)
    assert (LigneImport.objects.count(), lecture.comptes(importation)["importee"], Appel.objects.count()) == (0, 1, 1)
    assert importation.history.first().history_geste == "purger_import"


def test_un_import_est_a_son_auteur_et_a_sa_direction(bruno, estelle, amina, chloe, fabien, hugo):
    importation = lire(bruno, BONNE)
    assert [
        a.prenom for a in (bruno, estelle, amina, chloe, fabien, hugo) if Import.objects.visibles_par(a).exists()
    ] == ["Bruno", "Estelle"]
    assert refuse(lambda: actions.lancer(importation, agent=fabien, cle=uuid.uuid4()), Introuvable).startswith(
        "Cet import n’existe pas"
    )


def test_les_colonnes_essentielles_sont_exigees_et_un_champ_ne_sert_qu_une_fois(bruno):
    importation = deposer(bruno, BONNE)

    def relier(*colonnes):
        return refuse(
            lambda: actions.relier(importation, colonnes, lire_texte=True, agent=bruno, cle=uuid.uuid4()), Refus
        )

    assert relier("qui", "texte").startswith("Dites quelle colonne porte la date de l’appel")
    assert relier("date", "qui").startswith("Dites quelle colonne porte les besoins ou les notes")
    assert (
        relier("date", "texte", "date")
        == "« Date de l’appel (avec ou sans heure) » est déjà donné à une autre colonne."
    )


def test_les_choix_de_colonnes_valent_pour_le_prochain_fichier_aux_memes_titres(bruno, fabien):
    importation = deposer(bruno, BONNE)
    choix = ["date", "qui", "", "numero", "", "texte", "notes", "", "", ""]
    actions.relier(importation, choix, lire_texte=True, agent=bruno, cle=uuid.uuid4())
    assert lecture.colonnes_devinees(deposer(bruno, BONNE)) == choix
    assert lecture.colonnes_devinees(deposer(fabien, BONNE)) == CHAMPS
