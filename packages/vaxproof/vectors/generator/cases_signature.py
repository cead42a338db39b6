"""Headers that name the wrong thing, and signatures that are not right."""

import hmac
from collections.abc import Callable
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from packages.vaxproof.vectors.generator.case import Case, refused, unclear
from packages.vaxproof.vectors.generator.envelope import ALG, CRIT, KID, claims, hc1, sign1, text, vaccination
from packages.vaxproof.vectors.generator.keys import (
    DSC,
    DSC_OTHER,
    DSC_P384,
    DSC_RSA2048,
    DSC_UNLISTED,
    kept_for,
)

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4 §D.1.2.3)


def cases() -> list[Case]:
    """All of them."""
    return [*_algorithms(), *_critical(), *_key_ids(), *_key_kinds(), *_signatures(), *_rsa()]


def _with_alg(alg: object) -> str:
    return hc1(protected={ALG: alg, KID: DSC.kid})


def _algorithms() -> list[Case]:
    code = "UNSUPPORTED_ALGORITHM"
    key_id = {KID: DSC.kid}
    return [
        refused("alg-es384", "ES384 (CO4).", code, _with_alg(-35)),
        refused("alg-es512", "ES512.", code, _with_alg(-36)),
        refused("alg-eddsa", "EdDSA.", code, _with_alg(-8)),
        refused("alg-ps384", "PS384.", code, _with_alg(-38)),
        refused("alg-rs256", "RS256, the old padding.", code, _with_alg(-257)),
        refused("alg-hmac", "A MAC with the public key as its secret.", code, hc1(protected={ALG: 5, KID: DSC.kid}, signature=_mac)),
        refused("alg-text", "The algorithm as a text.", code, _with_alg("ES256")),
        refused("alg-float", "The algorithm as a floating-point number.", code, _with_alg(-7.0)),
        refused("alg-zero", "Algorithm 0, which is reserved.", code, _with_alg(0)),
        refused("alg-missing", "No algorithm.", code, hc1(protected=key_id)),
        refused("alg-protected-wins", "ES384 protected, ES256 unprotected: the protected one counts.", code, hc1(protected={ALG: -35} | key_id, unprotected={ALG: -7})),
    ]  # fmt: skip


def _mac(message: bytes) -> bytes:
    return hmac.digest(DSC.der, message, "sha256")


def _critical() -> list[Case]:
    code, head = "UNSUPPORTED_CRITICAL_HEADER", {ALG: -7, KID: DSC.kid}
    return [
        refused("crit-unknown", "A critical header that nobody knows.", code, hc1(protected=head | {CRIT: ["x"], "x": 1})),
        refused("crit-known", "A critical list that names the algorithm.", code, hc1(protected=head | {CRIT: [1]})),
        refused("crit-empty", "An empty critical list is not legal either.", code, hc1(protected=head | {CRIT: []})),
    ]  # fmt: skip


def _key_ids() -> list[Case]:
    alg, missing, illegal = {ALG: -7}, "KEY_ID_MISSING", "KEY_ID_ILLEGAL"
    unknown = "KEY_NOT_IN_TRUST_LIST"
    other = {KID: bytes(8)}
    return [
        refused("kid-missing", "No key id.", missing, hc1(protected=alg)),
        refused("kid-short", "A key id of 7 bytes (CO25).", illegal, hc1(protected=alg | {KID: DSC.kid[:7]})),
        refused("kid-long", "A key id of 9 bytes (CO26).", illegal, hc1(protected=alg | {KID: DSC.kid + b"\0"})),
        refused("kid-whole-hash", "The whole hash as key id.", illegal, hc1(protected=alg | {KID: sha256(DSC.der).digest()})),
        refused("kid-empty", "An empty key id.", illegal, hc1(protected=alg | {KID: b""})),
        refused("kid-text", "The key id as a text.", illegal, hc1(protected=alg | {KID: DSC.kid.hex()[:8]})),
        unclear("kid-unknown", "A key that the list does not have.", unknown, hc1(key=DSC_UNLISTED)),
        unclear("kid-protected-wrong", "Another key id protected, the right one unprotected (CO22).", unknown, hc1(protected=alg | other, unprotected={KID: DSC.kid})),
        unclear("kid-unprotected-wrong", "A wrong key id in the unprotected header alone (CO23).", unknown, hc1(protected=alg, unprotected=other)),
        refused("kid-of-another", "The key id of another key of the list.", "SIGNATURE_INVALID", hc1(protected=alg | {KID: DSC_OTHER.kid})),
    ]  # fmt: skip


