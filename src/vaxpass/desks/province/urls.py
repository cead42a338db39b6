"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks._shared.certificates import certificate_paths
from vaxpass.desks.province import delegation, report_urls, views
from vaxpass.offices.roles import Permission

app_name = "province"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("facilities/", views.facilities, name="facilities"),
    path("facilities/<int:facility_id>/", views.facility, name="facility"),
    path("facilities/<int:facility_id>/signer", delegation.signer, name="signer"),
    path("facilities/<int:facility_id>/signer/change", delegation.change_signer, name="change_signer"),
    *report_urls.urlpatterns,
    *certificate_paths(Permission.SIGNING_DELEGATE),
]
