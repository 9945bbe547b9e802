"""The acts imagined households are told with: each writes the rows and the history row its action would have left."""

import datetime as dt
import hashlib
import uuid
from functools import cache
from random import Random
from typing import Any

from django.apps import apps

from dossiers.courriers.catalogue import CATALOGUE
from dossiers.management.copie import Ecrivain, Ligne, Sequence
from dossiers.management.monde import JOURNEE, Foyer, Monde
from dossiers.management.parcours import NOTES, TEXTES, faits
from dossiers.models import (
    Agent,
    Appel,
    Courrier,
    CourrierFichier,
    DelaiEtat,
    Demarche,
    Dossier,
    Engagement,
    Geste,
    Note,
    Position,
)
from dossiers.regles.delais import echeance

echeance_vite = cache(echeance)


class Plume:
    """Writes acts; `hasard` decides what the acts leave open."""

    def __init__(self, ecrivain: Ecrivain, monde: Monde, numeros: Sequence, hasard: Random) -> None:
        self.ecrivain, self.monde, self.numeros, self.hasard = ecrivain, monde, numeros, hasard
        self.a_part = Random()  # noqa: S311 - imagined, not secret
        """Draws what was added to these lives later, so that the rest keeps its own draws."""
        self.Etape: Any = apps.get_model("workflows", "Etape")
        self.gestes: dict[type, dict[str, Geste]] = {
            c: c.gestes() for c in (Dossier, Position, self.Etape, *Demarche.REGISTRE.values())
        }

    def signer(self, agent: Agent | None, geste: str, minutes: float, motif: str = "", apres: int = 0) -> Ligne:
        """Return the history columns of one act; `apres` seconds later for what follows by itself."""
        return {
            "history_user_id": agent.pk if agent else None,
            "history_organisme_id": agent.organisme_id if agent else None,
            "history_change_reason": None,
            "history_geste": geste,
            "history_motif": motif,
            "history_operation": str(uuid.UUID(int=self.hasard.getrandbits(128), version=4)),
            "history_date": self.monde.moment(minutes) + dt.timedelta(seconds=apres),
        }

    def creer(self, modele: Any, signature: Ligne, **valeurs: Any) -> Ligne:
        """Write a row that will not change any more, and its birth."""
        ligne = self.ecrivain.naitre(modele, **valeurs)
        self.ecrivain.ecrire(modele, ligne)
        self.ecrivain.historiser(modele, ligne, "+", signature)
        return ligne

    def parmi(self, debut: float, fin: float, combien: int) -> list[float]:
        """Return moments in order between two others."""
        return sorted(self.hasard.uniform(debut, fin) for _ in range(combien))

    def avancer(self, modele: Any, ligne: Ligne, geste: Geste, agent: Agent, minutes: float) -> Ligne:
        """Move a machine's row by a declared gesture, with its facts, and write the history row; return its signature."""
        moment = self.monde.moment(minutes)
        motif = self.hasard.choice(geste.motifs.values) if geste.motifs else ""
        if geste.code in {"abandonner", "declarer_sans_objet"} and "etat_avant" in ligne:
            ligne["etat_avant"] = ligne["etat"]
        ligne |= {"etat": geste.vers, "etat_depuis": moment, **faits(geste.code, moment.date(), self.hasard)}
        if "attend" in ligne:
            if geste.attend is not None:
                ligne["attend"] = str(geste.attend)
            elif modele.__name__ == "Aide":
                ligne["attend"] = "cpam"
            self.dater(modele, ligne, None if geste.vers in modele.FINAUX else geste.delai)
        signature = self.signer(agent, geste.code, minutes, motif)
        self.ecrivain.historiser(modele, ligne, "~", signature)
        return signature

    def dater(self, modele: Any, ligne: Ligne, delai: int | None) -> None:
        """Set the delay of a row and its deadline, by the house's own clock."""
        jour, organisme = ligne["etat_depuis"].date(), ligne.get("organisme_id") or self.monde.regles["formalites"]
        besoin = ligne.get("type") or DelaiEtat.ETAPE
        ligne["delai"], ligne["echeance"] = delai, None
        if delai:
            version = self.monde.horloge.version(self.monde.territoire.pk, besoin, ligne["etat"], jour)
            compte = version[1] if version else delai
            ligne["echeance"] = echeance_vite(jour, compte, calendrier=self.monde.horloge.calendrier(organisme))

    def numero(self) -> str:
        """Return a phone number of the range reserved to fiction."""
        return f"+3346571{self.hasard.randrange(1100, 10000)}"

    def appeler(self, foyer: Foyer, minutes: float, besoins: list[str], *, nouveau: bool) -> Ligne:
        """Write a call, whom it names, and often a promise; return its signature."""
        agent = self.monde.agents["Amina" if self.hasard.random() < 0.7 else "Bruno"]
        signature = self.signer(agent, "enregistrer_appel", minutes)
        personne, role, numeros = self.hasard.choice(foyer.personnes[:1] if nouveau else foyer.personnes)
        appel = self.appel(
            agent, minutes, signature, numero=numeros[0], nom_appelant=f"{personne['prenom']} {personne['nom']}",
            role="conjoint" if role == "conjoint" else "candidat", besoins=list(dict.fromkeys(besoins)),
            issue="dossier_cree" if nouveau else "rattache", pour_quand=foyer.dossier["echeance"] if nouveau else None,
        )  # fmt: skip
        self.ecrivain.relier(Appel.personnes.through, appel_id=appel["id"], personne_id=personne["id"])
        self.ecrivain.relier(Appel.dossiers.through, appel_id=appel["id"], dossier_id=foyer.dossier["id"])
        for commune in foyer.communes if nouveau else ():
            self.ecrivain.relier(Appel.communes.through, appel_id=appel["id"], commune_id=commune.pk)
        if self.hasard.random() < 0.8:
            self.promettre(foyer, agent, minutes, signature, appel_id=appel["id"], personne_id=personne["id"])
        return signature

    def appel(self, agent: Agent, minutes: float, signature: Ligne, *, numero: str, **valeurs: Any) -> Ligne:
        canaux = ("telephone", "telephone", "telephone", "repondeur", "courriel", "accueil")
        return self.creer(
            Appel,
            signature,
            territoire_id=self.monde.territoire.pk,
            agent_id=agent.pk,
            recu_le=self.monde.moment(minutes),
            canal=self.hasard.choice(canaux),
            numero_brut="0" + numero[3:],
            numero=numero,
            texte=self.hasard.choice(TEXTES),
            **valeurs,
        )

    def appel_seul(self) -> None:
        """A call that opened nothing."""
        minutes = self.hasard.uniform(0, self.monde.fin)
        agent = self.monde.agents["Amina"]
        issue = self.hasard.choice(("information_donnee", "reoriente", "partenaire_traite", "message_vocal"))
        signature = self.signer(agent, "enregistrer_appel", minutes)
        self.appel(agent, minutes, signature, numero=self.numero(), role="tiers", besoins=[], issue=issue)

    def promettre(self, foyer: Foyer, agent: Agent, minutes: float, signature: Ligne, **valeurs: Any) -> None:
        """A promise: kept in time mostly, late or without object sometimes, still open when its hour is near."""
        hasard, monde = self.hasard, self.monde
        terme = minutes + hasard.uniform(0.5, 5) * JOURNEE
        promesse = self.ecrivain.naitre(
            Engagement,
            territoire_id=monde.territoire.pk,
            dossier_id=foyer.dossier["id"],
            agent_id=agent.pk,
            organisme_id=agent.organisme_id,
            nature=hasard.choice(("rappel", "rappel", "envoi", "information")),
            pour_le=monde.moment(terme),
            **valeurs,
        )
        self.ecrivain.historiser(Engagement, promesse, "+", signature)
        tirage = hasard.random()
        fait = terme + hasard.uniform(1, 6) * JOURNEE if tirage < 0.09 else hasard.uniform(minutes + 5, terme)
        if not foyer.clos and (fait > monde.fin or (tirage > 0.6 and terme > monde.fin - 20 * JOURNEE)):
            self.ecrivain.ecrire(Engagement, promesse)
            return
        fait = min(fait, monde.fin)
        resultat = "annule" if tirage > 0.96 else hasard.choice(("joint", "joint", "joint", "fait"))
        promesse |= {"fait_le": monde.moment(fait), "resultat": resultat}
        self.ecrivain.ecrire(Engagement, promesse)
        self.ecrivain.historiser(Engagement, promesse, "~", self.signer(agent, "tenir_promesse", fait, resultat))

    def noter(self, foyer: Foyer, agent: Agent, minutes: float) -> None:
        """Write a note, shared with the partners or not."""
        self.creer(
            Note,
            self.signer(agent, "noter", minutes),
            dossier_id=foyer.dossier["id"],
            agent_id=agent.pk,
            organisme_id=agent.organisme_id,
            texte=self.hasard.choice(NOTES),
            partagee=self.hasard.random() < 0.4,
            ecrite_le=self.monde.moment(minutes),
        )

    def ecrire_courrier(
        self, foyer: Foyer, code: str, agent: Agent, minutes: float, signature: Ligne, **autres: Any
    ) -> Ligne:
        """Ask for a letter, then make it half a minute later; one in five hundred failed."""
        demande = self.monde.moment(minutes)
        courrier = self.ecrivain.naitre(
            Courrier, dossier_id=foyer.dossier["id"], modele_id=self.monde.modeles[code], demande_par_id=agent.pk,
            occurrence=signature["history_operation"], sections=sorted(map(str, CATALOGUE[code].sections_pour(agent))),
            demande_le=demande,
        ) | autres  # fmt: skip
        self.ecrivain.historiser(Courrier, courrier, "+", signature)
        if self.hasard.random() < 0.002:
            courrier |= {"etat": "echec", "tentatives": 1, "erreur": "Champ vide : agent chargé du dossier."}
        else:
            octets = fichier(foyer.dossier["numero"], code)
            courrier |= {
                "etat": "produit", "produit_le": demande + dt.timedelta(seconds=30), "taille": len(octets),
                "sha256": hashlib.sha256(octets).hexdigest(),
            }  # fmt: skip
            self.ecrivain.ecrire(CourrierFichier, {"courrier_id": courrier["id"], "octets": f"\\x{octets.hex()}"})
        self.ecrivain.ecrire(Courrier, courrier)
        self.ecrivain.historiser(Courrier, courrier, "~", self.signer(None, "produire_courrier", minutes, apres=30))
        return courrier


@cache
def _page(code: str) -> tuple[bytes, bytes]:
    objets = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    corps = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (n, o) for n, o in enumerate(objets, start=1))
    return corps, b"trailer<</Size 4/Root 1 0 R/Info<</Title(%s)/Subject(" % code.encode()


def fichier(numero: str, code: str) -> bytes:
    """Return a blank one-page PDF that names its dossier: a place held, at a few hundred bytes a letter."""
    corps, fin = _page(code)
    return corps + fin + numero.encode() + b")>>>>\nstartxref\n0\n%%EOF\n"
