"""My passport: the code large and bright, its fields explained, earlier ones, and the ways to take it along."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from vaxproof.log.leaf import cose_digest

from vaxpass.citizens.own import nationality_on, own_holders, own_live_passport, own_passport
from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen.fields import FIELDS
from vaxpass.desks.citizen.guard import CitizenRequest, citizen_only
from vaxpass.desks.citizen.record import visit_context
from vaxpass.passports import pdf, qr
from vaxpass.passports.face import WORDING, Face, Field, read_face
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.orders.rules import OrderReason
from vaxpass.passports.queries import hc1_text
from vaxpass.passports.rules import Revocation, Shown, shown_status
from vaxpass.wiring import apple_wallet, google_wallet

CHIPS: Final[dict[Shown, Chip]] = {
    Shown.LIVE: Chip(_("In force"), "done"),
    Shown.SUPERSEDED: Chip(_("Superseded by a newer one"), "ended"),
    Shown.REVOKED: Chip(_("Revoked"), "refused"),
    Shown.EXPIRED: Chip(_("Passport expired"), "turn"),
}
_BY_MINISTRY: Final = _("The ministry revoked it. It is not valid anywhere any more; do not show it.")
_CORRECTED: Final = _(
    "Revoked because your record was corrected. It is not valid anywhere any more; a new one takes its place."
)
_WHY: Final[dict[Shown, Words]] = {
    Shown.LIVE: _("Valid at every border that checks such passports, together with your citizen card or passport."),
    Shown.SUPERSEDED: _("A newer passport counts more doses or runs longer. Show that one."),
    Shown.EXPIRED: _("Its twelve months are over. The ministry makes a new one; it then stands on this page."),
}
_WHY_REVOKED: Final[dict[str, Words]] = {
    Revocation.REPORT_ACCEPTED: _(
        "Revoked because a dose was taken out of your record. It is not valid anywhere any more; a new one counts the "
        "doses that are left, if they are enough."
    ),
    Revocation.DOSE_REPLACED: _CORRECTED,
}
_BY_ORDER: Final = frozenset(reason.value for reason in OrderReason)


def _why_revoked(reason: str) -> Words:
    if reason not in _BY_ORDER:
        return _WHY_REVOKED.get(reason, _BY_MINISTRY)
    words = gettext(
        "Revoked by an order of the ministry: %(why)s It is not valid anywhere any more; do not show it. "
        "If no other one stands here although you were vaccinated, report the error."
    )
    return words % {"why": sentence(reason)}


@dataclass(frozen=True, slots=True)
class OwnPassport:
    """A passport as the pages show it. `facts.id` names it in addresses; no number of a person does."""

    facts: PassportFacts
    face: Face
    shown: Shown

    @property
    def chip(self) -> Chip:
        """Its state in a word."""
        return CHIPS[self.shown]

    @property
    def why(self) -> Words:
        """Its state in a sentence, with the reason."""
        if self.shown is Shown.REVOKED:
            return _why_revoked(self.facts.status_reason)
        return _WHY[self.shown]

    @property
    def is_live(self) -> bool:
        """Whether it may be shown at a border now."""
        return self.shown is Shown.LIVE

    @property
    def explained(self) -> list[tuple[Field, Words]]:
        """The eleven fields, each with what it means."""
        return [(field, meaning) for field, (_name, meaning) in zip(self.face.fields, FIELDS, strict=True)]


@dataclass(frozen=True, slots=True)
class Holder:
    """One human of the visit with the passport in force, if any, and the earlier ones, newest first."""

    name: str
    live: OwnPassport | None
    earlier: tuple[OwnPassport, ...]


@citizen_only
@require_GET
def passports(request: CitizenRequest) -> HttpResponse:
    """Show the passport; where several people have one, let the citizen choose whose."""
    holders = holders_of(request)
    live = [holder for holder in holders if holder.live]
    if len(live) == 1:
        return _show(request, live[0], holders)
    return render(request, "citizen/passports.html", {"holders": holders, **visit_context(request)})


@citizen_only
@require_GET
def passport(request: CitizenRequest, passport_id: int) -> HttpResponse:
    """Show one passport in force; an ended one shows its fields and why it ended, and no code. PASSPORT_UNKNOWN."""
    wanted = read_own(own_passport(request.citizen, passport_id), request.now)
    holders = holders_of(request)
    holder = next(
        one for one in holders if wanted.facts.id in {each.facts.id for each in (one.live, *one.earlier) if each}
    )
    return _show(request, Holder(holder.name, wanted, tuple(o for o in holder.earlier if o != wanted)), holders)


@citizen_only
@require_GET
def passport_pdf(request: CitizenRequest, passport_id: int) -> HttpResponse:
    """Give the printed passport. Refuses PASSPORT_UNKNOWN, PASSPORT_NOT_LIVE; its file name says nothing."""
    found = read_own(own_live_passport(request.citizen, passport_id, request.now), request.now)
    answer = HttpResponse(pdf.render(found.face, request.now), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="vaccine-passport.pdf"'
    return answer


def read_own(facts: PassportFacts, now: datetime) -> OwnPassport:
    """Read the face of a passport that the door gave."""
    face = read_face(hc1_text(facts), nationality_on(facts))
    return OwnPassport(facts, face, shown_status(facts.status, facts.expires_at, now))


def holders_of(request: CitizenRequest) -> list[Holder]:
    """Give the people of the visit with their passports."""
    found = []
    for own in own_holders(request.citizen):
        all_of_them = [read_own(facts, request.now) for facts in own.passports]
        live = next((one for one in all_of_them if one.is_live), None)
        found.append(Holder(own.full_name, live, tuple(one for one in all_of_them if one != live)))
    return found


def code_of(code: qr.Qr) -> SafeString:
    """Draw the code: black on white, with its quiet zone."""
    return mark_safe(qr.svg_of(code))  # noqa: S308 -- drawn by us: numbers and letters of a path


def to_keep(found: OwnPassport, code: qr.Qr) -> dict[str, Any]:
    """Give what the device keeps when the holder asks for it: what the page shows, and nothing besides."""
    face = found.face
    return {
        "id": cose_digest(found.facts.cose).hex(),
        "text": face.text,
        "qr": {"side": code.size + 2 * qr.QUIET_ZONE, "path": qr.path_of(code)},
        "name": face.name,
        "latin": face.latin_name,
        "issuer": face.issuer,
        "validUntil": {"vi": face.valid_until.vi, "en": face.valid_until.en},
        "expiresAt": face.expires_at.isoformat(),
        "carry": WORDING["panels"]["carry"],
        "fields": [
            {
                "number": field.number,
                "label": {"vi": field.label.vi, "en": field.label.en},
                "value": {"vi": field.value.vi, "en": field.value.en},
            }
            for field in face.fields
        ],
    }


def _show(request: CitizenRequest, holder: Holder, holders: list[Holder]) -> HttpResponse:
    assert holder.live is not None
    context = {
        "holder": holder,
        "passport": holder.live,
        "others": [one for one in holders if one.live and one.live.facts.id != holder.live.facts.id],
        "words": WORDING,
        "apple": apple_wallet() is not None,
        "google": google_wallet() is not None,
        **visit_context(request),
    }
    if holder.live.is_live:
        code = qr.encode(holder.live.face.text)
        context |= {
            "code": code_of(code),
            "kept": to_keep(holder.live, code),
            "kept_url": reverse("citizen:kept"),
            "worker_url": reverse("citizen:kept_worker"),
        }
    return render(request, "citizen/passport.html", context)
