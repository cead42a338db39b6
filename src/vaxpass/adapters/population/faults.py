"""Faults of a far service, drawn from a seed: the same seed and request give the same fault.

A request that is asked again draws anew (its n-th asking is part of the draw), so that retries can succeed.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_REMEMBERED: Final = 100_000  # requests that met a fault; older ones are forgotten and draw as if new


class Fault(StrEnum):
    """What goes wrong with one answer."""

    NONE = "none"
    UNAVAILABLE = "unavailable"
    DROPPED = "dropped"
    GARBLED = "garbled"
    OTHERS_ANSWER = "others_answer"
    STRANGE_WORD = "strange_word"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class FaultRates:
    """Shares of requests, each from 0 to 1, that get no answer, a wrong one, or a slow one."""

    no_answer: float = 0.0
    wrong: float = 0.0
    slow: float = 0.0

    def __post_init__(self) -> None:
        """Refuse shares that are not shares."""
        shares = (self.no_answer, self.wrong, self.slow)
        if min(shares) < 0 or sum(shares) > 1:
            raise ValueError("FAULT_RATES_OUT_OF_RANGE")


class Faults:
    """Draws the fault of each request."""

    def __init__(self, rates: FaultRates, *, seed: int = 0) -> None:
        self.rates = rates
        self._seed = seed
        self._asked: OrderedDict[str, int] = OrderedDict()

    def draw(self, request_id: str) -> Fault:
        """Draw for one asking of a request."""
        times = self._asked.get(request_id, 0)
        fault = self._fault(_fraction(f"{self._seed}/{request_id}/{times}"))
        if fault is not Fault.NONE:
            self._remember(request_id, times + 1)
        return fault

    def _fault(self, fraction: float) -> Fault:
        rates = self.rates
        if fraction < rates.no_answer:
            return Fault.UNAVAILABLE if fraction < rates.no_answer / 2 else Fault.DROPPED
        fraction -= rates.no_answer
        if fraction < rates.wrong:
            kinds = (Fault.GARBLED, Fault.OTHERS_ANSWER, Fault.STRANGE_WORD)
            return kinds[int(fraction / rates.wrong * len(kinds))]
        return Fault.SLOW if fraction - rates.wrong < rates.slow else Fault.NONE

    def _remember(self, request_id: str, times: int) -> None:
        self._asked[request_id] = times
        self._asked.move_to_end(request_id)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)


def _fraction(text: str) -> float:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) / 2**64
