"""The ways a wish can be declined; each carries the French sentence shown as it is."""


class Refus(Exception):
    """The rules do not allow it; `phrase` says why, `champ` names the field it concerns when there is one."""

    def __init__(self, phrase: str, champ: str | None = None) -> None:
        super().__init__(phrase)
        self.phrase = phrase
        self.champ = champ


class Perime(Refus):
    """Somebody wrote since the page was shown.

    Carries nothing personal: whoever catches it shows both values to those who may see them (design.md §4.4).
    """


class SansObjet(Refus):
    """What was to be done has lost its reason meanwhile: nobody has anything to mend."""


class Introuvable(Refus):
    """The object does not exist, or must not be known to exist: the answer is 404."""
