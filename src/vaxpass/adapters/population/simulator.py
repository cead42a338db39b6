"""The population database as a process of its own, with outages and faults: `python -m … --population FILE`.

In: the service's requests (`wire`), over HTTP/1.1 with keep-alive. Out: yes, no or nobody, or a fault drawn
by seed. It logs its address and nothing about anybody. Control, from this machine alone:
`GET /_sim/health`, `GET /_sim/counters`, `POST /_sim/outage {"on": true}`,
`POST /_sim/faults {"no_answer": 0.1, "wrong": 0, "slow": 0}`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hmac
import ipaddress
import json
import os
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass.adapters.population import wire
from vaxpass.adapters.population.faults import Fault, FaultRates, Faults
from vaxpass.adapters.population.register import Register
from vaxpass.identity.ports import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LARGEST_BODY: Final = 16 * 1024
_WORDS: Final = {Outcome.MATCH: wire.YES, Outcome.NO_MATCH: wire.NO, Outcome.NO_SUCH_PERSON: wire.NOBODY}
_SEXES: Final = {1: "M", 2: "F"}
_RETRY_AFTER: Final = 2  # seconds, told with every 503


class _Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class _Reply(NamedTuple):
    status: HTTPStatus
    body: bytes
    headers: str = ""


@dataclass(frozen=True, slots=True)
class SimulatorPlan:
    """How the simulated service behaves. `outages` are seconds since its start, `slow_seconds` a delay."""

    rates: FaultRates = field(default_factory=FaultRates)
    seed: int = 0
    slow_seconds: float = 2.0
    outages: Sequence[tuple[float, float]] = ()
    token: str = ""


class Simulator:
    """The service: a register, faults, and counters by path and outcome."""

    def __init__(self, register: Register, plan: SimulatorPlan) -> None:
        self._register = register
        self._plan = plan
        self._faults = Faults(plan.rates, seed=plan.seed)
        self._is_out = False
        self._began = 0.0
        self.counters: Counter[str] = Counter()

    async def serve(self, host: str, port: int) -> None:
        """Serve until cancelled; print the address once listening (port 0 takes a free one)."""
        self._began = asyncio.get_running_loop().time()
        server = await asyncio.start_server(self._converse, host, port, limit=_LARGEST_BODY)
        address = server.sockets[0].getsockname()
        sys.stdout.write(f"population simulator listening on http://{address[0]}:{address[1]}\n")
        sys.stdout.flush()
        async with server:
            await server.serve_forever()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until either side closes it."""
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            while reply := await self._reply(await _read(reader), writer):
                writer.write(_encode(reply))
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _reply(self, request: _Request, writer: asyncio.StreamWriter) -> _Reply | None:
        if request.path.startswith("/_sim/"):
            return self._control(request, writer)
        self.counters["requests"] += 1
        if self._has_outage():
            self.counters["outage"] += 1
            return _unavailable()
        if request.path != f"/{wire.OPERATION}" or request.method != "POST":
            return _Reply(HTTPStatus.NOT_FOUND, b"{}")
        if not self._is_authorized(request.headers):
            return _Reply(HTTPStatus.UNAUTHORIZED, b"{}")
        return await self._answer(request.body)

    async def _answer(self, body: bytes) -> _Reply | None:
        try:
            fields = json.loads(body)
            request_id, outcome = str(fields["MaYeuCau"]), self._compare(fields)
        except (ValueError, KeyError, TypeError, RecursionError):
            self.counters["ill_formed"] += 1
            return _Reply(HTTPStatus.BAD_REQUEST, b'{"MaLoi": "YEU_CAU_SAI_DINH_DANG"}')
        fault = self._faults.draw(request_id)
        self.counters[fault.value if fault is not Fault.NONE else outcome.value] += 1
        if fault is Fault.SLOW:
            await asyncio.sleep(self._plan.slow_seconds)
        return _faulty(fault, request_id, _WORDS[outcome])

    def _compare(self, fields: dict[str, object]) -> Outcome:
        """Compare the fields of one request; a missing or ill-typed one is a KeyError or a TypeError."""
        birth = fields["NgayThangNamSinh"]
        if not isinstance(birth, dict) or not fields["MaCanBo"] or not fields["MaDonVi"]:
            raise TypeError
        number, old_number = fields.get("SoDinhDanh", ""), fields.get("SoCMND", "")
        if not (number or old_number):
            raise KeyError("SoDinhDanh")
        return self._register.compare(
            id_number=str(number),
            old_number=str(old_number),
            name=str(fields["HoVaTen"]),
            sex=_SEXES[int(str(fields["GioiTinh"]))],
            birth_date=str(birth.get("NgayThangNam") or birth["Nam"]),
        )

    def _is_authorized(self, headers: dict[str, str]) -> bool:
        """Ask for a bearer token and the officer's hash; which token, only where the plan names one."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        right = not self._plan.token or hmac.compare_digest(token.encode(), self._plan.token.encode())
        return scheme == "Bearer" and bool(token) and right and bool(headers.get(wire.AUTH_HASH.lower()))

    def _has_outage(self) -> bool:
        age = asyncio.get_running_loop().time() - self._began
        return self._is_out or any(start <= age < end for start, end in self._plan.outages)

    def _control(self, request: _Request, writer: asyncio.StreamWriter) -> _Reply:
        if not ipaddress.ip_address(writer.get_extra_info("peername")[0]).is_loopback:
            return _Reply(HTTPStatus.FORBIDDEN, b"{}")
        match request.method, request.path:
            case "GET", "/_sim/health":
                return _json({"status": "ok", "people": self._register.count_people(), "out": self._is_out})
            case "GET", "/_sim/counters":
                return _json(dict(self.counters))
            case "POST", "/_sim/outage":
                return self._switch_outage(request.body)
            case "POST", "/_sim/faults":
                return self._change_faults(request.body)
        return _Reply(HTTPStatus.NOT_FOUND, b"{}")

    def _switch_outage(self, body: bytes) -> _Reply:
        try:
            self._is_out = json.loads(body)["on"] is True
        except (ValueError, KeyError, TypeError):
            return _Reply(HTTPStatus.BAD_REQUEST, b"{}")
        return _json({"out": self._is_out})

    def _change_faults(self, body: bytes) -> _Reply:
        try:
            self._faults.rates = FaultRates(**json.loads(body))
        except (ValueError, TypeError):
            return _Reply(HTTPStatus.BAD_REQUEST, b"{}")
        return _json(asdict(self._faults.rates))


def _faulty(fault: Fault, request_id: str, word: str) -> _Reply | None:
    """Give the reply as the fault leaves it; None drops the connection."""
    match fault:
        case Fault.UNAVAILABLE:
            return _unavailable()
        case Fault.DROPPED:
            return None
        case Fault.GARBLED:
            return _Reply(HTTPStatus.OK, b'{"MaYeuCau": "')
        case Fault.OTHERS_ANSWER:
            return _json({"MaYeuCau": request_id[::-1] + "-other", "KetQua": word})
        case Fault.STRANGE_WORD:
            return _json({"MaYeuCau": request_id, "KetQua": "KHONG_RO"})
    return _json({"MaYeuCau": request_id, "KetQua": word})


def _json(value: Mapping[str, object]) -> _Reply:
    return _Reply(HTTPStatus.OK, json.dumps(value).encode())


def _unavailable() -> _Reply:
    return _Reply(HTTPStatus.SERVICE_UNAVAILABLE, b"{}", f"Retry-After: {_RETRY_AFTER}\r\n")


async def _read(reader: asyncio.StreamReader) -> _Request:
    """Read one request; an ill-formed or over-long one ends the connection (ValueError)."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    pairs = (line.split(":", 1) for line in head[1:] if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= _LARGEST_BODY:
        raise ValueError("REQUEST_TOO_LARGE")
    return _Request(method, path, headers, await reader.readexactly(length))


