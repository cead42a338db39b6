"""Is this certificate valid? Offline; the text, the lists and the time come from the caller.

Steps, in this order; the first that fails gives the answer:

1. the text is `HC1:` and base45, inflates within limits, and is a COSE_Sign1
2. the algorithm is ES256 or PS256, and nothing critical is unknown
3. a certificate of the trust list carries the key id (else: cannot tell)
4. one of these keys made the signature, with the algorithm of its kind
5. the claims are readable: times and certificate (content is not looked at before step 4)
6. the time lies between issued and expired
7. the time lies within the signer certificate's validity
8. the certificate follows the schema
9. the signer certificate may sign this kind
10. it is not revoked
11. the lists are fresh enough to say so (else: cannot tell)
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from vaxproof import schema, uvci, valuesets
from vaxproof.claims import Claims, Kind, is_ambiguous
from vaxproof.envelope import base45, cose, cwt, deflate, prefix
from vaxproof.errors import Code, ProofError
from vaxproof.signer import Algorithm
from vaxproof.trust.certificates import SignerCertificate
from vaxproof.trust.documents import has_come
from vaxproof.trust.revocation_list import RevocationList
from vaxproof.trust.trust_list import TrustList


class Answer(StrEnum):
    """All that a verifier can say."""

    VALID = "VALID"
    NOT_VALID = "NOT_VALID"
    CANNOT_TELL = "CANNOT_TELL"


# A document that the verifier was given is bad: that says nothing about the passport.
_OF_DOCUMENTS = ("PUBLICATION_", "TRUST_LIST_", "REVOCATION_LIST_", "CHECKPOINT_", "LOG_", "FOREIGN_", "RULE")
_CANNOT_TELL = frozenset(code for code in Code if code.startswith(_OF_DOCUMENTS)) | {
    Code.UNSUPPORTED_SCHEME_VERSION,
    Code.PICTURE_UNREADABLE,
    Code.KEY_NOT_IN_TRUST_LIST,
    Code.CERTIFICATE_UNREADABLE,
    Code.POSSIBLY_REVOKED,
    Code.CLOCK_TURNED_BACK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a verifier may choose.

    `list_grace`: how long after `next_at` a list still counts (a signing job that is silent for a weekend
    must not close borders). `guard_clock`: cannot tell while the clock is before the list was made, as a
    clock that was turned back is; switch it on where `at` is the clock, off where an earlier time is asked
    for on purpose. `ignore_foreign_purposes`: a signer certificate that names purposes, but none of HCERT,
    may sign anything; many real ones are made so.
    """

    list_grace: timedelta = timedelta(hours=48)
    guard_clock: bool = False
    ignore_foreign_purposes: bool = True


class Facts(NamedTuple):
    """What else the verifier knows. Times: aware UTC. `about`: what `remarks` are made from, on demand.

    `revocations_checked`: a revocation list was at hand and was looked through. `detail`: technical, of the
    refusal.
    """

    checked_at: datetime
    algorithm: Algorithm | None = None
    key_id: bytes | None = None
    about: tuple[Claims, SignerCertificate] | None = None
    trust_made_at: datetime | None = None
    trust_next_at: datetime | None = None
    revocations_checked: bool = False
    revocations_made_at: datetime | None = None
    revocations_next_at: datetime | None = None
    detail: str = ""

    @property
    def remarks(self) -> tuple[Code, ...]:
        """Codes of what is odd about a certificate that is signed and well-formed."""
        return _remarks(*self.about, self.checked_at) if self.about else ()


class Verdict(NamedTuple):
    """The answer, its reason, what was read. `claims`, `certificate`: only where the signature is right."""

    answer: Answer
    code: Code
    claims: Claims | None
    certificate: SignerCertificate | None
    facts: Facts


@dataclass(slots=True)
class _Reading:
    """What is known so far, filled step by step. `now`: seconds since 1970; `today`: `YYYY-MM-DD` in UTC."""

    now: float
    today: str
    signed: cose.Sign1 | None = None
    algorithm: Algorithm | None = None
    key_id: bytes | None = None
    certificate: SignerCertificate | None = None
    claims: Claims | None = None


_DEFAULT = Policy()
_KINDS = {kind.value: kind for kind in Kind}


