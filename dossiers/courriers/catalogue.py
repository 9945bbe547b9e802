"""The documents this installation can make, and who may ask for each."""

from dataclasses import dataclass

from dossiers.models import Agent
from dossiers.regles.droits import Niveau, Section

COMMUNES_DU_FOYER = frozenset(
    {
        Section.FORMALITES,
        Section.LOGEMENT,
        Section.EMPLOI_CONJOINT,
        Section.ENFANTS,
        Section.RESEAU,
        Section.LOISIRS,
        Section.VISITES,
    }
)


@dataclass(frozen=True)
class Entree:
    """One document: its label, the sections it is made of, and where an agent may ask for it."""

    code: str
    libelle: str
    sections: frozenset[str]
    a_la_demande: bool = True
    selon_lecteur: bool = False
    """Made of what its author may read, and of nothing else (C14: one version an organisation; C11 asked for by hand)."""

    du_porteur: bool = False
    """Only the line's holder may ask for it: it speaks to the household in the name of the whole line."""

    def sections_pour(self, agent: Agent) -> frozenset[str]:
        """Return the sections this letter will contain when this agent asks for it."""
        if not self.selon_lecteur:
            return self.sections
        toutes = self.sections | COMMUNES_DU_FOYER | {Section.AIDES, Section.CONJOINT, Section.APPELS}
        return frozenset(agent.sections_lues & toutes)

    def ouvert_a(self, agent: Agent) -> bool:
        """Tell whether an agent may ask for this letter: they must be able to read all it says."""
        if self.du_porteur and not agent.organisme.est_porteur:
            return False
        return self.a_la_demande and agent.peut(Section.COURRIERS, Niveau.LIRE) and self.sections <= agent.sections_lues


CATALOGUE: dict[str, Entree] = {
    e.code: e
    for e in (
        # C01 names what was asked for, hence the calls; C13 says how each need ended, hence all of them
        Entree("C01", "Accusé de réception", frozenset({Section.IDENTITE, Section.APPELS})),
        Entree("C02", "Liste des démarches et des pièces", frozenset({Section.IDENTITE, Section.FORMALITES})),
        # the clock asks for C11 too, then the waits it names give the letter its sections
        Entree("C11", "Relance", frozenset({Section.IDENTITE}), selon_lecteur=True, du_porteur=True),
        # three callbacks in vain: it tells of a call, and leaves by itself
        Entree("C12", "Appel resté sans réponse", frozenset({Section.IDENTITE, Section.APPELS}), a_la_demande=False),
        Entree("C13", "Clôture du dossier", COMMUNES_DU_FOYER | {Section.IDENTITE, Section.APPELS}, a_la_demande=False),
        Entree("C14", "Synthèse du dossier", frozenset({Section.IDENTITE}), selon_lecteur=True),
        # the clock alone: it says since when nothing moved
        Entree("C22", "Point d’étape", frozenset({Section.IDENTITE}), a_la_demande=False),
    )
}
