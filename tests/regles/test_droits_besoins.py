"""The cells of the matrix for the newer needs and for reference data (domaine.md §5)."""

import pytest

from dossiers.regles import droits
from dossiers.regles.droits import Nature, Niveau, Role, Section, niveau, peut_ouvrir

RIEN, ETAT, LIT, ECRIT = Niveau.RIEN, Niveau.ETAT, Niveau.LIRE, Niveau.ECRIRE
SECTIONS = (Section.RESEAU, Section.LOISIRS, Section.AIDES, Section.VISITES, Section.DISPOSITIFS, Section.ZONAGE)
CELLULES = {
    # network, leisure, aids, visits, catalogue, zoning
    (Nature.AGGLO, Role.TELECONSEILLER): (LIT, LIT, ETAT, LIT, LIT, LIT),
    (Nature.AGGLO, Role.INSTRUCTEUR): (ECRIT, ECRIT, ETAT, ECRIT, LIT, LIT),
    (Nature.AGGLO, Role.SUPERVISEUR): (ECRIT, ECRIT, ETAT, ECRIT, ECRIT, ECRIT),
    (Nature.AGGLO, Role.DPO): (RIEN,) * 6,
    (Nature.AGGLO, Role.ADMINISTRATEUR): (RIEN,) * 6,
    (Nature.DEPARTEMENT, Role.INSTRUCTEUR): (ECRIT, ECRIT, ETAT, ECRIT, LIT, LIT),
    (Nature.ARS, Role.INSTRUCTEUR): (ECRIT, RIEN, ECRIT, ECRIT, ECRIT, ECRIT),
    (Nature.ARS, Role.TELECONSEILLER): (RIEN,) * 6,
    (Nature.CPAM, Role.INSTRUCTEUR): (RIEN, RIEN, ECRIT, LIT, ECRIT, LIT),
    (Nature.CPAM, Role.SUPERVISEUR): (RIEN, RIEN, ECRIT, LIT, ECRIT, LIT),
}


@pytest.mark.parametrize("qui", CELLULES, ids=lambda q: "-".join(q))
def test_les_cellules_de_la_matrice(qui):
    assert tuple(niveau(*qui, section) for section in SECTIONS) == CELLULES[qui]


@pytest.mark.parametrize(
    ("nature", "role", "geste", "affecter", "verifier", "classer"),
    [
        (Nature.AGGLO, Role.TELECONSEILLER, True, True, False, False),
        (Nature.AGGLO, Role.SUPERVISEUR, True, True, True, True),
        (Nature.ARS, Role.INSTRUCTEUR, True, True, True, True),
        (Nature.CPAM, Role.INSTRUCTEUR, True, True, True, False),
        (Nature.AGGLO, Role.DPO, False, False, False, False),
        (Nature.AGGLO, Role.ADMINISTRATEUR, False, False, False, False),
    ],
)
def test_un_ecran_commun_s_ouvre_a_qui_atteint_un_besoin(nature, role, geste, affecter, verifier, classer):
    ecrans = ("demarches.geste", "demarches.affecter", "dispositifs.verifier", "zonages.ajouter")
    assert tuple(peut_ouvrir(nature, role, e) for e in ecrans) == (geste, affecter, verifier, classer)


def test_les_besoins_ont_chacun_leur_section():
    from dossiers.models import Demarche

    assert set(droits.BESOINS) == {c.section for c in Demarche.REGISTRE.values()}
