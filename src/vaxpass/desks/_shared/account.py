"""My account: who I am here, what my roles let me do, my second factor, my last sign-ins."""

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from vaxpass.desks._shared.guard import DeskRequest, signed_in
from vaxpass.offices.queries import get_office, roles_held, sign_ins_of


@signed_in
def mine(request: DeskRequest) -> HttpResponse:
    """Show the officer's own account."""
    actor = request.actor
    context = {
        "office": get_office(actor.office_id),
        "roles": roles_held(actor.officer_id, get_language() or "vi"),
        "factors": set(Authenticator.objects.filter(user_id=actor.officer_id).values_list("type", flat=True)),
        "sign_ins": sign_ins_of(actor.officer_id),
    }
    return render(request, "account/mine.html", context)
