"""The gestures an agent may do on several dossiers at once, and the sentences that keep a line out of them."""

PLAFOND = 200
"""More lines than that are several decisions, not one."""

GESTES = {
    "referent": "Affecter le référent",
    "poser": "Poser une étiquette",
    "retirer": "Retirer une étiquette",
    "clore": "Clore",
}

CHANGE = "Le dossier a changé depuis l’aperçu."
INCONNU = "Ce dossier n’existe pas, ou n’est pas dans votre champ."
DEJA_POSEE = "L’étiquette est déjà posée."
PAS_POSEE = "Le dossier n’a pas cette étiquette."
PAS_LE_DROIT = "Ce geste n’est pas ouvert à votre organisme."


def deja_referent(nom: str) -> str:
    """Say that a file has this référent already."""
    return f"{nom} est déjà le référent."
