"""Tables of people on this desk: each row a dose version, read through the door that writes the look down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.guard import DeskRequest
from vaxpass.desks._shared.tables import Column, Table
from vaxpass.desks._shared.templatetags.desk import birth_date, date_vi
from vaxpass.desks.ministry.words import office_label, product_name
from vaxpass.offices.queries import facility_names
from vaxpass.offices.roles import Permission
from vaxpass.records.access import list_versions
from vaxpass.records.facts import VersionFacts


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row: the dose, its facility in words, something more in words, and where the name leads."""

    version: VersionFacts
    facility: str
    note: str
    url: str

    @property
    def product(self) -> str:
        """The vaccine by the name that facilities write."""
        return product_name(self.version.dose.product)


COLUMNS: tuple[Column[PersonRow], ...] = (
    Column("name", _("Name"), lambda row: row.version.identity.full_name, link=lambda row: row.url),
    Column("born", _("Date of birth"), lambda row: birth_date(row.version.identity.birth_date)),
    Column("product", _("Vaccine"), lambda row: row.product),
    Column("given", _("Given on"), lambda row: date_vi(row.version.dose.given_on)),
    Column("facility", _("Facility"), lambda row: row.facility),
)
NOT_READY: Table[PersonRow] = Table(
    "people", _("People"), (*COLUMNS, Column("id", _("Record"), lambda row: row.version.version_id, sort=("pk",))), "id"
)
LEFT: Table[PersonRow] = Table(
    "left", _("Who left the run"), (*COLUMNS, Column("why", _("Why"), lambda row: row.note, sort=("code",))), "why"
)


def load_people(
    request: DeskRequest, purpose: str, note: Callable[[Any], str] = lambda _row: ""
) -> Callable[[Sequence[Any]], list[PersonRow]]:
    """Give the loader of a table whose raw rows carry `version_id`."""

    def load(part: Sequence[Any]) -> list[PersonRow]:
        notes = {row.version_id: note(row) for row in part}
        ids = list(dict.fromkeys(row.version_id for row in part))
        return person_rows(request, list_versions(request.actor, ids, purpose=purpose, now=request.now), notes)

    return load


def person_rows(request: DeskRequest, versions: Sequence[VersionFacts], notes: dict[int, str]) -> list[PersonRow]:
    """Dress versions for a table."""
    facilities = facility_names({version.facility_id for version in versions})
    language = get_language() or "vi"
    inspects = request.actor.may(Permission.HISTORY_SEE)
    return [
        PersonRow(
            version,
            office_label(facilities.get(version.facility_id), language),
            notes.get(version.version_id, ""),
            reverse("ministry:person", args=[version.person_id]) if inspects else "",
        )
        for version in versions
    ]
