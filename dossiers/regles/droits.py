"""Who may see and do what: one matrix, organisation × role × section, closed by default.

Source: `domaine.md` §5 (need-to-know matrix). Three levels, each including the one below: `E` writes, `L` reads, `E_SEUL`
(« é ») sees only that a need is open, running or finished. Anything the matrix does not name is refused.
"""

from enum import IntEnum, StrEnum
from types import MappingProxyType


class Nature(StrEnum):
    """What kind of organisation an agent works for."""

    AGGLO = "agglo"
    DEPARTEMENT = "departement"
    ARS = "ars"
    CPAM = "cpam"


PORTEURS = frozenset({Nature.AGGLO, Nature.DEPARTEMENT})
"""The organisations that hold the phone line of a territory, and with it the whole household's file."""


class Role(StrEnum):
    """What an agent does in their organisation."""

    TELECONSEILLER = "teleconseiller"
    INSTRUCTEUR = "instructeur"
    SUPERVISEUR = "superviseur"
    ADMINISTRATEUR = "administrateur"
    DPO = "dpo"


class Section(StrEnum):
    """The parts a file is cut into; a right is always a right on one of them."""

    IDENTITE = "identite"
    STATUT = "statut"
    APPELS = "appels"
    FORMALITES = "formalites"
    LOGEMENT = "logement"
    CONJOINT = "conjoint"
    EMPLOI_CONJOINT = "emploi_conjoint"
    ENFANTS = "enfants"
    COURRIERS = "courriers"
    AFFECTATION = "affectation"
    PILOTAGE = "pilotage"
    CONFIDENTIEL = "confidentiel"
    REGLAGES = "reglages"


LIBELLES_SECTIONS = MappingProxyType(
    {
        Section.IDENTITE: "Identité et coordonnées du médecin",
        Section.STATUT: "Statut, RPPS, diplômes",
        Section.APPELS: "Appels et texte noté",
        Section.FORMALITES: "Formalités d’installation",
        Section.LOGEMENT: "Logement",
        Section.CONJOINT: "Identité du conjoint",
        Section.EMPLOI_CONJOINT: "Emploi du conjoint",
        Section.ENFANTS: "Enfants et scolarisation",
        Section.COURRIERS: "Courriers",
        Section.AFFECTATION: "Affectation d’une démarche à un autre agent",
        Section.PILOTAGE: "Tableau de bord",
        Section.CONFIDENTIEL: "Dossiers à confidentialité renforcée",
        Section.REGLAGES: "Réglages du territoire",
    }
)


class Niveau(IntEnum):
    """How far a right goes; each level includes the ones below."""

    RIEN = 0
    ETAT = 1
    LIRE = 2
    ECRIRE = 3


LIBELLES_NIVEAUX = MappingProxyType(
    {Niveau.RIEN: "rien", Niveau.ETAT: "état seulement", Niveau.LIRE: "lit", Niveau.ECRIRE: "lit et écrit"}
)

_E, _L, _ETAT = Niveau.ECRIRE, Niveau.LIRE, Niveau.ETAT

_INSTRUCTEUR_PORTEUR = {
    Section.IDENTITE: _E,
    Section.STATUT: _E,
    Section.APPELS: _E,
    Section.FORMALITES: _E,
    Section.LOGEMENT: _E,
    Section.CONJOINT: _E,
    Section.EMPLOI_CONJOINT: _E,
    Section.ENFANTS: _E,
    Section.COURRIERS: _E,
}
_TELECONSEILLER_PORTEUR = {
    Section.IDENTITE: _E,
    Section.STATUT: _E,
    Section.APPELS: _E,
    Section.FORMALITES: _ETAT,
    Section.LOGEMENT: _L,
    # « L (besoin) » : the need and who the spouse is, never the trade nor the search.
    Section.CONJOINT: _L,
    Section.EMPLOI_CONJOINT: _ETAT,
    Section.ENFANTS: _L,
    Section.COURRIERS: _L,
}
_INSTRUCTEUR_ARS = {
    Section.IDENTITE: _L,
    Section.STATUT: _L,
    Section.FORMALITES: _L,
    Section.COURRIERS: _L,
}
_INSTRUCTEUR_CPAM = {
    Section.IDENTITE: _L,
    Section.STATUT: _L,
    Section.FORMALITES: _E,
    Section.COURRIERS: _L,
}
_SUPERVISION = {Section.AFFECTATION: _E, Section.PILOTAGE: _L}
_DPO = {Section.IDENTITE: _L, Section.APPELS: _L, Section.COURRIERS: _L}
_ADMINISTRATEUR = {Section.REGLAGES: _E}

