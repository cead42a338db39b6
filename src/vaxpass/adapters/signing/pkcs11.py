"""Keys in tokens and HSMs over PKCS#11, each session in a process of its own.

python-pkcs11 initialises the module without telling it about threads, and two threads then crash it; a vendor's
module may crash by itself. So a child process holds the session, this side talks to it over a socket, one request
after the other, and a crash or silence over there is an Unavailable here. The PIN travels over that socket alone.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import weakref
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from vaxproof.signer import Algorithm

from vaxpass.adapters.signing.private_key import check_key_fits, choose_algorithm, key_id_of
from vaxpass.facility_signing.ports import JwsAlgorithm
from vaxpass.offices.scope import Refused, Unavailable

_CHILD = "vaxpass.adapters.signing.pkcs11_session"
_PATIENCE = 30.0  # seconds; a slow network HSM answers within two
_ASKS_THE_HOLDER = frozenset({"SIGNING_PIN_WRONG", "SIGNING_PIN_LOCKED", "SIGNING_KEY_ABSENT"})
_PERMANENT = frozenset({"SIGNING_MODULE_ABSENT"})


@dataclass(frozen=True, slots=True)
class Pkcs11Place:
    """The module (a library on this machine, from the settings alone), the token's and the key's labels."""

    module: str
    token: str
    key: str


def parse_address(module: str, address: str) -> Pkcs11Place:
    """Read `pkcs11:token=..;object=..` (RFC 7512, these two attributes); refuses KEY_REFERENCE_UNKNOWN."""
    scheme, _, path = address.partition(":")
    named = dict(part.partition("=")[::2] for part in path.split(";"))
    if scheme != "pkcs11" or set(named) != {"token", "object"}:
        raise Refused("KEY_REFERENCE_UNKNOWN")
    return Pkcs11Place(module, unquote(named["token"]), unquote(named["object"]))


class _Session:
    """The child process and the line to it; threads take turns."""

    def __init__(self, patience: float) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", _CHILD, str(theirs.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=_environment())  # noqa: S603 -- our own interpreter, our own module
        self._line = Connection(ours.detach())
        self._turn = threading.Lock()
        self._patience = patience
        self.close = weakref.finalize(self, _end, self.process, self._line)

    def ask(self, request: bytes) -> bytes:
        """Send one request and give the answer; raises as the port says."""
        with self._turn:
            answer = self._exchange(request)
        if answer[:1] == b"+":
            return answer[1:]
        raise _refusal(answer[1:].decode())

    def _exchange(self, request: bytes) -> bytes:
        try:
            self._line.send_bytes(request)
            if self._line.poll(self._patience):
                return self._line.recv_bytes()
        except (OSError, EOFError):
            self.close()
            raise Unavailable("SIGNING_DEVICE_FAILED") from None
        self.close()  # an answer that comes later would be taken for the next one's
        raise Unavailable("SIGNING_DEVICE_SILENT")


def _refusal(code: str) -> Exception:
    return Refused(code) if code in _ASKS_THE_HOLDER else Unavailable(code, permanent=code in _PERMANENT)


def _environment() -> dict[str, str]:
    """What a vendor's module may see: not the keys and addresses of this application."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("VAXPASS_", "DATABASE_"))}


def _end(process: "subprocess.Popen[bytes]", line: Connection) -> None:
    line.close()
    process.kill()
    process.wait()


class Pkcs11Key:
    """One key in one session. Safe to share by threads, which wait for each other; `close` ends the session."""

    def __init__(self, session: _Session, certificates: tuple[bytes, ...], algorithm: JwsAlgorithm) -> None:
        self._session = session
        self.certificates = certificates
        self.algorithm = algorithm
        self.key_id = key_id_of(certificates[0])

    def sign(self, to_be_signed: bytes) -> bytes:
        """Raw signature; Unavailable where the token is gone or silent."""
        return self._session.ask(self.algorithm.value.encode() + to_be_signed)

    def close(self) -> None:
        """Log out and end the session's process."""
        self._session.close()


