"""Who somebody typed may already be, among the people this agent may know; and whether a file exists out of their field.

A wide net is cast in one query by indexes alone (number, mail, RPPS, how the names sound); `rapprocher` then says who is
near, and why.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field

from django.db.models import Case, Exists, F, OuterRef, Prefetch, QuerySet, Value, When
from django.db.models.functions import Lower

from dossiers.lectures import communes as lecture_communes
from dossiers.models import Agent, Commune, Dossier, Engagement, Participant, Personne
from dossiers.regles.communes import NOM_CLAIR, resoudre
from dossiers.regles.doublons import Identite, Rapprochement, rapprocher
from dossiers.regles.droits import Section
from dossiers.regles.numeros import rpps_valide
from dossiers.regles.phonetique import cles_cherchees, sonner
from dossiers.regles.telephones import lire_telephone
from dossiers.regles.texte import normaliser

MONTRES = 3
"""How many are shown; those of the very number called from are all shown, up to `SOUS_UN_NUMERO`."""
SOUS_UN_NUMERO = 6
FILET = 25


@dataclass(frozen=True, kw_only=True)
class Saisie:
    """What is typed that may tell who somebody is; all as typed, in any spelling."""

    numero: str = ""
    courriel: str = ""
    rpps: str = ""
    nom: str = ""
    prenom: str = ""
    conjoint_nom: str = ""
    conjoint_prenom: str = ""
    conjoint_numero: str = ""
    communes: str = ""

    def __bool__(self) -> bool:
        """Whether anything is typed; a commune or a spouse's name alone names nobody."""
        return any(getattr(self, nom) for nom in ("numero", "courriel", "rpps", "nom", "prenom", "conjoint_numero"))

    @property
    def empreinte(self) -> str:
        """Digest of what is typed: a form says by it which typing its list of people answered to."""
        return hashlib.blake2s("\x1f".join(astuple(self)).encode(), digest_size=8).hexdigest()


@dataclass
class Reconnu:
    """Somebody already known who may be calling, with why, their files, household, and the last promise made."""

    personne: Personne
    rapprochement: Rapprochement
    participations: list[Participant] = field(default_factory=list)
    foyer: list[Participant] = field(default_factory=list)
    """The others of the household this agent may know of."""
    promesse: Engagement | None = None

    @property
    def raisons(self) -> list[str]:
        return list(self.rapprochement.raisons)

    @property
    def dossiers(self) -> list[Dossier]:
        return [p.dossier for p in self.participations]

    @property
    def ouverts(self) -> list[Dossier]:
        return [d for d in self.dossiers if d.ouvert]

    @property
    def role(self) -> str:
        return self.participations[0].get_role_display()

    @property
    def est_fort(self) -> bool:
        """Whether opening one more dossier asks for a reason: very near, and with a file that still lives."""
        return self.rapprochement.est_fort and bool(self.ouverts)


def identite(agent: Agent, saisie: Saisie) -> Identite:
    """Read what was typed: a number as it dials, communes by their code, RPPS without its blanks."""
    numeros = (lire_telephone(n).e164 for n in (saisie.numero, saisie.conjoint_numero))
    rpps = "".join(saisie.rpps.split())
    conjoint = (saisie.conjoint_nom or saisie.nom, saisie.conjoint_prenom)
    return Identite(
        nom=saisie.nom,
        prenom=saisie.prenom,
        telephones=tuple(filter(None, numeros)),
        courriel=saisie.courriel.strip(),
        rpps=rpps if rpps_valide(rpps) else "",
        foyer=(conjoint,) if saisie.conjoint_prenom and conjoint[0] else (),
        communes=_communes(agent, saisie.communes),
    )


def _communes(agent: Agent, typees: str) -> frozenset[str]:
    if not typees.strip():
        return frozenset()
    connues = lecture_communes.choix(agent.territoire_id)
    proches = (resoudre(une, connues) for une in typees.split(",")[:5])
    return frozenset(p[0].code_insee for p in proches if p and p[0].score >= NOM_CLAIR)


def participations_vues(agent: Agent) -> QuerySet[Participant]:
    """Return who is in which file, as far as this agent may know.

    A file taken in by another keeps its household's list: the master's is the one to answer by.
    """
    vivants = Dossier.objects.visibles_par(agent).filter(absorbe_par=None)
    return Participant.objects.filter(role__in=Participant.roles_lus(agent), dossier__in=vivants)


