"""An arrival near at hand is urgent by itself; the thirty calls say so."""

import datetime as dt

import pytest

from dossiers.management.appels_demo import corpus
from dossiers.regles.urgences import urgence_au_moins

LUNDI = dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("choisie", "jours", "sans_logement", "attendue"),
    [
        ("normale", 7, True, "critique"), ("normale", 8, True, "haute"), ("normale", 7, False, "haute"),
        ("normale", 45, True, "haute"), ("normale", 46, True, "normale"), ("normale", -1, True, "critique"),
        ("critique", 90, False, "critique"), ("haute", 90, False, "haute"), ("basse", 2, True, "basse"),
        ("normale", None, True, "normale"), ("", 2, True, ""),
    ],
)  # fmt: skip
def test_une_arrivee_proche_releve_l_urgence(choisie, jours, sans_logement, attendue):
    arrivee = None if jours is None else LUNDI + dt.timedelta(days=jours)
    assert urgence_au_moins(choisie, LUNDI, arrivee, sans_logement=sans_logement) == attendue


def test_les_trente_appels_qui_ouvrent_un_dossier_ont_l_urgence_attendue():
    ouverts = [a for a in corpus() if a["attendu"]["issue"] == "dossier_cree" and a["attendu"]["echeance"]]
    trouvees = {
        a["id"]: urgence_au_moins(
            "normale",
            dt.datetime.fromisoformat(a["date"]).date(),
            dt.date.fromisoformat(a["attendu"]["echeance"]),
            sans_logement="logement" in a["attendu"]["besoins"],
        )
        for a in ouverts
    }
    assert trouvees == {a["id"]: a["attendu"]["urgence"] for a in ouverts}
    assert set(trouvees.values()) == {"normale", "haute"}
