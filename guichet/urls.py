"""Every address of the product, one line a screen; each name has its line in `regles/droits.py`."""

from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, path

from dossiers.views import appels, courriers, dossiers, gestes, journee, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.accueil, name="accueil"),
    path("sante/", pages.sante, name="sante"),
    path("theme/<slug:code>.css", pages.theme, name="theme"),
    path("accessibilite/", pages.accessibilite, name="accessibilite"),
    path("donnees-personnelles/", pages.donnees_personnelles, name="donnees_personnelles"),
    path("mentions/", pages.mentions, name="mentions"),
    path("matrice-des-droits/", pages.matrice, name="matrice"),
    path("reglages/", pages.reglages, name="reglages"),
    path("connexion/", auth.LoginView.as_view(redirect_authenticated_user=True), name="connexion"),
    path("deconnexion/", auth.LogoutView.as_view(), name="deconnexion"),
    path("mot-de-passe/", pages.MotDePasse.as_view(), name="mot_de_passe"),
    path(
        "mot-de-passe/change/",
        auth.PasswordChangeDoneView.as_view(template_name="registration/mot_de_passe_change.html"),
        name="mot_de_passe_change",
    ),
    path("journee/", journee.journee, name="journee"),
    path("promesses/", journee.engagements, name="engagements.liste"),
    path("promesses/<int:pk>/issue/", gestes.issue, name="engagements.issue"),
    path("tableau/", journee.tableau, name="tableau"),
    path("appels/", appels.liste, name="appels.liste"),
    path("appels/nouveau", appels.nouveau, name="appels.nouveau"),
    path("appels/qui/", appels.qui, name="appels.qui"),
    path("appels/<int:pk>/", appels.fiche, name="appels.fiche"),
    path("recherche/", dossiers.recherche, name="recherche"),
    path("dossiers/", dossiers.liste, name="dossiers.liste"),
    path("dossiers/export.csv", dossiers.export, name="dossiers.export"),
    path("dossiers/<int:pk>/", dossiers.fiche, name="dossiers.fiche"),
    path("dossiers/<int:pk>/geste/<slug:code>/", gestes.dossier, name="dossiers.geste"),
    path("dossiers/<int:pk>/referent/", gestes.referent, name="dossiers.referent"),
    path("dossiers/<int:pk>/projet/", gestes.projet, name="dossiers.projet"),
    path("dossiers/<int:pk>/besoin/", gestes.besoin, name="dossiers.besoin"),
    path("dossiers/<int:pk>/note/", gestes.note, name="dossiers.note"),
    path("dossiers/<int:pk>/promesse/", gestes.promesse, name="dossiers.promesse"),
    path("dossiers/<int:pk>/personne/", gestes.personne, name="dossiers.personne_nouvelle"),
    path("dossiers/<int:pk>/personne/<int:participant>/", gestes.personne, name="dossiers.personne"),
    path("dossiers/<int:pk>/courrier/<slug:code>/", courriers.nouveau, name="courriers.nouveau"),
    path("demarches/<int:pk>/geste/<slug:code>/", gestes.demarche, name="demarches.geste"),
    path("demarches/<int:pk>/affecter/", gestes.affecter, name="demarches.affecter"),
    path("demarches/<int:pk>/prendre/", gestes.prendre, name="demarches.prendre"),
    path("etapes/<int:pk>/geste/<slug:code>/", gestes.etape, name="etapes.geste"),
    path("courriers/", courriers.liste, name="courriers.liste"),
    path("courriers/<int:pk>/", courriers.fiche, name="courriers.fiche"),
    path("courriers/<int:pk>/pdf/", courriers.pdf, name="courriers.pdf"),
    path("courriers/<int:pk>/relancer/", courriers.relancer, name="courriers.relancer"),
]
