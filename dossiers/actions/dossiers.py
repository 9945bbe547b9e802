"""What happens to the file itself, besides its gestures."""

import uuid
from typing import Any

from django.db import connection

from dossiers.actions.demarches import nommer_les_concernes
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.recherche import indexer
from dossiers.actions.retours import noter_retour
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Dossier, Participant, Personne, Telephone
from dossiers.regles.droits import Section
from dossiers.regles.information import VERSION
from dossiers.regles.lots import deja_referent
from dossiers.regles.numeros import fabriquer_numero
from dossiers.regles.telephones import lire_telephone


def nouveau_numero() -> str:
    """Return the next number that can be read out loud; gaps are normal (a refused call takes one with it)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('dossiers_numero_seq')")
        return fabriquer_numero(curseur.fetchone()[0])


def nommer_referent(
    dossier: Dossier, referent: Agent, *, agent: Agent, version: int, cle: uuid.UUID, raison: str = ""
) -> Dossier:
    """Name who answers for the household; the référent works for the organisation that holds the line."""
    with operation(agent, cle=cle, geste="nommer_referent", resultat=f"dossiers.fiche:{dossier.pk}", raison=raison):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        admis = (
            referent.is_active and referent.organisme.est_porteur and referent.territoire_id == dossier.territoire_id
        )
        if not admis:
            raise Refus(f"{referent} ne peut pas être référent de ce dossier.", "referent")
        if dossier.referent_id == referent.pk:
            raise Refus(deja_referent(str(referent)), "referent")
        avant = dossier.referent_id
        dossier.referent = referent
        dossier.save(update_fields=["referent"])
        toucher(dossier)
        noter_retour(cle, "nommer_referent", dossier, {"referent": avant})
    return dossier


CHAMPS_DOSSIER = ("echeance", "urgence", "confidentiel")


def modifier(
    dossier: Dossier, *, agent: Agent, version: int, cle: uuid.UUID, communes: list[Any] | None = None, **champs: Any
) -> Dossier:
    """Correct the project's facts: communes, wished date, urgency; confidentiality is the direction's."""
    raison = "" if communes is None else f"Communes : {', '.join(str(c) for c in communes) or 'aucune'}"
    with operation(agent, cle=cle, geste="modifier_dossier", resultat=f"dossiers.fiche:{dossier.pk}", raison=raison):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        for nom, valeur in champs.items():
            if nom not in CHAMPS_DOSSIER or (nom == "confidentiel" and not agent.peut_ecrire(Section.CONFIDENTIEL)):
                raise Introuvable("Ce champ ne se modifie pas ici.")
            setattr(dossier, nom, valeur)
        # communes live in their own table: the history row of the dossier still says, by its reason, that they changed
        dossier.save(update_fields=sorted(champs) or ["urgence"])
        if communes is not None:
            dossier.communes.set(communes)
        indexer(dossier)
        toucher(dossier)
    return dossier


CHAMPS_PERSONNE = (
    "civilite",
    "nom",
    "nom_usage",
    "prenom",
    "statut",
    "these_soutenue",
    "rpps",
    "metier",
    "courriel",
    "adresse",
    "ne_pas_rappeler",
    "information_le",
)


def enregistrer_personne(
    dossier: Dossier,
    personne: Personne | None,
    *,
    agent: Agent,
    version: int,
    cle: uuid.UUID,
    role: str,
    telephones: list[str],
    **champs: Any,
) -> Personne:
    """Add a person to the household, or correct one; every number typed is kept as typed and as it dials."""
    geste = "modifier_personne" if personne else "ajouter_personne"
    with operation(agent, cle=cle, geste=geste, resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        personne = personne or Personne()
        for nom, valeur in champs.items():
            if nom not in CHAMPS_PERSONNE:
                raise Introuvable("Ce champ ne se modifie pas ici.")
            setattr(personne, nom, valeur)
        if personne.information_le and not personne.information_version:
            personne.information_version = VERSION
        personne.save()
        participant = Participant.objects.filter(dossier=dossier, personne=personne).first() or Participant(
            dossier=dossier, personne=personne
        )
        if participant.role != role:
            participant.role = role
            participant.save()
            nommer_les_concernes(dossier)
        _remplacer_telephones(personne, telephones)
        indexer(dossier)
        toucher(dossier)
    return personne


def _remplacer_telephones(personne: Personne, bruts: list[str]) -> None:
    lus = {lu.e164 or lu.brut: lu for lu in map(lire_telephone, filter(None, bruts))}
    for connu in personne.telephones.all():
        if lus.pop(connu.e164 or connu.brut, None) is None:
            connu.delete()
    for lu in lus.values():
        Telephone.objects.create(personne=personne, brut=lu.brut[:40], e164=lu.e164)
