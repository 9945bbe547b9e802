"""What reading tests share."""

import pytest

from dossiers.lectures import dossiers, pagination, tableau


@pytest.fixture
def borner(monkeypatch):
    """Return what sets the length of a page, or the cap of counts: prepared reads hold them, and are made again."""
    compilees = (dossiers._tranche, dossiers._compte, tableau._compiler)

    def oublier():
        for compilee in compilees:
            compilee.cache_clear()

    def fixer(**bornes: int):
        for nom, valeur in bornes.items():
            for module in (pagination, tableau):
                if hasattr(module, nom):
                    monkeypatch.setattr(module, nom, valeur)
        oublier()

    yield fixer
    oublier()
