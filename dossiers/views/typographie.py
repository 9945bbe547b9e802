"""The last hand a page passes through: what is read on screen is set as French is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dossiers.regles.typographie import typographier_page


class Typographie:
    """Middleware: give every page its unbreakable spaces and its apostrophes.

    Here rather than in four hundred sentences: an invisible character forgotten in a template is never seen in review.
    """

    def __init__(self, suite: Callable[[HttpRequest], HttpResponse]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the text of a page; a file, a stream or JSON goes through as it is."""
        reponse = self.suite(request)
        if not reponse.streaming and reponse.get("Content-Type", "").startswith("text/html"):
            reponse.content = typographier_page(reponse.text).encode()
        return reponse
