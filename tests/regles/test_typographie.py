"""French typography: a table read letter for letter, and properties over mixed-up texts."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dossiers.regles.dates import date_longue, heure, montant, nombre
from dossiers.regles.numeros import ETENDUE, fabriquer_numero
from dossiers.regles.telephones import formater_telephone
from dossiers.regles.typographie import typographier, typographier_page


def lisible(texte: str) -> str:
    """Show no-break spaces: ~ for U+00A0, ^ for U+202F."""
    return texte.replace("\u00a0", "~").replace("\u202f", "^")


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        # high punctuation
        ("Bonjour ! Comment allez-vous ?", "Bonjour^! Comment allez-vous^?"),
        ("Bonjour! Vraiment?! Oui; merci", "Bonjour^! Vraiment^?! Oui^; merci"),
        ("Bonjour\u00a0! Oui\u2009; non", "Bonjour^! Oui^; non"),
        ("Est-ce vrai (?) ou non (!)", "Est-ce vrai (?) ou non (!)"),
        ("Objet: accueil", "Objet~: accueil"),
        ("Objet : accueil", "Objet~: accueil"),
        ("pièces :\n- diplôme", "pièces~:\n- diplôme"),
        ("« oui », «non»", "«~oui~», «~non~»"),
        ("« Qui ? » : elle !", "«~Qui^?~»~: elle^!"),
        # apostrophes, points of suspension, ordinals
        ("l'hôtel d'Alès, aujourd'hui", "l’hôtel d’Alès, aujourd’hui"),
        ("Patientez... Oui.....", "Patientez… Oui…"),
        ("le 1er étage, la 1re fois, la 2e, le 21ème", "le 1ᵉʳ étage, la 1ʳᵉ fois, la 2ᵉ, le 21ᵉ"),
        # what belongs together
        ("1er septembre 2026", "1ᵉʳ~septembre~2026"),
        ("le 26 novembre", "le 26~novembre"),
        ("n° 5 et n°6", "n°~5 et n°~6"),
        ("M. Dupont, Mme Roux, MM. Ali et Dr Morel", "M.~Dupont, Mme~Roux, MM.~Ali et Dr~Morel"),
        ("à 12h30, 9 h 05 ou 18h", "à 12~h~30, 9~h~05 ou 18~h"),
        ("de 9h30-12h", "de 9~h~30-12~h"),
        ("35 % ou 35%", "35~% ou 35~%"),
        ("14 rue de l'Écluse, 3 bis avenue Carnot", "14~rue de l’Écluse, 3 bis~avenue Carnot"),
        ("4 ans, 80 m², 3 enfants, 15 jours", "4~ans, 80~m², 3~enfants, 15~jours"),
        ("art. 47 et art. L112-3", "art.~47 et art.~L112-3"),
        # figures
        ("10 000 habitants, 1 234 567 €", "10^000~habitants, 1^234^567~€"),
        ("50000 €, 1500,50 euros, 650€", "50^000~€, 1^500,50~euros, 650~€"),
        # what is left alone
        ("30100 Alès en 2026", "30100 Alès en 2026"),
        ("12:30 et a:b", "12:30 et a:b"),
        ("deux mots", "deux mots"),
        ("", ""),
        ("1 !", "1^!"),
    ],
)
def test_un_texte_prend_ses_espaces_et_ses_signes_francais(texte, attendu):
    assert lisible(typographier(texte)) == attendu


ADRESSES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://", "http://", "www."]),
    st.sampled_from(["example.org", "ales.example.org"]),
    st.sampled_from(["", "/", "/a?b=1;c=2", "/l'aide!x", "/fiche:12", "/1er/12h30", "/100%25", "/a...b", "?q=2e#n°5"]),
)
COURRIELS = st.builds(
    "{}@{}".format,
    st.sampled_from(["claire.delmas", "o'neill", "1er", "a+b%c", "12h30", "accueil_ales"]),
    st.sampled_from(["example.org", "mail.example.org"]),
)
NUMEROS = st.integers(0, ETENDUE - 1).map(fabriquer_numero)
TELEPHONES = st.sampled_from(
    ["04 65 71 12 20", "04.65.71.12.20", "+33 4 65 71 12 20", "+33 (0)4 65 71 12 20", "0465711220"]
)
CODES = st.sampled_from(
    ["L1511-8", "DGP/SIAF/2014/006", "C01-2e", "[[dossier.numero]]", "{{personne.nom}}", "213 000 078 00012"]
)
INTACTS = ADRESSES | COURRIELS | NUMEROS | TELEPHONES | CODES
LEXIQUE = """l'hôpital aujourd'hui 1er 1re 2e 12h30 18 h 12 000 1500 35 % € km M. Mme Dr n° n°5 mars 2026 « » ( ) [ ]
... … : ; ! ? ?! , . Objet: Oui! «oui» rue bis art. 4 ans - ’ \ue000 { }"""
MOTS = st.sampled_from(LEXIQUE.split())
ENTRE = st.sampled_from([" ", "", "\u00a0", "\u202f", "\n", "  ", "\t", "\u2009"])


def _coller(morceaux: list[tuple[str, str]]) -> str:
    return "".join(mot + entre for mot, entre in morceaux)


TEXTES = (
    st.lists(st.tuples(MOTS | INTACTS, ENTRE), max_size=12).map(_coller)
    | st.text()
    | st.text("ah'1°é0 5:;!?«»%€.\u00a0\u202f\n(")
)


@settings(max_examples=1000)
@given(TEXTES)
@example("« ! »")
@example("1 000 000")
@example("a : : b")
@example("3 h h 30")
@example("0:»")
@example("...213 000 078 00012claire.delmas@example.org")
def test_une_seconde_passe_ne_change_plus_rien(texte):
    une_fois = typographier(texte)
    assert typographier(une_fois) == une_fois


@settings(max_examples=500)
@given(TEXTES)
def test_aucune_espace_secable_ne_precede_une_ponctuation_haute(texte):
    assert re.findall(r"\S [;!?:»]", re.sub(r"\{[^{}]*\}|\[\[.*?\]\]", "", typographier(texte))) == []
    assert re.findall(r"« \S", typographier(texte)) == []


@settings(max_examples=500)
@given(
    INTACTS,
    st.sampled_from(["Voir ", "l'adresse : ", "« ", "(", "n° "]),
    st.sampled_from(["", " !", " ;", ".", " : oui", ", 1er", " »", "..."]),
)
def test_adresses_courriels_numeros_telephones_et_codes_restent_tels_quels(intact, avant, apres):
    ecrit = typographier(avant + intact + apres)
    assert intact in ecrit
    assert lisible(ecrit.replace(intact, "X")) == lisible(typographier(avant + "X" + apres))


@settings(max_examples=300)
@given(TEXTES)
def test_hors_espaces_et_signes_aucun_mot_n_est_perdu(texte):
    def mots(t):
        plat = re.sub(r"[\s'ʼ’…]|\.{3,}", "", t)
        return plat.replace("ᵉ", "e").replace("ʳ", "r").replace("ème", "e").replace("ère", "re")

    assert mots(typographier(texte)) == mots(texte)


@given(TEXTES)
def test_les_lignes_restent_ou_elles_sont(texte):
    assert typographier(texte).count("\n") == texte.count("\n")


@given(st.dates(), st.times(), st.integers(0, 10**9), st.integers(100_000_000, 799_999_999))
def test_ce_que_les_autres_regles_ecrivent_est_deja_bien_ecrit(jour, moment, valeur, numero):
    for ecrit in (
        date_longue(jour),
        heure(moment),
        nombre(valeur),
        montant(valeur),
        formater_telephone(f"+33{numero}"),
    ):
        assert typographier(ecrit) == ecrit


def test_un_texte_enorme_ne_bloque_pas():
    for motif in ("a", "a-", "1 ", "'a", "{", "« ", "A1-", "a@", "100 100 ", "! "):
        typographier(motif * (100_000 // len(motif)))


@pytest.mark.parametrize(
    ("html", "attendu"),
    [
        ("<p>Oui ! « non » : 12 €</p>", "<p>Oui\u202f! «\u00a0non\u00a0»\u00a0: 12\u00a0€</p>"),
        ("<b>Objet</b> : l&#x27;appel", "<b>Objet</b>\u00a0: l’appel"),
        ("à moins de 10 km, de 9 h à 17 h", "à moins de 10\u00a0km, de 9\u00a0h à 17\u00a0h"),
        ('<a title="a : l\'b" href="/x?y : z">ici</a>', '<a title="a : l\'b" href="/x?y : z">ici</a>'),
        ("<textarea>l'appel : oui ?</textarea>", "<textarea>l'appel : oui ?</textarea>"),
        ("<script>x ? 'a' : 'b'</script>", "<script>x ? 'a' : 'b'</script>"),
        ("1 < 2 : oui", "1 < 2\u00a0: oui"),
    ],
)
def test_une_page_se_compose_sans_toucher_a_ses_balises_ni_a_ce_qui_se_tape(html, attendu):
    assert typographier_page(html) == attendu
    assert typographier_page(attendu) == attendu
