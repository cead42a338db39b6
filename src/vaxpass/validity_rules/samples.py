"""Synthetic certificates to try rules on, made relative to a time; and what a rule does with all of them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from vaxproof.rules.judge import Circumstances, Outcome, find
from vaxproof.rules.rule import CertificateType, Rule, RuleType
from vaxproof.rules.value_sets import built_in

_DISEASE: Final = "840539006"
_NAME: Final = {"fn": "Trần", "gn": "Thị Mẫu", "fnt": "TRAN", "gnt": "THI<MAU"}
_VACCINATION: Final = "v"
_TEST: Final = "t"
_RECOVERY: Final = "r"
_GROUPS: Final = {
    CertificateType.VACCINATION: {_VACCINATION},
    CertificateType.TEST: {_TEST},
    CertificateType.RECOVERY: {_RECOVERY},
    CertificateType.GENERAL: {_VACCINATION, _TEST, _RECOVERY},
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One certificate of nobody. `code`: msgid of what it is; `make`: its DCC at a time."""

    code: str
    group: str
    make: Callable[[datetime], dict[str, Any]]


def _certificate(group: str, entry: dict[str, Any], dob: str = "1990-05-01") -> dict[str, Any]:
    common = {"tg": _DISEASE, "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:00000/SAMPLE00000000000000#A"}
    return {"ver": "1.3.0", "nam": dict(_NAME), "dob": dob, group: [common | entry]}


def _day(at: datetime, days: int) -> str:
    return (at - timedelta(days=days)).date().isoformat()


def _moment(at: datetime, hours: int) -> str:
    return (at - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _dose(days: int, dn: int, sd: int, **changes: str) -> Callable[[datetime], dict[str, Any]]:
    vaccine = {"vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215"}

    def make(at: datetime) -> dict[str, Any]:
        dob = changes.get("dob", "1990-05-01")
        named = {key: value for key, value in changes.items() if key != "dob"}
        return _certificate(_VACCINATION, vaccine | {"dn": dn, "sd": sd, "dt": _day(at, days)} | named, dob)

    return make


def _test(hours: int, result: str, kind: str = "LP6464-4") -> Callable[[datetime], dict[str, Any]]:
    return lambda at: _certificate(_TEST, {"tt": kind, "nm": "RT-PCR", "sc": _moment(at, hours), "tr": result})


def _recovery(days: int) -> Callable[[datetime], dict[str, Any]]:
    def make(at: datetime) -> dict[str, Any]:
        window = {"fr": _day(at, days), "df": _day(at, days - 11), "du": _day(at, days - 180)}
        return _certificate(_RECOVERY, window)

    return make


SAMPLES: Final = (
    Sample("SAMPLE_COMPLETE", _VACCINATION, _dose(60, 2, 2)),
    Sample("SAMPLE_COMPLETE_FRESH", _VACCINATION, _dose(3, 2, 2)),
    Sample("SAMPLE_COMPLETE_OLD", _VACCINATION, _dose(400, 2, 2)),
    Sample("SAMPLE_FIRST_OF_TWO", _VACCINATION, _dose(30, 1, 2)),
    Sample("SAMPLE_BOOSTER", _VACCINATION, _dose(20, 3, 3)),
    Sample(
        "SAMPLE_SINGLE_DOSE",
        _VACCINATION,
        _dose(60, 1, 1, vp="29061000087103", mp="EU/1/20/1525", ma="ORG-100001417"),
    ),
    Sample("SAMPLE_ABDALA", _VACCINATION, _dose(90, 3, 3, vp="28531000087107", mp="Abdala", ma="CIGB")),
    Sample("SAMPLE_MINOR", _VACCINATION, _dose(60, 2, 2, dob="2015-05")),
    Sample("SAMPLE_TEST_NEGATIVE", _TEST, _test(20, "260415000")),
    Sample("SAMPLE_TEST_OLD", _TEST, _test(120, "260415000")),
    Sample("SAMPLE_TEST_RAPID", _TEST, _test(10, "260415000", "LP217198-3")),
    Sample("SAMPLE_TEST_POSITIVE", _TEST, _test(20, "260373001")),
    Sample("SAMPLE_RECOVERED", _RECOVERY, _recovery(60)),
    Sample("SAMPLE_RECOVERED_LONG_AGO", _RECOVERY, _recovery(400)),
)


def what_is_odd(rule: Rule) -> list[str]:
    """Codes of what no rule should do on the samples of its kind in the middle of its window."""
    at = rule.valid_from + (rule.valid_to - rule.valid_from) / 2
    external = Circumstances(country=rule.country, at=at, issuer_country="VN").external(built_in())
    wanted = [sample for sample in SAMPLES if sample.group in _GROUPS[rule.certificate_type]]
    outcomes = {find(rule, {"payload": sample.make(at), "external": external}).outcome for sample in wanted}
    if outcomes == {Outcome.FAILED}:
        return ["RULE_FAILS_EVERY_SAMPLE"]
    if outcomes == {Outcome.OPEN}:
        return ["RULE_OPEN_ON_EVERY_SAMPLE"]
    return ["RULE_OPEN_ON_A_SAMPLE"] if Outcome.OPEN in outcomes and rule.type is RuleType.ACCEPTANCE else []
