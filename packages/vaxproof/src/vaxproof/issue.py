"""Record → signed `HC1:` text, strictly. *Prepare* fixes the bytes, a signer signs, *finish* joins both.

The CBOR is written from fragments that are checked and encoded once and then kept: this is the hot path of a
ministry's signing run. The order of keys is fixed, so the same record gives the same bytes.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from vaxproof import uvci, valuesets
from vaxproof.claims import Vaccination
from vaxproof.envelope import base45, cbor, cose, cwt, deflate, prefix
from vaxproof.errors import Code, ProofError
from vaxproof.names import MAX_LENGTH, transliterate
from vaxproof.schema import is_date
from vaxproof.signer import ES256_BYTES, MAX_RSA_BITS, MIN_RSA_BITS, Algorithm, Signer

SCHEMA_VERSION = "1.3.0"
MAX_VALIDITY = timedelta(days=366)
MAX_DOSES = 9
_COUNTRY = re.compile("[A-Z]{2}")
_BIRTH_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
_FULL_DATE = 10


class Prepared(NamedTuple):
    """The fixed bytes of one certificate. `to_be_signed` goes to the signer; keep the others for `finish`."""

    payload_cbor: bytes
    protected: bytes
    to_be_signed: bytes


def expiry(issued_at: datetime, certificate_end: datetime) -> datetime:
    """Twelve months after issue, or the end of the signing certificate if that comes first."""
    leap_day = (issued_at.month, issued_at.day) == (2, 29)
    in_a_year = issued_at.replace(year=issued_at.year + 1, day=28 if leap_day else issued_at.day)
    return min(in_a_year, certificate_end.astimezone(UTC)).replace(microsecond=0)


def prepare(
    vaccination: Vaccination, issued_at: datetime, expires_at: datetime, key_id: bytes, algorithm: Algorithm
) -> Prepared:
    """Check everything and fix the bytes. Times: aware.

    Raises:
        ProofError: PRODUCT_UNKNOWN, PRODUCT_TRIPLE_ILLEGAL, DOSE_NUMBERS_ILLEGAL, NAME_MISSING,
        NAME_TOO_LONG,
            NAME_NOT_TRANSLITERABLE, BIRTH_DATE_ILLEGAL, DOSE_DATE_ILLEGAL, COUNTRY_ILLEGAL,
            ISSUER_NAME_ILLEGAL, UVCI_ILLEGAL, VALIDITY_ILLEGAL, KEY_ID_ILLEGAL.
    """
    payload = _head(vaccination.country, issued_at, expires_at) + encode_certificate(vaccination)
    _check_days(vaccination, issued_at)
    protected = cose.encode_protected(algorithm, key_id)
    return Prepared(payload, protected, cose.to_be_signed(protected, payload))


def finish(prepared: Prepared, signature: bytes) -> bytes:
    """The COSE_Sign1 of a raw signature. It does not check the signature against a key; verify a sample.

    Raises:
        ProofError: SIGNATURE_LENGTH_ILLEGAL (64 bytes for ES256, 256 to 512 for PS256).
    """
    is_es256 = prepared.protected[2] == 0x26  # noqa: PLR2004 -- CBOR of -7, first value of our own header
    size = len(signature)
    if size != ES256_BYTES if is_es256 else not MIN_RSA_BITS <= size * 8 <= MAX_RSA_BITS:
        raise ProofError(Code.SIGNATURE_LENGTH_ILLEGAL, f"{size} bytes")
    return cose.encode(prepared.protected, prepared.payload_cbor, signature)


def to_hc1(cose_sign1: bytes) -> str:
    """The text of the QR code."""
    return prefix.add(base45.encode(deflate.compress(cose_sign1)))


def issue_many(
    vaccinations: Iterable[Vaccination], signer: Signer, issued_at: datetime, expires_at: datetime
) -> list[str]:
    """A whole batch, step by step instead of record by record, which is faster. Raises as `prepare`.

    The batch lies in memory: some thousand at a time. One refused record refuses the batch before anything is signed.
    """
    key_id, algorithm = signer.key_id, signer.algorithm
    prepared = [prepare(one, issued_at, expires_at, key_id, algorithm) for one in vaccinations]
    signatures = [signer.sign(one.to_be_signed) for one in prepared]
    return [to_hc1(finish(*pair)) for pair in zip(prepared, signatures, strict=True)]


def issue(vaccination: Vaccination, signer: Signer, issued_at: datetime, expires_at: datetime) -> str:
    """All three steps at once. Raises as `prepare`."""
    prepared = prepare(vaccination, issued_at, expires_at, signer.key_id, signer.algorithm)
    return to_hc1(finish(prepared, signer.sign(prepared.to_be_signed)))


def encode_certificate(vaccination: Vaccination) -> bytes:
    """The DCC (schema 1.3.0) as CBOR: `v`, `dob`, `nam`, `ver`. Raises as `prepare`."""
    v = vaccination
    return b"".join(
        (
            _OPENING,
            _product(v.product_code, v.holder_code, v.prophylaxis_code),
            _doses(v.dose_number, v.series_size),
            _day(v.given_on),
            _place(v.country, v.issuer_name),
            _identifier(v.uvci, v.country),
            _birth_date(v.birth_date),
            _names(v.family_name, v.given_name),
            _VERSION,
        )
    )


def _pair(key: str, value: str) -> bytes:
    return cbor.text(key) + cbor.text(value)


_OPENING: Final = b"\xa4" + cbor.text("v") + b"\x81\xaa"
_VERSION: Final = _pair("ver", SCHEMA_VERSION)
_CI: Final = cbor.text("ci")


@lru_cache(maxsize=256)
def _product(mp: str, ma: str | None, vp: str | None) -> bytes:
    product = valuesets.get_product(mp)
    ma, vp = ma or product.ma, vp or product.vp
    if not valuesets.is_legal_triple(mp, ma, vp):
        raise ProofError(Code.PRODUCT_TRIPLE_ILLEGAL)
    return _pair("tg", valuesets.DISEASE) + _pair("vp", vp) + _pair("mp", mp) + _pair("ma", ma)


@lru_cache(maxsize=256)
def _doses(number: int, size: int) -> bytes:
    """Legal: dn ≤ sd; dn = sd ≥ 3 (booster after two); dn > sd only after a single dose (2/1, 3/1 …)."""
    if not (1 <= size <= MAX_DOSES and 1 <= number <= MAX_DOSES) or number > size > 1:
        raise ProofError(Code.DOSE_NUMBERS_ILLEGAL)
    return cbor.text("dn") + cbor.unsigned(number) + cbor.text("sd") + cbor.unsigned(size)


@lru_cache(maxsize=8192)
def _day(day: date) -> bytes:
    return _pair("dt", day.isoformat())


@lru_cache(maxsize=8192)
def _place(country: str, issuer_name: str) -> bytes:
    if not _COUNTRY.fullmatch(country):
        raise ProofError(Code.COUNTRY_ILLEGAL)
    name = unicodedata.normalize("NFC", issuer_name)
    if not name.strip() or len(name) > MAX_LENGTH or not name.isprintable():
        raise ProofError(Code.ISSUER_NAME_ILLEGAL)
    return _pair("co", country) + _pair("is", name)


def _identifier(identifier: str, country: str) -> bytes:
    if not uvci.is_well_formed(identifier) or not identifier.startswith(_start(country)):
        raise ProofError(Code.UVCI_ILLEGAL)
    return _CI + cbor.text(identifier)


@lru_cache(maxsize=256)
def _start(country: str) -> str:
    return f"URN:UVCI:01:{country}:"


@lru_cache(maxsize=65_536)
def _birth_date(text: str) -> bytes:
    if not _BIRTH_DATE.fullmatch(text) or (len(text) == _FULL_DATE and not is_date(text)):
        raise ProofError(Code.BIRTH_DATE_ILLEGAL)
    return _pair("dob", text)


def _names(family: str, given: str) -> bytes:
    """`nam`: each name with its standardised form; an empty name is left out, with at least one there."""
    parts = [_name(name, key) for name, key in ((family, "fn"), (given, "gn")) if name]
    if not parts:
        raise ProofError(Code.NAME_MISSING)
    return b"\x63nam" + bytes((0xA0 + 2 * len(parts),)) + b"".join(parts)


@lru_cache(maxsize=65_536)
def _name(name: str, key: str) -> bytes:
    shown = unicodedata.normalize("NFC", name).strip()
    if not shown:
        raise ProofError(Code.NAME_MISSING)
    if len(shown) > MAX_LENGTH:
        raise ProofError(Code.NAME_TOO_LONG)
    standardised = transliterate(shown)
    if not standardised or not shown.isprintable():
        raise ProofError(Code.NAME_NOT_TRANSLITERABLE)
    return _pair(key, shown) + _pair(f"{key}t", standardised)


@lru_cache(maxsize=64)
def _head(country: str, issued_at: datetime, expires_at: datetime) -> bytes:
    if issued_at.tzinfo is None or expires_at.tzinfo is None:
        raise ProofError(Code.VALIDITY_ILLEGAL)
    issued, expires = int(issued_at.timestamp()), int(expires_at.timestamp())
    if issued < 0 or not 0 < expires - issued <= MAX_VALIDITY.total_seconds():
        raise ProofError(Code.VALIDITY_ILLEGAL)
    return cwt.encode_head(country, issued, expires)


def _check_days(vaccination: Vaccination, issued_at: datetime) -> None:
    """No dose before birth, none after the day of issue."""
    if vaccination.given_on > _latest_day(issued_at):
        raise ProofError(Code.DOSE_DATE_ILLEGAL)
    born = vaccination.birth_date
    if vaccination.given_on.isoformat()[: len(born)] < born:
        raise ProofError(Code.BIRTH_DATE_ILLEGAL)


@lru_cache(maxsize=64)
def _latest_day(issued_at: datetime) -> date:
    """The day after: east of Greenwich it may have begun."""
    return issued_at.date() + timedelta(days=1)
