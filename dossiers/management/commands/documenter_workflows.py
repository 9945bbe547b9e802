"""Write the page of each machine from its own declarations, so that the drawing is never older than the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import models

from dossiers.models import Attend, Demarche, Geste, Machine
from dossiers.models.organismes import Organisme

RETOUR = "dernier état"


class Command(BaseCommand):
    help = "Réécrit docs/workflows depuis les gestes déclarés ; --verifier dit seulement si c’est à jour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verifier", action="store_true", help="n’écrit rien, échoue si une page est périmée")
        parser.add_argument("--dossier", default=str(settings.BASE_DIR / "docs" / "workflows"))

    def handle(self, *args: Any, **options: Any) -> None:
        cible = Path(options["dossier"])
        pages = {cible / f"{classe._meta.model_name}.md": page(classe) for classe in machines()}
        pages[cible / "README.md"] = sommaire()
        presentes = set(cible.glob("*.md"))
        perimees = [f for f, texte in pages.items() if f not in presentes or f.read_text(encoding="utf-8") != texte]
        perimees += presentes - set(pages)
        if options["verifier"]:
            if perimees:
                noms = ", ".join(sorted(f.name for f in perimees))
                self.stderr.write(f"Pages périmées : {noms}. Lancez « make documenter ».")
                raise SystemExit(1)
            return
        cible.mkdir(parents=True, exist_ok=True)
        for fichier in presentes - set(pages):
            fichier.unlink()
        for fichier, texte in pages.items():
            fichier.write_text(texte, encoding="utf-8")
        self.stdout.write(f"{len(pages)} pages écrites.")


def machines() -> list[type[Machine]]:
    """Return every machine of the house, by name."""
    trouvees: list[type[Machine]] = []
    a_voir = list(Machine.__subclasses__())
    while a_voir:
        classe = a_voir.pop()
        a_voir += classe.__subclasses__()
        if "Etat" in classe.__dict__ and not classe._meta.abstract:
            trouvees.append(classe)
    return sorted(trouvees, key=lambda c: str(c._meta.model_name))


def sommaire() -> str:
    """Return the page that leads to the others."""
    lignes = [
        f"- [{str(c._meta.verbose_name).capitalize()}]({c._meta.model_name}.md) :"
        f" {len(c.Etat.choices)} états, {len(c.gestes())} gestes"
        for c in machines()
    ]
    return (
        "# Les machines\n\nPages écrites par `make documenter` depuis les gestes déclarés dans le code ; ne pas les modifier à la main.\n\n"
        + "\n".join(lignes)
        + "\n"
    )


def page(classe: type[Machine]) -> str:
    """Return a machine's page: diagram, then one line a gesture."""
    gestes = list(classe.gestes().values())
    entete = f"# {str(classe._meta.verbose_name).capitalize()}\n\n{(classe.__doc__ or '').strip().splitlines()[0]}\n"
    corps = ["```mermaid", "stateDiagram-v2", *_etats(classe), *_fleches(classe, gestes), "```"]
    tableau = [
        "| Geste | De | Vers | Par | Demande | Motif | Qui agit ensuite | Délai | Courrier | Ce qu’il dit |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_ligne(classe, g) for g in gestes),
    ]
    return "\n".join([entete, *corps, "", *tableau, ""])


def _etats(classe: type[Machine]) -> list[str]:
    initial = str(classe._meta.get_field("etat").get_default())
    return [f"    [*] --> {initial}", *(f"    {e.value} : {e.label}" for e in classe.Etat)]


def _fleches(classe: type[Machine], gestes: list[Geste]) -> list[str]:
    """Draw each gesture; those every need shares are in the table only, or the drawing would be a hedge."""
    communs = {"abandonner", "declarer_sans_objet"} if issubclass(classe, Demarche) else set()
    dessines = [g for g in gestes if g.vers and g.code not in communs]
    return [f"    {depart} --> {g.vers} : {g.libelle}" for g in dessines for depart in g.de]


def _ligne(classe: type[Machine], g: Geste) -> str:
    libelles = {str(e.value): str(e.label) for e in classe.Etat}
    cellules = [
        g.libelle,
        ", ".join(libelles[d] for d in g.de),
        libelles[g.vers] if g.vers else RETOUR,
        ", ".join(str(Organisme.Nature(p).label) for p in sorted(g.par)),
        ", ".join([*(_nom(classe, c) for c in g.champs), *(f"({_nom(classe, c)})" for c in g.facultatifs)]),
        "codé" if g.motifs else "",
        str(Attend(g.attend).label) if g.attend else "",
        f"{g.delai} j ouvrés" if g.delai else "",
        g.courrier or "",
        g.aide,
    ]
    return "| " + " | ".join(c or "—" for c in cellules) + " |"


def _nom(classe: type[Machine], champ: str) -> str:
    colonne = classe._meta.get_field(champ)
    return str(colonne.verbose_name) if isinstance(colonne, models.Field) else champ
