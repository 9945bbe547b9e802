"""Two files of one household become one; for thirty days all goes back exactly."""

import datetime as dt
import uuid

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.actions.demarches import avancer
from dossiers.actions.dossiers import modifier
from dossiers.actions.fusions import defaire, fusionner
from dossiers.actions.operation import DejaFait
from dossiers.actions.suivi import noter, promettre_sur_dossier
from dossiers.courriers.taches import produire
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.lectures import chronologie
from dossiers.lectures.appels import reconnaitre
from dossiers.lectures.dossiers import Filtres, filtrer
from dossiers.models import Commune, Courrier, Dossier, Fusion, Personne, auteur
from tests.aides import (
    CONJOINT,
    NUMERO,
    besoin,
    clore,
    dans,
    donner_referent,
    faire,
    ouvrir_dossier,
    personne,
    refuse,
    relu,
)

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def autre(bruno):
    """The same household called again from elsewhere: the same doctor by another mail, a second need, notes, a promise."""
    dossier = ouvrir_dossier(
        bruno,
        besoins=("formalites", "logement"),
        enfants=(),
        personnes=(personne(courriel="claire@example.org", telephones=("04 65 71 12 20", "04 65 71 99 01")),),
        communes=tuple(Commune.objects.filter(nom__in=["Anduze", "Alès"])),
    )
    faire(besoin(dossier, "formalites"), "etablir_parcours", bruno, profil="LIB")
    noter(dossier, agent=bruno, cle=uuid.uuid4(), texte="Préfère le matin.", partagee=False)
    promettre_sur_dossier(
        dossier, agent=bruno, cle=uuid.uuid4(), nature="rappel", pour_le=timezone.now() + dt.timedelta(days=2), quoi="",
    )  # fmt: skip
    return relu(dossier)


def unir(maitre, absorbe, agent, **options):
    versions = (relu(maitre).version, relu(absorbe).version)
    return fusionner(maitre, absorbe, agent=agent, **{"versions": versions, "cle": uuid.uuid4(), **options})


def photo():
    """Return every row of the house but histories, and what each act moves by nature: versions and keys."""
    exclus = {"Operation", "Fusion", "Session", "Transition"}
    tables = {}
    for modele in apps.get_models(include_auto_created=True):
        if modele._meta.app_label not in {"dossiers", "workflows"} or modele.__name__ in exclus:
            continue
        if modele.__name__.startswith("Historical"):
            continue
        tus = {"version", "mouvement_le"} | (
            {"id"} if modele._meta.auto_created or modele.__name__ == "TexteRecherche" else set()
        )
        champs = [c.attname for c in modele._meta.local_concrete_fields if c.attname not in tus]
        lignes = modele._base_manager.values_list(*champs)
        tables[modele.__name__] = sorted(map(str, lignes))
    return tables


def test_tout_passe_dans_le_maitre(foyer, autre, bruno):
    accuse = autre.courriers.get(modele__code="C01")
    assert produire(accuse.pk) == "produit"
    unir(foyer, autre, bruno)
    assert {
        "etat": (relu(autre).etat, relu(autre).ouvert, relu(autre).absorbe_par_id),
        "besoins": sorted(foyer.demarches.values_list("type", flat=True)),
        "reste": autre.demarches.count() + autre.notes.count() + autre.engagements.count() + autre.appels.count(),
        "etapes": foyer.etapes.count() > 10,
        "notes": foyer.notes.count(),
        "promesses": foyer.engagements.count(),
        "appels": foyer.appels.count(),
        "lettres restées": [c.modele.code for c in autre.courriers.all()],
        "lettres venues": sorted(c.modele.code for c in foyer.courriers.all()),
        "communes": sorted(c.nom for c in foyer.communes.all()),
    } == {
        "etat": ("fusionne", False, foyer.pk),
        "besoins": ["emploi_conjoint", "formalites", "formalites", "logement", "logement", "scolarisation"],
        "reste": 0,
        "etapes": True,
        "notes": 1,
        "promesses": 1,
        "appels": 2,
        "lettres restées": ["C01"],
        "lettres venues": ["C01", "C02"],
        "communes": ["Alès", "Anduze"],
    }


def test_la_meme_personne_n_est_la_qu_une_fois_et_se_complete(foyer, autre, bruno):
    unir(foyer, autre, bruno)
    foyer_uni = [str(p.personne) for p in foyer.participants.all()]
    claire = foyer.participants.get(role="medecin").personne
    assert (foyer_uni, claire.courriel, sorted(t.e164 for t in claire.telephones.all())) == (
        ["Dr Claire Delmas", "Julien Delmas"], "claire@example.org", ["+33465711220", "+33465719901"],
    )  # fmt: skip
    assert set(foyer.demarches.filter(type="formalites").values_list("personne", flat=True)) == {claire.pk}


