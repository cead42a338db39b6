"""Validity rules: a passport that is valid as a proof is judged by a country's rules, a second answer beside it."""

from typing import Any

from packages.vaxproof.vectors.generator import publications as p
from packages.vaxproof.vectors.generator.case import Case, put
from packages.vaxproof.vectors.generator.envelope import covid_test, hc1, recovery, vaccination

Logic = dict[str, Any]
_DN, _SD, _DT = ({"var": f"payload.v.0.{name}"} for name in ("dn", "sd", "dt"))
_COMPLETE: Logic = {">=": [_DN, _SD]}
_CLOCK: Logic = {"plusTime": [{"var": "external.validationClock"}, 0, "day"]}
_RECENT: Logic = {"not-after": [_CLOCK, {"plusTime": [_DT, 270, "day"]}]}
_LISTED: Logic = {"in": [{"var": "payload.v.0.mp"}, {"var": "external.valueSets.vaccines-covid-19-names"}]}
_NEGATIVE: Logic = {"===": [{"var": "payload.t.0.tr"}, "260415000"]}
_NOT_FROM_VN: Logic = {"!": [{"===": [{"var": "payload.v.0.ma"}, "TEST-HOLDER"]}]}
_NUMBER: Logic = {"+": [_DN, _SD]}


def _rule(identifier: str, logic: Logic, **changes: Any) -> dict[str, Any]:
    kind = {"GR": "General", "VR": "Vaccination", "TR": "Test", "RR": "Recovery", "IR": "Vaccination"}[identifier[:2]]
    return {
        "Identifier": identifier, "Type": "Invalidation" if identifier[:2] == "IR" else "Acceptance",
        "Country": identifier[3:5], "Version": "1.0.0", "SchemaVersion": "1.0.0", "Engine": "CERTLOGIC",
        "EngineVersion": "1.0.0", "CertificateType": kind,
        "Description": [{"lang": "en", "desc": "A rule for testing verifiers of certificates."}],
        "ValidFrom": "2026-01-01T00:00:00Z", "ValidTo": "2027-01-01T00:00:00Z",
        "AffectedFields": ["v.0.dn"], "Logic": logic,
    } | changes  # fmt: skip


def _sets() -> list[dict[str, Any]]:
    old, new = "2026-05-01T00:00:00Z", "2026-06-01T12:00:00Z"
    by_country: dict[str, list[dict[str, Any]]] = {
        "DE": [_rule("VR-DE-0001", _COMPLETE), _rule("VR-DE-0002", _RECENT), _rule("TR-DE-0001", _NEGATIVE)],
        "FR": [_rule("GR-FR-0001", {"!": [{"var": "payload.t.0"}]}), _rule("VR-FR-0001", _LISTED)],
        "IT": [_rule("VR-IT-0001", {"===": [_DN, 9]}), _rule("VR-IT-0001", _COMPLETE, Version="1.10.0"), _rule("VR-IT-0001", {"===": [_DN, 8]}, Version="1.9.0")],
        "ES": [_rule("VR-ES-0001", _NUMBER), _rule("VR-ES-0002", _COMPLETE)],
        "AT": [_rule("VR-AT-0001", _COMPLETE, EngineVersion="99.0.0")],
        "PL": [_rule("VR-PL-0001", _COMPLETE, ValidTo=old), _rule("VR-PL-0002", _COMPLETE, ValidFrom="2026-06-01T12:00:01Z")],
        "HU": [_rule("VR-HU-0001", _COMPLETE, ValidFrom=new), _rule("VR-HU-0002", _COMPLETE, ValidTo=new)],
        "BE": [_rule("VR-BE-0001", _COMPLETE), _rule("VR-BE-0002", {"===": [_DN, 9]}, Region="BRU")],
        "VN": [_rule("IR-VN-0001", _NOT_FROM_VN)],
    }  # fmt: skip
    return [{"country": country, "purpose": "entry", "rules": rules} for country, rules in by_country.items()]


