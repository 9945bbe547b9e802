"""Find anything: people, files, communes, letters, calls and notes by one line of text; only what the reader may see.

What is typed decides where to look: a dossier number, said or mistyped; a phone in any spelling; a mail; else words, which
may be names as they sound, a commune, a letter, or anything noted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower

from dossiers.lectures import communes as lecture_communes
from dossiers.lectures import doublons, ecrits
from dossiers.lectures.dossiers import EN_CHIFFRES, chercher, nommer_foyers
from dossiers.lectures.resultats import FILET, PAR_GROUPE, Groupe, Resultat, mots_de
from dossiers.models import Agent, Commune, Dossier, Participant, Personne
from dossiers.regles.communes import resoudre
from dossiers.regles.doublons import Identite, a_une_faute_pres
from dossiers.regles.numeros import lire_numero_dit, numeros_proches, rpps_valide
from dossiers.regles.phonetique import cles_cherchees, se_prononcent_pareil, sonner
from dossiers.regles.telephones import chiffres_recherche, lire_telephone
from dossiers.regles.texte import normaliser

Chercheur = Callable[[Agent, str], Groupe]
COMMUNE_CLAIRE = 0.6
LONGUEUR = 120


@dataclass(frozen=True)
class Trouve:
    """What a text finds; `cache` says that a file exists out of the reader's field, and nothing more."""

    groupes: list[Groupe]
    cache: bool = False

    @property
    def resultats(self) -> list[Resultat]:
        return [r for groupe in self.groupes for r in groupe.resultats]


def trouver(agent: Agent, texte: str) -> Trouve:
    """Return what a typed text finds, the best answering group first."""
    texte = texte.strip()[:LONGUEUR]
    if len(normaliser(texte)) < 2:
        return Trouve([])
    groupes = [g for g in (chercher_ici(agent, texte) for chercher_ici in _ou_chercher(texte)) if g.resultats]
    groupes.sort(key=lambda g: -max(r.note for r in g.resultats))
    return Trouve(groupes, bool(caches(agent, texte)))


def _ou_chercher(texte: str) -> list[Chercheur]:
    if lire_numero_dit(texte):
        return [_dossiers_du_numero]
    if EN_CHIFFRES.fullmatch(texte) or lire_telephone(texte).e164:
        return [_personnes_du_numero, ecrits.appels_du_numero]
    if "@" in texte:
        return [_personnes_du_courriel]
    partout: list[Chercheur] = [_personnes, _communes, _dossiers, ecrits.courriers, ecrits.appels, ecrits.notes]
    return [_dossiers_du_numero, *partout] if numeros_proches(texte) else partout


def caches(agent: Agent, texte: str) -> list[int]:
    """Return the keys of the files out of this agent's field that a whole number, mail, or full name points to."""
    rpps = "".join(texte.split())
    numero = lire_numero_dit(texte) or ""
    e164, mots = "" if numero else lire_telephone(texte).e164, mots_de(texte)
    identite = Identite(
        telephones=(e164,) if e164 else (),
        courriel=texte.strip() if "@" in texte else "",
        rpps=rpps if rpps_valide(rpps) else "",
    )
    if not (numero or e164 or identite.courriel or identite.rpps):
        if not 2 <= len(mots) <= 4:
            return []
        identite = Identite(nom=" ".join(mots[1:]), prenom=mots[0])
    return doublons.caches(agent, identite, numero)


# -- people --------------------------------------------------------------------------------------------------------


def _lignes(agent: Agent, personnes: QuerySet[Personne], noter: Callable[[Personne], float]) -> Groupe:
    """Return people as lines that open their file, best first, then the file that moved last."""
    vues = doublons.participations_vues(agent)
    cles = list(personnes.filter(Exists(vues.filter(personne_id=OuterRef("pk")))).values_list("pk", flat=True)[:FILET])
    return Groupe("Personnes", "personne", _classer(vues, cles, noter))


