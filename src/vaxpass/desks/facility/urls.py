"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.facility import corrections

app_name = "facility"
urlpatterns: list[URLPattern | URLResolver] = [
    path("records/<int:version_id>/correction", corrections.correction_ask, name="correction_ask"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:report_id>/", corrections.correction, name="correction"),
    path("corrections/<int:report_id>/accept", corrections.correction_accept, name="correction_accept"),
    path("corrections/<int:report_id>/refuse", corrections.correction_refuse, name="correction_refuse"),
]
