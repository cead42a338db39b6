"""Sign-in: officers do not register themselves; accounts come from an administrator.

allauth asks for password and second factor, axes locks out after repeated failures, and each sign-in, failure and
sign-out becomes an act. A failure is written down without the name that was tried.
"""

import base64
import time
from datetime import UTC, datetime
from typing import Any, Protocol

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from vaxpass.offices.actions import note_act
from vaxpass.records.sealing import open_seal, seal


class SomebodySignedIn(Protocol):
    """What sign-in needs of an officer."""

    pk: int
    office_id: int
    language: str


class OfficerAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's rules for officers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        """Nobody registers: every account is given."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave counting of wrong passwords to axes, which counts in the database and shows the locked page."""

    def post_login(self, request: HttpRequest, user: SomebodySignedIn, **facts: Any) -> HttpResponse:
        """Sign in; speak the officer's language unless this browser has already chosen one."""
        response: HttpResponse = super().post_login(request, user, **facts)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask again before a change of the account, but not of somebody who signed in a few minutes ago."""
        if not super().is_reauthentication_required(app=app):
            return False
        return not _signed_in_just_now(self.request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 -- allauth's signature
        """Go back to the own account."""
        return reverse("my_account")


def _signed_in_just_now(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records), default=0)
    return bool(time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's rules for second factors: their secrets are sealed at rest."""

    def encrypt(self, text: str) -> str:
        """Seal a secret as base64."""
        return base64.b64encode(seal(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; raises SealBrokenError."""
        return open_seal(base64.b64decode(encrypted_text))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the platform in the browser's passkey dialogue."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": gettext("Vaccine passport")}


def _note(verb: str, officer: SomebodySignedIn | None) -> None:
    note_act(
        officer_id=officer.pk if officer else None,
        office_id=officer.office_id if officer else None,
        now=datetime.now(UTC),
        verb=verb,
    )


def note_sign_in(sender: object, user: SomebodySignedIn, **_: Any) -> None:  # noqa: ARG001 -- a signal's signature
    """Write a sign-in down."""
    _note("sign_in", user)


def note_sign_out(sender: object, user: SomebodySignedIn | None, **_: Any) -> None:  # noqa: ARG001 -- a signal's signature
    """Write a sign-out down; a session that had already ended has nobody."""
    if user is not None:
        _note("sign_out", user)


def note_failure(sender: object, **_: Any) -> None:  # noqa: ARG001 -- a signal's signature
    """Write a failed sign-in down, without the name that was tried."""
    _note("sign_in_failed", None)


def note_lock_out(sender: object, **_: Any) -> None:  # noqa: ARG001 -- a signal's signature
    """Write a lock-out down, without the name that was tried."""
    _note("sign_in_locked", None)


def listen() -> None:
    """Connect the log of acts to Django's and axes' signals."""
    user_logged_in.connect(note_sign_in, dispatch_uid="vaxpass-sign-in")
    user_logged_out.connect(note_sign_out, dispatch_uid="vaxpass-sign-out")
    user_login_failed.connect(note_failure, dispatch_uid="vaxpass-sign-in-failed")
    user_locked_out.connect(note_lock_out, dispatch_uid="vaxpass-sign-in-locked")
