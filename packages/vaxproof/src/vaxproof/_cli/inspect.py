"""`vaxproof inspect`: what is in a code. Nothing is checked, and the output says so."""

import json
import sys
from argparse import Namespace
from typing import Any

from vaxproof import verify
from vaxproof._cli import exits
from vaxproof._cli.output import as_values, show
from vaxproof._cli.source import read_text
from vaxproof.envelope import cwt
from vaxproof.errors import ProofError
from vaxproof.sentences import sentence


def run(arguments: Namespace) -> int:
    """Print the content as JSON; 0, or 1 where the code cannot be read."""
    try:
        content = contents_of(read_text(arguments.source))
    except ProofError as error:
        sys.stderr.write(f"{error}\n{sentence(error.code, 'en')}\n")
        return exits.NOT_VALID
    show(json.dumps(as_values(content), ensure_ascii=False, indent=1))
    return exits.VALID


def contents_of(text: str) -> dict[str, Any]:
    """Headers, claims and sizes.

    Raises:
        ProofError: the text cannot be read.
    """
    signed = verify.open_text(text)
    claims = cwt.decode(signed.payload)
    return {
        "checked": False,
        "algorithm": signed.algorithm_id,
        "key_id": signed.key_id.hex() if isinstance(signed.key_id, bytes) else None,
        "issuer": claims.issuer,
        "issued_at": claims.issued_at,
        "expires_at": claims.expires_at,
        "certificate": claims.dcc,
        "payload_bytes": len(signed.payload),
        "signature_bytes": len(signed.signature),
    }