def cases() -> list[Case]:
    """All of them."""
    put("rules.jws", p.jws(p.document("rules", number=3, sets=_sets())))
    values = {
        "vaccines-covid-19-names": {
            "date": "2026-01-01",
            "values": {"EU/1/21/1529": {"display": "Vaxzevria", "active": True}},
        }
    }
    put("value-sets.jws", p.jws(p.document("value-sets", number=2, value_sets=values)))
    return [*_judged(), *_refused()]


def _case(name: str, about: str, outcome: str | None, text: str, country: str, **more: Any) -> Case:
    """`reason`: why it is open; `findings`: of every rule its name, version, outcome and the reason why it is open."""
    judged = {"outcome": outcome, "reason": more.pop("reason", None), "findings": more.pop("findings", [])}
    members = {"country": country, "purpose": more.pop("purpose", "entry"), "region": more.pop("region", None)}
    take = more.pop("take", ("trust-list.jws", "value-sets.jws", "rules.jws"))
    known = {"answer": "VALID", "code": "VALID"} | more
    return Case(
        id=f"rules-{name}",
        about=about,
        text=text,
        kind="rules",
        take=take,
        more=members,
        judged=judged if outcome else {},
        **known,
    )


def _found(*named: str) -> list[list[str | None]]:
    """`VR-DE-0001 PASSED` as a finding; the version, and why a rule is open, may follow."""
    found: list[list[str | None]] = []
    for one in named:
        identifier, outcome, version, code, *_ = *one.split(), "", ""
        found.append([identifier, version or "1.0.0", outcome, code or None])
    return found


def _judged() -> list[Case]:
    right, first = hc1(), hc1(vaccination(dn=1))
    old = hc1(vaccination(dt="2025-06-01"))
    withdrawn = hc1(vaccination(ma="TEST-HOLDER"))
    both = ("VR-DE-0001 PASSED", "VR-DE-0002 PASSED")
    unknown = {"reason": "RULES_NOT_KNOWN"}
    evaluable = {"reason": "RULE_NOT_EVALUABLE"}
    ir = "IR-VN-0001 PASSED"
    return [
        _case("passed", "Both rules are fulfilled, and so is the issuing country's own.", "PASSED", right, "DE", findings=_found(*both, ir)),
        _case("failed-doses", "The series is not complete.", "FAILED", first, "DE", findings=_found("VR-DE-0001 FAILED", both[1], ir)),
        _case("failed-age", "The last dose is too long ago.", "FAILED", old, "DE", findings=_found(both[0], "VR-DE-0002 FAILED", ir)),
        _case("failed-invalidation", "The issuing country has withdrawn this kind.", "FAILED", withdrawn, "DE", findings=_found(*both, "IR-VN-0001 FAILED"), remarks=("CODE_UNKNOWN",)),
        _case("test", "Rules for tests judge a test.", "PASSED", hc1(covid_test()), "DE", findings=_found("TR-DE-0001 PASSED")),
        _case("test-failed", "A positive test is valid as a proof and fails the rule.", "FAILED", hc1(covid_test(tr="260373001")), "DE", findings=_found("TR-DE-0001 FAILED"), remarks=("TEST_DETECTED",)),
        _case("no-rule-for-this-kind", "The country has no rule for recoveries.", "OPEN", hc1(recovery()), "DE", **unknown),
        _case("no-rules", "A country without rules.", "OPEN", right, "SE", findings=_found(ir), **unknown),
        _case("other-purpose", "The country has no rules for this purpose.", "OPEN", right, "DE", purpose="work", **unknown),
        _case("value-set", "The product stands in the published value set.", "PASSED", right, "FR", findings=_found("GR-FR-0001 PASSED", "VR-FR-0001 PASSED", ir)),
        _case("value-set-without-it", "The product does not stand in the published value set.", "FAILED", hc1(vaccination(mp="EU/1/20/1528", ma="ORG-100030215", vp="1119349007")), "FR", findings=_found("GR-FR-0001 PASSED", "VR-FR-0001 FAILED", ir)),
        _case("highest-version", "Of three versions 1.10.0 counts.", "PASSED", right, "IT", findings=_found("VR-IT-0001 PASSED 1.10.0", ir)),
        _case("no-boolean", "A rule gives a number: that is neither yes nor no.", "OPEN", right, "ES", findings=_found("VR-ES-0001 OPEN 1.0.0 RULE_NOT_EVALUABLE", "VR-ES-0002 PASSED", ir), **evaluable),
        _case("no-boolean-and-failed", "One rule is open, another fails: it fails.", "FAILED", first, "ES", findings=_found("VR-ES-0001 OPEN 1.0.0 RULE_NOT_EVALUABLE", "VR-ES-0002 FAILED", ir)),
        _case("later-engine", "A rule asks for a later CertLogic.", "OPEN", right, "AT", findings=_found("VR-AT-0001 OPEN 1.0.0 RULE_ENGINE_TOO_NEW", ir), **evaluable),
        _case("none-in-force", "One rule has ended, another begins in a second.", "OPEN", right, "PL", findings=_found(ir), **unknown),
        _case("ends-of-window", "One rule begins in this second, another ends in it: both are in force.", "PASSED", right, "HU", findings=_found("VR-HU-0001 PASSED", "VR-HU-0002 PASSED", ir)),
        _case("no-region", "A rule of a region is not asked outside it.", "PASSED", right, "BE", findings=_found("VR-BE-0001 PASSED", ir)),
        _case("region", "A rule of the region is asked too.", "FAILED", right, "BE", region="BRU", findings=_found("VR-BE-0001 PASSED", "VR-BE-0002 FAILED", ir)),
        _case("not-judged", "What is no valid proof is not judged.", None, hc1(signature=bytes(64)), "DE", answer="NOT_VALID", code="SIGNATURE_INVALID"),
    ]  # fmt: skip


