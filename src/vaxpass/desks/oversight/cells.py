"""Numbers of figures as cells of tables and charts: exact, or "<5" where a small number is kept from the reader."""

from collections.abc import Sequence
from typing import Final

from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.desks.oversight.charts import Point
from vaxpass.oversight.measures import Figures, Measure
from vaxpass.oversight.suppression import SMALL

HIDDEN: Final = "<5"
HIDDEN_AGE: Final = "…"
"""A bucket of age that is not told: it is small, or would tell another one that is."""
TO_MEND: Final = (Measure.MISMATCHED, Measure.INCOMPLETE)
NOT_COMPARED: Final = (Measure.RECEIVED, Measure.UNANSWERED)
SIGNED: Final = (Measure.ATTESTED, Measure.CERTIFIED)
"""What the facility has signed."""


def told(figures: Figures, *measures: Measure) -> int | str:
    """Give the sum of some measures; HIDDEN, or "≥" and what is known, where one of them is hidden."""
    known = sum(figures.count(measure) for measure in measures)
    if not any(figures.is_hidden(measure) for measure in measures):
        return known
    return HIDDEN if not known else f"≥{number(known)}"


def text_of(value: int | str) -> str:
    """Write a count as people read it."""
    return value if isinstance(value, str) else number(value)


def point_of(figures: Figures, *measures: Measure, url: str = "") -> Point:
    """Give the sum of some measures as a cell of a chart's table."""
    value = told(figures, *measures)
    return Point(None if isinstance(value, str) else value, text_of(value), url)


def percent(figures: Figures, part: tuple[Measure, ...], of: Measure) -> int | None:
    """Give a share in whole percent, rounded down; None where there is nothing to divide by, or a number is hidden."""
    whole = told(figures, of)
    some = told(figures, *part)
    if isinstance(whole, str) or isinstance(some, str) or not whole:
        return None
    return 100 * some // whole


def ages_told(ages: Sequence[int], *, exact: bool) -> list[int | None]:
    """Give the buckets of age; for whoever may not see records small ones are None, and with one alone another.

    One hidden bucket alone would follow from the others and their sum.
    """
    if exact:
        return list(ages)
    hidden = {place for place, count in enumerate(ages) if count in SMALL}
    others = [place for place, count in enumerate(ages) if count and place not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda place: ages[place]))
    return [None if place in hidden else count for place, count in enumerate(ages)]


def sorted_by(count: int, *, exact: bool) -> int:
    """Give what a count is sorted by: small ones that are not told are alike, or their order would tell them apart."""
    return count if exact or count not in SMALL else SMALL[0]
