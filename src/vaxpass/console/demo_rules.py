"""The demo's validity rules: proposed by one officer, approved by another; one proposal is left open."""

from datetime import datetime, timedelta
from typing import Any, Final

from vaxpass.offices.scope import Actor
from vaxpass.validity_rules import actions, queries
from vaxpass.validity_rules.rules import ENTRY, OWN_COUNTRY, Key
from vaxpass.validity_rules.starting import FILE_NAME, starting_rules

WAITING_DAYS: Final = Key(OWN_COUNTRY, ENTRY, "VR-VN-0003")


def publish_demo_rules(operator: Actor, approver: Actor, now: datetime) -> None:
    """Publish our own set for entry into Vietnam, unless there are rules already; leave a change for the approver."""
    if queries.set_summaries():
        return
    proposal = actions.import_file(operator, starting_rules(), FILE_NAME, purpose=ENTRY, now=now)
    actions.send(operator, proposal, now=now)
    actions.approve(approver, proposal, now=now)
    draft, _ = actions.propose_rule(
        operator, _shorter_wait(now), purpose=ENTRY, note="Theo khuyến cáo mới (mẫu)", now=now
    )
    if draft is not None:
        actions.send(operator, draft, now=now)


def _shorter_wait(now: datetime) -> dict[str, Any]:
    """The next version of the rule on days since the last dose: seven instead of fourteen."""
    before = queries.get_rule(WAITING_DAYS)[0].rule
    value: dict[str, Any] = before.to_json()
    value["Version"] = "1.1.0"
    value["ValidFrom"] = (now + timedelta(days=7)).strftime("%Y-%m-%dT00:00:00Z")
    value["Description"] = [
        {"lang": entry["lang"], "desc": entry["desc"].replace("14", "7")} for entry in value["Description"]
    ]
    value["Logic"] = _with_seven(value["Logic"])
    return value


def _with_seven(logic: Any) -> Any:
    """The same logic with 7 wherever it says 14."""
    if isinstance(logic, dict):
        return {name: _with_seven(operands) for name, operands in logic.items()}
    if isinstance(logic, list):
        return [_with_seven(operand) for operand in logic]
    return 7 if type(logic) is int and logic == 14 else logic  # noqa: PLR2004 -- the days that it asks for now
