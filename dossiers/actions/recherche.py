"""Keep what a dossier is found by, one text per section of the rights matrix."""

from collections.abc import Iterable

from dossiers.models import Commune, Dossier, Participant, TexteRecherche
from dossiers.regles.droits import Section
from dossiers.regles.telephones import chiffres_recherche
from dossiers.regles.texte import normaliser


def indexer(
    dossier: Dossier,
    participants: Iterable[Participant] | None = None,
    communes: Iterable[Commune] | None = None,
    numeros: dict[int, list[str]] | None = None,
) -> None:
    """Recompute the search texts of one dossier; what the caller already holds is not read again.

    `numeros` gives the E.164 numbers of each person by their id.
    """
    if dossier.absorbe_par_id:  # it is found through the file that took it in
        TexteRecherche.objects.filter(dossier=dossier).delete()
        return
    if participants is None:
        participants = list(dossier.participants.select_related("personne").prefetch_related("personne__telephones"))
    if communes is None:
        communes = list(dossier.communes.all())
    textes = textes_de(dossier, participants, communes, numeros)
    TexteRecherche.objects.bulk_create(
        [TexteRecherche(dossier=dossier, section=section, texte=texte) for section, texte in textes.items()],
        update_conflicts=True,
        unique_fields=["dossier", "section"],
        update_fields=["texte"],
    )


def textes_de(
    dossier: Dossier,
    participants: Iterable[Participant],
    communes: Iterable[Commune],
    numeros: dict[int, list[str]] | None = None,
) -> dict[str, str]:
    """Return the search text of each section: names, phones and mails, with number and communes beside the doctor's."""
    mots: dict[str, list[str]] = {
        Section.IDENTITE: [dossier.numero.replace("-", "").lower(), *(normaliser(c.nom) for c in communes)],
        Section.CONJOINT: [],
    }
    for participant in participants:
        personne = participant.personne
        connus = numeros[personne.pk] if numeros else [t.e164 for t in personne.telephones.all()]
        mots[participant.section] += [
            normaliser(f"{personne.prenom} {personne.nom} {personne.nom_usage}"),
            personne.courriel.lower(),
            *(chiffres_recherche(n) for n in connus),
        ]
    return {str(section): " ".join(filter(None, liste)) for section, liste in mots.items()}
