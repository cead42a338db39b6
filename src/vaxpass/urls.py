"""Addresses; each desk brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from vaxpass.desks.integrators.serving import published

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("vaxpass.desks._shared.urls")),
    path("facility/", include("vaxpass.desks.facility.urls")),
    path("province/", include("vaxpass.desks.province.urls")),
    path("ministry/", include("vaxpass.desks.ministry.urls")),
    path("citizen/", include("vaxpass.desks.citizen.urls")),
    path("verify/", include("vaxpass.desks.verifier.urls")),
    path("integrators/", include("vaxpass.desks.integrators.urls")),
    path("published/<path:path>", published, name="published"),
    path("api/v1/", include("vaxpass.desks.integrators.api_urls")),
    path("oversight/", include("vaxpass.desks.oversight.urls")),
    path("support/", include("vaxpass.desks.support.urls")),
    path("officers/", include("vaxpass.desks.administration.urls")),
    path("account/", include("vaxpass.desks._shared.account_urls")),
]
