"""The SMS gateway over HTTPS: one call a message, several at a time.

In: messages of the port. Out: an answer for each, in order. Only 202 that names our id is "taken", only 422 is "never";
everything else is silence, and the same id is sent again. No number enters a URL, a log line or an exception.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from vaxpass.adapters.line import Line, is_guarded, open_client, read_at_most, retry_after
from vaxpass.adapters.messaging import wire
from vaxpass.notices.ports import Answer, Outgoing, Reports, Verdict
from vaxpass.offices.scope import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_ANSWER: Final = 1024 * 1024  # bytes; five hundred reports are a tenth of it
_LONGEST_WAIT: Final = 3600.0  # seconds; a longer Retry-After is taken as this
_UNREACHABLE: Final = "SMS_GATEWAY_UNREACHABLE"
_UNAUTHORIZED: Final = "SMS_GATEWAY_UNAUTHORIZED"


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """What the operator is given to reach the gateway.

    `sender` is the brand name that phones show. `timeout` is in seconds and holds for each phase of a call. After
    `give_up_after` faults of the line in a row the rest of a batch is left unsent.
    """

    base_url: str
    token: str = field(repr=False)
    sender: str
    connections: int = 8
    timeout: float = 10.0
    give_up_after: int = 8

    def __post_init__(self) -> None:
        """Refuse a plain-text line to anywhere but this machine: codes would travel on it."""
        if not is_guarded(self.base_url):
            raise ValueError("SMS_URL_NOT_HTTPS")


class HttpSmsChannel:
    """`MessageChannel` over HTTP. Safe for threads; close it, or use it in a `with`."""

    at_once = 40

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway
        self._client = open_client(
            gateway.base_url,
            timeout=gateway.timeout,
            connections=gateway.connections,
            headers={"Authorization": f"Bearer {gateway.token}"},
        )

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections; the object is of no use afterwards."""
        self._client.close()

    def send(self, messages: Sequence[Outgoing]) -> list[Answer]:
        """Hand each message over on a pool of connections; see the port for what comes back."""
        if not messages:
            return []
        line = Line(self._gateway.give_up_after)
        workers = min(self._gateway.connections, len(messages))
        with ThreadPoolExecutor(workers, thread_name_prefix="sms") as pool:
            return list(pool.map(lambda message: self._send_one(message, line), messages))

    def _send_one(self, message: Outgoing, line: Line) -> Answer:
        if line.is_dead():
            return Answer(message.uid, Verdict.NO_ANSWER, _UNREACHABLE, is_line_down=True)
        try:
            status, headers, body = self._exchange(message)
        except (httpx.HTTPError, httpx.StreamError):
            line.note(is_fault=True)
            return Answer(message.uid, Verdict.NO_ANSWER, _UNREACHABLE, is_line_down=True)
        answer = _read_answer(message, status, headers, body)
        line.note(is_fault=answer.is_line_down)
        return answer

    def _exchange(self, message: Outgoing) -> tuple[int, httpx.Headers, bytes]:
        content = json.dumps(wire.encode_message(message, self._gateway.sender)).encode()
        headers = {"Content-Type": "application/json", wire.IDEMPOTENCY_KEY: str(message.uid)}
        with self._client.stream("POST", wire.MESSAGES, content=content, headers=headers) as response:
            return response.status_code, response.headers, read_at_most(response, _LONGEST_ANSWER)

    def reports(self, cursor: str) -> Reports:
        """Read the next reports; raises Unavailable SMS_GATEWAY_UNREACHABLE for whatever is no list of them."""
        try:
            query: dict[str, str | int] = {"after": cursor, "limit": wire.REPORTS_AT_ONCE}
            with self._client.stream("GET", wire.REPORTS, params=query) as response:
                told = (
                    _read_json(read_at_most(response, _LONGEST_ANSWER))
                    if response.status_code == httpx.codes.OK
                    else {}
                )
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise Unavailable(_UNREACHABLE) from error
        rows, after = told.get("reports"), told.get("cursor")
        if not isinstance(rows, list) or not isinstance(after, str) or len(after) > len(cursor) + 100:
            raise Unavailable(_UNREACHABLE)
        found = (wire.read_report(row) for row in rows)
        receipts = ("more",) if after != cursor else ()  # so that reading goes on while the cursor moves
        return Reports(tuple(report for report in found if report is not None), after, receipts)

    def acknowledge(self, reports: Reports) -> None:
        """Do nothing: the cursor is all that the gateway needs."""


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _read_answer(message: Outgoing, status: int, headers: httpx.Headers, body: bytes) -> Answer:
    told = _read_json(body)
    if status == httpx.codes.ACCEPTED and told.get("id") == str(message.uid):
        return Answer(message.uid, Verdict.ACCEPTED)
    if status == httpx.codes.UNPROCESSABLE_ENTITY:
        return Answer(message.uid, Verdict.REFUSED, wire.code_of(told.get("error")))
    code = _UNAUTHORIZED if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN} else _UNREACHABLE
    return Answer(message.uid, Verdict.NO_ANSWER, code, retry_after(headers, _LONGEST_WAIT), is_line_down=True)
