"""The documents of a household: who writes them, what is refused, what the page and the timeline say."""

import datetime as dt
import uuid

import pytest

from dossiers.actions.operation import DejaFait
from dossiers.actions.pieces import corriger, recevoir
from dossiers.erreurs import Introuvable, Perime, Refus
from dossiers.models import Piece
from tests.aides import besoin, client_de, clore, dans, faire, jetons, refuse, relu, texte_de

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def ecrire(dossier, agent, **champs):
    return recevoir(dossier, agent=agent, version=relu(dossier).version, cle=uuid.uuid4(), **champs)


def test_un_document_sans_etape_choisie_sert_les_siennes(foyer, bruno):
    piece = relu(ecrire(foyer, bruno, nature="inscription", recue_le=dans(-2)))
    assert (str(piece), piece.etapes, piece.est_valable) == (
        "attestation d’inscription à l’Ordre", ["F19", "F21", "F24"], True,
    )  # fmt: skip
    assert piece.history.get().history_geste == "recevoir_piece"


def test_un_document_attendu_se_recoit_puis_vieillit(foyer, bruno):
    piece = ecrire(foyer, bruno, nature="casier")
    assert piece.est_valable is False
    version = relu(foyer).version
    recue = corriger(piece, agent=bruno, version=version, cle=uuid.uuid4(), recue_le=dans(-1), etabli_le=dans(-120))
    assert (recue.est_valable, recue.perime_le < dans(0), relu(foyer).version) == (False, True, version + 1)
    renouvelee = corriger(recue, agent=bruno, version=version + 1, cle=uuid.uuid4(), etabli_le=dans(-3))
    assert renouvelee.est_valable is True


def test_un_document_mal_dit_est_refuse(foyer, bruno):
    phrases = [
        refuse(lambda c=champs: ecrire(foyer, bruno, **c), Refus)
        for champs in (
            {"nature": "photo"},
            {"nature": "autre"},
            {"nature": "rib", "etabli_le": dans(0), "expire_le": dans(-1)},
        )
    ]
    assert phrases == [
        "Choisissez dans la liste.",
        "Dites de quel document il s’agit.",
        "Un document n’expire pas avant d’être établi.",
    ]
    assert Piece.objects.count() == 0


def test_envoye_deux_fois_le_document_n_est_ecrit_qu_une(foyer, bruno):
    cle, version = uuid.uuid4(), relu(foyer).version
    recevoir(foyer, agent=bruno, version=version, cle=cle, nature="rib")
    with pytest.raises(DejaFait):
        recevoir(foyer, agent=bruno, version=version, cle=cle, nature="rib")
    with pytest.raises(Perime):
        recevoir(foyer, agent=bruno, version=version, cle=uuid.uuid4(), nature="rib")
    assert Piece.objects.count() == 1


def test_seuls_ceux_qui_ecrivent_les_formalites_notent_un_document(foyer, amina, fabien, chloe):
    for agent in (amina, fabien):
        with pytest.raises(Introuvable):
            ecrire(foyer, agent, nature="rib")
    assert ecrire(foyer, chloe, nature="rib").nature == "rib"


def test_un_dossier_clos_ne_recoit_plus_de_document(foyer, bruno):
    clore(foyer, bruno)
    assert refuse(lambda: ecrire(foyer, bruno, nature="rib"), Refus) == "Le dossier est clos : rouvrez-le d’abord."


def test_le_document_se_note_par_la_page_et_dit_ce_qui_manque_a_l_etape(foyer, bruno):
    faire(besoin(foyer, "formalites"), "etablir_parcours", bruno, profil="LIB")
    client, fiche = client_de(bruno), f"/dossiers/{foyer.pk}/"
    assert "manque : pièce d’identité, extrait de casier judiciaire" in texte_de(client.get(fiche))
    champs = {"nature": "casier", "recue_le": dans(0).isoformat(), "etabli_le": dans(-100).isoformat(), "etapes": "F08"}
    reponse = client.post(f"{fiche}piece/", {**champs, **jetons(foyer)}, follow=True)
    page = texte_de(reponse)
    assert "Le document est enregistré." in page
    assert "extrait de casier judiciaire (n’est plus valable depuis le" in page
    assert ("Document noté" in page, "Document : extrait de casier judiciaire" in page) == (True, True)
    piece = Piece.objects.get()
    assert (piece.etapes, piece.recue_le, piece.perime_le < dans(0)) == (["F08"], dans(0), True)
    client.post(f"{fiche}piece/{piece.pk}/", {**champs, "etabli_le": dans(-2).isoformat(), **jetons(foyer)})
    assert (relu(piece).etabli_le, relu(piece).est_valable) == (dans(-2), True)


def test_un_document_n_est_pas_recu_demain(foyer, bruno):
    champs = {"nature": "rib", "recue_le": (dans(0) + dt.timedelta(1)).isoformat(), **jetons(foyer)}
    reponse = client_de(bruno).post(f"/dossiers/{foyer.pk}/piece/", champs)
    assert (reponse.status_code, "à une date à venir" in texte_de(reponse)) == (422, True)


def test_qui_ne_lit_pas_les_formalites_ne_voit_aucun_document(foyer, bruno, amina, driss):
    ecrire(foyer, bruno, nature="autre", libelle="Photos d’identité")
    assert "Photos d’identité" in texte_de(client_de(bruno).get(f"/dossiers/{foyer.pk}/"))
    page = texte_de(client_de(amina).get(f"/dossiers/{foyer.pk}/"))
    assert ("Documents" in page, "Photos d’identité" in page) == (False, False)
    assert [Piece.objects.visibles_par(a).count() for a in (bruno, amina, driss)] == [1, 0, 0]
