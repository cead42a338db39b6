"""Expressions and data for property tests: by the book, and near it."""

from hypothesis import strategies as st
from vaxproof.rules import moments

WORDS = st.sampled_from(["", "a", "b", "0", "1", "x", "2021", "2021-02", "2020-02-29", "2021-06-01T12:00:00+02:00"])
TEXTS = WORDS | st.text(max_size=8) | st.dates().map(str)
SCALARS = TEXTS | st.booleans() | st.integers(-1000, 1000)
KEYS = st.sampled_from(["a", "b", "x", "0", "1", "payload", "data", "current"])
JSON_VALUES = st.recursive(
    SCALARS | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
PATHS = st.lists(KEYS | st.sampled_from(["accumulator", "current"]), max_size=3).map(".".join)
UCIS = st.lists(st.sampled_from(["URN:UVCI:", "URN:", "01", "VN", "/", "#", ":", "abc"]), max_size=6).map("".join)
UNITS = st.sampled_from(moments.UNITS)
AMOUNTS = st.integers(-3000, 3000)
COMPARISONS = st.sampled_from([">", "<", ">=", "<="])
DATE_COMPARISONS = st.sampled_from(["after", "before", "not-after", "not-before"])


def operation(name, *operands):
    return st.tuples(*operands).map(lambda values: {name: list(values)})


def comparison(names, operand):
    return st.tuples(names, st.lists(operand, min_size=2, max_size=3)).map(lambda pair: {pair[0]: pair[1]})


def operations(inner):
    """Every operation over expressions of `inner`."""
    dates = operation("plusTime", TEXTS | inner, AMOUNTS, UNITS) | operation("dccDateOfBirth", TEXTS)
    return st.one_of(
        st.lists(inner, max_size=4),
        operation("if", inner, inner, inner),
        st.lists(inner, min_size=2, max_size=4).map(lambda values: {"and": values}),
        operation("===", inner, inner),
        operation("in", inner, st.lists(inner, max_size=4)),
        operation("in", inner, inner),
        operation("+", st.integers(-50, 50) | inner, st.integers(-50, 50) | inner),
        st.tuples(COMPARISONS, st.lists(st.integers(-5, 5) | inner, min_size=2, max_size=3)).map(
            lambda t: {t[0]: t[1]}
        ),
        st.tuples(DATE_COMPARISONS, st.lists(dates, min_size=2, max_size=3)).map(lambda t: {t[0]: t[1]}),
        operation("!", inner),
        dates,
        operation("reduce", st.lists(inner, max_size=4) | inner, inner, inner),
        operation("extractFromUVCI", UCIS | inner, st.integers(-2, 6)),
    )


LEAVES = SCALARS | PATHS.map(lambda path: {"var": path})
EXPRESSIONS = st.recursive(LEAVES, operations, max_leaves=12)
MISTAKES = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dictionaries(TEXTS, JSON_VALUES, max_size=2),
    st.sampled_from(["if", "and", "!", "reduce", "plusTime", "in", "var", "+", "<", "extractFromUVCI"]).flatmap(
        lambda name: st.lists(JSON_VALUES, max_size=4).map(lambda operands: {name: operands})
    ),
)
NEAR_EXPRESSIONS = st.recursive(LEAVES | MISTAKES, operations, max_leaves=12)
