"""WHO GDHCN trust lists: DID documents with certificates in `x5c` (tng-cdn, versions 1 and 2).

The key is always that of `x5c[0]`; x, y and crv beside it are often wrong. Lists that only refer to other lists are not
followed: one of WHO's production lists refers to the development environment.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from vaxproof.errors import Code, ProofError
from vaxproof.trust import documents
from vaxproof.trust.certificates import read_certificate
from vaxproof.trust.countries import alpha_2, is_test_participant
from vaxproof.trust.entries import Usage
from vaxproof.trust.foreign import Claimed, ListKind, Quirk

PRODUCTION_HOSTS = frozenset({"tng-cdn.who.int"})
TEST_HOSTS = frozenset({"tng-cdn-uat.who.int", "tng-cdn-dev.who.int"})
DOMAIN = "DCC"
_DID = re.compile(r"did:web:([a-z0-9.-]+)((?::[A-Za-z0-9._%+-]+)*)(?:#(.{1,64}))?")
_UNREADABLE = Code.FOREIGN_ENTRY_UNREADABLE
_INVALID = Code.FOREIGN_LIST_INVALID
_MAX_ENTRIES = 20_000
_MAX_CHAIN = 4
_COORDINATE_BYTES, _CURVES = 32, ("P-256", "P-384", "P-521")
_USAGES = {"DSC": Usage.DSC, "CSCA": Usage.CSCA, "SCA": Usage.CSCA}  # the level of the address says SCA


def read_entries(document: Mapping[str, Any], *, tests: bool = False) -> tuple[datetime | None, list[Claimed]]:
    """When the list was signed, as it says, and every entry as it claims to be. `tests`: test environments too.

    Raises:
        ProofError: FOREIGN_LIST_INVALID, FOREIGN_LIST_REFERENCE, FOREIGN_LIST_NOT_PRODUCTION.
    """
    identifier, methods = document.get("id"), document.get("verificationMethod")
    _check_host(identifier, tests=tests)
    if not isinstance(methods, list) or not methods or len(methods) > _MAX_ENTRIES:
        raise ProofError(_INVALID, "verificationMethod")
    if all(isinstance(method, str) for method in methods):
        raise ProofError(Code.FOREIGN_LIST_REFERENCE, f"{len(methods)} references")
    signed_at = _signed_at(document)
    origin = {"source": str(ListKind.GDHCN), "list": str(identifier)}
    if signed_at:
        origin["listed_at"] = documents.stamp(signed_at)
    return signed_at, [_claim(method, origin, tests=tests) for method in methods]


def _check_host(identifier: object, *, tests: bool) -> None:
    found = _DID.fullmatch(identifier) if isinstance(identifier, str) else None
    host = found[1] if found else ""
    if host in TEST_HOSTS and not tests:
        raise ProofError(Code.FOREIGN_LIST_NOT_PRODUCTION, host)
    if host not in PRODUCTION_HOSTS | TEST_HOSTS:
        raise ProofError(_INVALID, "no list of WHO's")


def _signed_at(document: Mapping[str, Any]) -> datetime | None:
    proof = document.get("proof")
    try:
        at = datetime.fromisoformat(proof["created"]) if isinstance(proof, dict) else None
    except (KeyError, TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at and at.tzinfo else None


def _claim(method: object, origin: Mapping[str, Any], *, tests: bool) -> Claimed:
    """One entry; whatever is wrong with it is its own refusal."""
    if isinstance(method, str):
        return Claimed(refusal=Code.FOREIGN_LIST_REFERENCE, detail=method[:120], origin=origin)
    jwk = method.get("publicKeyJwk") if isinstance(method, dict) else None
    if not isinstance(method, dict) or not isinstance(jwk, dict):
        return Claimed(refusal=_UNREADABLE, detail="publicKeyJwk", origin=origin)
    participant, usage = _participant(method), _usage(method)
    origin = {**origin, "participant": participant}
    try:
        chain = _chain(jwk)
        key_id = _key_id(method, jwk)
    except ProofError as error:
        return Claimed(b"", usage, alpha_2(participant), refusal=error.code, detail=error.detail, origin=origin)
    refusal = _refusal(method, participant, tests=tests)
    return Claimed(
        der=chain[0],
        usage=usage,
        country=alpha_2(participant),
        key_id=key_id,
        authority=chain[1] if len(chain) > 1 and usage is Usage.DSC else b"",
        refusal=refusal,
        detail=participant if refusal else "",
        quirks=_quirks(jwk, chain[0]),
        origin=origin,
    )


def _refusal(method: Mapping[str, Any], participant: str, *, tests: bool) -> Code | None:
    if is_test_participant(participant) and not tests:
        return Code.FOREIGN_LIST_NOT_PRODUCTION
    if _coded(method, "domain", 0) not in ("", DOMAIN):
        return Code.FOREIGN_USAGE_UNKNOWN
    return None if alpha_2(participant) else Code.FOREIGN_COUNTRY_DIFFERS


def _chain(jwk: Mapping[str, Any]) -> list[bytes]:
    certificates = jwk.get("x5c")
    if not isinstance(certificates, list) or not 0 < len(certificates) <= _MAX_CHAIN:
        raise ProofError(_UNREADABLE, "x5c")
    return [documents.octets(certificate, _UNREADABLE) for certificate in certificates]


def _key_id(method: Mapping[str, Any], jwk: Mapping[str, Any]) -> bytes | None:
    """The key id as both the JWK and the fragment of the entry's name give it; None: neither does.

    Raises:
        ProofError: FOREIGN_KEY_ID_DIFFERS (they name two), FOREIGN_ENTRY_UNREADABLE.
    """
    named = [jwk["kid"]] if "kid" in jwk else []
    found = _DID.fullmatch(str(method.get("id", "")))
    if found and found[3]:
        named.append(found[3])
    ids = {_octets(str(name)) for name in named}
    if len(ids) > 1:
        raise ProofError(Code.FOREIGN_KEY_ID_DIFFERS, "kid and id")
    return ids.pop() if ids else None


def _octets(text: str) -> bytes:
    """Base64 of either alphabet, padded or not."""
    plain = text.replace("-", "+").replace("_", "/").replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    return documents.octets(plain.rstrip("=") + "=" * (-len(plain.rstrip("=")) % 4), _UNREADABLE)


def _participant(method: Mapping[str, Any]) -> str:
    return _coded(method, "participant", 1)


def _usage(method: Mapping[str, Any]) -> Usage | None:
    return _USAGES.get(_coded(method, "keyusage", 2).upper())


def _coded(method: Mapping[str, Any], name: str, level: int) -> str:
    """`{"code": "#PRT"}`, or, in lists of version 1, the level of the entry's name: domain, participant, usage."""
    value = method.get(name)
    code = value.get("code") if isinstance(value, dict) else None
    if isinstance(code, str) and code:
        return code.removeprefix("#")
    found = _DID.fullmatch(str(method.get("id", "")))
    levels = found[2].split(":")[1:] if found else []
    below = levels[levels.index("trustlist") + 1 :] if "trustlist" in levels else []
    return below[level].replace("-", "") if len(below) > level else ""


def _quirks(jwk: Mapping[str, Any], certificate: bytes) -> tuple[Quirk, ...]:
    """What is odd about x, y and crv. They are not used; it is said because others do use them."""
    if jwk.get("kty") != "EC":
        return ()
    found = []
    coordinates = [_coordinate(jwk.get(name)) for name in ("x", "y")]
    if any(len(value) > _COORDINATE_BYTES for value in coordinates):
        found.append(Quirk.COORDINATE_PADDED)
    if jwk.get("crv") not in _CURVES:
        found.append(Quirk.CURVE_UNNAMED)
    if _differs(coordinates, certificate):
        found.append(Quirk.JWK_DIFFERS)
    return tuple(found)


def _coordinate(value: object) -> bytes:
    try:
        return _octets(str(value))
    except ProofError:
        return b""


def _differs(coordinates: list[bytes], certificate: bytes) -> bool:
    try:
        key = read_certificate(certificate).public_key
    except ProofError:
        return True
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return True
    numbers = key.public_numbers()
    return [int.from_bytes(value, "big") for value in coordinates] != [numbers.x, numbers.y]
