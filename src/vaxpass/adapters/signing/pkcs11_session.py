"""The process that holds one PKCS#11 session: started by pkcs11.py, ended by the closing of its line.

First request: JSON with module, token, key, pin; answer: JSON with the kind of the key (EC, RSA, ED), the certificates
that go with it, and for ED (Ed25519) the public key. Every later request: five letters of the algorithm, then the
message; answer: the raw signature. An answer begins with `+`, or with `-` and a code. Nothing is written anywhere; the
PIN is forgotten after the login.
"""

import json
import sys
from multiprocessing.connection import Connection
from typing import Any

import pkcs11
from pkcs11 import MGF, Attribute, KeyType, Mechanism, ObjectClass, exceptions

_CODES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange), "SIGNING_PIN_WRONG"),
    ((exceptions.PinLocked, exceptions.PinExpired, exceptions.UserPinNotInitialized), "SIGNING_PIN_LOCKED"),
    ((exceptions.NoSuchKey, exceptions.MultipleObjectsReturned), "SIGNING_KEY_ABSENT"),
    (
        (
            exceptions.NoSuchToken,
            exceptions.MultipleTokensReturned,
            exceptions.TokenNotPresent,
            exceptions.TokenNotRecognised,
            exceptions.DeviceRemoved,
            exceptions.SlotIDInvalid,
            exceptions.KeyHandleInvalid,
            exceptions.ObjectHandleInvalid,
            exceptions.SessionHandleInvalid,
            exceptions.SessionClosed,
        ),
        "SIGNING_TOKEN_ABSENT",
    ),
)
_ALGORITHM_LETTERS = 5
_PSS = (Mechanism.SHA256, MGF.SHA256, 32)
_SIGNING: dict[str, tuple[Mechanism, Any]] = {
    "PS256": (Mechanism.SHA256_RSA_PKCS_PSS, _PSS),
    "RS256": (Mechanism.SHA256_RSA_PKCS, None),
}


def code_of(error: Exception) -> str:
    """Give the code of a PKCS#11 error."""
    for kinds, code in _CODES:
        if isinstance(error, kinds):
            return code
    return "SIGNING_DEVICE_FAILED"


def serve(line: Connection) -> None:
    """Log in, then sign until the line closes."""
    key = _log_in(line)
    while key is not None:
        request = line.recv_bytes()
        letters, message = request[:_ALGORITHM_LETTERS].decode(), request[_ALGORITHM_LETTERS:]
        try:
            answer = b"+" + sign(key, letters, message)
        except (exceptions.PKCS11Error, KeyError) as error:
            answer = b"-" + code_of(error).encode()
        line.send_bytes(answer)


def sign(key: Any, letters: str, message: bytes) -> bytes:
    """Sign a message with the token's key: SHA-256 here for ES256 (every token knows CKM_ECDSA), there for RSA."""
    if letters == "ES256":
        from hashlib import sha256  # noqa: PLC0415 -- not needed for RSA

        return bytes(key.sign(sha256(message).digest(), mechanism=Mechanism.ECDSA))
    if letters == "EdDSA":
        return bytes(key.sign(message, mechanism=Mechanism.EDDSA))
    mechanism, parameters = _SIGNING[letters]
    return bytes(key.sign(message, mechanism=mechanism, mechanism_param=parameters))


def _log_in(line: Connection) -> Any:
    wish = json.loads(line.recv_bytes())
    try:
        library = pkcs11.lib(wish["module"])
    except (exceptions.PKCS11Error, RuntimeError, OSError):
        line.send_bytes(b"-SIGNING_MODULE_ABSENT")
        return None
    try:
        session = library.get_token(token_label=wish["token"]).open(user_pin=wish["pin"])
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=wish["key"])
        found = _certificates(session, key)
        point = _point(session, key) if key.key_type == KeyType.EC_EDWARDS else ""
    except exceptions.PKCS11Error as error:
        line.send_bytes(b"-" + code_of(error).encode())
        return None
    kind = {KeyType.EC: "EC", KeyType.RSA: "RSA", KeyType.EC_EDWARDS: "ED"}.get(key.key_type, "")
    line.send_bytes(b"+" + json.dumps({"certificates": found, "kind": kind, "point": point}).encode())
    return key


def _certificates(session: Any, key: Any) -> list[str]:
    """The certificate with the key's id, in hex."""
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.ID: key.id}
    return [bytes(found[Attribute.VALUE]).hex() for found in session.get_objects(wanted)]


def _point(session: Any, key: Any) -> str:
    """The last 32 bytes of the public key with the key's id, in hex: some tokens wrap it into an OCTET STRING."""
    wanted = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: key.id}
    return next((bytes(found[Attribute.EC_POINT])[-32:].hex() for found in session.get_objects(wanted)), "")


def main() -> None:
    """Serve the line whose number is the one argument."""
    line = Connection(int(sys.argv[1]))
    try:
        serve(line)
    except (EOFError, OSError):
        return  # the other side has closed the line


if __name__ == "__main__":
    main()
