"""Examples in the OpenAPI document. The passport in them is of our test vectors: no verifier trusts its key."""

from typing import Any, Final

from vaxproof import Code, sentence

TEXT: Final = (
    "HC1:NCFOXN%TSMAHN-HCTKXH74%B$DW//J0II3VD 43BTOC9BPOM:WFI9CYTP5WV9LOQHIZC4TPIFRMLNKNM8POCEU"
    "G*%NH$RSC9OIFY:8AV72-MX/5CA7G6M40PQNQ.W73X7REVCZG4TD+E60AGYUN2$48AL**IJEN-TV+HRAWGQ05.$S6Z"
    "C0JBV63DG3ZQTH23N:IN1MPF5RBQ746B46O1N646RM93O54O6+Q6DL62006K1AL81ZSK*R3T3+7A.N8RK4R$F/MAMX"
    "P-+R2YBV44:$BHD1 L6MXPDXI03L6QS03L9ZI4Q5%H09M6CJ0VEKYE9/MV7.33ZCC2D- 7*X7P94:KK*NS-0W*LPEY"
    "2GHKW/F3IKJ5QH*AA:GSECM48Y9D$:F9QD:79GULNBHA9I N1OE5ZX8/GV/ 79:TM/LYKURTR:TUD8M:6R*YDYBQL."
    "IA5GP1H+7APO80ORG0THEC4+982VUQCHZEIQJF+63H5QPGN*OONKO+DALFC7CTGKBQSA50A3NM1"
)
_TIMES: Final = {"made_at": "2026-06-01T00:00:00Z", "next_at": "2026-06-02T00:00:00Z"}
_EDITION: Final = {"number": 412, **_TIMES, "age_seconds": 43200, "is_old": False}
_REQUEST: Final = {"texts": [TEXT], "claims": False, "country": "DE"}
_RESULT: Final[dict[str, Any]] = {
    "answer": "VALID",
    "code": "VALID",
    "sentence": {language: sentence(Code.VALID, language) for language in ("vi", "en")},
    "facts": {
        "checked_at": "2026-06-01T12:00:00Z",
        "trust_list": _EDITION,
        "revocation_list": _EDITION,
        "algorithm": "ES256",
        "key_id": "4a6c2b1f00d3e8a9",
        "signer": "Bộ Y tế DSC 1",
        "signer_country": "VN",
        "remarks": [],
    },
    "claims": None,
    "rules": {"country": "DE", "purpose": "entry", "outcome": "PASSED", "reason": None, "findings": []},
}


def _body(example: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": example}}}


VERIFY: Final = {
    "requestBody": _body(_REQUEST),
    "responses": {200: _body({"results": [_RESULT]})},
}
STATUS: Final = {
    "responses": {
        200: _body(
            {
                "now": "2026-06-01T12:00:00Z",
                "documents": [{"document": "trust-list", **_EDITION, "is_late": False}],
            }
        )
    },
}

_NOTE: Final = "log.example/vaccination\n73894\n<root, base64>\n\n— log.example/vaccination <signature, base64>\n"
_LEAF: Final = '{"cose":"3fa9…","day":"2026-06-01","kid":"4a6c2b1f00d3e8a9","kind":"issue"}'
LOG: Final = {
    "responses": {
        200: _body({"origin": "log.example/vaccination", "size": 73_894, "checkpoint": _NOTE, "prefix_length": 2})
    },
}
ISSUED: Final = {
    "responses": {
        200: _body(
            {
                "format": "vaxproof-bucket",
                "version": 1,
                "prefix": "3f",
                "checkpoint": _NOTE,
                "asked_at": "2026-06-01T12:00:00Z",
                "entries": [{"index": 5120, "leaf": _LEAF, "path": ["<hash, base64>"]}],
                "waiting": [],
            }
        )
    },
}