def _refused() -> list[Case]:
    wrong = {
        "member-missing": ("A rule without its logic.", {k: v for k, v in _rule("VR-DE-0001", _COMPLETE).items() if k != "Logic"}),
        "engine-unknown": ("A rule for another engine.", _rule("VR-DE-0001", _COMPLETE, Engine="JSONLOGIC")),
        "operation-unknown": ("A rule with an operation that CertLogic does not have.", _rule("VR-DE-0001", {"xor": [_DN, _SD]})),
        "country-lower-case": ("A rule with its country in small letters.", _rule("VR-DE-0001", _COMPLETE, Country="de")),
    }  # fmt: skip
    refusal = {"answer": "CANNOT_TELL"}
    found = []
    for name, (about, rule) in wrong.items():
        sets = [{"country": "DE", "purpose": "entry", "rules": [rule]}]
        file = put(f"rules-{name}.jws", p.jws(p.document("rules", number=3, sets=sets)))
        found.append(
            _case(name, about, None, hc1(), "DE", take=("trust-list.jws", file), code="RULES_INVALID", **refusal)
        )
    no_sets = put("rules-without-sets.jws", p.jws(p.document("rules", number=3)))
    broken = put("value-sets-broken.jws", p.jws(p.document("value-sets", number=2, value_sets={"x": []})))
    old = put("rules-number-2.jws", p.jws(p.document("rules", number=2, sets=_sets())))
    return [
        *found,
        _case("without-sets", "A document of rules without any.", None, hc1(), "DE", take=("trust-list.jws", no_sets), code="PUBLICATION_UNREADABLE", **refusal),
        _case("value-sets-broken", "Value sets without their codes.", None, hc1(), "DE", take=("trust-list.jws", "rules.jws", broken), code="VALUE_SETS_INVALID", **refusal),
        _case("rolled-back", "The rules before those that were taken.", None, hc1(), "DE", take=("trust-list.jws", "rules.jws", old), code="PUBLICATION_ROLLED_BACK", **refusal),
    ]  # fmt: skip
