"""What a desk calls itself and which pages it offers; each desk registers once, in its AppConfig.ready."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Words = str | Promise


class MayAct(Protocol):
    """What navigation needs of an officer (offices.scope.Actor has it)."""

    @property
    def permissions(self) -> frozenset[str]:
        """What the officer may do."""


class Officer(MayAct, Protocol):
    """What the offer of desks needs of an officer (offices.scope.Actor has it)."""

    @property
    def office_kind(self) -> str:
        """Which kind of office the officer belongs to."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One page in a desk's navigation.

    Shown to officers who hold any of the permissions (none named: to everybody). `count` gives what waits there;
    it runs on every page, so it must be one indexed count. `holds`: pages elsewhere that belong to it as well.
    """

    label: Words
    url_name: str
    permissions: tuple[str, ...] = ()
    count: Callable[..., int] | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: the namespace of its addresses, its name, its pages.

    `style`: the style sheet of a desk for everybody. Its pages are light: no grid, no utilities, no script of their own
    accord, no sign-in of officers; the print can be made larger.
    `beside`: offered in the header beside an officer's own desk to whoever may open one of its pages. `news` counts
    what came for the officer there; it runs on every page of other desks, so it must be an indexed count.
    """

    app_name: str
    name: Words
    items: tuple[NavItem, ...] = ()
    style: str = ""
    beside: bool = False
    news: Callable[..., int] | None = None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A navigation item as the page shows it.

    `current` is `page` on its own page, `true` on a page below it, else empty; `count` is None where nothing is
    counted.
    """

    label: Words
    url: str
    current: str
    count: int | None


@dataclass(frozen=True, slots=True)
class OfferedDesk:
    """A desk that an officer may go to; `current` says that this page belongs to it, `news` counts what came there."""

    name: Words
    url: str
    current: bool
    news: int = 0


OWN_DESK = {
    "facility": "facility",
    "commune": "facility",
    "district": "province",
    "province": "province",
    "ministry": "ministry",
    "support": "support",
}
"""The desk that belongs to an office of a kind."""
_DESKS: dict[str, Desk] = {}


def register(desk: Desk) -> None:
    """Make a desk known; the last registration of a name wins."""
    _DESKS[desk.app_name] = desk


def desk_of(request: HttpRequest) -> Desk | None:
    """Give the desk whose page this is, or None outside the desks."""
    match = request.resolver_match
    return _DESKS.get(match.app_name) if match else None


def desks_offered(request: HttpRequest) -> list[OfferedDesk]:
    """List the desks that the officer of this request may go to: the own one first, then those beside it."""
    actor: Officer | None = getattr(request, "actor", None)
    if actor is None:
        return []
    here = desk_of(request)
    return [
        OfferedDesk(desk.name, url, desk is here, desk.news(actor) if desk.news and desk is not here else 0)
        for desk, url in _doors(actor)
    ]


def landing(actor: Officer) -> str:
    """Give the address of the first page that an officer may open, or "" where there is none."""
    return next((url for _, url in _doors(actor)), "")


def _doors(actor: Officer) -> Iterator[tuple[Desk, str]]:
    own = _DESKS.get(OWN_DESK.get(actor.office_kind, ""))
    beside = (desk for desk in _DESKS.values() if desk.beside and desk is not own)
    for desk in (own, *beside):
        item = next((one for one in desk.items if one.permissions and _is_open(one, actor)), None) if desk else None
        if desk and item:
            yield desk, reverse(item.url_name)


def items_shown(desk: Desk, request: HttpRequest) -> list[ShownItem]:
    """List the items that the officer of this request may open; the one whose address reaches furthest is current."""
    actor: MayAct | None = getattr(request, "actor", None)
    offered = [(item, reverse(item.url_name)) for item in desk.items if _is_open(item, actor)]
    reaching = [(base, url) for item, url in offered for base in _bases(item, url) if request.path.startswith(base)]
    nearest = max(reaching, key=lambda one: len(one[0]), default=("", ""))[1]
    return [
        ShownItem(item.label, url, _mark(url, nearest, request.path), _waiting(item, actor)) for item, url in offered
    ]


def _bases(item: NavItem, url: str) -> list[str]:
    return [url, *(reverse(name) for name in item.holds)]


def _is_open(item: NavItem, actor: MayAct | None) -> bool:
    return not item.permissions or (actor is not None and bool(actor.permissions.intersection(item.permissions)))


def _mark(url: str, nearest: str, path: str) -> str:
    if url != nearest:
        return ""
    return "page" if url == path else "true"


def _waiting(item: NavItem, actor: MayAct | None) -> int | None:
    return item.count(actor) if item.count and actor is not None else None
