"""An independent verifier, run in an environment of its own (requirements/judge.lock): PyPI `cwt` and `pymerkle`.

In: JSON lines. {"hex": COSE, "key": PEM, "kid": hex} → {"ok": true, "claims": …} or {"ok": false, "error": …}.
{"leaves": [base64 data, …]} → {"root": hex}.
"""

import base64
import json
import sys

from cwt import COSEKey, decode
from pymerkle import InmemoryTree


def judge(question: dict[str, object]) -> dict[str, object]:
    if "leaves" in question:
        tree = InmemoryTree(algorithm="sha256")
        for leaf in question["leaves"]:
            tree.append_entry(base64.b64decode(leaf))
        return {"root": tree.get_state().hex()}
    key = COSEKey.from_pem(question["key"], alg=question["alg"], kid=bytes.fromhex(question["kid"]))
    try:
        claims = decode(bytes.fromhex(question["hex"]), keys=[key])
    except Exception as error:  # noqa: BLE001 -- whatever it refuses with, it refuses
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "claims": {str(k): v for k, v in claims.items()}}


for line in sys.stdin:
    sys.stdout.write(json.dumps(judge(json.loads(line))) + "\n")
