"""Two files of one household become one, and for thirty days may become two again."""

import datetime as dt
import uuid
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from dossiers.actions.demarches import accomplir
from dossiers.actions.operation import operation, toucher, verrouiller
from dossiers.actions.recherche import indexer
from dossiers.erreurs import Introuvable, Refus
from dossiers.models import (
    Agent,
    Appel,
    Courrier,
    Demarche,
    Dossier,
    Fusion,
    Participant,
    Personne,
    Telephone,
    creer,
    historiser,
)
from dossiers.models.mouvements import deplacables, memes_personnes, modeles_deplaces
from dossiers.regles.droits import Section

COMPLETES = ("civilite", "nom_usage", "statut", "rpps", "metier", "courriel", "adresse")
"""What one knows of a person and the other file did not."""

Deplace = dict[str, Any]


def fusionner(
    maitre: Dossier,
    absorbe: Dossier,
    *,
    agent: Agent,
    versions: tuple[int, int],
    cle: uuid.UUID,
    distinctes: frozenset[int] = frozenset(),
    raison: str = "",
) -> Fusion:
    """Move all of a file into another of the same territory; `versions` are the master's and the absorbed one's.

    `distinctes` are people of the absorbed file that the agent says are not those of the master they look like.
    Raises `Refus` when the two cannot be one, `Perime` when either moved since the preview.
    """
    ici = f"dossiers.fiche:{maitre.pk}"
    with operation(agent, cle=cle, geste="fusionner", resultat=ici, raison=raison):
        maitre, absorbe = _verrouiller(maitre, absorbe, agent, versions)
        _verifier(maitre, absorbe, agent)
        memes = {de: vers for de, vers in memes_personnes(absorbe, maitre).items() if de not in distinctes}
        deplace: Deplace = {"etat_depuis": absorbe.etat_depuis.isoformat(), "intervenants": maitre.intervenants}
        _reunir_les_personnes(maitre, absorbe, memes, deplace)
        _deplacer(maitre, absorbe, memes, deplace)
        _deplacer_les_appels(maitre, absorbe, deplace)
        _reunir_le_projet(maitre, absorbe, deplace)
        accomplir(absorbe, "fusionner", {"absorbe_par": maitre})
        fusion = creer([Fusion(dossier=maitre, absorbe=absorbe, agent=agent, deplace=deplace)])[0]
        for dossier in (maitre, absorbe):
            indexer(dossier)
            toucher(dossier)
    return fusion


def _verrouiller(maitre: Dossier, absorbe: Dossier, agent: Agent, versions: tuple[int, int] | None) -> list[Dossier]:
    """Lock the two files, always the older first: two mergers the other way round wait for each other, never cross."""
    connues = dict(zip((maitre.pk, absorbe.pk), versions or (None, None), strict=True))
    pris = {pk: verrouiller(pk, agent=agent, version=connues[pk], fusionne=True) for pk in sorted(connues)}
    return [pris[maitre.pk], pris[absorbe.pk]]


def _verifier(maitre: Dossier, absorbe: Dossier, agent: Agent) -> None:
    if not agent.peut_ecrire(Section.FUSION):
        raise Introuvable("La fusion n’est pas ouverte à votre organisme.")
    if maitre.pk == absorbe.pk:
        raise Refus("Choisissez un autre dossier : un dossier ne se fusionne pas avec lui-même.", "autre")
    for dossier in (maitre, absorbe):
        if dossier.absorbe_par_id:
            raise Refus(f"Le dossier {dossier.numero} est déjà fusionné.", "autre")
    if not maitre.ouvert:
        raise Refus("Le dossier qui reste doit être ouvert : rouvrez-le, ou choisissez l’autre.", "maitre")


def _reunir_les_personnes(maitre: Dossier, absorbe: Dossier, memes: dict[int, int], deplace: Deplace) -> None:
    """Bring the household in: somebody already there is completed, the others enter; the absorbed file keeps its list."""
    presents = set(maitre.participants.values_list("personne_id", flat=True))
    entrants = [
        Participant(dossier=maitre, personne=p.personne, role=p.role)
        for p in absorbe.participants.select_related("personne")
        if p.personne_id not in presents and p.personne_id not in memes
    ]
    deplace["participants"] = [p.pk for p in creer(entrants)]
    deplace["telephones"], deplace["completes"] = [], []
    fiches = Personne.objects.prefetch_related("telephones").in_bulk({*memes, *memes.values()})
    for de, vers in memes.items():
        if de != vers:
            _completer(fiches[vers], fiches[de], deplace)


def _completer(gardee: Personne, autre: Personne, deplace: Deplace) -> None:
    connus = {t.e164 or t.brut for t in gardee.telephones.all()}
    nouveaux = [t for t in autre.telephones.all() if (t.e164 or t.brut) not in connus]
    copies = creer([Telephone(personne=gardee, brut=t.brut, e164=t.e164) for t in nouveaux])
    deplace["telephones"] += [t.pk for t in copies]
    champs = [c for c in COMPLETES if not getattr(gardee, c) and getattr(autre, c)]
    for champ in champs:
        setattr(gardee, champ, getattr(autre, champ))
    if champs:
        gardee.save(update_fields=[*champs, *Personne.CLES])
        deplace["completes"] += [[gardee.pk, champ, getattr(gardee, champ)] for champ in champs]


