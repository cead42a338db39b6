"""`vaxproof rules conformance DIR`: every case of CertLogic suites and of rule sets below a folder.

Of a CertLogic suite every assertion is a case, also those that the suite tells others to skip, and every expression of
a validation suite. Of a rule set (`<SET>/<RULE>/rule.json`, with test files beside or below it) every test file is one.
"""

import json
from argparse import Namespace
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from vaxproof._cli.exits import NOT_VALID, VALID
from vaxproof._cli.output import harmless, show
from vaxproof._cli.source import NoSuchFileError
from vaxproof.errors import Code, ProofError
from vaxproof.rules import certlogic, expression, moments
from vaxproof.rules.expression import FaultKind
from vaxproof.rules.moments import Moment
from vaxproof.rules.rule import form_faults

RULE_FILE: Final = "rule.json"
TESTS: Final = "tests"
_SUITES: Final = frozenset({"testSuite", "validation-testSuite"})
_NOT_OURS: Final = "node_modules"
_OWN_WORDS: Final = frozenset({FaultKind.OPERAND_COUNT, FaultKind.AMOUNT, FaultKind.UNIT, FaultKind.INDEX})
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Deviation:
    """A case that is not fulfilled."""

    case: str
    reason: str


@dataclass(slots=True)
class Report:
    """The outcome of a folder. `cases`: by suite or rule set; `remarks`: what is odd and no case."""

    cases: Counter[str] = field(default_factory=Counter)
    deviations: list[Deviation] = field(default_factory=list)
    deviating: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The line to quote."""
        return f"{self.cases.total() - len(self.deviations)}/{self.cases.total()}"

    def count(self, suite: str, case: str, reason: str | None) -> None:
        """A case was run; `reason`: why it is not fulfilled, or None."""
        self.cases[suite] += 1
        if reason is not None:
            self.deviations.append(Deviation(case, reason))
            self.deviating[suite] += 1


def run(arguments: Namespace) -> int:
    """Print the report; 0 where there are cases and all are fulfilled, else 1."""
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise NoSuchFileError(f"no folder {folder}")
    report = assess(folder)
    show(json.dumps(_as_json(report), ensure_ascii=False, indent=1) if arguments.json else _as_text(report))
    return NOT_VALID if report.deviations or not report.cases else VALID


def assess(folder: Path) -> Report:
    """Run every case below the folder."""
    report = Report()
    rules: dict[Path, object] = {}
    for path in _json_files(folder):
        name = path.relative_to(folder).as_posix()
        if path.name == RULE_FILE:
            _remark_on_rule(report, name, _load(path))
            continue
        home = _home(path, folder)
        is_due = path.parent.name in _SUITES or (home is not None and _is_named_test(path.relative_to(home)))
        content = _load(path)
        if isinstance(content, _Unreadable):
            if is_due:
                report.count(_suite_of(path, home, folder), name, content.reason)
            else:
                report.remarks.append(f"{name}: {content.reason}")
        elif isinstance(content, dict) and isinstance(content.get("cases"), list):
            _run_suite(report, name, content["cases"])
        elif home is not None and (is_due or _is_test(content)):
            rule = rules.setdefault(home, _load(home / RULE_FILE))
            reason = _test_fault(rule, content, partial(_default_value_sets, home, folder))
            report.count(_suite_of(path, home, folder), name, reason)
        elif is_due:
            report.count(_suite_of(path, home, folder), name, "no suite: it has no list of cases")
    return report


def _json_files(folder: Path) -> list[Path]:
    def is_one(path: Path) -> bool:
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == _NOT_OURS for part in parts)
        return path.suffix.lower() == ".json" and not hidden and path.is_file()

    return sorted(filter(is_one, folder.rglob("*")))


@dataclass(frozen=True, slots=True)
class _Unreadable:
    reason: str


def _load(path: Path) -> Any:
    """The JSON of a file, with or without a byte order mark."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"), strict=False, parse_constant=_no_number)
    except (ValueError, RecursionError, OSError) as error:
        return _Unreadable(f"not readable as JSON ({type(error).__name__})")


def _no_number(name: str) -> float:
    raise ValueError(name)


def _home(path: Path, folder: Path) -> Path | None:
    """The nearest folder with a rule that the file lies in."""
    inside = [parent for parent in path.parents if parent == folder or folder in parent.parents]
    around = [*inside, folder.parent] if folder.name == TESTS else inside
    return next((parent for parent in around if (parent / RULE_FILE).is_file()), None)


def _suite_of(path: Path, home: Path | None, folder: Path) -> str:
    where = (home.parent if home else path).resolve()
    top = folder.resolve()
    return where.relative_to(top).as_posix() if top in where.parents else where.name


def _is_named_test(path: Path) -> bool:
    return TESTS in path.parts and path.name.lower().startswith("test")


def _is_test(content: object) -> bool:
    return isinstance(content, dict) and "payload" in content and "expected" in content


def _default_value_sets(home: Path, folder: Path) -> object:
    """The compressed value sets that lie beside the rule sets, for tests that bring none."""
    for parent in home.parents:
        if (parent / "valuesets" / "valueSets.json").is_file():
            return _load(parent / "valuesets" / "valueSets.json")
        if parent == folder:
            break
    return None


