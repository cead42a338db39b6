"""Addresses of revocation orders, and of the standing orders that bring people to their next passport."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.ministry import revocation, revocation_decisions, standing

urlpatterns: list[URLPattern | URLResolver] = [
    path("revocations/", revocation.revocations, name="revocations"),
    path("revocations/new/", revocation.revocation_new, name="revocation_new"),
    path("revocations/<int:order_id>/", revocation.revocation, name="revocation"),
    path("revocations/<int:order_id>/mark/", revocation_decisions.revocation_mark, name="revocation_mark"),
    path("revocations/<int:order_id>/propose/", revocation_decisions.revocation_propose, name="revocation_propose"),
    path("revocations/<int:order_id>/discard/", revocation_decisions.revocation_discard, name="revocation_discard"),
    path("revocations/<int:order_id>/approve/", revocation_decisions.revocation_approve, name="revocation_approve"),
    path("revocations/<int:order_id>/refuse/", revocation_decisions.revocation_refuse, name="revocation_refuse"),
    path("runs/standing/", standing.standing_orders, name="standing"),
    path("runs/standing/<str:kind>/begin/", standing.standing_begin, name="standing_begin"),
    path("runs/standing/<str:kind>/end/", standing.standing_end, name="standing_end"),
]
