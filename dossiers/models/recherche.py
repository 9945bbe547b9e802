"""Free text as it is searched: without accents nor case, by French stems."""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Func, Value


class SansAccent(Func):
    """A text without accents, typographic signs made blanks: the SQL function of migration `doublons`, immutable."""

    function = "sans_accent"
    output_field = models.TextField()


def vecteur(*champs: str) -> SearchVector:
    """Return what an index and a search must both be written with, to the letter, for the index to be used."""
    return SearchVector(*(SansAccent(F(champ)) for champ in champs), config="french")


def question(texte: str) -> Any:
    """Return the query for a typed text: every word, « guillemets » for a phrase."""
    return SearchQuery(SansAccent(Value(texte)), config="french", search_type="websearch")
