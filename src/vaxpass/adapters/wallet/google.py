"""A link that saves a passport to Google Wallet: a signed JWT with the whole object.

We tell Google nothing; the holder does, by opening the link.

Source: Google, “Google Wallet API, Generic pass, JWT”. RS256 by the key of a service account; the audience is `google`,
the type `savetowallet`.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.face import Face, Words

SAVE: Final = "https://pay.google.com/gp/v/save/"
LONGEST_LINK: Final = 8_000
"""Letters; browsers and Google cut longer addresses."""


@dataclass(frozen=True)
class GoogleWallet:
    """An issuer at Google: its number, the service account's name, its RSA key in PEM."""

    issuer: str
    account: str
    key_pem: str = field(repr=False)

    def link(self, face: Face, organisation: Words, origin: str, now: datetime) -> str:
        """Give the address that saves a passport; whoever opens it hands name, birth date and code to Google.

        `origin`: ours, `https://…`. Refuses WALLET_TOO_LONG where the passport does not fit into an address.
        """
        claims = {
            "iss": self.account,
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(now.timestamp()),
            "origins": [origin],
            "payload": {"genericObjects": [self._object(face, organisation)]},
        }
        link = SAVE + jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(self.key_pem))
        if len(link) > LONGEST_LINK:
            raise Refused("WALLET_TOO_LONG")
        return link

    def _object(self, face: Face, organisation: Words) -> dict[str, Any]:
        name = sha256(face.uvci.encode()).hexdigest()[:32]  # the number of the certificate in a form that Google takes
        return {
            "id": f"{self.issuer}.{name}",
            "classId": f"{self.issuer}.vaccine-passport",
            "state": "ACTIVE",
            "cardTitle": _text(organisation),
            "header": _text(face.fields[0].value),
            "subheader": _text(Words("Hộ chiếu vắc xin", "Vaccine passport")),
            "hexBackgroundColor": "#ffffff",
            "validTimeInterval": {"end": {"date": face.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")}},
            "barcode": {"type": "QR_CODE", "value": face.text},
            "textModulesData": [
                {"id": f"f{one.number}", "header": one.label.en, "body": one.value.en} for one in face.fields[1:]
            ],
        }


def open_google_wallet(file: Path, issuer: str) -> GoogleWallet:
    """Open a service account's file as Google hands it out (JSON). Unavailable WALLET_ACCOUNT_UNREADABLE."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return GoogleWallet(issuer, str(told["client_email"]), str(told["private_key"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise Unavailable("WALLET_ACCOUNT_UNREADABLE", permanent=True) from None


def _text(words: Words) -> dict[str, Any]:
    return {
        "defaultValue": {"language": "vi", "value": words.vi},
        "translatedValues": [{"language": "en", "value": words.en}],
    }
