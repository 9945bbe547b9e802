"""What PostgreSQL itself lets happen to a state: a table written from the gestures' declarations at migration."""

from django.apps import apps
from django.db import models

from dossiers.models.demarches import Demarche
from dossiers.models.machine import Machine


class Transition(models.Model):
    """One change of state a declared gesture may make; an empty `de` says that a row may be found in the state `vers`.

    Derived: `management.barriere` writes it after each migration, a trigger on every machine's table reads it.
    """

    machine = models.CharField("machine", max_length=30)
    de = models.CharField("de", max_length=40, blank=True)
    vers = models.CharField("vers", max_length=40)

    objects = models.Manager["Transition"]()

    class Meta:
        verbose_name = "transition admise"
        constraints = [
            models.UniqueConstraint(
                fields=["machine", "de", "vers"],
                name="une_transition_une_fois",
                violation_error_message="Cette transition est déjà admise.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.machine} : {self.de or 'naissance'} → {self.vers}"


def machines() -> dict[str, type[Machine]]:
    """Return every machine by the name the database knows it by: a need by its type, any other by its model's name."""
    concretes = [m for m in apps.get_models() if issubclass(m, Machine) and m is not Demarche]
    return {(m.besoin if issubclass(m, Demarche) else str(m._meta.model_name)): m for m in concretes}


def admises(classe: type[Machine]) -> set[tuple[str, str]]:
    """Return the (from, to) pairs a machine's gestures declare, its states themselves as (« », state)."""
    pas = {("", str(etat)) for etat in classe.Etat.values}
    for code, declare in classe.gestes().items():
        arrivees = {declare.vers} if declare.vers else _retours(classe, code)
        pas |= {(de, vers) for de in declare.de for vers in arrivees if vers != de}
    return pas


def _retours(classe: type[Machine], code: str) -> set[str]:
    """Return where a gesture may lead whose body decides (`reprendre` goes back to the state held before)."""
    transitions = getattr(classe, code)._django_fsm.transitions.values()
    return {str(etat) for t in transitions for etat in t.target.allowed_states}
