"""`vaxpass witness`: a small witness of logs (C2SP tlog-witness), for whoever wants to watch over one.

It needs no database and none of the platform's settings: a key, a file for what it saw last, the logs' keys. Run it
away from the log's own machines, behind a web server that speaks TLS. `witness key` makes the key, `witness serve`
serves POST /add-checkpoint.
"""

import argparse
import fcntl
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from vaxproof import ProofError
from vaxproof.log.checkpoint import parse_number
from vaxproof.log.folder import write_whole
from vaxproof.log.note import NoteSigner, NoteVerifier, SignatureKind
from vaxproof.log.witness import MAX_REQUEST_BYTES, PLAIN_TEXT, Reply, Witness, decode_state, encode_state

PASSPHRASE = "VAXPASS_WITNESS_PASSPHRASE"  # noqa: S105 -- the variable's name
_SECONDS_TO_SEND = 10


class Keeper:
    """A witness with its file: each new state is on disk before the cosignature leaves the house."""

    def __init__(self, witness: Witness, file: Path) -> None:
        """Raises ProofError CHECKPOINT_UNREADABLE where the file is damaged: what was seen must not be forgotten."""
        self._witness, self._file = witness, file
        self._state = decode_state(file.read_bytes()) if file.exists() else {}
        self._lock = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer one request; others wait meanwhile."""
        with self._lock:
            reply, after = self._witness.add_checkpoint(body, self._state, datetime.now(UTC))
            if after is not self._state:
                write_whole(self._file, encode_state(after))
                self._state = after
        return reply


class WitnessServer(ThreadingHTTPServer):
    """Serves a keeper."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], keeper: Keeper) -> None:
        self.keeper = keeper
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    """One connection; whatever comes in, an answer goes out."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "vaxpass-witness", ""
    timeout = _SECONDS_TO_SEND
    server: WitnessServer

    def do_POST(self) -> None:
        """Take add-checkpoint; anything else is not here."""
        length = parse_number(self.headers.get("Content-Length", ""))
        if length is None or length > MAX_REQUEST_BYTES:
            self.close_connection = True
            self._answer(Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"too long, or its length not said\n"))
            return
        body = self.rfile.read(length)
        if self.path.partition("?")[0] != "/add-checkpoint":
            self._answer(Reply(HTTPStatus.NOT_FOUND, b"not here\n"))
            return
        self._answer(self._replied(body))

    def do_GET(self) -> None:
        """Nothing is to be fetched here."""
        self._answer(Reply(HTTPStatus.NOT_FOUND, b"not here\n"))

    def _replied(self, body: bytes) -> Reply:
        try:
            return self.server.keeper.add_checkpoint(body)
        except OSError as error:
            self.log_error("the state cannot be written: %s", error.strerror)
            return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, b"the state cannot be written\n", PLAIN_TEXT)

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


def main(arguments: Sequence[str]) -> int:
    """Run `vaxpass witness`; give the exit code: 1 where a file cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (ProofError, OSError, ValueError) as error:
        sys.stderr.write(f"vaxpass witness: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vaxpass witness", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    making = commands.add_parser("key", help="make the witness's key, if there is none, and print its vkey")
    making.set_defaults(run=_make_key)
    serving = commands.add_parser("serve", help="serve until ended")
    for command in (making, serving):
        command.add_argument("--key", type=Path, required=True, metavar="PEM", help=f"passphrase, if any: {PASSPHRASE}")
        command.add_argument("--name", required=True, metavar="NAME", help="the witness's name, as witness.example/1")
    serving.add_argument("--state", type=Path, required=True, metavar="FILE", help="what was seen last; kept for ever")
    serving.add_argument("--log", action="append", required=True, metavar="VKEY", help="of a log; may be repeated")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=0, help="0 takes a free one; it is printed")
    serving.set_defaults(run=_serve)
    return parser


def _make_key(options: argparse.Namespace) -> int:
    if not options.key.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption())
        options.key.parent.mkdir(parents=True, exist_ok=True)
        options.key.touch(mode=0o600)
        options.key.write_bytes(pem)
    print(_signer(options).vkey)
    return 0


def _encryption() -> KeySerializationEncryption:
    passphrase = os.environ.get(PASSPHRASE, "")
    return BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()


def _signer(options: argparse.Namespace) -> NoteSigner:
    passphrase = os.environ.get(PASSPHRASE, "").encode() or None
    try:
        key = load_pem_private_key(options.key.read_bytes(), passphrase)
    except (ValueError, TypeError):
        raise ValueError("the key cannot be read: no PEM, or another passphrase") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the key is not Ed25519")  # noqa: TRY004 -- a wrong file, not a programmer's slip
    return NoteSigner(options.name, key, SignatureKind.COSIGNATURE)


def _serve(options: argparse.Namespace) -> int:
    logs = [NoteVerifier.parse(vkey) for vkey in options.log]
    witness = Witness(_signer(options), [(log.name, log) for log in logs])
    with _alone(options.state):
        server = WitnessServer((options.host, options.port), Keeper(witness, options.state))
        host, port = server.server_address[:2]
        print(f"{witness.vkey} at http://{host!s}:{port}", flush=True)
        with server, suppress(KeyboardInterrupt):
            server.serve_forever()
    return 0


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold the state: two witnesses with one memory would forget what the other saw."""
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.with_name(state.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError("another witness holds this state") from None
        yield
