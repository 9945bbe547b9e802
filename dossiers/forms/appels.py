"""The call screen's form: who, how to reach them, what they need; the rest is optional."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from dossiers.actions.appels import AppelSaisi, PersonneSaisie, Promesse
from dossiers.forms.base import RAPPEL_NOTES, RPPS_FAUX, DateInput, DateTimeInput, Texte
from dossiers.lectures.appels import est_faite
from dossiers.lectures.doublons import Saisie, identite, reconnaitre
from dossiers.lectures.saisie import ENFANTS, NIVEAUX
from dossiers.models import Agent, Appel, Commune, Demarche, Dossier, Engagement, Participant, Personne
from dossiers.models.appels import MASQUE
from dossiers.regles.communes import NOM_CLAIR, resoudre
from dossiers.regles.delais import PARIS, jour_de
from dossiers.regles.numeros import lire_numero, rpps_valide
from dossiers.regles.texte import assainir, normaliser
from dossiers.regles.urgences import urgence_au_moins

ECART_NET = 0.05
DOUBLE = "Quelqu’un de très proche a déjà un dossier : rejoignez-le, ou dites pourquoi en ouvrir un de plus."
QUI = (
    "numero", "courriel", "rpps", "nom", "prenom", "conjoint_nom", "conjoint_prenom", "conjoint_numero", "communes",
)  # fmt: skip
"""The fields that may tell who is calling."""
"""A name half written is taken when it can be nothing else; below, the agent chooses."""
THESES = {"remplacant_these", "primo_installation", "installe_autre_departement", "salarie", "collaborateur"}


def besoins() -> list[tuple[str, str]]:
    """Return the needs a call may express: each opens a démarche."""
    return [(t, c.libelle_besoin) for t, c in Demarche.REGISTRE.items()]


class AppelForm(forms.Form):
    """One call; `agent` narrows communes, people and dossiers to what may be known."""

    recu_le = forms.DateTimeField(label="Reçu le", widget=DateTimeInput())
    canal = forms.ChoiceField(label="Canal", choices=Appel.Canal.choices, initial=Appel.Canal.TELEPHONE)
    numero = Texte(
        label="Numéro",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    masque = forms.BooleanField(label="numéro masqué ou inconnu", required=False)
    courriel = forms.EmailField(
        label="Courriel", required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    ne_pas_rappeler = forms.BooleanField(label="ne souhaite pas être rappelé", required=False)
    role = forms.ChoiceField(label="Qui appelle", required=False, choices=[("", "Choisir…"), *Appel.Role.choices])
    prenom = Texte(label="Prénom", required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    nom = Texte(
        label="Nom de famille", required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    statut = forms.ChoiceField(label="Statut", required=False, choices=Personne.Statut.choices)
    rpps = Texte(
        label="RPPS", required=False, max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    personne = forms.CharField(required=False, max_length=20)
    texte = Texte(
        label="Notes",
        required=False,
        max_length=20000,
        help_text=RAPPEL_NOTES,
        widget=forms.Textarea(attrs={"rows": 7, "data-focus": ""}),
    )
    besoins = forms.MultipleChoiceField(label="Besoins", required=False, widget=forms.CheckboxSelectMultiple)
    communes = Texte(
        label="Où", required=False, max_length=300, help_text="Communes séparées par des virgules : Anduze, Générargues.",
        widget=forms.TextInput(attrs={"list": "communes", "autocomplete": "off"}),
    )  # fmt: skip
    pour_quand = forms.DateField(label="Pour quand", required=False, widget=DateInput())
    urgence = forms.ChoiceField(
        label="Urgence", choices=Dossier.Urgence.choices, initial=Dossier.Urgence.NORMALE, help_text="Relevée si l’arrivée est proche."
    )  # fmt: skip
    conjoint_prenom = Texte(label="Prénom du conjoint", required=False, max_length=80)
    conjoint_nom = Texte(label="Nom du conjoint", required=False, max_length=80)
    conjoint_metier = Texte(label="Métier du conjoint", required=False, max_length=120)
    conjoint_numero = Texte(label="Numéro du conjoint", required=False, max_length=40)
    promesse = forms.ChoiceField(label="Je promets", required=False, choices=[("", "rien"), *Engagement.Nature.choices])
    promesse_le = forms.DateField(label="pour le", required=False, widget=DateInput())
    promesse_heure = forms.TimeField(
        label="avant", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    information_dite = forms.BooleanField(label="information « données personnelles » dite", required=False)
    suite = forms.CharField(label="Suite", required=False, max_length=30, initial="ouvrir")
    motif_double = forms.ChoiceField(
        label="Pourquoi un dossier de plus", required=False, choices=[("", "Choisir…"), *Dossier.MotifDouble.choices]
    )
    vu = forms.CharField(required=False, max_length=20)
    """The fingerprint of what « Qui appelle ? » last answered to, and whether it showed somebody very like."""
    double_vu = forms.BooleanField(required=False)
    issue = forms.ChoiceField(
        label="Issue si aucun dossier n’est ouvert", required=False, choices=Appel.Issue.choices, initial=Appel.Issue.INFORMATION
    )  # fmt: skip

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.fields["besoins"].choices = besoins()  # type: ignore[attr-defined]
        for rang in range(1, ENFANTS + 1):
            self.fields[f"enfant_{rang}"] = forms.ChoiceField(
                label=f"Enfant {rang}", required=False, choices=[("", "niveau…"), *NIVEAUX.items()]
            )

    @classmethod
    def en_cours(cls, donnees: QueryDict, *, agent: Agent) -> "AppelForm":
        """Return the form as it stands while the call goes on: what is typed, and no reproach yet."""
        form = cls(agent=agent)
        form.initial = {n: donnees.getlist(n) if n == "besoins" else donnees.get(n, "") for n in form.fields}
        return form

    @property
    def champs_enfants(self) -> list[forms.BoundField]:
        return [self[f"enfant_{rang}"] for rang in range(1, ENFANTS + 1)]

    def clean_recu_le(self) -> dt.datetime:
        recu_le: dt.datetime = self.cleaned_data["recu_le"]
        if recu_le > timezone.now() + dt.timedelta(minutes=1):
            raise forms.ValidationError("L’heure de l’appel est dans le futur.")
        if recu_le.year < 2015:
            raise forms.ValidationError("Relisez la date de l’appel : elle est trop ancienne.")
        return recu_le

    def clean_pour_quand(self) -> dt.date | None:
        jour: dt.date | None = self.cleaned_data["pour_quand"]
        if jour and not 2015 <= jour.year <= 2100:
            raise forms.ValidationError("Relisez l’année de cette date.")
        return jour

    def clean_communes(self) -> list[Commune]:
        connues = {c.code_insee: c for c in Commune.objects.filter(territoire_id=self.agent.territoire_id)}
        noms = [(c.code_insee, c.nom) for c in connues.values()]
        saisies = [s.strip() for s in self.cleaned_data["communes"].split(",") if normaliser(s)]
        return list(dict.fromkeys(connues[_choisir(saisie, noms)] for saisie in saisies))

    def clean_personne(self) -> Personne | None:
        return self._visible(self.cleaned_data["personne"])

    def _visible(self, identifiant: str) -> Personne | None:
        if not identifiant:
            return None
        participations = Participant.objects.filter(dossier__in=Dossier.objects.visibles_par(self.agent))
        personne = None
        if identifiant.isascii() and identifiant.isdigit():
            personne = Personne.objects.filter(pk=int(identifiant), participations__in=participations).first()
        if personne is None:
            raise forms.ValidationError("Cette personne n’est plus proposée : choisissez de nouveau.")
        return personne

    def clean_suite(self) -> str | Dossier:
        suite: str = self.cleaned_data["suite"] or "ouvrir"
        if suite in {"ouvrir", "seul"}:
            return suite
        genre, _, pk = suite.partition(":")
        dossier = None
        if genre == "dossier" and pk.isascii() and pk.isdigit() and len(pk) < 18:
            dossier = Dossier.objects.visibles_par(self.agent).filter(pk=int(pk)).first()
        if dossier is None:
            raise forms.ValidationError("Ce dossier n’est plus proposé : choisissez de nouveau.")
        return dossier

    def clean(self) -> dict[str, Any]:
        d = super().clean() or {}
        if not (d.get("role") or d.get("nom") or d.get("prenom") or d.get("personne")):
            self.add_error("role", "Indiquez qui appelle : un rôle ou un nom suffit.")
        joignable = ("numero", "masque", "courriel", "ne_pas_rappeler", "personne")
        if not any(d.get(nom) for nom in joignable):
            self.add_error("numero", "Notez un numéro ou un courriel, ou cochez « ne souhaite pas être rappelé ».")
        if not (d.get("besoins") or d.get("texte")) and "texte" not in self.errors:
            self.add_error("texte", "Notez ce qui est dit, ou cochez un besoin.")
        if d.get("promesse") and not d.get("promesse_le"):
            self.add_error("promesse_le", "Pour quand ? Choisissez un jour.")
        elif d.get("promesse") and _moment(d) <= d.get("recu_le", timezone.now()):
            self.add_error("promesse_le", "Promettez pour un moment à venir.")
        if not self.errors and self._double_sans_motif(d):
            self.add_error("motif_double", DOUBLE)
        return d

    def clean_rpps(self) -> str:
        rpps = "".join(self.cleaned_data["rpps"].split())
        if rpps and not rpps_valide(rpps):
            raise forms.ValidationError(RPPS_FAUX)
        return rpps

    @property
    def qui(self) -> Saisie:
        """What is typed that may tell who is calling, whether or not the form has been sent."""
        return Saisie(**{nom: assainir(str(self[nom].value() or ""))[:300] for nom in QUI})

    def _double_sans_motif(self, d: dict[str, Any]) -> bool:
        """Tell whether somebody very like was shown beside « ouvrir un dossier », and no reason is given for one more.

        What the screen showed last is believed when it answered to what is now typed; otherwise it is looked up again:
        whoever types faster than the screen answers, or has no script, is asked too.
        """
        if d.get("suite") != "ouvrir" or d.get("motif_double"):
            return False
        if d.get("vu") == self.qui.empreinte:
            return bool(d.get("double_vu"))
        if est_faite(self.data.get("cle", "")):  # a second click: the action will land it where the first one did
            return False
        return any(r.est_fort for r in reconnaitre(self.agent, identite(self.agent, self.qui)))

    def saisi(self) -> AppelSaisi:
        """Return what the action takes."""
        d = self.cleaned_data
        suite = d["suite"]
        enfants = tuple({"niveau": d[f"enfant_{r}"]} for r in range(1, ENFANTS + 1) if d[f"enfant_{r}"])
        voulus = dict.fromkeys([*d["besoins"], *(["scolarisation"] if enfants else [])])
        return AppelSaisi(
            recu_le=d["recu_le"],
            canal=d["canal"],
            issue=d["issue"],
            role=d["role"],
            nom_appelant=self._nom_appelant(d),
            numero=d["numero"] or (MASQUE if d["masque"] else ""),
            courriel=d["courriel"],
            ne_pas_rappeler=d["ne_pas_rappeler"],
            besoins=tuple(voulus),
            communes=tuple(d["communes"]),
            pour_quand=d["pour_quand"],
            urgence=urgence_au_moins(
                d["urgence"], jour_de(d["recu_le"]), d["pour_quand"], sans_logement="logement" in voulus
            ),
            texte=d["texte"],
            information_dite=d["information_dite"],
            enfants=enfants,
            personnes_connues=(d["personne"],) if d["personne"] else (),
            personnes=tuple(self._personnes(d)),
            promesse=Promesse(nature=d["promesse"], pour_le=_moment(d)) if d["promesse"] else None,
            motif_double=d["motif_double"],
            ouvrir=suite == "ouvrir",
            rattacher=suite if isinstance(suite, Dossier) else None,
        )

    def _nom_appelant(self, d: dict[str, Any]) -> str:
        dit = f"{d['prenom']} {d['nom']}".strip()
        if not dit and d["role"] == Appel.Role.CONJOINT:
            dit = f"{d['conjoint_prenom']} {d['conjoint_nom']}".strip()
        return dit or (str(d["personne"]) if d["personne"] else "")

    def _personnes(self, d: dict[str, Any]) -> list[PersonneSaisie]:
        """Return the people to write: the caller when not already known, and the spouse when anything is said of them.

        A spouse who calls is the spouse the screen asks about: one person, whichever fields were filled.
        """
        par_conjoint = d["role"] == Appel.Role.CONJOINT and not d["personne"]
        du_conjoint = any(d[f"conjoint_{champ}"] for champ in ("prenom", "nom", "metier", "numero"))
        appelant = any(d[champ] for champ in ("nom", "prenom", "numero", "courriel")) and not d["personne"]
        if par_conjoint:
            return [self._conjoint(d, appelle=True)] if appelant or du_conjoint else []
        medecin = PersonneSaisie(
            role=Participant.Role.MEDECIN,
            nom=d["nom"],
            prenom=d["prenom"],
            statut=d["statut"],
            these_soutenue=d["statut"] in THESES,
            courriel=d["courriel"],
            rpps=d["rpps"],
            telephones=(d["numero"],) if d["numero"] else (),
        )
        return [*([medecin] if appelant else []), *([self._conjoint(d)] if du_conjoint else [])]

    def _conjoint(self, d: dict[str, Any], *, appelle: bool = False) -> PersonneSaisie:
        statut = d["statut"] if appelle and d["statut"] else Personne.Statut.NON_MEDECIN
        numeros = (d["numero"] if appelle else "", d["conjoint_numero"])
        return PersonneSaisie(
            role=Participant.Role.CONJOINT,
            nom=(d["nom"] if appelle else "") or d["conjoint_nom"],
            prenom=(d["prenom"] if appelle else "") or d["conjoint_prenom"],
            statut=statut,
            these_soutenue=statut in THESES,
            metier=d["conjoint_metier"],
            courriel=d["courriel"] if appelle else "",
            telephones=tuple(n for n in numeros if n),
        )


def _moment(d: dict[str, Any]) -> dt.datetime:
    return dt.datetime.combine(d["promesse_le"], d.get("promesse_heure") or dt.time(18), PARIS)


def _choisir(saisie: str, noms: list[tuple[str, str]]) -> str:
    """Return the INSEE code of the one commune a text names; two that it may name, or a typing mistake, are asked back."""
    proches = resoudre(saisie, noms)
    seule = len(proches) == 1 or (len(proches) > 1 and proches[0].score - proches[1].score >= ECART_NET)
    if seule and proches[0].score >= NOM_CLAIR:
        return proches[0].code_insee
    if not proches:
        raise forms.ValidationError(f"« {saisie} » n’est pas une commune du territoire : notez-la dans le texte.")
    noms_proches = " ou ".join(p.nom for p in proches[:3])
    raise forms.ValidationError(f"« {saisie} » : vouliez-vous dire {noms_proches} ?")


class RattacherForm(forms.Form):
    """The dossier a call kept alone belongs to, by the number its page shows."""

    numero = Texte(label="Numéro du dossier", max_length=20, help_text="Par exemple K7F-4Q2-M, avec ou sans tirets.")

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent

    def clean_numero(self) -> Dossier:
        """Return the dossier, provided the agent may know of it."""
        numero = lire_numero(self.cleaned_data["numero"])
        dossier = Dossier.objects.visibles_par(self.agent).filter(numero=numero or "").first()
        if dossier is None:
            raise forms.ValidationError("Aucun dossier ne porte ce numéro : relisez-le, ou cherchez-le par le nom.")
        return dossier
