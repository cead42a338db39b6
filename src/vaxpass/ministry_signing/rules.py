"""Who is ready for a passport, who is held back for a look, who leaves a run: pure decisions.

Eligibility follows Decision 5772/QĐ-BYT step 2 and dispatch 1815/BYT-CNTT: complete series, licensed product,
every dose identity-checked and signed by the facility that entered it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from vaxproof import dose_numbers, valuesets
from vaxproof.names import split_vietnamese_name, transliterate

from vaxpass.offices.scope import Refused
from vaxpass.records.facts import LiveState, SeriesDose
from vaxpass.records.states import State

COUNTED = frozenset({int(State.ATTESTED), int(State.CERTIFIED)})
LICENSED = frozenset(product.mp for product in valuesets.LICENSED_IN_VIETNAM)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MAX_RUN = 200_000
RUN_KEEPS = timedelta(days=14)


class NotReady(StrEnum):
    """Why a person gets no passport yet; the code's sentence says who must act."""

    SERIES_INCOMPLETE = "SERIES_INCOMPLETE"
    PRODUCT_NOT_LICENSED = "PRODUCT_NOT_LICENSED"
    PRODUCT_TRIPLE_ILLEGAL = "PRODUCT_TRIPLE_ILLEGAL"
    EARLIER_DOSE_WAITS = "EARLIER_DOSE_WAITS"
    REPORT_OPEN = "REPORT_OPEN"
    NAME_NOT_TRANSLITERABLE = "NAME_NOT_TRANSLITERABLE"
    BIRTH_DATE_MISSING = "BIRTH_DATE_MISSING"


class Brake(StrEnum):
    """Why a ready person is held back until the approver has looked."""

    FACILITY_BURST = "FACILITY_BURST"
    ENTERED_OUT_OF_ORDER = "ENTERED_OUT_OF_ORDER"
    HOLIDAY_ENTERED_LATE = "HOLIDAY_ENTERED_LATE"
    DOSES_TOO_CLOSE = "DOSES_TOO_CLOSE"
    IDENTITIES_DIFFER = "IDENTITIES_DIFFER"


class Drop(StrEnum):
    """Why a prepared person left the run before the passport was recorded."""

    VERSION_CHANGED = "VERSION_CHANGED"
    DOSE_ADDED_EARLIER = "DOSE_ADDED_EARLIER"
    REPORT_OPENED = "REPORT_OPENED"
    KEPT_BACK = "KEPT_BACK"
    NOT_DUE = "PASSPORT_NOT_DUE"


@dataclass(frozen=True, slots=True)
class Series:
    """The counted doses of one person in order of day, with `dn`/`sd` of the latest."""

    counted: tuple[SeriesDose, ...]
    dose_number: int
    series_size: int

    @property
    def latest(self) -> SeriesDose:
        """The dose that the passport shows."""
        return self.counted[-1]


def judge(doses: Sequence[SeriesDose], *, has_open_report: bool) -> Series | tuple[str, ...]:
    """Give the person's series, or every reason why there is no passport yet.

    `doses`: all live doses of one person in order of day, at least one of them counted.
    """
    counted = tuple(dose for dose in doses if dose.state in COUNTED)
    reasons = [*_reasons_of_products(counted), *_reasons_of_person(counted[-1])]
    if any(dose.state not in COUNTED and dose.given_on < counted[-1].given_on for dose in doses):
        reasons.append(NotReady.EARLIER_DOSE_WAITS)
    if has_open_report:
        reasons.append(NotReady.REPORT_OPEN)
    if reasons:
        return tuple(reasons)
    numbers = dose_numbers([dose.product for dose in counted])
    return (NotReady.SERIES_INCOMPLETE,) if numbers is None else Series(counted, *numbers)


