"""What a letter may fetch while it is rendered: our own fonts, by name, and nothing else."""

from pathlib import Path
from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class AucunReseau(URLFetcher):
    """Refuses every address: the default fetcher followed a redirect inside and embedded a local file."""

    def __init__(self, polices: Path) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.polices = {f"police:{fichier.name}": fichier for fichier in polices.glob("*.ttf")}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the font asked for by `police:NAME`; raises for any other address, which stops the letter."""
        fichier = self.polices.get(url)
        if fichier is None:
            raise FatalURLFetchingError("Un courrier ne va rien chercher au dehors.")
        return URLFetcherResponse(url, body=fichier.read_bytes(), headers={"Content-Type": "font/ttf"})
