"""Tables that sort, filter and page by plain links: what a desk declares, and what the page then shows.

A table never counts or skips past LIMIT rows, so a page stays fast over a million; whoever needs more filters.
Filters and sorts stand in the address: they must never carry personal data (a search for a person is a POST form).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from vaxpass.desks._shared.navigation import Words

LIMIT = 10_000
LONGEST_TEXT = 100
SIZES = (25, 50, 100)
Row = TypeVar("Row")


class Listing(Protocol):
    """A list that orders, slices and counts itself in the database, as a query set does."""

    def order_by(self, *fields: str) -> Any:
        """Give the same rows in another order."""
        ...

    def count(self) -> int:
        """Count the rows."""
        ...

    def __getitem__(self, part: slice) -> Any:
        """Read a part of the rows."""
        ...


Source = QuerySet[Any] | Listing | Sequence[Any]


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its name in the address, its heading, its cell, and what it is sorted by.

    `cell` gives a value or safe HTML. `sort` names fields of the query set or attributes of the list's rows; without
    it the column cannot be sorted. `link` gives the address that the cell leads to, or "".
    """

    name: str
    label: Words
    cell: Callable[[Row], object]
    sort: tuple[str, ...] = ()
    link: Callable[[Row], str] | None = None
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its name in the address, its label, its choices (none: free text), and how it narrows the rows."""

    name: str
    label: Words
    narrow: Callable[[Any, str], Any]
    choices: tuple[tuple[str, Words], ...] = ()

    def accepts(self, value: str) -> bool:
        """Say whether a value from the address may be used."""
        if self.choices:
            return value in {choice for choice, _ in self.choices}
        return 0 < len(value) < LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as shown; `url` is empty where the column cannot be sorted, `aria_sort` where it is not."""

    label: Words
    url: str
    aria_sort: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as shown."""

    label: Words
    value: object
    url: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter as shown, with the value chosen."""

    name: str
    label: Words
    choices: tuple[tuple[str, Words], ...]
    value: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that parts/table.html shows. `count` stops at LIMIT; `more` says that there are more rows."""

    name: str
    caption: Words
    empty: Words
    headings: list[Heading]
    rows: list[list[Cell]]
    filters: list[ShownFilter]
    kept: list[tuple[str, str]]
    count: int
    more: bool
    first: int
    last: int
    number: int
    pages: int
    previous_url: str
    next_url: str
    sizes: list[tuple[int, str, bool]]
    clear_url: str
    total: list[Cell]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the address asks for, already checked against what the table allows."""

    sort: str
    descending: bool
    size: int
    number: int
    chosen: Mapping[str, str]


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A table as a desk declares it. `default_sort` is a column's name, with `-` for descending.

    `tie` names the field that makes the order total; paging needs one. `limit`: how many rows can be paged, where a
    list is known never to be long.
    """

    name: str
    caption: Words
    columns: tuple[Column[Row], ...]
    default_sort: str
    filters: tuple[Filter, ...] = ()
    empty: Words = ""
    tie: str = "pk"
    size: int = SIZES[0]
    limit: int = LIMIT

    def show(
        self,
        request: HttpRequest,
        source: Source,
        load: Callable[[list[Any]], Sequence[Row]] | None = None,
        total: Row | None = None,
    ) -> Page:
        """Read one page of a query set or list; `load` turns the page's rows into what the columns read.

        `total`: a row that stands below every page.
        """
        wish = self._wish(request.GET)
        rows = self._ordered(self._narrowed(source, wish), wish)
        found = _count(rows, self.limit)
        pages = max(1, -(-min(found, self.limit) // wish.size))
        number = min(wish.number, pages)
        start = (number - 1) * wish.size
        part = list(rows[start : min(start + wish.size, self.limit)])
        shown = load(part) if load else part
        cells = [self._cells(row) for row in shown]
        page = self._page(request, wish, cells, (found, pages, number))
        return page if total is None else replace(page, total=self._cells(total))

    def all_cells(
        self, request: HttpRequest, source: Source, load: Callable[[list[Any]], Sequence[Row]] | None = None
    ) -> list[list[Cell]]:
        """Read every row that the page's filters leave, in its order, up to LIMIT: what a sheet needs."""
        wish = self._wish(request.GET)
        rows = list(self._ordered(self._narrowed(source, wish), wish)[: self.limit])
        return [self._cells(row) for row in (load(rows) if load else rows)]

    def _wish(self, query: QueryDict) -> _Wish:
        asked = query.get("sort", "")
        sortable = {column.name for column in self.columns if column.sort}
        sort = asked if asked.removeprefix("-") in sortable else self.default_sort
        size = _whole(query.get("size", ""), self.size)
        asked_for = {one.name: query.get(one.name) or "" for one in self.filters}
        chosen = {one.name: asked_for[one.name] for one in self.filters if one.accepts(asked_for[one.name])}
        return _Wish(
            sort.removeprefix("-"),
            sort.startswith("-"),
            size if size in SIZES else self.size,
            max(1, _whole(query.get("page", ""), 1)),
            chosen,
        )

    def _narrowed(self, source: Source, wish: _Wish) -> Source:
        for one in self.filters:
            if one.name in wish.chosen:
                source = one.narrow(source, wish.chosen[one.name])
        return source

    def _ordered(self, source: Source, wish: _Wish) -> Source:
        fields = next(column.sort for column in self.columns if column.name == wish.sort)
        if isinstance(source, Sequence):
            return sorted(source, key=attrgetter(*fields), reverse=wish.descending)
        sign = "-" if wish.descending else ""
        return source.order_by(*(sign + field for field in (*fields, self.tie)))

    def _cells(self, row: Row) -> list[Cell]:
        return [Cell(c.label, c.cell(row), c.link(row) if c.link else "", c.numeric) for c in self.columns]

    def _page(self, request: HttpRequest, wish: _Wish, rows: list[list[Cell]], reach: tuple[int, int, int]) -> Page:
        found, pages, number = reach
        start = (number - 1) * wish.size
        link = _Links(request, wish)
        known = {"sort", "size", "page", *(one.name for one in self.filters)}
        others = [(name, str(value)) for name, value in request.GET.items() if name not in known]
        return Page(
            name=self.name,
            caption=self.caption,
            empty=self.empty,
            headings=[self._heading(column, wish, link) for column in self.columns],
            rows=rows,
            filters=[ShownFilter(f.name, f.label, f.choices, wish.chosen.get(f.name, "")) for f in self.filters],
            kept=[("sort", ("-" if wish.descending else "") + wish.sort), ("size", str(wish.size)), *others],
            count=min(found, self.limit),
            more=found > self.limit,
            first=start + 1 if rows else 0,
            last=start + len(rows),
            number=number,
            pages=pages,
            previous_url=link.to(page=number - 1) if number > 1 else "",
            next_url=link.to(page=number + 1) if number < pages else "",
            sizes=[(size, link.to(size=size, page=1), size == wish.size) for size in SIZES],
            clear_url=link.cleared(others) if wish.chosen else "",
            total=[],
        )

    def _heading(self, column: Column[Row], wish: _Wish, link: "_Links") -> Heading:
        if not column.sort:
            return Heading(column.label, "", "", column.numeric)
        current = column.name == wish.sort
        aria = ("descending" if wish.descending else "ascending") if current else "none"
        turned = "-" if current and not wish.descending else ""
        return Heading(column.label, link.to(sort=turned + column.name, page=1), aria, column.numeric)


class _Links:
    """Addresses of the same table with one thing changed; what the table does not know is kept."""

    def __init__(self, request: HttpRequest, wish: _Wish) -> None:
        self.path = request.path
        self.query = request.GET.copy()
        self.query["size"] = str(wish.size)

    def to(self, **changes: object) -> str:
        """Give the address with these parameters changed."""
        query = self.query.copy()
        for name, value in changes.items():
            query[name] = str(value)
        return f"{self.path}?{query.urlencode()}"

    def cleared(self, others: Sequence[tuple[str, str]]) -> str:
        """Give the address without filters: what the table does not know is kept here too."""
        return f"{self.path}?{urlencode(others)}" if others else self.path


def _count(rows: Source, limit: int) -> int:
    if isinstance(rows, Sequence):
        return len(rows)
    return rows[: limit + 1].count() if isinstance(rows, QuerySet) else rows.count()


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise  # noqa: PLR2004 -- digits of LIMIT and more
