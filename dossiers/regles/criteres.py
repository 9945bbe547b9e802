"""The conditions of each aid that a project's known facts can be held against (domaine.md §3).

Only what can be judged at the counter: the rest (patient list, agreements, council's vote) is `a_confirmer`.
"""

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType

MEDICALES = ("ZIP", "ZAC")


@dataclass(frozen=True, kw_only=True)
class Criteres:
    """What an aid asks for; an empty value asks for nothing."""

    statuts: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    secteurs: frozenset[str] = frozenset()
    premiere: bool | None = None
    zones: tuple[str, ...] = ()
    voisinage: bool = False
    """Also within ten kilometres of the zone: a place outside is not refused, its distance is asked."""
    depuis: dt.date | None = None
    jusqu_au: dt.date | None = None
    territoire: str = ""
    a_confirmer: str = ""
    """What nobody at the counter can judge: the answer is then never better than « à vérifier »."""


_LIBERAL = frozenset({"liberal", "collaborateur"})
_OPPOSABLE = frozenset({"1", "2_optam"})
_SALARIE = frozenset({"salarie"})
_REMPLACANTS = frozenset({"remplacant_licence", "remplacant_these"})
_CONVENTION_2024 = dt.date(2026, 1, 1)
_JUNIORS = dt.date(2026, 11, 1)

REGLES = MappingProxyType(
    {
        "D01": Criteres(modes=_LIBERAL, secteurs=_OPPOSABLE, premiere=True, zones=("ZIP",), depuis=_CONVENTION_2024),
        "D02": Criteres(modes=_LIBERAL, secteurs=_OPPOSABLE, premiere=True, zones=("ZAC",), depuis=_CONVENTION_2024),
        "D03": Criteres(modes=frozenset({"liberal"}), premiere=False, zones=("ZIP",), depuis=_CONVENTION_2024),
        "D04": Criteres(modes=_LIBERAL, premiere=True, zones=("ZIP", "QPV"), depuis=_CONVENTION_2024),
        "D05": Criteres(modes=_LIBERAL, zones=("ZIP", "QPV"), depuis=_CONVENTION_2024),
        "D06": Criteres(
            modes=_LIBERAL, secteurs=_OPPOSABLE, zones=MEDICALES, voisinage=True,
            a_confirmer="cinq demi-journées par semaine, installé depuis moins d’un an, exercice coordonné sous deux ans",
        ),
        "D07": Criteres(
            modes=frozenset({"remplacant"}), statuts=_REMPLACANTS, zones=MEDICALES, voisinage=True,
            a_confirmer="29 jours par trimestre, dont 80 % en zone",
        ),
        "D08": Criteres(
            statuts=frozenset({"interne", "padhue_pcc"}), a_confirmer="le calendrier de la faculté et la liste des postes"
        ),
        "D12": Criteres(modes=_LIBERAL, a_confirmer="la liste des zones et la suite en 2026"),
        "D13": Criteres(modes=_LIBERAL, zones=("ZIP",), depuis=_CONVENTION_2024, a_confirmer="le montant et l’ouverture"),
        "D14": Criteres(modes=_LIBERAL, secteurs=_OPPOSABLE, a_confirmer="une patientèle suffisante"),
        "D15": Criteres(
            modes=_LIBERAL | {"remplacant"}, zones=("FRR",), jusqu_au=dt.date(2029, 12, 31),
            a_confirmer="le régime fiscal, avec le service des impôts",
        ),
        "D16": Criteres(modes=_LIBERAL, zones=("ZFU",)),
        "D17": Criteres(
            modes=_LIBERAL | {"remplacant"}, zones=MEDICALES, a_confirmer="l’inscription au tableau de garde du secteur"
        ),
        "D18": Criteres(modes=_LIBERAL | _SALARIE, zones=MEDICALES, a_confirmer="une délibération de la collectivité"),
        "D19": Criteres(
            statuts=frozenset({"interne"}), zones=MEDICALES, a_confirmer="une délibération, et l’absence de logement fourni"
        ),
        "D20": Criteres(statuts=frozenset({"interne"}), zones=MEDICALES, a_confirmer="une délibération de la collectivité"),
        "D21": Criteres(statuts=frozenset({"interne"}), zones=MEDICALES, a_confirmer="une délibération de la collectivité"),
        "D22": Criteres(statuts=_REMPLACANTS | {"interne", "docteur_junior"}, a_confirmer="les places du semestre"),
        "D23": Criteres(modes=_LIBERAL, a_confirmer="l’agrément et la formation de maître de stage"),
        "D24": Criteres(modes=_LIBERAL, depuis=_JUNIORS, a_confirmer="l’agrément et la formation de maître de stage"),
        "D25": Criteres(statuts=frozenset({"docteur_junior"}), depuis=_JUNIORS, a_confirmer="le nombre d’actes par mois"),
        "D26": Criteres(modes=_SALARIE, a_confirmer="un poste ouvert dans un centre de la Région"),
        "D27": Criteres(modes=_SALARIE, territoire="gers", a_confirmer="un poste ouvert au département du Gers"),
        "D28": Criteres(modes=_SALARIE, territoire="saone-et-loire"),
        "D29": Criteres(modes=_SALARIE, a_confirmer="un poste ouvert chez Filieris"),
        "D30": Criteres(a_confirmer="la convention de la structure : l’aide n’est pas au médecin"),
        "D31": Criteres(a_confirmer="le contrat de la structure : l’aide n’est pas au médecin"),
        "D32": Criteres(modes=_LIBERAL | _SALARIE, a_confirmer="l’état de cette aide en 2026"),
        "D33": Criteres(territoire="gers", a_confirmer="les places et les délibérations du département"),
        "D34": Criteres(statuts=frozenset({"remplacant_licence"}), a_confirmer="l’arrêté de la zone"),
    }
)  # fmt: skip
"""By code. Closed aids have none: nothing can be held for them any more."""
