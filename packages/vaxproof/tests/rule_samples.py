"""Rules and certificates for tests. All people are invented."""

from typing import Any

VACCINATED: dict[str, Any] = {
    "ver": "1.3.0",
    "nam": {"fn": "Trần", "gn": "Thị Lan", "fnt": "TRAN", "gnt": "THI<LAN"},
    "dob": "1990-05-01",
    "v": [
        {
            "tg": "840539006",
            "vp": "1119349007",
            "mp": "EU/1/20/1528",
            "ma": "ORG-100030215",
            "dn": 2,
            "sd": 2,
            "dt": "2026-05-01",
            "co": "VN",
            "is": "Bộ Y tế",
            "ci": "URN:UVCI:01:VN:01001/ABCDEF0123456789ABCD#O",
        }
    ],
}
SINCE_DOSE: dict[str, Any] = {
    "not-before": [
        {"plusTime": [{"var": "external.validationClock"}, 0, "day"]},
        {"plusTime": [{"var": "payload.v.0.dt"}, 14, "day"]},
    ]
}


def rule(**changes: Any) -> dict[str, Any]:
    """A right rule in the gateway's form, with the named members changed; None takes a member away."""
    members: dict[str, Any] = {
        "Identifier": "VR-VN-0001",
        "Type": "Acceptance",
        "Country": "VN",
        "Version": "1.0.0",
        "SchemaVersion": "1.3.0",
        "Engine": "CERTLOGIC",
        "EngineVersion": "1.3.3",
        "CertificateType": "Vaccination",
        "Description": [
            {"lang": "en", "desc": "At least 14 days have passed since the last dose."},
            {"lang": "vi", "desc": "Mũi tiêm gần nhất đã qua ít nhất 14 ngày."},
        ],
        "ValidFrom": "2026-01-01T00:00:00Z",
        "ValidTo": "2030-01-01T00:00:00+07:00",
        "AffectedFields": ["v.0.dt"],
        "Logic": SINCE_DOSE,
    }
    return {name: value for name, value in (members | changes).items() if value is not None}
