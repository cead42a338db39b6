"""The dose record as the facility signs it: JSON, canonicalised by RFC 8785; its RFC 6962 leaf hash goes to the log.

Pure: built from frozen facts alone, so anybody can build the same bytes again for ever.
"""

from typing import Any

import rfc8785

from vaxpass.records.facts import VersionFacts

SCHEMA = "vaxpass-dose-record/1"


def record_document(version: VersionFacts, facility_code: str, salt: str) -> dict[str, Any]:
    """Build the document. `salt` (hex) keeps the digest of a guessable record from being guessed."""
    who, dose = version.identity, version.dose
    return {
        "schema": SCHEMA,
        "record": f"{version.dose_id}/{version.version_no}",
        "facility": facility_code,
        "enteredAt": version.entered_at.isoformat(),
        "enteredBy": version.entered_by,
        "person": {
            "name": who.full_name,
            "sex": who.sex,
            "birthDate": who.birth_date,
            "nationality": who.nationality,
            "numberKind": who.number_kind,
            "number": who.number,
            "statedByFacility": version.facility_states_identity,
        },
        "dose": {
            "product": dose.product,
            "lot": dose.lot,
            "givenOn": dose.given_on.isoformat(),
            "doseNumber": dose.dose_number,
            "place": dose.place,
        },
        "salt": salt,
    }


def canonical_bytes(document: dict[str, Any]) -> bytes:
    """Give the RFC 8785 form."""
    return rfc8785.dumps(document)
