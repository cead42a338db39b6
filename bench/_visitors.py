"""Visitors for bench/citizens.py: HTTP/1.1 over kept connections with nothing but asyncio, so that they cost little."""

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "bench.vaxpass.invalid"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers in lower case (the last of each name; cookies apart), body."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes


@dataclass
class Tally:
    """Seconds of each page's answers, what did not come back as it should, and since when it counts."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    since: float = 0.0

    def note(self, page: str, began: float, answer: Answer | None, expected: int) -> None:
        """Count one answer, unless the warm-up still runs."""
        ended = time.perf_counter()
        if began < self.since:
            return
        self.times[page].append(ended - began)
        if answer is None or answer.status != expected:
            self.errors[f"{page}: {answer.status if answer else 'no answer'}"] += 1


class Visitor:
    """One visitor on one connection, as a browser behind the ministry's front server."""

    def __init__(self, port: int, tally: Tally, host: str = HOST) -> None:
        self.port, self.tally, self.host = port, tally, host
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.cookies: dict[str, str] = {}
        self.address = ""

    def become(self, session: str) -> None:
        """Be somebody else: another address, another session."""
        self.address = "2001:db8:" + ":".join(f"{random.randrange(65536):x}" for _ in range(2)) + "::1"
        self.cookies = {"sessionid": session} if session else {}

    async def ask(
        self,
        page: str,
        path: str,
        form: dict[str, str] | None = None,
        expected: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Answer | None:
        """Ask for a page and note how long it took."""
        began = time.perf_counter()
        try:
            answer = await asyncio.wait_for(self._exchange(path, form, headers or {}), 60)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            answer, self.writer = None, None
        self.tally.note(page, began, answer, expected)
        return answer

    async def _exchange(self, path: str, form: dict[str, str] | None, headers: dict[str, str]) -> Answer:
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = urlencode(form).encode() if form is not None else b""
        lines = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", f"Host: {self.host}", f"Origin: https://{self.host}",
            "X-Forwarded-Proto: https", f"X-Forwarded-For: {self.address}", "Accept-Language: vi",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            *(f"{name}: {value}" for name, value in headers.items()),
        ]  # fmt: skip
        if form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        answer = await _read(self.reader)
        self.cookies.update(answer.cookies)
        return answer


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers, cookies = {}, {}
    for line in head[1:]:
        name, _, value = line.partition(": ")
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            cookies[key] = rest.split(";")[0]
        else:
            headers[name.lower()] = value
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(head[0].split()[1]), headers, cookies, body)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the visitors do: how many, how long (seconds), how long they read a page (mean seconds), their material.

    `sessions`: of citizens who showed who they are. `details`: forms of the look-up. `works`: solved proofs of work.
    """

    port: int
    visitors: int
    seconds: float
    warm_up: float
    reading: float
    sessions: list[str]
    details: list[dict[str, str]]
    works: list[str]


async def visit(plan: Plan) -> Tally:
    """Let all visitors go on until the time is over."""
    tally = Tally(since=time.perf_counter() + plan.warm_up)
    ends = tally.since + plan.seconds
    await asyncio.gather(*(_one(plan, Visitor(plan.port, tally), ends) for _ in range(plan.visitors)))
    return tally


async def _one(plan: Plan, visitor: Visitor, ends: float) -> None:
    await asyncio.sleep(random.random() * max(plan.reading, 1))

    async def read() -> None:
        await asyncio.sleep(random.uniform(0.5, 1.5) * plan.reading)

    while time.perf_counter() < ends:
        await _look_up(plan, visitor, read)
        visitor.become(random.choice(plan.sessions))
        await visitor.ask("my record", "/citizen/record/")
        await read()
        await visitor.ask("my passport (QR)", "/citizen/passport/")
        await read()


async def _look_up(plan: Plan, visitor: Visitor, read: Callable[[], Awaitable[None]]) -> None:
    visitor.become("")
    form = await visitor.ask("look-up: the form", "/citizen/find/")
    await read()
    token = TOKEN.search(form.body) if form else None
    if token is None or not plan.works:
        return
    filled = {**random.choice(plan.details), "csrfmiddlewaretoken": token[1].decode(), "work": plan.works.pop()}
    await visitor.ask("look-up: sent", "/citizen/find/", filled, expected=302)
    await visitor.ask("look-up: the code's page", "/citizen/find/code/")
    await read()
