"""Foreign keys, judged one by one, never believed as they stand (`vaxproof.trust.foreign_lists` reads the lists).

Each entry of a list becomes a candidate: acceptable, or refused with a code. What makes a key acceptable is a chain to
an authority that the user pinned: the authority's certificate, the gateway's trust anchor that signed it, or the whole
file by its SHA-256, compared by another way than the one the file came. No address is ever followed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from vaxproof.errors import Code, ProofError
from vaxproof.trust import der
from vaxproof.trust.certificates import SignerCertificate, key_id_of, read_certificate
from vaxproof.trust.countries import alpha_2
from vaxproof.trust.entries import TrustEntry, Usage
from vaxproof.trust.signatures import RSA, check_issued_by, parts_of

MAX_BYTES = 16 * 1024 * 1024
_WRONG_ARC = tuple(der.write_oid(f"1.3.6.1.4.1.0.1847.2021.1.{number}") for number in (1, 2, 3))


class ListKind(StrEnum):
    """Whose list."""

    GATEWAY = "EU-DGCG"
    GDHCN = "WHO-GDHCN"
    CERTIFICATES = "CERTIFICATES"


class Quirk(StrEnum):
    """What is odd about an entry, and yet no reason to refuse it."""

    COORDINATE_PADDED = "COORDINATE_PADDED"  # x or y of the JWK has 33 bytes
    CURVE_UNNAMED = "CURVE_UNNAMED"  # crv is no curve: "UNKNOWN CURVE"
    JWK_DIFFERS = "JWK_DIFFERS"  # the key beside the certificate is another one
    PURPOSES_OF_WRONG_ARC = "PURPOSES_OF_WRONG_ARC"  # 1.3.6.1.4.1.0.1847…
    PURPOSES_FOREIGN = "PURPOSES_FOREIGN"  # names purposes, none of HCERT
    KEY_RSA = "KEY_RSA"  # allowed, discouraged


class Anchors:
    """What the user pins. Nothing pinned: nothing is acceptable.

    `certificates`: DER of authorities (CSCA), of a gateway's trust anchor, or of single signers. `list_sha256`: the
    file's SHA-256 in hexadecimal; then every authority inside counts as pinned.
    """

    def __init__(self, certificates: Iterable[bytes] = (), *, list_sha256: str = "") -> None:
        self.certificates = frozenset(certificates)
        self.list_sha256 = list_sha256.strip().lower().replace(":", "")

    def __bool__(self) -> bool:
        """Whether anything is pinned."""
        return bool(self.certificates or self.list_sha256)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An entry as a list has it, before it is judged. `refusal`: what the reader found already.

    `country`: alpha-2 as the list claims it, empty if it does not. `authority`: the issuer's certificate beside it.
    `vouched`: an anchor's own signature on this entry was checked and is right.
    """

    der: bytes = b""
    usage: Usage | None = None
    country: str = ""
    key_id: bytes | None = None
    authority: bytes = b""
    vouched: bool = False
    refusal: Code | None = None
    detail: str = ""
    quirks: tuple[Quirk, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A judged entry. `refusal` None: acceptable. `authority`: the pinned certificate to which it chains."""

    claimed: Claimed
    certificate: SignerCertificate | None
    refusal: Code | None
    detail: str = ""
    authority: bytes = b""

    @cached_property
    def country(self) -> str:
        """Alpha-2, of the certificate, or else as the list claims it."""
        found = alpha_2(self.certificate.country) if self.certificate else ""
        return found or self.claimed.country

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the DER, hexadecimal; empty if there is none."""
        return sha256(self.claimed.der).hexdigest() if self.claimed.der else ""

    def to_entry(self) -> TrustEntry:
        """The line for a trust list, with its origin. Only of acceptable ones."""
        assert self.certificate is not None
        assert self.refusal is None
        assert self.claimed.usage is not None
        vouched_by = {"authority": sha256(self.authority).hexdigest()} if self.authority else {}
        return TrustEntry(self.certificate, self.claimed.usage, origin={**self.claimed.origin, **vouched_by})


@dataclass(frozen=True)
class Authority:
    """A national authority of the list. `pinned`: by the user, the anchor or the file. `signers`: how many below it."""

    certificate: SignerCertificate
    pinned: bool
    signers: int

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the DER, hexadecimal: what people compare."""
        return sha256(self.certificate.der).hexdigest()


@dataclass(frozen=True)
class ForeignList:
    """A list read and judged. `sha256`: of the file. `listed_at`: when it says it was made, if it does."""

    kind: ListKind
    identifier: str
    sha256: str
    listed_at: datetime | None
    candidates: tuple[Candidate, ...]
    authorities: tuple[Authority, ...]

    @property
    def acceptable(self) -> tuple[Candidate, ...]:
        """Those without a refusal."""
        return tuple(candidate for candidate in self.candidates if candidate.refusal is None)

    def entries(self) -> list[TrustEntry]:
        """The acceptable ones as lines of a trust list."""
        return [candidate.to_entry() for candidate in self.acceptable]


def judge(
    claims: Sequence[Claimed], anchors: Anchors, at: datetime, *, list_sha256: str = ""
) -> tuple[list[Candidate], list[Authority]]:
    """Every entry's verdict at a time (aware), and the authorities that the list names."""
    pinned, known = _authorities(claims, anchors, whole=bool(list_sha256) and list_sha256 == anchors.list_sha256)
    candidates = [_judged(claimed, anchors, pinned, known, at) for claimed in claims]
    below: dict[bytes, int] = {}
    for candidate in candidates:
        above = candidate.authority or candidate.claimed.authority
        if candidate.claimed.usage is Usage.DSC and above:
            below[above] = below.get(above, 0) + 1
    found = [Authority(certificate, encoded in pinned, below.get(encoded, 0)) for encoded, certificate in known.items()]
    return candidates, found


def _authorities(
    claims: Sequence[Claimed], anchors: Anchors, *, whole: bool
) -> tuple[frozenset[bytes], dict[bytes, SignerCertificate]]:
    """Pinned ones, and all that can be read: entries of their own, those beside signers, and the user's.

    `whole`: the file is pinned as it is.
    """
    of_list = {c.der for c in claims if c.usage is Usage.CSCA and c.refusal is None and c.der}
    of_list |= {c.authority for c in claims if c.authority}
    vouched = {c.der for c in claims if c.usage is Usage.CSCA and c.vouched and c.refusal is None}
    pinned = anchors.certificates | vouched | (of_list if whole else set())
    known: dict[bytes, SignerCertificate] = {}
    for encoded in sorted(of_list | pinned):
        try:
            if encoded in of_list or parts_of(encoded).may_certify:
                known[encoded] = read_certificate(encoded)
        except ProofError:
            continue
    return frozenset(pinned), known


def _judged(
    claimed: Claimed,
    anchors: Anchors,
    pinned: frozenset[bytes],
    known: Mapping[bytes, SignerCertificate],
    at: datetime,
) -> Candidate:
    certificate: SignerCertificate | None = None
    try:
        if claimed.der:
            certificate = read_certificate(claimed.der, source=str(claimed.origin.get("source", "")))
        if claimed.refusal is not None or certificate is None:
            return Candidate(claimed, certificate, claimed.refusal or Code.FOREIGN_ENTRY_UNREADABLE, claimed.detail)
        claimed = replace(claimed, quirks=(*claimed.quirks, *_quirks(certificate)))
        _check_claim(claimed, certificate, at)
        authority = b"" if claimed.der in pinned else _chain(claimed, certificate, anchors, pinned, known, at)
    except ProofError as error:
        code = Code.FOREIGN_ENTRY_UNREADABLE if error.code is Code.CERTIFICATE_UNREADABLE else error.code
        return Candidate(claimed, certificate, code, error.detail)
    return Candidate(claimed, certificate, None, "", authority)


def _quirks(certificate: SignerCertificate) -> list[Quirk]:
    found = []
    if certificate.purposes and any(purpose in certificate.der for purpose in _WRONG_ARC):
        found.append(Quirk.PURPOSES_OF_WRONG_ARC)
    if certificate.foreign_purposes:
        found.append(Quirk.PURPOSES_FOREIGN)
    if certificate.key_algorithms[:1] == (RSA,):
        found.append(Quirk.KEY_RSA)
    return found


def _check_claim(claimed: Claimed, certificate: SignerCertificate, at: datetime) -> None:
    """What the entry says about the certificate, and what the certificate says about itself."""
    if claimed.usage is None:
        raise ProofError(Code.FOREIGN_USAGE_UNKNOWN)
    if claimed.key_id is not None and claimed.key_id != key_id_of(claimed.der):
        raise ProofError(Code.FOREIGN_KEY_ID_DIFFERS, claimed.key_id.hex())
    country = alpha_2(certificate.country)
    if not country or claimed.country not in ("", country):
        raise ProofError(Code.FOREIGN_COUNTRY_DIFFERS, f"{claimed.country or '?'}, {certificate.country or '?'}")
    if at > certificate.not_after:
        raise ProofError(Code.FOREIGN_KEY_EXPIRED)
    if claimed.usage is Usage.DSC:
        if not certificate.may_sign:
            raise ProofError(Code.FOREIGN_KEY_MAY_NOT_SIGN)
        assert certificate.algorithm  # raises UNSUITABLE_PUBLIC_KEY_TYPE
    elif not parts_of(claimed.der).may_certify:
        raise ProofError(Code.FOREIGN_KEY_MAY_NOT_SIGN, "no authority")


def _chain(  # noqa: PLR0913 -- the claim, and all that may carry it
    claimed: Claimed,
    certificate: SignerCertificate,
    anchors: Anchors,
    pinned: frozenset[bytes],
    known: Mapping[bytes, SignerCertificate],
    at: datetime,
) -> bytes:
    """The pinned authority that issued the signer. An authority of its own chains to nothing: it is pinned or not.

    Raises:
        ProofError: FOREIGN_AUTHORITY_UNKNOWN, FOREIGN_AUTHORITY_MISMATCH, FOREIGN_SIGNATURE_WEAK, FOREIGN_KEY_EXPIRED.
    """
    if claimed.usage is Usage.CSCA:
        raise ProofError(Code.FOREIGN_AUTHORITY_UNKNOWN, "" if anchors else "nothing is pinned")
    issuer = parts_of(claimed.der).issuer
    by_the_users_first = sorted(pinned & known.keys(), key=lambda above: (above not in anchors.certificates, above))
    possible = [above for above in by_the_users_first if parts_of(above).subject == issuer]
    if claimed.authority and claimed.authority not in pinned:
        check_issued_by(claimed.der, claimed.authority)  # a broken chain is worse than an unknown authority
    refusal = ProofError(Code.FOREIGN_AUTHORITY_UNKNOWN, "" if anchors else "nothing is pinned")
    for above in possible:
        try:
            check_issued_by(claimed.der, above)
            _check_authority(certificate, known[above], at)
        except ProofError as error:
            refusal = error
        else:
            return above
    raise refusal


def _check_authority(certificate: SignerCertificate, authority: SignerCertificate, at: datetime) -> None:
    if alpha_2(authority.country) != alpha_2(certificate.country):
        raise ProofError(Code.FOREIGN_COUNTRY_DIFFERS, f"authority of {authority.country or '?'}")
    if at > authority.not_after:
        raise ProofError(Code.FOREIGN_KEY_EXPIRED, "its authority")
