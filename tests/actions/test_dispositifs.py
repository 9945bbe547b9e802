"""Checking an aid, classing a place, opening an aid: who may, what is refused, what a second sending does."""

import datetime as dt
import uuid

import pytest
from django.core.management import call_command

from dossiers.actions.dispositifs import classer, ouvrir_aide, verifier
from dossiers.actions.operation import DejaFait
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.lectures import dispositifs as lecture
from dossiers.models import Commune, Demarche, Dispositif, Zonage
from dossiers.regles.eligibilite import Avis, Issue
from tests.aides import clore, dans, refuse, relu

pytestmark = [pytest.mark.django_db, pytest.mark.services]

PROBABLE = Avis(Issue.PROBABLE, "Les conditions connues sont réunies.", "[S4]")


def d01():
    return Dispositif.objects.get(code="D01")


def faits(**champs):
    base = {
        "ouverture": "ouvert", "ferme_depuis": "", "source": "ameli.fr, lu ce jour", "date_source": "2026", "confiance": "A",
        "expire_le": dans(100), "cle": uuid.uuid4(),
    }  # fmt: skip
    return {**base, **champs}


def zone(agent, **champs):
    base = {
        "commune": Commune.objects.get(nom="Anduze"), "qpv": "", "classe": "ZIP", "arrete": "arrêté du 01/12/2025",
        "du": dt.date(2026, 1, 1), "au": None, "source": "ARS Occitanie", "cle": uuid.uuid4(),
    }  # fmt: skip
    return classer(agent.territoire, agent=agent, **{**base, **champs})


@pytest.mark.parametrize("prenom", ["chloe", "driss", "estelle"])
def test_j_ai_verifie_se_date_se_signe_et_s_ecrit_dans_l_histoire(request, prenom):
    agent = request.getfixturevalue(prenom)
    verifier(d01(), agent=agent, raison="Page relue", **faits())
    lu = d01()
    assert (lu.verifie_le, lu.verifie_par, lu.expire_le, lu.source, lu.avertissement(dans(0))) == (
        dans(0), agent, dans(100), "ameli.fr, lu ce jour", "",
    )  # fmt: skip
    (ligne,) = lecture.verifications(lu)
    assert (ligne.history_user, ligne.history_geste, ligne.history_change_reason) == (
        agent, "verifier_dispositif", "Page relue",
    )  # fmt: skip


@pytest.mark.parametrize("prenom", ["amina", "bruno", "hugo", "gaelle"])
def test_les_autres_ne_verifient_rien(request, prenom):
    with pytest.raises(Introuvable):
        verifier(d01(), agent=request.getfixturevalue(prenom), **faits())
    assert d01().verifie_le is None


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"ouverture": "ferme"}, "Dites depuis quand ce dispositif est fermé."),
        ({"expire_le": dans(0)}, "La date à revoir est à venir."),
    ],
)
def test_une_verification_se_tient(chloe, champs, phrase):
    assert refuse(lambda: verifier(d01(), agent=chloe, **faits(**champs)), Refus) == phrase


def test_deux_envois_font_une_verification(chloe):
    cle = uuid.uuid4()
    verifier(d01(), agent=chloe, **faits(cle=cle))
    with pytest.raises(DejaFait):
        verifier(d01(), agent=chloe, **faits(cle=cle, source="autre"))
    assert (d01().source, len(lecture.verifications(d01()))) == ("ameli.fr, lu ce jour", 1)


def test_recharger_le_territoire_garde_ce_qu_on_a_verifie_et_remet_le_reste(chloe):
    verifier(d01(), agent=chloe, **faits(ouverture="ferme", ferme_depuis="le 01/10/2026"))
    Dispositif.objects.filter(code="D02").update(montant="vieux")
    avant = Dispositif.history.count()
    call_command("charger_territoire", verbosity=0)
    call_command("charger_territoire", verbosity=0)
    montants = dict(Dispositif.objects.filter(code__in=["D01", "D02"]).values_list("code", "montant"))
    assert (d01().ouverture, d01().ferme_depuis, montants["D02"]) == ("ferme", "le 01/10/2026", "5 000 €")
    assert (Dispositif.objects.count(), Dispositif.history.count() - avant) == (34, 1)


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({}, "À vérifier : personne n’a encore vérifié cette fiche."),
        ({"verifie_le": dans(-9), "expire_le": dans(0)}, "À vérifier : cette fiche était à revoir le "),
        ({"verifie_le": dans(-9), "confiance": "C"}, "À vérifier : cette fiche vient d’une déduction."),
        ({"verifie_le": dans(-9), "expire_le": dans(1)}, ""),
    ],
)
def test_le_bandeau_a_verifier(champs, phrase):
    dispositif = d01()
    for nom, valeur in champs.items():
        setattr(dispositif, nom, valeur)
    dit = dispositif.avertissement(dans(0))
    assert (dit.startswith(phrase), bool(dit)) == (True, bool(phrase))


