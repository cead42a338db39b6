"""One case of the EU's test suite (dgc-testdata): what its file says, and one check for each of its flags.

A check gives True (the step succeeds), False (it fails) or None (the file lacks what the step needs), and the
reason. The step itself is always the library's own; here it is only fed and compared.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import cbor2

from vaxproof import schema, verify
from vaxproof._cli.picture import read_qr
from vaxproof.claims import Kind
from vaxproof.envelope import base45, cbor, cose, cwt, deflate, prefix
from vaxproof.errors import ProofError
from vaxproof.trust.certificates import SignerCertificate, read_certificate
from vaxproof.trust.trust_list import TrustList


class LacksFieldError(Exception):
    """The file does not hold what the check needs."""


@dataclass(frozen=True)
class Case:
    """A test case. `path` is relative to the suite's folder."""

    path: str
    content: Mapping[str, Any]

    @property
    def expected(self) -> dict[str, bool]:
        """Asserted flags by their short name; misspelled and other keys assert nothing."""
        asserted = self.content.get("EXPECTEDRESULTS")
        if not isinstance(asserted, dict):
            return {}
        found = {flag: asserted.get(f"EXPECTED{flag}") for flag in FLAGS}
        return {flag: value for flag, value in found.items() if isinstance(value, bool)}

    def field(self, *names: str) -> Any:
        """The first of these fields that is there.

        Raises:
            LacksFieldError: none is, or all are empty.
        """
        for name in names:
            if self.content.get(name):
                return self.content[name]
        raise LacksFieldError(names[0])

    def octets(self, name: str) -> bytes:
        """The bytes of a field in hexadecimal digits."""
        try:
            return bytes.fromhex(str(self.field(name)))
        except ValueError:
            raise LacksFieldError(name) from None

    def context(self, name: str) -> str:
        """A text of the test context."""
        value = self.field("TESTCTX").get(name)
        if not value:
            raise LacksFieldError(name)
        return str(value)

    @cached_property
    def clock(self) -> datetime:
        """The time of checking."""
        text = re.sub(r"(\.\d{6})\d+", r"\1", self.context("VALIDATIONCLOCK").strip())
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise LacksFieldError("VALIDATIONCLOCK") from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    @cached_property
    def certificate(self) -> SignerCertificate:
        """The signer's certificate."""
        try:
            return read_certificate(_der(self.context("CERTIFICATE")), source=self.path)
        except (binascii.Error, ValueError):
            raise LacksFieldError("CERTIFICATE") from None

    @cached_property
    def signed(self) -> cose.Sign1:
        """The COSE_Sign1 as read."""
        return cose.decode(self.octets("COSE"))

    @cached_property
    def json(self) -> dict[str, Any]:
        """The expected certificate."""
        value = self.field("JSON")
        if not isinstance(value, dict):
            raise LacksFieldError("JSON")
        return value

    def dcc(self) -> dict[str, Any]:
        """The certificate as the file encodes it: CBOR, else COSE, else the text."""
        if self.content.get("CBOR"):
            return certificate_in(cbor.decode(self.octets("CBOR")))
        if self.content.get("COSE"):
            return cwt.decode(self.signed.payload).dcc
        if self.content.get("PREFIX"):
            return cwt.decode(verify.open_text(self.field("PREFIX")).payload).dcc
        return self.json

    def kind(self) -> Kind:
        """What the signed certificate states."""
        dcc = schema.normalise(cwt.decode(self.signed.payload).dcc)
        groups = [kind for kind in Kind if dcc.get(kind.value)]
        if len(groups) != 1:
            raise LacksFieldError("COSE")
        return groups[0]


def _der(text: str) -> bytes:
    body = re.sub(r"-----[^-]+-----|\s", "", text)
    return base64.b64decode(body + "=" * (-len(body) % 4))


def certificate_in(value: Any) -> dict[str, Any]:
    """The DCC in a decoded value, which may be the DCC itself, or the claims around it.

    Raises:
        ProofError: CWT_DESERIALIZATION_FAILED.
    """
    if isinstance(value, dict) and cwt.HCERT in value:
        return cwt.from_claims({cwt.ISSUED_AT: 0, cwt.EXPIRES_AT: 0} | value).dcc
    if isinstance(value, dict) and set(value) == {cwt.DCC} and isinstance(value[cwt.DCC], dict):
        inner: dict[str, Any] = value[cwt.DCC]
        return inner
    return cwt.from_claims({cwt.ISSUED_AT: 0, cwt.EXPIRES_AT: 0, cwt.HCERT: {cwt.DCC: value}}).dcc


