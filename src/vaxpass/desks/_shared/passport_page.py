"""The passport as desks show it: one page and one PDF, the same at every desk that may see a passport."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.offices.scope import Refused
from vaxpass.passports import pdf, qr
from vaxpass.passports.access import access_passport
from vaxpass.passports.face import WORDING, Face, read_face
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.orders.rules import OrderReason
from vaxpass.passports.queries import hc1_text
from vaxpass.passports.rules import Shown, shown_status
from vaxpass.records.queries import get_versions

_CHIPS: dict[Shown, Chip] = {
    Shown.LIVE: Chip(_("In force"), "done"),
    Shown.SUPERSEDED: Chip(_("Superseded by a newer one"), "ended"),
    Shown.REVOKED: Chip(_("Revoked"), "refused"),
    Shown.EXPIRED: Chip(_("Passport expired"), "turn"),
}
_SENTENCES: dict[Shown, Words] = {
    Shown.SUPERSEDED: _("A newer passport took its place. Print that one; this code should no longer be shown."),
    Shown.REVOKED: _("This passport was revoked because its record was corrected. It must not be handed out."),
    Shown.EXPIRED: _("The code has ended. A new one must be issued before this passport can be used again."),
}
_BY_ORDER = frozenset(reason.value for reason in OrderReason)


def passport_chip(passport: PassportFacts, now: datetime) -> Chip:
    """Give the chip of a passport's state."""
    return _CHIPS[shown_status(passport.status, passport.expires_at, now)]


def face_of(passport: PassportFacts) -> Face:
    """Read the face; the nationality comes from the dose that the passport shows."""
    (version,) = get_versions([passport.version_id])
    return read_face(hc1_text(passport), version.identity.nationality)


def show_passport(request: DeskRequest, passport_id: int, *, pdf_url: str, back_url: str) -> HttpResponse:
    """Show one passport to an officer; refuses as access_passport does."""
    passport = access_passport(request.actor, passport_id, purpose="passport", now=request.now)
    shown = shown_status(passport.status, passport.expires_at, request.now)
    face = face_of(passport)
    context = {
        "face": face,
        "qr": mark_safe(qr.svg_of(qr.encode(face.text))),  # noqa: S308 -- drawn by us: numbers and letters of a path
        "words": WORDING,
        "state": _CHIPS[shown],
        "state_sentence": _state_sentence(passport, shown),
        "is_live": shown is Shown.LIVE,
        "pdf_url": pdf_url,
        "back_url": back_url,
    }
    return render(request, "passports/page.html", context)


def _state_sentence(passport: PassportFacts, shown: Shown) -> str:
    """Say why it is not in force; an order of the ministry is told with its reason."""
    if shown is Shown.REVOKED and passport.status_reason in _BY_ORDER:
        why = {"why": sentence(passport.status_reason)}
        return (
            gettext("This passport was revoked by an order of the ministry: %(why)s It must not be handed out.") % why
        )
    return str(_SENTENCES.get(shown, ""))


def print_passport(request: DeskRequest, passport_id: int) -> HttpResponse:
    """Give the PDF of a passport in force; its name in the browser says nothing about the person.

    Refuses as access_passport does, and PASSPORT_NOT_LIVE: what is revoked, superseded or expired is not handed out.
    """
    passport = access_passport(request.actor, passport_id, purpose="passport-print", now=request.now)
    if shown_status(passport.status, passport.expires_at, request.now) is not Shown.LIVE:
        raise Refused("PASSPORT_NOT_LIVE")
    response = HttpResponse(pdf.render(face_of(passport), request.now), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="passport-{passport.id}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
