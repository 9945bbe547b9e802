"""Take a call: in one act it is kept, opens a dossier or joins one, and a promise is made."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils import timezone

from dossiers.actions import courriers, demarches
from dossiers.actions.demarches import BesoinDemande, concernee
from dossiers.actions.dossiers import nouveau_numero
from dossiers.actions.operation import noter_resultat, operation, toucher, verrouiller
from dossiers.actions.recherche import indexer
from dossiers.actions.ressaisie import Ressaisie
from dossiers.actions.routage import porteur_de, proposer, statut_du_foyer
from dossiers.actions.suivi import promettre
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import (
    Agent,
    Appel,
    Commune,
    Demarche,
    Dossier,
    Engagement,
    Participant,
    Personne,
    Telephone,
    creer,
    ecrire_ensemble,
    historiser,
)
from dossiers.regles.information import VERSION
from dossiers.regles.telephones import lire_telephone
from dossiers.regles.texte import assainir, contient_nir

CLOS = "Ce dossier est clos : rouvrez-le d’abord, ou ouvrez un nouveau dossier."


@dataclass(frozen=True, kw_only=True)
class Promesse:
    """What is promised at the end of the call, and for when."""

    nature: str
    pour_le: dt.datetime
    quoi: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonneSaisie:
    """Somebody named during the call who is not yet known; `role` is a `Participant.Role`."""

    role: str
    nom: str = ""
    prenom: str = ""
    civilite: str = ""
    statut: str = ""
    these_soutenue: bool = False
    metier: str = ""
    courriel: str = ""
    rpps: str = ""
    telephones: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AppelSaisi:
    """What one screen brings: only who (role or name), how to reach them, and a need or a text are required."""

    recu_le: dt.datetime
    canal: str
    issue: str = ""
    role: str = ""
    nom_appelant: str = ""
    numero: str = ""
    courriel: str = ""
    ne_pas_rappeler: bool = False
    besoins: tuple[str, ...] = ()
    communes: tuple[Commune, ...] = ()
    pour_quand: dt.date | None = None
    urgence: str = Dossier.Urgence.NORMALE
    texte: str = ""
    information_dite: bool = False
    enfants: tuple[dict[str, object], ...] = ()
    """One mapping of known facts a child (`{"niveau": "college"}`), each opening its own schooling need."""
    personnes_connues: tuple[Personne, ...] = ()
    personnes: tuple[PersonneSaisie, ...] = ()
    promesse: Promesse | None = None
    ouvrir: bool = False
    rattacher: Dossier | None = None
    motif_double: str = ""
    """Why one more dossier (`Dossier.MotifDouble`), when somebody very like is known already."""
    ressaisie: Ressaisie | None = None
    """Given when the call was taken on paper: it keeps its own hours and agent, history says who typed it and when."""
    pris_par: Agent | None = None
    """Who took the call, when somebody else writes it down."""
    accuse: bool = True
    """Whether opening a dossier sends the acknowledgement: not for a call of months ago."""


@dataclass
class _Reunis:
    """The people of a call: those already known and those just written, with the numbers they answer."""

    participants: list[tuple[Personne, str]] = field(default_factory=list)
    numeros: dict[int, list[str]] = field(default_factory=dict)

    @property
    def personnes(self) -> list[Personne]:
        return [personne for personne, _ in self.participants]


def enregistrer(saisi: AppelSaisi, *, agent: Agent, cle: uuid.UUID, raison: str = "") -> Appel:
    """Keep a call and what follows from it, in one transaction.

    Without `ouvrir` nor `rattacher` the call stays alone. Raises `Refus` naming the field when something essential is missing,
    `Introuvable` when the dossier to join must not be known, `DejaFait` on a second sending. `raison` says in the history where
    a call that nobody typed comes from.
    """
    _verifier(saisi)
    if saisi.ressaisie:
        saisi.ressaisie.verifier(saisi.recu_le, agent)
    geste = "ressaisir_appel" if saisi.ressaisie else "enregistrer_appel"
    motif = saisi.motif_double if saisi.ouvrir else ""
    with operation(agent, cle=cle, geste=geste, motif=motif, raison=raison):
        joint = verrouiller(saisi.rattacher.pk, agent=agent, version=None) if saisi.rattacher else None
        if joint and not joint.ouvert:
            raise Refus(CLOS, "suite")
        reunis = _reunir(saisi, joint)
        appel = _ecrire_appel(saisi, agent)
        dossier = _ouvrir_dossier(saisi, agent, reunis) if saisi.ouvrir else joint
        if dossier:
            _faire_entrer(dossier, saisi, reunis, nouveau=saisi.ouvrir)
        _relier(appel, saisi, reunis.personnes, dossier)
        if saisi.promesse:
            _promettre(saisi.promesse, appel, dossier, reunis)
        if saisi.ouvrir and dossier and saisi.accuse:
            courriers.demander(dossier, "C01", agent=agent, occurrence=f"appel-{appel.pk}")
        noter_resultat(cle, f"dossiers.fiche:{dossier.pk}" if dossier else f"appels.fiche:{appel.pk}")
    return appel


def _verifier(saisi: AppelSaisi) -> None:
    if not (saisi.role or saisi.nom_appelant or saisi.personnes or saisi.personnes_connues):
        raise Refus("Indiquez qui appelle : un rôle ou un nom suffit.", "role")
    joignable = saisi.numero or saisi.courriel or saisi.ne_pas_rappeler or saisi.personnes_connues
    if not joignable:
        raise Refus("Notez un numéro ou un courriel, ou cochez « ne souhaite pas être rappelé ».", "numero")
    if not (saisi.besoins or saisi.texte.strip() or saisi.enfants):
        raise Refus("Cochez un besoin ou notez ce qui est dit.", "texte")
    if contient_nir(saisi.texte):
        raise Refus("Ce texte contient un numéro de sécurité sociale : retirez-le.", "texte")
    if saisi.ouvrir and saisi.rattacher:
        raise Refus("Choisissez : ouvrir un dossier ou rejoindre celui qui existe.", "suite")
    if saisi.recu_le > timezone.now() + dt.timedelta(minutes=1):
        raise Refus("L’heure de l’appel est dans le futur.", "recu_le")


def _reunir(saisi: AppelSaisi, joint: Dossier | None) -> _Reunis:
    """Gather the people; somebody unknown becomes a `Personne` only when a dossier needs them."""
    reunis = _Reunis()
    role = Participant.Role.CONJOINT if saisi.role == Appel.Role.CONJOINT else Participant.Role.MEDECIN
    for connue in saisi.personnes_connues:
        reunis.participants.append((connue, role))
    if saisi.information_dite:
        _informer(saisi)
    if saisi.ouvrir or joint:
        _creer_personnes(saisi, reunis, joint)
    return reunis


def _informer(saisi: AppelSaisi) -> None:
    """Record that whoever is on the phone, known already, was told about their data; an earlier record stays."""
    informees = [p for p in saisi.personnes_connues if p.information_le is None]
    for personne in informees:
        _noter_information(personne, saisi)
        champs = ["information_le", "information_version", "information_canal"]
        Personne.objects.filter(pk=personne.pk).update(**{champ: getattr(personne, champ) for champ in champs})
    historiser(informees, "~")


def _noter_information(personne: Personne, saisi: AppelSaisi) -> None:
    personne.information_le = timezone.localdate(saisi.recu_le)
    personne.information_version = VERSION
    personne.information_canal = saisi.canal


def _creer_personnes(saisi: AppelSaisi, reunis: _Reunis, joint: Dossier | None) -> None:
    anonyme = _conjoint_sans_nom(saisi, joint)
    # the information is said to whoever is on the phone; the others are told by a letter of their own (RGPD, art. 14)
    seule = not saisi.personnes_connues and saisi.information_dite
    personnes = [
        _nommer(anonyme, fiche)
        if anonyme and fiche.role == Participant.Role.CONJOINT
        else _personne(fiche, saisi, informee=seule and rang == 0)
        for rang, fiche in enumerate(saisi.personnes)
    ]
    creer([p for p in personnes if p is not anonyme])
    telephones = []
    for personne, fiche in zip(personnes, saisi.personnes, strict=True):
        lus = {lu.e164 or lu.brut: lu for lu in map(lire_telephone, fiche.telephones)}
        telephones += [Telephone(personne=personne, brut=lu.brut[:40], e164=lu.e164) for lu in lus.values()]
        reunis.participants.append((personne, fiche.role))
        reunis.numeros[personne.pk] = [lu.e164 for lu in lus.values() if lu.e164]
    creer(telephones)


def _conjoint_sans_nom(saisi: AppelSaisi, joint: Dossier | None) -> Personne | None:
    """Return the spouse whose trade alone a first call noted, when this one says who they are."""
    if joint is None or not any(p.role == Participant.Role.CONJOINT for p in saisi.personnes):
        return None
    conjoints = joint.participants.filter(role=Participant.Role.CONJOINT, personne__cle_nom="")
    participant = conjoints.filter(personne__telephones=None).select_related("personne").first()
    return participant.personne if participant else None


def _nommer(anonyme: Personne, fiche: PersonneSaisie) -> Personne:
    anonyme.nom, anonyme.prenom = assainir(fiche.nom), assainir(fiche.prenom)
    anonyme.metier = assainir(fiche.metier) or anonyme.metier
    anonyme.courriel = fiche.courriel or anonyme.courriel
    anonyme.save()
    return anonyme


def _personne(fiche: PersonneSaisie, saisi: AppelSaisi, *, informee: bool) -> Personne:
    personne = Personne(
        civilite=fiche.civilite,
        nom=assainir(fiche.nom),
        prenom=assainir(fiche.prenom),
        statut=fiche.statut,
        these_soutenue=fiche.these_soutenue,
        metier=assainir(fiche.metier),
        courriel=fiche.courriel,
        rpps=fiche.rpps,
        ne_pas_rappeler=saisi.ne_pas_rappeler,
    )
    if informee:
        _noter_information(personne, saisi)
    personne.calculer_cle()
    return personne


def _ecrire_appel(saisi: AppelSaisi, agent: Agent) -> Appel:
    numero = lire_telephone(saisi.numero)
    papier = saisi.ressaisie
    appel = Appel(
        territoire_id=agent.territoire_id,
        agent=papier.pris_par if papier else saisi.pris_par or agent,
        recu_le=saisi.recu_le,
        fini_le=papier.fini_le if papier else None,
        saisi_le=timezone.now() if papier else None,
        saisi_par=agent if papier else None,
        canal=saisi.canal,
        numero_brut=assainir(saisi.numero)[:40],
        numero=numero.e164,
        role=saisi.role,
        nom_appelant=assainir(saisi.nom_appelant)[:160],
        courriel=saisi.courriel,
        ne_pas_rappeler=saisi.ne_pas_rappeler,
        besoins=list(saisi.besoins),
        pour_quand=saisi.pour_quand,
        texte=assainir(saisi.texte),
        issue=_issue(saisi),
    )
    creer([appel])
    return appel


def _issue(saisi: AppelSaisi) -> str:
    if saisi.ouvrir:
        return Appel.Issue.DOSSIER_CREE
    if saisi.rattacher:
        return Appel.Issue.RATTACHE
    return saisi.issue or Appel.Issue.INFORMATION


def _ouvrir_dossier(saisi: AppelSaisi, agent: Agent, reunis: _Reunis) -> Dossier:
    if not reunis.participants:
        raise Refus("Pour ouvrir un dossier, notez au moins un nom ou un moyen de joindre la personne.", "nom")
    dossier = Dossier(
        territoire=agent.territoire,
        numero=nouveau_numero(),
        pilote=agent.organisme if agent.organisme.est_porteur else porteur_de(agent.territoire),
        echeance=saisi.pour_quand,
        urgence=saisi.urgence,
        cree_le=saisi.recu_le,
        mouvement_le=timezone.now(),
    )
    creer([dossier])
    return dossier


def _faire_entrer(dossier: Dossier, saisi: AppelSaisi, reunis: _Reunis, *, nouveau: bool) -> None:
    """Bring the call's people and needs into the dossier; what is there already stays as it is."""
    presents: set[int] = set()
    anciens: list[tuple[Personne, str]] = []
    besoins_ouverts: set[str] = set()
    if not nouveau:
        anciens = [(p.personne, p.role) for p in dossier.participants.select_related("personne")]
        presents = {personne.pk for personne, _ in anciens}
        besoins_ouverts = set(dossier.demarches.ouvertes().values_list("type", flat=True))
    entrants = [
        Participant(dossier=dossier, personne=personne, role=role)
        for personne, role in reunis.participants
        if personne.pk not in presents
    ]
    creer(entrants)
    if entrants and not nouveau:
        demarches.nommer_les_concernes(dossier)
    demandes = [d for d in _demandes(saisi, reunis) if d.besoin not in besoins_ouverts]
    if demandes:
        communes = saisi.communes or ([] if nouveau else list(dossier.communes.all()))
        statut = statut_du_foyer([*anciens, *reunis.participants])
        attributions = proposer(dossier.territoire, [d.besoin for d in demandes], communes, statut=statut)
        demarches.ouvrir(dossier, demandes, attributions, le=saisi.recu_le)
    if nouveau:
        connus = {p.pk for p in saisi.personnes_connues}
        indexer(dossier, entrants, saisi.communes, None if connus else reunis.numeros)
    else:
        indexer(dossier)
        toucher(dossier)


