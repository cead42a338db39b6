"""The oddities of the EU's test suite in certificates: cases of our own."""

import cbor2
import pytest
from vaxproof._cli.case import Case, evaluate

from packages.vaxproof.tests.suite_cases import (
    ALL,
    EXP,
    HCERT,
    IAT,
    ISS,
    dcc,
    failing,
    indefinite,
    known_classes,
    naat,
    outcomes,
    recovery,
)

# The certificate as written


@pytest.mark.parametrize(
    "recorded",
    [
        cbor2.dumps({ISS: "AT", IAT: 1, EXP: 2, HCERT: {1: dcc()}}),
        cbor2.dumps({HCERT: {1: dcc()}}),
        cbor2.dumps({1: dcc()}),
        indefinite(dcc()),
    ],
    ids=["claims", "hcert", "inside hcert", "indefinite"],
)
def test_what_the_cbor_field_holds(build, recorded):
    assert outcomes(build(recorded=recorded)) == ALL


@pytest.mark.parametrize(
    "certificate",
    [
        dcc(ver="1.0.4"),
        dcc(ver="1.0.0"),
        dcc(meta={"notarisedOn": "2021-09-01", "passportNumber": "E1"}),
        dcc(pid="123"),
        dcc(ic="A1", pn="B2"),
        dcc(t=None, r=None),
        dcc(t=[], r=None),
        dcc(dt="2021-02-18T00:00:00"),
        dcc(dt="2021-02-18T00:00:00.000+08:00"),
        dcc(dob="1998-02-26T00:00:00"),
        dcc(dob="1998-02"),
        dcc(dob="1998"),
        dcc(dob=""),
        recovery(fr="2026-01-01T00:00:00Z", df="2026-01-12T10:00:00Z", du="2026-06-30T10:00:00Z"),
        naat(sc="2026-05-30T12:34:56.789012345+02:00"),
        naat(sc="2026-05-30T12:34:56+0200"),
        dcc(nam={"fnt": "MUESTER"}),
        dcc(nam={"gnt": "GABI"}),
        dcc(nam={"fn": "Іваненко", "fnt": "IVANENKO", "gn": "", "gnt": ""}),
        dcc(**{"is": "x" * 80}),
    ],
)
def test_readable_oddities_succeed_in_every_flag(build, certificate):
    assert outcomes(build(certificate)) == ALL


def test_groups_that_are_null_only_where_they_are_signed(build):
    assert outcomes(build(dcc(), encoded=dcc(t=None, r=None))) == ALL


def test_tag_0_around_dates(build):
    tagged = cbor2.CBORTag(0, "2026-05-30T12:34:56Z")
    assert outcomes(build(naat(), encoded=naat(sc=tagged))) == ALL
    assert outcomes(build(dcc(), encoded=dcc(dt=cbor2.CBORTag(0, "2021-02-18T00:00:00Z")))) == ALL


@pytest.mark.parametrize(
    ("expected", "signed", "fails"),
    [
        ("2026-05-30T12:34:56Z", "2026-05-30T14:34:56+02:00", False),
        ("2026-05-30T12:34:56.000Z", "2026-05-30T12:34:56Z", False),
        ("2026-05-30T12:34:56", "2026-05-30T12:34:56Z", False),
        ("2026-05-30T12:34:56Z", "2026-05-30T12:34:56+02:00", True),
        ("2026-05-30T12:34:56Z", "2026-05-30T12:34:57Z", True),
    ],
)
def test_times_are_compared_as_moments(build, expected, signed, fails):
    lost = {"DECODE", "VALIDJSON", "ENCODE"} if fails else set()
    assert failing(build(naat(sc=expected), encoded=naat(sc=signed))) == lost


def test_json_in_another_time_zone_is_known(build, tmp_path):
    content = build(naat(), encoded=naat(sc="2026-05-30T12:34:56+02:00"))
    del content["EXPECTEDRESULTS"]["EXPECTEDENCODE"]
    assert known_classes(content, tmp_path) == {("DECODE", "json-contradicts"), ("VALIDJSON", "json-contradicts")}


# The schema


@pytest.mark.parametrize(
    "certificate",
    [
        dcc(mp="EU/1/99/9999", ma="ORG-1", vp="J07BX99"),
        dcc(co="SMR"),
        dcc(tg="1"),
        naat(tt="LP0", tr="1", ma="9999"),
        dcc(dn=3, sd=2),
        dcc(ci="urn:uvci:01:xx:lower"),
        dcc(ci="V1"),
    ],
)
def test_codes_outside_the_value_sets_follow_the_schema(build, certificate):
    assert outcomes(build(certificate)) == ALL


@pytest.mark.parametrize(
    "certificate",
    [dcc(tg="1"), dcc(vp="x"), dcc(mp="x"), dcc(ma="x"), naat(tt="x"), naat(tr="x"), recovery(tg="x"), dcc(co="ROU")],
)
def test_a_value_set_expected_in_the_schema_is_known(build, certificate, tmp_path):
    content = build(certificate)
    content["EXPECTEDRESULTS"] = {"EXPECTEDSCHEMAVALIDATION": False}
    assert known_classes(content, tmp_path) == {("SCHEMAVALIDATION", "value-set-in-schema")}


@pytest.mark.parametrize(
    ("certificate", "known"),
    [
        (naat(tc="x" * 81), "text-too-long"),
        (naat(nm="x" * 81), "text-too-long"),
        (dcc(**{"is": "x" * 81}), "text-too-long"),
        (dcc(co=""), "empty-country"),
        (naat(co=""), "empty-country"),
        (recovery(co=""), "empty-country"),
        (dcc(dn=0), "zero-doses"),
        (dcc(sd=0), "zero-doses"),
        (dcc(dob="2026-06-04"), "born-in-the-future"),
    ],
)
def test_what_is_wanted_and_refused_is_known(build, certificate, known, tmp_path):
    content = build(certificate)
    assert failing(content) == {"SCHEMAVALIDATION"}
    assert known_classes(content, tmp_path) == {("SCHEMAVALIDATION", known)}


@pytest.mark.parametrize(
    "certificate",
    [
        dcc(dob="2027-01-01"),
        dcc(nam={"fn": "Müster", "fnt": "MUESTER", "gn": "😷🤒", "gnt": ""}),
        dcc(t=naat()["t"]),
        dcc() | {"v": dcc()["v"] * 2},
        dcc() | {"v": []},
        dcc(nam={"fn": "Müster"}),
        dcc(nam={"fnt": "Muester"}),
        dcc(ver="1.3"),
        dcc(dn="2"),
        dcc(dob="26.02.1998"),
    ],
)
def test_what_is_not_of_the_schema_fails_it(build, certificate):
    assert evaluate(Case("x", build(certificate)), "SCHEMAVALIDATION")[0] is False


def test_the_schema_can_be_checked_without_a_clock(build):
    content = build()
    del content["TESTCTX"]["VALIDATIONCLOCK"]
    assert {flag for flag, outcome in outcomes(content).items() if outcome is None} == {"EXPIRATIONCHECK"}