@pytest.mark.parametrize("prenom", ["driss", "estelle"])
def test_l_ars_et_la_direction_tiennent_le_zonage(request, prenom):
    zonage = zone(request.getfixturevalue(prenom))
    assert (str(zonage), zonage.verifie_le, zonage.history.count()) == ("Anduze : ZIP", dans(0), 1)


@pytest.mark.parametrize("prenom", ["amina", "bruno", "chloe"])
def test_les_autres_ne_classent_pas(request, prenom):
    with pytest.raises(Introuvable):
        zone(request.getfixturevalue(prenom))


def test_un_classement_en_remplace_un_autre_et_garde_le_passe(driss):
    zone(driss, classe="ZAC", du=dt.date(2022, 5, 4))
    zone(driss)
    zone(driss, classe="FRR")
    assert [(z.classe, z.du, z.au) for z in Zonage.objects.filter(commune__nom="Anduze").order_by("du", "classe")] == [
        ("ZAC", dt.date(2022, 5, 4), dt.date(2025, 12, 31)),
        ("FRR", dt.date(2026, 1, 1), None),
        ("ZIP", dt.date(2026, 1, 1), None),
    ]
    situer = lecture.situer
    anduze = Commune.objects.get(nom="Anduze").code_insee
    avant, apres = (
        situer(driss, anduze, "", dt.date(2025, 12, 31))[0],
        situer(driss, anduze, "", dt.date(2026, 1, 1))[0],
    )
    assert [(z["ZIP"], z["ZAC"], z["FRR"]) for z in (avant, apres)] == [(False, True, None), (True, False, True)]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"commune": None}, "Choisissez une commune, ou nommez un quartier prioritaire."),
        ({"qpv": "Anduze"}, "Choisissez une commune, ou nommez un quartier prioritaire."),
        ({"au": dt.date(2025, 1, 1)}, "La fin suit le début."),
    ],
)
def test_un_classement_est_celui_d_un_lieu_et_d_une_periode(driss, champs, phrase):
    assert refuse(lambda: zone(driss, **champs), Refus) == phrase


def test_deux_classes_de_meme_nature_ne_se_recouvrent_pas(driss):
    zone(driss, du=dt.date(2026, 1, 1), au=dt.date(2026, 12, 31))
    phrase = refuse(lambda: zone(driss, classe="HZ", du=dt.date(2026, 6, 1)), Refus)
    assert phrase.startswith("Anduze est déjà classé ZIP depuis le 1ᵉʳ")
    assert zone(driss, classe="HZ", du=dt.date(2027, 1, 1)).classe == "HZ"


def test_un_quartier_zip_l_emporte_sur_la_commune_zac(driss):
    zone(driss, classe="ZAC")
    zone(driss, commune=None, qpv="Anduze", classe="ZIP")
    anduze = Commune.objects.get(nom="Anduze").code_insee
    situer = lecture.situer
    assert [situer(driss, anduze, q, dans(0))[0]["ZIP"] for q in ("", "non", "Anduze")] == [False, False, True]
    # the district itself comes from a public source that nobody has checked yet
    assert [situer(driss, anduze, q, dans(0))[1] for q in ("non", "Anduze")] == [True, False]


def test_on_ne_classe_pas_une_commune_d_ailleurs(driss):
    with pytest.raises(Introuvable):
        zone(driss, commune=Commune.objects.get(nom="Condom"))


def test_une_aide_s_ouvre_une_fois_tant_qu_elle_vit(foyer, bruno):
    ouvrir_aide(foyer, d01(), PROBABLE, agent=bruno, version=relu(foyer).version, cle=uuid.uuid4())
    assert refuse(
        lambda: ouvrir_aide(foyer, d01(), PROBABLE, agent=bruno, version=relu(foyer).version, cle=uuid.uuid4()), Refus
    ) == "Une aide D01 est déjà ouverte dans ce dossier."  # fmt: skip
    with pytest.raises(Perime):
        ouvrir_aide(foyer, d01(), PROBABLE, agent=bruno, version=relu(foyer).version - 1, cle=uuid.uuid4())


def test_ce_qui_est_impossible_ne_s_ouvre_pas(foyer, bruno):
    non = Avis(Issue.IMPOSSIBLE, "Fermé depuis le 31/12/2025.", "[S5]")
    caim = Dispositif.objects.get(code="D09")
    version = relu(foyer).version
    assert refuse(lambda: ouvrir_aide(foyer, caim, non, agent=bruno, version=version, cle=uuid.uuid4()), Refus) == (
        "D09 : Fermé depuis le 31/12/2025."
    )
    assert not Demarche.objects.filter(type="aides").exists()


def test_un_dossier_clos_n_ouvre_plus_d_aide(foyer, bruno):
    clos = clore(foyer, bruno)
    version = relu(clos).version
    assert refuse(
        lambda: ouvrir_aide(clos, d01(), PROBABLE, agent=bruno, version=version, cle=uuid.uuid4()), Refus
    ) == ("Le dossier est clos : rouvrez-le d’abord.")
