"""Imports: the file sent, what its columns become, what to do with the lines; and each line as the call's own form."""

import dataclasses
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from dossiers.actions.appels import AppelSaisi
from dossiers.actions.imports_lots import Connu, Lecture
from dossiers.forms.appels import MASQUE, AppelForm
from dossiers.lectures import imports as lecture
from dossiers.lectures import saisie as lecture_saisie
from dossiers.lectures.imports import champs_proposes
from dossiers.models import Agent, Appel, Dossier, Import, LigneImport
from dossiers.regles.imports.fichiers import TAILLE_MAX
from dossiers.regles.imports.ligne import LigneLue, lire_ligne

_DE_LA_COLONNE = {"recu_le": "date", "promesse_le": "rappel", "promesse_heure": "rappel", "issue": "suite"}
"""The field of a column, for the form's fields that are called otherwise."""
_JAMAIS_PROPOSES = frozenset(("promesse", "urgence"))
"""A callback asked for last spring is not promised today, nor is an old emergency one still."""


class DepotForm(forms.Form):
    """The file."""

    fichier = forms.FileField(
        label="Fichier",
        help_text="Un tableau .xlsx ou .csv, ou un fichier .json : 10 Mo et 5 000 lignes au plus.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide.", "invalid": "Choisissez un fichier."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.json"}),
    )  # fmt: skip

    def clean_fichier(self) -> UploadedFile:
        fichier: UploadedFile = self.cleaned_data["fichier"]
        if (fichier.size or 0) > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo : partagez-le en plusieurs.")
        return fichier


