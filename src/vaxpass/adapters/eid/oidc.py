"""OpenID Connect: the code flow with PKCE and nonce, towards VNeID or any provider that keeps the standard.

In: what the browser brings back. Out: claims, or a refusal under its own name. Nothing personal enters an address of
ours, a log line or an exception. Everything is fetched over https, except from this very machine.
"""

import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from vaxpass.adapters.eid.tokens import Expected, read_id_token
from vaxpass.adapters.line import is_guarded
from vaxpass.citizens.ports import EidClaims, EidJourney
from vaxpass.citizens.reading import read_birth_date, read_name
from vaxpass.offices.scope import Refused, Unavailable

_LONGEST_JOURNEY: Final = timedelta(minutes=10)
_LONGEST_ANSWER: Final = 256 * 1024
_ID_DIGITS: Final = 12
_BASIC: Final = "client_secret_basic"
_SEXES: Final = {"male": 1, "nam": 1, "1": 1, "female": 2, "nữ": 2, "nu": 2, "2": 2}


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Under which names the provider tells who somebody is; given by the operator."""

    name: str = "name"
    birth_date: str = "birthdate"
    sex: str = "gender"
    number: str = "personal_identification_number"


@dataclass(frozen=True, slots=True)
class EidConnection:
    """What the operator is given by the provider. `timeout` in seconds, for each phase of a call."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = "openid profile"
    claims: ClaimNames = ClaimNames()
    timeout: float = 5.0

    def __post_init__(self) -> None:
        """Refuse a provider over a plain-text line."""
        _check_line(self.issuer)


def _check_line(url: str) -> None:
    if not is_guarded(url):
        raise ValueError("EID_URL_NOT_HTTPS")


class OidcIdentity:
    """One provider; keeps what the provider publishes about itself. Safe to share between threads."""

    def __init__(self, connection: EidConnection) -> None:
        self._connection = connection
        self._http = httpx.Client(timeout=connection.timeout, trust_env=False, follow_redirects=False)
        self._lock = threading.Lock()
        self._description: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    @property
    def issuer(self) -> str:
        """The provider's name for itself."""
        return self._connection.issuer

    def begin(self, redirect_uri: str, now: datetime) -> tuple[str, EidJourney]:
        """See ElectronicIdentity.begin."""
        journey = EidJourney(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), now)
        address = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            self._connection.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=self._connection.scope,
            state=journey.state,
            nonce=journey.nonce,
            code_challenge=create_s256_code_challenge(journey.verifier),
            code_challenge_method="S256",
        )
        return str(address), journey

    def finish(self, journey: EidJourney, answer: Mapping[str, str], redirect_uri: str, now: datetime) -> EidClaims:
        """See ElectronicIdentity.finish."""
        if not hmac.compare_digest(answer.get("state", "").encode(), journey.state.encode()):
            raise Refused("EID_STATE_WRONG")
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207: another provider's answer
            raise Refused("EID_ISSUER_WRONG")
        if answer.get("error") or not answer.get("code"):
            raise Refused("EID_CANCELLED")
        if not timedelta(0) <= now - journey.begun_at <= _LONGEST_JOURNEY:
            raise Refused("EID_TOO_SLOW")
        tokens = self._exchange(answer["code"], journey.verifier, redirect_uri)
        expected = Expected(self.issuer, self._connection.client_id, journey.nonce)
        claims = read_id_token(str(tokens.get("id_token", "")), self._published_keys, expected, now)
        return self._read(self._with_details(claims, str(tokens.get("access_token", ""))), now)

    def _exchange(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        own, more = self._connection, {}
        methods = self._describe().get("token_endpoint_auth_methods_supported", [_BASIC])  # RFC 8414: basic by default
        if _BASIC not in methods:
            more = {"client_id": own.client_id, "client_secret": own.client_secret}
        body = prepare_token_request("authorization_code", "", redirect_uri, code=code, code_verifier=verifier, **more)
        return self._fetch(
            "POST",
            self._endpoint("token_endpoint"),
            content=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            auth=None if more else httpx.BasicAuth(quote(own.client_id, safe=""), quote(own.client_secret, safe="")),
        )

    def _with_details(self, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """Add what the provider tells at its userinfo address only (OpenID Connect Core §5.3): of the same account."""
        names = self._connection.claims
        url = self._describe().get("userinfo_endpoint")
        if all(claims.get(name) for name in (names.name, names.birth_date, names.number)) or not url:
            return claims
        _check_line(url)
        more = self._fetch("GET", url, headers={"Authorization": f"Bearer {access_token}"})
        if more.get("sub") != claims["sub"]:
            raise Refused("EID_SUBJECT_WRONG")
        return {**more, **claims}

    def _read(self, claims: Mapping[str, Any], now: datetime) -> EidClaims:
        names = self._connection.claims
        number = str(claims.get(names.number, ""))
        if len(number) != _ID_DIGITS or not (number.isascii() and number.isdigit()):
            raise Refused("EID_CLAIMS_MISSING")
        try:
            name = read_name(str(claims.get(names.name, "")))
            birth = read_birth_date(str(claims.get(names.birth_date, "")), today=now.date())
        except Refused:
            raise Refused("EID_CLAIMS_MISSING") from None
        sex = _SEXES.get(str(claims.get(names.sex, "")).strip().lower())
        return EidClaims(str(claims["sub"]), name, birth, sex, number)

    def _endpoint(self, name: str) -> str:
        url = self._describe().get(name)
        if not isinstance(url, str):
            raise Unavailable("EID_AWAY")
        _check_line(url)
        return url

    def _describe(self) -> dict[str, Any]:
        with self._lock:
            if self._description is None:
                found = self._fetch("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer:
                    raise Refused("EID_ISSUER_WRONG")
                self._description = found
            return self._description

    def _published_keys(self, anew: bool) -> KeySet:  # noqa: FBT001 -- see tokens.Keys
        url = self._endpoint("jwks_uri")
        with self._lock:
            if self._keys is None or anew:
                try:
                    self._keys = KeySet.import_key_set(self._fetch("GET", url))  # type: ignore[arg-type]  # JSON
                except (JoseError, ValueError, KeyError, TypeError):
                    raise Unavailable("EID_AWAY") from None
            return self._keys

    def _fetch(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        """Ask for JSON; a refusal of the provider (4xx) is one, everything else that is no answer is Unavailable."""
        try:
            answer = self._http.request(method, url, **more)
            if 400 <= answer.status_code < 500:  # noqa: PLR2004 -- HTTP's own classes
                raise Refused("EID_CODE_REFUSED")
            answer.raise_for_status()
            found = answer.json() if len(answer.content) <= _LONGEST_ANSWER else None
        except (httpx.HTTPError, ValueError):
            raise Unavailable("EID_AWAY") from None
        if not isinstance(found, dict):
            raise Unavailable("EID_AWAY")
        return found
