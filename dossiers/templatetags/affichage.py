"""How values are shown: phones in pairs, dates as people say them, states as an icon and a word."""

import datetime as dt
import re
import uuid
from functools import cache, lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from dossiers.lectures.dossiers import prochaine
from dossiers.models.machine import Machine
from dossiers.regles.dates import date_avec_jour, date_humaine, date_longue, heure, nombre
from dossiers.regles.delais import retard_ouvres
from dossiers.regles.telephones import formater_telephone

register = template.Library()

register.filter("date_longue", date_longue)
register.filter("date_avec_jour", date_avec_jour)
register.filter("heure", heure)
register.filter("nombre", nombre)
register.filter("prochaine", prochaine)


@register.filter
def telephone(e164: str) -> str:
    """Show a number in pairs."""
    return formater_telephone(e164) if e164 else ""


@register.filter
def quand(moment: dt.date | dt.datetime | None) -> str | SafeString:
    """Say a date as people do, the exact date as title."""
    return _quand(moment, timezone.localdate()) if moment is not None else ""


@register.filter
def a_l_heure(moment: dt.datetime) -> str:
    """Say when something began: « à 10 h 31 », « hier à 10 h 31 », « le 3 mars 2027 à 9 h »."""
    jour, ici = timezone.localdate(moment), timezone.localdate()
    jours = {ici: "", ici - dt.timedelta(days=1): "hier "}
    return f"{jours.get(jour, f'le {date_longue(jour)} ')}à {heure(moment)}"


@register.filter
def seconde(moment: dt.datetime) -> str:
    """Return « 10:32:07 », as the clock of a telephone shows it."""
    return f"{timezone.localtime(moment):%H:%M:%S}"


@lru_cache(maxsize=4096)
def _quand(moment: dt.date | dt.datetime, aujourdhui: dt.date) -> SafeString:
    exacte = date_avec_jour(moment) + (f" à {heure(moment)}" if isinstance(moment, dt.datetime) else "")
    dite = date_humaine(moment, aujourdhui)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exacte, dite)


@register.filter
def pluriel(combien: Any) -> str:
    """Return « s » from two on: in French nought is singular. Takes a number, its capped text, or a list."""
    if isinstance(combien, str):
        return "s" if not combien.isdigit() or int(combien) >= 2 else ""
    return "s" if (combien if isinstance(combien, int) else len(combien)) >= 2 else ""


@register.filter
def retard(limite: dt.date | None) -> str:
    """Return « en retard de 3 j ouvrés » when a deadline has passed, an empty text otherwise."""
    return _retard(limite, timezone.localdate()) if limite else ""


@lru_cache(maxsize=4096)
def _retard(limite: dt.date, aujourdhui: dt.date) -> str:
    jours = retard_ouvres(limite, aujourdhui)
    return f"en retard de {jours} j ouvré{'s' if jours > 1 else ''}" if jours else ""


@register.simple_tag
@cache
def icone(nom: str) -> SafeString:
    """Draw an icon of the sprite; it is decoration, the word beside it says all."""
    return format_html(
        '<svg class="icone" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("dossiers/icones.svg"),
        nom,
    )


@register.filter
def ton(objet: Machine) -> str:
    """Return the tone of a state: done, stopped, late, waiting, under way."""
    if objet.est_finie:
        return "succes" if objet.etat in {"clos", "obtenue", "terminee"} else ""
    if getattr(objet, "echeance", None) and not isinstance(objet.echeance, str) and _est_tard(objet):
        return "danger"
    return "attente" if getattr(objet, "attend", "guichet") not in {"guichet", "personne"} else "info"


def _est_tard(objet: Any) -> bool:
    return hasattr(objet, "attend") and bool(objet.echeance < timezone.localdate())


ICONES = {"succes": "fait", "danger": "alerte", "attente": "attente", "info": "promesse"}
"""The icon that goes with each tone."""


@register.filter
def annulable(message: Any) -> str:
    """Return the key of the act a message tells of, when it may be undone (see `views.annulations.dire`)."""
    return (message.extra_tags or "").removeprefix("annuler:") if "annuler:" in (message.extra_tags or "") else ""


@register.simple_tag
def etiquette(brute: dict[str, Any]) -> SafeString:
    """Draw a tag of a dossier; its colour repeats nothing, the word says all."""
    return format_html('<span class="pastille posee {}">{}</span>', brute["ton"], brute["nom"])


@register.simple_tag
def etat(objet: Machine) -> SafeString:
    """Draw a state as icon and word, never colour alone."""
    return _pastille(ton(objet), objet.libelle_etat)


@register.simple_tag
def pastille_besoin(demarche: Any) -> SafeString:
    """Draw a need of a list as icon and words; its state alone, without tone, for who may not read its content."""
    if not demarche.lisible:
        return format_html('<span class="pastille">{} : {}</span>', demarche.nom_besoin, demarche.avancee)
    return _pastille(ton(demarche), f"{demarche.nom_besoin} : {demarche.libelle_etat.lower()}")


@lru_cache(maxsize=1024)
def _pastille(ton_dit: str, mots: str) -> SafeString:
    return format_html('<span class="pastille {}">{}{}</span>', ton_dit, icone(ICONES.get(ton_dit, "arret")), mots)