def test_deux_homonymes_restent_deux(foyer, autre, bruno):
    sosie = autre.participants.get().personne_id
    unir(foyer, autre, bruno, distinctes=frozenset({sosie}))
    assert [p.personne_id for p in foyer.participants.all()][-1] == sosie
    assert foyer.participants.count() == 3


def test_un_simple_homonyme_n_est_pas_la_meme_personne(foyer, bruno):
    sosie = ouvrir_dossier(bruno, besoins=("logement",), enfants=(), personnes=(personne(telephones=("0465719955",)),))
    unir(foyer, sosie, bruno)
    assert foyer.participants.count() == 3


def test_defaire_rend_tout_exactement(foyer, autre, bruno, estelle):
    avant = photo()
    fusion = unir(foyer, autre, bruno)
    assert photo() != avant
    defaire(fusion, agent=estelle, cle=uuid.uuid4())
    assert photo() == avant


def test_defaire_rend_aussi_un_dossier_suspendu_et_un_dossier_clos(foyer, autre, bruno):
    faire(autre, "suspendre", bruno, reveil_le=dans(30), motif="delai")
    ancien = clore(ouvrir_dossier(bruno, besoins=("logement",), enfants=(), personnes=(personne("Roux"),)), bruno)
    avant = photo()
    premiere = unir(autre, ancien, bruno)
    seconde = unir(foyer, autre, bruno)
    assert relu(ancien).absorbe_par_id == foyer.pk
    assert refuse(lambda: defaire(premiere, agent=bruno, cle=uuid.uuid4()), Refus) == (
        f"Le dossier {autre.numero} est lui-même fusionné : défaites d’abord cette fusion-là."
    )
    defaire(seconde, agent=bruno, cle=uuid.uuid4())
    defaire(premiere, agent=bruno, cle=uuid.uuid4())
    assert photo() == avant


def test_ce_qui_a_vecu_depuis_revient_avec_ce_qu_il_est_devenu(foyer, autre, bruno):
    logement = besoin(autre, "logement")
    lettre = autre.courriers.get(modele__code="C02")
    fusion = unir(foyer, autre, bruno)
    faire(relu(logement), "abandonner", bruno, motif="famille")
    noter(foyer, agent=bruno, cle=uuid.uuid4(), texte="Née après.", partagee=False)
    assert produire(lettre.pk) == "produit"
    defaire(fusion, agent=bruno, cle=uuid.uuid4())
    assert (relu(logement).dossier_id, relu(logement).etat) == (autre.pk, "abandonnee")
    assert [n.texte for n in foyer.notes.all()] == ["Née après."]
    # an issued letter is never rewritten, not even to say which file it is in
    assert relu(lettre).dossier_id == foyer.pk


def test_le_numero_absorbe_retrouve_le_maitre(foyer, autre, bruno):
    unir(foyer, autre, bruno)

    def trouves(texte):
        return list(filtrer(bruno, Filtres(recherche=texte, clos=True), dans(0)))

    assert [trouves(t) for t in (foyer.numero, autre.numero, "Delmas", NUMERO, "04 65 71 99 01")] == [[foyer]] * 5
    assert list(filtrer(bruno, Filtres(), dans(0))) == [foyer]


def test_qui_rappelle_est_reconnu_une_fois_dans_le_dossier_qui_vit(foyer, autre, bruno):
    unir(foyer, autre, bruno)
    reconnus = reconnaitre(bruno, numero=NUMERO, nom="Delmas", prenom="Claire")
    assert sorted((str(r.personne), [d.numero for d in r.dossiers]) for r in reconnus) == [
        ("Dr Claire Delmas", [foyer.numero]), ("Julien Delmas", [foyer.numero]),
    ]  # fmt: skip


def test_la_chronologie_du_maitre_raconte_les_deux_vies(foyer, autre, bruno):
    unir(foyer, autre, bruno)
    evenements = chronologie.lire(foyer, bruno, list(foyer.participants.values_list("personne_id", flat=True)))
    titres = [e.titre for e in evenements]
    assert titres[0] == "Dossiers fusionnés"
    assert {"Note", "Formalités : établir le parcours", "Référent nommé", "Promesse faite"} <= set(titres)
    assert titres.count("Appel, téléphone") == 2


def test_chaque_ligne_deplacee_le_dit_dans_son_histoire(foyer, autre, bruno):
    logement = besoin(autre, "logement")
    unir(foyer, autre, bruno, raison="Deux appels du même foyer")
    ligne = logement.history.first()
    assert (ligne.history_geste, ligne.history_user_id, ligne.history_change_reason, ligne.dossier_id) == (
        "fusionner", bruno.pk, "Deux appels du même foyer", foyer.pk,
    )  # fmt: skip