def _reasons_of_products(counted: Sequence[SeriesDose]) -> list[NotReady]:
    if any(dose.product not in LICENSED for dose in counted):
        return [NotReady.PRODUCT_NOT_LICENSED]
    product = valuesets.PRODUCTS[counted[-1].product]
    legal = valuesets.is_legal_triple(product.mp, product.ma, product.vp)
    reasons = [] if legal else [NotReady.PRODUCT_TRIPLE_ILLEGAL]
    if dose_numbers([dose.product for dose in counted]) is None:
        reasons.append(NotReady.SERIES_INCOMPLETE)
    return reasons


def _reasons_of_person(latest: SeriesDose) -> list[NotReady]:
    family, given = split_vietnamese_name(latest.full_name)
    reasons = []
    if not transliterate(family) or (given and not transliterate(given)):
        reasons.append(NotReady.NAME_NOT_TRANSLITERABLE)
    if not latest.birth_date:
        reasons.append(NotReady.BIRTH_DATE_MISSING)
    return reasons


# Brakes -------------------------------------------------------------------------------------------------------------

BURST_FLOOR = 300
"""Doses of one facility on one day below which no day is unusual."""
BURST_FACTOR = 5
"""A day counts as a burst from so many times the facility's median day."""
OUT_OF_ORDER = timedelta(days=30)
HOLIDAY_DELAY = timedelta(days=30)
TOO_CLOSE = timedelta(days=14)
_HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
_TET = {
    2021: date(2021, 2, 12), 2022: date(2022, 2, 1), 2023: date(2023, 1, 22), 2024: date(2024, 2, 10),
    2025: date(2025, 1, 29), 2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26),
}  # fmt: skip
FacilityDay = tuple[int, date]


def burst_days(facility_id: int, days: Sequence[date], doses: Sequence[int]) -> set[FacilityDay]:
    """Name the days on which a facility gave far more doses than on its median day."""
    limit = max(BURST_FLOOR, BURST_FACTOR * median(doses))
    return {(facility_id, day) for day, given in zip(days, doses, strict=True) if given >= limit}


def is_holiday(day: date) -> bool:
    """Say whether the whole country rests: fixed public holidays, and Tết from its eve to the third day."""
    tet = _TET.get(day.year)
    return (day.month, day.day) in _HOLIDAYS or (tet is not None and -1 <= (day - tet).days <= 2)  # noqa: PLR2004 -- third day


def brakes_on(series: Series, bursts: Collection[FacilityDay]) -> tuple[Brake, ...]:
    """Give every reason to look at this person before signing; none for nearly everybody."""
    checks = {
        Brake.FACILITY_BURST: any((dose.facility_id, dose.given_on) in bursts for dose in series.counted),
        Brake.ENTERED_OUT_OF_ORDER: _entered_out_of_order(series.counted),
        Brake.HOLIDAY_ENTERED_LATE: any(_holiday_entered_late(dose) for dose in series.counted),
        Brake.DOSES_TOO_CLOSE: any(b.given_on - a.given_on < TOO_CLOSE for a, b in pairwise(series.counted)),
        Brake.IDENTITIES_DIFFER: len({(dose.birth_date, dose.sex) for dose in series.counted}) > 1,
    }
    return tuple(brake for brake, holds in checks.items() if holds)


def _entered_out_of_order(counted: Sequence[SeriesDose]) -> bool:
    """An earlier dose that turned up long after a later one may have been made up to complete the series."""
    return any(a.entered_at - b.entered_at >= OUT_OF_ORDER for a, b in pairwise(counted))


def _holiday_entered_late(dose: SeriesDose) -> bool:
    entered_on = dose.entered_at.astimezone(VIETNAM).date()
    return is_holiday(dose.given_on) and entered_on - dose.given_on >= HOLIDAY_DELAY


# Runs ---------------------------------------------------------------------------------------------------------------


class RunKind(StrEnum):
    """Whom a run is about. All but the first name their people when the run begins."""

    ORDINARY = "ORDINARY"
    """Everybody with an attested dose, in the scope that an officer chose."""
    CORRECTED = "CORRECTED"
    """People with a mended dose that the facility has signed."""
    REISSUE = "REISSUE"
    """People whose doses are certified and who have no live passport, or one that ends soon."""
    ORDER = "ORDER"
    """Honest holders of a revocation order; its two officers are the run's."""


