"""CertLogic: the specification's points one by one, its limits, and any expression whatever."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxproof import Code, ProofError
from vaxproof.rules import certlogic, expression, moments
from vaxproof.rules.certlogic import evaluate

from packages.vaxproof.tests.certlogic_strategies import EXPRESSIONS, JSON_VALUES, NEAR_EXPRESSIONS

NAIVE = (datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001 -- hypothesis wants them without a zone


def refusal(logic, data=None, **limits):
    with pytest.raises(ProofError) as refused:
        evaluate(logic, data, **limits)
    return refused.value.code


def code_of(logic, data):
    """The code by which it is refused; None where it has a value."""
    try:
        evaluate(logic, data)
    except ProofError as refused:
        return refused.code
    return None


def at(text, amount=0, unit="day"):
    return {"plusTime": [text, amount, unit]}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021", "2021-12-31T00:00:00.000Z"),
        ("2020-02", "2020-02-29T00:00:00.000Z"),
        ("2021-02", "2021-02-28T00:00:00.000Z"),
        ("2021-12", "2021-12-31T00:00:00.000Z"),
        ("2021-07-03", "2021-07-03T00:00:00.000Z"),
        ("2021-07-03T01:02:03", "2021-07-03T01:02:03.000Z"),
        ("2021-07-03T01:02:03Z", "2021-07-03T01:02:03.000Z"),
        ("2021-07-03T01:02:03+7", "2021-07-02T18:02:03.000Z"),
        ("2021-07-03T01:02:03+07", "2021-07-02T18:02:03.000Z"),
        ("2021-07-03T01:02:03+730", "2021-07-02T17:32:03.000Z"),
        ("2021-07-03T01:02:03-0730", "2021-07-03T08:32:03.000Z"),
        ("2021-07-03T01:02:03+7:30", "2021-07-02T17:32:03.000Z"),
        ("2021-07-03T01:02:03-07:30", "2021-07-03T08:32:03.000Z"),
        ("2021-07-03T01:02:03.1", "2021-07-03T01:02:03.100Z"),
        ("2021-07-03T01:02:03.1239999Z", "2021-07-03T01:02:03.123Z"),
        ("2021-07-03T01:02:03.12+07:00", "2021-07-02T18:02:03.120Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("0000-02-29", "0000-02-29T00:00:00.000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
    ],
)
def test_every_form_of_a_date_time(text, instant):
    assert str(evaluate(at(text), None)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "", "21", "2021-7", "2021-13", "2021-00", "2021-02-29", "2021-09-99", "2021-1-1", "2021-07-03T", "20210703",
        "2021-07-03T01:02", "2021-07-03T24:00:00Z", "2021-07-03T01:60:00Z", "2021-07-03T01:02:60Z", " 2021", "2021 ",
        "2021-07-03T01:02:03z", "2021-07-03 01:02:03Z", "2021-07-03T01:02:03.", "2021-07-03T01:02:03.Z",
        "2021-07-03T01:02:03+24:00", "2021-07-03T01:02:03+07:60", "2021-07-03T01:02:03+7:", "2021-07-03T01:02:03+",
        "2021-07-03T01:02:03+07:0", "2021-07-03\n", "２０２１", "2021-07-03T01:02:03−07:00",
    ],
)  # fmt: skip
def test_what_is_no_date_time_is_refused(text):
    assert refusal(at(text)) is Code.RULE_NOT_EVALUABLE
    assert refusal({"dccDateOfBirth": [text]}) is Code.RULE_NOT_EVALUABLE


@pytest.mark.parametrize(
    ("text", "amount", "unit", "instant"),
    [
        ("2020-02-29", 1, "day", "2020-03-01"),
        ("2020-02-29", 1, "month", "2020-03-29"),
        ("2020-02-29", 1, "year", "2021-03-01"),
        ("2021-01-31", 1, "month", "2021-03-03"),
        ("2021-03-31", -1, "month", "2021-03-03"),
        ("2021-01-15", -13, "month", "2019-12-15"),
        ("2021-01-31", 25, "month", "2023-03-03"),
        ("2000-01-01", -2000, "year", "0000-01-01"),
        ("2021-07-03", -1, "hour", "2021-07-02T23"),
        ("9999-12-31", 1, "day", "+010000-01-01"),
        ("0000-01-01", -1, "day", "-000001-12-31"),
    ],
)
def test_adding_time_overflows_as_ecmascript_does(text, amount, unit, instant):
    assert str(evaluate(at(text, amount, unit), None)).startswith(instant)


@settings(deadline=None)
@given(st.dates(), st.integers(-3_000_000, 3_000_000))
def test_days_are_those_of_the_calendar(day, more):
    try:
        expected = day + timedelta(days=more)
    except OverflowError:
        return
    assert str(evaluate(at(day.isoformat(), more), None)) == f"{expected.isoformat()}T00:00:00.000Z"


@settings(deadline=None)
@given(st.datetimes(*NAIVE), st.integers(-1439, 1439))
def test_offsets_are_those_of_the_calendar(local, minutes):
    text = f"{local.isoformat()}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    instant = (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    written = instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert str(evaluate(at(text), None)) == written


@settings(deadline=None)
@given(st.integers(0, 9999), st.integers(1, 12))
def test_a_partial_date_is_its_last_day(year, month):
    end = moments.birth_date(f"{year:04d}-{month:02d}")
    assert str(moments.shifted(end, 1, "day"))[8:10] == "01"
    assert str(moments.birth_date(f"{year:04d}")) == str(moments.birth_date(f"{year:04d}-12"))
    if year:
        first = date(year, month, 1)
        assert end.milliseconds // 86_400_000 >= (first - date(1970, 1, 1)).days + 27


@settings(deadline=None)
@given(st.integers(-4_000_000_000_000_000, 4_000_000_000_000_000), st.integers(-140_000, 140_000))
def test_years_and_back_meet_again_but_on_leap_days(milliseconds, years):
    start = moments.Moment(milliseconds)
    back = moments.shifted(moments.shifted(start, years, "year"), -years, "year")
    assert abs(back.milliseconds - start.milliseconds) in {0, 86_400_000}


@pytest.mark.parametrize(
    ("logic", "data", "value"),
    [
        ({"var": "x.0"}, {"x": {"0": 1}}, 1),
        ({"var": "x.-1"}, {"x": [1]}, None),
        ({"var": "0"}, "text", None),
        ({"var": "x.length"}, {"x": [1]}, None),
        ({"var": "__proto__"}, {}, None),
        ({"var": "x." + "9" * 5000}, {"x": [1]}, None),
        ({"===": [True, 1]}, None, False),
        ({"===": [False, 0]}, None, False),
        ({"===": [1.0, 1]}, None, True),
        ({"===": [{"var": ""}, {"var": ""}]}, [1], True),
        ({"===": [[1], [1]]}, None, False),
        ({"===": [{"var": "a"}, {"var": "b"}]}, {}, True),
        ({"in": [1, [True]]}, None, False),
        ({"in": [True, [1, True]]}, None, True),
        ({"in": [{"var": "x"}, [{"var": "y"}]]}, {}, True),
        ({"and": [1, "", {"nonsense": []}]}, None, ""),
        ({"if": [False, {"nonsense": []}, "else"]}, None, "else"),
        ({"reduce": [[1, 2, 3], {"+": [{"var": "accumulator"}, {"var": "current"}]}, 10]}, None, 16),
        ({"reduce": [[1, 2], {"var": "data.x"}, 0]}, {"x": 7}, 7),
        ({"extractFromUVCI": ["URN:UVCI:URN:UVCI:01", 0]}, None, "URN"),
        ({"extractFromUVCI": ["urn:uvci:01", 0]}, None, "urn"),
        (42.0, None, 42),
    ],
)
def test_values(logic, data, value):
    found = evaluate(logic, data)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("logic", "data"),
    [
        ({"in": [1, "text"]}, None),
        ({"in": [1, {"var": ""}]}, {}),
        ({"+": [True, 1]}, None),
        ({"+": ["1", 1]}, None),
        ({"+": [9007199254740991, 1]}, None),
        ({"<": ["a", "b"]}, None),
        ({"<": [None, 1]}, None),
        ({"<": [1, {"var": "x"}]}, {}),
        ({"<": [True, 2]}, None),
        ({"after": ["2021-01-01", "2022-01-01"]}, None),
        ({"after": [at("2021"), {"var": "x"}]}, {}),
        ({"plusTime": [at("2021"), 1, "day"]}, None),
        ({"plusTime": [{"var": "x"}, 1, "day"]}, {}),
        ({"plusTime": ["2021", 300_000, "year"]}, None),
        ({"plusTime": ["2021", 10**30, "hour"]}, None),
        ({"dccDateOfBirth": ["2021-01-01T00:00:00Z"]}, None),
        ({"dccDateOfBirth": [{"var": "x"}]}, {}),
        ({"!": [at("2021")]}, None),
        ({"if": [{"var": ""}, 1, 2]}, 0.5),
        ({"and": [True, at("2021")]}, None),
        ({"reduce": ["text", 1, 1]}, None),
        ({"extractFromUVCI": [1, 0]}, None),
    ],
)
def test_a_value_of_the_wrong_type_is_not_evaluable(logic, data):
    code = refusal(logic, data)
    assert code is (Code.RULE_EXPRESSION_INVALID if None in next(iter(logic.values())) else Code.RULE_NOT_EVALUABLE)


BAD_EXPRESSIONS = [
    (None, "NOT_AN_EXPRESSION"),
    (3.14, "FRACTION"),
    (float("inf"), "FRACTION"),
    ({}, "NOT_ONE_KEY"),
    ({"if": [1, 2, 3], "and": [1, 2]}, "NOT_ONE_KEY"),
    ({"or": [1, 2]}, "OPERATION_UNKNOWN"),
    ({"==": [1, 1]}, "OPERATION_UNKNOWN"),
    ({"": []}, "OPERATION_UNKNOWN"),
    ({"!": 1}, "OPERANDS_MISSING"),
    ({"if": [1, 2]}, "OPERAND_COUNT"),
    ({"if": [1, 2, 3, 4]}, "OPERAND_COUNT"),
    ({"and": [1]}, "OPERAND_COUNT"),
    ({"<": [1, 2, 3, 4]}, "OPERAND_COUNT"),
    ({"===": [1, 2, 3]}, "OPERAND_COUNT"),
    ({"!": []}, "OPERAND_COUNT"),
    ({"!": [1, 2]}, "OPERAND_COUNT"),
    ({"reduce": [[], 1]}, "OPERAND_COUNT"),
    ({"var": ["x", 1]}, "VAR_FORM"),
    ({"var": 1}, "VAR_FORM"),
    ({"var": "."}, "VAR_PATH"),
    ({"var": "a..b"}, "VAR_PATH"),
    ({"var": ".a"}, "VAR_PATH"),
    ({"plusTime": ["2021", "1", "day"]}, "AMOUNT"),
    ({"plusTime": ["2021", 1, "week"]}, "UNIT"),
    ({"plusTime": ["2021", 1, ["day"]]}, "UNIT"),
    ({"extractFromUVCI": ["x", "0"]}, "INDEX"),
    ({"dccDateOfBirth": []}, "OPERAND_COUNT"),
]


@pytest.mark.parametrize(("logic", "kind"), BAD_EXPRESSIONS)
def test_what_is_not_certlogic_is_named_and_never_evaluated(logic, kind):
    assert [fault.kind for fault in expression.faults(logic)] == [kind]
    assert refusal(logic, {}) is Code.RULE_EXPRESSION_INVALID


def test_faults_say_where_they_are():
    logic = {"if": [{"and": [1, {"nonsense": [1]}]}, [None], {"var": "x"}]}
    assert [fault.place for fault in expression.faults(logic)] == ["if › 1 › and › 2 › nonsense", "if › 2 › 1"]


def test_an_endless_reduce_ends():
    """Fifty to the twelfth rounds in a few words: it ends after its steps, or this test never does."""
    logic = 0
    for _ in range(12):
        logic = {"reduce": [[0] * 50, logic, 0]}
    assert refusal(logic) is Code.RULE_NOT_EVALUABLE


@pytest.mark.parametrize(
    ("logic", "data"),
    [
        ({"reduce": [{"var": ""}, {"in": ["z", {"var": "data"}]}, 0]}, ["a"] * 20_000),
        ({"reduce": [{"var": ""}, {"extractFromUVCI": ["a" * 1_000_000, 0]}, 0]}, [0] * 10_000),
        ({"reduce": [{"var": ""}, at("2021-07-03T01:02:03." + "1" * 1_000_000), 0]}, [0] * 10_000),
        ([0] * 500_000, None),
    ],
)
def test_large_operands_cost_steps(logic, data):
    assert refusal(logic, data) is Code.RULE_NOT_EVALUABLE


def test_growing_numbers_and_arrays_stay_small():
    doubled = {"reduce": [{"var": ""}, {"+": [{"var": "accumulator"}, {"var": "accumulator"}]}, 1]}
    assert refusal(doubled, [0] * 100) is Code.RULE_NOT_EVALUABLE
    nested = {"reduce": [{"var": ""}, [{"var": "accumulator"}, {"var": "accumulator"}], 0]}
    assert refusal({"===": [1, nested]}, [0] * 50_000) is Code.RULE_NOT_EVALUABLE
    assert evaluate({"===": [1, nested]}, [0] * 5_000) is False


def test_depth_is_limited_before_python_complains():
    logic = True
    for _ in range(certlogic.MAX_DEPTH):
        logic = {"!": [logic]}
    assert evaluate(logic, None) is True
    assert expression.faults(logic) == ()
    for _ in range(100_000):
        logic = {"!": [logic]}
    assert refusal(logic) is Code.RULE_NOT_EVALUABLE
    assert [fault.kind for fault in expression.faults(logic)] == ["TOO_LARGE"]


def test_large_expressions_are_faulty():
    assert [fault.kind for fault in expression.faults({"in": ["a", ["a"] * 30_000]})] == ["TOO_LARGE"]
    assert [fault.kind for fault in expression.faults("a" * 1_000_000)] == ["TOO_LARGE"]
    assert expression.faults({"in": ["EU/1/20/1528", ["EU/1/20/1528"] * 5_000]}) == ()


def test_affected_fields_leave_out_what_a_reduce_makes():
    logic = {
        "and": [
            {"reduce": [{"var": "payload.v"}, {"var": "current.mp"}, {"var": "payload.dob"}]},
            {"var": "external.kid"},
        ]
    }
    assert expression.affected_fields(logic) == ("dob", "v")


@settings(deadline=None)
@given(NEAR_EXPRESSIONS, JSON_VALUES)
def test_anything_is_evaluated_or_refused_by_name(logic, data):
    assert code_of(logic, data) in {None, Code.RULE_EXPRESSION_INVALID, Code.RULE_NOT_EVALUABLE}


@settings(deadline=None)
@given(NEAR_EXPRESSIONS, JSON_VALUES)
def test_what_has_no_fault_is_never_refused_for_its_form(logic, data):
    if not expression.faults(logic):
        assert code_of(logic, data) in {None, Code.RULE_NOT_EVALUABLE}


@settings(deadline=None)
@given(EXPRESSIONS)
def test_expressions_by_the_book_have_no_fault(logic):
    assert expression.faults(logic) == ()
    assert expression.faults(json.loads(json.dumps(logic))) == ()


@settings(deadline=None)
@given(NEAR_EXPRESSIONS, JSON_VALUES)
def test_data_and_expression_are_left_as_they_are(logic, data):
    before = json.dumps([logic, data])
    code_of(logic, data)
    assert json.dumps([logic, data]) == before