def difference(one: Any, other: Any, path: str = "") -> str | None:
    """Where two certificates differ, as the path of the first field; None: they are the same."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}, key=str):
            if key not in one or key not in other:
                return f"{path}.{key} missing"
            if found := difference(one[key], other[key], f"{path}.{key}"):
                return found
        return None
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        found_in = (difference(a, b, path) for a, b in zip(one, other, strict=True))
        return next(filter(None, found_in), None)
    return None if _same(one, other) else f"{path} differs"


def _same(one: Any, other: Any) -> bool:
    """Equal, or one moment written in two ways."""
    if one == other:
        return True
    moment = _instant(one) if isinstance(one, str) and isinstance(other, str) else None
    return moment is not None and moment == _instant(other)


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _valid_object(case: Case) -> str | None:
    return None if case.json else "not an object"


def _schema_validation(case: Case) -> str | None:
    schema.check(schema.normalise(case.dcc()), today=case.clock.astimezone(UTC).date().isoformat())
    return None


def _encode(case: Case) -> str | None:
    ours = cbor.decode(cbor2.dumps(case.json))
    return difference(ours, certificate_in(cbor.decode(case.octets("CBOR"))))


def _decode(case: Case) -> str | None:
    decoded = certificate_in(cbor.decode(case.octets("CBOR")))
    if not case.content.get("JSON"):
        return None
    return difference(schema.normalise(decoded), schema.normalise(case.json))


def _verify(case: Case) -> str | None:
    verify.find_signer(case.signed, TrustList([case.certificate]))
    cwt.decode(case.signed.payload)
    return None


def _key_usage(case: Case) -> str | None:
    """Purposes outside HCERT count here, as the suite has it; `verify.Policy` ignores them for real signers."""
    verify.check_purpose(case.certificate, case.kind(), ignore_foreign=False)
    return None


def _expiration(case: Case) -> str | None:
    verify.check_times(cwt.decode(case.signed.payload), case.clock.timestamp())
    return None


def _compression(case: Case) -> str | None:
    expected = case.octets("COSE")
    return None if deflate.inflate(case.octets("COMPRESSED")) == expected else "not the COSE"


def _base45(case: Case) -> str | None:
    """Against the compressed bytes, or where the file lacks these, against what they inflate to."""
    decoded = base45.decode(case.field("BASE45"))
    if case.content.get("COMPRESSED"):
        return None if decoded == case.octets("COMPRESSED") else "not the compressed bytes"
    return None if deflate.inflate(decoded) == case.octets("COSE") else "not the COSE"


def _unprefix(case: Case) -> str | None:
    body = prefix.strip(case.field("PREFIX"))
    return None if body == case.content.get("BASE45", body) else "not the base45 text"


def _picture(case: Case) -> str | None:
    expected = case.field("PREFIX")
    try:
        picture = base64.b64decode(case.field("2DCODE", "_2DCODE"))
    except (binascii.Error, ValueError):
        raise LacksFieldError("2DCODE") from None
    return None if read_qr(picture) == expected else "not the text"


def _valid_json(case: Case) -> str | None:
    expected = case.json
    decoded = cwt.decode(verify.open_text(case.field("PREFIX")).payload).dcc
    return difference(schema.normalise(decoded), schema.normalise(expected))


FLAGS: Final[Mapping[str, Callable[[Case], str | None]]] = {
    "VALIDOBJECT": _valid_object,
    "SCHEMAVALIDATION": _schema_validation,
    "ENCODE": _encode,
    "DECODE": _decode,
    "VERIFY": _verify,
    "COMPRESSION": _compression,
    "KEYUSAGE": _key_usage,
    "UNPREFIX": _unprefix,
    "VALIDJSON": _valid_json,
    "B45DECODE": _base45,
    "PICTUREDECODE": _picture,
    "EXPIRATIONCHECK": _expiration,
}


def evaluate(case: Case, flag: str) -> tuple[bool | None, str]:
    """Whether the step of this flag succeeds (None: not evaluable), and why not."""
    try:
        reason = FLAGS[flag](case)
    except LacksFieldError as lacking:
        return None, f"no {lacking}"
    except ProofError as error:
        return False, str(error)
    return reason is None, reason or ""
