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
    RESEAU = "reseau"
    LOISIRS = "loisirs"
    AIDES = "aides"
    VISITES = "visites"
    COURRIERS = "courriers"
    AFFECTATION = "affectation"
    PILOTAGE = "pilotage"
    CONFIDENTIEL = "confidentiel"
    FUSION = "fusion"
    TRANSFERT = "transfert"
    REGLAGES = "reglages"
    ROUTAGE = "routage"
    DISPOSITIFS = "dispositifs"
    ZONAGE = "zonage"
    HORLOGE = "horloge"
    LEXIQUE = "lexique"
    ETIQUETTES = "etiquettes"
    LISTE_ETIQUETTES = "liste_etiquettes"
    IMPORT = "import"


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
        Section.RESEAU: "Mise en réseau",
        Section.LOISIRS: "Loisirs et intégration",
        Section.AIDES: "Aides financières",
        Section.VISITES: "Visites du territoire",
        Section.COURRIERS: "Courriers",
        Section.AFFECTATION: "Affectation d’une démarche à un autre agent",
        Section.PILOTAGE: "Tableau de bord",
        Section.CONFIDENTIEL: "Dossiers à confidentialité renforcée",
        Section.FUSION: "Fusion de deux dossiers d’un foyer",
        Section.TRANSFERT: "Transfert vers un autre territoire",
        Section.REGLAGES: "Réglages du territoire",
        Section.ROUTAGE: "Règles d’affectation du territoire",
        Section.DISPOSITIFS: "Catalogue des dispositifs d’aide",
        Section.ZONAGE: "Zonage des communes et quartiers",
        Section.HORLOGE: "Délais de chaque état",
        Section.LEXIQUE: "Mots que comprend l’écran d’appel",
        Section.ETIQUETTES: "Étiquettes posées sur les dossiers",
        Section.LISTE_ETIQUETTES: "Liste des étiquettes du territoire",
        Section.IMPORT: "Import de fichiers d’appels",
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
    Section.RESEAU: _E,
    Section.LOISIRS: _E,
    # « é / — » : the payer answers and pays, the line sees where it stands
    Section.AIDES: _ETAT,
    Section.VISITES: _E,
    Section.COURRIERS: _E,
    Section.FUSION: _E,
    Section.ETIQUETTES: _E,
    Section.DISPOSITIFS: _L,
    Section.ZONAGE: _L,
    # opens dossiers by the hundred: who may be their référent or supervises, not whoever takes a call
    Section.IMPORT: _E,
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
    Section.RESEAU: _L,
    Section.LOISIRS: _L,
    Section.AIDES: _ETAT,
    # a visit is the caseworker's to arrange (domaine.md §2.9): the call-taker reads it, as any need
    Section.VISITES: _L,
    Section.COURRIERS: _L,
    Section.ETIQUETTES: _E,
    Section.DISPOSITIFS: _L,
    Section.ZONAGE: _L,
}
_INSTRUCTEUR_ARS = {
    Section.IDENTITE: _L,
    Section.STATUT: _L,
    Section.FORMALITES: _L,
    Section.RESEAU: _E,
    Section.AIDES: _E,
    Section.VISITES: _E,
    Section.COURRIERS: _L,
    Section.DISPOSITIFS: _E,
    Section.ZONAGE: _E,
}
_INSTRUCTEUR_CPAM = {
    Section.IDENTITE: _L,
    Section.STATUT: _L,
    Section.FORMALITES: _E,
    Section.AIDES: _E,
    Section.VISITES: _L,
    Section.COURRIERS: _L,
    Section.DISPOSITIFS: _E,
    Section.ZONAGE: _L,
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
            Section.TRANSFERT: _E,
            Section.REGLAGES: _L,
            Section.ROUTAGE: _E,
            Section.DISPOSITIFS: _E,
            Section.ZONAGE: _E,
            Section.HORLOGE: _E,
            Section.LEXIQUE: _E,
            Section.LISTE_ETIQUETTES: _E,
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

BESOINS = (
    Section.FORMALITES,
    Section.LOGEMENT,
    Section.EMPLOI_CONJOINT,
    Section.ENFANTS,
    Section.RESEAU,
    Section.LOISIRS,
    Section.AIDES,
    Section.VISITES,
)
"""The sections of the needs: a screen common to all of them opens to who reaches one; the need's own decides further."""

ECRANS: MappingProxyType[str, str | tuple[Section | tuple[Section, ...], Niveau]] = MappingProxyType(
    {
        # pages of the house
        "sante": PUBLIC,
        "theme": PUBLIC,
        "logo": PUBLIC,
        "accessibilite": PUBLIC,
        "donnees_personnelles": PUBLIC,
        "mentions": PUBLIC,
        "connexion": PUBLIC,
        # a calendar cannot sign in: the address itself is the secret, made, renewed and revoked by its agent; what it gives
        # is dates, gestures and dossier numbers, never who (decision 0037)
        "agenda.flux": PUBLIC,
        "deconnexion": TOUT_AGENT,
        "mot_de_passe": TOUT_AGENT,
        "mot_de_passe_change": TOUT_AGENT,
        "accueil": TOUT_AGENT,
        "reglages": TOUT_AGENT,
        "reglages.agenda": (Section.IDENTITE, _L),
        "reglages.absences": TOUT_AGENT,
        "reglages.absence_annuler": TOUT_AGENT,
        "reglages.rendre": TOUT_AGENT,
        "reglages.equipe": (Section.AFFECTATION, _E),
        "reglages.absences_equipe": (Section.AFFECTATION, _E),
        "reglages.depart": (Section.AFFECTATION, _E),
        "reglages.routage": (Section.ROUTAGE, _E),
        "reglages.jeu": (Section.ROUTAGE, _E),
        "reglages.jeu_publier": (Section.ROUTAGE, _E),
        "reglages.jeu_effacer": (Section.ROUTAGE, _E),
        "reglages.regle_retirer": (Section.ROUTAGE, _E),
        # each agent's own arrangement of the lists they may open, and what they have just done
        "vues.gerer": TOUT_AGENT,
        "vues.vue": TOUT_AGENT,
        "vues.colonnes": TOUT_AGENT,
        "annuler": TOUT_AGENT,
        "brouillons": TOUT_AGENT,
        "brouillons.abandonner": TOUT_AGENT,
        "brouillons.reprendre": TOUT_AGENT,
        "matrice": TOUT_AGENT,
        "journee": (Section.IDENTITE, _L),
        "journee.nouvelles": (Section.IDENTITE, _L),
        "journee.vu": (Section.IDENTITE, _L),
        "journee.feuille": (Section.IDENTITE, _L),
        "passations.liste": (Section.IDENTITE, _L),
        "passations.a_lire": (Section.IDENTITE, _L),
        "passations.nouvelle": (Section.IDENTITE, _L),
        "passations.lue": (Section.IDENTITE, _L),
        "engagements.liste": (Section.IDENTITE, _L),
        "engagements.export": (Section.IDENTITE, _L),
        "engagements.issue": (Section.STATUT, _L),
        "engagements.rappeler": (Section.STATUT, _L),
        "engagements.prendre": (Section.STATUT, _L),
        "engagements.charge": (Section.STATUT, _L),
        "engagements.bilan": (Section.PILOTAGE, _L),
        "engagements.bilan_export": (Section.PILOTAGE, _L),
        "tableau": (Section.PILOTAGE, _L),
        "recherche": (Section.IDENTITE, _L),
        "recherche.palette": (Section.IDENTITE, _L),
        # a file out of one's field: whoever works on files may ask, the line's holder answers
        "acces.liste": (Section.STATUT, _L),
        "acces.demander": (Section.STATUT, _L),
        "acces.repondre": (Section.IDENTITE, _E),
        # calls
        "appels.liste": (Section.APPELS, _L),
        "appels.export": (Section.APPELS, _L),
        "appels.nouveau": (Section.APPELS, _E),
        "appels.vierge": (Section.APPELS, _E),
        "appels.ressaisie": (Section.APPELS, _E),
        "appels.qui": (Section.APPELS, _E),
        "appels.propositions": (Section.APPELS, _E),
        "appels.fiche": (Section.APPELS, _L),
        "appels.rattacher": (Section.APPELS, _E),
        # files of calls
        "imports.liste": (Section.IMPORT, _E),
        "imports.nouveau": (Section.IMPORT, _E),
        "imports.fiche": (Section.IMPORT, _E),
        "imports.colonnes": (Section.IMPORT, _E),
        "imports.decider": (Section.IMPORT, _E),
        "imports.phase": (Section.IMPORT, _E),
        "imports.a_corriger": (Section.IMPORT, _E),
        "imports.corriger": (Section.IMPORT, _E),
        # dossiers
        "dossiers.liste": (Section.IDENTITE, _L),
        "dossiers.export": (Section.IDENTITE, _L),
        "dossiers.lot": (Section.IDENTITE, _E),
        "dossiers.lot_fait": (Section.IDENTITE, _E),
        "dossiers.etiquettes": (Section.ETIQUETTES, _E),
        "dossiers.fiche": (Section.IDENTITE, _L),
        "dossiers.geste": (Section.IDENTITE, _E),
        "dossiers.referent": (Section.IDENTITE, _E),
        "dossiers.projet": (Section.IDENTITE, _E),
        "dossiers.besoin": (Section.IDENTITE, _E),
        "dossiers.personne": (Section.IDENTITE, _E),
        "dossiers.personne_nouvelle": (Section.IDENTITE, _E),
        "dossiers.presence": (Section.IDENTITE, _L),
        "dossiers.note": (Section.STATUT, _L),
        "dossiers.promesse": (Section.STATUT, _L),
        "dossiers.fusion": (Section.FUSION, _E),
        "dossiers.fusion_annuler": (Section.FUSION, _E),
        "dossiers.transfert": (Section.TRANSFERT, _E),
        "transferts.liste": (Section.TRANSFERT, _L),
        "dossiers.retroplanning": (Section.IDENTITE, _L),
        "dossiers.calendrier": (Section.IDENTITE, _L),
        "dossiers.retroplanning_date": (Section.IDENTITE, _E),
        "dossiers.piece_nouvelle": (Section.FORMALITES, _E),
        "dossiers.piece": (Section.FORMALITES, _E),
        # démarches: the gesture's own organisations and the need's section decide further
        "demarches.solliciter": (BESOINS, _E),
        "positions.geste": (BESOINS, _L),
        "demarches.geste": (BESOINS, _ETAT),
        "demarches.affecter": (BESOINS, _L),
        "demarches.prendre": (BESOINS, _L),
        "etapes.geste": (Section.FORMALITES, _E),
        # the clock
        "demarches.delai": (Section.STATUT, _L),
        "demarches.pause": (BESOINS, _E),
        "demarches.reprise": (BESOINS, _E),
        "etapes.delai": (Section.FORMALITES, _L),
        "reglages.fermetures": (Section.AFFECTATION, _E),
        "reglages.rouvrir": (Section.AFFECTATION, _E),
        "reglages.delais": (Section.HORLOGE, _E),
        "reglages.rappels": (Section.HORLOGE, _E),
        "reglages.lexique": (Section.LEXIQUE, _E),
        "reglages.etiquettes": (Section.LISTE_ETIQUETTES, _E),
        # letters
        "courriers.liste": (Section.COURRIERS, _L),
        "courriers.export": (Section.COURRIERS, _L),
        "courriers.fiche": (Section.COURRIERS, _L),
        "courriers.pdf": (Section.COURRIERS, _L),
        "courriers.nouveau": (Section.STATUT, _L),
        "courriers.relancer": (Section.STATUT, _L),
        # what aids exist, where, for whom
        "dispositifs.liste": (Section.DISPOSITIFS, _L),
        "dispositifs.export": (Section.DISPOSITIFS, _L),
        "dispositifs.fiche": (Section.DISPOSITIFS, _L),
        "dispositifs.verifier": (Section.DISPOSITIFS, _E),
        "dispositifs.eligibilite": (Section.DISPOSITIFS, _L),
        "dossiers.eligibilite": (Section.AIDES, _ETAT),
        "dossiers.aide": (Section.AIDES, _ETAT),
        "zonages.liste": (Section.ZONAGE, _L),
        "zonages.ajouter": (Section.ZONAGE, _E),
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
    sections, minimum = exigence
    droits = droits_de(nature, role)
    return any(
        droits.get(s, Niveau.RIEN) >= minimum for s in ((sections,) if isinstance(sections, Section) else sections)
    )
