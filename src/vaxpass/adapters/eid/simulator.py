"""A provider of electronic identities for the demo and the tests: OpenID Connect in a process of its own.

Whoever comes chooses one of the invented people of a file; no password, for it proves nothing. The switches below
`/_sim/` make it wrong in one way at a time. Never for real people: it listens on this machine alone.
"""

import argparse
import base64
import hashlib
import hmac
import html
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID: Final = "vaxpass"
FAULTS: Final = frozenset(
    {
        "nonce", "audience", "second_audience", "issuer", "expired", "from_the_future", "alg_none", "alg_hs256",
        "foreign_key", "no_number", "other_subject", "away",
    }
)  # fmt: skip
_MOST: Final = 64 * 1024


@dataclass
class Provider:
    """What the provider knows: its people, its keys, the codes it gave out, and what is wrong with it."""

    people: Path
    secret: str
    issuer: str = ""
    fault: str = ""
    userinfo_only: bool = False
    secret_in_body: bool = False
    keys: list[RSAKey] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with another key from now on; the earlier one is not published any more."""
        self.keys = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})]

    def list_people(self) -> list[dict[str, str]]:
        """Read the people anew: the demo writes them after this process began."""
        return list(json.loads(self.people.read_text(encoding="utf-8"))) if self.people.exists() else []

    def id_token(self, person: Mapping[str, str], nonce: str) -> str:
        """Sign who somebody is, or spoil it as the fault says."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": _subject(person),
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **({} if self.userinfo_only else self.details(person)),
        }
        return self._signed({**claims, **self._spoilt(now)})

    def details(self, person: Mapping[str, str]) -> dict[str, str]:
        """Say who somebody is."""
        said = {
            "name": person["name"],
            "birthdate": person["birth_date"],
            "gender": "male" if person.get("sex") == "M" else "female",
            "personal_identification_number": person["number"],
        }
        if self.fault == "no_number":
            del said["personal_identification_number"]
        return said

    def _spoilt(self, now: int) -> dict[str, Any]:
        spoilt: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "another"},
            "audience": {"aud": "somebody-else"},
            "second_audience": {"aud": [CLIENT_ID, "somebody-else"]},
            "issuer": {"iss": "https://another.invalid"},
            "expired": {"iat": now - 3600, "exp": now - 3300},
            "from_the_future": {"iat": now + 3600, "exp": now + 3900},
        }
        return spoilt.get(self.fault, {})

    def _signed(self, claims: dict[str, Any]) -> str:
        key = self.keys[0]
        kid = str(key.kid)
        if self.fault == "alg_none":
            return _spelt({"alg": "none", "kid": kid}, claims) + "."
        if self.fault == "alg_hs256":  # the public key taken for a shared secret
            signed = _spelt({"alg": "HS256", "kid": kid}, claims)
            return f"{signed}.{_base64(hmac.digest(key.as_pem(private=False), signed.encode(), 'sha256'))}"
        if self.fault == "foreign_key":
            key = RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})
        return jwt.encode({"alg": "RS256", "kid": kid}, claims, key)


