"""Who keeps the catalogue and the zoning right, and opens an aid on a dossier."""

import datetime as dt
import uuid

from django.utils import timezone

from dossiers.actions import demarches
from dossiers.actions.demarches import BesoinDemande
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.routage import Attribution
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Commune, Demarche, Dispositif, Dossier, Organisme, Territoire, Zonage
from dossiers.regles.dates import date_longue
from dossiers.regles.droits import Section
from dossiers.regles.eligibilite import Avis, Issue


def verifier(
    dispositif: Dispositif,
    *,
    agent: Agent,
    cle: uuid.UUID,
    ouverture: str,
    ferme_depuis: str,
    source: str,
    date_source: str,
    confiance: str,
    expire_le: dt.date,
    raison: str = "",
) -> Dispositif:
    """« J’ai vérifié »: sign the row of an aid today, as the source now says it, until the day it must be seen again."""
    with operation(
        agent, cle=cle, geste="verifier_dispositif", resultat=f"dispositifs.fiche:{dispositif.pk}", raison=raison
    ):
        relu = Dispositif.objects.select_for_update(of=("self",)).filter(pk=dispositif.pk).first()
        if relu is None or not agent.peut_ecrire(Section.DISPOSITIFS):
            raise Introuvable("Cette fiche n’est pas à vérifier par votre organisme.")
        if ouverture == Dispositif.Ouverture.FERME and not ferme_depuis:
            raise Refus("Dites depuis quand ce dispositif est fermé.", "ferme_depuis")
        aujourdhui = timezone.localdate()
        if expire_le <= aujourdhui:
            raise Refus("La date à revoir est à venir.", "expire_le")
        relu.ouverture = ouverture
        relu.ferme_depuis = ferme_depuis if ouverture == Dispositif.Ouverture.FERME else ""
        relu.source, relu.date_source, relu.confiance = source, date_source, confiance
        relu.verifie_le, relu.verifie_par, relu.expire_le = aujourdhui, agent, expire_le
        relu.save(
            update_fields=[
                "ouverture", "ferme_depuis", "source", "date_source", "confiance", "verifie_le", "verifie_par", "expire_le",
            ]
        )  # fmt: skip
    return relu


def classer(
    territoire: Territoire,
    *,
    agent: Agent,
    cle: uuid.UUID,
    commune: Commune | None,
    qpv: str,
    classe: str,
    arrete: str,
    du: dt.date,
    au: dt.date | None,
    source: str,
) -> Zonage:
    """Add a dated class to a place; the class it replaces ends the day before, and stays to judge the past.

    Raises `Refus` when another class of the same family already covers part of these days.
    """
    with operation(agent, cle=cle, geste="classer", resultat="zonages.liste"):
        if not agent.peut_ecrire(Section.ZONAGE) or agent.territoire_id != territoire.pk:
            raise Introuvable("Le zonage n’est pas à tenir par votre organisme.")
        if (commune is None) == (not qpv):
            raise Refus("Choisissez une commune, ou nommez un quartier prioritaire.", "commune")
        if commune and commune.territoire_id != territoire.pk:
            raise Introuvable("Cette commune est d’un autre territoire.")
        if au and au < du:
            raise Refus("La fin suit le début.", "au")
        # one writer at a time on a territory's zoning, or two classes could overlap; no dossier is locked here
        Territoire.objects.select_for_update(no_key=True).get(pk=territoire.pk)
        zonage = Zonage(
            territoire=territoire, commune=commune, qpv=qpv, classe=classe, arrete=arrete, du=du, au=au, source=source,
            verifie_le=timezone.localdate(),
        )  # fmt: skip
        _faire_place(zonage)
        zonage.save()
    return zonage


def _faire_place(nouveau: Zonage) -> None:
    """End the open class this one replaces; refuse what would overlap otherwise."""
    voisins = Zonage.objects.filter(territoire=nouveau.territoire, commune=nouveau.commune, qpv=nouveau.qpv)
    for voisin in voisins.order_by("du"):
        fin = voisin.au or dt.date.max
        if voisin.famille != nouveau.famille or fin < nouveau.du or (nouveau.au or dt.date.max) < voisin.du:
            continue
        if voisin.du >= nouveau.du or voisin.au is not None:
            periode = f"depuis le {date_longue(voisin.du)}" + (
                f" jusqu’au {date_longue(voisin.au)}" if voisin.au else ""
            )
            raise Refus(f"{voisin.lieu} est déjà classé {voisin.classe} {periode}.", "du")
        voisin.au = nouveau.du - dt.timedelta(days=1)
        voisin.save(update_fields=["au"])


def ouvrir_aide(
    dossier: Dossier, dispositif: Dispositif, avis: Avis, *, agent: Agent, version: int, cle: uuid.UUID
) -> Demarche:
    """Open the démarche of one aid on a dossier and give it to who answers for it; nothing is promised by it.

    Raises `Refus` when the aid is closed or impossible, already open, or when nobody here answers for it.
    """
    ici = f"dossiers.fiche:{dossier.pk}"
    with operation(agent, cle=cle, geste="ouvrir_besoin", resultat=ici):
        dossier = verrouiller(dossier.pk, agent=agent, version=version)
        classe = Demarche.REGISTRE["aides"]
        if not classe.ouvrable_par(agent):
            raise Introuvable("Ce besoin n’est pas ouvert à votre organisme.")
        if not dossier.ouvert:
            raise Refus("Le dossier est clos : rouvrez-le d’abord.")
        if avis.issue == Issue.IMPOSSIBLE:
            raise Refus(f"{dispositif.code} : {avis.phrase}")
        deja = classe._default_manager.filter(dossier=dossier, dispositif=dispositif)
        if deja.exclude(etat__in=classe.FINAUX).exists():
            raise Refus(f"Une aide {dispositif.code} est déjà ouverte dans ce dossier.")
        foyer = [(p.personne, p.role) for p in dossier.participants.select_related("personne")]
        faits = {"dispositif": dispositif, "presume": str(avis.issue), "presume_phrase": avis.phrase[:400]}
        demande = BesoinDemande("aides", demarches.concernee("aides", foyer), faits)
        (ouverte,) = demarches.ouvrir(dossier, [demande], {"aides": _payeur(dossier, dispositif)})
        toucher(dossier)
    return ouverte


def _payeur(dossier: Dossier, dispositif: Dispositif) -> Attribution:
    """Return who answers for an aid in the dossier's territory."""
    admis = Organisme.objects.filter(territoires=dossier.territoire_id, nature__in=[str(n) for n in dispositif.natures])
    # where both could answer, the convention's payer is the household's everyday correspondent
    organisme = admis.filter(nature="cpam").order_by("id").first() or admis.order_by("id").first()
    if organisme is None:
        raise Refus(f"{dispositif.autorite} n’utilise pas Guichet dans ce territoire : demandez-lui par écrit.")
    return Attribution(organisme, None, f"Répond de {dispositif.code} : {dispositif.autorite}.")
