"""Whether an expression is CertLogic at all, and what it reads: to be asked before a rule is published or believed.

`Fault.message` is the short English line that the validation test suite compares word by word; the words for people
are in `locale/rules.*.toml`, by `Fault.kind`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from vaxproof.rules import moments
from vaxproof.rules.certlogic import MANY, MAX_DEPTH, OPERANDS, PATH, is_integer

MAX_SIZE: Final = 20_000  # expressions and characters of texts, weighed together
_LETTERS_A_STEP: Final = 32
_SHOWN: Final = 60


class FaultKind(StrEnum):
    """What is wrong with a part of an expression."""

    NOT_AN_EXPRESSION = "NOT_AN_EXPRESSION"
    FRACTION = "FRACTION"
    NOT_ONE_KEY = "NOT_ONE_KEY"
    VAR_FORM = "VAR_FORM"
    VAR_PATH = "VAR_PATH"
    OPERANDS_MISSING = "OPERANDS_MISSING"
    OPERATION_UNKNOWN = "OPERATION_UNKNOWN"
    OPERAND_COUNT = "OPERAND_COUNT"
    AMOUNT = "AMOUNT"
    UNIT = "UNIT"
    INDEX = "INDEX"
    TOO_DEEP = "TOO_DEEP"
    TOO_LARGE = "TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Fault:
    """A part that is wrong. `path`: keys and places that lead to it; `about`: what the words are filled with."""

    kind: FaultKind
    path: tuple[str | int, ...]
    expression: Any
    message: str
    about: dict[str, str]

    @property
    def place(self) -> str:
        """Where it is, as `if › 2 › and › 1`; empty for the whole. Operands are counted from 1."""
        return " › ".join(str(step + 1) if isinstance(step, int) else step for step in self.path)


def faults(expression: Any) -> tuple[Fault, ...]:
    """Everything that is not CertLogic 1.3.3 in the expression, outermost first; empty for a good one."""
    if _is_too_large(expression):
        return (_fault(FaultKind.TOO_LARGE, (), None, "the expression is too large"),)
    return tuple(_faults(expression, (), 0))


def reads(expression: Any) -> frozenset[str]:
    """The paths that the expression reads from the data; what the function of a `reduce` reads is not among them."""
    if isinstance(expression, list):
        return frozenset[str]().union(*map(reads, expression))
    if not isinstance(expression, dict) or len(expression) != 1:
        return frozenset()
    ((name, operands),) = expression.items()
    if name == "var":
        return frozenset({operands}) if isinstance(operands, str) else frozenset()
    if name == "reduce" and isinstance(operands, list):
        return reads(operands[::2])
    return reads(operands)


def affected_fields(expression: Any) -> tuple[str, ...]:
    """The fields of a certificate that the expression reads, in order: `v.0.mp`, not `payload.v.0.mp`."""
    return tuple(sorted(path.removeprefix("payload.") for path in reads(expression) if path.startswith("payload.")))


def _is_too_large(expression: Any) -> bool:
    """Counted without recursion; stops as soon as it is known."""
    size, left = 0, [expression]
    while left and size <= MAX_SIZE:
        part = left.pop()
        size += 1
        if isinstance(part, str):
            size += len(part) // _LETTERS_A_STEP
        elif isinstance(part, dict):
            size += sum(len(key) // _LETTERS_A_STEP for key in part)
            left.extend(part.values())
        elif isinstance(part, list):
            size += len(part) // _LETTERS_A_STEP
            left.extend(part)
    return size > MAX_SIZE


def _fault(kind: FaultKind, path: tuple[str | int, ...], expression: Any, message: str, **about: object) -> Fault:
    return Fault(kind, path, expression, message, {key: str(value)[:_SHOWN] for key, value in about.items()})


def _faults(expression: Any, path: tuple[str | int, ...], depth: int) -> Iterator[Fault]:
    if isinstance(expression, str | bool) or is_integer(expression):
        return
    if depth >= MAX_DEPTH:
        yield _fault(FaultKind.TOO_DEEP, path, None, "the expression is nested too deeply", most=MAX_DEPTH)
    elif isinstance(expression, list):
        for place, item in enumerate(expression):
            yield from _faults(item, (*path, place), depth + 1)
    elif isinstance(expression, dict):
        yield from _faults_of_object(expression, path, depth)
    elif isinstance(expression, float):
        message = f"{expression} is a non-integer number"
        yield _fault(FaultKind.FRACTION, path, expression, message, number=expression)
    else:
        yield _fault(FaultKind.NOT_AN_EXPRESSION, path, expression, "invalid CertLogic expression")


def _faults_of_object(expression: dict[str, Any], path: tuple[str | int, ...], depth: int) -> Iterator[Fault]:
    count = len(expression)
    if count != 1:
        message = f"expression object must have exactly one key, but it has {count}"
        yield _fault(FaultKind.NOT_ONE_KEY, path, expression, message, count=count)
        return
    ((name, operands),) = expression.items()
    here = (*path, name[:_SHOWN])
    if name == "var":
        yield from _faults_of_var(expression, operands, here)
    elif not isinstance(operands, list):
        message = 'operation not of the form { "<operator>": [ <values...> ] }'
        yield _fault(FaultKind.OPERANDS_MISSING, here, expression, message, name=name)
    elif name not in OPERANDS:
        message = f'unrecognised operator: "{name}"'
        yield _fault(FaultKind.OPERATION_UNKNOWN, here, expression, message, name=name)
    else:
        yield from _faults_of_operation(expression, name, operands, here)
        for place in _evaluated(name, len(operands)):
            yield from _faults(operands[place], (*here, place), depth + 1)


def _faults_of_var(expression: Any, path: Any, here: tuple[str | int, ...]) -> Iterator[Fault]:
    if not isinstance(path, str):
        yield _fault(FaultKind.VAR_FORM, here, expression, 'not of the form { "var": "<path>" }')
    elif PATH.fullmatch(path) is None:
        message = f"data access path doesn't have a valid format: {path}"
        yield _fault(FaultKind.VAR_PATH, here, expression, message, name=path)


def _faults_of_operation(
    expression: Any, name: str, operands: list[Any], here: tuple[str | int, ...]
) -> Iterator[Fault]:
    least, most = OPERANDS[name]
    count = len(operands)
    if not least <= count <= most:
        message = f'"{name}" takes {_counted(least, most)} operands, but it has {count}'
        wanted = _counted(least, most)
        yield _fault(FaultKind.OPERAND_COUNT, here, expression, message, name=name, count=count, wanted=wanted)
    if name == "plusTime" and operands[1:] and not is_integer(operands[1]):
        yield _fault(FaultKind.AMOUNT, (*here, 1), expression, '"plusTime" adds a whole number of units')
    if name == "plusTime" and operands[2:] and operands[2] not in moments.UNITS:
        units = ", ".join(moments.UNITS)
        yield _fault(FaultKind.UNIT, (*here, 2), expression, f'the unit of "plusTime" is one of {units}', units=units)
    if name == "extractFromUVCI" and operands[1:] and not is_integer(operands[1]):
        yield _fault(FaultKind.INDEX, (*here, 1), expression, '"extractFromUVCI" takes a whole number as its index')


def _counted(least: int, most: int) -> str:
    if most == MANY:
        return f"≥ {least}"
    return str(least) if least == most else f"{least}–{most}"


def _evaluated(name: str, count: int) -> range:
    """The places of the operands that are expressions themselves."""
    if name in {"plusTime", "extractFromUVCI", "dccDateOfBirth"}:
        return range(min(count, 1))
    return range(min(count, OPERANDS[name][1]))