def _spelt(head: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _subject(person: Mapping[str, str]) -> str:
    return hashlib.sha256(f"subject of {person['number']}".encode()).hexdigest()[:32]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        """Answer what a browser or a client asks."""
        path = urlsplit(self.path).path
        if self._is_away():
            return
        routes: dict[str, Callable[[], None]] = {
            "/.well-known/openid-configuration": self._describe,
            "/jwks": lambda: self._send(HTTPStatus.OK, KeySet(list(self.provider.keys)).as_dict(private=False)),
            "/authorize": self._choose,
            "/userinfo": self._userinfo,
            "/_sim/health": lambda: self._send(HTTPStatus.OK, {"ok": True}),
        }
        routes.get(path, lambda: self._send(HTTPStatus.NOT_FOUND, {}))()

    def do_POST(self) -> None:
        """Take a choice, exchange a code, turn a switch."""
        length = min(int(self.headers.get("Content-Length") or 0), _MOST)
        form = _flat(self.rfile.read(length).decode())
        if self._is_away():
            return
        routes: dict[str, Callable[[Mapping[str, str]], None]] = {
            "/authorize": self._chosen,
            "/token": self._token,
            "/_sim/switch": self._switch,
        }
        found = routes.get(urlsplit(self.path).path)
        if found is None:
            self._send(HTTPStatus.NOT_FOUND, {})
        else:
            found(form)

    def _is_away(self) -> bool:
        if self.provider.fault != "away" or urlsplit(self.path).path.startswith("/_sim/"):
            return False
        self._send(HTTPStatus.SERVICE_UNAVAILABLE, {})
        return True

    def _describe(self) -> None:
        own = self.provider.issuer
        self._send(
            HTTPStatus.OK,
            {
                "issuer": own,
                "authorization_endpoint": f"{own}/authorize",
                "token_endpoint": f"{own}/token",
                "userinfo_endpoint": f"{own}/userinfo",
                "jwks_uri": f"{own}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post" if self.provider.secret_in_body else "client_secret_basic"
                ],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            },
        )

    def _choose(self) -> None:
        asked = _flat(urlsplit(self.path).query)
        if asked.get("client_id") != CLIENT_ID or asked.get("code_challenge_method") != "S256":
            self._send(HTTPStatus.BAD_REQUEST, {"error": "invalid_request"})
            return
        kept = "".join(
            f'<input type="hidden" name="{html.escape(k)}" value="{html.escape(v)}">' for k, v in asked.items()
        )
        buttons = "".join(
            f'<p><button name="person" value="{place}">{html.escape(one["name"])} · {html.escape(one["birth_date"])}'
            "</button></p>"
            for place, one in enumerate(self.provider.list_people())
        )
        page = (
            '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>VNeID (mô phỏng)</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>'
            "<h1>Định danh điện tử, bản mô phỏng</h1><p>Chọn một người được tạo ra để thử. · Choose an invented person."
            f'</p><form method="post" action="/authorize">{kept}{buttons}'
            '<p><button name="cancel" value="1">Hủy · Cancel</button></p></form></main></body></html>'
        )
        self._send_bytes(HTTPStatus.OK, page.encode(), "text/html; charset=utf-8")

    def _chosen(self, form: Mapping[str, str]) -> None:
        answer = {"state": form.get("state", ""), "iss": self.provider.issuer}
        people, person = self.provider.list_people(), form.get("person", "")
        if person.isdigit() and int(person) < len(people):
            code = secrets.token_urlsafe(24)
            self.provider.codes[code] = {**form, "chosen": json.dumps(people[int(person)])}
            answer["code"] = code
        else:
            answer["error"] = "access_denied"
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"{form.get('redirect_uri', '')}?{urlencode(answer)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _token(self, form: Mapping[str, str]) -> None:
        asked = self.provider.codes.pop(form.get("code", ""), None)  # once
        if not self._is_client(form) or asked is None or not _fits(asked, form):
            self._send(HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"})
            return
        person, access = json.loads(asked["chosen"]), secrets.token_urlsafe(24)
        subject = "another" if self.provider.fault == "other_subject" else _subject(person)
        self.provider.tokens[access] = {"sub": subject, **self.provider.details(person)}
        token = self.provider.id_token(person, asked.get("nonce", ""))
        self._send(HTTPStatus.OK, {"access_token": access, "token_type": "Bearer", "id_token": token})

    def _is_client(self, form: Mapping[str, str]) -> bool:
        if self.provider.secret_in_body:
            return form.get("client_id") == CLIENT_ID and form.get("client_secret") == self.provider.secret
        _, _, encoded = self.headers.get("Authorization", "").partition(" ")
        name, _, secret = base64.b64decode(encoded + "==").decode("latin-1").partition(":")
        return unquote(name) == CLIENT_ID and unquote(secret) == self.provider.secret

    def _userinfo(self) -> None:
        _, _, access = self.headers.get("Authorization", "").partition(" ")
        found = self.provider.tokens.get(access)
        self._send(HTTPStatus.OK if found else HTTPStatus.UNAUTHORIZED, found or {})

    def _switch(self, form: Mapping[str, str]) -> None:
        fault = form.get("fault", "")
        if fault and fault not in FAULTS:
            self._send(HTTPStatus.BAD_REQUEST, {})
            return
        self.provider.fault = fault
        self.provider.userinfo_only = form.get("userinfo_only") == "1"
        self.provider.secret_in_body = form.get("secret_in_body") == "1"
        if form.get("rotate") == "1":
            self.provider.rotate()
        self._send(HTTPStatus.OK, {})

    def _send(self, status: HTTPStatus, value: Mapping[str, Any]) -> None:
        self._send_bytes(status, json.dumps(value).encode(), "application/json")

    def _send_bytes(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's signature
        """Write nothing: addresses hold codes."""


def _fits(asked: Mapping[str, str], form: Mapping[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return _base64(digest) == asked.get("code_challenge") and form.get("redirect_uri") == asked.get("redirect_uri")


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the client's secret comes in VAXPASS_EID_CLIENT_SECRET."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=Path, required=True, help="JSON: a list of name, birth_date, sex, number")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one and prints it")
    options = parser.parse_args(arguments)
    provider = Provider(options.people, os.environ.get("VAXPASS_EID_CLIENT_SECRET", ""))
    provider.rotate()
    server = ThreadingHTTPServer(("127.0.0.1", options.port), type("Handler", (_Handler,), {"provider": provider}))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    print(f"serving {provider.issuer}", flush=True)  # noqa: T201 -- a program says where it listens
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
