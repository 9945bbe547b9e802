"""The information on personal data that is said on the phone, and the version recorded with it (regles.md C20)."""

VERSION = "2026-11"
"""Change it with the words below: what a person was told is recorded by this version."""

ORALE = (
    "Ce que vous me dites est noté pour préparer votre installation. L’agglomération, l’ARS et l’assurance maladie y ont"
    " accès, chacune pour ce qui la concerne. Vous pouvez lire, corriger ou faire effacer ces informations : écrivez à {dpo}."
)
"""Said in half a minute; `dpo` is the territory's data protection officer."""

CANAUX = {
    "telephone": "par téléphone",
    "relais": "par relais téléphonique",
    "repondeur": "par répondeur",
    "courriel": "par courriel",
    "accueil": "à l’accueil",
}


def annonce(dpo: str) -> str:
    """Return the words to say."""
    return ORALE.format(dpo=dpo)
