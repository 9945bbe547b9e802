"""The household's needs side by side: each with its state, who acts, by when, and one gesture to do next."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.actions.appels import PersonneSaisie
from dossiers.actions.courriers import demander_sur_dossier
from dossiers.actions.suivi import promettre_sur_dossier
from dossiers.lectures import fiche
from dossiers.models import Agent, Courrier, Demarche, Dossier, Engagement
from tests.aides import besoin, client_de, faire, ouvrir_dossier, personne, relu, texte_de

pytestmark = pytest.mark.django_db


def carte(agent, demarche):
    page = fiche.trouver(agent, demarche.dossier_id)
    (lue,) = [d for d in page.demarches.all() if d.pk == demarche.pk]
    lue.specifique.__dict__["etat"] = lue.__dict__["etat"] = demarche.etat
    return next(c for c in fiche.lire(agent, page).cartes if c.demarche.pk == demarche.pk)


@pytest.mark.parametrize("nom", sorted(Demarche.REGISTRE))
def test_une_carte_montre_un_geste_principal_et_un_seul_a_chaque_etat_et_a_chacun(bruno, nom):
    """All states × all agents of the territory: whoever may act finds one gesture first; ended, at most the way back."""
    classe = Demarche.REGISTRE[nom]
    dossier = ouvrir_dossier(bruno, besoins=(nom,))
    demarche = classe._default_manager.filter(dossier=dossier).first()
    Dossier.objects.filter(pk=dossier.pk).update(
        intervenants=list(bruno.territoire.organismes.values_list("pk", flat=True))
    )
    agents = [a for a in Agent.objects.filter(territoire=bruno.territoire) if a.peut_lire("identite")]
    fautes = []
    for etat in map(str, classe.Etat.values):
        demarche.__dict__["etat"] = etat
        for agent in agents:
            if not agent.peut(classe.section, 1):
                continue
            vue = carte(agent, demarche)
            boutons = [b for b in (vue.principal, *vue.secondaires) if b]
            principaux = [b.geste.libelle for b in boutons if b.geste.est_principal(etat)]
            attendue = not classe.ATTENDUS or agent.organisme.nature in classe.ATTENDUS
            attendu = 1 if boutons and attendue and etat not in classe.FINAUX else len(principaux[:1])
            if not attendue and vue.principal is None:
                continue  # the payer is awaited: the line may only give up, or take up again
            if len(principaux) != attendu or (vue.principal is not None) != bool(principaux):
                fautes.append((etat, agent.prenom, principaux))
    assert fautes == []


def test_un_geste_bloque_dit_pourquoi_sur_la_carte(foyer, bruno):
    faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    faire(besoin(foyer, "formalites"), "lancer", bruno)
    page = texte_de(client_de(bruno).get(reverse("dossiers.fiche", args=[foyer.pk])))
    assert "Clore les formalités Étapes obligatoires à finir ou à déclarer sans objet :" in page


def test_chaque_carte_dit_l_etat_qui_agit_et_quand(foyer, bruno):
    page = texte_de(client_de(bruno).get(reverse("dossiers.fiche", args=[foyer.pk])))
    for nom in ("Formalités Exprimées", "Logement Exprimé", "Scolarisation", "Emploi du conjoint"):
        assert nom in page
    assert page.count("Qui agit") == 4


def test_la_fiche_montre_les_promesses_et_courriers_que_la_porte_montre(foyer, amina, bruno, chloe, driss, estelle):
    Dossier.objects.filter(pk=foyer.pk).update(intervenants=[a.organisme_id for a in (bruno, chloe, driss)])
    for agent in (bruno, chloe):
        promettre_sur_dossier(
            foyer,
            agent=agent,
            cle=uuid.uuid4(),
            nature="rappel",
            pour_le=timezone.now() + dt.timedelta(days=2),
            quoi="",
        )
    faire(foyer, "qualifier", bruno)
    demander_sur_dossier(relu(foyer), "C14", agent=bruno, version=relu(foyer).version, cle=uuid.uuid4())
    vus = {}
    for agent in (amina, bruno, chloe, driss, estelle):
        page = fiche.lire(agent, fiche.trouver(agent, foyer.pk))
        vus[agent.prenom] = ({e.pk for e in page.engagements}, {c.pk for c in page.courriers})
        de_la_porte = [m.objects.visibles_par(agent).filter(dossier=foyer) for m in (Engagement, Courrier)]
        assert vus[agent.prenom] == tuple({x.pk for x in lus} for lus in de_la_porte), agent
    assert vus["Chloé"][0] < vus["Bruno"][0]
    assert vus["Chloé"][1] < vus["Bruno"][1]


def test_la_pause_dit_jusqu_a_quand(foyer, bruno):
    from tests.aides import dans

    faire(foyer, "suspendre", bruno, reveil_le=dans(30), motif="delai")
    assert "Suspendu jusqu’au" in texte_de(client_de(bruno).get(reverse("dossiers.fiche", args=[foyer.pk])))


def test_qui_n_a_pas_de_numero_n_a_pas_de_bouton_vide(bruno):
    sans_numero = PersonneSaisie(role="conjoint", metier="professeur")
    dossier = ouvrir_dossier(bruno, personnes=(personne(), sans_numero))
    page = client_de(bruno).get(reverse("dossiers.fiche", args=[dossier.pk]))
    assert (page.content.decode().count("data-copier"), [p.numeros for p in page.context["fiche"].participants]) == (
        1, [["+33465711220"], []],
    )  # fmt: skip
    assert page.context["fiche"].intitule == "Dr Claire Delmas et conjoint"
