"""Our keys in the forms that others take: a DID document, the EU verifier-service's JSON, the gateway's upload.

Only signers that count now: withdrawn keys and those outside their window are left out.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from vaxproof.signer import Signer
from vaxproof.trust import cms, documents
from vaxproof.trust.certificates import SignerCertificate
from vaxproof.trust.entries import TrustEntry, Usage
from vaxproof.trust.publications import base64url

_CONTEXT = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1")
_COORDINATE_BYTES = 32


def current_signers(entries: Iterable[TrustEntry], at: datetime) -> list[SignerCertificate]:
    """Signers whose certificate and window hold at the time (aware) and that are not withdrawn."""
    return [
        entry.certificate
        for entry in entries
        if entry.usage is Usage.DSC
        and entry.withdrawn is None
        and entry.certificate.is_valid_at(at)
        and (entry.accepted_from is None or entry.accepted_from <= at)
        and (entry.accepted_until is None or at <= entry.accepted_until)
    ]


def did_document(
    did: str, signers: Sequence[SignerCertificate], authorities: Mapping[bytes, bytes] | None = None
) -> bytes:
    """A DID document with JsonWebKey2020 methods: kid as WHO's lists write it, the key, `x5c` with its authority.

    `did`: such as `did:web:example.vn:published:exports`. `authorities`: DER of the CSCA by DER of the signer.
    """
    above = authorities or {}
    methods = [_method(did, signer, above.get(signer.der)) for signer in signers]
    document = {
        "@context": list(_CONTEXT),
        "id": did,
        "controller": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _method(did: str, signer: SignerCertificate, authority: bytes | None) -> dict[str, Any]:
    kid = documents.base64_of(signer.key_id)
    chain = [signer.der, authority] if authority else [signer.der]
    return {
        "id": f"{did}#{kid}",
        "type": "JsonWebKey2020",
        "controller": did,
        "publicKeyJwk": {
            "kid": kid,
            **_public_members(signer),
            "x5c": [documents.base64_of(certificate) for certificate in chain],
        },
    }


def _public_members(signer: SignerCertificate) -> dict[str, str]:
    """The key as RFC 7518 §6 writes it: coordinates padded to exactly 32 bytes."""
    key = signer.public_key
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = key.public_numbers()
        x, y = (base64url(value.to_bytes(_COORDINATE_BYTES, "big")) for value in (point.x, point.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    numbers = key.public_numbers()
    n, e = (base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (numbers.n, numbers.e))
    return {"kty": "RSA", "n": n, "e": e}


def verifier_service(signers: Sequence[SignerCertificate]) -> bytes:
    """What dgca-verifier-service answers, in one file: `status`, the valid key ids; `certificates`, by key id.

    `status` is the body of `GET /signercertificateStatus`; each certificate the body of `GET /signercertificateUpdate`.
    """
    by_kid: dict[str, list[str]] = {}
    for signer in signers:
        by_kid.setdefault(documents.base64_of(signer.key_id), []).append(documents.base64_of(signer.der))
    document = {"status": sorted(by_kid), "certificates": dict(sorted(by_kid.items()))}
    return json.dumps(document, indent=1).encode() + b"\n"


def gateway_upload(signer: SignerCertificate, uploader: bytes, key: Signer, *, at: datetime) -> bytes:
    """The message that uploads a signer certificate to the EU gateway: CMS in DER, the certificate inside.

    The gateway takes it in base64 as `application/cms`. `uploader`: DER of the upload certificate, whose `key` signs.
    `at`: aware, the signing time.
    """
    return cms.sign_message(signer.der, uploader, key, at=at)
