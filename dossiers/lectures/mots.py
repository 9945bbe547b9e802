"""The words of a dossier's timeline: what each act is called, which columns say nothing, which belong to another section."""

from dossiers.regles.droits import Section

VIDE = "vide"
"""What a column without a value is called."""

LIBELLES = {
    "enregistrer_appel": "Appel enregistré",
    "ressaisir_appel": "Appel ressaisi",
    "rattacher_appel": "Appel rattaché",
    "ouvrir_besoin": "Besoin ouvert",
    "affecter": "Démarche affectée",
    "prendre": "Démarche prise en charge",
    "solliciter": "Partenaire sollicité",
    "noter": "Note",
    "promettre": "Promesse faite",
    "tenir_promesse": "Suite donnée à une promesse",
    "tenter_rappel": "Rappel tenté",
    "prendre_rappel": "Rappel pris en charge",
    "nommer_referent": "Référent nommé",
    "annuler_nommer_referent": "Nomination du référent annulée",
    "annuler_affecter": "Affectation annulée",
    "annuler_prendre": "Prise en charge annulée",
    "annuler_clore": "Clôture annulée",
    "etiqueter": "Étiquettes modifiées",
    "annuler_etiqueter": "Étiquettes : modification annulée",
    "reprendre_main": "Démarche reprise au retour",
    "laisser": "Démarche laissée au remplaçant",
    "fermer_compte": "Suite d’un départ",
    "modifier_dossier": "Projet modifié",
    "ajouter_personne": "Personne ajoutée",
    "modifier_personne": "Coordonnées modifiées",
    "produire_courrier": "Courrier produit",
    "relancer_courrier": "Courrier relancé",
    "fusionner": "Dossiers fusionnés",
    "defaire_fusion": "Fusion défaite",
    "transferer": "Dossier transféré",
    "mettre_en_pause": "Délai mis en pause",
    "reprendre_delai": "Délai repris",
    "fermer_service": "Échéance déplacée par une fermeture",
    "rouvrir_service": "Échéance déplacée par une réouverture",
    "recalculer_echeances": "Échéance recalculée",
    "relancer": "Relance automatique",
    "recevoir_piece": "Document noté",
    "corriger_piece": "Document corrigé",
    "fixer_date": "Date visée modifiée",
    "demander_acces": "Accès demandé",
    "accorder_acces": "Accès accordé",
    "refuser_acces": "Accès refusé",
}

MUETS = frozenset(
    {
        "id", "etat", "etat_avant", "etat_depuis", "type", "dossier_id", "demarche_ptr_id", "formalites_id", "rang", "code",
        "territoire_id", "appel_id", "personne_id", "demande_par_id", "demande_le", "sections", "occurrence", "modele_id",
        "tentatives", "sha256", "taille", "produit_le", "cree_le", "pourquoi", "fait_le", "destinataire_id", "agent_id",
        "absorbe_id", "absorbe_par_id", "annulee_le", "pilote_id",
        # dates and amounts of an aid are its payer's alone: the timeline tells its states
        "demandee_le", "accordee_le", "versee_le", "montant", "engagement_jusqu_au",
        "delai", "echeance_fixee", "manquee_le", "courrier_id", "a_partir_de", "etiquette_id", "posee_le",
    }
)  # fmt: skip
"""Columns that would tell a reader nothing, or that the event's own words already say."""

RESERVES = {
    "statut": Section.STATUT,
    "these_soutenue": Section.STATUT,
    "rpps": Section.STATUT,
    "metier": Section.EMPLOI_CONJOINT,
    # why a household gave up may be the spouse's job or the children: the line holder's alone
    "motif_cloture": Section.APPELS,
    "motif_levee": Section.APPELS,
}
"""Columns that belong to another section than the row that holds them (domaine.md §5)."""
