"""What does not fit: pure rules on counts, each with the numbers that say why.

A risk is a reason to look, never a verdict. So every rule has a least count below which nothing is said, compares an
officer or a facility only with others of the same kind, and gives the numbers that it compared. A share stands out when
it is both some times the others' share and beyond what chance explains; an amount when it is far from the median in
units of the median deviation (Iglewicz and Hoaglin's modified z-score, 3.5), on a logarithmic scale.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt
from statistics import median
from typing import Final, TypeVar

Row = TypeVar("Row")


class RiskKind(StrEnum):
    """What stands out. The values are stored; RISK_<name> are msgids: one sentence with its numbers."""

    BRAKES = "BRAKES"
    REFUSED_WITHOUT_NOTE = "REFUSED_WITHOUT_NOTE"
    MANY_REFUSALS = "MANY_REFUSALS"
    REOPENED = "REOPENED"
    MUCH_FASTER = "MUCH_FASTER"
    FAR_MORE = "FAR_MORE"
    BROWSING = "BROWSING"
    NIGHT_WORK = "NIGHT_WORK"
    SAME_HAND = "SAME_HAND"
    COMPLAINTS = "COMPLAINTS"


@dataclass(frozen=True, slots=True)
class Share:
    """Of `base` cases of an officer (or of an office, where nobody is named) `count` are of the kind asked about.

    `peers` names the group that it is compared with: offices of one kind.
    """

    office_id: int
    officer_id: int | None
    peers: str
    count: int
    base: int


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount per officer: `value` (cases, or seconds from one decision to the next) out of `base` cases."""

    office_id: int
    officer_id: int
    peers: str
    value: float
    base: int


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that stands out: `count` of `base`; `value` and `usual` are compared (shares 0 to 1, or amounts)."""

    kind: RiskKind
    office_id: int
    officer_id: int | None
    count: int
    base: int
    value: float
    usual: float

    @property
    def weight(self) -> float:
        """How far it stands out: how many times the usual, for the order of a list."""
        low, high = sorted((self.value, self.usual))
        return high / low if low > 0 else float(self.count)


@dataclass(frozen=True, slots=True)
class ShareRule:
    """From when a share stands out. `floor`: the others' share is taken to be at least this."""

    least_count: int
    least_base: int
    factor: float
    floor: float


SHARE_RULES: Final[Mapping[RiskKind, ShareRule]] = {
    RiskKind.BRAKES: ShareRule(least_count=10, least_base=50, factor=5, floor=0.002),
    RiskKind.REFUSED_WITHOUT_NOTE: ShareRule(least_count=10, least_base=15, factor=2, floor=0.10),
    RiskKind.MANY_REFUSALS: ShareRule(least_count=10, least_base=20, factor=3, floor=0.05),
    RiskKind.REOPENED: ShareRule(least_count=5, least_base=10, factor=3, floor=0.05),
    RiskKind.BROWSING: ShareRule(least_count=50, least_base=60, factor=2, floor=0.20),
    RiskKind.NIGHT_WORK: ShareRule(least_count=30, least_base=50, factor=5, floor=0.01),
    RiskKind.SAME_HAND: ShareRule(least_count=20, least_base=25, factor=2, floor=0.10),
}
SIGMAS: Final = 4.0
"""Beyond so many standard deviations of a share chance explains nothing, among some ten thousand officers neither."""
LEAST_PEERS: Final = 5
"""Fewer others than this are no measure."""
LEAST_DECISIONS: Final = 50
FACTOR: Final = 4.0
LEAST_COMPLAINTS: Final = 3
_Z: Final = 3.5
_SPREAD: Final = 0.25
"""Officers are taken to differ by at least this much on the logarithmic scale, however alike they are."""


def shares_that_stand_out(kind: RiskKind, shares: Iterable[Share]) -> list[Risk]:
    """Give those whose share is far above that of all others of their kind together."""
    rule, found = SHARE_RULES[kind], []
    for group in _by_peers(shares, lambda share: share.peers).values():
        count, base = sum(one.count for one in group), sum(one.base for one in group)
        for one in group:
            others = base - one.base
            if len(group) <= LEAST_PEERS or others <= 0:
                continue
            usual = (count - one.count) / others
            if _stands_out(one, usual, rule):
                found.append(
                    Risk(kind, one.office_id, one.officer_id, one.count, one.base, one.count / one.base, usual)
                )
    return found


def _stands_out(one: Share, usual: float, rule: ShareRule) -> bool:
    if one.count < rule.least_count or one.base < rule.least_base:
        return False
    expected = max(usual, rule.floor)
    by_chance = one.base * expected + SIGMAS * sqrt(one.base * expected * (1 - min(expected, 1.0)))
    return one.count / one.base >= min(rule.factor * expected, 0.95) and one.count > by_chance


def amounts_that_stand_out(kind: RiskKind, amounts: Iterable[Amount]) -> list[Risk]:
    """Give those who are far above (FAR_MORE) or below (MUCH_FASTER) the median of the others of their kind."""
    found = []
    for group in _by_peers(amounts, lambda amount: amount.peers).values():
        enough = [one for one in group if one.base >= LEAST_DECISIONS and one.value > 0]
        for one in enough:
            others = [other.value for other in (group if kind is RiskKind.FAR_MORE else enough) if other is not one]
            usual = _usual(one.value, others, more=kind is RiskKind.FAR_MORE)
            if usual is not None:
                found.append(Risk(kind, one.office_id, one.officer_id, one.base, one.base, one.value, usual))
    return found


def _usual(value: float, others: Sequence[float], *, more: bool) -> float | None:
    """Give the others' median where the value is far from it on the side that matters; else None."""
    known = [other for other in others if other > 0]
    if len(known) < LEAST_PEERS:
        return None
    usual = median(known)
    factor = value / usual if more else usual / value
    if factor < FACTOR:
        return None
    deviation = median(abs(log(other) - log(usual)) for other in known)
    return usual if log(factor) / max(1.4826 * deviation, _SPREAD) >= _Z else None


def complaints_that_stand_out(counts: Mapping[int, int]) -> list[Risk]:
    """Give the offices about which several people told the inspectors; one complaint is read, but no risk."""
    return [
        Risk(RiskKind.COMPLAINTS, office_id, None, count, count, float(count), 0.0)
        for office_id, count in sorted(counts.items())
        if count >= LEAST_COMPLAINTS
    ]


def _by_peers(rows: Iterable[Row], peers: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[peers(row)].append(row)
    return groups
