"""Addresses of the rights under the data-protection law."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.citizen import rights, rights_copy

urlpatterns: list[URLPattern | URLResolver] = [
    path("rights/", rights.rights, name="rights"),
    path("rights/copy/", rights_copy.copy_shown, name="rights_copy"),
    path("rights/copy/file/", rights_copy.copy_file, name="rights_copy_file"),
    path("rights/consents/", rights.consents, name="rights_consents"),
    path("rights/ask/<str:kind>/", rights.ask, name="rights_ask"),
    path("rights/demands/<int:demand_id>/", rights.demand, name="rights_demand"),
    path("rights/demands/<int:demand_id>/back/", rights.take_back, name="rights_take_back"),
]
