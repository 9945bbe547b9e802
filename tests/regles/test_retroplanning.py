"""The plan counted backwards: dates by hand, working days, links, lateness, differences."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.regles.retroplanning import Attache, Lien, Phase, Tache, comparer, deplier, lier, ordonner, planifier

BUT = dt.date(2027, 9, 1)
LOIN = dt.date(2026, 11, 24)


def t(cle, duree, *apres, **faits):
    attaches = tuple(a if isinstance(a, Attache) else Attache(a) for a in apres)
    return Tache(cle=cle, repere=cle, libelle=cle, duree=duree, **{"unite": "jours", "apres": attaches, **faits})


def dates(taches, but=BUT, aujourdhui=LOIN):
    return {li.tache.cle: (li.debut.isoformat(), li.fin.isoformat()) for li in planifier(taches, but, aujourdhui)}


def test_les_etapes_se_placent_a_rebours_de_la_date_visee():
    assert dates([t("a", 10), t("b", 5, "a"), t("c", 20), t("fin", 0, "b", "c", but=True)]) == {
        "a": ("2027-08-17", "2027-08-27"),
        "b": ("2027-08-27", "2027-09-01"),
        "c": ("2027-08-12", "2027-09-01"),
        "fin": ("2027-09-01", "2027-09-01"),
    }


def test_les_jours_ouvres_sautent_fins_de_semaine_et_feries():
    """Five working days before Tuesday 18 May 2027 reach over Whit Monday and two Sundays."""
    assert dates([t("a", 5, unite="ouvres", but=True)], but=dt.date(2027, 5, 18)) == {"a": ("2027-05-10", "2027-05-18")}


def test_un_ecart_legal_s_ajoute_entre_deux_etapes():
    assert dates([t("a", 5), t("fin", 0, Attache("a", 30), but=True)])["a"] == ("2027-07-28", "2027-08-02")


def test_ce_qui_ne_retient_pas_le_but_suit_ce_qu_il_attend():
    """An optional step after « a » does not push it earlier."""
    assert dates([t("a", 5), t("option", 45, "a"), t("fin", 0, "a", but=True), t("suivi", 90, "fin")]) == {
        "a": ("2027-08-27", "2027-09-01"),
        "option": ("2027-09-01", "2027-10-16"),
        "fin": ("2027-09-01", "2027-09-01"),
        "suivi": ("2027-09-01", "2027-11-30"),
    }


def test_ce_qui_est_fait_garde_ses_dates_et_ce_qui_est_commence_son_debut():
    fait, debut = dt.date(2026, 10, 1), dt.date(2026, 11, 2)
    assert dates([t("a", 5, finie_le=fait), t("b", 5, "a", commencee_le=debut), t("fin", 0, "b", but=True)]) == {
        "a": ("2026-10-01", "2026-10-01"),
        "b": ("2026-11-02", "2027-09-01"),
        "fin": ("2027-09-01", "2027-09-01"),
    }


def test_une_etape_en_retard_dit_qui_elle_retient():
    taches = [t("a", 10), t("b", 5, "a"), t("c", 5, "a"), t("fin", 0, "b", "c", but=True)]
    lignes = {li.tache.cle: li for li in planifier(taches, BUT, dt.date(2027, 8, 20))}
    # « a » should have begun on 17 August
    assert {c: (li.retard, li.retient, li.attend) for c, li in lignes.items()} == {
        "a": (3, ("b", "c"), ()),
        "b": (0, ("fin",), ("a",)),
        "c": (0, ("fin",), ("a",)),
        "fin": (0, (), ("b", "c")),
    }


def test_une_etape_commencee_n_est_en_retard_qu_apres_sa_fin():
    tache = t("a", 10, commencee_le=dt.date(2027, 8, 1), but=True)
    retards = [planifier([tache], BUT, jour)[0].retard for jour in (dt.date(2027, 8, 31), dt.date(2027, 9, 4))]
    assert retards == [0, 3]


def test_deux_taches_qui_s_attendent_sont_refusees():
    with pytest.raises(ValueError, match=r"s’attendent l’une l’autre : a, b"):
        ordonner([t("a", 1, "b"), t("b", 1, "a")])


def test_un_besoin_se_deplie_en_phases_selon_son_etat():
    phases = (
        Phase("un", "Un", ("exprime",), 3),
        Phase("deux", "Deux", ("b", "c"), 5),
        Phase("trois", "Trois", ("d",), 2),
    )
    depuis = dt.date(2026, 11, 20)

    def lu(etat, finie=False):
        return [
            (x.cle, x.commencee_le, x.finie_le, x.but)
            for x in deplier("n-1", "n", phases, depuis, etat=etat, finie=finie)
        ]

    assert lu("exprime") == [
        ("n-1.un", None, None, False),
        ("n-1.deux", None, None, False),
        ("n-1.trois", None, None, True),
    ]
    assert lu("c") == [
        ("n-1.un", None, depuis, False),
        ("n-1.deux", depuis, None, False),
        ("n-1.trois", None, None, True),
    ]
    assert [x[2] for x in lu("clos", finie=True)] == [depuis] * 3


def test_un_lien_attache_chaque_enfant_au_logement():
    taches = [
        Tache("log-1.bail", "log.bail", "Bail", 5),
        Tache("eco-2.ecole", "eco.ecole", "École", 5, apres=(Attache("x"),)),
        Tache("eco-3.ecole", "eco.ecole", "École", 5),
    ]
    lies = lier(taches, [Lien("log.bail", "eco.ecole", "l’adresse"), Lien("absent.rien", "eco.ecole", "rien")])
    assert [x.apres for x in lies] == [(), (Attache("x"), Attache("log-1.bail")), (Attache("log-1.bail"),)]


def test_une_autre_date_deplace_ce_qui_n_est_pas_fait():
    taches = [t("a", 5, finie_le=LOIN), t("b", 5, "a"), t("fin", 0, "b", but=True)]
    plans = [planifier(taches, BUT + dt.timedelta(days=n), LOIN) for n in (0, 10, 0)]
    assert [(d.tache.cle, d.jours, d.avant[1], d.apres[1]) for d in comparer(plans[0], plans[1])] == [
        ("b", 10, BUT, BUT + dt.timedelta(days=10)),
        ("fin", 10, BUT, BUT + dt.timedelta(days=10)),
    ]
    assert comparer(plans[0], plans[2]) == []


@given(
    durees=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["jours", "ouvres"])), min_size=1, max_size=12),
    graine=st.randoms(use_true_random=False),
)
def test_aucune_etape_qui_mene_au_but_ne_commence_avant_la_fin_de_celles_qu_elle_attend(durees, graine):
    taches = [
        t(
            str(rang),
            duree,
            *[str(p) for p in range(rang) if graine.random() < 0.4],
            unite=unite,
            but=rang == len(durees) - 1,
        )
        for rang, (duree, unite) in enumerate(durees)
    ]
    lignes = {li.tache.cle: li for li in planifier(taches, BUT, LOIN)}
    fautes = [(li.tache.cle, a.cle) for li in lignes.values() for a in li.tache.apres if lignes[a.cle].fin > li.debut]
    assert fautes == []
