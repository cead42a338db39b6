"""What an ID token must say before it is believed (OpenID Connect Core 1.0 §3.1.3.7), each fault under its own name."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from vaxpass.offices.scope import Refused

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")  # signatures by the provider's key; never none, never a MAC
_CLOCKS_APART: Final = timedelta(minutes=2)
_LONGEST: Final = 16 * 1024

Keys = Callable[[bool], KeySet]
"""Gives the provider's keys; asked with True it fetches them anew, for a key that was rotated meanwhile."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must name: the provider, us, and the nonce of this browser's journey."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)


def read_id_token(token: str, keys: Keys, expected: Expected, now: datetime) -> dict[str, Any]:
    """Give the claims of a token that holds.

    Refuses EID_ALGORITHM_WRONG, EID_SIGNATURE_WRONG, EID_ISSUER_WRONG, EID_AUDIENCE_WRONG, EID_NONCE_WRONG,
    EID_TOKEN_ENDED, EID_CLAIMS_MISSING.
    """
    claims = _signed(token, keys)
    if claims.get("iss") != expected.issuer:
        raise Refused("EID_ISSUER_WRONG")
    _check_audience(claims, expected.client_id)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        raise Refused("EID_NONCE_WRONG")
    _check_times(claims, now)
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise Refused("EID_CLAIMS_MISSING")
    return claims


def _signed(token: str, keys: Keys) -> dict[str, Any]:
    if len(token) > _LONGEST or _algorithm(token) not in ALGORITHMS:
        raise Refused("EID_ALGORITHM_WRONG")
    try:
        try:
            return _decoded(token, keys(False))
        except InvalidKeyIdError:
            return _decoded(token, keys(True))
    except (JoseError, ValueError):
        raise Refused("EID_SIGNATURE_WRONG") from None


def _decoded(token: str, keys: KeySet) -> dict[str, Any]:
    return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)


def _algorithm(token: str) -> str:
    try:
        return str(jws.extract_compact(token.encode()).protected.get("alg"))
    except (JoseError, ValueError):
        raise Refused("EID_SIGNATURE_WRONG") from None


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        raise Refused("EID_AUDIENCE_WRONG")
    if (len(named) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise Refused("EID_AUDIENCE_WRONG")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    ends, begun = _moment(claims, "exp"), _moment(claims, "iat")
    apart = _CLOCKS_APART.total_seconds()
    if now.timestamp() >= ends + apart or begun > now.timestamp() + apart:
        raise Refused("EID_TOKEN_ENDED")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Refused("EID_CLAIMS_MISSING")
    return value
