"""CertLogic 1.3.3: evaluation under limits. A rule comes from a stranger and may neither hang nor overflow a verifier.

What the prose leaves open follows its test suite and the reference implementation: `in` and `reduce` take null for
an empty array, the function of a `reduce` also sees the outer data as `data`, arrays, objects and date-times are
equal only to themselves.
"""

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from vaxproof.errors import Code, ProofError
from vaxproof.rules import moments
from vaxproof.rules.moments import Moment

LANGUAGE_VERSION: Final = (1, 3, 3)
MAX_STEPS: Final = 100_000  # expressions evaluated, those of every round of a reduce included: some 50 ms
MAX_DEPTH: Final = 200
SAFE: Final = 2**53 - 1  # integers are those that ECMAScript keeps exactly
PATH: Final = re.compile(r"(?:[^.]+(?:\.[^.]+)*)?")
_INDEX: Final = re.compile(r"[0-9]{1,9}")
_UCI_SEPARATORS: Final = re.compile("[/#:]")
_UCI_PREFIX: Final = "URN:UVCI:"
_LITERALS: Final = frozenset((str, bool, int))

MANY: Final = 1 << 30
OPERANDS: Final[dict[str, tuple[int, int]]] = {
    "if": (3, 3),
    "and": (2, MANY),
    "===": (2, 2),
    "in": (2, 2),
    "+": (2, 2),
    **dict.fromkeys((">", "<", ">=", "<=", "after", "before", "not-after", "not-before"), (2, 3)),
    "!": (1, 1),
    "plusTime": (3, 3),
    "dccDateOfBirth": (1, 1),
    "reduce": (3, 3),
    "extractFromUVCI": (2, 2),
}


class _Run:
    """What is left of the limits."""

    __slots__ = ("depth", "steps")

    def __init__(self, steps: int, depth: int) -> None:
        self.steps = steps
        self.depth = depth

    def pay(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise ProofError(Code.RULE_NOT_EVALUABLE, "too many steps")


def evaluate(expression: Any, data: Any, *, steps: int = MAX_STEPS, depth: int = MAX_DEPTH) -> Any:
    """The value of the expression on the data: a JSON value or a `Moment`. Parts of it may be shared.

    `data`: JSON values as `json.loads` makes them. An expression that is not taken is not looked at.

    Raises:
        ProofError: RULE_EXPRESSION_INVALID (not CertLogic), RULE_NOT_EVALUABLE (the operands have the wrong type,
            a date does not exist, or a limit is reached).
    """
    return _value(expression, data, _Run(steps, depth))


def is_integer(value: Any) -> bool:
    """Whether it is an integer as JSON and ECMAScript understand it: 42 and 42.0, but neither 3.14 nor true."""
    return type(value) is int or (type(value) is float and isfinite(value) and value.is_integer())


def truth(value: Any) -> bool | None:
    """True or false for what is truthy or falsy; None for what is neither: fractions and date-times."""
    kind = type(value)
    if value is None or kind is bool:
        return bool(value)
    if kind is str or kind is list or kind is dict or is_integer(value):
        return bool(value)
    return None


def same(left: Any, right: Any) -> bool:
    """Equality without coercion: by value for null, booleans, numbers and texts, by identity for the rest."""
    if left is right:
        return True
    kind = type(left)
    if kind is str or kind is bool:
        return type(right) is kind and bool(left == right)
    if kind is int or kind is float:
        return type(right) in {int, float} and bool(left == right)
    return False


def _value(expression: Any, data: Any, run: _Run) -> Any:
    run.steps -= 1
    if run.steps < 0:
        raise ProofError(Code.RULE_NOT_EVALUABLE, "too many steps")
    kind = type(expression)
    if kind in _LITERALS:
        return expression
    if kind is dict or kind is list:
        run.depth -= 1
        if run.depth < 0:
            raise ProofError(Code.RULE_NOT_EVALUABLE, "nested too deeply")
        value = _operation(expression, data, run) if kind is dict else _items(expression, data, run)
        run.depth += 1
        return value
    if is_integer(expression):
        return int(expression)
    raise ProofError(Code.RULE_EXPRESSION_INVALID, "not an expression")


def _items(expressions: list[Any], data: Any, run: _Run) -> list[Any]:
    run.pay(len(expressions) >> 2)
    values = []
    for item in expressions:
        values.append(item if type(item) in _LITERALS else _value(item, data, run))  # noqa: PERF401 -- a comprehension is a frame more
    return values


def _operation(expression: dict[str, Any], data: Any, run: _Run) -> Any:
    if len(expression) != 1:
        raise ProofError(Code.RULE_EXPRESSION_INVALID, "an object must have one key")
    ((name, operands),) = expression.items()
    if name == "var":
        return _read(operands, data)
    bounds = OPERANDS.get(name)
    if bounds is None:
        raise ProofError(Code.RULE_EXPRESSION_INVALID, "unknown operation")
    if type(operands) is not list or not bounds[0] <= len(operands) <= bounds[1]:
        raise ProofError(Code.RULE_EXPRESSION_INVALID, f"operands of {name}")
    return _OPERATIONS[name](operands, data, run)


def _read(path: Any, data: Any) -> Any:
    if type(path) is not str:
        raise ProofError(Code.RULE_EXPRESSION_INVALID, "path of var")
    for fragment in _fragments(path):
        data = member(data, fragment)
    return data


def member(value: Any, name: str) -> Any:
    """What lies under this name in an object, or at this place in an array; else None."""
    if type(value) is dict:
        return value.get(name)
    if type(value) is list and _INDEX.fullmatch(name) and int(name) < len(value):
        return value[int(name)]
    return None


@lru_cache(1024)
def _fragments(path: str) -> tuple[str, ...]:
    if PATH.fullmatch(path) is None:
        raise ProofError(Code.RULE_EXPRESSION_INVALID, "path of var")
    return tuple(path.split(".")) if path else ()


def _decided(value: Any, name: str) -> bool:
    decided = truth(value)
    if decided is None:
        raise ProofError(Code.RULE_NOT_EVALUABLE, f"{name}: neither truthy nor falsy")
    return decided


def _if(operands: list[Any], data: Any, run: _Run) -> Any:
    taken = 1 if _decided(_value(operands[0], data, run), "if") else 2
    return _value(operands[taken], data, run)


def _and(operands: list[Any], data: Any, run: _Run) -> Any:
    value: Any = True
    for operand in operands:
        value = _value(operand, data, run)
        if not _decided(value, "and"):
            break
    return value


def _not(operands: list[Any], data: Any, run: _Run) -> bool:
    return not _decided(_value(operands[0], data, run), "!")


def _equals(operands: list[Any], data: Any, run: _Run) -> bool:
    return same(_value(operands[0], data, run), _value(operands[1], data, run))


def _in(operands: list[Any], data: Any, run: _Run) -> bool:
    member, values = _value(operands[0], data, run), _value(operands[1], data, run)
    if values is None:
        return False
    if type(values) is not list:
        raise ProofError(Code.RULE_NOT_EVALUABLE, "in: not an array")
    run.pay(len(values) >> 4)
    if type(member) is str:
        return member in values
    return any(same(member, value) for value in values)


def _plus(operands: list[Any], data: Any, run: _Run) -> int:
    left, right = _value(operands[0], data, run), _value(operands[1], data, run)
    if not (is_integer(left) and is_integer(right)):
        raise ProofError(Code.RULE_NOT_EVALUABLE, "+: not integers")
    total = int(left) + int(right)
    if abs(total) > SAFE:
        raise ProofError(Code.RULE_NOT_EVALUABLE, "+: too large")
    return total


def _integers(name: str, compare: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any, _Run], bool]:
    def compared(operands: list[Any], data: Any, run: _Run) -> bool:
        values = []
        for operand in operands:
            value = _value(operand, data, run)
            if not is_integer(value):
                raise ProofError(Code.RULE_NOT_EVALUABLE, f"{name}: not integers")
            values.append(value)
        return all(map(compare, values, values[1:]))

    return compared