_PAR_FAMILLE: dict[str, dict[Role, dict[Section, Niveau]]] = {
    "porteur": {
        Role.TELECONSEILLER: _TELECONSEILLER_PORTEUR,
        Role.INSTRUCTEUR: _INSTRUCTEUR_PORTEUR,
        Role.SUPERVISEUR: {
            **_INSTRUCTEUR_PORTEUR,
            **_SUPERVISION,
            Section.CONFIDENTIEL: _E,
            Section.REGLAGES: _L,
        },
        Role.ADMINISTRATEUR: _ADMINISTRATEUR,
        Role.DPO: _DPO,
    },
    Nature.ARS: {
        Role.INSTRUCTEUR: _INSTRUCTEUR_ARS,
        Role.SUPERVISEUR: {**_INSTRUCTEUR_ARS, **_SUPERVISION},
    },
    Nature.CPAM: {
        Role.INSTRUCTEUR: _INSTRUCTEUR_CPAM,
        Role.SUPERVISEUR: {**_INSTRUCTEUR_CPAM, **_SUPERVISION},
    },
}


def droits_de(nature: str, role: str) -> MappingProxyType[Section, Niveau]:
    """Return the sections open to an organisation and role; an empty mapping when the matrix does not know them."""
    famille = "porteur" if nature in PORTEURS else nature
    return MappingProxyType(_PAR_FAMILLE.get(famille, {}).get(role, {}))  # type: ignore[call-overload]


def niveau(nature: str, role: str, section: str) -> Niveau:
    """Return how far (`Niveau`) an organisation and role may go in a section; `Niveau.RIEN` by default."""
    return droits_de(nature, role).get(section, Niveau.RIEN)  # type: ignore[call-overload]


TOUT_AGENT = "tout_agent"
"""Marks a screen that belongs to the agent themself (password, preferences, home)."""

PUBLIC = "public"
"""Marks a page open without an account."""

ECRANS: MappingProxyType[str, str | tuple[Section, Niveau]] = MappingProxyType(
    {
        # pages of the house
        "sante": PUBLIC,
        "theme": PUBLIC,
        "logo": PUBLIC,
        "accessibilite": PUBLIC,
        "donnees_personnelles": PUBLIC,
        "mentions": PUBLIC,
        "connexion": PUBLIC,
        "deconnexion": TOUT_AGENT,
        "mot_de_passe": TOUT_AGENT,
        "mot_de_passe_change": TOUT_AGENT,
        "accueil": TOUT_AGENT,
        "reglages": TOUT_AGENT,
        "matrice": TOUT_AGENT,
        "journee": (Section.IDENTITE, _L),
        "engagements.liste": (Section.IDENTITE, _L),
        "engagements.issue": (Section.STATUT, _L),
        "tableau": (Section.PILOTAGE, _L),
        "recherche": (Section.IDENTITE, _L),
        # calls
        "appels.liste": (Section.APPELS, _L),
        "appels.nouveau": (Section.APPELS, _E),
        "appels.qui": (Section.APPELS, _E),
        "appels.fiche": (Section.APPELS, _L),
        "appels.rattacher": (Section.APPELS, _E),
        # dossiers
        "dossiers.liste": (Section.IDENTITE, _L),
        "dossiers.export": (Section.IDENTITE, _L),
        "dossiers.fiche": (Section.IDENTITE, _L),
        "dossiers.geste": (Section.IDENTITE, _E),
        "dossiers.referent": (Section.IDENTITE, _E),
        "dossiers.projet": (Section.IDENTITE, _E),
        "dossiers.besoin": (Section.IDENTITE, _E),
        "dossiers.personne": (Section.IDENTITE, _E),
        "dossiers.personne_nouvelle": (Section.IDENTITE, _E),
        "dossiers.note": (Section.STATUT, _L),
        "dossiers.promesse": (Section.STATUT, _L),
        "dossiers.retroplanning": (Section.IDENTITE, _L),
        "dossiers.calendrier": (Section.IDENTITE, _L),
        "dossiers.retroplanning_date": (Section.IDENTITE, _E),
        "dossiers.piece_nouvelle": (Section.FORMALITES, _E),
        "dossiers.piece": (Section.FORMALITES, _E),
        # démarches: the gesture's own organisations and the need's section decide further
        "demarches.geste": (Section.FORMALITES, _E),
        "demarches.affecter": (Section.FORMALITES, _L),
        "demarches.prendre": (Section.FORMALITES, _L),
        "etapes.geste": (Section.FORMALITES, _E),
        # letters
        "courriers.liste": (Section.COURRIERS, _L),
        "courriers.fiche": (Section.COURRIERS, _L),
        "courriers.pdf": (Section.COURRIERS, _L),
        "courriers.nouveau": (Section.STATUT, _L),
        "courriers.relancer": (Section.STATUT, _L),
    }
)
"""The right each screen asks for, by URL name. A URL without a line here is shut to everybody."""


def peut_ouvrir(nature: str, role: str, ecran: str) -> bool:
    """Tell whether an organisation and role may open a screen; unknown screens are refused."""
    exigence = ECRANS.get(ecran)
    if exigence is None:
        return False
    if isinstance(exigence, str):
        return True
    section, minimum = exigence
    return niveau(nature, role, section) >= minimum
