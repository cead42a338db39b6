"""Is this certificate valid? Offline; the text, the lists and the time come from the caller.

Steps, in this order; the first that fails gives the answer:

1. the text is `HC1:` and base45, inflates within limits, and is a COSE_Sign1
2. the algorithm is ES256 or PS256, and nothing critical is unknown
3. a certificate of the trust list carries the key id (else: cannot tell)
4. one of these keys made the signature, with the algorithm of its kind
5. the claims are readable: times and certificate (content is not looked at before step 4)
6. the time lies between issued and expired
7. the time lies within the signer certificate's validity, and within the window in which the list accepts its key
8. the certificate follows the schema
9. the signer certificate may sign this kind
10. the key is not withdrawn
11. it is not revoked: by the list, or by the log
12. the log, where it was asked whole, holds it (else: signed with a stolen key)
13. where the key is withdrawn but for what the log holds, the log was asked (else: cannot tell)
14. the filter, where no list is at hand, does not hit (else: cannot tell)
15. the lists are fresh enough to say so (else: cannot tell)

Where the log names the countries whose passports it keeps, and the signer certificate is of none of them, its answer
counts in no step, as if it had not been asked. `iss` does not matter there: who holds a stolen key writes any country.

A withdrawal counts whatever time is asked about: who holds a stolen key writes any date.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypedDict

from vaxproof import schema
from vaxproof.claims import Claims, Kind
from vaxproof.envelope import base45, cose, cwt, deflate, prefix
from vaxproof.errors import Code, ProofError
from vaxproof.log.proof import LogAnswer
from vaxproof.remarks import remarks_on
from vaxproof.signer import Algorithm
from vaxproof.trust.certificates import SignerCertificate
from vaxproof.trust.documents import has_come
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import RevocationList
from vaxproof.trust.trust_list import TrustList


class Answer(StrEnum):
    """All that a verifier can say."""

    VALID = "VALID"
    NOT_VALID = "NOT_VALID"
    CANNOT_TELL = "CANNOT_TELL"


# A document that the verifier was given is bad: that says nothing about the passport.
_OF_DOCUMENTS = (
    "PUBLICATION_",
    "TRUST_LIST_",
    "REVOCATION_LIST_",
    "CHECKPOINT_",
    "LOG_",
    "FOREIGN_",
    "RULE",
    "VALUE_SETS_",
)
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
    may sign anything; many real ones are made so. `revocations_needed`: a device that never took a revocation list
    cannot tell (`vaxproof.device`).
    """

    list_grace: timedelta = timedelta(hours=48)
    guard_clock: bool = False
    ignore_foreign_purposes: bool = True
    revocations_needed: bool = False


class Facts(NamedTuple):
    """What else the verifier knows. Times: aware UTC. `about`: what `remarks` are made from, on demand.

    `revocations_checked`: a revocation list or filter was at hand and was looked through; `revocations_made_at`,
    `revocations_next_at` and `revocation_countries` are of that list, or of the filter where no list was there;
    countries None: it does not say. `log`: the log's answer, if it was asked. `detail`: technical, of the refusal.
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
    revocation_countries: frozenset[str] | None = None
    log: LogAnswer | None = None

    @property
    def remarks(self) -> tuple[Code, ...]:
        """Codes of what is odd about a certificate that is signed and well-formed."""
        if not self.about:
            return ()
        claims, certificate = self.about
        found = [*remarks_on(claims, certificate, self.checked_at)]
        covered, country = self.revocation_countries, claims.issuer or certificate.country
        if covered is not None and country not in covered:
            found.append(Code.REVOCATIONS_NOT_COVERED)
        if self.log is not None and not self.log.covers(certificate.country):
            found.append(Code.LOG_NOT_COVERED)
        return tuple(found)


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


def verify(  # noqa: PLR0913 -- all that a verdict depends on comes from the caller
    text: str,
    trust: TrustList,
    *,
    at: datetime,
    revocations: RevocationList | None = None,
    revocation_filter: RevocationFilter | None = None,
    log: LogAnswer | None = None,
    policy: Policy = _DEFAULT,
) -> Verdict:
    """The verdict on an `HC1:` text at a time (aware). Never raises on any text.

    `revocations` decides; `revocation_filter` counts only where there is no list. `log`: what a checked proof or
    bucket says about this very text (`vaxproof.log`).
    """
    assert at.tzinfo is not None, "the time must be aware"
    reading, code, detail = _Reading(*_second_and_day(at)), Code.VALID, ""
    listed = revocations or revocation_filter
    try:
        reading.signed = open_text(text)  # 1
        _check_signature(reading, trust)  # 2, 3, 4
        _check_content(reading, trust, policy)  # 5 to 9
        _check_standing(reading, trust, revocations, log)  # 10 to 13
        if listed is revocation_filter and revocation_filter:
            _check_filter(reading, revocation_filter)  # 14
        _check_ages(trust, listed, at, policy)  # 15
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
            listed is not None,
            listed.made_at if listed else None,
            listed.next_at if listed else None,
            detail,
            listed.countries if listed else None,
            log,
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
    return _read(text)[1]


def cose_of(text: str) -> bytes:
    """The whole COSE_Sign1 in a text, which the log's proofs and questions are about. Raises as `open_text`."""
    return _read(text)[0]