def _classer(vues: QuerySet[Participant], cles: list[int], noter: Callable[[Personne], float]) -> list[Resultat]:
    if not cles:
        return []
    lus = vues.filter(personne_id__in=cles).select_related("personne", "dossier").order_by("-dossier__mouvement_le")
    notes = [(noter(p.personne), p) for p in lus]
    meilleurs = sorted((n for n in notes if n[0]), key=lambda n: (-n[0], not n[1].dossier.ouvert))[:PAR_GROUPE]
    return [
        Resultat(
            titre=f"{p.personne}, {p.get_role_display()}",
            detail=p.dossier.libelle_etat.lower(),
            ecran="dossiers.fiche",
            cle=p.dossier_id,
            numero=p.dossier.numero,
            note=note,
        )
        for note, p in meilleurs
    ]


def _personnes_du_numero(agent: Agent, texte: str) -> Groupe:
    """Look for a whole number as it dials; for a part of one, among the files' own search texts."""
    if e164 := lire_telephone(texte).e164:
        return _lignes(agent, Personne.objects.filter(telephones__e164=e164).distinct(), lambda _: 1.0)
    chiffres = chiffres_recherche(texte)
    if not chiffres:
        return Groupe("Personnes", "personne")
    du_texte = chercher(Dossier.objects.visibles_par(agent), texte, agent).order_by("-mouvement_le")[:FILET]
    # the national zero is not in the number as it dials
    partie = chiffres[1:] if chiffres.startswith("0") else chiffres
    porteurs = Personne.objects.filter(
        participations__dossier_id__in=list(du_texte.values_list("pk", flat=True)), telephones__e164__contains=partie
    )
    return _lignes(agent, porteurs.distinct(), lambda _: 0.9)


def _personnes_du_courriel(agent: Agent, texte: str) -> Groupe:
    exact = Personne.objects.alias(bas=Lower("courriel")).filter(bas__startswith=texte.lower())
    return _lignes(agent, exact, lambda p: 1.0 if p.courriel.lower() == texte.lower() else 0.8)


def _personnes(agent: Agent, texte: str) -> Groupe:
    """Look for names: each word begins one, or sounds like one, in any order."""
    mots = mots_de(texte)
    if not mots or len(mots) > 6:
        return Groupe("Personnes", "personne")
    vues = doublons.participations_vues(agent)
    connus = ecrits = entendus = Personne.objects.filter(Exists(vues.filter(personne_id=OuterRef("pk"))))
    for mot in mots:
        ecrits = ecrits.filter(Q(cle_nom__startswith=mot) | Q(cle_nom__contains=f" {mot}"))
        entendus = entendus.filter(cles__overlap=[*cles_cherchees(mot), *cles_cherchees(mot, "p")])
    trouves = _classer(vues, _cles(mots, ecrits), lambda p: _noter_nom(mots, p))
    if len(trouves) < PAR_GROUPE:
        # « benali » is written in two words: the name as a whole sounds right where its parts do not
        exacts = connus.filter(cles__contains=_sons_exacts(mots))
        colles = connus.filter(cles__contains=[f"n{sonner(' '.join(mots))}"])
        trouves = _classer(vues, _cles(mots, ecrits, entendus, exacts, colles), lambda p: _noter_nom(mots, p))
    return Groupe("Personnes", "personne", trouves)


def _cles(mots: list[str], *bras: QuerySet[Personne]) -> list[int]:
    """Return the keys that arms bring, a few of each, in one query.

    Sorted by what no index holds: a walk down the keys, stopped at the thirtieth, would read everybody for a rare name.
    """
    ecrit = Case(When(cle_nom__startswith=mots[-1], then=Value(0)), default=Value(1))
    premier, *autres = (b.order_by(ecrit, "-pk").values("pk")[:FILET] for b in bras)
    return sorted({ligne["pk"] for ligne in (premier.union(*autres, all=True) if autres else premier)})