def _deplacer(maitre: Dossier, absorbe: Dossier, memes: dict[int, int], deplace: Deplace) -> None:
    """Move the rows of every model that follows its file, with the history row that says so."""
    deplace["lignes"], deplace["personnes"], deplace["occurrences"] = {}, [], []
    for modele in modeles_deplaces():
        lignes = _specifiques(modele, deplacables(modele, absorbe))
        if modele is Courrier:
            _eviter_les_doubles(lignes, maitre, absorbe, deplace)
        parties = _envoyer(modele, lignes, maitre)
        nom = modele._meta.label_lower
        deplace["lignes"][nom] = [ligne.pk for ligne in parties]
        for ligne in parties:
            if (memes_que := memes.get(getattr(ligne, "personne_id", None) or 0)) and memes_que != ligne.personne_id:
                deplace["personnes"].append([nom, ligne.pk, ligne.personne_id])
                ligne.personne_id = memes_que
                modele._base_manager.filter(pk=ligne.pk).update(personne_id=memes_que)
        historiser(parties, "~")


def _specifiques(modele: type[models.Model], lignes: models.QuerySet[Any]) -> list[Any]:
    """Return the rows with all that their history tells: a need with its own columns."""
    if modele is Demarche:
        return [d.specifique for d in Demarche.objects.specifiques().filter(pk__in=lignes).order_by("pk")]
    return list(lignes)


def _eviter_les_doubles(lignes: list[Any], maitre: Dossier, absorbe: Dossier, deplace: Deplace) -> None:
    """Rename a letter to make whose like the master already has: both were asked for, both will be made."""
    prises = set(maitre.courriers.values_list("modele_id", "occurrence"))
    for courrier in lignes:
        if (courrier.modele_id, courrier.occurrence) in prises:
            deplace["occurrences"].append([courrier.pk, courrier.occurrence])
            courrier.occurrence = f"{courrier.occurrence[:42]} {absorbe.numero}"
            Courrier.objects.filter(pk=courrier.pk).update(occurrence=courrier.occurrence)


def _envoyer(modele: type[models.Model], lignes: list[Any], vers: Dossier) -> list[Any]:
    """Give rows to a file, all at once; one whose like is already there by a rule of the database stays where it was."""
    for ligne in lignes:
        ligne.dossier = vers
    if not any("dossier" in getattr(c, "fields", ()) for c in modele._meta.constraints) or modele is Courrier:
        modele._base_manager.filter(pk__in=[ligne.pk for ligne in lignes]).update(dossier=vers)
        return lignes
    return [ligne for ligne in lignes if _envoyer_seule(modele, ligne, vers)]


def _envoyer_seule(modele: type[models.Model], ligne: models.Model, vers: Dossier) -> bool:
    try:
        with transaction.atomic():
            return bool(modele._base_manager.filter(pk=ligne.pk).update(dossier=vers))
    except IntegrityError:
        return False


def _deplacer_les_appels(maitre: Dossier, absorbe: Dossier, deplace: Deplace) -> None:
    liens = Appel.dossiers.through.objects
    deja = set(liens.filter(dossier=maitre).values_list("appel_id", flat=True))
    siens = list(liens.filter(dossier=absorbe).order_by("appel_id").values_list("appel_id", flat=True))
    deplace["appels"] = [a for a in siens if a not in deja]
    deplace["appels_communs"] = [a for a in siens if a in deja]
    liens.filter(dossier=absorbe, appel_id__in=deplace["appels_communs"]).delete()
    liens.filter(dossier=absorbe).update(dossier=maitre)


def _reunir_le_projet(maitre: Dossier, absorbe: Dossier, deplace: Deplace) -> None:
    """Add the communes and the organisations at work; what one file kept confidential stays so in the other."""
    ici = set(maitre.communes.values_list("pk", flat=True))
    deplace["communes"] = [c.pk for c in absorbe.communes.order_by("pk") if c.pk not in ici]
    maitre.communes.add(*deplace["communes"])
    maitre.intervenants = sorted({*maitre.intervenants, *absorbe.intervenants})
    deplace["confidentiel"] = absorbe.confidentiel and not maitre.confidentiel
    maitre.confidentiel = maitre.confidentiel or absorbe.confidentiel
    maitre.save(update_fields=["intervenants", "confidentiel"])
    deplace["absorbes"] = list(absorbe.absorbes.order_by("pk").values_list("pk", flat=True))
    _rattacher_les_absorbes(deplace["absorbes"], maitre)


def _rattacher_les_absorbes(cles: list[int], maitre: Dossier) -> None:
    """Let the files once taken in by one point to another: one step always finds the file that lives."""
    for ancien in Dossier.objects.filter(pk__in=cles).order_by("pk"):
        ancien.absorbe_par = maitre
        ancien.save(update_fields=["absorbe_par"])


