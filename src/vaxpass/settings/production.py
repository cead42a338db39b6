"""A ministry's own machines. Everything that protects somebody must be given, or the start is refused."""

import os

from django.core.exceptions import ImproperlyConfigured

from vaxpass.settings.base import *  # noqa: F403 -- a settings module is its base plus what differs
from vaxpass.settings.base import LOOKUP_KEY, MINISTRY_SIGNING_KEY, SEALING_KEYS, SECRET_KEY

DEBUG = False
DEMO = False
ALLOWED_HOSTS = [host for host in os.environ.get("VAXPASS_HOSTS", "").split(",") if host]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

MISSING = [
    name
    for name, value in {
        "VAXPASS_SECRET_KEY": SECRET_KEY,
        "VAXPASS_SEALING_KEYS": SEALING_KEYS,
        "VAXPASS_LOOKUP_KEY": LOOKUP_KEY,
        "VAXPASS_HOSTS": ALLOWED_HOSTS,
        "DATABASE_URL": os.environ.get("DATABASE_URL"),
    }.items()
    if not value
]
if MISSING:
    raise ImproperlyConfigured("Set before starting: " + ", ".join(MISSING))
if MINISTRY_SIGNING_KEY["kind"] == "software":
    raise ImproperlyConfigured("VAXPASS_MINISTRY_KEY=software is for the demo alone; use pkcs11 or pkcs12.")
