"""Invented people of the demo for trying the citizen's pages; the simulator of VNeID lets them sign in."""

import json
from pathlib import Path
from typing import Final

from vaxpass.notices.rules import is_mobile
from vaxpass.offices.queries import facility_ids
from vaxpass.records.queries import get_versions, version_ids_in_state
from vaxpass.records.states import State

_OF_EACH: Final = {State.CERTIFIED: 3, State.ATTESTED: 1, State.VERIFIED: 1, State.MISMATCHED: 2, State.INCOMPLETE: 1}
_LOOKED_AT: Final = 200
_ID_DIGITS: Final = 12  # VNeID names no other number
_MALE: Final = 1  # as the records code it


def name_demo_citizens(target: Path) -> None:
    """Write some people with a phone, at different places of their way, those with a passport first."""
    found = [one for state, wanted in _OF_EACH.items() for one in _people(state, wanted)]
    once = list({one["number"]: one for one in found}.values())
    target.write_text(json.dumps(once, ensure_ascii=False, indent=1), encoding="utf-8")


def _people(state: State, wanted: int) -> list[dict[str, str]]:
    ids = [one for facility in sorted(facility_ids()) for one in version_ids_in_state(facility, [state], _LOOKED_AT)]
    people: dict[int, dict[str, str]] = {}
    for version in get_versions(ids):
        who = version.identity
        if is_mobile(who.phone) and len(who.number) == _ID_DIGITS and len(people) < wanted:
            people[version.person_id] = {
                "name": who.full_name,
                "birth_date": who.birth_date,
                "sex": "M" if who.sex == _MALE else "F",
                "number": who.number,
                "phone": who.phone,
                "state": state.name.lower(),
            }
    return sorted(people.values(), key=lambda one: -len(one["birth_date"]))  # whole dates first
