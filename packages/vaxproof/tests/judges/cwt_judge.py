"""An independent verifier, run in an environment of its own (requirements/judge.lock): PyPI `cwt` and `pymerkle`.

In: JSON lines. {"hex": COSE, "key": PEM, "kid": hex} → {"ok": true, "claims": …} or {"ok": false, "error": …};
with "times": false the signature alone is judged, at any time: {"ok": true, "payload": hex}.
{"leaves": [base64 data, …]} → {"root": hex}.
"""

import base64
import json
import sys

from cwt import COSE, COSEKey, decode
from pymerkle import InmemoryTree


def judge(question: dict[str, object]) -> dict[str, object]:
    if "leaves" in question:
        tree = InmemoryTree(algorithm="sha256")
        for leaf in question["leaves"]:
            tree.append_entry(base64.b64decode(leaf))
        return {"root": tree.get_state().hex()}
    key = COSEKey.from_pem(question["key"], alg=question["alg"], kid=bytes.fromhex(question["kid"]))
    try:
        if question.get("times") is False:
            return {"ok": True, "payload": COSE.new().decode(bytes.fromhex(question["hex"]), [key]).hex()}
        claims = decode(bytes.fromhex(question["hex"]), keys=[key])
    except Exception as error:  # noqa: BLE001 -- whatever it refuses with, it refuses
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "claims": {str(k): v for k, v in claims.items()}}


for line in sys.stdin:
    sys.stdout.write(json.dumps(judge(json.loads(line))) + "\n")