def _key_kinds() -> list[Case]:
    code = "UNSUITABLE_PUBLIC_KEY_TYPE"
    return [
        refused("alg-ps256-key-p256", "PS256 with a P-256 key (CO27).", code, hc1(protected={ALG: -37, KID: DSC.kid})),
        refused("alg-es256-key-rsa", "ES256 with an RSA key (CO27).", code, hc1(key=DSC_RSA2048, protected={ALG: -7, KID: DSC_RSA2048.kid})),
        refused("key-p384", "A P-384 key under ES256, 96 bytes of signature.", code, hc1(key=DSC_P384)),
    ]  # fmt: skip


def _signatures() -> list[Case]:
    def case(name: str, about: str, change: Callable[[int, int], bytes]) -> Case:
        return refused(name, about, "SIGNATURE_INVALID", hc1(signature=lambda message: change(*_numbers(message))))

    right = sign1()
    altered = right.replace(b"1980-05-01", b"1981-05-01")
    other = sign1(vaccination(dn=1))[-64:]
    return [
        refused("signature-one-bit", "One bit of the signature is flipped (CO5).", "SIGNATURE_INVALID", text(right[:-1] + bytes([right[-1] ^ 1]))),
        refused("content-altered", "The birth year is altered.", "SIGNATURE_INVALID", text(altered)),
        refused("content-resigned", "Signed by a key that is not on the list, under a key id that is.", "SIGNATURE_INVALID", hc1(signature=DSC_UNLISTED.sign)),
        refused("signature-of-another", "The signature of another passport.", "SIGNATURE_INVALID", hc1(signature=other)),
        refused("header-altered", "The header was altered after signing.", "SIGNATURE_INVALID", hc1(protected={ALG: -7, KID: DSC.kid, 3: "x"}, signature=right[-64:])),
        refused("signed-without-structure", "The payload alone was signed, without the Sig_structure.", "SIGNATURE_INVALID", hc1(signature=lambda _message: DSC.sign(_payload()))),
        case("signature-der", "ECDSA in DER, as certificates have it (CO24).", encode_dss_signature),
        case("signature-over-long", "Each number with a leading zero: 66 bytes (CO24).", lambda r, s: r.to_bytes(33, "big") + s.to_bytes(33, "big")),
        case("signature-followed", "Other bytes after the signature.", lambda r, s: _raw(r, s) + b"\0"),
        case("signature-cut-short", "The last byte is missing.", lambda r, s: _raw(r, s)[:-1]),
        case("signature-r-plus-order", "r is larger than the order of the curve.", lambda _r, s: b"\xff" * 32 + s.to_bytes(32, "big")),
        case("signature-swapped", "s before r.", lambda r, s: _raw(s, r)),
        refused("signature-zero", "Both numbers are zero.", "SIGNATURE_INVALID", hc1(signature=bytes(64))),
        refused("signature-order", "Both numbers are the order of the curve.", "SIGNATURE_INVALID", hc1(signature=_raw(_ORDER, _ORDER))),
        refused("signature-empty", "No signature.", "SIGNATURE_INVALID", hc1(signature=b"")),
    ]  # fmt: skip


def _payload() -> bytes:
    return cbor2.dumps(claims())


def _numbers(message: bytes) -> tuple[int, int]:
    raw = DSC.sign(message)
    return int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")


def _raw(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _rsa() -> list[Case]:
    key, code = DSC_RSA2048, "SIGNATURE_INVALID"

    def old_padding(message: bytes) -> bytes:
        return bytes(key.key.sign(message, padding.PKCS1v15(), hashes.SHA256()))

    def no_salt(message: bytes) -> bytes:
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=0)
        return bytes(key.key.sign(message, scheme, hashes.SHA256()))

    def other_hash(message: bytes) -> bytes:
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=32)
        return kept_for("mgf-sha384", key.key, message, lambda: key.key.sign(message, scheme, hashes.SHA256()))

    right = sign1(key=key)
    return [
        refused("rsa-old-padding", "RSA with the padding of PKCS #1 v1.5 under PS256.", code, hc1(key=key, signature=old_padding)),
        refused("rsa-no-salt", "RSA-PSS without salt.", code, hc1(key=key, signature=no_salt)),
        refused("rsa-other-mask", "RSA-PSS with SHA-384 in the mask.", code, hc1(key=key, signature=other_hash)),
        refused("rsa-one-bit", "One bit of an RSA signature is flipped.", code, text(right[:-1] + bytes([right[-1] ^ 1]))),
        refused("rsa-cut-short", "An RSA signature without its last byte.", code, hc1(key=key, signature=lambda m: key.sign(m)[:-1])),
    ]  # fmt: skip
