"""The population database over the provincial bus (LGSP): one REST call a question, many at a time.

In: questions of the port. Out: an answer for each, in order. Only `DUNG`, `SAI` and `KHONG_TIM_THAY` in a
well-formed answer to this very request count; everything else is NO_ANSWER. No personal data enters a URL,
a log line or an exception.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import httpx

from vaxpass.adapters.line import Line, is_guarded, open_client, read_at_most, retry_after
from vaxpass.adapters.population import wire
from vaxpass.identity.ports import IdentityAnswer, IdentityQuestion, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_OUTCOMES: Final = {wire.YES: Outcome.MATCH, wire.NO: Outcome.NO_MATCH, wire.NOBODY: Outcome.NO_SUCH_PERSON}
_QUESTION_FAULTS: Final = frozenset(
    {httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.UNPROCESSABLE_ENTITY}
)
_LONGEST_ANSWER: Final = 64 * 1024  # bytes; a yes or no is a few hundred
_LONGEST_WAIT: Final = 24 * 3600.0  # seconds; a longer Retry-After is taken as this


@dataclass(frozen=True, slots=True)
class PopulationConnection:
    """What the operator is given to reach the service.

    `officer_hash` makes the AuthHash header of an officer's code. `procedure`, `integration` and `unit` are
    MaDVC, MaTichHop and MaDonVi. `timeout` is in seconds and holds for each phase of a call. After
    `give_up_after` transport faults in a row the rest of a batch is left unasked.
    """

    base_url: str
    token: str = field(repr=False)
    officer_hash: Callable[[str], str] = field(repr=False)
    procedure: str
    integration: str
    unit: str
    connections: int = 8
    timeout: float = 5.0
    give_up_after: int = 32

    def __post_init__(self) -> None:
        """Refuse a plain-text line to anywhere but this machine: names and numbers would travel on it."""
        if not is_guarded(self.base_url):
            raise ValueError("POPULATION_URL_NOT_HTTPS")


def keyed_officer_hash(secret: bytes) -> Callable[[str], str]:
    """Make the per-officer AuthHash: HMAC-SHA-256 of the officer's code under a shared secret, in hex."""
    return lambda officer: hmac.new(secret, officer.encode(), hashlib.sha256).hexdigest()


class HttpPopulationDatabase:
    """`PopulationDatabase` over HTTP. Safe for threads; close it, or use it in a `with`."""

    def __init__(self, connection: PopulationConnection) -> None:
        self._connection = connection
        self._path = f"/{wire.OPERATION}"
        self._client = open_client(
            connection.base_url,
            timeout=connection.timeout,
            connections=connection.connections,
            headers={"Authorization": f"Bearer {connection.token}", wire.LGSP_TOKEN: connection.token},
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

    def compare(self, questions: Sequence[IdentityQuestion]) -> list[IdentityAnswer]:
        """Ask each question on a pool of connections; see the port for what comes back."""
        if not questions:
            return []
        line = Line(self._connection.give_up_after)
        workers = min(self._connection.connections, len(questions))
        with ThreadPoolExecutor(workers, thread_name_prefix="population") as pool:
            return list(pool.map(lambda question: self._ask(question, line), questions))

    def _ask(self, question: IdentityQuestion, line: Line) -> IdentityAnswer:
        if not _is_askable(question):
            return _unanswered(question, permanent_fault=True)
        if line.is_dead():
            return IdentityAnswer(question.request_id, Outcome.NO_ANSWER, was_sent=False)
        try:
            response, body = self._exchange(question)
        except (httpx.HTTPError, httpx.StreamError):
            line.note(is_fault=True)
            return _unanswered(question)
        line.note(is_fault=False)
        return _read_answer(question, response, body)

    def _exchange(self, question: IdentityQuestion) -> tuple[httpx.Response, bytes]:
        """Send one question; read no more of the answer than a yes or no can need."""
        content, headers = self._body(question), self._headers(question.officer_code)
        with self._client.stream("POST", self._path, content=content, headers=headers) as response:
            return response, read_at_most(response, _LONGEST_ANSWER)

    def _body(self, question: IdentityQuestion) -> bytes:
        own = self._connection
        fields = wire.encode_question(question, procedure=own.procedure, integration=own.integration, unit=own.unit)
        return json.dumps(fields, ensure_ascii=False).encode()

    def _headers(self, officer_code: str) -> dict[str, str]:
        return {
            "Content-Type": "application/json; charset=utf-8",
            wire.AUTH_HASH: self._connection.officer_hash(officer_code),
        }


def _is_askable(question: IdentityQuestion) -> bool:
    """Say whether the question fits the fields of the service; if not, asking it again never helps."""
    return (
        0 < len(question.request_id) <= wire.LONGEST_REQUEST_ID
        and 0 < len(question.officer_code) <= wire.LONGEST_OFFICER_CODE
        and 0 < len(wire.spoken_name(question.name)) <= wire.LONGEST_NAME
        and question.sex in {"M", "F"}
        and bool(question.id_number or question.old_number)
    )


def _read_answer(question: IdentityQuestion, response: httpx.Response, body: bytes) -> IdentityAnswer:
    if response.status_code in _QUESTION_FAULTS:
        return _unanswered(question, permanent_fault=True)
    if response.status_code != httpx.codes.OK:
        return _unanswered(question, retry_after=retry_after(response.headers, _LONGEST_WAIT))
    outcome = _read_outcome(body, question.request_id)
    return IdentityAnswer(question.request_id, outcome)


def _read_outcome(body: bytes, request_id: str) -> Outcome:
    """Read yes, no or nobody, and only from an answer that names our request."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return Outcome.NO_ANSWER
    if not isinstance(answer, dict) or answer.get("MaYeuCau") != request_id:
        return Outcome.NO_ANSWER
    word = answer.get("KetQua")
    return _OUTCOMES.get(word, Outcome.NO_ANSWER) if isinstance(word, str) else Outcome.NO_ANSWER


def _unanswered(
    question: IdentityQuestion, *, permanent_fault: bool = False, retry_after: float | None = None
) -> IdentityAnswer:
    return IdentityAnswer(question.request_id, Outcome.NO_ANSWER, permanent_fault, retry_after)
