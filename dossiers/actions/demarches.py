"""The one executor: nobody else changes a state (design.md §4.2)."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from dossiers.actions import courriers
from dossiers.actions.affectations import Attribution, proposer, reunir_intervenants
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import (
    Agent,
    Attend,
    Demarche,
    Dossier,
    Geste,
    Machine,
    Participant,
    Personne,
    ecrire_ensemble,
    historiser,
)
from dossiers.regles.delais import echeance


def avancer[M: Machine](
    objet: M,
    geste: str,
    *,
    agent: Agent,
    version: int,
    cle: uuid.UUID,
    motif: str = "",
    raison: str = "",
    **saisie: Any,
) -> M:
    """Run a gesture on a dossier, a démarche or a step, and return the object as it now stands.

    `geste` is the declared code, `saisie` the facts it brings, `motif` a code of its `motifs`, `raison` free words kept in
    the history. Raises `Introuvable` (not visible), `Perime` (somebody wrote since), `Refus` (the sentence that stands against
    it) and `DejaFait` (the same form sent twice: nothing changes).
    """
    ici = f"dossiers.fiche:{objet.dossier_id}"
    with operation(agent, cle=cle, geste=geste, resultat=ici, motif=motif, raison=raison):
        dossier = verrouiller(objet.dossier_id, agent=agent, version=version)
        objet = relire(objet, dossier)
        declare = geste_permis(objet, geste, agent)
        _verifier_saisie(objet, declare, motif, saisie)
        avant = _photo(objet)
        objet.faire(geste, **saisie)
        _dater(objet, declare, avant)
        objet.save(update_fields=[nom for nom, valeur in _photo(objet).items() if valeur != avant[nom]])
        toucher(dossier)
        if declare.courrier:
            courriers.demander(dossier, declare.courrier, agent=agent, occurrence=f"{geste}-{dossier.version}")
    return objet


def relire[M: Machine](objet: M, dossier: Dossier) -> M:
    """Re-read the object after the lock, as the need it is; the locked dossier stands in for its own row."""
    if isinstance(objet, Dossier):
        return dossier  # type: ignore[return-value]
    classe = objet.classe if isinstance(objet, Demarche) else type(objet)
    relu = classe._default_manager.filter(pk=objet.pk, dossier_id=dossier.pk).first()
    if relu is None:
        raise Introuvable("Cette démarche n’existe plus.")
    relu.dossier = dossier  # type: ignore[union-attr]
    return relu  # type: ignore[return-value]


def geste_permis(objet: Machine, code: str, agent: Agent) -> Geste:
    """Return the declared gesture when this agent's organisation and role may perform it, else raise `Introuvable`."""
    declare = objet.gestes().get(code)
    if declare is None or not objet.permet(declare, agent):
        raise Introuvable("Ce geste n’est pas ouvert à votre organisme.")
    return declare


def _verifier_saisie(objet: Machine, declare: Geste, motif: str, saisie: dict[str, Any]) -> None:
    """Third fence behind form and view: a gesture gets exactly the facts it declares, and its coded reason."""
    inconnus = set(saisie) - {*declare.champs, *objet.facultatifs_de(declare)}
    if inconnus:
        raise Refus("Ce geste ne demande pas ces informations.")
    if any(saisie.get(champ) in (None, "") for champ in declare.champs):
        raise Refus(f"Il manque des informations pour « {declare.libelle} ».")
    for champ, valeur in saisie.items():
        choix = objet._meta.get_field(champ).choices  # type: ignore[union-attr]
        if choix and valeur not in ("", *(code for code, _ in choix)):
            raise Refus("Choisissez dans la liste.", champ)
    if declare.motifs and motif not in declare.motifs.values:
        raise Refus("Choisissez un motif dans la liste.")


def _dater(objet: Machine, declare: Geste, avant: dict[str, Any]) -> None:
    """Write since when, who must act next and by when, as the gesture declares them."""
    maintenant = timezone.now()
    objet.etat_depuis = maintenant
    if not hasattr(objet, "attend"):
        return
    if declare.attend is not None:
        objet.attend = declare.attend
    if declare.delai:
        objet.echeance = echeance(maintenant, declare.delai)
    elif objet.echeance == avant["echeance"]:
        # the gesture gave no delay and its body set none: what was due before is done
        objet.echeance = None