def _moments(name: str, compare: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any, _Run], bool]:
    def compared(operands: list[Any], data: Any, run: _Run) -> bool:
        values = []
        for operand in operands:
            value = _value(operand, data, run)
            if type(value) is not Moment:
                raise ProofError(Code.RULE_NOT_EVALUABLE, f"{name}: not date-times")
            values.append(value.milliseconds)
        return all(map(compare, values, values[1:]))

    return compared


def _plus_time(operands: list[Any], data: Any, run: _Run) -> Moment:
    operand, amount, unit = operands
    if not is_integer(amount) or unit not in moments.UNITS:
        raise ProofError(Code.RULE_EXPRESSION_INVALID, "plusTime: amount or unit")
    moment = moments.parse(_text(_value(operand, data, run), "plusTime", run))
    return moments.shifted(moment, int(amount), unit) if amount else moment


def _date_of_birth(operands: list[Any], data: Any, run: _Run) -> Moment:
    return moments.birth_date(_text(_value(operands[0], data, run), "dccDateOfBirth", run))


def _text(value: Any, name: str, run: _Run) -> str:
    if type(value) is not str:
        raise ProofError(Code.RULE_NOT_EVALUABLE, f"{name}: not a text")
    run.pay(len(value) >> 5)
    return value


def _reduce(operands: list[Any], data: Any, run: _Run) -> Any:
    operand, combine, initial = operands
    values = _value(operand, data, run)
    accumulator = _value(initial, data, run)
    if values is None:
        return accumulator
    if type(values) is not list:
        raise ProofError(Code.RULE_NOT_EVALUABLE, "reduce: not an array")
    for current in values:
        accumulator = _value(combine, {"accumulator": accumulator, "current": current, "data": data}, run)
    return accumulator


def _from_uci(operands: list[Any], data: Any, run: _Run) -> str | None:
    operand, index = operands
    if not is_integer(index):
        raise ProofError(Code.RULE_EXPRESSION_INVALID, "extractFromUVCI: index")
    value = _value(operand, data, run)
    if value is None:
        return None
    fragments = _UCI_SEPARATORS.split(_text(value, "extractFromUVCI", run).removeprefix(_UCI_PREFIX))
    return fragments[int(index)] if 0 <= index < len(fragments) else None


_OPERATIONS: Final[dict[str, Callable[[list[Any], Any, _Run], Any]]] = {
    "if": _if,
    "and": _and,
    "!": _not,
    "===": _equals,
    "in": _in,
    "+": _plus,
    ">": _integers(">", operator.gt),
    "<": _integers("<", operator.lt),
    ">=": _integers(">=", operator.ge),
    "<=": _integers("<=", operator.le),
    "after": _moments("after", operator.gt),
    "before": _moments("before", operator.lt),
    "not-before": _moments("not-before", operator.ge),
    "not-after": _moments("not-after", operator.le),
    "plusTime": _plus_time,
    "dccDateOfBirth": _date_of_birth,
    "reduce": _reduce,
    "extractFromUVCI": _from_uci,
}
