"""Publish: the trust list and the certificates as files, whole or not at all.

A signature over the published files is a later step: it will be made over the bytes of the trust list, beside it.
"""

import base64
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from vaxproof import SignerCertificate, TrustList, read_certificate

from vaxpass.offices.scope import Refused
from vaxpass.publication.files import write_whole
from vaxpass.publication.queries import TRUST_LIST_NAME, Published
from vaxpass.publication.rules import NEXT_IN, publishable

CERTIFICATES = "certificates"


def publish_trust_list(
    certificates: Sequence[bytes],
    directory: Path,
    now: datetime,
    *,
    authorities: Sequence[bytes] = (),
    next_in: timedelta = NEXT_IN,
) -> Published:
    """Write `trust-list.json` and `certificates/<key id>.pem` below the directory.

    `certificates`: DER of the document signers (DSC); `authorities`: DER of their roots (CSCA), published as PEM
    beside them and never trusted by the list. The PEM files come first, so that the list never names one that is not
    there. Same certificates and same time, same bytes.

    Raises:
        Refused: NOTHING_TO_PUBLISH (no certificate that is still valid and may sign); an empty list would make every
            verifier everywhere say that it cannot tell.
        ProofError: CERTIFICATE_UNREADABLE.
    """
    source = "VN"
    signers = publishable((read_certificate(der, source=source) for der in certificates), now)
    if not signers:
        raise Refused("NOTHING_TO_PUBLISH")
    _write_pem(directory, [*signers, *(read_certificate(der, source=source) for der in authorities)])
    next_at = now + next_in
    write_whole(directory / TRUST_LIST_NAME, TrustList(signers).to_json(now, next_at))
    return Published(len(signers), now, next_at)


def _write_pem(directory: Path, certificates: Iterable[SignerCertificate]) -> None:
    for certificate in certificates:
        write_whole(directory / CERTIFICATES / f"{certificate.key_id.hex()}.pem", _pem(certificate.der))


def _pem(der: bytes) -> bytes:
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]).encode()
