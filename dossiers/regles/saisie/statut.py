"""The doctor's status: the strongest words win; a diploma is read with the country it comes from."""

from dossiers.regles.saisie.lexique import RIEN, Trouve
from dossiers.regles.saisie.notes import Notes

PORTEE_PAYS = 6
AILLEURS = "installe_autre_departement"
_PAYS = {"ue": ("diplome_ue", 4), "hors_ue": ("padhue_pcc", 4)}


def statut(notes: Notes, lus: dict[str, list[Trouve]], lieux: list[tuple[int, int]]) -> Trouve | None:
    """Return the status a text gives the doctor, with the words that say it; None when nothing does.

    `lieux` are the ranks of the words that name a commune of the territory: « installé à » one of them is not elsewhere.
    """
    conjoints = [t.fin for t in lus.get("conjoint", ())]
    candidats = [
        t
        for t in (*lus.get("statut", ()), *_par_diplome(notes, lus))
        if t.valeur != RIEN
        and not (t.valeur == AILLEURS and _ici(t, lieux))
        # « son mari interne » is the caller's spouse: the doctor of the household all the same, but weaker
        and not any(t.valeur == "salarie" and 0 <= t.debut - fin <= 2 for fin in conjoints)
    ]
    return max(candidats, key=lambda t: (t.poids, t.fin - t.debut, -t.debut), default=None)


def _par_diplome(notes: Notes, lus: dict[str, list[Trouve]]) -> list[Trouve]:
    """Return a status for each country named near a diploma, a faculty or the word « médecin »."""
    trouves = []
    for pays in lus.get("pays", ()):
        pres = [
            d
            for d in lus.get("diplome", ())
            if -PORTEE_PAYS <= d.debut - pays.fin <= 2 and notes.phrases[d.debut] == notes.phrases[pays.debut]
        ]
        if pres:
            valeur, poids = _PAYS[pays.valeur]
            debut, fin = min(pays.debut, pres[-1].debut), max(pays.fin, pres[-1].fin)
            trouves.append(Trouve(valeur, poids, debut, fin))
    return trouves


def _ici(t: Trouve, lieux: list[tuple[int, int]]) -> bool:
    return any(0 <= debut - t.fin <= 2 or t.debut <= debut < t.fin for debut, _ in lieux)