def verify(
    text: str,
    trust: TrustList,
    *,
    at: datetime,
    revocations: RevocationList | None = None,
    policy: Policy = _DEFAULT,
) -> Verdict:
    """The verdict on an `HC1:` text at a time (aware). Never raises on any text."""
    assert at.tzinfo is not None, "the time must be aware"
    reading, code, detail = _Reading(*_second_and_day(at)), Code.VALID, ""
    try:
        reading.signed = open_text(text)  # 1
        _check_signature(reading, trust)  # 2, 3, 4
        _check_content(reading, policy)  # 5 to 9
        _check_lists(reading, trust, revocations, at, policy)  # 10, 11
    except ProofError as error:
        code, detail = error.code, error.detail
    return Verdict(
        answer_of(code),
        code,
        reading.claims,
        reading.certificate,
        Facts(
            at,
            reading.algorithm,
            reading.key_id,
            (reading.claims, reading.certificate) if reading.claims and reading.certificate else None,
            trust.made_at,
            trust.next_at,
            revocations is not None,
            revocations.made_at if revocations else None,
            revocations.next_at if revocations else None,
            detail,
        ),
    )


@lru_cache(maxsize=64)
def _second_and_day(at: datetime) -> tuple[float, str]:
    """Seconds since 1970 and the day in UTC; kept, since many texts are checked at one time."""
    return at.timestamp(), at.astimezone(UTC).date().isoformat()


def answer_of(code: Code) -> Answer:
    """The answer that goes with a reason."""
    if code is Code.VALID:
        return Answer.VALID
    return Answer.CANNOT_TELL if code in _CANNOT_TELL else Answer.NOT_VALID


def open_text(text: str) -> cose.Sign1:
    """Step 1. Text that fails is tried again tidied, then with its percent-signs undone.

    Raises:
        ProofError: the code of the part that fails.
    """
    try:
        return _opened(text)
    except ProofError as first:
        tidy = prefix.tidy(text[: prefix.MAX_TEXT + 1])
        for mended in dict.fromkeys((tidy, prefix.unquoted(tidy))):
            if mended != text:
                with suppress(ProofError):
                    return _opened(mended)
        raise first from None


def _opened(text: str) -> cose.Sign1:
    return cose.decode(deflate.inflate(base45.decode(prefix.strip(text))))


def _check_signature(reading: _Reading, trust: TrustList) -> None:
    signed = reading.signed
    assert signed is not None
    reading.algorithm = signed.checked_algorithm()  # 2
    reading.key_id = signed.checked_key_id()
    if not trust.certificates:
        raise ProofError(Code.TRUST_LIST_MISSING)
    reading.certificate = _signer_of(signed, reading.algorithm, trust.list_by_key_id(reading.key_id))  # 3, 4


def find_signer(signed: cose.Sign1, trust: TrustList) -> SignerCertificate:
    """Steps 2 to 4: the certificate whose key made the signature; every one with the key id is tried.

    Raises:
        ProofError: UNSUPPORTED_ALGORITHM, UNSUPPORTED_CRITICAL_HEADER, KEY_ID_MISSING, KEY_ID_ILLEGAL,
            KEY_NOT_IN_TRUST_LIST, UNSUITABLE_PUBLIC_KEY_TYPE, SIGNATURE_INVALID.
    """
    return _signer_of(signed, signed.checked_algorithm(), trust.list_by_key_id(signed.checked_key_id()))


def _signer_of(signed: cose.Sign1, algorithm: Algorithm, candidates: Sequence[SignerCertificate]) -> SignerCertificate:
    if not candidates:
        raise ProofError(Code.KEY_NOT_IN_TRUST_LIST)
    message = signed.to_be_signed
    suitable = [candidate for candidate in candidates if _is_suitable(candidate, algorithm)]
    for candidate in suitable:
        if candidate.has_signed(message, signed.signature):
            return candidate
    raise ProofError(Code.SIGNATURE_INVALID if suitable else Code.UNSUITABLE_PUBLIC_KEY_TYPE)


def _is_suitable(candidate: SignerCertificate, algorithm: Algorithm) -> bool:
    """The algorithm in the header must be the key's own; a header must never choose how a key is used."""
    try:
        return candidate.algorithm is algorithm
    except ProofError:
        return False