def _read(text: str) -> tuple[bytes, cose.Sign1]:
    try:
        return _opened(text)
    except ProofError as first:
        tidy = prefix.tidy(text[: prefix.MAX_TEXT + 1])
        for mended in dict.fromkeys((tidy, prefix.unquoted(tidy))):
            if mended != text:
                with suppress(ProofError):
                    return _opened(mended)
        raise first from None


def _opened(text: str) -> tuple[bytes, cose.Sign1]:
    inflated = deflate.inflate(base45.decode(prefix.strip(text)))
    return inflated, cose.decode(inflated)


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


def _check_content(reading: _Reading, trust: TrustList, policy: Policy) -> None:
    signed, certificate = reading.signed, reading.certificate
    assert signed is not None
    assert certificate is not None
    token = cwt.decode(signed.payload)  # 5
    check_times(token, reading.now)  # 6
    _check_window(reading.now, certificate, trust)  # 7
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


def _check_window(now: float, certificate: SignerCertificate, trust: TrustList) -> None:
    """Step 7: the certificate's validity, and within it the list's own window for the key."""
    first, last = certificate.validity_seconds
    restriction = trust.restriction_on(certificate)
    if restriction is not None:
        accepted_from, accepted_until = restriction.accepted_from, restriction.accepted_until
        first = max(first, accepted_from.timestamp()) if accepted_from else first
        last = min(last, accepted_until.timestamp()) if accepted_until else last
    if now < first:
        raise ProofError(Code.PUBLIC_KEY_NOT_YET_VALID)
    if now > last:
        raise ProofError(Code.PUBLIC_KEY_EXPIRED)


def check_purpose(certificate: SignerCertificate, kind: Kind, *, ignore_foreign: bool = True) -> None:
    """Step 9: purposes that the certificate names; none named means any (certificate governance).

    Raises:
        ProofError: KEY_USAGE_MISMATCH.
    """
    named = certificate.purposes
    if (named is not None and kind not in named) or (certificate.foreign_purposes and not ignore_foreign):
        raise ProofError(Code.KEY_USAGE_MISMATCH)


def _check_standing(
    reading: _Reading, trust: TrustList, revocations: RevocationList | None, log: LogAnswer | None
) -> None:
    """Steps 10 to 13: what became of the key and of this certificate since it was signed."""
    assert reading.certificate is not None
    restriction = trust.restriction_on(reading.certificate)
    withdrawn = restriction.withdrawn if restriction else None
    if withdrawn and not withdrawn.unless_logged:  # 10
        raise ProofError(Code.KEY_WITHDRAWN, withdrawn.reason)
    if revocations and revocations.is_revoked(**_of(reading)):  # 11
        raise ProofError(Code.REVOKED)
    if log is None or not log.covers(reading.certificate.country):
        if withdrawn:  # 13
            raise ProofError(Code.LOG_PROOF_NEEDED, withdrawn.reason)
        return
    if log.revoked_at is not None:
        raise ProofError(Code.REVOKED, f"log entry {log.revoked_at}")
    if log.issued_at is None:  # 12
        raise ProofError(Code.NOT_IN_LOG if log.complete else Code.LOG_PROOF_NEEDED)


def _check_filter(reading: _Reading, revocation_filter: RevocationFilter) -> None:
    """Step 14: a hit of the filter is no proof, so it never says "revoked"."""
    if revocation_filter.is_possibly_revoked(**_of(reading)):
        raise ProofError(Code.POSSIBLY_REVOKED)


def _check_ages(
    trust: TrustList, listed: RevocationList | RevocationFilter | None, at: datetime, policy: Policy
) -> None:
    """Step 15."""
    if has_come(trust.next_at, at, policy.list_grace):
        raise ProofError(Code.TRUST_LIST_EXPIRED)
    if policy.guard_clock and trust.made_at and at < trust.made_at:
        raise ProofError(Code.TRUST_LIST_NOT_YET_VALID)
    if listed and has_come(listed.next_at, at, policy.list_grace):
        raise ProofError(Code.REVOCATION_LIST_EXPIRED)
    if listed and policy.guard_clock and at < listed.made_at:
        raise ProofError(Code.REVOCATION_LIST_NOT_YET_VALID)


class _Marks(TypedDict):
    """By what a certificate is found in a revocation list."""

    uvci: str
    country: str
    signature: bytes
    algorithm: Algorithm


def _of(reading: _Reading) -> _Marks:
    claims, signed, algorithm = reading.claims, reading.signed, reading.algorithm
    assert claims is not None
    assert signed is not None
    assert algorithm is not None
    return {
        "uvci": claims.uvci,
        "country": str(claims.entry["co"]),
        "signature": signed.signature,
        "algorithm": algorithm,
    }
