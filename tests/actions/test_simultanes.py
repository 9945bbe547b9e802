"""Many agents at once on a few files: real transactions, every success counted once, every loser told why."""

import threading
import time
import uuid
from collections import Counter
from random import Random

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.demarches import avancer
from dossiers.erreurs import Refus
from dossiers.models import Agent, Appel, Courrier, Demarche, Dossier, Machine, Operation, Position
from tests.aides import donner_referent, ouvrir_dossier, texte_de
from tests.workflows.vies import saisie

FILS = 8
TAILLES = {False: {"gestes": 30, "dossiers": 6}, True: {"gestes": 250, "dossiers": 20}}
"""How much each thread tries, on how many files: the suite's measure, and `--complet`'s."""


class Fil(threading.Thread):
    """One agent in a hurry: reads a page, thinks a little, then acts on what they saw."""

    def __init__(self, rang, agent, dossiers, combien, depart):
        super().__init__()
        self.hasard, self.agent, self.dossiers, self.combien, self.depart = (
            Random(rang),
            agent,
            dossiers,
            combien,
            depart,
        )
        self.par_page = rang % 2 == 0
        self.reussites, self.perdus, self.pannes = [], [], []

    def run(self):
        self.depart.wait()
        try:
            # each request reads its own agent, as the door does
            self.agent = Agent.objects.get(pk=self.agent.pk)
            client = Client(raise_request_exception=False)
            client.force_login(self.agent)
            for _ in range(self.combien):
                self.agir(client)
        except Exception as panne:  # noqa: BLE001 - whatever it is, the test must say it
            self.pannes.append(repr(panne))
        finally:
            connections.close_all()

    def agir(self, client):
        dossier = Dossier.objects.get(pk=self.hasard.choice(self.dossiers))
        objets = [dossier, *(d.specifique for d in Demarche.objects.specifiques().filter(dossier=dossier))]
        possibles = [(o, g) for o in objets for g in o.gestes_possibles() if not g.interne]
        objet, geste = self.hasard.choice(possibles)
        faits, cle = saisie(objet, geste, self.hasard), uuid.uuid4()
        time.sleep(self.hasard.random() / 100)
        envoyer = self.envoyer_la_page if self.par_page else self.executer
        envoyer(client, objet, geste, faits, dossier, cle)

    def executer(self, client, objet, geste, faits, dossier, cle):
        try:
            avancer(objet, geste.code, agent=self.agent, version=dossier.version, cle=cle, **faits)
        except Refus as refus:
            self.perdus.append(refus.phrase)
        else:
            self.reussites.append((dossier.pk, cle))

    def envoyer_la_page(self, client, objet, geste, faits, dossier, cle):
        nom = "dossiers.geste" if objet is dossier or isinstance(objet, Dossier) else "demarches.geste"
        champs = {k: en_formulaire(v) for k, v in faits.items() if v not in (None, False)}
        reponse = client.post(
            reverse(nom, args=[objet.pk, geste.code]), {**champs, "cle": str(cle), "version": dossier.version}
        )
        if reponse.status_code == 302:
            self.reussites.append((dossier.pk, cle))
        elif reponse.status_code in {409, 422}:
            self.perdus.append(texte_de(reponse))
        else:
            self.pannes.append(f"{reponse.status_code} {nom} {geste.code}")


def en_formulaire(valeur):
    return valeur.isoformat() if hasattr(valeur, "isoformat") else valeur


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_huit_agents_a_la_fois_chaque_reussite_compte_une_fois(request, bruno, estelle):
    taille = TAILLES[request.config.getoption("--complet")]
    dossiers = [donner_referent(ouvrir_dossier(bruno), bruno).pk for _ in range(taille["dossiers"])]
    versions = dict(Dossier.objects.values_list("pk", "version"))
    depart = threading.Barrier(FILS)
    fils = [Fil(rang, (bruno, estelle)[rang % 3 == 0], dossiers, taille["gestes"], depart) for rang in range(FILS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    reussites = [r for fil in fils for r in fil.reussites]
    perdus = [p for fil in fils for p in fil.perdus]
    assert [p for fil in fils for p in fil.pannes] == []
    assert len(reussites) + len(perdus) == FILS * taille["gestes"]
    assert [
        p for p in perdus if not p.rstrip().endswith((".", "?")) and "À corriger" not in p and "changé" not in p
    ] == []
    par_dossier = Counter(pk for pk, _ in reussites)
    avancees = {pk: v - versions[pk] for pk, v in Dossier.objects.values_list("pk", "version")}
    assert avancees == {pk: par_dossier[pk] for pk in versions}
    assert lignes_des_machines([cle for _, cle in reussites]) == Counter(cle for _, cle in reussites)
    assert Operation.objects.filter(cle__in=[cle for _, cle in reussites]).count() == len(reussites)
    # the test would prove nothing if nobody had met anybody
    assert sum("changé depuis" in p for p in perdus) >= 5
    assert len(reussites) >= taille["gestes"]


def lignes_des_machines(cles):
    """Count the history rows the acts left on what they moved: a step written by its path, or a partner's position that
    follows its démarche, is not the move."""
    comptes = Counter()
    for modele in apps.get_models():
        if issubclass(modele, Machine) and hasattr(modele, "history") and modele not in (Demarche, Position):
            lignes = modele.history.filter(history_operation__in=cles, history_type="~")
            comptes.update(lignes.values_list("history_operation", flat=True))
    return comptes


FORMULAIRES = 500


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_cinq_cents_formulaires_envoyes_deux_fois_a_la_fois_font_cinq_cents_dossiers(amina):
    """Two browsers' threads send each form at the same instant: one writes, the other lands where the first did."""
    formulaires = [_appel(rang) for rang in range(FORMULAIRES)]
    ensembles = [(formulaires[rang::4], threading.Barrier(2)) for rang in range(4)]
    paires = [[Double(amina, *ensemble) for _ in range(2)] for ensemble in ensembles]
    fils = [fil for paire in paires for fil in paire]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert [p for fil in fils for p in fil.pannes] == []
    assert [un.pages == autre.pages for un, autre in paires] == [True] * 4
    pages = {page for un, _ in paires for page in un.pages}
    assert (Dossier.objects.count(), Appel.objects.count(), len(pages)) == (FORMULAIRES,) * 3
    assert (Operation.objects.count(), Courrier.objects.count()) == (FORMULAIRES, FORMULAIRES)


class Double(threading.Thread):
    """One of the two that send each form."""

    def __init__(self, agent, formulaires, ensemble):
        super().__init__()
        self.agent, self.formulaires, self.ensemble = agent, formulaires, ensemble
        self.pages, self.pannes = [], []

    def run(self):
        try:
            client = Client()
            client.force_login(Agent.objects.get(pk=self.agent.pk))
            for formulaire in self.formulaires:
                self.ensemble.wait(timeout=60)
                self.pages.append(client.post(reverse("appels.nouveau"), formulaire).url)
        except Exception as panne:  # noqa: BLE001 - whatever it is, the test must say it
            self.pannes.append(repr(panne))
            self.ensemble.abort()
        finally:
            connections.close_all()


def _appel(rang):
    return {
        "recu_le": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S"), "canal": "telephone", "role": "candidat",
        "nom": f"Double{rang}", "numero": f"04 65 71 {rang // 100:02d} {rang % 100:02d}", "texte": "Cherche à Anduze",
        "urgence": "normale", "suite": "ouvrir", "issue": "information_donnee", "besoins": ["logement"], "cle": str(uuid.uuid4()),
        "motif_double": "homonyme",  # names this alike ask why
    }  # fmt: skip
