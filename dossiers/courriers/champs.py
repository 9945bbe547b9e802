"""The closed registry of merge fields: what a stored text may name, and nothing else (design.md §4.7).

A stored text holds `[[code]]` marks. No template language is ever evaluated on it: a mark is replaced by its value, as plain
text, or refused with its name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dossiers.erreurs import Refus
from dossiers.regles.typographie import typographier

MARQUE = re.compile(r"\[\[\s*([\w.]+)\s*\]\]")


@dataclass(frozen=True)
class Champ:
    """A merge field: what the office calls it, and an example shown beside it."""

    code: str
    libelle: str
    exemple: str


CHAMPS: dict[str, Champ] = {
    c.code: c
    for c in (
        Champ("date", "date du courrier", "1ᵉʳ septembre 2026"),
        Champ("dossier.numero", "numéro du dossier", "K7F-4Q2-M"),
        Champ("dossier.ouvert_le", "date d’ouverture du dossier", "5 janvier 2026"),
        Champ("dossier.motif_cloture", "motif de clôture", "installation réussie et suivie"),
        Champ("dossier.etape", "étape du dossier", "En accompagnement"),
        Champ("dossier.communes", "communes visées", "Anduze, Générargues"),
        Champ("dossier.echeance", "arrivée souhaitée", "1ᵉʳ septembre 2026"),
        Champ("territoire.nom", "territoire", "Alès Agglomération"),
        Champ("territoire.service", "service qui tient la ligne", "Service Santé publique"),
        Champ("territoire.telephone", "téléphone de la ligne", "04 65 71 10 00"),
        Champ("territoire.courriel", "courriel du service", "guichet@ales.example.org"),
        Champ("territoire.adresse", "adresse du service", "2 rue des Exemples, 30100 ALÈS"),
        Champ("territoire.horaires", "horaires de la ligne", "du lundi au vendredi, 9 h – 17 h"),
        Champ("territoire.ville", "lieu d’écriture", "Alès"),
        Champ("territoire.dpo", "délégué à la protection des données", "dpo@ales.example.org"),
        Champ("territoire.partenaires", "partenaires", "ARS Occitanie, CPAM du Gard"),
        Champ("agent.nom", "agent chargé du dossier", "Bruno Lefèvre"),
        Champ("agent.qualite", "qualité de l’agent", "Chargé d’accompagnement"),
        Champ("agent.telephone", "téléphone de l’agent", "04 65 71 10 02"),
        Champ("agent.courriel", "courriel de l’agent", "bruno@ales.example.org"),
        Champ("personne.appel", "appel de politesse", "Docteur"),
        Champ("personne.nom", "destinataire", "Docteur Claire DELMAS"),
        Champ("appel.date", "date de l’appel", "5 janvier 2026"),
        Champ("rappel.date", "date de la promesse", "jeudi 26 novembre 2026 à 14 h"),
        Champ("profil.libelle", "profil du médecin", "Libéral"),
        Champ("point.depuis", "dernier mouvement du dossier", "2 novembre 2026"),
        Champ("organisme.nom", "organisme pour lequel la version est établie", "CPAM du Gard"),
    )
}


def remplacer(texte: str, donnees: Mapping[str, Any]) -> str:
    """Return a stored text with its marks replaced and French typography applied.

    Raises `Refus` naming the field when a mark is unknown or its value empty: a letter never prints « None ».
    """

    def valeur(marque: re.Match[str]) -> str:
        code = marque.group(1)
        if code not in CHAMPS:
            raise Refus(f"Champ inconnu dans le modèle : {code}.")
        connue = donnees.get(code)
        if connue is None or not str(connue).strip():
            raise Refus(f"Champ vide : {CHAMPS[code].libelle}.")
        return str(connue)

    return typographier(MARQUE.sub(valeur, texte))
