"""A ministry's own machines. Everything that protects somebody must be given, or the start is refused."""

import os

from django.core.exceptions import ImproperlyConfigured

from vaxpass.settings.base import *  # noqa: F403 -- a settings module is its base plus what differs
from vaxpass.settings.base import (
    EID,
    LOG_KEY,
    LOG_QUORUM,
    LOG_WITNESSES,
    LOOKUP_KEY,
    MAIL_SERVER,
    MESSAGES_FOLDER,
    MINISTRY_SIGNING_KEY,
    POPULATION_DATABASE,
    PUBLISHER_KEY,
    SEALING_KEYS,
    SECRET_KEY,
    SMS_GATEWAY,
)

DEBUG = False
DEMO = False
ALLOWED_HOSTS = [host for host in os.environ.get("VAXPASS_HOSTS", "").split(",") if host]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

KEY_BYTES = 32
SHORTEST_SECRET = 50  # letters; Django's own measure

MISSING = [
    name
    for name, value in {
        "VAXPASS_SECRET_KEY": SECRET_KEY,
        "VAXPASS_SEALING_KEYS": SEALING_KEYS,
        "VAXPASS_LOOKUP_KEY": LOOKUP_KEY,
        "VAXPASS_HOSTS": ALLOWED_HOSTS,
        "DATABASE_URL": os.environ.get("DATABASE_URL"),
        "VAXPASS_LOG_ORIGIN": os.environ.get("VAXPASS_LOG_ORIGIN"),
        "VAXPASS_POPULATION_TOKEN": POPULATION_DATABASE["token"] or not POPULATION_DATABASE["url"],
        "VAXPASS_POPULATION_OFFICER_KEY": POPULATION_DATABASE["officer_key"] or not POPULATION_DATABASE["url"],
        "VAXPASS_EID_CLIENT_ID": EID["client_id"] or not EID["issuer"],
        "VAXPASS_EID_CLIENT_SECRET": EID["client_secret"] or not EID["issuer"],
    }.items()
    if not value
]
if MISSING:
    raise ImproperlyConfigured("Set before starting: " + ", ".join(MISSING))


def is_key(text: str) -> bool:
    """Say whether a text is a 32-byte key in hex, and not one byte over and over."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return False
    return len(key) == KEY_BYTES and len(set(key)) > 1


if not all(is_key(key) for key in [*SEALING_KEYS, LOOKUP_KEY]) or LOOKUP_KEY in SEALING_KEYS:
    raise ImproperlyConfigured("VAXPASS_SEALING_KEYS and VAXPASS_LOOKUP_KEY: different random 32-byte keys in hex.")
if len(SECRET_KEY) < SHORTEST_SECRET:
    raise ImproperlyConfigured(f"VAXPASS_SECRET_KEY: at least {SHORTEST_SECRET} random letters.")
if any("*" in host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("VAXPASS_HOSTS: name the hosts; a star would let links lead to strangers.")
for variable, key in {
    "VAXPASS_MINISTRY_KEY": MINISTRY_SIGNING_KEY,
    "VAXPASS_PUBLISHER_KEY": PUBLISHER_KEY,
    "VAXPASS_LOG_KEY": LOG_KEY,
}.items():
    if key["kind"] == "software":
        raise ImproperlyConfigured(f"{variable}=software is for the demo alone; use pkcs11 or pkcs12.")
if not 0 <= LOG_QUORUM <= len(LOG_WITNESSES):
    raise ImproperlyConfigured("VAXPASS_LOG_QUORUM: from 0 to the number of VAXPASS_LOG_WITNESSES.")
if MESSAGES_FOLDER:
    raise ImproperlyConfigured("VAXPASS_MESSAGES_FOLDER is for the demo alone; codes would lie open in a folder.")
for needed, purpose in (
    ({f"VAXPASS_SMS_{name.upper()}": value for name, value in SMS_GATEWAY.items()}, "SMS gateway"),
    (
        {f"VAXPASS_SMTP_{name.upper()}": MAIL_SERVER[name] for name in ("host", "sender", "bounces", "bounces_to")},
        "mail",
    ),
):
    if any(needed.values()) and not all(needed.values()):
        lacking = ", ".join(name for name, value in needed.items() if not value)
        raise ImproperlyConfigured(f"Half a {purpose} is none; set as well: {lacking}")
if bool(MAIL_SERVER["user"]) != bool(MAIL_SERVER["password"]):
    raise ImproperlyConfigured("VAXPASS_SMTP_USER and VAXPASS_SMTP_PASSWORD: both, or neither.")
if SMS_GATEWAY["url"] and not SMS_GATEWAY["url"].startswith("https://"):
    raise ImproperlyConfigured("VAXPASS_SMS_URL: https alone; codes travel on that line.")
if MAIL_SERVER["security"] not in {"tls", "starttls"}:
    raise ImproperlyConfigured("VAXPASS_SMTP_SECURITY: tls or starttls; passports travel on that line.")
