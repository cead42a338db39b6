"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks._shared.certificates import certificate_paths
from vaxpass.desks.administration import units, views
from vaxpass.offices.roles import Permission

app_name = "administration"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("new", views.enrol, name="enrol"),
    path("<int:officer_id>", views.officer, name="officer"),
    path("<int:officer_id>/grant", views.grant, name="grant"),
    path("<int:officer_id>/end", views.end, name="end"),
    path("<int:officer_id>/switch", views.switch, name="switch"),
    path("<int:officer_id>/renew", views.renew, name="renew"),
    path("units/", units.units, name="units"),
    path("units/list/", units.unit_list, name="unit_list"),
    path("units/import/", units.unit_import, name="unit_import"),
    path("units/changes/<int:change_id>/drop/", units.unit_drop, name="unit_drop"),
    path("units/change/<slug:kind>/", units.unit_change, name="unit_change"),
    *certificate_paths(Permission.OFFICERS_ADMINISTER),
]