def defaire(fusion: Fusion, *, agent: Agent, cle: uuid.UUID) -> Dossier:
    """Give back to the absorbed file all that came from it, as it now stands, and its state; within thirty days.

    What was born since stays with the master; a letter issued since too, for it is never rewritten.
    """
    with operation(agent, cle=cle, geste="defaire_fusion", resultat=f"dossiers.fiche:{fusion.absorbe_id}"):
        maitre, absorbe = _verrouiller(fusion.dossier, fusion.absorbe, agent, None)
        fusion = Fusion.objects.get(pk=fusion.pk)
        _verifier_retour(fusion, maitre, agent)
        deplace = fusion.deplace
        _rendre_les_lignes(maitre, absorbe, deplace)
        _rendre_les_appels(maitre, absorbe, deplace)
        _rendre_les_personnes(deplace)
        _rendre_le_projet(maitre, absorbe, deplace)
        depuis = dt.datetime.fromisoformat(deplace["etat_depuis"])
        accomplir(absorbe, "defaire_fusion", {}, depuis=depuis)
        fusion.annulee_le = timezone.now()
        fusion.save(update_fields=["annulee_le"])
        for dossier in (maitre, absorbe):
            indexer(dossier)
            toucher(dossier)
    return absorbe


def _verifier_retour(fusion: Fusion, maitre: Dossier, agent: Agent) -> None:
    if not agent.peut_ecrire(Section.FUSION):
        raise Introuvable("La fusion n’est pas ouverte à votre organisme.")
    if fusion.annulee_le:
        raise Refus("Cette fusion est déjà défaite.")
    if not fusion.se_defait:
        raise Refus("Cette fusion a plus de 30 jours : elle ne se défait plus.")
    if maitre.absorbe_par_id:
        raise Refus(f"Le dossier {maitre.numero} est lui-même fusionné : défaites d’abord cette fusion-là.")


def _rendre_les_lignes(maitre: Dossier, absorbe: Dossier, deplace: Deplace) -> None:
    demarches = deplace["lignes"].get(Demarche._meta.label_lower, [])
    for modele in modeles_deplaces():
        nom = modele._meta.label_lower
        a_rendre = models.Q(pk__in=deplace["lignes"].get(nom, []))
        for parent in (c for c in modele._meta.local_concrete_fields if _vers_une_demarche(c)):
            # a step written since goes with its path
            a_rendre |= models.Q(**{f"{parent.name}__in": demarches})
        lignes = _specifiques(modele, deplacables(modele, maitre).filter(a_rendre))
        _envoyer(modele, lignes, absorbe)
        _rendre_les_noms(modele, lignes, deplace)
        historiser(lignes, "~")


def _vers_une_demarche(champ: Any) -> bool:
    return isinstance(champ.related_model, type) and issubclass(champ.related_model, Demarche)


def _rendre_les_noms(modele: type[models.Model], lignes: list[Any], deplace: Deplace) -> None:
    """Give rows back the person they named and the occurrence they had."""
    anciennes = {pk: personne for nom, pk, personne in deplace["personnes"] if nom == modele._meta.label_lower}
    occurrences = dict(deplace["occurrences"]) if modele is Courrier else {}
    for ligne in lignes:
        for champ, avant in (("personne_id", anciennes.get(ligne.pk)), ("occurrence", occurrences.get(ligne.pk))):
            if avant:
                setattr(ligne, champ, avant)
                modele._base_manager.filter(pk=ligne.pk).update(**{champ: avant})


def _rendre_les_appels(maitre: Dossier, absorbe: Dossier, deplace: Deplace) -> None:
    liens = Appel.dossiers.through.objects
    liens.filter(dossier=maitre, appel_id__in=deplace["appels"]).update(dossier=absorbe)
    encore = Appel.objects.filter(pk__in=deplace["appels_communs"]).values_list("pk", flat=True)
    liens.bulk_create([liens.model(dossier_id=absorbe.pk, appel_id=pk) for pk in encore])


def _rendre_les_personnes(deplace: Deplace) -> None:
    for modele, cles in ((Participant, deplace["participants"]), (Telephone, deplace["telephones"])):
        for ligne in apps.get_model(modele._meta.label)._default_manager.filter(pk__in=cles):
            ligne.delete()
    for pk, champ, valeur in deplace["completes"]:
        personne = Personne.objects.filter(pk=pk).first()
        if personne and getattr(personne, champ) == valeur:
            setattr(personne, champ, "")
            personne.save(update_fields=[champ, *Personne.CLES])


def _rendre_le_projet(maitre: Dossier, absorbe: Dossier, deplace: Deplace) -> None:
    maitre.communes.remove(*deplace["communes"])
    restants = set(maitre.demarches.values_list("organisme_id", flat=True))
    maitre.intervenants = sorted({*deplace["intervenants"], *restants})
    if deplace["confidentiel"]:
        maitre.confidentiel = False
    maitre.save(update_fields=["intervenants", "confidentiel"])
    _rattacher_les_absorbes(deplace["absorbes"], absorbe)
