"""The one executor: nobody else changes a state (design.md §4.2)."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from dossiers.actions import courriers
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.retours import noter_retour, photo_positions
from dossiers.actions.routage import Attribution, proposer, reunir_intervenants, statut_du_foyer
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import (
    Agent,
    Demarche,
    Dossier,
    Geste,
    Horloge,
    Machine,
    Organisme,
    Participant,
    Pause,
    Personne,
    Position,
    Suppleance,
    creer,
    ecrire_ensemble,
    historiser,
)
from dossiers.regles.delais import PREMIER_DELAI, echeance


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
        etait_finie = objet.est_finie
        avant = _avant_de_clore(objet) if isinstance(objet, Dossier) and geste == "clore" else None
        accomplir(objet, geste, saisie)
        if objet.est_finie != etait_finie:
            _accorder_positions(objet)
        toucher(dossier)
        if declare.courrier:
            courrier = courriers.demander(
                dossier,
                declare.courrier,
                agent=agent,
                occurrence=f"{geste}-{dossier.version}",
                retenu=avant is not None,
            )
            if avant:
                noter_retour(cle, "clore", dossier, {**avant, "courriers": [courrier.pk]})
    return objet


def _avant_de_clore(dossier: Dossier) -> dict[str, Any]:
    """Return what an undone closing gives back."""
    return {
        "etat": dossier.etat,
        "etat_depuis": dossier.etat_depuis.isoformat(),
        "reveil_le": dossier.reveil_le.isoformat() if dossier.reveil_le else None,
        "positions": photo_positions(list(dossier.positions.a_decider())),
    }


def accomplir(objet: Machine, geste: str, saisie: dict[str, Any], *, depuis: dt.datetime | None = None) -> None:
    """Run a declared gesture inside a running operation on a locked dossier, and save what it changed.

    No right is asked here: `avancer` has asked, or the move follows by itself from an act that was allowed. `depuis` is
    since when the new state holds: now, but for a state given back.
    """
    avant = _photo(objet)
    _oublier_le_delai(objet)
    objet.faire(geste, **saisie)
    _dater(objet, objet.gestes()[geste], avant)
    if depuis:
        objet.etat_depuis = depuis  # type: ignore[attr-defined]
    objet.save(update_fields=[nom for nom, valeur in _photo(objet).items() if valeur != avant[nom]])


def relire[M: Machine](objet: M, dossier: Dossier) -> M:
    """Re-read the object after the lock, as the need it is; the locked dossier stands in for its own row."""
    if isinstance(objet, Dossier):
        return dossier  # type: ignore[return-value]
    classe = objet.classe if isinstance(objet, Demarche) else type(objet)
    lignes = classe._default_manager.filter(pk=objet.pk, dossier_id=dossier.pk)
    if liens := getattr(classe, "LIENS", ()):
        lignes = lignes.select_related("organisme", *liens)
    relu = lignes.first()
    if relu is None:
        raise Introuvable("Cette démarche n’existe plus.")
    relu.dossier = dossier  # type: ignore[union-attr]
    return relu  # type: ignore[return-value]


def geste_permis(objet: Machine, code: str, agent: Agent) -> Geste:
    """Return the declared gesture when this agent's organisation and role may perform it, else raise `Introuvable`."""
    declare = objet.gestes().get(code)
    if declare is None or declare.interne or not objet.permet(declare, agent):
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


def _oublier_le_delai(objet: Machine) -> None:
    """Forget what the last gesture gave: the body of this one may give a delay or a date of its own."""
    if hasattr(objet, "delai"):
        objet.delai, objet.echeance_fixee = None, None


def _dater(objet: Any, declare: Geste, avant: dict[str, Any]) -> None:
    """Write since when, who must act next, and what the deadline is computed from: a date the body set, else a delay."""
    maintenant = timezone.now()
    objet.etat_depuis = maintenant
    if not hasattr(objet, "attend"):
        return
    if declare.attend is not None:
        objet.attend = declare.attend
    if not hasattr(objet, "delai"):  # a partner's word has a date of its own, not the démarche's clock
        objet.echeance = echeance(maintenant, declare.delai) if declare.delai else None
        return
    if objet.est_finie:
        objet.delai, objet.echeance_fixee, objet.echeance = None, None, None
        _finir_les_pauses(objet)
        return
    if objet.echeance != avant["echeance"]:
        objet.echeance_fixee = objet.echeance
    objet.delai = objet.delai or declare.delai
    demarche = objet.demarche
    demarche.dossier = objet.dossier
    objet.echeance = Horloge.pour([demarche]).echeance(objet)


def _finir_les_pauses(objet: Any) -> None:
    """A démarche that ends waits no more: its open pause ends with it."""
    if not isinstance(objet, Demarche):
        return
    for pause in Pause.objects.filter(demarche_id=objet.pk, fin=None):
        pause.fin = max(pause.debut, timezone.localdate())
        pause.save(update_fields=["fin"])


def _photo(objet: Machine) -> dict[str, Any]:
    return {champ.name: getattr(objet, champ.attname) for champ in objet._meta.concrete_fields if not champ.generated}


