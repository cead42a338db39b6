"""What is right, as somebody asked for it: a mended dose as JSON and back. Sealed before it is stored."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose


def to_json(mended: ReceivedDose) -> str:
    """Write a mended dose."""
    content = {
        "identity": asdict(mended.identity),
        "dose": {**asdict(mended.dose), "given_on": mended.dose.given_on.isoformat()},
        "facility_states_identity": mended.facility_states_identity,
    }
    return json.dumps(content, ensure_ascii=False)


def from_json(text: str) -> ReceivedDose:
    """Read what `to_json` wrote."""
    content: dict[str, Any] = json.loads(text)
    dose = {**content["dose"], "given_on": date.fromisoformat(content["dose"]["given_on"])}
    return ReceivedDose(
        IdentityFacts(**content["identity"]),
        DoseFacts(**dose),
        facility_states_identity=content["facility_states_identity"],
    )