def _check_content(reading: _Reading, policy: Policy) -> None:
    signed, certificate = reading.signed, reading.certificate
    assert signed is not None
    assert certificate is not None
    token = cwt.decode(signed.payload)  # 5
    check_times(token, reading.now)  # 6
    first, last = certificate.validity_seconds  # 7
    if reading.now < first:
        raise ProofError(Code.PUBLIC_KEY_NOT_YET_VALID)
    if reading.now > last:
        raise ProofError(Code.PUBLIC_KEY_EXPIRED)
    dcc = schema.normalise(token.dcc)
    kind = _KINDS[schema.check(dcc, today=reading.today)]  # 8
    reading.claims = Claims(kind, token, dcc)
    check_purpose(certificate, kind, ignore_foreign=policy.ignore_foreign_purposes)  # 9


def check_times(token: cwt.Cwt, now: float) -> None:
    """Step 6; both ends belong to the validity. `now`: seconds since 1970.

    Raises:
        ProofError: CWT_NOT_YET_VALID, CWT_EXPIRED.
    """
    if now < token.issued_at:
        raise ProofError(Code.CWT_NOT_YET_VALID)
    if now > token.expires_at:
        raise ProofError(Code.CWT_EXPIRED)


def check_purpose(certificate: SignerCertificate, kind: Kind, *, ignore_foreign: bool = True) -> None:
    """Step 9: purposes that the certificate names; none named means any (certificate governance).

    Raises:
        ProofError: KEY_USAGE_MISMATCH.
    """
    named = certificate.purposes
    if (named is not None and kind not in named) or (certificate.foreign_purposes and not ignore_foreign):
        raise ProofError(Code.KEY_USAGE_MISMATCH)


def _check_lists(
    reading: _Reading, trust: TrustList, revocations: RevocationList | None, at: datetime, policy: Policy
) -> None:
    if revocations and _is_revoked(reading, revocations):  # 10
        raise ProofError(Code.REVOKED)
    if has_come(trust.next_at, at, policy.list_grace):  # 11
        raise ProofError(Code.TRUST_LIST_EXPIRED)
    if policy.guard_clock and trust.made_at and at < trust.made_at:
        raise ProofError(Code.TRUST_LIST_NOT_YET_VALID)
    if revocations and has_come(revocations.next_at, at, policy.list_grace):
        raise ProofError(Code.REVOCATION_LIST_EXPIRED)
    if revocations and policy.guard_clock and at < revocations.made_at:
        raise ProofError(Code.REVOCATION_LIST_NOT_YET_VALID)


def _is_revoked(reading: _Reading, revocations: RevocationList) -> bool:
    claims, signed, algorithm = reading.claims, reading.signed, reading.algorithm
    assert claims is not None
    assert signed is not None
    assert algorithm is not None
    return revocations.is_revoked(
        uvci=claims.uvci, country=str(claims.entry["co"]), signature=signed.signature, algorithm=algorithm
    )


def _remarks(claims: Claims, certificate: SignerCertificate, at: datetime) -> tuple[Code, ...]:
    entry, kind = claims.entry, claims.kind
    if kind is Kind.VACCINATION:
        found, happened = _remarks_on_vaccination(entry), entry["dt"]
    elif kind is Kind.TEST:
        found, happened = _remarks_on_test(entry), entry["sc"]
    else:
        found, happened = [], entry["fr"]
    if happened[:_DAY] > at.astimezone(UTC).date().isoformat():
        found.append(Code.DATED_IN_FUTURE)
    if not uvci.is_well_formed(entry["ci"]):
        found.append(Code.UVCI_NOT_WELL_FORMED)
    first, last = certificate.validity_seconds
    if claims.token.issued_at < first or claims.token.expires_at > last:
        found.append(Code.OUTSIDE_KEY_VALIDITY)
    if certificate.foreign_purposes:
        found.append(Code.FOREIGN_KEY_USAGE)
    return tuple(found)


def _remarks_on_vaccination(entry: Mapping[str, Any]) -> list[Code]:
    triple = valuesets.remark_on_triple(entry["mp"], entry["ma"], entry["vp"])
    found = [triple] if triple else []
    if is_ambiguous(entry["dn"], entry["sd"]):
        found.append(Code.DOSES_AMBIGUOUS)
    return found


def _remarks_on_test(entry: Mapping[str, Any]) -> list[Code]:
    return [Code.TEST_DETECTED] if entry["tr"] == valuesets.DETECTED else []


_DAY = len("YYYY-MM-DD")