def attendre(
    dossier: Dossier, demarche: Demarche, organisme: Organisme, *, demande: str = "", avant_le: dt.date | None = None
) -> Position:
    """Wait for an organisation on a démarche, anew when it had answered; the line's holder has no position of its own."""
    position = demarche.positions.filter(organisme=organisme).first()
    if position is None:
        position = _position(demarche, organisme, timezone.now())
        if not organisme.est_porteur:
            position.demande, position.echeance = demande, avant_le or position.echeance
            creer([position])
        return position
    position.demarche, position.dossier = demarche, dossier
    if position.est_finie:
        position.demande = demande
        accomplir(position, "reprendre", {})
        position.echeance = avant_le or position.echeance
        position.save(update_fields=["demande", "echeance"])
    return position


def liberer(demarche: Demarche) -> None:
    """Stop waiting for the organisation that was in charge of a démarche: it goes to another, or is over."""
    for position in demarche.positions.a_decider().filter(organisme_id=demarche.organisme_id):
        reussie = demarche.etat == "clos" and position.etat == Position.Etat.ACCEPTEE
        accomplir(position, "terminer" if reussie else "lever", {})


def _accorder_positions(objet: Machine) -> None:
    """Let positions follow what has just ended or come back: the one in charge ends with its démarche, all with the file."""
    if isinstance(objet, Dossier) and objet.est_finie:
        for position in objet.positions.a_decider():
            accomplir(position, "lever", {})
    elif isinstance(objet, Demarche) and objet.est_finie:
        liberer(objet)
    elif isinstance(objet, Demarche):
        for position in objet.positions.filter(organisme_id=objet.organisme_id):
            position.demarche = objet
            if position.est_finie:
                accomplir(position, "reprendre", {})


def _position(demarche: Demarche, organisme: Organisme, le: dt.datetime) -> Position:
    return Position(
        dossier_id=demarche.dossier_id,
        demarche_id=demarche.pk,
        besoin=demarche.type,
        organisme=organisme,
        etat_depuis=le,
        echeance=echeance(le, DELAI_POSITION),
    )


DELAI_POSITION = 5
"""Working days for a partner to say whether it takes part (domaine.md §2.1: 5, 10, 15)."""


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
    socles = [_socle(dossier, d, attributions[d.besoin], le) for d in demandes]
    horloge = Horloge.pour(socles)
    for socle in socles:
        socle.echeance = horloge.echeance(socle)
    Demarche.objects.bulk_create(socles)
    ouvertes = [_enfant(socle, demande) for socle, demande in zip(socles, demandes, strict=True)]
    ecrire_ensemble(ouvertes)
    historiser(ouvertes)
    # the line's own position is the démarche itself: a call that asks no partner writes none
    creer([Suppleance(absence_id=a.absence, demarche_id=d.pk) for d in ouvertes if (a := attributions[d.type]).absence])
    creer([_position(d, d.organisme, le) for d in ouvertes if not d.organisme.est_porteur])
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
        attend=Demarche.REGISTRE[demande.besoin].attend_au_debut(attribution.organisme),
        delai=PREMIER_DELAI,
    )


def _enfant(socle: Demarche, demande: BesoinDemande) -> Demarche:
    """Return the need's own row to write beside its base row (multi-table children cannot go by `bulk_create`)."""
    classe = Demarche.REGISTRE[demande.besoin]
    communs = {c.attname: getattr(socle, c.attname) for c in Demarche._meta.concrete_fields}
    faits = {**classe.faits_connus(demande.personne), **demande.faits}
    demarche = classe(demarche_ptr_id=socle.pk, **communs, **faits)
    demarche.dossier, demarche.organisme, demarche.responsable = socle.dossier, socle.organisme, socle.responsable
    demarche._state.adding = False
    return demarche


def nommer_les_concernes(dossier: Dossier) -> None:
    """Tell the open needs that concern nobody yet whom they are about, once somebody entered the household."""
    orphelines = [d.specifique for d in dossier.demarches.ouvertes().filter(personne=None).specifiques()]
    if not orphelines:
        return
    foyer = [(p.personne, p.role) for p in dossier.participants.select_related("personne")]
    for demarche in orphelines:
        if personne := concernee(demarche.type, foyer):
            connus = demarche.faits_connus(personne).items()
            faits = {"personne": personne} | {nom: valeur for nom, valeur in connus if not getattr(demarche, nom)}
            for nom, valeur in faits.items():
                setattr(demarche, nom, valeur)
            demarche.save(update_fields=list(faits))


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
            if classe is None or not classe.ouvrable_par(agent):
                raise Introuvable("Ce besoin n’est pas ouvert à votre organisme.")
        foyer = [(p.personne, p.role) for p in dossier.participants.select_related("personne")]
        communes, statut = list(dossier.communes.all()), statut_du_foyer(foyer)
        attributions = proposer(dossier.territoire, [d.besoin for d in demandes], communes, statut=statut)
        demandes = [replace(d, personne=d.personne or concernee(d.besoin, foyer)) for d in demandes]
        ouvertes = ouvrir(dossier, demandes, attributions)
        toucher(dossier)
    return ouvertes
