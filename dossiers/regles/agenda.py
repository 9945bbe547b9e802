"""The secret of a calendar's address, and its fingerprint."""

import hashlib


def empreinte(jeton: str) -> str:
    """Return what is kept of a secret: its SHA-256. A secret of 256 random bits needs neither salt nor slowness."""
    return hashlib.sha256(jeton.encode()).hexdigest()