def _photo(objet: Machine) -> dict[str, Any]:
    return {champ.name: getattr(objet, champ.attname) for champ in objet._meta.concrete_fields if not champ.generated}


@dataclass(frozen=True)
class BesoinDemande:
    """A need to open: its type, whom it concerns, the facts already known (`niveau` of a child…)."""

    besoin: str
    personne: Personne | None = None
    faits: dict[str, Any] = field(default_factory=dict)


def concernee(besoin: str, foyer: Iterable[tuple[Personne, str]]) -> Personne | None:
    """Return whom a need is about, given the household's people with their roles: the spouse for their own job, nobody
    in particular for a child's school, the doctor otherwise."""
    classe = Demarche.REGISTRE[besoin]
    if classe.par_enfant:
        return None
    voulu = Participant.Role.CONJOINT if classe.du_conjoint else Participant.Role.MEDECIN
    return next((personne for personne, role in foyer if role == voulu), None)


def ouvrir(
    dossier: Dossier,
    demandes: Iterable[BesoinDemande],
    attributions: dict[str, Attribution],
    *,
    le: dt.datetime | None = None,
) -> list[Demarche]:
    """Open the needs of a locked dossier inside a running operation: rows, history, partners at work.

    `le` is when the need was expressed, earlier than now for a call written down afterwards.

    Base rows go by one query, the needs' own rows by another whatever their number: recording a call stays short.
    """
    demandes = list(demandes)
    le = le or timezone.now()
    socles = Demarche.objects.bulk_create([_socle(dossier, d, attributions[d.besoin], le) for d in demandes])
    ouvertes = [_enfant(socle, demande) for socle, demande in zip(socles, demandes, strict=True)]
    ecrire_ensemble(ouvertes)
    historiser(ouvertes)
    reunir_intervenants(dossier, {d.organisme_id for d in ouvertes})
    return ouvertes


def _socle(dossier: Dossier, demande: BesoinDemande, attribution: Attribution, le: dt.datetime) -> Demarche:
    return Demarche(
        dossier=dossier,
        type=demande.besoin,
        etat_depuis=le,
        organisme=attribution.organisme,
        responsable=attribution.agent,
        pourquoi=attribution.pourquoi,
        personne=demande.personne,
        attend=Attend.GUICHET,
        echeance=echeance(le, PREMIER_DELAI),
    )


def _enfant(socle: Demarche, demande: BesoinDemande) -> Demarche:
    """Return the need's own row to write beside its base row (multi-table children cannot go by `bulk_create`)."""
    classe = Demarche.REGISTRE[demande.besoin]
    communs = {c.attname: getattr(socle, c.attname) for c in Demarche._meta.concrete_fields}
    demarche = classe(demarche_ptr_id=socle.pk, **communs, **demande.faits)
    demarche.dossier, demarche.organisme, demarche.responsable = socle.dossier, socle.organisme, socle.responsable
    demarche._state.adding = False
    return demarche


PREMIER_DELAI = 3
"""Working days to look at a need just expressed (domaine.md §2.3, §2.5: « ≤ 3 j »)."""


def ouvrir_besoins(
    dossier: Dossier,
    demandes: Iterable[BesoinDemande],
    *,
    agent: Agent,
    version: int,
    cle: uuid.UUID,
) -> list[Demarche]:
    """Open needs on an existing dossier by an agent's own act."""
    demandes = list(demandes)
    with operation(agent, cle=cle, geste="ouvrir_besoin", resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        if not dossier.ouvert:
            raise Refus("Le dossier est clos : rouvrez-le d’abord.")
        for demande in demandes:
            classe = Demarche.REGISTRE.get(demande.besoin)
            if classe is None or not agent.peut_ecrire(classe.section):
                raise Introuvable("Ce besoin n’est pas ouvert à votre organisme.")
        attributions = proposer(dossier.territoire, [d.besoin for d in demandes], list(dossier.communes.all()))
        foyer = [(p.personne, p.role) for p in dossier.participants.select_related("personne")]
        demandes = [replace(d, personne=d.personne or concernee(d.besoin, foyer)) for d in demandes]
        ouvertes = ouvrir(dossier, demandes, attributions)
        toucher(dossier)
    return ouvertes
