"""What surrounds an imagined household's needs: the documents it brought, what the clock reminded of."""

import datetime as dt
from typing import Any

from dossiers.management.copie import Ligne
from dossiers.management.monde import Foyer
from dossiers.management.plume import Plume
from dossiers.management.rappels import Rappel, rappels_passes
from dossiers.models import Demarche, Dossier, Piece, Relance
from dossiers.regles.delais import jour_de
from dossiers.regles.droits import Section
from dossiers.regles.pieces import SERT
from dossiers.regles.relances import LETTRE, Attente


class Entourage(Plume):
    """Tells what follows a household's needs without being one."""

    def entourer(self, foyer: Foyer) -> None:
        """Write the documents of a path, then the reminders of what still waits."""
        if foyer.parcours is not None:
            self._recevoir(foyer, foyer.parcours)
        suspendu = foyer.dossier["etat"] == Dossier.Etat.SUSPENDU
        if foyer.attentes and not (foyer.clos or suspendu or foyer.dossier["confidentiel"]):
            self._rappeler(foyer)

    def _recevoir(self, foyer: Foyer, debut: float) -> None:
        """Write the documents awaited: two in three have come, some of those have grown old since."""
        for nature in SERT:
            tirage = self.hasard.random()
            if tirage < 0.25:
                continue
            minutes = self.hasard.uniform(debut, max(foyer.fin, debut + 1))
            recue = self.monde.moment(minutes).date() if tirage < 0.75 else None
            self.creer(
                Piece, self.signer(foyer.agent, "recevoir_piece", minutes), dossier_id=foyer.dossier["id"], nature=nature,
                etapes=list(SERT[nature]), recue_le=recue, etabli_le=recue and recue - dt.timedelta(days=6),
            )  # fmt: skip

    # -- the clock -------------------------------------------------------------------------------------------------

    def faire_attendre(self, foyer: Foyer, demarche: Ligne, etapes: list[Ligne]) -> None:
        """Keep what an open need waits for: its steps on their way, or itself when there are none (`actions.relances`)."""
        if demarche["etat"] in Demarche.FINAUX:
            return
        en_route = [e for e in etapes if e["etat"] not in self.Etape.FINAUX and e["delai"]]
        for objet in en_route or [demarche]:
            depart = objet["etat_depuis"] if en_route else max(o["etat_depuis"] for o in (demarche, *etapes))
            attente = Attente(
                dossier_id=foyer.dossier["id"], demarche_id=demarche["id"], precision=objet.get("code", ""),
                attend=str(objet["attend"]), depuis=objet["etat_depuis"], depart=jour_de(depart),
                calendrier=self.monde.horloge.calendrier(demarche["organisme_id"]),
                section=str(Demarche.REGISTRE[demarche["type"]].section),
            )  # fmt: skip
            foyer.attentes.append(attente)

    def _rappeler(self, foyer: Foyer) -> None:
        """Write what the clock did up to the day before; one letter a day and a person, as its runs make."""
        dossier = foyer.dossier
        immobile = dossier["mouvement_le"] if dossier["etat"] in Dossier.VIVANTS else None
        lettres: dict[Any, Ligne] = {}
        for rappel in rappels_passes(foyer.attentes, immobile and jour_de(immobile), self.monde.veille):
            jour, attente, echelon, issue = rappel
            minutes = self.monde.minutes(jour)
            signature = self.signer(None, "relancer", minutes)
            courrier = self._lettre(foyer, rappel, signature, lettres) if issue == LETTRE else None
            self.creer(
                Relance, signature, dossier_id=dossier["id"], echelon=str(echelon), issue=issue,
                demarche_id=attente and attente.demarche_id, precision=attente.precision if attente else "",
                section=attente.section if attente else str(Section.IDENTITE),
                attente_depuis=attente.depuis if attente else immobile, courrier_id=courrier and courrier["id"],
                faite_le=self.monde.moment(minutes),
            )  # fmt: skip

    def _lettre(self, foyer: Foyer, rappel: Rappel, signature: Ligne, lettres: dict[Any, Ligne]) -> Ligne:
        jour, attente = rappel[:2]
        conjoint = attente is not None and attente.attend == "conjoint"
        cle = (jour, conjoint)
        if cle not in lettres:
            qui = next(p["id"] for p, role, _ in foyer.personnes if role == "conjoint") if conjoint else None
            sections = {str(Section.IDENTITE), *(a.section for a in foyer.attentes if attente in (None, a))}
            lettres[cle] = self.ecrire_courrier(
                foyer, "C11" if attente else "C22", foyer.agent, self.monde.minutes(jour), signature, destinataire_id=qui,
                occurrence=f"horloge-{jour}-{qui or 0}", sections=sorted(sections),
            )  # fmt: skip
        return lettres[cle]