def _test_fault(rule: object, test: object, default_value_sets: partial[object]) -> str | None:
    """Why a test of a rule is not fulfilled; None where it is."""
    if isinstance(rule, _Unreadable):
        return f"{RULE_FILE}: {rule.reason}"
    if not isinstance(test, dict) or "expected" not in test or "payload" not in test:
        return "no test: payload or expected is missing"
    refused = next((f for f in form_faults(rule) if f.code is not Code.RULE_INVALID or f.member in {"", "Logic"}), None)
    if refused is not None or not isinstance(rule, dict):
        return f"{RULE_FILE}: {refused.code} {refused.detail or refused.member}" if refused else f"{RULE_FILE}: no rule"
    external = test.get("external") or {}
    if isinstance(external, dict) and "valueSets" not in external:
        sets = default_value_sets()
        external |= {"valueSets": sets} if isinstance(sets, dict) else {}
    return _difference(rule["Logic"], {"payload": test["payload"], "external": external}, test["expected"])


def _run_suite(report: Report, name: str, cases: list[Any]) -> None:
    for number, case in enumerate(cases):
        label = f"{name} case {number + 1}"
        if not isinstance(case, dict):
            report.count(name, label, "no case")
        elif isinstance(case.get("assertions"), list):
            for place, assertion in enumerate(case["assertions"]):
                report.count(name, f"{label} assertion {place + 1}", _assertion_fault(case, assertion))
        elif isinstance(case.get("issues"), list) and "certLogicExpression" in case:
            report.count(name, label, _validation_fault(case["certLogicExpression"], case["issues"]))
        else:
            report.count(name, label, "neither assertions nor issues")


def _assertion_fault(case: dict[str, Any], assertion: object) -> str | None:
    if not isinstance(assertion, dict) or "expected" not in assertion:
        return "expected is missing"
    for source in (assertion, case):
        if "certLogicExpression" in source:
            return _difference(source["certLogicExpression"], assertion.get("data"), assertion["expected"])
    return "certLogicExpression is missing"


def _validation_fault(checked: Any, issues: list[Any]) -> str | None:
    """The same parts must be found wrong, in the same words where the suite prescribes them."""
    found = expression.faults(checked)
    if len(found) != len(issues):
        return f"expected {len(issues)} issues, found {[fault.message for fault in found]}"
    for fault, issue in zip(found, issues, strict=True):
        if not isinstance(issue, dict) or not _equal(fault.expression, issue.get("expr")):
            return f"another part is wrong: {fault.message}"
        if fault.kind not in _OWN_WORDS and fault.message != issue.get("message"):
            return f"expected {_shown(issue.get('message'))}, found {_shown(fault.message)}"
    return None


def _difference(logic: Any, data: Any, expected: Any) -> str | None:
    try:
        actual = certlogic.evaluate(logic, data)
        return None if _equal(actual, expected) else f"expected {_shown(expected)}, found {_shown(actual)}"
    except ProofError as error:
        return f"expected {_shown(expected)}, refused: {error}"
    except RecursionError:
        return "data or expectation nested too deeply"


def _equal(actual: Any, expected: Any) -> bool:
    """Equality of JSON values, without taking true for 1. No deeper than what is expected."""
    if isinstance(actual, Moment):
        return isinstance(expected, str) and _milliseconds(expected) == actual.milliseconds
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(_equal, actual, expected))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(_equal(actual[key], expected[key]) for key in expected)
    if isinstance(actual, bool) or isinstance(expected, bool):
        return actual is expected
    return bool(actual == expected)


def _milliseconds(text: str) -> int | None:
    try:
        return moments.parse(text).milliseconds
    except ProofError:
        return None


def _shown(value: object) -> str:
    return (str(value) if isinstance(value, Moment) else json.dumps(value, ensure_ascii=False, default=str))[:_SHOWN]


def _remark_on_rule(report: Report, name: str, rule: Any) -> None:
    """Members of a rule that are wrong are no case, but somebody should know."""
    if isinstance(rule, _Unreadable):
        report.remarks.append(f"{name}: {rule.reason}")
        return
    for fault in form_faults(rule):
        report.remarks.append(f"{name}: {fault.code} {fault.member} {fault.detail}".rstrip())
    if isinstance(rule, dict) and isinstance(rule.get("Logic"), dict) and isinstance(rule.get("AffectedFields"), list):
        read = expression.affected_fields(rule["Logic"])
        if set(read) != set(map(str, rule["AffectedFields"])):
            report.remarks.append(f"{name}: {Code.RULE_FIELDS_DIFFER} AffectedFields")


def _as_text(report: Report) -> str:
    lines = [f"{suite} {count - report.deviating[suite]}/{count}" for suite, count in sorted(report.cases.items())]
    lines += [f"remark: {remark}" for remark in report.remarks]
    lines += [f"deviation: {deviation.case}: {deviation.reason}" for deviation in report.deviations]
    if not report.cases:
        lines.append("no case below this folder")
    return "\n".join(map(harmless, [*lines, report.line]))


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "line": report.line,
        "ok": report.cases.total() - len(report.deviations),
        "all": report.cases.total(),
        "suites": {
            suite: {"ok": count - report.deviating[suite], "all": count}
            for suite, count in sorted(report.cases.items())
        },
        "deviations": [asdict(deviation) for deviation in report.deviations],
        "remarks": report.remarks,
    }