def _demandes(saisi: AppelSaisi, reunis: _Reunis) -> list[BesoinDemande]:
    """Turn expressed needs into démarches to open: one a child for schooling, the spouse named for their own job."""
    demandes = []
    for besoin in (b for b in dict.fromkeys(saisi.besoins) if b in Demarche.REGISTRE):
        enfants = (saisi.enfants if Demarche.REGISTRE[besoin].par_enfant else ()) or ({},)
        personne = concernee(besoin, reunis.participants)
        demandes += [BesoinDemande(besoin, personne, dict(enfant)) for enfant in enfants]
    return demandes


def _relier(appel: Appel, saisi: AppelSaisi, personnes: list[Personne], dossier: Dossier | None) -> None:
    """Tie the call to its people, its places and its dossier, and a new dossier to its places, in one statement."""
    liens: list[Model] = [Appel.communes.through(appel_id=appel.pk, commune_id=c.pk) for c in saisi.communes]
    liens += [Appel.personnes.through(appel_id=appel.pk, personne_id=p.pk) for p in personnes]
    if dossier:
        liens.append(Appel.dossiers.through(appel_id=appel.pk, dossier_id=dossier.pk))
    if dossier and saisi.ouvrir:
        liens += [Dossier.communes.through(dossier_id=dossier.pk, commune_id=c.pk) for c in saisi.communes]
    ecrire_ensemble(liens)