def open_pkcs11(
    place: Pkcs11Place,
    pin: str,
    *,
    certificates: tuple[bytes, ...] = (),
    wanted: str = "",
    patience: float = _PATIENCE,
) -> Pkcs11Key:
    """Log in to a token and find the key; without given certificates those on the token speak for it.

    Refuses SIGNING_PIN_WRONG, SIGNING_PIN_LOCKED, SIGNING_KEY_ABSENT, SIGNING_KEY_MISMATCH,
    KEY_ALGORITHM_UNSUITABLE; Unavailable SIGNING_TOKEN_ABSENT, SIGNING_MODULE_ABSENT, SIGNING_DEVICE_FAILED,
    SIGNING_DEVICE_SILENT.
    """
    session = _Session(patience)
    try:
        key = _log_in(session, place, pin, certificates, wanted)
        check_key_fits(key)
    except BaseException:
        session.close()
        raise
    return key


def _log_in(session: _Session, place: Pkcs11Place, pin: str, certificates: tuple[bytes, ...], wanted: str) -> Pkcs11Key:
    request = {"module": place.module, "token": place.token, "key": place.key, "pin": pin}
    found = json.loads(session.ask(json.dumps(request).encode()))
    known = certificates or tuple(bytes.fromhex(der) for der in found["certificates"])
    if not known:
        raise Refused("SIGNING_KEY_ABSENT")
    algorithm = choose_algorithm(known[0], wanted)
    if found["kind"] != ("EC" if algorithm is Algorithm.ES256 else "RSA"):
        raise Refused("SIGNING_KEY_MISMATCH")
    return Pkcs11Key(session, known, algorithm)


class Pkcs11LogKey(Ed25519PrivateKey):
    """An Ed25519 key in one session, as signed notes want it: it signs and tells its public half, and nothing else."""

    def __init__(self, session: _Session, public: Ed25519PublicKey) -> None:
        self._session = session
        self._public = public

    def public_key(self) -> Ed25519PublicKey:
        """The public half, as the token told it."""
        return self._public

    def sign(self, data: Any) -> bytes:
        """Raw signature of 64 bytes; Unavailable where the token is gone or silent."""
        return self._session.ask(b"EdDSA" + bytes(data))

    def close(self) -> None:
        """Log out and end the session's process."""
        self._session.close()

    def private_bytes(self, *_: object) -> bytes:
        """Never: the key stays in its token."""
        raise Refused("SIGNING_KEY_ABSENT")

    def private_bytes_raw(self) -> bytes:
        """Never: the key stays in its token."""
        raise Refused("SIGNING_KEY_ABSENT")

    def __copy__(self) -> "Pkcs11LogKey":
        return self

    def __deepcopy__(self, memo: object) -> "Pkcs11LogKey":
        return self


def open_pkcs11_log_key(place: Pkcs11Place, pin: str, *, patience: float = _PATIENCE) -> Pkcs11LogKey:
    """Log in to a token and find an Ed25519 key with its public half; it signs a challenge before it is believed.

    Refuses and raises as `open_pkcs11` does.
    """
    session = _Session(patience)
    try:
        request = {"module": place.module, "token": place.token, "key": place.key, "pin": pin}
        found = json.loads(session.ask(json.dumps(request).encode()))
        key = Pkcs11LogKey(session, _public_half(found["kind"], found["point"]))
        _check_signs(key)
    except BaseException:
        session.close()
        raise
    return key


def _public_half(kind: str, point: str) -> Ed25519PublicKey:
    if kind != "ED":
        raise Refused("KEY_ALGORITHM_UNSUITABLE")
    if not point:
        raise Refused("SIGNING_KEY_ABSENT")
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(point))


def _check_signs(key: Pkcs11LogKey) -> None:
    """A zero byte begins no note, so the challenge can be none."""
    challenge = b"\x00vaxpass: does this key belong to this public key?\x00" + os.urandom(16)
    try:
        key.public_key().verify(key.sign(challenge), challenge)
    except InvalidSignature:
        raise Refused("SIGNING_KEY_MISMATCH") from None
