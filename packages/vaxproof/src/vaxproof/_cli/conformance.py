"""`vaxproof conformance DIR`: every flag of every case of the EU's test suite below a folder."""

import json
import re
import tomllib
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from vaxproof import schema, valuesets, verify
from vaxproof._cli.case import Case, LacksFieldError, certificate_in, difference, evaluate
from vaxproof._cli.exits import NOT_VALID, VALID
from vaxproof._cli.output import harmless, show
from vaxproof._cli.source import NoSuchFileError
from vaxproof.claims import Kind
from vaxproof.envelope import cbor, cwt
from vaxproof.errors import ProofError

_COUNTRY = re.compile("[A-Z]{2}")
_NEVER_ACCEPTED_WRONGLY = ("VERIFY", "EXPIRATIONCHECK", "KEYUSAGE")


@dataclass(frozen=True, slots=True)
class Deviation:
    """An assertion that we do not fulfil. `known`: its class in `known_deviations.toml`, or None."""

    case: str
    flag: str
    expected: bool
    reason: str
    known: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a folder. `not_evaluable`: assertions whose file lacks what they are about."""

    assertions: int
    cases: int
    not_evaluable: int
    unreadable: tuple[str, ...]
    deviations: tuple[Deviation, ...]

    @property
    def assertions_ok(self) -> int:
        """Assertions fulfilled."""
        return self.assertions - len(self.deviations)

    @property
    def cases_ok(self) -> int:
        """Cases without a deviation."""
        return self.cases - len({deviation.case for deviation in self.deviations})

    @property
    def false_accepts(self) -> list[Deviation]:
        """Deviations by which a wrong signature, time or key usage would pass."""
        return [d for d in self.deviations if d.flag in _NEVER_ACCEPTED_WRONGLY and not d.expected]

    @property
    def line(self) -> str:
        """The line to quote."""
        return f"assertions {self.assertions_ok}/{self.assertions}, cases {self.cases_ok}/{self.cases}"


def run(arguments: Namespace) -> int:
    """Print the report; 0 where every deviation is a known one and nothing was wrongly accepted, else 1."""
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise NoSuchFileError(f"no folder {folder}")
    report = assess(folder)
    show(json.dumps(_as_json(report), ensure_ascii=False, indent=1) if arguments.json else _as_text(report))
    unknown = [deviation for deviation in report.deviations if deviation.known is None]
    return NOT_VALID if unknown or report.false_accepts or not report.cases else VALID


def assess(folder: Path) -> Report:
    """Run every case below the folder."""
    assertions = cases = not_evaluable = 0
    unreadable: list[str] = []
    deviations: list[Deviation] = []
    for case in _cases(folder, unreadable):
        cases += 1
        for flag, expected in case.expected.items():
            outcome, reason = evaluate(case, flag)
            assertions += outcome is not None
            not_evaluable += outcome is None
            if outcome is not None and outcome != expected:
                deviations.append(_deviation(case, flag, expected=expected, reason=reason))
    return Report(assertions, cases, not_evaluable, tuple(unreadable), tuple(deviations))


def _cases(folder: Path, unreadable: list[str]) -> Iterator[Case]:
    """Every JSON file at any depth that asserts something (PL and PT have deeper folders)."""
    for path in sorted(file for file in folder.rglob("*") if file.suffix.lower() == ".json" and not file.is_dir()):
        name = path.relative_to(folder).as_posix()
        try:
            content = json.loads(path.read_bytes(), strict=False)
        except (ValueError, RecursionError, OSError):
            unreadable.append(name)
            continue
        if isinstance(content, dict) and isinstance(content.get("EXPECTEDRESULTS"), dict):
            yield Case(name, content)


def _deviation(case: Case, flag: str, *, expected: bool, reason: str) -> Deviation:
    known = next((k["name"] for k in known_deviations() if _matches(k, case, flag, expected, reason)), None)
    return Deviation(case.path, flag, expected, reason or "accepted", known)


def known_deviations() -> list[dict[str, Any]]:
    """The classes of reasons for which we deviate on purpose."""
    file = resources.files("vaxproof") / "_cli" / "known_deviations.toml"
    classes: list[dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))["deviation"]
    return classes


def _matches(known: Mapping[str, Any], case: Case, flag: str, expected: bool, reason: str) -> bool:  # noqa: FBT001 -- compared
    if flag not in known["flags"] or expected is not known["expected"]:
        return False
    if "reason_matches" in known:
        return re.search(known["reason_matches"], reason) is not None
    try:
        return _RULES[known["rule"]](case)
    except (LacksFieldError, ProofError):
        return False


def _has_code_outside_value_sets(case: Case) -> bool:
    dcc = schema.normalise(case.dcc())
    entries = [dcc[kind.value][0] for kind in Kind if kind.value in dcc]
    return any(not _COUNTRY.fullmatch(entry.get("co", "")) for entry in entries) or any(
        entry.get(key) is not None and entry[key] not in codes for entry in entries for key, codes in _codes_for(entry)
    )


def _codes_for(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "tg", {valuesets.DISEASE}
    if "mp" in entry:
        yield from (("mp", valuesets.PRODUCTS), ("ma", valuesets.HOLDERS), ("vp", valuesets.PROPHYLAXIS))
    elif "tt" in entry:
        yield from (("tt", valuesets.TEST_TYPES), ("tr", valuesets.TEST_RESULTS))


def _json_contradicts_signed_bytes(case: Case) -> bool:
    """Signed bytes, CBOR and text agree; only the JSON beside them says otherwise."""
    signed = cwt.decode(case.signed.payload).dcc
    recorded = certificate_in(cbor.decode(case.octets("CBOR")))
    printed = cwt.decode(verify.open_text(case.field("PREFIX")).payload).dcc
    return difference(signed, recorded) is None and difference(signed, printed) is None


_RULES = {
    "code outside the value sets": _has_code_outside_value_sets,
    "JSON contradicts the signed bytes": _json_contradicts_signed_bytes,
}


def _as_text(report: Report) -> str:
    lines = [report.line, f"not evaluable: {report.not_evaluable} (the file lacks what the flag is about)"]
    if report.unreadable:
        lines.append(f"not JSON: {', '.join(report.unreadable)}")
    lines.append(f"wrongly accepted ({', '.join(_NEVER_ACCEPTED_WRONGLY)}): {len(report.false_accepts)}")
    lines.append(f"deviations: {len(report.deviations)}")
    why = {known["name"]: known["why"] for known in known_deviations()}
    for name, deviations in _by_class(report).items():
        lines += ["", f"{name or 'unexplained'} ({len(deviations)}): {why.get(name or '', 'look at this')}"]
        lines += [f"  {d.case} {d.flag} expected {str(d.expected).lower()}: {d.reason}" for d in deviations]
    return "\n".join(map(harmless, lines))


def _by_class(report: Report) -> dict[str | None, list[Deviation]]:
    found: defaultdict[str | None, list[Deviation]] = defaultdict(list)
    for deviation in report.deviations:
        found[deviation.known].append(deviation)
    return found


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "line": report.line,
        "assertions": {
            "ok": report.assertions_ok,
            "all": report.assertions,
            "not_evaluable": report.not_evaluable,
        },
        "cases": {"ok": report.cases_ok, "all": report.cases},
        "unreadable": list(report.unreadable),
        "wrongly_accepted": [asdict(deviation) for deviation in report.false_accepts],
        "deviations": [asdict(deviation) for deviation in report.deviations],
        "reasons": {known["name"]: known["why"] for known in known_deviations()},
    }
