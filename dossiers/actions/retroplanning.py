"""The household's wished day: one date, written wherever the household holds it."""

import datetime as dt
import uuid

from django.utils import timezone

from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Dossier
from dossiers.regles.droits import Section


def fixer_date(dossier: Dossier, jour: dt.date, *, agent: Agent, version: int, cle: uuid.UUID) -> Dossier:
    """Write the wished day on the dossier and on the open needs that hold it; raises `Refus` for a day gone by."""
    ici = f"dossiers.retroplanning:{dossier.pk}"
    with operation(agent, cle=cle, geste="fixer_date", resultat=ici):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        if not agent.peut_ecrire(Section.IDENTITE) or not agent.peut_ecrire(Section.FORMALITES):
            raise Introuvable("La date visée n’est pas ouverte à votre organisme.")
        if not dossier.ouvert:
            raise Refus("Le dossier est clos : rouvrez-le d’abord.")
        if jour < timezone.localdate():
            raise Refus("Choisissez une date à venir.", "date")
        dossier.echeance = jour
        dossier.save(update_fields=["echeance"])
        for demarche in dossier.demarches.ouvertes().specifiques():
            besoin = demarche.specifique
            if besoin.colonne_visee:
                setattr(besoin, besoin.colonne_visee, jour)
                besoin.save(update_fields=[besoin.colonne_visee])
        toucher(dossier)
    return dossier
