"""The SMS gateway as a process of its own: `python -m vaxpass.adapters.messaging.gateway_simulator`.

In: the gateway's requests (`wire`). It logs its address and nothing about anybody. Control, from this machine alone:
`GET /_sim/health`, `GET /_sim/counters`, `GET /_sim/received`, `POST /_sim/outage {"on": true}`,
`POST /_sim/numbers {"refused": {"+84…": "NUMBER_UNKNOWN"}, "lost": {"+84…": "UNREACHABLE"}}`,
`POST /_sim/slow {"seconds": 0.5}` (the message is taken at once, its answer comes late: a client that gave up sends it
again).
"""

from __future__ import annotations

import argparse
import contextlib
import hmac
import ipaddress
import json
import os
import sys
import threading
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from vaxpass.adapters.messaging import wire
from vaxpass.adapters.messaging.phones import Phones

if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST_BODY: Final = 64 * 1024
_RETRY_AFTER: Final = "2"  # seconds, told with every 503


class Gateway(ThreadingHTTPServer):
    """The simulated gateway: its phones and its switches."""

    daemon_threads = True

    def __init__(self, host: str, port: int, token: str) -> None:
        super().__init__((host, port), _Handler)
        self.phones = Phones()
        self.token = token
        self.is_out = False
        self.slow_seconds = 0.0
        self.guard = threading.Lock()
        self.ended = threading.Event()

    def take(self, message: dict[str, str]) -> str:
        """Take one message; see Phones."""
        with self.guard:
            return self.phones.take(message)

    def switch(self, name: str, wish: dict[str, Any]) -> dict[str, Any]:
        """Turn a switch; raises KeyError, TypeError and ValueError for what is none."""
        with self.guard:
            match name:
                case "outage":
                    self.is_out = bool(wish["on"])
                case "slow":
                    self.slow_seconds = float(wish["seconds"])
                case "numbers":
                    self.phones.refused, self.phones.lost = dict(wish["refused"]), dict(wish["lost"])
                case _:
                    raise KeyError(name)
        return wish

    def tell(self, name: str) -> object:
        """Answer a question about the simulator; raises KeyError."""
        with self.guard:
            told: dict[str, object] = {
                "health": {"status": "ok", "out": self.is_out},
                "counters": {"taken": self.phones.taken, "received": len(self.phones.received)},
                "received": [asdict(one) for one in self.phones.received],
            }
        return told[name]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/_sim/"):
            self._control(lambda: self.server.tell(parts.path.removeprefix("/_sim/")))
        elif self._is_served() and parts.path == wire.REPORTS:
            query = parse_qs(parts.query)
            limit = int(query.get("limit", ["100"])[0])
            rows, cursor = self.server.phones.report(query.get("after", [""])[0], limit)
            self._answer(HTTPStatus.OK, {"reports": rows, "cursor": cursor})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if not 0 <= length <= _LARGEST_BODY:
            self.close_connection = True
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {})
            return
        try:
            wish = json.loads(self.rfile.read(length))
        except ValueError:
            wish = {}
        if self.path.startswith("/_sim/"):
            self._control(lambda: self.server.switch(self.path.removeprefix("/_sim/"), wish))
        elif self._is_served():
            self._take(wish)

    def _take(self, message: dict[str, str]) -> None:
        needed = {"id", "to", "from", "text"}
        if self.path != wire.MESSAGES or not needed <= message.keys():
            self._answer(HTTPStatus.BAD_REQUEST, {})
            return
        refused = self.server.take(message)
        self.server.ended.wait(self.server.slow_seconds)
        if refused:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"id": message["id"], "error": refused})
        else:
            self._answer(HTTPStatus.ACCEPTED, {"id": message["id"]})

    def _is_served(self) -> bool:
        """Answer what is not: an outage, a wrong token."""
        told = self.headers.get("Authorization", "")
        if self.server.is_out:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {}, retry_after=_RETRY_AFTER)
        elif not hmac.compare_digest(told.encode(), f"Bearer {self.server.token}".encode()):
            self._answer(HTTPStatus.UNAUTHORIZED, {})
        else:
            return True
        return False

    def _control(self, act: Any) -> None:
        if not ipaddress.ip_address(self.client_address[0]).is_loopback:
            self._answer(HTTPStatus.FORBIDDEN, {})
            return
        try:
            self._answer(HTTPStatus.OK, act())
        except (KeyError, TypeError, ValueError):
            self._answer(HTTPStatus.NOT_FOUND, {})

    def _answer(self, status: HTTPStatus, value: object, *, retry_after: str = "") -> None:
        body = json.dumps(value).encode()
        with contextlib.suppress(ConnectionError):  # whoever asked gave up
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: addresses hold nobody's number, but a log of requests helps nobody either."""


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one and prints it")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted. The expected token comes in VAXPASS_SIMULATOR_TOKEN."""
    options = build_parser().parse_args(arguments)
    with Gateway(options.host, options.port, os.environ.get("VAXPASS_SIMULATOR_TOKEN", "")) as gateway:
        host, port = gateway.server_address[:2]
        sys.stdout.write(f"sms gateway simulator listening on http://{host!s}:{port}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            gateway.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
