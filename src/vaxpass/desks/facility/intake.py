"""A file's way through the desk: upload, columns, check, confirmation, result, refused rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks.facility.uploads import UPLOADS, status_chip, uploads_shown
from vaxpass.desks.facility.words import COLUMN_WORDS, PRODUCT_NAMES
from vaxpass.intake import actions, queries
from vaxpass.intake.columns import CANONICAL, REASON_HEADERS, REQUIRED, Cell, Column, is_reason_header, recognise
from vaxpass.intake.queries import FindingRow, UploadRow
from vaxpass.intake.rules import as_text
from vaxpass.intake.workbook import write_workbook
from vaxpass.jobs import intake as jobs
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAMPLE = 5
_PAGE = 50


_PLACE_DIGITS = 4  # a sheet has fewer columns than that


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("An .xlsx file, or .csv saved as UTF-8; at most 100,000 rows. Days are day/month/year."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


@needs(Permission.RECORD_ENTER, Permission.RECORD_MEND)
def uploads(request: DeskRequest) -> HttpResponse:
    """List the office's uploads."""
    return render(request, "facility/uploads.html", {"table": UPLOADS.show(request, uploads_shown(request.actor))})


@needs(Permission.RECORD_ENTER, Permission.RECORD_MEND)
def upload_new(request: DeskRequest) -> HttpResponseBase:
    """Take a file in; a refusal of the whole file is said beside the field."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload_id = actions.stage(request.actor, content=file.read(), file_name=file.name or "", now=request.now)
            return redirect("facility:upload", upload_id)
        except Refused as refused:
            form.add_error("file", sentence(refused.code, refused.facts))
    status = 422 if request.method == "POST" else 200
    may_enter = request.actor.may(Permission.RECORD_ENTER)
    return render(request, "facility/upload_new.html", {"form": form, "may_enter": may_enter}, status=status)


@needs(Permission.RECORD_ENTER, Permission.RECORD_MEND)
def upload(request: DeskRequest, upload_id: UUID) -> HttpResponse:
    """Show an upload as it stands: columns, progress, check, or result."""
    one = queries.upload_in_reach(request.actor, upload_id)
    return render(request, "facility/upload.html", _context(request, one))


def _context(request: DeskRequest, one: UploadRow, refused: Refused | None = None) -> dict[str, object]:
    context: dict[str, object] = {
        "upload": one,
        "name": queries.file_name(one),
        "status_chip": status_chip(one.status),
        "may_confirm": queries.may_confirm(request.actor),
        "problem": sentence(refused.code, refused.facts) if refused else "",
        "new_doses": one.accepted - one.replacing,
    }
    if one.status in {"STAGED", "CHECKED"}:
        context["columns"] = list(_column_choices(one))
        context["samples"] = [
            (row, [as_text(cell) for cell in cells]) for row, cells in queries.sample_rows(one, _SAMPLE)
        ]
    if one.status in {"CHECKED", "CONFIRMED"}:
        context |= _outcome(request, one)
    return context


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that we need, the headers of the file to choose from, and what is chosen."""

    name: str
    label: object
    required: bool
    options: list[tuple[int, str, bool]]
    missing: bool


