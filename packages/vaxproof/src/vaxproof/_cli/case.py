"""One case of the EU's test suite (dgc-testdata): what its file says, and one check for each of its flags.

A check gives True (the step succeeds), False (it fails) or None (the file lacks what the step needs), and the
reason. The step itself is always the library's own; here it is only fed and compared.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import cbor2

from vaxproof import schema, verify
from vaxproof.claims import Kind
from vaxproof.envelope import base45, cbor, cose, cwt, deflate, prefix
from vaxproof.errors import ProofError
from vaxproof.picture import read_qr
from vaxproof.trust.certificates import SignerCertificate, read_certificate
from vaxproof.trust.trust_list import TrustList

_PEM_LINE = re.compile("-----[^-]+-----")
_NO_BASE64 = re.compile(r"\\[nr]|[^A-Za-z0-9+/]")
_URL_SAFE = str.maketrans("-_", "+/")
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ]+(\d?\d:\d\d)(:\d\d)?(?:[.,](\d+))?)? *(?:([Zz])|([+-])(\d?\d)(?::?(\d\d))?)?"
)


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

    def text(self, *names: str) -> str:
        """The first of these fields, a text, without white space around it (which no step's text has)."""
        value = self.field(*names)
        if not isinstance(value, str):
            raise LacksFieldError(names[0])
        return value.strip()

    def octets(self, name: str) -> bytes:
        """The bytes of a field in hexadecimal digits."""
        try:
            return bytes.fromhex(self.text(name))
        except ValueError:
            raise LacksFieldError(name) from None

    def context(self, name: str) -> str:
        """A text of the test context."""
        context = self.field("TESTCTX")
        value = context.get(name) if isinstance(context, dict) else None
        if not value:
            raise LacksFieldError(name)
        return str(value).strip()

    @cached_property
    def clock(self) -> datetime:
        """The time of checking."""
        at = _instant(self.context("VALIDATIONCLOCK"))
        if at is None:
            raise LacksFieldError("VALIDATIONCLOCK")
        return at

    @cached_property
    def certificate(self) -> SignerCertificate:
        """The signer's certificate."""
        try:
            return read_certificate(_der(self.context("CERTIFICATE")), source=self.path)
        except ValueError:
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
            return cwt.decode(verify.open_text(self.text("PREFIX")).payload).dcc
        return self.json

    def kind(self) -> Kind:
        """What the signed certificate states."""
        dcc = schema.normalise(cwt.decode(self.signed.payload).dcc)
        groups = [kind for kind in Kind if dcc.get(kind.value)]
        if len(groups) != 1:
            raise LacksFieldError("COSE")
        return groups[0]


def _der(text: str) -> bytes:
    """DER in base64, with or without the lines of PEM, these once more in base64 or not.

    Raises:
        ValueError: not base64.
    """
    data = _from_base64(_PEM_LINE.sub("", text))
    return _from_base64(_PEM_LINE.sub("", data.decode("ascii", "replace"))) if data.startswith(b"-----") else data


def _from_base64(text: str) -> bytes:
    """Of either alphabet, with or without padding, line breaks (escaped once too often) or a data address.

    Raises:
        ValueError: not base64.
    """
    body = _NO_BASE64.sub("", text.rpartition(",")[2].translate(_URL_SAFE))
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
    """ISO 8601 as the suite's authors write it: blanks, short hours, any fraction; no offset means UTC."""
    match = _MOMENT.fullmatch(text)
    if not match:
        return None
    day, time, second, fraction, _, sign, hours, minutes = match.groups()
    offset = f"{sign}{hours:0>2}:{minutes or '00'}" if sign else "+00:00"
    clock = f"{time or '0:00':0>5}{second or ':00'}.{(fraction or '')[:6]:0<6}"
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError:
        return None


def _valid_object(case: Case) -> str | None:
    return None if case.json else "not an object"


def _schema_validation(case: Case) -> str | None:
    schema.check(schema.normalise(case.dcc()), today=_day_of(case))
    return None


def _day_of(case: Case) -> str:
    """The day of checking; where the file names none, everybody is born before it."""
    try:
        return case.clock.astimezone(UTC).date().isoformat()
    except LacksFieldError:
        return "9999-12-31"


def _encode(case: Case) -> str | None:
    try:
        ours = cbor.decode(cbor2.dumps(case.json))
    except ValueError:  # half a character, which JSON can name and UTF-8 cannot
        raise LacksFieldError("JSON") from None
    return difference(schema.normalise(ours), schema.normalise(certificate_in(cbor.decode(case.octets("CBOR")))))


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
    """Against the compressed bytes or, as the suite says it elsewhere, against the COSE in them."""
    decoded = base45.decode(case.text("BASE45"))
    if case.content.get("COMPRESSED") and decoded == case.octets("COMPRESSED"):
        return None
    if case.content.get("COSE") or not case.content.get("COMPRESSED"):
        return None if deflate.inflate(decoded) == case.octets("COSE") else "not the COSE"
    return "not the compressed bytes"


def _unprefix(case: Case) -> str | None:
    body = prefix.strip(case.text("PREFIX"))
    return None if not case.content.get("BASE45") or body == case.text("BASE45") else "not the base45 text"


def _picture(case: Case) -> str | None:
    expected = case.text("PREFIX")
    try:
        picture = _from_base64(case.text("2DCODE", "_2DCODE"))
    except ValueError:
        raise LacksFieldError("2DCODE") from None
    return None if read_qr(picture).strip() == expected else "not the text"


def _valid_json(case: Case) -> str | None:
    expected = case.json
    decoded = cwt.decode(verify.open_text(case.text("PREFIX")).payload).dcc
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
