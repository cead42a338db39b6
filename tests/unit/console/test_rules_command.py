import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from packages.vaxproof.tests.rule_samples import rule
from tests.factories.validity_rules import NOW, make_rule_officers
from vaxpass.console.demo_rules import publish_demo_rules
from vaxpass.validity_rules import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    target = tmp_path / "rules.json"
    target.write_text(json.dumps([rule(), rule(Identifier="VR-VN-0002", Engine="DROOLS")]))
    return target


def test_one_officer_imports_another_approves(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_rule_officers()
    call_command("rules", "import", str(file), "--officer", "operator", "--send", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["changes"] == 1
    assert told["left out"] == [
        {"where": "rules.json #2", "rule": "VR-VN-0002", "codes": ["RULE_ENGINE_UNKNOWN"]},
    ]
    with pytest.raises(CommandError, match="RIGHT_MISSING"):
        call_command("rules", "approve", str(told["proposal"]), "--officer", "operator")
    call_command("rules", "approve", str(told["proposal"]), "--officer", "approver")
    assert len(queries.published_sets(NOW)) == 1


def test_bad_files_and_numbers(tmp_path: Path) -> None:
    make_rule_officers()
    (tmp_path / "empty.json").write_text("")
    with pytest.raises(CommandError, match="RULES_FILE_EMPTY: "):
        call_command("rules", "import", str(tmp_path / "empty.json"), "--officer", "operator")
    for wrong in (["import", str(tmp_path / "absent")], ["approve", "x"]):
        with pytest.raises(CommandError) as caught:
            call_command("rules", *wrong, "--officer", "operator")
        assert caught.value.returncode == 2


def test_the_demos_rules_are_published_once_and_leave_a_proposal() -> None:
    operator, approver = make_rule_officers()
    for _ in range(2):
        publish_demo_rules(operator, approver, NOW)
    assert [(found.country, found.purpose, len(found.rules)) for found in queries.published_sets(NOW)] == [
        ("VN", "entry", 7)
    ]
    assert queries.count_to_decide(approver.officer_id) == 1
    (open_one,) = queries.visible_proposals(approver.officer_id).filter(decided_at=None)
    (change,) = queries.changes_of(open_one.pk)
    assert change.rule is not None
    assert change.rule.description("vi").endswith("7 ngày; mũi nhắc lại được tính ngay.")
    assert change.remarks == ()
