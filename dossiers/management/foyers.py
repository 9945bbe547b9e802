"""Imagined households, told act by act from their first call to where they stand today."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.utils.module_loading import import_string

from dossiers.actions.demarches import DELAI_POSITION
from dossiers.actions.recherche import textes_de
from dossiers.management.copie import Ligne
from dossiers.management.entourage import Entourage
from dossiers.management.monde import JOURNEE, Foyer
from dossiers.management.parcours import METIERS, NOMS, PRENOMS, chemin
from dossiers.models import (
    Demarche,
    Dossier,
    Geste,
    Participant,
    Personne,
    Position,
    Telephone,
    TexteRecherche,
)
from dossiers.regles.delais import PREMIER_DELAI, echeance
from dossiers.regles.numeros import fabriquer_numero
from dossiers.regles.phonetique import cles_phonetiques
from dossiers.regles.texte import normaliser

normaliser_vite, cles_vite = cache(normaliser), cache(cles_phonetiques)

SORT_DU_PROFIL = ("workflows.formalites.etapes_du_profil", "workflows.formalites.attend_de")
"""Named, not imported: the case file knows no particular need."""


class Conteur(Entourage):
    """Tells dossiers one after the other; every row goes to the writer."""

    # -- the household ---------------------------------------------------------------------------------------------

    def raconter(self) -> None:
        """Tell one dossier, from the first call to where it stands."""
        foyer = self._arriver()
        besoins = self._besoins(foyer)
        autres = self._autres_besoins(foyer, besoins)
        signature = self.appeler(foyer, foyer.debut, [*besoins, *autres], nouveau=True)
        for personne, role, numeros in foyer.personnes:
            self._entrer(foyer, personne, role, numeros, signature)
        self.ecrivain.historiser(Dossier, foyer.dossier, "+", signature)
        self.ecrire_courrier(foyer, "C01", foyer.agent, foyer.debut, signature)
        for minutes in self.parmi(foyer.debut, foyer.fin, int(self.hasard.expovariate(1.0))):
            self.appeler(foyer, minutes, [], nouveau=False)
        for besoin in besoins:
            self._mener(foyer, besoin, signature)
        with self._a_part():
            for besoin in autres:
                self._mener(foyer, besoin, signature)
        self._suivre(foyer)
        self._accompagner(foyer)
        with self._a_part():
            self.entourer(foyer)
        self._ranger(foyer)
        if self.hasard.random() < 0.15:
            self.appel_seul()

    def _arriver(self) -> Foyer:
        """Choose who, when and how long; open files are rather recent, closed ones spread over the years."""
        hasard, monde = self.hasard, self.monde
        clos = hasard.random() < 0.4
        if clos:
            debut = hasard.uniform(0, monde.fin - 40 * JOURNEE)
            fin = min(monde.fin, debut + hasard.uniform(25, 450) * JOURNEE)
        else:
            debut = monde.fin * (1 - hasard.random() ** 2.2) - 30
            calme = hasard.expovariate(1 / 12) * JOURNEE
            fin = max(debut + 20, monde.fin - calme)
        agent = monde.agents["Estelle" if hasard.random() < 0.15 else "Bruno"]
        ouvert_le = monde.moment(debut)
        dossier = self.ecrivain.naitre(
            Dossier,
            territoire_id=monde.territoire.pk,
            numero=fabriquer_numero(self.numeros.suivant()),
            pilote_id=monde.organismes["ales-agglo"],
            echeance=ouvert_le.date() + dt.timedelta(days=hasard.randrange(60, 400)) if hasard.random() < 0.7 else None,
            urgence=hasard.choices(("critique", "haute", "normale", "basse"), (2, 12, 78, 8))[0],
            confidentiel=hasard.random() < 0.01,
            cree_le=ouvert_le,
            etat_depuis=ouvert_le,
        )
        choisies = set(hasard.choices(range(len(monde.communes)), monde.poids, k=hasard.choice((1, 1, 2, 3))))
        communes = [monde.communes[rang] for rang in sorted(choisies)]
        return Foyer(dossier, clos, debut, fin, self._personnes(), communes, set(), agent)

    def _personnes(self) -> list[tuple[Ligne, str, list[str]]]:
        """A doctor, a spouse in half the households, sometimes two doctors."""
        hasard = self.hasard
        nom, numero = hasard.choice(NOMS), self.numero()
        statut = hasard.choice(("interne", "remplacant_these", "primo_installation", "salarie", "docteur_junior"))
        personnes = [(self._personne(nom, statut, ""), "medecin", [numero])]
        tirage = hasard.random()
        if tirage < 0.5:
            conjoint = self._personne(nom if hasard.random() < 0.6 else hasard.choice(NOMS), "non_medecin", nom)
            personnes.append((conjoint, "conjoint", [numero if hasard.random() < 0.3 else self.numero()]))
        elif tirage < 0.58:
            personnes.append((self._personne(hasard.choice(NOMS), "interne", ""), "second_medecin", [self.numero()]))
        return personnes

    def _personne(self, nom: str, statut: str, usage: str) -> Ligne:
        hasard, prenom = self.hasard, self.hasard.choice(PRENOMS)
        usage = usage if usage != nom and hasard.random() < 0.3 else ""
        ligne = self.ecrivain.naitre(
            Personne,
            nom=nom,
            prenom=prenom,
            nom_usage=usage,
            cle_nom=normaliser_vite(f"{nom} {usage} {prenom}"),
            cles=cles_vite(nom, usage, prenom),
            statut=statut,
            these_soutenue=statut in {"remplacant_these", "primo_installation", "salarie"},
            metier=hasard.choice(METIERS) if statut == "non_medecin" else "",
            adresse=f"{hasard.randrange(1, 90)} rue des Exemples\n30100 ALÈS" if hasard.random() < 0.5 else "",
            information_le=self.monde.jour if hasard.random() < 0.8 else None,
        )
        if hasard.random() < 0.7:
            ligne["courriel"] = f"{normaliser_vite(prenom)}.{ligne['id']}@example.org".replace(" ", "-")
        return ligne

    def _entrer(self, foyer: Foyer, personne: Ligne, role: str, numeros: list[str], signature: Ligne) -> None:
        personne["information_le"] = personne["information_le"] and signature["history_date"].date()
        self.ecrivain.ecrire(Personne, personne)
        self.ecrivain.historiser(Personne, personne, "+", signature)
        for e164 in numeros:
            national = "0" + e164[3:]
            brut = " ".join(national[i : i + 2] for i in range(0, 10, 2)) if self.hasard.random() < 0.7 else national
            self.creer(Telephone, signature, personne_id=personne["id"], brut=brut, e164=e164)
        self.creer(Participant, signature, dossier_id=foyer.dossier["id"], personne_id=personne["id"], role=role)

    def _besoins(self, foyer: Foyer) -> list[str]:
        hasard = self.hasard
        besoins = ["formalites"] if hasard.random() < 0.75 else []
        if hasard.random() < 0.5 or not besoins:
            besoins.append("logement")
        if any(role == "conjoint" for _, role, _ in foyer.personnes) and hasard.random() < 0.55:
            besoins.append("emploi_conjoint")
        if hasard.random() < 0.3:
            besoins += ["scolarisation"] * hasard.choice((1, 1, 2))
        return besoins

    def _autres_besoins(self, foyer: Foyer, besoins: list[str]) -> list[str]:
        """Return the rarer needs, drawn apart; one household in twenty asks for all there is."""
        parts = (("reseau", 0.3), ("aides", 0.15), ("visite", 0.15), ("loisirs", 0.1))
        rares = [besoin for besoin, part in parts if self.a_part.random() < part]
        foyer.complet = self.a_part.random() < 0.05
        if not foyer.complet:
            return rares
        foyer.dossier["echeance"] = foyer.dossier["echeance"] or self.monde.jour + dt.timedelta(days=90)
        seul = all(role != "conjoint" for _, role, _ in foyer.personnes)
        return [b for b, c in Demarche.REGISTRE.items() if b not in besoins and not (c.du_conjoint and seul)]

    @contextmanager
    def _a_part(self) -> Iterator[None]:
        """Tell what was added to these lives later with draws of its own: the rest stays what it was before."""
        commun, self.hasard = self.hasard, self.a_part
        yield
        self.hasard = commun

    # -- needs -----------------------------------------------------------------------------------------------------

    def _mener(self, foyer: Foyer, besoin: str, signature: Ligne) -> None:
        """Open a need with the call, then lead it as far as it went."""
        classe: Any = Demarche.REGISTRE[besoin]
        organisme = self.monde.regles[besoin]
        foyer.organismes.add(organisme)
        cpam = organisme == self.monde.organismes.get("cpam-gard")
        ouverte_le = self.monde.moment(foyer.debut)
        role = "conjoint" if classe.du_conjoint else "medecin"
        personne = None if classe.par_enfant else next((p["id"] for p, r, _ in foyer.personnes if r == role), None)
        ligne = self.ecrivain.naitre(
            classe, type=besoin, dossier_id=foyer.dossier["id"], organisme_id=organisme, personne_id=personne,
            etat_depuis=ouverte_le, **self._propres(besoin),
            pourquoi=f"Règle du territoire : {classe.libelle_besoin.lower()}.",
        )  # fmt: skip
        ligne["demarche_ptr_id"] = ligne["id"]
        self.dater(classe, ligne, PREMIER_DELAI)
        self.ecrivain.historiser(classe, ligne, "+", signature)
        position = self._attendre(ligne, signature) if cpam else None
        gestes = self._gestes_faits(foyer, besoin)
        moments = self._moments(foyer, gestes, self.gestes[classe])
        if self.hasard.random() < (0.8 if gestes else 0.3):
            self._prendre(classe, ligne, self.monde.agents["Chloé"] if cpam else foyer.agent, moments[0], position)
        etapes: list[Ligne] = []
        for code, minutes in zip(gestes, moments[1:], strict=True):
            geste = self.gestes[classe][code]
            acte = self.avancer(classe, ligne, geste, self._acteur(foyer, geste), minutes)
            if code == "etablir_parcours" and (self.hasard.random() < 0.25 or foyer.complet):
                etapes = self._etablir(foyer, ligne, acte, minutes, fini="clore" in gestes)
            if geste.courrier:
                self.ecrire_courrier(foyer, geste.courrier, foyer.agent, minutes, acte)
            if position and geste.vers in classe.FINAUX:
                reussie = geste.vers == "clos" and position["etat"] == "acceptee"
                self._mouvoir(position, "terminer" if reussie else "lever", acte)
        if position:
            self.ecrivain.ecrire(Position, position)
        self.faire_attendre(foyer, ligne, etapes)
        self.ecrivain.ecrire(Demarche, ligne)
        self.ecrivain.ecrire(classe, {c: v for c, v in ligne.items() if c != "id"})

    def _prendre(self, classe: Any, ligne: Ligne, agent: Any, minutes: float, position: Ligne | None) -> None:
        """Let an agent take a need; the partner in charge accepts by it."""
        ligne |= {"responsable_id": agent.pk, "pourquoi": f"Prise par {agent}."}
        prise = self.signer(agent, "prendre", minutes)
        self.ecrivain.historiser(classe, ligne, "~", prise)
        if position:
            self._mouvoir(position, "accepter", prise)

    def _attendre(self, demarche: Ligne, signature: Ligne) -> Ligne:
        """Wait for the partner in charge of a need, as opening it does."""
        ouverte_le = signature["history_date"]
        position = self.ecrivain.naitre(
            Position, dossier_id=demarche["dossier_id"], demarche_id=demarche["id"], besoin=demarche["type"],
            organisme_id=demarche["organisme_id"], etat_depuis=demarche["etat_depuis"],
            echeance=echeance(ouverte_le.date(), DELAI_POSITION),
        )  # fmt: skip
        self.ecrivain.historiser(Position, position, "+", signature)
        return position

    def _mouvoir(self, position: Ligne, code: str, acte: Ligne) -> None:
        """Move a position by what somebody did on its démarche, in the same act."""
        geste = self.gestes[Position][code]
        position |= {
            "etat": geste.vers,
            "etat_depuis": acte["history_date"],
            "attend": str(geste.attend),
            "echeance": echeance(acte["history_date"].date(), geste.delai) if geste.delai else None,
        }
        self.ecrivain.historiser(Position, position, "~", acte)

    def _propres(self, besoin: str) -> Ligne:
        """Return the columns a need is born with: an aid is one of those the CPAM answers for."""
        if besoin != "aides":
            return {"attend": "guichet"}
        return {"attend": "cpam", "dispositif_id": self.hasard.choice(self.monde.aides_cpam)}

    def _acteur(self, foyer: Foyer, geste: Geste) -> Any:
        """Return who makes a gesture: the line's agent, or the CPAM's where the line may not."""
        return foyer.agent if foyer.agent.organisme.nature in geste.par else self.monde.agents["Chloé"]

    def _gestes_faits(self, foyer: Foyer, besoin: str) -> list[str]:
        """Return the gestures made so far: to an end for a closed file and some needs of a living one."""
        tout = list(chemin(besoin, self.hasard))
        tirage = self.hasard.random()
        if tirage < (0.7 if foyer.clos else 0.25):
            return tout
        # a need nobody looked at is a need that has just come in
        nouveau = foyer.debut > self.monde.fin - 5 * JOURNEE
        faits_ = tout[: self.hasard.randrange(0 if nouveau or foyer.clos else 1, len(tout))]
        if not foyer.clos and tirage < 0.92:
            return faits_
        return [*faits_, self.hasard.choice(("abandonner", "declarer_sans_objet"))]

    def _moments(self, foyer: Foyer, codes: list[str], gestes: dict[str, Geste]) -> list[float]:
        """Return when a need was taken, then when each gesture was made; a need under way is late by weeks at most."""
        moments = self.parmi(foyer.debut + 5, foyer.fin, len(codes) + 1)
        delai = gestes[codes[-1]].delai if codes else None
        if not foyer.clos and delai:
            tard = self.hasard.random() < 0.3
            ecoule = delai + self.hasard.uniform(1, 40) if tard else self.hasard.uniform(0, delai * 0.9)
            moments[-1] = max(moments[-1], self.monde.fin - ecoule * JOURNEE)
            foyer.fin = max(foyer.fin, moments[-1])
        return moments

    def _etablir(self, foyer: Foyer, formalites: Ligne, signature: Ligne, minutes: float, *, fini: bool) -> list[Ligne]:
        """Write the steps of the profile, and lead those already done."""
        foyer.parcours, etapes = minutes, []
        part = 1.0 if fini else self.hasard.random() * 0.8
        etapes_du_profil, attend_de = map(import_string, SORT_DU_PROFIL)
        gestes = self.gestes[self.Etape]
        for rang, formalite in enumerate(etapes_du_profil(formalites["profil"])):
            etape = self.ecrivain.naitre(
                self.Etape, formalites_id=formalites["id"], dossier_id=foyer.dossier["id"], code=formalite.code, rang=rang,
                responsable=formalite.responsable, attend=str(attend_de(formalite)),
                etat_depuis=self.monde.moment(minutes),
            )  # fmt: skip
            self.ecrivain.historiser(self.Etape, etape, "+", signature)
            if self.hasard.random() < part:
                suite = ("declarer_sans_objet",) if self.hasard.random() < 0.4 else ("deposer", "obtenir")
                moments = self.parmi(minutes + 5, max(foyer.fin, minutes + 6), len(suite))
                # of what was lodged on a path under way, some is not answered yet
                sans_reponse = not fini and len(suite) == 2 and self.a_part.random() < 0.3
                for code, quand in list(zip(suite, moments, strict=True))[: 1 if sans_reponse else 2]:
                    self.avancer(self.Etape, etape, gestes[code], foyer.agent, quand)
            self.ecrivain.ecrire(self.Etape, etape)
            etapes.append(etape)
        return etapes

    # -- around ----------------------------------------------------------------------------------------------------

    def _suivre(self, foyer: Foyer) -> None:
        """Notes and promises of those who work on the file, partners included."""
        auteurs = [foyer.agent, self.monde.agents["Amina"]]
        if self.monde.organismes.get("cpam-gard") in foyer.organismes:
            auteurs.append(self.monde.agents["Chloé"])
        for minutes in self.parmi(foyer.debut + 10, foyer.fin, int(self.hasard.expovariate(0.6))):
            self.noter(foyer, self.hasard.choice(auteurs), minutes)
        if self.hasard.random() < 0.5:
            agent, minutes = self.hasard.choice(auteurs), self.hasard.uniform(foyer.debut + 10, foyer.fin)
            self.promettre(foyer, agent, minutes, self.signer(agent, "promettre", minutes))
        if self.hasard.random() < 0.25:
            agent, minutes = self.hasard.choice(auteurs), self.hasard.uniform(foyer.debut + 10, foyer.fin)
            self.ecrire_courrier(foyer, "C14", agent, minutes, self.signer(agent, "courrier_C14", minutes))

    def _accompagner(self, foyer: Foyer) -> None:
        """Lead the file itself: référent, stages, and its end when it has one."""
        dossier, hasard = foyer.dossier, self.hasard
        codes = ["qualifier", "accompagner", "installer", "suivre"][: hasard.choices(range(5), (12, 12, 50, 13, 13))[0]]
        if not codes and hasard.random() < 0.6:
            codes = []
        elif hasard.random() < 0.9 or codes:
            dossier["referent_id"] = foyer.agent.pk
            acte = self.signer(foyer.agent, "nommer_referent", foyer.debut + 10)
            self.ecrivain.historiser(Dossier, dossier, "~", acte)
        if not foyer.clos and len(codes) < 3 and hasard.random() < 0.07:
            codes.append("suspendre")
            dossier["reveil_le"] = self.monde.jour + dt.timedelta(days=hasard.randrange(5, 200))
        for code, minutes in zip(codes, self.parmi(foyer.debut + 15, foyer.fin - 1, len(codes)), strict=True):
            if code == "installer":
                lieu = foyer.communes[0].nom
                dossier |= {"installe_le": self.monde.moment(minutes).date(), "lieu_installation": lieu}
            self.avancer(Dossier, dossier, self.gestes[Dossier][code], foyer.agent, minutes)
        if foyer.clos:
            motifs = ("autre_territoire", "famille", "emploi_conjoint", "logement", "delai", "sans_nouvelles")
            dossier["motif_cloture"] = "installe" if "installer" in codes else hasard.choice(motifs)
            acte = self.avancer(Dossier, dossier, self.gestes[Dossier]["clore"], foyer.agent, foyer.fin)
            self.ecrire_courrier(foyer, "C13", foyer.agent, foyer.fin, acte)
        dossier |= {"mouvement_le": self.monde.moment(foyer.fin), "version": len(codes) + 4}

    def _ranger(self, foyer: Foyer) -> None:
        """Write the file, its communes, the partners at work and what it is found by."""
        cle = foyer.dossier["id"]
        self.ecrivain.ecrire(Dossier, {**foyer.dossier, "intervenants": sorted(foyer.organismes)})
        for commune in foyer.communes:
            self.ecrivain.relier(Dossier.communes.through, dossier_id=cle, commune_id=commune.pk)
        # the very function that indexes a dossier, on stand-ins: it reads names only
        foyer_lu: Any = [_participant(personne, role) for personne, role, _ in foyer.personnes]
        dossier: Any = SimpleNamespace(numero=foyer.dossier["numero"])
        numeros = {personne["id"]: numeros for personne, _, numeros in foyer.personnes}
        for section, texte in textes_de(dossier, foyer_lu, foyer.communes, numeros).items():
            self.ecrivain.ecrire(TexteRecherche, {"dossier_id": cle, "section": section, "texte": texte})


def _participant(personne: Ligne, role: str) -> SimpleNamespace:
    qui = SimpleNamespace(pk=personne["id"], **personne)
    return SimpleNamespace(personne=qui, section=Participant.section_de(role))
