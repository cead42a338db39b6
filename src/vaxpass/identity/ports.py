"""What this room asks of the population database: one question a person, a yes or a no back.

The vaccination match of the real service compared and never returned the record (Dispatch 9438/BYT-CNTT).
In: questions with the four mandatory fields. Out: one answer for each question, in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

Sex = Literal["M", "F"]


class Outcome(StrEnum):
    """What the population database said; its silence is an outcome of its own and never a no."""

    MATCH = "MATCH"
    """Name, sex and birth date belong to that number."""
    NO_MATCH = "NO_MATCH"
    """The number exists; at least one of the other fields differs."""
    NO_SUCH_PERSON = "NO_SUCH_PERSON"
    """Nobody has that number."""
    NO_ANSWER = "NO_ANSWER"
    """Time-out, fault, refusal, or an answer that cannot be trusted: ask again later."""


@dataclass(frozen=True, slots=True)
class IdentityQuestion:
    """One person to compare.

    `request_id`: ours, unique for ever, at most 40 characters (MaYeuCau); a repeated question may repeat it.
    `officer_code`: the officer who answers for the look-up, at most 20 characters (MaCanBo).
    `name`: as the record has it, composed (NFC) Vietnamese; the adapter upper-cases it.
    `birth_date`: `YYYY-MM-DD`, or `YYYY` where only the year is known.
    `id_number`: 12 digits (CCCD), or empty; then `old_number`: 9 digits (CMND). One of them must stand.
    """

    request_id: str
    officer_code: str
    name: str
    sex: Sex
    birth_date: str
    id_number: str = ""
    old_number: str = ""

    def __repr__(self) -> str:
        """Name the question without the person, so that no traceback or log carries personal data."""
        return f"IdentityQuestion(request_id={self.request_id!r})"


@dataclass(frozen=True, slots=True)
class IdentityAnswer:
    """The answer to one question.

    `permanent_fault`: only with NO_ANSWER; this very question can never be answered as it is put
    (the service calls it ill-formed), so asking again is useless and a person has to look.
    `retry_after`: seconds the service asked us to wait, where it said so.
    `was_sent`: False when the line was given up before this question left, so that it uses up nothing.
    """

    request_id: str
    outcome: Outcome
    permanent_fault: bool = False
    retry_after: float | None = None
    was_sent: bool = True


class PopulationDatabase(Protocol):
    """The national population database, or whatever stands in for it."""

    def compare(self, questions: Sequence[IdentityQuestion]) -> list[IdentityAnswer]:
        """Answer each question, in order, `answers[i].request_id == questions[i].request_id`.

        Raises nothing for what goes wrong outside: transport faults, time-outs, ill-formed answers and
        answers to another question are NO_ANSWER, never NO_MATCH.
        """
        ...
