"""A supervisor writes a draft of routing rules, then publishes it with a date; versions are kept, and may be restored."""

import datetime as dt
import uuid

from django.db.models import Max
from django.utils import timezone

from dossiers.actions.operation import operation
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import Agent, Commune, Demarche, JeuRegles, Organisme, RegleAffectation
from dossiers.regles.droits import Section

COPIES = ("besoin", "commune_id", "statut", "organisme_id", "agent_id", "moins_charge")


def ouvrir_brouillon(*, agent: Agent, cle: uuid.UUID, depuis: JeuRegles | None = None) -> JeuRegles:
    """Open a draft: a copy of a version to restore, else of the rules in force. Raises `Refus` when one is open."""
    _permis(agent)
    with operation(agent, cle=cle, geste="ouvrir_brouillon", resultat="reglages.routage"):
        if JeuRegles.objects.filter(territoire=agent.territoire, publie_le=None).exists():
            raise Refus("Un brouillon est déjà ouvert : publiez-le, ou effacez-le d’abord.")
        dernier = JeuRegles.objects.filter(territoire=agent.territoire).aggregate(n=Max("numero"))["n"] or 0
        origine = str(depuis) if depuis else "règles en vigueur"
        jeu = JeuRegles.objects.create(territoire=agent.territoire, numero=dernier + 1, origine=origine)
        for regle in _a_copier(agent, depuis):
            copie = {champ: getattr(regle, champ) for champ in COPIES}
            RegleAffectation.objects.create(territoire=agent.territoire, jeu=jeu, **copie)
    return jeu


def _a_copier(agent: Agent, depuis: JeuRegles | None) -> list[RegleAffectation]:
    """Return the rules that decide today, or those of a version: of two for the same thing, the version's."""
    if depuis:
        return list(depuis.regles.order_by("pk"))
    en_vigueur = RegleAffectation.objects.filter(territoire=agent.territoire).en_vigueur(timezone.localdate())
    retenues: dict[tuple[object, ...], RegleAffectation] = {}
    couverts = {r.besoin for r in en_vigueur if r.jeu_id and not r.commune_id and not r.statut}
    for regle in en_vigueur.order_by("pk"):
        if regle.jeu_id or regle.besoin not in couverts:
            cle = (regle.besoin, regle.commune_id, regle.statut)
            if cle not in retenues or regle.jeu_id:
                retenues[cle] = regle
    return list(retenues.values())


def ajouter_regle(
    jeu: JeuRegles,
    *,
    agent: Agent,
    cle: uuid.UUID,
    besoin: str,
    organisme: Organisme,
    commune: Commune | None = None,
    statut: str = "",
    nomme: Agent | None = None,
    moins_charge: bool = False,
) -> RegleAffectation:
    """Write a rule in the draft, in place of the one for the same need, commune and status."""
    with operation(agent, cle=cle, geste="ecrire_regle", resultat=f"reglages.jeu:{jeu.pk}"):
        jeu = _brouillon(jeu, agent)
        _verifier(jeu, besoin, organisme, commune, nomme, moins_charge=moins_charge)
        regle = RegleAffectation.objects.filter(jeu=jeu, besoin=besoin, commune=commune, statut=statut).first()
        regle = regle or RegleAffectation(
            territoire=jeu.territoire, jeu=jeu, besoin=besoin, commune=commune, statut=statut
        )
        regle.organisme, regle.agent, regle.moins_charge = organisme, nomme, moins_charge
        regle.save()
    return regle


def _verifier(
    jeu: JeuRegles,
    besoin: str,
    organisme: Organisme,
    commune: Commune | None,
    nomme: Agent | None,
    *,
    moins_charge: bool,
) -> None:
    classe = Demarche.REGISTRE.get(besoin)
    if classe is None:
        raise Refus("Choisissez un besoin dans la liste.", "besoin")
    if commune and commune.territoire_id != jeu.territoire_id:
        raise Refus("Cette commune est d’un autre territoire.", "commune")
    if not organisme.territoires.filter(pk=jeu.territoire_id).exists():
        raise Refus(f"{organisme} n’intervient pas sur ce territoire.", "organisme")
    if not organisme.lit(classe.section):
        raise Refus(f"{organisme} n’a pas accès aux démarches « {classe.libelle_besoin} ».", "organisme")
    if nomme and moins_charge:
        raise Refus("Choisissez un agent, ou le moins chargé : pas les deux.", "nomme")
    if nomme and (nomme.organisme_id != organisme.pk or not nomme.is_active):
        raise Refus(f"{nomme} ne travaille pas à {organisme}.", "nomme")
    if nomme and not nomme.peut_porter(classe.section):
        raise Refus(f"{nomme} n’a pas accès aux démarches « {classe.libelle_besoin} ».", "nomme")


def retirer_regle(regle: RegleAffectation, *, agent: Agent, cle: uuid.UUID) -> None:
    """Take a rule out of the draft."""
    if regle.jeu is None:
        raise Introuvable("Cette règle n’est pas dans un brouillon.")
    with operation(agent, cle=cle, geste="retirer_regle", resultat=f"reglages.jeu:{regle.jeu.pk}"):
        _brouillon(regle.jeu, agent)
        regle.delete()


def publier(jeu: JeuRegles, *, agent: Agent, cle: uuid.UUID, effet_le: dt.date) -> JeuRegles:
    """Publish a draft: from that day on, new needs follow it; démarches already assigned do not move."""
    with operation(agent, cle=cle, geste="publier_regles", resultat="reglages.routage"):
        jeu = _brouillon(jeu, agent)
        if effet_le < timezone.localdate():
            raise Refus("Une version prend effet aujourd’hui ou plus tard.", "effet_le")
        if not jeu.regles.exists():
            raise Refus("Ce brouillon n’a aucune règle.")
        jeu.effet_le, jeu.publie_le, jeu.publie_par = effet_le, timezone.now(), agent
        jeu.save(update_fields=["effet_le", "publie_le", "publie_par"])
    return jeu


def effacer_brouillon(jeu: JeuRegles, *, agent: Agent, cle: uuid.UUID) -> None:
    """Throw a draft away; its history stays."""
    with operation(agent, cle=cle, geste="effacer_brouillon", resultat="reglages.routage"):
        _brouillon(jeu, agent).delete()


def _permis(agent: Agent) -> None:
    if not agent.peut_ecrire(Section.ROUTAGE):
        raise Introuvable("Les règles d’affectation sont écrites par un superviseur du guichet.")


def _brouillon(jeu: JeuRegles, agent: Agent) -> JeuRegles:
    """Lock the draft and re-read it; a published version is never written again."""
    _permis(agent)
    relu = JeuRegles.objects.select_for_update(of=("self",)).filter(pk=jeu.pk, territoire=agent.territoire).first()
    if relu is None:
        raise Introuvable("Ces règles n’existent pas, ou sont d’un autre territoire.")
    if relu.publie_le:
        raise Refus(f"La version {relu.numero} est publiée : elle ne change plus. Restaurez-la dans un brouillon.")
    return relu
