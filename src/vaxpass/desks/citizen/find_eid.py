"""Coming in with the electronic identity (VNeID): away to the provider, and back with its word."""

from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from vaxpass.citizens import limits
from vaxpass.citizens.ports import EidJourney
from vaxpass.citizens.rules import EID_HERE
from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen.guard import let_in
from vaxpass.jobs import citizens as jobs
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.wiring import electronic_identity

JOURNEY: Final = "eid"
"""In the session while the person is with the provider: state, nonce, verifier; taken out by the first answer."""
_UNPROCESSABLE, _AWAY = 422, 503


@open_to_all
@never_cache
@require_GET
def eid(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the provider."""
    now = datetime.now(UTC)
    try:
        limits.count(limits.limits_of(EID_HERE, visitor_of(request)), now=now)
        address, journey = electronic_identity().begin(_back(request), now)
    except (Refused, Unavailable) as trouble:
        return _trouble_page(request, trouble)
    request.session[JOURNEY] = journey.to_session()
    return redirect(address)


@open_to_all
@never_cache
@require_GET
def eid_back(request: HttpRequest) -> HttpResponseBase:
    """Take the provider's answer; who it names comes in. The code in this address is worth nothing any more by then."""
    now = datetime.now(UTC)
    try:
        kept = request.session.pop(JOURNEY, None)
        if kept is None:
            raise Refused("EID_STATE_WRONG")  # noqa: TRY301 -- the same page for every refusal
        provider = electronic_identity()
        claims = provider.finish(EidJourney.from_session(kept), request.GET.dict(), _back(request), now)
        citizen = jobs.enter_by_eid(claims, provider.issuer, now)
    except (Refused, Unavailable) as trouble:
        return _trouble_page(request, trouble)
    if not citizen.person_ids:
        return render(request, "citizen/find_eid_nobody.html")
    let_in(request, citizen)
    return redirect("citizen:record")


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("citizen:eid_back"))


def _trouble_page(request: HttpRequest, trouble: Refused | Unavailable) -> HttpResponse:
    is_away = isinstance(trouble, Unavailable)
    context = {"sentence": sentence(trouble.code), "code": trouble.code, "is_away": is_away}
    return render(request, "citizen/find_eid.html", context, status=_AWAY if is_away else _UNPROCESSABLE)