class ColonnesForm(forms.Form):
    """What each column becomes; `importation` gives the columns."""

    lire_texte = forms.BooleanField(
        label="lire aussi le texte libre : ce qui y est compris remplit les champs restés vides, et se voit à l’aperçu",
        required=False,
    )

    def __init__(self, *args: Any, importation: Import, colonnes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importation = importation
        self.fields["lire_texte"].initial = importation.lire_texte
        for rang, entete in enumerate(importation.entetes):
            self.fields[f"colonne_{rang}"] = forms.ChoiceField(
                label=entete, required=False, choices=[("", "ne pas reprendre"), *champs_proposes()],
                initial=colonnes[rang] if rang < len(colonnes) else "",
            )  # fmt: skip

    @property
    def selects(self) -> list[forms.BoundField]:
        return [self[f"colonne_{rang}"] for rang in range(len(self.importation.entetes))]

    @property
    def colonnes(self) -> list[str]:
        return [self.cleaned_data[f"colonne_{rang}"] for rang in range(len(self.importation.entetes))]


class DecisionForm(forms.Form):
    """What to do with one line, or with all those already known."""

    ligne = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    suite = forms.CharField(max_length=30)
    motif_double = forms.ChoiceField(required=False, choices=[("", "Choisir…"), *Dossier.MotifDouble.choices])


# -- a line, as the call's form ------------------------------------------------------------------------------------


class LecteurDeLignes:
    """Reads the lines of one import: its cells, then its free text, then the very checks of the call's form."""

    def __init__(self, importation: Import) -> None:
        self.importation, self.agent = importation, importation.agent
        self.reperes = lecture.reperes(importation)
        self.registre = lecture.registre(importation)

    def noter(self, ligne: LigneImport) -> None:
        """Remember a line that later ones may name again."""
        self.registre.noter(ligne)

    def lire(self, ligne: LigneImport) -> Lecture:
        """Return what a line says, and which files and earlier line name the same person."""
        importation = self.importation
        lue = lire_ligne(
            list(zip(importation.colonnes, importation.entetes, ligne.cellules, strict=False)), self.reperes
        )
        donnees = _donnees(lue)
        proposes = _completer(donnees, self.agent) if importation.lire_texte and lue.champs.get("texte") else []
        _decider(donnees, lue)
        erreurs = lue.erreurs + _erreurs_du_form(donnees, self.agent, {champ for champ, _ in lue.erreurs})
        saisie = {nom: donnees.getlist(nom) for nom in donnees if donnees.getlist(nom) != [""]}
        lecture_ = Lecture({**saisie, "_": [f"{k}={v}" for k, v in lue.hors.items()]}, erreurs, lue.avis, proposes)
        if not erreurs:
            ligne.saisie = lecture_.saisie
            lecture_.proches, lecture_.cache = lecture.proches(ligne, self.agent)
            lecture_.voisine = self.registre.voisine(ligne)
        return lecture_


def _erreurs_du_form(donnees: QueryDict, agent: Agent, deja: set[str]) -> list[tuple[str, str]]:
    """Return what the call's form refuses, by the field of the column; what is said already is not said twice."""
    form = AppelForm(_pour_le_form(donnees), agent=agent)
    if "heure" in deja:
        deja = {*deja, "date"}
    par_colonne = ((_DE_LA_COLONNE.get(champ, champ), phrases) for champ, phrases in form.errors.items())
    return [(colonne, str(phrase)) for colonne, phrases in par_colonne if colonne not in deja for phrase in phrases]


def _donnees(lue: LigneLue) -> QueryDict:
    donnees = QueryDict(mutable=True)
    for champ, valeurs in lue.champs.items():
        donnees.setlist(champ, valeurs)
    return donnees


def _completer(donnees: QueryDict, agent: Agent) -> list[str]:
    """Fill what is still empty with what the text surely says; return the fields it filled."""
    avant = {nom: donnees.getlist(nom) for nom in donnees}
    puces = [p for p in lecture_saisie.panneau(agent, donnees).puces if p.sure and _propose(p, avant)]
    # a channel the file names stays, also when it is the one the form opens with
    fixes: dict[str, list[str]] = {c: avant[c] for c in ("canal", "issue") if c in avant}
    remplies = lecture_saisie.accepter(donnees, puces)
    for nom in remplies:
        donnees.setlist(nom, fixes.get(nom, remplies.getlist(nom)))
    return [nom for nom in donnees if donnees.getlist(nom) != avant.get(nom, [])]


def _propose(puce: lecture_saisie.Puce, avant: dict[str, list[str]]) -> bool:
    """Tell whether what the text suggests is taken: what the columns say of the doctor is not undone by a word of the notes."""
    champ, valeur = puce.proposition.champ, puce.proposition.valeur
    dit = bool({"statut", "besoins"} & set(avant))
    if champ == "issue" or (champ == "role" and valeur not in (Appel.Role.CANDIDAT, Appel.Role.CONJOINT)):
        return not dit
    return champ not in _JAMAIS_PROPOSES


def _decider(donnees: QueryDict, lue: LigneLue) -> None:
    """Say what an agent would tick: who calls, that no number is known, whether a dossier is opened."""
    donnees.setdefault("canal", Appel.Canal.TELEPHONE)
    if not donnees.get("role"):
        nomme = any(donnees.get(c) for c in ("nom", "prenom", "statut"))
        donnees["role"] = Appel.Role.CANDIDAT if nomme else Appel.Role.INCONNU
    if not any(donnees.get(c) for c in ("numero", "courriel")):
        donnees["masque"] = "on"
        lue.avis.append("Ni téléphone ni courriel : personne ne pourra rappeler.")
    qui = any(donnees.get(c) for c in ("nom", "prenom", "numero", "courriel"))
    demande = donnees.getlist("besoins") or any(
        donnees.get(f"enfant_{r}") for r in range(1, lecture_saisie.ENFANTS + 1)
    )
    if donnees.get("role") in (Appel.Role.PARTENAIRE, Appel.Role.OFFREUR, Appel.Role.TIERS) or not (qui and demande):
        donnees.setdefault("suite", "seul")
    donnees.setdefault("suite", "ouvrir")


def _pour_le_form(donnees: QueryDict) -> QueryDict:
    """Return the fields as the screen sends them: what it always says, and that its answer about likenesses was read."""
    copie = donnees.copy()
    copie.setdefault("urgence", Dossier.Urgence.NORMALE)
    copie.setdefault("issue", Appel.Issue.INFORMATION)
    copie["vu"] = AppelForm.en_cours(copie, agent=None).qui.empreinte  # type: ignore[arg-type]
    return copie


def saisi(ligne: LigneImport, agent: Agent, decision: dict[str, str], pris_par: Agent | None) -> AppelSaisi:
    """Return what the call's action takes for a line; raises `Connu` when somebody very like got a file meanwhile, `ValueError` when
    the form no longer accepts it."""
    donnees = QueryDict(mutable=True)
    for champ, valeurs in ligne.saisie.items():
        if champ != "_":
            donnees.setlist(champ, valeurs)
    for champ, valeur in decision.items():
        donnees[champ] = valeur
    if decision["suite"] == "ouvrir" and not decision.get("motif_double"):
        depuis, _ = lecture.proches(ligne, agent)
        if any(fort for *_, fort in depuis):
            raise Connu(depuis)
    if decision["suite"].startswith("dossier:") and not decision.get("personne"):
        donnees["personne"] = str(lecture.qui_est(ligne, int(decision["suite"].partition(":")[2]), agent) or "")
    form = AppelForm(_pour_le_form(donnees), agent=agent)
    if not form.is_valid():
        raise ValueError(next(iter(next(iter(form.errors.values())))))
    lu = form.saisi()
    civilite = dict(un.split("=", 1) for un in ligne.saisie.get("_", [])).get("civilite", "")
    personnes = lu.personnes
    if civilite and personnes:
        personnes = (dataclasses.replace(personnes[0], civilite=civilite), *personnes[1:])
    # the acknowledgement is due to who has just called, not to who called last year
    return dataclasses.replace(lu, personnes=personnes, pris_par=pris_par, accuse=False, numero=lu.numero or MASQUE)
