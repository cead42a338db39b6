"""The SMS gateway's requests and answers as JSON, for both ends of the line.

Every provider of brand-name SMS in Vietnam has a form of its own, and none is a standard; this one holds what all of
them have in common. An operator puts a small relay before a provider that speaks otherwise (docs/runbooks/messages.md).

`POST /messages` with `{"id", "to": "+84…", "from", "text", "alphabet", "valid_until"}` and the header Idempotency-Key
(the same as id): 202 taken (a repeated id is taken again and sent no second time), 422 `{"error": CODE}` never, 429 and
5xx later. `GET /reports?after=CURSOR&limit=N`: `{"reports": [{"id", "status", "error", "at"}], "cursor"}`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vaxpass.notices.ports import CONTENT_REFUSED, Report
from vaxpass.notices.text import measure

if TYPE_CHECKING:
    from vaxpass.notices.ports import Outgoing

MESSAGES: Final = "/messages"
REPORTS: Final = "/reports"
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
REPORTS_AT_ONCE: Final = 500

NUMBER_UNKNOWN: Final = "NUMBER_UNKNOWN"
NUMBER_BLOCKED: Final = "NUMBER_BLOCKED"
UNREACHABLE: Final = "UNREACHABLE"
CODES: Final = {
    NUMBER_UNKNOWN: "NOTICE_NUMBER_UNKNOWN",
    NUMBER_BLOCKED: "NOTICE_NUMBER_BLOCKED",
    UNREACHABLE: "NOTICE_NUMBER_UNREACHABLE",
}
"""The gateway's words for what is wrong with a number, and ours; any other word is about the message."""

DELIVERED: Final = "delivered"
FAILED: Final = "failed"


def international(phone: str) -> str:
    """Give a phone in E.164: 0912345678 becomes +84912345678."""
    return "+84" + phone.removeprefix("0")


def encode_message(message: Outgoing, sender: str) -> dict[str, str]:
    """Build the request body."""
    return {
        "id": str(message.uid),
        "to": international(message.address),
        "from": sender,
        "text": message.text,
        "alphabet": measure(message.text).alphabet,
        "valid_until": message.not_after.astimezone(UTC).isoformat(timespec="seconds"),
    }


def code_of(error: object) -> str:
    """Give our code for a gateway's word."""
    return CODES.get(error, CONTENT_REFUSED) if isinstance(error, str) else CONTENT_REFUSED


def read_report(told: object) -> Report | None:
    """Read one report; None for what is no report of an end (`queued`, ill-formed)."""
    if not isinstance(told, dict) or told.get("status") not in {DELIVERED, FAILED}:
        return None
    try:
        uid, at = UUID(str(told["id"])), datetime.fromisoformat(str(told["at"]))
    except (KeyError, ValueError):
        return None
    code = "" if told["status"] == DELIVERED else CODES.get(str(told.get("error")), "NOTICE_NUMBER_UNREACHABLE")
    return Report(uid, at, code)