def _encode(reply: _Reply) -> bytes:
    head = (
        f"HTTP/1.1 {reply.status.value} {reply.status.phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(reply.body)}\r\n{reply.headers}\r\n"
    )
    return head.encode() + reply.body


def _outage(text: str) -> tuple[float, float]:
    start, _, end = text.partition("-")
    return float(start), float(end)


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--population", type=Path, required=True, help="JSON lines, as `vaxpass synth` writes")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one and prints it")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--no-answer-rate", type=float, default=0.0, help="share of 503 and dropped lines")
    parser.add_argument("--wrong-rate", type=float, default=0.0, help="share of garbled or foreign answers")
    parser.add_argument("--slow-rate", type=float, default=0.0)
    parser.add_argument("--slow-seconds", type=float, default=2.0)
    parser.add_argument("--outage", type=_outage, action="append", default=[], help="FROM-TO, seconds")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted. The expected token, if any, comes in VAXPASS_SIMULATOR_TOKEN."""
    options = build_parser().parse_args(arguments)
    plan = SimulatorPlan(
        rates=FaultRates(no_answer=options.no_answer_rate, wrong=options.wrong_rate, slow=options.slow_rate),
        seed=options.seed,
        slow_seconds=options.slow_seconds,
        outages=options.outage,
        token=os.environ.get("VAXPASS_SIMULATOR_TOKEN", ""),
    )
    simulator = Simulator(Register.from_file(options.population), plan)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(simulator.serve(options.host, options.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
