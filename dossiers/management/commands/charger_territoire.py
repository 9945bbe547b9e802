"""Load a territory, its communes, organisations, assignment rules and letter models; running it again updates them."""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from dossiers.models import (
    Commune,
    Demarche,
    Dispositif,
    Lexique,
    ModeleCourrier,
    Organisme,
    RegleAffectation,
    Territoire,
    Zonage,
    auteur,
    creer,
)
from dossiers.regles.droits import PORTEURS, Nature
from dossiers.regles.saisie.fichiers import lignes
from dossiers.regles.texte import cle_tri

DONNEES = Path(__file__).resolve().parents[2] / "donnees"


class Command(BaseCommand):
    help = "Charge un territoire (ales, gers, ou les deux), ses communes et ses organismes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", help="ales, gers ; rien : tous")

    def handle(self, *args: Any, **options: Any) -> None:
        fiches = json.loads((DONNEES / "territoires.json").read_text(encoding="utf-8"))
        codes = options["codes"] or list(fiches)
        with transaction.atomic(), auteur(None, geste="charger_territoire"):
            charger_modeles()
            charger_dispositifs()
            charger_lexiques()
            for code in codes:
                if code not in fiches:
                    self.stderr.write(f"Territoire inconnu : {code}. Connus : {', '.join(fiches)}.")
                    raise SystemExit(2)
                nombre = charger(code, fiches[code])
                self.stdout.write(f"{fiches[code]['territoire']['nom']} : {nombre} communes.")


def charger(code: str, fiche: dict[str, Any]) -> int:
    """Write a territory, its communes and organisations; return how many communes it has."""
    territoire, _ = Territoire.objects.update_or_create(code=code, defaults=fiche["territoire"])
    nombre = _charger_communes(territoire, DONNEES / fiche["communes"])
    for organisme in fiche["organismes"]:
        ligne, _ = Organisme.objects.update_or_create(code=organisme["code"], defaults=organisme)
        ligne.territoires.add(territoire)
    _charger_regles(territoire)
    _charger_zonages(territoire)
    return nombre


def _charger_communes(territoire: Territoire, fichier: Path) -> int:
    with fichier.open(encoding="utf-8", newline="") as flux:
        communes = [_commune(territoire, ligne) for ligne in csv.DictReader(flux)]
    champs = ["territoire", "nom", "cle_tri", "codes_postaux", "population", "latitude", "longitude", "epci"]
    Commune.objects.bulk_create(
        communes,
        update_conflicts=True,
        unique_fields=["code_insee"],
        update_fields=[*champs, "secteur_prioritaire"],
    )
    return len(communes)


def _commune(territoire: Territoire, ligne: dict[str, str]) -> Commune:
    return Commune(
        territoire=territoire,
        code_insee=ligne["code_insee"],
        nom=ligne["nom"],
        cle_tri=cle_tri(ligne["nom"]),
        codes_postaux=ligne["codes_postaux"].replace(";", " ").replace(",", " ").replace("|", " ").split(),
        population=int(ligne["population_municipale_2026"]),
        latitude=float(ligne["latitude_centroide"]),
        longitude=float(ligne["longitude_centroide"]),
        epci=ligne.get("nom_epci", ""),
        # an estimate of domaine.md §4, to be confirmed by the ARS before anybody relies on it
        secteur_prioritaire=ligne.get("prioritaire_estimation", "").startswith("oui"),
    )


def _charger_regles(territoire: Territoire) -> None:
    """Every need goes to the line's holder, but what a partner alone answers for: formalités and aids to the CPAM where
    it serves the territory, aids to the ARS elsewhere."""
    porteur = Organisme.objects.filter(territoires=territoire, nature__in=PORTEURS).first()
    cpam = Organisme.objects.filter(territoires=territoire, nature=Nature.CPAM).first()
    ars = Organisme.objects.filter(territoires=territoire, nature=Nature.ARS).first()
    partages = {"formalites": cpam, "aides": cpam or ars}
    for besoin in Demarche.REGISTRE:
        organisme = partages.get(besoin) or porteur
        RegleAffectation.objects.get_or_create(
            territoire=territoire, jeu=None, besoin=besoin, commune=None, statut="", defaults={"organisme": organisme}
        )


def _charger_zonages(territoire: Territoire) -> None:
    """Write the classes known from public sources, unverified; those a person has added or ended stay as they are."""
    for ligne in json.loads((DONNEES / "zonages.json").read_text(encoding="utf-8")):
        if ligne["territoire"] == territoire.code:
            cle = {"territoire": territoire, "qpv": ligne["qpv"], "classe": ligne["classe"], "du": ligne["du"]}
            Zonage.objects.get_or_create(**cle, defaults={"arrete": ligne["arrete"], "source": ligne["source"]})


def charger_modeles() -> None:
    """Write the letter models not yet known; a version once loaded is never rewritten."""
    for modele in json.loads((DONNEES / "modeles_courriers.json").read_text(encoding="utf-8")):
        ModeleCourrier.objects.get_or_create(
            code=modele["code"],
            version=modele["version"],
            defaults={
                "libelle": modele["libelle"],
                "nature": modele["nature"],
                "contenu": modele["contenu"],
                "effet_le": dt.date.fromisoformat(modele["effet_le"]),
            },
        )


def charger_dispositifs() -> None:
    """Write the catalogue of aids; what a person has verified is never overwritten."""
    connus = {d.code: d for d in Dispositif.objects.all()}
    for fiche in json.loads((DONNEES / "dispositifs.json").read_text(encoding="utf-8")):
        champs = {"etat_dit" if nom == "etat" else nom: valeur for nom, valeur in fiche.items() if nom != "verifie_le"}
        dispositif = connus.get(fiche["code"], Dispositif())
        if dispositif.verifie_le or all(getattr(dispositif, nom) == valeur for nom, valeur in champs.items()):
            continue
        for nom, valeur in champs.items():
            setattr(dispositif, nom, valeur)
        dispositif.indexer()
        dispositif.save()


def charger_lexiques() -> None:
    """Bring the common words of the call screen to those of the file; what a territory added or took out stays."""
    voulus = {(f, v, p): mots for f, v, p, mots in lignes(json.loads((DONNEES / "lexiques.json").read_text("utf-8")))}
    communs = {(x.famille, x.valeur, x.poids): x for x in Lexique.objects.filter(territoire=None)}
    for cle in communs.keys() - voulus.keys():
        communs[cle].delete()
    nouveaux = []
    for cle, expressions in voulus.items():
        if cle not in communs:
            famille, valeur, poids = cle
            nouveaux.append(Lexique(famille=famille, valeur=valeur, poids=poids, expressions=expressions))
        elif communs[cle].expressions != expressions:
            communs[cle].expressions = expressions
            communs[cle].save(update_fields=["expressions"])
    creer(nouveaux)
