"""`vaxproof rules`: suites of others, every case counted, whatever else lies about; and judging."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from vaxproof import issue
from vaxproof._cli import main
from vaxproof._cli.rule_suites import assess

from packages.vaxproof.tests.rule_samples import SINCE_DOSE, VACCINATED, rule


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments)])
        return ended.value.code, capsys.readouterr().out.splitlines()

    return call


def write(path, content, *, mark=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((b"\xef\xbb\xbf" if mark else b"") + json.dumps(content).encode())


PASSING = {"payload": VACCINATED, "external": {"validationClock": "2026-06-01T00:00:00Z"}, "expected": True}


@pytest.fixture
def folder(tmp_path):
    """One rule set with two cases, one CertLogic suite with two, one validation suite with one: five, all right."""
    write(tmp_path / "VN/VR-VN-0001/rule.json", rule())
    write(tmp_path / "VN/VR-VN-0001/tests/test001.json", PASSING, mark=True)
    early = {"validationClock": "2026-05-02T00:00:00+07:00"}
    write(tmp_path / "VN/VR-VN-0001/tests/test002.json", PASSING | {"external": early, "expected": False})
    right = {"name": "x", "certLogicExpression": {"var": "x"}, "assertions": [{"data": {"x": 1}, "expected": 1}]}
    own = {"name": "y", "directive": "skip", "assertions": [{"certLogicExpression": 7, "data": None, "expected": 7}]}
    write(tmp_path / "certlogic/testSuite/one.json", {"name": "one", "directive": "only", "cases": [right, own]})
    valid = {"certLogicExpression": {"var": "x"}, "issues": []}
    write(tmp_path / "certlogic/validation-testSuite/one.json", {"name": "one", "cases": [valid]})
    return tmp_path


def test_all_kinds_are_counted_and_the_last_line_is_nothing_but_numbers(folder, run):
    code, lines = run("rules", "conformance", folder)
    assert code == 0
    assert lines[-1] == "5/5"
    assert lines[:-1] == ["VN 2/2", "certlogic/testSuite/one.json 2/2", "certlogic/validation-testSuite/one.json 1/1"]


def test_what_is_no_case_is_not_counted(folder, run):
    write(folder / "package.json", {"name": "x"})
    write(folder / "valuesets/valueSets.json", {"country-2-codes": ["VN"]})
    write(folder / "valuesets/schemas/ValueSets.json", {"type": "object"})
    write(folder / "VN/VR-VN-0001/tests/schema.json", {"type": "object"})
    write(folder / ".hidden/x/rule.json", {})
    write(folder / "tooling/node_modules/x/testSuite/y.json", {"cases": [1]})
    write(folder / "VN/VR-VN-0002/rule.json", rule(Identifier="VR-VN-0002"))
    (folder / "README.md").write_text("hello")
    (folder / "notes.json").write_text("not json")
    code, lines = run("rules", "conformance", folder)
    assert (code, lines[-1]) == (0, "5/5")
    assert "remark: notes.json: not readable as JSON (JSONDecodeError)" in lines


@pytest.mark.parametrize("where", ["", "VN", "VN/VR-VN-0001", "VN/VR-VN-0001/tests"])
def test_any_part_of_a_rule_set_will_do(folder, run, where):
    shutil.rmtree(folder / "certlogic")
    assert run("rules", "conformance", folder / where)[1][-1] == "2/2"


def test_rules_lie_at_any_depth_and_tests_beside_them(folder, run):
    write(
        folder / "a/b/c/XX/IR-XX-0001/rule.json", rule(Identifier="IR-XX-0001", Type="Invalidation", Logic=SINCE_DOSE)
    )
    write(folder / "a/b/c/XX/IR-XX-0001/test009.json", PASSING)
    write(folder / "a/b/c/XX/IR-XX-0001/tests/deep/er/test1.json", PASSING)
    assert run("rules", "conformance", folder)[1][-1] == "7/7"


def test_tests_without_external_values_see_the_value_sets_beside(folder, run):
    logic = {"in": [{"var": "payload.v.0.co"}, {"var": "external.valueSets.country-2-codes"}]}
    write(folder / "VN/VR-VN-0002/rule.json", rule(Logic=logic))
    write(folder / "VN/VR-VN-0002/tests/test001.json", {"payload": VACCINATED, "expected": True})
    assert run("rules", "conformance", folder)[1][-1] == "5/6"
    write(folder / "valuesets/valueSets.json", {"country-2-codes": ["VN"]})
    assert run("rules", "conformance", folder)[1][-1] == "6/6"


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("VN/VR-VN-0001/tests/test003.json", PASSING | {"expected": False}, "expected false, found true"),
        ("VN/VR-VN-0001/tests/test003.json", PASSING | {"expected": 1}, "expected 1, found true"),
        ("VN/VR-VN-0001/tests/test003.json", PASSING | {"external": {}}, "RULE_NOT_EVALUABLE: plusTime"),
        ("VN/VR-VN-0001/tests/test003.json", {"payload": {}}, "payload or expected is missing"),
        ("VN/VR-VN-0001/tests/test003.json", [], "payload or expected is missing"),
        ("certlogic/testSuite/two.json", {}, "no list of cases"),
        ("certlogic/testSuite/two.json", {"cases": [{"name": "x"}]}, "neither assertions nor issues"),
        ("certlogic/testSuite/two.json", {"cases": ["x"]}, "no case"),
        ("certlogic/testSuite/two.json", {"cases": [{"assertions": [{"data": 1}]}]}, "expected is missing"),
        ("certlogic/testSuite/two.json", {"cases": [{"assertions": [{"expected": 1}]}]}, "Expression is missing"),
        (
            "certlogic/testSuite/two.json",
            {"cases": [{"certLogicExpression": {"or": []}, "assertions": [{"data": 1, "expected": 1}]}]},
            "RULE_EXPRESSION_INVALID",
        ),
        (
            "certlogic/validation-testSuite/two.json",
            {"cases": [{"certLogicExpression": {}, "issues": []}]},
            "expected 0 issues",
        ),
        (
            "certlogic/validation-testSuite/two.json",
            {"cases": [{"certLogicExpression": {}, "issues": [{"expr": 1, "message": "x"}]}]},
            "another part is wrong",
        ),
        (
            "certlogic/validation-testSuite/two.json",
            {"cases": [{"certLogicExpression": {}, "issues": [{"expr": {}, "message": "x"}]}]},
            'expected "x"',
        ),
    ],
)  # fmt: skip
def test_one_case_that_fails_is_named_and_counted(folder, run, file, content, reason):
    write(folder / file, content)
    code, lines = run("rules", "conformance", folder)
    assert (code, lines[-1]) == (1, "5/6")
    (line,) = [line for line in lines if line.startswith("deviation: ")]
    assert file.split("/")[-1] in line
    assert reason in line


def test_a_case_that_cannot_be_read_fails(folder, run):
    (folder / "VN/VR-VN-0001/tests/test003.json").write_text('{"payload":')
    (folder / "certlogic/testSuite/two.json").write_bytes(b"\xff\xfe")
    (folder / "certlogic/testSuite/three.json").write_text("[" * 100_000)
    assert run("rules", "conformance", folder)[1][-1] == "5/8"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Engine": "DROOLS"}, "RULE_ENGINE_UNKNOWN"),
        ({"Logic": {"or": [1, 2]}}, "RULE_EXPRESSION_INVALID"),
        ({"Logic": 1}, "RULE_INVALID"),
    ],
)
def test_a_rule_that_is_refused_fails_all_its_cases(folder, run, changes, reason):
    write(folder / "VN/VR-VN-0001/rule.json", rule(**changes))
    code, lines = run("rules", "conformance", folder)
    assert (code, lines[-1]) == (1, "3/5")
    assert sum(reason in line for line in lines if line.startswith("deviation")) == 2


def test_other_faults_of_a_rule_are_remarks(folder, run):
    write(folder / "VN/VR-VN-0001/rule.json", rule(Version="x", AffectedFields=["v.0.mp"]))
    code, lines = run("rules", "conformance", folder)
    assert (code, lines[-1]) == (0, "5/5")
    assert "remark: VN/VR-VN-0001/rule.json: RULE_INVALID Version" in lines
    assert "remark: VN/VR-VN-0001/rule.json: RULE_FIELDS_DIFFER AffectedFields" in lines


def test_an_empty_folder_says_so_and_does_not_pass(tmp_path, run):
    assert run("rules", "conformance", tmp_path) == (1, ["no case below this folder", "0/0"])
    assert run("rules", "conformance", tmp_path / "absent")[0] == 64


def test_for_programs(folder, run):
    code, lines = run("rules", "conformance", folder, "--json")
    report = json.loads("\n".join(lines))
    assert code == 0
    assert (report["line"], report["ok"], report["all"], report["deviations"]) == ("5/5", 5, 5, [])
    assert report["suites"]["VN"] == {"ok": 2, "all": 2}


@pytest.mark.vectors
@pytest.mark.parametrize(("name", "cases"), [("certlogic", 255), ("rules", 636)])
def test_every_case_of_others_is_fulfilled(vectors, name, cases):
    report = assess(vectors / name)
    assert report.deviations == []
    assert report.line == f"{cases}/{cases}"


# Judging


def test_judging_a_certificate(tmp_path, run, office, vaccination):
    write(tmp_path / "rules.json", [rule()])
    options = ("--rules", tmp_path / "rules.json", "--country", "VN")
    text = issue.issue(vaccination(), office.signer, datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    code, lines = run("rules", "judge", text, *options, "--at", "2026-06-02")
    assert (code, lines[0]) == (0, "PASSED")
    assert any("VR-VN-0001 1.0.0: Đạt." in line for line in lines)
    code, lines = run("rules", "judge", text, *options, "--at", "2021-10-14", "--json")
    assert code == 2
    assert json.loads("\n".join(lines))["code"] == "RULES_NOT_KNOWN"


def test_judging_the_json_of_a_certificate(tmp_path, run):
    write(tmp_path / "rules.json", rule())
    write(tmp_path / "dcc.json", VACCINATED)
    options = ("--rules", tmp_path / "rules.json", "--country", "VN", "--language", "en", "--at", "2026-05-02")
    code, lines = run("rules", "judge", tmp_path / "dcc.json", *options)
    assert (code, lines[0]) == (1, "FAILED")
    assert "Date of the dose: 2026-05-01" in lines[2]
    (tmp_path / "rules.json").write_text("{")
    assert run("rules", "judge", tmp_path / "dcc.json", *options)[0] == 2
    assert run("rules", "judge", "{nonsense", *options)[0] == 2
