"""The columns of a list and what its address may say."""

from dossiers.regles.listes import LISTES

PORTEUR, PARTENAIRE = frozenset({"etiquettes", "identite"}), frozenset({"identite"})
DOSSIERS = LISTES["dossiers"]


def test_les_colonnes_gardent_leur_ordre_et_le_numero_est_toujours_la():
    assert DOSSIERS.choisir(["referent", "foyer"], PORTEUR) == ("numero", "foyer", "referent")


def test_sans_choix_lisible_la_liste_garde_ses_colonnes_habituelles():
    habituelles = ("numero", "foyer", "communes", "etape", "besoins", "qui_agit", "referent", "etiquettes")
    assert [DOSSIERS.choisir(c, PORTEUR) for c in (None, [], ["inconnue"], ["numero"])] == [habituelles] * 4


def test_une_colonne_reservee_n_est_offerte_qu_a_qui_lit_sa_section():
    assert DOSSIERS.choisir(["foyer", "etiquettes"], PARTENAIRE) == ("numero", "foyer")
    assert "etiquettes" not in DOSSIERS.offertes(PARTENAIRE)


def test_une_adresse_ne_retient_que_ce_que_la_liste_connait():
    dits = {"besoin": "logement", "suite": "x", "q": "Delmas", "etat": "", "commune": "a" * 81, "tri": "a\x00b"}
    assert DOSSIERS.retenir(dits) == {"besoin": "logement"}
