"""How urgent a household's arrival is (domaine.md §6): critical within a week without a home, high within 45 days.

What the agent chose is raised, never lowered; « basse » is a choice of theirs, the default is not.
"""

import datetime as dt

JOURS_CRITIQUE = 7
JOURS_HAUTE = 45
RANGS = ("normale", "haute", "critique")


def urgence_au_moins(choisie: str, jour: dt.date, arrivee: dt.date | None, *, sans_logement: bool) -> str:
    """Return the urgency of a call received on `jour`; `arrivee` is the day wished for, already past or not."""
    if arrivee is None or choisie not in RANGS:
        return choisie
    jours = (arrivee - jour).days
    calculee = (
        "critique" if jours <= JOURS_CRITIQUE and sans_logement else "haute" if jours <= JOURS_HAUTE else "normale"
    )
    return max(choisie, calculee, key=RANGS.index)