def _promettre(promesse: Promesse, appel: Appel, dossier: Dossier | None, reunis: _Reunis) -> Engagement:
    return promettre(
        agent=appel.agent,  # who promised keeps it, whoever types the sheet
        nature=promesse.nature,
        pour_le=promesse.pour_le,
        quoi=assainir(promesse.quoi)[:200],
        dossier=dossier,
        appel=appel,
        personne=reunis.personnes[0] if reunis.personnes else None,
        depuis=appel.recu_le,
    )


def rattacher(appel: Appel, dossier: Dossier, *, agent: Agent, cle: uuid.UUID) -> Appel:
    """Join a call kept alone to a dossier, afterwards; its promise follows.

    Raises `Refus` when the call has a dossier already or the dossier is closed, `Introuvable` when either must not be known.
    """
    with operation(agent, cle=cle, geste="rattacher_appel", resultat=f"dossiers.fiche:{dossier.pk}"):
        dossier = verrouiller(dossier.pk, agent=agent, version=None)
        relu = Appel.objects.visibles_par(agent).select_for_update(of=("self",)).filter(pk=appel.pk).first()
        if relu is None:
            raise Introuvable("Cet appel n’existe pas, ou n’est pas dans votre champ.")
        if relu.dossiers.exists():
            raise Refus("Cet appel a déjà un dossier.", "numero")
        if not dossier.ouvert:
            raise Refus(CLOS, "numero")
        relu.issue = Appel.Issue.RATTACHE
        relu.save(update_fields=["issue"])
        relu.dossiers.add(dossier)
        for engagement in Engagement.objects.filter(appel=relu, dossier=None):
            engagement.dossier = dossier
            engagement.save(update_fields=["dossier"])
        toucher(dossier)
    return relu