@register.simple_tag
def qui_agit(demarche: Any) -> SafeString:
    """Say who must act on a démarche and by when, and how late it is."""
    return _qui_agit(demarche.get_attend_display(), demarche.echeance, timezone.localdate())


@lru_cache(maxsize=4096)
def _qui_agit(qui: str, avant: dt.date | None, aujourdhui: dt.date) -> SafeString:
    if avant is None:
        return format_html("{}", qui)
    tard = _retard(avant, aujourdhui)
    marque = format_html(' <span class="pastille danger">{}{}</span>', icone("alerte"), tard) if tard else ""
    return format_html("{}, {}{}", qui, _quand(avant, aujourdhui), marque)


@register.simple_tag
def evenement(e: Any) -> SafeString:
    """Draw one event of the timeline: when, what, who, why, what was said, what changed.

    Not a template: a page has a hundred of them, and their nodes took a third of its time.
    """
    morceaux = [f'<strong>{escape(e.titre)}</strong> <span class="discret">{escape(e.auteur)}</span>']
    if e.motif:
        morceaux.append(f"<br>Motif : {escape(e.motif)}")
    if e.raison:
        morceaux.append(f"<br>{escape(e.raison)}")
    if e.texte:
        morceaux.append(f"<blockquote>{escape(e.texte)}</blockquote>")
    if lignes := e.lignes:
        puces = "</li><li>".join(escape(ligne) for ligne in lignes)
        morceaux.append(f'<ul class="changements"><li>{puces}</li></ul>')
    moment = f'<span class="discret">{quand(e.quand)}</span>'
    return mark_safe(f"<li>{moment}<div>{''.join(morceaux)}</div></li>")  # noqa: S308 - each piece is escaped above


PK, CODE = 987654321, "-code-"


@cache
def _forme(ecran: str, avec_code: bool = False) -> str:
    """Return a screen's address with `PK` and `CODE` to be replaced: a page has fifty of them, all of two forms."""
    return reverse(ecran, args=[PK, CODE] if avec_code else [PK])


@register.filter
def adresse_dossier(pk: int) -> str:
    """Return the address of a dossier's page."""
    return _forme("dossiers.fiche").replace(str(PK), str(pk))


@register.simple_tag
def cle_nouvelle() -> str:
    """Return the key a form is born with: sent twice, it writes once."""
    return str(uuid.uuid4())


@register.filter
def lire(objet: Any, nom: str) -> Any:
    """Return a column of an object as a person reads it: choice labels, French dates, oui/non."""
    affiche = getattr(objet, f"get_{nom}_display", None)
    valeur = affiche() if affiche else getattr(objet, nom)
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, dt.datetime):
        return f"{date_longue(valeur)} à {heure(valeur)}"
    if isinstance(valeur, dt.date):
        return date_longue(valeur)
    return valeur


@register.filter
def libelle_champ(objet: Any, nom: str) -> str:
    """Return the label of a column."""
    return str(objet._meta.get_field(nom).verbose_name)


@register.filter
def adresse(bouton: Any) -> str:
    """Return where a gesture is done."""
    ecrans = {"demarche": "demarches.geste", "etape": "etapes.geste", "position": "positions.geste"}
    ecran = ecrans.get(bouton.genre, "dossiers.geste")
    return _forme(ecran, avec_code=True).replace(str(PK), str(bouton.objet.pk)).replace(CODE, bouton.geste.code)


@register.simple_tag(takes_context=True)
def geste(context: template.RequestContext, bouton: Any, classe: str = "") -> SafeString:
    """Draw a gesture as a button: direct, leading to its form, or greyed with the sentence that refuses it.

    Not a template: the path of a household has sixty of them, each with the fields of `composants/jetons.html`.
    """
    libelle = escape(bouton.geste.libelle)
    if bouton.refus:
        muet = f'<span class="bouton" aria-disabled="true">{libelle}</span>'
        return mark_safe(f'<span>{muet}<span class="refus"> {escape(bouton.refus)}</span></span>')  # noqa: S308 - escaped
    ou = escape(adresse(bouton))
    if not bouton.direct:
        classes = f"bouton {escape(classe)}".strip()
        return mark_safe(f'<a class="{classes}" href="{ou}">{libelle}…</a>')  # noqa: S308 - escaped
    champs = {"csrfmiddlewaretoken": context.get("csrf_token", ""), "cle": cle_nouvelle()}
    if version := context.get("version"):
        champs["version"] = version
    caches = "".join(f'<input type="hidden" name="{nom}" value="{escape(v)}">' for nom, v in champs.items())
    attribut = f' class="{escape(classe)}"' if classe else ""
    bouton_html = f'<button type="submit"{attribut}>{libelle}</button>'
    return mark_safe(f'<form method="post" action="{ou}">{caches}{bouton_html}</form>')  # noqa: S308 - escaped


NUMERO_DOSSIER = re.compile(r"[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]\b")


@register.filter
def insecables(texte: str) -> SafeString:
    """Keep dossier numbers on one line; the rest is plain, escaped text."""
    morceaux, debut = [], 0
    for numero in NUMERO_DOSSIER.finditer(texte):
        morceaux += [(texte[debut : numero.start()], numero.group())]
        debut = numero.end()
    gardes = format_html_join("", '{}<span class="insecable">{}</span>', morceaux)
    return format_html("{}{}", gardes, texte[debut:])