def test_rien_ne_s_ecrit_plus_dans_le_dossier_absorbe(foyer, autre, bruno):
    unir(foyer, autre, bruno)
    phrase = f"Ce dossier est fusionné : travaillez dans le dossier {foyer.numero}."
    assert (
        phrase
        == refuse(lambda: noter(autre, agent=bruno, cle=uuid.uuid4(), texte="Perdue", partagee=False), Refus)
        == refuse(lambda: donner_referent(autre, bruno), Refus)
        == refuse(lambda: faire(autre, "clore", bruno), Refus)
    )


def test_une_confidentialite_gagne_les_deux(foyer, autre, estelle):
    modifier(autre, agent=estelle, version=autre.version, cle=uuid.uuid4(), confidentiel=True)
    avant = photo()
    fusion = unir(foyer, autre, estelle)
    assert relu(foyer).confidentiel is True
    defaire(fusion, agent=estelle, cle=uuid.uuid4())
    assert photo() == avant


def test_les_fusions_impossibles(foyer, autre, bruno):
    ferme = clore(ouvrir_dossier(bruno, besoins=("logement",), enfants=()), bruno)
    assert [
        refuse(lambda: unir(ferme, autre, bruno), Refus),
        refuse(lambda: unir(foyer, foyer, bruno), Refus),
    ] == [
        "Le dossier qui reste doit être ouvert : rouvrez-le, ou choisissez l’autre.",
        "Choisissez un autre dossier : un dossier ne se fusionne pas avec lui-même.",
    ]
    unir(foyer, autre, bruno)
    assert refuse(lambda: unir(foyer, autre, bruno), Refus) == f"Le dossier {autre.numero} est déjà fusionné."


def test_qui_peut_fusionner(foyer, autre, bruno, amina, chloe, fabien):
    for agent in (amina, chloe, fabien):
        with pytest.raises(Introuvable):
            unir(foyer, autre, agent)
    fusion = unir(foyer, autre, bruno)
    for agent in (amina, chloe, fabien):
        with pytest.raises(Introuvable):
            defaire(fusion, agent=agent, cle=uuid.uuid4())


def test_les_gestes_de_fusion_n_ont_ni_bouton_ni_adresse(foyer, bruno):
    with pytest.raises(Introuvable):
        avancer(foyer, "fusionner", agent=bruno, version=foyer.version, cle=uuid.uuid4(), absorbe_par=foyer)


def test_une_page_perimee_ou_un_second_envoi_ne_fusionnent_pas(foyer, autre, bruno):
    versions, cle = (relu(foyer).version, relu(autre).version), uuid.uuid4()
    faire(foyer, "qualifier", bruno)
    with pytest.raises(Perime):
        unir(foyer, autre, bruno, versions=versions)
    unir(foyer, autre, bruno, cle=cle)
    with pytest.raises(DejaFait):
        unir(foyer, autre, bruno, cle=cle)
    assert Fusion.objects.count() == 1


@pytest.mark.parametrize(("jours", "admis"), [(30, True), (31, False)])
def test_une_fusion_se_defait_pendant_trente_jours(foyer, autre, bruno, jours, admis):
    fusion = unir(foyer, autre, bruno)
    with auteur(None, geste="essai"):
        fusion.faite_le = timezone.now() - dt.timedelta(days=jours) + dt.timedelta(minutes=1)
        fusion.save(update_fields=["faite_le"])
    if not admis:
        assert refuse(lambda: defaire(fusion, agent=bruno, cle=uuid.uuid4()), Refus) == (
            "Cette fusion a plus de 30 jours : elle ne se défait plus."
        )
        return
    defaire(fusion, agent=bruno, cle=uuid.uuid4())
    assert refuse(lambda: defaire(fusion, agent=bruno, cle=uuid.uuid4()), Refus) == "Cette fusion est déjà défaite."


def test_la_base_tient_l_etat_et_le_lien_ensemble(foyer, autre, bruno):
    unir(foyer, autre, bruno)
    with pytest.raises(IntegrityError, match="dossier_fusionne_dans"), transaction.atomic():
        Dossier.objects.filter(pk=autre.pk).update(absorbe_par=None)


def test_un_couple_sur_un_numero_reste_un_couple(foyer, bruno):
    conjoint = ouvrir_dossier(bruno, besoins=("emploi_conjoint",), enfants=(), personnes=(CONJOINT,))
    unir(foyer, conjoint, bruno)
    assert [str(p.personne) for p in foyer.participants.all()] == ["Dr Claire Delmas", "Julien Delmas"]
    assert Personne.objects.count() == 3
    assert Courrier.objects.filter(dossier=foyer, modele__code="C01").count() == 2
