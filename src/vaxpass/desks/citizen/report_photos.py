"""Reporting an error, the photos: taken in, shown back, taken away again. Also used when more is asked for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vaxpass.citizens import limits
from vaxpass.citizens.rules import Limit, Span
from vaxpass.desks._shared.politeness import visitor_of
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.citizen.report_door import ReportRequest, after, not_yet, reporting, step_context
from vaxpass.desks.citizen.report_draft import Draft, drop_photo, keep_draft, put_photo, take_photo
from vaxpass.offices.scope import Refused
from vaxpass.reports.evidence import MOST_BYTES, MOST_PICTURES, Evidence, read_evidence

if TYPE_CHECKING:  # Django does not let it be subscripted
    from django.core.files.uploadedfile import UploadedFile

# A whole district may share one address of a mobile network.
_FILES_HERE: Final = (Limit("photos-here", Span.HOUR, 1000, "ASKED_TOO_OFTEN_HERE"),)
# No camera makes a file that cannot be decoded in time; some of them at once would hold up everybody's pages.
_HEAVY_HERE: Final = (Limit("heavy-photos-here", Span.HOUR, 10, "ASKED_TOO_OFTEN_HERE"),)


@reporting
@require_http_methods(["GET", "POST"])
def photos(request: ReportRequest) -> HttpResponseBase:
    """Take photos in. Each file is taken or refused by itself, so that one bad file costs no good one."""
    early = not_yet(request, "photos")
    if early is not None:
        return early
    if request.method == "GET":
        return _page(request, [])
    if "remove" in request.POST:
        _remove(request.draft, request.POST["remove"])
        keep_draft(request, request.draft)
        return redirect("citizen:report_photos")
    problems = take_files(request, request.draft)
    request.draft.photos_done = "done" in request.POST and not problems
    keep_draft(request, request.draft)
    if problems:
        return _page(request, problems)
    return after(request, "photos") if request.draft.photos_done else redirect("citizen:report_photos")


def take_files(request: ReportRequest, draft: Draft) -> list[str]:
    """Put what was sent into the draft; give a sentence for each file that was refused."""
    problems = []
    for file in _files(request):
        try:
            _take(request, draft, file)
        except Refused as refused:
            problems.append(f"{_shown_name(file)}: {sentence(refused.code, refused.facts)}")
    return problems


def _files(request: ReportRequest) -> Iterable["UploadedFile[bytes]"]:
    return [*request.FILES.getlist("camera"), *request.FILES.getlist("photos")]


def _take(request: ReportRequest, draft: Draft, file: "UploadedFile[bytes]") -> None:
    if len(draft.photos) >= MOST_PICTURES:
        raise Refused("EVIDENCE_TOO_MANY", most=MOST_PICTURES)
    if (file.size or 0) > MOST_BYTES:  # before it is read into memory
        raise Refused("EVIDENCE_TOO_LARGE", most=MOST_BYTES // 1_000_000)
    limits.count(limits.limits_of(_FILES_HERE, visitor_of(request)), now=request.now)
    pictures = _read(request, file)
    if len(draft.photos) + len(pictures) > MOST_PICTURES:
        raise Refused("EVIDENCE_TOO_MANY", most=MOST_PICTURES)
    draft.photos += [put_photo(picture) for picture in pictures]


def _read(request: ReportRequest, file: "UploadedFile[bytes]") -> list[Evidence]:
    heavy = limits.limits_of(_HEAVY_HERE, visitor_of(request))
    limits.refuse_used_up(heavy, now=request.now)
    try:
        return read_evidence(file.name or "", file.read())
    except Refused as refused:
        if refused.code == "EVIDENCE_TOO_HEAVY":
            limits.count(heavy, now=request.now)
        raise


def _shown_name(file: "UploadedFile[bytes]") -> str:
    return (file.name or _("File"))[-40:]


def _remove(draft: Draft, place: str) -> None:
    if place.isascii() and place.isdigit() and int(place[:3]) < len(draft.photos):
        drop_photo(draft.photos.pop(int(place[:3])))


def evidence_of(draft: Draft) -> list[Evidence]:
    """Give the draft's pictures; those whose time is over are missing."""
    kept = [take_photo(key) for key in draft.photos]
    return [picture for picture in kept if picture is not None]


@reporting
@require_GET
def photo(request: ReportRequest, place: int) -> HttpResponseBase:
    """Show one photo back to who sent it, from the own session alone."""
    keys = request.draft.photos
    picture = take_photo(keys[place]) if place < len(keys) else None
    if picture is None:
        raise Http404
    return HttpResponse(picture.content, content_type="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})


def _page(request: ReportRequest, problems: list[str]) -> HttpResponseBase:
    context = {"photos": range(len(request.draft.photos)), **photo_context(request.draft, problems)}
    context |= step_context(request, "photos")
    return render(request, "citizen/report/photos.html", context, status=422 if problems else 200)


def photo_context(draft: Draft, problems: list[str]) -> dict[str, object]:
    """Give what the field for photos shows."""
    return {
        "problems": problems,
        "most": MOST_PICTURES,
        "most_bytes": MOST_BYTES,
        "left": MOST_PICTURES - len(draft.photos),
    }
