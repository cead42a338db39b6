"""Adding the passport to a phone's wallet: Apple's as a file, Google's as a link; each only where it is set up."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from vaxpass.adapters.wallet.apple import MEDIA_TYPE
from vaxpass.citizens.own import own_live_passport
from vaxpass.desks.citizen.guard import CitizenRequest, citizen_only
from vaxpass.desks.citizen.passport import read_own
from vaxpass.passports.face import Words
from vaxpass.wiring import apple_wallet, google_wallet

ORGANISATION = Words("Bộ Y tế Việt Nam", "Ministry of Health of Viet Nam")


@citizen_only
@require_GET
def apple(request: CitizenRequest, passport_id: int) -> HttpResponse:
    """Give the pass for Apple Wallet. Refuses PASSPORT_UNKNOWN, PASSPORT_NOT_LIVE; 404 where it is not set up."""
    wallet = apple_wallet()
    found = read_own(own_live_passport(request.citizen, passport_id, request.now), request.now)
    if wallet is None:
        raise Http404
    answer = HttpResponse(wallet.make_pass(found.face, ORGANISATION), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="vaccine-passport.pkpass"'
    return answer


@citizen_only
@require_http_methods(["GET", "POST"])
def google(request: CitizenRequest, passport_id: int) -> HttpResponse:
    """Say what Google will learn; only who agrees by a press gets the link that hands it over."""
    wallet = google_wallet()
    found = read_own(own_live_passport(request.citizen, passport_id, request.now), request.now)
    if wallet is None:
        raise Http404
    context: dict[str, object] = {"passport": found}
    if request.method == "POST":
        origin = f"{request.scheme}://{request.get_host()}"
        context["link"] = wallet.link(found.face, ORGANISATION, origin, request.now)
    return render(request, "citizen/google_wallet.html", context)