def _column_choices(one: UploadRow) -> Iterator[ColumnChoice]:
    mapping = queries.mapping_of(one)
    headers = [(place, text) for place, text in enumerate(one.headers) if text and not is_reason_header(text)]
    for column in Column:
        options = [(place, text, mapping.get(column) == place) for place, text in headers]
        required = column in REQUIRED
        yield ColumnChoice(
            column.value, COLUMN_WORDS[column.value], required, options, required and column not in mapping
        )


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding in words."""

    row: int
    column: object
    code: str
    sentence: str


def _shown(findings: Sequence[FindingRow]) -> list[ShownFinding]:
    return [
        ShownFinding(one.row, COLUMN_WORDS.get(one.column, one.column), one.code, _sentence(one.code, one.twin_row))
        for one in findings
    ]


def _sentence(code: str, twin_row: int | None) -> str:
    text = sentence(code)
    if twin_row is None:
        return text
    twin = _("See row %(row)s.") % {"row": twin_row}
    return f"{text} {twin}"


def _outcome(request: DeskRequest, one: UploadRow) -> dict[str, object]:
    pages = Paginator(queries.findings_of(one, refusing=True), _PAGE)
    page = pages.get_page(request.GET.get("page"))
    return {
        "page": page,
        "findings": _shown(list(page.object_list)),
        "codes": [(sentence(code), count) for code, count in queries.count_findings(one, refusing=True)],
        "remarks": [(sentence(code), count) for code, count in queries.count_findings(one, refusing=False)],
        "understood": [(dose, PRODUCT_NAMES.get(dose.dose.product, "")) for dose in queries.sample_doses(one, _SAMPLE)],
        "can_download": queries.has_refused_rows(one),
    }


@needs(Permission.RECORD_ENTER, Permission.RECORD_MEND)
@require_POST
def upload_map(request: DeskRequest, upload_id: UUID) -> HttpResponseBase:
    """Take the columns as chosen and have the rows checked."""
    chosen = {column: request.POST.get(column.value, "") for column in Column}
    mapping = {
        column: int(place)
        for column, place in chosen.items()
        if place.isascii() and place.isdigit() and len(place) <= _PLACE_DIGITS
    }
    try:
        with transaction.atomic():
            rows = actions.map_columns(request.actor, upload_id, mapping)
            jobs.check_soon(upload_id, rows)
    except Refused as refused:
        return _again(request, upload_id, refused, mapping)
    return redirect("facility:upload", upload_id)


def _again(
    request: DeskRequest, upload_id: UUID, refused: Refused, mapping: dict[Column, int] | None = None
) -> HttpResponse:
    """Show the page again with the refusal on it; what was chosen stays chosen."""
    one = queries.upload_in_reach(request.actor, upload_id)
    if mapping is not None:
        one.mapping = {column.value: place for column, place in mapping.items()}
    return render(request, "facility/upload.html", _context(request, one, refused), status=422)


@needs(Permission.UPLOAD_CONFIRM, Permission.RECORD_MEND)
@require_POST
def upload_confirm(request: DeskRequest, upload_id: UUID) -> HttpResponseBase:
    """Say yes: everything accepted is stored, at once or soon."""
    try:
        with transaction.atomic():
            stated = request.POST.get("stated") == "yes"
            rows = actions.confirm(request.actor, upload_id, states_foreigners=stated, now=request.now)
            jobs.store_soon(upload_id, rows)
    except Refused as refused:
        return _again(request, upload_id, refused)
    return redirect("facility:upload", upload_id)


@needs(Permission.RECORD_ENTER, Permission.RECORD_MEND)
@require_POST
def upload_discard(request: DeskRequest, upload_id: UUID) -> HttpResponseBase:
    """Throw the file away before anything of it was stored."""
    actions.discard(request.actor, upload_id, now=request.now)
    messages.success(request, _("The file was thrown away; nothing of it was stored."))
    return redirect("facility:uploads")


@needs(Permission.RECORD_ENTER, Permission.RECORD_MEND)
def upload_refused(request: DeskRequest, upload_id: UUID) -> HttpResponse:
    """Give the refused rows as a spreadsheet, reasons beside, ready to be mended and uploaded again."""
    one = queries.upload_in_reach(request.actor, upload_id)
    if not queries.has_refused_rows(one):
        raise Refused("NO_REFUSED_ROWS")
    actions.note_download(request.actor, upload_id, now=request.now)
    places = [place for place, text in enumerate(one.headers) if not is_reason_header(text)]
    header = [_header(one, place) for place in places]
    rows = (
        [_cell(refused.cells, place) for place in places] + _reasons(refused) for refused in queries.refused_rows(one)
    )
    content = write_workbook(header + list(REASON_HEADERS), rows, marked=range(len(header), len(header) + 3))
    return spreadsheet(content, f"refused-{one.uploaded_at:%Y%m%d}-{one.pk.hex[:8]}.xlsx")


def spreadsheet(content: bytes, name: str) -> HttpResponse:
    """Answer with an .xlsx file; `name` in ASCII, without personal data."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _header(one: UploadRow, place: int) -> str:
    """Keep the file's own word where it is recognised; else the one that is, so that the mended file maps itself."""
    column = next((column for column, mapped in queries.mapping_of(one).items() if mapped == place), None)
    text = str(one.headers[place])
    return text if column is None or recognise(text) is column else CANONICAL[column]


def _cell(cells: list[Cell], place: int) -> str:
    cell = cells[place] if place < len(cells) else None
    return cell if isinstance(cell, str) else as_text(cell)


def _reasons(refused: queries.RefusedRow) -> list[str]:
    return [str(refused.row), _reasons_in("vi", refused), _reasons_in("en", refused)]


def _reasons_in(language: str, refused: queries.RefusedRow) -> str:
    with override(language):
        told = [(COLUMN_WORDS.get(column, column), _sentence(code, twin)) for column, code, twin in refused.reasons]
        return " | ".join(f"{word}: {text}" for word, text in told)