def _sons_exacts(mots: list[str]) -> list[str]:
    """Return the keys of « first name, family name » as typed first; turned round is `entendus`' business."""
    if len(mots) < 2:
        return [f"n{sonner(mots[0])}"]
    return [f"p{sonner(mots[0])}", f"n{sonner(' '.join(mots[1:]))}"]


def _noter_nom(mots: list[str], personne: Personne) -> float:
    """Return how well words name somebody: each is one of the names, begins one, sounds like one, or is a letter away."""
    portes = normaliser(f"{personne.prenom} {personne.nom} {personne.nom_usage}").split()
    if "".join(mots) in {"".join(portes), "".join(normaliser(f"{personne.nom} {personne.prenom}").split())}:
        return 1.0
    for entier in (personne.nom, personne.nom_usage):
        colle = normaliser(entier).replace(" ", "")
        if colle and colle == "".join(mots):
            return 0.9
        if se_prononcent_pareil(colle, "".join(mots)):
            return 0.75
        portes.append(colle)  # « yannis benali »
    notes = [max((_noter_mot(mot, porte) for porte in portes), default=0.0) for mot in mots]
    # the most marked word decides, the others settle who comes first
    return 0.0 if min(notes, default=0.0) == 0 else 0.7 * min(notes) + 0.3 * sum(notes) / len(notes) - 0.01


def _noter_mot(mot: str, porte: str) -> float:
    if mot == porte:
        return 1.0
    if porte.startswith(mot):
        return 0.9
    if se_prononcent_pareil(mot, porte):
        return 0.75
    return 0.6 if min(len(mot), len(porte)) >= 4 and a_une_faute_pres(mot, porte) else 0.0


# -- files ---------------------------------------------------------------------------------------------------------


def _en_lignes(agent: Agent, dossiers: list[Dossier], note: float) -> list[Resultat]:
    nommer_foyers(agent, dossiers)
    return [
        Resultat(
            titre=", ".join(d.foyer_vu) or "sans nom",  # type: ignore[attr-defined]
            detail=", ".join(filter(None, [d.libelle_etat.lower(), *(c.nom for c in d.communes.all())])),
            ecran="dossiers.fiche",
            cle=d.pk,
            numero=d.numero,
            note=note,
        )
        for d in dossiers
    ]


def _a_lire(agent: Agent) -> QuerySet[Dossier]:
    communes = Prefetch("communes", Commune.objects.only("nom"))
    return Dossier.objects.visibles_par(agent).prefetch_related(communes)


def _dossiers_du_numero(agent: Agent, texte: str) -> Groupe:
    """Open the file of a number, the master of one that was taken in; a mistyped one proposes those a slip away."""
    numero = lire_numero_dit(texte)
    numeros = [numero] if numero else numeros_proches(texte)
    if not numeros:
        return Groupe("Dossiers", "dossier")
    cles = Dossier.objects.filter(numero__in=numeros).values_list(Coalesce("absorbe_par_id", "pk"), flat=True)
    trouves = list(_a_lire(agent).filter(pk__in=list(cles))[:PAR_GROUPE])
    return Groupe("Dossiers", "dossier", _en_lignes(agent, trouves, 1.0 if numero else 0.85))


def _dossiers(agent: Agent, texte: str) -> Groupe:
    """Look for files that hold every word, two at least: one word is a person's or a commune's business."""
    if len(mots_de(texte)) < 2:
        return Groupe("Dossiers", "dossier")
    trouves = chercher(_a_lire(agent), texte, agent).order_by("-mouvement_le")[:PAR_GROUPE]
    return Groupe("Dossiers", "dossier", _en_lignes(agent, list(trouves), 0.8))


def _communes(agent: Agent, texte: str) -> Groupe:
    proches = [c for c in resoudre(texte, lecture_communes.choix(agent.territoire_id)) if c.score >= COMMUNE_CLAIRE]
    lignes = [
        Resultat(titre=c.nom, detail="voir ses dossiers", ecran="commune", cle=c.code_insee, note=min(c.score, 0.97))
        for c in proches[:3]
    ]
    return Groupe("Communes", "maison", lignes)
