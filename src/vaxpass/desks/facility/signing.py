"""What waits for a signer: counts per facility, a new batch, records that were held back."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.facility_signing import actions, queries
from vaxpass.facility_signing.facts import MOST_DOSES, BatchFacts, Signable
from vaxpass.offices.queries import facility_names, officer_names
from vaxpass.offices.roles import Permission
from vaxpass.records.access import list_versions

PRODUCTS = {product.mp: product.vietnamese_name for product in LICENSED_IN_VIETNAM}
MOST_HELD_SHOWN = 100


@dataclass(frozen=True, slots=True)
class FacilityWaits:
    """One facility of the page: its name, what waits there by product, its open batches and who prepared them."""

    id: int
    name: str
    waits: Signable
    products: list[tuple[str, int]]
    open: list[tuple[BatchFacts, str]]

    @property
    def oldest(self) -> datetime | None:
        """The time since which the oldest dose waits."""
        return self.waits.oldest

    @property
    def in_next_batch(self) -> int:
        """How many doses a batch prepared now takes."""
        return min(self.waits.ready, MOST_DOSES)


@needs(Permission.DOSES_ATTEST)
@require_GET
def ready(request: DeskRequest) -> HttpResponse:
    """Show what is ready to sign at every facility that the officer signs for."""
    signable = queries.list_signable(request.actor)
    batches = queries.open_batches(request.actor)
    names = facility_names({one.facility_id for one in signable})
    people = officer_names({batch.prepared_by for batch in batches})
    language = get_language() or "vi"
    facilities = [
        FacilityWaits(
            one.facility_id,
            names[one.facility_id].name(language),
            one,
            sorted((PRODUCTS.get(code, code), number) for code, number in one.by_product.items()),
            [(batch, people[batch.prepared_by]) for batch in batches if batch.facility_id == one.facility_id],
        )
        for one in signable
    ]
    context = {"facilities": facilities, "held_back": sum(one.held_back for one in signable), "most": MOST_DOSES}
    return render(request, "facility/signing/ready.html", context)


@needs(Permission.DOSES_ATTEST)
@require_POST
def prepare(request: DeskRequest, facility_id: int) -> HttpResponse:
    """Prepare a batch and go to its sample."""
    batch = actions.prepare_batch(request.actor, facility_id, now=request.now)
    return redirect("facility:batch", batch.id)


@needs(Permission.DOSES_ATTEST)
@require_GET
def held_back(request: DeskRequest) -> HttpResponse:
    """List the records that a signer found wrong and that nobody has mended yet."""
    ids = queries.list_held_back(request.actor)[:MOST_HELD_SHOWN]
    versions = list_versions(request.actor, ids, purpose="held_back", now=request.now)
    lines = [(version, PRODUCTS.get(version.dose.product, version.dose.product)) for version in versions]
    return render(request, "facility/signing/held_back.html", {"lines": lines, "back": reverse("facility:ready")})


@needs(Permission.DOSES_ATTEST)
@require_POST
def let_through(request: DeskRequest, version_id: int) -> HttpResponse:
    """Let a held-back record wait for its signature again."""
    actions.let_through(request.actor, version_id, now=request.now)
    return redirect("facility:held_back")
