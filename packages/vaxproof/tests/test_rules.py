"""Rules: read strictly, faults named, selected, judged, explained; and the document that carries them."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaxproof import Code, ProofError
from vaxproof.claims import Kind
from vaxproof.rules import book, explain, expression, gateway
from vaxproof.rules.judge import Outcome, judge
from vaxproof.rules.rule import Rule, form_faults
from vaxproof.rules.value_sets import ValueSets, built_in

from packages.vaxproof.tests.certlogic_strategies import JSON_VALUES
from packages.vaxproof.tests.rule_samples import SINCE_DOSE, VACCINATED, rule

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TRUE = {"if": [True, True, {"var": "payload.v"}]}
FALSE = {"if": [True, False, {"var": "payload.v"}]}


def sets(*rules, country="VN", purpose="entry"):
    return [book.RuleSet(country, purpose, tuple(Rule.from_json(value) for value in rules))]


def judged(*rules, dcc=VACCINATED, country="VN", at=NOW, **circumstances):
    return judge(sets(*rules), dcc, country=country, at=at, **circumstances)


def codes(faults):
    return [fault.code for fault in faults]


# Reading


def test_a_rule_is_read_and_written_again():
    read = Rule.from_json(rule())
    assert read.valid_to == datetime(2029, 12, 31, 17, tzinfo=UTC)
    assert read.descriptions["vi"].startswith("Mũi")
    assert Rule.from_json(json.loads(json.dumps(read.to_json()))) == read
    assert Rule.from_json(rule(Region="HN") | {"Unknown": 1}).to_json()["Region"] == "HN"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("Identifier", "VR-VN-X"),
        ("Identifier", "XX-VN-0001"),
        ("Identifier", "VR-VN-0001\n"),
        ("Type", "Refusal"),
        ("Type", ["Acceptance"]),
        ("Country", "vn"),
        ("Version", "1.0"),
        ("Version", "1.0.0-beta"),
        ("SchemaVersion", 1),
        ("EngineVersion", ""),
        ("CertificateType", "Visa"),
        ("Description", []),
        ("Description", [{"lang": "en"}]),
        ("Description", [{"lang": "english", "desc": "x"}]),
        ("Description", [{"lang": "en", "desc": "x" * 5001}]),
        ("ValidFrom", "2026-01-01"),
        ("ValidFrom", "2026-02-30T00:00:00Z"),
        ("ValidFrom", "2026-01-01T00:00:00"),
        ("ValidTo", "0001-01-01T00:00:00+23:59"),
        ("AffectedFields", "v.0"),
        ("AffectedFields", [1]),
        ("Logic", True),
        ("Logic", None),
        ("Region", 7),
        ("Engine", None),
    ],
)
def test_a_wrong_member_is_named(member, value):
    faults = list(form_faults(rule(**{member: value})))
    assert [(fault.code, fault.member) for fault in faults] == [(Code.RULE_INVALID, member)]
    with pytest.raises(ProofError) as refused:
        Rule.from_json(rule(**{member: value}))
    assert (refused.value.code, refused.value.detail) == (Code.RULE_INVALID, member)


def test_another_engine_and_a_wrong_expression_are_refused_by_name():
    assert codes(form_faults(rule(Engine="DROOLS"))) == [Code.RULE_ENGINE_UNKNOWN]
    (fault,) = form_faults(rule(Logic={"or": [1, 2]}))
    assert fault.code is Code.RULE_EXPRESSION_INVALID
    assert fault.faults[0].kind == "OPERATION_UNKNOWN"
    assert codes(form_faults(rule(Engine="DROOLS", Country="x", Logic={"or": []}))) == [
        Code.RULE_INVALID,
        Code.RULE_ENGINE_UNKNOWN,
        Code.RULE_EXPRESSION_INVALID,
    ]


@settings(deadline=None)
@given(JSON_VALUES)
def test_anything_but_a_rule_is_refused(value):
    with pytest.raises(ProofError):
        Rule.from_json(value)


@settings(deadline=None)
@given(st.sampled_from(sorted(rule())), JSON_VALUES)
def test_any_member_of_any_kind_is_taken_or_refused(member, value):
    changed = rule()
    changed[member] = value
    if not list(form_faults(changed)):
        assert Rule.from_json(Rule.from_json(changed).to_json()) == Rule.from_json(changed)


# What the gateway asks


FUTURE = {"ValidFrom": "2026-06-05T00:00:00Z", "ValidTo": "2027-06-05T00:00:00Z"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Identifier": "IR-VN-0001"}, Code.RULE_ACCEPTANCE_PREFIX),
        ({"Type": "Invalidation"}, Code.RULE_INVALIDATION_PREFIX),
        ({"Identifier": "TR-VN-0001"}, Code.RULE_PREFIX_MISMATCH),
        ({"CertificateType": "General"}, Code.RULE_PREFIX_MISMATCH),
        ({"Identifier": "VR-LA-0001"}, Code.RULE_COUNTRY_DIFFERS),
        ({"Country": "LA"}, Code.RULE_COUNTRY_DIFFERS),
        ({"Version": "0.9.9"}, Code.RULE_VERSION_NOT_HIGHER),
        ({"Version": "1.0.0"}, Code.RULE_VERSION_NOT_HIGHER),
        ({"ValidTo": FUTURE["ValidFrom"]}, Code.RULE_WINDOW_BACKWARDS),
        ({"ValidTo": "2026-06-07T23:59:59Z"}, Code.RULE_WINDOW_TOO_SHORT),
        ({"ValidFrom": "2026-06-15T12:00:01Z"}, Code.RULE_FROM_TOO_FAR),
        ({"ValidFrom": "2026-06-03T11:59:59Z"}, Code.RULE_FROM_TOO_SOON),
        ({"Description": [{"lang": "en", "desc": "Too short."}]}, Code.RULE_ENGLISH_MISSING),
        ({"Description": [{"lang": "vi", "desc": "Không có tiếng Anh ở đây."}]}, Code.RULE_ENGLISH_MISSING),
        ({"AffectedFields": ["v.0.mp"]}, Code.RULE_FIELDS_DIFFER),
        ({"EngineVersion": "1.3.4"}, Code.RULE_ENGINE_TOO_NEW),
    ],
)
def test_each_constraint_of_the_gateway_is_a_fault_of_its_own(changes, code):
    last = Rule.from_json(rule())
    right = rule(**FUTURE, Version="1.0.10")
    assert list(gateway.faults(Rule.from_json(right), now=NOW, sender="VN", last=last)) == []
    assert codes(gateway.faults(Rule.from_json(right | changes), now=NOW, sender="VN", last=last)) == [code]


def test_invalidation_begins_in_the_future_and_no_version_begins_before_the_last():
    invalidation = rule(Identifier="IR-VN-0001", Type="Invalidation", ValidFrom="2026-06-01T12:00:00Z")
    assert codes(gateway.faults(Rule.from_json(invalidation), now=NOW)) == [Code.RULE_FROM_PAST]
    last = Rule.from_json(rule(ValidFrom="2026-06-06T00:00:00Z"))
    newer = Rule.from_json(rule(**FUTURE, Version="1.1.0"))
    assert codes(gateway.faults(newer, now=NOW, last=last)) == [Code.RULE_FROM_BEFORE_LAST]


def test_versions_are_numbers():
    assert Rule.from_json(rule(Version="1.10.0")).precedence > Rule.from_json(rule(Version="1.9.0")).precedence


# The document


def test_the_document_carries_sets_and_the_same_sets_make_the_same_bytes():
    ours = [*sets(rule(), rule(Version="1.0.1")), *sets(rule(Identifier="VR-DE-0001", Country="DE"), country="DE")]
    data = book.encode(ours, made_at=NOW, next_at=NOW + timedelta(days=1), number=3)
    assert data == book.encode(reversed(ours), made_at=NOW, next_at=NOW + timedelta(days=1), number=3)
    assert {(entry.country, len(entry.rules)) for entry in book.read(data)} == {("VN", 2), ("DE", 1)}
    assert json.loads(data)["number"] == 3


@pytest.mark.parametrize(
    "change",
    [
        {"sets": None},
        {"sets": [1]},
        {"sets": [{"country": "VN", "purpose": "entry", "rules": [rule(Version="x")]}]},
        {"sets": [{"country": "VN", "purpose": "entry", "rules": [rule(Engine="DROOLS")]}]},
        {"sets": [{"country": "VN", "purpose": "entry", "rules": [7]}]},
        {"sets": [{"country": "VN", "rules": []}]},
        {"format": "vaxproof-trust-list"},
        {"version": 2},
    ],
)
def test_a_wrong_document_is_refused_whole(change):
    data = json.loads(book.encode(sets(rule()), made_at=NOW, next_at=NOW))
    with pytest.raises(ProofError) as refused:
        book.read(json.dumps(data | change).encode())
    assert refused.value.code is Code.RULES_INVALID


@settings(deadline=None)
@given(st.binary(max_size=60) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_refused_by_name(data):
    for read, code in ((book.read, Code.RULES_INVALID), (ValueSets.from_json, Code.VALUE_SETS_INVALID)):
        with pytest.raises(ProofError) as refused:
            read(data)
        assert refused.value.code is code


# Selection


def question(**changes):
    return book.Question(**{"country": "VN", "purpose": "entry", "kind": Kind.VACCINATION, "at": NOW} | changes)


def chosen(all_sets, **changes):
    return [(rule.identifier, rule.version) for rule in book.select(all_sets, question(**changes))]


def test_the_highest_version_in_force_counts():
    all_sets = sets(
        rule(), rule(Version="1.9.0"), rule(Version="1.10.0"), rule(Version="2.0.0", ValidFrom="2026-07-01T00:00:00Z")
    )
    assert chosen(all_sets) == [("VR-VN-0001", "1.10.0")]
    assert chosen(all_sets, at=NOW + timedelta(days=60)) == [("VR-VN-0001", "2.0.0")]
    assert chosen(all_sets, at=NOW - timedelta(days=600)) == []


def test_a_window_includes_both_ends():
    all_sets = sets(rule())
    ends = datetime(2029, 12, 31, 17, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert chosen(all_sets, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not chosen(all_sets, at=datetime(2026, 1, 1, tzinfo=UTC) - second)
    assert chosen(all_sets, at=ends)
    assert not chosen(all_sets, at=ends + second)


def test_country_purpose_kind_and_region_select():
    general = rule(Identifier="GR-VN-0001", CertificateType="General")
    test = rule(Identifier="TR-VN-0001", CertificateType="Test")
    regional = rule(Identifier="VR-VN-0002", Region="HN")
    all_sets = [*sets(rule(), general, test, regional), *sets(rule(Identifier="VR-VN-0009"), purpose="school")]
    assert chosen(all_sets) == [("GR-VN-0001", "1.0.0"), ("VR-VN-0001", "1.0.0")]
    assert chosen(all_sets, kind=Kind.TEST) == [("GR-VN-0001", "1.0.0"), ("TR-VN-0001", "1.0.0")]
    assert ("VR-VN-0002", "1.0.0") in chosen(all_sets, region="HN")
    assert chosen(all_sets, region="SG") == chosen(all_sets)
    assert chosen(all_sets, purpose="school") == [("VR-VN-0009", "1.0.0")]
    assert chosen(all_sets, country="LA") == []


def test_invalidation_is_the_issuers_matter():
    invalidation = rule(Identifier="IR-DE-0001", Country="DE", Type="Invalidation")
    acceptance = rule(Identifier="VR-DE-0001", Country="DE")
    all_sets = [*sets(rule()), *sets(invalidation, acceptance, country="DE")]
    assert chosen(all_sets, issuer_country="DE") == [("VR-VN-0001", "1.0.0"), ("IR-DE-0001", "1.0.0")]
    assert chosen(all_sets, issuer_country="FR") == [("VR-VN-0001", "1.0.0")]


# Judging


@pytest.mark.parametrize(
    ("logics", "outcome", "code"),
    [
        ([TRUE], Outcome.PASSED, None),
        ([TRUE, FALSE], Outcome.FAILED, None),
        ([TRUE, {"+": [1, {"var": "payload.v"}]}], Outcome.OPEN, Code.RULE_NOT_EVALUABLE),
        ([FALSE, {"+": [1, {"var": "payload.v"}]}], Outcome.FAILED, None),
        ([{"var": "payload.dob"}], Outcome.OPEN, Code.RULE_NOT_EVALUABLE),
    ],
)
def test_the_outcome_of_several(logics, outcome, code):
    rules = [rule(Identifier=f"VR-VN-{n}", Logic=logic) for n, logic in enumerate(logics, start=1)]
    found = judged(*rules)
    assert (found.outcome, found.code) == (outcome, code)
    assert len(found.findings) == len(logics)


def test_no_rules_is_open_never_passed():
    assert judged(rule(), country="LA").code is Code.RULES_NOT_KNOWN
    assert judged(rule(), at=NOW - timedelta(days=900)).code is Code.RULES_NOT_KNOWN
    test_only = rule(Identifier="TR-VN-0001", CertificateType="Test")
    assert judged(test_only).code is Code.RULES_NOT_KNOWN
    assert judged(rule(Identifier="IR-VN-1", Type="Invalidation", Logic=TRUE)).code is Code.RULES_NOT_KNOWN
    assert judged(rule(), dcc={"ver": "1.3.0"}).outcome is Outcome.OPEN


def test_a_later_engine_is_open():
    (finding,) = judged(rule(EngineVersion="2.0.0")).findings
    assert (finding.outcome, finding.code) == (Outcome.OPEN, Code.RULE_ENGINE_TOO_NEW)


def test_days_since_the_dose_count_from_the_clock_given():
    assert judged(rule()).outcome is Outcome.PASSED
    assert judged(rule(), at=datetime(2026, 5, 14, 23, 59, 59, tzinfo=UTC)).outcome is Outcome.FAILED
    assert judged(rule(), at=datetime(2026, 5, 15, tzinfo=UTC)).outcome is Outcome.PASSED


def test_rules_see_their_circumstances():
    wanted = {
        "countryCode": "VN",
        "issuerCountryCode": "FR",
        "kid": "AAECAwQFBgc=",
        "region": "HN",
        "iat": "2026-05-01T00:00:00.000Z",
        "exp": "2027-05-01T00:00:00.000Z",
        "validationClock": "2026-06-01T12:00:00.000Z",
    }
    logics = [{"===": [{"var": f"external.{name}"}, value]} for name, value in wanted.items()]
    logics.append({"in": [{"var": "payload.v.0.mp"}, {"var": "external.valueSets.vaccines-covid-19-names"}]})
    rules = [rule(Identifier=f"VR-VN-{n}", Logic=logic) for n, logic in enumerate(logics, start=1)]
    found = judged(
        *rules,
        issuer_country="FR",
        kid="AAECAwQFBgc=",
        region="HN",
        issued_at=datetime(2026, 5, 1, tzinfo=UTC),
        expires_at=datetime(2027, 5, 1, tzinfo=UTC),
    )
    assert found.outcome is Outcome.PASSED, [f for f in found.findings if f.outcome is not Outcome.PASSED]


@settings(deadline=None)
@given(JSON_VALUES, st.sampled_from("vtr"))
def test_no_certificate_whatever_makes_judging_fail(value, group):
    before = deepcopy(value)
    general = rule(Identifier="GR-VN-1", CertificateType="General", AffectedFields=["v.0.dt", "dob", "a.0.b"])
    assert judged(rule(), general, dcc={group: value, "dob": value}).outcome in set(Outcome)
    assert value == before


# In words


def test_a_failing_rule_says_what_it_asks_and_what_the_certificate_says():
    fields = ["dob", "v.0.dt", "v.0.mp", "v.0.ma", "v.0.tg", "v.0.co", "v.0.dn", "v.0"]
    (finding,) = judged(rule(Logic=FALSE, AffectedFields=fields)).findings
    vietnamese, english = explain.explain(finding, "vi"), explain.explain(finding, "en")
    assert vietnamese.asks == "Mũi tiêm gần nhất đã qua ít nhất 14 ngày."
    assert english.asks == "At least 14 days have passed since the last dose."
    assert "Ngày tiêm: 01/05/2026" in vietnamese.text
    assert "Date of the dose: 2026-05-01" in english.text
    assert "Vắc xin: Comirnaty (EU/1/20/1528)" in vietnamese.text
    assert "Bệnh: COVID-19" in vietnamese.text
    assert "Manufacturer of the vaccine: Biontech" in english.text
    assert [field.field for field in english.fields] == fields[:-1]
    assert vietnamese.text.startswith("Không đạt.")


def test_a_reader_of_another_language_gets_english_and_one_without_english_gets_something():
    (finding,) = judged(rule(Logic=FALSE)).findings
    assert explain.explain(finding, "fr").asks.startswith("At least")
    only = rule(Logic=FALSE, Description=[{"lang": "de", "desc": "Nur auf Deutsch vorhanden."}])
    (finding,) = judged(only).findings
    assert explain.explain(finding, "vi").asks == "Nur auf Deutsch vorhanden."


def test_names_come_from_the_published_value_sets():
    document = {"value_sets": {"country-2-codes": {"date": "2026-01-01", "values": {"VN": {"display": "Viet Nam"}}}}}
    published = ValueSets.from_document(document)
    (finding,) = judged(rule(Logic=FALSE, AffectedFields=["v.0.co"]), value_sets=published).findings
    assert "Viet Nam (VN)" in explain.explain(finding, "en", published).text
    assert published.codes == {"country-2-codes": ["VN"]}
    assert "EU/1/20/1528" in built_in().codes["vaccines-covid-19-names"]


@pytest.mark.parametrize("kind", list(expression.FaultKind))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fault_of_an_expression_has_words(kind, language):
    about = {"name": "x", "count": "3", "wanted": "2", "units": "day", "most": "200", "number": "1.5"}
    fault = expression.Fault(kind, ("if", 0), None, "", about)
    said = explain.fault_sentence(fault, language)
    assert len(said) > 30
    assert "{" not in said.replace('{"var"', "")


def test_a_fault_is_told_to_people_with_its_place():
    (fault,) = expression.faults({"and": [True, {"or": [SINCE_DOSE]}]})
    assert explain.fault_sentence(fault, "vi") == (
        "CertLogic không có phép toán “or”. Hãy kiểm tra chính tả. Vị trí: and › 2 › or."
    )
