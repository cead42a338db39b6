"""Speed of validity rules: microseconds a rule, whole judgements a second, and how soon a hostile rule is given up."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from vaxproof import ProofError
from vaxproof.rules import book, certlogic, expression
from vaxproof.rules.judge import judge
from vaxproof.rules.rule import Rule
from vaxproof.rules.value_sets import built_in

ROUNDS = 7
TIMES = 3000
CLOCK = {"plusTime": [{"var": "external.validationClock"}, 0, "day"]}
DOSE = {"var": "payload.v.0.dt"}
VACCINATED = {"var": "payload.v.0"}
LOGICS: dict[str, Any] = {
    "one disease": {"in": [{"var": "payload.v.0.tg"}, {"var": "external.valueSets.disease-agent-targeted"}]},
    "known vaccine": {"in": [{"var": "payload.v.0.mp"}, {"var": "external.valueSets.vaccines-covid-19-names"}]},
    "complete": {"if": [VACCINATED, {">=": [{"var": "payload.v.0.dn"}, {"var": "payload.v.0.sd"}]}, True]},
    "14 to 365 days": {
        "if": [
            VACCINATED,
            {"not-after": [{"plusTime": [DOSE, 14, "day"]}, CLOCK, {"plusTime": [DOSE, 365, "day"]}]},
            True,
        ]
    },
    "an adult": {
        "not-after": [{"dccDateOfBirth": [{"var": "payload.dob"}]}, {"plusTime": ["2026-06-01", -18, "year"]}]
    },
}
DCC: dict[str, Any] = {
    "ver": "1.3.0",
    "nam": {"fnt": "TRAN"},
    "dob": "1990-05-01",
    "v": [{"tg": "840539006", "mp": "EU/1/20/1528", "dn": 2, "sd": 2, "dt": "2026-05-01", "co": "VN"}],
}
AT = datetime(2026, 6, 1, tzinfo=UTC)


def rule(number: int, logic: dict[str, Any]) -> Rule:
    """A rule with this logic."""
    return Rule.from_json(
        {
            "Identifier": f"VR-VN-{number}",
            "Type": "Acceptance",
            "Country": "VN",
            "Version": "1.0.0",
            "SchemaVersion": "1.3.0",
            "Engine": "CERTLOGIC",
            "EngineVersion": "1.3.3",
            "CertificateType": "Vaccination",
            "Description": [{"lang": "en", "desc": "A rule whose speed is measured here."}],
            "ValidFrom": "2026-01-01T00:00:00Z",
            "ValidTo": "2030-01-01T00:00:00Z",
            "AffectedFields": list(expression.affected_fields(logic)),
            "Logic": logic,
        }
    )


def seconds(work: Callable[[], object], times: int) -> float:
    """Processor time of one, the median of rounds."""

    def one_round() -> float:
        started = time.process_time()
        for _ in range(times):
            work()
        return (time.process_time() - started) / times

    return statistics.median(one_round() for _ in range(ROUNDS))


def hostile() -> None:
    """Fifty to the sixth rounds, if nobody stopped it."""
    logic: Any = 0
    for _ in range(6):
        logic = {"reduce": [[0] * 50, logic, 0]}
    try:
        certlogic.evaluate(logic, None)
    except ProofError:
        return
    raise AssertionError("a hostile rule was evaluated")


def measure() -> dict[str, float]:
    """Microseconds by rule, of a whole judgement and of a hostile rule."""
    data = {"payload": DCC, "external": {"validationClock": "2026-06-01T00:00:00Z", "valueSets": built_in().codes}}
    found = {}
    for name, logic in LOGICS.items():
        assert certlogic.evaluate(logic, data) is True
        found[f"rule: {name}"] = seconds(lambda logic=logic: certlogic.evaluate(logic, data), TIMES) * 1e6  # type: ignore[misc]  # bound now
    sets = [book.RuleSet("VN", "entry", tuple(rule(n, logic) for n, logic in enumerate(LOGICS.values())))]
    found["judgement of five rules"] = seconds(lambda: judge(sets, DCC, country="VN", at=AT), TIMES // 5) * 1e6
    found["hostile rule given up"] = seconds(hostile, 1) * 1e6
    return found


def main() -> None:
    """Print the table, or with `--json` the figures."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    found = measure()
    if "--json" in sys.argv:
        print(json.dumps(found))
        return
    for name, figure in found.items():
        print(f"{name:32} {figure:12.1f} µs")


if __name__ == "__main__":
    main()