def reconnaitre(agent: Agent, saisie: Identite) -> list[Reconnu]:
    """Return who this may be, most likely first, with why; nobody out of the agent's field."""
    vues = participations_vues(agent)
    cles = _filet(saisie, Exists(vues.filter(personne_id=OuterRef("pk"))))
    if not cles:
        return []
    connus = _lire(cles, vues)
    proches = rapprocher(saisie, (_identite(r) for r in connus.values()))
    retenus = []
    for proche in proches:
        reconnu = connus[proche.candidat.cle or 0]
        reconnu.rapprochement = proche
        retenus.append(reconnu)
    montres = _choisir(retenus)
    _promettre(agent, montres)
    return montres


def _choisir(proches: list[Reconnu]) -> list[Reconnu]:
    """Keep all those of the number called from, the likeliest of the others, and whoever is likelier than the number says."""
    du_numero = [r for r in proches if "même téléphone" in r.raisons][:SOUS_UN_NUMERO]
    autres = [r for r in proches if "même téléphone" not in r.raisons][:MONTRES]
    plus_proches = [r for r in autres if du_numero and r.rapprochement.score > du_numero[0].rapprochement.score]
    places = max(MONTRES - len(du_numero), len(plus_proches))
    gardes = {r.personne.pk for r in (*du_numero, *autres[:places])}
    return [r for r in proches if r.personne.pk in gardes]


def _filet(saisie: Identite, condition: Exists, *, exact: bool = False) -> list[int]:
    """Return the keys of the people worth comparing, one arm an index, in one query."""
    bras = [b.filter(condition) for b in _bras(saisie, exact)]
    if not bras:
        return []
    premier, *autres = (b.values("pk")[:FILET] for b in bras)
    return sorted({ligne["pk"] for ligne in premier.union(*autres, all=True)})


def _bras(saisie: Identite, exact: bool) -> Iterable[QuerySet[Personne]]:
    tous = Personne.objects.all()
    if saisie.telephones:
        yield tous.filter(telephones__e164__in=saisie.telephones)
    if "@" in saisie.courriel:
        yield tous.alias(bas=Lower("courriel")).filter(bas=saisie.courriel.lower())
    if saisie.rpps:
        yield tous.filter(rpps=saisie.rpps)
    if exact:
        yield from _bras_exacts(saisie.nom, saisie.prenom)
        return
    yield from _bras_des_noms(saisie.nom, saisie.prenom)
    for nom, prenom in saisie.foyer:
        yield from _bras_des_noms(nom, prenom)


def _bras_exacts(nom: str, prenom: str) -> Iterable[QuerySet[Personne]]:
    """Look for a family name and a first name that both sound right, in either order."""
    if sonner(nom) and sonner(prenom):
        for un, autre in ((nom, prenom), (prenom, nom)):
            yield Personne.objects.filter(cles__contains=[f"n{sonner(un)}", f"p{sonner(autre)}"]).order_by("-pk")


def _bras_des_noms(nom: str, prenom: str) -> Iterable[QuerySet[Personne]]:
    """Look for a name a sound apart at most, the very same first; turned round too when a first name is given."""
    noms = cles_cherchees(nom)
    if not noms:
        return
    exact = Case(When(cles__contains=[f"n{sonner(nom)}"], then=Value(0)), default=Value(1))
    ecrit = Case(When(cle_nom__startswith=normaliser(nom), then=Value(0)), default=Value(1))
    if len(normaliser(prenom)) < 2:
        yield Personne.objects.filter(cles__overlap=noms).order_by(exact, ecrit, "-pk")
        return
    prenoms = cles_cherchees(prenom, "p")
    meme = Case(When(cles__contains=[f"p{sonner(prenom)}"], then=Value(0)), default=Value(1))
    deux = Personne.objects.filter(cles__overlap=noms).filter(cles__overlap=prenoms)
    yield deux.order_by(exact, meme, ecrit, "-pk")
    retourne = Personne.objects.filter(cles__contains=[f"p{sonner(nom)}", f"n{sonner(prenom)}"])
    yield retourne.order_by("-pk")