AGAIN = frozenset({RunKind.REISSUE, RunKind.ORDER})
"""Runs whose people need no new dose."""
STANDING = (RunKind.CORRECTED, RunKind.REISSUE)
"""Runs that a standing order has prepared without a press of a button; another officer still approves each."""
STANDING_RUN = 5_000
"""Most people of such a run: small, so that nobody waits for it to be looked through."""
ASK_AGAIN_AFTER = timedelta(days=7)
"""Who was in such a run and got no passport is not put before the approver again for so long."""


class RunState(StrEnum):
    """Where a run stands."""

    PREPARING = "PREPARING"
    PREPARED = "PREPARED"
    APPROVED = "APPROVED"
    DONE = "DONE"
    REFUSED = "REFUSED"


OPEN_STATES = (RunState.PREPARING, RunState.PREPARED, RunState.APPROVED)


class RunRefusal(StrEnum):
    """Why an approver refuses a run."""

    NUMBERS_UNEXPECTED = "RUN_NUMBERS_UNEXPECTED"
    SAMPLE_WRONG = "RUN_SAMPLE_WRONG"
    WRONG_SCOPE = "RUN_WRONG_SCOPE"
    NOT_NOW = "RUN_NOT_NOW"


@dataclass(frozen=True, slots=True)
class RunScope:
    """Whom a run considers. Nothing named: everybody. `limit`: most passports of the run."""

    province_code: str = ""
    facility_id: int | None = None
    limit: int = MAX_RUN


def check_scope(scope: RunScope) -> None:
    """Refuse RUN_SIZE_ILLEGAL unless the limit is 1 to MAX_RUN."""
    if not 1 <= scope.limit <= MAX_RUN:
        raise Refused("RUN_SIZE_ILLEGAL", most=MAX_RUN)


def check_may_decide(state: str, prepared_by: int, officer_id: int) -> None:
    """Refuse RUN_OWN (two people, always) and RUN_NOT_WAITING (decided already or not yet prepared)."""
    if prepared_by == officer_id:
        raise Refused("RUN_OWN")
    if state != RunState.PREPARED:
        raise Refused("RUN_NOT_WAITING")


def check_may_approve(to_sign: int, issued_at: datetime, now: datetime) -> None:
    """Refuse RUN_EMPTY, and RUN_STALE when the time in the prepared bytes has grown old."""
    if not to_sign:
        raise Refused("RUN_EMPTY")
    if now - issued_at > RUN_KEEPS:
        raise Refused("RUN_STALE", days=RUN_KEEPS.days)


def check_is_same_key(fixed: tuple[bytes, str], key: tuple[bytes, str]) -> None:
    """Refuse RUN_KEY_CHANGED when the key at hand is not the one whose id stands in the prepared bytes."""
    if fixed != key:
        raise Refused("RUN_KEY_CHANGED")


def why_dropped(
    counted: Collection[int], live: Sequence[LiveState], *, has_open_report: bool, again: bool = False
) -> Drop | None:
    """Say why a prepared person cannot be recorded any more; None: everything is as it was when prepared.

    `counted`: ids of the versions in the prepared bytes; `live`: the person's live doses, read under a lock.
    `again`: the passport is issued again, so none of its doses needs to be new.
    """
    standing = {dose.version_id: dose for dose in live if dose.state in COUNTED}
    if any(version_id not in standing for version_id in counted):
        return Drop.VERSION_CHANGED
    if not again and not any(standing[version_id].state == State.ATTESTED for version_id in counted):
        return Drop.VERSION_CHANGED
    last_day = max(standing[version_id].given_on for version_id in counted)
    if sum(dose.given_on <= last_day for dose in live) != len(counted):
        return Drop.DOSE_ADDED_EARLIER
    return Drop.REPORT_OPENED if has_open_report else None
