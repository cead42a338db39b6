"""The table of uploads, shared by the first page and the list."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.tables import Column, Filter, Table
from vaxpass.desks._shared.templatetags.desk import moment_vi, number
from vaxpass.desks.facility.words import STATUS_WORDS
from vaxpass.intake.queries import file_name, uploads_of
from vaxpass.offices.queries import officer_names
from vaxpass.offices.scope import Actor

_MOST = 500  # the newest uploads of an office that the list shows


@dataclass(frozen=True, slots=True)
class ShownUpload:
    """One upload as the list shows it."""

    id: UUID
    name: str
    officer: str
    status: str
    rows: int
    accepted: int
    refused: int
    uploaded_at: datetime


def uploads_shown(actor: Actor) -> list[ShownUpload]:
    """Give the office's newest uploads."""
    uploads = list(uploads_of(actor).order_by("-uploaded_at")[:_MOST])
    names = officer_names({upload.officer_id for upload in uploads})
    return [
        ShownUpload(
            upload.pk,
            file_name(upload),
            names.get(upload.officer_id, ""),
            upload.status,
            upload.rows,
            upload.accepted,
            upload.refused,
            upload.uploaded_at,
        )
        for upload in uploads
    ]


def status_chip(status: str) -> str:
    """Give the chip of a status."""
    word, tone = STATUS_WORDS[status]
    return render_to_string("parts/chip.html", {"chip": Chip(word, tone)})


UPLOADS: Table[ShownUpload] = Table(
    "uploads",
    _("Uploaded files"),
    (
        Column("name", _("File"), lambda one: one.name, link=lambda one: reverse("facility:upload", args=[one.id])),
        Column("status", _("State"), lambda one: status_chip(one.status), sort=("status",)),
        Column("rows", _("Rows"), lambda one: number(one.rows), sort=("rows",), numeric=True),
        Column("accepted", _("Accepted"), lambda one: number(one.accepted), sort=("accepted",), numeric=True),
        Column("refused", _("Refused"), lambda one: number(one.refused), sort=("refused",), numeric=True),
        Column("officer", _("Uploaded by"), lambda one: one.officer),
        Column("uploaded_at", _("Uploaded"), lambda one: moment_vi(one.uploaded_at), sort=("uploaded_at",)),
    ),
    default_sort="-uploaded_at",
    filters=(
        Filter(
            "status",
            _("State"),
            lambda rows, value: [row for row in rows if row.status == value],
            choices=tuple((status, words[0]) for status, words in STATUS_WORDS.items()),
        ),
    ),
    empty=_("No file was uploaded yet."),
)

LATEST: Table[ShownUpload] = replace(UPLOADS, caption=_("Latest files"), filters=())
"""The same without its filter, for the first page."""