def _lire(cles: list[int], vues: QuerySet[Participant]) -> dict[int, Reconnu]:
    """Read these people with their phones, files, households and communes, the latest moved file first."""
    communes = Prefetch("dossier__communes", Commune.objects.only("code_insee"))
    participations = list(
        vues.filter(personne_id__in=cles)
        .select_related("personne", "dossier__referent")
        .prefetch_related("personne__telephones", communes)
        .order_by("-dossier__ouvert", "-dossier__mouvement_le", "pk")
    )
    foyers: dict[int, list[Participant]] = {}
    for autre in vues.filter(dossier_id__in={p.dossier_id for p in participations}).select_related("personne"):
        foyers.setdefault(autre.dossier_id, []).append(autre)
    connus: dict[int, Reconnu] = {}
    for p in participations:
        reconnu = connus.setdefault(p.personne_id, Reconnu(p.personne, Rapprochement(Identite(), 0, ())))
        reconnu.participations.append(p)
        presents = {f.personne_id for f in reconnu.foyer} | {p.personne_id}
        reconnu.foyer += [f for f in foyers.get(p.dossier_id, []) if f.personne_id not in presents]
    return connus


def _identite(reconnu: Reconnu) -> Identite:
    p = reconnu.personne
    return Identite(
        nom=p.nom,
        prenom=p.prenom,
        nom_usage=p.nom_usage,
        telephones=tuple(t.e164 for t in p.telephones.all()),
        courriel=p.courriel,
        rpps=p.rpps,
        cle=p.pk,
        foyer=tuple((f.personne.nom, f.personne.prenom) for f in reconnu.foyer),
        communes=frozenset(c.code_insee for d in reconnu.dossiers for c in d.communes.all()),
    )


def _promettre(agent: Agent, reconnus: list[Reconnu]) -> None:
    """Give each the last promise made on one of their files, kept or not."""
    dossiers = {d.pk for r in reconnus for d in r.dossiers}
    if not dossiers:
        return
    promesses = Engagement.objects.visibles_par(agent).filter(dossier_id__in=dossiers)
    dernieres = {e.dossier_id: e for e in promesses.order_by("dossier_id", "-pk").distinct("dossier_id")}
    for reconnu in reconnus:
        siennes = [dernieres[d.pk] for d in reconnu.dossiers if d.pk in dernieres]
        reconnu.promesse = max(siennes, key=lambda e: e.pk, default=None)


# -- out of the agent's field --------------------------------------------------------------------------------------


def caches(agent: Agent, saisie: Identite, numero: str = "") -> list[int]:
    """Return the keys of the files that exist out of this agent's field for exactly what was typed; never shown.

    Exactly: the very number, mail or RPPS, or the same family name and first name, or a dossier's whole number. A name
    alone, or a near one, would let anybody fish. A spouse counts for who may read the spouse's name.
    """
    if not agent.peut_lire(Section.STATUT):
        return []
    visible = Exists(Dossier.objects.visibles_par(agent).filter(pk=OuterRef("dossier_id")))
    hors_champ = Participant.objects.filter(~visible, role__in=Participant.roles_lus(agent), dossier__absorbe_par=None)
    exacte = Identite(
        saisie.nom, saisie.prenom, telephones=saisie.telephones, courriel=saisie.courriel, rpps=saisie.rpps
    )
    trouves: set[int] = set()
    cles = _filet(_exacte(exacte), Exists(hors_champ.filter(personne_id=OuterRef("pk"))), exact=True)
    if cles:
        lus = hors_champ.filter(personne_id__in=cles).annotate(e164=F("personne__telephones__e164"))
        trouves = {p.dossier_id for p in lus.select_related("personne") if _est_exact(exacte, p)}
    if numero:
        trouves |= set(hors_champ.filter(dossier__numero=numero).values_list("dossier_id", flat=True))
    return sorted(trouves)


def _exacte(saisie: Identite) -> Identite:
    """Leave out a name without its first name: it would tell too much to too many."""
    entier = normaliser(saisie.nom) and len(normaliser(saisie.prenom)) > 1
    return saisie if entier else Identite(telephones=saisie.telephones, courriel=saisie.courriel, rpps=saisie.rpps)


def _est_exact(saisie: Identite, p: Participant) -> bool:
    e164 = p.e164  # type: ignore[attr-defined]
    connue = Identite(
        p.personne.nom,
        p.personne.prenom,
        p.personne.nom_usage,
        (e164,) if e164 else (),
        p.personne.courriel,
        p.personne.rpps,
    )
    raisons = {raison for r in rapprocher(saisie, [connue]) for raison in r.raisons}
    nomme = {"même nom", "même prénom"} <= raisons or "nom et prénom inversés" in raisons
    return nomme or bool(raisons & {"même téléphone", "même courriel", "même numéro RPPS"})
