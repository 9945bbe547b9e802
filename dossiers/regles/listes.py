"""What each list may be narrowed by and which columns it has: views, columns, print and export read it here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dossiers.regles.droits import Section

LONGUEUR_VALEUR = 80


@dataclass(frozen=True)
class Liste:
    """One list: its screens, the names its address may carry, its columns in their order, the first ones always there."""

    code: str
    titre: str
    ecran: str
    export: str
    parametres: tuple[str, ...]
    colonnes: Mapping[str, str]
    fixes: tuple[str, ...]
    discretes: frozenset[str] = frozenset()
    """Columns nobody sees before asking for them."""
    reservees: Mapping[str, Section] = field(default_factory=dict)
    """Columns that belong to a section of the matrix."""

    def offertes(self, sections_lues: frozenset[str]) -> dict[str, str]:
        """Return the columns a reader of these sections may choose from, the fixed ones included."""
        return {c: mot for c, mot in self.colonnes.items() if self.reservees.get(c, "") in {"", *sections_lues}}

    def choisir(self, voulues: Iterable[str] | None, sections_lues: frozenset[str]) -> tuple[str, ...]:
        """Return the columns to show, in the list's order: those wanted, those of everybody when nothing was chosen.

        One column besides the fixed ones is always shown.
        """
        offertes = self.offertes(sections_lues)
        d_office = {c for c in offertes if c not in self.discretes}
        choix = {c for c in (voulues or ()) if c in offertes and c not in self.fixes} or d_office
        return tuple(c for c in offertes if c in choix or c in self.fixes)

    def retenir(self, parametres: Mapping[str, str]) -> dict[str, str]:
        """Return what an address says that this list knows; anything else, empty or too long, is left out."""
        lus = {nom: parametres.get(nom, "") for nom in self.parametres}
        return {nom: v for nom, v in lus.items() if v and len(v) <= LONGUEUR_VALEUR and v.isprintable()}


LISTES: Mapping[str, Liste] = MappingProxyType(
    {
        liste.code: liste
        for liste in (
            Liste(
                "dossiers", "Dossiers", "dossiers.liste", "dossiers.export",
                (
                    "besoin", "etat", "a_qui", "attend", "commune", "etiquette", "retard", "sans_referent", "reveil", "muet",
                    "clos", "organisme", "tri",
                ),
                {
                    "numero": "Numéro", "foyer": "Foyer", "communes": "Communes", "etape": "Étape", "besoins": "Besoins",
                    "qui_agit": "Qui agit, avant quand", "referent": "Référent", "etiquettes": "Étiquettes",
                    "urgence": "Urgence", "ouvert_le": "Ouvert le", "mouvement": "Dernier mouvement",
                },
                ("numero",), frozenset({"urgence", "ouvert_le", "mouvement"}), {"etiquettes": Section.ETIQUETTES},
            ),
            Liste(
                "promesses", "Promesses", "engagements.liste", "engagements.export", ("sorte", "mois", "organisme", "agent"),
                {"pour": "Pour", "promesse": "Promesse", "a_qui": "À qui", "dossier": "Dossier", "par": "Par", "suite": "Suite"},
                ("pour",),
            ),
            Liste(
                "courriers", "Courriers", "courriers.liste", "courriers.export", ("etat",),
                {"demande": "Demandé", "document": "Document", "dossier": "Dossier", "par": "Par", "etat": "État"},
                ("demande", "document"),
            ),
            Liste(
                "appels", "Appels", "appels.liste", "appels.export", ("issue", "canal", "recents"),
                {
                    "recu": "Reçu", "de": "De la part de", "numero": "Numéro", "canal": "Canal", "issue": "Issue",
                    "dossier": "Dossier", "par": "Pris par", "note": "Noté",
                },
                ("recu",), frozenset({"par"}),
            ),
            Liste(
                "dispositifs", "Dispositifs d’aide", "dispositifs.liste", "dispositifs.export", ("etat", "q"),
                {
                    "etat": "État", "dispositif": "Dispositif", "autorite": "Autorité", "zone": "Zone",
                    "verification": "Vérification",
                },
                ("etat", "dispositif"),
            ),
        )
    }
)  # fmt: skip
