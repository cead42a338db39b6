"""Tables: what the address may ask for, and what it may not."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.factories import make_office
from vaxpass.desks._shared.tables import Column, Filter, Page, Table
from vaxpass.offices.models import Office


@dataclass(frozen=True)
class Lot:
    name: str
    doses: int


LOTS = [Lot(f"FK{number:04d}", number % 7) for number in range(60)]
TABLE: Table[Lot] = Table(
    "lots",
    "Lots",
    (
        Column("name", "Name", lambda lot: lot.name, sort=("name",)),
        Column("doses", "Doses", lambda lot: lot.doses, sort=("doses",), numeric=True),
        Column("half", "Half", lambda lot: lot.doses / 2),
    ),
    default_sort="name",
    filters=(
        Filter(
            "odd", "Odd", lambda rows, value: [r for r in rows if r.doses % 2 == int(value)], choices=(("1", "yes"),)
        ),
        Filter("name", "Name", lambda rows, text: [r for r in rows if text in r.name]),
    ),
)


def shown(address: str = "/lots", rows: Any = LOTS) -> Page:
    return TABLE.show(RequestFactory().get(address), rows)


def first_cells(page: Page) -> list[object]:
    return [row[0].value for row in page.rows]


def test_a_page_is_cut_and_says_where_it_is() -> None:
    page = shown("/lots?page=2")
    assert (page.first, page.last, page.count, page.number, page.pages) == (26, 50, 60, 2, 3)
    assert first_cells(page)[0] == "FK0025"
    assert "page=1" in page.previous_url
    assert "page=3" in page.next_url


def test_sorting_turns_round_and_goes_back_to_the_first_page() -> None:
    page = shown("/lots?sort=-name&page=2")
    assert first_cells(page)[0] == "FK0034"
    name, doses, half = page.headings
    assert name.aria_sort == "descending"
    assert "sort=name" in name.url
    assert "page=1" in name.url
    assert doses.aria_sort == "none"
    assert (half.url, half.aria_sort) == ("", "")


@pytest.mark.parametrize(
    "query",
    ["sort=half", "sort=password", "sort=-pk", "page=0", "page=-1", "page=x", "page=9999999999", "size=7", "size=x",
     "odd=2", "odd=', 1)--", "name=" + "x" * 500, "page=٣"],
)  # fmt: skip
def test_what_the_table_does_not_allow_is_ignored(query: str) -> None:
    page = shown(f"/lots?{query}")
    assert len(page.rows) in {25, 10}
    assert page.count == 60


def test_filters_narrow_and_stay_in_the_links() -> None:
    page = shown("/lots?odd=1&size=25&unknown=kept")
    assert page.count == sum(lot.doses % 2 for lot in LOTS)
    assert "odd=1" in page.next_url
    assert page.clear_url == "/lots?unknown=kept"
    assert shown("/lots?name=0042").count == 1


def test_nothing_found_is_an_empty_page() -> None:
    page = shown(rows=[])
    assert (page.rows, page.count, page.first, page.last, page.pages) == ([], 0, 0, 0, 1)


@pytest.mark.django_db
def test_a_query_set_is_never_counted_or_skipped_past_the_limit() -> None:
    for number in range(40):
        make_office(f"A{number:03d}")
    columns: tuple[Column[Office], ...] = (Column("code", "Code", lambda o: o.code, sort=("code",)),)
    offices: Table[Office] = Table("o", "O", columns, "-code", limit=30)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = offices.show(RequestFactory().get("/?page=9"), Office.objects.all())
    assert page.more
    assert (page.count, page.number, page.pages) == (30, 2, 2)
    assert first_cells(page) == ["A014", "A013", "A012", "A011", "A010"]
    assert len(queries) == 2
    assert "LIMIT 31" in queries[0]["sql"]


@pytest.mark.django_db
def test_rows_are_turned_into_what_the_cells_read() -> None:
    make_office("A1")
    named: Table[str] = Table(
        "n", "N", (Column("name", "Name", lambda name: name, sort=("code",), link=lambda name: f"/{name}"),), "name"
    )
    page = named.show(RequestFactory().get("/"), Office.objects.all(), load=lambda part: [o.code for o in part])
    assert (page.rows[0][0].value, page.rows[0][0].url) == ("A1", "/A1")
