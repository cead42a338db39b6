"""Addresses of answering demands under the data-protection law."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.ministry import rights

urlpatterns: list[URLPattern | URLResolver] = [
    path("rights/", rights.demands, name="rights"),
    path("rights/<int:demand_id>/", rights.demand, name="rights_demand"),
    path("rights/<int:demand_id>/answer/", rights.answer, name="rights_answer"),
    path("rights/<int:demand_id>/extend/", rights.extend, name="rights_extend"),
]
